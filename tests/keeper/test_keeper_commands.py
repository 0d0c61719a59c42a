"""The commands that write, as to copies, log and lock: what they leave, what they leave alone, what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from books import WORKBOOK_ID, new_book, type_rows
from keeping import beside

from tracker.cli.run import run
from tracker.commands.history import history
from tracker.keeper import Verdict, copies, history_folder, read_chain, read_copy

DAY = ["--today", "2026-11-18"]
MAP = 'into = "Customers"\nkey = "email"\n[columns]\nName = "last_name"\nMail = "email"\n'


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "share" / "shop.xlsx"
    path.parent.mkdir()
    path.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "m@x.org", "owner": "Bo"}]))
    return path


@pytest.fixture
def rows(tmp_path: Path) -> list[str]:
    """The arguments of an import of two rows."""
    (tmp_path / "rows.csv").write_text("Name,Mail\nOttoline,o@x.org\nPalmer,p@x.org\n")
    (tmp_path / "map.toml").write_text(MAP)
    return [str(tmp_path / "rows.csv"), "--map", str(tmp_path / "map.toml")]


def state(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Everything in a folder, and when and as what it was last written, folders included."""
    found = {}
    for one in [folder, *folder.rglob("*")]:
        there = one.stat()
        data = one.read_bytes() if one.is_file() else b""
        found[str(one)] = (there.st_ino, there.st_mtime_ns, there.st_size, data)
    return found


def test_each_write_is_logged_with_counts_and_its_copy(book: Path, rows: list[str]) -> None:
    before = book.read_bytes()
    assert run(["refresh", str(book), *DAY]) == 0
    assert run(["import", str(book), *rows]) == 0
    assert run(["refresh", str(book), *DAY]) == 0
    history = history_folder(book, WORKBOOK_ID)
    chain = read_chain(history)
    assert chain.verdict is Verdict.WHOLE
    assert [entry.command for entry in chain.entries] == ["refresh", "import", "refresh"]
    first, second, _ = chain.entries
    assert first.counts["Customers.customer_id"] == 1 and first.counts["Customers.tags"] == 1
    assert second.counts["Customers.last_name"] == second.counts["Customers.email"] == 2
    assert read_copy(copies(history)[0]) == before
    assert b"Marsh" not in (history / "journal.jsonl").read_bytes()
    assert b"Ottoline" not in (history / "journal.jsonl").read_bytes()


def test_a_refresh_that_changes_nothing_writes_nothing(book: Path) -> None:
    run(["refresh", str(book), *DAY])
    before = state(book.parent)
    assert run(["refresh", str(book), *DAY]) == 0
    after = state(book.parent)
    folder = str(book.parent / ".tracker")  # the lock came and went in it
    assert {name for name in after if after[name] != before.get(name)} == {folder} and after.keys() == before.keys()


@pytest.mark.parametrize("command", ["refresh", "import"])
@pytest.mark.parametrize("times", [0, 1])
def test_a_dry_run_writes_nothing_and_holds_nothing(book: Path, rows: list[str], command: str, times: int) -> None:
    for _ in range(times):
        run(["refresh", str(book), *DAY])
    before = state(book.parent)
    assert run([command, str(book), *(rows if command == "import" else DAY), "--dry-run"]) == 0
    assert state(book.parent) == before


@pytest.mark.parametrize("command", ["refresh", "import"])
def test_an_output_leaves_the_book_and_all_about_it_alone(book: Path, rows: list[str], command: str) -> None:
    before, output = state(book.parent), book.parent.parent / "out.xlsx"
    assert run([command, str(book), *(rows if command == "import" else DAY), "--output", str(output)]) == 0
    assert state(book.parent) == before and output.read_bytes() != book.read_bytes()


@pytest.mark.parametrize("command", ["validate", "followups", "doctor"])
def test_reading_holds_nothing(book: Path, command: str) -> None:
    run(["refresh", str(book), *DAY])
    before = state(book.parent)
    run([command, str(book)])
    assert state(book.parent) == before


def test_a_refused_book_leaves_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.with_name("~$shop.xlsx").write_bytes(b"\x04Anna" + bytes(160))
    assert run(["refresh", str(book), *DAY]) == 4
    assert "shop.xlsx: it is open in Excel (Anna)." in capsys.readouterr().err
    assert beside(book) == ["~$shop.xlsx"] and not (book.parent / ".tracker").exists()


def test_a_broken_log_is_refused_with_what_to_do(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["refresh", str(book), *DAY])
    journal = history_folder(book, WORKBOOK_ID) / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"refresh"', b'"nothing"'))
    book.write_bytes(type_rows(book.read_bytes(), "Customers", [{"last_name": "New", "email": "n@x.org"}]))
    before = book.read_bytes()
    assert run(["refresh", str(book), *DAY]) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "its log is broken at line 1" in said and "--renew" in said
    assert book.read_bytes() == before


# Where copies go.


