"""From a mask over the rows of a table to findings with exact places and the value as staff see it.

The one place of the checks that loops over rows, and only over those that are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import FIRST, LAST, from_serial
from tracker.model.finding import Finding
from tracker.schema.column import Kind
from tracker.schema.findings import finding
from tracker.schema.snapshot import Snapshot

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]
Detail = str | Sequence[str] | Mapping[int, str] | Texts  # one for all rows, or one for each row where it holds


def hits(
    snapshot: Snapshot,
    code: str,
    table: str,
    key: str,
    mask: Mask,
    values: Detail | None = None,
    suggestions: Detail = "",
    **details: Detail,
) -> list[Finding]:
    """A finding for each row where the mask holds; the value is that of the cell unless given.

    Nothing for a column that is not in the workbook: its absence is a finding already.
    """
    layout = snapshot.layout.get(table)
    if layout is None or key not in layout.columns or not mask.any():
        return []
    index, ids = snapshot.frames[table].rows, row_keys(snapshot, table)
    shown = cell_texts(snapshot, table, key, mask) if values is None else values
    found = []
    for i in np.flatnonzero(mask).tolist():
        place = layout.place(key, int(index[i]), ids[i])
        more = {name: _one(detail, i) for name, detail in details.items()}
        found.append(finding(code, place, _one(shown, i), _one(suggestions, i), **more))
    return found


def row_keys(snapshot: Snapshot, table: str) -> Texts:
    """The key of each row of a table, empty where it has none."""
    key = snapshot.schema[table].key
    return snapshot.text(table, key) if key else np.full(len(snapshot.frames[table]), "", object)


def cell_texts(snapshot: Snapshot, table: str, key: str, mask: Mask | None = None) -> Texts:
    """A column as staff see it: labels for codes, days as 2026-11-18; only where the mask holds."""
    column = snapshot.schema[table][key]
    shown = np.full(len(snapshot.frames[table]), "", object)
    at = np.arange(len(shown)) if mask is None else np.flatnonzero(mask)
    if column.kind.is_text:
        texts, choices = snapshot.text(table, key), snapshot.lists.get(column.choices)
        label = choices.label if choices and column.kind is not Kind.CHOICES else str
        shown[at] = [label(text) for text in texts[at]]
    else:
        say = day_text if column.kind.is_date else number_text
        shown[at] = [say(value) for value in snapshot.number(table, key)[at].tolist()]
    return shown


def days(snapshot: Snapshot, table: str, key: str) -> NDArray[np.float64]:
    """A column of days, NaN where it is blank and where Excel knows no such day: that is a finding of its own."""
    found = snapshot.number(table, key)
    return np.where((found >= FIRST) & (found < LAST + 1), found, np.nan)


def number_text(value: float) -> str:
    """A number as a cell shows it; empty for a blank one."""
    if np.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def day_text(serial: float) -> str:
    """A day, with its time when it has one; the plain number where Excel knows no such day."""
    day = from_serial(serial)
    if day is None:
        return number_text(serial)
    minutes = round((serial % 1) * 1440)
    return f"{day}" if not minutes % 1440 else f"{day} {minutes // 60:02}:{minutes % 60:02}"


def header(snapshot: Snapshot, table: str, key: str) -> str:
    """What a column is called in this workbook."""
    layout = snapshot.layout.get(table)
    return (layout.headers.get(key) if layout else None) or snapshot.words.header(table, key)


def address(snapshot: Snapshot, table: str, key: str, row: int) -> str:
    """A cell as a sentence names it: B48."""
    return snapshot.layout[table].place(key, row).cell


def _one(detail: Detail, i: int) -> str:
    return detail if isinstance(detail, str) else str(detail[i])
