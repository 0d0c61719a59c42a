"""A workbook drawn as text, held in memory as cells: for tests of the engine and the checks, no package in sight.

A drawing is a table name, a line of headers (column keys, or staff's own headers), and rows, parted by ``|``::

    Customers
    customer_id | last_name | email       | next_followup
    C1          | Marsh     | a@b.example | today-3d
    C2          | Silva     | a@b.example |               <- D102 email

Dates are ISO or ``today-3d``/``today+2m``; text in double quotes stays text; ``#N/A`` is an error cell; ``=A1 -> 7`` is
a formula with its cached value. ``<- CODE key`` says which finding a row must give. ``Customers (only)`` has no other
columns than those drawn. Every table, block and name of the template is there, empty where nothing is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np

from tracker.engine.read import read
from tracker.facts.calendar import edate, to_serial
from tracker.hosts.draft import laid
from tracker.model.grid import (
    Area,
    Book,
    CellKind,
    Cells,
    ColumnWrite,
    Dialect,
    NewTable,
    Receipt,
    Ref,
    Sheet,
    Table,
    Writes,
)
from tracker.schema.base import BASE, SCHEMA_VERSION
from tracker.schema.blocks import BLOCKS
from tracker.schema.column import Column, Kind, Schema
from tracker.schema.column import Table as TableSpec
from tracker.schema.lists import LISTS
from tracker.schema.settings import COUNTERS
from tracker.schema.snapshot import Snapshot
from tracker.schema.state import CHOICES_SHEET, STATE, STATE_SHEET
from tracker.words import load

TODAY = date(2026, 11, 18)  # a Wednesday
BLOCK_COLUMN = 200  # blocks stand far to the right here; only their names matter
RELATIVE = re.compile(r"today(?:([+-]\d+)([dm]))?")
MARK = re.compile(r"\s*<-\s*(.*)$")
IDENTITY = {"schema": SCHEMA_VERSION, "workbook_id": "00000000-0000-0000-0000-000000000001", "locale": "en"}

Value = float | str | bool | None


@dataclass(frozen=True)
class Formula:
    """A drawn formula cell with its cached value."""

    text: str
    value: Value


@dataclass(frozen=True)
class Expected:
    """A finding that a row was drawn to give."""

    table: str
    row: int
    code: str
    key: str


@dataclass
class World:
    """A host over cells in memory; ``expected`` are the findings drawn beside the rows."""

    today: date
    sheets: dict[str, dict[int, Cells]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()
    schema: Schema = BASE
    date1904: bool = False
    dialect: Dialect = Dialect.FILE

    def book(self) -> Book:
        """The outline."""
        names = frozenset({*self.areas, "today_live"} if self.areas else ())
        return Book(tuple(self.sheets), dict(self.tables), dict(self.areas), self.date1904, names)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet."""
        columns = self.sheets[name]
        last = max((_used(cells) for cells in columns.values()), default=0)
        return Sheet(name, last, {number: _sized(cells, last) for number, cells in columns.items()})

    def barred(self, table: NewTable) -> str:
        """Nothing lies over cells in memory but the tables."""
        met = any(one.sheet == table.sheet and one.ref.meets(table.ref) for one in self.tables.values())
        return "table_taken" if met else ""

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes to the cells; the receipt counts the cells that became different."""
        changed = sum(map(self._write, writes.cells))
        changed += sum(map(self._write, writes.stamps)) if changed or writes.tables else 0
        for change in writes.tables:
            table = self.tables[change.name]
            formulas = [change.formulas.get(h, f) for h, f in zip(table.headers, table.formulas, strict=True)]
            ref = change.ref or table.ref
            self.tables[change.name] = replace(
                table, ref=ref, last_row=ref.last_row - table.has_totals, formulas=tuple(formulas)
            )
        self.tables |= {table.name: laid(table) for table in writes.added}
        return Receipt(changed, ("sheets",) if changed or writes.tables or writes.added else ())

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say, worked out on copies of the sheets."""
        sheets = {name: dict(columns) for name, columns in self.sheets.items()}
        return World.apply(replace(self, sheets=sheets, tables=dict(self.tables)), writes)

    def _write(self, write: ColumnWrite) -> int:
        """Write some cells of a column; how many became different."""
        columns = self.sheets[write.sheet]
        size = max(int(write.rows.max(initial=0)), len(columns.get(write.column, Cells.blank(0))))
        before = _sized(columns.get(write.column, Cells.blank(0)), size)
        source = np.arange(size)
        source[write.rows - 1] = size + np.arange(len(write.rows))
        columns[write.column] = before.followed_by(write.cells).take(source)
        return int((~before.take(write.rows - 1).same_as(write.cells)).sum())

    def read(self, pin: date | None = None) -> Snapshot:
        """The snapshot as of the world's day."""
        return read(self, self.today, pin, self.schema)

    def cell(self, table: str, row: int, key: str) -> Value:
        """What stands in one cell of a table; row 0 is its first data row."""
        found = self.tables[table]
        header = load().header(table, key)
        column = found.ref.first_column + found.headers.index(header)
        return self.sheet(found.sheet).column(column, found.first_row + row, found.first_row + row).values()[0]

    def put(self, table: str, row: int, key: str, value: Value) -> None:
        """Type something into one cell of a table, as staff would; row 0 is its first data row."""
        found = self.tables[table]
        column = found.ref.first_column + found.headers.index(load().header(table, key))
        self._type(found.sheet, found.first_row + row, column, value)

    def rename(self, table: str, key: str, header: str) -> None:
        """Call a column otherwise, in its header cell and so in the Table, as staff would."""
        found = self.tables[table]
        column = self.read().layout[table].columns[key]
        at = column - found.ref.first_column
        self.tables[table] = replace(found, headers=(*found.headers[:at], header, *found.headers[at + 1 :]))
        self._type(found.sheet, found.ref.first_row, column, header)

    def _type(self, sheet: str, row: int, column: int, value: Value) -> None:
        columns = self.sheets[sheet]
        size = max(row, len(columns.get(column, Cells.blank(0))))
        cells = _sized(columns.get(column, Cells.blank(0)), size)
        at = np.arange(size)
        at[row - 1] = size
        columns[column] = cells.followed_by(Cells.from_values([value])).take(at)


