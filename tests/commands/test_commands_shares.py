"""Which files of a share are checked, by their names alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from books import new_book, type_rows

from tracker.cli.run import run
from tracker.commands.shares import Wanted, workbooks
from tracker.commands.validate import validate
from tracker.errors import Exit, UnreadableError

DAY = date(2026, 11, 18)
TODAY = ["--today", "2026-11-18"]
NAMES = (
    "shop.xlsx",
    "Macro.XLSM",
    "old_shop.xlsx",
    "notes.txt",
    "ledger.xls",
    "ledger.XLSB",
    "~$shop.xlsx",
    ".~lock.ledger.ods",
    "Branch/shop.xlsx",
    "Branch/Old/shop.xlsx",
    "Branch/Old/plan.ods",
    "Branch/Old/plan.numbers",
    ".tracker/shop/copy.xlsx",
)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    for name in NAMES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"never opened")
    return tmp_path


def found(share: Path, wanted: Wanted, other: bool = False) -> list[str]:
    return [one.path.relative_to(share).as_posix() for one in workbooks(share, wanted) if one.other_kind is other]


def test_all_workbooks_below_a_folder_and_those_of_other_kinds_apart(share: Path) -> None:
    assert found(share, Wanted()) == [
        "Macro.XLSM",
        "old_shop.xlsx",
        "shop.xlsx",
        "Branch/shop.xlsx",
        "Branch/Old/shop.xlsx",
    ]
    assert found(share, Wanted(), other=True) == [
        "ledger.XLSB",
        "ledger.xls",
        "Branch/Old/plan.numbers",
        "Branch/Old/plan.ods",
    ]


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        (["old_*"], [], ["old_shop.xlsx"]),
        (["branch"], [], ["Branch/shop.xlsx", "Branch/Old/shop.xlsx"]),
        (["Branch/*.xlsx"], [], ["Branch/shop.xlsx", "Branch/Old/shop.xlsx"]),
        (["./Branch/Old/"], [], ["Branch/Old/shop.xlsx"]),
        (["**/Old/*"], [], ["Branch/Old/shop.xlsx"]),
        (["**/Branch/*"], ["Old"], ["Branch/shop.xlsx"]),
        (["*.xlsm", "old_*"], [], ["Macro.XLSM", "old_shop.xlsx"]),
        ([], ["OLD", "old_*", "*.xlsm"], ["shop.xlsx", "Branch/shop.xlsx"]),
        ([], ["*/shop.xlsx"], ["Macro.XLSM", "old_shop.xlsx", "shop.xlsx"]),
        (["shop.xlsx"], ["Branch/*"], ["shop.xlsx"]),
        (["none"], [], []),
    ],
)
def test_globs_are_names_or_paths_below_the_folder(
    include: list[str], exclude: list[str], left: list[str], share: Path
) -> None:
    assert found(share, Wanted(tuple(include), tuple(exclude))) == left


def test_the_names_above_the_folder_count_for_nothing(share: Path) -> None:
    assert found(share, Wanted(exclude=(share.name,))) == found(share, Wanted())


def test_a_file_that_is_named_is_meant_whatever_the_globs_say(share: Path) -> None:
    [one] = workbooks(share / "old_shop.xlsx", Wanted(("x",), ("old_*",)))
    assert (one.path, one.of_folder, one.other_kind) == (share / "old_shop.xlsx", False, False)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("~$shop.xlsx", "the mark that Excel leaves while somebody has shop.xlsx open."),
        (".~lock.shop.xlsx#", "the mark that LibreOffice leaves while somebody has shop.xlsx open."),
    ],
)
def test_the_mark_that_a_workbook_is_open_is_told_from_a_broken_one(share: Path, name: str, says: str) -> None:
    (share / name).write_bytes(b"\x03Ann")
    [one] = validate([share / name], date(2026, 11, 18)).report.files
    assert (one.exit, one.error) == (3, f"{says} Name {share / 'shop.xlsx'} instead.")


def test_a_workbook_may_begin_with_a_tilde(share: Path) -> None:
    assert [one.error for one in workbooks(share / "~shop.xlsx")] == [None]


def test_an_excluded_folder_is_not_even_looked_into(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    seen: list[str] = []
    honest = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (seen.append(Path(path).name), honest(path))[1])
    list(workbooks(share, Wanted(exclude=("Branch",))))
    assert seen == [share.name]
    assert not Wanted(exclude=("Branch",)).takes(PurePosixPath("Branch/deep/down/a.xlsx"))


def test_only_other_kinds_are_nothing_checked_and_counted(tmp_path: Path) -> None:
    for name in ("a.xls", "b.ods"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(UnreadableError, match=r"no workbook to check \(2 of other kinds\)\. Name a file"):
        validate([tmp_path], DAY)


@pytest.fixture
def branches(tmp_path: Path) -> Path:
    bad = type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "no address", "owner": "Bo"}])
    for name, data in {"a.xlsx": new_book(), "b.xlsx": bad, "c.xlsx": b"PK broken", "d.ods": b"", "e.xls": b""}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_share_is_a_table_its_findings_and_totals(branches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(branches), *TODAY]) == Exit.UNREADABLE
    said = capsys.readouterr().out
    table, _, rest = said.partition("\n\n")
    assert [Path(line.split("  ")[0]).name for line in table.split("\n")[1:]] == ["file", "c.xlsx", "b.xlsx", "a.xlsx"]
    assert "error V104 not-an-email" in rest
    assert said.endswith(" 2 files of other kinds (.xls, .xlsb, .ods, .numbers) were not checked.\n")


def test_quiet_is_the_summary_alone_and_json_is_always_whole(
    branches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", str(branches), "--quiet", "--exclude", "c.*", *TODAY]) == Exit.FINDINGS
    said = capsys.readouterr().out
    assert "V104" not in said and "c.xlsx" not in said
    assert len(said.splitlines()) == 6
    documents = []
    for more in ([], ["--quiet"]):
        run(["validate", str(branches), "--format", "json", *more, *TODAY])
        documents.append(json.loads(capsys.readouterr().out))
    assert documents[0] == documents[1]
    assert documents[0]["other_kinds"] == 2 and len(documents[0]["files"]) == 3


@pytest.mark.parametrize("option", ["--include", "--exclude", "--select", "--extend-select", "--ignore"])
def test_an_empty_word_is_a_slip(option: str, branches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for empty in ("", " ", " , "):
        assert run(["validate", str(branches), option, empty]) == Exit.USAGE
        assert "the name is empty" in capsys.readouterr().err


def test_globs_that_leave_nothing_are_said_and_not_that_there_is_no_workbook(
    branches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = sum(not one.other_kind for one in workbooks(branches))
    assert run(["validate", str(branches), "--include", "nowhere*"]) == Exit.UNREADABLE
    said = capsys.readouterr().err
    assert f"--include nowhere*: none of the {count} workbooks below it is meant." in said


def test_an_exclude_that_means_nothing_is_said_with_the_nearest_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Archive", "north"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "book.xlsx").write_bytes(new_book())
    (tmp_path / "own.xlsx").write_bytes(new_book())
    run(["validate", str(tmp_path), "--exclude", "Archiv"])
    assert "--exclude Archiv leaves nothing out. Did you mean Archive?" in capsys.readouterr().err
    run(["validate", str(tmp_path), "--format", "json", "--exclude", "Archive, north"])
    said = capsys.readouterr()
    assert [Path(one["path"]).name for one in json.loads(said.out)["files"]] == ["own.xlsx"]
    assert "leaves nothing out" not in said.err
