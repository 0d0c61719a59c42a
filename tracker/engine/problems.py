"""The Problems sheet: every rule that found something, each row with a link to its cell and what to do.

At most 5,000 rows, shared out so that every kind of finding is shown; where a kind is cut short its first row says how
many there are in all. Kept out: the sentences (words) and the counts above the list (home).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.engine import say
from tracker.model.finding import Finding, Place, column_letters
from tracker.model.plan import Listing, Value
from tracker.schema.snapshot import Layout, Snapshot
from tracker.schema.worklist import CELL_LINK
from tracker.words.sentences import message, remedy, shown

MOST = 5000
TABLE = "Problems"


def problems(snapshot: Snapshot, findings: Sequence[Finding]) -> Listing:
    """The list of findings, errors first, then as they stand in the workbook."""
    total = Counter(finding.code for finding in findings)
    rows = chosen(findings)
    cut = {code for code, many in Counter(one.code for one in rows).items() if many < total[code]}
    table: list[tuple[Value, ...]] = []
    for one in rows:
        table.append(_row(snapshot, one, total[one.code] if one.code in cut else 0))
        cut.discard(one.code)
    keys = tuple(column.key for column in snapshot.schema[TABLE].columns)
    columns = zip(*table, strict=True) if table else ((),) * len(keys)
    return Listing(TABLE, dict(zip(keys, columns, strict=True)), {"cell": CELL_LINK})


def chosen(findings: Sequence[Finding], most: int = MOST) -> list[Finding]:
    """The findings that a list of so many rows shows, every kind among them: errors first, then by place."""
    order = sorted(findings, key=lambda one: (-one.severity, one.sort_key()))
    if len(order) <= most:
        return order
    share = _fair_share(Counter(one.code for one in findings), most)
    kept: Counter[str] = Counter()
    picked = []
    for one in order:
        kept[one.code] += 1
        if kept[one.code] <= share:
            picked.append(one)
    return picked[:most]


def _fair_share(total: Counter[str], most: int) -> int:
    """The most rows that each kind may have so that all of them together fit."""
    room, kinds = most, sorted(total.values())
    for i, many in enumerate(kinds):
        share = room // (len(kinds) - i)
        if many > share:
            return max(share, 1)
        room -= many
    return most


def _row(snapshot: Snapshot, one: Finding, in_all: int) -> tuple[Value, ...]:
    """One row, in the order of the table's columns; ``in_all`` is said when more were found than are shown."""
    words, layout = snapshot.words, snapshot.layout.get(one.place.table)
    problem = message(words, one)
    if in_all:
        problem = words.say("in_all", problem=problem, count=say.amount(words, in_all))
    sheet = one.place.sheet or (layout.sheet if layout else "")
    cell = address(one.place, layout) if sheet else ""
    severity = words.choice("severity", one.severity.word)
    return severity, one.code, sheet, cell, shown(one.value), problem, remedy(words, one), cell


def address(place: Place, layout: Layout | None) -> str:
    """The cell to look at: the value's own, else the row's first, else the column's header, else the sheet's first."""
    row = place.row or (layout.header_row if layout else 1)
    column = place.column or (layout.first_column if layout else 1)
    return f"{column_letters(column)}{row}"
