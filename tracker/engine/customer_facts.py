"""What a rule may ask about the customers, each answer one array over the rows of Customers.

The figures are those the workbook shows: spend(12m) is the column of that name, a deal is a deal of the summary. Kept
out: which rule asks, and what follows from the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alike import ranked
from tracker.engine.summaries_ledger import orders_of
from tracker.facts.calendar import months_since
from tracker.facts.windows import Codes, Events, Numbers, Reach, Span, Window, count, latest, rank_percent, total
from tracker.model.grid import CellKind
from tracker.schema.figures import rounded
from tracker.schema.settings import key_groups
from tracker.schema.snapshot import Snapshot, fold, own_column, spend_start

Mask = NDArray[np.bool_]
Values = NDArray[Any]

EVER = Window(-np.inf, np.inf)
ANNUAL = Span(far=Reach(12, "m"))


@dataclass(frozen=True, eq=False)
class CustomerFacts:
    """The answers for one snapshot, on its day; see `tracker.rules.Facts`. Several rules ask the same: each is kept."""

    snapshot: Snapshot
    known: dict[tuple[str, Window | None], Numbers] = field(default_factory=dict, init=False, repr=False)

    @property
    def size(self) -> int:
        """How many rows Customers has."""
        return len(self.snapshot.frames["Customers"])

    @property
    def day(self) -> float:
        """The day the figures are of."""
        return float(self.snapshot.today)

    def column(self, key: str) -> Values:
        """A column of ours: numbers and days as float64, text and codes as object; worked out where no formula is."""
        if key in FRESH:
            return FRESH[key](self)
        text = self.snapshot.schema["Customers"][key].kind.is_text
        return self.snapshot.text("Customers", key) if text else self.snapshot.number("Customers", key)

    def header(self, name: str) -> Values:
        """A column of staff's own, as its cells stand; an error cell is blank."""
        cells = self.snapshot.cells.get(("Customers", own_column(name)))
        if cells is None or len(cells) != self.size:
            return np.full(self.size, None, object)
        values = np.array([*cells.values(), None], object)[:-1]
        values[cells.kinds == CellKind.ERROR] = None
        truth = cells.kinds == CellKind.BOOL
        values[truth] = np.where(cells.numbers[truth] != 0, "TRUE", "FALSE")
        return values

    def setting(self, name: str) -> float | str:
        """The value in force of a setting that is not blank."""
        value: float | str = getattr(self.snapshot.settings, name)
        return value

    def fact(self, name: str) -> Numbers:
        """A figure as of the day; KeyError for one nobody declared."""
        return self._once(name, None, lambda: PLAIN[name](self))

    def windowed(self, name: str, window: Window) -> Numbers:
        """A sum or a count over a window; KeyError for one nobody declared."""
        if name == "spend":
            return self._once(name, window, lambda: self.spend(window))
        return self._once(name, window, lambda: self.spread(count(COUNTED[name](self), window, self.codes_size), 0.0))

    def rank(self, window: Window) -> Numbers:
        """How far from the top what each customer spent in a window stands, in percent; see `rank_percent`."""
        return self._once("spend_rank", window, lambda: rank_percent(self.windowed("spend", window)))

    def _once(self, name: str, window: Window | None, make: Callable[[], Numbers]) -> Numbers:
        if (name, window) not in self.known:
            made = make()
            made.flags.writeable = False
            self.known[name, window] = made
        return self.known[name, window]

    def spend(self, window: Window) -> Numbers:
        """Net amount in a window; twelve months mean the spend window of the settings."""
        meant = self.money_window(window)
        meant = Window(meant.start, min(meant.end, self.snapshot.today))
        return self.spread(rounded(total(self.snapshot.sales, meant, self.codes_size), 2), 0.0)

    def money_window(self, window: Window) -> Window:
        """The days whose purchases count in a window: of twelve months those of the spend window, on this day."""
        settings = self.snapshot.settings
        if settings.spend_window == "rolling" or window != ANNUAL.window(self.day):
            return window
        return Window(spend_start(int(self.day), settings.spend_window, int(settings.fiscal_start)) - 1, self.day)

    @property
    def codes_size(self) -> int:
        """How many customers have a number."""
        return len(self.snapshot.customer_codes)

    @cached_property
    def rows(self) -> Codes:
        """The number of the customer in each row of Customers."""
        return self.snapshot.codes("Customers")

    @cached_property
    def touched_by(self) -> Codes:
        """The number of the customer in each row of Interactions."""
        return self.snapshot.codes("Interactions")

    @cached_property
    def started(self) -> Numbers:
        """When each interaction began, with its time; NaN for those ahead of the snapshot's day."""
        started = self.snapshot.number("Interactions", "started_at")
        return np.where(started < self.snapshot.today + 1, started, np.nan)

    @cached_property
    def inbound(self) -> Mask:
        """Interactions that came from the customer."""
        return self.snapshot.means("Interactions", "direction", "inbound")

    @cached_property
    def outbound_days(self) -> Events:
        """Counted contacts that went out to the customer, with their time."""
        keep = (self.snapshot.number("Interactions", "counts") == 1) & ~self.inbound & ~np.isnan(self.started)
        return Events(self.touched_by[keep], self.started[keep])

    @cached_property
    def complaint(self) -> Mask:
        """Interactions that are complaints, up to the day."""
        return self.snapshot.means("Interactions", "purpose", "complaint") & np.isfinite(self.started)

    @cached_property
    def resolved_on(self) -> Numbers:
        """The day each interaction's matter was resolved; NaN for blank and for days ahead."""
        resolved = np.floor(self.snapshot.number("Interactions", "resolved_on"))
        return np.where(resolved <= self.snapshot.today, resolved, np.nan)

    @cached_property
    def open_complaint(self) -> Mask:
        """Complaints that are not resolved, or without a contact on a later day: the return visit."""
        visited = self.spoken_after(self.resolved_on + 1 - 1e-9)
        return self.complaint & (np.isnan(self.resolved_on) | ~visited)

    @cached_property
    def answered(self) -> Mask:
        """Interactions with an answer: noted beside them, talked over at once, or a contact that began later."""
        noted = self.snapshot.filled("Interactions", "response") | self.snapshot.filled("Interactions", "responded_at")
        talked = noted | self.snapshot.filled("Interactions", "minutes") | self.spoken_after(self.started)
        return np.asarray(talked, bool)

    @cached_property
    def open_urgent(self) -> Mask:
        """Urgent interactions up to the day that nobody answered, resolved or ticked off."""
        urgent = self.snapshot.text("Interactions", "urgent") == "yes"
        ticked, solved = (self.snapshot.filled("Interactions", key) for key in ("action_done_on", "resolved_on"))
        return np.asarray(urgent & ~np.isnan(self.started) & ~ticked & ~solved & ~self.answered, bool)

    def spoken_after(self, moments: Numbers) -> Mask:
        """For each interaction whether a counted contact went out to its customer later than a moment."""
        last = np.append(latest_moment(self.outbound_days, self.codes_size), np.nan)[self.touched_by]
        return np.asarray(last > moments, bool)

    @cached_property
    def deals(self) -> Events:
        """Orders that brought money and were not wholly returned, by customer and day."""
        days = np.floor(self.snapshot.number("Purchases", "purchased_at"))
        found = orders_of(self.snapshot, np.where(days <= self.snapshot.today, days, np.nan))
        found = found.where(found.deals & (found.customer >= 0))
        return Events(found.customer, found.day, found.net)

    @cached_property
    def last_contact(self) -> Numbers:
        """Day of the last counted contact."""
        return self.spread(latest(self.snapshot.contacts, EVER, self.codes_size))

    @cached_property
    def touch(self) -> Numbers:
        """The later of the last contact and, unless the settings say no, the last purchase."""
        if self.snapshot.settings.purchase_is_touch != "yes":
            return self.last_contact
        return np.fmax(self.last_contact, self.snapshot.number("Customers", "last_purchase"))

    def where(self, mask: Mask) -> Events:
        """Some of the interactions, by customer and day."""
        return Events(self.touched_by[mask], self.started[mask])

    def counted(self, mask: Mask) -> Numbers:
        """How many of some interactions each customer has, one number a row of Customers."""
        return self.spread(count(self.where(mask), EVER, self.codes_size), 0.0)

    def spread(self, by_code: Numbers, missing: float = np.nan) -> Numbers:
        """One number a customer, spread over the rows of Customers."""
        return np.append(by_code, missing)[self.rows]


