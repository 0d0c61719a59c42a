"""Some cells of a chunk as they stand now, to be compared with what is wanted.

Reads only the cells asked for; of the others it notes no more than the masters of shared formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tracker.ooxml.cells import Cells
from tracker.ooxml.chunk import Chunk, Details, Ints
from tracker.ooxml.decode import Book, decode
from tracker.ooxml.formulae import FormulaTable, SharedFormula

_WIDE = 1 << 15  # more than the columns of a sheet: row and column in one number


class Reader:
    """Reads cells of one sheet; its chunks are noted in order, each before its cells are read."""

    def __init__(self, book: Callable[[], Book]) -> None:
        self._book = book
        self._shared: dict[str, SharedFormula] = {}

    def note(self, chunk: Chunk) -> None:
        """Remember the masters of shared formulas in this chunk: later cells say no more than which one is theirs."""
        special = chunk.special()
        if not len(special) or b"shared" not in chunk.data:
            return
        details = chunk.details(special)
        masters = special[details.formula_end > details.formula_start]
        of_masters = chunk.details(masters)
        FormulaTable(self._shared).ids(part_of(chunk, masters, of_masters), of_masters)

    def read(self, chunk: Chunk, index: Ints, details: Details) -> Cells:
        """These cells of the chunk (ascending), whose details are given."""
        formulas = FormulaTable(self._shared)
        found = decode(part_of(chunk, index, details), self._book(), formulas)
        place = np.searchsorted(chunk.row[index] * _WIDE + chunk.column[index], found.row * _WIDE + found.column)
        cells = Cells.blank(len(index))
        cells.kinds[place], cells.numbers[place], cells.texts[place] = found.kinds, found.numbers, found.texts
        if not (found.formulas >= 0).any():
            return cells
        ids = np.full(len(index), -1, np.int32)
        ids[place] = found.formulas
        return replace(cells, formulas=ids, formula_texts=formulas.texts)


def part_of(chunk: Chunk, index: Ints, details: Details) -> Chunk:
    """The chunk as if it had no other cells than these (ascending)."""
    return replace(
        chunk,
        row_index=chunk.row_index[index],
        column=chunk.column[index],
        start=chunk.start[index],
        end=chunk.end[index],
        content=len(index) - 1,
        details=details.take,
        special=lambda: np.flatnonzero(np.isin(index, chunk.special())),
    )
