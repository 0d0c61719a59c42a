"""A drawn workbook, read and completed as validating does, and what the checks say of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from world import World, world

from tracker.checks import DERIVED, run_checks
from tracker.checks.waivers import judge
from tracker.engine.derive import derive, leading_to
from tracker.engine.identify import identify
from tracker.model.finding import Finding
from tracker.schema.column import Column
from tracker.schema.snapshot import Snapshot


def checked(drawing: str, **more: object) -> tuple[World, Snapshot, tuple[Finding, ...]]:
    """The world of a drawing, its snapshot with customers resolved, and every finding."""
    made = world(drawing, **more)
    return made, *checked_world(made)


def checked_world(made: World) -> tuple[Snapshot, tuple[Finding, ...]]:
    """The snapshot of a world with customers resolved and columns worked out, and every finding."""
    snapshot = completed(made)
    return snapshot, judge(snapshot, run_checks(snapshot)).findings


def completed(made: World) -> Snapshot:
    """The snapshot of a world as the checks get it; nonsense in the derived columns that they do not look at."""
    snapshot = identify(made.read()).snapshot
    needed = leading_to(snapshot.schema, DERIVED)
    for table in snapshot.schema.tables:
        columns = [column for column in table.columns if column.derive and (table.name, column.key) not in needed]
        snapshot = snapshot.having(table.name, {one.key: _nonsense(snapshot, table.name, one) for one in columns})
    return derive(snapshot, needed)


def _nonsense(snapshot: Snapshot, table: str, column: Column) -> NDArray[Any]:
    size = len(snapshot.frames[table])
    return np.full(size, "?", object) if column.kind.is_text else np.full(size, -1e9)
