"""A drawn workbook, read and completed as validating does, and what the checks say of it."""

from __future__ import annotations

from world import World, world

from tracker.checks import run_checks
from tracker.checks.waivers import judge
from tracker.engine.derive import derive, ready
from tracker.engine.identify import identify
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot


def checked(drawing: str, **more: object) -> tuple[World, Snapshot, tuple[Finding, ...]]:
    """The world of a drawing, its snapshot with customers resolved, and every finding."""
    made = world(drawing, **more)
    return made, *checked_world(made)


def checked_world(made: World) -> tuple[Snapshot, tuple[Finding, ...]]:
    """The snapshot of a world with customers resolved and columns worked out, and every finding."""
    snapshot = identify(made.read()).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), frozenset()))
    return snapshot, judge(snapshot, run_checks(snapshot)).findings
