"""Purchase lines put together into orders: what one order brought, and what of it came back.

Lines, returns and orders are told apart here once, so that the tags and the summary count the same deals. What a line
is worth and which customer it belongs to is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracker.facts.windows import Codes, Numbers

NONE = -1
CENTS = 6  # finer than any price: a sum of binary fractions is zero when it should be


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders that hold at least one line that is no return; arrays of one length, in order of their first line."""

    customer: Codes  # -1 unknown
    day: Numbers  # whole day of the first line
    gross: Numbers  # its lines, discounts taken off
    net: Numbers  # less what was returned of it

    @property
    def deals(self) -> NDArray[np.bool_]:
        """Orders that brought money and were not wholly returned."""
        return self.net > 0

    def where(self, keep: NDArray[np.bool_]) -> Orders:
        """Some of the orders."""
        return Orders(self.customer[keep], self.day[keep], self.gross[keep], self.net[keep])


def order_of_lines(customer: Codes, order: Codes, amends: Codes) -> NDArray[np.int64]:
    """A number for the order of each line, shape (lines,).

    ``order`` numbers the typed order IDs, -1 where blank: such a line is an order of its own. Two customers with one
    order ID have two orders. ``amends`` is the position of the line that a return takes back, -1 where none: the
    return belongs to that line's order.
    """
    size = len(customer)
    own = np.arange(size, dtype=np.int64)
    width = int(order.max(initial=0)) + 1
    typed = (customer.astype(np.int64) + 1) * width + order
    number = np.where(order >= 0, size + typed, own)
    taken = amends >= 0
    number[taken] = number[amends[taken]]
    return number


def orders(
    customer: Codes, order: Codes, amends: Codes, day: ArrayLike, amount: ArrayLike, returned: NDArray[np.bool_]
) -> Orders:
    """The orders of some lines, all arrays of shape (lines,); see `order_of_lines`.

    ``amount`` is what a line brings, negative for a return; ``returned`` marks the returns. Lines without a day or an
    amount are left out.
    """
    days, amounts = np.floor(np.asarray(day, np.float64)), np.asarray(amount, np.float64)
    known = np.isfinite(days) & np.isfinite(amounts)
    number = order_of_lines(customer, order, amends)[known]
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    size = len(first)
    sold = ~returned[known]
    start = np.full(size, np.inf)
    np.minimum.at(start, group[sold], days[known][sold])
    who = np.full(size, NONE, np.int32)
    who[group[sold][::-1]] = customer[known][sold][::-1]
    gross = np.round(np.bincount(group[sold], amounts[known][sold], size), CENTS)
    net = np.round(np.bincount(group, amounts[known], size), CENTS)
    real = np.isfinite(start)
    by_line = np.argsort(first[real], kind="stable")
    return Orders(*(values[real][by_line] for values in (who, start, gross, net)))