@dataclass(frozen=True, eq=False)
class Ahead(CustomerFacts):
    """The facts of a later day, nothing having happened in between: what is noted ahead of the snapshot's day neither.

    The columns that count over a window are of the later day too, as the facts they stand for.
    """

    days: int = 0

    def column(self, key: str) -> Values:
        """A column of ours as a refresh of the later day would fill it."""
        return WINDOWED[key](self) if self.days and key in WINDOWED else super().column(key)

    @property
    def day(self) -> float:
        """The day ahead."""
        return float(self.snapshot.today + self.days)


def latest_moment(events: Events, size: int) -> Numbers:
    """The last event of each customer with its time; NaN where there is none."""
    last = np.full(size, -np.inf)
    known = events.customer >= 0
    np.maximum.at(last, events.customer[known], events.day[known])
    return np.where(np.isinf(last), np.nan, last)


def orders_12m(facts: CustomerFacts) -> Numbers:
    """Deals inside the spend window, one number a row of Customers."""
    window = facts.money_window(ANNUAL.window(facts.day))
    return facts.spread(count(facts.deals, window, facts.codes_size), 0.0)


def last_summaries(facts: CustomerFacts) -> NDArray[np.object_]:
    """For each customer the summary of the last interaction that has one; None where none has."""
    started, text = facts.started, facts.snapshot.text("Interactions", "summary")
    rows = np.flatnonzero((text != "") & ~np.isnan(started) & (facts.touched_by >= 0))
    by_id = ranked(facts.snapshot.text("Interactions", "interaction_id")[rows])
    rows = rows[np.lexsort((by_id, started[rows]))]  # the last one is written last, and stays
    found = np.full(facts.codes_size + 1, None, object)
    found[facts.touched_by[rows]] = text[rows]
    found[-1] = None
    return found[facts.rows]


