"""One refresh from beginning to end: take in what staff typed, complete the keys, compute, tag, list, sum up.

Reads like the sentence above; each step stands in a module of its own. Pure: the host and the clock stay outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tracker.checks import run_checks
from tracker.checks.waivers import judge
from tracker.engine import state
from tracker.engine.derive import fills, live_formulas
from tracker.engine.guide import guide
from tracker.engine.harvest import Harvest, Taken, harvest
from tracker.engine.home import home, last_changed
from tracker.engine.home_leaving import leaving
from tracker.engine.identify import identify
from tracker.engine.lower import room
from tracker.engine.pending import Pending
from tracker.engine.problems import of_list, problems
from tracker.engine.segments import segments
from tracker.engine.summaries import summarise
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.tags import moves
from tracker.engine.worked import work_out
from tracker.model.finding import Finding
from tracker.model.plan import Listing, Plan
from tracker.schema.blocks import LIST_ROWS
from tracker.schema.findings import finding, lasting
from tracker.schema.snapshot import Snapshot

__all__ = ["Refreshed", "plan_refresh", "stamp"]

MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class Refreshed:
    """The plan of a refresh, and the snapshot as it will be."""

    plan: Plan
    snapshot: Snapshot
    findings: tuple[Finding, ...]
    applied: int = 0  # lines of Follow-ups that were taken in
    not_applied: int = 0  # lines that wait there with a reason
    typed: Plan = field(default_factory=Plan)  # the part of the plan that was typed into Follow-ups
    taken: tuple[Taken, ...] = ()  # the lines it was typed into
    waived: int = 0  # findings that somebody decided to leave as they are
    kept: tuple[Pending, ...] = ()  # the lines that were not taken in, those with a reason and the unfinished ones


def plan_refresh(snapshot: Snapshot, boxes: Sequence[Pending] | None = None, more: Sequence[Pending] = ()) -> Refreshed:
    """Everything a refresh would change; when the figures last changed stays as it was (see `stamp`).

    With ``boxes`` nothing typed into Follow-ups is taken in: these lines are what stands in its boxes afterwards.
    ``more`` are lines taken in as if they had been typed there.
    """
    changed_at = _changed_at(snapshot)
    taken = harvest(snapshot, more) if boxes is None else Harvest(snapshot, Plan(), tuple(boxes))
    identified = identify(taken.snapshot)
    snapshot, plan = identified.snapshot, taken.plan + identified.plan

    worked = work_out(snapshot, taken.not_applied)
    snapshot, tagging, worklist = worked.snapshot, worked.tagging, worked.worklist
    history, moved = moves(snapshot, tagging)
    going = leaving(snapshot, tagging, LIST_ROWS)
    odd = (*tagging.findings, *taken.findings, *_cut_short(snapshot, worklist.listing, worklist.left_out))
    snapshot = snapshot.noting((*odd, *_cut_short(snapshot, history)))
    judged = judge(snapshot, lasting(run_checks(snapshot)))  # what this run mends is gone when it is done
    findings = of_list(snapshot, worklist.listing, judged.findings)
    listed = problems(snapshot, findings)
    findings += _cut_short(snapshot, listed)
    ledger = Ledger(snapshot)
    live = live_formulas(snapshot, _were_live(snapshot))
    plan += Plan(
        fills=(*fills(snapshot, live), *tagging.fills(), *worklist.fills()),
        listings=(worklist.listing, history, listed),
        blocks=(
            *summarise(ledger, worklist.listing),
            *segments(ledger, tagging, history, moved, going),
            *home(ledger, worklist.listing, moved, going, findings, changed_at, worklist.beyond),
            *guide(snapshot, tagging),
        ),
        state=state.after(snapshot, changed_at),
        dropdowns=state.dropdowns(snapshot),
    )
    kept = taken.not_applied
    waiting = sum(bool(line.reason) for line in kept)
    return Refreshed(plan, snapshot, findings, len(taken.taken), waiting, taken.plan, taken.taken, judged.count, kept)


def stamp(snapshot: Snapshot, changed_at: str) -> Plan:
    """What shows that the figures changed at this time: for a refresh that changes anything else.

    The time is the one thing that differs between two runs over the same cells; it never makes a refresh write.
    """
    return Plan(blocks=(last_changed(snapshot, changed_at),), state={"changed_at": (changed_at,)})


def _cut_short(snapshot: Snapshot, listing: Listing, left_out: int = 0) -> tuple[Finding, ...]:
    """The finding about a list that would run over what staff put below it; ``left_out`` rows are gone already."""
    layout = snapshot.layout.get(listing.table)
    if layout is None:
        return ()
    many = left_out + max(0, max(map(len, listing.columns.values()), default=0) - room(layout))
    return (finding("W115", layout.place(row=layout.limit_row + 1), count=str(many)),) if many else ()


def _changed_at(snapshot: Snapshot) -> str:
    shown = snapshot.state.get("changed_at")
    return shown if isinstance(shown, str) else ""


def _were_live(snapshot: Snapshot) -> bool:
    """Whether the workbook carried the aggregating formulas before; rows typed since have them anyway."""
    cells = snapshot.cells.get(("Customers", "last_contact"))
    return cells is None or not len(cells) or bool(np.mean(cells.has_formula()) > MOSTLY)
