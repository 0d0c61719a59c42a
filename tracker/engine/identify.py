"""New rows get their ID and created_on, and every interaction and purchase its customer.

The staff cells that the tool may fill: a blank ID and a blank created_on. An ID is never reused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.counters import DIGITS, counters, next_numbers
from tracker.engine.resolve import Directory, doubts, resolve
from tracker.facts.calendar import FIRST, from_serial
from tracker.model.plan import Edits, Fill, Plan, Value
from tracker.schema.snapshot import Snapshot, fold, folds

EVENTS = (("Interactions", "started_at"), ("Purchases", "purchased_at"))
Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Identified:
    """The snapshot with its keys complete, the staff cells that this fills, and the customer of every row."""

    snapshot: Snapshot
    plan: Plan


def identify(snapshot: Snapshot) -> Identified:
    """Resolve customers, date new ones, and give every row its ID."""
    directory = Directory(snapshot, [text for table, _ in EVENTS for text in snapshot.groups(table, "customer")[1]])
    resolved = [resolve(snapshot, table, directory) for table, _ in EVENTS]
    owners = {one.table: one.owners for one in resolved}
    snapshot, edits = _created(snapshot, owners)
    next_id = next_numbers(snapshot)
    # A text that means nobody must not become somebody by the number that a new row gets.
    strangers = {text for one in resolved for text in folds(snapshot.text(one.table, "customer")[one.doubtful])}
    for table, day in (("Customers", "created_on"), *EVENTS):
        snapshot, more = _numbered(snapshot, table, day, next_id, strangers)
        edits += more
    for table, _ in EVENTS:
        snapshot = _customer_ids(snapshot, table, owners[table])
    more, findings = counters(snapshot, next_id)
    edits += more
    identity = replace(snapshot.identity, next_id=next_id)
    findings += [finding for one in resolved for finding in doubts(snapshot, one)]
    snapshot = snapshot.noting(findings, identity)
    fills = tuple(Fill(table, "customer_id", snapshot.text(table, "customer_id")) for table, _ in EVENTS)
    return Identified(snapshot, Plan(fills, tuple(edits)))


def _created(snapshot: Snapshot, owners: dict[str, NDArray[np.int64]]) -> tuple[Snapshot, list[Edits]]:
    """A blank created_on becomes the earliest day known of the customer, else the day of the refresh."""
    if "created_on" not in snapshot.frames["Customers"]:
        return snapshot, []
    created = snapshot.number("Customers", "created_on")
    blank = np.isnan(created) & ~snapshot.filled("Customers", "created_on")
    earliest = np.full(len(created), float(snapshot.today))
    for table, key in EVENTS:
        day = np.floor(snapshot.number(table, key))
        known = (owners[table] >= 0) & (day >= FIRST)  # an impossible day is nobody's first
        np.minimum.at(earliest, owners[table][known], day[known])
    return _set(snapshot, "Customers", "created_on", np.flatnonzero(blank), np.where(blank, earliest, created))


def _numbered(
    snapshot: Snapshot, table: str, day_key: str, next_id: dict[str, int], strangers: set[str]
) -> tuple[Snapshot, list[Edits]]:
    """Give the rows without an ID the next ones."""
    spec = snapshot.schema[table]
    if spec.key not in snapshot.frames[table]:
        return snapshot, []
    blank = np.flatnonzero(~snapshot.filled(table, spec.key))
    if not len(blank):
        return snapshot, []
    ids = snapshot.text(table, spec.key).copy()
    taken = {*folds(filter(None, ids)), *strangers}
    days = snapshot.number(table, day_key)
    number = next_id.get(table, 1)
    for i in blank.tolist():
        ids[i], number = _free(snapshot, spec.prefix, float(days[i]), number, taken)
    next_id[table] = number
    return _set(snapshot, table, spec.key, blank, ids)


def _free(snapshot: Snapshot, prefix: str, day: float, number: int, taken: set[str]) -> tuple[str, int]:
    """The next ID that no row bears, and the number after it."""
    while True:
        if snapshot.settings.id_pattern == "integer":
            text = str(number)
        else:
            when = from_serial(day) or from_serial(snapshot.today)
            text = f"{prefix}{when:%Y%m%d}{number:0{DIGITS}d}"
        number += 1
        if fold(text) not in taken:
            taken.add(fold(text))
            return text, number


def _customer_ids(snapshot: Snapshot, table: str, owners: NDArray[np.int64]) -> Snapshot:
    ids = np.append(snapshot.text("Customers", "customer_id"), "")
    return snapshot.having(table, {"customer_id": ids[owners]})


def _set(
    snapshot: Snapshot, table: str, key: str, at: NDArray[np.intp], values: NDArray[Any]
) -> tuple[Snapshot, list[Edits]]:
    """The snapshot with a staff column filled at some rows, and the edit that says so."""
    if not len(at):
        return snapshot, []
    index = snapshot.frames[table].rows
    rows = tuple(int(row) for row in index[at])
    edit = Edits(table, key, rows, tuple(_plain(values[at])), (None,) * len(rows))
    return snapshot.having(table, {key: values}), [edit]


def _plain(values: Iterable[Any]) -> list[Value]:
    return [value if isinstance(value, str) else float(value) for value in values]
