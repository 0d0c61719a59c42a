"""A new workbook holds every sheet, table, column, name and block that the schema promises, and nothing by chance."""

from __future__ import annotations

import re
import warnings
from datetime import date

import pytest
from openpyxl.utils import get_column_letter
from template_world import CREATED, ID, built, opened, parts

from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.schema.base import BASE, SCHEMA_VERSION, SHEETS, VERY_HIDDEN
from tracker.schema.blocks import BLOCKS
from tracker.schema.column import Owner, Table
from tracker.schema.lists import LISTS
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS
from tracker.schema.state import STATE
from tracker.schema.tags import RULES
from tracker.template import build
from tracker.template.__main__ import TARGET, canonical
from tracker.words import load

WORDS = load("en")
TABLES = pytest.mark.parametrize("table", BASE.tables, ids=lambda table: table.name)


def test_the_package_has_these_parts_and_no_others() -> None:
    # A refresh makes no part, so that whatever it will ever fill must be here.
    found = set(parts(built()))
    sheets = len(SHEETS) + len(VERY_HIDDEN)
    wanted = {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/theme/theme1.xml",
        *(f"xl/worksheets/sheet{n}.xml" for n in range(1, sheets + 1)),
        *(f"xl/tables/table{n}.xml" for n in range(1, len(BASE.tables) + 1)),
        *(f"xl/charts/chart{n}.xml" for n in range(1, 11)),
        *(f"xl/drawings/drawing{n}.xml" for n in (1, 2, 3)),
        *(f"xl/drawings/_rels/drawing{n}.xml.rels" for n in (1, 2, 3)),
    }
    assert {name for name in found if not name.startswith("xl/worksheets/_rels/")} == wanted


@TABLES
def test_no_column_is_newer_than_the_schema(table) -> None:
    # One that came with a later schema is not missed in a workbook: what the template draws is missed where it is gone.
    assert {column.key for column in table.columns if not 1 <= column.since <= SCHEMA_VERSION} == set()


def test_two_builds_are_the_same_bytes() -> None:
    again = build(BASE, WORDS, workbook_id=ID, created=CREATED)
    assert again == built()
    assert build(BASE, WORDS, workbook_id=ID, created=date(2026, 11, 19)) != again


def test_no_name_of_the_workbook_is_called_like_a_table() -> None:
    # Excel keeps both in one list, without regard to case, and offers to repair a workbook that has one twice.
    names = [name.casefold() for name in opened(built()).defined_names]
    tables = [table.name.casefold() for table in BASE.tables]
    assert len(names) > 60
    assert not set(names) & set(tables)


def test_the_workbook_of_the_repository_is_a_fresh_build() -> None:
    # To mend: python -m tracker.template
    stored, fresh = parts(TARGET.read_bytes()), parts(canonical())
    assert list(stored) == list(fresh)
    assert [name for name, part in fresh.items() if stored[name] != part] == []


def test_building_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build(BASE, WORDS, workbook_id=ID, created=CREATED)


def test_sheets_stand_in_order_and_four_are_very_hidden() -> None:
    book = opened(built())
    assert book.sheetnames == [WORDS.sheet(key) for key in (*SHEETS, *VERY_HIDDEN)]
    hidden = [sheet.title for sheet in book if sheet.sheet_state == "veryHidden"]
    assert hidden == [WORDS.sheet(key) for key in VERY_HIDDEN]
    assert book.active is not None
    assert book.active.title == "Home"


@TABLES
def test_a_table_has_its_columns_and_its_header_cells_say_the_same(table: Table) -> None:
    sheet = opened(built())[WORDS.sheet(table.sheet)]
    found = sheet.tables[table.name]
    headers = [WORDS.header(table.name, key) for key in table.keys]
    first = sheet[found.ref][0]
    assert (first[0].row, first[0].column) == (table.top, table.left)
    assert [column.name for column in found.tableColumns] == headers
    assert [cell.value for cell in first] == headers


