"""``tracker watch``: refresh workbooks whenever somebody saved and closed them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, Command
from tracker.cli.show import counted, say, tell

if TYPE_CHECKING:
    from tracker.commands.watch import Turn

TIME = "%H:%M:%S"


@click.command("watch", cls=Command, short_help="Refresh workbooks whenever they were saved and closed.")
@click.argument("place", type=PATH, metavar="PLACE")
@click.option("--poll", is_flag=True, help="Look for changes every second, where the system tells of none.")
def watch_command(place: str, poll: bool) -> None:
    """Watch a workbook, or all workbooks below a folder, and refresh each as soon as it was saved and nobody has it
    open any more: as `tracker refresh` does, with a copy kept before each write.

    A line is said of each. What cannot be refreshed is named, and the others are watched on; workbooks without our
    tables, owner files and kept copies are passed over. Network drives are polled; a folder that goes away is waited
    for. It runs until Ctrl+C.
    """
    from tracker.commands.noticing import noticed
    from tracker.commands.watch import Watch, refreshed

    batches = noticed(Path(place), poll)
    watch = Watch(lambda path: refreshed(path, date.today()), every=not Path(place).is_dir())
    with _until_stopped():
        for turn in watch.turns(_begun(batches, place)):
            _say(turn)


def _begun(batches: Iterator[set[Path]], place: str) -> Iterator[set[Path]]:
    """The batches; that they are waited for is said with the first look, by which all is set up."""
    yield next(batches)
    tell(say("watch_begins", place=place))
    yield from batches


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """To be stopped is how it ends."""
    try:
        yield
    except KeyboardInterrupt:
        tell(say("watch_ended"))


def _say(turn: Turn) -> None:
    about = {"time": datetime.now().strftime(TIME), "file": turn.path.name}
    if turn.error is not None:
        text = str(turn.error).removeprefix(f"{turn.path}: ")
        tell(say("watch_failed", error=text, **about), "red")
    elif turn.fault is not None:
        from tracker.cli.bugs import save_log

        tell(say("watch_fault", kind=turn.fault.kind, place=save_log(turn.fault, ["watch"]), **about), "red")
    elif turn.done is not None:
        done, seconds = turn.done, f"{turn.seconds:.1f}"
        overdue = say("watch_overdue", count=done.due["overdue"])
        about["state"] = ", ".join(filter(None, (overdue, counted(done.findings))))
        same = say("watch_same", **about)
        tell(say("watch_done", count=done.cells, seconds=seconds, **about) if done.changed else same)
