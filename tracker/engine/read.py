"""A host's cells → a snapshot: typed frames by column key, settings, lists, identity, what the last refresh left.

The only way into the engine and the checks. Nothing is judged here beyond what cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.cast import DAYS_1904, cast
from tracker.engine.lists import read_aliases, read_lists
from tracker.engine.locate import Sheets, headers_of, locate, locate_one
from tracker.engine.lost import lost_sheets
from tracker.engine.settings import holidays_of, read_settings
from tracker.errors import UnreadableError, UsageError
from tracker.facts.calendar import FIRST, from_serial, to_serial
from tracker.model.finding import Finding, Place
from tracker.model.frame import Frame
from tracker.model.grid import Book, CellKind, Cells, Host
from tracker.schema.base import BASE
from tracker.schema.column import Owner, Schema, Table
from tracker.schema.findings import finding
from tracker.schema.settings import Settings
from tracker.schema.snapshot import Choices, Identity, Layout, Snapshot, fold, own_column
from tracker.schema.state import FIXIT_MARK, STATE
from tracker.words import Words, load

CORE = ("Customers", "Interactions", "Purchases")


class NotOursError(UnreadableError):
    """A good workbook, but none of ours."""


@dataclass(frozen=True, eq=False)
class _Reader:
    book: Book
    sheets: Sheets
    schema: Schema

    def frame(self, layout: Layout, choices: Mapping[str, Choices], currency: str = "") -> _Frame:
        table, sheet = self.schema[layout.table], self.sheets(layout.sheet)
        found: dict[str, Cells] = {
            key: sheet.column(number, layout.first_row, layout.last_row) for key, number in layout.columns.items()
        }
        extra = {
            own_column(header): sheet.column(number, layout.first_row, layout.last_row)
            for header, number in layout.extra.items()
        }
        filled = _has_value(table, found, extra.values(), max(0, layout.last_row - layout.first_row + 1))
        kept = slice(None) if filled.all() else np.flatnonzero(filled)
        rows = np.arange(len(filled))[kept] + layout.first_row
        cells = {key: one.take(kept) for key, one in found.items()}
        columns, findings = {}, list[Finding]()
        for key, one in cells.items():
            column = table[key]
            lists = choices.get(column.choices)
            columns[key], odd = cast(column, one, rows, layout, lists, self.book.date1904, currency)
            findings += [] if table.tool_rows else odd  # a list of ours says itself what it could not take
        cells |= {header: one.take(kept) for header, one in extra.items()}
        return _Frame(Frame(rows, columns), cells, tuple(findings))


@dataclass(frozen=True, eq=False)
class _Frame:
    frame: Frame
    cells: Mapping[str, Cells]
    findings: tuple[Finding, ...]


def read(host: Host, clock: date, pin: date | None = None, schema: Schema = BASE) -> Snapshot:
    """Read a workbook as of a day: ``pin`` when given, else Settings ``as_of``, else ``clock``.

    Raises NotOursError when none of the three tables staff type in is there, as far as the schema has them: a Table
    of that name without the column of its IDs is somebody else's. UsageError for a day before the calendar.
    """
    reader = _Reader(host.book(), Sheets(host.sheet), schema)
    if FIXIT_MARK in reader.book.names:
        raise NotOursError("it is a fix-it copy. What it says is taken over with: tracker fix BOOK --accept COPY")
    choices, aliases, words_locale = _bootstrap(reader)
    located = locate(reader.book, reader.sheets, schema, aliases, load(words_locale))
    core = [name for name in CORE if name in schema.by_name]
    if core and not any(schema[name].key in located.layout[name].columns for name in core if name in located.layout):
        raise NotOursError("no Customers, Interactions or Purchases table in it. Make a workbook with: tracker new")
    settings, identity, odd = _settings(reader, located.layout.get("Settings"))
    today = _day(clock, pin, settings)
    frames = {name: reader.frame(layout, choices, settings.currency) for name, layout in located.layout.items()}
    state = _state(reader)
    holidays, known = holidays_of(settings.holidays, today)
    if not known:
        odd.append(_unknown_country(settings, located.layout["Settings"], frames["Settings"].frame))
    odd += _odd_book(reader.book, identity, schema)
    odd += lost_sheets(reader.book, identity)
    odd += _outside(reader.book, load(words_locale))
    return Snapshot(
        schema,
        {t.name: frames[t.name].frame if t.name in frames else Frame() for t in schema.tables},
        settings,
        identity,
        located.layout,
        load(words_locale),
        today,
        pin is not None,
        state,
        choices,
        holidays,
        {(name, key): cells for name, one in frames.items() for key, cells in one.cells.items()},
        (*located.findings, *odd, *(f for one in frames.values() for f in one.findings)),
    )


def read_identity(host: Host, schema: Schema = BASE) -> tuple[Settings, Identity]:
    """The settings and whose workbook it is, from one sheet alone; blank where there is no Settings table."""
    reader = _Reader(host.book(), Sheets(host.sheet), schema)
    table = schema["Settings"]
    layout, _ = locate_one(reader.book, reader.sheets, schema, table, headers_of(table))
    settings, identity, _ = _settings(reader, layout)
    return settings, identity


def _bootstrap(reader: _Reader) -> tuple[dict[str, Choices], dict[str, dict[str, str]], str]:
    """The lists, the renamed headers and the locale: needed before anything else can be read."""
    schema, early = reader.schema, dict[str, _Frame]()
    for name in ("Settings", "Lists", "Team"):
        layout, _ = locate_one(reader.book, reader.sheets, schema, schema[name], headers_of(schema[name]))
        if layout is not None:
            early[name] = reader.frame(layout, {})
    frames = {name: one.frame for name, one in early.items()}
    locale = _locale(frames.get("Settings"))
    lists, team = frames.get("Lists"), frames.get("Team")
    return read_lists(lists, team, load(locale)), read_aliases(lists), locale


def _locale(settings: Frame | None) -> str:
    if settings is None:
        return "en"
    pairs = zip(settings.text("key"), settings.text("value"), strict=True)
    found = next((str(value) for key, value in pairs if key.strip() == "locale" and value != ""), "en")
    return load(found.strip()).locale


def _settings(reader: _Reader, layout: Layout | None) -> tuple[Settings, Identity, list[Finding]]:
    if layout is None or not {"key", "value"} <= set(layout.columns):
        return Settings(), Identity(), []
    sheet = reader.sheets(layout.sheet)
    keys, values = (sheet.column(layout.columns[key], layout.first_row, layout.last_row) for key in ("key", "value"))
    return read_settings(layout, keys, values, reader.book.date1904)


def _day(clock: date, pin: date | None, settings: Settings) -> int:
    if pin is None and settings.as_of is not None:
        return int(settings.as_of)
    day = pin or clock
    serial = to_serial(day)
    if not serial >= FIRST:
        raise UsageError(f"{day} is before the calendar of a workbook, which begins on {from_serial(FIRST)}")
    return int(serial)


def _has_value(table: Table, cells: Mapping[str, Cells], extra: Iterable[Cells], size: int) -> NDArray[np.bool_]:
    """Which rows are rows: those in which staff typed something, or, in a list of ours, anything stands."""
    filled = np.zeros(size, bool)
    for key, one in cells.items():
        if filled.all():
            break
        if table.tool_rows or table[key].owner is not Owner.TOOL:
            filled |= _not_empty(one)
    for one in extra:
        filled |= _not_empty(one) & ~one.has_formula()  # a calculated column of staff's own fills empty rows too
    return filled


def _not_empty(cells: Cells) -> NDArray[np.bool_]:
    return np.asarray((cells.kinds != CellKind.BLANK) & (cells.texts != ""), bool)


def _state(reader: _Reader) -> dict[str, Any]:
    """What the last refresh left: a value for a named cell, a tuple for a named column."""
    state: dict[str, Any] = {}
    for cell in STATE:
        area = reader.book.areas.get(cell.name)
        if area is None:
            continue
        ref = area.ref
        values = reader.sheets(area.sheet).column(ref.first_column, ref.first_row, ref.last_row).values()
        if cell.day and reader.book.date1904:
            values = [value + DAYS_1904 if isinstance(value, float) else value for value in values]
        state[cell.name] = values[0] if cell.rows == 1 else tuple(value for value in values if value is not None)
    return state


def _unknown_country(settings: Settings, layout: Layout, frame: Frame) -> Finding:
    row = next(int(row) for row, key in zip(frame.rows, frame.text("key"), strict=True) if fold(key) == "holidays")
    return finding("K107", layout.place("value", row, "holidays"), value=settings.holidays)


def _outside(book: Book, words: Words) -> list[Finding]:
    """What the workbook itself reaches out to, wherever in it that stands."""
    return [finding("S105", Place(), one.target, trouble=words.at("call", one.kind)) for one in book.outside]


def _odd_book(book: Book, identity: Identity, schema: Schema) -> list[Finding]:
    odd = []
    if identity.schema > schema.version:
        odd.append(finding("W112", Place(), value=str(identity.schema), known=str(schema.version)))
    elif 0 < identity.schema < schema.version:
        odd.append(finding("W111", Place(), value=str(identity.schema), known=str(schema.version)))
    if book.date1904:
        odd.append(finding("W108", Place()))
    return odd
