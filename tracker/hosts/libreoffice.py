"""A workbook that is open in a running LibreOffice: read as it stands there, unsaved; written as one step to be undone.

The workbook is never saved by us: what a person typed and what we wrote is saved together, or not at all. Before
anything is written a copy is kept, by whoever holds the history; see ``keep``.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.lower import merged
from tracker.errors import BusyError
from tracker.hosts.live import (
    ARRAY,
    MERGED,
    OPEN,
    Columns,
    Document,
    Keep,
    first_cells,
    hidden_by,
    nothing_kept,
    receipt_of,
    refuse_growth,
    refuse_laying,
    refuse_protected,
    saved_outline,
)
from tracker.hosts.office import Office
from tracker.hosts.office_order import cleared_first, dependents_last
from tracker.hosts.office_steps import Change, Wanted, change, rectangles
from tracker.hosts.spelling import filed
from tracker.model.grid import (
    Area,
    Book,
    CellKind,
    Cells,
    ColumnWrite,
    Dialect,
    NewTable,
    Note,
    Receipt,
    Ref,
    RowPattern,
    Sheet,
    Table,
    TableChange,
    Writes,
)

TITLE = "Tracker: refresh"  # how Edit, Undo calls what we did
ERRORS = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
TRUTHS = {"TRUE()": 1.0, "FALSE()": 0.0}  # how LibreOffice keeps true and false
NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})
_GONE = "#REF!"


def documents(office: Office) -> tuple[Document, ...]:
    """The workbooks that are open."""
    return tuple(Document(number, **one) for number, one in enumerate(office.ask("documents")))


class LibreOffice:
    """A host over an open document; ``path`` is its file, where errors and what LibreOffice does not know come from.

    What a table's columns calculate, whether it has a totals row, and what the workbook reaches out to is read from
    the file as it was saved last: LibreOffice forgets it. ``keep`` is asked for a copy before anything is written.
    ``derived`` are the headers, by table, of columns whose results nobody needs: they are not calculated to be read.
    """

    dialect = Dialect.LIBREOFFICE

    def __init__(
        self,
        office: Office,
        document: Document,
        path: Path,
        keep: Keep = nothing_kept,
        derived: Mapping[str, Collection[str]] = NOTHING,
    ) -> None:
        self.office, self.path, self._keep, self._derived = office, path, keep, derived
        self._columns = Columns()
        self._seen: object = None
        self._outline: Book | None = None
        office.ask("choose", number=document.number)

    def book(self) -> Book:
        """The outline of the workbook."""
        self._look()
        if self._outline is None:
            self._outline = self._told()
        return self._outline

    def _told(self) -> Book:
        told, saved = self.office.ask("outline"), saved_outline(self.path)
        known = {table.name.casefold(): table for table in saved.tables.values()}
        tables = (self._table(one, known.get(one["name"].casefold())) for one in told["tables"])
        areas = {one["name"]: Area(one["sheet"], _ref(one["area"])) for one in told["names"] if one["area"]}
        names = frozenset(one["name"] for one in told["names"] if _GONE not in one["content"])
        named = {table.name: table for table in tables}
        return Book(tuple(told["sheets"]), named, areas, told["year"] == 1904, names, saved.outside)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        self._look()
        told = self.office.ask("read", sheet=name, left=self._left(name))
        return Sheet(name, told["last"], _columns(told["columns"]))

    def _left(self, sheet: str) -> list[int]:
        """The columns of a sheet, counted from 0, that are not calculated to be read."""
        return [
            number
            for table in self.book().tables.values()
            if table.sheet == sheet
            for number, header in enumerate(table.headers, table.ref.first_column - 1)
            if header in self._derived.get(table.name, ())
        ]

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted: LibreOffice has none of its own."""
        return OPEN

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes as one step of Undo, all or nothing; nothing is done when nothing differs.

        BusyError when somebody changed the workbook since it was read, RefusedError for a protected sheet and what a
        table cannot take; whatever ``keep`` raises.
        """
        todo = self._todo(writes)
        if todo.steps:
            stamps = self._todo(Writes(writes.stamps)).steps if writes.stamps else ()
            todo = replace(todo, steps=(*todo.steps, *stamps))
            self._refuse_changed()
            backup = self._keep(writes.note or Note(), self._store if self._unsaved() else None)
            self._refuse_changed()
            self.office.ask("write", title=TITLE, steps=list(todo.steps))
            self._seen = self._outline = None
            todo = replace(todo, receipt=replace(todo.receipt, backup=backup))
        if writes.tables:
            self._outline = None
            self._columns.ask(writes.tables)
        return todo.receipt

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say; nothing is written."""
        return self._todo(writes).receipt

    def _table(self, told: Mapping[str, Any], saved: Table | None) -> Table:
        ref, first = _ref(told["area"]), int(told["has_header"])
        totals = saved.has_totals if saved is not None else any("SUBTOTAL(" in text for text in told["foot"])
        headers = tuple(f"{text:.15g}" if isinstance(text, float) else text for text in told["headers"])
        formulas = self._columns.of(told["name"], headers, saved)
        return Table(
            told["name"], told["sheet"], ref, headers, formulas, ref.first_row + first, ref.last_row - totals, totals
        )

    def _look(self) -> None:
        """Remember how the workbook stands when it is read first."""
        if self._seen is None:
            self._seen = self.office.ask("state")["undo"]

    def _refuse_changed(self) -> None:
        if self._seen is not None and self.office.ask("state")["undo"] != self._seen:
            raise BusyError("somebody changed it meanwhile. Nothing was written; refresh it again.")

    def _unsaved(self) -> bool:
        return bool(self.office.ask("state")["modified"])

    def _store(self, path: Path) -> None:
        self.office.ask("store", url=path.as_uri())

    def _todo(self, writes: Writes) -> _Todo:
        """The steps that carry out some writes, and what is said of them; RefusedError where they cannot be."""
        refuse_laying(writes, "LibreOffice")
        changes, skipped = self._changes(writes.cells)
        told = self.office.ask("tables")
        tables = {one["name"].casefold(): one for one in told["tables"]}
        grown = [one for one in writes.tables if one.ref and _ref(tables[one.name.casefold()]["area"]) != one.ref]
        self._refuse_growth(grown, told["tables"])
        sheets = {one.sheet for one in changes} | {tables[one.name.casefold()]["sheet"] for one in grown}
        refuse_protected(sheets, told["protected"], "Tools, Protect Sheet")
        growth = [_growth(one, tables[one.name.casefold()]["name"]) for one in grown]
        changes = dependents_last(changes, _headers(told["tables"]))
        looks = [_pattern(one) for one in writes.patterns] if changes or grown else []
        steps = (*cleared_first(changes), *growth, *looks, *rectangles(changes))
        return _Todo(steps, receipt_of(changes, grown, skipped))

    def _changes(self, writes: Sequence[ColumnWrite]) -> tuple[list[Change], tuple[tuple[str, int, str], ...]]:
        """What differs of each column, and the columns that must be left alone."""
        columns = [one for one in merged(writes) if len(one.rows)]
        places = [(one.sheet, one.column - 1, int(one.rows[0]) - 1, int(one.rows[-1]) - 1) for one in columns]
        merges = {sheet: self._merges(sheet, columns) for sheet in dict.fromkeys(one.sheet for one in columns)}
        changes, skipped = [], []
        for write, there in zip(columns, self.office.ask("look", places=places), strict=True):
            reason = _left_alone(write, there, merges[write.sheet])
            if reason:
                skipped.append((write.sheet, write.column, reason))
            else:
                stands = cells(there)
                wanted = _as_it_calculates(write, stands)
                found = change(Wanted(write.sheet, write.column, write.rows, wanted), stands)
                changes += [found] if len(found.rows) else []
        return changes, tuple(skipped)

    def _merges(self, sheet: str, columns: Iterable[ColumnWrite]) -> list[Ref]:
        """The merged areas of a sheet that may lie in the way."""
        last = max(int(one.rows[-1]) for one in columns if one.sheet == sheet)
        right = max(one.column for one in columns if one.sheet == sheet)
        return [_ref(one) for one in self.office.ask("merged", sheet=sheet, area=[0, 0, right - 1, last - 1])]

    def _refuse_growth(self, grown: Sequence[TableChange], told: Sequence[Mapping[str, Any]]) -> None:
        known = {table.name.casefold(): table for table in saved_outline(self.path).tables.values()} if grown else {}
        tables = {one["name"].casefold(): self._table(one, known.get(one["name"].casefold())) for one in told}
        refuse_growth(grown, tables)


