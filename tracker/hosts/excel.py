"""A workbook that is open in Excel: read as it stands there, unsaved; written block by block, or not at all.

The workbook is never saved by us. Excel's own undo is emptied by what another program writes, so a copy is kept first,
what fails half way is put back by hand, and what was written is read once more: a cell that Excel took otherwise than
it was given is a refusal and no surprise. **Never run in Excel**: there is none where this was made. It was tried on a
small model of what it calls (tests/fake_excel.py) and written from documents; see docs/analysis/button.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.lower import merged
from tracker.errors import BusyError, RefusedError, StorageError, TrackerError
from tracker.hosts.excel_cells import area_of, block_of, cells, enter, given, meeting, owners_of, ref_of
from tracker.hosts.excel_side import Grid, Side, rows_of, speaking
from tracker.hosts.excel_spelling import excel, moves, plain
from tracker.hosts.live import (
    ARRAY,
    MERGED,
    OPEN,
    Columns,
    Keep,
    Skipped,
    first_cells,
    hidden_by,
    nothing_kept,
    receipt_of,
    refuse_growth,
    refuse_laying,
    refuse_protected,
    saved_outline,
)
from tracker.hosts.office_steps import Change, Spelling, Step, rectangles
from tracker.hosts.package import GONE, plain_area
from tracker.model.grid import (
    Area,
    Book,
    Cells,
    ColumnWrite,
    Dialect,
    NewTable,
    Note,
    Receipt,
    Ref,
    Sheet,
    Table,
    Writes,
)

SPELLING = Spelling(excel, plain, constants=True)
LARGE = 1_000_000  # cells of an area from which it is asked first whether its end is empty
TRIES, PAUSE = 40, 0.25  # seconds for Excel to take its settings back
PROGRAM = "Excel"
NOTHING = Receipt(0)


class ExcelBook:
    """A host over an open workbook of xlwings; ``path`` is its file, or stands for its address.

    What a table's columns calculate and what the workbook reaches out to is read from the file as it was saved last:
    Excel does not tell. Rows that a table grows by get their looks from Excel itself. ``keep`` is asked for a copy
    before anything is written.
    """

    dialect = Dialect.EXCEL

    def __init__(self, book: Any, side: Side, path: Path, keep: Keep = nothing_kept) -> None:
        self.path = path
        self._open, self._side, self._keep = book, side, keep
        self._columns = Columns()
        self._seen: dict[str, Grid] = {}
        self._outline: Book | None = None

    def book(self) -> Book:
        """The outline of the workbook."""
        if self._outline is None:
            with speaking():
                self._outline = self._told()
        return self._outline

    def _told(self) -> Book:
        saved = saved_outline(self.path)
        sheets = tuple(sheet.name for sheet in self._open.sheets)
        folded = {name.casefold(): name for name in sheets}
        areas: dict[str, Area] = {}
        names: set[str] = set()
        for name in self._open.names:
            text = name.refers_to.removeprefix("=")
            if "!" not in name.name and GONE not in text:  # one of a sheet alone has its sheet before it
                names.add(name.name)
                area = plain_area(text, folded)
                areas |= {name.name: area} if area is not None else {}
        tables = {one.name: one for one in self._tables(saved)}
        return Book(sheets, tables, areas, self._side.year_1904(self._open), frozenset(names), saved.outside)

    def _tables(self, saved: Book) -> Iterator[Table]:
        known = {table.name.casefold(): table for table in saved.tables.values()}
        for sheet in self._open.sheets:
            for one in sheet.tables:
                yield self._table(sheet, one, known.get(one.name.casefold()))

    def _table(self, sheet: Any, one: Any, saved: Table | None) -> Table:
        ref, first, totals = ref_of(one.range), int(one.show_headers), bool(one.show_totals)
        top = area_of(sheet, Ref(ref.first_row, ref.first_column, ref.first_row, ref.last_column))
        headers = tuple(f"{text:.15g}" if isinstance(text, float) else str(text) for text in self._side.values(top)[0])
        formulas = self._columns.of(one.name, headers, saved)
        return Table(one.name, sheet.name, ref, headers, formulas, ref.first_row + first, ref.last_row - totals, totals)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        with speaking():
            sheet = self._open.sheets[name]
            ref = self._used(sheet)
            values, formulas = self._block(sheet, ref)
            self._seen.setdefault(name, formulas)
            owners = owners_of(sheet)
            arrays = self._arrays(sheet, ref)
        columns = {}
        by_column = zip(zip(*values, strict=True), zip(*formulas, strict=True), strict=True)
        for number, (held, texts) in enumerate(by_column, 1):
            found = cells(held, texts, owners, number)
            if found.kinds.any() or found.has_formula().any():
                columns[number] = found
        return Sheet(name, ref.last_row, first_cells(columns, arrays))

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted: not while the workbook is open."""
        return OPEN

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes, all or nothing; nothing is done when nothing differs.

        BusyError when somebody is typing or changed the workbook since it was read, RefusedError for a protected sheet,
        what a table cannot take and what Excel took otherwise; whatever ``keep`` raises.
        """
        with speaking():
            todo = self._todo(writes)
            if todo:
                stamps = self._todo(Writes(writes.stamps)) if writes.stamps else _Todo()
                backup = self._keep(writes.note or Note(), self._store)
                with self._quiet():
                    self._refuse_changed()
                    self._write(todo.followed_by(stamps))
                self._seen, self._outline = {}, None
                todo = replace(todo, receipt=replace(todo.receipt, backup=backup))
        if writes.tables:
            self._outline = None
            self._columns.ask(writes.tables)
        return todo.receipt

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say; nothing is written."""
        with speaking():
            return self._todo(writes).receipt

    def _store(self, path: Path) -> None:
        """A copy as it stands; StorageError where Excel cannot save one."""
        try:
            with speaking():
                self._side.store(self._open, path)
        except TrackerError:
            raise
        except Exception as error:
            raise StorageError("Excel could not save a copy first. Nothing was changed; check the disk.") from error

    def _used(self, sheet: Any) -> Ref:
        """From A1 to the last cell that holds anything: Excel counts cells that only look like something too."""
        last = sheet.used_range.last_cell
        bottom, right = int(last.row), int(last.column)
        if bottom * right > LARGE:
            low = 1
            while low < bottom:
                middle = (low + bottom) // 2
                below = self._side.filled(area_of(sheet, Ref(middle + 1, 1, bottom, right)))
                low, bottom = (middle + 1, bottom) if below else (low, middle)
        return Ref(1, 1, bottom, right)

    def _block(self, sheet: Any, ref: Ref) -> tuple[Grid, Grid]:
        area = area_of(sheet, ref)
        return self._side.values(area), rows_of(area.formula)

    def _arrays(self, sheet: Any, ref: Ref) -> dict[int, NDArray[np.bool_]]:
        """Which cells of each column belong to array formulas."""
        found: dict[int, NDArray[np.bool_]] = {}
        for one in meeting(self._side.in_array, sheet, ref):
            for number in range(one.first_column, one.last_column + 1):
                found.setdefault(number, np.zeros(ref.last_row, bool))[one.first_row - 1 : one.last_row] = True
        return found

    def _refuse_changed(self) -> None:
        """BusyError where somebody typed since the sheets were read: what was found out is of before."""
        for name, before in self._seen.items():
            sheet = self._open.sheets[name]
            if rows_of(area_of(sheet, self._used(sheet)).formula) != before:
                raise BusyError("somebody changed it meanwhile. Nothing was written; refresh it again.")

    def _todo(self, writes: Writes) -> _Todo:
        """What is to be done for some writes, and what is said of it; RefusedError where it cannot be."""
        refuse_laying(writes, PROGRAM)
        changes, skipped = self._changes(writes.cells)
        tables = {one.name.casefold(): one for one in self._tables(Book((), {}, {}))}
        lost = [one.name for one in writes.tables if one.name.casefold() not in tables]
        if lost:
            raise RefusedError(f"the table {lost[0]} was deleted meanwhile. Nothing was written; refresh it again.")
        grown = [one for one in writes.tables if one.ref and tables[one.name.casefold()].ref != one.ref]
        refuse_growth(grown, tables)
        sheets = {one.sheet for one, _ in changes} | {tables[one.name.casefold()].sheet for one in grown}
        locked = [name for name in sorted(sheets) if self._side.protected(self._open.sheets[name])]
        refuse_protected(sheets, locked, "Review, Unprotect Sheet")
        growth = [self._growth(tables[one.name.casefold()], one.ref) for one in grown if one.ref is not None]
        return _Todo(tuple(changes), tuple(growth), receipt_of([one for one, _ in changes], grown, skipped))

    def _changes(self, writes: Sequence[ColumnWrite]) -> tuple[list[tuple[Change, Cells]], Skipped]:
        """What differs of each column with what stands there, and the columns that must be left alone."""
        changes, skipped = [], []
        for write in (one for one in merged(writes) if len(one.rows)):
            reason = self._left_alone(write)
            if reason:
                skipped.append((write.sheet, write.column, reason))
                continue
            there = self._column(write.sheet, write.column, int(write.rows[0]), int(write.rows[-1]))
            found = block_of(write, there)
            if len(found.rows):
                changes.append((found, there.take(found.written - int(write.rows[0]))))
        return changes, tuple(skipped)

    def _growth(self, table: Table, ref: Ref) -> _Growth:
        """With what stands in the rows it grows by: Excel puts formulas there, which do not go when it shrinks."""
        rows = np.arange(table.ref.last_row + 1, ref.last_row + 1)
        below = []
        for number in range(ref.first_column, ref.last_column + 1) if len(rows) else ():
            there = self._column(table.sheet, number, int(rows[0]), int(rows[-1]))
            below.append(Change(table.sheet, number, rows, rows, there, *(np.zeros(len(rows), bool),) * 2))
        return _Growth(table, ref, tuple(below))

    def _column(self, name: str, number: int, first: int, last: int) -> Cells:
        sheet = self._open.sheets[name]
        values, formulas = self._block(sheet, Ref(first, number, last, number))
        return cells([row[0] for row in values], [row[0] for row in formulas], owners_of(sheet), number, first)

    def _left_alone(self, write: ColumnWrite) -> str:
        """Why a column must not be written; empty when it may."""
        sheet, first, last = self._open.sheets[write.sheet], int(write.rows[0]), int(write.rows[-1])
        ref = Ref(first, write.column, last, write.column)
        rows = set(write.rows.tolist())
        if any(rows & set(range(one.first_row, one.last_row + 1)) for one in meeting(self._side.in_array, sheet, ref)):
            return ARRAY
        merges = {ref_of(area_of(sheet, one).merge_area) for one in meeting(self._side.merged, sheet, ref, single=True)}
        return MERGED if hidden_by(write, merges) else ""

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Excel neither draws nor calculates nor runs macros meanwhile, and says what goes on; all is put back."""
        app = self._open.app
        wanted = {"status_bar": "Tracker …", "screen_updating": False, "enable_events": False, "calculation": "manual"}
        with ExitStack() as stack:
            for name, value in wanted.items():
                before = getattr(app, name)
                stack.callback(_put_back, app, name, before)
                setattr(app, name, value)
            yield

    def _write(self, todo: _Todo) -> None:
        """Write all, look whether it stands there, and put everything back where that fails."""
        steps = list(rectangles(todo.found, SPELLING))
        try:
            for growth in todo.growth:
                self._resize(growth.table, growth.ref)
            for number, step in enumerate(steps, 1):
                self._open.app.status_bar = f"Tracker: {number} / {len(steps)}"
                self._do(step)
            self._refuse_otherwise(todo.found)
        except BaseException:
            self._undo(todo)
            raise

    def _undo(self, todo: _Todo) -> None:
        """Everything as it was before; RefusedError where Excel does not take even that."""
        back = [replace(one, rows=one.written, cells=there) for one, there in todo.changes]
        back += [one for growth in todo.growth for one in growth.below]
        try:
            for growth in reversed(todo.growth):
                _patiently(partial(self._resize, growth.table, growth.table.ref))
            for step in rectangles(back, SPELLING):
                _patiently(partial(self._do, step))
        except Exception as error:
            raise RefusedError(
                "Excel broke off half way and did not take back what stood there. Close it without saving."
            ) from error

    def _resize(self, table: Table, ref: Ref) -> None:
        sheet = self._open.sheets[table.sheet]
        next(one for one in sheet.tables if one.name == table.name).resize(area_of(sheet, ref))

    def _do(self, step: Step) -> None:
        sheet, top, left = self._open.sheets[step["sheet"]], step["top"] + 1, step["left"] + 1
        if step["do"] == "formula":
            bottom, text = step["bottom"] + 1, step["text"]
            area = area_of(sheet, Ref(top, left, bottom, left))
            area.formula = [[text]] * (bottom - top + 1) if moves(text[1:]) else text
            return
        rows = step["rows"] if step["do"] == "values" else [[step["value"]]]
        for column, values in enumerate(zip(*rows, strict=True), left):
            enter(sheet, top, column, values)

    def _refuse_otherwise(self, changes: Iterable[Change]) -> None:
        """RefusedError where a cell does not hold what was written into it; what formulas give is Excel's."""
        for one in changes:
            first, last = int(one.written[0]), int(one.written[-1])
            got = self._column(one.sheet, one.column, first, last).take(one.written - first)
            if not given(got).same_as(given(one.cells)).all():
                raise RefusedError(
                    f"Excel took cells of the sheet {one.sheet} otherwise than they were given. Nothing was changed; "
                    "clear its filters, and number formats that make numbers a text, then try again."
                )


