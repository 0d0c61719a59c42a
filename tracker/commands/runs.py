"""The record of a run: what it wrote into cells of staff, made for the copy it leaves and read back from there."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.commands.workbook import ReadOnce
from tracker.engine.harvest import Taken
from tracker.engine.record import Record, read_records, record_of, written
from tracker.errors import StorageError
from tracker.hosts import Draft
from tracker.keeper import Copy, read_run
from tracker.model.grid import Host, Writes
from tracker.model.plan import Plan
from tracker.schema.snapshot import Snapshot


def run_record(host: Host, writes: Writes, plan: Plan, snapshot: Snapshot, taken: Sequence[Taken] = ()) -> bytes:
    """What the staff part of a plan writes, compressed; empty when it writes nothing of theirs."""
    if not (plan.edits or plan.rows or taken):
        return b""
    return written(record_of(plan, host, ReadOnce(Draft(host, writes)), snapshot, taken))


def kept_record(copy: Copy) -> tuple[Record, ...]:
    """What the run after a copy wrote into cells of staff; StorageError when its record is damaged."""
    data = read_run(copy)
    try:
        return read_records(data or b"")
    except ValueError as error:
        raise StorageError(f"{copy.run}: it is damaged, not what was kept. Restore a copy instead.") from error