@dataclass(frozen=True)
class _Todo:
    """The steps for LibreOffice, and what is said of them."""

    steps: tuple[Mapping[str, Any], ...]
    receipt: Receipt


def cells(told: Mapping[str, Any]) -> Cells:
    """The cells of a column as the other side tells them."""
    size = int(told["size"])
    numbers = _array(told["numbers"], np.float64, np.nan, size)
    which = _array(told["text"], np.int32, -1, size)
    texts = np.array([*told["texts"], None], object)[which]
    kinds = np.where(which >= 0, CellKind.TEXT, np.where(np.isnan(numbers), CellKind.BLANK, CellKind.NUMBER))
    kinds = kinds.astype(np.uint8)
    for row, code in told["errors"]:
        kinds[row], texts[row] = CellKind.ERROR, ERRORS.get(code, "#VALUE!")
    found = Cells(kinds, numbers, texts)
    return _with_formulas(found, told) if told["formulas"] else found


def _with_formulas(found: Cells, told: Mapping[str, Any]) -> Cells:
    """Cells with their formulas; true, false and errors that nobody calculates are no formulas."""
    which = _array(told["formula"], np.int32, -1, len(found))
    plain = [filed(text[2:-1] if text.startswith("{") else text[1:]) for text in told["formulas"]]
    kinds, texts = found.kinds, found.texts
    logical = np.isin(which, told["logical"]) & (kinds == CellKind.NUMBER)
    empty = (which >= 0) & (kinds == CellKind.BLANK)
    kinds[logical], kinds[empty], texts[empty] = CellKind.BOOL, CellKind.TEXT, ""
    constant = [i for i, text in enumerate(plain) if text in TRUTHS or text in ERRORS.values()]
    for i in constant:  # what such a one says is known, calculated or not
        at, text = which == i, plain[i]
        kinds[at] = CellKind.BOOL if text in TRUTHS else CellKind.ERROR
        found.numbers[at], texts[at] = TRUTHS.get(text, np.nan), None if text in TRUTHS else text
    which = np.where(np.isin(which, constant), -1, which).astype(np.int32)
    return replace(found, formulas=which, formula_texts=tuple(plain))


