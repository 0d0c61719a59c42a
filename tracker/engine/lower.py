"""A plan in the shop's words → writes a host can apply: sheets, columns, rows, spelled formulas, labels.

The last step, and the only one that knows addresses. Cells already as wanted are dropped here, so that a refresh that
changes nothing writes nothing. Kept out: every decision about what should stand where.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.cast import DAYS_1904
from tracker.formulas import columns, in_cells, names, spell
from tracker.model.finding import column_letters
from tracker.model.grid import (
    Area,
    Book,
    CellKind,
    Cells,
    ColumnWrite,
    NumberLook,
    Ref,
    RowPattern,
    Sheet,
    Shown,
    Table,
    TableChange,
    Writes,
)
from tracker.model.plan import Block, Edits, Fill, Listing, Plan, Rows, Value
from tracker.schema.blocks import BLOCK_SPECS, BlockColumn, BlockSpec, Shape
from tracker.schema.column import Column, Kind
from tracker.schema.snapshot import Choices, Layout, Snapshot
from tracker.schema.state import CHOICES_SHEET, STATE_CELLS
from tracker.words import locales

STATES = ("overdue", "today", "upcoming")
DATE_SHAPES = frozenset({Shape.DATE, Shape.MONTH})


@dataclass(frozen=True, eq=False)
class Lowering:
    """What lowering needs to know about the workbook at hand."""

    snapshot: Snapshot
    book: Book
    sheets: Callable[[str], Sheet]

    def formula(self, text: str, table: str) -> str | None:
        """The formula as this file spells it; None when it lacks a Table, a column or a name it would need."""
        layouts = self.snapshot.layout
        for owner, key in columns(text, table):
            if owner not in layouts or not layouts[owner].is_table or key not in layouts[owner].headers:
                return None
        if not names(text) <= self.book.names:
            return None
        headers = {name: layout.headers for name, layout in layouts.items()}
        return spell(text, table, headers, self.labels)

    def table(self, name: str) -> Table:
        """The Table of that name as it stands, whatever the case its name is written in."""
        return next(table for key, table in self.book.tables.items() if key.casefold() == name.casefold())

    @property
    def labels(self) -> Mapping[str, str]:
        """The words a formula may quote."""
        words = self.snapshot.words
        sheet = self.snapshot.layout["Customers"].sheet if "Customers" in self.snapshot.layout else ""
        quoted = "'" + sheet.replace("'", "''") + "'"
        return {**{code: words.choice("state", code) for code in STATES}, "customers": quoted}

    def dates(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Serials in the date system of the file."""
        return numbers - DAYS_1904 if self.book.date1904 else numbers


def lower(plan: Plan, to: Lowering) -> Writes:
    """The writes that carry out a plan; nothing for cells that already stand so."""
    writes: list[ColumnWrite] = []
    for fill in plan.fills:
        writes += _fill(fill, to)
    for edit in plan.edits:
        writes += _edits(edit, to)
    for rows in plan.rows:
        writes += _rows(rows, to)
    for listing in plan.listings:
        writes += _listing(listing, to)
    for block in plan.blocks:
        writes += _block(block, to)
    for name, values in plan.state.items():
        writes += _state(name, values, to)
    writes += _dropdowns(plan, to)
    wanted = tuple(write for write in (differing(write, to.sheets) for write in merged(writes)) if len(write.rows))
    looks = tuple(look for edit in plan.edits if edit.shaped for look in _looks(edit, to))
    return Writes(wanted, *_tables(plan, to), looks=looks)


def _fill(fill: Fill, to: Lowering) -> list[ColumnWrite]:
    layout = to.snapshot.layout.get(fill.table)
    if layout is None or fill.key not in layout.columns:
        return []
    column = to.snapshot.schema[fill.table][fill.key]
    cells = _cells(column, fill.values, to)
    formula = to.formula(fill.formula, fill.table) if fill.formula and layout.is_table else None
    if formula is not None:
        cells = _cached(cells).with_formula(formula)
    rows = to.snapshot.frames[fill.table].rows
    return [ColumnWrite(layout.sheet, layout.columns[fill.key], rows, cells)]


