"""``history``, ``restore`` and ``backup verify``: the copies kept of a workbook, on real files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from datetime import date
from pathlib import Path

import pytest
from books import column_of, header, new_book, table_of, type_rows, write

from tracker.cli.run import run
from tracker.commands.history import history
from tracker.commands.new import new
from tracker.commands.refresh import refresh_file
from tracker.commands.restore import restore_file
from tracker.keeper import copies

TODAY = date(2026, 11, 18)
CANARY = "Quetzalcoatl"


def renamed(path: Path, name: str) -> None:
    """Staff give the first customer another name."""
    data = path.read_bytes()
    table = table_of(data, "Customers")
    path.write_bytes(write(data, [(table.sheet, 2, column_of(table, header("Customers", "last_name")), name)]))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook that three runs wrote."""
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(new_book(), "Customers", [{"last_name": CANARY, "email": "a@b.example"}]))
    for name in ("Marsh", "Silva", CANARY):
        refresh_file(path, TODAY, TODAY)
        renamed(path, name)
    refresh_file(path, TODAY, TODAY)
    return path


def digests(path: Path) -> list[str]:
    """The hashes of the versions, newest first."""
    return [hashlib.sha256(one.copy.path.read_bytes()).hexdigest() for one in history(path).versions]


def test_history_lists_the_copies_newest_first(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["history", str(book)]) == 0
    lines = capsys.readouterr().out.splitlines()
    count = len(copies(history(book).folder))
    assert count >= 2 and len(lines) == count + 2
    assert [line.split()[0] for line in lines[1:-1]] == [str(n) for n in range(count, 0, -1)]
    assert "refresh" in lines[1] and "Customers" in lines[1] and CANARY not in "".join(lines)
    assert lines[-1].startswith("To go back to one of them: tracker restore ")


