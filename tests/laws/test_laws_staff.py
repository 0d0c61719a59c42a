"""What staff make of their workbook stays: columns moved, hidden and added, rows sorted and filtered, charts, notes."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from books import TODAY, column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part, write
from dirty import Dirt, customers, interactions, purchases
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from staff import staff_cells

from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.ooxml import Workbook
from tracker.schema.base import BASE
from tracker.schema.column import Column, Kind

FEW, SOME = 30, 60
FILTER = (
    b'<filterColumn colId="3"><customFilters><customFilter operator="notEqual" val=" "/></customFilters>'
    b"</filterColumn></autoFilter>"
)
FIGURES = ("display_name", "last_contact", "spend_12m", "followup_due", "followup_state", "tags", "tag_why")


def filled(data: bytes, seed: int = 3) -> bytes:
    """Clean rows typed into a book."""
    source = Dirt(seed, TODAY, 0, 0)
    people = [row | {"customer_id": f"K{i:04d}"} for i, row in enumerate(customers(source, FEW))]
    data = type_rows(data, "Customers", people)
    data = type_rows(data, "Interactions", interactions(source, SOME, FEW))
    return type_rows(data, "Purchases", purchases(source, FEW, FEW))


def figures(data: bytes) -> dict[str, tuple[str, ...]]:
    """What refresh says of each customer."""
    snapshot = read(MemoryHost(data), TODAY)
    frame = snapshot.frames["Customers"]
    said = zip(*(map(str, frame.columns[key]) for key in FIGURES), strict=True)
    return dict(zip(frame.text("customer_id"), said, strict=True))


@pytest.fixture(scope="module")
def plain() -> bytes:
    """The same rows in a book nobody rearranged, refreshed."""
    return refreshed(filled(new_book()))[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reordered_and_added_columns_survive(plain, seed):
    dice = random.Random(seed)

    def shuffled(table):
        columns = [*table.columns, Column("Membership"), Column("Colour of the van", Kind.NUMBER)]
        dice.shuffle(columns)
        return replace(table, columns=tuple(columns))

    moved = ("Customers", "Purchases")
    mixed = replace(BASE, tables=tuple(shuffled(table) if table.name in moved else table for table in BASE.tables))
    data = filled(new_book(schema=mixed))
    table = table_of(data, "Customers")
    gold = [(table.sheet, table.ref.first_row + 1 + i, column_of(table, "Membership"), f"gold {i}") for i in range(FEW)]
    data = write(data, gold)
    after, _ = refreshed(data)
    assert staff_cells(data, after) == []
    assert [c.name for c in table_of(after, "Customers").columns] == [c.name for c in table.columns]
    assert figures(after) == figures(plain)
    assert not refreshed(after, hour=19)[1].changed


def test_sorted_filtered_and_hidden_rows_and_columns_survive(plain):
    """Excel hides filtered rows by an attribute of the row and keeps the filter in the table part."""
    table = table_of(plain, "Customers")
    sheet = next(s.part for s in Workbook(plain).sheets if s.name == table.sheet)
    data = with_part(plain, sheet, lambda xml: re.sub(rb'<row r="(7|9|12)"', rb'<row r="\1" hidden="1"', xml))
    data = with_part(data, table.part, lambda xml: re.sub(rb"(<autoFilter[^>]*?)/>", rb"\1>" + FILTER, xml, count=1))
    later, done = refreshed(data, TODAY + timedelta(days=9))
    assert done.changed
    assert len(re.findall(rb'<row r="(?:7|9|12)"[^>]*hidden="1"', parts(later)[sheet])) == 3
    assert FILTER in parts(later)[table.part]
    assert staff_cells(data, later) == []


def test_rows_in_another_order_keep_their_ids_and_figures(plain):
    data = filled(new_book())
    table = table_of(data, "Customers")
    cells = Workbook(data).read(table.sheet).columns
    moved = []
    for number, column in cells.items():
        for i in range(FEW):
            row = table.ref.first_row + 1 + i
            value = column.values()[table.ref.last_row - 1 - i]
            if not column.has_formula()[row - 1]:
                moved.append((table.sheet, row, number, value))
    after, _ = refreshed(write(data, moved))
    assert figures(after) == figures(plain)
    ids, turned = (read(MemoryHost(book), TODAY).text("Customers", "customer_id").tolist() for book in (plain, after))
    assert turned == ids[::-1]


@pytest.fixture(scope="module")
def decorated(plain) -> bytes:
    """The book with staff's own chart, notes, sheet, formula and cells, as another program saved it."""
    book = openpyxl.load_workbook(io.BytesIO(plain))
    summary, customers_sheet = book["Summary"], book["Customers"]
    summary["T3"], summary["T4"], summary["T5"] = "Ours", 41, "=T4+1"
    summary["B4"].comment = Comment("Elena: check this", "Elena")
    customers_sheet["B3"].comment = Comment("Calls back on Fridays", "Amira")
    chart = BarChart()
    chart.add_data(Reference(summary, min_col=20, min_row=3, max_row=5))
    summary.add_chart(chart, "T8")
    mine = book.create_sheet("Elena")
    mine["A1"], mine["A2"] = "=COUNTA(Customers!A:A)", "notes"
    out = io.BytesIO()
    book.save(out)
    return refreshed(out.getvalue())[0]


