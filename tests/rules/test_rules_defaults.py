"""The default rules of the workbook, and every boundary the specification names."""

import numpy as np
import pytest
from rules_world import SETTINGS, VOCABULARY, World, holds, serial, spent

from tracker.rules import evaluate, in_words, parse

AT_RISK = "deals >= 1 and months_since_touch >= churn_months"
NEW = "months_since(first_purchase) <= new_months"
VIP = "spend(12m) > vip_spend"
HIGH = "spend(12m) >= high_value_spend or (spend(12m) > 0 and spend_rank(12m) <= high_value_percent)"
POTENTIAL = "spend(6m to 12m) > 0 and growth(6m) >= growth_percent"
URGENT = 'need_priority = "high" or need_by within urgent_days or open_urgent >= 1'

DEFAULTS = {
    AT_RISK: "deals at least 1 and months since touch at least 6",
    "deals = 0": "deals is 0",
    NEW: "months since first purchase at most 3",
    "otherwise": "in all other cases",
    VIP: "spend (12 months) above 100,000",
    HIGH: "spend (12 months) at least 50,000 or (spend (12 months) above 0 and spend rank (12 months) at most 10)",
    POTENTIAL: "spend (6 months to 12 months ago) above 0 and growth (6 months) at least 50",
    "spend(12m) >= medium_spend": "spend (12 months) at least 10,000",
    "spend(12m) > 0": "spend (12 months) above 0",
    "contacts(all) = 0 and deals = 0": "contacts (ever) is 0 and deals is 0",
    "months_since_touch >= dormant_months": "months since touch at least 3",
    "contacts(frequent_days) >= frequent_contacts": "contacts (30 days) at least 3",
    "contacts(30d) >= frequent_contacts": "contacts (30 days) at least 3",
    "open_complaints >= 1": "open complaints at least 1",
    "complaints(12m) >= 1": "complaints (12 months) at least 1",
    "complaints(complaint_months) >= 1": "complaints (12 months) at least 1",
    URGENT: 'need priority is "high" or need by within 14 days or open urgent at least 1',
    "core_need is not blank": "core need is filled",
}


@pytest.mark.parametrize(("condition", "words"), DEFAULTS.items())
def test_default_rules_are_read_and_said(condition, words):
    rule = parse(condition, VOCABULARY)
    assert in_words(rule, settings=SETTINGS) == words
    for size in (0, 1, 4):
        assert evaluate(rule, World(size)).shape == (size,)


@pytest.mark.parametrize(
    ("condition", "amount", "expected"),
    [
        (VIP, 100_000, False),
        (VIP, 100_000.01, True),
        ("spend(12m) >= high_value_spend", 50_000, True),
        ("spend(12m) >= high_value_spend", 49_999.99, False),
        ("spend(12m) >= medium_spend", 10_000, True),
        ("spend(12m) >= medium_spend", 9_999.99, False),
        ("spend(12m) > 0", 0.01, True),
        ("spend(12m) > 0", 0, False),
        ("spend(12m) > 0", -500, False),  # refunds
        ("spend(12m) < 0", -500, True),
    ],
)
def test_amounts_at_the_boundary(condition, amount, expected):
    assert holds(condition, spent(amount)) == [expected]


def test_cents_that_add_up_to_the_boundary_are_at_the_boundary():
    parts = [(0, "2024-06-01", 33_333.30), (0, "2024-06-02", 33_333.40), (0, "2024-06-03", 33_333.30)]
    assert holds(VIP, World(events={"spend": parts})) == [False]
    everything_returned = [(0, "2024-06-01", 0.1), (0, "2024-06-02", 0.2), (0, "2024-06-03", -0.3)]
    assert holds("spend(12m) > 0", World(events={"spend": everything_returned})) == [False]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([900.0, 800, 700, 600, 500], "10000"),  # fewer than ten: the top one
        ([900.0, 900, 700, 600, 500], "11000"),  # a tie at the cut
        ([700.0, 700, 700], "111"),  # all equal
        ([0.0, 0, -4], "000"),  # nobody is high with spend 0 or below
        ([5.0], "1"),
        ([20.0 - n for n in range(11)], "11000000000"),  # 10 % of 11 is two
        ([60_000.0, 55_000, 50_000, 49_999], "1110"),  # the amount lets in more than the share
    ],
)
def test_high_by_share_or_amount(amounts, expected):
    assert holds(HIGH, spent(*amounts)) == [letter == "1" for letter in expected]


def test_nobody_is_high_by_a_share_of_nothing():
    assert holds(HIGH, spent(900.0, 800.0).with_settings(high_value_percent=0)) == [False, False]


