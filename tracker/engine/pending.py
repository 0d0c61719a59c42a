"""The lines of the worklist in which staff typed something, cell by cell as they stand.

Kept out: what a line means and whether it can be applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tracker.facts.calendar import FIRST, LAST, to_serial
from tracker.model.grid import CellKind
from tracker.model.plan import Value
from tracker.schema.column import Owner
from tracker.schema.snapshot import Snapshot

LIST = "FollowUps"
WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Pending:
    """A line with words typed into it: its cells, and why it was not applied; no reason: it is not finished yet.

    Days are serials, choices codes, everything else is as typed.
    """

    cells: Mapping[str, Value]
    reason: str = ""

    def text(self, key: str) -> str:
        """A cell as text; empty where it is blank or holds something else."""
        value = self.cells.get(key)
        return value.strip() if isinstance(value, str) else ""

    def day(self, key: str) -> float | None:
        """A cell as a serial; None where it is blank or no day.

        A text such as 2026-11-25 is one: so the reasons ask for it, and some cells hold text whatever is typed.
        """
        value = self.cells.get(key)
        value = _written(value) if isinstance(value, str) else value
        return value if isinstance(value, float) and FIRST <= value < LAST + 1 else None

    def filled(self, key: str) -> bool:
        """Whether anything can be seen in a cell: blanks alone are what a slip of the thumb leaves."""
        value = self.cells.get(key)
        return value is not None and (not isinstance(value, str) or value.strip() != "")


def _written(text: str) -> float | None:
    """The serial of a day written as 2026-11-25."""
    try:
        return to_serial(date.fromisoformat(text.strip())) if WRITTEN.fullmatch(text.strip()) else None
    except ValueError:
        return None


def inputs(snapshot: Snapshot) -> tuple[str, ...]:
    """The columns of the worklist that staff fill."""
    return tuple(column.key for column in snapshot.schema[LIST].columns if column.owner is Owner.INPUT)


def typed_rows(snapshot: Snapshot) -> tuple[Pending, ...]:
    """Every line with something in an input column, and every line that the tool did not write, in their order."""
    layout = snapshot.layout.get(LIST)
    size = len(snapshot.frames[LIST])
    if layout is None or not size:
        return ()
    typed = np.logical_or.reduce([snapshot.filled(LIST, key) for key in inputs(snapshot)])
    if "followup_id" in layout.columns:  # else no line can be told from the tool's own
        written = np.logical_or.reduce([snapshot.filled(LIST, key) for key in layout.columns])
        typed |= written & ~snapshot.filled(LIST, "followup_id")
    return tuple(Pending(_cells(snapshot, i)) for i in np.flatnonzero(typed).tolist())


def _cells(snapshot: Snapshot, i: int) -> dict[str, Value]:
    """A line's cells: read as the column's kind where that is possible, else as they stand."""
    found: dict[str, Value] = {}
    for column in snapshot.schema[LIST].columns:
        raw = snapshot.cells.get((LIST, column.key))
        if column.kind.is_text:
            value: Value = str(snapshot.text(LIST, column.key)[i]) or None
        else:
            number = float(snapshot.number(LIST, column.key)[i])
            value = None if np.isnan(number) else number
        if value is None and raw is not None and raw.kinds[i] != CellKind.BLANK:
            value = raw.take(slice(i, i + 1)).values()[0]
        found[column.key] = value
    return found
