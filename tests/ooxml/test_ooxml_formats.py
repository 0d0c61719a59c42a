"""A text that becomes a number takes a style that shows it as one: its own, a neighbour's, the column's, the likest."""

# ruff: noqa: E501 (XML before and after reads best on one line each)

from __future__ import annotations

import re

import numpy as np
import pytest
from books import parts
from test_ooxml_patch import MAIN, OFFICE, book, zipped

from tracker.ooxml import Cells, ColumnWrite, NumberLook, Shown, Workbook
from tracker.ooxml.change import patch
from tracker.ooxml.formats import Formats

# 0 General, 1 text, 2 a built-in date, 3 a date of one's own, 4 money, 5 a time, 6 typed with an apostrophe,
# 7 text in bold, 8 a date in bold, 9 a number whose colour is called after a day, 10 minutes of a duration
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="4">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/><numFmt numFmtId="165" formatCode="#,##0.00 &quot;days&quot;"/>'
    '<numFmt numFmtId="166" formatCode="[Red]0.00;[Yellow]-0.00"/><numFmt numFmtId="167" formatCode="[mm]:ss"/></numFmts>'
    '<cellXfs count="11"><xf numFmtId="0"/><xf numFmtId="49"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="20"/><xf numFmtId="0" quotePrefix="1"/><xf numFmtId="49" fontId="1"/><xf numFmtId="14" fontId="1"/>'
    '<xf numFmtId="166"/><xf numFmtId="167"/></cellXfs></styleSheet>'
)
SHOWS = ["number", "text", "date", "date", "number", "time", "text", "text", "date", "number", "time"]


def styled(rows: str, head: str = "") -> Workbook:
    """A workbook with these rows and the styles above."""
    made = dict(parts(book(rows, head=head)))
    made["xl/styles.xml"] = STYLES.encode()
    relations = made["xl/_rels/workbook.xml.rels"].decode()
    more = f'<Relationship Id="rId9" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    made["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", more).encode()
    return Workbook(zipped(made))


def after(workbook: Workbook, shown: Shown, row: int = 2, column: int = 1, value: float = 46000.0) -> str:
    """The cell after a number was written into it that is to look so; what was skipped instead."""
    at = np.array([row])
    looks = [NumberLook("S", column, at, shown)]
    done = patch(workbook, [ColumnWrite("S", column, at, Cells.from_numbers([value]))], [], [], looks)
    if done.skipped:
        return done.skipped[0].reason
    text = Workbook(done.data).package.read("xl/worksheets/sheet1.xml").decode()
    return re.findall(rf'<c r="{"_ABC"[column]}{row}".*?(?:</c>|/>)', text)[0]


def test_how_each_format_shows_a_number() -> None:
    formats = Formats(styled(""))
    found = [
        [shown.value for shown in Shown if formats.suits(b' s="%d"' % number, shown)] for number in range(len(SHOWS))
    ]
    assert found == [[shows] if shows in ("date", "number") else [] for shows in SHOWS]


TEXT = '<c r="A2"%s t="inlineStr"><is><t>12.11.2026</t></is></c>'


@pytest.mark.parametrize(
    ("own", "neighbour", "head", "shown", "style"),
    [
        (' s="3"', "", "", Shown.DATE, ' s="3"'),  # its own suits
        (' s="8"', ' s="3"', "", Shown.DATE, ' s="8"'),
        (' s="1"', ' s="3"', "", Shown.DATE, ' s="3"'),  # else that of a number in the column
        ("", ' s="3"', "", Shown.DATE, ' s="3"'),
        (
            ' s="1"',
            ' s="4"',
            '<cols><col min="1" max="2" style="3"/></cols>',
            Shown.DATE,
            ' s="3"',
        ),  # else the column's
        (' s="7"', ' s="4"', "", Shown.DATE, ' s="8"'),  # else the one that is most like its own
        (' s="1"', "", "", Shown.DATE, ' s="2"'),
        (' s="1"', ' s="4"', "", Shown.NUMBER, ' s="4"'),
        (' s="6"', ' s="9"', "", Shown.NUMBER, ' s="9"'),  # an apostrophe makes text again of what is typed
        ("", "", "", Shown.NUMBER, ""),
        (' s="4"', ' s="9"', "", Shown.NUMBER, ' s="4"'),
        (' s="3"', ' s="9"', "", Shown.NUMBER, ' s="9"'),  # a number is not to look like a day
    ],
)
def test_the_style_of_a_cell_that_becomes_a_number(
    own: str, neighbour: str, head: str, shown: Shown, style: str
) -> None:
    near = f'<row r="1"><c r="A1"{neighbour}><v>45000</v></c></row>' if neighbour else ""
    rows = f'{near}<row r="2">{TEXT % own}<c r="B2" s="1"/></row>'
    assert after(styled(rows, head), shown) == f'<c r="A2"{style}><v>46000</v></c>'


def test_the_commonest_style_of_the_column_that_suits_is_taken() -> None:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" s="{style}"><v>1</v></c></row>' for n, style in ((3, 2), (4, 3), (5, 3), (6, 4))
    )
    assert after(styled(f'<row r="2">{TEXT % ""}</row>{cells}'), Shown.DATE) == '<c r="A2" s="3"><v>46000</v></c>'


def test_a_column_is_left_where_nothing_in_the_file_shows_a_day() -> None:
    workbook = Workbook(book(f'<row r="2">{TEXT % ""}</row>'))
    assert after(workbook, Shown.DATE) == "no style of the workbook would show its days as days"
    assert after(workbook, Shown.NUMBER) == '<c r="A2"><v>46000</v></c>'


def test_a_column_is_left_where_everything_is_text() -> None:
    made = dict(parts(styled('<row r="2">%s</row>' % (TEXT % ' s="1"')).data))
    made["xl/styles.xml"] = re.sub(rb'<xf numFmtId="\d+"', b'<xf numFmtId="49"', made["xl/styles.xml"])
    assert after(Workbook(zipped(made)), Shown.NUMBER) == "no style of the workbook would show its numbers as numbers"


def test_only_what_becomes_a_number_takes_another_style() -> None:
    workbook = styled('<row r="1"><c r="A1" s="3"><v>1</v></c></row><row r="2">%s</row>' % (TEXT % ' s="1"'))
    looks = [NumberLook("S", 1, np.array([3]), Shown.DATE)]
    done = patch(workbook, [ColumnWrite("S", 1, np.array([2]), Cells.from_texts(["soon"]))], [], [], looks)
    text = Workbook(done.data).package.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="A2" s="1" t="inlineStr"><is><t>soon</t></is></c>' in text
