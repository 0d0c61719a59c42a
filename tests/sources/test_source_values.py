"""Numbers and dates as people type them, each with what it becomes, and the rule that nothing is guessed."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.amounts import decimal_mark, integer, number
from tracker.sources.days import day_first, serial, to_serial


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1 234,50", 1234.5),
        ("1 234,5", 1234.5),
        ("1'234.50", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("12,5", 12.5),
        ("0,123", 0.123),
        ("1234,567", 1234.567),
        ("1.234", 1.234),
        (".5", 0.5),
        ("5.", 5.0),
        ("-3", -3.0),
        ("−3", -3.0),
        ("3-", -3.0),
        ("+3", 3.0),
        ("(1,234.50)", -1234.5),
        ("$1,234.50", 1234.5),
        ("-$5", -5.0),
        ("1.234,50 €", 1234.5),
        ("USD 12.50", 12.5),
        ("１２３．５", 123.5),
        ("1e5", 100000.0),
        ("2.5E-3", 0.0025),
        (7.0, 7.0),
    ],
)
def test_a_number_that_means_one_thing_is_read(typed: str | float, value: float) -> None:
    assert number(typed) == (value, "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,234", "ambiguous_number"),
        ("12,34,567", "not_number"),
        ("1,23.4", "not_number"),
        ("1.2.3", "not_number"),
        ("x12", "not_number"),
        ("ABC 12", "not_number"),
        ("5²", "not_number"),
        ("½", "not_number"),
        ("nan", "not_number"),
        ("inf", "not_number"),
        ("1 2", "not_number"),
        (",", "not_number"),
        ("", "not_number"),
        ("--5", "not_number"),
        ("12 %", "percent"),
        ("5%", "percent"),
        ("１２％", "percent"),
        ("-1.234,5 %", "percent"),
        ("1,234%", "ambiguous_number"),
        ("x%", "not_number"),
        ("%", "not_number"),
        ("5% off", "not_number"),
        (True, "not_number"),
        (datetime(2024, 1, 1), "not_number"),
    ],
)
def test_what_is_no_number_or_two_has_a_reason(typed: object, reason: str) -> None:
    assert number(typed) == (None, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(("typed", "value"), [("12 %", 12.0), ("５％", 5.0), ("7", 7.0), (7.0, 7.0)])
def test_percent_is_a_number_where_the_column_holds_percent(typed: str | float, value: float) -> None:
    assert number(typed, percent=True) == integer(typed, percent=True) == (value, "")


def test_the_column_decides_where_its_cells_agree() -> None:
    assert decimal_mark(["1,234", "12.5"]) == "."
    assert decimal_mark(["1,234", "12,5"]) == ","
    assert decimal_mark(["12.5", "12,5"]) == ""
    assert number("1,234", ".") == (1234.0, "")
    assert number("1,234", ",") == (1.234, "")
    assert number("1.234", ",") == (1234.0, "")
    assert integer("12.5") == (None, "not_integer")
    assert integer("12.0") == (12.0, "")


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_a_number_with_grouping_and_decimals_comes_back_in_both_conventions(value: object) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number(english)[0] == number(german)[0] == float(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-05-17", "2024-05-17"),
        ("2024/5/7", "2024-05-07"),
        ("2024.05.07", "2024-05-07"),
        ("20240507", "2024-05-07"),
        ("2024-05-17T13:45:00Z", "2024-05-17 13:45"),
        ("2024-05-17 13:45:30.25+02:00", "2024-05-17 13:45:30"),
        ("2024-05-17 1:45 pm", "2024-05-17 13:45"),
        ("17/05/2024", "2024-05-17"),
        ("05/17/2024", "2024-05-17"),
        ("04/04/2024", "2024-04-04"),
        ("03.04.2024", "2024-04-03"),
        ("17 May 2024", "2024-05-17"),
        ("17-May-2024", "2024-05-17"),
        ("3rd September 2024", "2024-09-03"),
        ("May 17, 2024", "2024-05-17"),
        ("2024年5月17日", "2024-05-17"),
        (datetime(2024, 5, 17, 13, 45), "2024-05-17 13:45"),
        (45429.0, "2024-05-17"),
    ],
)
def test_a_date_that_means_one_day_is_read(typed: object, day: str) -> None:
    assert to_serial(typed, "datetime") == (serial(datetime.fromisoformat(day)), "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("03/04/2024", "ambiguous_date"),
        ("03-04-2024", "ambiguous_date"),
        ("3/4/24", "not_date"),
        ("2024-13-01", "not_date"),
        ("2024-02-30", "not_date"),
        ("17 Mays 2024", "not_date"),
        ("45429", "not_date"),
        ("soon", "not_date"),
        ("2024-05", "not_date"),
        ("2024-05-17 25:00", "not_date"),
        ("1899-12-31", "date_out_of_range"),
        (3_000_000.0, "not_date"),
        (True, "not_date"),
    ],
)
def test_what_is_no_date_or_two_has_a_reason(typed: object, reason: str) -> None:
    assert to_serial(typed, "date") == (None, reason)  # type: ignore[arg-type]


def test_formats_kinds_and_the_proof_of_a_column() -> None:
    assert to_serial("04.03.24", "date", "%d.%m.%y") == (45355.0, "")
    assert to_serial("2024-05-17 13:45", "date") == (45429.0, "")
    assert to_serial("2024-07", "day_or_month") == ("2024-07", "")
    assert day_first(["03/04/2024", "13/04/2024", None]) is True
    assert day_first(["03/04/2024", "04/13/2024"]) is False
    assert day_first(["13/04/2024", "04/13/2024"]) is None
    assert to_serial("03/04/2024", "date", "auto", True) == (45385.0, "")


@settings(deadline=None)
@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31, 23, 59)).map(lambda when: when.replace(microsecond=0)))
def test_an_iso_moment_comes_back_to_the_second(when: datetime) -> None:
    days, reason = to_serial(when.isoformat(" "), "datetime")
    assert reason == ""
    assert isinstance(days, float)
    assert abs((days - int(days)) * 86400 - (when.hour * 3600 + when.minute * 60 + when.second)) < 0.01
