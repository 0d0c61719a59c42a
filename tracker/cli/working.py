"""``tracker followups``: the worklist on the command line and in a calendar."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import FILE, book_argument, gathered, named, today_option
from tracker.cli.progress import working
from tracker.cli.ruling import save
from tracker.cli.show import say, table, tell, warn, words
from tracker.errors import RefusedError, StorageError, UsageError

if TYPE_CHECKING:
    from tracker.commands.followups import Asked, WorkList
    from tracker.engine.worklines import FollowUp


@dataclass(frozen=True)
class Choosing:
    """Which follow-ups are listed, in which form, and the calendar they go to."""

    owner: str | None
    due: str | None
    limit: int | None
    redact: bool
    form: str
    ics: Path | None

    @property
    def asked(self) -> Asked:
        """What is asked of the workbook."""
        from tracker.commands.followups import Asked, Due

        return Asked(self.owner or "", Due(self.due) if self.due else None, self.limit, self.redact)


choosing_options = gathered(
    "how",
    Choosing,
    (
        click.option("--owner", callback=named, metavar="NAME", help="Only the lines of one owner."),
        click.option(
            "--due",
            type=click.Choice(["overdue", "today", "week"]),
            help="Only the late lines, only those due that day, or the late ones and all due within a week.",
        ),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N of them."),
        click.option("--redact", is_flag=True, help="Hide names, phones and words: lines are told by their IDs."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "csv", "json"]),
            default="table",
            show_default=True,
            help="A table for people, the others for programs.",
        ),
        click.option(
            "--ics",
            type=FILE,
            metavar="FILE",
            help="Write them to FILE as a calendar instead: an all-day event each, with name and action, and an alarm.",
        ),
    ),
)


@click.command("followups", short_help="List who is to be called, and why; also as a calendar.")
@book_argument
@choosing_options
@today_option
def followups_command(book: str, how: Choosing, today: date | None) -> None:
    """List the follow-ups of BOOK in the order of its sheet, as the next refresh would leave them; nothing is written.

    The last word of a line is its ID, which `tracker done` and `tracker snooze` take. A calendar may be imported again
    and again: what moved moves, what is done goes, nothing doubles. It holds names and actions, no phone and no note.
    """
    from tracker.commands.followups import followups_of_file

    if how.ics is not None and how.form != "table":
        raise click.UsageError("Give --ics or --format, not both: a calendar has its own form.")
    with working("reading", Path(book).name, quiet=how.form != "table"):
        listed = followups_of_file(Path(book), date.today(), how.asked, today)
    if how.ics is not None:
        _write_calendar(Path(book), how.ics, listed)
    else:
        _say_followups(listed, how)


def _say_followups(listed: WorkList, how: Choosing) -> None:
    from tracker.report.as_followups import followups_csv, followups_json

    if how.form == "json":
        sys.stdout.write(followups_json(listed.day, listed.count, listed.lines, how.redact))
        return
    if how.form == "csv":
        sys.stdout.write(followups_csv(listed.lines))
    elif listed.lines:
        table(list(map(_row, listed.lines)), "")
    (warn if how.form == "csv" else tell)(_tally(listed))


def _row(line: FollowUp) -> tuple[str, ...]:
    """A line for people: due, how late, who, phone, owner, what, why, ID."""
    late = line.days_late or 0
    return (
        line.due.isoformat() if line.due else words().choice("state", line.state),
        say("late", count=late) if late > 0 else "",
        line.customer or line.customer_id,
        line.phone,
        line.owner,
        line.what,
        line.why,
        line.followup_id,
    )


def _tally(listed: WorkList) -> str:
    if len(listed.lines) < listed.count:
        return say("followups_first", shown=len(listed.lines), count=listed.count, day=listed.day)
    return say("followups_count", count=listed.count, day=listed.day)


def _write_calendar(book: Path, output: Path, listed: WorkList) -> None:
    """Write a calendar; one of the same workbook gives way to it, any other file is refused."""
    from tracker.commands.followups import saved_at
    from tracker.report.as_calendar import Edition, calendar, is_ours

    earlier = _earlier(output)
    if earlier and not is_ours(earlier, listed.workbook_id):
        raise RefusedError(f"--ics {output} is a file, and no calendar of this workbook. Give the name of another.")
    edition = Edition(listed.workbook_id, book.name, listed.day, saved_at(book))
    save(output, calendar(listed.lines, edition, words(), earlier, listed.every))
    dated = sum(line.due is not None for line in listed.lines)
    tell(say("followups_calendar", count=dated, file=output, day=listed.day))


def _earlier(output: Path) -> bytes:
    """The calendar that stands there already; nothing where none does."""
    if output.is_dir():
        raise UsageError(f"--ics {output} is a folder. Give the name of a file.")
    try:
        return output.read_bytes() if output.exists() else b""
    except OSError as error:
        raise StorageError(f"{output} could not be read ({error.strerror}). Name another file.") from error
