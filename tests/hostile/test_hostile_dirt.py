"""Everyday dirt: what staff, office programs and exports do to a workbook, with exactly the findings it must give.

Half of it is drawn as tables (``dirt/*.txt``: the marked rows give their findings, the others none), the other half is
done to the package of a good workbook. A clean row never gives a finding.
"""

# ruff: noqa: E501 (tables read best one row a line)

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from books import TODAY, column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part, write
from hostile_base import BOOK, CUSTOMERS, SHEET_LINKS, TABLE, changed, good, sheet_end, with_members
from openpyxl import Workbook as Other
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from world import world

from tracker.commands.examine import findings_of
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost
from tracker.model.finding import Finding
from tracker.ooxml import Workbook
from tracker.schema.base import BASE

DRAWN = sorted((Path(__file__).parent / "dirt").glob("*.txt"))
MARK = re.compile(r"<-.*$", re.MULTILINE)
Found = set[tuple[str, str, str]]  # code, table, cell or row


def told(findings: tuple[Finding, ...]) -> Found:
    return {(one.code, one.place.table or one.value, one.place.cell or str(one.place.row or "")) for one in findings}


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_drawn_dirt(path: Path) -> None:
    title, _, drawing = path.read_text(encoding="utf-8").partition("\n")
    made = world(drawing)
    findings = findings_of(made, TODAY)
    assert title.strip()
    found = {(one.place.table, one.place.row, one.code, one.place.key) for one in findings}
    assert found == {(one.table, one.row, one.code, one.key) for one in made.expected}
    assert findings_of(world(MARK.sub("", drawing)), TODAY) == findings, "a mark is no part of the cells"


# Done to the package.


def typed(*rows: Mapping[str, object], table: str = "Customers", grow: bool = True) -> bytes:
    return type_rows(good(), table, rows, grow)  # type: ignore[arg-type]


def renamed() -> bytes:
    """A header changed in the cell and in the table part, as Excel does both."""
    found = table_of(good(), "Customers")
    cell = write(good(), [(found.sheet, 1, column_of(found, "E-mail"), "Kontakt")])
    return with_part(cell, TABLE, lambda c: c.replace(b'name="E-mail"', b'name="Kontakt"'))


def doubled() -> bytes:
    found = table_of(good(), "Customers")
    cell = write(good(), [(found.sheet, 1, column_of(found, "Notes"), "Customer ID ")])
    return with_part(cell, TABLE, lambda c: c.replace(b'name="Notes"', b'name="Customer ID "'))


def without_tables(data: bytes) -> bytes:
    """Cells as they are, every Table gone: what web spreadsheets and some exports leave."""
    for name in [one for one in parts(data) if one.startswith("xl/worksheets/_rels/")]:
        data = with_part(data, name, lambda c: re.sub(rb"<Relationship [^>]*relationships/table\"[^>]*/>", b"", c))
    for sheet in Workbook(data).sheets:
        data = with_part(data, sheet.part, lambda c: re.sub(rb"<tableParts.*?</tableParts>", b"", c))
    return data


def two_row_header() -> bytes:
    """A title row put above the headers of a sheet that lost its Table."""
    return shifted(without_tables(good()), CUSTOMERS, 1)


def shifted(data: bytes, part: str, by: int) -> bytes:
    """Every row of a sheet further down, with a title in the first."""

    def shift(content: bytes) -> bytes:
        moved = re.sub(rb'<row r="(\d+)"', lambda m: b'<row r="%d"' % (int(m[1]) + by), content)
        moved = re.sub(rb'<c r="([A-Z]+)(\d+)"', lambda m: b'<c r="%b%d"' % (m[1], int(m[2]) + by), moved)
        title = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Our customers</t></is></c></row>'
        return moved.replace(b"<sheetData>", b"<sheetData>" + title, 1)

    return with_part(data, part, shift)


def plain_export() -> bytes:
    """Nothing but values, sheets and headers, as an export by another program writes them anew."""
    source, made = load_workbook(io.BytesIO(good()), data_only=True), Other()
    made.remove(made.active)
    for sheet in source.worksheets:
        _values(sheet, made.create_sheet(sheet.title))
    return _saved(made)


def only_three_sheets() -> bytes:
    """An export of the three sheets that staff type in, with a summary sheet of its own before them."""
    source, made = load_workbook(io.BytesIO(good()), data_only=True), Other()
    made.active.title = "Export Summary"
    made.active["A1"] = "This document was exported from Numbers. Each table was converted to an Excel worksheet."
    for name in ("Customers", "Interactions", "Purchases"):
        _values(source[name], made.create_sheet(name))
    return _saved(made)


