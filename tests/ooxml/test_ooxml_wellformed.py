"""The proof that rows are well-formed: it takes what is usually written, and never what expat refuses."""

from __future__ import annotations

import random
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_shapes import MAIN, book, common_rows, worksheet

from tracker.ooxml import PackageError, Workbook
from tracker.ooxml.markup import as_utf8
from tracker.ooxml.sheet import Work
from tracker.ooxml.wellformed import Tags, proven, verify_sheet

HEAD = (
    f'<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:ac"><sheetPr/><cols><col min="1" max="3" style="7"/></cols><sheetData>'
).encode()
TAIL = b'</sheetData><pageMargins left="0.7"/></worksheet>'
SPACES = {None: MAIN, "x14ac": "urn:ac"}
ROW = (
    '<row r="7" spans="1:9" ht="15.75" x14ac:dyDescent="0.25"><c r="A7" s="5"/><c r="B7" s="12" t="inlineStr"><is><t>'
    'a &amp; é</t></is></c><c r="C7"><v>1.5</v></c><c r="AA7" t="str"><f>IF(A1&lt;3,"x","")</f><v>x</v></c>'
    '<c r="AB7"><f>A1</f></c>'
    '</row><row r="8"/><row r="9"><c r="A9" s="1" /><c r="B9" t="s"><v>0</v></c></row>'
).encode()
# What mutations put in: the letters of tags and attributes, and bytes that XML does not allow.
LETTERS = b"<>/\"'&; =rcvfist!?-[]#x0\n\0\x01\x1f\x7f\x80\xbf\xc3\xa9\xed\xa0\xef\xbf\xbe\xff"


def takes(rows: bytes) -> bool:
    """Whether the proof takes these rows."""
    return proven(rows, Tags(SPACES))


def by_expat(rows: bytes) -> bool:
    """Whether expat takes a sheet with these rows."""
    engine = expat.ParserCreate(None, " ")
    try:
        engine.Parse(HEAD + rows + TAIL, True)
    except expat.ExpatError:
        return False
    return True


@pytest.mark.parametrize(
    "rows",
    [
        ROW.decode(),
        '<row r="1"/>',
        '<row r="1"></row>',
        '<row r="1" ht="12.8" customHeight="1"><c r="A1"/></row>',
        '<row r="1" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="XFD1048576" s="1234" t="inlineStr"><is><t>é 张 🙂</t></is></c></row>',
        '<row r="1"><c r="A1"><f aca="false">A1</f><v>1</v></c><c r="B1"><f>A1</f><v/></c></row>',
        '<row r="1"><c r="A1"><f>A1</f><v /></c><c r="B1"><f>A1</f></c><c r="C1" /></row>',
        '<row r="1"><c r="A1" t="str"><f>1</f><v>&#10;&#x1F642;&quot;&gt;&apos;</v></c></row>',
        '<row r="1">' + '<c r="A1"/>' * 8 + '<c r="B1"><f t="shared" si="0"/><v>5</v></c></row>',
        '<row r="1">' + '<c r="A1"/>' * 8 + '<c r="B1"><v></v></c></row>',
        '<row r="1">' + '<c r="A1"/>' * 8 + '<c r="B1" cm="1"><f t="array" ref="B1">A1</f><v>5</v></c></row>',
        '<row r="1">' + '<c r="A1"/>' * 8 + '<c r="B1" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c></row>',
    ],
)
def test_the_usual_rows_are_proven(rows: str) -> None:
    assert by_expat(rows.encode())
    assert takes(rows.encode())


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</c></v></row>',
        '<row r="1"><c r="A1"><v>1</vv></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></ix></c></row>',
        '<row r="1"><c r="A1" s="1" s="2"/></row>',
        '<row r="1" spans="1:2" spans="1:2"><c r="A1"/></row>',
        '<row r="1" r="2"><c r="A1"/></row>',
        '<row r="1" z:y="2"><c r="A1"/></row>',
        '<row r="1" ht=15><c r="A1"/></row>',
        '<row r="1"ht="15"><c r="A1"/></row>',
        '<row r="1"><c r="A1"s="1"/></row>',
        '<row r="1"><c r="A1 s="1"/></row>',
        '<row r="1"><c r="A1" s="1/></row>',
        '<row r="1"><c r="A1"><v>a & b</v></c></row>',
        '<row r="1"><c r="A1"><v>&nbsp;</v></c></row>',
        '<row r="1"><c r="A1"><v>&#0;</v></c></row>',
        '<row r="1"><c r="A1"><v>&#xD800;</v></c></row>',
        '<row r="1"><c r="A&1"/></row>',
        '<row r="1"><c r="A1"><v>a < b</v></c></row>',
        '<row r="1"><c r="A1"><v>]]></v></c></row>',
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1"><v>\ufffe</v></c></row>',
        '<row r="1"><c r="A1"/></row></row>',
        '<row r="1"><c r="A1"/></rox>',
        '<row r="1"><c r="A1"></row>',
        '<row r="1"><c r="A1/v></" s="1"/>' + '<c r="A1"/>' * 8 + "</row>",
        '<row r="1/v></"><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="B1"></row><row r="2"></c></row>',
        '<c r="A1"/>x<row r="1"',
    ],
)
def test_what_expat_refuses_is_not_proven(rows: str) -> None:
    assert not by_expat(rows.encode())
    assert not takes(rows.encode())


