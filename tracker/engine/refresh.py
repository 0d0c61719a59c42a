"""One refresh from beginning to end: take in what staff typed, complete the keys, compute, tag, list, sum up.

Reads like the sentence above; each step stands in a module of its own. Pure: the host and the clock stay outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tracker.checks import run_checks
from tracker.engine import state
from tracker.engine.derive import derive, fills, live_formulas, ready
from tracker.engine.followups import plan_followups
from tracker.engine.harvest import harvest
from tracker.engine.home import home, last_changed
from tracker.engine.identify import identify
from tracker.engine.problems import problems
from tracker.engine.summaries import summarise
from tracker.engine.tags import moves, tag_customers
from tracker.model.finding import Finding
from tracker.model.plan import Plan
from tracker.schema.findings import lasting
from tracker.schema.snapshot import Snapshot

TAGGED = frozenset({("Customers", "cadence_days")})  # what a derivation may have to wait for


@dataclass(frozen=True, eq=False)
class Refreshed:
    """The plan of a refresh, and the snapshot as it will be."""

    plan: Plan
    snapshot: Snapshot
    findings: tuple[Finding, ...]


def plan_refresh(snapshot: Snapshot) -> Refreshed:
    """Everything a refresh would change; when the figures last changed stays as it was (see `stamped`)."""
    changed_at = _changed_at(snapshot)
    taken = harvest(snapshot)
    identified = identify(taken.snapshot)
    snapshot, plan = identified.snapshot, taken.plan + identified.plan

    first = ready(snapshot.schema, frozenset(), TAGGED)
    snapshot = derive(snapshot, first)
    tagging = tag_customers(snapshot)
    snapshot = snapshot.having("Customers", tagging.columns)
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(first), frozenset()))
    worklist = plan_followups(snapshot, tagging, taken.not_applied)
    snapshot = snapshot.having("Customers", worklist.columns)

    history, moved = moves(snapshot, tagging)
    snapshot = replace(snapshot, findings=(*snapshot.findings, *tagging.findings, *taken.findings))
    findings = lasting(run_checks(snapshot))  # what this run mends is gone when it is done
    live = live_formulas(snapshot, _were_live(snapshot))
    plan += Plan(
        fills=(*fills(snapshot, live), *tagging.fills(), *worklist.fills()),
        listings=(worklist.listing, history, problems(snapshot, findings)),
        blocks=(*summarise(snapshot, worklist.listing), *home(snapshot, worklist.listing, moved, findings, changed_at)),
        state=state.after(snapshot, changed_at),
        dropdowns=state.dropdowns(snapshot),
    )
    return Refreshed(plan, snapshot, findings)


def stamped(refreshed: Refreshed, changed_at: str) -> Refreshed:
    """The same refresh, showing that the figures changed at this time: for a plan that changes anything at all.

    The time is the one thing that differs between two runs over the same cells; apart from the rest of the plan it
    never makes a refresh write.
    """
    said = Plan(blocks=(last_changed(refreshed.snapshot, changed_at),), state={"changed_at": (changed_at,)})
    return replace(refreshed, plan=refreshed.plan + said)


def _changed_at(snapshot: Snapshot) -> str:
    shown = snapshot.state.get("changed_at")
    return shown if isinstance(shown, str) else ""


def _were_live(snapshot: Snapshot) -> bool:
    """Whether the workbook carried the aggregating formulas before."""
    cells = snapshot.cells.get(("Customers", "last_contact"))
    return cells is None or not len(cells) or bool(np.any(cells.has_formula()))
