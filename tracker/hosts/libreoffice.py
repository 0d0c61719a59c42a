"""A workbook that is open in a running LibreOffice: read as it stands there, unsaved; written as one step to be undone.

The workbook is never saved by us: what a person typed and what we wrote is saved together, or not at all. Before
anything is written a copy is kept, by whoever holds the history; see ``keep``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.lower import merged
from tracker.errors import BusyError, RefusedError, TrackerError
from tracker.hosts.closed_file import ClosedFile
from tracker.hosts.office import Office
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
OPEN = "open"  # why no table is laid over cells here
ARRAY, MERGED = "an array formula or a data table of the sheet covers part of it", "it holds merged cells"
ERRORS = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
TRUTHS = {"TRUE()": 1.0, "FALSE()": 0.0}  # how LibreOffice keeps true and false
_GONE = "#REF!"

Store = Callable[[Path], None]  # saves a copy of the workbook as it stands to this path
Keep = Callable[[Note, Store | None], str]  # keeps a copy: as stored so, or the file where nothing is unsaved


@dataclass(frozen=True)
class Document:
    """A workbook that LibreOffice has open; ``url`` is empty for one that was never saved."""

    number: int
    url: str
    title: str
    read_only: bool
    filter: str


def documents(office: Office) -> tuple[Document, ...]:
    """The workbooks that are open."""
    return tuple(Document(number, **one) for number, one in enumerate(office.ask("documents")))


def _nothing_kept(note: Note, store: Store | None) -> str:
    """Nobody keeps copies."""
    return ""


class LibreOffice:
    """A host over an open document; ``path`` is its file, where errors and what LibreOffice does not know come from.

    What a table's columns calculate, whether it has a totals row, and what the workbook reaches out to is read from
    the file as it was saved last: LibreOffice forgets it. ``keep`` is asked for a copy before anything is written.
    """

    dialect = Dialect.LIBREOFFICE

    def __init__(self, office: Office, document: Document, path: Path, keep: Keep = _nothing_kept) -> None:
        self.office, self.path, self._keep = office, path, keep
        self._formulas: dict[tuple[str, str], str | None] = {}
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
        told, saved = self.office.ask("outline"), self._saved()
        known = {table.name.casefold(): table for table in saved.tables.values()}
        tables = (self._table(one, known.get(one["name"].casefold())) for one in told["tables"])
        areas = {one["name"]: Area(one["sheet"], _ref(one["area"])) for one in told["names"] if one["area"]}
        names = frozenset(one["name"] for one in told["names"] if _GONE not in one["content"])
        named = {table.name: table for table in tables}
        return Book(tuple(told["sheets"]), named, areas, told["year"] == 1904, names, saved.outside)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        self._look()
        told = self.office.ask("read", sheet=name)
        return Sheet(name, told["last"], _columns(told["columns"]))

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
        for one in writes.tables:
            self._outline = None
            self._formulas |= {(one.name.casefold(), header): text for header, text in one.formulas.items()}
        return todo.receipt

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say; nothing is written."""
        return self._todo(writes).receipt

    def _saved(self) -> Book:
        """The outline of the file as it was saved last; an empty one where it cannot be read."""
        with suppress(TrackerError):
            return ClosedFile(self.path).book()
        return Book((), {}, {})

    def _table(self, told: Mapping[str, Any], saved: Table | None) -> Table:
        ref, first = _ref(told["area"]), int(told["has_header"])
        totals = saved.has_totals if saved is not None else any("SUBTOTAL(" in text for text in told["foot"])
        headers = tuple(f"{text:.15g}" if isinstance(text, float) else text for text in told["headers"])
        known = dict(zip(saved.headers, saved.formulas, strict=True)) if saved is not None else {}
        name = told["name"].casefold()
        formulas = tuple(self._formulas.get((name, header), known.get(header)) for header in headers)
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
        if writes.added or writes.looks:
            raise RefusedError("this needs the workbook closed. Save it, close it in LibreOffice, and try again.")
        changes, skipped = self._changes(writes.cells)
        told = self.office.ask("tables")
        tables = {one["name"].casefold(): one for one in told["tables"]}
        grown = [one for one in writes.tables if one.ref and _ref(tables[one.name.casefold()]["area"]) != one.ref]
        self._refuse_growth(grown, told["tables"])
        sheets = {one.sheet for one in changes} | {tables[one.name.casefold()]["sheet"] for one in grown}
        _refuse_protected(sheets, told["protected"])
        growth = [_growth(one, tables[one.name.casefold()]["name"]) for one in grown]
        looks = [_pattern(one) for one in writes.patterns] if changes or grown else []
        parts = (*dict.fromkeys(one.sheet for one in changes), *(one.name for one in grown))
        rows = {(one.sheet, row) for one in changes for row in one.rows.tolist()}
        receipt = Receipt(sum(len(one.rows) for one in changes), parts, skipped, rows=len(rows))
        return _Todo((*growth, *looks, *rectangles(changes)), receipt)

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
                found = change(Wanted(write.sheet, write.column, write.rows, write.cells), cells(there))
                changes += [found] if len(found.rows) else []
        return changes, tuple(skipped)

    def _merges(self, sheet: str, columns: Iterable[ColumnWrite]) -> list[Ref]:
        """The merged areas of a sheet that may lie in the way."""
        last = max(int(one.rows[-1]) for one in columns if one.sheet == sheet)
        right = max(one.column for one in columns if one.sheet == sheet)
        return [_ref(one) for one in self.office.ask("merged", sheet=sheet, area=[0, 0, right - 1, last - 1])]

    def _refuse_growth(self, grown: Sequence[TableChange], told: Sequence[Mapping[str, Any]]) -> None:
        known = {table.name.casefold(): table for table in self._saved().tables.values()} if grown else {}
        for one in grown:
            mine = next(table for table in told if table["name"].casefold() == one.name.casefold())
            if self._table(mine, known.get(one.name.casefold())).has_totals:
                raise RefusedError(
                    f"the table {one.name} has a totals row, and cannot grow. Switch it off, then run this again."
                )
            for other in told:
                apart = other is mine or other["sheet"] != mine["sheet"]
                if not apart and one.ref is not None and one.ref.meets(_ref(other["area"])):
                    raise RefusedError(
                        f"the table {one.name} would grow over the table {other['name']}. "
                        "Put more room between them, then run this again."
                    )


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
    which = np.where(np.isin(which, constant), -1, which).astype(np.int32)
    return replace(found, formulas=which, formula_texts=tuple(plain))


