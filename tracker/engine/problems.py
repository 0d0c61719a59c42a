"""The Problems sheet: every rule that found something, each row with a link to its cell and what to do.

At most 5,000 rows, shared out so that every kind of finding is shown; where a kind is cut short its first row says how
many there are in all. Kept out: the sentences (words) and the counts above the list (home).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

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


def of_list(snapshot: Snapshot, listing: Listing, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings about the boxes of a list that is rebuilt: where the words they are about stand then.

    Words that were taken in stand in no box any more, and what is wrong with them is found where they went.
    """
    kept: list[Finding] = []
    places: dict[Place, Place | None] = {}
    for one in findings:
        if one.place.table == listing.table and one.place not in places:
            others = {place.row for old, place in places.items() if place and old.key == one.place.key}
            places[one.place] = _stands(snapshot, listing, one.place, others)
        place = places.get(one.place, one.place)
        if place is not None:
            kept.append(replace(one, place=place))
    return tuple(kept)


def _stands(snapshot: Snapshot, listing: Listing, place: Place, others: Collection[int | None]) -> Place | None:
    """The first free place of a list where a cell's content stands; None where it stands nowhere."""
    cells, rows = snapshot.cells.get((listing.table, place.key)), snapshot.frames[listing.table].rows
    at = np.flatnonzero(rows == place.row).tolist() if place.key in listing.columns else []
    if cells is None or not at:
        return place  # about more than a cell of the list
    content = cells.take(slice(at[0], at[0] + 1)).values()[0]
    now = enumerate(listing.columns[place.key], snapshot.layout[listing.table].first_row)
    row = next((row for row, value in now if value == content and row not in others), None)
    return None if row is None else replace(place, row=row)


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
