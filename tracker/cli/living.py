"""What `refresh --live` and `undo --live` share: the options of a workbook that is open, and the answer to its button.

The contract of the button stands at the top of its macro: the log says ``started`` at once, and is replaced as a whole
by the exit code on its first line and the words to be shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.app import FILE, Writing, gathered, named
from tracker.cli.show import say, tell
from tracker.errors import Exit, StorageError, TrackerError

if TYPE_CHECKING:
    from tracker.commands.refresh import Refresh

STARTED = "started"


@dataclass(frozen=True)
class Living:
    """What the options say about a workbook that is open."""

    live: bool
    workbook: str | None
    log: Path | None
    office: str | None

    def refuse_for_closed(self) -> None:
        """An option of an open workbook means nothing for a closed one."""
        given = {"--workbook": self.workbook, "--log": self.log, "--office": self.office}
        name = next((name for name, value in given.items() if value is not None), None)
        if name is not None:
            raise click.UsageError(f"{name} goes with --live.")


def lives(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that works in an open workbook too, which gets them as its argument ``open_one``."""
    options = (
        click.option("--live", is_flag=True, help="Work in the workbook that is open; it is not saved."),
        click.option(
            "--workbook", callback=named, metavar="NAME", help="Its name, path or address, where several are."
        ),
        click.option("--log", type=FILE, metavar="FILE", help="Write exit code and answer to FILE: the button."),
        click.option("--office", callback=named, metavar="PIPE", help="The pipe on which LibreOffice listens already."),
    )
    return gathered("open_one", Living, options, "A workbook that is open")(command)


def closed_book(book: str | None, open_one: Living, how: Writing) -> str | None:
    """The closed workbook that is meant; None for one that is open. UsageError for options that do not go together."""
    if open_one.live:
        given = {f"{book}": book, "--output": how.output, "--wait": how.wait, "--backups": how.backups}
        given |= {"--in-place": how.in_place, "--dry-run": how.dry_run}
        name = next((name for name, value in given.items() if value), None)
        if name is not None:
            raise click.UsageError(f"{name} does not go with --live, which works in an open workbook: --workbook NAME.")
        return None
    open_one.refuse_for_closed()
    if book is None:
        raise click.UsageError("Missing argument 'BOOK'.", click.get_current_context())
    return book


@dataclass
class Answer:
    """What is said to the person: on the screen at once, and in the log at the end."""

    lines: list[str] = field(default_factory=list)

    def tell(self, line: str, colour: str | None = None) -> None:
        """Say a line."""
        self.lines.append(line)
        tell(line, colour)


@contextmanager
def answering(log: Path | None) -> Iterator[Answer]:
    """Write what came of it to the log, whatever it was; StorageError where that cannot be written."""
    answer = Answer()
    _put(log, STARTED)
    try:
        yield answer
    except TrackerError as error:
        _put(log, told(error.exit_code, str(error)))
        raise
    except KeyboardInterrupt:
        _put(log, told(Exit.INTERRUPTED, say("live_interrupted")))
        raise
    except Exception as bug:
        _put(log, told(Exit.BUG, say("live_fault", kind=type(bug).__name__)))
        raise
    _put(log, told(Exit.CLEAN, *answer.lines))


def told(code: Exit, *lines: str) -> str:
    """The exit code on the first line, then the words to be shown."""
    return "\n".join((str(code.value), *lines))


def _put(log: Path | None, text: str) -> None:
    """The log with this text, as a whole; UTF-16 with its mark, which is what every macro can read."""
    if log is None:
        return
    new = log.with_name(f"{log.name}.new")
    try:
        new.write_bytes(text.encode("utf-16"))
        new.replace(log)
    except OSError as error:
        raise StorageError(f"{log}: the log could not be written ({error.strerror}). Nothing else is wrong.") from error


def refresh_open(open_one: Living, clock: date, pin: date | None) -> None:
    """Refresh an open workbook, and say in a line what came of it."""
    from tracker.commands.live import refresh_live

    with answering(open_one.log) as answer:
        begun = time.monotonic()
        path, done = refresh_live(open_one.workbook, clock, pin, pipe=open_one.office or "")
        _say(answer, path.name, done, time.monotonic() - begun)


def undo_open(open_one: Living) -> None:
    """Take the last refresh of an open workbook back."""
    from tracker.commands.live import undo_live

    with answering(open_one.log) as answer:
        path = undo_live(open_one.workbook, open_one.office or "")
        answer.tell(say("live_undone", file=path.name))


def _say(answer: Answer, file: str, done: Refresh, seconds: float) -> None:
    overdue, took = say("watch_overdue", count=done.due["overdue"]), f"{seconds:.1f}"
    problems = say("live_problems", count=len(done.findings))
    same = say("live_same", overdue=overdue, problems=problems, seconds=took)
    new = say("live_done", count=done.receipt.rows, overdue=overdue, problems=problems, seconds=took)
    answer.tell(new if done.changed else same)
    if done.applied:
        answer.tell(say("refresh_applied", count=done.applied))
    if done.not_applied:
        answer.tell(say("refresh_not_applied", count=done.not_applied), "yellow")
    if done.pinned:
        answer.tell(say("pinned", day=done.day), "red")
    for sheet, column, reason in done.receipt.skipped:
        answer.tell(say("skipped", sheet=sheet, column=column, reason=reason), "yellow")
    if done.changed:
        answer.tell(say("live_unsaved", file=file))
