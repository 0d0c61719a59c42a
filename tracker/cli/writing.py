"""``tracker new`` and ``tracker refresh``: make a workbook, and bring one up to date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, Command, Writing, book_if_closed, today_option, writes
from tracker.cli.living import Living, closed_book, lives, refresh_open
from tracker.cli.progress import working
from tracker.cli.show import cells, counted, pasted, say, tell

if TYPE_CHECKING:
    from tracker.commands.refresh import Refresh


@click.command("new", short_help="Make a new, empty workbook.")
@click.argument("book", type=PATH, metavar="BOOK")
@click.option("--locale", default="en", show_default=True, help="The language of the workbook.")
@today_option
def new_command(book: str, locale: str, today: date | None) -> None:
    """Make a new, empty workbook BOOK (.xlsx, or .xlsm with buttons). A file that is there is never overwritten."""
    from tracker.commands.new import new

    made = new(Path(book), locale, today or date.today())
    tell(say("new_made", file=made.path))
    tell(say("new_next", file=pasted(made.path)))


@click.command("refresh", cls=Command, short_help="Bring BOOK up to date: formulas, tags, follow-ups, summaries.")
@book_if_closed
@today_option
@lives
@writes
def refresh_command(book: str | None, today: date | None, how: Writing, open_one: Living) -> None:
    """Fill formulas, IDs and tags, take in what was typed into Follow-ups, and rebuild the lists and summaries of BOOK.

    Nothing else in the file changes, and nothing is written when nothing changed. A copy is kept before each write.
    With --today the workbook says in red that its day is pinned, until it is refreshed without.

    With --live the workbook is one that is open in Excel or LibreOffice: it is refreshed there, unsaved changes and
    all, and left unsaved. In LibreOffice one Undo (Ctrl+Z) takes the refresh back; Excel has no undo for it.
    """
    from tracker.commands.refresh import refresh_file

    book = closed_book(book, open_one, how)
    if book is None:
        refresh_open(open_one, date.today(), today)
        return
    path, keep = Path(book), how.keeping(Path(book))
    with working("reading", path.name) as line:
        done = refresh_file(
            path, date.today(), today, output=how.output, dry_run=how.dry_run, keep=keep, step=line.step
        )
    _say_refreshed(how.output or path, done, how.dry_run)


def _say_refreshed(path: Path, done: Refresh, dry_run: bool) -> None:
    if dry_run:
        cells(done.changes, done.cells)
        tell(say("refresh_would", file=path.name, count=done.cells))
    elif done.changed:
        tell(say("refresh_done", file=path.name, count=done.cells, customers=done.customers, day=done.day, **done.due))
    else:
        tell(say("refresh_same", file=path.name, day=done.day, **done.due))
    if done.applied and not dry_run:
        tell(say("refresh_applied", count=done.applied))
    if done.not_applied:
        tell(say("refresh_not_applied", count=done.not_applied), "yellow")
    if done.pinned:
        tell(say("pinned", day=done.day), "red")
    for sheet, column, reason in done.receipt.skipped:
        tell(say("skipped", sheet=sheet, column=column, reason=reason), "yellow")
    if done.findings:
        tell(say("refresh_findings", findings=counted(done.findings), file=pasted(path)))
    if done.waived:
        tell(say("refresh_waived", count=done.waived, file=pasted(path)))
