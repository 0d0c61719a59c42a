"""The worklist of a workbook as it is saved, worked out afresh, for the terminal and for calendars; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from tracker.commands.asking import snapshot_of
from tracker.commands.workbook import naming
from tracker.engine.worked import as_refreshed
from tracker.engine.worklines import FollowUp, hidden, worklines
from tracker.errors import UsageError
from tracker.facts.calendar import from_serial
from tracker.hosts import ClosedFile
from tracker.model.grid import Host
from tracker.schema.snapshot import Snapshot, fold

WEEK = 7


class Due(StrEnum):
    """Which lines of the worklist: late ones, those of the day, or all up to a week ahead."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True)
class Asked:
    """Which lines are wanted: of one owner (by name, in any case), by when they are due, how many at most.

    With ``redact`` nothing about a person is in them.
    """

    owner: str = ""
    due: Due | None = None
    limit: int | None = None
    redact: bool = False


ALL = Asked()


@dataclass(frozen=True)
class WorkList:
    """The lines that were asked for, in the order of the sheet, and the day they are of.

    ``count`` is how many there are where ``limit`` cut them off; ``every`` are the IDs of the whole worklist.
    """

    day: date
    workbook_id: str
    count: int
    lines: tuple[FollowUp, ...]
    every: frozenset[str] = frozenset()


def followups_of_file(path: Path, clock: date, asked: Asked = ALL, pin: date | None = None) -> WorkList:
    """The worklist of a closed file. Raises UnreadableError when it cannot be read, UsageError for a strange owner."""
    with naming(path):
        return followups(ClosedFile(path), clock, asked, pin)


def followups(host: Host, clock: date, asked: Asked = ALL, pin: date | None = None) -> WorkList:
    """The worklist as the next refresh would leave it, what was typed into Follow-ups taken in; nothing is written."""
    worked = as_refreshed(snapshot_of(host, clock, pin))
    snapshot, every = worked.snapshot, worklines(worked)
    day, lines = from_serial(snapshot.today) or clock, list(every)
    if asked.owner:
        _refuse_stranger(asked.owner, snapshot, lines)
        lines = [line for line in lines if fold(line.owner) == fold(asked.owner)]
    if asked.due is not None:
        lines = [line for line in lines if line.due is not None and _falls(line.due, day, asked.due)]
    chosen = lines[: asked.limit]
    shown = hidden(chosen) if asked.redact else tuple(chosen)
    return WorkList(day, snapshot.identity.workbook_id, len(lines), shown, frozenset(one.followup_id for one in every))


def saved_at(path: Path) -> datetime:
    """When a workbook was last saved, to the second; its worklist hangs on nothing else but the day."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _refuse_stranger(owner: str, snapshot: Snapshot, lines: list[FollowUp]) -> None:
    """An owner whom neither the list nor the workbook knows is a slip of the pen, not an empty day."""
    known = dict.fromkeys([*(choice.label for choice in snapshot.lists["owner"].values), *(one.owner for one in lines)])
    if fold(owner) not in map(fold, known):
        names = ", ".join(sorted(filter(None, known)))
        raise UsageError(f"no owner is called {owner}. " + (f"Owners: {names}" if names else "It has no owners yet."))


def _falls(when: date, day: date, due: Due) -> bool:
    ahead = (when - day).days
    return {Due.OVERDUE: ahead < 0, Due.TODAY: ahead == 0, Due.WEEK: ahead <= WEEK}[due]
