"""A purchase line and its return: amounts that add up, days that can be, the same customer on both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.checks.hits import Mask, day_text, days, header, hits, number_text
from tracker.checks.logic import before, of_customer
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

TABLE = "Purchases"
CENT = 0.005  # amounts closer than this are the same money

Numbers = NDArray[np.float64]


def check_purchases(snapshot: Snapshot) -> Iterator[Finding]:
    """Every rule about the days, the money and the returns of purchases."""
    yield from _days(snapshot)
    yield from _amounts(snapshot)
    yield from _returns(snapshot)


def _days(snapshot: Snapshot) -> Iterator[Finding]:
    day = np.floor(days(snapshot, TABLE, "purchased_at"))
    yield from hits(snapshot, "L106", TABLE, "purchased_at", day > snapshot.today)
    created = of_customer(snapshot, TABLE, days(snapshot, "Customers", "created_on"), np.nan)
    early = day < np.floor(created)
    other, start = header(snapshot, "Customers", "created_on"), _said(day_text, created, early)
    yield from hits(snapshot, "L102", TABLE, "purchased_at", early, start=start, other=other)


def _amounts(snapshot: Snapshot) -> Iterator[Finding]:
    """A price or an amount, not two that differ, and no discount beyond it."""
    price, amount = snapshot.number(TABLE, "unit_price"), snapshot.number(TABLE, "amount")
    quantity = snapshot.number(TABLE, "quantity")
    product = np.where(np.isnan(quantity), 1, quantity) * price
    none = ~snapshot.filled(TABLE, "unit_price") & ~snapshot.filled(TABLE, "amount")
    other = header(snapshot, TABLE, "amount")
    yield from hits(snapshot, "L113", TABLE, "unit_price", none, values="", other=other)
    differ = np.abs(amount - product) > CENT
    yield from hits(snapshot, "L114", TABLE, "amount", differ, line=_said(number_text, product, differ))
    line, discount = np.where(np.isnan(price), amount, product), snapshot.number(TABLE, "discount")
    above = (discount > 0) & (line >= 0) & (discount - line > CENT)
    yield from hits(snapshot, "L107", TABLE, "discount", above, line=_said(number_text, line, above))


@dataclass(frozen=True, eq=False)
class _Returns:
    """The rows that return a known purchase, and the positions of those purchases; arrays of one length."""

    rows: NDArray[np.int64]
    sources: NDArray[np.int64]


def _returns(snapshot: Snapshot) -> Iterator[Finding]:
    found = _known_returns(snapshot)
    rows, sources = found.rows, found.sources
    if not len(rows):
        return
    codes = snapshot.codes(TABLE)
    both = (codes[rows] >= 0) & (codes[sources] >= 0)
    strangers = _rows(snapshot, rows[both & (codes[rows] != codes[sources])])
    yield from hits(snapshot, "L116", TABLE, "return_of", strangers)
    bought = np.full(len(codes), np.nan)
    bought[rows] = days(snapshot, TABLE, "purchased_at")[sources]
    early = before(days(snapshot, TABLE, "purchased_at"), bought)
    yield from hits(snapshot, "L118", TABLE, "purchased_at", early, start=_said(day_text, bought, early))
    yield from _too_many(snapshot, found)


def _known_returns(snapshot: Snapshot) -> _Returns:
    """Which rows return which; a row that names itself returns nothing."""
    texts = snapshot.text(TABLE, "return_of")
    filled = np.flatnonzero(texts != "")
    if not len(filled):
        return _Returns(filled, filled)
    keys = snapshot.folded(TABLE, "purchase_id")
    ids = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))  # the first of two rows wins
    sources = np.array([ids.get(text, -1) for text in snapshot.folded(TABLE, "return_of")[filled]], np.int64)
    known = (sources >= 0) & (sources != filled)
    return _Returns(filled[known], sources[known])


def _too_many(snapshot: Snapshot, found: _Returns) -> list[Finding]:
    """The return at which more came back than was bought, where both quantities are known."""
    quantity = snapshot.number(TABLE, "quantity")
    known = (quantity[found.rows] > 0) & (quantity[found.sources] > 0)
    rows, sources = found.rows[known], found.sources[known]
    order = np.argsort(sources, kind="stable")
    rows, sources = rows[order], sources[order]
    total = np.cumsum(quantity[rows])
    starts = np.flatnonzero(np.r_[True, sources[1:] != sources[:-1]]) if len(rows) else np.empty(0, np.int64)
    before_group = np.repeat(np.r_[0.0, total][starts], np.diff(np.r_[starts, len(rows)]))
    back = total - before_group
    above = back - quantity[sources] > 1e-9 * quantity[sources]
    values, bought = np.full(len(quantity), "", object), np.full(len(quantity), "", object)
    values[rows[above]] = [number_text(one) for one in back[above].tolist()]
    bought[rows[above]] = [number_text(one) for one in quantity[sources[above]].tolist()]
    return hits(snapshot, "L115", TABLE, "quantity", _rows(snapshot, rows[above]), values=values, line=bought)


def _rows(snapshot: Snapshot, positions: NDArray[np.int64]) -> Mask:
    mask = np.zeros(len(snapshot.frames[TABLE]), bool)
    mask[positions] = True
    return mask


def _said(say, numbers: Numbers, mask: Mask) -> NDArray[np.object_]:  # type: ignore[no-untyped-def]
    """Numbers in words where the mask holds."""
    words = np.full(len(numbers), "", object)
    words[mask] = [say(number) for number in numbers[mask].tolist()]
    return words