def test_staff_charts_notes_and_cells_in_tool_sheets_survive(decorated):
    later, done = refreshed(decorated, TODAY + timedelta(days=35))
    assert done.changed
    old, new = parts(decorated), parts(later)
    allowed = re.compile(r"xl/worksheets/sheet\d+\.xml|xl/tables/table\d+\.xml|xl/calcChain\.xml")
    touched = [name for name in old if old[name] != new.get(name)]
    assert set(old) == set(new) and all(allowed.fullmatch(name) for name in touched), touched
    for kind in ("comments", "chart", "drawing"):
        assert any(kind in name for name in old), f"the decorated book has {kind}"
    assert staff_cells(decorated, later) == []
    after = openpyxl.load_workbook(io.BytesIO(later))
    assert [after["Summary"][a].value for a in ("T3", "T4", "T5")] == ["Ours", 41, "=T4+1"]
    assert after["Customers"]["B3"].comment.text == "Calls back on Fridays"
    assert after["Elena"]["A1"].value == "=COUNTA(Customers!A:A)"


def test_what_staff_put_below_a_list_is_not_overwritten(plain):
    """A list that grows stops short of staff's cells and says so."""
    table = table_of(plain, "FollowUps")
    note = (table.sheet, table.ref.last_row + 3, table.ref.first_column + 1, "our own remarks")
    data = write(plain, [note])
    people = [{"customer_id": f"L{i}", "last_name": f"Late {i}", "next_followup": 46000.0 + i} for i in range(40)]
    after, done = refreshed(type_rows(data, "Customers", people))
    assert done.changed
    cells = Workbook(after).read(table.sheet).columns[note[2]]
    assert cells.values()[note[1] - 1] == "our own remarks"
    assert table_of(after, "FollowUps").ref.last_row < note[1]


def test_rows_inserted_above_a_block_move_it(plain):
    """Blocks are found by their names: staff insert rows above, Excel moves the names, refresh follows."""
    book = openpyxl.load_workbook(io.BytesIO(plain))
    name = book.defined_names["months"]
    name.attr_text = re.sub(r"\d+", lambda m: str(int(m[0]) + 60), name.attr_text)
    out = io.BytesIO()
    book.save(out)
    after, _ = refreshed(out.getvalue())
    area = MemoryHost(after).book().areas["months"]
    cells = Workbook(after).read(area.sheet).columns[area.ref.first_column + 1]
    there = cells.values()[area.ref.first_row - 1 : area.ref.last_row]
    assert any(isinstance(value, float) for value in there), "the months stand at their new place"


def test_a_renamed_header_is_a_finding_and_nothing_is_lost(plain):
    table = table_of(plain, "Customers")
    name = header("Customers", "company")
    data = write(plain, [(table.sheet, table.ref.first_row, column_of(table, name), "Our firm")])
    data = with_part(data, table.part, lambda xml: xml.replace(f'name="{name}"'.encode(), b'name="Our firm"'))
    after, done = refreshed(data)
    assert "W105" in {finding.code for finding in done.findings}
    assert staff_cells(data, after) == []
