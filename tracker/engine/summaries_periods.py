"""The stretches of time a summary speaks of: the running period and the same part of the one before, months, quarters.

Everything is of the day of the figures. Windows are the whole days after their start up to and including their end.
Kept out: what is measured in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import edate, from_serial, to_serial
from tracker.facts.windows import Numbers, Window

MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
MONTHS_SHOWN, QUARTERS_SHOWN = 12, 8


@dataclass(frozen=True)
class Periods:
    """The four windows whose figures stand side by side; ``whole``: the running period has come to its end."""

    now: Window
    before: Window
    year: Window
    year_before: Window
    whole: bool = False


def periods(today: int, period: str, fiscal_start: int) -> Periods:
    """The period that runs to the day beside the same part of the one before; 12 months beside the 12 before."""
    length = MONTHS_OF[period]
    first = period_start(today, length, fiscal_start)
    previous, following = _later(first, -length), _later(first, length)
    whole = today == following - 1
    same_part = first - 1 if whole else min(_later(today, -length), first - 1)
    year, two_years = _later(today, -12), _later(today, -24)
    return Periods(
        Window(first - 1, today),
        Window(previous - 1, same_part),
        Window(year, today),
        Window(two_years, year),
        whole,
    )


def period_start(today: int, months: int, fiscal_start: int) -> float:
    """First day of the month, quarter or year a day is in; quarters and years begin at ``fiscal_start``."""
    day = from_serial(today)
    if day is None:
        raise ValueError("the day of the figures is not in Excel's calendar")
    into = (day.month - fiscal_start) % months
    return _later(to_serial(day.replace(day=1)), -into)


def month_edges(today: int) -> Numbers:
    """Edges of the last 12 months, the last one running to the day: month i is the days after edge i up to edge i+1."""
    first = period_start(today, 1, 1)
    starts = np.asarray(edate(first, np.arange(1 - MONTHS_SHOWN, 1)), np.float64)
    return np.append(starts - 1, float(today))


def year_before_edges(today: int, whole: bool) -> Numbers:
    """Edges of the same 12 months a year earlier, the last one cut at the same day unless the month is over."""
    first = period_start(today, 1, 1)
    starts = np.asarray(edate(first, np.arange(1 - MONTHS_SHOWN, 1) - 12), np.float64)
    end = _later(first, -11) - 1 if whole else _later(today, -12)
    return np.append(starts - 1, end)


def month_is_over(today: int) -> bool:
    """Whether the day is the last of its month."""
    return today == _later(period_start(today, 1, 1), 1) - 1


def quarter_edges(today: int, fiscal_start: int) -> Numbers:
    """Edges of the last 8 quarters, the last one running to the day."""
    first = period_start(today, 3, fiscal_start)
    starts = np.asarray(edate(first, 3 * np.arange(1 - QUARTERS_SHOWN, 1)), np.float64)
    return np.append(starts - 1, float(today))


def bucket(days: Numbers, edges: Numbers) -> NDArray[np.int64]:
    """Which stretch each whole day falls into, -1 outside all of them and for a blank day."""
    at = np.searchsorted(edges, days, side="left") - 1
    return np.where(np.isnan(days) | (at >= len(edges) - 1), -1, at).astype(np.int64)


def edges_of(window: Window) -> Numbers:
    """A single window as edges."""
    return np.array([window.start, window.end], np.float64)


def _later(day: float, months: int) -> float:
    return float(edate(day, months))