@TABLES
def test_live_columns_are_calculated_columns_and_other_columns_are_not(table: Table) -> None:
    found = opened(built())[WORDS.sheet(table.sheet)].tables[table.name]
    calculated = [column.calculatedColumnFormula is not None for column in found.tableColumns]
    assert calculated == [column.derive is not None for column in table.columns]


@TABLES
def test_every_cell_of_the_pattern_row_has_a_style_and_live_cells_their_formula(table: Table) -> None:
    sheet = opened(built())[WORDS.sheet(table.sheet)]
    row = sheet[table.top + 1]
    for i, column in enumerate(table.columns, table.left - 1):
        assert row[i].has_style, column.key
        if column.derive:
            assert str(row[i].value).startswith("="), column.key


def test_a_formula_of_the_blank_row_says_empty_text() -> None:
    host = MemoryHost(built())
    for table in BASE.tables:
        cells = host.sheet(WORDS.sheet(table.sheet))
        for i, column in enumerate(table.columns, table.left):
            if column.derive:
                one = cells.column(i, table.top + 1, table.top + 1)
                assert (one.formula(0) is not None, one.values()) == (True, [""]), column.key


def test_every_block_and_state_cell_is_a_name_of_one_area() -> None:
    areas = MemoryHost(built()).book().areas
    for block in BLOCKS:
        area = areas[block.name]
        assert area.sheet == WORDS.sheet(block.sheet)
        assert area.ref.last_row - area.ref.first_row + 1 == block.rows, block.name
        assert area.ref.last_column - area.ref.first_column >= max(one.at for one in block.columns), block.name
    for cell in STATE:
        ref = areas[cell.name].ref
        assert (ref.last_row - ref.first_row + 1, ref.last_column - ref.first_column) == (cell.rows, 0)


def test_blocks_do_not_overlap_each_other() -> None:
    areas = MemoryHost(built()).book().areas
    taken: dict[tuple[str, int, int], str] = {}
    for block in BLOCKS:
        area = areas[block.name]
        for row in range(area.ref.first_row, area.ref.last_row + 1):
            for column in block.columns:
                cell = (area.sheet, row, area.ref.first_column + column.at)
                assert taken.setdefault(cell, block.name) == block.name


def test_names_are_ascii_and_every_list_has_one() -> None:
    names = MemoryHost(built()).book().names
    assert {name for name in names if not name.isascii()} == set()
    assert {f"list_{spec.name}" for spec in LISTS} | {"list_customer", "today_live"} <= names


def test_settings_begin_with_what_the_tool_owns_and_then_hold_every_setting() -> None:
    keys = _column("Settings", "key")
    assert keys == [*OWNED, *COUNTERS.values(), *(setting.key for setting in SETTINGS)]
    values = dict(zip(keys, _column("Settings", "value"), strict=True))
    assert (values["schema"], values["workbook_id"], values["locale"]) == (float(SCHEMA_VERSION), ID, "en")
    assert values["vip_spend"] == 100_000
    assert values["spend_window"] == "Last 12 months"


def test_rules_and_lists_hold_the_defaults() -> None:
    assert _column("Rules", "condition") == [rule.condition for rule in RULES]
    codes = [(spec.name, code) for spec in LISTS if spec.on_sheet for code in spec.codes]
    assert list(zip(_column("Lists", "list"), _column("Lists", "code"), strict=True)) == codes


def test_a_new_workbook_reads_without_a_finding() -> None:
    snapshot = read(MemoryHost(built()), CREATED)
    assert snapshot.findings == ()
    assert snapshot.identity.workbook_id == ID
    assert {name: len(snapshot.frames[name]) for name in ("Customers", "Interactions", "Purchases", "Team")} == {
        "Customers": 0,
        "Interactions": 0,
        "Purchases": 0,
        "Team": 0,
    }


