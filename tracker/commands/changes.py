"""The cells a run would change, before and after, as people would read them; what ``--dry-run`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.engine.cast import DAYS_1904, general
from tracker.facts.calendar import from_serial
from tracker.model.finding import column_letters
from tracker.model.grid import Book, CellKind, Cells, Host, Writes
from tracker.schema.snapshot import Snapshot


@dataclass(frozen=True)
class Change:
    """One cell: where it is, under which header, what stands there and what would."""

    sheet: str
    cell: str
    header: str
    before: str
    after: str


def count(writes: Writes) -> int:
    """How many cells the writes would change."""
    return sum(len(write.rows) for write in writes.cells)


def changes(host: Host, writes: Writes, snapshot: Snapshot) -> Iterator[Change]:
    """Every cell the writes would change, by sheet, column and row."""
    book = host.book()
    heads = _heads(snapshot)
    for write in writes.cells:
        if not len(write.rows):
            continue
        first, last = int(write.rows[0]), int(write.rows[-1])
        there = host.sheet(write.sheet).column(write.column, first, last).take(write.rows - first)
        header, is_date = heads.get((write.sheet, write.column), ("", False))
        for i, row in enumerate(write.rows.tolist()):
            cell = f"{column_letters(write.column)}{row}"
            before, after = (_shown(cells, i, is_date, book) for cells in (there, write.cells))
            yield Change(write.sheet, cell, header, before, after)


def _heads(snapshot: Snapshot) -> dict[tuple[str, int], tuple[str, bool]]:
    """For each column of our tables its header, and whether its numbers are days."""
    return {
        (layout.sheet, number): (layout.headers[key], snapshot.schema[name][key].kind.is_date)
        for name, layout in snapshot.layout.items()
        for key, number in layout.columns.items()
    }


def _shown(cells: Cells, i: int, is_date: bool, book: Book) -> str:
    """A cell as text; a formula is shown by its value, and by itself where that is all that changed."""
    formula = cells.formula(i)
    mark = f"  [={formula}]" if formula else ""
    if cells.kinds[i] == CellKind.NUMBER:
        number = float(cells.numbers[i])
        return (_day(number + (DAYS_1904 if book.date1904 else 0)) if is_date else general(number)) + mark
    if cells.kinds[i] == CellKind.BOOL:
        return ("TRUE" if cells.numbers[i] else "FALSE") + mark
    return str(cells.texts[i] or "") + mark


def _day(serial: float) -> str:
    day = from_serial(serial)
    return general(serial) if day is None else day.isoformat()
