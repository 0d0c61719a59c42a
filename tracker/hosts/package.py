"""A workbook package in the words of the grid: what the hosts over bytes share.

The one place where the file format's own errors become ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tracker.errors import RefusedError, UnreadableError
from tracker.model.grid import Area, Book, Ref, Sheet, Table, Writes
from tracker.ooxml import PackageError, Patched, TableInfo, Workbook, patch


@contextmanager
def translated() -> Iterator[None]:
    """Turn a package error into one line for people."""
    try:
        yield
    except PackageError as error:
        raise UnreadableError(error.reason) from error


def open_package(data: bytes) -> Workbook:
    """The package in these bytes; UnreadableError with the reason when it is none."""
    with translated():
        return Workbook(data)


def outline(workbook: Workbook) -> Book:
    """Sheets, tables, names and date system of a package."""
    areas = {}
    for name in workbook.names:
        area = _area(name.text) if name.sheet is None else None
        if area is not None:
            areas[name.name] = area
    return Book(
        tuple(sheet.name for sheet in workbook.sheets),
        {table.name: _table(workbook, table) for table in workbook.tables},
        areas,
        workbook.date1904,
        frozenset(name.name for name in workbook.names),
    )


def grid(workbook: Workbook, name: str) -> Sheet:
    """All cells of one sheet, with formulas."""
    with translated():
        cells = workbook.read(name)
    return Sheet(name, cells.last_row, cells.columns)


def patched(workbook: Workbook, writes: Writes) -> Patched:
    """The package with the writes applied; RefusedError when it cannot take them."""
    try:
        return patch(workbook, writes.cells, writes.tables, writes.patterns)
    except PackageError as error:
        raise RefusedError(error.reason) from error


def _table(workbook: Workbook, table: TableInfo) -> Table:
    last = table.ref.last_row - table.totals_rows
    return Table(
        table.name,
        table.sheet,
        table.ref,
        tuple(column.name for column in table.columns),
        tuple(column.formula for column in table.columns),
        table.ref.first_row + table.header_rows,
        last,
        bool(table.totals_rows),
    )


def _area(text: str) -> Area | None:
    """A name that is a plain area of one sheet, such as ``'My sheet'!$A$1:$B$4``."""
    sheet, found, ref = text.rpartition("!")
    if not found or ref.startswith("#") or "(" in text or "," in text:
        return None
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    try:
        return Area(sheet, Ref.parse(ref))
    except PackageError:
        return None
