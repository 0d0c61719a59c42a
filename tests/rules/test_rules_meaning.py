"""What the signs and words of a condition mean, on one small table of customers."""

import numpy as np
import pytest
from rules_world import SETTINGS, VOCABULARY, World, holds, serial

from tracker.rules import comparisons, evaluate, in_words, names_used, parse, sides

#        Anna          Bo            Cy      Dee
SHOP = World(
    4,
    columns={
        "country": ["DE", "at ", "FR", None],
        "email": ["anna@x.org", "", None, "dee@x.org"],
        "core_need": ["Steel pipes", "STEEL", "wood", " "],
        "lifetime_spend": [100.0, 0.0, -20.0, np.nan],
        "first_purchase": [serial("2024-01-31") + 0.6, serial("2024-06-30"), np.nan, serial("2024-07-02")],
        "last_contact": [serial("2024-02-10"), np.nan, np.nan, serial("2024-06-30") + 0.9],
        "completeness": [100.0, 80.0, 79.0, np.nan],
    },
    headers={
        "Membership": ["Gold", "gold", "Silver", None],
        "Score": [1.0, 2.0, 3.0, np.nan],
        "Renewal": [serial("2024-07-10"), np.nan, np.nan, np.nan],
        "Odd one": ["x", 3.0, "3", None],
        "Two\nlines": ["a", "b", "c", "d"],
    },
    facts={"deals": [1.0, 0.0, 2.0, 5.0]},
)

