"""Two of us at one customer within days: each boundary from both sides."""

from __future__ import annotations

import pytest
from checks_world import checked
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.words import load
from tracker.words.sentences import message

HEADS = "customer | started_at | channel | direction | logged_by | action | action_due | action_done_on | responded_at"
FIRST, SECOND = "C1 | today-9d | Phone | | Anna", "C1 | today-8d | E-mail | | Ben"


def book(*rows: str, follow_up: str = "", heads: str = HEADS) -> str:
    customers = "customer_id | last_name | email | owner | next_followup"
    people = f"C1 | Marsh | m@b.example | Anna | {follow_up}\nC2 | Silva | s@b.example | Anna |"
    return f"Interactions\n{heads}\n" + "\n".join(rows) + f"\n\nCustomers\n{customers}\n{people}"


def found(drawing: str, **more: object) -> list[int]:
    """The rows of the second contacts."""
    return [one.place.row - 1 for one in checked(drawing, **more)[2] if one.code == "L122"]


@pytest.mark.parametrize(
    ("days", "apart", "expected"),
    [(2, 2, True), (2, 3, False), (0, 0, True), (0, 1, False), (5, 5, True), (5, 6, False)],
)
def test_the_days_of_the_setting(days, apart, expected):
    drawing = book(FIRST, f"C1 | today-{9 - apart}d | Phone | | Ben")
    assert found(drawing, settings={"double_contact_days": days}) == [2] * expected


@pytest.mark.parametrize(("first", "second", "expected"), [(31, 29, True), (32, 30, False), (30, 29, True)])
def test_what_is_long_past_is_settled(first, second, expected):
    drawing = book(f"C1 | today-{first}d | Phone | | Anna", f"C1 | today-{second}d | Phone | | Ben")
    assert found(drawing) == [2] * expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((FIRST, SECOND), [2]),
        ((SECOND, FIRST), [1]),
        ((FIRST,), []),
        (("C1 | today+9d | Phone | | Anna",), []),
        ((FIRST, SECOND.replace("Ben", "anna")), []),
        ((FIRST, SECOND.replace("Ben", "")), []),
        ((FIRST, SECOND.replace("C1", "C2")), []),
        ((FIRST, SECOND.replace("E-mail", "Newsletter")), []),
        ((FIRST, "C1 | today-8d | E-mail | Inbound | Ben"), []),
        (("C1 | today | Phone | | Anna", "C1 | today+1d | Phone | | Ben"), []),
        ((FIRST, SECOND, "C1 | today-7d | Phone | | Anna"), [2, 3]),
        ((FIRST, SECOND, "C1 | today-7d | Phone | | Ben"), [2]),
        # The customer spoke in between, before, and after.
        ((FIRST, "C1 | today-9d | Chat | Inbound | ", SECOND), []),
        ((FIRST, "C1 | today-10d | Chat | Inbound | ", SECOND), [3]),
        ((FIRST, "C1 | today-7d | Chat | Inbound | ", SECOND), [3]),
        ((FIRST, "C2 | today-9d | Chat | Inbound | ", SECOND), [3]),
        # The first noted what the second does; due days outside are another matter.
        ((f"{FIRST} | Offer | today-8d", SECOND), []),
        ((f"{FIRST} | Offer | today-7d", SECOND), [2]),
        ((f"{FIRST} | Offer | | today-8d", SECOND), []),
        ((f"{FIRST} | Offer | | today-2d", SECOND), [2]),
        ((f"{FIRST} | | | | today-9d", SECOND), []),
        ((f"{FIRST} | | | | today-7d", SECOND), [2]),
        ((FIRST, f"{SECOND} | Offer | today-8d"), [2]),
    ],
)
def test_what_was_agreed_and_what_was_not(rows, expected):
    drawing = book(*rows)
    assert found(drawing) == expected


@pytest.mark.parametrize(
    ("follow_up", "expected"), [("today-8d", []), ("today-9d", [2]), ("today-7d", [2]), ("today+30d", [2])]
)
def test_the_next_follow_up_of_the_customer(follow_up, expected):
    assert found(book(FIRST, SECOND, follow_up=follow_up)) == expected


@pytest.mark.parametrize(("owner", "expected"), [("Ben", []), ("BEN", []), ("Anna", [2]), ("Cleo", [2])])
def test_an_action_that_was_handed_over(owner, expected):
    heads = "customer | started_at | channel | direction | logged_by | action | action_due | action_owner"
    assert found(book(f"{FIRST} | Offer | today+9d | {owner}", SECOND, heads=heads)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2026-11-09T10:00 | Visit", "2026-11-09T10:00 | Visit", []),  # one visit that both noted
        ("2026-11-09T10:00 | Visit", "2026-11-09T10:00 | Phone", [2]),
        ("2026-11-09T10:00 | Visit", "2026-11-09T11:00 | Visit", [2]),
        ("2026-11-09 | Visit", "2026-11-09 | Visit", [2]),
    ],
)
def test_a_visit_of_two(one, other, expected):
    assert found(book(f"C1 | {one} | | Anna", f"C1 | {other} | | Ben")) == expected


def test_it_says_who_and_when():
    (one,) = [one for one in checked(book(FIRST, SECOND))[2] if one.code == "L122"]
    assert message(load(), one) == (
        "Ben reached out to the customer on 2026-11-10, and Anna had on 2026-11-09 (E2); no follow-up was agreed."
    )
    assert (one.place.key, one.place.cell, one.value) == ("logged_by", "E3", "Ben")


ROWS = st.tuples(
    st.sampled_from(["C1", "C2"]),
    st.integers(1, 8),
    st.sampled_from(["", "Inbound"]),
    st.sampled_from(["Anna", "Ben", ""]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=8), st.randoms())
def test_sorting_the_rows_changes_nothing(rows, random):
    drawn = [f"I{n} | {c} | today-{day}d | Phone | {way} | {staff}" for n, (c, day, way, staff) in enumerate(rows)]
    heads = "interaction_id | customer | started_at | channel | direction | logged_by"

    def said(lines: list[str]) -> list[str]:
        findings = checked(book(*lines, heads=heads))[2]
        return sorted(one.place.row_key for one in findings if one.code == "L122")

    before = said(drawn)
    random.shuffle(drawn)
    assert said(drawn) == before
