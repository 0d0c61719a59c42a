"""Orders out of lines, drawn as tables."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.orders import order_of_lines, orders


def made(*lines):
    """Orders of lines (customer, order number, line it returns, day, amount, returned)."""
    columns = list(zip(*lines, strict=True)) if lines else [()] * 6
    customer, order, amends = (np.array(column, np.int32) for column in columns[:3])
    return orders(customer, order, amends, np.array(columns[3], float), columns[4], np.array(columns[5], bool))


def rows(found):
    return list(zip(found.customer.tolist(), found.day.tolist(), found.gross.tolist(), found.net.tolist(), strict=True))


def test_lines_with_one_order_id_are_one_order_on_its_first_day():
    assert rows(made((0, 7, -1, 50010.5, 20, False), (0, 7, -1, 50009, 30, False))) == [(0, 50009, 50, 50)]


def test_a_line_without_order_id_is_its_own_order():
    assert rows(made((0, -1, -1, 50001, 20, False), (0, -1, -1, 50001, 30, False))) == [
        (0, 50001, 20, 20),
        (0, 50001, 30, 30),
    ]


def test_two_customers_with_one_order_id_have_two_orders():
    assert len(rows(made((0, 7, -1, 50001, 20, False), (1, 7, -1, 50001, 30, False)))) == 2


def test_a_return_belongs_to_the_order_it_takes_back():
    found = made((0, 7, -1, 50001, 20, False), (0, 7, -1, 50001, 30, False), (0, -1, 1, 50020, -30, True))
    assert rows(found) == [(0, 50001, 50, 20)]
    assert found.deals.tolist() == [True]


def test_an_order_wholly_returned_stays_an_order_and_is_no_deal():
    found = made((0, -1, -1, 50001, 0.1, False), (0, -1, 0, 50002, -0.1, True))
    assert rows(found) == [(0, 50001, 0.1, 0)]
    assert found.deals.tolist() == [False]


def test_a_return_alone_is_no_order():
    assert rows(made((0, -1, -1, 50001, -20, True))) == []


def test_binary_fractions_do_not_make_a_deal():
    """0.1 + 0.2 - 0.3 is nothing."""
    found = made((0, 1, -1, 50001, 0.1, False), (0, 1, -1, 50001, 0.2, False), (0, 1, -1, 50001, -0.3, True))
    assert found.deals.tolist() == [False]


def test_blank_days_and_amounts_are_left_out():
    assert rows(made((0, -1, -1, np.nan, 20, False), (0, -1, -1, 50001, np.nan, False))) == []
    assert rows(made()) == []


LINES = st.lists(
    st.tuples(
        st.integers(-1, 3),
        st.integers(-1, 2),
        st.just(-1),
        st.integers(50000, 50100),
        st.integers(1, 99),
        st.booleans(),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=100)
@given(LINES)
def test_every_amount_is_in_exactly_one_order(lines):
    """Counted line by line, as one would on paper."""
    expected = {}
    for i, (who, order, _, day, amount, returned) in enumerate(lines):
        one = expected.setdefault((who, order) if order >= 0 else i, [who, np.inf, 0, 0, False])
        one[3] += -amount if returned else amount
        if not returned:
            one[1], one[2], one[4] = min(one[1], day), one[2] + amount, True
    found = rows(made(*[(*line[:4], -line[4] if line[5] else line[4], line[5]) for line in lines]))
    assert sorted(found) == sorted(tuple(one[:4]) for one in expected.values() if one[4])


@settings(deadline=None, max_examples=60)
@given(LINES)
def test_two_lines_share_a_number_only_in_one_order(lines):
    customer, order, amends = (np.array([line[i] for line in lines], np.int32) for i in range(3))
    number = order_of_lines(customer, order, amends)
    keys = [(who, key) if key >= 0 else (i,) for i, (who, key) in enumerate(zip(customer, order, strict=True))]
    assert len(set(number.tolist())) == len(set(keys))
