"""What a cell means: from its XML, drawn here, to its kind, value and formula."""

from __future__ import annotations

import re
import tracemalloc
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sheet_shapes import RELATIONS, book, parts_of, strings_xml, worksheet, zipped

from tracker.ooxml import Cells, DefinedName, PackageError, Workbook, text
from tracker.ooxml.numerals import MARGIN, Numerals
from tracker.ooxml.refs import column_letters
from tracker.ooxml.relative import SharedFormula

LAWS = settings(max_examples=100, deadline=None)
N, T, B, E, EMPTY = "number", "text", "bool", "error", "blank"
KINDS = [EMPTY, N, T, B, E]


def cell(workbook: bytes, row: int = 1, column: int = 1) -> tuple[str, Any, str | None]:
    """Kind, value and formula of one cell; blank where there is none."""
    sheet = Workbook(workbook).read("S")
    if column not in sheet.columns or row > sheet.last_row:
        return EMPTY, None, None
    cells = sheet.columns[column]
    return KINDS[cells.kinds[row - 1]], cells.values()[row - 1], cells.formula(row - 1)


@pytest.mark.parametrize(
    ("xml", "kind", "value", "formula"),
    [
        ('<c r="A1"/>', EMPTY, None, None),
        ('<c r="A1" s="3"><v></v></c>', EMPTY, None, None),
        ('<c r="A1"><v>12</v></c>', N, 12.0, None),
        ('<c r="A1" t="n"><v>-0.5</v></c>', N, -0.5, None),
        ('<c r="A1"><v>1.5E-3</v></c>', N, 0.0015, None),
        ('<c r="A1"><v>0.30000000000000004</v></c>', N, 0.30000000000000004, None),
        ('<c r="A1"><v> 7 </v></c>', N, 7.0, None),
        ('<c r="A1" t="s"><v>1</v></c>', T, "second", None),
        ('<c r="A1" t="s"><v></v></c>', EMPTY, None, None),
        ('<c r="A1" t="b"><v>1</v></c>', B, True, None),
        ('<c r="A1" t="b"><v>false</v></c>', B, False, None),
        ('<c r="A1" t="e"><v>#N/A</v></c>', E, "#N/A", None),
        ('<c r="A1" t="d"><v>2024-02-29</v></c>', N, 45351.0, None),
        ('<c r="A1" t="d"><v>2024-02-29T18:00:00</v></c>', N, 45351.75, None),
        ('<c r="A1" t="d"><v>2024-02-29T18:00:00.000Z</v></c>', N, 45351.75, None),
        ('<c r="A1" t="d"><v>1900-01-01</v></c>', N, 1.0, None),
        ('<c r="A1" t="d"><v>06:00:00</v></c>', N, 0.25, None),
        ('<c r="A1" t="d"><v>soon</v></c>', T, "soon", None),
        ('<c r="A1" t="str"><v>a &lt; b &#38; c</v></c>', T, "a < b & c", None),
        ('<c r="A1" t="str"><v/></c>', EMPTY, None, None),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', T, "", '""'),
        ('<c r="A1"><f>TODAY()</f></c>', EMPTY, None, "TODAY()"),
        ('<c r="A1"><f>TODAY()</f><v></v></c>', EMPTY, None, "TODAY()"),
        ('<c r="A1"><f>TODAY()</f><v/></c>', EMPTY, None, "TODAY()"),
        ('<c r="A1"><f>1&lt;2</f><v>1</v></c>', N, 1.0, "1<2"),
        ('<c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c>', B, True, "TRUE()"),
        ('<c r="A1" cm="1"><f t="array" ref="A1:A3">ROW(A1:A3)</f><v>1</v></c>', N, 1.0, "ROW(A1:A3)"),
        ('<c r="A1"><f t="dataTable" ref="A1:A3" r1="B1"/><v>1</v></c>', N, 1.0, "TABLE(,B1)"),
        ('<c r="A1"><f t="dataTable" ref="A1:C1" dtr="1" r1="B1"/><v>1</v></c>', N, 1.0, "TABLE(B1,)"),
        (
            '<c r="A1"><f t="dataTable" ref="A1:C3" dt2D="1" dtr="1" r1="B1" r2="C9"/><v>1</v></c>',
            N,
            1.0,
            "TABLE(B1,C9)",
        ),
        ('<c r="A1" t="inlineStr"><is><t>plain</t></is></c>', T, "plain", None),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>', T, " x ", None),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', T, "", None),
        ('<c r="A1" t="inlineStr"><is/></c>', T, "", None),
        ('<c r="A1" t="inlineStr"/>', EMPTY, None, None),
        ('<c r="A1" t="inlineStr"><is><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></is></c>', T, "rich", None),
        ('<c r="A1" t="inlineStr"><is><t>kanji</t><rPh sb="0" eb="1"><t>kana</t></rPh></is></c>', T, "kanji", None),
        ('<c r="A1" t="inlineStr"><is><t>_x0007__x005F_x0007_ _x000D_</t></is></c>', T, "\x07_x0007_ \r", None),
        ('<c r="A1" t="str"><v>_xD83D__xDE00_</v></c>', T, "😀", None),
        ('<c r="A1" t="str"><v><![CDATA[<b>&]]>!</v></c>', T, "<b>&!", None),
        ('<c r="A1"><f><![CDATA[B1<C1]]></f><v><!-- -->3</v></c>', N, 3.0, "B1<C1"),
        ("<c><v>5</v></c>", N, 5.0, None),
        ('<c r="A1" vm="1" t="e"><v>#VALUE!</v></c>', E, "#VALUE!", None),
    ],
)
def test_a_cell_by_its_xml(xml: str, kind: str, value: object, formula: str | None) -> None:
    assert cell(book(f'<row r="1">{xml}</row>')) == (kind, value, formula)


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="A1"><v>twelve</v></c>',
        '<c r="A1"><v>1_000</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1"><v>1.2.3</v></c>',
        '<c r="A1"><v>--1</v></c>',
        '<c r="A1"><v>.</v></c>',
        '<c r="A1" t="s"><v>2</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" t="s"><v>99999999999999999999</v></c>',
        '<c r="A1" t="b"><v>maybe</v></c>',
        '<c r="A1" t="inlineStx"><is><t>a</t></is></c>',
    ],
)
def test_a_value_that_no_cell_can_have_is_refused(xml: str) -> None:
    with pytest.raises(PackageError, match="cell"):
        Workbook(book(f'<row r="1">{xml}</row>')).read("S")


