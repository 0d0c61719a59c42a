"""What one row says of another: it must exist, and be another one.

Which customer typed text means is settled by reading; here are the columns that hold a key or a name as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np

from tracker.checks.hits import Detail, Mask, Texts, hits, row_keys
from tracker.model.finding import Finding
from tracker.schema.column import Column, Kind, Table
from tracker.schema.snapshot import Snapshot, fold, folded

CODES = {"Customers": "R103", "Purchases": "R104", "Campaigns": "R105"}  # by the table that is referred to
FEW, NEAREST = 500, 40  # names among which, and strangers for which, the nearest is looked for


def check_references(snapshot: Snapshot) -> Iterator[Finding]:
    """Every key of another row, and the leads of the team."""
    for table in snapshot.schema.tables:
        for column in table.columns:
            if column.refers_to and not column.is_tool and column.kind is not Kind.CUSTOMER and not table.tool_rows:
                yield from _reference(snapshot, table, column)
    yield from _leads(snapshot)


def _reference(snapshot: Snapshot, table: Table, column: Column) -> Iterator[Finding]:
    target = snapshot.layout.get(column.refers_to)
    if target is None or snapshot.schema[column.refers_to].key not in target.columns:
        return
    known, is_name = row_keys(snapshot, column.refers_to), column.kind is not Kind.REFERENCE
    if is_name and not len(known):
        return  # a table of names that nobody keeps
    strange, close = _strangers(snapshot, (table.name, column.key), known)
    near: Detail = close if is_name else ""  # of running numbers each is near many
    yield from hits(snapshot, CODES[column.refers_to], table.name, column.key, strange, suggestions=near)
    if column.refers_to == table.name and snapshot.text(table.name, column.key).any():
        values, keys = (snapshot.folded(table.name, key) for key in (column.key, table.key))
        itself = np.asarray((values != "") & (values == keys), bool)
        yield from hits(snapshot, "R108", table.name, column.key, itself)


def _leads(snapshot: Snapshot) -> list[Finding]:
    """Leads who are nobody in Team, in a workbook that keeps its leads there."""
    leads = snapshot.text("Team", "lead")
    strange, near = _strangers(snapshot, ("Team", "lead"), snapshot.text("Team", "name"))
    if (strange == (leads != "")).all():
        return []
    return hits(snapshot, "R107", "Team", "lead", strange, suggestions=near)


def _strangers(snapshot: Snapshot, column: tuple[str, str], known: Texts) -> tuple[Mask, Texts]:
    """Which values of a column are no known key, and the key most like each, where one is."""
    place, found = snapshot.groups(*column)
    if not len(found):
        return np.zeros(len(place), bool), np.full(len(place), "", object)
    keys = dict(zip(folded(known), known, strict=True))
    keys.pop("", None)
    strange = np.array([*(fold(text) not in keys for text in found), False], bool)
    near = np.full(len(found) + 1, "", object)
    if len(keys) <= FEW:
        for i in np.flatnonzero(strange)[:NEAREST].tolist():
            close = difflib.get_close_matches(fold(found[i]), keys, 1, 0.75)
            near[i] = keys[close[0]] if close else ""
    return strange[place], np.asarray(near[place], object)
