"""What happened until the day, as plain arrays: lines, orders, contacts, answers, complaints, first touches.

Read from the snapshot once, so that every block counts the same things. Kept out: time windows and sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import edate
from tracker.facts.orders import Orders, orders
from tracker.facts.same import numbered
from tracker.facts.windows import Codes, Events, Numbers, Window, earliest, latest
from tracker.schema.snapshot import Snapshot, fold

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]
EVER = -np.inf
MERGED = "merged"


@dataclass(frozen=True, eq=False)
class Lines:
    """Purchase lines with an amount; returns are negative."""

    day: Numbers
    net: Numbers
    returned: Mask
    customer: Codes
    item: Texts


@dataclass(frozen=True, eq=False)
class Complaints:
    """Complaints: when they came, when they were resolved, when the customer was first spoken to after that."""

    day: Numbers
    resolved: Numbers
    visited: Numbers

    @property
    def days_taken(self) -> Numbers:
        """Days from complaint to resolution; NaN for open ones and for dates that cannot be."""
        taken = self.resolved - self.day
        return np.where(taken >= 0, taken, np.nan)

    def open_on(self, day: float) -> Mask:
        """Those that had come and were not yet resolved with a visit after it."""
        closed = (self.resolved <= day) & (self.visited <= day)
        return (self.day <= day) & ~closed


@dataclass(frozen=True, eq=False)
class Ledger:
    """A snapshot's events up to its day; ``size`` customers, numbered as in the snapshot."""

    snapshot: Snapshot

    @property
    def today(self) -> int:
        return self.snapshot.today

    @property
    def size(self) -> int:
        return len(self.snapshot.customer_codes)

    @cached_property
    def lines(self) -> Lines:
        """Purchase lines up to the day; blank days and amounts are left out, unknown customers are in."""
        snapshot, day = self.snapshot, self._days("Purchases", "purchased_at")
        net = snapshot.number("Purchases", "net_amount")
        keep = ~np.isnan(day) & ~np.isnan(net)
        item = snapshot.text("Purchases", "item")
        return Lines(day[keep], net[keep], returns(snapshot)[keep], snapshot.codes("Purchases")[keep], item[keep])

    @cached_property
    def orders(self) -> Orders:
        """Orders up to the day, those wholly returned too."""
        return orders_of(self.snapshot, self._days("Purchases", "purchased_at"))

    @cached_property
    def deals(self) -> Events:
        """Orders of known customers that brought money and were not wholly returned."""
        found = self.orders.where(self.orders.deals & (self.orders.customer >= 0))
        return Events(found.customer, found.day, found.net)

    @cached_property
    def started(self) -> Numbers:
        """The day of each interaction; NaN for those ahead."""
        return self._days("Interactions", "started_at")

    @cached_property
    def contact_days(self) -> Numbers:
        """The day of each counted contact, NaN for other interactions."""
        return np.where(self.snapshot.number("Interactions", "counts") == 1, self.started, np.nan)

    @cached_property
    def nps(self) -> Numbers:
        """Answers from 0 to 10, NaN where there is none or it cannot be one."""
        return self._answers("nps", 0, 10)

    @cached_property
    def csat(self) -> Numbers:
        """Answers from 1 to 5, NaN where there is none or it cannot be one."""
        return self._answers("csat", 1, 5)

    @cached_property
    def complained(self) -> Mask:
        """Interactions up to the day whose purpose means complaint."""
        return self.snapshot.means("Interactions", "purpose", "complaint") & ~np.isnan(self.started)

    @cached_property
    def complaints(self) -> Complaints:
        """The complaints among the interactions."""
        snapshot, at = self.snapshot, np.flatnonzero(self.complained)
        resolved = np.floor(snapshot.number("Interactions", "resolved_on")[at])
        return Complaints(self.started[at], resolved, self._next_outbound(snapshot.codes("Interactions")[at], resolved))

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """Positions of the rows of Customers that are customers: the first of each ID, none that was merged."""
        codes = self.snapshot.codes("Customers")
        known = np.flatnonzero((codes >= 0) & (self.snapshot.text("Customers", "status") != MERGED))
        _, first = np.unique(codes[known], return_index=True)
        return np.sort(known[first])

    @cached_property
    def codes(self) -> Codes:
        """The number of each customer of ``rows``."""
        return self.snapshot.codes("Customers")[self.rows]

    def text(self, key: str) -> Texts:
        """A text column of Customers, for ``rows``."""
        return self.snapshot.text("Customers", key)[self.rows]

    def number(self, key: str) -> Numbers:
        """A number column of Customers, for ``rows``."""
        return self.snapshot.number("Customers", key)[self.rows]

    @cached_property
    def first_touch(self) -> Numbers:
        """Day each customer of ``rows`` was first touched: created, or the first interaction if that was earlier."""
        events = Events(self.snapshot.codes("Interactions"), self.started)
        spoken = earliest(events, Window(EVER, self.today), self.size)[self.codes] if self.size else np.empty(0)
        created = np.floor(self.number("created_on"))
        return np.fmin(np.where(created <= self.today, created, np.nan), spoken)

    def bought_by(self, day: float) -> Mask:
        """Which of ``rows`` are customers on a day: they bought in the 12 months before it."""
        window = Window(float(edate(day, -12)), day)
        return ~np.isnan(latest(self.deals, window, self.size)[self.codes]) if self.size else np.zeros(0, bool)

    def _days(self, table: str, key: str) -> Numbers:
        days = np.floor(self.snapshot.number(table, key))
        return np.where(days <= self.today, days, np.nan)

    def _answers(self, key: str, low: float, high: float) -> Numbers:
        given = self.snapshot.number("Interactions", key)
        return np.where((given >= low) & (given <= high) & ~np.isnan(self.started), given, np.nan)

    def _next_outbound(self, customer: Codes, after: Numbers) -> Numbers:
        """The first counted outbound contact with each customer after a day; NaN where there is none."""
        who = self.snapshot.codes("Interactions")
        out = ~self.snapshot.means("Interactions", "direction", "inbound")
        keep = out & (who >= 0) & ~np.isnan(self.contact_days)
        span = 1e7  # more days than Excel's calendar has
        keys = np.sort(who[keep] * span + self.contact_days[keep])
        at = np.searchsorted(keys, customer * span + np.nan_to_num(after), side="right")
        found = np.append(keys, np.inf)[at] - customer * span
        return np.where((customer >= 0) & ~np.isnan(after) & (found < span), found, np.nan)


