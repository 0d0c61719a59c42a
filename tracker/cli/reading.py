"""``tracker doctor``: look at a workbook without touching it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import book_argument, format_option
from tracker.cli.progress import working
from tracker.cli.show import say, table, tell

if TYPE_CHECKING:
    from tracker.commands.doctor import Diagnosis


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
