"""Cells and areas of an open sheet in Excel in the words of the grid, and values put into them.

Kept out: which cells are to say what, and that all of them do or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tracker.hosts.excel_side import Error
from tracker.hosts.excel_spelling import filed
from tracker.hosts.office_steps import SCATTERED, Change, Wanted, change, stored
from tracker.model.grid import CellKind, Cells, ColumnWrite, Ref

Owners = Sequence[tuple[Ref, str]]  # which table lies where on a sheet


def meeting(asked: Callable[[Any], bool | None], sheet: Any, ref: Ref, single: bool = False) -> Iterator[Ref]:
    """Where in an area cells are of some kind, found by halves: Excel answers for an area, None where some are.

    With ``single`` cell by cell.
    """
    answer = asked(area_of(sheet, ref))
    tall, wide = ref.last_row - ref.first_row, ref.last_column - ref.first_column
    if answer is False:
        return
    if (answer and not single) or not (tall or wide):
        yield ref
        return
    for half in _halves(ref, tall >= wide):
        yield from meeting(asked, sheet, half, single)


def _halves(ref: Ref, by_rows: bool) -> tuple[Ref, Ref]:
    if by_rows:
        middle = (ref.first_row + ref.last_row) // 2
        return replace(ref, last_row=middle), replace(ref, first_row=middle + 1)
    middle = (ref.first_column + ref.last_column) // 2
    return replace(ref, last_column=middle), replace(ref, first_column=middle + 1)


def owners_of(sheet: Any) -> Owners:
    """Which table lies where on a sheet."""
    return [(ref_of(one.range), one.name) for one in sheet.tables]


def area_of(sheet: Any, ref: Ref) -> Any:
    """The area of a sheet that a reference names."""
    return sheet.range((ref.first_row, ref.first_column), (ref.last_row, ref.last_column))


def ref_of(area: Any) -> Ref:
    """The reference that names an area."""
    last = area.last_cell
    return Ref(int(area.row), int(area.column), int(last.row), int(last.column))


def cells(values: Sequence[Any], formulas: Sequence[str], owners: Owners, column: int, first: int = 1) -> Cells:
    """Cells of a column from what Excel says they hold and calculate; ``first`` is the row of the first one."""
    found = Cells.from_values([None if one == "" else one for one in values])
    mine = [(ref, name) for ref, name in owners if ref.first_column <= column <= ref.last_column]
    which, texts = np.full(len(found), -1, np.int32), dict[str, int]()
    for i, (value, text) in enumerate(zip(values, formulas, strict=True)):
        if isinstance(value, Error):
            found.kinds[i] = CellKind.ERROR
        if isinstance(text, str) and text[:1] == "=" and value != text:  # a text after an apostrophe is its own
            owner = next((name for ref, name in mine if ref.first_row <= first + i <= ref.last_row), "")
            which[i] = texts.setdefault(filed(text[1:], owner), len(texts))
            if value == "":
                found.kinds[i], found.texts[i] = CellKind.TEXT, ""
    return replace(found, formulas=which, formula_texts=tuple(texts)) if texts else found


def given(held: Cells) -> Cells:
    """Cells without what their formulas give."""
    mine = held.has_formula()
    kinds, numbers, texts = held.kinds.copy(), held.numbers.copy(), held.texts.copy()
    kinds[mine], numbers[mine], texts[mine] = CellKind.BLANK, np.nan, None
    return replace(held, kinds=kinds, numbers=numbers, texts=texts)


def block_of(write: ColumnWrite, there: Cells) -> Change:
    """What differs of a column; written as one block where it differs in many places and every row is ours."""
    first, rows = int(write.rows[0]), write.rows
    found = change(Wanted(write.sheet, write.column, rows, write.cells), there, between=False)
    pieces = int((np.diff(found.rows) > 1).sum()) + 1
    if pieces < SCATTERED or len(rows) != int(rows[-1]) - first + 1:
        return found
    inside = slice(int(found.rows[0]) - first, int(found.rows[-1]) - first + 1)
    before = there.take(inside)
    filled = (before.kinds != CellKind.BLANK) | before.has_formula()
    return replace(found, written=rows[inside], cells=stored(write.cells).take(inside), filled=filled)


def enter(sheet: Any, top: int, column: int, values: Sequence[Any]) -> None:
    """Values down a column in one call, two where some of its cells are formatted as text and others are not.

    In a cell that is, a text is a text, and an apostrophe would be part of it.
    """
    area = area_of(sheet, Ref(top, column, top + len(values) - 1, column))
    look = area.number_format
    if look is None and len(values) > 1 and any(isinstance(one, str) and one[:1] == "'" for one in values):
        half = len(values) // 2
        enter(sheet, top, column, values[:half])
        enter(sheet, top + half, column, values[half:])
        return
    if look == "@":
        values = [one.removeprefix("'") if isinstance(one, str) else one for one in values]
    area.value = [[one] for one in values]
