"""What people left in a fix-it copy goes into the cells it is for, where what was wrong still stands; the rest is said."""

# ruff: noqa: E501 (a case a line)

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

import pytest
from books import TODAY, new_book, table_of, type_rows, with_part, write
from openpyxl import load_workbook

from tracker.commands.accepting import Answer, taken
from tracker.commands.examine import findings_of
from tracker.commands.fix import fix_file
from tracker.commands.fixit import fix_it
from tracker.commands.refresh import refresh_file
from tracker.commands.undo import undo_file
from tracker.commands.waiving import Wish, waive_file
from tracker.engine.read import read
from tracker.errors import UsageError
from tracker.facts.calendar import to_serial
from tracker.hosts import ClosedFile, MemoryHost
from tracker.report.fixit import TABLE, positions
from tracker.schema.snapshot import Layout
from tracker.words import load

ROWS = [
    {
        "customer_id": "C1",
        "last_name": "Marsh ",
        "email": "ann@gmial.com",
        "owner": "Tom",
        "next_followup": "12.11.2026",
    },
    {"customer_id": "C2", "last_name": "Silva", "email": "bo at home", "owner": "Tomm", "next_followup": "03/04/2026"},
    {"last_name": "  Ito\u200b", "email": "i@b.example", "owner": "Tom", "consent_channels": "Phone; Vist"},
    {"customer_id": "C4", "last_name": "Okoro", "email": "o@b.example", "owner": "Tom", "next_followup": 40000.0},
]


@pytest.fixture(scope="module")
def typed() -> bytes:
    return type_rows(type_rows(new_book(), "Customers", ROWS), "Team", [{"name": "Tom", "active": "Yes"}])


@pytest.fixture
def shop(tmp_path: Path, typed: bytes) -> Shop:
    (tmp_path / "shop.xlsx").write_bytes(typed)
    return Shop(tmp_path / "shop.xlsx", tmp_path / "copy.xlsx")


class Shop:
    """A workbook, its fix-it copy, and what a person does to both."""

    def __init__(self, path: Path, copy: Path) -> None:
        self.path, self.copy = path, copy

    def ask(self) -> None:
        """Make the copy."""
        fix_it([self.path], self.copy, "", load(), TODAY)

    def answer(self, code: str, value: object, column: str = "") -> None:
        """Type something into the box of a finding; None clears it."""
        data = self.copy.read_bytes()
        found = table_of(data, TABLE)
        at = positions([one.name for one in found.columns])
        sheet = MemoryHost(data).sheet(found.sheet)
        first, last = found.ref.first_row + 1, found.ref.last_row
        codes, columns = (
            sheet.column(found.ref.first_column + at[key], first, last).values() for key in ("code", "fix_column")
        )
        row = next(
            i for i, pair in enumerate(zip(codes, columns, strict=True)) if pair[0] == code and column in (pair[1], "")
        )
        place = (found.sheet, first + row, found.ref.first_column + at["suggestion"], value)
        self.copy.write_bytes(write(data, [place]))  # type: ignore[list-item]

    def clear_all(self) -> None:
        """Clear every box."""
        data = self.copy.read_bytes()
        found = table_of(data, TABLE)
        column = found.ref.first_column + positions([one.name for one in found.columns])["suggestion"]
        rows = range(found.ref.first_row + 1, found.ref.last_row + 1)
        self.copy.write_bytes(write(data, [(found.sheet, row, column, None) for row in rows]))

    @cached_property
    def layout(self) -> Layout:
        """Where Customers stands; no test here moves it."""
        return read(ClosedFile(self.path), TODAY).layout["Customers"]

    def cell(self, row: int, key: str) -> object:
        """What stands in a cell of Customers, row 0 the first."""
        layout = self.layout
        at = layout.first_row + row
        return ClosedFile(self.path).sheet(layout.sheet).column(layout.columns[key], at, at).values()[0]

    def type(self, row: int, key: str, value: object) -> None:
        """Type something into a cell of Customers."""
        layout = self.layout
        place = (layout.sheet, layout.first_row + row, layout.columns[key], value)
        self.path.write_bytes(write(self.path.read_bytes(), [place]))  # type: ignore[list-item]

    def accept(self, **more: object) -> tuple[dict[str, str], set[tuple[str, str]]]:
        """Take the copy over: what changed, by cell; and what could not be, with why."""
        done = fix_file(self.path, TODAY, accept=self.copy, **more)  # type: ignore[arg-type]
        return {one.place.cell: one.after for one in done.cells}, {(one.place.key, one.why) for one in done.left}


