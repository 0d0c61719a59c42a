"""Months and working days, counted as Excel counts them."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.calendar import (
    edate,
    end_of_month,
    from_serial,
    months_between,
    months_since,
    next_workday,
    to_serial,
    workday_after,
    workdays_between,
)

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
MONTHS = st.integers(-500, 500)
quick = settings(deadline=None, max_examples=200)


def serial(text: str) -> float:
    return to_serial(date.fromisoformat(text))


def day(number: float) -> str:
    return str(from_serial(float(number)))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (date(1900, 3, 1), 61),
        (date(2024, 2, 29), 45351),
        (datetime(2024, 2, 29, 18, 0), 45351.75),
        (date(9999, 12, 31), 2958465),
    ],
)
def test_serials_are_excels(moment, expected):
    assert to_serial(moment) == expected
    assert from_serial(expected) == date(moment.year, moment.month, moment.day)


@pytest.mark.parametrize("number", [60, 60.9, 0, -1, 2958466, float("nan"), float("inf"), -float("inf")])
def test_no_such_day(number):
    """Serial 60 is the 29 February 1900 that never was."""
    assert from_serial(number) is None
    assert np.isnan(edate(number, 1))


def test_dates_before_excels_calendar_are_blank():
    assert np.isnan(to_serial(date(1900, 2, 28)))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-31", 3, "2024-04-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-05-15", 0, "2024-05-15"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-01-15", -13, "2022-12-15"),
        ("2024-01-15", 1.9, "2024-02-15"),  # Excel cuts months
        ("2024-01-15", -1.9, "2023-12-15"),
    ],
)
def test_edate(start, months, expected):
    assert day(edate(serial(start), months)) == expected
    assert day(edate(serial(start) + 0.99, months)) == expected, "whole days: the time is dropped"


def test_edate_takes_arrays_and_keeps_blanks():
    made = edate([serial("2024-01-31"), np.nan], [1, 1])
    assert day(made[0]) == "2024-02-29"
    assert np.isnan(made[1])


@pytest.mark.parametrize("months", [np.nan, np.inf, 1e300, -1e300, 1e6])
def test_edate_out_of_range_is_blank(months):
    assert np.isnan(edate(45000.0, months))


def test_edate_ends_with_excels_calendar():
    assert np.isnan(edate(2958465.0, 1))
    assert np.isnan(edate(61.0, -1))


@quick
@given(DAYS, MONTHS)
def test_edate_is_relativedelta(start, months):
    later = start + relativedelta(months=months)
    expected = to_serial(later)
    made = float(edate(to_serial(start), months))
    assert made == expected or (np.isnan(made) and np.isnan(expected))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-04-29", 2),
        ("2024-01-31", "2024-04-30", 3),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-01-15", "2024-01-15", 0),
        ("2024-01-15", "2024-01-14", -1),
        ("2024-01-15", "2023-12-15", -1),
        ("2024-01-15", "2023-12-14", -2),
    ],
)
def test_months_between(start, end, months):
    assert months_between(serial(start), serial(end)) == months


@quick
@given(DAYS, DAYS)
def test_months_between_is_the_greatest_that_fits(start, end):
    first, last = to_serial(start), to_serial(end)
    months = float(months_between(first, last))
    assert edate(first, months) <= last < edate(first, months + 1)


@quick
@given(DAYS, st.integers(-60, 60), st.integers(-3, 3))
def test_months_since_turns_with_edate(start, months, around):
    """``<= n`` holds up to and including the day of the n-th month, ``>= n`` from that day on."""
    first = to_serial(start)
    turn = float(edate(first, months))
    today = turn + around
    since = float(months_since(first, today))
    assert (since <= months) == (today <= turn)
    assert (since >= months) == (today >= turn)


@quick
@given(DAYS, st.integers(-3000, 3000))
def test_months_since_grows_day_by_day(start, days):
    first, today = to_serial(start), to_serial(start) + days
    assert months_since(first, today) < months_since(first, today + 1)
    assert np.floor(months_since(first, today)) == months_between(first, today)
    assert months_since(first, today) == months_since(first + 0.7, today + 0.9), "days as whole days"


def test_months_of_blanks_are_blank():
    assert np.isnan(months_since([np.nan, 45000.0], [45000.0, np.nan])).all()
    assert np.isnan(months_between([np.nan, 45000.0], [45000.0, np.nan])).all()


@pytest.mark.parametrize(
    ("of", "expected"),
    [("2024-02-01", "2024-02-29"), ("2023-02-28", "2023-02-28"), ("2024-12-31", "2024-12-31"), ("9999-12-31",) * 2],
)
def test_end_of_month(of, expected):
    assert day(end_of_month(serial(of))) == expected


WESTERN, FRIDAY_SATURDAY, NONE_OFF = "0000011", "0000110", "0000000"
EASTER_MONDAY = "2024-04-01"  # a Monday


@pytest.mark.parametrize(
    ("start", "mask", "holidays", "expected"),
    [
        ("2024-03-29", WESTERN, [], "2024-03-29"),  # Friday
        ("2024-03-30", WESTERN, [], "2024-04-01"),  # Saturday
        ("2024-03-31", WESTERN, [EASTER_MONDAY], "2024-04-02"),
        ("2024-03-29", FRIDAY_SATURDAY, [], "2024-03-31"),
        ("2024-03-30", NONE_OFF, [], "2024-03-30"),
        ("2024-03-30", WESTERN, ["2024-03-30"], "2024-04-01"),  # a holiday on a day off costs nothing
    ],
)
def test_next_workday(start, mask, holidays, expected):
    assert day(next_workday(serial(start), mask, np.array([serial(text) for text in holidays]))) == expected


@pytest.mark.parametrize(
    ("start", "end", "late"),
    [
        ("2024-03-28", "2024-03-28", 0),
        ("2024-03-28", "2024-03-29", 1),  # Thursday to Friday
        ("2024-03-29", "2024-03-31", 0),  # Friday to Sunday
        ("2024-03-29", EASTER_MONDAY, 0),  # a holiday
        ("2024-03-29", "2024-04-02", 1),
        ("2024-04-02", "2024-03-29", -1),
        ("2024-03-30", "2024-04-08", 5),
    ],
)
def test_workdays_between(start, end, late):
    holidays = np.array([serial(EASTER_MONDAY)])
    assert workdays_between(serial(start), serial(end), WESTERN, holidays) == late


@quick
@given(DAYS, st.integers(-90, 90), st.text("01", min_size=7, max_size=7).filter(lambda mask: "0" in mask), st.data())
def test_working_days_counted_one_by_one(start, span, mask, data):
    off = [*data.draw(st.lists(DAYS.map(to_serial), max_size=3)), to_serial(start) + 2]
    holidays = np.array(sorted(off))
    first, last = to_serial(start), to_serial(start) + span

    def works(number):
        moment = from_serial(number)
        return mask[moment.weekday()] == "0" and number not in off

    low, high = min(first, last), max(first, last)
    counted = sum(works(low + step) for step in range(1, int(high - low) + 1))
    assert workdays_between(first, last, mask, holidays) == (counted if span >= 0 else -counted)
    wanted = next(first + step for step in range(400) if works(first + step))
    assert next_workday(first + 0.5, mask, holidays) == wanted
    late = next(first + step for step in range(400) if sum(works(first + one) for one in range(1, step + 1)) == 3)
    assert workday_after(first + 0.5, 3, mask, holidays) == late


def test_working_days_of_blanks_are_blank():
    assert np.isnan(next_workday([np.nan, 12.0], WESTERN)).all()
    assert np.isnan(workdays_between([np.nan, 45000.0], [45000.0, np.nan], WESTERN)).all()
    assert next_workday(45000.0, WESTERN, np.array([np.nan, 1e300])) == 45000.0


@pytest.mark.parametrize("mask", ["1111111", "", "000001", "0000021", "Mon-Fri", "00000011"])
def test_an_impossible_week_is_refused(mask):
    with pytest.raises(ValueError, match="weekend mask"):
        next_workday(45000.0, mask)
    with pytest.raises(ValueError, match="weekend mask"):
        workdays_between(45000.0, 45001.0, mask)


def test_from_serial_is_the_inverse():
    start = date(1900, 3, 1)
    for step in range(0, 60_000, 371):
        moment = start + timedelta(days=step)
        assert from_serial(to_serial(moment)) == moment