@dataclass(frozen=True)
class _Growth:
    """A table as it is, the area it is to have, and what stands in the rows it is to grow by."""

    table: Table
    ref: Ref
    below: tuple[Change, ...]


@dataclass(frozen=True)
class _Todo:
    """What is to be written over what, which tables grow, and what is said of them."""

    changes: tuple[tuple[Change, Cells], ...] = ()
    growth: tuple[_Growth, ...] = ()
    receipt: Receipt = NOTHING

    def __bool__(self) -> bool:
        return bool(self.changes or self.growth)

    @property
    def found(self) -> list[Change]:
        """The changes alone."""
        return [one for one, _ in self.changes]

    def followed_by(self, other: _Todo) -> _Todo:
        """This, then the other; what is said is of this alone."""
        return _Todo((*self.changes, *other.changes), (*self.growth, *other.growth), self.receipt)


def _put_back(app: Any, name: str, value: Any) -> None:
    """A setting as it was, however busy Excel is meanwhile; the last word is Excel's."""
    with suppress(Exception):
        _patiently(lambda: setattr(app, name, value))


def _patiently(act: Callable[[], None]) -> None:
    """Do something that Excel may refuse for a moment, because somebody clicked into a cell."""
    for _ in range(TRIES):
        try:
            with speaking():
                act()
            return
        except BusyError:
            time.sleep(PAUSE)
    with speaking():
        act()
