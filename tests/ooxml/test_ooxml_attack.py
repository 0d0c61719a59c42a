"""Odd and hostile workbooks that broke the reader or the patcher once: each row a way in which it did."""

# ruff: noqa: E501 (XML reads best on one line)

from __future__ import annotations

import io
import random
import signal
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from test_ooxml_patch import MAIN, TABLE, book, part, rows_after, write, zipped

from tracker.ooxml import Cells, ColumnWrite, PackageError, Ref, TableChange, Workbook, formulae
from tracker.ooxml.change import patch
from tracker.ooxml.relative import SharedFormula
from tracker.ooxml.sheet import LARGEST_HEAD, LARGEST_ROW


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, name: str, change: Callable[[bytes], bytes], rename: str | None = None) -> bytes:
    """The package with one part rewritten, and stored under another name where asked."""
    return zipped({rename or one if one == name else one: change(c) if one == name else c for one, c in parts(data).items()})  # fmt: skip


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
EMPTY_TABLE = TABLE.replace('ref="A1:C3" totalsRowShown', 'ref="A1:C2" insertRow="1" insertRowShift="1" totalsRowShown')
ROWS = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 4))


# What Excel would offer to repair.


@pytest.mark.parametrize(
    ("tail", "rows", "says"),
    [
        ('<mergeCells count="1"><mergeCell ref="B5:C5"/></mergeCells>', "", "merged cells at B5:C5; unmerge them"),
        ('<mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells>', "", "merged cells at A3:A4"),
        ("", '<row r="5"><c r="C5"><f t="array" ref="C5:D5">1</f><v>1</v></c></row>', "an array formula at C5:D5"),
    ],
)
def test_a_table_never_grows_over_what_excel_allows_in_none(tail: str, rows: str, says: str) -> None:
    before = Workbook(book(ROWS + rows, tail=tail, table=TABLE))
    with pytest.raises(PackageError, match=says) as error:
        patch(before, [], [TableChange("T", Ref(1, 1, 5, 3))], [])
    assert error.value.reason == "table-covered" and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("tail", "rows"),
    [
        ('<mergeCells count="1"><mergeCell ref="D5:E5"/></mergeCells>', ""),
        ('<mergeCells count="1"><mergeCell ref="A6:C6"/></mergeCells>', ""),
        ("", '<row r="5"><c r="C5"><f t="array" ref="C5">1</f><v>1</v></c></row>'),
    ],
)
def test_a_table_grows_beside_and_above_them(tail: str, rows: str) -> None:
    after = patch(Workbook(book(ROWS + rows, tail=tail, table=TABLE)), [], [TableChange("T", Ref(1, 1, 5, 3))], [])
    assert after.parts == ("xl/tables/table1.xml",)


def test_a_table_never_grows_over_a_pivot_table() -> None:
    pivot = f'<pivotTableDefinition xmlns="{MAIN}" name="P"><location ref="B4:D9" firstHeaderRow="1"/></pivotTableDefinition>'
    relationships = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"
    here = b'<Relationship Id="p" Type="%b" Target="../pivotTables/p.xml"/></Relationships>' % kind
    data = changed(book(ROWS, table=TABLE), relationships, lambda c: c.replace(b"</Relationships>", here))
    data = zipped({**parts(data), "xl/pivotTables/p.xml": pivot})
    with pytest.raises(PackageError, match="a pivot table at B4:D9"):
        patch(Workbook(data), [], [TableChange("T", Ref(1, 1, 5, 3))], [])


@pytest.mark.parametrize(
    ("cells", "ref"),
    [
        pytest.param([write(1, {2: "x"})], None, id="the row is filled"),
        pytest.param([write(1, {2: "x", 3: "y"})], Ref(1, 1, 3, 3), id="the table grows"),
    ],
)
def test_a_table_that_gets_rows_no_longer_says_that_it_has_none(cells: list[ColumnWrite], ref: Ref | None) -> None:
    changes = [TableChange("T", ref)] if ref else []
    table = part(patch(Workbook(book(ROWS, table=EMPTY_TABLE)), cells, changes, []).data, "xl/tables/table1.xml")
    assert "insertRow" not in table and f'ref="{ref or "A1:C2"}" totalsRowShown="0"' in table


