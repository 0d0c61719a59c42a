"""Where each table of the schema stands in a workbook: by its name first, by its headers when the Table is gone.

Staff reorder, rename, hide and add columns, type below a table and send books through programs that drop Tables; all
of that ends here. What the cells mean is left to `cast`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tracker.engine.cast import general
from tracker.model.finding import Finding, Place
from tracker.model.grid import Book, CellKind, Cells, Sheet
from tracker.model.grid import Table as Found
from tracker.schema.column import Schema, Table
from tracker.schema.findings import finding
from tracker.schema.snapshot import Layout, fold
from tracker.words import Words, locales

LAST_ROW = 1_048_576
SEARCHED_ROWS = 20  # a lost table's header stands among the first rows
FIRST_VERSION = 1  # of the schema: what came later is missing in no workbook
BREAKS = re.compile("_x000[ad]_|[\r\n]", re.IGNORECASE)
ENOUGH = 0.5  # share of a table's own headers that makes a row its header row


@dataclass(eq=False)
class Sheets:
    """The sheets of a workbook by name, each read once."""

    read: Callable[[str], Sheet]
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _tops: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def __call__(self, name: str) -> Sheet:
        """A sheet."""
        if name not in self._sheets:
            self._sheets[name] = self.read(name)
        return self._sheets[name]

    def top(self, name: str) -> list[frozenset[str]]:
        """The folded texts in each of the first rows of a sheet: every table that is lost is looked for among them."""
        if name not in self._tops:
            sheet = self(name)
            rows = range(1, min(SEARCHED_ROWS, sheet.last_row) + 1)
            self._tops[name] = [frozenset(fold(text) for _, text in _row_texts(sheet, row)) for row in rows]
        return self._tops[name]


@dataclass(frozen=True)
class Located:
    """The tables that were found, and what was odd about them."""

    layout: Mapping[str, Layout]
    findings: tuple[Finding, ...]


def locate(
    book: Book, sheets: Sheets, schema: Schema, aliases: Mapping[str, Mapping[str, str]], words: Words
) -> Located:
    """Find every table of the schema; ``aliases`` gives for each folded table name folded headers → column keys.

    ``words`` are those of the book: a table that is missing is called as its sheet was.
    """
    layouts: dict[str, Layout] = {}
    findings: list[Finding] = []
    for table in schema.tables:
        renamed = {header: key for header, key in aliases.get(fold(table.name), {}).items() if key in table.by_key}
        names = {**headers_of(table), **renamed}
        layout, odd = locate_one(book, sheets, schema, table, names)
        findings += odd
        if layout is None:
            findings.append(finding("W101", Place(table=table.name), value=table.name, tab=words.sheet(table.sheet)))
        else:
            layouts[table.name] = layout
    return Located(layouts, tuple(findings))


def locate_one(
    book: Book, sheets: Sheets, schema: Schema, table: Table, names: Mapping[str, str]
) -> tuple[Layout | None, list[Finding]]:
    """Where one table stands, and what is odd about it."""
    found = next((t for name, t in book.tables.items() if name.casefold() == table.name.casefold()), None)
    if found is not None:
        return _from_table(table, found, sheets(found.sheet), names, _ground(book, found))
    for sheet_name in _likely_sheets(book, table):
        row = _header_row(schema, table, sheets.top(sheet_name), names)
        if row:
            return _from_headers(table, sheets(sheet_name), row, names)
    return None, []


@cache
def _own_headers(table: Table) -> dict[str, str]:
    """Folded header → key, in every locale."""
    return {fold(words.header(table.name, key)): key for words in reversed(locales()) for key in table.keys}


@cache
def _known_headers(table: Table) -> dict[str, str]:
    return {**{fold(key): key for key in table.keys}, **_own_headers(table)}


def headers_of(table: Table) -> Mapping[str, str]:
    """Folded header → key, in every locale, and the keys themselves."""
    return _known_headers(table)


def _ground(book: Book, found: Found) -> int:
    """The last row above the next Table below this one: what stands in that one is no row of ours."""
    ref = found.ref
    below = (
        other.ref.first_row - 1
        for other in book.tables.values()
        if other.sheet == found.sheet
        and other.ref.first_row > ref.last_row
        and other.ref.first_column <= ref.last_column
        and ref.first_column <= other.ref.last_column
    )
    return min(below, default=LAST_ROW)


def _from_table(
    table: Table, found: Found, sheet: Sheet, names: Mapping[str, str], ground: int
) -> tuple[Layout, list[Finding]]:
    first = found.ref.first_column
    top = found.ref.first_row if found.ref.first_row < found.first_row else None
    columns, extra, odd = _columns(table, found.sheet, top, list(enumerate(found.headers, first)), names)
    width = range(first, found.ref.last_column + 1)
    last = found.last_row if found.has_totals or table.tool_rows else _adopted(sheet, width, found.last_row)
    # A table that was pulled down to the end of the sheet has a million rows in which nothing can be.
    last = min(last, max(sheet.last_row, found.first_row), ground)
    below = np.flatnonzero(_filled(sheet, width, last + 1)[: ground - last])
    # Rows that stand directly below would be taken for rows of the table next time: one row stays free.
    free = 0 if table.tool_rows else 1
    end = LAST_ROW if ground == LAST_ROW else max(last, ground - free)
    limit = found.last_row if found.has_totals else last + int(below[0]) - free if len(below) else end
    layout = Layout(
        table.name,
        found.sheet,
        found.ref.first_row,
        found.first_row,
        last,
        found.last_row,
        columns,
        {key: found.headers[column - first] for key, column in columns.items()},
        extra,
        has_totals=found.has_totals,
        first_column=first,
        last_column=found.ref.last_column,
        limit_row=limit,
    )
    odd += _odd_heads(layout, sheet)
    if last > found.last_row:
        details = {"count": str(last - found.last_row)}
        odd.append(finding("W106", layout.place(row=found.last_row + 1), **details))
    after = _filled(sheet, columns.values(), last + 1)[: ground - last]
    if after.any() and not found.has_totals and not table.tool_rows:
        odd.append(finding("W107", layout.place(row=last + 1 + int(np.flatnonzero(after)[0])), count=str(after.sum())))
    return layout, odd


def _odd_heads(layout: Layout, sheet: Sheet) -> list[Finding]:
    """The header cells that somebody cleared, or in which another name stands than the Table gives the column.

    It is read all the same, by the name in the Table; Excel, though, takes the two for a damaged file and gives the
    column a name of its own, or that of the cell.
    """
    named = {layout.headers[key]: (key, number) for key, number in layout.columns.items()}
    named |= {name: ("", number) for name, number in layout.extra.items()}
    odd, row = [], layout.header_row
    for name, (key, number) in named.items() if row < layout.first_row else ():
        head = sheet.column(number, row, row)
        place = Place(layout.sheet, layout.table, row, number, key, name)
        said = _head(head, key)
        if said.strip() and _one_line(said) != _one_line(name):
            odd.append(finding("W122", place, said, missing=name, cell=place.cell))
        elif key and not said.strip() and head.kinds[0] in (CellKind.BLANK, CellKind.TEXT):
            odd.append(finding("W118", place, missing=name, cell=place.cell))
    return odd


def _head(cell: Cells, key: str) -> str:
    """What a header cell says; a number only where the column is ours: staff's own may be called by a year or a day."""
    if key and cell.kinds[0] == CellKind.NUMBER:
        return general(float(cell.numbers[0]))
    return str(cell.texts[0]) if cell.kinds[0] == CellKind.TEXT else ""