@pytest.mark.parametrize(
    ("first", "day", "new"),
    [
        ("2024-03-15", "2024-06-15", True),  # the last day of month 3 is still new
        ("2024-03-15", "2024-06-16", False),
        ("2024-01-31", "2024-04-30", True),  # 31 January + 3 months
        ("2024-01-31", "2024-05-01", False),
        ("2023-11-30", "2024-02-29", True),
        ("2023-11-30", "2024-03-01", False),
        ("2024-02-29", "2024-05-29", True),
        ("2024-02-29", "2024-05-30", False),
        ("2024-06-15", "2024-06-15", True),
    ],
)
def test_new_ends_with_the_last_day_of_month_three(first, day, new):
    assert holds(NEW, World(day=serial(day) + 0.7, columns={"first_purchase": [serial(first)]})) == [new]


def test_who_never_bought_is_not_new():
    assert holds(NEW, World()) == [False]


@pytest.mark.parametrize(
    ("before", "now", "potential"),
    [
        (100, 150, True),
        (100, 149.99, False),
        (0, 500, False),
        (-10, 500, False),
        (100, -50, False),
    ],
)
def test_potential_is_growth_over_something(before, now, potential):
    world = World(events={"spend": [(0, "2023-12-30", before), (0, "2023-12-31", now)]})  # day - 6 months = 30 December
    assert holds(POTENTIAL, world) == [potential]


@pytest.mark.parametrize(
    ("condition", "expected"), [("growth(6m) = 50", True), ("growth(6m) >= 50%", True), ("growth(6m) > 50%", False)]
)
def test_growth_is_in_percent(condition, expected):
    assert holds(condition, World(events={"spend": [(0, "2023-12-30", 100), (0, "2024-06-30", 150)]})) == [expected]


@pytest.mark.parametrize(
    ("need_by", "urgent"),
    [
        ("2024-06-30", True),
        ("2024-07-14", True),  # day + 14
        ("2024-07-15", False),
        ("2024-06-01", True),  # past: more urgent still
    ],
)
def test_needed_within(need_by, urgent):
    world = World(day=serial("2024-06-30") + 0.4, columns={"need_by": [serial(need_by) + 0.9]})
    assert holds("need_by within urgent_days", world) == [urgent]
    assert holds("NEED_BY Within 14", world) == [urgent]


def test_urgent_for_three_reasons():
    world = World(
        4,
        columns={"need_priority": ["High", "low", None, ""], "need_by": [np.nan, serial("2024-07-01"), np.nan, np.nan]},
        facts={"open_urgent": [0, 0, 1, 0]},
    )
    assert holds(URGENT, world) == [True, True, True, False]


@pytest.mark.parametrize(
    ("days_of_contact", "frequent"),
    [
        (["2024-06-01", "2024-06-02", "2024-06-30"], True),
        (["2024-05-31", "2024-06-02", "2024-06-30"], False),  # the first is 30 days ago
        (["2024-06-01", "2024-06-02", "2024-07-01"], False),  # the last is still to come
    ],
)
def test_frequent(days_of_contact, frequent):
    world = World(events={"contacts": [(0, text, 1) for text in days_of_contact]})
    assert holds("contacts(frequent_days) >= frequent_contacts", world) == [frequent]


def test_a_window_follows_its_setting():
    world = World(events={"complaints": [(0, "2024-04-01", 1)], "contacts": [(0, "2024-06-25", 1)]})
    assert holds("complaints(complaint_months) >= 1", world) == [True]
    assert holds("complaints(complaint_months) >= 1", world.with_settings(complaint_months=2)) == [False]
    assert holds("contacts(frequent_days) >= 1", world.with_settings(frequent_days=5)) == [False]
    assert holds("contacts(frequent_days) >= 1", world.with_settings(frequent_days=6)) == [True]


@pytest.mark.parametrize("broken", ["", "many", float("nan"), 0, -5, 1e300])
def test_a_broken_setting_never_raises(broken):
    world = spent(5.0).with_settings(complaint_months=broken, frequent_days=broken, vip_spend=broken)
    for condition in (
        "complaints(complaint_months) >= 1",
        "growth(frequent_days) > 1",
        "spend(frequent_days) > vip_spend",
    ):
        assert holds(condition, world) == [False]


@pytest.mark.parametrize(
    ("months", "deals", "at_risk"), [(6.0, 1, True), (5.97, 1, False), (np.nan, 1, False), (9, 0, False)]
)
def test_at_risk(months, deals, at_risk):
    assert holds(AT_RISK, World(facts={"months_since_touch": [months], "deals": [deals]})) == [at_risk]
