"""What a host gives and takes: sheets of typed cells, tables by name, areas by name, and the writes to be applied.

Hosts speak this and nothing else, so that a closed file, an open Excel and a test in memory are the same to the engine.
Customers, columns by key and labels are kept out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from tracker.ooxml import (
    CellKind,
    Cells,
    ColumnWrite,
    NewTable,
    NumberLook,
    Outside,
    Ref,
    RowPattern,
    Shown,
    TableChange,
)

FAR_BELOW = 1 << 16  # rows of a column that may be kept for nothing

__all__ = [
    "Area",
    "Book",
    "CellKind",
    "Cells",
    "ColumnWrite",
    "Dialect",
    "Host",
    "NewTable",
    "Note",
    "NumberLook",
    "Outside",
    "Receipt",
    "Ref",
    "RowPattern",
    "Sheet",
    "Shown",
    "Table",
    "TableChange",
    "Writes",
]


class Dialect(StrEnum):
    """How the host wants formulas spelled."""

    FILE = "file"
    EXCEL = "excel"
    LIBREOFFICE = "libreoffice"


@dataclass(frozen=True)
class Area:
    """A rectangle of cells on a named sheet."""

    sheet: str
    ref: Ref


@dataclass(frozen=True)
class Table:
    """An Excel table as it stands: where it is, what its header cells say, how its columns calculate.

    ``first_row`` and ``last_row`` bound the data, the totals row left out; an empty table has one blank data row.
    """

    name: str
    sheet: str
    ref: Ref
    headers: tuple[str, ...]
    formulas: tuple[str | None, ...]
    first_row: int
    last_row: int
    has_totals: bool = False


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of one sheet by column number; row r of the sheet stands at index r − 1 of each column."""

    name: str
    last_row: int
    columns: Mapping[int, Cells]

    def column(self, number: int, first_row: int, last_row: int) -> Cells:
        """The cells of one column from ``first_row`` to ``last_row``, blank where the sheet has none."""
        size = max(0, last_row - first_row + 1)
        cells = self.columns.get(number)
        if cells is None or not size:
            return Cells.blank(size)
        inside = cells.take(slice(first_row - 1, last_row))  # a view: most columns are looked at as a whole
        if len(cells) > FAR_BELOW + 2 * size:
            inside = inside.take(np.arange(len(inside)))  # else one stray cell far below keeps a million rows alive
        missing = size - len(inside)
        return inside if not missing else inside.followed_by(Cells.blank(missing))


@dataclass(frozen=True)
class Book:
    """Everything a workbook holds that is not a cell."""

    sheets: tuple[str, ...]
    tables: Mapping[str, Table]
    areas: Mapping[str, Area]
    date1904: bool = False
    names: frozenset[str] = frozenset()  # every defined name, those that are no area too
    outside: tuple[Outside, ...] = ()  # what the workbook itself reaches out to


@dataclass(frozen=True, eq=False)
class Note:
    """What is to be remembered of a write: whose history it is, the command, how many cells of which column.

    No value of a cell is in it but in ``undo``: what the run writes into staff's cells, compressed, kept with the copy.
    """

    history: str = ""  # the workbook_id
    command: str = "write"
    counts: Mapping[str, int] = field(default_factory=dict)  # "Customers.tags" → cells changed
    undo: bytes = b""
    keep: str = ""  # which copies stay, as the setting backup_keep says it; the default where blank


@dataclass(frozen=True, eq=False)
class Writes:
    """What a host is asked to apply, all or nothing; ``stamps`` go with it only when something else is written.

    The ``note`` is for a host that keeps copies and a log; the others pass it over.
    """

    cells: tuple[ColumnWrite, ...] = ()
    tables: tuple[TableChange, ...] = ()
    patterns: tuple[RowPattern, ...] = ()
    stamps: tuple[ColumnWrite, ...] = ()
    note: Note | None = None
    looks: tuple[NumberLook, ...] = ()  # of cells among them that were texts and become numbers
    added: tuple[NewTable, ...] = ()  # tables laid over cells that stand there

    def __bool__(self) -> bool:
        return bool(self.cells or self.tables or self.patterns or self.added)


@dataclass(frozen=True)
class Receipt:
    """What a host did: how many cells differ from before, in which parts, and which columns it had to leave alone."""

    cells: int
    parts: tuple[str, ...] = ()
    skipped: tuple[tuple[str, int, str], ...] = ()
    backup: str = ""
    rows: int = 0  # in which the cells stand, where a host counts them

    @property
    def changed(self) -> bool:
        """Whether anything was written at all."""
        return bool(self.cells or self.parts)


class Host(Protocol):
    """Where a workbook lives."""

    dialect: Dialect

    def book(self) -> Book:
        """The outline of the workbook: sheets, tables, named areas."""

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted, in one word (merged, filter …); empty when it can."""

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes, all or nothing; write nothing when nothing differs."""

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say, its errors too; nothing is written."""
