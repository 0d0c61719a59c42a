"""A spreadsheet package as its parts say it: sheets, tables, defined names, the date system, and the cells of a sheet.

Reading only; what changes a package stands in `patch`. Knows no table, name or column by its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.ooxml.cells import Cells
from tracker.ooxml.refs import Ref


@dataclass(frozen=True)
class SheetInfo:
    """One worksheet: its name, its part, and its state (visible, hidden, veryHidden)."""

    name: str
    part: str
    state: str = "visible"


@dataclass(frozen=True)
class TableColumn:
    """One column of a table: its name, as its header cell says it, and its calculated-column formula (no "=")."""

    name: str
    formula: str | None = None


@dataclass(frozen=True)
class TableInfo:
    """One table (ListObject): the sheet it stands on, its area with header and totals rows, its columns."""

    name: str
    sheet: str
    part: str
    ref: Ref
    header_rows: int
    totals_rows: int
    columns: tuple[TableColumn, ...]


@dataclass(frozen=True)
class DefinedName:
    """A defined name: the sheet it is local to (None: the workbook), and what it stands for, as in the file."""

    name: str
    sheet: str | None
    text: str


@dataclass(frozen=True, eq=False)
class SheetCells:
    """All cells of a sheet: by column number, row r at index r − 1; every column is `last_row` long."""

    last_row: int
    columns: Mapping[int, Cells]
