"""A plain table and a map → rows by column key, ready to be matched with the workbook, and the rows that cannot go in.

Pure. It knows kinds of columns as words and nothing of customers: what a customer's text resolves to, and whether a row
is an update, the import decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.facts.amounts import Converted, number_reader
from tracker.sources.days import AUTO, date_reader
from tracker.sources.maps import Map, check_known
from tracker.sources.rejects import Reject
from tracker.sources.table import Cell, Cells, MapError, SourceTable, text_of

NUMBERS = frozenset({"number", "money", "price", "percent"})
WHOLE = frozenset({"integer"})
PERCENT = frozenset({"percent"})  # whole numbers of percent
DATES = frozenset({"date", "datetime", "day_or_month"})
FLAGS = frozenset({"flag", "boolean"})
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
CELL_LENGTH = 32_767  # Excel's limit, in halves of characters as UTF-16 counts them: an emoji is two

Key = tuple[str, ...]
Reader = Callable[[Cell], Converted]


@dataclass(frozen=True, eq=False)
class Shaped:
    """Rows by column key: text, numbers and serial days as float, None blank; arrays are as long as ``source_row``.

    ``filtered`` rows were left out by the map's filter. ``repeated`` rows had the key of an earlier row of the same
    source and were folded into it, the later value winning where it is not blank. ``bad`` are the rejected rows, torn
    ones left out, as far as they could be read, and ``bad_row`` where they stand in the source.
    """

    rows: Mapping[str, Cells]
    source_row: NDArray[np.int64]
    rejects: tuple[Reject, ...]
    filtered: int
    repeated: int
    bad: Mapping[str, Cells]
    bad_row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source_row)


def shape(
    source: SourceTable,
    how: Map,
    columns: Mapping[str, str],
    required: Collection[str] = (),
    known: Collection[Key] = (),
) -> Shaped:
    """Shape a source by a map into rows of a table whose ``columns`` are key → kind, in the table's order.

    A row is rejected for every reason there is, in the order of the columns. ``required`` are the table's own required
    columns; ``known`` the keys (see ``key_of``) that stand in the table already: an update may leave
    required cells blank. Raises MapError where the map does not fit the source or the table.
    """
    _check(source, how, columns, required)
    kept = _where(source, how)
    cells = {key: _source_cells(source, how, key, kept) for key in columns if key in how.filled}
    numbers = source.row_numbers[kept]
    torn = set(np.flatnonzero(np.isin(kept, list(source.torn))).tolist())  # its cells stand under the wrong headers
    wrong = {at: [Reject(int(numbers[at]), "torn")] for at in torn}
    must = {*required, *how.required}
    updates = _updates(cells, how.key, known, len(kept))
    rows: dict[str, Cells] = {}
    for key, kind in columns.items():
        title, problems = _title(how, key), dict[int, str]()
        if key in cells:
            rows[key], problems = _convert(cells[key], _reader(kind, how.dates.get(key, AUTO), cells[key]))
        if key in must:
            blank = (at for at in _blank(rows.get(key), len(kept)) if at not in updates)
            problems = {**dict.fromkeys(blank, "blank_required"), **problems}
        for at in problems.keys() - torn:
            value = text_of(cells[key][at]) if problems[at] != "blank_required" else ""
            wrong.setdefault(at, []).append(Reject(int(numbers[at]), problems[at], title, value))
    good = np.array([at for at in range(len(kept)) if at not in wrong], dtype=np.int64)
    bad = np.array(sorted(wrong.keys() - torn), dtype=np.int64)
    unfit = {key: values[bad] for key, values in rows.items()}
    rows, first = _fold({key: values[good] for key, values in rows.items()}, how.key, len(good))
    rejects = tuple(one for at in sorted(wrong) for one in wrong[at])
    filtered, repeated = source.rows - len(kept), len(good) - len(first)
    return Shaped(rows, numbers[good][first], rejects, filtered, repeated, unfit, numbers[bad])


def key_of(parts: Sequence[Cell]) -> Key | None:
    """What tells one row from another: texts without regard to case and outer spaces; None when one is blank."""
    key = tuple(text_of(part).strip().casefold() for part in parts)
    return key if key and all(key) else None


def _check(source: SourceTable, how: Map, columns: Mapping[str, str], required: Collection[str]) -> None:
    used = (*how.columns, *how.where, *how.not_blank)
    check_known(used, source.columns, source.name, "it has no column")
    check_known((*how.filled, *how.required), tuple(columns), how.into or "the table", "it has no column")
    missing = [key for key in (*required, *how.required) if key not in how.filled]
    if missing and not how.key:
        raise MapError(f"The map fills no {', '.join(missing)}, which {how.into or 'the table'} requires.")


def _where(source: SourceTable, how: Map) -> NDArray[np.int64]:
    """The positions of the rows that the map's filter lets in."""
    inside = np.ones(source.rows, dtype=bool)
    for column, allowed in how.where.items():
        inside &= np.array([text_of(cell).strip() in allowed for cell in source.values[column]], dtype=bool)
    for column in how.not_blank:
        inside &= np.array([bool(text_of(cell).strip()) for cell in source.values[column]], dtype=bool)
    return np.flatnonzero(inside)