def test_an_iso_date_becomes_the_serial_of_the_workbooks_own_calendar() -> None:
    row = '<row r="1"><c r="A1" t="d"><v>2024-02-29</v></c></row>'
    workbook = Workbook(book(row, properties='<workbookPr date1904="1"/>'))
    assert workbook.date1904
    assert workbook.read("S").columns[1].numbers[0] == 45351 - 1462 == (date(2024, 2, 29) - date(1904, 1, 1)).days


_SPELLED = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.15g}"),
    st.integers(-(10**20), 10**20).map(str),
    st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{0,12})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{0,3}\.[0-9]{1,20}(E[+-]?[0-9]{1,2})?", fullmatch=True),
)


@LAWS
@given(st.lists(_SPELLED, min_size=1, max_size=30))
@example(["-0", "0", "-0.0", "5.", ".5", "007", "9007199254740993", "999999999999999", "123456789012345.6"])
def test_numbers_are_the_doubles_that_float_gives(spelled: list[str]) -> None:
    data = b" " * MARGIN + "|".join(spelled).encode()
    ends = MARGIN + np.cumsum([len(one) + 1 for one in spelled]) - 1
    starts = ends - [len(one) for one in spelled]
    read = Numerals(data).floats(starts, ends)
    assert [one.hex() for one in read.tolist()] == [float(one).hex() for one in spelled]


_ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)


@LAWS
@given(st.lists(_ANY_TEXT, max_size=8))
@example(["".join(map(chr, range(32))), "\ud83d", "_x0041_", "_x005F_", " outer ", "\r\n", "\x7f", "￿", "a\x7fb&"])
def test_every_text_a_sheet_can_hold_comes_back(texts: list[str]) -> None:
    """Texts are UTF-16 in a sheet, so halves that meet are one character."""
    whole = [one.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") for one in texts]
    inline = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t xml:space="preserve">{text.content(one)}</t></is></c></row>'
        for n, one in enumerate(whole, 1)
    )
    assert _texts(book(inline)) == whole
    shared = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(whole) + 1))
    table = "".join(f'<si><t xml:space="preserve">{text.content(one)}</t></si>' for one in whole)
    assert _texts(book(shared, f"<sst>{table}</sst>")) == whole


@pytest.mark.parametrize(("spelled", "meant"), [("\x7f", "\x7f"), ("&#127;", "\x7f"), ("&#x7F;&amp;", "\x7f&")])
def test_a_shared_text_with_the_sign_that_parts_them_inside_is_one_text(spelled: str, meant: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in (1, 2))
    table = f"<sst><si><t>a{spelled}b</t></si><si><t>_x0041_</t></si></sst>"
    assert _texts(book(rows, table)) == [f"a{meant}b", "A"]


