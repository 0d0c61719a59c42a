"""What is looked at in an .xlsx before python-calamine may have it: a few lies in a small file end the whole process.

It makes room for as many texts as the file says it has, and for every cell between the first and the last one that is
filled; what it cannot read it calls empty. Our own reader believes no count and sees every cell, so it looks first.
"""

from __future__ import annotations

import re

from tracker.ooxml import PackageError, Workbook
from tracker.sources.table import SourceError

MOST_CELLS = 1 << 26  # filled or not, as one rectangle: a million rows of sixty columns
_HEAD = 4096  # bytes in which the count stands, if anywhere
_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"'](\d{1,18})")
PASSED = frozenset({"binary", "ods", "no-workbook"})  # other kinds of file, which calamine knows


def open_guarded(data: bytes, name: str) -> Workbook | None:
    """The workbook by our own reader, None for another kind of file; SourceError when it is damaged or lies."""
    try:
        book = Workbook(data)
        if _lies(book):
            raise SourceError(f"{name} cannot be read as a spreadsheet: it is damaged. Save it again in Excel.")
    except PackageError as error:
        if error.reason in PASSED:
            return None
        raise SourceError(f"{name} cannot be read as a spreadsheet: {error}.") from None
    return book


def has_cells(book: Workbook, sheet: str, name: str) -> bool:
    """Whether a sheet holds anything; SourceError when its cells are strewn too far apart to be one table."""
    try:
        cells = book.read(sheet)
    except PackageError as error:
        raise SourceError(f"{name} cannot be read as a spreadsheet: {error}.") from None
    columns = max(cells.columns, default=0)
    if cells.last_row * columns > MOST_CELLS:
        raise SourceError(
            f"{name}: the last filled cell of '{sheet}' is in row {cells.last_row} and column {columns}, too far out. "
            "Delete what stands away from the table."
        )
    return cells.last_row > 0


def _lies(book: Workbook) -> bool:
    """Whether the table of shared texts says that it has more of them than bytes."""
    for relationship in book.package.relationships(book.part):
        if relationship.kind == "sharedStrings":
            told = _COUNT.search(next(book.package.blocks(relationship.target), b"")[:_HEAD])
            if told and int(told[1]) > book.package.member(relationship.target).size:
                return True
    return False
