"""A snapshot worked out: its figures, tags and follow-ups, as a refresh makes them and as a question is answered by.

One working out serves both, so that what is explained, found or tried out is what the next refresh would write. Kept
out: what is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.engine.derive import derive, ready
from tracker.engine.followups import Worklist, plan_followups
from tracker.engine.harvest import harvest
from tracker.engine.identify import identify
from tracker.engine.pending import Pending
from tracker.engine.tags import Tagging, tag_customers
from tracker.schema.snapshot import Snapshot

TAGGED = frozenset({("Customers", "cadence_days")})  # what a derivation may have to wait for


@dataclass(frozen=True, eq=False)
class Worked:
    """The snapshot with every figure, tag and due day, what gave the tags, and the worklist."""

    snapshot: Snapshot
    tagging: Tagging
    worklist: Worklist


def work_out(snapshot: Snapshot, not_applied: Sequence[Pending] = ()) -> Worked:
    """Everything that follows from a snapshot whose rows all have their keys."""
    first = ready(snapshot.schema, frozenset(), TAGGED)
    snapshot = derive(snapshot, first)
    tagging = tag_customers(snapshot)
    snapshot = snapshot.having("Customers", tagging.columns)
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(first), frozenset()))
    worklist = plan_followups(snapshot, tagging, not_applied)
    return Worked(snapshot.having("Customers", worklist.columns), tagging, worklist)


def as_refreshed(snapshot: Snapshot) -> Worked:
    """The snapshot as a refresh would leave it, what was typed into Follow-ups taken in."""
    taken = harvest(snapshot)
    return work_out(identify(taken.snapshot).snapshot, taken.not_applied)
