"""What a run wrote into cells of staff goes back, by row key, where it still stands; what people did since stays.

A row that a run appended is taken away when it holds exactly what the run wrote. Words taken in from Follow-ups go back
into their boxes unless what became of them stays. Nothing is guessed: what cannot be put back is listed with a reason.
Pure: it says which cells to write, and what was written then, so that an undo can be undone. Kept out: the refresh
that follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tracker.engine.cellvalues import Stands, cells_of, same
from tracker.engine.harvest import APART, waiting
from tracker.engine.pending import LIST, Pending, inputs, typed_rows
from tracker.engine.record import Added, Changed, Gone, Record
from tracker.engine.staff_rows import Contents, StaffRows, assigned, fingerprint, row_contents
from tracker.model.grid import CellKind, ColumnWrite
from tracker.schema.snapshot import Snapshot, fold

NEXT, DONE, NOTED, SNOOZE = "next_date", "done_on", "response", "snooze"
PUT_OFF = ("action_due", "next_followup", "started_at", "paused_until", "until")  # what a snooze becomes
MOVED = ("action_due", "next_followup", "started_at")  # what a next date becomes; the second where it was done too
REASONS = ("changed", "row", "gone", "twice", "there", "kept", "moved", "no_column", "no_room")
Place = tuple[str, int, int]  # sheet, column, row


@dataclass(frozen=True)
class Left:
    """What was not put back: where, why (one of REASONS), what the run had written, and what stands there now."""

    table: str
    key: str
    column: str
    reason: str
    wrote: Stands = None
    there: Stands = None
    row: int | None = None


@dataclass(frozen=True, eq=False)
class PutBack:
    """The cells to write, the boxes of Follow-ups to fill (``now``) or to empty, what this writes, and what is left."""

    writes: tuple[ColumnWrite, ...]
    boxes: tuple[Changed, ...]
    records: tuple[Record, ...]
    left: tuple[Left, ...]

    @property
    def cells(self) -> int:
        """How many cells and boxes go back."""
        return sum(isinstance(one, Changed) for one in self.records)

    @property
    def taken_away(self) -> int:
        """How many rows are taken away."""
        return sum(isinstance(one, Gone) for one in self.records)

    @property
    def brought_back(self) -> int:
        """How many rows come again."""
        return sum(isinstance(one, Added) for one in self.records)


@dataclass(frozen=True)
class _Put:
    """Cells to write, and the record of it."""

    cells: Mapping[Place, Stands]
    record: Record
    at: int = -1  # position of the row in its frame


Outcome = _Put | Left | None  # None: it stands as it was already


def put_back(snapshot: Snapshot, records: Sequence[Record]) -> PutBack:
    """Put back what these records say, as far as it still stands."""
    book = _Book(snapshot)
    cells = [(one, book.cell(one)) for one in records if isinstance(one, Changed) and one.table != LIST]
    rows = [(one, book.row(one)) for one in records if isinstance(one, Added)]
    stays: list[Record] = [one for one, outcome in cells if isinstance(outcome, Left)]
    stays += [one for one, outcome in rows if isinstance(outcome, Left)]
    typed = [one for one in records if isinstance(one, Changed) and one.table == LIST]
    done = {line for one in typed if one.column == DONE for line in one.lines}
    boxes = [(one, book.box(one, any(_holds(stay, one, done) for stay in stays))) for one in typed]
    moved = {
        line for one, outcome in boxes if not isinstance(outcome, _Put) and one.column != NEXT for line in one.lines
    }
    again = [(one, book.again(one, moved)) for one in records if isinstance(one, Gone)]
    pairs = (*cells, *rows, *boxes, *again)
    outcomes = [outcome for _, outcome in pairs]
    puts = [one for one in outcomes if isinstance(one, _Put)]
    return PutBack(
        _writes(puts),
        tuple(put.record for put in puts if isinstance(put.record, Changed) and put.record.table == LIST),
        tuple(book.told(puts)),
        tuple(one for one in outcomes if isinstance(one, Left)),
    )


def replayed(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records under which putting back does again what a run did; the boxes of Follow-ups are left out."""
    return tuple(_inverse(one) for one in records if one.table != LIST)


def _inverse(record: Record) -> Record:
    if isinstance(record, Changed):
        return replace(record, was=record.now, now=record.was)
    if isinstance(record, Added):
        return Gone(record.table, record.key, record.row, record.lines)
    return Added(record.table, record.key, record.gone, record.lines)


