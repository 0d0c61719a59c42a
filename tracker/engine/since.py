"""Which cells of staff differ between two states of a workbook, told by row key, so that sorting shows nothing.

What the tool fills of itself (IDs, created_on, counters) is no difference where it was blank before. Formulas count as
they are written, never by what they yield.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.engine.cellvalues import Stands, same
from tracker.engine.pending import LIST, inputs, typed_rows
from tracker.engine.record import Changed, Record
from tracker.engine.staff_rows import FILLED_ONCE, StaffRows, assigned, staff_tables
from tracker.schema.snapshot import Snapshot, fold

ADDED, REMOVED = "added", "removed"


@dataclass(frozen=True)
class Difference:
    """A column of a table in which cells differ, or its rows that came or went, and the keys of the rows.

    ``what`` is the key of a column (``[header]`` for one of staff's own), or ``added`` or ``removed`` with no column.
    Rows without a key stand among them by an empty one.
    """

    table: str
    column: str
    what: str
    rows: tuple[str, ...]


def differences(before: Snapshot, after: Snapshot, taken: Iterable[Record] = ()) -> tuple[Difference, ...]:
    """What differs, by table and column; ``taken`` are records whose boxes of Follow-ups hold something else by now."""
    found: list[Difference] = []
    for table in dict.fromkeys((*staff_tables(before), *staff_tables(after))):
        if table in before.layout and table in after.layout:
            found += _of_table(StaffRows(before, table), StaffRows(after, table))
    return (*found, *_of_boxes(before, after, taken))


def _of_table(one: StaffRows, two: StaffRows) -> Iterator[Difference]:
    pairs, removed, added = _paired(one, two)
    fills = assigned(one.snapshot.schema[one.table])
    columns = dict.fromkeys((*one.columns, *two.columns))
    for column in columns:
        was, now = one.columns.get(column), two.columns.get(column)
        rows = []
        for i, j in pairs:
            old, new = was[i] if was else None, now[j] if now else None
            filled = (column in fills and old is None and _as_filled(one, i, two, j, column)) or two.is_counter(j)
            if not filled and not _alike(old, new):
                rows.append(two.keys[j])
        if rows:
            yield Difference(one.table, column, "changed", tuple(rows))
    for what, keys in ((ADDED, [two.keys[j] for j in added]), (REMOVED, [one.keys[i] for i in removed])):
        if keys:
            yield Difference(one.table, "", what, tuple(keys))


def _as_filled(one: StaffRows, i: int, two: StaffRows, j: int, column: str) -> bool:
    """Whether a cell that was blank holds what the tool filled in, where that is known before: not with an ID."""
    if column not in FILLED_ONCE:
        return True
    filled, there = (rows.snapshot.number(rows.table, column) for rows in (one, two))
    return bool(filled[i] == there[j])


def _paired(one: StaffRows, two: StaffRows) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """The rows that are the same row in both: by key, rows that share a key or have none by what they hold."""
    pairs: list[tuple[int, int]] = []
    left: list[int] = []
    places = {key: list(rows) for key, rows in two.places.items()}
    but = assigned(one.snapshot.schema[one.table])
    for i, key in enumerate(one.keys):
        rows = places.get(fold(key), []) if key else []
        alike = [j for j in rows if len(rows) > 1 and two.contents(j, but) == one.contents(i, but)]
        if rows:
            j = (alike or rows)[0]
            rows.remove(j)
            pairs.append((i, j))
        else:
            left.append(i)
    taken = {j for _, j in pairs}
    free = [j for j in range(len(two.keys)) if j not in taken]
    by_contents: dict[object, list[int]] = {}
    for j in free if left else ():
        by_contents.setdefault(two.contents(j, but), []).append(j)
    removed = []
    for i in left:
        found = by_contents.get(one.contents(i, but), []) if not one.keys[i] else []
        if found:
            pairs.append((i, found.pop(0)))
        else:
            removed.append(i)
    taken = {j for _, j in pairs}
    return pairs, removed, [j for j in free if j not in taken]


def _alike(one: Stands, two: Stands) -> bool:
    """Whether nobody typed over a cell; programs spell the same formula in their own way."""
    if isinstance(one, Mapping) and isinstance(two, Mapping) and "formula" in one and "formula" in two:
        return True
    return same(one, two)


def _of_boxes(before: Snapshot, after: Snapshot, taken: Iterable[Record]) -> Iterator[Difference]:
    """The boxes of Follow-ups that hold other words, by the line they belong to."""
    if LIST not in before.layout or LIST not in after.layout:
        return
    was, now = _boxes(before), _boxes(after)
    spelled = {fold(key): key for key in (*was, *now)}
    was, now = ({fold(key): cells for key, cells in one.items()} for one in (was, now))
    for one in taken:
        if isinstance(one, Changed) and one.table == LIST:
            spelled.setdefault(fold(one.key), one.key)
            was.setdefault(fold(one.key), {})[one.column] = one.now
    for column in inputs(after):
        rows = tuple(name for key, name in spelled.items() if not same(_box(was, key, column), _box(now, key, column)))
        if rows:
            yield Difference(LIST, column, "changed", rows)


def _boxes(snapshot: Snapshot) -> dict[str, dict[str, Stands]]:
    """What stands in the boxes of each line with words in it, by its ID."""
    lines = typed_rows(snapshot)
    return {line.text("followup_id"): {key: line.cells.get(key) for key in inputs(snapshot)} for line in lines}


def _box(boxes: Mapping[str, Mapping[str, Stands]], key: str, column: str) -> Stands:
    return boxes.get(key, {}).get(column)
