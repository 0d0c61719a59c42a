"""What no refresh may ever break: staff's cells, staff's parts, and the peace after the first run."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from books import TODAY, demo_book, new_book, parts, refreshed, type_rows, with_part, write
from dirty import Dirt, customers, interactions, purchases
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import staff_cells

from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.ooxml import Workbook

FEW, SOME = 30, 60


def random_book(seed: int, dirt: float = 0.15, errors: float = 0.03) -> bytes:
    """A workbook with random rows, not yet refreshed."""
    source = Dirt(seed, TODAY, dirt, errors)
    data = type_rows(new_book(), "Customers", customers(source, FEW))
    data = type_rows(data, "Interactions", interactions(source, SOME, FEW))
    return type_rows(data, "Purchases", purchases(source, FEW, FEW))


@pytest.fixture(scope="module")
def demo() -> bytes:
    """The demo before its first refresh."""
    return demo_book(TODAY)


@pytest.fixture(scope="module")
def demo_refreshed(demo) -> bytes:
    """The demo after it."""
    return refreshed(demo)[0]


@given(st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_refreshing_twice_changes_nothing_the_second_time(seed):
    once, _ = refreshed(random_book(seed))
    twice, done = refreshed(once, hour=17)
    assert twice is once or twice == once
    assert not done.changed, done.receipt


def test_refreshing_the_demo_twice_changes_nothing(demo_refreshed):
    again, done = refreshed(demo_refreshed, hour=23)
    assert again == demo_refreshed
    assert not done.changed


@pytest.mark.parametrize("pin", [None, TODAY])
def test_an_empty_book_is_calm(pin):
    once, _ = refreshed(new_book(), pin=pin)
    twice, done = refreshed(once, pin=pin, hour=20)
    assert twice == once and not done.changed


@given(st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_staff_cells_never_change(seed):
    before = random_book(seed)
    after, _ = refreshed(before)
    assert staff_cells(before, after) == []


def test_staff_cells_of_the_demo_never_change(demo, demo_refreshed):
    assert staff_cells(demo, demo_refreshed) == []
    later, _ = refreshed(demo_refreshed, TODAY + timedelta(days=40))
    assert staff_cells(demo_refreshed, later) == []


def test_a_changed_staff_cell_would_be_seen(demo_refreshed):
    assert len(staff_cells(demo_refreshed, write(demo_refreshed, [("Customers", 5, 2, "Changed")]))) == 1
    assert len(staff_cells(demo_refreshed, write(demo_refreshed, [("Guide", 60, 9, "New")]))) == 1


def test_only_parts_with_tool_cells_change(demo, demo_refreshed):
    old, new = parts(demo), parts(demo_refreshed)
    allowed = re.compile(r"xl/worksheets/sheet\d+\.xml|xl/tables/table\d+\.xml|xl/calcChain\.xml")
    assert list(old) == [name for name in new if name in old]
    assert all(allowed.fullmatch(name) for name in old if old[name] != new[name])
    assert set(old) == set(new)


@pytest.mark.parametrize("days", [1, 30, 200])
def test_time_goes_by_and_a_second_refresh_of_that_day_is_calm(demo_refreshed, days):
    later, done = refreshed(demo_refreshed, TODAY + timedelta(days=days))
    assert done.changed
    assert not refreshed(later, TODAY + timedelta(days=days), hour=22)[1].changed


def test_row_order_does_not_matter():
    """The same rows in another order give every customer the same figures."""
    source = Dirt(5, TODAY, 0.1, 0.0)
    people, talks, lines = customers(source, FEW), interactions(source, SOME, FEW), purchases(source, FEW, FEW)
    people = [row for i, row in enumerate(people) if row["customer_id"] not in (None, "k0001", "K0001")]

    def figures(order):
        data = type_rows(new_book(), "Customers", order(people))
        data = type_rows(type_rows(data, "Interactions", order(talks)), "Purchases", order(lines))
        return _figures(refreshed(data)[0])

    assert figures(list) == figures(lambda rows: rows[::-1])


def _figures(data: bytes, day: date = TODAY) -> dict[str, tuple[object, ...]]:
    """What refresh says of each customer."""
    frame = read(MemoryHost(data), day).frames["Customers"]
    keys = ("last_contact", "next_contact", "spend_12m", "lifetime_spend", "tags", "followup_due")
    said = zip(*(map(str, frame.columns[key]) for key in keys), strict=True)
    return dict(zip(frame.text("customer_id"), said, strict=True))


def test_a_pinned_day_is_said_and_cleared_again(demo_refreshed):
    day = date(2026, 6, 30)
    pinned, done = refreshed(demo_refreshed, pin=day)
    assert done.pinned and done.day == day
    assert _figures(pinned, day) != _figures(demo_refreshed)
    back, again = refreshed(pinned)
    assert not again.pinned
    assert _figures(back) == _figures(demo_refreshed)


def test_markup_beside_our_cells_stays(demo_refreshed):
    """Nothing in a sheet beside our columns is touched: the XML between our cells is the same."""
    sheet = next(s.part for s in Workbook(demo_refreshed).sheets if s.name == "Customers")
    marked = with_part(demo_refreshed, sheet, lambda xml: xml.replace(b"<sheetData>", b"<!-- kept --><sheetData>"))
    later, _ = refreshed(marked, TODAY + timedelta(days=3))
    assert b"<!-- kept -->" in parts(later)[sheet]
    assert set(parts(later)) == set(parts(marked))