def _one_line(header: str) -> str:
    """A header without its line breaks, which programs spell in several ways."""
    return BREAKS.sub(" ", header)


def _from_headers(table: Table, sheet: Sheet, row: int, names: Mapping[str, str]) -> tuple[Layout, list[Finding]]:
    heads = _row_texts(sheet, row)
    columns, extra, odd = _columns(table, sheet.name, row, heads, names)
    filled = _filled(sheet, columns.values(), row + 1)
    last = row + 1 + int(np.flatnonzero(filled)[-1]) if filled.any() else row + 1
    texts = dict(heads)
    layout = Layout(
        table.name,
        sheet.name,
        row,
        row + 1,
        last,
        last,
        columns,
        {key: texts[column] for key, column in columns.items()},
        extra,
        is_table=False,
        first_column=min(columns.values()),
        last_column=max(columns.values()),
    )
    return layout, [*odd, finding("W102", Place(sheet.name, table.name), value=table.name)]


def _columns(
    table: Table, sheet: str, row: int | None, heads: list[tuple[int, str]], names: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, int], list[Finding]]:
    """The columns by key, staff's own by header, and what is odd; ``row`` is that of the headers, if they are shown."""
    columns: dict[str, int] = {}
    odd: list[Finding] = []
    own = _own_headers(table)
    # What a column is called by itself goes before its other names: ours is never somebody's column beside it.
    for number, header in sorted(heads, key=lambda head: (fold(head[1]) not in own, head[0])):
        key = names.get(fold(header))
        if key in columns:
            odd.append(finding("W104", Place(sheet, table.name, row, number, key or "", header), value=header))
        elif key:
            columns[key] = number
    extra = {header: number for number, header in heads if header.strip() and fold(header) not in names}
    return columns, extra, odd + _missing(table, sheet, row, columns, heads)


