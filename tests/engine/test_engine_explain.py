"""What is explained is what a refresh gives: the boundaries, the distances to them, and the day a tag is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from refreshing import book, customers, refresh, worklist
from world import TODAY

from tracker.engine.alone import alone
from tracker.engine.customer_facts import CustomerFacts
from tracker.engine.explain import HORIZON as YEAR
from tracker.engine.explain import Asked, Explanation, TagStory, explain
from tracker.engine.home_leaving import HORIZON, leaving
from tracker.engine.worked import Worked, as_refreshed
from tracker.rules import evaluate


def worked(drawing: str, today: date | str = TODAY, **values: float | str) -> Worked:
    return as_refreshed(book(drawing, today, **values).read())


def story(
    drawing: str, today: date | str = TODAY, position: int = 0, ahead: int = 0, **values: float | str
) -> Explanation:
    """What is explained; changes are looked for ``ahead`` days, by default none: every day costs all rules."""
    return explain(worked(drawing, today, **values), position, ahead)


def only(whole: Worked, dimension: str) -> Worked:
    """As if one dimension of tags were all: what the others do on each day of a year is not asked."""
    given = tuple(one for one in whole.tagging.given if one.dimension == dimension)
    assert len(given) == 1
    return replace(whole, tagging=replace(whole.tagging, given=given))


def tag(found: Explanation, dimension: str) -> TagStory:
    return next(one for one in found.dimensions if one.dimension == dimension)


def asked_of(found: TagStory, label: str) -> tuple[Asked, ...]:
    """What a rule further up, or the one that holds, asked."""
    rules = (*found.above, *([found.rule] if found.rule else []))
    return next(rule.asked for rule in rules if rule.label == label)


def spent(amount: float, day: str = "today-1m") -> str:
    return f"""
    Customers
    customer_id | last_name
    C1          | Marsh

    Purchases
    customer | purchased_at | item | amount
    C1       | {day}        | Oak  | {amount}
    """


@pytest.mark.parametrize(
    #   spent        rule      holds  distance  strict more
    ("amount", "label", "holds", "distance", "strict", "more"),
    [
        (100_000.01, "VIP", True, 0.01, True, False),
        (100_000, "VIP", False, 0, True, False),  # exactly at it is not above it
        (99_588, "VIP", False, 412, True, True),
        (50_000, "High", True, 0, False, False),  # exactly at it is in
        (49_999.99, "High", False, 0.01, False, True),
        (10_000, "Medium", True, 0, False, False),
        (9_999.9, "Medium", False, 0.1, False, True),
        (0.01, "Low", True, 0.01, True, False),
    ],
)
def test_distances_to_the_boundaries_of_spend(amount, label, holds, distance, strict, more):
    found = tag(story(spent(amount), high_value_percent=0), "value")
    one = asked_of(found, label)[0]
    assert (one.holds, one.distance, one.strict, one.more) == (holds, distance, strict, more)
    assert one.value == amount


ONE = "Customers\ncustomer_id | last_name\nC1 | Marsh\n\n"


@pytest.mark.parametrize(
    ("dimension", "drawing", "label", "value", "distance"),
    [
        ("behaviour", "C1 | today-1d | phone\nC1 | today-29d | phone", "Frequent", 2, 1),
        ("behaviour", "C1 | today-1d | phone\nC1 | today-30d | phone", "Frequent", 1, 2),
        ("behaviour", "C1 | today+1d | phone\nC1 | today | phone\nC1 | today | phone", "Frequent", 2, 1),
        ("behaviour", "C1 | today-2m | phone", "Dormant", 2, 1),
        ("stage", "C1 | today-6m | phone", "At risk", 0, 1),
    ],
)
def test_distances_of_contacts(dimension, drawing, label, value, distance):
    lines = (
        f"Customers\ncustomer_id | last_name\nC1 | Marsh\n\nInteractions\ncustomer | started_at | channel\n{drawing}"
    )
    one = asked_of(tag(story(lines), dimension), label)[0]
    assert (one.value, one.distance) == (value, distance)
    assert not one.holds and one.more


BOUGHT = """
    Customers
    customer_id | last_name | need_by
    C1          | Marsh     | {need_by}

    Purchases
    customer | purchased_at | item | amount
    C1       | {bought}     | Oak  | {amount}