def world(
    drawing: str = "", today: date | str = TODAY, settings: Mapping[str, Value] | None = None, schema: Schema = BASE
) -> World:
    """The workbook of a drawing; ``settings`` adds to the rows of its Settings table."""
    day = date.fromisoformat(today) if isinstance(today, str) else today
    made = World(day, schema=schema)
    drawn = {name: (only, headers, rows) for name, only, headers, rows in _parts(drawing)}
    words = load()
    expected: list[Expected] = []
    for spec in schema.tables:
        only, headers, rows = drawn.get(spec.name, (False, (), []))
        if spec.name == "Settings":
            headers, rows = _settings(headers, rows, settings or {})
        marks = _place(made, spec, headers if only else _complete(spec, headers), rows)
        expected += marks
    _state(made, words.sheet(STATE_SHEET))
    _choices(made, words.sheet(CHOICES_SHEET))
    _blocks(made)
    made.expected = tuple(expected)
    return made


def _parts(drawing: str) -> Iterable[tuple[str, bool, tuple[str, ...], list[tuple[list[str], str]]]]:
    name, headers, rows = "", (), []
    for line in [*drawing.splitlines(), ""]:
        text = line.strip()
        if text.startswith("//"):
            continue
        if not text and name:
            yield name.removesuffix("(only)").strip(), name.endswith("(only)"), headers, rows
            name, headers, rows = "", (), []
        elif text and not name:
            name = text
        elif text and not headers:
            headers = tuple(part.strip() for part in text.split("|"))
        elif text:
            mark = MARK.search(text)
            cells = [part.strip() for part in MARK.sub("", text).split("|")]
            rows.append(([*cells, *[""] * (len(headers) - len(cells))], mark[1] if mark else ""))


def _settings(
    headers: tuple[str, ...], rows: list[tuple[list[str], str]], more: Mapping[str, Value]
) -> tuple[tuple[str, ...], list[tuple[list[str], str]]]:
    drawn = {cells[0] for cells, _ in rows}
    base = {**IDENTITY, **dict.fromkeys(COUNTERS.values(), 1), **more}
    added = [([key, "" if value is None else str(value)], "") for key, value in base.items() if key not in drawn]
    return headers or ("key", "value"), added + rows