def boxed(snapshot: Snapshot, boxes: Iterable[Changed]) -> tuple[Pending, ...]:
    """The lines of Follow-ups in which words stand, once these boxes are filled or emptied; nothing is taken in."""
    lines = list(waiting(snapshot))
    wanted: dict[tuple[str, tuple[int, ...]], dict[str, Stands]] = {}
    for box in boxes:
        wanted.setdefault((box.key, box.lines), {})[box.column] = box.now
    free = {fold(line.text("followup_id")): at for at, line in reversed(list(enumerate(lines)))}
    for (key, _), cells in wanted.items():
        at = free.pop(fold(key), None)
        line = _new_line(snapshot, key) if at is None else lines[at]
        line = Pending({**line.cells, **{name: _value(one) for name, one in cells.items()}})
        if at is None:
            lines.append(line)
        else:
            lines[at] = line
    typed = inputs(snapshot)
    return tuple(one for one in lines if not one.text("followup_id") or any(one.filled(key) for key in typed))


@dataclass(frozen=True, eq=False)
class _Book:
    """The rows of a workbook as they stand now, and how many of each table are given out already."""

    snapshot: Snapshot

    @cached_property
    def tables(self) -> dict[str, StaffRows]:
        return {name: StaffRows(self.snapshot, name) for name in self.snapshot.layout}

    @cached_property
    def alike(self) -> dict[tuple[str, frozenset[str]], dict[Contents, list[int]]]:
        """For rows without a key: by table and the columns left out, the rows of each contents that are still free."""
        return {}

    @cached_property
    def likeness(self) -> dict[str, dict[str, list[int]]]:
        return {}

    @cached_property
    def free(self) -> dict[str, int]:
        """The sheet row below the last one of each table."""
        rows = {name: one.rows for name, one in self.tables.items()}
        return {name: max(at) + 1 if at else self.snapshot.layout[name].first_row for name, at in rows.items()}

    @cached_property
    def lines(self) -> dict[str, Pending]:
        """The lines of Follow-ups with words in them, by their folded ID."""
        return {fold(line.text("followup_id")): line for line in reversed(typed_rows(self.snapshot))}

    def cell(self, one: Changed) -> Outcome:
        """Put back one cell."""
        layout = self.snapshot.layout.get(one.table)
        if layout is None:
            return _left(one, "no_column")
        rows = self.tables[one.table]
        if one.column not in rows.columns:
            return _left(one, "no_column")
        found = rows.places.get(fold(one.key), []) if one.key else self._like(one)
        if len(found) != 1:
            return _left(one, "twice" if found else "gone")
        at = found[0]
        there, row = rows.columns[one.column][at], rows.rows[at]
        if same(there, one.was):
            return None
        if not same(there, one.now):
            return _left(one, "changed", there, row)
        place = layout.sheet, layout.columns[one.column], row
        return _Put({place: one.was}, replace(one, was=there, now=one.was), at)

    def row(self, one: Added) -> Outcome:
        """Take a row away that holds what the run wrote and no more."""
        if one.table not in self.snapshot.layout:
            return _left(one, "no_column")
        rows, spec = self.tables[one.table], self.snapshot.schema[one.table]
        but = assigned(spec).difference(one.row)
        wanted = row_contents(spec, one.row, but)
        found = rows.places.get(fold(one.key), []) if one.key else self._alike(one.table, but).get(wanted, [])[:1]
        if len(found) != 1:
            return _left(one, "twice" if found else "gone" if one.key else "row")
        at = found[0]
        if one.key and rows.contents(at, but) != wanted:
            return _left(one, "row", row=rows.rows[at])
        if not one.key:
            self._alike(one.table, but)[wanted].remove(at)
        gone = {key: values[at] for key, values in rows.columns.items() if key in spec.by_key}
        filled = {key: value for key, value in gone.items() if value is not None}
        return _Put(dict(self._emptied(one.table, at)), Gone(one.table, rows.keys[at] or one.key, filled, one.lines))

    def again(self, one: Gone, moved: Iterable[int]) -> Outcome:
        """Bring back a row that was taken away, below the others."""
        layout = self.snapshot.layout.get(one.table)
        if layout is None or not one.gone.keys() <= layout.columns.keys():
            return _left(one, "no_column")
        if one.key and fold(one.key) in self.tables[one.table].places:
            return _left(one, "there")
        if set(one.lines) & set(moved):
            return _left(one, "moved")
        row = self.free[one.table]
        if row > layout.limit_row:
            return _left(one, "no_room")
        self.free[one.table] += 1
        key = self.snapshot.schema[one.table].key
        cells = {**({key: one.key} if key in layout.columns and one.key else {}), **one.gone}
        places = {(layout.sheet, layout.columns[name], row): value for name, value in cells.items()}
        return _Put(places, Added(one.table, one.key, cells, one.lines))

    def box(self, one: Changed, held: bool) -> Outcome:
        """Put words back into a box of Follow-ups, or take back those that were put there; not while they are held."""
        layout = self.snapshot.layout.get(LIST)
        if layout is None or one.column not in layout.columns:
            return _left(one, "no_column")
        line = self.lines.get(fold(one.key))
        there = line.cells.get(one.column) if line else None
        if same(there, one.was):
            return None
        if not same(there, one.now):
            return _left(one, "changed", there)
        if one.was is not None and held:
            return _left(one, "kept")
        return _Put({}, replace(one, was=there, now=one.was))

    def told(self, puts: Iterable[_Put]) -> Iterator[Record]:
        """What was put back, as records; rows without a key are told by what they hold afterwards."""
        puts = list(puts)
        edited: dict[tuple[str, int], dict[str, Stands]] = {}
        for put in puts:
            if isinstance(put.record, Changed) and put.record.like:
                edited.setdefault((put.record.table, put.at), {})[put.record.column] = put.record.now
        for put in puts:
            one = put.record
            if isinstance(one, Changed) and one.like:
                rows, spec = self.tables[one.table], self.snapshot.schema[one.table]
                cells = {key: values[put.at] for key, values in rows.columns.items()} | edited[one.table, put.at]
                one = replace(one, like=fingerprint(row_contents(spec, cells, assigned(spec))))
            yield one

    def _like(self, one: Changed) -> list[int]:
        """The rows with the fingerprint of one that had no key."""
        if one.table not in self.likeness:
            rows, found = self.tables[one.table], dict[str, list[int]]()
            but = assigned(self.snapshot.schema[one.table])
            for contents, places in rows.by_contents(but).items():
                found[fingerprint(contents)] = places
            self.likeness[one.table] = found
        return self.likeness[one.table].get(one.like, [])

    def _alike(self, table: str, but: frozenset[str]) -> dict[Contents, list[int]]:
        if (table, but) not in self.alike:
            self.alike[table, but] = self.tables[table].by_contents(but)
        return self.alike[table, but]

    def _emptied(self, table: str, at: int) -> Iterator[tuple[Place, Stands]]:
        """The cells of a row that is none any more: formulas stay, as in any blank row of a table."""
        layout, row = self.snapshot.layout[table], self.tables[table].rows[at]
        for key, column in layout.columns.items():
            cells = self.snapshot.cells[table, key]
            formula = cells.formula(at)
            computed = self.snapshot.schema[table][key].is_tool and formula is not None
            if computed or cells.kinds[at] != CellKind.BLANK or formula is not None:
                yield (layout.sheet, column, row), {"formula": formula, "value": ""} if computed else None


