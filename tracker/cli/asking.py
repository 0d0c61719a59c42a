"""``tracker explain`` and ``tracker find``: ask a workbook about its customers."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import FILE, book_argument, format_option, gathered, named, today_option
from tracker.cli.progress import working
from tracker.cli.ruling import pointing, save
from tracker.cli.show import say, table, tell, warn, words

if TYPE_CHECKING:
    from tracker.engine.search import Found

FORMS = ("table", "csv", "xlsx", "json")


@click.command("explain", short_help="Explain one customer: every tag, the follow-up, and what would change them.")
@book_argument
@click.argument("customer", callback=named, metavar="CUSTOMER")
@format_option
@today_option
def explain_command(book: str, customer: str, form: str, today: date | None) -> None:
    """Explain CUSTOMER of BOOK: for each tag its rule, the numbers that went into it, and how far off its boundary is.

    CUSTOMER is an ID, e-mail, phone, or a name or company that only one customer has. What is said is what the next
    refresh would write; nothing is written.
    """
    from tracker.commands.explain import explain_of_file
    from tracker.report.as_explained import explained_json, explained_text

    with working("reading", Path(book).name, quiet=form == "json"):
        story = explain_of_file(Path(book), customer, date.today(), today)
    sys.stdout.write(explained_json(story) if form == "json" else explained_text(story, words()))


@dataclass(frozen=True)
class Listing:
    """What of the customers is listed, in which form, and where it goes."""

    columns: tuple[str, ...]
    form: str
    mailing: str | None
    output: Path | None


listing_options = gathered(
    "how",
    Listing,
    (
        click.option(
            "--columns",
            multiple=True,
            metavar="NAMES",
            help="Columns by key or header, [header] of your own, or values such as spend(30d), with commas between.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMS),
            default="table",
            show_default=True,
            help="A table for people; the others for programs. xlsx needs --output.",
        ),
        click.option(
            "--mailing",
            callback=named,
            metavar="CHANNEL",
            help="Only who consented to CHANNEL (email, newsletter, phone, message, visit), did not opt out, and has "
            "an address; each address once.",
        ),
        click.option("--output", type=FILE, metavar="FILE", help="Write the list to FILE instead of the screen."),
    ),
)


@click.command("find", short_help="List the customers for whom a condition holds.")
@book_argument
@click.argument("condition", required=False, callback=named, metavar="[CONDITION]")
@click.option("--saved", callback=named, metavar="NAME", help="The search that Lists of BOOK keeps by this name.")
@click.option("--list", "kept", is_flag=True, help="List the searches that BOOK keeps.")
@listing_options
@today_option
def find_command(
    book: str, condition: str | None, saved: str | None, kept: bool, how: Listing, today: date | None
) -> None:
    """List the customers of BOOK for whom CONDITION holds, such as 'gender = "female" and spend(30d) > 500'.

    It is written as a condition of the sheet Rules, and may ask for tags too. Lists keeps searches: rows with the list
    `search`, the name as code, the condition as label.
    """
    if sum((condition is not None, saved is not None, kept)) != 1:
        raise click.UsageError("Give a condition, or --saved NAME, or --list.")
    if kept:
        _say_searches(book)
        return
    if how.form == "xlsx" and how.output is None:
        raise click.UsageError("A workbook cannot go to the screen. Give --output FILE.")
    from tracker.commands.find import find_in_file

    if how.output is not None:
        from tracker.cli.checking import refuse_workbook

        refuse_workbook(how.output, [Path(book)])
    with pointing(), working("reading", Path(book).name, quiet=how.form != "table"):
        found = find_in_file(
            Path(book), condition or saved or "", date.today(), today, saved is not None, how.columns, how.mailing or ""
        )
    _say_found(found, how)


def _say_searches(book: str) -> None:
    from tracker.commands.find import saved_in_file

    searches = saved_in_file(Path(book), date.today())
    if searches:
        table([(one.name, one.condition) for one in searches], "")
    else:
        tell(say("searches_none"))


def _say_found(found: Found, how: Listing) -> None:
    """The list where it is wanted; how many they are is said beside it, never inside of what a program reads."""
    from tracker.report.as_found import found_csv, found_json, found_rows, found_xlsx

    if how.output is not None:
        made = {"csv": found_csv, "json": found_json}
        text = made.get(how.form, found_csv)(found) if how.form != "xlsx" else ""
        coded = text.encode("utf-8-sig" if how.form != "json" else "utf-8", "replace")
        save(how.output, found_xlsx(found) if how.form == "xlsx" else coded)
        tell(say("found_written", file=how.output))
    elif how.form == "table":
        if found.positions:
            table(found_rows(found), "")
    else:
        sys.stdout.write(found_csv(found) if how.form == "csv" else found_json(found))
    tally = _tally(found)
    if how.output is not None or how.form == "table":
        tell(tally)
    else:
        warn(tally)


def _tally(found: Found) -> str:
    counted = say("found", count=len(found.positions))
    if not found.left_out:
        return counted
    what = [say(f"left_out_{reason}", count=count) for reason, count in found.left_out.items()]
    return counted + " " + say("found_left", what=", ".join(what))
