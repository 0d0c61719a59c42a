"""The worklist as the last refresh left it, for the terminal; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.read import CORE, read
from tracker.errors import UnreadableError, UsageError
from tracker.facts.calendar import from_serial
from tracker.hosts import ClosedFile
from tracker.model.grid import Host
from tracker.schema.base import BASE
from tracker.schema.column import Schema
from tracker.schema.snapshot import Snapshot, fold

WEEK = 7
LIST = "FollowUps"
NEEDED = Schema(BASE.version, tuple(BASE[name] for name in (LIST, "Settings", "Lists", "Team")))  # Team: the owners


class Due(StrEnum):
    """Which lines of the worklist: late ones, those of the day, or all up to a week ahead."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True)
class FollowUp:
    """One line: when it is due, how late it is, who, how to reach them, and why."""

    due: date | None
    days_late: int
    customer_id: str
    customer: str
    phone: str
    owner: str
    channel: str
    what: str
    why: str
    escalation: str
    followup_id: str


@dataclass(frozen=True)
class WorkList:
    """The lines, and the day they are of; None when the workbook was never refreshed."""

    day: date | None
    lines: tuple[FollowUp, ...]


def followups_of_file(path: Path, clock: date, owner: str = "", due: Due | None = None) -> WorkList:
    """The worklist of a closed file. Raises UnreadableError when it cannot be read, UsageError for a strange owner."""
    with naming(path):
        return followups(ClosedFile(path), clock, owner, due)


def followups(host: Host, clock: date, owner: str = "", due: Due | None = None) -> WorkList:
    """The worklist in its own order; ``owner`` by name, in any case, ``due`` as of the day of the last refresh."""
    snapshot = _read(ReadOnce(host), clock)
    if LIST not in snapshot.layout:
        raise UnreadableError("it has no Follow-ups list. Run: tracker doctor")
    day = _day(snapshot)
    lines = _lines(snapshot)
    if owner:
        _refuse_stranger(owner, snapshot, lines)
        lines = [line for line in lines if fold(line.owner) == fold(owner)]
    if due is not None and day is not None:
        lines = [line for line in lines if line.due is not None and _falls(line.due, day, due)]
    return WorkList(day, tuple(lines))


def _read(host: ReadOnce, clock: date) -> Snapshot:
    """The sheets that the list needs, where its Table and one of ours beside it show where they are; else all."""
    tables = {name.casefold() for name in host.book().tables}
    found = LIST.casefold() in tables and any(name.casefold() in tables for name in CORE)
    return read(host, clock, schema=NEEDED if found else BASE)


def _refuse_stranger(owner: str, snapshot: Snapshot, lines: list[FollowUp]) -> None:
    """An owner whom neither the list nor the workbook knows is a slip of the pen, not an empty day."""
    known = dict.fromkeys([*(choice.label for choice in snapshot.lists["owner"].values), *(one.owner for one in lines)])
    if fold(owner) not in map(fold, known):
        names = ", ".join(sorted(filter(None, known)))
        raise UsageError(f"no owner is called {owner}. " + (f"Owners: {names}" if names else "It has no owners yet."))


def _day(snapshot: Snapshot) -> date | None:
    serial = snapshot.state.get("figures_day")
    return from_serial(serial) if isinstance(serial, int | float) and serial else None


def _falls(when: date, day: date, due: Due) -> bool:
    ahead = (when - day).days
    return {Due.OVERDUE: ahead < 0, Due.TODAY: ahead == 0, Due.WEEK: ahead <= WEEK}[due]


def _lines(snapshot: Snapshot) -> list[FollowUp]:
    texts = {key: snapshot.text(LIST, key) for key in ("customer_id", "customer", "phone", "owner", "channel")}
    texts |= {key: snapshot.text(LIST, key) for key in ("what", "why", "escalation", "followup_id")}
    due, late = snapshot.number(LIST, "due"), snapshot.number(LIST, "days_late")
    return [
        FollowUp(_date(due[i]), 0 if np.isnan(late[i]) else int(late[i]), **{key: one[i] for key, one in texts.items()})
        for i in range(len(due))
        if texts["followup_id"][i]
    ]


def _date(serial: Any) -> date | None:
    return None if np.isnan(serial) else from_serial(float(serial))
