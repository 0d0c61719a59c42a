"""What is wrong with a workbook as a whole, as far as a snapshot tells it."""

from dataclasses import replace

import numpy as np
import pytest
from checks_world import checked_world
from world import World, world

from tracker.checks.structure import check_structure
from tracker.model.grid import Cells, Ref

CUSTOMERS = """
Customers
customer_id | last_name | email       | owner
C1          | Marsh     | m@b.example | Anna
C2          | Silva     | s@b.example | Anna
"""
DAY = 46344.0  # 2026-11-18


def with_state(made: World, **days: float) -> World:
    for name, day in days.items():
        area = made.areas[name]
        made.sheets[area.sheet][area.ref.first_column] = Cells.from_numbers([day])
    return made


def codes(made: World) -> list[str]:
    return [one.code for one in checked_world(made)[1]]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, []),
        ({"last_day": DAY}, []),
        ({"last_day": DAY - 7}, []),
        ({"last_day": DAY - 8}, ["W110"]),
        ({"last_day": DAY + 3}, []),
        ({"last_day": DAY - 30, "pinned_day": DAY - 30}, ["W109"]),
    ],
)
def test_the_day_of_the_workbook(state, expected):
    assert codes(with_state(world(CUSTOMERS), **state)) == expected


def test_a_missing_table_is_found():
    made = world(CUSTOMERS)
    del made.tables["Campaigns"], made.sheets["Campaigns"]
    assert [(one.code, one.value) for one in checked_world(made)[1]] == [("W101", "Campaigns")]


def test_dates_of_1904_are_told_and_read_rightly():
    made = world(CUSTOMERS)
    made.date1904 = True
    assert codes(made) == ["W108"]


def test_a_newer_workbook_is_still_checked():
    made = world(CUSTOMERS.replace("s@b.example", "m@b.example"), settings={"schema": 99})
    assert codes(made) == ["W112", "D102"]


def test_rows_below_the_table_are_checked_and_are_no_typing_over():
    made = world(
        """
Customers
customer_id | last_name | email       | owner | display_name
C1          | Marsh     | m@b.example | Anna  | =f -> Marsh
C2          | Silva     | s@b.example | Anna  | =f -> Silva
C3          | Okoro     | nothing     | Anna  | Okoro
"""
    )
    table = made.tables["Customers"]
    ref = Ref(table.ref.first_row, table.ref.first_column, 3, table.ref.last_column)
    made.tables["Customers"] = replace(table, ref=ref, last_row=3)
    assert sorted(codes(made)) == ["V104", "W106"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["=f -> A", "=f -> B", "=f -> C", "X"], ["W113"]),
        (["A", "B", "C", "X"], []),  # values alone: a large book, or one saved by another program
        (["=f -> A", "B", "C", "X"], []),  # no column of formulas either
        (["", "", "", ""], []),  # never refreshed
        (["=f -> A", "=g -> B", "=h -> C", "=i -> D"], []),  # no formula is the column's own
        (["=f -> A", "=f -> B", "=f -> C", "=g -> D"], ["W114"]),
        (["=f ->", "=f ->", "=f ->", "=f ->"], []),
        (["=f -> A", "= -> B", "= -> C", "= -> D"], []),  # one shared formula: only its first cell has the text
        (["=f -> A", "= -> B", "= -> C", "X"], ["W113"]),
    ],
)
def test_typing_over_is_told_from_a_column_of_values(column, expected):
    rows = "\n".join(f"C{i} | N{i} | n{i}@b.example | Anna | {cell}" for i, cell in enumerate(column))
    made = world(f"Customers\ncustomer_id | last_name | email | owner | display_name\n{rows}")
    assert codes(made) == expected


def test_a_lost_table_has_no_formulas_to_type_over():
    made = world(CUSTOMERS)
    del made.tables["Customers"]
    assert codes(made) == ["W102"]


def test_rows_that_came_later_have_no_raw_cells():
    made = world(
        """
Interactions
customer | started_at | channel | minutes
C1       | today      | Phone   | =f -> 5
C1       | today      | Phone   | 7
C1       | today      | Phone   | =f -> 5

"""
        + CUSTOMERS
    )
    snapshot, _ = checked_world(made)
    frame = snapshot.frames["Interactions"]
    longer = frame.reindex([*frame.index, 9, 10])
    found = list(check_structure(replace(snapshot, frames={**snapshot.frames, "Interactions": longer})))
    assert [(one.code, one.place.row, one.value) for one in found] == [("W113", 3, "7")]


def test_one_formula_under_two_numbers_is_one_formula():
    drawn = "Customers\ncustomer_id | last_name | email | owner | display_name\n"
    made = world(drawn + "\n".join(f"C{i} | N{i} | n{i}@b.example | Anna | =f -> N{i}" for i in range(4)))
    snapshot = made.read()
    cells = snapshot.cells["Customers", "display_name"]
    twice = replace(cells, formulas=np.array([0, 1, 0, 1], np.int32), formula_texts=("f", "f"))
    odd = replace(twice, formula_texts=("f", "g"), formulas=np.array([0, 0, 0, 1], np.int32))
    found = {
        name: [found.code for found in check_structure(replace(snapshot, cells={("Customers", "display_name"): one}))]
        for name, one in (("twice", twice), ("odd", odd))
    }
    assert found == {"twice": [], "odd": ["W114"]}
