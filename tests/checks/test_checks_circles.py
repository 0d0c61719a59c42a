"""A rule that asks for what follows from the rules is a finding, whichever way a formula leads there; the rest runs."""

from __future__ import annotations

import pytest
from checks_world import checked
from world import BASE

from tracker.checks.circles import after_rules
from tracker.engine.derive import ready
from tracker.engine.worked import TAGGED
from tracker.schema.tags import AFTER_RULES

OF_ITS_OWN = {"orders_12m", "completeness", "last_summary"}  # worked out anew when a rule asks for them

#     the formula of a column of staff's own called Mine     what it follows from
FORMULAS = [
    ("Customers[[#This Row],[Tags]]", "Tags"),
    ('IF(Customers[[#This Row],[Value]]="VIP",1,0)', "Value"),
    ("Customers[@Due]+1", "Due"),
    ("COUNTIFS(Customers[tags],1)", "Tags"),
    ("Customers[[#This Row],[Other]]*2", "Days late"),
    ("Customers[[#This Row],[Mine]]+1", "Mine"),
    ("SUM(FollowUps[Days late])", "FollowUps"),
    ("COUNTIF('Follow-ups'!C:C,1)", "FollowUps"),
    ("TagHistory[Customer ID]", "TagHistory"),
    ("D2&{tags}2", "Tags"),
    ("$D$2&Customers!${tags}$2", "Tags"),
    ("SUM({tags}:{tags})", "Tags"),
    ("Customers[[#This Row],[City]]", None),
    ('"Customers[Tags]"', None),
    ("Interactions[[#This Row],[Follow-up]]", None),
    ("Settings!{tags}2", None),
    ("Customers[[#This Row],[Spend 12 m]]>5", None),
    ("{city}2*2", None),
    ("TAGS(1)", None),
]


@pytest.mark.parametrize(("formula", "cause"), FORMULAS)
def test_a_formula_that_leads_back_to_the_tags(formula, cause):
    formula = formula.replace("{tags}", "E").replace("{city}", "F")
    drawing = f"""
    Customers
    customer_id | last_name | Mine | Other | tags | city
    C1 | Marsh | ={formula} -> 1 | =Customers[[#This Row],[Days late]] -> 2 | | Bonn

    Rules
    dimension | tag | condition
    club | Member | [Mine] = 1 or last_name = "Marsh"
    club | Guest  | last_name = "Marsh"
    """
    made, snapshot, findings = checked(drawing)
    assert made.tables["Customers"].ref.first_column == 1
    assert after_rules(snapshot).get("[Mine]") == cause
    odd = [one for one in findings if one.code == "K103"]
    assert bool(odd) == (cause is not None)
    if cause:
        assert odd[0].details["reason"] == ("own_circle" if cause == "Mine" else "circular_header")
        assert "tracker" not in odd[0].details["said"]


def test_two_columns_that_turn_in_a_circle():
    drawing = """
    Customers
    customer_id | last_name | One | Two | Three
    C1 | Marsh | =Customers[[#This Row],[Two]] -> 1 | =Customers[One] -> 1 | =Customers[One] -> 1
    """
    found = after_rules(checked(drawing)[1])
    assert (found.get("[One]"), found.get("[Two]"), found.get("[Three]")) == ("One", "Two", None)


def test_the_columns_after_the_rules_are_those_that_wait_for_them():
    table = BASE["Customers"]
    early = {key for name, key in ready(BASE, frozenset(), TAGGED) if name == "Customers"}
    assert {column.key for column in table.columns if column.is_tool} - early - OF_ITS_OWN == AFTER_RULES


@pytest.mark.parametrize(
    "text", ["[" * 8_000, "[a" * 4_000, "a" * 30_000, "'" * 9_000 + "!", "A1" * 4_000, '"' * 8_001]
)
def test_a_monstrous_formula_is_looked_at_and_nothing_more(text):
    drawing = f"Customers\ncustomer_id | last_name | Mine\nC1 | Marsh | ={text} -> 1"
    assert "[Mine]" not in after_rules(checked(drawing)[1])