def _values(sheet: Worksheet, copy: Worksheet) -> None:
    """All that a sheet holds, into another, as bare values."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy[cell.coordinate] = cell.value


def _saved(made: Other) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def saved_by_openpyxl() -> bytes:
    return _saved(load_workbook(io.BytesIO(good())))


def hidden_and_filtered() -> bytes:
    """A filter on, rows and columns hidden."""
    data = with_part(good(), CUSTOMERS, lambda c: c.replace(b'<row r="3"', b'<row r="3" hidden="1"'))
    return with_part(
        data,
        TABLE,
        lambda c: re.sub(
            rb'<autoFilter ref="([^"]*)"/>',
            rb'<autoFilter ref="\1"><filterColumn colId="2"><filters><filter val="Marsh"/></filters></filterColumn></autoFilter>',
            c,
        ),
    )


def inserted_column() -> bytes:
    """A column of staff's own at the end of the table, header and all."""
    found = table_of(good(), "Customers")
    last = found.ref.last_column + 1
    data = write(good(), [(found.sheet, 1, last, "Our colour"), (found.sheet, 2, last, "blue")])
    ref, new = str(found.ref), str(found.ref).replace("BV", "BW")
    count = len(found.columns)
    return with_part(
        data,
        TABLE,
        lambda c: (
            c.replace(f'ref="{ref}"'.encode(), f'ref="{new}"'.encode())
            .replace(f'<tableColumns count="{count}">'.encode(), f'<tableColumns count="{count + 1}">'.encode())
            .replace(b"</tableColumns>", b'<tableColumn id="900" name="Our colour"/></tableColumns>')
        ),
    )


def far_below() -> bytes:
    """Rows typed after a gap of 600 rows."""
    return write(good(), [("Customers", 606, 3, "Lost"), ("Customers", 607, 3, "Too")])


def in_1904() -> bytes:
    """Saved with the dates of 1904: every serial is 1,462 less."""
    found = table_of(good(), "Interactions")
    day = to_serial(TODAY) - 1462
    cells = [(found.sheet, row, column_of(found, header("Interactions", "started_at")), day - row) for row in (2, 3, 4)]
    return with_part(
        write(new_1904(), cells), BOOK, lambda c: c.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')
    )


def new_1904() -> bytes:
    data = type_rows(new_book(cadence_from=None), "Customers", [{"customer_id": "C1", "last_name": "Marsh", "email": "m@b.example", "owner": "Anna", "created_on": to_serial(TODAY) - 1462 - 30}])  # fmt: skip
    return type_rows(data, "Interactions", [{"customer": "C1", "channel": "Phone"}] * 3)


def external_link() -> bytes:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return with_members([("xl/externalLinks/externalLink1.xml", link)])


def formatted_to_the_end() -> bytes:
    body = "".join(f'<row r="{r}" s="31" customFormat="1"/>' for r in range(7, 1_048_577, 7))
    return changed(CUSTOMERS, ("</sheetData>", f"{body}</sheetData>"))


LOST = {("W102", table.name, "") for table in BASE.tables}
TYPED = ("Customers", "Interactions", "Purchases")
THREE = {("W102" if name in TYPED else "W101", name, "") for _, name, _ in LOST}
PACKAGES: Mapping[str, tuple[Callable[[], bytes], Found]] = {
    "as it should be": (good, set()),
    "a renamed header": (renamed, {("W105", "Customers", "J1")}),
    "a doubled header": (doubled, {("W104", "Customers", "Q1"), ("W105", "Customers", "Q1")}),
    "a title above the headers": (two_row_header, LOST),
    "every Table gone": (lambda: without_tables(good()), LOST),
    "an export of values": (plain_export, LOST | {*(("W116", name, "") for name in ("Home", "Summary", "Segments")), ("W117", "State", "")}),
    "an export of three sheets": (only_three_sheets, THREE),
    "saved by openpyxl": (saved_by_openpyxl, set()),
    "filtered, rows hidden": (hidden_and_filtered, set()),
    "a column of staff's own": (inserted_column, set()),
    "merged cells beside the table": (lambda: sheet_end('<mergeCells><mergeCell ref="BY2:CA4"/></mergeCells>'), set()),
    "merged cells in the table": (lambda: sheet_end('<mergeCells><mergeCell ref="C3:D3"/></mergeCells>'), set()),
    "rows below the table": (lambda: typed({"last_name": "New", "email": "n@b.example", "owner": "Bo"}, grow=False), {("W106", "Customers", "6")}),
    "rows after a gap of 600": (far_below, {("W107", "Customers", "606")}),
    "dates of 1904": (in_1904, {("W108", "", "")}),
    "a link to another workbook": (external_link, set()),
    "formatted to the end": (formatted_to_the_end, set()),
    "an ID of many digits as a number": (lambda: typed({"customer_id": 2.19e26, "last_name": "Ng", "email": "n@b.example", "owner": "Bo"}), {("V107", "Customers", "A6")}),
    "a phone as a number": (lambda: typed({"last_name": "Ng", "phone": 4255553409.0, "owner": "Bo"}), set()),
    "an error in an ID": (lambda: typed({"customer_id": "#REF!", "last_name": "Ng", "email": "n@b.example", "owner": "Bo"}), {("V117", "Customers", "A6")}),
    "a sheet renamed": (lambda: changed(BOOK, ('name="Customers"', 'name="Kunden"')), set()),
    "a protected sheet": (lambda: sheet_end('<sheetProtection sheet="1" objects="1"/>'), set()),
    "links of a table gone": (lambda: with_part(good(), SHEET_LINKS, lambda c: c.replace(b"<Relationship ", b"<Gone ")), {("W102", "Customers", "")}),
}  # fmt: skip


@pytest.mark.parametrize("what", PACKAGES)
def test_dirt_of_a_package(what: str) -> None:
    make, expected = PACKAGES[what]
    assert told(findings_of(MemoryHost(make()), TODAY)) == expected


@pytest.mark.parametrize("what", PACKAGES)
def test_a_second_refresh_of_it_writes_nothing(what: str) -> None:
    once, _ = refreshed(PACKAGES[what][0]())
    twice, done = refreshed(once, hour=20)
    assert twice == once and not done.changed, done.receipt
