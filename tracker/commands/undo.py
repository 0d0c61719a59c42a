"""Take back what a run wrote into cells of staff, keep what people did since, and refresh, all in one write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from tracker.commands.changes import SHOWN, TABLES, Change, changes, count
from tracker.commands.keep import keeping, note, opened
from tracker.commands.past import RENEW, Past, past
from tracker.commands.refresh import TIME
from tracker.commands.restore import differences
from tracker.commands.runs import kept_record
from tracker.commands.workbook import ReadOnce, naming, refuse_newer
from tracker.engine.lower import differing, merged
from tracker.engine.read import read
from tracker.engine.record import Record, written
from tracker.engine.refresh import plan_refresh, stamp
from tracker.engine.undo import Left, PutBack, boxed, put_back
from tracker.errors import RefusedError, UsageError, pasted
from tracker.hosts import ClosedFile, Draft, MemoryHost
from tracker.keeper import Copy, Entry, Keeping, copy_of, read_copy
from tracker.model.grid import Host, Receipt, Writes

OF_ONE_LINE = ("done", "snooze")  # commands that note one follow-up and refresh, and are taken back with the refresh


@dataclass(frozen=True, eq=False)
class Undo:
    """What an undo did, or would do."""

    run: int
    command: str
    recorded: int  # cells and rows of staff that the run had written
    put_back: int = 0  # cells and boxes of Follow-ups
    taken_away: int = 0  # rows the run had appended
    brought_back: int = 0  # rows an undo had taken away
    left: tuple[Left, ...] = ()
    cells: int = 0
    receipt: Receipt = field(default_factory=lambda: Receipt(0))
    changes: tuple[Change, ...] = ()  # of a dry run
    tables: tuple[str, ...] = ()  # Tables the run put back over their cells, which stay
    others: tuple[int, ...] = ()  # runs that did write cells of staff, newest first, where this one did not

    @property
    def changed(self) -> bool:
        """Whether anything goes back."""
        return bool(self.put_back or self.taken_away or self.brought_back)


def undo_file(
    path: Path,
    clock: date,
    run: int | None = None,
    pin: date | None = None,
    now: datetime | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
) -> Undo:
    """Take back a run by its number in the log, the last one by default; see `undo`.

    One that noted a follow-up is taken back with its refresh, byte for byte, while nothing was done since.

    Raises UsageError for a run that does not exist or whose copy is gone, RefusedError for a broken log and a newer
    workbook, BusyError when somebody has the workbook open.
    """
    how = keep or keeping(path)
    with naming(path), opened(path, how, output, dry_run) as host:
        found = past(path, how.folder)
        entry = _entry(found, run)
        records = _records(found, entry)
        if not records:
            return Undo(entry.n, entry.command, 0, tables=_tables(entry), others=_others(found))
        command = f"undo {entry.n}"
        copy = None if dry_run or output is not None or pin is not None else _untouched(host, found, entry)
        if copy is not None:
            done = _whole(host, copy, records, clock, command)
        else:
            done = undo(host, records, clock, pin, now, dry_run, command)
        return replace(done, run=entry.n, command=entry.command, tables=_tables(entry))


def _untouched(host: ClosedFile, found: Past, entry: Entry) -> Copy | None:
    """The copy from before a run of one line, where the file is still what that run left: nobody did anything since."""
    if entry.command not in OF_ONE_LINE or hashlib.sha256(host.data).hexdigest() != entry.after:
        return None
    return copy_of(found.folder, entry)


def _whole(host: ClosedFile, copy: Copy, records: Sequence[Record], clock: date, command: str) -> Undo:
    """The workbook as it was before the run, byte for byte, its lists included."""
    once = ReadOnce(host)
    snapshot = read(once, clock)
    refuse_newer(snapshot)
    back, wanted = put_back(snapshot, records), read_copy(copy)
    writes = Writes(tuple(differences(once, ReadOnce(MemoryHost(wanted)))))
    many = count(writes)
    backup = host.put_back(wanted, note(command, once, writes, snapshot, written(back.records)))
    receipt = Receipt(many, ("workbook",), backup=backup)
    return Undo(0, command, len(records), back.cells, back.taken_away, back.brought_back, back.left, many, receipt)


def undo(
    host: Host,
    records: Sequence[Record],
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    command: str = "undo",
) -> Undo:
    """Put back what the records of a run say, wherever the workbook lives; nothing is written when nothing goes back.

    Words typed into Follow-ups stay in their boxes: an undo takes nothing in.
    """
    once = ReadOnce(host)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    back = put_back(snapshot, records)
    done = Undo(0, command, len(records), back.cells, back.taken_away, back.brought_back, back.left)
    if not done.changed:
        return done
    writes = _planned(once, back, clock, pin, (now or datetime.now()).strftime(TIME))
    writes = replace(writes, note=note(command, once, writes, snapshot, written(back.records)))
    shown = tuple(islice(changes(once, writes, snapshot), SHOWN)) if dry_run else ()
    receipt = once.carry_out(writes, dry_run)
    return replace(done, cells=receipt.cells, receipt=receipt, changes=shown)


def _planned(once: ReadOnce, back: PutBack, clock: date, pin: date | None, now: str) -> Writes:
    """What was put back, and on top of it the refresh of the workbook as it is then."""
    draft = ReadOnce(Draft(once, Writes(back.writes)))
    snapshot = read(draft, clock, pin)
    refreshed = plan_refresh(snapshot, boxed(snapshot, back.boxes))
    writes = draft.lowered(refreshed.plan, refreshed.snapshot)
    stamps = draft.lowered(stamp(refreshed.snapshot, now), refreshed.snapshot).cells
    cells = (differing(write, once.sheet) for write in merged((*back.writes, *writes.cells)))
    return replace(writes, cells=tuple(write for write in cells if len(write.rows)), stamps=stamps)


def _entry(found: Past, run: int | None) -> Entry:
    """The run that is meant."""
    name = pasted(found.path)
    if not found.chain.ok:
        raise RefusedError(
            f"its log is broken at line {found.chain.line} ({found.chain.why}), so nothing was written. "
            f"Look at it with: tracker log {name}; begin a new one with --renew."
        )
    if not found.chain.entries:
        raise UsageError("no run of tracker has written it yet, so there is nothing to undo.")
    if run is None:
        last = next((one for one in reversed(found.own_runs) if one.command != RENEW), None)
        if last is None:
            raise UsageError("no run in its log has written this file, so there is nothing to undo.")
        return last
    if run not in found.runs:
        raise UsageError(f"{found.path}: there is no run {run} in its log. See: tracker log {name}")
    if found.runs[run] not in found.own_runs:
        raise UsageError(f"run {run} wrote another file, {found.runs[run].file}. Undo it there.")
    return found.runs[run]


def _records(found: Past, entry: Entry) -> tuple[Record, ...]:
    """What a run wrote into cells of staff; UsageError where that is not known any more, or is the whole workbook."""
    if entry.command.startswith("restore"):
        again = f"tracker restore {pasted(found.path)} {entry.n}"
        raise UsageError(f"{found.path}: run {entry.n} put a whole workbook back. Take that back with: {again}")
    copy = copy_of(found.folder, entry)
    if copy is None and entry.copy:
        raise UsageError(f"the copy of run {entry.n} is no longer kept. See: tracker history {pasted(found.path)}")
    return () if copy is None else kept_record(copy)


def _tables(entry: Entry) -> tuple[str, ...]:
    """The Tables a run put back, by the log: an undo puts back cells alone."""
    return tuple(name.removeprefix(f"{TABLES}.") for name in entry.counts if name.startswith(f"{TABLES}."))


def _others(found: Past) -> tuple[int, ...]:
    own = {entry.n for entry in found.own_runs}
    return tuple(one.number for one in found.versions if one.undo and one.number in own and one.number is not None)