def _columns(told: Mapping[str, Mapping[str, Any]]) -> dict[int, Cells]:
    """The columns of a sheet by number; of an array formula only its first cell has the formula."""
    numbered = {int(key) + 1: column for key, column in told.items()}
    arrays = {number: _in_array(column) for number, column in numbered.items()}
    return first_cells({number: cells(column) for number, column in numbered.items()}, arrays)


def _in_array(told: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Which cells of a column belong to an array formula."""
    arrays = [i for i, text in enumerate(told["formulas"]) if text.startswith("{")]
    which = _array(told["formula"], np.int32, -1, int(told["size"]))
    return np.isin(which, arrays)


def _left_alone(write: ColumnWrite, there: Mapping[str, Any], merges: Sequence[Ref]) -> str:
    """Why a column must not be written; empty when it may. Of merged cells only the first takes a value."""
    rows = write.rows - int(write.rows[0])
    if _in_array(there)[rows].any():
        return ARRAY
    return MERGED if hidden_by(write, merges) else ""


def _as_it_calculates(write: ColumnWrite, there: Cells) -> Cells:
    """The cells of a write, those whose formula stands there with the result that LibreOffice has for it.

    It calculates them anew by itself as soon as what they look at is written; to write them again, tens of thousands
    at a time, is what takes a minute and what an undo has to take back.
    """
    found = there.take(write.rows - int(write.rows[0]))
    same = write.cells.has_formula() & found.has_formula()
    if same.any():
        same &= _formula_texts(write.cells) == _formula_texts(found)
    size = len(write.cells)
    return write.cells.followed_by(found).take(np.arange(size) + np.where(same, size, 0))


def _formula_texts(cells: Cells) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = np.array([*cells.formula_texts, None], object)
    return texts[np.full(len(cells), -1) if cells.formulas is None else cells.formulas]


def _array(text: str, dtype: type[Any], otherwise: float, size: int) -> NDArray[Any]:
    if not text:
        return np.full(size, otherwise, dtype)
    return np.frombuffer(base64.b64decode(text), dtype).copy()


def _ref(corners: Sequence[int]) -> Ref:
    left, top, right, bottom = corners
    return Ref(top + 1, left + 1, bottom + 1, right + 1)


def _corners(ref: Ref | None) -> list[int]:
    assert ref is not None
    return [ref.first_column - 1, ref.first_row - 1, ref.last_column - 1, ref.last_row - 1]


def _headers(tables: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """The header over each column of the tables, by sheet and number."""
    return {
        (one["sheet"], number): str(header)
        for one in tables
        for number, header in enumerate(one["headers"], one["area"][0] + 1)
    }


def _growth(one: TableChange, name: str) -> Mapping[str, Any]:
    return {"do": "grow", "table": name, "area": _corners(one.ref)}


def _pattern(one: RowPattern) -> Mapping[str, Any]:
    columns = list(range(one.first_column - 1, one.last_column))
    rows = {"like": one.like - 1, "top": one.first_row - 1, "bottom": one.last_row - 1}
    return {"do": "pattern", "sheet": one.sheet, **rows, "columns": columns}
