"""A fix writes what a finding suggests where it means the same, and not a cell besides; drawn before and after."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import openpyxl
import pytest
from books import new_book, parts, type_rows, with_part
from fixing import COMPANY, cells, changed, company, fixed
from world import TODAY, world

from tracker.commands.examine import findings_of
from tracker.commands.fix import Wanted, fix, fix_file
from tracker.commands.log import log
from tracker.commands.policy import Policy
from tracker.commands.undo import undo, undo_file
from tracker.engine.read import read
from tracker.engine.record import read_records
from tracker.errors import RefusedError, UsageError
from tracker.facts.calendar import to_serial
from tracker.hosts import ClosedFile, MemoryHost
from tracker.ooxml import Workbook

DAY = to_serial(date(2026, 11, 12))

# cell | typed | becomes | the codes it is fixed for
SAFE = [
    ("Customers__0__last_name", "  Marsh ", "Marsh", "V111"),
    ("Customers__0__last_name", "Van  Marsh", "Van Marsh", "V111"),
    ("Customers__0__last_name", "Marsh\t", "Marsh", "V111"),
    ("Customers__0__last_name", "Mar\u200bsh", "Marsh", "V112"),
    ("Customers__0__last_name", "\u00a0Marsh", "Marsh", "V112"),
    ("Customers__0__phone", "\u202a+1 425 555 3409\u202c", "+1 425 555 3409", "V112"),  # as telephones copy it
    ("Customers__0__email", "ａ@b.example", "a@b.example", "V113"),
    ("Customers__0__email", " ａ@b.example\u200b", "a@b.example", "V111 V112 V113"),
    ("Customers__0__phone", "＋１2125550001", "+12125550001", "V113"),
    ("Customers__0__next_followup", "12.11.2026", DAY, "V102"),
    ("Customers__0__next_followup", "2026-11-12", DAY, "V102"),
    ("Customers__0__need_by", "31.12.2026", to_serial(date(2026, 12, 31)), "V118"),
    ("Interactions__0__started_at", "13/11/2026", to_serial(date(2026, 11, 13)), "V102"),
    ("Interactions__0__csat", "4", 4.0, "V109"),
    ("Purchases__0__quantity", " 2 ", 2.0, "V109"),
    ("Purchases__0__unit_price", "1,234.50", 1234.5, "V109"),
    ("Purchases__0__unit_price", "1.234,50", 1234.5, "V109"),
    ("Purchases__0__unit_price", "12,5", 12.5, "V109"),
    ("Purchases__0__unit_price", "$12.50", 12.5, "V109"),
    ("Purchases__1__amount", "1 234 567", 1234567.0, "V109"),
    ("Purchases__1__amount", "-12.5", -12.5, "V109"),
]


@pytest.mark.parametrize(("cell", "typed", "becomes", "codes"), SAFE)
def test_a_safe_fix(cell: str, typed: str, becomes: object, codes: str) -> None:
    made = company(**{cell: typed})
    before, findings = cells(made), {one.code for one in findings_of(made, TODAY)}
    assert set(codes.split()) & findings
    done = fixed(made)
    table, row, key = cell.split("__")
    assert made.cell(table, int(row), key) == becomes
    assert type(made.cell(table, int(row), key)) is type(becomes)
    assert [" ".join(sorted(one.codes)) for one in done.cells] == [codes]
    assert len(changed(before, made)) == 1
    assert {one.code for one in findings_of(made, TODAY)} == findings - set(codes.split())
    assert fixed(made).cells == ()


# What is a guess is not made by itself, and what may mean two things, or nothing, not at all.
GUESSES = [
    ("Customers__0__email", "ann@gmial.com", "ann@gmail.com", "V127"),
    ("Customers__0__email", "a b@c.example", "ab@c.example", "V104"),
    ("Customers__0__last_name", "Mrs. Marsh", "Marsh", "V121"),
    ("Customers__0__company", "MÃ¼ller", "Müller", "V125"),
    ("Customers__0__company", "\u05d0\u200f (Tel Aviv)", "\u05d0 (Tel Aviv)", "V112"),  # put there for the brackets
    ("Customers__0__industry", "Hospitalty", "Hospitality", "V106"),
    ("Customers__0__owner", "Tomm", "Tom", "R107"),
    ("Customers__0__consent_channels", "Phone; Vist; E-mail", "Phone;Visit;E-mail", "V105"),
    ("Interactions__0__channel", "Phne", "Phone", "V105"),
    ("Interactions__0__channel", "Phone\u00a0", "Phone", "V105"),
    ("Interactions__0__customer", "Ann Marsch", "Ann Marsh", "R101"),
    ("Customers__0__customer_id", "Ｃ1", "C1", "V113"),
]


@pytest.mark.parametrize(("cell", "typed", "becomes", "code"), GUESSES)
def test_a_guess_is_made_only_when_it_is_asked_for(cell: str, typed: str, becomes: str, code: str) -> None:
    made = company(**{cell: typed})
    before = cells(made)
    done = fixed(made, code)
    assert (done.cells, done.unsafe, changed(before, made)) == ((), 1, set())
    done = fixed(made, code, unsafe=True)
    table, row, key = cell.split("__")
    assert made.cell(table, int(row), key) == becomes, done.left
    assert len(changed(before, made)) == 1
    assert code not in {one.code for one in findings_of(made, TODAY) if one.place.key == key}


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        ("Customers__0__next_followup", "03/04/2026"),  # two days
        ("Customers__0__next_followup", "soon"),
        ("Purchases__0__unit_price", "1,234"),  # a thousand, or one and a bit
        ("Purchases__0__unit_price", "1.234"),
        ("Purchases__0__unit_price", "€12"),  # money of another kind than the workbook's
        ("Purchases__0__unit_price", "12%"),
        ("Purchases__0__quantity", "12 5"),
        ("Customers__0__last_name", "   "),  # nothing would be left
    ],
)
def test_what_may_mean_several_things_is_left(cell: str, typed: str) -> None:
    made = company(**{cell: typed})
    before = cells(made)
    assert fixed(made, unsafe=True).cells == ()
    assert changed(before, made) == set()


def test_what_other_cells_look_like_settles_no_number() -> None:
    made = company(Purchases__0__unit_price="1.234", Purchases__0__discount="1", Purchases__1__amount="12,50")
    made.put("Purchases", 1, "unit_price", "2.345,75")
    fixed(made)
    assert made.cell("Purchases", 0, "unit_price") == "1.234"
    assert made.cell("Purchases", 1, "unit_price") == 2345.75


def test_a_column_whose_numbers_disagree_settles_nothing_either_when_some_of_them_are_mended() -> None:
    prices = ("12,345", "€ 12.50", "1,5", "2.5")  # the second, of another currency, is left and speaks for a point
    more = "".join(f"P{number} | C1 | today-9d | Oak | 1 | | |\n" for number in (3, 4))
    made = world(COMPANY.replace("500\n", f"500\n{more}"))
    for row, price in enumerate(prices):
        made.put("Purchases", row, "unit_price", price)
    assert {one.before: one.after for one in fixed(made).cells} == {"1,5": "1.5", "2.5": "2.5"}
    assert made.cell("Purchases", 0, "unit_price") == "12,345"
    assert fixed(made).cells == (), "nor does a second fix"


def test_a_formula_of_staff_is_never_replaced() -> None:
    drawing = """
    Customers
    customer_id | last_name        | email       | owner
    C1          | =UPPER(" a")-> A | a@b.example | Tom
    """
    made = world(drawing.replace("-> A", '-> " A"'))
    before = cells(made)
    done = fixed(made)
    assert [(one.place.cell, one.why) for one in done.left] == [("B2", "formula")]
    assert done.cells == () and changed(before, made) == set()


# cells typed | the codes asked for | what it would be
WORSE = [
    ({"Customers__0__email": "s@b.exam\u200bple"}, "", "D102"),
    ({"Interactions__0__csat": "9"}, "", "V110"),
    ({"Purchases__0__discount": "100"}, "", "L107"),
    ({"Interactions__0__started_at": "2062-01-31"}, "", "V116"),
]


@pytest.mark.parametrize(("typed", "codes", "worse"), WORSE)
def test_a_fix_that_would_be_another_finding_is_left_out_and_said(
    typed: dict[str, str], codes: str, worse: str
) -> None:
    made = company(**typed)
    before, findings = cells(made), findings_of(made, TODAY)
    done = fixed(made, *codes.split(), unsafe=bool(codes))
    assert (done.cells, {one.why for one in done.left}) == ((), {worse})
    assert len(done.left) == len(typed)
    assert changed(before, made) == set()
    assert findings_of(made, TODAY) == findings


def test_of_two_fixes_that_would_be_the_same_one_is_made() -> None:
    made = company(Customers__0__email="x@b.exam\u200bple", Customers__1__email="x\u200b@b.example")
    done = fixed(made)
    assert [one.place.cell for one in done.cells] == ["E2"]
    assert [(one.place.cell, one.why) for one in done.left] == [("E3", "D102")]


def test_one_bad_fix_keeps_no_other_from_being_made() -> None:
    made = company(
        Customers__0__email="s@b.exam\u200bple", Customers__0__last_name="Marsh ", Purchases__0__quantity="3"
    )
    done = fixed(made)
    assert {one.place.key for one in done.cells} == {"last_name", "quantity"}
    assert [(one.place.key, one.why) for one in done.left] == [("email", "D102")]


def test_a_fix_that_would_hurt_another_table_is_found() -> None:
    """The interaction names its customer by the very e-mail that has a letter of full width."""
    made = company(Customers__0__email="ａ@b.example", Interactions__0__customer="ａ@b.example")
    made.put("Customers", 1, "last_name", "Silva ")
    done = fixed(made)
    assert [one.place.key for one in done.cells] == ["last_name"]
    assert [(one.place.table, one.place.key, one.why) for one in done.left] == [("Customers", "email", "R101")]


def test_a_finding_that_hides_what_stands_there_is_never_written_over_it() -> None:
    """The spaces are found, but what is suggested has the card number hidden."""
    made = company(Customers__0__last_name=" Marsh 4111 1111 1111 1111")
    before = cells(made)
    assert {"V111", "S101"} <= {one.code for one in findings_of(made, TODAY) if one.suggestion or one.code == "S101"}
    assert fixed(made, unsafe=True).cells == ()
    assert changed(before, made) == set()


def test_a_cell_of_text_becomes_a_day_that_looks_like_one() -> None:
    """The cell is formatted as text, as a column is that was pasted; its neighbour is a day as it should be."""
    data = type_rows(new_book(), "Customers", DIRTY)
    at, sheet = read(MemoryHost(data), TODAY).layout["Customers"], openpyxl.load_workbook(io.BytesIO(data))["Customers"]
    day = sheet.cell(at.first_row, at.columns["next_followup"])
    text = sheet.cell(at.first_row, at.columns["last_name"])
    assert (day.number_format, text.number_format) == ("yyyy-mm-dd", "@")
    part = next(one.part for one in Workbook(data).sheets if one.name == "Customers")
    styled = re.compile(rf'(<c r="{day.coordinate}" s=")\d+(")'.encode())
    style = re.search(rf'<c r="{text.coordinate}" s="(\d+)"'.encode(), parts(data)[part])[1]  # type: ignore[index]
    host = MemoryHost(with_part(data, part, lambda xml: styled.sub(rb"\g<1>" + style + rb"\g<2>", xml)))
    assert openpyxl.load_workbook(io.BytesIO(host.data))["Customers"][day.coordinate].number_format == "@"
    fix(host, TODAY, Wanted(Policy(frozenset({"V102"}), {})))
    after = openpyxl.load_workbook(io.BytesIO(host.data))["Customers"][day.coordinate]
    assert (after.value, after.number_format) == (datetime(2026, 11, 12), "yyyy-mm-dd")


def test_select_and_ignore_choose() -> None:
    typed = {"Customers__0__last_name": " Marsh", "Purchases__0__quantity": "3"}
    assert [one.codes for one in fixed(company(**typed), "V109").cells] == [("V109",)]
    assert [one.codes for one in fixed(company(**typed), "V111").cells] == [("V111",)]


def test_a_dry_run_writes_nothing_and_says_the_same() -> None:
    made = company(Customers__0__last_name=" Marsh", Customers__0__next_followup="12.11.2026")
    before = cells(made)
    would = fixed(made, dry_run=True)
    assert changed(before, made) == set()
    assert [(one.before, one.after) for one in would.cells] == [(" Marsh", "Marsh"), ("12.11.2026", "2026-11-12")]
    assert fixed(made).cells == would.cells


def test_a_dry_run_names_the_columns_that_a_run_leaves_alone() -> None:
    """In a workbook all of whose styles are text a number would be shown as text still."""
    data = type_rows(new_book(), "Customers", [{"customer_id": "C1", "last_name": " Marsh"}])
    data = type_rows(data, "Purchases", [{"customer": "C1", "item": "Desk", "quantity": "2"}])
    data = with_part(data, "xl/styles.xml", lambda xml: re.sub(rb'(<xf [^>]*numFmtId=)"\d+"', rb'\1"49"', xml))
    tried, done = MemoryHost(data), MemoryHost(data)
    wanted = Wanted(Policy(frozenset({"V109", "V111"}), {}))
    would, did = fix(tried, TODAY, wanted, dry_run=True), fix(done, TODAY, wanted)
    assert tried.data == data != done.data
    assert [one.why for one in would.left] == ["no style of the workbook would show its numbers as numbers"]
    assert [(one.place, one.why) for one in would.left] == [(one.place, one.why) for one in did.left]
    assert [one.codes for one in would.cells] == [one.codes for one in did.cells] == [("V111",)]


def test_a_newer_workbook_is_refused() -> None:
    made = world('Settings\nkey | value\nschema | 99\n\nCustomers\nlast_name\n" A"\n')
    with pytest.raises(RefusedError):
        fixed(made)


def test_what_a_fix_wrote_can_be_undone() -> None:
    made = company(Customers__0__last_name=" Marsh", Customers__0__next_followup="12.11.2026")
    records, apply = [], made.apply
    made.apply = lambda writes: (records.append(read_records(writes.note.undo)), apply(writes))[1]  # type: ignore[method-assign]
    fixed(made)
    assert [(one.key, one.column, one.was, one.now) for one in records[0]] == [
        ("C1", "last_name", " Marsh", "Marsh"),
        ("C1", "next_followup", "12.11.2026", DAY),
    ]
    undo(made, records[0], TODAY)
    assert made.cell("Customers", 0, "last_name") == " Marsh"
    assert made.cell("Customers", 0, "next_followup") == "12.11.2026"


DIRTY = [
    {"last_name": " Marsh", "email": "a@b.example", "owner": "Tom", "next_followup": "12.11.2026"},
    {"last_name": "Silva", "email": "s@b.example", "owner": "Tom", "next_followup": 46000.0},
]


def test_a_file_is_fixed_kept_logged_and_given_back(tmp_path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(new_book(), "Customers", DIRTY))
    before = path.read_bytes()
    done = fix_file(path, TODAY)
    assert [one.after for one in done.cells] == ["Marsh", "2026-11-12"]
    assert log(path, TODAY).runs[-1].command == "fix"
    after = path.read_bytes()
    assert fix_file(path, TODAY).cells == ()
    assert path.read_bytes() == after
    undo_file(path, TODAY)
    assert {one.code for one in findings_of(ClosedFile(path), TODAY)} >= {"V111", "V102"}
    assert before != after


def test_only_the_cells_of_the_fix_change_in_a_package() -> None:
    """No table grows, no formula comes back and no part but the sheet is another."""
    data = type_rows(new_book(), "Customers", DIRTY, grow=False)
    host = MemoryHost(data)
    done = fix(host, TODAY, Wanted(Policy(frozenset({"V111", "V102"}), {})))
    assert done.receipt.parts == ("xl/worksheets/sheet3.xml",) or len(done.receipt.parts) == 1
    before, after = MemoryHost(data), host
    sheets = before.book().sheets
    assert before.book().tables == after.book().tables
    differing = sum(
        int((~before.sheet(name).column(n, 1, 200).same_as(after.sheet(name).column(n, 1, 200))).sum())
        for name in sheets
        for n in {*before.sheet(name).columns, *after.sheet(name).columns}
    )
    assert differing == len(done.cells) == 2


def test_a_code_nobody_knows_is_said(tmp_path) -> None:
    with pytest.raises(UsageError, match="no finding"):
        fix_file(tmp_path / "x.xlsx", TODAY, select=["V999"])
