"""Refresh a workbook: formulas, IDs, tags, follow-ups and summaries, in the same file and nothing else in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from tracker.commands.changes import SHOWN, Change, changes
from tracker.commands.keep import note, opened
from tracker.commands.runs import run_record
from tracker.commands.workbook import ReadOnce, Step, naming, refuse_incomplete, refuse_newer, silent
from tracker.engine.pending import Pending
from tracker.engine.read import read
from tracker.engine.refresh import Refreshed, plan_refresh, stamp
from tracker.facts.calendar import from_serial
from tracker.keeper import Keeping
from tracker.model.finding import Finding
from tracker.model.grid import Host, Receipt, Writes
from tracker.schema.snapshot import Snapshot

TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, eq=False)
class Refresh:
    """What a refresh did, or would do."""

    day: date
    pinned: bool
    customers: int
    due: dict[str, int]  # overdue, today, upcoming → lines of the worklist
    findings: tuple[Finding, ...]
    cells: int
    receipt: Receipt
    applied: int = 0  # lines of Follow-ups that were taken in
    not_applied: int = 0  # lines that wait there with a reason
    changes: tuple[Change, ...] = ()  # of a dry run
    tables: tuple[str, ...] = ()  # of a dry run: tables that would grow or be repaired
    waived: int = 0  # findings that somebody decided to leave as they are

    @property
    def changed(self) -> bool:
        """Whether anything differs from before."""
        return bool(self.cells or self.tables or self.receipt.parts)


def refresh_file(
    path: Path,
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
    step: Step = silent,
) -> Refresh:
    """Refresh a closed file, or write the result to ``output`` and leave the file alone.

    Raises RefusedError for a newer workbook or an output that is another file, BusyError when somebody has it open or
    another run is writing it; ``keep`` says how long to wait, and where copies go.
    """
    with naming(path), opened(path, keep, output, dry_run) as host:
        return refresh(host, clock, pin, now, dry_run, step)


def refresh(
    host: Host,
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    step: Step = silent,
    command: str = "refresh",
) -> Refresh:
    """Refresh a workbook wherever it lives, as of ``pin``, else its setting ``as_of``, else ``clock``.

    ``command`` is how the log calls it.
    """
    step("reading")
    once = ReadOnce(host)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    refuse_incomplete(once.book(), snapshot)
    step("computing")
    refreshed, writes = planned(once, snapshot, (now or datetime.now()).strftime(TIME), command=command)
    shown = tuple(islice(changes(once, writes, snapshot), SHOWN)) if dry_run else ()
    step("writing")
    receipt = once.carry_out(writes, dry_run)
    return Refresh(
        from_serial(snapshot.today) or clock,
        snapshot.pinned,
        len(refreshed.snapshot.frames["Customers"]),
        _due(refreshed),
        refreshed.findings,
        receipt.cells,
        receipt,
        refreshed.applied,
        refreshed.not_applied,
        shown,
        tuple(change.name for change in writes.tables) if dry_run else (),
        refreshed.waived,
    )


def planned(
    host: ReadOnce, snapshot: Snapshot, now: str, line: Pending | None = None, command: str = "refresh"
) -> tuple[Refreshed, Writes]:
    """The plan and its writes; the time of the change is written only when something else is.

    ``line`` is one of Follow-ups that a command says: it is taken in, but an undo has no box to put it back into.
    """
    refreshed = plan_refresh(snapshot, more=(line,) if line else ())
    writes = host.lowered(refreshed.plan, refreshed.snapshot)
    if writes:
        stamps = host.lowered(stamp(refreshed.snapshot, now), refreshed.snapshot).cells
        writes = replace(writes, stamps=stamps)
        typed = [one for one in refreshed.taken if one.line is not line]
        undo = run_record(host, writes, refreshed.typed, snapshot, typed)
        writes = replace(writes, note=note(command, host, writes, snapshot, undo))
    return refreshed, writes


def _due(refreshed: Refreshed) -> dict[str, int]:
    """The lines of the worklist by when they are due."""
    listing = next((one for one in refreshed.plan.listings if one.table == "FollowUps"), None)
    many = Counter(listing.columns.get("state", ()) if listing else ())
    return {code: many[refreshed.snapshot.words.choice("state", code)] for code in ("overdue", "today", "upcoming")}