def _columns(told: Mapping[str, Mapping[str, Any]]) -> dict[int, Cells]:
    """The columns of a sheet by number; of an array formula only its first cell has the formula."""
    found: dict[int, Cells] = {}
    arrays: dict[int, NDArray[np.object_]] = {}
    for number, column in sorted((int(key) + 1, column) for key, column in told.items()):
        one = cells(column)
        mask = _in_array(column)
        if mask.any() and one.formulas is not None:
            which = _array(column["formula"], np.int32, -1, len(one))
            same_above = np.append(False, mask[1:] & (which[1:] == which[:-1]))
            left = arrays.get(number - 1)
            texts: NDArray[np.object_] = np.array([*column["formulas"], None], object)[which]
            same_left = mask & (texts == left) if left is not None else np.zeros(len(one), bool)
            texts[~mask] = None
            arrays[number] = texts
            one = replace(one, formulas=np.where(same_above | same_left, -1, one.formulas).astype(np.int32))
        found[number] = one
    return found


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
    filled = write.rows[(write.cells.kinds != CellKind.BLANK) | write.cells.has_formula()]
    for area in merges:
        if area.first_column <= write.column <= area.last_column:
            hidden = filled if write.column > area.first_column else filled[filled != area.first_row]
            if ((hidden >= area.first_row) & (hidden <= area.last_row)).any():
                return MERGED
    return ""


def _refuse_protected(sheets: set[str], protected: Sequence[str]) -> None:
    locked = sorted(sheets & set(protected))
    if locked:
        raise RefusedError(
            f"the sheet {locked[0]} is protected. Nothing was written; lift that (Tools, Protect Sheet) and try again."
        )


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


def _growth(one: TableChange, name: str) -> Mapping[str, Any]:
    return {"do": "grow", "table": name, "area": _corners(one.ref)}


def _pattern(one: RowPattern) -> Mapping[str, Any]:
    columns = list(range(one.first_column - 1, one.last_column))
    rows = {"like": one.like - 1, "top": one.first_row - 1, "bottom": one.last_row - 1}
    return {"do": "pattern", "sheet": one.sheet, **rows, "columns": columns}
