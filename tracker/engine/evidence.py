"""The rows behind a fact: the purchases that make up a spend, the contacts that were counted, the days of a touch.

Asked of one customer alone (see `alone`). Kept out: what the fact decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alone import Alone
from tracker.engine.customer_facts import EVER, Mask
from tracker.facts.calendar import from_serial
from tracker.facts.windows import Window
from tracker.rules import Expression, span_of
from tracker.rules.nodes import Name, Source, Windowed, walk

MANY = 5  # rows that are named; of more the latest, and how many there are
TOUCHES = ("months_since_touch", "days_since_touch")


@dataclass(frozen=True)
class Row:
    """A row of Interactions or Purchases: its ID, its day, and what it brought."""

    key: str
    day: date | None
    amount: float | None = None


@dataclass(frozen=True)
class Behind:
    """What stands behind a fact: of which table, how many rows, from when to when, and the latest of them."""

    what: str  # purchases, deals, contacts, complaints, urgent, contact, purchase
    count: int
    first: date | None
    last: date | None
    rows: tuple[Row, ...]


def behind(facts: Alone, part: Expression) -> tuple[Behind, ...]:
    """What stands behind the facts in a value, in the order they are named; nothing for columns and settings."""
    found = [one for node in walk(part) for one in _of_node(facts, node)]
    return tuple(dict.fromkeys(found))


def _of_node(facts: Alone, node: Expression) -> Iterator[Behind]:
    if isinstance(node, Windowed):
        span = span_of(node, facts)
        if span is not None:
            yield from _windowed(facts, node.name, span.window(facts.day))
    elif isinstance(node, Name) and node.source is Source.FACT:
        yield from _plain(facts, node.name)


def _windowed(facts: Alone, name: str, window: Window) -> Iterator[Behind]:
    snapshot = facts.snapshot
    if name in ("spend", "spend_rank", "growth"):
        yield _purchases(facts, facts.money_window(window))
    elif name == "orders":
        yield _deals(facts, window)
    elif name == "contacts":
        yield _interactions(facts, "contacts", snapshot.number("Interactions", "counts") == 1, window)
    elif name == "complaints":
        yield _interactions(facts, "complaints", facts.complaint, window)


def _plain(facts: Alone, name: str) -> Iterator[Behind]:
    if name == "deals":
        yield _deals(facts, EVER)
    elif name == "open_complaints":
        yield _interactions(facts, "complaints", facts.open_complaint, EVER)
    elif name == "open_urgent":
        yield _interactions(facts, "urgent", facts.open_urgent, EVER)
    elif name in (*TOUCHES, "days_since_contact"):
        yield from _last(facts, with_purchase=name in TOUCHES)


def _last(facts: Alone, with_purchase: bool) -> Iterator[Behind]:
    """The days a touch is counted from; a purchase only where the settings let it count."""
    contact = from_serial(float(facts.last_contact[0]))
    if contact:
        yield Behind("contact", 1, contact, contact, ())
    bought = from_serial(float(facts.snapshot.number("Customers", "last_purchase")[0]))
    if bought and with_purchase and facts.snapshot.settings.purchase_is_touch == "yes":
        yield Behind("purchase", 1, bought, bought, ())


def _purchases(facts: Alone, window: Window) -> Behind:
    days = np.floor(facts.snapshot.number("Purchases", "purchased_at"))
    net = facts.snapshot.number("Purchases", "net_amount")
    at = np.flatnonzero(window.contains(days) & ~np.isnan(net))
    keys = facts.snapshot.text("Purchases", "purchase_id")
    return _told("purchases", at, days, keys, net)


def _deals(facts: Alone, window: Window) -> Behind:
    deals = facts.deals
    at = np.flatnonzero(window.contains(deals.whole_day))
    return _told("deals", at, deals.whole_day, np.full(len(deals.day), "", object), deals.amount)


def _interactions(facts: Alone, what: str, mask: Mask, window: Window) -> Behind:
    days = np.floor(facts.snapshot.number("Interactions", "started_at"))
    at = np.flatnonzero(mask & window.contains(days))
    return _told(what, at, days, facts.snapshot.text("Interactions", "interaction_id"), None)


def _told(
    what: str,
    at: NDArray[np.intp],
    days: NDArray[np.float64],
    keys: NDArray[np.object_],
    amounts: NDArray[np.float64] | None,
) -> Behind:
    """Some rows, the latest first."""
    order = at[np.argsort(-days[at], kind="stable")]
    rows = tuple(
        Row(str(keys[i]), from_serial(float(days[i])), None if amounts is None else float(amounts[i]))
        for i in order[:MANY].tolist()
    )
    first = from_serial(float(days[order[-1]])) if len(order) else None
    return Behind(what, len(order), first, rows[0].day if rows else None, rows)