@pytest.mark.parametrize("cells", [[write(1, {2: None})], [write(4, {2: "x"})], [write(1, {3: "x"})]])
def test_a_table_that_stays_empty_keeps_its_bytes(cells: list[ColumnWrite]) -> None:
    before = book(ROWS, table=EMPTY_TABLE)
    assert "xl/tables/table1.xml" not in patch(Workbook(before), cells, [], []).parts


def test_two_tables_of_one_name_are_refused() -> None:
    relationships = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
    here = b'<Relationship Id="t2" Type="%b" Target="../tables/table2.xml"/></Relationships>' % kind
    data = changed(book(ROWS, table=TABLE), relationships, lambda c: c.replace(b"</Relationships>", here))
    other = TABLE.replace('"A1:C3"', '"E1:G3"').replace('displayName="T"', 'displayName="t"')
    with pytest.raises(PackageError) as error:
        Workbook(zipped({**parts(data), "xl/tables/table2.xml": other}))
    assert error.value.reason == "same-table"


# Shared formulas: of staff, in files of every kind.


@pytest.mark.parametrize(
    ("formula", "two_down_one_right"),
    [
        ("[1]Sheet1!A1+1", "[1]Sheet1!B3+1"),
        ("'[1]My sheet'!$A1", "'[1]My sheet'!$A3"),
        (r"'C:\data\[b.xlsx]S'!A1", r"'C:\data\[b.xlsx]S'!B3"),
        ("SUM(A1:INDEX(B:B,3))", "SUM(B3:INDEX(C:C,3))"),
        ("SUM(INDEX(B:B,3):A1)", "SUM(INDEX(C:C,3):B3)"),
        ("SUM(Sheet1!A1:Sheet1!B2)", "SUM(Sheet1!B3:Sheet1!C4)"),
        ("A1:B2:C3", "B3:C4:D5"),
        ("T[[#This Row],[a'[b]]&T[A1]&A1", "T[[#This Row],[a'[b]]&T[A1]&B3"),
        ("T[it''s]&A1", "T[it''s]&B3"),
        ("'it''s A1'!A1", "'it''s A1'!B3"),
        ("'Q1:Q4'!A1", "'Q1:Q4'!B3"),
        ('"A1 ""A1"" 100%"&A1%', '"A1 ""A1"" 100%"&B3%'),
        ("1E5+A1+1.5E+1", "1E5+B3+1.5E+1"),
        ("LOG10(A1)+my.A1+A1_x+XFE1", "LOG10(B3)+my.A1+A1_x+XFE1"),
        ("{1,2;3,4}*$A$1", "{1,2;3,4}*$A$1"),
        ("#REF!+#N/A+A1", "#REF!+#N/A+B3"),
        ("A1#", "B3#"),
        ('"never closed A1', '"never closed A1'),
        ("T[never closed A1", "T[never closed A1"),
        ("", ""),
    ],
)
def test_references_move_and_nothing_else_does(formula: str, two_down_one_right: str) -> None:
    assert SharedFormula.parse(formula, 1, 1).at(3, 2) == two_down_one_right
    assert SharedFormula.parse(formula, 1, 1).at(1, 1) == formula


def test_a_formula_nobody_understands_is_no_reason_to_refuse_a_workbook() -> None:
    rows = '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">T[a\'[b</f><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    assert Workbook(book(rows)).read("S").columns[1].values() == [1.0, 1.0]


def test_formulas_of_any_letters_are_taken_apart() -> None:
    made, words = random.Random(7), ["A1", "B$2", ":", "(", "[", "]", "'", '"', "!", "#", "{", " ", "E", "1", "INDEX("]
    for _ in range(3000):
        formula = "".join(made.choices(words, k=made.randint(1, 12)))
        assert SharedFormula.parse(formula, 5, 5).at(5, 5) == formula
    for long in ('"' * 8000, "'" * 8000, "[" * 8000, "A1:" * 4000, "T[" * 4000, "1E+" * 3000):
        assert SharedFormula.parse(long, 1, 1).at(1, 1) == long