@pytest.mark.parametrize(
    "odd",
    [
        '<si><t>d</t><rPh sb="0" eb="1"><t>p</t></rPh></si>',
        "<si><r><t>d</t></r><t/></si>",
        "<si><t>d</t><rPh><t/></rPh></si>",
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_that_sign_beside_a_text_that_is_not_plain_moves_no_text(odd: str, at: int) -> None:
    items = ["<si><t>a</t></si>", "<si><t>b\x7fc</t></si>"]
    items.insert(at, odd)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in (1, 2, 3))
    meant = ["a", "b\x7fc"]
    meant.insert(at, "d")
    assert _texts(book(rows, f"<sst>{''.join(items)}</sst>")) == meant


def _texts(workbook: bytes) -> list[str]:
    columns = Workbook(workbook).read("S").columns
    return columns[1].texts.tolist() if 1 in columns else []


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        ("<si><t>a</t></si><si><t/></si><si><t></t></si>", ["a", "", ""]),
        ("<si/><si><t>b</t></si>", ["", "b"]),
        ("<si><r><t>ri</t></r><r><t xml:space='preserve'> ch</t></r></si><si><t>b</t></si>", ["ri ch", "b"]),
        ("<si><t>漢</t><rPh sb='0' eb='1'><t>kan</t></rPh><phoneticPr fontId='1'/></si>", ["漢"]),
        ("<si><t><![CDATA[</si><si>]]></t></si><si><t>b</t></si>", ["</si><si>", "b"]),
        ("\n<si>\n<t>a</t>\n</si>\n<!-- </si> -->\n<si><t>b</t></si>\n", ["a", "b"]),
        ("<si><t>a &amp; &#x4E2D;</t></si><si><t>x_x0041_y</t></si>", ["a & 中", "xAy"]),
        ("<si><t>x&#95;x0041_y</t></si><si><t>_&#x78;0041_</t></si>", ["xAy", "A"]),  # the spelling, spelled itself
        ("<si><r></r></si><si><t>b</t></si>", ["", "b"]),  # as many tags as a plain one has
        ("<si><t>b</t></si><si><r></r></si>", ["b", ""]),
        ("<si><r></r></si>", [""]),
    ],
)
def test_shared_strings_of_every_shape(items: str, texts: list[str]) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(texts) + 1))
    for prefix in ("",) if "CDATA" in items else ("", "x:"):
        prefixed = re.sub(r"<(/?)(si|t|r|rPh|phoneticPr)\b", rf"<\1{prefix}\2", items)
        assert _texts(book(rows, f"<{prefix}sst>{prefixed}</{prefix}sst>")) == texts


def test_a_lying_count_of_shared_strings_costs_nothing() -> None:
    strings = strings_xml("first").replace("<sst ", '<sst count="4294967295" uniqueCount="4294967295" ')
    assert cell(book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings)) == (T, "first", None)


def test_shared_formulas_are_written_out_for_each_cell() -> None:
    master = """IF($A1&gt;B$1,'My sheet'!A1:B2&amp;"A1",SUM(A:A,1:1)+XYZ2020+Orders[[#This Row],[A1]])"""
    rows = f'<row r="1"><c r="C1"><f t="shared" ref="C1:C2" si="4">{master}</f><v>1</v></c></row>'
    rows += '<row r="2"><c r="C2"><f t="shared" si="4"/><v>2</v></c></row>'
    rows += '<row r="3"><c r="D3"><f t="shared" si="4"/><v>2</v></c></row>'
    assert cell(book(rows), 1, 3)[2] == master.replace("&gt;", ">").replace("&amp;", "&")
    assert cell(book(rows), 2, 3)[2] == (
        """IF($A2>B$1,'My sheet'!A2:B3&"A1",SUM(A:A,2:2)+XYZ2020+Orders[[#This Row],[A1]])"""
    )
    assert cell(book(rows), 3, 4)[2] == (
        """IF($A3>C$1,'My sheet'!B3:C4&"A1",SUM(B:B,3:3)+XYZ2020+Orders[[#This Row],[A1]])"""
    )


_FORMULAS = [
    "A1",
    "$A1+B$2",
    "SUM(A1:B9)",
    "Sheet2!A1*'a b'!$C$3",
    'IF(A1="A1",1,A2)',
    "A:B",
    "3:4",
    "LOG10(A1)",
    "T1()",
]


