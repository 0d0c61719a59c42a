"""Files that are called a workbook and are something else."""

# ruff: noqa: E501 (XML reads best on one line)

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import tarfile
from collections.abc import Callable, Mapping

from hostile_base import changed, good, recoded, with_members, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET_2003 = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>
"""
FLAT = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
ODF = "application/vnd.oasis.opendocument."


def old_office(stream: str) -> bytes:
    """An old container with one stream of this name in its directory."""
    return OLE + bytes(504) + stream.encode("utf-16-le").ljust(128, b"\0") + bytes(2000)


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("shop.xlsx"))
    return out.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.execute("create table a (b)")
        return made.serialize()


def office(part: str, kind: str) -> bytes:
    """Another kind of Office document, as small as one can be."""
    target = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    link = f'<Relationships><Relationship Id="a" Type="{target}" Target="{part}"/></Relationships>'
    types = f'<Types><Override PartName="/{part}" ContentType="{kind}"/></Types>'
    return zipped([("[Content_Types].xml", types.encode()), ("_rels/.rels", link.encode()), (part, b"<x/>")])


def open_document(kind: str) -> bytes:
    return zipped([("mimetype", f"{ODF}{kind}".encode()), ("content.xml", b"<x/>"), ("META-INF/manifest.xml", b"<x/>")])


def strict() -> bytes:
    """Saved as Strict Open XML: other namespaces, everything else alike."""
    return changed(
        "xl/workbook.xml", ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
    )  # fmt: skip


FILES: Mapping[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "zeros": lambda: bytes(20_000),
    "two bytes": lambda: b"PK",
    "noise": lambda: random.Random(1).randbytes(5000),
    "csv": lambda: b"customer_id,last_name\nC1,Marsh\n",
    "csv utf-16": lambda: "customer_id\tlast_name\nC1\tMarsh\n".encode("utf-16"),
    "html": lambda: b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>",
    "html table": lambda: b"\xef\xbb\xbf\r\n<table border=1><tr><td>Marsh</td></tr></table>",
    "web archive": lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>",
    "excel 2003": lambda: SPREADSHEET_2003.encode(),
    "flat ods": lambda: FLAT.encode(),
    "xml": lambda: b'<?xml version="1.0"?><orders/>',
    "json": lambda: json.dumps([{"a": 1}]).encode(),
    "drive pointer": lambda: b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": "a@b.example"}',
    "lfs pointer": lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
    "link": lambda: b"[InternetShortcut]\r\nURL=https://share.example/shop.xlsx\r\n",
    "icloud": lambda: b"bplist00\xd3\x01\x02" + bytes(100),
    "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(50),
    "jpeg": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(50),
    "rtf": lambda: b"{\\rtf1\\ansi Marsh}",
    "gzip": lambda: gzip.compress(good(), mtime=0),
    "7z": lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50),
    "rar": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(50),
    "tar": tar,
    "sqlite": database,
    "program": lambda: b"MZ\x90\x00" + bytes(500),
    "script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "owner of excel": lambda: b"\x04Anna".ljust(55, b" ") + b"\x04\0A\0n\0n\0a\0".ljust(110, b"\0"),
    "owner of libreoffice": lambda: b",anna,PC7,18.11.2026 09:30,file:///home/anna/.config/libreoffice/4;",
    "mac notes": lambda: b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X" + bytes(100),
    "xls": lambda: old_office("Workbook"),
    "xls without container": lambda: b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(500),
    "doc": lambda: old_office("WordDocument"),
    "message": lambda: old_office("__properties_version1.0"),
    "password": lambda: old_office("EncryptedPackage"),
    "rights": lambda: old_office("DRMEncryptedTransform"),
    "old container": lambda: old_office("Something"),
    "docx": lambda: office("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "pptx": lambda: office("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
    "xlsb": lambda: office("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
    "ods": lambda: open_document("spreadsheet"),
    "odt": lambda: open_document("text"),
    "numbers": lambda: zipped([("Index/CalculationEngine.iwa", b"\0"), ("Index/Document.iwa", b"\0")]),
    "epub": lambda: zipped([("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<x/>")]),
    "zip of a table": lambda: zipped([("orders.csv", b"a,b\n1,2\n")]),
    "zip of a workbook": lambda: zipped([("shop.xlsx", good())]),
    "zip of nothing": lambda: zipped([]),
    "strict": strict,
    "utf-16 sheet": lambda: recoded("xl/worksheets/sheet5.xml", "utf-16"),
    "utf-16 workbook": lambda: recoded("xl/workbook.xml", "utf-16"),
    "macro in an ordinary name": lambda: with_members([("xl/vbaProject.bin", OLE + bytes(100))]),
}  # fmt: skip