def _complete(spec: TableSpec, headers: tuple[str, ...]) -> tuple[str, ...]:
    return (*headers, *(key for key in spec.keys if key not in headers))


def _place(made: World, spec: TableSpec, headers: tuple[str, ...], rows: list[tuple[list[str], str]]) -> list[Expected]:
    words = load()
    sheet = words.sheet(spec.sheet)
    columns = made.sheets.setdefault(sheet, {})
    first, marks = spec.top + 1, []
    for i, header in enumerate(headers):
        column = spec.by_key.get(header)
        title = words.header(spec.name, header) if column else header
        values: list[Value | Formula] = [None] * (spec.top - 1) + [title]
        for cells, _ in rows:
            values.append(_value(cells[i] if i < len(cells) else "", column, made.today, spec, cells))
        columns[spec.left + i] = _cells(values)
    for i, (_, mark) in enumerate(rows):
        for one in filter(None, (part.strip() for part in mark.split(","))):
            code, _, key = one.partition(" ")
            marks.append(Expected(spec.name, first + i, code, key.strip()))
    last = max(first, spec.top + len(rows))
    titles = tuple(words.header(spec.name, h) if h in spec.by_key else h for h in headers)
    ref = Ref(spec.top, spec.left, last, spec.left + len(headers) - 1)
    made.tables[spec.name] = Table(spec.name, sheet, ref, titles, (None,) * len(titles), first, last)
    return marks


def _value(text: str, column: Column | None, today: date, spec: TableSpec, row: list[str]) -> Value | Formula:
    if text.startswith("="):
        formula, _, cached = text[1:].partition("->")
        return Formula(formula.strip(), _value(cached.strip(), column, today, spec, row))
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if not text:
        return None
    loose = column is None or (spec.name == "Settings" and column.key == "value")
    if loose or column.kind.is_date:
        serial = _serial(text, today)
        if serial is not None:
            return serial
    if loose or column.kind.is_number or column.kind.is_date:
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _serial(text: str, today: date) -> float | None:
    relative = RELATIVE.fullmatch(text)
    if relative:
        number, unit = int(relative[1] or 0), relative[2]
        serial = to_serial(today)
        return float(edate(serial, number)) if unit == "m" else serial + number
    try:
        moment = datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
    return to_serial(moment) if moment else None


def _cells(values: list[Value | Formula]) -> Cells:
    plain = Cells.from_values([value.value if isinstance(value, Formula) else value for value in values])
    for i, value in enumerate(plain.texts):
        if isinstance(value, str) and re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", value):
            plain.kinds[i] = CellKind.ERROR
    texts = [value.text for value in values if isinstance(value, Formula)]
    if not texts:
        return plain
    known = tuple(dict.fromkeys(texts))
    index = [known.index(value.text) if isinstance(value, Formula) else -1 for value in values]
    return replace(plain, formulas=np.array(index, np.int32), formula_texts=known)


def _state(made: World, sheet: str) -> None:
    made.sheets[sheet] = {}
    for i, cell in enumerate(STATE, 1):
        made.sheets[sheet][i] = Cells.blank(0)
        made.areas[cell.name] = Area(sheet, Ref(1, i, cell.rows, i))


def _choices(made: World, sheet: str) -> None:
    names = [*(spec.name for spec in LISTS), Kind.CUSTOMER.value]
    made.sheets[sheet] = {i: Cells.from_texts([name]) for i, name in enumerate(names, 1)}


def _blocks(made: World) -> None:
    words = load()
    below: dict[str, int] = {}
    for block in BLOCKS:
        sheet = words.sheet(block.sheet)
        made.sheets.setdefault(sheet, {})
        top = below.get(sheet, 0) + 1
        width = max(column.at for column in block.columns)
        made.areas[block.name] = Area(sheet, Ref(top, BLOCK_COLUMN, top + block.rows - 1, BLOCK_COLUMN + width))
        below[sheet] = top + block.rows


def _used(cells: Cells) -> int:
    filled = np.flatnonzero((cells.kinds != CellKind.BLANK) | cells.has_formula())
    return int(filled[-1]) + 1 if len(filled) else 0


def _sized(cells: Cells, size: int) -> Cells:
    return cells.take(slice(0, size)) if len(cells) >= size else cells.followed_by(Cells.blank(size - len(cells)))
