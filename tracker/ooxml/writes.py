"""What a package is asked to change, and what came of it: columns of cells, rows to be styled, tables to grow or make.

Data only; how a sheet part is spliced stands in `patch`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.cells import Cells
from tracker.ooxml.formats import Shown
from tracker.ooxml.refs import Ref


@dataclass(frozen=True, eq=False)
class ColumnWrite:
    """Cells to write in one column of a sheet; ``rows`` are sheet row numbers in ascending order."""

    sheet: str
    column: int
    rows: NDArray[np.int64]
    cells: Cells


@dataclass(frozen=True)
class RowPattern:
    """Rows that take over the styles of row ``like`` where they have no cell of their own."""

    sheet: str
    first_row: int
    last_row: int
    like: int
    first_column: int
    last_column: int


@dataclass(frozen=True, eq=False)
class NumberLook:
    """Cells of a column that become numbers and are to look so: one whose own style does not takes another's.

    That of other numbers in the column, else of the column, else the one in the file that is most like its own.
    """

    sheet: str
    column: int
    rows: NDArray[np.int64]
    shown: Shown


@dataclass(frozen=True, eq=False)
class TableChange:
    """A table's new area, and the calculated-column formula of some of its columns (None removes it)."""

    name: str
    ref: Ref | None = None
    formulas: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NewTable:
    """A table to be laid over cells that stand there: its area with the header row, its headers as the cells say them.

    ``formulas`` by header; a ``style`` that the workbook does not have gives way to a plain one that every Excel has.
    """

    name: str
    sheet: str
    ref: Ref
    headers: tuple[str, ...]
    formulas: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    filters: bool = True


@dataclass(frozen=True)
class Skipped:
    """A column that was left alone, and why."""

    sheet: str
    column: int
    reason: str


@dataclass(frozen=True, eq=False)
class Patched:
    """The patched package; the very same bytes object, and no parts, when nothing differed."""

    data: bytes
    parts: tuple[str, ...] = ()
    cells: int = 0
    skipped: tuple[Skipped, ...] = ()