MEANING = [
    # condition                                          A B C D
    ("deals = 2", "0010"),
    ("deals <> 2", "1101"),
    ("deals != 2", "1101"),
    ("deals < 2", "1100"),
    ("deals <= 2", "1110"),
    ("deals > 2", "0001"),
    ("deals >= 2", "0011"),
    ("deals ≥ 2", "0011"),
    ("2 <= deals", "0011"),
    # blanks: a blank number compares false, a blank text is empty text
    ("lifetime_spend < 1000", "1110"),
    ("lifetime_spend <> 0", "1010"),
    ("not lifetime_spend = 0", "1011"),
    ('country <> "DE"', "0111"),
    ('country = ""', "0001"),
    ("lifetime_spend is blank", "0001"),
    ("lifetime_spend is not blank", "1110"),
    ("email is blank", "0110"),
    ("core_need is blank", "0001"),
    ("[Renewal] is not blank", "1000"),
    # text: without case and outer spaces
    ('country = "de"', "1000"),
    ("country in ('de', \"AT\")", "1100"),
    ('country not in ("DE", "AT")', "0011"),
    ('not country in ("DE", "AT")', "0011"),
    ('COUNTRY IN ("DE") OR Country = "Fr"', "1010"),
    ("deals in (1, 5)", "1001"),
    ("deals in (2 - 1, deals * 1)", "1111"),
    ("lifetime_spend not in (0, 100)", "0010"),
    ('core_need contains "steel"', "1100"),
    ('not core_need contains "steel"', "0011"),
    ("core_need contains country", "0000"),
    ('[Membership] = "gold"', "1100"),
    ('[ membership ] <> "gold"', "0011"),
    ("[Score] >= 2", "0110"),
    ('[two lines] = "B"', "0100"),
    ('[Odd one] = "3"', "0110"),
    ("[Odd one] = 3", "0100"),
    ("[Odd one] + 0 >= 3", "0100"),
    ("[Odd one] is blank", "0001"),
    # and, or, not
    ("deals = 1 or deals = 2 and country = 'DE'", "1000"),
    ("(deals = 1 or deals = 2) and country = 'FR'", "0010"),
    ("not deals = 1 and not deals = 2", "0101"),
    ("not (deals = 1 or deals = 2)", "0101"),
    ("NOT NOT deals = 1", "1000"),
    ("otherwise", "1111"),
    (" OtherWise ", "1111"),
    ("1 = 1", "1111"),
    ('"a" = "A"', "1111"),
    ("1 = 2", "0000"),
    # arithmetic
    ("deals + 1 * 2 = 3", "1000"),
    ("(deals + 1) * 2 = 4", "1000"),
    ("deals - 1 - 1 = 0", "0010"),
    ("8 / deals / 2 = 2", "0010"),
    ("-deals < -1", "0011"),
    ("1 < deals", "0011"),
    ("2 - 1 >= deals", "1100"),
    ("-1 > -deals", "0011"),
    ("vip_spend > lifetime_spend", "1110"),
    ("deals - -1 = 2", "1000"),
    ("10 / deals >= 0", "1011"),  # division by zero is false
    ("not 10 / deals >= 0", "0100"),
    ("0 / deals = 0", "1011"),
    ("deals / 0 is blank", "1111"),
    ("lifetime_spend * 10% >= 10", "1000"),
    ("lifetime_spend × 10% ÷ 2 − 1 = 4", "1000"),
    ("completeness >= 80%", "1100"),  # percentages are whole numbers in a workbook
    ("completeness / 100 >= 80%", "1100"),
    ("completeness >= high_value_percent * 8", "1100"),
    ("0.1 + 0.2 = 0.3", "1111"),
    ("0.1 + 0.2 > 0.3", "0000"),
    ("1234567890123456 = 1234567890123457", "1111"),
    ("1234567890123456 < 1234567890123457", "0000"),
    ("123456789012345 < 123456789012346", "1111"),
    (".5 = 50%", "1111"),
    ("1 / 3 * 3 = 1", "1111"),
    ("1000000 = 1000000.0000001", "0000"),
    # dates, as whole days
    ('first_purchase = "2024-01-31"', "1000"),
    ('first_purchase <= "2024-01-31"', "1000"),
    ('first_purchase in ("2024-01-31", "2024-06-30")', "1100"),
    ("last_contact >= first_purchase", "1000"),
    ("last_contact - first_purchase = 10", "1000"),
    ("first_purchase + 10 = last_contact", "1000"),
    ('[Renewal] = "2024-07-10"', "1000"),  # a day in a column whose kind nobody declared
    ('[Renewal] > "2024-07-10"', "0000"),
    ('[Renewal] in ("2024-07-10", "2024-07-11")', "1000"),
    ('[Odd one] <> "2024-07-10"', "0100"),  # a text is no day
    # lengths of time, and the day itself: 30 June 2024
    ('today = "2024-06-30"', "1111"),
    ("first_purchase = today", "0100"),
    ("first_purchase > today - 5m", "1101"),  # after 30 January
    ("first_purchase - 1d > today - 5m", "0101"),
    ("first_purchase + 5m = today", "1000"),  # 31 January + 5 months: the last day of June
    ("first_purchase + 5m < today", "0000"),
    ("last_contact + 10d <= first_purchase + 20d", "1001"),
    ("last_contact within 0", "1001"),
    ("[Renewal] within 10d", "1000"),
    ("[Renewal] within 9d", "0000"),
    ("[Renewal] within 1m", "1000"),
    ("first_purchase within 1m", "1101"),
    ("[Odd one] + 1m is blank", "1111"),
    ("today - first_purchase = 2 * 0", "0100"),
    ("days_since(last_contact) = 0", "0001"),
    ("days_since(last_contact) > 100", "1000"),
    ("days_since([Renewal]) = -10", "1000"),
    ("days_since(first_purchase) < 0", "0001"),
    ("months_since(first_purchase) >= 5", "1000"),
    ("months_since(first_purchase) < 0", "0001"),
    ("months_since(first_purchase + 1) < 5", "1101"),
    ('months_since("2024-05-30") = 1', "1111"),
    ("[Renewal] within 10", "1000"),
    ("[Renewal] within 9", "0000"),
    ("[Renewal] within 5 + 5", "1000"),
    ("first_purchase within 1", "1100"),
    # settings
    ('currency = "usd"', "1111"),
    ("vip_spend / high_value_spend = 2", "1111"),
    ("lifetime_spend >= VIP_SPEND / 1000", "1000"),
]


@pytest.mark.parametrize(("condition", "expected"), MEANING)
def test_meaning(condition, expected):
    assert "".join(str(int(held)) for held in holds(condition, SHOP)) == expected


@pytest.mark.parametrize("condition", [condition for condition, _ in MEANING])
def test_every_condition_can_be_said_and_taken_apart(condition):
    rule = parse(condition, VOCABULARY)
    assert in_words(rule)
    assert all(left.shape == right.shape == (4,) for left, right in (sides(leaf, SHOP) for leaf in comparisons(rule)))


@pytest.mark.parametrize("condition", [condition for condition, _ in MEANING])
def test_the_order_of_customers_does_not_matter(condition):
    turned = World(
        4,
        columns={key: values[::-1] for key, values in SHOP.columns.items()},
        headers={key: values[::-1] for key, values in SHOP.headers.items()},
        facts={key: values[::-1] for key, values in SHOP.facts.items()},
    )
    assert holds(condition, turned) == holds(condition, SHOP)[::-1]