def returns(snapshot: Snapshot) -> Mask:
    """Which purchase lines take something back."""
    return snapshot.filled("Purchases", "return_of") | snapshot.filled("Purchases", "return_reason")


def orders_of(snapshot: Snapshot, days: Numbers) -> Orders:
    """The orders of the Purchases table, lines with a blank day left out; ``days`` is one whole day a line."""
    return orders(
        snapshot.codes("Purchases"),
        _numbered(snapshot.text("Purchases", "order_id")),
        _positions(snapshot.text("Purchases", "purchase_id"), snapshot.text("Purchases", "return_of")),
        days,
        snapshot.number("Purchases", "net_amount"),
        returns(snapshot),
    )


def _numbered(texts: Texts) -> Codes:
    """A number for each different text, -1 where blank."""
    spelled, number = grouped(texts)
    blank = spelled.index("") if "" in spelled else -1
    return np.where(number == blank, -1, number).astype(np.int32)


def grouped(texts: Texts) -> tuple[list[str], NDArray[np.int64]]:
    """The different texts, told apart as keys are, each as first spelled; and which of them stands in each place."""
    place, distinct = numbered(texts)
    number: dict[str, int] = {}
    same = np.array([number.setdefault(fold(text), len(number)) for text in distinct], np.int64)
    spelled = [""] * len(number)
    for text, at in zip(reversed(distinct), reversed(same), strict=True):
        spelled[at] = text.strip()
    return spelled, same[place] if len(same) else np.zeros(len(texts), np.int64)


def _positions(keys: Texts, wanted: Texts) -> Codes:
    """Where each wanted key stands, -1 where it is blank or unknown."""
    if not (wanted != "").any():
        return np.full(len(wanted), -1, np.int32)
    at = {fold(key): i for i, key in reversed(list(enumerate(keys))) if key}
    return np.fromiter((at.get(fold(text), -1) if text else -1 for text in wanted), np.int32, len(wanted))