def test_a_small_file_does_not_unfold_to_gigabytes_of_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulae, "MAX_WRITTEN", 1 << 20)
    master = '<row r="1"><c r="A1"><f t="shared" ref="A1:A600" si="0">' + "+B1" * 2700 + "</f></c></row>"
    children = "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 600))
    with pytest.raises(PackageError) as error:
        Workbook(book(master + children)).read("S")
    assert error.value.reason == "too-large"


# Parts that are stored, spelled or wrapped oddly.


@pytest.mark.parametrize(
    ("stored", "target"),
    [
        ("sheet%201.xml", "worksheets/sheet%201.xml"),
        ("sheet 1.xml", "worksheets/sheet%201.xml"),
        ("Sheet1.XML", "worksheets/sheet1.xml"),
        ("sheet1.xml", "worksheets\\sheet1.xml"),
        ("sheet1.xml", "/xl/worksheets/sheet1.xml"),
        ("sheet1.xml", "../xl/./worksheets/sheet1.xml"),
    ],
)
def test_a_part_is_found_however_its_name_is_written(stored: str, target: str) -> None:
    data = changed(book('<row r="1"><c r="A1"><v>7</v></c></row>'), SHEET, lambda c: c, f"xl/worksheets/{stored}")
    there = b'Target="worksheets/sheet1.xml"'
    data = changed(data, "xl/_rels/workbook.xml.rels", lambda c: c.replace(there, b'Target="%b"' % target.encode()))
    after = patch(Workbook(data), [write(1, {1: 8})], [], [])
    assert after.parts == (f"xl/worksheets/{stored}",)
    assert Workbook(after.data).read("S").columns[1].values() == [8.0]


@pytest.mark.parametrize("encoding", ["undefined", "hex", "rot13", "unicode_escape", "nonsense"])
def test_an_encoding_no_workbook_has_is_refused(encoding: str) -> None:
    sheet = (
        f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="{MAIN}"><!-- \\ud800 --><sheetData/></worksheet>'
    )
    with pytest.raises(PackageError) as error:
        Workbook(book("", sheet=sheet)).read("S")
    assert error.value.reason == "encoding"


@pytest.mark.parametrize(
    "rows",
    [
        "<mc:AlternateContent><mc:Choice><row r='1'><c r='A1'><v>1</v></c></row></mc:Choice></mc:AlternateContent>",
        "<row r='1'><mc:AlternateContent><mc:Choice><c r='A1'><v>1</v></c></mc:Choice></mc:AlternateContent></row>",
        "<row r='1'><c r='A1'><mc:AlternateContent><mc:Choice><v>1</v></mc:Choice></mc:AlternateContent></c></row>",
    ],
)
def test_cells_in_a_wrapping_are_not_passed_over_in_silence(rows: str) -> None:
    with pytest.raises(PackageError, match="wrapped"):
        Workbook(book(rows)).read("S")


@pytest.mark.parametrize("attribute", [b'dimension ref="\xff"', b'mergeCell ref="\xff"'])
def test_a_reference_in_no_encoding_is_refused_or_replaced(attribute: bytes) -> None:
    place = "<sheetData><row r='1'/></sheetData>"
    xml = f'<worksheet xmlns="{MAIN}">HERE{place}</worksheet>' if b"dim" in attribute else f'<worksheet xmlns="{MAIN}">{place}<mergeCells>HERE</mergeCells></worksheet>'  # fmt: skip
    with pytest.raises(PackageError):
        patch(
            Workbook(book("", sheet=xml.encode().replace(b"HERE", b"<" + attribute + b"/>"))),
            [write(1, {1: 1})],
            [],
            [],
        )


# Small files that would take minutes or gigabytes.


