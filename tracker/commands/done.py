"""A follow-up said to be done or put off on the command line: what its boxes on Follow-ups would make of it.

The line is taken in as if it had been typed there and the workbook refreshed, in one write: the same cells, IDs and
lists come of it. It is held, copied and logged as every write, and can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from tracker.commands.changes import SHOWN, Change, changes
from tracker.commands.keep import opened
from tracker.commands.refresh import TIME, planned
from tracker.commands.workbook import ReadOnce, naming, refuse_incomplete, refuse_newer
from tracker.engine.pending import Pending, typed_rows
from tracker.engine.read import read
from tracker.engine.refresh import Refreshed
from tracker.engine.worked import as_refreshed
from tracker.errors import UsageError
from tracker.facts.calendar import to_serial
from tracker.keeper import Keeping
from tracker.keeper.lock import person
from tracker.model.grid import Host, Receipt
from tracker.model.plan import Value
from tracker.schema.snapshot import Snapshot, fold

NEAREST = 3  # IDs that a message names
ELSEWHERE = "See: tracker followups BOOK"


@dataclass(frozen=True)
class Wish:
    """What is to be noted of a follow-up: done on a day (today for none), or put off to one; empty says nothing."""

    result: str = ""
    on: date | None = None
    following: date | None = None
    channel: str = ""
    until: date | None = None

    def boxes(self, today: int) -> Mapping[str, Value]:
        """The boxes of Follow-ups that say the same."""
        if self.until is not None:
            return {"snooze": _serial(self.until), "result": self.result or None, "by": person() or None}
        return {
            "done_on": _serial(self.on) if self.on else float(today),
            "result": self.result or None,
            "next_date": _serial(self.following) if self.following else None,
            "channel_used": self.channel or None,
        }


@dataclass(frozen=True, eq=False)
class Noted:
    """What came of it: the follow-up, how many cells were written, whether an interaction was; of a dry run which."""

    followup_id: str
    interaction: bool
    cells: int
    receipt: Receipt
    left: int = 0  # lines of Follow-ups that could not be taken in with it
    changes: tuple[Change, ...] = field(default=())


def note_file(
    path: Path,
    followup: str,
    wish: Wish,
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
) -> Noted:
    """Note that a follow-up of a closed workbook is done or put off.

    Raises UsageError for a follow-up there is not and for what its boxes would not take, RefusedError for a newer
    workbook, BusyError when somebody has it open.
    """
    with naming(path), opened(path, keep, output, dry_run) as host:
        return note_followup(host, followup, wish, clock, pin, now, dry_run)


def note_followup(
    host: Host,
    followup: str,
    wish: Wish,
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
) -> Noted:
    """Note that a follow-up is done or put off, wherever the workbook lives."""
    once = ReadOnce(host)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    refuse_incomplete(once.book(), snapshot)
    line = _line(snapshot, followup, wish)
    command = "done" if wish.until is None else "snooze"
    refreshed, writes = planned(once, snapshot, (now or datetime.now()).strftime(TIME), line, command)
    taken = next((one for one in refreshed.taken if one.line is line), None)
    if taken is None:
        raise UsageError(_why_not(refreshed, line))
    shown = tuple(islice(changes(once, writes, snapshot), SHOWN)) if dry_run else ()
    receipt = once.carry_out(writes, dry_run)
    interaction = any(table == "Interactions" for table, _ in taken.rows)
    return Noted(line.text("followup_id"), interaction, receipt.cells, receipt, refreshed.not_applied, shown)


def _serial(day: date) -> float:
    return float(to_serial(day))


def _line(snapshot: Snapshot, followup: str, wish: Wish) -> Pending:
    """The line of the worklist as it is today, with its boxes filled; UsageError where there is none."""
    if any(fold(one.text("followup_id")) == fold(followup) for one in typed_rows(snapshot)):
        raise UsageError(f"words are typed into {followup} on Follow-ups already. Take them in first: tracker refresh")
    columns = as_refreshed(snapshot).worklist.listing.columns
    ids = [str(one or "") for one in columns["followup_id"]]
    at = next((place for place, one in enumerate(ids) if one and fold(one) == fold(followup)), None)
    if at is None:
        raise UsageError(f"there is no follow-up {followup}. {_nearest(followup, ids)}")
    boxes = dict(wish.boxes(snapshot.today))
    used = boxes.get("channel_used")
    if isinstance(used, str):
        boxes["channel_used"] = snapshot.lists["channel"].codes.get(fold(used), used)
    return Pending({**{key: values[at] for key, values in columns.items()}, **boxes})


def _nearest(followup: str, ids: list[str]) -> str:
    folded = {fold(one): one for one in ids if one}
    tail = [one for key, one in folded.items() if key.partition(":")[2] == fold(followup)]
    near = tail or [folded[one] for one in get_close_matches(fold(followup), folded, NEAREST)]
    return f"Perhaps {' or '.join(near[:NEAREST])} is meant" if near else ELSEWHERE


def _why_not(refreshed: Refreshed, line: Pending) -> str:
    """Why the line was not taken in, as Follow-ups would say it."""
    reasons = [one.reason for one in refreshed.kept if one.cells == line.cells and one.reason]
    said = reasons[0] if reasons else "it is not finished"
    return f"{line.text('followup_id')}: {said} Nothing was written"