def _missing(
    table: Table, sheet: str, row: int | None, columns: dict[str, int], heads: list[tuple[int, str]]
) -> list[Finding]:
    """A missing column, and the unknown header that stands where it belongs: likely renamed."""
    odd = []
    unknown = {number: header for number, header in heads if number not in columns.values()}
    before = heads[0][0] - 1 if heads else 0
    for key in table.keys:
        if key in columns:
            before = columns[key]
            continue
        if table[key].since > FIRST_VERSION:
            continue  # it came later: a workbook without it is whole
        renamed = unknown.get(before + 1, "")
        place = Place(sheet, table.name, row if renamed else None, before + 1 if renamed else None, key, renamed)
        header = locales()[0].header(table.name, key)
        odd.append(finding("W105" if renamed else "W103", place, value=renamed or header, missing=header))
    return odd


def _adopted(sheet: Sheet, columns: range, last_row: int) -> int:
    """The last of the filled rows that follow a table directly."""
    filled = _filled(sheet, columns, last_row + 1)
    gaps = np.flatnonzero(~filled)
    return last_row + (int(gaps[0]) if len(gaps) else len(filled))


def _filled(sheet: Sheet, columns: Iterable[int], first_row: int) -> NDArray[np.bool_]:
    """Which rows from ``first_row`` to the end of the sheet hold a value in one of the columns."""
    filled = np.zeros(max(0, sheet.last_row - first_row + 1), bool)
    for column in columns:
        cells = sheet.columns.get(column)
        if cells is not None:
            # One stray cell at the foot of a sheet makes columns a million rows long: only what is filled is looked at.
            place = np.flatnonzero(cells.kinds[first_row - 1 :] != CellKind.BLANK)
            filled[place[cells.texts[first_row - 1 :][place] != ""]] = True
    return filled


def _likely_sheets(book: Book, table: Table) -> list[str]:
    """The sheet that bears the table's name in some language first, then all others."""
    likely = {fold(words.sheet(table.sheet)) for words in locales()} | {fold(table.name)}
    return sorted(book.sheets, key=lambda name: fold(name) not in likely)


def _header_row(schema: Schema, table: Table, top: list[frozenset[str]], names: Mapping[str, str]) -> int:
    """The first row that holds enough of a table's headers, its key column among them; 0 when there is none.

    Tables have headers in common: a row that holds more of another table's is that one's.
    """
    needed = table.key or table.keys[0]
    for row, texts in enumerate(top, 1):
        keys = {names.get(text, "") for text in texts} - {""}
        if needed not in keys or len(keys) < ENOUGH * min(len(table.columns), 12):
            continue
        if all(len(keys) >= len(texts & headers_of(other).keys()) for other in schema.tables if other is not table):
            return row
    return 0


def _row_texts(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    """The texts in a row, by column."""
    columns = ((column, sheet.columns[column].texts) for column in sorted(sheet.columns))
    return [(column, str(texts[row - 1])) for column, texts in columns if 0 < row <= len(texts) and texts[row - 1]]
