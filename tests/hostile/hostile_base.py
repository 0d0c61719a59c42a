"""The good workbook that hostile ones are made from, and ways to spoil one: by part, and byte by byte of the zip."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from functools import cache

from books import TODAY, new_book, parts, refreshed, type_rows, with_part

from tracker.facts.calendar import to_serial
from tracker.ooxml import Workbook

BOOK, TYPES, ROOT = "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"
LINKS, TEXTS, STYLES, CORE = "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"
CUSTOMERS, TABLE = "xl/worksheets/sheet5.xml", "xl/tables/table2.xml"
SHEET_LINKS = "xl/worksheets/_rels/sheet5.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

Spoil = Callable[[bytes], bytes]


@cache
def good() -> bytes:
    """A workbook with four customers, three contacts and two purchases; it has been refreshed."""
    day = to_serial(TODAY)
    names = ("Marsh", "Silva", "Okoro", "Tanaka")
    people = [
        {"customer_id": f"C{i}", "last_name": name, "email": f"{name.lower()}@b.example", "owner": "Anna"}
        for i, name in enumerate(names, 1)
    ]
    calls = [{"customer": f"C{i}", "started_at": day - i, "channel": "Phone"} for i in (1, 2, 3)]
    buys = [{"customer": f"C{i}", "purchased_at": day - 9, "item": "Oak", "amount": 50.0} for i in (1, 2)]
    data = type_rows(new_book(), "Customers", people)
    return refreshed(type_rows(type_rows(data, "Interactions", calls), "Purchases", buys))[0]


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, names as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name, (2026, 11, 18, 0, 0, 0)), content, method)
    return out.getvalue()


def with_members(more: Iterable[tuple[str, bytes]] = (), without: Iterable[str] = ()) -> bytes:
    """The good workbook with members added and others gone."""
    gone = set(without)
    return zipped([*((name, c) for name, c in parts(good()).items() if name not in gone), *more])


def changed(part: str, *pairs: tuple[str | bytes, str | bytes]) -> bytes:
    """The good workbook with texts of one part replaced; each must be there."""

    def replaced(content: bytes) -> bytes:
        for old, new in pairs:
            old, new = (one.encode() if isinstance(one, str) else one for one in (old, new))
            assert old in content, (part, old)
            content = content.replace(old, new, 1)
        return content

    return with_part(good(), part, replaced)


def recoded(part: str, encoding: str, declared: str = "") -> bytes:
    """The good workbook with one part in another encoding; it says so, or says something else."""

    def recode(content: bytes) -> bytes:
        text = content.decode().replace('encoding="UTF-8"', f'encoding="{declared or encoding}"', 1)
        return text.encode(encoding)

    return with_part(good(), part, recode)


def after_declaration(part: str, text: str, root: str = "") -> bytes:
    """The good workbook with something put between the XML declaration of a part and its root."""

    def put(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"?>")
        return head + mark + text.encode() + (root.encode() or rest)

    return with_part(good(), part, put)


def bombed(part: str, entity: str = "") -> bytes:
    """The good workbook with nested entities declared in a part."""
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return after_declaration(part, f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}{entity}]>')


def rows(*cells: str, start: int = 2) -> Spoil:
    """Put rows in the place of all rows of a sheet below its header."""
    body = "".join(f'<row r="{start + i}">{one}</row>' for i, one in enumerate(cells)).encode()

    def put(content: bytes) -> bytes:
        first = content.index(b'<row r="2"')
        return content[:first] + body + content[content.index(b"</sheetData>") :]

    return put


def raw_rows(xml: str) -> bytes:
    """The good workbook with this XML in the place of the rows of its customers."""

    def put(content: bytes) -> bytes:
        first = content.index(b'<row r="2"')
        return content[:first] + xml.encode() + content[content.index(b"</sheetData>") :]

    return with_part(good(), CUSTOMERS, put)


def sheet_end(xml: str) -> bytes:
    """The good workbook with XML put behind the cells of the customers."""
    return changed(CUSTOMERS, ("</sheetData>", f"</sheetData>{xml}"))


def place_of(data: bytes, name: str, mark: bytes) -> int:
    """Where the local header (or the record in the directory) of a member begins."""
    at, offset = -1, 30 if mark == LOCAL else 46
    while True:
        at = data.index(mark, at + 1)
        if data[at + offset : at + offset + len(name)] == name.encode():
            return at


def poked(data: bytes, at: int, shape: str, value: int) -> bytes:
    """The bytes with one number overwritten."""
    out = bytearray(data)
    struct.pack_into(shape, out, at, value)
    return bytes(out)


def record(name: str, offset: int, shape: str, value: int) -> bytes:
    """The good workbook with one field of the directory's record of a member overwritten."""
    return poked(good(), place_of(good(), name, CENTRAL) + offset, shape, value)


def noise(size: int) -> str:
    """Text that deflates no better than honest XML."""
    return random.Random(size).randbytes(size // 2).hex()


def setting(key: str, value: str) -> bytes:
    """The good workbook with a text in the place of a setting's value."""
    from books import column_of, header, table_of, write

    table = table_of(good(), "Settings")
    keys = Workbook(good()).read(table.sheet).columns[column_of(table, header("Settings", "key"))]
    row = [str(one) for one in keys.texts].index(key) + 1
    return write(good(), [(table.sheet, row, column_of(table, header("Settings", "value")), value)])


def linked_part(like: str, name: str, ref: str) -> bytes:
    """The good workbook with one more table on the customers' sheet."""
    link = f'<Relationship Id="rId888" Type="{OFFICE}/table" Target="../tables/table88.xml"/></Relationships>'
    columns = '<tableColumns count="2"><tableColumn id="1" name="a"/><tableColumn id="2" name="b"/></tableColumns>'
    xml = f'<table xmlns="{MAIN}" id="88" name="{name}" displayName="{name}" ref="{ref}">{columns}</table>'
    data = changed(SHEET_LINKS, ("</Relationships>", link))
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(like.replace("table2", "table88"), xml)
    return out.getvalue()
