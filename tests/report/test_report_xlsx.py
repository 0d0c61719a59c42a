"""The fix-it copy: where its cells stand, that nothing in it is a formula or markup of strangers, and its list."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from books import TODAY, header, new_book, parts, type_rows, with_part, write
from strangers import TEXTS

from tracker.commands.examine import Question, examined
from tracker.hosts import MemoryHost
from tracker.report import xlsx_problems, xlsx_tables
from tracker.report.as_xlsx import as_xlsx
from tracker.report.fixit import COLUMNS, MARK, TABLE, positions
from tracker.report.xlsx_file import clean, free_name
from tracker.report.xlsx_problems import Listed
from tracker.schema.findings import FINDING_SPECS, finding
from tracker.words import load

ANN = {"customer_id": "C20260101001", "first_name": "Ann", "last_name": "Lee", "email": "ann@lee.example"}
BAD = {"last_name": "Bo", "email": "bo at home", "owner": "Anna", "next_followup": "2026-12-24", "industry": "Retial"}


@pytest.fixture
def copy(tmp_path):
    """A function from the bytes of a workbook to its fix-it copy, as bytes, and the findings in it."""

    def make(data, only=tuple(FINDING_SPECS)):
        path = tmp_path / "shop.xlsx"
        path.write_bytes(data)
        snapshot, findings = examined(path, Question(TODAY, None, frozenset(only)))
        return as_xlsx(Listed(snapshot, findings, path.name, "tracker fix shop.xlsx --accept b.xlsx"), load()), findings

    return make


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def listed(data):
    """The rows of the list, by key."""
    sheet = opened(data).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet[sheet.tables[TABLE].ref]]
    place = positions(cells[0])
    assert set(place) == {column.key for column in COLUMNS}
    return [{key: row[at] for key, at in place.items()} for row in cells[1:]]


def boxes(data, count):
    """The lines at the left of the cells to fill."""
    sheet, at = opened(data).worksheets[0], 2 + [column.key for column in COLUMNS].index("suggestion")
    return [sheet.cell(row, at).border.left.style for row in range(8, 8 + count)]


def dirty(*rows):
    return type_rows(new_book(), "Customers", [ANN, *rows])


def test_the_list_says_what_is_wrong_where_and_what_is_offered(copy):
    data, findings = copy(dirty(BAD), ["V102", "V104", "V106"])
    rows = {row["code"]: row for row in listed(data)}
    assert len(findings) == 3
    assert {row["fix_column"]: row["header"] for row in rows.values()}["email"] == "E-mail"
    day = rows["V102"]
    assert day["suggestion"].date() == date(2026, 12, 24)
    assert day["value"] == "2026-12-24"
    assert rows["V106"]["suggestion"] == "Retail"
    assert rows["V104"]["suggestion"] is None
    assert {(row["fix_table"], row["fix_row"], row["fix_row_key"]) for row in rows.values()} == {("Customers", 3, None)}
    assert {row["fix_column"] for row in rows.values()} == {"next_followup", "email", "industry"}
    assert {row["fix_workbook_id"] for row in rows.values()} == {"00000000-0000-4000-8000-000000000001"}
    assert {row["who"] for row in rows.values()} == {"Bo"}


def test_nothing_can_be_typed_where_nobody_reads_it(copy):
    problems, *tables = opened(copy(dirty(BAD), ["V104"])[0]).worksheets
    assert tables and not problems.protection.sheet
    assert all(sheet.protection.sheet and not sheet.protection.autoFilter for sheet in tables)
    assert all(cell.protection.locked for sheet in tables for row in sheet.iter_rows() for cell in row)


def test_nobody_sees_the_sheet_of_marks(copy):
    data, _ = copy(dirty(BAD), ["V104"])
    hidden = [sheet for sheet in opened(data).worksheets if sheet.sheet_state != "visible"]
    assert [sheet.sheet_state for sheet in hidden] == ["veryHidden"]
    assert "Lee" not in str([cell.value for row in hidden[0].iter_rows() for cell in row])


def test_a_row_with_an_id_is_known_by_it(copy):
    data, _ = copy(dirty({**BAD, "customer_id": "C20260101002"}), ["V104"])
    (row,) = listed(data)
    assert (row["fix_row_key"], row["who"]) == ("C20260101002", "Bo (C20260101002)")


def test_cells_stand_where_they_stand_in_the_workbook_and_as_they_were_read(copy):
    book = dirty(BAD, {"last_name": "Cy", "phone": 491234.0, "created_on": 46000.5, "email": "#N/A", "notes": "=1+1"})
    data, _ = copy(book)
    before, after = opened(book)["Customers"], opened(data)["Customers"]
    for row in range(1, 5):
        for cell in before[row]:
            twin = after[cell.coordinate]
            if not str(cell.value).startswith("="):  # formulas are not copied
                assert twin.value == cell.value, cell.coordinate
    notes = next(cell for cell in after[4] if cell.value == "=1+1")
    assert notes.data_type == "s"


def test_findings_colour_their_cells_and_say_in_a_note_what_is_wrong(copy):
    data, (one,) = copy(dirty(BAD), ["V104"])
    sheet = opened(data)["Customers"]
    coloured = sheet[one.place.cell]
    assert coloured.fill.fgColor.rgb == "FFFDECEA"
    assert coloured.comment.text.startswith("V104 · “bo at home” is not an e-mail address.\n→ Correct it")
    assert sum(cell.comment is not None for row in sheet.rows for cell in row) == 1


def test_a_finding_about_a_whole_column_colours_its_header_and_one_about_a_row_its_first_cell(tmp_path):
    (tmp_path / "shop.xlsx").write_bytes(dirty())
    snapshot, _ = examined(tmp_path / "shop.xlsx", Question(TODAY, None, frozenset()))
    layout = snapshot.layout["Customers"]
    found = (finding("W105", layout.place("email")), finding("W119", replace(layout.place("", 2), column=None)))
    sheet = opened(as_xlsx(Listed(snapshot, found, "shop.xlsx", "tracker fix"), load()))["Customers"]
    at = next(cell for cell in sheet[1] if cell.value == header("Customers", "email"))
    assert at.fill.fgColor.rgb == "FFFDECEA"
    assert (sheet["A2"].value, sheet["A2"].fill.fgColor.rgb) == ("C20260101001", "FFFFF4D6")


def test_a_link_leads_to_the_cell_in_the_copy_also_on_a_sheet_with_an_odd_name(copy):
    book = with_part(
        dirty(BAD), "xl/workbook.xml", lambda part: part.replace(b'name="Customers"', b'name="Tom\'s &quot;1+1&quot;"')
    )
    book = with_part(book, "xl/workbook.xml", lambda part: part.replace(b"Customers!", b"'Tom''s &quot;1+1&quot;'!"))
    data, (one,) = copy(book, ["V104"])
    (row,) = listed(data)
    assert row["sheet"] == 'Tom\'s "1+1"'
    assert row["cell"] == f'=HYPERLINK("#\'Tom\'\'s ""1+1""\'!{one.place.cell}","{one.place.cell}")'
    assert opened(data).sheetnames[1] == 'Tom\'s "1+1"'


def test_no_text_of_a_stranger_becomes_a_formula_a_link_or_markup(copy):
    texts = [*TEXTS, "http://example.com", "mailto:a@b.example", "<r><t>x</t></r>", "</t></si><x>", "_x0041_", "{=1+1}"]
    texts = [text.encode("utf-8", "replace").decode().replace("\x00", "") for text in texts]
    rows = [{"last_name": text, "email": text, "notes": text} for text in texts]
    data, findings = copy(dirty(*rows))
    assert len(findings) >= len(texts)
    for name, part in parts(data).items():
        if name.startswith("xl/worksheets/sheet"):
            assert all(f.startswith("HYPERLINK(\"#'") for f in re.findall(r"<f>(.*?)</f>", part.decode()))
            assert b"<hyperlink" not in part
    assert MemoryHost(data).book().tables[TABLE]
    copied = MemoryHost(data).sheet("Customers")
    column = next(number for number, cells in copied.columns.items() if cells.texts[0] == header("Customers", "notes"))
    assert [text.rstrip() for text in copied.columns[column].texts[2:]] == [clean(text).rstrip() for text in texts]


def test_a_copy_is_known_and_never_taken_for_a_workbook(copy, tmp_path):
    data, _ = copy(dirty(BAD))
    assert MARK in MemoryHost(data).book().names
    (tmp_path / "copy.xlsx").write_bytes(data)
    with pytest.raises(Exception, match="fix-it copy"):
        examined(tmp_path / "copy.xlsx", Question(TODAY, None, frozenset()))


def test_a_clean_workbook_says_so_and_has_an_empty_list(copy):
    data, findings = copy(dirty(), ["R101"])
    assert findings == ()
    sheet = opened(data).worksheets[0]
    assert "Nothing to correct." in [row[1].value for row in sheet["A1:B6"]]
    assert [row for row in listed(data) if any(row.values())] == []


def test_a_finding_about_a_tool_column_or_a_sheet_has_no_box(copy):
    book = write(dirty(), [("Customers", 1, 8, None), ("Customers", 2, 5, "typed over")])
    data, findings = copy(book, ["W110", "W118", "W103", "W113", "W114"])
    assert {one.code for one in findings} >= {"W118"}
    assert boxes(data, len(findings)) == [None] * len(findings)
    data, _ = copy(dirty(BAD), ["V104"])
    assert boxes(data, 1) == ["thin"]


def test_what_may_be_read_in_two_ways_is_not_filled_in(copy):
    data, _ = copy(dirty({"last_name": "Bo", "next_followup": "03/04/2027"}), ["V119"])
    (row,) = listed(data)
    assert row["suggestion"] is None
    assert "2027-03-04" in row["remedy"]


def test_the_list_is_cut_and_says_so_and_notes_have_an_end(copy, monkeypatch):
    monkeypatch.setattr(xlsx_problems, "MOST", 2)
    monkeypatch.setattr(xlsx_tables, "NOTES", 1)
    data, findings = copy(dirty(BAD, BAD), ["V104", "V102"])
    sheet = opened(data).worksheets[0]
    assert len(findings) == 4
    assert {row["code"] for row in listed(data)} == {"V102", "V104"}  # each kind is among them
    assert len(listed(data)) == 2
    assert "The first 2 of 4 are listed" in sheet["B3"].value
    assert sum(cell.comment is not None for row in opened(data)["Customers"].rows for cell in row) == 1


def test_days_counted_from_1904_are_days(copy):
    book = with_part(
        dirty({**BAD, "created_on": 44000.0}),
        "xl/workbook.xml",
        lambda part: re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', part),
    )
    data, _ = copy(book)
    sheet = opened(data)["Customers"]
    at = next(cell.column for cell in sheet[1] if cell.value == header("Customers", "created_on"))
    assert sheet.cell(3, at).value.date() == date(2024, 6, 19)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("a[b]:c*?/\\d", "a b  c    d"),
        ("History", "History 2"),
        ("''", "Sheet"),
        ("x" * 40, "x" * 31),
        ("Taken", "Taken 2"),
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(wanted, name):
    assert free_name(wanted, {"taken"}) == name


def test_no_part_holds_the_name_of_this_machine_or_a_half_written_zip(copy):
    data, _ = copy(dirty(BAD))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
    assert copy(dirty(BAD))[0] == data