def test_copies_go_where_they_are_asked_for(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    assert run(["refresh", str(book), *DAY, "--backups", str(folder)]) == 0
    assert len(copies(folder / WORKBOOK_ID)) == 1 and beside(book) == []


@pytest.mark.parametrize("folder", ["kept", "../kept"])
def test_copies_go_where_the_configuration_says(book: Path, tmp_path: Path, folder: str) -> None:
    """From the folder of the file it stands in, which may be above that of the workbook."""
    place = book.parent if folder.startswith("..") else tmp_path
    (tmp_path / "kept").mkdir()
    (place / "tracker.toml").write_text(f'[keep]\nfolder = "{folder}"\n')
    assert run(["refresh", str(book), *DAY]) == 0
    assert len(copies(tmp_path / "kept" / WORKBOOK_ID)) == 1 and not (book.parent / ".tracker").exists()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('[keep]\nfolder = "nowhere"\n', "is not there. Make it first"),
        ("[keep]\nfolder = 3\n", "no name of a folder"),
        ("keep = 3\n", "keep is no section. Write [keep]"),
        ('[keep]\nfoldr = "kept"\n', "[keep] has no key 'foldr'. Did you mean folder?"),
        ('[kep]\nfolder = "kept"\n', "there is no section 'kep'. Did you mean [keep]?"),
        ('[keep]\nfolder = "a\\u0000b"\n', "no name of a folder"),
        ('[keep]\nfolder = "~nobody-here/kept"\n', "the home of nobody here"),
        ("[keep\n", "cannot be read as TOML"),
    ],
)
def test_a_configuration_that_cannot_be_followed_stops(
    book: Path, config: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (book.parent / "tracker.toml").write_text(config)
    before = book.read_bytes()
    assert run(["refresh", str(book), *DAY]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and book.read_bytes() == before


def test_copies_in_a_folder_of_their_own_are_not_checked_as_workbooks(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = book.with_name("kept")
    kept.mkdir()
    assert run(["refresh", str(book), *DAY, "--backups", str(kept)]) == 0
    assert [copy.name for copy in kept.rglob("*.xlsx")]
    capsys.readouterr()
    run(["validate", str(book.parent), *DAY])
    assert str(kept) not in capsys.readouterr().out


def test_a_demo_that_is_replaced_is_kept_where_the_configuration_says(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "tracker.toml").write_text('[keep]\nfolder = "kept"\n')
    demo = tmp_path / "customers-demo.xlsx"
    demo.write_bytes(new_book())
    before = demo.read_bytes()
    assert run(["demo", "--folder", str(tmp_path), *DAY]) == 0
    assert [one.copy.path.read_bytes() for one in history(demo).versions] == [before]
    assert not (tmp_path / ".tracker").exists()


def test_what_is_wrong_about_validating_stops_no_refresh(book: Path) -> None:
    (book.parent / "tracker.toml").write_text('[validate]\nselect = ["nothing-of-the-kind"]\n')
    assert run(["refresh", str(book), *DAY]) == 0 and (book.parent / ".tracker").is_dir()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_in_a_folder_that_takes_no_file_only_in_place_will_do(book: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    book.parent.chmod(0o500)
    try:
        assert run(["refresh", str(book), *DAY]) == 6
        assert run(["refresh", str(book), *DAY, "--in-place", "--backups", str(tmp_path / "kept")]) == 0
    finally:
        book.parent.chmod(0o700)


def test_in_place_without_a_folder_is_refused(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["refresh", str(book), *DAY, "--in-place"]) == 2
    assert "--backups FOLDER" in capsys.readouterr().err


def test_in_place_refreshes_the_same_file(book: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    before, number = book.read_bytes(), book.stat().st_ino
    assert run(["refresh", str(book), *DAY, "--in-place", "--backups", str(tmp_path / "kept")]) == 0
    assert book.stat().st_ino == number and book.read_bytes() != before
    assert run(["validate", str(book), "--fail-on", "error"]) in (0, 1)


# Waiting.


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--wait"], 0), (["--wait", "5"], 0), (["--wait=0.5"], 0), (["--wait", "soon"], 2)],
)
def test_how_waiting_is_asked_for(
    book: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["refresh", str(book), *DAY, *arguments]) == code
    if code:
        assert "no number of seconds" in capsys.readouterr().err


def test_the_book_taken_for_a_number_is_explained(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["refresh", "--wait", str(book), *DAY]) == 2
    assert "number of seconds" in capsys.readouterr().err


def test_old_copies_go_by_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(new_book(backup_keep="2 / 0d / 0m"))
    for number in range(5):
        path.write_bytes(type_rows(path.read_bytes(), "Customers", [{"last_name": f"N{number}", "owner": "Bo"}]))
        assert run(["refresh", str(path), *DAY]) == 0
    assert len(copies(history_folder(path, WORKBOOK_ID))) == 3, "the newest two, and the first"
