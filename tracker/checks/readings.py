"""A day kept as text that may be one of two: those of its readings that the other days of its row leave possible.

The finding stays one, for nobody knows what was meant; but what would be another finding as soon as it is typed is not
said to be possible. Kept out: how a text is read, and the checks of days that are days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from tracker.checks.logic import ORDERS, RECORDS, before
from tracker.facts.calendar import to_serial
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

TWO_DAYS = "V119"
OR = " / "  # between two readings


def with_possible_days(snapshot: Snapshot, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each day that may be two with the readings that are possible; with all where none is."""
    for one in findings:
        kept = [] if one.code != TWO_DAYS else [day for day in one.suggestion.split(OR) if _fits(snapshot, one, day)]
        yield replace(one, suggestion=OR.join(kept)) if kept else one


def _fits(snapshot: Snapshot, one: Finding, day: str) -> bool:
    """Whether a reading is neither out of order with another day of its row nor a record of what is still to come."""
    table, key, at = one.place.table, one.place.key, snapshot.position(one.place)
    if at < 0:
        return True
    serial = to_serial(datetime.fromisoformat(day))
    if (table, key) in RECORDS and np.floor(serial) > snapshot.today:
        return False
    for order in (order for order in ORDERS if order.table == table and key in (order.late, order.early)):
        other = snapshot.number(table, order.early if key == order.late else order.late)[at]
        late, early = (serial, other) if key == order.late else (other, serial)
        planned = not order.plans_too and np.floor(early) > snapshot.today
        if not planned and before(np.array([late]), np.array([early]))[0]:
            return False
    return True
