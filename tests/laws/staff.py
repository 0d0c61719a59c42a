"""Which cells of a workbook are staff's, and which of them differ between two workbooks."""

from __future__ import annotations

import numpy as np
from books import TODAY

from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.model.finding import column_letters
from tracker.model.grid import Book, CellKind, Cells
from tracker.schema.blocks import BLOCK_SPECS
from tracker.schema.column import Owner
from tracker.schema.settings import COUNTERS
from tracker.schema.snapshot import Snapshot
from tracker.schema.state import CHOICES_SHEET, STATE
from tracker.words import load

FILLED_WHEN_BLANK = ("customer_id", "interaction_id", "purchase_id", "created_on")


def staff_cells(before: bytes, after: bytes) -> list[str]:
    """Addresses of the cells that staff own and that differ; blank IDs and created_on may become filled."""

    old, new = MemoryHost(before), MemoryHost(after)
    snapshot, book = read(new, TODAY), new.book()
    found = []
    for name in old.book().sheets:
        if name == load().sheet(CHOICES_SHEET):
            continue
        one, two = old.sheet(name), new.sheet(name)
        last = max(one.last_row, two.last_row)
        tool = _tool_cells(snapshot, book, name, last)
        for number in sorted({*one.columns, *two.columns}):
            mine, theirs = one.column(number, 1, last), two.column(number, 1, last)
            differs = ~_same(mine, theirs) & ~tool.get(number, np.zeros(last, bool))
            differs &= ~(_blank(mine) & _may_fill(snapshot, name, number, last))
            found += [f"{name}!{column_letters(number)}{row + 1}" for row in np.flatnonzero(differs).tolist()]
    return found


def _same(one: Cells, two: Cells) -> np.ndarray:
    """Equal cells; an empty text and no cell at all are alike."""
    return one.same_as(two) | (_blank(one) & _blank(two) & ~one.has_formula() & ~two.has_formula())


def _blank(cells: Cells) -> np.ndarray:
    return np.asarray((cells.kinds == CellKind.BLANK) | (cells.texts == ""), bool)


def _tool_cells(snapshot: Snapshot, book: Book, sheet: str, last: int) -> dict[int, np.ndarray]:
    """For each column of a sheet the cells that are the tool's: its columns, lists, blocks, names and counters."""
    masks: dict[int, np.ndarray] = {}

    def mark(column: int, first: int, end: int) -> None:
        masks.setdefault(column, np.zeros(last, bool))[first - 1 : end] = True

    for name, layout in snapshot.layout.items():
        spec = snapshot.schema[name]
        for key, number in layout.columns.items():
            ours = spec[key].owner is Owner.TOOL or spec.tool_rows
            if layout.sheet == sheet and ours:
                mark(number, layout.first_row, max(layout.last_row, last))
    for block in BLOCK_SPECS.values():
        area = book.areas.get(block.name)
        if area is not None and area.sheet == sheet:
            for column in block.columns:
                mark(area.ref.first_column + column.at, area.ref.first_row, area.ref.first_row + block.rows - 1)
    for cell in STATE:
        area = book.areas.get(cell.name)
        if area is not None and area.sheet == sheet:
            mark(area.ref.first_column, area.ref.first_row, area.ref.first_row + cell.rows - 1)
    settings = snapshot.layout["Settings"]
    if settings.sheet == sheet:
        for row, key in zip(snapshot.frames["Settings"].rows, snapshot.text("Settings", "key"), strict=True):
            if key in COUNTERS.values():
                mark(settings.columns["value"], int(row), int(row))
    return masks


def _may_fill(snapshot: Snapshot, sheet: str, number: int, last: int) -> np.ndarray:
    """The cells of staff's that the tool fills when they are blank."""
    mask = np.zeros(last, bool)
    for layout in snapshot.layout.values():
        for key in FILLED_WHEN_BLANK:
            if layout.sheet == sheet and layout.columns.get(key) == number:
                mask[layout.first_row - 1 : layout.last_row] = True
    return mask
