"""Tables laid over cells that stand: the parts that are made, the bytes that stay, what a second reader sees."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from books import new_book, parts, with_part, write

from tracker.ooxml import NewTable, PackageError, Patched, Ref, Workbook
from tracker.ooxml.change import barred, with_tables

TYPES = "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plain() -> bytes:
    """A workbook of another program: one sheet, headers and two rows, no links of the sheet."""
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (("Name", 'Sum <&">', "Two\nlines"), ("a", 1, 2), ("b", 3, 4)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
WANTED = NewTable(
    "Things", "Data", Ref(1, 1, 3, 3), ("Name", 'Sum <&">', "Two\nlines"), {"Two\nlines": "1<2&3"}, "Tracker"
)


def laid(data: bytes, *tables: NewTable) -> Patched:
    return with_tables(Workbook(data), tables or (WANTED,))


def with_end(xml: str, data: bytes | None = None) -> bytes:
    """The workbook with XML put behind the cells of its sheet."""
    return with_part(data or plain(), SHEET, lambda c: c.replace(b"</sheetData>", b"</sheetData>" + xml.encode()))


def test_a_table_is_made_and_nothing_else_changes() -> None:
    before, done = plain(), laid(plain())
    after = parts(done.data)
    made = {"xl/tables/table1.xml", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert set(done.parts) == {TYPES, SHEET, *made}
    assert set(after) - set(parts(before)) == made
    assert all(after[name] == content for name, content in parts(before).items() if name not in (TYPES, SHEET))
    rows = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
    assert rows.search(after[SHEET])[0] == rows.search(parts(before)[SHEET])[0]  # type: ignore[index]
    gone = re.sub(rb"<tableParts.*</tableParts>", b"", after[SHEET])
    assert gone == parts(before)[SHEET]


def test_the_archive_holds_every_untouched_member_as_it_was() -> None:
    before, after = plain(), laid(plain()).data
    with zipfile.ZipFile(io.BytesIO(before)) as was, zipfile.ZipFile(io.BytesIO(after)) as now:
        assert now.testzip() is None
        assert now.namelist()[: len(was.namelist())] == was.namelist()
        same = [one for one in was.infolist() if one.filename not in (TYPES, SHEET)]
        assert [now.getinfo(one.filename).compress_size for one in same] == [one.compress_size for one in same]
    Workbook(after).verify()


def test_a_second_reader_sees_the_table() -> None:
    table = openpyxl.load_workbook(io.BytesIO(laid(plain()).data))["Data"].tables["Things"]
    assert (table.ref, table.autoFilter.ref, table.id) == ("A1:C3", "A1:C3", 1)
    assert [one.name for one in table.tableColumns] == list(WANTED.headers)
    assert table.tableColumns[2].calculatedColumnFormula.attr_text == "1<2&3"
    assert b'name="Two_x000a_lines"' in parts(laid(plain()).data)["xl/tables/table1.xml"], "as Excel spells it"
    assert table.tableStyleInfo.name == "TableStyleLight1", "the workbook has no style of ours"


def test_we_read_what_we_wrote() -> None:
    found = Workbook(laid(plain()).data).tables[0]
    assert tuple(one.name for one in found.columns) == WANTED.headers
    assert [one.formula for one in found.columns] == [None, None, "1<2&3"]
    assert (found.name, found.sheet, found.ref, found.totals_rows) == ("Things", "Data", WANTED.ref, 0)


def test_a_workbook_with_our_style_keeps_it_and_a_table_may_lack_its_filter() -> None:
    data = write(new_book(), [("Purchases", 1, 60, "Own"), ("Purchases", 2, 60, "x")])
    mine = NewTable("Mine", "Purchases", Ref(1, 60, 2, 60), ("Own",), {}, "Tracker", filters=False)
    done = laid(data, mine)
    table = openpyxl.load_workbook(io.BytesIO(done.data))["Purchases"].tables["Mine"]
    assert (table.tableStyleInfo.name, table.autoFilter, table.id) == ("Tracker", None, 14)
    assert {one.name for one in Workbook(done.data).tables} == {one.name for one in Workbook(data).tables} | {"Mine"}
    assert b'<tableParts count="2"><tablePart r:id="rId1"/><tablePart r:id="rId2"/></tableParts>' in done_sheet(done)


def done_sheet(done: Patched) -> bytes:
    return next(content for name, content in parts(done.data).items() if b'<tableParts count="2">' in content)


def test_the_list_of_tables_stands_before_the_extensions() -> None:
    extension = '<extLst><ext uri="x" xmlns:y="y"><y:extLst/></ext></extLst></worksheet>'
    data = with_part(plain(), SHEET, lambda c: c.replace(b"</worksheet>", extension.encode()))
    assert b"</tableParts><extLst>" in parts(laid(data).data)[SHEET]


@pytest.mark.parametrize("dead", ['<tableParts count="1"><tablePart r:id="rId7"/></tableParts>', "<tableParts/>"])
def test_what_the_list_named_and_is_gone_leaves_it(dead: str) -> None:
    links = b'<worksheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    data = with_part(with_end(dead), SHEET, lambda c: c.replace(b"<worksheet ", links))
    after = parts(laid(data).data)[SHEET]
    assert after.count(b"<tableParts") == 1 and after.count(b"<tablePart ") == 1
    assert b'<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' in after


def test_prefixes_are_those_of_the_sheet() -> None:
    def prefixed(content: bytes) -> bytes:
        return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content).replace(b"xmlns=", b"xmlns:x=")

    after = laid(with_part(plain(), SHEET, prefixed)).data
    assert b'<x:tablePart xmlns:r="' in parts(after)[SHEET]
    assert "Things" in openpyxl.load_workbook(io.BytesIO(after))["Data"].tables


def test_names_numbers_and_links_are_free_ones() -> None:
    once = laid(plain()).data
    gone = b'<Override PartName="/xl/tables/table2.xml" ContentType="x/y"/></Types>'
    data = with_part(once, TYPES, lambda c: c.replace(b"</Types>", gone))
    data = write(data, [("Data", 1, 9, "Next"), ("Data", 2, 9, "x"), ("Data", 1, 11, "Last"), ("Data", 2, 11, "x")])
    more = [NewTable(n, "Data", Ref(1, at, 2, at), (h,)) for n, at, h in (("B", 9, "Next"), ("C", 11, "Last"))]
    done = laid(data, *more)
    assert {"xl/tables/table3.xml", "xl/tables/table4.xml"} <= set(done.parts)
    tables = openpyxl.load_workbook(io.BytesIO(done.data))["Data"].tables
    assert {table.name: table.id for table in tables.values()} == {"Things": 1, "B": 2, "C": 3}


def test_links_that_stand_in_an_empty_list_are_opened() -> None:
    links = "xl/worksheets/_rels/sheet1.xml.rels"
    data = with_part(laid(plain()).data, links, lambda c: re.sub(rb"><Relationship .*", b"/>", c, flags=re.DOTALL))
    data = with_part(data, SHEET, lambda c: re.sub(rb"<tableParts.*</tableParts>", b"", c))
    assert [one.name for one in Workbook(laid(data).data).tables] == ["Things"]


NAMED = '<definedNames><definedName name="THINGS">{}</definedName></definedNames>'
BARRED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a name": ("name", lambda: named(NAMED.format("Data!$A$1"))),
    "a name that stands for nothing": ("name", lambda: named(NAMED.format("#REF!"))),
    "the same name": ("name", lambda: laid(plain(), NewTable("things", "Data", Ref(8, 1, 9, 1), ("x",))).data),
    "another table": ("table_taken", lambda: laid(plain(), NewTable("B", "Data", Ref(3, 3, 4, 4), ("x", "y"))).data),
    "merged cells": ("merged", lambda: with_end('<mergeCells><mergeCell ref="C3:D3"/></mergeCells>')),
    "a filter of the sheet": ("filter", lambda: with_end('<autoFilter ref="A1:C3"/>')),
    "an array formula": ("array", lambda: arrayed("B2:B3")),
}


def named(xml: str) -> bytes:
    """The workbook with defined names."""

    def change(content: bytes) -> bytes:
        bare = re.sub(rb"<definedNames ?/>", b"", content)
        return bare.replace(b"</sheets>", b"</sheets>" + xml.encode())

    return with_part(plain(), "xl/workbook.xml", change)


def arrayed(ref: str) -> bytes:
    """The workbook with an array formula in B2."""
    formula = rb'\g<0><f t="array" ref="%b">1</f>' % ref.encode()
    return with_part(plain(), SHEET, lambda c: re.sub(rb'<c r="B2"[^>]*>', formula, c))


@pytest.mark.parametrize("what", BARRED)
def test_what_excel_would_repair_is_refused(what: str) -> None:
    word, make = BARRED[what]
    data = make()
    assert barred(Workbook(data), WANTED) == word
    with pytest.raises(PackageError, match="Things cannot be made: "):
        laid(data)


NEAR: dict[str, Callable[[], bytes]] = {
    "merged cells beside it": lambda: with_end('<mergeCells><mergeCell ref="D3:E3"/></mergeCells>'),
    "a filter of the sheet below it": lambda: with_end('<autoFilter ref="A5:C9"/>'),
    "an array of one cell": lambda: arrayed("B2"),
    "a name much like it": lambda: named(NAMED.format("Data!$A$1").replace("THINGS", "THINGS_")),
}


@pytest.mark.parametrize("what", NEAR)
def test_what_lies_elsewhere_bars_nothing(what: str) -> None:
    assert barred(Workbook(NEAR[what]()), WANTED) == ""
    assert [one.name for one in Workbook(laid(NEAR[what]()).data).tables] == ["Things"]


def test_two_that_would_overlap_are_refused() -> None:
    with pytest.raises(PackageError, match="another table"):
        laid(plain(), WANTED, NewTable("B", "Data", Ref(3, 3, 4, 4), ("x", "y")))


def test_none_are_the_very_same_bytes() -> None:
    data = plain()
    assert with_tables(Workbook(data), ()).data is data
