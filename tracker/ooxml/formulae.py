"""The formulas of a sheet as one table of distinct texts, shared formulas written out for each of their cells.

A shared formula is spelled once, in its master; here the master is taken apart once, so that writing it out for
100,000 cells is one join each.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml import markup, text
from tracker.ooxml.chunk import Chunk, Details, Ints
from tracker.ooxml.errors import PackageError
from tracker.ooxml.relative import SharedFormula

MAX_WRITTEN = 1 << 28  # characters: a million rows of formulas twice as long as is usual


class FormulaTable:
    """Collects the formulas of one sheet, chunk by chunk; `texts` are the distinct ones, by the ids given out."""

    def __init__(self, shared: dict[str, SharedFormula] | None = None) -> None:
        self._ids: dict[bytes | str, int] = {}  # by the bytes in the file, or by text where it was made here
        self._shared = {} if shared is None else shared  # the masters seen so far, by si; several tables may share it
        self._written = 0  # characters of shared formulas that were written out

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each id."""
        in_file = [key for key in self._ids if isinstance(key, bytes)]
        decoded = text.decode(in_file)
        if len(in_file) == len(self._ids):
            return tuple(decoded)
        spelled = iter(decoded)
        return tuple(key if isinstance(key, str) else next(spelled) for key in self._ids)

    def ids(self, chunk: Chunk, index: Ints, details: Details) -> NDArray[np.int32]:
        """The id of the formula of each of these cells, -1 where it has none; their details are given."""
        found = np.full(len(index), -1, np.int32)
        cells = np.flatnonzero(details.formula_tag_start >= 0)
        if not len(cells):
            return found
        found[cells] = self._plain(chunk, index[cells], details.formula_start[cells], details.formula_end[cells])
        for place, (_, written) in details.written.items():
            if written is not None:
                found[place] = self._id(written)
        special = chunk.special()
        for place in np.flatnonzero(np.isin(index, special)).tolist() if len(special) else ():
            found[place] = self._special(chunk, int(index[place]), details, place, int(found[place]))
        return found

    def _plain(self, chunk: Chunk, cells: Ints, start: Ints, end: Ints) -> NDArray[np.int32]:
        """The ids of what stands in the file as the formulas of these cells.

        Most columns of a table have one formula, which is compared where it stands: that spares a copy and a hash each.
        """
        found = np.empty(len(cells), np.int32)
        order = np.argsort(chunk.column[cells].astype(np.uint16), kind="stable")
        size, column, data = end - start, chunk.column[cells], chunk.data
        edges = np.flatnonzero(np.diff(column[order], prepend=0, append=0)).tolist()
        for first, last in pairwise(edges):
            mine = order[first:last]
            formula = data[int(start[mine[0]]) : int(end[mine[0]])]
            starts = start[mine].tolist()
            if (size[mine] == len(formula)).all() and all(map(data.startswith, repeat(formula), starts)):
                found[mine] = self._id(formula)
            else:
                found[mine] = [self._id(data[a:b]) for a, b in zip(starts, end[mine].tolist(), strict=True)]
        return found

    def _id(self, key: bytes | str) -> int:
        return self._ids.setdefault(key, len(self._ids))

    def _special(self, chunk: Chunk, cell: int, details: Details, place: int, plain: int) -> int:
        """The id of a formula whose tag has attributes."""
        tag = chunk.data[int(details.formula_tag_start[place]) : int(details.formula_tag_end[place])]
        if b"shared" not in tag and b"dataTable" not in tag:
            return plain
        attributes = tag_attributes(tag)
        if attributes.get("t") == "dataTable":
            return self._id(_data_table(attributes))
        if attributes.get("t") != "shared":
            return plain
        row, column = int(chunk.rows.number[chunk.row_index[cell]]), int(chunk.column[cell])
        master = self._text(chunk, details, place)
        si = attributes.get("si", "")
        if master:
            self._shared[si] = SharedFormula.parse(master, row, column)
            return plain
        if si not in self._shared:
            return plain
        spelled = self._shared[si].at(row, column)
        self._written += len(spelled)
        if self._written > MAX_WRITTEN:
            raise PackageError("too-large", "the shared formulas of a sheet unfold to more than can be read")
        return self._id(spelled)

    def _text(self, chunk: Chunk, details: Details, place: int) -> str:
        written = details.written.get(place, (None, None))[1]
        if written is not None:
            return written
        return text.decode([chunk.data[int(details.formula_start[place]) : int(details.formula_end[place])]])[0]


def tag_attributes(tag: bytes) -> Mapping[str, str]:
    """The attributes of one start tag, entities resolved, names without prefix."""
    closed = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
    return {markup.local(name): value for name, value in markup.elements(closed)[0].attributes.items()}


def _data_table(attributes: Mapping[str, str]) -> str:
    """As Excel shows it: the row input cell, then the column input cell."""
    first, second = attributes.get("r1", ""), attributes.get("r2", "")
    if attributes.get("dt2D") in ("1", "true"):
        return f"TABLE({first},{second})"
    return f"TABLE({first},)" if attributes.get("dtr") in ("1", "true") else f"TABLE(,{first})"