"""


@pytest.mark.parametrize(
    ("today", "bought", "amount", "dimension", "left", "day", "to"),
    [
        # 31 January + 3 months is the last day of April, on which a customer is still new
        ("2026-02-10", "2026-01-31", 5, "stage", "New", "2026-05-01", "Existing"),
        ("2026-05-10", "2026-01-31", 5, "stage", "Existing", "2026-07-31", "At risk"),
        ("2024-02-29", "2024-02-29", 5, "stage", "New", "2024-05-30", "Existing"),
        ("2024-02-29", "2024-02-29", 5, "value", "Low", "2025-03-01", "no tag"),  # 12 months before 28 February
        ("2026-11-18", "2026-01-31", 50_000, "value", "High", "2027-01-31", "no tag"),
        ("2026-11-18", "2026-11-18", 5, "behaviour", "Active", "2027-02-18", "Dormant"),
    ],
)
def test_the_day_a_tag_is_left_is_the_day_a_refresh_takes_it(today, bought, amount, dimension, left, day, to):
    drawing = BOUGHT.format(need_by="", bought=bought, amount=amount)
    found = tag(story(drawing, today, ahead=YEAR, high_value_percent=0), dimension)
    assert found.label == left
    assert found.change is not None
    assert (str(found.change.day), found.change.label or "no tag") == (day, to)
    assert found.change.days == (date.fromisoformat(day) - date.fromisoformat(today)).days
    before, then = (
        tag(story(drawing, date.fromisoformat(day) - timedelta(days), high_value_percent=0), dimension)
        for days in (1, 0)
    )
    assert (before.label, then.label or "no tag") == (left, to)


@pytest.mark.parametrize(
    ("condition", "day"),
    [
        ("spend_12m >= 50000", "2027-02-01"),
        ("spend(12m) >= 50000", "2027-02-01"),
        ("orders_12m >= 1", "2027-02-01"),
        ("contacts_30d >= 1", "2026-12-11"),
        ("contacts(30d) >= 1", "2026-12-11"),
        ("deals = 1", None),  # what is noted for a day ahead has not happened
        ("spend(all) < 60000", None),
        ("days_since_contact >= 0", None),
    ],
)
def test_columns_of_a_window_grow_old_as_the_facts_do_and_nothing_ahead_happens(condition, day):
    drawing = f"""
    Customers
    customer_id | last_name
    C1          | Marsh

    Purchases
    customer | purchased_at | item | amount
    C1       | 2026-02-01   | Oak  | 50000
    C1       | 2026-12-01   | Oak  | 70000

    Interactions
    customer | started_at | channel | response
    C1       | 2026-11-11 | phone   | Fine
    C1       | 2026-11-30 | phone   | Fine

    Rules
    dimension | tag | condition
    club | Member | {condition}
    """
    found = tag(story(drawing, "2026-11-18", ahead=YEAR), "club")
    assert found.tag == "Member"
    assert (str(found.change.day) if found.change else None) == day


def test_a_need_becomes_urgent_fourteen_days_before_its_day():
    found = tag(story(BOUGHT.format(need_by="2026-12-24", bought="", amount=""), ahead=YEAR), "need")
    assert found.label == "" and found.change is not None
    assert (str(found.change.day), found.change.label) == ("2026-12-10", "Urgent")
    within = asked_of(found, "Urgent")[1]
    assert (str(within.value), str(within.boundary), within.distance, within.more) == (
        "2026-12-24",
        "2026-12-02",
        22,
        False,
    )


AMOUNTS = st.sampled_from([1, 900, 9_999, 10_000, 49_999, 60_000, 120_000])
SHOP = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 420), AMOUNTS), max_size=7)
TALKS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 220), st.sampled_from(["phone", "newsletter"])), max_size=6
)


def shop(lines, talks) -> str:
    bought = "\n".join(f"C{who} | today-{days}d | Oak | {amount}" for who, days, amount in lines)
    spoken = "\n".join(f"C{who} | today-{days}d | {channel}" for who, days, channel in talks)
    return f"""
    Customers
    customer_id | last_name
    C0 | Marsh
    C1 | Silva
    C2 | Okafor

    Purchases
    customer | purchased_at | item | amount
    {bought}

    Interactions
    customer | started_at | channel
    {spoken}
    """


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(SHOP, TALKS, st.sampled_from(["rolling", "calendar"]))
def test_one_customer_alone_has_the_facts_and_tags_of_the_whole_book(lines, talks, window):
    whole = worked(shop(lines, talks), spend_window=window)
    facts = CustomerFacts(whole.snapshot)
    for position in range(3):
        found = explain(whole, position, horizon=0)
        mine = alone(whole.snapshot, position).facts()
        for one in whole.tagging.given:
            assert tag(found, one.dimension).tag == (one.tags[position] or "")
            for read in one.rules:
                assert evaluate(read.condition, mine)[0] == evaluate(read.condition, facts)[position]


# Some bought lately and stay, while what the others bought leaves day by day: ranks go both ways.
NAMES = ("Marsh", "Silva", "Okafor", "Haddad", "Byrne")
LEAVING = st.lists(st.tuples(st.integers(0, 4), st.integers(335, 364), AMOUNTS), min_size=2, max_size=7)
STAYING = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60), AMOUNTS), max_size=3)
OVERRIDES = st.lists(st.sampled_from(["", "", "", "VIP", "At risk", "nonsense"]), min_size=5, max_size=5)
NO_OVERRIDE = ("",) * 5


def ranked(lines, overrides=NO_OVERRIDE) -> str:
    who = "\n".join(f"C{i} | {name} | {tag}" for i, (name, tag) in enumerate(zip(NAMES, overrides, strict=True)))
    bought = "\n".join(f"C{who} | today-{days}d | Oak | {amount}" for who, days, amount in lines)
    return f"""
    Customers
    customer_id | last_name | tag_override
    {who}

    Purchases
    customer | purchased_at | item | amount
    {bought}
    """


def fallen(whole: Worked) -> dict[int, tuple[str, int]]:
    """Who falls from a value tag within the horizon of Home, as it is explained customer by customer."""
    value, found = only(whole, "value"), {}
    for position in range(5):
        one = tag(explain(value, position, HORIZON), "value")
        if one.change and not one.by_hand and one.change.tag not in [rule.tag for rule in one.above]:
            found[position] = (one.tag, one.change.days)
    return found


def said_on_home(whole: Worked) -> dict[int, tuple[str, int]]:
    found = leaving(whole.snapshot, whole.tagging, 5)
    assert found.count == len(found.first)
    return {one.position: (one.tag, one.days) for one in found.first}


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@example([(1, 345, 60_000), (2, 355, 1)], [(0, 10, 900)], "rolling", 40, NO_OVERRIDE)  # falls on day 10, rises on 20
@example([(0, 350, 60_000)], [(0, 3, 1)], "rolling", 0, ("At risk", *NO_OVERRIDE[1:]))  # by hand, but no value tag
@given(LEAVING, STAYING, st.sampled_from(["rolling", "calendar"]), st.sampled_from([0, 10, 40, 60]), OVERRIDES)
def test_home_names_who_falls_from_a_value_tag_with_the_day_that_is_explained(old, new, window, percent, overrides):
    whole = worked(ranked([*old, *new], overrides), spend_window=window, high_value_percent=percent)
    assert said_on_home(whole) == fallen(whole)


@pytest.mark.parametrize(
    ("days", "given"), [(0, "high"), (9, "high"), (10, "low"), (19, "low"), (20, "high"), (30, "high")]
)
def test_ranks_take_a_tag_and_give_it_back_within_the_days_home_looks_ahead(days, given):
    bought = [(0, 10, 900), (1, 345, 60_000), (2, 355, 1)]  # who, days ago, how much
    who = "\n".join(f"C{i} | {name}" for i, name in enumerate(NAMES[:3]))
    lines = "\n".join(f"C{one} | {TODAY - timedelta(ago)} | Oak | {amount}" for one, ago, amount in bought)
    drawing = (
        f"Customers\ncustomer_id | last_name\n{who}\n\nPurchases\ncustomer | purchased_at | item | amount\n{lines}"
    )
    whole = worked(drawing, TODAY + timedelta(days), high_value_percent=40)
    assert tag(explain(whole, 0, 0), "value").tag == given
    assert said_on_home(whole).get(0) == (("high", 10 - days) if days < 10 else None)


def test_a_tag_set_by_hand_with_its_day_its_reason_and_what_the_rules_say():
    drawing = """
    Customers
    customer_id | last_name | tag_override | tag_until  | tag_reason
    C1          | Marsh     | VIP; At risk | 2026-12-31 | Board member
    """
    found = story(drawing)
    value, stage = tag(found, "value"), tag(found, "stage")
    assert (value.label, value.by_hand, str(value.until), value.reason) == ("VIP", True, "2026-12-31", "Board member")
    assert value.rule is None and len(value.above) == 5
    assert stage.by_hand and stage.rule is not None and stage.rule.label == "Prospect"
    assert not tag(found, "behaviour").by_hand


def test_a_rank_is_that_among_all_customers():
    lines = "\n".join(f"C{i} | today-1m | Oak | {100 + i}" for i in range(20))
    who = "\n".join(f"C{i} | Marsh{i}" for i in range(20))
    drawing = (
        f"Customers\ncustomer_id | last_name\n{who}\n\nPurchases\ncustomer | purchased_at | item | amount\n{lines}"
    )
    top, below = story(drawing, position=18), story(drawing, position=17)
    assert (tag(top, "value").tag, tag(below, "value").tag) == ("high", "low")
    rank = asked_of(tag(below, "value"), "High")[2]
    assert not rank.holds and rank.value == pytest.approx(10.0, abs=0.01)


def test_the_rows_behind_a_figure():
    lines = "\n".join(f"P{i} | C1 | today-{i}m | Oak | {i}" for i in range(1, 14))
    drawing = f"""
    Customers
    customer_id | last_name
    C1          | Marsh

    Purchases
    purchase_id | customer | purchased_at | item | amount
    {lines}
    """
    [behind] = asked_of(tag(story(drawing), "value"), "High")[0].behind
    assert (behind.what, behind.count) == ("purchases", 11)  # what is exactly twelve months old has left
    assert [row.key for row in behind.rows] == ["P1", "P2", "P3", "P4", "P5"]
    assert (str(behind.first), str(behind.last)) == ("2025-12-18", "2026-10-18")


#     columns of the customer, interactions                            due          decides    silent
FOLLOWUPS = [
    ("", "C1 | today-5d | phone | |", "2026-12-14", "cadence", ""),  # Prospect: 30 days, 13 December is a Sunday
    ("2026-11-20", "C1 | today-5d | phone | |", "2026-11-20", "agreed", ""),
    ("2026-11-01", "C1 | today-5d | phone | |", "2026-12-14", "cadence", ""),  # spent
    ("2026-11-25", "C1 | today-5d | phone | Send | 2026-11-24", "2026-11-24", "action", ""),
    ("", "C1 | today+5d | phone | |", None, "", "planned"),
]


@pytest.mark.parametrize(("agreed", "talk", "due", "decides", "silent"), FOLLOWUPS)
def test_what_decides_a_follow_up(agreed, talk, due, decides, silent):
    drawing = f"""
    Customers
    customer_id | last_name | next_followup | created_on
    C1          | Marsh     | {agreed}      | today-90d

    Interactions
    customer | started_at | channel | action | action_due
    {talk}
    """
    found = story(drawing).followup
    assert (str(found.due) if found.due else None) == due
    assert "".join(one.kind for one in found.duties if one.decides) == decides
    assert found.silent == silent
    host = book(drawing)
    refresh(host)
    assert found.why == (customers(host)["C1"]["followup_why"] or "")
    assert [line.what for line in found.lines] == [row["what"] for row in worklist(host) if row["customer_id"] == "C1"]


@pytest.mark.parametrize(
    ("column", "value", "silent"),
    [("status", "closed", "closed"), ("opt_out", "all", "opt_out"), ("status", "paused", "paused")],
)
def test_what_silences_a_cadence(column, value, silent):
    found = story(f"Customers\ncustomer_id | last_name | {column}\nC1 | Marsh | {value}").followup
    assert (found.due, found.silent, found.duties) == (None, silent, ())


def test_when_a_follow_up_escalates():
    drawing = "Customers\ncustomer_id | last_name | next_followup\nC1 | Marsh | 2026-11-20"
    found = story(drawing, holidays="US").followup  # 26 November is Thanksgiving
    assert (str(found.lead_on), str(found.risk_on)) == ("2026-11-30", "2026-12-02")
    for day, said in ((found.lead_on - timedelta(1), None), (found.lead_on, "Lead"), (found.risk_on, "High risk")):
        host = book(drawing, day, holidays="US")
        refresh(host)
        [line] = worklist(host)
        assert line["escalation"] == said


def test_what_stands_in_the_workbook_and_will_not():
    drawing = "Customers\ncustomer_id | last_name | tag_stage\nC1 | Marsh | New"
    found = story(drawing)
    assert tag(found, "stage").before == "New"
    assert tag(found, "behaviour").before == "–"