def test_settings_that_are_asked_for_stand_in_the_sheet() -> None:
    data = build(
        BASE,
        WORDS,
        workbook_id=ID,
        created=CREATED,
        settings={"currency": "EUR", "spend_window": "fiscal", "cadence_from": date(2026, 1, 2), "vip_spend": 5},
    )
    settings = read(MemoryHost(data), CREATED).settings
    assert (settings.currency, settings.spend_window, settings.vip_spend) == ("EUR", "fiscal", 5)
    assert settings.cadence_from == 46024


def test_excel_is_not_asked_to_recalculate_or_to_protect() -> None:
    everything = parts(built())
    assert b"fullCalcOnLoad" not in everything["xl/workbook.xml"]
    assert [name for name, part in everything.items() if b"<sheetProtection" in part] == []


def test_calculations_and_formats_reach_the_end_of_the_sheet() -> None:
    for table in BASE.tables:
        if table.hidden:
            continue
        sheet = opened(built())[WORDS.sheet(table.sheet)]
        typed = [c for c in table.columns if c.owner is not Owner.TOOL]
        for one in sheet.data_validations.dataValidation:
            ends = [part.bounds[3] for part in one.sqref.ranges if part.bounds[1] == table.top + 1]
            assert set(ends) <= {1_048_576, table.top + 1}
        assert len(sheet.data_validations.dataValidation) > 0 or not any(c.choices for c in typed)


def test_no_cell_has_two_validations() -> None:
    # Excel takes areas that overlap for damage.
    for sheet in opened(built()):
        areas = [area for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges]
        for i, one in enumerate(areas):
            assert not any(one.isdisjoint(other) is False for other in areas[i + 1 :]), (sheet.title, one.coord)


def test_folded_columns_stand_behind_a_visible_one() -> None:
    # Two folded groups that touch become one in Excel, and one [+] would open both.
    for table in BASE.tables:
        for before, column in zip(table.columns, table.columns[1:], strict=False):
            if column.folded and not table.hidden:
                assert before.folded is False or before.group == column.group, column.key


def test_outline_levels_and_hidden_columns_follow_the_schema() -> None:
    table, part = BASE["Customers"], f"xl/worksheets/sheet{SHEETS.index('customers') + 1}.xml"
    columns = re.findall(rb"<col min=\"(\d+)\" max=\"(\d+)\"([^>]*)>", parts(built())[part])
    folded = {
        number
        for low, high, rest in columns
        if b'hidden="1"' in rest and b'outlineLevel="1"' in rest
        for number in range(int(low), int(high) + 1)
    }
    assert {get_column_letter(n) for n in folded} == {
        get_column_letter(i) for i, column in enumerate(table.columns, 1) if column.folded
    }


def test_every_sheet_prints_landscape_on_one_page_wide_with_its_number() -> None:
    for sheet in opened(built()):
        if sheet.sheet_state == "visible":
            assert sheet.page_setup.orientation == "landscape"
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
            assert "&P" in sheet.oddFooter.right.text or "&P" in str(sheet.oddFooter.right)
    for table in BASE.tables:
        if not table.hidden:
            sheet = opened(built())[WORDS.sheet(table.sheet)]
            assert sheet.print_title_rows == f"${table.top}:${table.top}"


def test_charts_read_cells_and_never_names() -> None:
    # LibreOffice draws nothing for a series given by a name.
    charts = [part for name, part in parts(built()).items() if name.startswith("xl/charts/chart")]
    places = [ref for part in charts for ref in re.findall(r"<c:f>([^<]*)</c:f>", part.decode())]
    assert len(charts) >= 5
    assert all(re.fullmatch(r"'?[^'!]+'?!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+", place) for place in places)


def _column(table: str, key: str) -> list[object]:
    """The values of a table's column in a new workbook."""
    host = MemoryHost(built())
    found = host.book().tables[table]
    number = found.ref.first_column + BASE[table].keys.index(key)
    return list(host.sheet(found.sheet).column(number, found.first_row, found.last_row).values())
