"""Real workbooks for tests: the template with rows typed into it, as bytes; and what a refresh makes of them.

Where `world` holds cells in memory, these are packages with every part the template writes. Typing goes through the
patcher cell by cell, so that a test can put anything anywhere, as staff do.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache

import numpy as np
from world import World

from tracker.commands.refresh import Refresh, refresh
from tracker.demo.workbook import workbook as demo_workbook
from tracker.hosts import MemoryHost
from tracker.ooxml import Cells, ColumnWrite, Ref, TableChange, TableInfo, Workbook
from tracker.ooxml.change import patch
from tracker.schema.base import BASE
from tracker.schema.column import Schema
from tracker.template import build
from tracker.words import load

TODAY = date(2026, 11, 18)  # a Wednesday
WORKBOOK_ID = "00000000-0000-4000-8000-000000000001"

Value = float | str | bool | None


def new_book(today: date = TODAY, schema: Schema = BASE, locale: str = "en", **settings: Value) -> bytes:
    """An empty workbook as ``tracker new`` makes it, with some settings changed."""
    settings = {"cadence_from": float((today - date(1899, 12, 30)).days - 60), **settings}
    if schema is BASE:
        return _built(today, locale, tuple(settings.items()))
    return build(schema, load(locale), workbook_id=WORKBOOK_ID, created=today, settings=settings)


@cache  # that a build gives the same bytes each time is a test of the template; here it is asked for a thousand times
def _built(today: date, locale: str, settings: tuple[tuple[str, Value], ...]) -> bytes:
    """A new workbook of our own tables, built once a process."""
    return build(BASE, load(locale), workbook_id=WORKBOOK_ID, created=today, settings=dict(settings))


@cache
def demo_book(today: date, locale: str = "en") -> bytes:
    """The demo as it is before the refresh of its day, made once a process; seconds each."""
    return demo_workbook(today, locale=locale)


def refreshed(data: bytes, today: date = TODAY, pin: date | None = None, hour: int = 8) -> tuple[bytes, Refresh]:
    """The workbook after a refresh, and what it said; ``hour`` is when it ran."""
    host = MemoryHost(data)
    done = refresh(host, today, pin, now=datetime(today.year, today.month, today.day, hour))
    return host.data, done


def table_of(data: bytes, name: str) -> TableInfo:
    """A table of the workbook."""
    return next(table for table in Workbook(data).tables if table.name == name)


def column_of(table: TableInfo, header: str) -> int:
    """The sheet column a header stands in."""
    return table.ref.first_column + [column.name for column in table.columns].index(header)


def header(table: str, key: str) -> str:
    """The English header of a column."""
    return load().header(table, key)


def type_rows(data: bytes, table: str, rows: Sequence[Mapping[str, Value]], grow: bool = True) -> bytes:
    """Type rows (column key or staff's own header → value) below what a table holds; ``grow`` extends the table.

    Row 0 goes into the first row that has nothing typed; with ``grow`` the table takes them in, as Excel does.
    """
    found = table_of(data, table)
    first = found.ref.first_row + 1 + _used(data, found)
    cells = [
        (found.sheet, first + i, column_of(found, header(table, key) if key in BASE[table].by_key else key), value)
        for i, row in enumerate(rows)
        for key, value in row.items()
        if value is not None
    ]
    data = write(data, cells)
    last = first + len(rows) - 1
    if not grow or last <= found.ref.last_row:
        return data
    ref = Ref(found.ref.first_row, found.ref.first_column, last, found.ref.last_column)
    return patch(Workbook(data), [], [TableChange(table, ref)], []).data


def _used(data: bytes, table: TableInfo) -> int:
    """How many rows of a table have something typed, counted to the last of them."""
    sheet = Workbook(data).read(table.sheet)
    keys = {header(table.name, column.key) for column in BASE[table.name].columns if column.is_tool}
    used = 0
    for number in range(table.ref.first_column, table.ref.last_column + 1):
        column = table.columns[number - table.ref.first_column]
        cells = sheet.columns.get(number)
        if cells is None or column.name in keys:
            continue
        filled = np.flatnonzero((cells.kinds > 0) & (cells.texts != ""))
        inside = filled[(filled >= table.ref.first_row) & (filled < table.ref.last_row)]
        used = max(used, int(inside.max(initial=table.ref.first_row - 1)) + 1 - table.ref.first_row)
    return used


def write(data: bytes, cells: Iterable[tuple[str, int, int, Value]]) -> bytes:
    """The workbook with cells (sheet, row, column, value) overwritten; None clears one."""
    columns: dict[tuple[str, int], dict[int, Value]] = defaultdict(dict)
    for sheet, row, column, value in cells:
        columns[sheet, column][row] = value
    writes = []
    for (sheet, column), by_row in columns.items():
        rows = sorted(by_row)
        values = Cells.from_values([by_row[row] for row in rows])
        for i, row in enumerate(rows):
            text = by_row[row]
            if isinstance(text, str) and re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", text):
                values.kinds[i] = 4
        writes.append(ColumnWrite(sheet, column, np.array(rows, np.int64), values))
    return patch(Workbook(data), writes, [], []).data


def drawn(world: World, data: bytes) -> bytes:
    """A new workbook with the rows of a drawing typed into it."""
    words = load()
    for spec in BASE.tables:
        source = world.tables[spec.name]
        if spec.name == "Settings" or spec.tool_rows:
            continue
        sheet = world.sheet(source.sheet)
        rows = []
        for row in range(source.first_row, source.last_row + 1):
            typed: dict[str, Value] = {}
            for key in spec.keys:
                if spec[key].is_tool:
                    continue
                column = source.ref.first_column + source.headers.index(words.header(spec.name, key))
                typed[key] = sheet.column(column, row, row).values()[0]
            rows.append(typed)
        if any(value is not None for typed in rows for value in typed.values()):
            data = type_rows(data, spec.name, rows)
    return data


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part rewritten, as another program might have left it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", compresslevel=1) as made:
        assert name in package.namelist(), f"no part {name}"
        for member in package.infolist():
            content = package.read(member)
            made.writestr(member, change(content) if member.filename == name else content)
    return out.getvalue()


def without_sheet(data: bytes, name: str) -> bytes:
    """The workbook after somebody deleted a sheet: names that pointed into it stay and stand for nothing."""

    def change(part: bytes) -> bytes:
        text = re.sub(rf'<sheet name="{re.escape(name)}"[^>]*/>', "", part.decode())
        return text.replace(f"'{name}'!", "#REF!").encode()

    return with_part(data, "xl/workbook.xml", change)
