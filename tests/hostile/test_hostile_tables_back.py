"""Workbooks whose Tables are gone get them back: as they were, over cells that stay, and nothing besides."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from books import TODAY, column_of, header, parts, refreshed, table_of, with_part, write
from fixing import fixed
from hostile_base import CUSTOMERS, good
from libreoffice import LibreOffice
from openpyxl import load_workbook
from test_hostile_dirt import plain_export, without_tables

from tracker.commands.examine import findings_of
from tracker.commands.fix import Fixing
from tracker.engine.cellvalues import shown, stands
from tracker.hosts import MemoryHost
from tracker.ooxml import Cells, ColumnWrite, TableInfo, Workbook
from tracker.ooxml.change import patch
from tracker.schema.base import BASE

SHEETS = re.compile(r"xl/worksheets/sheet\d+\.xml")
LINKS = re.compile(r"xl/worksheets/_rels/sheet\d+\.xml\.rels")
TYPES = "[Content_Types].xml"


def lost() -> bytes:
    return without_tables(good())


def mended(data: bytes, *codes: str, **more: object) -> tuple[bytes, Fixing]:
    """The workbook after a fix, and what that said."""
    host = MemoryHost(data)
    done = fixed(host, *codes, **more)  # type: ignore[arg-type]
    return host.data, done


def told(data: bytes) -> set[str]:
    return {one.code for one in findings_of(MemoryHost(data), TODAY)}


def bare(tables: tuple[TableInfo, ...]) -> dict[str, TableInfo]:
    return {one.name: replace(one, part="") for one in tables}


def cells(data: bytes) -> dict[tuple[str, int, int], object]:
    """Every filled cell with its kind and formula."""
    book, found = Workbook(data), {}
    for sheet in book.sheets:
        for number, column in book.read(sheet.name).columns.items():
            for row, value in enumerate(stands(column), 1):
                if value is not None:
                    found[sheet.name, number, row] = (type(value).__name__, str(value), shown(value))
    return found


def test_every_table_is_what_it_was() -> None:
    data, done = mended(lost())
    assert bare(Workbook(data).tables) == bare(Workbook(good()).tables)
    assert {one.name for one in done.tables} == {table.name for table in BASE.tables}
    assert done.cells == () and done.unfit == ()
    assert told(lost()) == {"W102"} and told(data) == set()


def test_their_parts_are_those_of_the_template() -> None:
    """Byte for byte, but for the numbers: in which order they came was lost with the links."""

    def known(data: bytes) -> set[bytes]:
        found = [parts(data)[one.part] for one in Workbook(data).tables]
        return {re.sub(rb' id="\d+" name="(\w+)" d', rb' name="\1" d', one) for one in found}

    assert known(mended(lost())[0]) == known(good())


def test_no_other_part_and_no_cell_changes() -> None:
    before = parts(lost())
    data, _ = mended(lost())
    after = parts(data)
    assert {name for name in after if name not in before} == {f"xl/tables/table{n}.xml" for n in range(14, 27)}
    for name, content in before.items():
        if SHEETS.fullmatch(name):
            assert re.sub(rb"<tableParts.*?</tableParts>", b"", after[name]) == content
        elif LINKS.fullmatch(name):
            assert re.sub(rb"<Relationship [^>]*/table\"[^>]*/>", b"", after[name]) == content
        elif name == TYPES:
            assert (
                re.sub(rb'<Override PartName="/xl/tables/table(1[4-9]|2\d)\.xml"[^>]*/>', b"", after[name]) == content
            )
        else:
            assert after[name] == content, name
    assert cells(data) == cells(lost())


def test_a_second_fix_and_a_dry_run_write_nothing() -> None:
    data, _ = mended(lost())
    again, done = mended(data)
    assert again == data and done.tables == () and not done.receipt.changed
    same, looked = mended(lost(), dry_run=True)
    assert same == lost() and [one.name for one in looked.tables] == [one.name for one in mended(lost())[1].tables]


def test_values_that_a_refresh_wrote_without_formulas_get_them_again() -> None:
    typed = write(lost(), [("Customers", 6, 3, "Ng"), ("Customers", 6, 7, "n@b.example"), ("Customers", 6, 11, "Bo")])
    once, _ = refreshed(typed)
    name = column_of(table_of(good(), "Customers"), header("Customers", "display_name"))

    def formulas(data: bytes) -> list[bool]:
        return Workbook(data).read("Customers").columns[name].has_formula()[1:6].tolist()

    assert formulas(once) == [False] * 5
    data, _ = mended(once)
    assert str(table_of(data, "Customers").ref) == "A1:BW6"
    assert "W102" not in told(data)
    again, _ = refreshed(data)
    assert formulas(again) == [True] * 5
    assert told(again) == told(data) - {"W113", "W114"}
    assert refreshed(again, hour=20)[0] == again


def test_an_export_of_values_gets_the_formulas_for_which_it_has_all() -> None:
    data, _ = mended(plain_export())
    assert {one.name for one in Workbook(data).tables} == {table.name for table in BASE.tables}
    whole, found = table_of(good(), "Customers"), table_of(data, "Customers")
    formulas = {one.name: one.formula for one in found.columns if one.formula}
    every = {one.name: one.formula for one in whole.columns if one.formula}
    assert formulas.items() < every.items()
    assert not any("today_live" in formula or "figures_day" in formula for formula in formulas.values())
    assert "W102" not in told(data) and told(data) <= told(plain_export())
    assert refreshed(refreshed(data)[0], hour=20)[1].changed is False


def test_only_what_is_asked_for() -> None:
    dirty = write(lost(), [("Customers", 2, 3, " Marsh")])
    tables, done = mended(dirty, "W102")
    assert len(done.tables) == 13 and done.cells == () and told(tables) == {"V111"}
    spaces, done = mended(dirty, "V111")
    assert done.tables == () and len(done.cells) == 1 and told(spaces) == {"W102"}
    both, done = mended(dirty)
    assert len(done.tables) == 13 and len(done.cells) == 1 and told(both) == set()


def test_what_was_accepted_in_a_copy_is_all_that_is_done() -> None:
    same, done = mended(lost(), accepted=())
    assert same == lost() and done.tables == ()


def headed(column: int, value: str | float | bool | None) -> bytes:
    return write(lost(), [("Customers", 1, column, value)])


def with_formula() -> bytes:
    cell = Cells.from_texts(["Notes"]).with_formula('"Notes"')
    at = column_of(table_of(good(), "Customers"), "Notes")
    return patch(Workbook(lost()), [ColumnWrite("Customers", at, np.array([1]), cell)], [], []).data


def ended(xml: str) -> bytes:
    return with_part(lost(), CUSTOMERS, lambda c: c.replace(b"</sheetData>", b"</sheetData>" + xml.encode()))


UNFIT: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a blank header": (lambda: headed(13, None), "header_blank", "M1"),
    "a header of spaces": (lambda: headed(13, "  "), "header_blank", "M1"),
    "a doubled header": (lambda: headed(13, "LAST NAME"), "header_doubled", "M1"),
    "a header of a number": (lambda: headed(13, 2026.0), "header_no_text", "M1"),
    "a header of 256 letters": (lambda: headed(13, "x" * 256), "header_long", "M1"),
    "a header that is a formula": (with_formula, "header_formula", ""),
    "merged cells": (lambda: ended('<mergeCells><mergeCell ref="C3:D3"/></mergeCells>'), "merged", ""),
    "a filter of the sheet": (lambda: ended('<autoFilter ref="A1:BV5"/>'), "filter", ""),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_excel_would_repair_is_left_and_said(what: str) -> None:
    make, why, cell = UNFIT[what]
    data, done = mended(make(), "W102")
    assert [(one.place.table, one.why) for one in done.unfit] == [("Customers", why)]
    assert not cell or done.unfit[0].place.cell == cell
    names = {table.name for table in BASE.tables}
    assert {one.name for one in Workbook(data).tables} == names - {"Customers"}, "the others come back"
    again, done = mended(data, "W102")
    assert again == data and [one.why for one in done.unfit] == [why]


def test_a_formula_waits_for_a_table_that_cannot_come_back() -> None:
    data, _ = mended(headed(13, None), "W102")
    formulas = [one.formula for one in table_of(data, "Interactions").columns if one.formula]
    assert formulas and not any("Customers[" in formula for formula in formulas)


def test_a_column_of_staff_beside_it_is_sorted_with_it_and_a_remark_is_not() -> None:
    note = [("Customers", 1, 76, "Colour"), ("Customers", 3, 76, "blue"), ("Customers", 1, 77, "ask Bo")]
    data, _ = mended(write(lost(), note))
    found = table_of(data, "Customers")
    assert str(found.ref) == "A1:BX5" and found.columns[-1].name == "Colour"
    assert told(data) == set()


@pytest.mark.soffice
def test_second_readers_see_them_and_keep_them(libreoffice: LibreOffice, tmp_path: Path) -> None:
    data, _ = mended(lost())
    wanted = {(one.name, str(one.ref)) for one in Workbook(good()).tables}
    path = tmp_path / "shop.xlsx"
    path.write_bytes(data)
    saved = libreoffice.convert([path])[0].read_bytes()
    for one in (data, saved):
        sheets = load_workbook(io.BytesIO(one)).worksheets
        assert {(table.displayName, table.ref) for sheet in sheets for table in sheet.tables.values()} == wanted
    before, after = cells(data), cells(saved)
    for place in before:
        assert place[0] != "Customers" or before[place][2] == after[place][2], place
    assert not {"W102", "W113", "W114"} & told(saved)
