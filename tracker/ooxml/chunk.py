"""The cells of one chunk of a sheet as arrays of positions into its bytes: what both scanners make.

A chunk is a run of whole rows. `scan` makes it with numpy and refuses whatever it is not sure of; `exact` makes the
same with expat from anything. Everything after them (decoding, comparing, splicing) does not know which one ran.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

# MASKS[n] keeps the first n bytes of a little-endian word.
MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
PAD = b"\0" * 16  # behind the bytes of a chunk, so that looking past a tag never leaves the buffer

# Codes of a cell's `t` attribute.
NUMBER, SHARED, STRING, INLINE, BOOL, ERROR, DATE = range(7)
TYPES = {"n": NUMBER, "s": SHARED, "str": STRING, "inlineStr": INLINE, "b": BOOL, "e": ERROR, "d": DATE}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a chunk: number, and where the start tag begins and ends, the end tag begins, and the row ends.

    A row written `<row/>` has inside == close == end.
    """

    number: Ints
    start: Ints
    inside: Ints
    close: Ints
    end: Ints


@dataclass(frozen=True, eq=False)
class Details:
    """What stands inside some cells of a chunk, as positions into its bytes; -1 where there is nothing.

    type: code of the `t` attribute. style: the ` s="…"` attribute. value: the character data of `<v>`, or of the plain
    `<t>` of an inline string. formula_tag: the start tag of `<f>`; formula: its character data (empty when written
    `<f/>`). written: for cells whose character data is not a plain run of bytes (CDATA, comments, rich text), the
    value and formula text by position in these arrays. cm: has a `cm` attribute (dynamic array). kept: where reference
    and style end when they are all that stands before it, so that what follows can be replaced; else -1.
    """

    type: NDArray[np.uint8]
    style_start: Ints
    style_end: Ints
    value_start: Ints
    value_end: Ints
    formula_tag_start: Ints
    formula_tag_end: Ints
    formula_start: Ints
    formula_end: Ints
    cm: Mask
    kept: Ints
    written: dict[int, tuple[str | None, str | None]]

    def take(self, index: Ints) -> Details:
        """The details of some of these cells."""
        places = {place: i for i, place in enumerate(index.tolist())} if self.written else {}
        return Details(
            self.type[index],
            self.style_start[index],
            self.style_end[index],
            self.value_start[index],
            self.value_end[index],
            self.formula_tag_start[index],
            self.formula_tag_end[index],
            self.formula_start[index],
            self.formula_end[index],
            self.cm[index],
            self.kept[index],
            {places[place]: texts for place, texts in self.written.items() if place in places},
        )


@dataclass(frozen=True, eq=False)
class Chunk:
    """Whole rows of a sheet: their bytes, and where the cells are (in file order; row_index points into rows).

    held: the cells that may hold something, all but those written `<c …/>`. details(index) looks inside cells.
    special() gives the cells whose `<f>` has attributes: shared, array and data table formulas are among them.
    """

    data: bytes
    rows: Rows
    row_index: Ints
    column: Ints
    start: Ints
    end: Ints
    held: Ints
    exact: bool
    details: Callable[[Ints], Details]
    special: Callable[[], Ints]

    @property
    def row(self) -> Ints:
        """The sheet row of each cell."""
        return self.rows.number[self.row_index]