def _cached(cells: Cells) -> Cells:
    """A formula's blank result is an empty text, never an empty cell."""
    blank = cells.kinds == CellKind.BLANK
    kinds, texts = cells.kinds.copy(), cells.texts.copy()
    kinds[blank], texts[blank] = CellKind.TEXT, ""
    return Cells(kinds, cells.numbers, texts)


def _cells(column: Column, values: NDArray[Any], to: Lowering) -> Cells:
    """Values of a snapshot as cells: codes become labels, serials those of the file."""
    if values.dtype.kind == "f":
        return Cells.from_numbers(to.dates(values) if column.kind.is_date else values)
    label = _label(column, to)
    return Cells.from_texts([label(value) if value else None for value in values])


def _label(column: Column, to: Lowering) -> Callable[[str], str]:
    """What staff see for a text of a column."""
    choices = to.snapshot.lists.get(column.choices)
    return lambda text: labelled(column, text, choices)


def labelled(column: Column, text: str, choices: Choices | None) -> str:
    """A text of a column as staff see it: the label of a code, or of each of several."""
    if choices is None:
        return text
    if column.kind is Kind.CHOICES:
        return ";".join(map(choices.label, text.split(";")))
    return choices.label(text)


def _value_cells(column: Column, values: Iterable[Value], to: Lowering) -> Cells:
    """Mixed values as cells; dates of a number kind in the file's system."""
    label = _label(column, to)

    def one(value: Value) -> Value:
        if isinstance(value, str):
            return label(value) or None
        if value is not None and column.kind.is_date and to.book.date1904:
            return value - DAYS_1904
        return value

    return Cells.from_values([one(value) for value in values])


def _edits(edit: Edits, to: Lowering) -> list[ColumnWrite]:
    layout = to.snapshot.layout.get(edit.table)
    if layout is None or edit.key not in layout.columns:
        return []
    order = np.argsort(np.array(edit.rows, np.int64), kind="stable")
    values = [edit.values[i] for i in order]
    cells = _value_cells(to.snapshot.schema[edit.table][edit.key], values, to)
    return [ColumnWrite(layout.sheet, layout.columns[edit.key], np.array(edit.rows, np.int64)[order], cells)]


def _looks(edit: Edits, to: Lowering) -> list[NumberLook]:
    """How the numbers among edits are to look."""
    layout = to.snapshot.layout.get(edit.table)
    pairs = zip(edit.rows, edit.values, strict=True)
    numbers = [row for row, value in pairs if isinstance(value, int | float) and not isinstance(value, bool)]
    if layout is None or edit.key not in layout.columns or not numbers:
        return []
    shown = Shown.DATE if to.snapshot.schema[edit.table][edit.key].kind.is_date else Shown.NUMBER
    return [NumberLook(layout.sheet, layout.columns[edit.key], np.array(numbers, np.int64), shown)]


def _rows(rows: Rows, to: Lowering) -> list[ColumnWrite]:
    layout = to.snapshot.layout[rows.table]
    schema = to.snapshot.schema[rows.table]
    return [
        ColumnWrite(layout.sheet, layout.columns[key], rows.frame.rows, _cells(schema[key], values, to))
        for key, values in rows.frame.only(layout.columns).columns.items()
    ]


def _listing(listing: Listing, to: Lowering) -> list[ColumnWrite]:
    """A list as a whole: its rows from the top, and nothing below them down to where the last list ended."""
    layout = to.snapshot.layout.get(listing.table)
    if layout is None:
        return []
    schema = to.snapshot.schema[listing.table]
    wanted = min(max((len(values) for values in listing.columns.values()), default=0), room(layout))
    rows = np.arange(layout.first_row, layout.first_row + wanted, dtype=np.int64)
    writes = []
    for key, number in layout.columns.items():
        values = listing.columns.get(key, ())[:wanted]
        cells = _value_cells(schema[key], values, to)
        formula = to.formula(listing.formulas[key], listing.table) if key in listing.formulas else None
        if formula is not None and layout.is_table:
            cells = _where(_fed(listing, key, wanted), _cached(cells).with_formula(formula), cells)
        below = _left_below(layout, number, wanted, to)
        cells = cells.followed_by(Cells.blank(wanted - len(cells) + len(below)))
        writes.append(ColumnWrite(layout.sheet, number, np.append(rows, below), cells))
    return writes


