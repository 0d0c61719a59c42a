"""Two of us reaching out to one customer within days of each other, as if neither knew of the other.

Only contacts of the last weeks that count, outbound, with a name in *Logged by*; each is compared with the one just
before it. Nothing is wrong where the second was agreed: the customer spoke in between, the first noted that it would
come, or its day stands in *Next follow-up*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tracker.checks.hits import Mask, address, cell_texts, hits
from tracker.checks.logic import before, of_customer
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

TABLE = "Interactions"
RECENT = 30  # days after which nobody can settle it any more, so that a book of years says what is to be done

Positions = NDArray[np.int64]


def check_contacts(snapshot: Snapshot) -> Iterator[Finding]:
    """Every contact so soon after one of somebody else that the two should have spoken first."""
    if not snapshot.text(TABLE, "logged_by").any():
        return
    first, second = _neighbours(snapshot)
    near = _soon(snapshot, first, second)
    first, second = first[near], second[near]
    alone = ~_agreed(snapshot, first, second)
    yield from _findings(snapshot, first[alone], second[alone])


def _neighbours(snapshot: Snapshot) -> tuple[Positions, Positions]:
    """Each contact that reached out to a customer, and the one that did just before."""
    outbound = ~snapshot.means(TABLE, "direction", "inbound")
    start, customer = snapshot.number(TABLE, "started_at"), snapshot.codes(TABLE)
    reached = outbound & (snapshot.number(TABLE, "counts") == 1) & (customer >= 0)
    at = np.flatnonzero(reached & (snapshot.text(TABLE, "logged_by") != ""))
    at = at[np.lexsort((start[at], customer[at]))]
    same = customer[at][1:] == customer[at][:-1]
    twice = same & (start[at][1:] == start[at][:-1])
    tied = (np.append(twice, False) | np.append(False, twice))[: len(at)]  # of no contacts none
    # Those of one moment come in the order they were noted, however the rows are sorted.
    ids = snapshot.folded(TABLE, "interaction_id")
    at[tied] = sorted(at[tied].tolist(), key=lambda row: (customer[row], start[row], ids[row]))
    return at[:-1][same], at[1:][same]


def _soon(snapshot: Snapshot, first: Positions, second: Positions) -> Mask:
    """Within the days of the setting (0: on one day) and by two people, not one visit that both of them noted."""
    start, staff = snapshot.number(TABLE, "started_at"), snapshot.folded(TABLE, "logged_by")
    channel = snapshot.text(TABLE, "channel")
    days = np.floor(start[second]) - np.floor(start[first])
    timed = start[first] != np.floor(start[first])
    together = timed & (start[first] == start[second]) & (channel[first] == channel[second])
    soon = (days <= snapshot.settings.double_contact_days) & (start[second] >= snapshot.today - RECENT + 1)
    return np.asarray(soon & (staff[first] != staff[second]) & ~together, bool)


def _agreed(snapshot: Snapshot, first: Positions, second: Positions) -> Mask:
    """Where the second contact is what the first one left open, or an answer."""
    start, staff = snapshot.number(TABLE, "started_at"), snapshot.folded(TABLE, "logged_by")
    begin, end = start[first], start[second]

    def between(days: NDArray[np.float64]) -> Mask:
        return ~np.isnan(days) & ~before(days, begin) & ~before(end, days)

    handed = snapshot.folded(TABLE, "action_owner")[first] == staff[second]
    noted = [snapshot.number(TABLE, key)[first] for key in ("action_due", "action_done_on", "responded_at")]
    follow_up = of_customer(snapshot, TABLE, snapshot.number("Customers", "next_followup"), np.nan)[second]
    agreed = np.logical_or.reduce([handed, *map(between, noted), between(follow_up) & before(begin, follow_up)])
    return np.asarray(agreed | _spoke(snapshot, first, second), bool)


def _spoke(snapshot: Snapshot, first: Positions, second: Positions) -> Mask:
    """Where the customer turned to us between the two."""
    start, customer = snapshot.number(TABLE, "started_at"), snapshot.codes(TABLE)
    inbound = snapshot.means(TABLE, "direction", "inbound") & (customer >= 0)
    spoke: dict[int, list[float]] = {}
    for code, day in zip(customer[inbound].tolist(), start[inbound].tolist(), strict=True):
        spoke.setdefault(code, []).append(day)

    def answered(one: int, other: int) -> bool:
        days = np.array(spoke.get(int(customer[one]), []))
        return bool((~before(days, start[one]) & ~before(start[other], days)).any())

    return np.fromiter(map(answered, first.tolist(), second.tolist()), bool, len(first))


def _findings(snapshot: Snapshot, first: Positions, second: Positions) -> list[Finding]:
    """What is said at the second contact: who it was, who the first, when and where."""
    size = len(snapshot.frames[TABLE])
    mask, where, other, start = np.zeros(size, bool), *(np.full(size, "", object) for _ in range(3))
    mask[second] = True
    days, staff = (cell_texts(snapshot, TABLE, key) for key in ("started_at", "logged_by"))
    if TABLE in snapshot.layout and "logged_by" in snapshot.layout[TABLE].columns:
        rows = snapshot.frames[TABLE].rows
        where[second] = [address(snapshot, TABLE, "logged_by", int(rows[row])) for row in first.tolist()]
    other[second], start[second] = staff[first], days[first]
    return hits(snapshot, "L122", TABLE, "logged_by", mask, other=other, start=start, first=where, day=days)