@pytest.mark.parametrize("formula", _FORMULAS)
@pytest.mark.parametrize("to", ["D5", "B4", "AA100"])
def test_shared_formulas_agree_with_openpyxl(formula: str, to: str) -> None:
    from openpyxl.formula.translate import Translator
    from openpyxl.utils.cell import coordinate_to_tuple

    theirs = Translator("=" + formula, origin="B3").translate_formula(to)
    assert "=" + SharedFormula.parse(formula, 3, 2).at(*coordinate_to_tuple(to)) == theirs


@pytest.mark.parametrize("formula", ["A1+1", "B2:C1", "$A1", "1:2"])
def test_a_shared_formula_that_leaves_the_sheet_is_a_broken_reference(formula: str) -> None:
    assert "#REF!" in SharedFormula.parse(formula, 5, 5).at(1, 1)


def test_formulas_are_stored_once_however_many_cells_share_them() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>B$1*2</f><v>{n}</v></c></row>' for n in range(1, 500))
    cells = Workbook(book(rows)).read("S").columns[1]
    assert cells.formula_texts == ("B$1*2",)
    assert cells.has_formula().all()


def test_a_lone_cell_in_the_last_corner_is_read_and_costs_one_column() -> None:
    head = "".join(f'<c r="{letters}1"><v>1</v></c>' for letters in ("A", "B", "ZZ"))
    sheet = Workbook(book(f'<row r="1">{head}</row><row r="1048576"><c r="XFD1048576"><v>9</v></c></row>')).read("S")
    assert sheet.last_row == 1_048_576
    assert list(sheet.columns) == [1, 2, 702, 16384]
    assert sheet.columns[16384].numbers[-1] == 9
    assert len(sheet.columns[1]) == 1_048_576


def test_cells_strewn_over_the_whole_sheet_are_refused_before_they_cost_memory() -> None:
    head = "".join(f'<c r="{column_letters(column)}1"><v>1</v></c>' for column in range(1, 16385))
    rows = f'<row r="1">{head}</row><row r="1048576"><c r="A1048576"><v>9</v></c></row>'
    with pytest.raises(PackageError) as refused:
        Workbook(book(rows)).read("S")
    assert refused.value.reason == "too-large"


def test_a_tall_sheet_with_a_stray_cell_keeps_no_column_that_nobody_holds() -> None:
    head = "".join(f'<c r="{column_letters(column)}1"><v>1</v></c>' for column in range(1, 61))
    columns = (
        Workbook(book(f'<row r="1">{head}</row><row r="1048576"><c r="A1048576"><v>9</v></c></row>')).read("S").columns
    )
    tracemalloc.start()
    assert sum(int(np.nansum(columns[column].numbers)) for column in columns) == 69
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_formatted_emptiness_counts_nothing() -> None:
    """Rows and cells with a style and no value, to the end of the sheet, as a person makes by formatting columns."""
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += b"".join(b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(2, 200_000))
    rows += b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(200_000, 1_048_577))
    part = b'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>%b</sheetData></worksheet>' % rows
    workbook = Workbook(zipped(parts_of(part)))
    sheet = workbook.read("S")
    assert (sheet.last_row, list(sheet.columns)) == (1, [1])
    assert workbook.work.exact == 0


