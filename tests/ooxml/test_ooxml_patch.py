"""What the patcher does to a sheet, drawn as the XML before and after."""

# ruff: noqa: E501 (XML before and after reads best on one line each)

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tracker.ooxml import Cells, ColumnWrite, PackageError, Patched, Ref, RowPattern, TableChange, Workbook
from tracker.ooxml.cells import Value
from tracker.ooxml.change import patch

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:C3" totalsRowShown="0"><autoFilter ref="A1:C3">'
    '<filterColumn colId="0"><filters><filter val="a"/></filters></filterColumn></autoFilter><tableColumns count="3">'
    '<tableColumn id="1" name="Name"/><tableColumn id="2" name="Two_x000a_lines">'
    "<calculatedColumnFormula>T[[#This Row],[Name]]&amp;1</calculatedColumnFormula></tableColumn>"
    '<tableColumn id="7" name="Sum" dataDxfId="3"><totalsRowFormula>1</totalsRowFormula></tableColumn></tableColumns>'
    '<tableStyleInfo name="TableStyleMedium2"/></table>'
)


def book(
    rows: str, *, head: str = "", tail: str = "", table: str = "", chain: str = "", sheet: str | bytes = ""
) -> bytes:
    """A small workbook with one sheet "S" that holds these rows, one table, and a calculation chain where asked."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(bool(table), bool(chain)),
        "_rels/.rels": _relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), *([("rId2", "calcChain", "calcChain.xml")] if chain else [])
        ),
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>',
        "xl/media/image1.png": "not really a picture",
    }
    if table:
        parts["xl/tables/table1.xml"] = table
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = _relationships(("rId1", "table", "../tables/table1.xml"))
    if chain:
        parts["xl/calcChain.xml"] = chain
    return zipped(parts)


def _types(table: bool, chain: bool) -> str:
    parts = {"xl/workbook.xml": "sheet.main", "xl/worksheets/sheet1.xml": "worksheet"}
    parts |= {"xl/tables/table1.xml": "table"} if table else {}
    parts |= {"xl/calcChain.xml": "calcChain"} if chain else {}
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{TYPES}.{kind}+xml"/>' for part, kind in parts.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>{overrides}</Types>'
    )


def _relationships(*found: tuple[str, str, str]) -> str:
    items = "".join(f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{to}"/>' for id_, kind, to in found)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
    )


def zipped(parts: Mapping[str, str | bytes], *, streamed: bool = False) -> bytes:
    """A package of these parts; `streamed`: sizes stand behind the data, as where a writer cannot seek."""
    made = io.BytesIO()
    target: io.BytesIO = _NoSeek(made) if streamed else made  # type: ignore[assignment]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


class _NoSeek(io.RawIOBase):
    def __init__(self, to: io.BytesIO) -> None:
        self._to = to

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._to.write(data)


def write(column: int, cells: Mapping[int, Value], formula: str | None = None) -> ColumnWrite:
    made = Cells.from_values(list(cells.values()))
    return ColumnWrite("S", column, np.array(list(cells), np.int64), made.with_formula(formula) if formula else made)


def rows_after(
    rows: str, *writes: ColumnWrite, head: str = "", tail: str = "", patterns: Sequence[RowPattern] = ()
) -> str:
    """The inside of sheetData after the writes."""
    result = patch(Workbook(book(rows, head=head, tail=tail)), writes, [], patterns)
    return sheet_rows(result)


def sheet_rows(result: Patched) -> str:
    found = re.search(r"<sheetData>(.*)</sheetData>", part(result.data, "xl/worksheets/sheet1.xml"), re.S)
    assert found
    return found.group(1)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.read(name).decode()


@pytest.mark.parametrize(
    ("value", "formula", "written"),
    [
        (12.0, None, '<c r="A1" s="4"><v>12</v></c>'),
        (0.1, None, '<c r="A1" s="4"><v>0.1</v></c>'),
        (1e22, None, '<c r="A1" s="4"><v>1e+22</v></c>'),
        (-2.5e-9, None, '<c r="A1" s="4"><v>-2.5e-09</v></c>'),
        (True, None, '<c r="A1" s="4" t="b"><v>1</v></c>'),
        ("a<b&c", None, '<c r="A1" s="4" t="inlineStr"><is><t>a&lt;b&amp;c</t></is></c>'),
        (" a", None, '<c r="A1" s="4" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
        ("\x07", None, '<c r="A1" s="4" t="inlineStr"><is><t>_x0007_</t></is></c>'),
        ("_x0007_", None, '<c r="A1" s="4" t="inlineStr"><is><t>_x005F_x0007_</t></is></c>'),
        ("", None, '<c r="A1" s="4" t="inlineStr"><is><t></t></is></c>'),
        (None, None, '<c r="A1" s="4"/>'),
        (3.0, "SUM(B1:B3)", '<c r="A1" s="4"><f>SUM(B1:B3)</f><v>3</v></c>'),
        ("x", 'IF(B1<2,"x","")', '<c r="A1" s="4" t="str"><f>IF(B1&lt;2,"x","")</f><v>x</v></c>'),
        ("", "B1", '<c r="A1" s="4" t="str"><f>B1</f><v></v></c>'),
        (False, "B1", '<c r="A1" s="4" t="b"><f>B1</f><v>0</v></c>'),
        (None, "B1", '<c r="A1" s="4"><f>B1</f></c>'),
        (float("inf"), None, '<c r="A1" s="4" t="e"><v>#NUM!</v></c>'),
    ],
)
def test_how_a_cell_is_spelled(value: Value, formula: str | None, written: str) -> None:
    before = '<row r="1"><c r="A1" s="4" t="str"><v>old</v></c></row>'
    assert rows_after(before, write(1, {1: value}, formula)) == f'<row r="1">{written}</row>'


def test_an_error_value_is_spelled_as_one() -> None:
    cells = Cells(np.array([4], np.uint8), np.array([np.nan]), np.array(["#N/A"], object))
    after = rows_after('<row r="1"><c r="A1"/></row>', ColumnWrite("S", 1, np.array([1]), cells))
    assert after == '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'


@pytest.mark.parametrize(
    ("before", "column", "cells", "after"),
    [
        pytest.param("", 2, {3: 1}, '<row r="3"><c r="B3"><v>1</v></c></row>', id="first row of all"),
        pytest.param(
            '<row r="2"><c r="A2"/><c r="C2"/></row>', 2, {2: 1}, '<row r="2"><c r="A2"/><c r="B2"><v>1</v></c><c r="C2"/></row>',
            id="between cells",
        ),
        pytest.param('<row r="2"><c r="A2"/></row>', 28, {2: 1}, '<row r="2"><c r="A2"/><c r="AB2"><v>1</v></c></row>', id="after the last"),
        pytest.param('<row r="2" ht="9"/>', 1, {2: 1}, '<row r="2" ht="9"><c r="A2"><v>1</v></c></row>', id="row without cells"),
        pytest.param('<row r="2"></row>', 1, {2: 1}, '<row r="2"><c r="A2"><v>1</v></c></row>', id="empty row"),
        pytest.param(
            '<row r="2"><c r="A2"/></row><row r="9"/>', 1, {1: 1, 4: 2, 5: 3, 10: 4},
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"/></row><row r="4"><c r="A4"><v>2</v></c></row>'
            '<row r="5"><c r="A5"><v>3</v></c></row><row r="9"/><row r="10"><c r="A10"><v>4</v></c></row>',
            id="rows in their order",
        ),
        pytest.param('<row r="2" spans="1:2"><c r="A2"/></row>', 2, {2: 1}, '<row r="2" spans="1:2"><c r="A2"/><c r="B2"><v>1</v></c></row>', id="inside spans"),
        pytest.param('<row r="2" spans="1:2" ht="9"><c r="A2"/></row>', 3, {2: 1}, '<row r="2" ht="9"><c r="A2"/><c r="C2"><v>1</v></c></row>', id="outside spans"),
        pytest.param('<row r="2"><c r="A2"><v>1</v></c><c r="B2"/></row>', 1, {2: None}, '<row r="2"><c r="B2"/></row>', id="blank without style goes"),
        pytest.param('<row r="2"><c r="A2" s="1"><v>1</v></c></row>', 1, {2: None}, '<row r="2"><c r="A2" s="1"/></row>', id="blank keeps its style"),
        pytest.param('<row r="1" s="3" customFormat="1"/>', 1, {1: 5}, '<row r="1" s="3" customFormat="1"><c r="A1" s="3"><v>5</v></c></row>', id="style of the row"),
        pytest.param('<row r="1" s="3"/>', 1, {1: 5}, '<row r="1" s="3"><c r="A1"><v>5</v></c></row>', id="row style not in force"),
        pytest.param(
            '<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>', 1, {1: None, 2: 9},
            '<row><c r="A1"/><c><v>2</v></c></row><row><c r="A2"><v>9</v></c></row>', id="cells that count from those before",
        ),
    ],
)  # fmt: skip
def test_where_a_cell_goes(before: str, column: int, cells: Mapping[int, Value], after: str) -> None:
    assert rows_after(before, write(column, cells)) == after


def test_cells_of_several_columns_stand_in_column_order() -> None:
    after = rows_after(
        '<row r="1"><c r="B1"/></row><row r="3"/>',
        write(3, {1: 3, 2: 3, 3: 3}),
        write(1, {1: 1, 2: 1, 3: 1}),
        write(2, {1: 2}),
    )
    assert re.findall(r'r="([A-Z]\d)"', after) == ["A1", "B1", "C1", "A2", "C2", "A3", "C3"]


def test_a_new_cell_takes_the_format_of_its_column() -> None:
    after = rows_after(
        "", write(3, {2: 1}), head='<cols><col min="2" max="4" width="9" style="7" customWidth="1"/></cols>'
    )
    assert after == '<row r="2"><c r="C2" s="7"><v>1</v></c></row>'


def test_rows_look_like_their_pattern() -> None:
    before = '<row r="2" ht="30" customHeight="1"><c r="A2" s="5"/><c r="B2" s="6"/><c r="C2"/></row><row r="4"><c r="A4" s="9"/></row>'
    after = rows_after(before, write(1, {3: "x"}), patterns=[RowPattern("S", 3, 4, 2, 1, 3)])
    assert after == (
        before.split('<row r="4">')[0]
        + '<row r="3" ht="30" customHeight="1"><c r="A3" s="5" t="inlineStr"><is><t>x</t></is></c><c r="B3" s="6"/></row>'
        + '<row r="4"><c r="A4" s="9"/><c r="B4" s="6"/></row>'
    )


def test_a_pattern_below_the_rows_it_is_for() -> None:
    after = rows_after('<row r="9"><c r="A9" s="5"/></row>', patterns=[RowPattern("S", 8, 8, 9, 1, 1)])
    assert after == '<row r="8"><c r="A8" s="5"/></row><row r="9"><c r="A9" s="5"/></row>'


@pytest.mark.parametrize(
    "same",
    [
        '<c r="A1" s="1"><v>0.30000000000000004</v></c>',
        '<c r="A1" s="1"><v>0.3</v></c>',
        '<c r="A1" s="1"><v>3E-1</v></c>',
        '<c s="1"><v>0.3</v></c>',
    ],
)
def test_equal_cells_are_not_touched(same: str) -> None:
    data = book(f'<row r="1">{same}</row>')
    result = patch(Workbook(data), [write(1, {1: 0.3, 2: None})], [], [])
    assert result.data is data and result.parts == () and result.cells == 0


def test_equal_formulas_are_not_touched_however_they_are_spelled() -> None:
    data = book(
        '<row r="1"><c r="A1" t="str"><f aca="false">B1&amp;&quot;x&quot;</f><v>1x</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2+1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    writes = [write(1, {1: "1x"}, 'B1&"x"'), write(1, {3: 1}, "B3+1")]
    assert patch(Workbook(data), writes, [], []).data is data


def test_the_dimension_covers_what_is_written() -> None:
    data = book('<row r="2"><c r="B2"/></row>', head='<dimension ref="B2:C3"/>')
    after = part(patch(Workbook(data), [write(1, {3: 1, 9: None})], [], []).data, "xl/worksheets/sheet1.xml")
    assert '<dimension ref="A2:C3"/>' in after


def test_an_empty_cell_area_is_opened() -> None:
    data = book("", sheet=f'<worksheet xmlns="{MAIN}"><sheetData/><pageMargins left="1"/></worksheet>')
    after = part(patch(Workbook(data), [write(1, {1: 1})], [], []).data, "xl/worksheets/sheet1.xml")
    assert '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><pageMargins left="1"/>' in after
    assert patch(Workbook(data), [write(1, {1: None})], [], []).data is data


def test_a_sheet_in_another_encoding_is_written_as_utf8() -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>ä</v></c></row></sheetData></worksheet>'
    data = book("", sheet=xml.encode("utf-16"))
    assert patch(Workbook(data), [write(1, {1: "ä"})], [], []).data is data
    result = patch(Workbook(data), [write(2, {1: "ö"})], [], [])
    assert (
        sheet_rows(result)
        == '<row r="1"><c r="A1" t="str"><v>ä</v></c><c r="B1" t="inlineStr"><is><t>ö</t></is></c></row>'
    )
    assert "UTF-16" not in part(result.data, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("text", "fits"), [("a" * 32_767, True), ("a" * 32_768, False), ("😀" * 16_384, False)])
def test_a_text_longer_than_a_cell_is_refused(text: str, fits: bool) -> None:
    if fits:
        assert patch(Workbook(book("")), [write(1, {1: text})], [], []).cells == 1
        return
    with pytest.raises(PackageError) as error:
        patch(Workbook(book("")), [write(1, {1: text})], [], [])
    assert error.value.reason == "too-long"


def test_a_sheet_with_prefixes_gets_cells_with_prefixes() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" s="2"><x:v>1</x:v></x:c></x:row><x:row r="4"/>'
        "</x:sheetData></x:worksheet>"
    )
    result = patch(Workbook(book("", sheet=sheet)), [write(1, {1: "a", 3: 2, 4: 5}, "B1")], [], [])
    assert part(result.data, "xl/worksheets/sheet1.xml") == (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" s="2" t="str"><x:f>B1</x:f><x:v>a</x:v></x:c>'
        '</x:row><x:row r="3"><x:c r="A3"><x:f>B1</x:f><x:v>2</x:v></x:c></x:row>'
        '<x:row r="4"><x:c r="A4"><x:f>B1</x:f><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )


SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A4" si="3">B1*$C$1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="3"/><v>2</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="3"></f><v>3</v></c></row><row r="4"><c r="A4"><f t="shared" si="3"/><v>4</v></c></row>'
)


@pytest.mark.parametrize(
    ("rows", "master"),
    [
        ({1: 9.0}, '<c r="A2"><f t="shared" si="3" ref="A2:A4">B2*$C$1</f><v>2</v></c>'),
        ({1: 9.0, 2: 9.0}, '<c r="A3"><f t="shared" si="3" ref="A3:A4">B3*$C$1</f><v>3</v></c>'),
        ({2: 9.0}, '<c r="A1"><f t="shared" ref="A1:A4" si="3">B1*$C$1</f><v>1</v></c>'),
    ],
)
def test_a_shared_formula_is_handed_on(rows: Mapping[int, Value], master: str) -> None:
    result = patch(Workbook(book(SHARED)), [write(1, rows)], [], [])
    assert master in sheet_rows(result)
    before, after = (Workbook(data).read("S").columns[1] for data in (book(SHARED), result.data))
    for row in {1, 2, 3, 4} - rows.keys():
        assert after.formula(row - 1) == before.formula(row - 1) == f"B{row}*$C$1"


def test_a_shared_formula_whose_cells_are_all_written_just_goes() -> None:
    after = sheet_rows(patch(Workbook(book(SHARED)), [write(1, dict.fromkeys(range(1, 5), 9.0))], [], []))
    assert "<f" not in after


@pytest.mark.parametrize(
    ("rows", "tail", "cells"),
    [
        pytest.param('<row r="2"><c r="A2"><f t="array" ref="A2:A3">B2:B3</f><v>1</v></c></row><row r="3"><c r="A3"/></row>', "", {3: 1}, id="array"),
        pytest.param('<row r="2"><c r="A2"><f t="array" ref="A2">SUM(B2:B3)</f><v>1</v></c></row>', "", {2: 1}, id="array of one cell"),
        pytest.param('<row r="2"><c r="A2"><f t="dataTable" ref="A2:B9" r1="C1"/><v>1</v></c></row>', "", {5: 1}, id="data table"),
        pytest.param('<row r="2"><c r="A2" cm="1"><f t="array" ref="A2:A9">B2:B9</f><v>1</v></c></row>', "", {9: 1}, id="spill"),
        pytest.param('<row r="2"><c r="A2" cm="1"><f>B2</f><v>1</v></c></row>', "", {2: 7}, id="spill of one cell"),
        pytest.param("", '<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>', {3: 1}, id="merged"),
    ],
)  # fmt: skip
def test_a_column_in_the_way_of_an_array_is_left_alone_as_a_whole(
    rows: str, tail: str, cells: Mapping[int, Value]
) -> None:
    data = book('<row r="1"><c r="A1"/></row>' + rows, tail=tail)
    result = patch(Workbook(data), [write(1, {1: 5.0, **cells})], [], [])
    assert result.data is data and result.parts == ()
    assert [(one.sheet, one.column) for one in result.skipped] == [("S", 1)] and result.skipped[0].reason
    others = patch(Workbook(data), [write(1, {1: 5.0, **cells}), write(4, {1: 8.0})], [], [])
    assert others.cells == 1 and len(others.skipped) == 1
    assert '<c r="D1"><v>8</v></c>' in sheet_rows(others) and '<c r="A1"/>' in sheet_rows(others)


def test_a_late_array_stops_a_column_that_began_long_before() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"/></row>' for row in range(1, 60_001))
    last = '<row r="60001"><c r="A60001"><f t="array" ref="A60001">1</f><v>1</v></c></row>'
    data = book(rows + last)
    result = patch(Workbook(data), [write(1, {1: -1.0, 60_001: 2.0}), write(2, {60_000: 5.0})], [], [])
    assert [one.column for one in result.skipped] == [1] and result.cells == 1
    assert sheet_rows(result) == (rows + last).replace('<c r="B60000"/>', '<c r="B60000"><v>5</v></c>')


def test_the_first_cell_of_a_merged_area_takes_a_value_and_a_hidden_one_takes_a_blank() -> None:
    tail = '<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>'
    result = patch(Workbook(book("", tail=tail)), [write(1, {2: 1.0, 3: None}), write(2, {2: None})], [], [])
    assert not result.skipped and sheet_rows(result) == '<row r="2"><c r="A2"><v>1</v></c></row>'


CHAIN = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
FORMULA = '<row r="1"><c r="A1"><f>B1</f><v>1</v></c><c r="C1"><v>1</v></c></row>'


def test_the_chain_goes_when_a_formula_disappears() -> None:
    result = patch(Workbook(book(FORMULA, chain=CHAIN)), [write(1, {1: 2.0})], [], [])
    with zipfile.ZipFile(io.BytesIO(result.data)) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()
    assert "calcChain" not in part(result.data, "[Content_Types].xml") + part(result.data, "xl/_rels/workbook.xml.rels")
    assert "xl/calcChain.xml" in result.parts and "[Content_Types].xml" in result.parts


@pytest.mark.parametrize("writes", [[write(1, {1: 2.0}, "B1*2")], [write(3, {1: 2.0})], [write(3, {1: 2.0}, "B1")]])
def test_the_chain_stays_while_no_formula_disappears(writes: Sequence[ColumnWrite]) -> None:
    result = patch(Workbook(book(FORMULA, chain=CHAIN)), writes, [], [])
    assert result.parts == ("xl/worksheets/sheet1.xml",)
    assert part(result.data, "xl/calcChain.xml") == CHAIN


def table_after(change: TableChange, table: str = TABLE) -> str:
    result = patch(Workbook(book("", table=table)), [], [change], [])
    assert result.parts in ((), ("xl/tables/table1.xml",))
    return part(result.data, "xl/tables/table1.xml")


def test_a_table_grows_with_its_filter_and_keeps_the_rest() -> None:
    assert table_after(TableChange("t", Ref(1, 1, 8, 3))) == TABLE.replace("A1:C3", "A1:C8")


@pytest.mark.parametrize(
    ("formulas", "before", "after"),
    [
        (
            {"Name": "A1&B1"},
            'name="Name"/>',
            'name="Name"><calculatedColumnFormula>A1&amp;B1</calculatedColumnFormula></tableColumn>',
        ),
        ({"sum": "1"}, 'dataDxfId="3">', 'dataDxfId="3"><calculatedColumnFormula>1</calculatedColumnFormula>'),
        ({"Two\nlines": "2"}, "T[[#This Row],[Name]]&amp;1", "2"),
        ({"Two\nlines": None}, "<calculatedColumnFormula>T[[#This Row],[Name]]&amp;1</calculatedColumnFormula>", ""),
        ({"Two\nlines": "T[[#This Row],[Name]]&1", "Name": None}, "", ""),
    ],
)
def test_calculated_columns(formulas: Mapping[str, str | None], before: str, after: str) -> None:
    assert table_after(TableChange("T", None, formulas)) == TABLE.replace(before, after)


def test_a_table_with_prefixes_gets_formulas_with_prefixes() -> None:
    prefixed = re.sub(r"<(/?)(\w)", r"<\1x:\2", TABLE).replace("xmlns=", "xmlns:x=")
    after = table_after(TableChange("T", Ref(1, 1, 4, 3), {"Name": "1"}), prefixed)
    written = "<x:calculatedColumnFormula>1</x:calculatedColumnFormula></x:tableColumn>"
    assert after == prefixed.replace("A1:C3", "A1:C4").replace('name="Name"/>', f'name="Name">{written}')


@pytest.mark.parametrize(
    ("change", "table", "reason"),
    [
        (TableChange("T", Ref(1, 1, 4, 3)), TABLE.replace('totalsRowShown="0"', 'totalsRowCount="1"'), "totals-row"),
        (TableChange("T", Ref(2, 1, 4, 3)), TABLE, "table-moved"),
        (TableChange("T", Ref(1, 1, 1, 3)), TABLE, "table-moved"),
        (TableChange("U"), TABLE, "no-table"),
        (TableChange("T", None, {"Nobody": "1"}), TABLE, "no-column"),
    ],
)
def test_what_a_table_cannot_take_is_refused(change: TableChange, table: str, reason: str) -> None:
    with pytest.raises(PackageError) as error:
        patch(Workbook(book("", table=table)), [], [change], [])
    assert error.value.reason == reason


def test_a_row_of_a_grown_table_looks_like_the_row_above() -> None:
    rows = '<row r="3"><c r="A3" s="5"/><c r="C3" s="6"/></row>'
    change = TableChange("T", Ref(1, 1, 5, 3))
    result = patch(
        Workbook(book(rows, table=TABLE)), [write(1, {4: 1.0}), write(2, {4: 1.0}), write(4, {4: 1.0})], [change], []
    )
    assert '<row r="4"><c r="A4" s="5"><v>1</v></c><c r="B4"><v>1</v></c><c r="D4"><v>1</v></c></row>' in sheet_rows(
        result
    )


@pytest.mark.parametrize(
    ("sheet", "row", "column"), [("Nobody", 1, 1), ("S", 0, 1), ("S", 1_048_577, 1), ("S", 1, 16_385)]
)
def test_cells_outside_the_workbook_are_refused(sheet: str, row: int, column: int) -> None:
    with pytest.raises(PackageError):
        patch(Workbook(book("")), [ColumnWrite(sheet, column, np.array([row]), Cells.from_values([1]))], [], [])


def test_the_last_write_of_a_cell_holds() -> None:
    after = rows_after("", write(1, {2: 1.0, 1: 5.0}), write(1, {2: 3.0}))
    assert after == '<row r="1"><c r="A1"><v>5</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'


@pytest.mark.parametrize("form", ["plain", "streamed", "zip64"])
def test_untouched_members_come_through_whatever_the_archive_looks_like(form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(book('<row r="1"><c r="A1"/></row>'))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    data = zip64(zipped(parts)) if form == "zip64" else zipped(parts, streamed=form == "streamed")
    result = patch(Workbook(data), [write(1, {1: 1.0})], [], [])
    Workbook(result.data).verify()
    with zipfile.ZipFile(io.BytesIO(result.data)) as archive:
        assert archive.testzip() is None
        changed = {name for name in parts if archive.read(name).decode() != parts[name]}
    assert changed == {"xl/worksheets/sheet1.xml"}
    assert patch(Workbook(result.data), [write(1, {1: 1.0})], [], []).data is result.data


def zip64(data: bytes) -> bytes:
    """The same archive with ZIP64 records at its end, and sizes and places in the ZIP64 fields of its directory."""
    end = struct.unpack_from("<4s4H2IH", data, len(data) - 22)
    count, start, records = end[4], end[6], []
    at = start
    for _ in range(count):
        fields = list(struct.unpack_from("<4s6H3I5H2I", data, at))
        name = data[at + 46 : at + 46 + fields[10]]
        extra = struct.pack("<2H3Q", 1, 24, fields[9], fields[8], fields[16])
        fields[8] = fields[9] = fields[16] = 0xFFFFFFFF
        at += 46 + fields[10] + fields[11] + fields[12]
        fields[11] = len(extra)
        records.append(struct.pack("<4s6H3I5H2I", *fields) + name + extra)
    directory = b"".join(records)
    big = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(directory), 1)
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + directory + big + locator + last