def test_history_as_json(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", "list", str(book), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in found] == list(range(len(found), 0, -1))
    assert all(Path(one["copy"]).stat().st_size == one["size"] for one in found)
    assert found[0]["command"] == "refresh" and found[0]["counts"]


def test_a_workbook_without_copies_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.xlsx"
    path.write_bytes(new_book())
    assert run(["history", str(path)]) == 0 and "no copies" in capsys.readouterr().out
    for command in (["restore", str(path)], ["backup", "verify", str(path)]):
        assert run(command) == 3
        assert "no copies of it are kept" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["new.xlsx"], "nothing was made where nothing is kept"


def test_restoring_twenty_times_gives_each_version_byte_for_byte(book: Path) -> None:
    for n in range(20):
        versions = history(book).versions
        chosen = versions[(7 * n + 1) % len(versions)]
        wanted, before = chosen.copy.path.read_bytes(), book.read_bytes()
        done = restore_file(book, TODAY, chosen.name)
        assert book.read_bytes() == wanted
        assert done.changed == (before != wanted)
        if done.changed:
            assert Path(done.backup).read_bytes() == before
    assert history(book).chain.ok


@pytest.mark.parametrize("how", ["number", "name", "hash", "newest"])
def test_a_version_is_named_in_four_ways(how: str, book: Path) -> None:
    versions = history(book).versions
    one = versions[0] if how == "newest" else versions[1]
    wanted = one.copy.path.read_bytes()
    text = {"number": str(one.number), "name": one.copy.path.name, "hash": one.copy.digest[:10], "newest": ""}[how]
    restore_file(book, TODAY, text)
    assert book.read_bytes() == wanted


@pytest.mark.parametrize("version", ["99", "abcdef012345", "shop-2020.xlsx", "../../etc/passwd", "é"])
def test_a_version_that_is_none(version: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert run(["restore", str(book), version]) == 2
    assert f"tracker history {book}." in capsys.readouterr().err and book.read_bytes() == before


def test_a_restore_is_a_write_like_any_other(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert run(["restore", str(book), "1"]) == 0
    assert "tracker restore" in capsys.readouterr().out
    newest = history(book).versions[0]
    assert newest.copy.path.read_bytes() == before and newest.entry is not None
    assert newest.entry.command == "restore 1"
    assert run(["restore", str(book)]) == 0
    assert book.read_bytes() == before, "a restore can be taken back"
    assert run(["undo", str(book)]) == 2
    assert "tracker restore" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "another workbook"])
def test_a_workbook_that_is_gone_or_damaged_is_restored(damage: str, book: Path) -> None:
    newest = history(book).versions[0].copy.path.read_bytes()
    if damage == "gone":
        book.unlink()
    else:
        book.write_bytes({"empty": b"", "cut": newest[:5000], "another workbook": new_book(workbook_id="")}[damage])
    assert run(["restore", str(book)]) == 0
    assert book.read_bytes() == newest


def test_the_right_history_is_found_by_name_among_others(book: Path) -> None:
    other = book.with_name("other.xlsx")
    other.write_bytes(book.read_bytes())
    renamed(other, "Okafor")
    refresh_file(other, TODAY, TODAY)  # the same workbook_id: the history is shared
    assert history(other).versions[0].copy.stem == "other"
    book.unlink()
    assert history(book).versions


def test_a_copy_made_beside_it_is_another_workbook_though_the_history_is_shared(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = history(book).versions[0].copy.path.read_bytes()
    other = book.with_name("next year.xlsx")
    other.write_bytes(book.read_bytes())
    for command in ("restore", "undo"):
        assert run([command, str(other)]) == 2, "no run has written it"
    renamed(other, "Okafor")
    refresh_file(other, TODAY, TODAY)
    run_of_other = history(other).versions[0].number
    assert run(["undo", str(book), str(run_of_other)]) == 2 and "next year.xlsx" in capsys.readouterr().err
    run(["undo", str(book)])
    assert f"run {run_of_other} " not in capsys.readouterr().out
    assert run(["history", str(book)]) == 0
    assert [line.count("next year.xlsx") for line in capsys.readouterr().out.splitlines()[1:-1]][:2] == [1, 0]
    assert run(["restore", str(book)]) == 0
    assert book.read_bytes() == newest


def test_after_a_new_log_there_is_nothing_to_undo_yet(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["log", str(book), "--renew"]) == 0
    assert run(["undo", str(book)]) == 2
    assert "nothing to undo" in capsys.readouterr().err


def test_a_workbook_is_not_taken_for_a_namesake_in_a_folder_for_many(book: Path, tmp_path: Path) -> None:
    (book.parent / ".tracker").rename(tmp_path / "kept")
    branch = tmp_path / "branch" / book.name
    branch.parent.mkdir()
    new(branch)
    before = branch.read_bytes()
    assert run(["restore", str(branch), "--backups", str(tmp_path / "kept")]) == 3
    assert branch.read_bytes() == before


def test_of_namesakes_in_a_folder_for_many_the_one_of_the_place_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "tracker.toml").write_text('[keep]\nfolder = "kept"\n', encoding="utf-8")
    before = {}
    for branch in ("north", "south"):
        path = tmp_path / branch / "shop.xlsx"
        path.parent.mkdir()
        new(path)
        before[path] = path.read_bytes()
        refresh_file(path, TODAY, TODAY)
        path.unlink()
    for path, data in before.items():
        assert run(["restore", str(path)]) == 0 and path.read_bytes() == data
    (tmp_path / "west").mkdir()
    capsys.readouterr()
    assert run(["restore", str(tmp_path / "west" / "shop.xlsx")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "2 workbooks of this name" in said
    assert list((tmp_path / "west").iterdir()) == []


def test_restore_elsewhere_and_dry_run_leave_the_workbook_alone(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, wanted = book.read_bytes(), history(book).versions[-1].copy.path.read_bytes()
    kept = digests(book)
    assert run(["restore", str(book), "1", "--output", str(tmp_path / "old.xlsx")]) == 0
    assert (tmp_path / "old.xlsx").read_bytes() == wanted
    capsys.readouterr()
    assert run(["restore", str(book), "1", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "cells would change" in said and "more cells" in said
    assert book.read_bytes() == before and digests(book) == kept


def test_an_output_that_is_the_workbook_itself_is_a_restore_like_any_other(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted, before = history(book).versions[-1].copy.path.read_bytes(), book.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(book)
    assert run(["restore", str(book), "1", "--output", str(tmp_path / "link.xlsx")]) == 0
    assert book.read_bytes() == wanted
    newest = history(book).versions[0]
    assert newest.copy.path.read_bytes() == before and newest.entry is not None
    assert newest.entry.command == "restore 1" and "tracker restore" in capsys.readouterr().out
    assert run(["restore", str(book), "1", "--output", str(tmp_path / "old.csv")]) == 2


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize("command", ["restore", "restore --output", "refresh --output"])
def test_a_workbook_that_comes_anew_is_no_more_open_than_the_old_one(book: Path, command: str) -> None:
    book.chmod(0o600)
    refresh_file(book, date(2026, 12, 24), date(2026, 12, 24))
    name, *output = command.split()
    made = book.with_name("made.xlsx") if output else book
    if name == "restore":
        book.unlink()
    assert run([name, str(book), *(output and [*output, str(made)])]) == 0
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_damaged_copy_is_not_restored(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newest, before = history(book).versions[0].copy.path, book.read_bytes()
    newest.write_bytes(newest.read_bytes()[:-1] + b"x")
    assert run(["restore", str(book)]) == 6
    assert "damaged" in capsys.readouterr().err and book.read_bytes() == before


def test_somebody_has_it_open(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    book.with_name(".~lock.shop.xlsx#").write_text(",anna,pc7,18.11.2026 09:00,file:///x;", encoding="utf-8")
    assert run(["restore", str(book), "1"]) == 4
    assert "anna" in capsys.readouterr().err and book.read_bytes() == before
    assert run(["undo", str(book)]) == 4


def test_verify_finds_a_flipped_bit_in_any_copy(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", "verify", str(book)]) == 0
    assert "copies verified" in capsys.readouterr().out
    for version in history(book).versions:
        path = version.copy.path
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert run(["backup", "verify", str(book)]) == 3
            said = capsys.readouterr().out.splitlines()
            assert said[0].startswith(f"{path.name}: damaged") and len(said) == 2
        path.write_bytes(whole)
    assert run(["backup", "verify", str(book)]) == 0


def test_a_copy_that_no_run_left_is_shown_as_such(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newest = history(book).versions[0].copy
    other = new_book()
    digest = hashlib.sha256(other).hexdigest()[:16]
    newest.path.with_name(newest.path.name.replace(newest.digest, digest)).write_bytes(other)
    newest.path.unlink()
    assert run(["history", str(book)]) == 0
    assert "not in the log" in capsys.readouterr().out
    assert run(["restore", str(book), digest[:8]]) == 0 and book.read_bytes() == other


def test_copies_stand_where_the_configuration_says(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    shutil.move(book.parent / ".tracker", folder)
    assert not history(book).versions
    (tmp_path / "tracker.toml").write_text('[keep]\nfolder = "elsewhere"\n', encoding="utf-8")
    newest = history(book).versions[0].copy.path.read_bytes()
    assert run(["restore", str(book)]) == 0 and book.read_bytes() == newest
    assert run(["history", str(book), "--backups", str(folder)]) == 0


def test_nothing_of_a_customer_is_in_log_or_names(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["restore", str(book), "1"], ["history", str(book)], ["log", str(book)], ["undo", str(book), "1"]):
        run(command)
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    kept = [one for one in (book.parent / ".tracker").rglob("*") if one.is_file()]
    assert kept and CANARY not in " ".join(map(str, kept))
    texts = [one.read_bytes() for one in kept if one.suffix != ".xlsx"]
    assert texts and not any(CANARY.encode() in text for text in texts)
