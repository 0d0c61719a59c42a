"""What ``new``, ``refresh``, ``doctor`` and ``validate`` do and say, on real files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from books import WORKBOOK_ID, column_of, header, new_book, table_of, type_rows, with_part, without_sheet

from tracker.cli.run import run
from tracker.commands.doctor import doctor, fragile_parts
from tracker.commands.refresh import refresh, refresh_file
from tracker.engine.read import read
from tracker.facts.calendar import to_serial
from tracker.hosts import ClosedFile, MemoryHost
from tracker.keeper import copies, history_folder
from tracker.model.finding import column_letters
from tracker.model.grid import Cells, ColumnWrite, Writes
from tracker.ooxml import Workbook

TODAY = date(2026, 11, 18)
DAY = ["--today", "2026-11-18"]


def serial(text: str) -> float:
    return float(to_serial(date.fromisoformat(text)))


def shop() -> bytes:
    data = type_rows(
        new_book(),
        "Customers",
        [
            {"last_name": "Marsh", "email": "m@x.example", "owner": "Anna", "next_followup": serial("2026-11-10")},
            {"company": "Hiltop", "email": "h@x.example", "owner": "Ben", "next_followup": serial("2026-11-18")},
            {"last_name": "陈", "email": "c@x.example", "owner": "Anna", "next_followup": serial("2026-11-21")},
        ],
    )
    call = {"customer": "Marsh", "started_at": serial("2026-11-02"), "channel": "Phone", "summary": "Asked for a price"}
    return type_rows(data, "Interactions", [call])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(shop())
    return path


def test_new_makes_a_workbook_that_is_empty_and_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path / "shop"), *DAY]) == 0
    path = tmp_path / "shop.xlsx"
    assert "tracker refresh" in capsys.readouterr().out
    snapshot = read(ClosedFile(path), TODAY)
    assert snapshot.identity.schema == snapshot.schema.version and len(snapshot.identity.workbook_id) == 36
    assert snapshot.settings.cadence_from == serial("2026-11-18")
    assert run(["validate", str(path), *DAY]) == 0


def test_two_new_workbooks_have_two_ids(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        run(["new", str(tmp_path / name)])
    ids = {read(ClosedFile(tmp_path / name), TODAY).identity.workbook_id for name in ("a.xlsx", "b.xlsx")}
    assert len(ids) == 2


@pytest.mark.parametrize(("arguments", "says"), [(["--locale", "klingon"], "no language"), ([], "ends in .xlsx")])
def test_new_says_what_it_cannot_make(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "shop.xlsx" if arguments else "shop.csv"
    assert run(["new", str(tmp_path / name), *arguments]) == 2
    assert says in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_refresh_says_what_it_did_and_the_second_writes_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["refresh", str(book), *DAY]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("shop.xlsx refreshed: ") and "customers: 3; figures of 2026-11-18" in said[0]
    assert "1 overdue, 1 due today, 1 upcoming" in said[0]
    assert said[1].startswith("The day is pinned to 2026-11-18")
    before = book.read_bytes()
    assert run(["refresh", str(book), *DAY]) == 0
    assert "up to date, nothing written" in capsys.readouterr().out
    assert book.read_bytes() == before
    assert len(copies(history_folder(book, WORKBOOK_ID))) == 1, "one copy, of the state before the first"


def test_the_time_of_a_change_is_shown_only_when_something_else_changed() -> None:
    host = MemoryHost(shop())
    refresh(host, TODAY, now=datetime(2026, 11, 18, 8, 0))
    assert read(host, TODAY).state["changed_at"] == "2026-11-18 08:00"
    again = refresh(host, TODAY, now=datetime(2026, 11, 18, 9, 30))
    assert not again.changed and read(host, TODAY).state["changed_at"] == "2026-11-18 08:00"
    host = MemoryHost(type_rows(host.data, "Customers", [{"last_name": "Silva", "email": "s@x.example"}]))
    assert refresh(host, TODAY, now=datetime(2026, 11, 18, 10, 0)).changed
    assert read(host, TODAY).state["changed_at"] == "2026-11-18 10:00"


def test_a_column_that_cannot_be_written_makes_no_refresh_write_again() -> None:
    host = MemoryHost(shop())
    refresh(host, TODAY, now=datetime(2026, 11, 18, 8, 0))
    table = table_of(host.data, "Customers")
    column = column_letters(column_of(table, header("Customers", "followup_state")))
    part = next(sheet.part for sheet in Workbook(host.data).sheets if sheet.name == table.sheet)
    cell = rb'(<c r="%s2"[^>]*>)<f>[^<]*</f><v>[^<]*</v>' % column.encode()
    array = rb'\1<f t="array" ref="%s2">1+1</f><v>2</v>' % column.encode()
    host = MemoryHost(with_part(host.data, part, lambda xml: re.sub(cell, array, xml, count=1)))
    again = refresh(host, TODAY, now=datetime(2026, 11, 18, 9, 30))
    assert again.receipt.skipped and not again.receipt.parts
    assert read(host, TODAY).state["changed_at"] == "2026-11-18 08:00"


def test_a_dry_run_shows_each_cell_and_writes_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["refresh", str(book), *DAY])
    data = type_rows(book.read_bytes(), "Customers", [{"last_name": "Silva", "email": "s@x.example"}])
    book.write_bytes(data)
    capsys.readouterr()
    assert run(["refresh", str(book), *DAY, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Customers!A5" in said and "Customer ID" in said and "∅" in said and "would change" in said
    assert book.read_bytes() == data


def test_output_leaves_the_workbook_alone(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, copy = book.read_bytes(), book.with_name("copy.xlsx")
    assert run(["refresh", str(book), *DAY, "--output", str(copy)]) == 0
    assert book.read_bytes() == before
    assert read(ClosedFile(copy), TODAY).text("Customers", "customer_id").all()
    copy.write_text("somebody's")
    assert run(["refresh", str(book), *DAY, "--output", str(copy)]) == 5
    assert copy.read_text() == "somebody's" and "copy.xlsx" in capsys.readouterr().err


def test_a_refresh_says_what_it_took_in_from_the_list(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["refresh", str(book), *DAY])
    host = MemoryHost(book.read_bytes())
    list_ = host.book().tables["FollowUps"]
    boxes = {key: list_.ref.first_column + list_.headers.index(key) for key in ("Done on", "Result")}
    rows = np.array([list_.first_row, list_.first_row + 1])
    done = Cells.from_values([serial("2026-11-17"), "soon"])
    words = Cells.from_texts(["Spoke to her", "Will call"])
    host.apply(
        Writes(
            (
                ColumnWrite(list_.sheet, boxes["Done on"], rows, done),
                ColumnWrite(list_.sheet, boxes["Result"], rows, words),
            )
        )
    )
    book.write_bytes(host.data)
    capsys.readouterr()
    run(["refresh", str(book), *DAY])
    said = capsys.readouterr().out
    assert "1 line typed into Follow-ups was taken in." in said and "1 line typed into Follow-ups could not" in said


def test_a_dry_run_shows_values_and_names_only_headers_of_the_table_itself(book: Path) -> None:
    done = refresh_file(book, TODAY, TODAY, dry_run=True)
    shown = {f"{one.sheet}!{one.cell}": one for one in done.changes}
    assert shown["Customers!A2"].header == "Customer ID" and shown["Customers!A2"].after.startswith("C2026")
    assert shown["Customers!F2"].after == "2026-11-10"  # a formula that was there already is not shown
    assert not any(one.header for one in done.changes if one.sheet == "Follow-ups" and int(one.cell[1:]) < 7)


def test_doctor_says_what_the_book_is_who_has_it_open_and_what_others_would_lose(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["refresh", str(book), *DAY])
    (book.parent / "~$shop.xlsx").write_bytes(b"\x04Anna" + bytes(50))
    before = book.read_bytes()
    capsys.readouterr()
    assert run(["doctor", str(book)]) == 0
    said = capsys.readouterr().out
    for text in ("00000000-0000-4000-8000-000000000001", "Excel (Anna)", "2026-11-18", "charts", "3 rows", "pandas"):
        assert text in said
    found = doctor(book, TODAY)
    assert found.book is not None and found.book.pinned and found.copies == 1 and found.fragile["charts"] >= 4
    assert run(["doctor", str(book), "--format", "json"]) == 0
    assert '"open_in": "Excel (Anna)"' in capsys.readouterr().out
    assert book.read_bytes() == before


def test_doctor_counts_parts_and_features() -> None:
    data = shop()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as made:
        for name in package.namelist():
            content = package.read(name)
            if name == "[Content_Types].xml":
                macros = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                content = content.replace(b"</Types>", macros + b"</Types>")
            if name == "xl/worksheets/sheet1.xml":
                extra = b"<extLst><ext><x14:sparkline></x14:sparkline><x14:sparkline></x14:sparkline></ext></extLst>"
                extra = extra.replace(b"<extLst>", b'<extLst xmlns:x14="x">')
                content = content.replace(b"</worksheet>", extra + b"</worksheet>")
            made.writestr(name, content)
        made.writestr("xl/vbaProject.bin", b"code")
        made.writestr("xl/media/image1.png", b"picture")
    found = fragile_parts(Workbook(out.getvalue()))
    assert (found["macros"], found["sparklines"], found["images"]) == (1, 2, 1)


def test_doctor_on_a_workbook_that_is_not_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from openpyxl import Workbook as Other

    other = tmp_path / "other.xlsx"
    Other().save(other)
    assert run(["doctor", str(other)]) == 0
    assert "None of our tables is in it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code", "shown"),
    [
        ([], 1, True),
        (["--fail-on", "never"], 0, True),
        (["--select", "V"], 0, False),
        (["--select", "unknown-customer"], 1, True),
        (["--ignore", "R101"], 0, False),
        (["--ignore", "R,V123"], 0, False),
    ],
)
def test_select_ignore_and_fail_on(
    options: list[str], code: int, shown: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "shop.xlsx"
    call = {"customer": "Nobody", "started_at": serial("2026-11-02"), "channel": "Phone"}
    book.write_bytes(type_rows(shop(), "Interactions", [call]))
    assert run(["validate", str(book), *DAY, *options]) == code
    assert ("R101" in capsys.readouterr().out) is shown


def test_a_code_that_does_not_exist_is_named_with_the_nearest(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(book), "--ignore", "unknown-custmer"]) == 2
    assert "Did you mean unknown-customer?" in capsys.readouterr().err


def test_a_report_goes_to_a_file_when_asked(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "report.json"
    run(["validate", str(book), *DAY, "--format", "json", "--output", str(place)])
    assert json.loads(place.read_text(encoding="utf-8"))["files"][0]["path"] == str(book)
    assert "report.json" in capsys.readouterr().out


SHEETS = (
    "Home",
    "Follow-ups",
    "Summary",
    "Segments",
    "Rules",
    "Settings",
    "Lists",
    "Problems",
    "Guide",
    "State",
    "Choices",
)


@pytest.mark.parametrize("sheets", [(name,) for name in SHEETS] + [("State", "Settings"), ("Problems", "State")])
@pytest.mark.parametrize("refreshed_before", [True, False])
def test_whatever_sheet_is_deleted_the_second_refresh_writes_nothing(
    sheets: tuple[str, ...], refreshed_before: bool
) -> None:
    host = MemoryHost(shop())
    if refreshed_before:
        refresh(host, TODAY, now=datetime(2026, 11, 18, 8, 0))
    data = host.data
    for sheet in sheets:
        data = without_sheet(data, sheet)
    host = MemoryHost(data)
    first = refresh(host, TODAY, now=datetime(2026, 11, 18, 9, 0))
    found = {one.code for one in first.findings} & {"W101", "W116", "W117"}
    assert bool(found) == (sheets != ("Guide",))
    again = refresh(host, TODAY, now=datetime(2026, 11, 18, 10, 0))
    assert not again.changed and again.findings == first.findings


LONG, PAIRS = "x" * 32_767, "\N{GRINNING FACE}" * 16_383  # as long as a cell may be
RULE = {"dimension": "club", "condition": "otherwise", "cadence_days": 1.0}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("Customers", {"last_name": "Lee", "industry": LONG}),
        ("Customers", {"last_name": "Lee", "industry": PAIRS}),
        ("Customers", {"last_name": LONG, "first_name": LONG}),
        ("Customers", {"last_name": "Lee", "customer_id": LONG, "next_followup": 46300.0}),
        ("Rules", {**RULE, "tag": LONG}),
        ("Lists", {"list": "tag_stage", "code": "prospect", "label": LONG}),
    ],
)
def test_texts_as_long_as_a_cell_may_be_never_stop_a_refresh(table: str, row: dict[str, float | str]) -> None:
    host = MemoryHost(type_rows(shop(), table, [row]))
    assert refresh(host, TODAY, now=datetime(2026, 11, 18, 8, 0)).changed
    assert not refresh(host, TODAY, now=datetime(2026, 11, 18, 9, 0)).changed
    texts = [text for name in ("tags", "tag_why", "followup_why") for text in read(host, TODAY).text("Customers", name)]
    assert all(len(text.encode("utf-16-le")) <= 2 * 32_767 for text in texts)
