"""``tracker waive``: decide that a finding stays as it is, with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import Command, Writing, book_argument, day, named, today_option, writes
from tracker.cli.completing import one_finding
from tracker.cli.show import pasted, say, table, tell
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.checks.waivers import Pair, Waiver
    from tracker.commands.waiving import Listed, Waived


@click.command("waive", cls=Command, short_help="Decide that a finding in BOOK stays as it is, with a reason.")
@book_argument
@click.argument("code", required=False, shell_complete=one_finding, metavar="[CODE]")
@click.argument("where", required=False, default="", metavar="[WHERE]")
@click.argument("other", required=False, default="", metavar="[OTHER]")
@click.option("--reason", callback=named, metavar="TEXT", help="Why it may stay as it is; required.")
@click.option("--until", callback=day, metavar="YYYY-MM-DD", help="The last day on which it holds; else for ever.")
@click.option("--end", is_flag=True, help="End the waiver of CODE for WHERE: what it hid is reported again.")
@click.option("--list", "listed", is_flag=True, help="List the waivers of BOOK, and what each of them hides.")
@today_option
@writes
def waive_command(
    book: str,
    code: str | None,
    where: str,
    other: str,
    reason: str | None,
    until: date | None,
    end: bool,
    listed: bool,
    today: date | None,
    how: Writing,
) -> None:
    """Waive the finding CODE (V104 or not-an-email) in BOOK: validate and the sheet Problems omit and count it.

    WHERE is a cell in which it is found (Customers!J48), the key of a row (C20261118001), a column (Customers//email)
    or a table; without it all findings of that kind are waived. It holds for the row, wherever that is sorted to. A
    waiver that has come to its end is reported (K118), and so is what it hid.

    Of two customers who look like one person (D105) both are named, WHERE and OTHER by their IDs: they are two from
    then on, whatever else is found in their rows.

    \b
        tracker waive shop.xlsx V104 Customers!J48 --reason "spelled so on the card"
        tracker waive shop.xlsx D105 C20261118001 C20261118007 --reason "father and son"
    """
    from tracker.commands.waiving import Wish, waive_file, waivers_of

    path = Path(book)
    if listed:
        _say_listed(book, waivers_of(path, date.today(), today))
        return
    if code is None:
        raise UsageError(f"Which finding? Name its code, or see what is waived: tracker waive {pasted(book)} --list")
    if not reason and not end:
        raise UsageError("A waiver needs a reason, for whoever finds it later. Say it with --reason TEXT.")
    if until is not None and until < (today or date.today()):
        raise UsageError(f"--until {until} is over already. Name a later day, or end a waiver with --end.")
    wish = Wish(code, where, reason or "", until, end, other)
    done = waive_file(path, wish, date.today(), today, how.output, how.dry_run, how.keeping(path))
    _say_waived(book, wish.end, done, how.dry_run)


def _say_waived(book: str, end: bool, done: Waived, dry_run: bool) -> None:
    about = {"code": done.code, "where": done.where, "count": done.findings}
    if dry_run:
        tell(say("waive_would_end" if end else "waive_would", **about))
        return
    tell(say("waive_ended" if end else "waive_done", **about))
    if done.before is not None and not end:
        tell(say("waive_before", until=_until(done.before), reason=done.before.reason))
    tell(say("waive_next", file=pasted(book)))


def _say_listed(book: str, every: tuple[Listed, ...]) -> None:
    if not every:
        tell(say("waive_none", file=book))
        return
    table([_line(one) for one in every], indent="")


def _line(one: Listed) -> tuple[str, ...]:
    """What, where, how many, until when, by whom, why."""
    from tracker.checks.waivers import Pair

    waiver = one.waiver
    if isinstance(waiver, Pair):
        what, where = "D105", f"{waiver.one} + {waiver.other}"
    else:
        what, where = waiver.code or waiver.named, waiver.where
    unclear = not isinstance(waiver, Pair) and not waiver.code
    state = say("waive_unclear") if unclear else say("waive_expired") if waiver.expired else ""
    hides = state or say("waive_hides", count=one.findings)
    made = " ".join(filter(None, (waiver.by, waiver.decided_on)))
    return what, where, hides, _until(waiver), made, waiver.reason


def _until(waiver: Waiver | Pair) -> str:
    return say("waive_until", day=waiver.until) if waiver.until else say("waive_for_ever")
