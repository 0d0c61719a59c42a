"""``tracker log``: who ran what, whether the log is whole, and which cells staff changed since, on real files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from books import column_of, drawn, header, new_book, refreshed, table_of, type_rows, write
from undoing import COMPANY, DAY
from world import world

from tracker.cli.run import run
from tracker.commands.history import history
from tracker.commands.log import log
from tracker.commands.refresh import refresh_file
from tracker.commands.restore import restore_file
from tracker.commands.undo import undo_file
from tracker.engine.read import read
from tracker.engine.staff_rows import StaffRows
from tracker.hosts import ClosedFile, MemoryHost
from tracker.ooxml import Cells, ColumnWrite, Workbook
from tracker.ooxml.change import patch

TODAY = date(2026, 11, 18)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A company refreshed once, with a customer typed that morning who got an ID."""
    path = tmp_path / "shop.xlsx"
    data = drawn(world(COMPANY), new_book())
    path.write_bytes(type_rows(data, "Customers", [{"last_name": "Novak", "email": "n@b.example"}]))
    refresh_file(path, TODAY, TODAY)
    return path


def typed(path: Path, table: str, key: str, column: str, value: float | str | None) -> None:
    """Staff type into a cell of a real file."""
    data, snapshot = path.read_bytes(), read(ClosedFile(path), TODAY)
    keys = StaffRows(snapshot, table).keys
    row, found = int(snapshot.frames[table].rows[keys.index(key)]), table_of(data, table)
    path.write_bytes(write(data, [(found.sheet, row, column_of(found, header(table, column)), value)]))


def reversed_rows(path: Path, table: str) -> None:
    """Staff sort a table the other way round."""
    data, host = path.read_bytes(), MemoryHost(path.read_bytes())
    found, sheet = table_of(data, table), host.sheet(table_of(data, table).sheet)
    rows = read(host, TODAY).frames[table].rows
    writes = []
    for number in range(found.ref.first_column, found.ref.last_column + 1):
        cells = sheet.column(number, int(rows[0]), int(rows[-1])).take(rows - rows[0])
        values = Cells(cells.kinds, cells.numbers, cells.texts)
        writes.append(ColumnWrite(found.sheet, number, rows, values.take(slice(None, None, -1))))
    path.write_bytes(patch(Workbook(data), writes, [], []).data)


def since(path: Path) -> set[tuple[str, str, str, tuple[str, ...]]]:
    """What is told of the time after the last run."""
    found = log(path, TODAY).since
    assert found is not None and not found.unknown
    return {(one.table, one.column, one.what, one.rows) for one in found.differences}