def _holds(stay: Record, box: Changed, done: Collection[int]) -> bool:
    """Whether what stays in the workbook is what the words of a box became."""
    lines = set(stay.lines) & set(box.lines)
    if not lines:
        return False
    if box.column == SNOOZE:
        return isinstance(stay, Added) or (isinstance(stay, Changed) and stay.column in PUT_OFF)
    if box.column != NEXT:
        return isinstance(stay, Added) or (isinstance(stay, Changed) and stay.column == NOTED)
    columns = MOVED[1:2] if lines & set(done) else MOVED
    return isinstance(stay, Changed) and stay.column in columns and stay.now is not None


def _left(one: Record, reason: str, there: Stands = None, row: int | None = None) -> Left:
    column, wrote = (one.column, one.now) if isinstance(one, Changed) else ("", None)
    return Left(one.table, one.key, column, reason, wrote, there, row)


def _writes(puts: Iterable[_Put]) -> tuple[ColumnWrite, ...]:
    columns: dict[tuple[str, int], dict[int, Stands]] = {}
    for put in puts:
        for (sheet, column, row), value in put.cells.items():
            columns.setdefault((sheet, column), {})[row] = value
    made = []
    for (sheet, column), by_row in columns.items():
        rows = sorted(by_row)
        made.append(ColumnWrite(sheet, column, np.array(rows, np.int64), cells_of([by_row[row] for row in rows])))
    return tuple(made)


def _new_line(snapshot: Snapshot, followup_id: str) -> Pending:
    """A line that is on no list: whose it is, as far as its ID says so."""
    key = fold(followup_id.partition(APART)[2])
    customers = {fold(text): text for text in snapshot.text("Customers", "customer_id")}
    ids, owners = (snapshot.text("Interactions", name) for name in ("interaction_id", "customer_id"))
    of_source = next((owner for one, owner in zip(ids, owners, strict=True) if fold(one) == key), "")
    blank = dict.fromkeys(snapshot.schema[LIST].keys)
    return Pending({**blank, "followup_id": followup_id, "customer_id": customers.get(key, of_source) or None})


def _value(one: Stands) -> str | float | bool | None:
    return None if isinstance(one, Mapping) else one
