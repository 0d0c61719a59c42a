"""Where a formula and we would read a cell in two ways, a finding names the cell: nobody trusts it unawares."""

import pytest
from checks_world import checked

PEOPLE = """
Customers
customer_id | last_name | email       | owner | created_on
C1          | Marsh     | m@b.example | Anna  | 2025-01-01
{other}

Purchases
purchase_id | customer | purchased_at | item | amount
{line}
"""


@pytest.mark.parametrize(
    ("other", "line", "code", "key"),
    [
        ('"C1 " | Silva | s@b.example | Anna | 2025-01-01', "", "V107", "customer_id"),  # outer spaces
        ('"C1 " | Silva | s@b.example | Anna | 2025-01-01', "", "D101", "customer_id"),
        ("C*    | Silva | s@b.example | Anna | 2025-01-01", "", "V107", "customer_id"),
        (
            "Kß1   | Silva | s@b.example | Anna | 2025-01-01\nKSS1 | Ito | i@b.example | Anna | 2025-01-01",
            "",
            "D101",
            "customer_id",
        ),
        ("", "P1 | C1 | 59    | Oak | 5", "V115", "purchased_at"),  # days on which programs do not agree
        ("", "P1 | C1 | 60    | Oak | 5", "V115", "purchased_at"),
        ("", "P1 | C1 | today | Oak | 1e100", "V101", "amount"),  # too large to compute with
    ],
)
def test_a_cell_that_formulas_read_otherwise_is_named(other, line, code, key):
    _, _, findings = checked(PEOPLE.format(other=other, line=line))
    assert (code, key) in {(one.code, one.place.key) for one in findings}


@pytest.mark.parametrize("line", ["P1 | C1 | 61 | Oak | 5", "P1 | C1 | today | Oak | 9.9e99"])
def test_their_neighbours_are_not(line):
    _, _, findings = checked(PEOPLE.format(other="", line=line))
    assert not {"V115", "V101", "V107", "D101"} & {one.code for one in findings}


def test_of_two_customers_with_one_id_the_first_counts_as_in_formulas():
    other = "C1 | Silva | s@b.example | Anna | today-1d"
    _, _, findings = checked(PEOPLE.format(other=other, line="P1 | C1 | today-9d | Oak | 5"))
    codes = {one.code for one in findings}
    assert "D101" in codes and "L102" not in codes


@pytest.mark.parametrize(
    ("number", "meant"),
    [("20260505", "2026-05-05"), ("20261332", ""), ("20", ""), ("99999999", ""), ("-20260505", ""), ("0", "")],
)
def test_a_day_typed_without_marks_is_no_day_of_excels_and_guessed(number, meant):
    drawing = f"Customers\ncustomer_id | last_name | email | owner | created_on\nC1 | A | a@b.example | Anna | {number}"
    _, _, findings = checked(drawing)
    assert [(one.code, one.suggestion) for one in findings] == [("V115", meant)]


@pytest.mark.parametrize("key", ["ended_at", "action_done_on", "resolved_on", "responded_at"])
@pytest.mark.parametrize("number", ["0", "45", "20260505"])
def test_a_number_that_is_no_day_is_neither_before_nor_after_another(key, number):
    drawing = f"""
Interactions
customer | started_at | channel | {key}
C1       | today-1d   | Phone   | {number}
C1       | {number}   | Phone   | today-1d

Customers
customer_id | last_name | email       | owner
C1          | Marsh     | m@b.example | Anna
"""
    _, _, findings = checked(drawing)
    assert sorted((one.code, one.place.key) for one in findings) == [("V115", key), ("V115", "started_at")]