def completeness(snapshot: Snapshot) -> Numbers:
    """Share of the key fields that are filled, in whole percent; of fields joined by ``or`` one is enough."""
    missing = [mask for mask, _ in missing_fields(snapshot)]
    if not missing:
        return np.full(len(snapshot.frames["Customers"]), np.nan)
    return np.asarray(np.floor(100 * np.mean([~mask for mask in missing], axis=0) + 0.5), np.float64)


def missing_fields(snapshot: Snapshot) -> list[tuple[Mask, str]]:
    """For each of the key fields where it is blank, and its header; fields joined by ``or`` are one: E-mail / Phone."""
    key_of, layout = _key_of(snapshot), snapshot.layout.get("Customers")
    found = []
    for group in key_groups(snapshot.settings.key_fields):
        keys = [key for key in map(key_of, group) if key]
        if keys:
            filled = np.logical_or.reduce([snapshot.filled("Customers", key) for key in keys])
            headers = layout.headers if layout else {}
            names = (headers.get(key) or snapshot.words.header("Customers", key) for key in keys)
            found.append((np.asarray(~filled, bool), " / ".join(names)))
    return found


def _key_of(snapshot: Snapshot) -> Callable[[str], str]:
    """From a key or a header to the key; empty for what is no column of Customers."""
    table, layout = snapshot.schema["Customers"], snapshot.layout.get("Customers")
    known = {fold(key): key for key in table.keys}
    known |= {fold(header): key for key, header in (layout.headers if layout else {}).items()}
    return lambda text: known.get(fold(text), "")


# Columns that a refresh fills without a formula: what stands there is of the last one.
FRESH: Mapping[str, Callable[[CustomerFacts], Values]] = {
    "orders_12m": orders_12m,
    "completeness": lambda facts: completeness(facts.snapshot),
    "last_summary": last_summaries,
}
WINDOWED: Mapping[str, Callable[[CustomerFacts], Values]] = {
    "orders_12m": orders_12m,
    "spend_12m": lambda facts: facts.windowed("spend", ANNUAL.window(facts.day)),
    "contacts_30d": lambda facts: facts.windowed("contacts", Window(facts.day - 30, facts.day)),
}
PLAIN: Mapping[str, Callable[[CustomerFacts], Numbers]] = {
    "deals": lambda facts: facts.spread(count(facts.deals, EVER, facts.codes_size), 0.0),
    "months_since_touch": lambda facts: months_since(facts.touch, facts.day),
    "days_since_touch": lambda facts: facts.day - facts.touch,
    "days_since_contact": lambda facts: facts.day - facts.last_contact,
    "open_complaints": lambda facts: facts.counted(facts.open_complaint),
    "open_urgent": lambda facts: facts.counted(facts.open_urgent),
}
COUNTED: Mapping[str, Callable[[CustomerFacts], Events]] = {
    "orders": lambda facts: facts.deals,
    "contacts": lambda facts: facts.snapshot.contacts,
    "complaints": lambda facts: facts.where(facts.complaint),
}
