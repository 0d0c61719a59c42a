"""A table as a data frame and its schema: what pandera says of the frame is what the checks say of the workbook."""

from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from checks_world import completed
from world import world

from tracker.checks.columns import check_columns
from tracker.checks.frames import data_frame, frame_schema

CASES = sorted((Path(__file__).parent.parent / "cases").glob("[A-Z][0-9][0-9][0-9]_*.txt"))
DRAWING = """
Customers
customer_id | last_name | status | created_on | next_followup       | postal_code
C1          | Marsh     | Active | today-3d   | 2026-11-18 14:30:30 | 80331
            |           |        |            | soon                |
"""


def said(snapshot, table):
    """What pandera says of a table: code, sheet row, column; blank columns are asked where blank is wrong."""
    frame, schema = data_frame(snapshot, table), frame_schema(snapshot, table)
    asked = [
        key
        for key in schema.columns
        if snapshot.schema[table][key].required or (key in frame and frame[key].notna().any())
    ]
    try:
        schema.select_columns(asked).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        assert set(cases["schema_context"]) == {"Column"}, "no check failed as a whole"
        rows = cases["index"].astype(int)
        return set(zip(cases["check"], rows, cases["column"], strict=True))
    return set()


def drawn(path):
    return completed(world(path.read_text(encoding="utf-8").partition("\n")[2]))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_pandera_finds_what_the_checks_find(path):
    snapshot = drawn(path)
    # W199 is of a check that failed, K121 of a setting: neither is of a value.
    found = [one for one in check_columns(snapshot) if one.code not in ("W199", "K121")]
    for table in (name for name in snapshot.layout if len(snapshot.frames[name])):
        mine = {(one.code, one.place.row, one.place.key) for one in found if one.place.table == table}
        theirs = said(snapshot, table)
        unread = {one for one in theirs - mine if one[0] == "V103"}  # a cell that is filled with what cannot be read
        assert theirs - unread == mine
        assert all(snapshot.filled(table, key)[snapshot.frames[table].rows == row].all() for _, row, key in unread)


def test_the_cases_hold_findings_of_columns():
    codes = {one.code for path in CASES for one in check_columns(drawn(path))}
    assert len(codes) >= 20


def test_a_frame_is_typed_also_where_nothing_stands():
    for drawing in (DRAWING, ""):
        frame = data_frame(completed(world(drawing)), "Customers")
        assert frame["created_on"].dtype == "datetime64[s]"
        assert frame["last_name"].dtype == pd.StringDtype(na_value=np.nan)
        assert frame["spend_12m"].dtype == np.float64


def test_a_frame_shows_what_the_sheet_holds():
    snapshot = completed(world(DRAWING))
    frame = data_frame(snapshot, "Customers")
    assert frame.index.name == "row" and frame.index.tolist() == snapshot.frames["Customers"].rows.tolist()
    first, second = (frame.loc[row] for row in frame.index)
    assert (first["customer_id"], first["status"]) == ("C1", "active")
    assert first["next_followup"] == pd.Timestamp("2026-11-18 14:30:30")
    assert second[["last_name", "next_followup"]].isna().all()


@pytest.mark.parametrize("serial", [-1e15, -1.0, 0.0, 3e6, 1e15])
def test_a_number_that_is_no_day_is_no_error(serial):
    snapshot = completed(world(DRAWING))
    days = np.full(len(snapshot.frames["Customers"]), serial)
    snapshot = snapshot.having("Customers", {"next_followup": days})
    frame = data_frame(snapshot, "Customers")
    assert frame["next_followup"].isna().all() == (abs(serial) >= 1e12)
    if abs(serial) < 1e12:
        assert ("V115", int(frame.index[0]), "next_followup") in said(snapshot, "Customers")
