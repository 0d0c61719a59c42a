"""A workbook beside a standard: what differs is said at its cell, what is only spelled otherwise is not."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import permutations

import pytest
from checks_world import checked

from tracker.checks.standard import DEFAULTS, Kept, Standard, as_standard, check_standard, differing, standard_of
from tracker.schema.lists import LISTS
from tracker.schema.settings import SETTINGS, SettingKind, Settings
from tracker.schema.tags import Rule
from tracker.words import load
from tracker.words.sentences import message, remedy

RULES = """
Rules
dimension | tag      | condition                                    | cadence_days | channel | team  | note
stage     | prospect | deals = 0                                    | 30           | E-mail  | Sales | first
stage     | new      | months_since(first_purchase) <= new_months   | 14           | E-mail  |       |
stage     | existing | otherwise                                    |              |         |       |
"""
COMPANY = (
    Rule("stage", "prospect", "deals = 0", 30, "email", "Sales"),
    Rule("stage", "new", "months_since(first_purchase) <= new_months", 14, "email"),
    Rule("stage", "existing", "otherwise"),
)
LISTED = """
Lists
list      | code     | label    | active | meaning
channel   | phone    | Phone    | yes    | two_way
channel   | email    | E-mail   | no     | two_way
channel   | letter   | Letter   |        |
direction | outbound | Outbound | yes    |
alias     | Customers.email | Mail |    |
item      |          | Chair    |        |
"""


def said(drawing, standard, **more):
    """Code, cell, value and suggestion of each finding, in no order."""
    _, snapshot, _ = checked(drawing, **more)
    return {(one.code, one.place.cell, one.value, one.suggestion) for one in check_standard(snapshot, standard)}


def sentences(drawing, standard):
    _, snapshot, _ = checked(drawing)
    words = load()
    return {(message(words, one), remedy(words, one)) for one in check_standard(snapshot, standard)}


@pytest.mark.parametrize(
    ("settings", "company", "expected"),
    [
        ({}, {"vip_spend": 100_000.0}, set()),
        ({}, {"vip_spend": 120_000.0}, {("K115", "100000", "120000")}),
        ({"vip_spend": 120_000}, {"vip_spend": 120_000.0}, set()),
        ({"vip_spend": 120_000.5}, {"vip_spend": 120_000.0}, {("K115", "120000.5", "120000")}),
        ({"vip_spend": "a lot"}, {"vip_spend": 120_000.0}, {("K115", "100000", "120000")}),  # the default is in force
        ({"workdays": "mon – fri"}, {"workdays": "Mon-Fri"}, set()),
        ({"workdays": "Mon-Sat"}, {"workdays": "Mon-Fri"}, {("K115", "Mon-Sat", "Mon-Fri")}),
        ({"key_fields": "OWNER; phone or email"}, {"key_fields": "email or phone; owner"}, set()),
        ({"key_fields": "owner; phone; email"}, {"key_fields": "email or phone; owner"}, 1),
        ({"backup_keep": "20/30d/12m"}, {"backup_keep": "20 / 30d / 12m"}, set()),
        ({"holidays": "de"}, {"holidays": "DE"}, set()),
        ({"holidays": ""}, {"holidays": "DE"}, {("K115", "", "DE")}),
        ({"purchase_is_touch": "No"}, {"purchase_is_touch": "yes"}, {("K115", "No", "Yes")}),
        ({"cadence_from": 46_000, "as_of": 46_001, "vip_spend": 1}, {}, set()),
    ],
)
def test_settings(settings, company, expected):
    found = said("", Standard(settings=company), settings=settings)
    got = {(code, value, wanted) for code, _, value, wanted in found}
    assert len(got) == expected if isinstance(expected, int) else got == expected


def test_a_setting_is_named_by_its_cell_and_one_without_a_row_by_its_table():
    _, snapshot, _ = checked("", settings={"vip_spend": 5})
    one, other = check_standard(snapshot, Standard(settings={"medium_spend": 1.0, "vip_spend": 9.0}))
    rows = dict(zip(snapshot.text("Settings", "key"), snapshot.frames["Settings"].rows, strict=True))
    assert one.place.row == rows["vip_spend"] and one.place.key == "value" and one.place.row_key == "vip_spend"
    assert "medium_spend" not in rows and other.place.row is None and other.place.sheet == "Settings"


def test_no_day_from_which_a_workbook_counts_is_ever_compared():
    dates = {one.key for one in SETTINGS if one.kind is SettingKind.DATE}
    assert dates == {"cadence_from", "as_of"} and not dates & DEFAULTS.settings.keys()
    assert len(DEFAULTS.settings) == len(SETTINGS) - len(dates)
    assert differing(Settings(), DEFAULTS) == []
    assert differing(replace(Settings(), as_of=46_000.0, vip_spend=1.0, workdays="Mon"), DEFAULTS) == [
        "vip_spend",
        "workdays",
    ]


def test_rules_that_say_the_same_are_no_finding():
    assert said(RULES, Standard(rules=COMPANY)) == set()
    assert said(RULES.replace("deals = 0 ", "DEALS=0"), Standard(rules=COMPANY)) == set()
    assert said(RULES.replace("| first", "| other"), Standard(rules=COMPANY)) == set()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("deals = 0", "deals = 1", {("K116", "D5", "deals = 1", "deals = 0")}),
        ("| 30 ", "| 31 ", {("K116", "E5", "31", "30")}),
        ("| 30 ", "|    ", {("K116", "E5", "", "30")}),
        ("30           | E-mail", "30           | Phone ", {("K116", "F5", "Phone", "E-mail")}),
        ("Sales", "Shop", {("K116", "G5", "Shop", "Sales")}),
        ("30           | E-mail  | Sales", "9            | Phone   |      ", 3),
        ("stage     | existing | otherwise", "stage     | current  | otherwise", 2),
        ("deals = 0", "deals", {("K116", "D5", "deals", "deals = 0")}),  # which cannot be read either
        ("deals = 0", "$!", {("K116", "D5", "$!", "deals = 0")}),
    ],
)
def test_a_rule_that_differs_is_named_by_each_cell(before, after, expected):
    assert before in RULES
    found = said(RULES.replace(before, after), Standard(rules=COMPANY))
    assert len(found) == expected if isinstance(expected, int) else found == expected


def test_a_rule_that_is_missing_and_one_that_is_added():
    assert said(RULES, Standard(rules=COMPANY[:2])) == {("K116", "D7", "otherwise", "")}
    more = (*COMPANY, Rule("value", "vip", "spend(12m) > vip_spend", 30), Rule("value", "vip", "deals > 9"))
    assert said(RULES, Standard(rules=more)) == {
        ("K116", "", "spend(12m) > vip_spend", ""),
        ("K116", "", "deals > 9", ""),
    }
    assert sentences(RULES, Standard(rules=more[:4])) == {
        (
            "The rule for “vip” (value) of the company's standard is missing.",
            "Add it, where the standard has it: spend(12m) > vip_spend",
        )
    }


def test_a_rule_at_another_place_is_said_once():
    first, second, last = COMPANY
    assert said(RULES, Standard(rules=(second, first, last))) in (
        {("K116", "C5", "prospect", "")},
        {("K116", "C6", "new", "")},
    )
    assert all(said(RULES, Standard(rules=order)) for order in permutations(COMPANY) if order != COMPANY)


def test_the_order_of_dimensions_decides_nothing():
    other = Rule("value", "low", "spend(12m) > 0")
    drawing = RULES + "value | low | spend(12m) > 0\n"
    assert said(drawing, Standard(rules=(other, *COMPANY))) == set() == said(drawing, Standard(rules=(*COMPANY, other)))


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        ({"channel": ("phone", "email", "letter")}, set()),
        ({"channel": ("PHONE", "email", "letter")}, set()),
        ({"channel": ("phone", "email", "letter", "fax")}, {("K117", "", "fax", "")}),
        ({"channel": ("phone", "email")}, {("K117", "C7", "letter", "")}),
        (
            {"channel": (Kept("phone"), Kept("email", None, None), Kept("letter", None, None))},
            1,
        ),  # phone means something
        ({"channel": (Kept("phone", True, "two_way"), Kept("email", False, "two_way"), Kept("letter"))}, set()),
        (
            {"channel": (Kept("phone", False, None), Kept("email", True, None), Kept("letter", None, "closed"))},
            {("K117", "E5", "Yes", "No"), ("K117", "E6", "No", "Yes"), ("K117", "F7", "", "closed")},
        ),
        ({"direction": ("outbound",)}, set()),
        ({"sentiment": ("positive", "neutral", "negative")}, set()),  # has no rows here, so the defaults are in force
        ({"sentiment": ("positive",)}, {("K117", "", "neutral", ""), ("K117", "", "negative", "")}),
        ({"item": ("chair",)}, set()),
        ({"item": ("Table",)}, {("K117", "", "Table", ""), ("K117", "C10", "Chair", "")}),
        ({}, set()),
    ],
)
def test_lists(company, expected):
    lists = {
        name: tuple(one if isinstance(one, Kept) else Kept(one, None, None) for one in kept)
        for name, kept in company.items()
    }
    found = said(LISTED, Standard(lists=lists))
    assert len(found) == expected if isinstance(expected, int) else found == expected


def test_each_way_to_differ_has_its_sentences():
    lists = {
        "channel": (Kept("phone", False, "closed"), Kept("email", True, None), Kept("fax")),
    }
    assert {text for text, _ in sentences(LISTED, Standard(lists=lists))} == {
        "“phone” of the list channel is offered here; by the company's standard it is not.",
        "“phone” of the list channel means “two_way”; by the company's standard “closed”.",
        "“email” of the list channel is not offered here; by the company's standard it is.",
        "“fax” of the list channel is in the company's standard, but not here.",
        "“letter” of the list channel is not in the company's standard.",
    }
    changed = (replace(COMPANY[0], cadence_days=60), *COMPANY[1:])
    assert sentences(RULES, Standard(rules=changed)) == {
        (
            "“Cadence days” of the rule for “prospect” (stage) is “30”; the company's standard says “60”.",
            "Write the rule as in the standard; who needs another asks whoever keeps the standard.",
        )
    }


def test_a_workbook_is_as_it_is_itself_and_a_standard_travels_as_plain_data():
    drawing = f"{RULES}\n{LISTED}"
    _, snapshot, _ = checked(drawing, settings={"vip_spend": 7, "holidays": "DE", "as_of": 46_000})
    standard = standard_of(snapshot)
    assert list(check_standard(snapshot, standard)) == []
    assert (
        standard.settings["vip_spend"] == 7
        and len(standard.rules) == 3
        and set(standard.lists) == {"channel", "direction", "item"}
    )
    assert as_standard(asdict(standard)) == standard


def test_the_template_is_as_the_defaults():
    """What `new` makes has the standard's rules and lists where the standard is a fresh workbook."""
    lists = {spec.name: tuple(Kept(code, None, None) for code in spec.codes) for spec in LISTS if spec.on_sheet}
    assert said("", Standard(DEFAULTS.settings, None, lists)) == set()