def test_windows_of_every_form():
    spend = [(0, "2023-07-01", 10.0), (0, "2024-06-30", 5.0), (1, "2023-06-30", 7.0), (1, "2024-07-01", 7.0)]
    world = World(2, events={"spend": spend, "orders": spend})
    for condition, expected in {
        "spend(12m) = 15": [True, False],
        "spend(all) = 7": [False, True],
        "spend(6m to 12m) = 10": [True, False],
        "SPEND( 6M To 12m ) = 10": [True, False],
        "spend(30d) = 5": [True, False],
        "orders(12m) = 2": [True, False],
        "spend_rank(12m) <= 50": [True, False],
        "spend_rank(12m) > 50": [False, True],  # who spent nothing stands below everybody
        "spend_rank(all) <= 50%": [True, False],
        "growth(churn_months) < 0": [True, False],
    }.items():
        assert holds(condition, world) == expected, condition


def test_names_used():
    rule = parse("spend(frequent_days) > VIP_spend or months_since([membership]) > 1 or growth(6m) > 1", ANY_HEADER)
    assert names_used(rule) == {"spend", "frequent_days", "vip_spend", "[Membership]", "growth"}


ANY_HEADER = type(VOCABULARY)(
    VOCABULARY.columns, SETTINGS, VOCABULARY.facts, VOCABULARY.windowed, {"Membership": "who knows"}
)


def test_comparisons_show_value_and_boundary():
    rule = parse(
        'not deals >= 2 and (country in ("DE", "AT") or email is not blank or [Renewal] within urgent_days)', VOCABULARY
    )
    leaves = comparisons(rule)
    assert [leaf.operator for leaf in leaves] == [">=", "in", "is not blank", "within"]
    shown = [(left.tolist()[0], right.tolist()[0]) for left, right in (sides(leaf, SHOP) for leaf in leaves)]
    assert shown == [
        (1.0, 2.0),
        ("DE", ("DE", "AT")),
        ("anna@x.org", None),
        (serial("2024-07-10"), serial("2024-07-14")),
    ]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("spend(12m) > 100000", "spend (12 months) above 100,000"),
        ("spend(12m) > vip_spend", "spend (12 months) above vip spend"),
        ("spend(frequent_days) < 2.50", "spend (frequent days) below 2.5"),
        ('country in ("DE", "AT")', 'country is one of "DE", "AT"'),
        ('country not in ("DE")', 'country is none of "DE"'),
        ("not (deals = 1 and deals <> 2)", "not (deals is 1 and deals is not 2)"),
        ("deals = 1 or deals = 2 or deals = 3", "deals is 1 or deals is 2 or deals is 3"),
        ("deals = 1 and (deals = 2 or deals = 3)", "deals is 1 and (deals is 2 or deals is 3)"),
        ("(deals + 1) * -2 >= 10%", "(deals + 1) * -2 at least 10%"),
        ("-(deals + 1) <= 0", "-(deals + 1) at most 0"),
        ("need_by within urgent_days", "need by within urgent days"),
        ("need_by within 14", "need by within 14 days"),
        ("need_by within -14", "need by within -14 days"),
        ("need_by within 1", "need by within 1 day"),
        ("need_by within 1d", "need by within 1 day"),
        ("spend(1m) > 1", "spend (1 month) above 1"),
        ("spend(1m to 2m) > 0", "spend (1 month to 2 months ago) above 0"),
        ("spend(11d) > 0", "spend (11 days) above 0"),
        ('first_purchase >= "2024-01-31"', "first purchase at least 2024-01-31"),
        ('[Two lines] contains "{left}"', 'Two\nlines contains "{left}"'),
        ("email is blank", "email is blank"),
    ],
)
def test_in_words(condition, words):
    assert in_words(parse(condition, VOCABULARY)) == words


def test_a_locale_brings_its_own_words():
    german = {">": "{left} über {right}", "m": "{number} Monate", "name.spend": "Umsatz", "thousands": "."}
    rule = parse("spend(12m) > vip_spend", VOCABULARY)
    assert in_words(rule, german, SETTINGS) == "Umsatz (12 Monate) über 100.000"
    one = parse("spend(1m) > 1", VOCABULARY)
    assert in_words(one, german) == "Umsatz (1 Monate) über 1"  # no English day or month beside its own
    assert in_words(one, {**german, "m.one": "{number} Monat"}) == "Umsatz (1 Monat) über 1"


def test_facts_may_be_whole_numbers_or_plain_strings():
    class Plain(World):
        def fact(self, name):
            return np.array([1, 2], np.int64)

        def column(self, key):
            return np.array(["DE", "at"])

    rule = parse('deals / 2 >= 1 and country = "AT" and country is not blank', VOCABULARY)
    assert evaluate(rule, Plain(2)).tolist() == [False, True]
