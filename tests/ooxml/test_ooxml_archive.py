"""The container: what a zip file may be and still be read, and what is refused before anything is parsed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from sheet_shapes import MAIN, MAIN_TYPE, RELATIONS, book, parts_of, strings_xml, worksheet, zipped

from tracker.ooxml import PackageError, Workbook
from tracker.ooxml.archive import Packed, inflate, open_archive, rebuild

ROWS = '<row r="1"><c r="A1"><v>42</v></c></row>'


def answer(data: bytes) -> float:
    """The one number in the workbook."""
    workbook = Workbook(data)
    workbook.verify()
    return float(workbook.read("S").columns[1].numbers[0])


def reason(data: bytes) -> str:
    """Why the bytes are refused, wherever it is noticed."""
    with pytest.raises(PackageError) as refused:
        answer(data)
    assert str(refused.value) and "\n" not in str(refused.value)
    return refused.value.reason


def with_parts(**changed: bytes | None) -> bytes:
    """The workbook with some parts replaced (None: gone)."""
    names = {"rels": "_rels/.rels", "book": "xl/workbook.xml", "sheet": "xl/worksheets/sheet1.xml"}
    names |= {
        "types": "[Content_Types].xml",
        "strings": "xl/sharedStrings.xml",
        "book_rels": "xl/_rels/workbook.xml.rels",
    }
    parts = parts_of(worksheet(ROWS))
    for key, content in changed.items():
        if content is None:
            del parts[names[key]]
        else:
            parts[names[key]] = content
    return zipped(parts)


def swapped(part: str, old: str, new: str) -> bytes:
    """A part with something else written in one place."""
    content = parts_of(worksheet(ROWS))[part]
    assert old.encode() in content
    return content.replace(old.encode(), new.encode())


class _Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the content, as programs do that write to a pipe."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def _described() -> bytes:
    out = _Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(worksheet(ROWS)).items():
            archive.writestr(name, content)
    return bytes(out.data)


def _zip64() -> bytes:
    """Every member with ZIP64 sizes, and a ZIP64 end of the directory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(worksheet(ROWS)).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    data = out.getvalue()
    at = data.rindex(b"PK\x05\x06")
    _, _, _, count, _, size, offset, _ = struct.unpack("<4s4H2IH", data[at:])
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:at] + end64 + locator + end


def _commented() -> bytes:
    out = io.BytesIO(book(ROWS))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"made by hand"
    return out.getvalue()


def _backslashes() -> bytes:
    """Part names as some writers on Windows spell them; zipfile puts them right, so they are swapped."""
    data = book(ROWS)
    for name in (b"xl/worksheets/sheet1.xml", b"xl/sharedStrings.xml"):
        data = data.replace(name, name.replace(b"/", b"\\"))
    return data


@pytest.mark.parametrize(
    "make",
    [
        lambda: book(ROWS),
        lambda: zipped(parts_of(worksheet(ROWS)), zipfile.ZIP_STORED),
        _described,
        _zip64,
        _commented,
        _backslashes,
        lambda: with_parts(
            strings=None, book_rels=parts_of(b"")["xl/_rels/workbook.xml.rels"].replace(b"sharedStrings", b"x")
        ),
        lambda: zipped(dict(reversed(parts_of(worksheet(ROWS)).items()))),
        lambda: zipped({name.replace("sheet1", "SHEET1"): part for name, part in parts_of(worksheet(ROWS)).items()}),
    ],
    ids=["plain", "stored", "descriptors", "zip64", "comment", "backslashes", "no strings", "reversed", "case"],
)
def test_archives_of_every_kind_are_read(make: Callable[[], bytes]) -> None:
    assert answer(make()) == 42


def idling(data: bytes, part: str, at: int) -> bytes:
    """The same package, a part of it packed with many blocks of nothing before the byte ``at``, as flushing leaves."""
    archive = open_archive(data)
    member = next(one for one in archive.members if one.name == part)
    content = b"".join(inflate(archive, member))
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    begun = engine.compress(content[:at]) + engine.flush(zlib.Z_FULL_FLUSH)
    body = begun + b"\0\0\0\xff\xff" * 40_000 + engine.compress(content[at:]) + engine.flush()
    return rebuild(archive, {part: Packed(body, member.crc, member.size)})


@pytest.mark.parametrize("at", [0, 60, 1_000])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_part_that_unfolds_to_nothing_for_a_while_is_read_to_its_end(part: str, at: int) -> None:
    rows = '<row r="1"><c r="A1"><v>42</v></c><c r="B1" t="s"><v>99</v></c></row>'
    data = idling(book(rows, strings_xml(*map(str, range(100)))), part, at)
    assert answer(data) == 42
    assert Workbook(data).read("S").columns[2].texts.tolist() == ["99"]


@pytest.mark.parametrize(
    ("head", "said"), [('<?xml version="1.0" encoding="hex"?>', "encoding"), ("<!DOCTYPE x>", "doctype")]
)
def test_what_is_refused_before_parsing_cannot_hide_behind_blocks_of_nothing(head: str, said: str) -> None:
    data = with_parts(strings=f"{head}<sst xmlns='{MAIN}'/>".encode())
    with pytest.raises(PackageError) as refused:
        Workbook(idling(data, "xl/sharedStrings.xml", 0))
    assert refused.value.reason == said


