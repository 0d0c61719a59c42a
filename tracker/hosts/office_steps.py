"""Columns of cells that differ → the steps an open workbook takes: blocks of values, formulas down a column.

Each step is one call for as many cells as lie together. Kept out: how a step is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.hosts.spelling import office
from tracker.model.grid import CellKind, Cells
from tracker.ooxml.render import writable

SCATTERED, DENSE = 4, 300  # pieces of a column from which one block is written; cells there may be for each of them

Step = Mapping[str, Any]
Run = tuple[int, int]  # places of the first cell of a piece, and after its last


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a column is to hold; rows in ascending order."""

    sheet: str
    column: int
    rows: NDArray[np.int64]
    cells: Cells


@dataclass(frozen=True, eq=False)
class Change:
    """The cells of a column that differ, and all that are to be written so that they lie together."""

    sheet: str
    column: int
    rows: NDArray[np.int64]
    written: NDArray[np.int64]
    cells: Cells  # of those written
    filled: NDArray[np.bool_]  # which of those written hold something now
    calculated: NDArray[np.bool_]  # which of those written have a formula now
    formulas: tuple[str, ...] = ()  # the formulas that stand in the column now


def change(wanted: Wanted, there: Cells, between: bool = True) -> Change:
    """What differs from the cells that stand ``there``, from the first row that is wanted to the last.

    With ``between`` cells that stay the same may be written once more, so that those that differ lie together.
    """
    first = int(wanted.rows[0])
    cells = stored(wanted.cells)
    differs = np.flatnonzero(~there.take(wanted.rows - first).same_as(cells))
    rows, cells = wanted.rows[differs], cells.take(differs)
    written = rows
    if between and len(rows) and _together(rows, cells, there, first):
        written = np.arange(rows[0], rows[-1] + 1)
        at = written - first
        at[rows - rows[0]] = len(there) + np.arange(len(rows))
        cells = there.followed_by(cells).take(at)
    before = there.take(written - first)
    calculated = before.has_formula()
    filled = (before.kinds != CellKind.BLANK) | calculated
    return Change(wanted.sheet, wanted.column, rows, written, cells, filled, calculated, there.formula_texts)


def stored(cells: Cells) -> Cells:
    """Cells as an open workbook can hold them: an empty text is an empty cell where no formula gives it."""
    cells = writable(cells)
    empty = (cells.kinds == CellKind.TEXT) & (cells.texts == "") & ~cells.has_formula()
    if not empty.any():
        return cells
    texts = cells.texts.copy()
    texts[empty] = None
    return replace(cells, kinds=np.where(empty, CellKind.BLANK, cells.kinds).astype(np.uint8), texts=texts)


def _together(rows: NDArray[np.int64], cells: Cells, there: Cells, first: int) -> bool:
    return _scattered(rows, cells, there, first) or _calculated_alike(rows, cells, there, first)


def _scattered(rows: NDArray[np.int64], cells: Cells, there: Cells, first: int) -> bool:
    """Whether so many pieces differ that the plain values between them are better written once more."""
    pieces = int((np.diff(rows) > 1).sum()) + 1
    span = there.take(slice(int(rows[0]) - first, int(rows[-1]) - first + 1))
    if pieces < SCATTERED or len(span) > DENSE * pieces or cells.has_formula().any():
        return False
    plain = np.isin(span.kinds, (CellKind.BLANK, CellKind.NUMBER, CellKind.TEXT)) & ~span.has_formula()
    return bool(plain.all() and (cells.kinds != CellKind.BOOL).all())


def _calculated_alike(rows: NDArray[np.int64], cells: Cells, there: Cells, first: int) -> bool:
    """Whether all that differ get one formula, which stands between them already: filled down, it is one step."""
    span = there.take(slice(int(rows[0]) - first, int(rows[-1]) - first + 1))
    between = np.ones(len(span), bool)
    between[rows - rows[0]] = False
    texts = {*_calculated(cells).tolist(), *_calculated(span.take(between)).tolist()}
    return len(texts) == 1 and None not in texts


@dataclass(frozen=True)
class Spelling:
    """How a program takes what is to stand in cells: a formula of the file with its ``=``, and plain values.

    ``constants`` says that it takes true, false and errors as values too, and not as formulas alone.
    """

    formula: Callable[[str], str]
    values: Callable[[Cells], list[Any]]
    constants: bool = False


def _plain(cells: Cells) -> list[Any]:
    return ["" if value is None else value for value in cells.values()]


OFFICE = Spelling(lambda text: f"={office(text)}", _plain)


def rectangles(changes: Sequence[Change], spelling: Spelling = OFFICE) -> Iterator[Step]:
    """The steps: values of neighbouring columns in the same rows as one block, then the formulas."""
    blocks: dict[tuple[str, int, int, bool], dict[int, list[Any]]] = defaultdict(dict)
    formulas: list[Step] = []
    for one in changes:
        calculated = _calculated(one.cells, spelling.constants)
        for first, last in runs(one.written, calculated):
            top, text = int(one.written[first]) - 1, calculated[first]
            if text is not None:
                place = {"sheet": one.sheet, "left": one.column - 1, "top": top, "bottom": top + last - first - 1}
                formulas.append({"do": "formula", **place, "text": spelling.formula(text)})
            else:
                values = spelling.values(one.cells.take(slice(first, last)))
                filled = bool(one.filled[first:last].all())
                blocks[one.sheet, top, last - first, filled][one.column - 1] = values
    for (sheet, top, _, filled), columns in blocks.items():
        for left, some in _beside(columns):
            yield _block(sheet, left, top, some, filled)
    yield from formulas


def runs(rows: NDArray[np.int64], calculated: NDArray[np.object_]) -> Iterator[Run]:
    """The pieces of rows that follow each other and are calculated alike."""
    if len(rows):
        parted = (np.diff(rows) > 1) | (calculated[1:] != calculated[:-1])
        edges = [0, *(np.flatnonzero(parted) + 1).tolist(), len(rows)]
        yield from pairwise(edges)


def _calculated(cells: Cells, constants: bool = False) -> NDArray[np.object_]:
    """The formula of each cell, None where it is a value; what only a formula can say there is one."""
    texts = np.array([*cells.formula_texts, None], object)
    none = np.full(len(cells), -1, np.int32)
    found: NDArray[np.object_] = texts[none if cells.formulas is None else cells.formulas]
    plain = ~cells.has_formula() & ~np.bool_(constants)
    for kind in (CellKind.BOOL, CellKind.ERROR):
        for i in np.flatnonzero(plain & (cells.kinds == kind)).tolist():
            found[i] = cells.texts[i] if kind == CellKind.ERROR else "TRUE()" if cells.numbers[i] else "FALSE()"
    return found


def _beside(columns: Mapping[int, list[Any]]) -> Iterator[tuple[int, list[list[Any]]]]:
    """Columns that stand side by side, together."""
    some: list[list[Any]] = []
    start = -1
    for number in sorted(columns):
        if some and number != start + len(some):
            yield start, some
            some = []
        if not some:
            start = number
        some.append(columns[number])
    yield start, some


def _block(sheet: str, left: int, top: int, columns: list[list[Any]], filled: bool) -> Step:
    place = {"sheet": sheet, "left": left, "top": top}
    if len(columns) == 1 and len(columns[0]) == 1:
        return {"do": "value", **place, "value": columns[0][0]}
    return {"do": "values", **place, "rows": list(zip(*columns, strict=True)), "filled": filled}
