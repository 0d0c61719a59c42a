"""What is wrong with a workbook as a whole, as far as a snapshot tells it."""

from dataclasses import replace

import numpy as np
import pytest
from checks_world import checked_world
from world import World, world

from tracker.checks.structure import check_structure
from tracker.model.frame import Frame
from tracker.model.grid import Cells, Ref
from tracker.words import load
from tracker.words.sentences import message, remedy

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
    longer = frame.followed_by(Frame(np.array([9, 10])))
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


def without_sheet(made: World, name: str) -> World:
    """Somebody deletes a sheet; names that point into it stand for nothing any more."""
    del made.sheets[name]
    made.areas = {key: area for key, area in made.areas.items() if area.sheet != name}
    made.tables = {key: table for key, table in made.tables.items() if table.sheet != name}
    return made


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("Home", [("W116", "Home")]),
        ("Summary", [("W116", "Summary")]),
        ("Segments", [("W116", "Segments")]),
        ("Choices", [("W116", "Choices")]),
        ("State", [("W117", "State")]),
        ("Follow-ups", [("W101", "FollowUps")]),
        ("Problems", [("W101", "Problems")]),
        ("Tag history", [("W101", "TagHistory")]),
        ("Decisions", [("W101", "Decisions")]),
        ("Rules", [("W101", "Rules")]),
        ("Settings", [("W101", "Settings")]),
        ("Guide", []),  # nothing in it is filled
    ],
)
def test_a_deleted_sheet_is_found(sheet, expected):
    made = world(CUSTOMERS)
    made.sheets.setdefault("Guide", {})
    found = checked_world(without_sheet(made, sheet))[1]
    assert [(one.code, one.value) for one in found] == expected
    assert all(f"sheet {sheet}" in message(load(), one) for one in found), "as staff see it"
    assert all(".tracker" in remedy(load(), one) for one in found), "where a copy is"


@pytest.mark.parametrize("name", ["pinned_day", "closed_words", "holiday_list"])
def test_a_name_that_formulas_read_is_missed(name):
    made = world(CUSTOMERS)
    del made.areas[name]
    (found,) = checked_world(made)[1]
    assert (found.code, found.value, found.details["count"]) == ("W117", "State", "1")


def test_a_block_that_staff_deleted_is_not_missed_and_a_renamed_sheet_is_found_by_its_names():
    made = world(CUSTOMERS)
    del made.areas["home_ahead"]
    made.sheets["Start"] = made.sheets.pop("Home")
    made.areas = {k: replace(a, sheet="Start") if a.sheet == "Home" else a for k, a in made.areas.items()}
    assert codes(made) == []


@pytest.mark.parametrize("settings", [True, False])
def test_three_tables_and_nothing_else_have_lost_no_sheet(settings):
    made = world(CUSTOMERS, settings={"workbook_id": None, "schema": None})
    for sheet in set(made.sheets) - {"Customers", "Interactions", "Purchases", *(["Settings"] if settings else [])}:
        without_sheet(made, sheet)
    assert not {"W116", "W117"} & set(codes(made))


def test_a_workbook_of_ours_that_lost_all_of_them_says_so():
    made = world(CUSTOMERS)
    for sheet in ("Home", "Summary", "Segments", "State", "Choices", "Follow-ups", "Problems"):
        without_sheet(made, sheet)
    assert [code for code in codes(made) if code.startswith("W11")] == ["W116", "W116", "W116", "W116", "W117"]


@pytest.mark.parametrize(
    ("filled", "empty", "expected"), [(2, 999, []), (2, 1000, ["1000"]), (0, 1000, []), (0, 1001, ["1000"]), (2, 5, [])]
)
def test_a_table_that_ends_with_a_thousand_empty_rows(filled, empty, expected):
    rows = [f"C{n} | N{n} | n{n}@b.example | Anna | =f -> N{n}" for n in range(filled)] + [" | | | | =f ->"] * empty
    drawn = "Customers\ncustomer_id | last_name | email | owner | display_name\n" + "\n".join(rows)
    found = checked_world(world(drawn))[1]
    assert [one.details["count"] for one in found] == expected
    assert {(one.code, one.place.row) for one in found} <= {("W121", max(filled, 1) + 2)}


def test_empty_rows_between_filled_ones_and_lists_of_ours_are_no_matter():
    gap = "Customers\ncustomer_id | last_name | email | owner\n" + "C1 | A | a@b.example | Anna\n" + " | | |\n" * 1500
    assert codes(world(gap + "C2 | B | b@b.example | Anna")) == []
    assert codes(world("FollowUps\nstate | customer\n" + " | \n" * 1500)) == []
