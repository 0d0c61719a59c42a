"""One refresh from beginning to end: complete the keys, take in what staff typed, compute, tag, list, sum up.

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
from tracker.engine.home import home
from tracker.engine.identify import identify
from tracker.engine.problems import problems
from tracker.engine.summaries import summarise
from tracker.engine.tags import moves, tag_customers
from tracker.model.finding import Finding
from tracker.model.plan import Plan
from tracker.schema.snapshot import Snapshot

TAGGED = frozenset({("Customers", "cadence_days")})  # what a derivation may have to wait for


@dataclass(frozen=True, eq=False)
class Refreshed:
    """The plan of a refresh, and the snapshot as it will be."""

    plan: Plan
    snapshot: Snapshot
    findings: tuple[Finding, ...]


def plan_refresh(snapshot: Snapshot, changed_at: str = "") -> Refreshed:
    """Everything a refresh would change; ``changed_at`` is the time to show for figures that change now."""
    identified = identify(snapshot)
    taken = harvest(identified.snapshot)
    snapshot, plan = taken.snapshot, identified.plan + taken.plan

    first = ready(snapshot.schema, frozenset(), TAGGED)
    snapshot = derive(snapshot, first)
    tagging = tag_customers(snapshot)
    snapshot = snapshot.having("Customers", tagging.columns)
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(first), frozenset()))
    worklist = plan_followups(snapshot, tagging, taken.not_applied)
    snapshot = snapshot.having("Customers", worklist.columns)

    history, moved = moves(snapshot, tagging)
    snapshot = replace(snapshot, findings=(*snapshot.findings, *tagging.findings, *taken.findings))
    findings = run_checks(snapshot)
    live = live_formulas(snapshot, _were_live(snapshot))
    plan += Plan(
        fills=(*fills(snapshot, live), *tagging.fills(), *worklist.fills()),
        listings=(worklist.listing, history, problems(snapshot, findings)),
        blocks=(*summarise(snapshot), *home(snapshot, worklist.listing, moved, findings, changed_at)),
        state=state.after(snapshot, changed_at),
        dropdowns=state.dropdowns(snapshot),
    )
    return Refreshed(plan, snapshot, findings)


def _were_live(snapshot: Snapshot) -> bool:
    """Whether the workbook carried the aggregating formulas before."""
    cells = snapshot.cells.get(("Customers", "last_contact"))
    return cells is None or not len(cells) or bool(np.any(cells.has_formula()))