def test_a_wrong_checksum_is_noticed() -> None:
    data = bytearray(zipped(parts_of(worksheet(ROWS)), zipfile.ZIP_STORED))
    at = data.index(b"<v>42</v>")
    data[at + 3 : at + 5] = b"43"
    assert reason(bytes(data)) == "damaged"


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = book(ROWS)
    for length in range(0, len(data), 7):
        assert reason(data[:length]) in {"empty", "damaged", "csv", "not-zip"}


def test_a_wrong_byte_anywhere_is_refused_or_harmless() -> None:
    """Nothing but a PackageError may come of it, and never another number."""
    good = book(ROWS)
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x55
        try:
            assert answer(bytes(bad)) == 42
        except PackageError:
            continue


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"a;b;c\r\n1;2;3\r\n", "csv"),
        ("name,straße\n".encode(), "csv"),
        (b"<html><table></table></html>", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "xml"),
        (b'{"rows": []}', "json"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\x00\x01\x02", "not-zip"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (zipped({"hello.txt": b"x"}), "zip"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "ods"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(data: bytes, why: str) -> None:
    assert reason(data) == why


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"book": None}, "no-workbook"),
        ({"rels": None}, "no-workbook"),
        ({"sheet": None}, "damaged"),
        ({"types": None}, "damaged"),
        ({"book": b"<workbook"}, "damaged"),
        ({"book": b""}, "damaged"),
        ({"book": b"<document/>"}, "not-workbook"),
        ({"sheet": b"<worksheet/>"}, "damaged"),
        ({"sheet": b"<worksheet><sheetData></worksheet>"}, "damaged"),
        ({"sheet": worksheet("\x00")}, "damaged"),
        ({"sheet": worksheet(b'<row r="1"><c r="A1" t="str"><v>\xff</v></c></row>')}, "damaged"),
        ({"sheet": worksheet(ROWS) + b"<again/>"}, "damaged"),
        ({"sheet": worksheet(ROWS).replace(b"</sheetData>", b"</sheetData><x:unbound/>")}, "damaged"),
        ({"strings": b"<sst><si>"}, "damaged"),
        ({"rels": swapped("_rels/.rels", RELATIONS, "http://purl.oclc.org/ooxml/officeDocument")}, "strict"),
        ({"book": swapped("xl/workbook.xml", MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")}, "strict"),
        ({"types": swapped("[Content_Types].xml", "spreadsheetml.sheet.main", "wordprocessingml.document.main")},
         "not-workbook"),
        ({"types": swapped("[Content_Types].xml", f"{MAIN_TYPE}.sheet.main+xml",
                           "application/vnd.ms-excel.sheet.binary.macroEnabled.main")}, "binary"),
    ],
)  # fmt: skip
def test_packages_that_are_not_whole_are_refused(changed: dict[str, bytes | None], why: str) -> None:
    assert reason(with_parts(**changed)) == why


@pytest.mark.parametrize("part", ["book", "sheet", "strings", "rels", "types"])
def test_a_doctype_is_refused_in_every_part(part: str) -> None:
    """The door of entity bombs and of files on the machine that reads."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    used = worksheet('<row r="1"><c r="A1" t="str"><v>&b;&f;</v></c></row>')
    content = used if part == "sheet" else b"<x/>"
    assert reason(with_parts(**{part: bomb.encode() + content})) == "doctype"


def test_deep_nesting_is_refused_or_read_in_a_moment() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert reason(with_parts(book=f"<workbook>{deep}</workbook>".encode())) == "damaged"
    assert reason(with_parts(sheet=worksheet(f'<row r="1"><c r="A1">{deep}</c></row>'))) == "damaged"


def _directory(data: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """The archive with something changed in the last record of its directory, the one of the shared strings."""
    changed = bytearray(data)
    change(changed, changed.rindex(b"PK\x01\x02"))
    return bytes(changed)


def _claims(size: int) -> Callable[[bytearray, int], None]:
    return lambda data, at: struct.pack_into("<I", data, at + 24, size)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_directory(book(ROWS), _claims(0xFFFFFFF0)), "too-large"),
        (_directory(book(ROWS), _claims(200 << 20)), "too-large"),
        (_directory(book(ROWS), lambda data, at: struct.pack_into("<H", data, at + 8, 1)), "encrypted"),
        (_directory(book(ROWS), lambda data, at: struct.pack_into("<H", data, at + 10, 99)), "damaged"),
        (_directory(book(ROWS), lambda data, at: struct.pack_into("<I", data, at + 42, 3)), "damaged"),
        (zipped({**parts_of(worksheet(ROWS)), "../../evil.xml": b""}), "unsafe-name"),
        (zipped({**parts_of(worksheet(ROWS)), "C:/evil.xml": b""}), "unsafe-name"),
        (zipped({**parts_of(worksheet(ROWS)), "XL/Workbook.xml": b""}), "duplicate-name"),
        (zipped({**parts_of(worksheet(ROWS)), "big.bin": bytes(64 << 20)}), "too-large"),
        (zipped({f"{n}": b"" for n in range(10_001)}), "too-large"),
    ],
    ids=["4 GiB", "ratio", "encrypted", "method", "overlap", "escape", "drive", "twice", "bomb", "many"],
)
def test_mischief_is_refused_from_the_directory_alone(data: bytes, why: str) -> None:
    assert reason(data) == why


def test_a_part_larger_than_it_says_is_stopped() -> None:
    data = _directory(book(ROWS), _claims(10))
    assert reason(data) == "damaged"
