"""The cells a run would change, before and after, as people would read them; what ``--dry-run`` shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.checks.hits import day_text
from tracker.engine.cast import DAYS_1904, general
from tracker.engine.lower import DATE_SHAPES
from tracker.facts.calendar import from_serial
from tracker.model.finding import column_letters
from tracker.model.grid import Book, CellKind, Cells, Host, Writes
from tracker.schema.blocks import BLOCKS
from tracker.schema.snapshot import Snapshot

LAST_ROW = 1_048_576
OTHER = "other"
TABLES = "Tables"  # what the log counts the Tables under that a run put back: "Tables.Customers"
SHOWN = 1000  # cells a dry run shows; the count is always exact


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
    return sum(len(write.rows) for write in (*writes.cells, *writes.stamps))


def counted(host: Host, writes: Writes, snapshot: Snapshot) -> dict[str, int]:
    """How many cells of which column of ours (``Customers.tags``) or block would change; no value is in it.

    What stands in neither, as the lists of dropdowns, is counted together; Tables put back are counted as such.
    """
    places = _places(snapshot, host.book())
    found: Counter[str] = Counter()
    for write in (*writes.cells, *writes.stamps):
        left = len(write.rows)
        for place in places.get((write.sheet, write.column), ()):
            inside = int(((write.rows >= place.first) & (write.rows <= place.last)).sum())
            found[place.name] += inside
            left -= inside
        found[OTHER] += left
    found |= Counter({f"{TABLES}.{table.name}": 1 for table in writes.added})
    return {name: found[name] for name in sorted(found) if found[name] > 0}


def changes(host: Host, writes: Writes, snapshot: Snapshot) -> Iterator[Change]:
    """Every cell the writes would change: what staff type first, then ours; inside by sheet, column and row."""
    book = host.book()
    places = _places(snapshot, book)
    typed = _typed(snapshot)
    order = {name: place for place, name in enumerate(book.sheets)}
    filled = [write for write in (*writes.cells, *writes.stamps) if len(write.rows)]
    for write in sorted(filled, key=lambda one: ((one.sheet, one.column) not in typed, order[one.sheet], one.column)):
        first, last = int(write.rows[0]), int(write.rows[-1])
        there = host.sheet(write.sheet).column(write.column, first, last).take(write.rows - first)
        known = places[write.sheet, write.column]
        for i, row in enumerate(write.rows.tolist()):
            place = next((one for one in known if one.first <= row <= one.last), _NOWHERE)
            cell = f"{column_letters(write.column)}{row}"
            yield Change(write.sheet, cell, place.header, *_pair(there, write.cells, i, place.is_date, book))


@dataclass(frozen=True)
class _Place:
    """Rows of a sheet column that stand under one header, and whether their numbers are days."""

    first: int
    last: int
    header: str
    is_date: bool
    name: str = ""  # of the column or block, in our own words


_NOWHERE = _Place(0, 0, "", False)


def _typed(snapshot: Snapshot) -> set[tuple[str, int]]:
    """The sheet columns of the tables staff type in that are theirs: where an import or a line taken in shows."""
    return {
        (layout.sheet, number)
        for name, layout in snapshot.layout.items()
        for key, number in layout.columns.items()
        if not snapshot.schema[name][key].is_tool and not snapshot.schema[name].tool_rows
    }


def _places(snapshot: Snapshot, book: Book) -> dict[tuple[str, int], list[_Place]]:
    """What is known of each sheet column: the columns of our tables, and those of the blocks."""
    found: dict[tuple[str, int], list[_Place]] = defaultdict(list)
    for name, layout in snapshot.layout.items():
        for key, number in layout.columns.items():
            is_date = snapshot.schema[name][key].kind.is_date
            place = _Place(layout.first_row, LAST_ROW, layout.headers[key], is_date, f"{name}.{key}")
            found[layout.sheet, number].append(place)
    for block in BLOCKS:
        area = book.areas.get(block.name)
        for column in block.columns if area else ():
            assert area is not None
            rows = area.ref.first_row, area.ref.first_row + block.rows - 1
            place = _Place(*rows, "", column.shape in DATE_SHAPES, block.name)
            found[area.sheet, area.ref.first_column + column.at].append(place)
    return found


def _pair(there: Cells, wanted: Cells, i: int, is_date: bool, book: Book) -> tuple[str, str]:
    """A cell before and after, by its value; by its formula where that is all that changes."""
    before, after = (_value(cells, i, is_date, book) for cells in (there, wanted))
    if before == after and is_date:  # of one day: the times tell them apart
        before, after = (_value(cells, i, is_date, book, day_text) for cells in (there, wanted))
    if before != after:
        return before, after
    old, new = there.formula(i), wanted.formula(i)
    return f"={old}" if old else before, f"={new}" if new else after


def _day(serial: float) -> str:
    day = from_serial(serial)
    return general(serial) if day is None else day.isoformat()


def _value(cells: Cells, i: int, is_date: bool, book: Book, say: Callable[[float], str] = _day) -> str:
    if cells.kinds[i] == CellKind.NUMBER:
        number = float(cells.numbers[i])
        return say(number + (DAYS_1904 if book.date1904 else 0)) if is_date else general(number)
    if cells.kinds[i] == CellKind.BOOL:
        return "TRUE" if cells.numbers[i] else "FALSE"
    return str(cells.texts[i] or "")
