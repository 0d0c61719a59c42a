"""An import into a real file by the command: what is said, the exit code, and that new rows look like their table."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path

import pytest
from books import new_book, parts, table_of, type_rows
from openpyxl import load_workbook

from tracker.cli.run import run

DAY = ["--today", "2026-11-18"]
MAP = 'into="Purchases"\n[columns]\nwho="customer"\nday="purchased_at"\nwhat="item"\nsum="amount"\n'
GOOD = ["C1,2026-11-02,Oak,12.5", "c1,2026-11-03,Ash,7", "m@x.example,2026-11-04,Elm,1"]
BAD = ["Nobody,2026-11-05,Oak,3", "C1,soon,Oak,3"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with one customer and one purchase, not yet refreshed."""
    data = type_rows(new_book(), "Customers", [{"customer_id": "C1", "last_name": "Marsh", "email": "m@x.example"}])
    bought = {"customer": "C1", "purchased_at": 46300.0, "item": "Fir", "amount": 5.0}
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(data, "Purchases", [bought]))
    return path


def brought(book: Path, lines: list[str], *options: str) -> int:
    """The exit code of an import of these lines."""
    source, how = book.with_name("sales.csv"), book.with_name("sales.toml")
    source.write_text("\n".join(["who,day,what,sum", *lines]), encoding="utf-8")
    how.write_text(MAP, encoding="utf-8")
    return run(["import", str(book), str(source), "--map", str(how), *DAY, *options])


def test_good_rows_go_in_bad_rows_go_to_a_file_and_the_counts_are_said(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert brought(book, GOOD + BAD) == 1
    said = capsys.readouterr().out
    assert "3 added" in said and "2 rejected" in said and "sales.Purchases.rejects.csv" in said
    with book.with_name("sales.Purchases.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["who", "day", "what", "sum", "reject_reason"]
    assert [",".join(row[:4]) for row in rows] == BAD and all(row[4] for row in rows)
    assert brought(book, GOOD) == 0, "nothing was rejected"


def test_new_rows_have_the_formats_the_formulas_and_the_dropdowns_of_their_table(book: Path) -> None:
    before = table_of(book.read_bytes(), "Purchases").ref
    brought(book, GOOD)
    data = book.read_bytes()
    after = table_of(data, "Purchases").ref
    assert (after.first_row, after.last_row) == (before.first_row, before.last_row + len(GOOD))
    sheet = load_workbook(io.BytesIO(data))["Purchases"]
    rules = [rule.sqref for rule in sheet.data_validations.dataValidation]
    for pattern, new in zip(sheet[before.last_row], sheet[after.last_row], strict=True):
        assert new._style == pattern._style, new.coordinate
        assert str(new.value).startswith("=") is str(pattern.value).startswith("="), new.coordinate
        assert [new.coordinate in area for area in rules] == [pattern.coordinate in area for area in rules]
    assert sum(str(cell.value).startswith("=") for cell in sheet[after.last_row]) == 2, "name and net amount"


def test_rejects_that_somebody_mends_are_not_written_over(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = (book.with_name(f"sales.Purchases.rejects{number}.csv") for number in ("", "-2", "-3"))
    assert brought(book, BAD) == 1
    assert brought(book, BAD) == 1
    assert first.exists() and not second.exists(), "the same rejects again are the same file"
    first.write_bytes(first.read_bytes() + b"mended\n")
    mended = first.read_bytes()
    assert brought(book, BAD) == 1
    assert first.read_bytes() == mended and second.exists() and not third.exists()
    capsys.readouterr()
    assert run(["import", str(book), str(second), "--map", str(book.with_name("sales.toml")), *DAY]) == 1
    assert "sales.Purchases.rejects" in capsys.readouterr().out
    assert not list(book.parent.glob("*rejects*rejects*"))


def test_a_dry_run_writes_neither_the_workbook_nor_the_rejects(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = book.read_bytes()
    brought(book, GOOD + BAD, "--dry-run")
    assert "3 added" in capsys.readouterr().out
    assert book.read_bytes() == data
    assert sorted(path.name for path in book.parent.iterdir()) == ["sales.csv", "sales.toml", "shop.xlsx"]


@pytest.mark.parametrize("place", ["shop.xlsx", "sales.csv", "sales.toml", "copy.xlsx", "notes.txt", "link.csv"])
def test_rejects_take_the_place_of_nothing_else(book: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    notes = book.with_name("notes.txt")
    notes.write_text("what somebody wrote down")
    book.with_name("link.csv").symlink_to(notes)
    before = book.read_bytes()
    output = ["--output", str(book.with_name("copy.xlsx"))] if place == "copy.xlsx" else []
    assert brought(book, GOOD + BAD, "--rejects", str(book.with_name(place)), *output) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Name another" in said
    assert book.read_bytes() == before and not book.with_name("copy.xlsx").exists()
    assert notes.read_text() == "what somebody wrote down" and book.with_name("sales.csv").read_text().startswith("who")


def test_rejects_take_the_place_of_earlier_ones_and_are_for_whom_the_workbook_is(book: Path) -> None:
    place = book.with_name("again.csv")
    book.chmod(0o600)
    assert brought(book, BAD, "--rejects", str(place)) == 1
    first = place.read_bytes()
    assert brought(book, BAD[:1], "--rejects", str(place)) == 1
    assert place.read_bytes() != first and place.read_bytes().count(b"Nobody,2026") == 1
    assert os.name != "posix" or stat.S_IMODE(place.stat().st_mode) == 0o600


def test_only_parts_with_new_cells_change(book: Path) -> None:
    old = parts(book.read_bytes())
    brought(book, GOOD)
    new = parts(book.read_bytes())
    assert set(new) == set(old)
    changed = {name for name in old if old[name] != new[name]}
    assert {name.rpartition("/")[0] for name in changed} == {"xl/worksheets", "xl/tables"}
