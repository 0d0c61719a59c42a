"""The workbook as a whole, as far as a snapshot tells: its day, its age, and tool columns that were typed over.

Missing tables, headers and odd rows are found while reading. Everything here is mended by the next refresh.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tracker.checks.hits import Mask, Texts, day_text, hits
from tracker.model.finding import Finding, Place
from tracker.model.grid import CellKind, Cells
from tracker.schema.column import Column
from tracker.schema.findings import finding
from tracker.schema.snapshot import Layout, Snapshot

EMPTY = 1000  # rows; so many at the end of a table were formatted or filled down, not left by a hand
MOSTLY = 0.5  # a column is a formula column when more than this share of its filled cells are formulas


def check_structure(snapshot: Snapshot) -> Iterator[Finding]:
    """The pinned day, the last refresh, empty rows without end, and every live column."""
    yield from _days(snapshot)
    for table in snapshot.schema.tables:
        layout = snapshot.layout.get(table.name)
        if layout is not None and layout.is_table and not table.tool_rows:
            yield from _empty_rows(snapshot, layout)
        for column in table.columns if layout is not None and layout.is_table else ():
            if column.derive is not None and layout is not None:
                yield from _live_column(snapshot, layout, column)


def _days(snapshot: Snapshot) -> Iterator[Finding]:
    pinned, last = snapshot.state.get("pinned_day"), snapshot.state.get("last_day")
    if isinstance(pinned, float):
        yield finding("W109", Place(), value=day_text(pinned))
    elif isinstance(last, float) and snapshot.today - last > snapshot.settings.stale_days:
        yield finding("W110", Place(), value=day_text(last), days=str(int(snapshot.today - last)))


def _empty_rows(snapshot: Snapshot, layout: Layout) -> Iterator[Finding]:
    """Rows at the end of a table in which nobody typed anything, though formulas and formats may stand in them."""
    rows = snapshot.frames[layout.table].rows
    last = int(rows.max(initial=layout.first_row))  # an empty table keeps one row
    empty = layout.ref_last_row - last
    if empty >= EMPTY:
        yield finding("W121", layout.place(row=last + 1), count=str(empty))


def _live_column(snapshot: Snapshot, layout: Layout, column: Column) -> Iterator[Finding]:
    """Constants and strange formulas in a column whose other cells share one formula.

    A column without formulas is none: the figures of a large book are values alone, and so is what another program
    saved. Rows typed below the table have no formulas yet.
    """
    cells = snapshot.cells.get((layout.table, column.key))
    size = len(snapshot.frames[layout.table])
    if cells is None or cells.formulas is None or not len(cells) or len(cells) > size:
        return
    index = snapshot.frames[layout.table].rows[: len(cells)]
    inside = np.asarray(index <= layout.ref_last_row, bool)
    live, filled = cells.has_formula() & inside, _filled(cells) & inside
    if live.sum() <= MOSTLY * (live | filled).sum():
        return
    over = filled & ~live
    yield from hits(snapshot, "W113", layout.table, column.key, _sized(over, size), values=_raw(cells, over, size))
    other = live & _unusual(cells, live)
    yield from hits(snapshot, "W114", layout.table, column.key, _sized(other, size), values="")


def _unusual(cells: Cells, live: Mask) -> Mask:
    """Formulas other than the one that most cells of the column have; none where no formula is the column's own.

    Cells that share a formula have no text of their own and cannot be told apart; then none is judged.
    """
    assert cells.formulas is not None
    texts: dict[str, int] = {}  # the same text may stand under several numbers: programs spell one formula in two ways
    number = np.array([*(texts.setdefault(text, len(texts)) for text in cells.formula_texts), -1])[cells.formulas]
    counts = np.bincount(number[live])
    usual = int(counts.argmax())
    if counts[usual] <= MOSTLY * live.sum() or np.isin(texts.get("", -1), number[live]):
        return np.zeros(len(cells), bool)
    return np.asarray(number != usual, bool)


def _filled(cells: Cells) -> Mask:
    return np.asarray((cells.kinds != CellKind.BLANK) & (cells.texts != ""), bool)


def _sized(mask: Mask, size: int) -> Mask:
    """The mask over all rows; rows that came later have no cells."""
    return np.append(mask, np.zeros(size - len(mask), bool))


def _raw(cells: Cells, mask: Mask, size: int) -> Texts:
    """What stands in the cells themselves, not what was worked out anew."""
    shown = np.full(size, "", object)
    at = np.flatnonzero(mask)
    shown[at] = [
        "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
        for value in cells.take(at).values()
    ]
    return shown
