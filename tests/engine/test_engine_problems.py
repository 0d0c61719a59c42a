"""The Problems list: every kind shown, cells linked, counts exact."""

from __future__ import annotations

from collections import Counter

import pytest
from test_engine_summaries import snapshot_of

from tracker.engine.problems import MOST, problems
from tracker.formulas import columns, names, spell
from tracker.model.finding import Place
from tracker.schema.findings import finding
from tracker.schema.worklist import CELL_LINK

DRAWN = "Customers\ncustomer_id | last_name\nC1 | Marsh"


def at(row, column=2, code="V101", value="x", table="Customers", **details):
    return finding(code, Place(table, table, row, column, "last_name", "Last name"), value, **details)


def listed(*findings, drawing=DRAWN):
    listing = problems(snapshot_of(drawing), findings)
    keys = list(listing.columns)
    return [dict(zip(keys, row, strict=True)) for row in zip(*listing.columns.values(), strict=True)]


def test_a_finding_is_a_row_with_its_cell_and_what_to_do():
    row = listed(at(4, value="abc"))[0]
    assert (row["severity"], row["code"], row["sheet"], row["cell"], row["value"]) == (
        "Error",
        "V101",
        "Customers",
        "B4",
        "abc",
    )
    assert "abc" in row["problem"]
    assert row["remedy"]
    assert row["cell_ref"] == row["cell"]


def test_errors_first_then_as_they_stand_in_the_workbook():
    rows = listed(at(9, code="W106", count="2"), at(7), at(3), at(5, code="W107", count="1"), at(3, 1))
    assert [(row["severity"], row["cell"]) for row in rows] == [
        ("Error", "A3"),
        ("Error", "B3"),
        ("Error", "B7"),
        ("Warning", "B5"),
        ("Info", "B9"),
    ]


@pytest.mark.parametrize(
    ("place", "sheet", "cell"),
    [
        (Place("Customers", "Customers", 4, None), "Customers", "A4"),
        (Place("Customers", "Customers", None, 3), "Customers", "C1"),
        (Place("Settings", "Settings", None, None), "Settings", "B4"),
        (Place(table="Settings", key="holidays"), "Settings", "B4"),
        (Place("Notes"), "Notes", "A1"),
        (Place(), "", ""),
    ],
)
def test_larger_places_lead_to_their_first_cell(place, sheet, cell):
    row = listed(finding("W104", place))[0]
    assert (row["sheet"], row["cell"]) == (sheet, cell)


def test_no_findings_make_an_empty_list():
    listing = problems(snapshot_of(DRAWN), ())
    assert set(map(len, listing.columns.values())) == {0}


def test_at_most_5000_rows_and_every_kind_among_them():
    many = [at(row) for row in range(2, 9002)] + [at(row, code="V117") for row in range(2, 3002)]
    few = [at(row, code="W106", count="1") for row in range(2, 12)]
    rows = listed(*many, *few)
    counts = Counter(row["code"] for row in rows)
    assert counts == {"V101": 2495, "V117": 2495, "W106": 10}
    assert len(rows) == MOST
    said = [row["problem"] for row in rows if "in all" in row["problem"]]
    assert len(said) == 2
    assert "(9,000 in all)" in said[0]
    assert "(3,000 in all)" in said[1]


def test_the_first_of_a_kind_are_shown():
    rows = listed(*[at(row) for row in range(9000, 1, -1)])
    assert [row["cell"] for row in rows][:2] == ["B2", "B3"]
    assert rows[-1]["cell"] == f"B{MOST + 1}"


def test_the_link_is_made_of_the_two_cells_beside_it():
    assert columns(CELL_LINK, "Problems") == {("Problems", "sheet"), ("Problems", "cell_ref")}
    assert names(CELL_LINK) == frozenset()
    spelled = spell(CELL_LINK, "Problems", {"Problems": {"sheet": "Sheet", "cell_ref": "Address"}})
    assert spelled == (
        'IF(Problems[[#This Row],[Address]]="","",HYPERLINK("#\'"&SUBSTITUTE(Problems[[#This Row],[Sheet]],"\'","\'\'")'
        '&"\'!"&Problems[[#This Row],[Address]],Problems[[#This Row],[Address]]))'
    )


def test_a_value_is_shown_short_and_on_one_line():
    row = listed(at(2, value="a\n" + "b" * 40_000))[0]
    assert len(row["value"]) <= 60
    assert "\n" not in row["value"]
