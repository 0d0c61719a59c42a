"""Some cells of a chunk as they stand now, to be compared with what is wanted.

Reads only the cells asked for; of the others it notes no more than the masters of shared formulas.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.cells import Cells
from tracker.ooxml.chunk import Chunk, Details, Ints
from tracker.ooxml.decode import chosen, worded
from tracker.ooxml.formulae import FormulaTable
from tracker.ooxml.relative import SharedFormula


class Reader:
    """Reads cells of one sheet; its chunks are noted in order, each before its cells are read.

    `strings` gives the table of shared strings when a cell is read.
    """

    def __init__(self, strings: Callable[[], NDArray[np.object_]], date1904: bool) -> None:
        self._strings, self._date1904 = strings, date1904
        self._shared: dict[str, SharedFormula] = {}

    def note(self, chunk: Chunk) -> None:
        """Remember the masters of shared formulas in this chunk: later cells say no more than which one is theirs."""
        special = chunk.special()
        if not len(special) or b"shared" not in chunk.data:
            return
        details = chunk.details(special)
        masters = np.flatnonzero(details.formula_end > details.formula_start)
        FormulaTable(self._shared).ids(chunk, special[masters], details.take(masters))

    def read(self, chunk: Chunk, index: Ints, details: Details) -> Cells:
        """These cells of the chunk, whose details are given."""
        formulas = FormulaTable(self._shared)
        found = chosen(chunk, index, details, self._date1904, formulas)
        none = (found.formulas < 0).all()
        ids, texts = (None, ()) if none else (found.formulas, formulas.texts)
        return Cells(found.kinds, found.numbers, worded(self._strings(), found.shared, found.texts), ids, texts)
