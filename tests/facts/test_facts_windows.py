"""Windows of time, and what happened to customers inside them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.calendar import from_serial, to_serial
from tracker.facts.windows import (
    Events,
    Reach,
    Span,
    Window,
    count,
    count_distinct,
    earliest,
    latest,
    parse_span,
    parse_window,
    rank_percent,
    rank_percent_of,
    total,
)

EVER = Window(-np.inf, np.inf)
TODAY = to_serial(date(2024, 5, 31))


def serial(text: str) -> float:
    return to_serial(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("text", "after", "until"),
    [
        ("12m", "2023-05-31", "2024-05-31"),
        ("3m", "2024-02-29", "2024-05-31"),  # the last day of a shorter month
        ("30d", "2024-05-01", "2024-05-31"),
        ("6m to 12m", "2023-05-31", "2023-11-30"),
        ("12m to 6m", "2023-05-31", "2023-11-30"),
        ("0d to 30d", "2024-05-01", "2024-05-31"),
        ("30d to 3m", "2024-02-29", "2024-05-01"),
        (" 6M  TO 12M ", "2023-05-31", "2023-11-30"),
    ],
)
def test_windows(text, after, until):
    window = parse_window(text, TODAY + 0.6)
    assert (str(from_serial(window.start)), str(from_serial(window.end))) == (after, until)


def test_all_is_everything_up_to_the_day():
    assert parse_window("all", TODAY) == parse_window(" ALL ", TODAY) == Window(-np.inf, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "m",
        "12y",
        "-3m",
        "1.5m",
        "12 m",
        "6m to",
        "to 6m",
        "0d",
        "6m to 6m",
        "1201m",
        "36526d",
        "١٢m",
        "9" * 5000 + "d",
    ],
)
def test_no_window(text):
    with pytest.raises(ValueError, match="window"):
        parse_window(text, TODAY)


def test_a_window_reaches_back_to_the_beginning_when_excels_calendar_ends():
    assert parse_span("1200m").window(1000.0).start == -np.inf


@pytest.mark.parametrize("number", [np.nan])
def test_a_window_of_unknown_length_is_empty(number):
    for unit in "dm":
        window = Span(far=Reach(number, unit)).window(TODAY)
        assert not window.contains(np.array([TODAY, 0.0, 1e9])).any()


@pytest.mark.parametrize(
    ("when", "inside"),
    [
        ("2024-05-01", 0),  # (day - 30, day]
        ("2024-05-02", 1),
        ("2024-05-31", 1),
        ("2024-06-01", 0),
    ],
)
def test_a_window_is_open_on_the_left_and_counts_whole_days(when, inside):
    for time in (0.0, 0.5, 0.999):
        events = Events(np.array([0], np.int32), np.array([serial(when) + time]), np.array([7.0]))
        window = parse_window("30d", TODAY)
        assert count(events, window, 1) == [inside]
        assert total(events, window, 1) == [7.0 * inside]


#            customer, day, amount, order
PURCHASES = [
    (0, 100.0, 10.0, 1),
    (0, 100.7, 20.0, 1),
    (0, 105.2, -5.0, 2),
    (2, 103.0, np.nan, 3),  # no amount
    (2, 104.0, 1.5, -1),  # no order
    (-1, 104.0, 999.0, 4),  # nobody's
    (7, 104.0, 999.0, 5),  # nobody's any more
    (1, np.nan, 999.0, 6),  # never
]


def purchases() -> tuple[Events, np.ndarray]:
    who, when, amount, order = (np.array(column) for column in zip(*PURCHASES, strict=True))
    return Events(who.astype(np.int32), when, amount), order.astype(np.int32)


def test_facts_per_customer():
    events, order = purchases()
    expected = {
        total: [25.0, 0.0, 1.5, 0.0],
        count: [3.0, 0.0, 2.0, 0.0],
        earliest: [100.0, np.nan, 103.0, np.nan],
        latest: [105.0, np.nan, 104.0, np.nan],
    }
    for fact, values in expected.items():
        np.testing.assert_array_equal(fact(events, EVER, 4), values, err_msg=fact.__name__)
    np.testing.assert_array_equal(count_distinct(events, order, EVER, 4), [2.0, 0.0, 1.0, 0.0])


def test_facts_inside_a_window():
    events, order = purchases()
    window = Window(100.0, 104.0)
    expected = {total: [0, 0, 1.5], count: [0, 0, 2], earliest: [np.nan, np.nan, 103], latest: [np.nan, np.nan, 104]}
    for fact, values in expected.items():
        np.testing.assert_array_equal(fact(events, window, 3), values, err_msg=fact.__name__)
    np.testing.assert_array_equal(count_distinct(events, order, Window(100, 105), 3), [1.0, 0.0, 1.0])


def test_nothing_happened_to_nobody():
    nothing = Events(np.empty(0, np.int32), np.empty(0), np.empty(0))
    for size in (0, 3):
        assert total(nothing, EVER, size).tolist() == count(nothing, EVER, size).tolist() == [0.0] * size
        assert count_distinct(nothing, np.empty(0, np.int32), EVER, size).tolist() == [0.0] * size
        assert np.isnan(earliest(nothing, EVER, size)).all()
        assert latest(nothing, EVER, size).shape == (size,)


def test_a_total_needs_amounts():
    with pytest.raises(ValueError, match="amounts"):
        total(Events(np.zeros(1, np.int32), np.ones(1)), EVER, 1)


def test_a_total_is_what_it_says():
    """Ten cents and twenty less thirty are nothing, not 5.6e-17, which a rule would take for a buyer."""
    events = Events(np.zeros(3, np.int32), np.ones(3), np.array([0.1, 0.2, -0.3]))
    assert total(events, EVER, 1).tolist() == [0.0]
    assert not np.signbit(total(events, EVER, 1))[0]


def test_a_total_of_huge_amounts_does_not_fall_over():
    events = Events(np.zeros(3, np.int32), np.ones(3), np.array([1e308, 1.0, np.inf]))
    assert total(events, EVER, 1).tolist() == [1e308]


CENTS = st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=60)


@settings(deadline=None, max_examples=100)
@given(CENTS, st.randoms(use_true_random=False))
def test_a_total_is_exact_in_every_order(cents, random):
    shuffled = random.sample(cents, len(cents))
    for order in (cents, shuffled):
        amounts = np.array(order) / 100
        events = Events(np.zeros(len(order), np.int32), np.ones(len(order)), amounts)
        assert total(events, EVER, 1).tolist() == [sum(cents) / 100]


# values → who is in at 10 %, with the rank that puts them there. n positive values, N = ceil(10 % of n) are in.
TOP_TEN_PERCENT = [
    #  values                          in
    ([50.0], [1]),  # n=1  N=1
    ([5.0, 4, 3, 2, 1], [1, 0, 0, 0, 0]),  # n=5  N=1: fewer than ten still works
    ([5.0, 5, 3, 2, 1], [1, 1, 0, 0, 0]),  # a tie at the cut: both in
    ([7.0, 7, 7, 7], [1, 1, 1, 1]),  # all equal: all in
    ([10.0, 9, 8, 7, 6, 5, 4, 3, 2, 1], [1] + [0] * 9),  # n=10 N=1
    ([11.0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [1, 1] + [0] * 9),  # n=11 N=2
    ([3.0, 0, -5, np.nan], [1, 0, 0, 0]),  # nobody is in with 0, a refund or nothing
    ([0.0, -1, np.nan], [0, 0, 0]),
    ([], []),
]


@pytest.mark.parametrize(("values", "inside"), TOP_TEN_PERCENT)
def test_top_ten_percent(values, inside):
    assert (rank_percent(values) <= 10).astype(int).tolist() == inside


def test_rank_percent_by_the_number():
    """(100 g + 0.01) / n with g values strictly greater."""
    values = [400.0, 300.0, 300.0, 100.0, 0.0, np.nan]
    np.testing.assert_allclose(rank_percent(values), [0.0025, 25.0025, 25.0025, 75.0025, np.inf, np.inf])


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.integers(-3, 40).map(float) | st.just(np.nan), max_size=60),
    st.integers(0, 10_000).map(lambda n: n / 100) | st.integers(0, 100).map(float),
)
def test_rank_percent_is_the_top_share(values, percent):
    """For every percentage of up to two decimals, against the definition."""
    positive = sorted((v for v in values if v > 0), reverse=True)
    wanted = -(-round(percent * 100) * len(positive) // 10_000)  # ceil, in whole numbers
    cut = positive[wanted - 1] if wanted else np.inf
    array = np.array(values, np.float64)
    assert [rank_percent_of(v, array) for v in values] == rank_percent(values).tolist()
    assert (rank_percent(values) <= percent).tolist() == [bool(v >= cut) for v in values]
