"""What the hosts over an open workbook share: which one it is, what of it differs, what may not be written, receipts.

Kept out: the program that has it open, and how a cell is read or written there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.errors import RefusedError, TrackerError
from tracker.hosts.closed_file import ClosedFile
from tracker.hosts.office_steps import Change
from tracker.model.grid import Book, CellKind, Cells, ColumnWrite, Note, Receipt, Ref, Table, TableChange, Writes

OPEN = "open"  # why no table is laid over cells here
ARRAY, MERGED = "an array formula or a data table of the sheet covers part of it", "it holds merged cells"

Store = Callable[[Path], None]  # saves a copy of the workbook as it stands to this path
Keep = Callable[[Note, Store | None], str]  # keeps a copy: as stored so, or the file where nothing is unsaved
Skipped = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Document:
    """A workbook that a program has open; ``url`` is empty for one that was never saved."""

    number: int
    url: str
    title: str
    read_only: bool
    filter: str = ""


def nothing_kept(note: Note, store: Store | None) -> str:
    """Nobody keeps copies."""
    return ""


def saved_outline(path: Path) -> Book:
    """The outline of the file as it was saved last; an empty one where it cannot be read."""
    with suppress(TrackerError):
        return ClosedFile(path).book()
    return Book((), {}, {})


class Columns:
    """What the columns of tables calculate: as the file says that was saved last, or as was asked for since."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], str | None] = {}

    def ask(self, changes: Iterable[TableChange]) -> None:
        """Remember what is asked for."""
        for one in changes:
            self._asked |= {(one.name.casefold(), header): text for header, text in one.formulas.items()}

    def of(self, name: str, headers: Sequence[str], saved: Table | None) -> tuple[str | None, ...]:
        """The formula of each column of a table, None where it has none."""
        known = dict(zip(saved.headers, saved.formulas, strict=True)) if saved is not None else {}
        return tuple(self._asked.get((name.casefold(), header), known.get(header)) for header in headers)


def receipt_of(changes: Sequence[Change], grown: Sequence[TableChange], skipped: Skipped) -> Receipt:
    """What is said of the cells that differ and the tables that grow."""
    parts = (*dict.fromkeys(one.sheet for one in changes), *(one.name for one in grown))
    rows = {(one.sheet, row) for one in changes for row in one.rows.tolist()}
    return Receipt(sum(len(one.rows) for one in changes), parts, skipped, rows=len(rows))


def refuse_laying(writes: Writes, program: str) -> None:
    """RefusedError for what needs the workbook closed: new tables, and numbers that were texts."""
    if writes.added or writes.looks:
        raise RefusedError(f"this needs the workbook closed. Save it, close it in {program}, and try again.")


def refuse_growth(grown: Iterable[TableChange], tables: Mapping[str, Table]) -> None:
    """RefusedError for a table that has a totals row, or would grow over another; ``tables`` by folded name."""
    for one in grown:
        mine = tables[one.name.casefold()]
        if mine.has_totals:
            raise RefusedError(
                f"the table {one.name} has a totals row, and cannot grow. Switch it off, then run this again."
            )
        for other in tables.values():
            apart = other is mine or other.sheet != mine.sheet
            if not apart and one.ref is not None and one.ref.meets(other.ref):
                raise RefusedError(
                    f"the table {one.name} would grow over the table {other.name}. "
                    "Put more room between them, then run this again."
                )


def refuse_protected(sheets: set[str], protected: Iterable[str], where: str) -> None:
    """RefusedError for a sheet that is protected; ``where`` is the menu that lifts it."""
    locked = sorted(sheets & set(protected))
    if locked:
        raise RefusedError(
            f"the sheet {locked[0]} is protected. Nothing was written; lift that ({where}) and try again."
        )


def first_cells(columns: Mapping[int, Cells], arrays: Mapping[int, NDArray[np.bool_]]) -> dict[int, Cells]:
    """The columns with the formula of an array in its first cell alone, as a file has it.

    ``arrays`` says of each column which of its cells belong to one; a program tells the formula of each of them.
    """
    found: dict[int, Cells] = {}
    told: dict[int, NDArray[np.object_]] = {}
    for number, one in sorted(columns.items()):
        mask = arrays.get(number)
        found[number] = one
        if mask is None or not mask.any() or one.formulas is None:
            continue
        texts: NDArray[np.object_] = np.array([*one.formula_texts, None], object)[one.formulas]
        texts[~mask] = None
        same_above = np.append(False, mask[1:] & (texts[1:] == texts[:-1]))
        left = told.get(number - 1)
        same_left = mask & (texts == left) if left is not None else np.zeros(len(one), bool)
        told[number] = texts
        found[number] = replace(one, formulas=np.where(same_above | same_left, -1, one.formulas).astype(np.int32))
    return found


def hidden_by(write: ColumnWrite, merges: Iterable[Ref]) -> bool:
    """Whether a write would put something where merged cells hide it: only the first of them takes a value."""
    filled = write.rows[(write.cells.kinds != CellKind.BLANK) | write.cells.has_formula()]
    for area in merges:
        if area.first_column <= write.column <= area.last_column:
            hidden = filled if write.column > area.first_column else filled[filled != area.first_row]
            if ((hidden >= area.first_row) & (hidden <= area.last_row)).any():
                return True
    return False