def test_what_was_left_as_suggested_is_taken_over_guesses_too(shop: Shop) -> None:
    shop.ask()
    changed, left = shop.accept()
    assert left == set()
    assert shop.cell(0, "last_name") == "Marsh"
    assert shop.cell(0, "email") == "ann@gmail.com"
    assert shop.cell(0, "next_followup") == to_serial(date(2026, 11, 12))
    assert shop.cell(1, "owner") == "Tom"
    assert shop.cell(2, "last_name") == "Ito"  # two findings of one cell
    assert shop.cell(2, "consent_channels") == "Phone;Visit"
    assert len(changed) == 6
    assert shop.accept()[0] == {}


def test_what_a_person_typed_holds_and_what_they_cleared_stays(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    shop.answer("V119", to_serial(date(2026, 4, 3)))
    shop.answer("V104", "bo@home.example")
    shop.answer("V127", "anna@gmail.com")
    changed, left = shop.accept()
    assert left == set() and len(changed) == 3
    assert shop.cell(1, "next_followup") == to_serial(date(2026, 4, 3))
    assert shop.cell(1, "email") == "bo@home.example"
    assert shop.cell(0, "email") == "anna@gmail.com"
    assert (shop.cell(0, "last_name"), shop.cell(0, "next_followup")) == ("Marsh ", "12.11.2026")


def test_a_day_may_be_typed_as_text(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    shop.answer("V119", "2026-04-03")
    assert shop.accept()[1] == set()
    assert shop.cell(1, "next_followup") == to_serial(date(2026, 4, 3))


@pytest.mark.parametrize("value", ["soon", "03/04/2026"])
def test_what_a_column_does_not_take_is_said(shop: Shop, value: str) -> None:
    shop.ask()
    shop.clear_all()
    shop.answer("V119", value)
    before = shop.path.read_bytes()
    assert shop.accept() == ({}, {("next_followup", "not_taken")})
    assert shop.path.read_bytes() == before


def test_a_row_is_found_by_its_key_wherever_it_was_sorted_to(shop: Shop) -> None:
    shop.ask()
    for key in ROWS[0]:
        one, other = shop.cell(0, key), shop.cell(3, key)
        shop.type(0, key, other)
        shop.type(3, key, one)
    shop.accept()
    assert (shop.cell(3, "last_name"), shop.cell(3, "email")) == ("Marsh", "ann@gmail.com")
    assert (shop.cell(0, "last_name"), shop.cell(0, "next_followup")) == ("Okoro", 40000.0)


def test_a_row_without_a_key_is_found_where_it_stood_also_when_it_has_one_by_now(shop: Shop) -> None:
    shop.ask()
    refresh_file(shop.path, TODAY)
    assert str(shop.cell(2, "customer_id")).startswith("C2026")
    shop.accept()
    assert shop.cell(2, "last_name") == "Ito"


def test_what_people_changed_since_stays_and_is_said(shop: Shop) -> None:
    shop.ask()
    shop.type(0, "last_name", "Marsh-Lee")
    shop.type(0, "email", "ann@lee.example")
    for key in ROWS[1]:
        shop.type(1, key, None)
    changed, left = shop.accept()
    assert left == {("last_name", "changed"), ("email", "changed"), ("owner", "gone")}
    assert shop.cell(0, "last_name") == "Marsh-Lee"
    assert len(changed) == 3


def test_of_two_rows_with_one_key_that_which_stood_there_is_meant(shop: Shop) -> None:
    shop.ask()
    shop.type(3, "customer_id", "C1")
    shop.accept()
    assert (shop.cell(0, "last_name"), shop.cell(3, "last_name")) == ("Marsh", "Okoro")


def test_the_row_that_kept_a_doubled_id_is_not_given_what_was_meant_for_the_other(shop: Shop) -> None:
    shop.type(3, "customer_id", "C1")
    shop.ask()
    shop.clear_all()
    shop.answer("D101", "C9")
    shop.type(3, "customer_id", "C8")
    before = shop.path.read_bytes()
    assert shop.accept() == ({}, {("customer_id", "changed")})
    assert shop.path.read_bytes() == before


def test_a_new_id_goes_to_the_row_that_had_the_doubled_one_and_only_while_it_is_that_row(shop: Shop) -> None:
    shop.type(3, "customer_id", "C1")
    shop.ask()
    shop.clear_all()
    shop.answer("D101", "C9")
    before = shop.path.read_bytes()
    assert shop.accept()[1] == set()
    assert (shop.cell(0, "customer_id"), shop.cell(3, "customer_id")) == ("C1", "C9")
    assert shop.accept() == ({}, set())  # it is there by now
    shop.path.write_bytes(before)
    for key in ROWS[0]:  # sorted: the ID is doubled as before, and the finding is where it was
        one, other = shop.cell(0, key), shop.cell(3, key)
        shop.type(0, key, other)
        shop.type(3, key, one)
    assert shop.accept() == ({}, {("customer_id", "changed")})
    assert (shop.cell(0, "customer_id"), shop.cell(3, "customer_id")) == ("C1", "C1")


def test_what_was_typed_for_a_row_without_an_id_is_for_no_other_row(shop: Shop) -> None:
    for row in (1, 2):
        shop.type(row, "customer_id", None)
        shop.type(row, "email", "at home")
    shop.ask()
    shop.clear_all()
    shop.answer("V104", "bo@home.example")
    before = shop.path.read_bytes()
    shop.accept()
    assert (shop.cell(1, "email"), shop.cell(2, "email")) == ("bo@home.example", "at home")
    shop.path.write_bytes(before)
    shop.type(1, "customer_id", "C2")
    shop.type(1, "last_name", "Nobody")
    assert shop.accept() == ({}, {("email", "changed")})
    shop.path.write_bytes(before)
    for key in ("last_name", "owner", "next_followup", "consent_channels"):
        one, other = shop.cell(1, key), shop.cell(2, key)
        shop.type(1, key, other)
        shop.type(2, key, one)
    assert shop.accept() == ({}, {("email", "changed")})


def test_a_row_of_a_key_that_was_doubled_is_told_by_what_stands_in_it(shop: Shop) -> None:
    shop.type(1, "owner", "Tomm")
    shop.type(3, "owner", "Tomm")
    shop.type(3, "customer_id", "C2")
    shop.ask()
    shop.clear_all()
    shop.answer("R107", "Tom")
    shop.type(1, "customer_id", "C7")
    shop.type(1, "owner", "Tom")
    assert shop.accept()[0] == {}
    assert shop.cell(3, "owner") == "Tomm"


def test_days_are_said_as_days(shop: Shop) -> None:
    moment = to_serial(date(2026, 1, 31)) + 0.5
    shop.ask()
    shop.clear_all()
    shop.answer("V119", moment)
    done = fix_file(shop.path, TODAY, accept=shop.copy, dry_run=True)
    assert [(one.before, one.after) for one in done.cells] == [("03/04/2026", "2026-01-31 12:00")]
    shop.type(1, "next_followup", to_serial(date(2026, 1, 1)))
    done = fix_file(shop.path, TODAY, accept=shop.copy)
    assert [(one.why, one.wanted) for one in done.left] == [("changed", "2026-01-31 12:00")]
    shop.type(1, "next_followup", "03/04/2026")
    fix_file(shop.path, TODAY, accept=shop.copy)
    (change,) = [one for one in undo_file(shop.path, TODAY, dry_run=True).changes if one.header == "Next follow-up"]
    assert (change.before, change.after) == ("2026-01-31", "03/04/2026")


@pytest.mark.parametrize("wanted", ["Nobody", "Tomm"])
def test_what_would_still_be_the_same_finding_is_left_and_said(shop: Shop, wanted: str) -> None:
    shop.ask()
    shop.clear_all()
    shop.answer("R107", wanted)
    before = shop.path.read_bytes()
    done = fix_file(shop.path, TODAY, accept=shop.copy)
    assert [(one.place.key, one.why, one.still, one.wanted) for one in done.left] == [("owner", "R107", True, wanted)]
    assert done.cells == () and shop.path.read_bytes() == before


def test_a_cell_of_which_one_of_several_values_would_still_be_wrong_is_left(shop: Shop) -> None:
    shop.type(2, "consent_channels", "Vist; Phne")
    shop.ask()
    shop.clear_all()
    shop.answer("V105", "Visit; Phne")
    assert shop.accept() == ({}, {("consent_channels", "V105")})
    shop.answer("V105", "Visit; Phone")
    assert shop.accept()[1] == set()
    assert shop.cell(2, "consent_channels") == "Visit;Phone"


def _setting(shop: Shop, key: str, value: object = ...) -> object:
    """What a setting holds; typed there before, if given."""
    layout = read(ClosedFile(shop.path), TODAY).layout["Settings"]
    keys = ClosedFile(shop.path).sheet(layout.sheet).column(layout.columns["key"], 1, 80).values()
    row, column = keys.index(key) + 1, layout.columns["value"]
    if value is not ...:
        shop.path.write_bytes(write(shop.path.read_bytes(), [(layout.sheet, row, column, value)]))  # type: ignore[list-item]
    return ClosedFile(shop.path).sheet(layout.sheet).column(column, row, row).values()[0]


def test_a_setting_takes_what_it_is_and_is_left_where_it_was_changed_since(shop: Shop) -> None:
    _setting(shop, "medium_spend", 60000.0)
    shop.ask()
    shop.clear_all()
    shop.answer("K108", "5000")
    before = shop.path.read_bytes()
    assert shop.accept()[1] == set()
    assert _setting(shop, "medium_spend") == 5000.0
    after = shop.path.read_bytes()
    assert shop.accept() == ({}, set())
    assert shop.path.read_bytes() == after
    shop.path.write_bytes(before)
    _setting(shop, "medium_spend", 70000.0)
    assert shop.accept() == ({}, {("value", "changed")})
    assert _setting(shop, "medium_spend") == 70000.0


def test_the_workbook_is_no_output_and_accepting_is_not_guessing(shop: Shop) -> None:
    before = shop.path.read_bytes()
    with pytest.raises(UsageError, match="is the workbook itself"):
        fix_file(shop.path, TODAY, output=shop.path)
    shop.ask()
    with pytest.raises(UsageError, match="Leave --unsafe out"):
        fix_file(shop.path, TODAY, accept=shop.copy, unsafe=True)
    assert shop.path.read_bytes() == before


def test_a_formula_that_stands_there_by_now_is_left(shop: Shop) -> None:
    shop.ask()
    layout = read(ClosedFile(shop.path), TODAY).layout["Customers"]
    book = load_workbook(shop.path)
    book[layout.sheet].cell(layout.first_row, layout.columns["last_name"]).value = '="Marsh" & " "'
    book.save(shop.path)  # a workbook of a test, which nobody will miss
    changed, left = shop.accept()
    assert ("last_name", "formula") in left
    assert len(changed) == 5


def test_what_would_be_another_finding_is_left_out(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    shop.answer("V104", "o@b.example")
    (left,) = fix_file(shop.path, TODAY, accept=shop.copy).left
    assert (left.place.key, left.why, left.wanted) == ("email", "D102", "o@b.example")


def test_select_chooses_among_what_was_accepted(shop: Shop) -> None:
    shop.ask()
    assert list(shop.accept(select=["V127"])[0].values()) == ["ann@gmail.com"]


def test_a_column_that_is_gone_is_said(shop: Shop) -> None:
    shop.ask()
    found = table_of(shop.path.read_bytes(), "Customers")
    at = [one.name for one in found.columns].index("Owner")
    data = write(shop.path.read_bytes(), [(found.sheet, found.ref.first_row, found.ref.first_column + at, "Whose")])
    shop.path.write_bytes(with_part(data, found.part, lambda part: part.replace(b'name="Owner"', b'name="Whose"')))
    assert ("owner", "no_column") in shop.accept()[1]


def test_a_column_of_staffs_own_is_never_written(shop: Shop) -> None:
    snapshot = read(ClosedFile(shop.path), TODAY)
    one = Answer("V111", "Customers", "C1", "[Nickname]", 2, " Annie", "Annie")
    mends, left, _ = taken(snapshot, (), [one], frozenset({"V111"}))
    assert (mends, [found.why for found in left]) == ({}, ["own_column"])


def test_what_people_decided_to_leave_is_left(shop: Shop) -> None:
    before = fix_file(shop.path, TODAY, select=["V111"], dry_run=True)
    waive_file(shop.path, Wish("V111", "C1", reason="it is spelled so"), TODAY)
    after = fix_file(shop.path, TODAY, select=["V111"], dry_run=True)
    assert {one.place.row_key for one in before.cells} - {one.place.row_key for one in after.cells} == {"C1"}


def test_a_copy_of_another_workbook_and_what_is_no_copy_are_refused(shop: Shop) -> None:
    shop.ask()
    before = shop.path.read_bytes()
    with pytest.raises(UsageError, match="no fix-it copy"):
        fix_file(shop.path, TODAY, accept=shop.path)
    layout = read(ClosedFile(shop.path), TODAY).layout["Settings"]
    keys = ClosedFile(shop.path).sheet(layout.sheet).column(layout.columns["key"], 1, 40).values()
    other = write(before, [(layout.sheet, keys.index("workbook_id") + 1, layout.columns["value"], "another")])
    shop.path.write_bytes(other)
    with pytest.raises(UsageError, match="another workbook"):
        shop.accept()
    assert shop.path.read_bytes() == other


def _in_team(shop: Shop, *names: str) -> None:
    rows = [{"name": name, "active": "Yes"} for name in names]
    shop.path.write_bytes(type_rows(shop.path.read_bytes(), "Team", rows))


@pytest.mark.parametrize("own", ["", "Ann"])
def test_a_cell_that_is_right_by_now_though_nobody_touched_it_is_left_and_said(shop: Shop, own: str) -> None:
    shop.ask()
    if own:
        shop.answer("R107", own)
    _in_team(shop, "Tom", "Tomm", "Ann")
    _, left = shop.accept(select=["R107"])
    assert left == {("owner", "sound")}
    assert shop.cell(1, "owner") == "Tomm"


def test_of_the_copy_of_another_file_only_what_is_wrong_here_too_is_applied(shop: Shop) -> None:
    here = shop.path.read_bytes()
    shop.type(0, "owner", "Tomm")
    shop.ask()
    other = Shop(shop.path.with_name("other.xlsx"), shop.copy)
    other.path.write_bytes(here)
    _in_team(other, "Tom", "Tomm")
    done = fix_file(other.path, TODAY, accept=shop.copy)
    assert done.made_of == "shop.xlsx"
    assert [(one.place.key, one.place.row_key, one.why) for one in done.left] == [("owner", "C2", "sound")]
    assert (other.cell(0, "owner"), other.cell(1, "owner")) == ("Tom", "Tomm")
    assert other.cell(0, "email") == "ann@gmail.com"
    assert fix_file(shop.path, TODAY, accept=shop.copy, dry_run=True).made_of == ""


def test_what_a_person_typed_goes_into_a_blank_cell_that_need_not_be_filled_any_more(shop: Shop) -> None:
    shop.type(3, "email", None)
    shop.ask()
    shop.clear_all()
    shop.answer("V123", "o@c.example")
    shop.type(3, "phone", "212 555 0123")
    assert shop.accept() == ({"J5": "o@c.example"}, set())


@pytest.mark.parametrize(("own", "written"), [(True, 1), (False, 0)])
def test_what_a_person_typed_holds_for_another_fault_of_the_same_text(shop: Shop, own: bool, written: int) -> None:
    snapshot = read(ClosedFile(shop.path), TODAY)
    now = [one for one in findings_of(ClosedFile(shop.path), TODAY) if one.code == "R107"]
    (row,) = (one.place.row for one in now)
    one = Answer("V106", "Customers", "C2", "owner", row, "Tomm", "Tom", own=own)
    mends, left, _ = taken(snapshot, now, [one], frozenset({"V106"}))
    assert (len(mends), [found.why for found in left]) == (written, ["sound"] * (not written))


def test_what_was_accepted_can_be_undone(shop: Shop) -> None:
    before = {one.code for one in findings_of(ClosedFile(shop.path), TODAY)}
    shop.ask()
    shop.accept()
    undo_file(shop.path, TODAY)
    assert {"V111", "V127", "V102", "V105", "R107"} <= before & {
        one.code for one in findings_of(ClosedFile(shop.path), TODAY)
    }
    assert shop.cell(0, "email") == "ann@gmial.com"


def test_an_error_in_a_box_is_no_suggestion(shop: Shop) -> None:
    shop.ask()
    shop.answer("V111", "#NAME?")  # what a spreadsheet makes of -Ann, typed into a box that lost its format
    _, left = shop.accept(select=["V111"])
    assert ("last_name", "not_taken") in left
    assert shop.cell(0, "last_name") == "Marsh "


def test_what_was_typed_on_the_sheets_behind_the_list_is_counted_and_not_applied(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    assert fix_file(shop.path, TODAY, accept=shop.copy).beside == ()
    layout = read(ClosedFile(shop.path), TODAY).layout["Customers"]
    place = {key: (layout.sheet, layout.first_row, layout.columns[key]) for key in ("email", "last_name", "first_name")}
    typed = [(*place["email"], "ann@gmail.com"), (*place["last_name"], "Marsh"), (*place["first_name"], "Ann")]
    shop.copy.write_bytes(write(shop.copy.read_bytes(), typed))
    before = shop.path.read_bytes()
    done = fix_file(shop.path, TODAY, accept=shop.copy)
    assert (done.beside, done.cells) == (tuple(f"Customers!{cell}2" for cell in ("B", "C", "J")), ())
    assert shop.path.read_bytes() == before
    shop.answer("V127", "ann@gmail.com")
    assert fix_file(shop.path, TODAY, accept=shop.copy).beside == ("Customers!B2", "Customers!C2")  # as the box says


@pytest.mark.parametrize(
    ("row", "column", "value", "counted"),
    [
        (2, 2, "Ann", "B2"),  # a cell that was blank
        (2, 3, None, "C2"),  # one that is emptied
        (3, 3, "Silva", ""),  # typed again as it stood
        (5, 12, 40001.0, "L5"),  # a day, not coloured as wrong
        (1, 3, "Surname", "C1"),  # a header
        (9, 3, "Nobody", "C9"),  # a row more, which is no row of the workbook
        (2, 200, "why?", "GR2"),  # right of the table
    ],
)
def test_a_cell_without_colour_is_counted_too(shop: Shop, row: int, column: int, value: object, counted: str) -> None:
    shop.ask()
    shop.clear_all()
    shop.copy.write_bytes(write(shop.copy.read_bytes(), [("Customers", row, column, value)]))  # type: ignore[list-item]
    done = fix_file(shop.path, TODAY, accept=shop.copy)
    assert done.beside == ((f"Customers!{counted}",) if counted else ())


def test_what_is_typed_on_the_other_sheets_of_a_copy_is_counted_too(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    shop.copy.write_bytes(write(shop.copy.read_bytes(), [("Interactions", 2, 2, "C1")]))
    assert fix_file(shop.path, TODAY, accept=shop.copy).beside == ("Interactions!B2",)


def test_rows_that_were_only_sorted_or_taken_away_were_not_typed(shop: Shop) -> None:
    shop.ask()
    shop.clear_all()
    sheet = ClosedFile(shop.copy).sheet("Customers")
    rows = [(4, 2), (2, 3), (3, 4), (0, 5)]  # where each comes from, 0: nowhere
    columns = {n: sheet.column(n, 1, 5).values() for n in sheet.columns}
    moved = [("Customers", to, n, cells[old - 1] if old else None) for old, to in rows for n, cells in columns.items()]
    shop.copy.write_bytes(write(shop.copy.read_bytes(), moved))
    assert fix_file(shop.path, TODAY, accept=shop.copy).beside == ()


@pytest.mark.parametrize("text", [" a\r\nb ", "x\u200by ", "\u00a0=1+1 ", " '1 ", "<r>a </r>", " é\ud83d\ude00 "])
def test_a_copy_in_which_nobody_typed_tells_nothing(shop: Shop, text: str) -> None:
    for row, key, value in [
        (0, "last_name", text),
        (1, "next_followup", 45.0),
        (3, "source", 12.0),
        (0, "notes", True),
        (1, "notes", 45678.000023148146),  # at 15 digits it is another number once 16 of them were written
    ]:
        shop.type(row, key, value)
    shop.ask()
    assert fix_file(shop.path, TODAY, accept=shop.copy, dry_run=True).beside == ()
