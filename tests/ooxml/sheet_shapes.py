"""Worksheets drawn as XML, and packages around them, for the tests of reading.

`common_rows` writes rows as Excel, LibreOffice, openpyxl and XlsxWriter do; `odd_rows` writes the same content in ways
that are allowed and rare.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tracker.ooxml.refs import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

CONTENT_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{MAIN_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN_TYPE}.sheet.main+xml"/></Types>'
)
ROOT_RELS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK_RELS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def worksheet(rows: str | bytes) -> bytes:
    """A worksheet part with these rows."""
    inside = rows.encode() if isinstance(rows, str) else rows
    return b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (MAIN.encode(), inside)


def workbook_xml(properties: str = "") -> str:
    """A workbook part with one sheet, S."""
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def strings_xml(*texts: str) -> str:
    """A shared string table of plain texts."""
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'<sst xmlns="{MAIN}">{items}</sst>'


def parts_of(sheet: bytes, strings: str = strings_xml("first", "second"), properties: str = "") -> dict[str, bytes]:
    """The parts of a workbook with one sheet, S."""
    return {
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": ROOT_RELS.encode(),
        "xl/workbook.xml": workbook_xml(properties).encode(),
        "xl/_rels/workbook.xml.rels": BOOK_RELS.encode(),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings.encode(),
    }


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def book(rows: str | bytes, strings: str = strings_xml("first", "second"), properties: str = "") -> bytes:
    """A workbook whose one sheet, S, has these rows."""
    return zipped(parts_of(worksheet(rows), strings, properties))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿"), max_size=8)
_NUMBER = st.one_of(
    st.integers(-(10**17), 10**17).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(str),
)
_STYLE = st.sampled_from(["", "", ' s="0"', ' s="7"', ' s="1234"'])
_FORMULA = st.sampled_from(["A1+1", 'IF(B2&lt;3,"a","b")', "Customers[[#This Row],[Spend]]", "SUM(A$1:A9)", "TODAY()"])


@st.composite
def _common_cell(draw: st.DrawFn, reference: str) -> str:
    """One cell in a way that a well-known program writes."""
    style, text, number = draw(_STYLE), escape(draw(_TEXT)), draw(_NUMBER)
    formula, at = draw(_FORMULA), draw(st.sampled_from(["0", "1"]))
    r = f'r="{reference}"'
    shapes = [
        f"<c {r}{style}/>",
        f"<c {r}{style} />",
        f"<c {r}{style}></c>",
        f"<c {r}{style}><v>{number}</v></c>",
        f'<c {r}{style} t="n"><v>{number}</v></c>',
        f'<c {r} t="n"{style}><v></v></c>',
        f"<c {r}{style}><v/></c>",
        f'<c {r}{style} t="s"><v>{at}</v></c>',
        f'<c {r} t="s"{style}><v>{at}</v></c>',
        f'<c {r}{style} t="b"><v>{at}</v></c>',
        f'<c {r}{style} t="e"><v>#DIV/0!</v></c>',
        f'<c {r}{style} t="d"><v>2024-02-29T12:00:00</v></c>',
        f'<c {r}{style} t="str"><f>{formula}</f><v>{text}</v></c>',
        f"<c {r}{style}><f>{formula}</f><v>{number}</v></c>",
        f"<c {r}{style}><f>{formula}</f><v></v></c>",
        f"<c {r}{style}><f>{formula}</f><v /></c>",
        f"<c {r}{style}><f>{formula}</f></c>",
        f'<c {r}{style} t="b"><f aca="false">TRUE()</f><v>1</v></c>',
        f'<c {r}{style} t="e"><f>{formula}</f><v>#N/A</v></c>',
        f'<c {r}{style} cm="1"><f t="array" ref="{reference}">{formula}</f><v>{number}</v></c>',
        f'<c {r}{style}><f t="shared" ref="{reference}:Z99" si="{at}">{formula}</f><v>{number}</v></c>',
        f'<c {r}{style}><f t="shared" si="{at}"/><v>{number}</v></c>',
        f'<c {r}{style}><f ca="1"/><v>{number}</v></c>',
        f'<c {r}{style} t="inlineStr"><is><t>{text}</t></is></c>',
        f'<c {r}{style} t="inlineStr"><is><t xml:space="preserve"> {text}</t></is></c>',
        f'<c {r}{style} t="inlineStr"><is><t></t></is></c>',
        f'<c {r}{style} t="inlineStr"><is><t/></is></c>',
        f'<c {r} t="inlineStr"{style}><is><t>{text}_x0041_</t></is></c>',
    ]
    return draw(st.sampled_from(shapes))


@st.composite
def _odd_cell(draw: st.DrawFn, reference: str) -> str:
    """One cell in a way that is allowed and rare."""
    text, number = escape(draw(_TEXT)), draw(_NUMBER)
    r = f'r="{reference}"'
    shapes = [
        f"<c r='{reference}' s='3'><v>{number}</v></c>",
        f'<c s="3" {r}><v>{number}</v></c>',
        f'<c\n{r}\n s="3"\n><v>{number}</v></c>',
        f'<c {r} s="3" t="n" vm="1" ph="1"><v>{number}</v></c>',
        f'<c {r}  s="3"  t = "str"><v>{text}</v></c>',
        f"<c {r}> <v>{number}</v>\n</c>",
        f"<c {r}><!-- a comment --><v>{number}</v></c>",
        f'<c {r} t="str"><v><![CDATA[<c r="A1"><v>1</v></c></row><row>]]>{text}</v></c>',
        f'<c {r} t="str"><v>a > b</v></c>',
        f'<c {r} t="str"><v xml:space="preserve"> {text} </v></c>',
        f"<c {r}><f><![CDATA[A1<B1]]></f><v>{number}</v></c>",
        f'<c {r} t="inlineStr"><is><r><t>{text}</t></r><r><rPr><b/></rPr><t>!</t></r></is></c>',
        f'<c {r} t="inlineStr"><is><t>{text}</t><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></is></c>',
        f'<c {r} t="inlineStr"><is/></c>',
        f'<c {r} t="inlineStr"><is><t><!-- -->{text}</t></is></c>',
        f'<c {r} t="inlineStr"><v>{text}</v></c>',
        f"<c {r}><v>{number}</v><extLst><ext><v>9</v></ext></extLst></c>",
        f'<c {r} t="b"><v>true</v></c>',
        f'<c {r} t="s"><v> 1 </v></c>',
        f"<c><v>{number}</v></c>",
        '<c t="s"><v>1</v></c>',
        "<c/>",
    ]
    return draw(st.sampled_from(shapes))


_ROW_ATTRIBUTES = st.sampled_from(
    ["", ' spans="1:9"', ' ht="12.8" customHeight="1"', ' s="4" customFormat="1" hidden="1"', ' x14ac:dyDescent="0.25"']
)


@st.composite
def common_rows(draw: st.DrawFn, odd: bool = False) -> bytes:
    """Some rows; with `odd`, a few of their cells and rows are written in rare ways."""
    row, out = 0, []
    for _ in range(draw(st.integers(1, 5))):
        row += draw(st.sampled_from([1, 1, 1, 2, 10, 900]))
        attributes = draw(_ROW_ATTRIBUTES)
        columns = sorted(draw(st.sets(st.sampled_from([1, 2, 3, 26, 27, 28, 702, 703, 16384]), max_size=5)))
        cells = []
        for column in columns:
            shape = _odd_cell if odd and draw(st.integers(0, 2)) == 0 else _common_cell
            cells.append(draw(shape(f"{column_letters(column)}{row}")))
        start = f'<row r="{row}"{attributes}'
        if odd and draw(st.integers(0, 3)) == 0:
            start = draw(
                st.sampled_from([f"<row{attributes}", f"<row  r='{row}'{attributes}", f'<!-- x --><row r="{row}"'])
            )
        empty = not cells and draw(st.booleans())
        out.append(start + ("/>" if empty else ">" + "".join(cells) + "</row>"))
    gap = draw(st.sampled_from(["", "", "\n", "<!-- <row> -->"])) if odd else ""
    return gap.join(out).encode()