def _title(how: Map, key: str) -> str:
    """The source's name of a column, as staff see it there; the key where no source column fills it."""
    return next((source for source, target in how.columns.items() if target == key), key)


def _source_cells(source: SourceTable, how: Map, key: str, kept: NDArray[np.int64]) -> Cells:
    """The cells that fill a column: stripped, the value table applied, blank as None."""
    if key in how.constants:
        constant = np.empty(len(kept), dtype=object)
        constant[:] = how.constants[key]
        return constant
    table = how.values.get(key, {})
    cells = np.empty(len(kept), dtype=object)
    cells[:] = [_clean(cell, table) for cell in source.values[_title(how, key)][kept]]
    return cells


def _clean(cell: Cell, table: Mapping[str, str]) -> Cell:
    if table:
        cell = table.get(text_of(cell).strip().casefold(), cell)
    return (cell.strip() or None) if isinstance(cell, str) else cell


def _updates(cells: Mapping[str, Cells], key: Key, known: Collection[Key], count: int) -> frozenset[int]:
    """The positions of rows that stand in the table already."""
    if not key or not known:
        return frozenset()
    return frozenset(at for at in range(count) if key_of([cells[k][at] for k in key]) in known)


def _blank(values: Cells | None, count: int) -> list[int]:
    return list(range(count)) if values is None else [at for at, value in enumerate(values) if value is None]


def _reader(kind: str, form: str, cells: Cells) -> Reader:
    """How cells of a kind are read; an unknown kind is text."""
    if kind in NUMBERS or kind in WHOLE:
        return number_reader(kind in WHOLE, kind in PERCENT, cells)
    if kind in DATES:
        return date_reader(kind, form, cells)
    return _flag if kind in FLAGS else _text


def _convert(cells: Cells, read: Reader) -> tuple[Cells, dict[int, str]]:
    """The values, and position → reason of those that cannot be read. Each distinct cell is read once."""
    seen: dict[tuple[type, Cell], Converted] = {}
    values, problems = np.empty(len(cells), dtype=object), {}
    for at, cell in enumerate(cells):
        if cell is None:
            continue
        key = (type(cell), cell)
        if key not in seen:
            seen[key] = read(cell)
        values[at], reason = seen[key]
        if reason:
            problems[at] = reason
    return values, problems


def _text(cell: Cell) -> Converted:
    text = text_of(cell)
    return (None, "too_long") if len(text.encode("utf-16-le", "surrogatepass")) > 2 * CELL_LENGTH else (text, "")


def _flag(cell: Cell) -> Converted:
    word = text_of(cell).casefold()
    return ("yes" if word in YES else "no" if word in NO else text_of(cell)), ""


def _fold(rows: dict[str, Cells], key: Key, count: int) -> tuple[dict[str, Cells], NDArray[np.int64]]:
    """Fold rows with one key into the first of them; returns the rows left and their positions."""
    first: dict[Key, int] = {}
    stay: list[int] = []
    for at in range(count):
        mine = key_of([rows[k][at] for k in key])
        if mine is None or mine not in first:
            stay.append(at)
            if mine is not None:
                first[mine] = at
            continue
        for name, values in rows.items():
            if values[at] is not None and name not in key:
                values[first[mine]] = values[at]
    left = np.array(stay, dtype=np.int64)
    return {name: values[left] for name, values in rows.items()}, left
