"""How far the numbers of IDs have come: the rows of Settings that remember it, and the IDs that stand in the workbook.

A number is given once. Settings may lose a row, rows with IDs of their own are pasted in, customers are deleted while
their purchases stay: whatever ID is there or named anywhere, the next number lies above it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import itemgetter

from tracker.model.finding import Finding
from tracker.model.plan import Edits
from tracker.schema.column import Kind, Table
from tracker.schema.findings import finding
from tracker.schema.settings import COUNTERS
from tracker.schema.snapshot import Snapshot, fold

DATE = 8  # digits of the day in a dated ID
DIGITS = 3  # of the running number; it widens at 1,000
LONGEST = 9  # digits: what is longer is nobody's running number, and never reached by counting
DECIDED = (("Decisions", "key_a"), ("Decisions", "key_b"))  # they may name a row of any table


def next_numbers(snapshot: Snapshot) -> dict[str, int]:
    """For each table the number its next row gets."""
    return {table: max(snapshot.identity.next_id.get(table, 1), _highest(snapshot, table) + 1) for table in COUNTERS}


def counters(snapshot: Snapshot, next_id: Mapping[str, int]) -> tuple[list[Edits], list[Finding]]:
    """The rows of Settings that remember the next number, where they changed; a finding for each that is gone."""
    edits, findings = [], []
    for table, row in _rows(snapshot).items():
        number, before = next_id.get(table, 1), snapshot.identity.next_id.get(table, 1)
        if row is None:
            place = snapshot.layout["Settings"].place("key")
            findings.append(finding("K114", place, value=COUNTERS[table], number=str(number)))
        elif number != before:
            edits.append(Edits("Settings", "value", (row,), (float(number),), (float(before),)))
    return edits, findings


def _rows(snapshot: Snapshot) -> dict[str, int | None]:
    """For each table the sheet row of its counter, None where it is gone; nothing for a workbook without Settings."""
    frame = snapshot.frames["Settings"]
    if not {"key", "value"} <= frame.columns.keys():
        return {}
    keys, index = snapshot.text("Settings", "key"), frame.rows
    rows = {fold(text): int(row) for text, row in zip(keys[::-1], index[::-1], strict=True)}  # the first of two counts
    return {table: rows.get(key) for table, key in COUNTERS.items()}


def _highest(snapshot: Snapshot, name: str) -> int:
    """The highest number among the IDs of a table, and among those that name a row of it where it matters.

    It matters when a number is to be given, or when nothing remembers what was given before.
    """
    table, dated = snapshot.schema[name], snapshot.settings.id_pattern != "integer"
    found = _number(snapshot.text(name, table.key), table.prefix if dated else "", dated)
    blank = table.key in snapshot.frames[name] and not snapshot.filled(name, table.key).all()
    if blank or _rows(snapshot).get(name) is None:
        for other, key in (*_naming(snapshot, table, dated), *DECIDED):
            texts = set(snapshot.text(other, key))
            found = max(found, _number(texts, table.prefix if dated else "", dated))
    return found


def _naming(snapshot: Snapshot, table: Table, typed: bool) -> list[tuple[str, str]]:
    """The columns that name rows of a table, those with typed text only where an ID cannot be mistaken.

    A few digits typed for a customer may be a phone.
    """
    return [
        (other.name, column.key)
        for other in snapshot.schema.tables
        for column in other.columns
        if column.refers_to == table.name and (typed or column.kind is not Kind.CUSTOMER)
    ]


def _number(texts: Collection[str], prefix: str, dated: bool) -> int:
    """The highest running number among texts that are IDs of our making; 0 when none is.

    Among digits of one length the highest number is the last in order, so that mostly one text of each length is read.
    """
    start, either = len(prefix) + DATE if dated else 0, (prefix.upper(), prefix.lower())
    low, high = (start + DIGITS, start + LONGEST) if dated else (1, LONGEST)
    sizes = set(map(len, texts))

    def own(text: str) -> bool:
        return text.startswith(either) and text[len(prefix) :].isdecimal()

    highest = 0
    for size in (one for one in sizes if low <= one <= high):
        alike = texts if len(sizes) == 1 else [text for text in texts if len(text) == size]
        last = max(alike, key=itemgetter(slice(start, None)))
        numbers = [last] if own(last) else filter(own, alike)
        highest = max([highest, *(int(text[start:]) for text in numbers)])
    return highest