def noise(count: int, unit: bytes) -> bytes:
    """White space and comments that deflate no better than honest XML."""
    made = random.Random(3)
    return b"".join(
        unit * 40 + b"<!--%08x-->" % made.getrandbits(32) for _ in range(count // (40 * len(unit) + 15) + 1)
    )


@pytest.mark.parametrize("place", ["head", "row", "texts", "names"])
def test_a_part_that_would_take_minutes_is_refused(place: str) -> None:
    data = book('<row r="1"><c r="A1"><v>1</v></c></row>')
    if place == "head":
        stuff = noise(LARGEST_HEAD + (2 << 20), b" " * 50)
        data = changed(data, SHEET, lambda c: c.replace(b"<sheetData>", stuff + b"<sheetData>"))
    if place == "row":
        stuff = noise(LARGEST_ROW + (2 << 20), b" " * 50)
        data = changed(
            data, SHEET, lambda c: c.replace(b"</sheetData>", b'<row r="2">' + stuff + b"</row></sheetData>")
        )
    if place == "texts":
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        here = b'<Relationship Id="s" Type="%b" Target="sharedStrings.xml"/></Relationships>' % kind
        data = changed(data, "xl/_rels/workbook.xml.rels", lambda c: c.replace(b"</Relationships>", here))
        data = zipped({**parts(data), "xl/sharedStrings.xml": b"<sst>" + noise(20 << 20, b" " * 50) + b"<si><t>a</t></si></sst>"})  # fmt: skip
        data = changed(data, SHEET, lambda c: c.replace(b"<c r", b'<c t="s" r').replace(b"<v>1", b"<v>0"))
    if place == "names":
        data = changed(data, BOOK, lambda c: c.replace(b"</sheets>", b"</sheets>" + noise(4 << 20, b"<x/>")))
    with pytest.raises(PackageError) as error:
        Workbook(data).read("S")
    assert error.value.reason == "too-large"


# Numbers and texts that no file can say.


def test_no_number_is_ever_written_that_is_none() -> None:
    cells = Cells.from_numbers(np.array([1.5, np.nan, np.inf, -np.inf]))
    xml = rows_after("", ColumnWrite("S", 1, np.arange(1, 5), cells.with_formula("B1")))
    assert "nan" not in xml.lower() and "inf" not in xml.lower().replace("inlinestr", "")
    assert xml.count("#NUM!") == 2


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm")
@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1"{run}><v>1</v></c></row>',
        '<row r="1"><c r="A1"{run}t="n" s="1"><v>1</v></c><!-- by expat --></row>',
        '<row r="1"{run}customFormat="1" s="1"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_white_space_without_end_in_a_tag_is_gone_through_once(row: str) -> None:
    """In a file of two kilobytes, which would take minutes."""
    data = book(row.format(run=" " * 200_000))
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it takes far too long"))
    signal.alarm(10)
    try:
        after = patch(Workbook(data), [write(2, {1: 8})], [], [])
        columns = Workbook(after.data).read("S").columns
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert (columns[1].values(), columns[2].values()) == ([1.0], [8.0])


@pytest.mark.parametrize("number", ["9" * 5_000, "\u00b2", "\u0663", "-1", ""])
def test_a_count_that_is_none_is_no_traceback(number: str) -> None:
    data = book("".join(f'<row r="{n}"><c r="A{n}" t="str"><v>Name</v></c></row>' for n in (1, 2, 3)))
    columns, name = (
        f'<cols><col min="{number}" max="{number}" style="1"/></cols>',
        f'<definedName name="n" localSheetId="{number}">S!A1</definedName>',
    )
    data = changed(data, SHEET, lambda c: c.replace(b"<sheetData", columns.encode() + b"<sheetData"))
    data = changed(
        data, BOOK, lambda c: c.replace(b"</sheets>", f"</sheets><definedNames>{name}</definedNames>".encode())
    )
    workbook = Workbook(data)
    assert [one.sheet for one in workbook.names] == [None]
    assert Workbook(patch(workbook, [write(2, {1: 8})], [], []).data).read("S").columns[2].values()[0] == 8
    table = TABLE.replace('totalsRowShown="0"', f'headerRowCount="{number}"')
    try:
        assert Workbook(book("", table=table)).tables[0].header_rows == 1
    except PackageError as error:
        assert "headers" in str(error)
