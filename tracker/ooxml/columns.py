"""The cells of a sheet gathered by column, chunk by chunk.

Each column is kept as it came, only what holds something, and becomes arrays as long as the sheet when it is asked for:
one lone cell at the foot of a sheet must not make sixteen thousand headers cost a million rows each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.decode import Decoded
from tracker.ooxml.errors import PackageError

_KEPT = 1 << 25  # cells: columns of a larger area are made anew each time, so that asking for all keeps one
_ABSURD = 1 << 30  # cells: far beyond any sheet of work, and nothing but a trap when almost all of them are empty
_SPARSE = 100
_NO_TEXT = np.array(None, object)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some cells of one column; None stands for an array in which nothing is."""

    row: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64] | None
    texts: NDArray[np.object_] | None
    formulas: NDArray[np.int32] | None


class Gatherer:
    """Takes the decoded chunks of a sheet in order."""

    def __init__(self) -> None:
        self.last_row = 0
        self.cells = 0
        self.parts: dict[int, list[_Part]] = {}

    def add(self, cells: Decoded) -> None:
        """The cells of the next chunk."""
        if not len(cells.row):
            return
        self.last_row = int(cells.row[-1])
        self.cells += len(cells.row)
        # A stable sort of 16-bit numbers is a radix sort, and keeps the rows of a column in order.
        order = np.argsort(cells.column.astype(np.uint16), kind="stable")
        column = cells.column[order]
        row = cells.row[order].astype(np.int32)
        kinds, numbers = cells.kinds[order], cells.numbers[order]
        texts, formulas = cells.texts[order], cells.formulas[order]
        edges = [0, *(np.flatnonzero(np.diff(column)) + 1).tolist(), len(column)]
        for first, last in pairwise(edges):
            span = slice(first, last)
            part = _part(row[span], kinds[span], numbers[span], texts[span], formulas[span])
            self.parts.setdefault(int(column[first]), []).append(part)


class Columns(Mapping[int, Cells]):
    """The columns that hold something, by number; each is `last_row` long and made when it is asked for.

    PackageError when a few cells are strewn over so many rows and columns that no work can be meant.
    """

    def __init__(self, gathered: Gatherer, formula_texts: tuple[str, ...]) -> None:
        area = gathered.last_row * len(gathered.parts)
        if area > _ABSURD and gathered.cells * _SPARSE < area:
            raise PackageError(
                "too-large", "the cells of a sheet are strewn over more rows and columns than can be read"
            )
        self._keep = area <= _KEPT
        self._parts, self._last_row, self._formula_texts = gathered.parts, gathered.last_row, formula_texts
        self._made: dict[int, Cells] = {}
        self._numbers = tuple(sorted(gathered.parts))

    def __getitem__(self, column: int) -> Cells:
        if column in self._made:
            return self._made[column]
        cells = self._cells(self._parts[column])
        if self._keep:
            self._made[column] = cells
            del self._parts[column]
        return cells

    def __contains__(self, column: object) -> bool:
        return column in self._made or column in self._parts

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def _cells(self, parts: list[_Part]) -> Cells:
        n = self._last_row
        kinds = np.zeros(n, np.uint8)
        # One value that stands for all where there is nothing: most columns hold numbers alone, or texts alone.
        numbers, texts, formulas = np.broadcast_to(np.float64(np.nan), n), np.broadcast_to(_NO_TEXT, n), None
        for part in parts:
            place = _place(part.row)
            kinds[place] = part.kinds
            if part.numbers is not None:
                numbers = numbers if numbers.flags.writeable else numbers.copy()
                numbers[place] = part.numbers
            if part.texts is not None:
                texts = texts if texts.flags.writeable else texts.copy()
                texts[place] = part.texts
            if part.formulas is not None:
                formulas = np.full(n, -1, np.int32) if formulas is None else formulas
                formulas[place] = part.formulas
        return Cells(kinds, numbers, texts, formulas, () if formulas is None else self._formula_texts)


def _part(
    row: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    texts: NDArray[np.object_],
    formulas: NDArray[np.int32],
) -> _Part:
    """A part with memory of its own, so that a column that is asked for does not keep its neighbours alive."""
    counts = np.bincount(kinds, minlength=len(CellKind))
    return _Part(
        row.copy(),
        kinds.copy(),
        numbers.copy() if counts[CellKind.NUMBER] or counts[CellKind.BOOL] else None,
        texts.copy() if counts[CellKind.TEXT] or counts[CellKind.ERROR] else None,
        formulas.copy() if formulas.max() >= 0 else None,
    )


def _place(row: NDArray[np.int32]) -> slice | NDArray[np.int32]:
    first, last = int(row[0]) - 1, int(row[-1])
    return slice(first, last) if last - first == len(row) else row - 1