def test_a_dimension_is_never_believed() -> None:
    part = worksheet('<row r="3"><c r="C3"><v>1</v></c></row>').replace(
        b"<sheetData>", b'<dimension ref="A1"/><sheetData>'
    )
    assert cell(zipped(parts_of(part)), 3, 3) == (N, 1.0, None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8-sig"])
def test_a_sheet_in_another_encoding_is_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    xml = worksheet('<row r="1"><c r="A1" t="str"><v>Zoë</v></c></row>').decode()
    part = f'<?xml version="1.0" encoding="{declared}"?>{xml}'.encode(encoding)
    assert cell(zipped(parts_of(part))) == (T, "Zoë", None)


def test_a_prefixed_sheet_is_read() -> None:
    xml = worksheet('<row r="1"><c r="A1" t="str"><v>x</v></c><c r="B1"><f>A1</f><v>1</v></c></row>').decode()
    prefixed = re.sub(r"<(/?)(\w)", r"<\1p:\2", xml).replace("xmlns=", "xmlns:p=").encode()
    workbook = zipped(parts_of(prefixed))
    assert cell(workbook) == (T, "x", None)
    assert cell(workbook, 1, 2) == (N, 1.0, "A1")


def test_sheets_states_names_and_tables_are_told() -> None:
    workbook = Workbook(_told())
    assert [(sheet.name, sheet.state) for sheet in workbook.sheets] == [("A & B", "visible"), ("Hidden", "veryHidden")]
    assert workbook.names == (
        DefinedName("Rate", None, "'A & B'!$A$1"),
        DefinedName("Local", "Hidden", "Hidden!$B$2:$C$3"),
    )
    (table,) = workbook.tables
    assert (table.name, table.sheet, str(table.ref)) == ("Orders", "A & B", "B2:C9")
    assert (table.header_rows, table.totals_rows) == (1, 1)
    assert [(column.name, column.formula) for column in table.columns] == [("Id", None), ("Two\nlines", "Orders[Id]&1")]
    assert workbook.read("hidden").last_row == 0
    with pytest.raises(PackageError, match="a table stands where the sheet has no cells"):
        workbook.read("a & b")
    with pytest.raises(PackageError, match="no sheet"):
        workbook.read("Chart")


def _told() -> bytes:
    """A workbook with a chart sheet between two worksheets, names, and a table with a totals row."""
    parts = parts_of(worksheet(""))
    relation = f'<Relationship Id="{{}}" Type="{RELATIONS}/{{}}" Target="{{}}"/>'
    open_, close = "<Relationships>", "</Relationships>"
    parts["xl/workbook.xml"] = (
        b'<workbook xmlns:q="q"><sheets><sheet name="A &amp; B" sheetId="1" q:id="a"/>'
        b'<sheet name="Chart" sheetId="7" q:id="c"/>'
        b'<sheet name="Hidden" sheetId="3" state="veryHidden" q:id="b"/></sheets><definedNames>'
        b"<definedName name=\"Rate\">'A &amp; B'!$A$1</definedName>"
        b'<definedName name="Local" localSheetId="2">Hidden!$B$2:$C$3</definedName></definedNames></workbook>'
    )
    targets = [
        relation.format("a", "worksheet", "/xl/worksheets/sheet1.xml"),
        relation.format("b", "worksheet", "worksheets/other.xml"),
        relation.format("c", "chartsheet", "chartsheets/sheet1.xml"),
    ]
    parts["xl/_rels/workbook.xml.rels"] = (open_ + "".join(targets) + close).encode()
    parts["xl/worksheets/other.xml"] = worksheet("")
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        open_ + relation.format("t", "table", "../tables/table1.xml") + close
    ).encode()
    parts["xl/tables/table1.xml"] = (
        b'<table id="1" name="x" displayName="Orders" ref="B2:C9" totalsRowCount="1"><tableColumns count="2">'
        b'<tableColumn id="1" name="Id"/><tableColumn id="2" name="Two_x000a_lines">'
        b"<calculatedColumnFormula>Orders[Id]&amp;1</calculatedColumnFormula></tableColumn></tableColumns></table>"
    )
    return zipped(parts)


def test_columns_stay_what_they_are_when_taken_apart() -> None:
    cells = Workbook(book('<row r="2"><c r="B2"><v>1</v></c></row><row r="4"><c r="B4" t="b"><v>1</v></c></row>')).read(
        "S"
    )
    assert cells.columns[2].values() == [None, 1.0, None, True]
    assert 1 not in cells.columns and len(cells.columns) == 1
    again = Cells.from_values(cells.columns[2].values())
    assert again.same_as(cells.columns[2]).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (0.1 + 0.2, 0.3, True),
        (74178.69892607295, 74178.698926073, True),
        (74178.69892607295, 74178.6989260729, True),
        (45000.0, 45000.0000000001, False),
        (1.0, 1.00000000000001, False),
        (999999999999999.0, 1000000000000000.0, False),
        (1e-300, -1e-300, False),
        (0.0, 1e-300, False),
        (0.0, -0.0, True),
        (None, None, True),
        (None, 0.0, False),
        (True, 1.0, False),
        ("1", 1.0, False),
        ("", None, False),
        ("a", "A", False),
    ],
)
def test_when_two_cells_say_the_same(one: object, other: object, same: bool) -> None:
    """Programs that write 15 digits differ in the last one where a number lies half-way."""
    cells, others = Cells.from_values([one]), Cells.from_values([other])  # type: ignore[list-item]
    assert cells.same_as(others).tolist() == others.same_as(cells).tolist() == [same]
    assert not cells.with_formula("A1").same_as(others).any()
    assert cells.with_formula("A1").same_as(others.with_formula("A1")).tolist() == [same]
