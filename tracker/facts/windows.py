"""Sums, counts and first and last days over windows of time, per customer.

The one place that knows what ``12m`` and ``6m to 12m`` mean, and where a window begins and ends. It keeps out what an
event is: purchases, contacts and complaints all arrive as codes, days and amounts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracker.facts.calendar import edate

Numbers = NDArray[np.float64]
Codes = NDArray[np.int32]

LONGEST = {"d": 36_525, "m": 1_200}  # a hundred years
SPAN = re.compile(r"\s*(?:([0-9]{1,9})([dm])\s+to\s+)?([0-9]{1,9})([dm])\s*")
MONEY_DIGITS = 6  # finer than any price, coarser than the noise that adding binary fractions leaves
SURELY_ROUNDED = 1e9  # above it, the sixth decimal is beyond the 15 digits Excel keeps
COARSE = 1024.0  # a power of two, so that sums of multiples of 1/1024 are exact
EXACT_BELOW = 2.0**40
FINEST_PERCENT = 0.01  # rank_percent is exact for percentages of up to two decimals


@dataclass(frozen=True)
class Window:
    """The whole days after ``start`` up to and including ``end``, as serials; a start of -inf means ever."""

    start: float
    end: float

    def contains(self, whole_days: Numbers) -> NDArray[np.bool_]:
        """Which of some whole days lie inside; blank days never do."""
        return (whole_days > self.start) & (whole_days <= self.end)


@dataclass(frozen=True)
class Reach:
    """A length of time back from a day: so many days (``d``) or calendar months (``m``)."""

    number: float
    unit: str

    def back_from(self, day: float) -> float:
        """The serial this far before a day; -inf when that is before Excel's calendar, NaN for a NaN number."""
        if self.unit == "d":
            return day - float(np.floor(self.number))
        reached = float(edate(day, -self.number))
        return -np.inf if np.isnan(reached) and self.number > 0 else reached


@dataclass(frozen=True)
class Span:
    """A window before its day is known: from ``far`` ago (None: ever) to ``near`` ago (None: the day itself)."""

    near: Reach | None = None
    far: Reach | None = None

    def window(self, day: float) -> Window:
        """The window that ends, or counts back from, a day."""
        today = float(np.floor(day))
        end = self.near.back_from(today) if self.near else today
        start = self.far.back_from(today) if self.far else -np.inf
        return Window(min(start, end), max(start, end))  # "12m to 6m" means the same as "6m to 12m"


@dataclass(frozen=True, eq=False)
class Events:
    """Things that happened to customers: who (-1 unknown), when, and for how much; arrays of one length."""

    customer: Codes
    day: Numbers
    amount: Numbers | None = None

    @cached_property
    def whole_day(self) -> Numbers:
        """The days without their time."""
        return np.floor(self.day)

    def during(self, window: Window, size: int) -> NDArray[np.bool_]:
        """Which events happened to a known customer inside a window."""
        return (self.customer >= 0) & (self.customer < size) & window.contains(self.whole_day)

    @cached_property
    def in_order(self) -> tuple[Numbers, Codes, tuple[Numbers, Numbers]]:
        """The amounts of known customers by whole day, in the two parts of which sums are made; see `_parts`.

        Rules ask for the same sales over many windows: in order, each is a slice of them.
        """
        amount = np.zeros(len(self.day)) if self.amount is None else self.amount
        kept = np.flatnonzero((self.customer >= 0) & np.isfinite(amount) & ~np.isnan(self.day))
        kept = kept[np.argsort(_small(self.whole_day[kept]), kind="stable")]
        return self.whole_day[kept], self.customer[kept], _parts(amount[kept])


def parse_window(text: str, day: float) -> Window:
    """The window that ``12m``, ``30d``, ``6m to 12m`` or ``all`` means on a day; ValueError for anything else."""
    return parse_span(text).window(day)


def parse_span(text: str) -> Span:
    """The span that ``12m``, ``30d``, ``6m to 12m`` or ``all`` means; ValueError for anything else."""
    lower = text.lower()
    if lower.strip() == "all":
        return Span()
    match = SPAN.fullmatch(lower)
    if not match:
        raise ValueError("a window is written as 12m, 30d, 6m to 12m or all")
    near = _reach(match[1], match[2]) if match[1] else None
    far = _reach(match[3], match[4])
    if (near or Reach(0, far.unit)) == far:
        raise ValueError("the window is empty")
    return Span(near, far)


def _reach(number: str, unit: str) -> Reach:
    if int(number) > LONGEST[unit]:
        raise ValueError("a window is at most a hundred years long")
    return Reach(int(number), unit)


