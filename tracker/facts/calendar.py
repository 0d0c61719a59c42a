"""Days, months and working days, counted exactly as Excel counts them.

EDATE, WORKDAY.INTL and "months since" are said here once, so that a formula, a derivation and a rule agree on the last
day of February. Holidays and weekends are handed in; which country has which belongs to the settings.

Excel takes 1900 for a leap year: its serial 60 is a day that never was. Serials below 61 are NaN or None here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Serials = NDArray[np.float64]
Days = NDArray[np.datetime64]

FIRST, LAST = 61, 2_958_465  # 1 March 1900, 31 December 9999
MOST_MONTHS = 120_000  # ten thousand years: beyond it every answer is out of range
EPOCH = date(1899, 12, 30)
DAY = np.timedelta64(1, "D")
MANY = 1_000  # days of which it pays to take each once
NO_HOLIDAYS: Serials = np.empty(0)


def to_serial(day: date) -> float:
    """The serial of a date, or of a datetime with its time as the fraction; NaN before 1 March 1900."""
    moment = datetime(day.year, day.month, day.day)
    if isinstance(day, datetime):
        moment = day.replace(tzinfo=None)
    serial = (moment - datetime(EPOCH.year, EPOCH.month, EPOCH.day)) / timedelta(days=1)
    return serial if serial >= FIRST else float("nan")


def from_serial(serial: float) -> date | None:
    """The date of a serial, its time dropped; None where it is blank or Excel knows no such day."""
    return EPOCH + timedelta(days=int(serial)) if FIRST <= serial < LAST + 1 else None


def edate(serials: ArrayLike, months: ArrayLike) -> Serials:
    """The same day some months later (Excel's EDATE): whole days, the last day of the month where it is too short.

    Shapes broadcast. Months are cut to whole ones, as Excel does. NaN where blank or outside 1900-03-01 … 9999-12-31.
    """
    days, known = _days(serials)
    whole = np.trunc(np.asarray(months, np.float64))
    sane = np.abs(whole) <= MOST_MONTHS
    later = _add_months(days, np.where(sane, whole, 0).astype(np.int64))
    return _serials(later, known & sane)


def months_between(start: ArrayLike, end: ArrayLike) -> Serials:
    """Whole months completed: the greatest m with ``edate(start, m) <= end``; negative when the end is earlier."""
    first, first_known = _days(start)
    last, last_known = _days(end)
    return np.where(first_known & last_known, _whole_months(first, last), np.nan)


def months_since(start: ArrayLike, day: ArrayLike) -> Serials:
    """Months from a date to a day: the whole months, and the share gone by of the month that runs.

    For a whole number n, ``months_since(x, day) <= n`` exactly when ``day <= edate(x, n)``, and ``>= n`` exactly when
    ``day >= edate(x, n)``: the last day of month 3 is still within 3 months. Negative when the date lies ahead.
    """
    first, first_known = _days(start)
    last, last_known = _days(day)
    days, place = _shared(first, first_known) if last.ndim == 0 else (first, ...)
    return np.where(first_known & last_known, _months_since(days, last)[place], np.nan)


def _months_since(first: Days, last: Days) -> Serials:
    whole = _whole_months(first, last)
    turned, next_turn = _add_months(first, whole), _add_months(first, whole + 1)
    months: Serials = whole + (last - turned) / (next_turn - turned)
    return months


def end_of_month(serials: ArrayLike) -> Serials:
    """The last day of the month a serial is in (EOMONTH with 0 months); NaN where blank."""
    days, known = _days(serials)
    start, following = _month(days)
    return _serials(start + (following - start - DAY), known)


def next_workday(serials: ArrayLike, mask: str, holidays: Serials = NO_HOLIDAYS) -> Serials:
    """The day itself if it is a working day, else the next one: ``WORKDAY.INTL(d-1, 1, mask, holidays)``.

    ``mask`` is Excel's weekend string, Monday first, 1 = day off, such as ``0000011``. Raises ValueError for a mask
    that is not seven of 0 and 1, or leaves no working day (Excel: #VALUE!).
    """
    days, known = _days(serials)
    rolled = np.busday_offset(days, 0, roll="forward", weekmask=_workdays(mask), holidays=_holidays(holidays))
    return _serials(rolled, known)


def workday_after(serials: ArrayLike, number: int, mask: str, holidays: Serials = NO_HOLIDAYS) -> Serials:
    """The first day on which `workdays_between` since a day is ``number`` (1 or more); NaN where blank.

    Raises ValueError as ``next_workday`` does.
    """
    days, known = _days(serials)
    after = np.busday_offset(days, number, roll="backward", weekmask=_workdays(mask), holidays=_holidays(holidays))
    return _serials(after, known)


def workdays_between(start: ArrayLike, end: ArrayLike, mask: str, holidays: Serials = NO_HOLIDAYS) -> Serials:
    """Working days after ``start`` up to and including ``end``; negative when the end is earlier, NaN where blank.

    This is how late something is: due on Friday, it is 0 late on Sunday and 1 on Monday. Excel says it as
    ``NETWORKDAYS.INTL(start+1, end, mask, holidays)``. Raises ValueError as ``next_workday`` does.
    """
    first, first_known = _days(start)
    last, last_known = _days(end)
    early, late = np.minimum(first, last) + DAY, np.maximum(first, last) + DAY
    count = np.busday_count(early, late, weekmask=_workdays(mask), holidays=_holidays(holidays))
    return np.where(first_known & last_known, np.where(last < first, -count, count), np.nan)


def _days(serials: ArrayLike) -> tuple[Days, NDArray[np.bool_]]:
    """Serials as numpy days, and which of them are real; the others stand at the first day."""
    whole = np.floor(np.asarray(serials, np.float64))
    known = (whole >= FIRST) & (whole <= LAST)
    since = np.where(known, whole, FIRST).astype(np.int64).astype("timedelta64[D]")
    return np.datetime64(EPOCH) + since, known


def _shared(days: Days, known: NDArray[np.bool_]) -> tuple[Days, Any]:
    """Days to work something out for, and which of them each one is: of many in few years each is taken once."""
    if days.size < MANY or not known.any():
        return days, ...
    start = days[known].min()
    place = np.where(known, (days - start) // DAY, 0)
    many = int(place.max()) + 1
    return (start + np.arange(many), place) if many < days.size else (days, ...)


def _serials(days: Days, known: NDArray[np.bool_]) -> Serials:
    since = (days - np.datetime64(EPOCH)) / DAY
    return np.where(known & (since >= FIRST) & (since <= LAST), since, np.nan)


def _add_months(days: Days, months: NDArray[np.int64]) -> Days:
    into_month = days - _month(days)[0]
    start, following = _month(days, months)
    later: Days = start + np.minimum(into_month, following - start - DAY)
    return later


def _month(days: Days, later: NDArray[np.int64] | int = 0) -> tuple[Days, Days]:
    """The first day of the month some months later, and of the month after it."""
    month = days.astype("datetime64[M]") + later
    return month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")


def _whole_months(first: Days, last: Days) -> NDArray[np.int64]:
    apart = (last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    whole: NDArray[np.int64] = np.where(_add_months(first, apart) <= last, apart, apart - 1)
    return whole


def _workdays(mask: str) -> list[bool]:
    if len(mask) != 7 or set(mask) - {"0", "1"} or mask == "1111111":
        raise ValueError(f"a weekend mask is seven of 0 and 1 with at least one 0, not {mask!r}")
    return [day == "0" for day in mask]


def _holidays(holidays: Serials) -> Days:
    days, known = _days(holidays)
    return days[known]
