"""``tracker followups`` and ``tracker doctor``: look into a workbook without touching it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import book_argument, format_option, named
from tracker.cli.progress import working
from tracker.cli.show import pasted, say, table, tell

if TYPE_CHECKING:
    from tracker.commands.doctor import Diagnosis
    from tracker.commands.followups import WorkList


@click.command("followups", short_help="List who is to be called, as the last refresh left it.")
@book_argument
@click.option("--owner", callback=named, metavar="NAME", help="Only the lines of one owner.")
@click.option(
    "--due",
    type=click.Choice(["overdue", "today", "week"]),
    help="Only the late lines, only those due that day, or the late ones and all due within a week.",
)
@format_option
def followups_command(book: str, owner: str | None, due: str | None, form: str) -> None:
    """List the follow-ups of BOOK as its last refresh left them."""
    from tracker.commands.followups import Due, followups_of_file

    with working("reading", Path(book).name, quiet=form == "json"):
        listed = followups_of_file(Path(book), date.today(), owner or "", Due(due) if due else None)
    if form == "json":
        tell(json.dumps(asdict(listed), default=str, ensure_ascii=False, indent=2))
    else:
        _say_followups(book, listed)


def _say_followups(book: str, listed: WorkList) -> None:
    if listed.day is None:
        tell(say("followups_never", file=pasted(book)))
        return
    rows = [
        (
            line.due.isoformat() if line.due else "",
            say("late", count=line.days_late) if line.days_late > 0 else "",
            line.customer or line.customer_id,
            line.phone,
            line.owner,
            line.what,
            line.why,
        )
        for line in listed.lines
    ]
    if rows:
        table(rows, "")
    tell(say("followups_count", count=len(rows), day=listed.day))


@click.command("doctor", short_help="Say what BOOK is and who has it open.")
@book_argument
@format_option
def doctor_command(book: str, form: str) -> None:
    """Say what BOOK is, who has it open, what in it other programs would destroy, and which versions are at work."""
    from tracker.commands.doctor import doctor, versions

    with working("reading", Path(book).name, quiet=form == "json"):
        found = doctor(Path(book), date.today())
    if form == "json":
        tell(json.dumps({**asdict(found), "versions": versions()}, default=str, ensure_ascii=False, indent=2))
        return
    _say_diagnosis(found)
    tell(say("doctor_versions"))
    table(list(versions().items()))


def _say_diagnosis(found: Diagnosis) -> None:
    tell(say("doctor_file", file=found.path, size=found.size, sheets=found.sheets, copies=found.copies))
    if found.open_in:
        tell(say("doctor_open", who=found.open_in), "yellow")
    if found.book is None:
        tell(say("doctor_not_ours"))
    else:
        one = found.book
        tell(say("doctor_book", id=one.workbook_id, schema=str(one.schema), locale=one.locale, made_by=one.made_by))
        tell(say("doctor_refreshed", day=one.refreshed, at=one.changed_at) if one.refreshed else say("doctor_never"))
        if one.pinned:
            tell(say("pinned", day=one.refreshed), "red")
        if one.schema > one.known_schema:
            tell(say("doctor_newer", known=one.known_schema), "red")
        table([_table_row(size.name, size.sheet, size.rows, size.own_columns, size.is_table) for size in one.tables])
    if found.fragile:
        tell(say("doctor_fragile"))
        table([(say(f"part_{name}"), f"{count:,}") for name, count in found.fragile.items()])
    else:
        tell(say("doctor_sturdy"))


def _table_row(name: str, sheet: str, rows: int, own: int, is_table: bool) -> tuple[str, ...]:
    extra = say("own_columns", count=own) if own else ""
    return name, sheet, say("rows", count=rows), extra if is_table else say("lost_table")
