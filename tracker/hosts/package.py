"""A workbook package in the words of the grid: what the hosts over bytes share.

The one place where the file format's own errors become ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tracker.errors import RefusedError, UnreadableError
from tracker.model.grid import Area, Book, NewTable, Receipt, Ref, Sheet, Table, Writes
from tracker.ooxml import PackageError, Patched, TableInfo, Workbook, outside

# What to do about a package error whose text does not say it itself (after a semicolon).
REMEDIES = {
    "damaged": "open it in Excel, save it under a new name and try that, or go back to an earlier copy",
    "too-large": "remove what is not needed from it, or split it",
    "encrypted": "save it without a password",
    "totals-row": "switch the totals row off, then run this again",
    "table-overlap": "put more room between the tables, then run this again",
}
USUAL_REMEDY = "open it in Excel and save it as .xlsx"

GONE = "#REF!"  # what a name stands for when its sheet was deleted


def sentence(name: str, error: PackageError) -> str:
    """A package error as one line for people: `<file>: <what is wrong>. <what to do>.`"""
    what, _, remedy = str(error).partition("; ")
    remedy = remedy or REMEDIES.get(error.reason, USUAL_REMEDY)
    return f"{name}: {what}. {remedy[:1].upper()}{remedy[1:]}."


def open_package(data: bytes, name: str) -> Workbook:
    """The package in these bytes; UnreadableError with the reason when it is none."""
    with translated(name):
        return Workbook(data)


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn a package error met while reading into UnreadableError."""
    try:
        yield
    except PackageError as error:
        raise UnreadableError(sentence(name, error)) from error


def outline(workbook: Workbook) -> Book:
    """Sheets, tables, names and date system of a package."""
    sheets = {sheet.name.casefold(): sheet.name for sheet in workbook.sheets}
    areas = {}
    for name in workbook.names:
        area = plain_area(name.text, sheets) if name.sheet is None else None
        if area is not None:
            areas[name.name] = area
    return Book(
        tuple(sheet.name for sheet in workbook.sheets),
        {table.name: _table(workbook, table) for table in workbook.tables},
        areas,
        workbook.date1904,
        frozenset(name.name for name in workbook.names if GONE not in name.text),
        outside(workbook.package),
    )


def grid(workbook: Workbook, sheet: str, name: str) -> Sheet:
    """All cells of one sheet, with formulas; UnreadableError when its part is damaged."""
    with translated(name):
        cells = workbook.read(sheet)
    return Sheet(sheet, cells.last_row, cells.columns)


def hindrance(workbook: Workbook, table: NewTable, name: str) -> str:
    """Why a table cannot be laid where it is wanted, in one word; empty when it can."""
    from tracker.ooxml.change import barred

    with translated(name):
        return barred(workbook, table)


def patched(workbook: Workbook, writes: Writes, name: str) -> Patched:
    """The package with the writes applied; RefusedError when it cannot take them."""
    from tracker.ooxml.change import patch

    try:
        result = patch(workbook, writes.cells, writes.tables, writes.patterns, writes.looks)
        result = _with_tables(result, writes) if writes.added else result
        return _stamped(result, writes) if result.parts and writes.stamps else result
    except PackageError as error:
        raise RefusedError(sentence(name, error)) from error


def _with_tables(result: Patched, writes: Writes) -> Patched:
    """A patched package with the tables that are laid over its cells."""
    from tracker.ooxml.change import with_tables

    return _followed(result, with_tables(Workbook(result.data), writes.added))


def _stamped(result: Patched, writes: Writes) -> Patched:
    """A patched package with the stamps too; only now is it known that anything differs at all."""
    from tracker.ooxml.change import patch

    return _followed(result, patch(Workbook(result.data), writes.stamps, (), ()))


def _followed(first: Patched, then: Patched) -> Patched:
    """What two steps did together."""
    parts = tuple(dict.fromkeys((*first.parts, *then.parts)))
    return Patched(then.data, parts, first.cells + then.cells, (*first.skipped, *then.skipped))


def verify(before: Workbook, result: Patched, name: str, data: bytes) -> None:
    """That the parts which were to change are whole, and every other one is stored as it was, byte for byte.

    RefusedError when not: what was written is not put in the place of anything.
    """
    try:
        after = Workbook(data)
        differing = before.package.differing(after.package)
        after.verify(differing.intersection(after.package.parts))
    except PackageError as error:
        raise RefusedError(f"{sentence(name, error)} Nothing was written.") from error
    if differing - set(result.parts):
        raise RefusedError(f"{name}: writing it would change more than was planned. Nothing was written.")


def receipt(result: Patched, backup: str = "") -> Receipt:
    """What a host says it did."""
    skipped = tuple((one.sheet, one.column, one.reason) for one in result.skipped)
    return Receipt(result.cells, result.parts, skipped, backup)


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


def plain_area(text: str, sheets: Mapping[str, str]) -> Area | None:
    """A name that is a plain area of a sheet that is there, such as ``'My sheet'!$A$1:$B$4``; sheets by folded name."""
    sheet, _, ref = text.rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    found = sheets.get(sheet.casefold())
    try:
        return None if found is None else Area(found, Ref.parse(ref))
    except PackageError:
        return None