def _left_below(layout: Layout, column: int, wanted: int, to: Lowering) -> NDArray[np.int64]:
    """The rows below a list where something stands from before: few, also in a table pulled down to the sheet's end."""
    first, there = layout.first_row + wanted, to.sheets(layout.sheet).columns.get(column)
    if there is None:
        return np.empty(0, np.int64)
    below = there.take(slice(first - 1, layout.ref_last_row))
    return np.flatnonzero((below.kinds != CellKind.BLANK) | below.has_formula()) + first


def _fed(listing: Listing, key: str, wanted: int) -> NDArray[np.bool_]:
    """Which rows have something for a formula to read in their own cells; in the others what stands there stays."""
    own = [name for table, name in columns(listing.formulas[key], listing.table) if table == listing.table]
    read = [listing.columns.get(name, ())[:wanted] for name in own]
    if not own:
        return np.ones(wanted, bool)
    return np.array([any(value not in (None, "") for value in row) for row in zip(*read, strict=True)], bool)


def _where(first: NDArray[np.bool_], one: Cells, other: Cells) -> Cells:
    """Cells of one column where the mask holds, of another elsewhere."""
    at = np.arange(len(first))
    return one if first.all() else one.followed_by(other).take(np.where(first, at, at + len(first)))


def room(layout: Layout) -> int:
    """How many rows a table may hold before it would run over what staff put below it."""
    return layout.limit_row - layout.first_row + 1


def _block(block: Block, to: Lowering) -> list[ColumnWrite]:
    area, spec = to.book.areas.get(block.name), BLOCK_SPECS[block.name]
    if area is None:
        return []
    # Staff may have deleted rows of a block: what stands below it now is theirs.
    lines = block.cells[: area.ref.last_row - area.ref.first_row + 1]
    rows = np.arange(area.ref.first_row, area.ref.first_row + len(lines), dtype=np.int64)
    writes = []
    for i, column in enumerate(spec.columns):
        if area.ref.first_column + column.at > area.ref.last_column:
            continue
        values = [row[i] for row in lines]
        if column.shape in DATE_SHAPES and to.book.date1904:
            values = [value - DAYS_1904 if isinstance(value, float | int) else value for value in values]
        cells = _plain_cells(values)
        if column.formula:
            cells = _with_formulas(cells, _own_formulas(column, spec, area, lines, to))
        writes.append(ColumnWrite(area.sheet, area.ref.first_column + column.at, rows, cells))
    return writes


def _own_formulas(
    column: BlockColumn, spec: BlockSpec, area: Area, lines: Sequence[tuple[Value, ...]], to: Lowering
) -> list[str | None]:
    """The formula of each row of a block's column; None where the cells it reads in its row are blank."""
    own = [key for owner, key in columns(column.formula, "") if not owner]
    place = {one.key: (i, column_letters(area.ref.first_column + one.at)) for i, one in enumerate(spec.columns)}
    found: list[str | None] = []
    for row, line in enumerate(lines, area.ref.first_row):
        fed = any(line[place[key][0]] not in (None, "") for key in own)
        cells = {key: f"${place[key][1]}{row}" for key in own}
        found.append(to.formula(in_cells(column.formula, cells), "") if fed else None)
    return found


def _with_formulas(cells: Cells, formulas: Sequence[str | None]) -> Cells:
    """Cells whose values are the cached results of these formulas, where there is one."""
    fed = np.array([text is not None for text in formulas], bool)
    numbers = np.where(fed, np.arange(len(fed)), -1).astype(np.int32)
    return replace(
        _where(fed, _cached(cells), cells), formulas=numbers, formula_texts=tuple(text or "" for text in formulas)
    )


def _plain_cells(values: Iterable[Value]) -> Cells:
    return Cells.from_values([None if value == "" else value for value in values])


