"""``tracker done`` and ``tracker snooze``: say of a follow-up what its boxes on Follow-ups would say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracker.cli.app import Command, Writing, book_argument, day, named, today_option, writes
from tracker.cli.progress import working
from tracker.cli.show import cells, pasted, say, tell

followup_argument = click.argument("followup", callback=named, metavar="FOLLOWUP")


@click.command("done", cls=Command, short_help="Note that a follow-up of BOOK is done.")
@book_argument
@followup_argument
@click.option("--result", callback=named, metavar="TEXT", help="What came of it, in your words.")
@click.option("--on", callback=day, metavar="YYYY-MM-DD", help="The day it was done, if not today.")
@click.option("--next", "following", callback=day, metavar="YYYY-MM-DD", help="The day to get in touch again.")
@click.option("--channel", callback=named, metavar="CHANNEL", help="How, if not by the channel the list suggests.")
@today_option
@writes
def done_command(
    book: str,
    followup: str,
    result: str | None,
    on: date | None,
    following: date | None,
    channel: str | None,
    today: date | None,
    how: Writing,
) -> None:
    """Note that FOLLOWUP of BOOK is done, and refresh: as if its boxes on Follow-ups had been filled.

    FOLLOWUP is an ID as `tracker followups` shows it, such as action:I20261118004. A call becomes an interaction, an
    action is ticked off, a message answered, a complaint solved, data verified.
    """
    from tracker.commands.done import Wish

    _note(book, followup, Wish(result or "", on, following, channel or ""), today, how)


@click.command("snooze", cls=Command, short_help="Put a follow-up of BOOK off to a later day, with a reason.")
@book_argument
@followup_argument
@click.argument("until", callback=day, metavar="DATE")
@click.option("--reason", callback=named, required=True, metavar="TEXT", help="Why it can wait; required.")
@today_option
@writes
def snooze_command(book: str, followup: str, until: date, reason: str, today: date | None, how: Writing) -> None:
    """Put FOLLOWUP of BOOK off until DATE (2026-11-25), and refresh: as if its box Snooze until had been filled.

    FOLLOWUP is an ID as `tracker followups` shows it. An action, a plan and an agreed day move, the cadence rests;
    complaints and messages come back on that day. The reason is kept in the workbook, with who said it.
    """
    from tracker.commands.done import Wish

    _note(book, followup, Wish(reason, until=until), today, how)


def _note(book: str, followup: str, wish: object, today: date | None, how: Writing) -> None:
    from tracker.commands.done import Wish, note_file

    assert isinstance(wish, Wish)
    path = Path(book)
    with working("computing", path.name):
        done = note_file(
            path, followup, wish, date.today(), today, output=how.output, dry_run=how.dry_run, keep=how.keeping(path)
        )
    if how.dry_run:
        cells(done.changes, done.cells)
        tell(say("noted_dry", followup=done.followup_id, count=done.cells))
        return
    if wish.until is not None:
        tell(say("snoozed", followup=done.followup_id, day=wish.until))
    else:
        talked = done.interaction
        tell(say("done_noted" if talked else "done_ticked", followup=done.followup_id))
    if done.left:
        tell(say("noted_left", count=done.left), "yellow")
    if how.output is None:
        tell(say("noted_next", file=pasted(book)))