@pytest.mark.parametrize(
    "rows", [b"\xc3", b"\xc3a\xa9", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xef\xbf\xbf"]
)
def test_bytes_that_are_no_text_are_not_proven(rows: bytes) -> None:
    written = b'<row r="1"><c r="A1"><v>%b</v></c></row>' % rows
    assert not by_expat(written)
    assert not takes(written)


@settings(deadline=None, max_examples=100)
@given(common_rows(odd=True), st.integers(0, 2**32))
def test_whatever_is_proven_expat_takes(rows: bytes, seed: int) -> None:
    chance = random.Random(seed)
    tags = Tags(SPACES)
    for source in (rows, ROW):
        if proven(source, tags):
            assert by_expat(source)
        for _ in range(30):
            changed = _mutated(source, chance)
            if proven(changed, tags):
                assert by_expat(changed), changed


def _mutated(rows: bytes, chance: random.Random) -> bytes:
    """The rows with some bytes changed, put in, left out, or copied from elsewhere in them."""
    out = bytearray(rows)
    for _ in range(chance.choice([1, 1, 2, 3])):
        at, size = chance.randrange(len(out)), chance.choice([1, 1, 1, 2, 5, 12])
        letter = chance.choice(LETTERS)
        kind = chance.randrange(5)
        if kind == 0:
            out[at] = letter
        elif kind == 1:
            out.insert(at, letter)
        elif kind == 2:
            del out[at : at + size]
        elif kind == 3:
            start = chance.randrange(len(out))
            out[at:at] = out[start : start + size]
        else:
            out[at] ^= 1 << chance.randrange(8)
        if not out:
            return rows
    return bytes(out)


@settings(deadline=None, max_examples=60)
@given(common_rows(odd=True), st.integers(0, 2**32))
def test_a_part_is_refused_exactly_when_expat_refuses_it(rows: bytes, seed: int) -> None:
    chance = random.Random(seed)
    for source in (rows, *(_mutated(rows, chance) for _ in range(8))):
        try:
            verify_sheet([HEAD, source, TAIL], Work())
            taken = True
        except PackageError:
            taken = False
        assert taken == by_expat(source)


def test_a_comment_that_hides_the_beginning_of_a_piece_is_seen() -> None:
    rows = b'<row r="1"><c r="A1" s="1"/></row>' * 70_000  # more than one piece
    verify_sheet([worksheet(b"<!-- " + rows * 2 + b" -->" + rows)], Work())
    with pytest.raises(PackageError, match="well-formed"):
        verify_sheet([worksheet(b"<!-- " + rows + b'<row r="1--"/>' + rows + b" -->")], Work())


def test_rows_behind_the_end_of_the_sheet_are_seen() -> None:
    rows = b'<row r="1"><c r="A1" s="1"/></row>' * 70_000
    verify_sheet([HEAD + rows + b"</sheetData><a>" + rows + b"</a></worksheet>"], Work())
    for closing in (b"</sheetData></worksheet>", b"</sheetData></worksheet><!-- -->"):
        with pytest.raises(PackageError, match="well-formed"):
            verify_sheet([HEAD + rows + closing + rows], Work())


def test_a_sheet_that_is_not_well_formed_is_refused() -> None:
    good = book('<row r="1"><c r="A1"><v>1</v></c></row>')
    Workbook(good).verify()
    bad = Workbook(book('<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1" s="2"/></row><row r="2"/>'))
    with pytest.raises(PackageError, match="well-formed"):
        bad.verify()
    assert bad.verified == Work(0, 1)


def test_a_sheet_in_another_encoding_is_verified() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>é</v></c></row><row r="2"/>'
    sheet = (
        f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    )
    work = Work()
    verify_sheet([sheet.encode("utf-16")], work)
    assert work == Work(1, 0)


@pytest.mark.parametrize("more", [b"", b" "])
def test_a_part_in_utf_16_by_name_alone_is_in_an_unknown_encoding(more: bytes) -> None:
    """Of an even number of bytes it can be read, as letters that nobody typed."""
    with pytest.raises(PackageError, match="unknown encoding"):
        as_utf8(b'<?xml version="1.0" encoding="utf-16"?><a/>' + more)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8"])
def test_a_part_in_another_encoding_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'
    assert as_utf8(text.encode(encoding)).decode().endswith("<a>é</a>")
