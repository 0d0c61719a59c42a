"""What a finding suggests as the value its cell would hold: a day as a day, a number as a number, a label as its code.

The part of ``tracker fix`` that knows what a cell may become. Pure: what is fixed, and whether a fix makes anything
worse, is decided by whoever asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np

from tracker.checks.hits import day_text
from tracker.engine.cast import coded, general, month_end
from tracker.engine.cellvalues import Stands, shown, stands
from tracker.facts.amounts import certain_number
from tracker.facts.calendar import to_serial
from tracker.facts.dates import moments_in
from tracker.model.finding import Finding
from tracker.model.plan import Edits, Plan, Value
from tracker.schema.column import Column, Kind
from tracker.schema.settings import SETTINGS, SettingKind
from tracker.schema.snapshot import Snapshot, fold

Cell: TypeAlias = "tuple[str, str, int]"  # table, column key, sheet row
Wish = Callable[[Snapshot, Finding], bool]  # whether a finding is to be fixed

BETWEEN = re.compile("([;；])")  # several values in one cell


@dataclass(frozen=True)
class Mend:
    """One cell that is mended: what stood there, what will, and the codes of the findings that go with it."""

    was: Stands
    now: Value
    codes: tuple[str, ...]


Mends = Mapping[Cell, Mend]


def cell_of(found: Finding) -> Cell | None:
    """The cell of a staff table that a finding is about; None for a row, a column or a sheet."""
    place = found.place
    return (place.table, place.key, place.row) if place.row is not None and place.key else None


def mendable(snapshot: Snapshot, cell: Cell) -> bool:
    """Whether a cell is one that staff type into and that holds no formula of theirs."""
    table, key, _ = cell
    spec = snapshot.schema.by_name.get(table)
    if spec is None or spec.tool_rows or key not in spec.by_key or spec[key].is_tool:
        return False
    return standing(snapshot, cell) is not GONE and not is_formula(standing(snapshot, cell))


GONE: Mapping[str, Value] = {"gone": True}  # where a cell is no longer


def standing(snapshot: Snapshot, cell: Cell) -> Stands:
    """What stands in a cell, as the file holds it; GONE when its row or column is not there."""
    table, key, row = cell
    cells, frame = snapshot.cells.get((table, key)), snapshot.frames.get(table)
    if cells is None or frame is None:
        return GONE
    at = int(np.searchsorted(frame.rows, row))
    if at >= len(cells) or int(frame.rows[at]) != row:
        return GONE
    return stands(cells.take(slice(at, at + 1)))[0]


def text_of(column: Column | None, value: Stands) -> str:
    """What stands in a cell of a column, for people: a day as a day, with its time where it has one."""
    is_day = column is not None and column.kind.is_date and isinstance(value, float)
    return day_text(value) if is_day and isinstance(value, float) else shown(value)


def is_formula(value: Stands) -> bool:
    """Whether a formula stands there."""
    return isinstance(value, Mapping) and "formula" in value


def proposals(snapshot: Snapshot, findings: Iterable[Finding], wish: Wish, left: Iterable[Cell]) -> dict[Cell, Mend]:
    """What the suggestions of the findings that are wished for make of their cells: one a cell, the first of several.

    Cells in ``left``, those with a formula, and suggestions that the column does not take are passed over.
    """
    barred, found = set(left), dict[Cell, Mend]()
    for one in findings:
        cell = cell_of(one)
        if cell is None or cell in found or cell in barred or not one.suggestion or not wish(snapshot, one):
            continue
        if mendable(snapshot, cell):
            there = standing(snapshot, cell)
            value = suggested(snapshot, cell, one, there)
            if value is not None:
                found[cell] = Mend(there, value, (one.code,))
    return found


def suggested(snapshot: Snapshot, cell: Cell, one: Finding, there: Stands) -> Value:
    """The value that a finding suggests for the whole cell; None where its column does not take it.

    Where the finding is about one of several values in the cell, the others stay. None too where the finding does not
    quote what stands there: one that hides a secret suggests a text without it, which is never to replace the text.
    """
    text, column = shown(there), snapshot.schema[cell[0]][cell[1]]
    if column.kind is Kind.CHOICES and BETWEEN.search(one.value):
        return None  # what is suggested is meant for one of them, and nobody knows which
    quoted = {text, day_text(there)} if column.kind.is_date and isinstance(there, float) else {text}
    whole = one.suggestion if one.value in quoted else _in_part(text, one)
    value = typed(snapshot, cell, whole) if whole else None
    return None if value == there or value == "" else value


def _in_part(text: str, one: Finding) -> str:
    """A text of several values with the one that a finding is about as suggested; empty where it is none of them."""
    parts = BETWEEN.split(text)
    same = [i for i, part in enumerate(parts) if part.strip() == one.value]
    if len(parts) == 1 or not same or not one.value:
        return ""
    parts[same[0]] = parts[same[0]].replace(one.value, one.suggestion)
    return "".join(parts)


def typed(snapshot: Snapshot, cell: Cell, given: Stands) -> Value:
    """What is typed into a cell, as its column takes it: serials, numbers, codes, texts; None where it does not."""
    column = snapshot.schema[cell[0]][cell[1]]
    if isinstance(given, bool | Mapping) or given is None:
        return None
    kind = _setting_kind(snapshot, cell)
    if kind is SettingKind.NUMBER:
        return certain_number(given, ".", False, snapshot.settings.currency) if isinstance(given, str) else float(given)
    if column.kind.is_date or kind is SettingKind.DATE:
        return _day(column, given)
    if column.kind.is_number:
        percent = column.kind is Kind.PERCENT
        currency = snapshot.settings.currency
        return certain_number(given, ".", percent, currency) if isinstance(given, str) else float(given)
    text = given if isinstance(given, str) else general(given)
    return coded(column, text, snapshot.lists.get(column.choices))


def _setting_kind(snapshot: Snapshot, cell: Cell) -> SettingKind | None:
    """What a setting is, where a cell holds the value of one."""
    table, key, row = cell
    if (table, key) != ("Settings", "value"):
        return None
    names = snapshot.text("Settings", "key")[snapshot.frames["Settings"].rows == row]
    return next((one.kind for one in SETTINGS if len(names) and fold(names[0]) == one.key), None)


def _day(column: Column, given: str | float) -> Value:
    if not isinstance(given, str):
        return float(given)
    text = given.strip()
    if column.kind is Kind.DAY_OR_MONTH and not np.isnan(month_end(text)):
        return text
    moments = moments_in(text)
    serial = to_serial(datetime.fromisoformat(moments.pop())) if len(moments) == 1 else np.nan
    return None if np.isnan(serial) else serial


def joined(first: Mends, then: Mends) -> dict[Cell, Mend]:
    """Mends upon mends: a cell that was mended twice was what it was at first and is what it is now."""
    made = dict(first)
    for cell, mend in then.items():
        before = first.get(cell)
        codes = (*before.codes, *mend.codes) if before else mend.codes
        made[cell] = Mend(before.was if before else mend.was, mend.now, tuple(dict.fromkeys(codes)))
    return made


def as_plan(mends: Mends) -> Plan:
    """The edits that write the mends."""
    columns: dict[tuple[str, str], list[tuple[int, Mend]]] = defaultdict(list)
    for (table, key, row), mend in mends.items():
        columns[table, key].append((row, mend))
    edits = []
    for (table, key), cells in columns.items():
        rows, mended = zip(*sorted(cells, key=lambda one: one[0]), strict=True)
        was = tuple(one.was if not isinstance(one.was, Mapping) else None for one in mended)
        edits.append(Edits(table, key, rows, tuple(one.now for one in mended), was, shaped=True))
    return Plan(edits=tuple(edits))
