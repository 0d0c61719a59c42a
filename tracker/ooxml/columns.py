"""The cells of a sheet gathered by column, chunk by chunk.

Each column is kept as it came, only what holds something, and becomes arrays as long as the sheet when it is asked for:
one lone cell at the foot of a sheet must not make sixteen thousand headers cost a million rows each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.decode import Decoded, no_text, worded
from tracker.ooxml.errors import PackageError

_KEPT = 1 << 25  # cells: columns of a larger area are made anew each time, so that asking for all keeps one
_ABSURD = 1 << 30  # cells: far beyond any sheet of work, and nothing but a trap when almost all of them are empty
_SPARSE = 100
_NO_TEXT, _NO_NUMBER, _NO_FORMULA = np.array([None], object), np.array([np.nan]), np.array([-1], np.int32)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some cells of one column; None stands for an array in which nothing is."""

    row: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64] | None
    shared: NDArray[np.int32] | None
    texts: NDArray[np.object_] | None
    formulas: NDArray[np.int32] | None


@dataclass(frozen=True, eq=False)
class Gathered:
    """The cells of a sheet by column: so many, down to the last row; `highest` is the last shared text they name."""

    last_row: int
    cells: int
    highest: int
    parts: Mapping[int, list[_Part]]
    formula_texts: tuple[str, ...]

    def joined(self) -> Gathered:
        """The same with each column in one part, to be handed over."""
        parts = {number: [_joined(some)] for number, some in self.parts.items()}
        return replace(self, parts=parts)


class Gatherer:
    """Takes the decoded chunks of a sheet in order."""

    def __init__(self) -> None:
        self.last_row = 0
        self.cells = 0
        self.highest = -1
        self.parts: dict[int, list[_Part]] = {}

    def add(self, cells: Decoded) -> None:
        """The cells of the next chunk."""
        if not len(cells.row):
            return
        self.last_row = int(cells.row[-1])
        self.cells += len(cells.row)
        self.highest = max(self.highest, int(cells.shared.max()))
        # A stable sort of 16-bit numbers is a radix sort, and keeps the rows of a column in order.
        order = np.argsort(cells.column.astype(np.uint16), kind="stable")
        column = cells.column[order]
        row = cells.row[order].astype(np.int32)
        kinds, numbers = cells.kinds[order], cells.numbers[order]
        shared, formulas = cells.shared[order], cells.formulas[order]
        texts = None if cells.texts is None else cells.texts[order]
        edges = [0, *(np.flatnonzero(np.diff(column)) + 1).tolist(), len(column)]
        for first, last in pairwise(edges):
            span = slice(first, last)
            own = None if texts is None else texts[span]
            part = _part(row[span], kinds[span], numbers[span], shared[span], own, formulas[span])
            self.parts.setdefault(int(column[first]), []).append(part)

    def gathered(self, formula_texts: tuple[str, ...]) -> Gathered:
        """All that was added."""
        return Gathered(self.last_row, self.cells, self.highest, self.parts, formula_texts)


class Columns(Mapping[int, Cells]):
    """The columns that hold something, by number; each is `last_row` long and made when it is asked for.

    PackageError when a few cells are strewn over so many rows and columns that no work can be meant, and when one names
    a text that the table of shared strings does not have.
    """

    def __init__(self, gathered: Gathered, strings: NDArray[np.object_]) -> None:
        if gathered.highest >= len(strings) - 1:
            raise no_text()
        area = gathered.last_row * len(gathered.parts)
        if area > _ABSURD and gathered.cells * _SPARSE < area:
            raise PackageError(
                "too-large", "the cells of a sheet are strewn over more rows and columns than can be read"
            )
        self._keep = area <= _KEPT
        self._parts, self._last_row = dict(gathered.parts), gathered.last_row
        self._formula_texts = gathered.formula_texts
        self._strings = strings
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
        """A whole column; of its texts only those that are there are looked up, however long it is."""
        part = parts[0] if len(parts) == 1 else _joined(parts)
        texts = None
        if part.shared is not None or part.texts is not None:
            shared = np.full(len(part.row), -1, np.int32) if part.shared is None else part.shared
            texts = worded(self._strings, shared, part.texts)
        spread = partial(_spread, part.row, self._last_row)
        # One value that stands for all where there is nothing: most columns hold numbers alone, or texts alone.
        return Cells(
            spread(part.kinds, np.zeros(1, np.uint8)),
            spread(part.numbers, _NO_NUMBER),
            spread(texts, _NO_TEXT),
            None if part.formulas is None else spread(part.formulas, _NO_FORMULA),
            () if part.formulas is None else self._formula_texts,
        )


def _spread(row: NDArray[np.int32], size: int, values: NDArray[Any] | None, nothing: NDArray[Any]) -> NDArray[Any]:
    """Values over as many rows as a sheet has, ``nothing`` in all others."""
    if values is None or len(values) == size:
        return np.broadcast_to(nothing[0], size) if values is None else values
    spread = np.full(size, nothing[0], nothing.dtype)
    spread[_place(row)] = values
    return spread


def _part(
    row: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    shared: NDArray[np.int32],
    texts: NDArray[np.object_] | None,
    formulas: NDArray[np.int32],
) -> _Part:
    """A part with memory of its own, so that a column that is asked for does not keep its neighbours alive."""
    counts = np.bincount(kinds, minlength=len(CellKind))
    worded = bool(counts[CellKind.TEXT] or counts[CellKind.ERROR])
    return _Part(
        row.copy(),
        kinds.copy(),
        numbers.copy() if counts[CellKind.NUMBER] or counts[CellKind.BOOL] else None,
        shared.copy() if worded and shared.max() >= 0 else None,
        texts.copy() if worded and texts is not None else None,
        formulas.copy() if formulas.max() >= 0 else None,
    )


def _joined(parts: list[_Part]) -> _Part:
    """Some parts of one column, which follow each other, as one."""
    sizes = [len(one.row) for one in parts]

    def whole(arrays: Sequence[NDArray[Any] | None], otherwise: object, dtype: type) -> NDArray[Any] | None:
        if all(one is None for one in arrays):
            return None
        pairs = zip(arrays, sizes, strict=True)
        return np.concatenate([np.full(size, otherwise, dtype) if one is None else one for one, size in pairs])

    return _Part(
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.kinds for one in parts]),
        whole([one.numbers for one in parts], np.nan, np.float64),
        whole([one.shared for one in parts], -1, np.int32),
        whole([one.texts for one in parts], None, object),
        whole([one.formulas for one in parts], -1, np.int32),
    )


def _place(row: NDArray[np.int32]) -> slice | NDArray[np.int32]:
    first, last = int(row[0]) - 1, int(row[-1])
    return slice(first, last) if last - first == len(row) else row - 1