def _state(name: str, values: tuple[Value, ...], to: Lowering) -> list[ColumnWrite]:
    area = to.book.areas.get(name)
    if area is None:
        return []
    size, is_day = STATE_CELLS[name].rows, STATE_CELLS[name].day
    if is_day and to.book.date1904:
        values = tuple(value - DAYS_1904 if isinstance(value, float | int) else value for value in values)
    cells = _plain_cells([*values[:size], *[None] * (size - len(values))])
    rows = np.arange(area.ref.first_row, area.ref.first_row + size, dtype=np.int64)
    return [ColumnWrite(area.sheet, area.ref.first_column, rows, cells)]


def _dropdowns(plan: Plan, to: Lowering) -> list[ColumnWrite]:
    """The labels that cells are picked from, one column a list on the hidden sheet."""
    known = {words.sheet(CHOICES_SHEET) for words in locales()}
    name = next((sheet for sheet in to.book.sheets if sheet in known), None)
    if name is None or not plan.dropdowns:
        return []
    sheet = to.sheets(name)
    writes = []
    for number in sheet.columns:
        labels = plan.dropdowns.get(str(sheet.column(number, 1, 1).texts[0]))
        if labels is not None:
            size = max(len(labels), sheet.last_row - 1)
            rows = np.arange(2, size + 2, dtype=np.int64)
            cells = Cells.from_texts([*labels, *[None] * (size - len(labels))])
            writes.append(ColumnWrite(name, number, rows, cells))
    return writes


def merged(writes: Iterable[ColumnWrite]) -> list[ColumnWrite]:
    """One write a column: later ones win where two name the same row."""
    by_column: dict[tuple[str, int], list[ColumnWrite]] = defaultdict(list)
    for write in writes:
        by_column[write.sheet, write.column].append(write)
    return [group[0] if len(group) == 1 else _joined(group) for group in by_column.values()]


def _joined(group: list[ColumnWrite]) -> ColumnWrite:
    rows = np.concatenate([write.rows for write in group])
    cells = reduce(lambda one, other: one.followed_by(other), (write.cells for write in group))
    unique, last = np.unique(rows[::-1], return_index=True)
    return ColumnWrite(group[0].sheet, group[0].column, unique, cells.take(len(rows) - 1 - last))


def differing(write: ColumnWrite, sheets: Callable[[str], Sheet]) -> ColumnWrite:
    """The part of a write that changes something."""
    if not len(write.rows):
        return write
    first, last = int(write.rows[0]), int(write.rows[-1])
    there = sheets(write.sheet).column(write.column, first, last).take(write.rows - first)
    changed = np.flatnonzero(~there.same_as(write.cells))
    return ColumnWrite(write.sheet, write.column, write.rows[changed], write.cells.take(changed))


def _tables(plan: Plan, to: Lowering) -> tuple[tuple[TableChange, ...], tuple[RowPattern, ...]]:
    """Tables that grow over their rows or get their column formulas back, and the styles of the new rows."""
    changes, patterns = [], []
    wanted = {listing.table: max(map(len, listing.columns.values()), default=0) for listing in plan.listings}
    for name, layout in to.snapshot.layout.items():
        if not layout.is_table:
            continue
        needed = layout.first_row + min(wanted.get(name, 0), room(layout)) - 1
        last = max(layout.ref_last_row, layout.last_row, needed)
        formulas = _lost_formulas(name, layout, to)
        grown = last > layout.ref_last_row
        if grown or formulas:
            ref = Ref(layout.header_row, layout.first_column, last, layout.last_column) if grown else None
            changes.append(TableChange(to.table(name).name, ref, formulas))
        if grown:
            first, like = layout.ref_last_row + 1, layout.ref_last_row
            patterns.append(RowPattern(layout.sheet, first, last, like, layout.first_column, layout.last_column))
    return tuple(changes), tuple(patterns)


def _lost_formulas(name: str, layout: Layout, to: Lowering) -> dict[str, str | None]:
    """Calculated columns whose formula another program dropped or somebody changed."""
    lost: dict[str, str | None] = {}
    found = to.table(name)
    for column in to.snapshot.schema[name].columns:
        if column.derive and column.key in layout.columns:
            wanted = to.formula(column.derive.excel, name)
            there = found.formulas[layout.columns[column.key] - layout.first_column]
            if wanted is not None and wanted != there:
                lost[layout.headers[column.key]] = wanted
    return lost