def total(events: Events, window: Window, size: int) -> Numbers:
    """The sum of the amounts in a window per customer, shape (size,); 0 where there are none, blanks left out.

    The same for every order of the rows, and free of binary noise: 0.1 + 0.2 - 0.3 is 0. Events without amounts
    raise ValueError.
    """
    if events.amount is None:
        raise ValueError("these events have no amounts")
    days, customer, (coarse, fine) = events.in_order
    first, last = np.searchsorted(days, (window.start, window.end), side="right")
    inside = slice(first, max(first, last))
    sums = [np.bincount(customer[inside], part[inside], size) for part in (coarse, fine)]
    return _without_noise(np.asarray(sums[0][:size] + sums[1][:size], np.float64))


def _small(days: Numbers) -> NDArray[Any]:
    """Whole days counted from the first of them, as numbers so short that ordering is quick, where they allow it."""
    if not len(days) or not np.isfinite(days).all() or np.ptp(days) >= 2**16:
        return days
    return np.asarray(days - days.min(), np.uint16)


def _parts(amount: Numbers) -> tuple[Numbers, Numbers]:
    """Amounts in two parts, of which the sums of the coarse are exact and the fine tiny: order cannot matter."""
    huge = np.abs(amount) >= EXACT_BELOW
    coarse = np.where(huge, amount, np.rint(np.where(huge, 0.0, amount) * COARSE) / COARSE)
    return coarse, amount - coarse


def _without_noise(sums: Numbers) -> Numbers:
    """The sums in place, which are zero for most customers of most windows."""
    small = np.flatnonzero((sums != 0) & (np.abs(sums) < SURELY_ROUNDED))
    sums[small] = np.round(sums[small], MONEY_DIGITS)
    sums += 0.0  # no minus zero
    return sums


def count(events: Events, window: Window, size: int) -> Numbers:
    """The number of events in a window per customer, shape (size,)."""
    inside = events.during(window, size)
    return np.bincount(events.customer[inside], minlength=size).astype(np.float64)


def count_distinct(events: Events, key: Codes, window: Window, size: int) -> Numbers:
    """The number of different keys in a window per customer, shape (size,); ``key`` is as long as the events.

    Keys are small whole numbers, such as one for each order; a negative key is unknown and not counted.
    """
    inside = events.during(window, size) & (key >= 0)
    width = int(key.max(initial=0)) + 1
    pairs = np.unique(events.customer[inside].astype(np.int64) * width + key[inside])
    return np.bincount(pairs // width, minlength=size).astype(np.float64)


def earliest(events: Events, window: Window, size: int) -> Numbers:
    """The first whole day with an event in a window per customer, shape (size,); NaN where there is none."""
    inside = events.during(window, size)
    first = np.full(size, np.inf)
    np.minimum.at(first, events.customer[inside], events.whole_day[inside])
    return np.where(np.isinf(first), np.nan, first)


def latest(events: Events, window: Window, size: int) -> Numbers:
    """The last whole day with an event in a window per customer, shape (size,); NaN where there is none."""
    inside = events.during(window, size)
    last = np.full(size, -np.inf)
    np.maximum.at(last, events.customer[inside], events.whole_day[inside])
    return np.where(np.isinf(last), np.nan, last)


def rank_percent_of(value: float, values: Numbers) -> float:
    """What `rank_percent` says of one of many values, without putting them in order."""
    positive = int(np.count_nonzero(values > 0))
    return (100.0 * int(np.count_nonzero(values > value)) + FINEST_PERCENT) / positive if value > 0 else math.inf


def rank_percent(values: ArrayLike) -> Numbers:
    """How far from the top each value stands among the values above 0, in percent; +inf for blank, 0 and below.

    Made so that ``rank_percent(values) <= p`` holds exactly for the top ceil(p % of n) of the n positive values, ties
    at the cut all in: with g values strictly greater it is ``(100 g + 0.01) / n``. A value is in when
    g < ceil(p n / 100), that is when 100 g < p n; both sides are multiples of 0.01 for a p of up to two decimals.
    """
    numbers = np.asarray(values, np.float64)
    positive = numbers > 0
    found = numbers[positive]
    order = np.argsort(found)
    ranked = found[order]
    greater = np.empty(len(ranked), np.int64)
    greater[order] = len(ranked) - np.searchsorted(ranked, ranked, side="right")  # in order a search is quick
    percent = np.full(numbers.shape, np.inf)
    percent[positive] = (100.0 * greater + FINEST_PERCENT) / max(len(ranked), 1)
    return percent
