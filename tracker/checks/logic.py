"""What cannot be true together: days in the wrong order, days still to come, contacts nobody wanted.

A day without a time is the whole day, so that nothing is too early on the day it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks.hits import Mask, cell_texts, days, header, hits
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot


@dataclass(frozen=True)
class Order:
    """Two days of one row of which the first named may not be before the other."""

    code: str
    table: str
    late: str
    early: str
    plans_too: bool = True  # False: a row whose early day is still to come is a plan and may be worked on before


ORDERS = (
    Order("L101", "Interactions", "ended_at", "started_at"),
    Order("L101", "Campaigns", "end", "start"),
    Order("L103", "Interactions", "action_done_on", "started_at", plans_too=False),
    Order("L104", "Interactions", "resolved_on", "started_at"),
    Order("L105", "Interactions", "responded_at", "started_at"),
)
RECORDS = (  # days that record what has happened
    ("Customers", "created_on"),
    ("Customers", "verified_on"),
    ("Customers", "consent_date"),
    ("Customers", "opt_out_on"),
    ("Interactions", "action_done_on"),
    ("Interactions", "responded_at"),
    ("Interactions", "resolved_on"),
)
COUNTS = (("opened", "sent"), ("clicked", "opened"))  # of a campaign: the first is never more than the second


def check_logic(snapshot: Snapshot) -> Iterator[Finding]:
    """Days in their order, records of the past, actions with a day, opt-outs kept, campaigns that add up."""
    for order in ORDERS:
        yield from _ordered(snapshot, order)
    for table, key in RECORDS:
        ahead = np.floor(days(snapshot, table, key)) > snapshot.today
        yield from hits(snapshot, "L119", table, key, ahead)
    yield from _actions(snapshot)
    yield from _opt_outs(snapshot)
    yield from _campaigns(snapshot)


def _ordered(snapshot: Snapshot, order: Order) -> list[Finding]:
    late, early = days(snapshot, order.table, order.late), days(snapshot, order.table, order.early)
    wrong = before(late, early)
    if not order.plans_too:
        wrong &= np.floor(early) <= snapshot.today
    start = cell_texts(snapshot, order.table, order.early, wrong)
    other = header(snapshot, order.table, order.early)
    return hits(snapshot, order.code, order.table, order.late, wrong, start=start, other=other)


def before(late: NDArray[np.float64], early: NDArray[np.float64]) -> Mask:
    """Where one moment is before another; where either has no time, where its day is before the other's."""
    whole = (late == np.floor(late)) | (early == np.floor(early))
    return np.asarray(np.where(whole, np.floor(late) < np.floor(early), late < early), bool)


def _actions(snapshot: Snapshot) -> list[Finding]:
    """An action without a day is on nobody's list."""
    due, done = snapshot.filled("Interactions", "action_due"), snapshot.filled("Interactions", "action_done_on")
    bare = snapshot.filled("Interactions", "action") & ~due & ~done
    action, other = snapshot.text("Interactions", "action"), header(snapshot, "Interactions", "action_due")
    return hits(snapshot, "L120", "Interactions", "action_due", bare, values=action, other=other)


def _opt_outs(snapshot: Snapshot) -> list[Finding]:
    """Outbound contacts after an opt-out; where its day is not known, those still to come."""
    opted = snapshot.text("Customers", "opt_out")
    if not (opted != "").any():
        return []
    opt_out = of_customer(snapshot, "Interactions", opted, "")
    since = of_customer(snapshot, "Interactions", days(snapshot, "Customers", "opt_out_on"), np.nan)
    day = np.floor(days(snapshot, "Interactions", "started_at"))
    after = day > np.where(np.isnan(since), snapshot.today, np.floor(since))
    unwanted = (opt_out == "all") | ((opt_out == "marketing") & _marketing(snapshot))
    against = after & unwanted & ~snapshot.means("Interactions", "direction", "inbound")
    label = snapshot.lists["opt_out"].label if "opt_out" in snapshot.lists else str
    said = np.full(len(opt_out), "", object)
    said[against] = [label(code) for code in opt_out[against]]
    return hits(snapshot, "L110", "Interactions", "started_at", against, opt_out=said)


def _marketing(snapshot: Snapshot) -> Mask:
    """Contacts on a channel that only sends, for marketing, or of a campaign."""
    named = snapshot.text("Interactions", "channel") != ""
    sends_only = named & ~snapshot.means("Interactions", "channel", "two_way")
    of_campaign = snapshot.text("Interactions", "campaign") != ""
    return np.asarray(sends_only | of_campaign | (snapshot.text("Interactions", "purpose") == "marketing"), bool)


def of_customer(snapshot: Snapshot, table: str, values: NDArray[Any], blank: object) -> NDArray[Any]:
    """A column of Customers for each row of another table, blank where its customer is not known."""
    by_code = np.full(len(snapshot.customer_codes) + 1, blank, values.dtype)
    codes = snapshot.codes("Customers")
    known = np.flatnonzero(codes >= 0)[::-1]  # of two rows with one ID the first is written last, and counts
    by_code[codes[known]] = values[known]
    return by_code[snapshot.codes(table)]


def _campaigns(snapshot: Snapshot) -> Iterator[Finding]:
    for few, many in COUNTS:
        more = snapshot.number("Campaigns", few) > snapshot.number("Campaigns", many)
        line = cell_texts(snapshot, "Campaigns", many, more)
        other = header(snapshot, "Campaigns", many)
        yield from hits(snapshot, "L121", "Campaigns", few, more, other=other, line=line)
