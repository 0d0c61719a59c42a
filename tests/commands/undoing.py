"""A company drawn as text, runs over it that keep their records, and what staff see of it; for the tests of undo."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from world import TODAY, World, world

from tracker.commands.refresh import Refresh, refresh
from tracker.commands.undo import Undo, undo
from tracker.engine.cellvalues import Stands, shown
from tracker.engine.record import Record, read_records
from tracker.engine.staff_rows import StaffRows, staff_tables
from tracker.facts.calendar import to_serial
from tracker.model.grid import Cells, Receipt, Writes

DAY = float(to_serial(TODAY))
COMPANY = """
Customers
customer_id | last_name | email       | phone        | owner | core_need | next_followup
C1          | Marsh     | a@b.example | +12125550001 | Tom   | Coffee    | today-3d
C2          | Silva     | s@b.example | +12125550002 | Tom   | Tea       | today
C3          | Ito       | i@b.example | +12125550003 | Tom   | Cups      | today+2d

Interactions
interaction_id | customer | started_at | channel | direction | purpose   | summary       | action    | action_due
I1             | C1       | today-40d  | phone   | outbound  | check_in  | All well      | Call back | today-1d
I2             | C2       | today-6d   | email   | inbound   | enquiry   | Wants a price |           |
I3             | C3       | today+1d   | visit   | outbound  | check_in  |               |           |
"""


@dataclass
class Company:
    """A workbook in memory whose runs are remembered as their records, the last one last."""

    host: World
    records: list[tuple[Record, ...]] = field(default_factory=list)
    today: date = TODAY

    def __post_init__(self) -> None:
        apply = self.host.apply

        def remembered(writes: Writes) -> Receipt:
            assert writes.note is not None or not writes
            self.records.append(read_records(writes.note.undo) if writes.note else ())
            return apply(writes)

        self.host.apply = remembered  # type: ignore[method-assign]

    def refresh(self) -> Refresh:
        """One refresh."""
        return refresh(self.host, self.today)

    def undo(self, run: int = -1, dry_run: bool = False) -> Undo:
        """Take back a run, the last one by default."""
        return undo(self.host, self.records[run], self.today, dry_run=dry_run)

    def type(self, table: str, key: str, column: str, value: Stands) -> None:
        """Type something into a cell, as staff would: of Follow-ups by the ID of the line."""
        self.host.put(table, self.position(table, key), column, value)  # type: ignore[arg-type]

    def position(self, table: str, key: str) -> int:
        """Where the row with a key stands, counted from the first row of data."""
        snapshot = self.host.read()
        keys = StaffRows(snapshot, table).keys
        return int(snapshot.frames[table].rows[keys.index(key)]) - snapshot.layout[table].first_row

    def sort(self, table: str, column: str) -> None:
        """Sort a table by a column, downwards, as Excel does: all cells of a row go together."""
        found, snapshot = self.host.tables[table], self.host.read()
        index = snapshot.frames[table].rows
        order = snapshot.frames[table].columns[column].astype(str).argsort(kind="stable")[::-1]
        columns = self.host.sheets[found.sheet]
        for number in range(found.ref.first_column, found.ref.last_column + 1):
            cells = self.host.sheet(found.sheet).column(number, 1, int(index.max()))
            source = list(range(len(cells)))
            for to, from_ in zip(index - 1, index[order] - 1, strict=True):
                source[int(to)] = int(from_)
            columns[number] = cells.take(source)  # type: ignore[arg-type]

    def delete(self, table: str, key: str) -> None:
        """Empty all cells of a row."""
        found, at = self.host.tables[table], self.position(table, key)
        row = found.first_row + at
        for number in range(found.ref.first_column, found.ref.last_column + 1):
            cells = self.host.sheet(found.sheet).column(number, 1, max(row, found.last_row))
            blank = cells.take(slice(0, row - 1)).followed_by(Cells.blank(1)).followed_by(cells.take(slice(row, None)))
            self.host.sheets[found.sheet][number] = blank


def company(drawing: str = COMPANY) -> Company:
    """A company that was refreshed, so that its rows have IDs and its worklist stands."""
    return Company(deepcopy(_refreshed(drawing)))


@cache
def _refreshed(drawing: str) -> World:
    host = world(drawing)
    refresh(host, TODAY)
    return host


def staff(host: World) -> dict[tuple[str, str, str], str]:
    """Every filled cell that is staff's, by table, row key and column; the boxes of Follow-ups too."""
    snapshot = host.read()
    found = {}
    for table in (*staff_tables(snapshot), "FollowUps"):
        rows = StaffRows(snapshot, table)
        for at, key in enumerate(rows.keys):
            for column, values in rows.columns.items():
                counter = table == "Settings" and key.startswith("next_id")
                if values[at] is not None and not counter:
                    found[table, key, column] = shown(values[at])
    return found