def test_right_after_a_run_staff_changed_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["log", str(book)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1  ") and "refresh" in said and " cells  " in said
    assert "The log is whole: 1 run." in said and "Staff typed nothing since run 1." in said
    assert since(book) == set()


def test_a_saved_workbook_in_which_nothing_was_typed_shows_nothing(book: Path) -> None:
    """Other bytes, the same cells: as after saving it in a spreadsheet program."""
    typed(book, "Customers", "C1", "last_name", "Marshal")
    typed(book, "Customers", "C1", "last_name", "Marsh")
    assert since(book) == set()


def test_sorting_shows_nothing(book: Path) -> None:
    for table in ("Customers", "Interactions"):
        reversed_rows(book, table)
    assert since(book) == set()


def test_what_staff_typed_is_told_by_column_and_row(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(book, "Customers", "C1", "phone", "+12125550042")
    typed(book, "Customers", "C3", "phone", None)
    typed(book, "FollowUps", "agreed:C2", "result", "Zebra")
    reversed_rows(book, "Customers")
    book.write_bytes(type_rows(book.read_bytes(), "Interactions", [{"customer": "C1", "started_at": DAY}]))
    assert since(book) == {
        ("Customers", "phone", "changed", ("C1", "C3")),
        ("Interactions", "", "added", ("",)),
        ("FollowUps", "result", "changed", ("agreed:C2",)),
    }
    assert run(["log", str(book)]) == 0
    said = capsys.readouterr().out
    assert "Customers.phone" in said and "2 cells" in said and "C1, C3" in said
    assert "Zebra" not in said and "+12125550042" not in said


def test_a_row_that_got_its_id_in_the_run_and_was_edited_since_is_the_same_row(book: Path) -> None:
    snapshot = read(ClosedFile(book), TODAY)
    key = str(snapshot.text("Customers", "customer_id")[-1])
    assert key not in ("C1", "C2", "C3")
    typed(book, "Customers", key, "notes", "Called twice")
    assert since(book) == {("Customers", "notes", "changed", (key,))}


@pytest.mark.parametrize("value", [DAY - 400, "soon"])
def test_a_day_that_the_run_filled_in_and_staff_typed_over_is_told(book: Path, value: float | str) -> None:
    typed(book, "Customers", "C1", "created_on", value)
    assert since(book) == {("Customers", "created_on", "changed", ("C1",))}


def test_what_the_run_itself_wrote_is_not_staff_s(book: Path) -> None:
    typed(book, "FollowUps", "agreed:C2", "done_on", DAY)
    typed(book, "FollowUps", "agreed:C2", "result", "Spoke")
    typed(book, "FollowUps", "agreed:C2", "next_date", DAY + 5)
    refresh_file(book, TODAY, TODAY)
    typed(book, "Customers", "C1", "phone", "+12125550042")
    assert since(book) == {("Customers", "phone", "changed", ("C1",))}
    undo_file(book, TODAY, pin=TODAY)
    assert since(book) == set()
    typed(book, "Customers", "C1", "phone", "+12125550043")
    assert since(book) == {("Customers", "phone", "changed", ("C1",))}
    restore_file(book, TODAY, "1")
    typed(book, "Customers", "C1", "phone", "+12125550044")
    assert since(book) == {("Customers", "phone", "changed", ("C1",))}


def test_rows_that_went(book: Path) -> None:
    spec = read(ClosedFile(book), TODAY).schema["Interactions"]
    for column in (*(one.key for one in spec.columns if not one.is_tool and one.key != spec.key), spec.key):
        typed(book, "Interactions", "I2", column, None)
    assert since(book) == {("Interactions", "", "removed", ("I2",))}


def test_log_as_json(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(book, "Customers", "C1", "phone", "+12125550042")
    assert run(["log", str(book), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["whole"] and [one["command"] for one in found["runs"]] == ["refresh"]
    assert found["since"]["differences"][0]["rows"] == ["C1"]
    assert "+12125550042" not in json.dumps(found)


@pytest.mark.parametrize("what", ["gone", "no copy", "not ours"])
def test_what_cannot_be_told_is_said(what: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(book, "Customers", "C1", "phone", "+12125550042")
    if what == "no copy":
        for version in history(book).versions:
            version.copy.path.unlink()
    elif what == "gone":
        book.unlink()
    else:
        book.write_bytes(b"PK no workbook")
    assert run(["log", str(book)]) == 0
    assert "cannot be told" in capsys.readouterr().out


def test_no_log_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.xlsx"
    path.write_bytes(new_book())
    assert run(["log", str(path)]) == 0 and "no run of tracker" in capsys.readouterr().out
    assert not (tmp_path / ".tracker").exists()


def test_no_new_log_where_nothing_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["log", str(tmp_path / "none.xlsx"), "--renew"]) == 3
    assert "no copies of it are kept" in capsys.readouterr().err and not list(tmp_path.iterdir())


TAMPERED = {
    "a letter": lambda lines: [lines[0].replace(b"refresh", b"refrash", 1), *lines[1:]],
    "a line gone": lambda lines: lines[1:],
    "the tail cut": lambda lines: lines[:-1],
    "a line twice": lambda lines: [*lines, lines[-1]],
    "swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_log_that_somebody_changed(how: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(2):
        typed(book, "Customers", "C1", "phone", f"+1212555004{n}")
        refresh_file(book, TODAY, TODAY)
    journal = history(book).folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(TAMPERED[how](lines)))
    typed(book, "Customers", "C1", "phone", "+12125550049")
    before = book.read_bytes()
    assert run(["log", str(book)]) == 3
    said = capsys.readouterr().out
    assert "broken at line" in said and f"tracker log {book} --renew" in said
    for command in (["refresh", str(book)], ["undo", str(book)], ["restore", str(book)]):
        assert run(command) == 5
        assert "--renew" in capsys.readouterr().err
        assert book.read_bytes() == before
    assert run(["backup", "verify", str(book)]) == 3
    capsys.readouterr()
    assert run(["log", str(book), "--renew"]) == 0
    kept = capsys.readouterr().out
    assert "The old one is kept as journal-" in kept
    assert run(["log", str(book)]) == 0
    assert run(["refresh", str(book), "--today", "2026-11-18"]) == 0
    assert history(book).chain.ok and len(history(book).versions) == 4


def test_the_log_of_a_workbook_goes_with_it(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "renamed.xlsx"
    book.rename(other)
    assert [entry.command for entry in log(other, TODAY).runs] == ["refresh"]
    assert refreshed(other.read_bytes(), TODAY, TODAY)[1].cells == 0


def test_a_run_is_one_line_until_its_columns_are_asked_for(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(book, "FollowUps", "agreed:C2", "done_on", DAY)
    refresh_file(book, TODAY, TODAY)
    undo_file(book, TODAY, pin=TODAY)
    assert run(["log", str(book)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["1", "2", "3"]
    assert lines[2].split()[3:5] == ["undo", "2"] and lines[3].startswith("The log is whole: 3 runs")
    assert run(["log", str(book), "--columns"]) == 0
    more = capsys.readouterr().out.splitlines()
    assert len(more) > len(lines) + 3 and any(line.startswith("     Customers: ") for line in more)


@pytest.mark.parametrize("command", [["log"], ["history"], ["backup", "list"], ["log", "--renew"]])
def test_a_file_that_is_not_there_and_left_nothing_is_told_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    book = tmp_path / "none.xlsx"
    assert run([*command, str(book)]) == 3
    said = capsys.readouterr()
    assert not said.out and not list(tmp_path.iterdir())
    assert said.err == (
        f"tracker: {book}: it does not exist, and no copies of it are kept here. "
        "Check the name, or give --backups FOLDER.\n"
    )
