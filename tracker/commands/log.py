"""Who ran what on a workbook, whether that log is whole, and what staff changed since; reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.commands.keep import keeping
from tracker.commands.past import RENEW, Past, known_past
from tracker.commands.runs import kept_record
from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.identify import identify
from tracker.engine.read import read
from tracker.engine.record import Record
from tracker.engine.since import Difference, differences
from tracker.engine.undo import put_back, replayed
from tracker.errors import TrackerError
from tracker.facts.calendar import from_serial
from tracker.hosts import Draft, MemoryHost
from tracker.keeper import Entry, Keeping, copy_of, read_bytes, read_copy, renew
from tracker.model.grid import Host, Writes
from tracker.schema.snapshot import Snapshot

NUMBERING = ("refresh", "undo")  # commands that give IDs


@dataclass(frozen=True)
class Since:
    """Which cells of staff differ from what the last run left; ``unknown`` says why that cannot be told."""

    run: int
    differences: tuple[Difference, ...] = ()
    unknown: str = ""


@dataclass(frozen=True)
class Log:
    """The runs, oldest first and as far as the log can be trusted, and what happened after the last of them."""

    past: Past
    since: Since | None

    @property
    def runs(self) -> Sequence[Entry]:
        """The entries."""
        return self.past.chain.entries

    @property
    def whole(self) -> bool:
        """Whether nobody changed the log."""
        return self.past.chain.ok


def log(path: Path, clock: date, backups: Path | None = None) -> Log:
    """The log of a workbook. ``backups`` is the folder of its copies, if not beside it.

    UnreadableError for a file that is not there and of which nothing is kept.
    """
    found = known_past(path, keeping(path, backups=backups).folder)
    last = next((one for one in reversed(found.own_runs) if one.command != RENEW), None)
    return Log(found, _since(found, last, clock) if found.chain.ok and last else None)


def renew_log(path: Path, keep: Keeping | None = None) -> Entry:
    """Begin a new log; the old one is kept beside it, under a name that the first entry tells."""
    how = keep or keeping(path)
    with naming(path):
        found = known_past(path, how.folder)
        return renew(path, found.workbook_id, how)


def _since(found: Past, last: Entry, clock: date) -> Since:
    """What staff changed since a run."""
    if not found.path.exists():
        return Since(last.n, unknown="file")
    try:
        data = read_bytes(found.path)
        if hashlib.sha256(data).hexdigest() == last.after:
            return Since(last.n)
        now = read(ReadOnce(MemoryHost(data)), clock)
        then, records = _as_left(found, last, now)
    except TrackerError:
        return Since(last.n, unknown="file")
    if then is None:
        return Since(last.n, unknown="copy")
    return Since(last.n, differences(then, now, records))


def _as_left(found: Past, last: Entry, now: Snapshot) -> tuple[Snapshot | None, Sequence[Record]]:
    """The workbook as a run left it: a copy of that, or the copy from before with the run done again."""
    day = now.state.get("figures_day")
    as_of = (from_serial(day) if isinstance(day, int | float) else None) or last.time.astimezone().date()
    for data in _copies_after(found, last):
        return read(ReadOnce(MemoryHost(data)), as_of, as_of), ()
    copy = copy_of(found.folder, last)
    if copy is None:
        return None, ()
    try:
        data, records = read_copy(copy), kept_record(copy)
    except TrackerError:
        return None, ()
    host: Host = ReadOnce(MemoryHost(data))
    snapshot = read(host, as_of, as_of)
    if records:
        writes = put_back(snapshot, replayed(records)).writes
        snapshot = read(ReadOnce(Draft(host, Writes(writes))), as_of, as_of)
    numbered = last.command.startswith(NUMBERING)
    return identify(snapshot).snapshot if numbered else snapshot, records


def _copies_after(found: Past, last: Entry) -> Iterator[bytes]:
    """The bytes a run left, where a copy of them is kept."""
    for version in found.versions:
        if last.after.startswith(version.copy.digest):
            with suppress(TrackerError):
                yield read_copy(version.copy)
