"""One file that breaks what reads it, among 200 good ones: the 200 are reported, the one is named, exit 3."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import wicked
import wicked_alone
from books import TODAY, new_book, type_rows, write

from tracker.cli.run import run
from tracker.commands.examine import WORK, answered, asked, examine, outcome
from tracker.commands.guarded import Guarded, Limits
from tracker.commands.validate import How, Question, validate
from tracker.errors import Exit, UnreadableError
from tracker.schema.findings import FINDINGS

GOOD, FEW = 200, 20
TIGHT = Limits(seconds=15.0, memory=1 << 30)  # a child imports with its first file, on a machine full of tests
QUESTION = Question(TODAY, None, frozenset(one.code for one in FINDINGS))
posix = pytest.mark.skipif(os.name != "posix", reason="limits of memory and of files are those of POSIX")

BREAKS = {  # name of the file → what is said of it
    "hangs": "took more than 15 seconds and was stopped",
    "eats": "takes more memory than one file may have",
    "dies": "broke the process that was checking it",
    "raises": "broke the process that was checking it",
}


@pytest.fixture(scope="module")
def good() -> bytes:
    return type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "not an address", "owner": "Bo"}])


@posix
@pytest.mark.parametrize(("jobs", "many"), [(1, FEW), (2, GOOD)])
def test_two_hundred_good_files_are_reported_beside_those_that_break_everything(
    jobs: int, many: int, good: bytes, tmp_path: Path
) -> None:
    for i in range(many):
        (tmp_path / f"{'abz'[i % 3]}{i:03}.xlsx").write_bytes(good)
    for name in BREAKS:
        (tmp_path / f"{name}.xlsx").write_bytes(good)
    found = validate([tmp_path], TODAY, ignore=["same-workbook"], how=How(jobs, TIGHT, work=wicked.NAME))
    reports = {Path(one.path).stem: one for one in found.report.files}
    assert len(reports) == many + len(BREAKS)
    for name, said in BREAKS.items():
        broken = reports.pop(name)
        assert broken.exit == Exit.UNREADABLE and said in (broken.error or "") and "\n" not in (broken.error or "")
    alone = examine(tmp_path / "a000.xlsx", QUESTION).report
    assert alone.findings, "the good files have something to report"
    for one in reports.values():
        assert (one.findings, one.rows, one.exit, one.error) == (alone.findings, alone.rows, Exit.CLEAN, None)
    assert found.exit_code() == Exit.UNREADABLE
    assert found.bugs == ()


@posix
@pytest.mark.parametrize("name", BREAKS)
def test_a_child_is_replaced_only_when_it_misbehaves(name: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{stem}.xlsx" for stem in ("a", "b", name, "c", "d")]
    with Guarded(wicked_alone.NAME, replace(TIGHT, seconds=2.0)) as guard:
        for path in paths:
            if path.stem == name:
                with pytest.raises(UnreadableError):
                    guard.ask(asked(path, QUESTION))
            else:
                assert guard.ask(asked(path, QUESTION)) == {"path": str(path)}
    assert guard.started == 2


def test_what_is_printed_in_a_child_is_no_answer(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "lies.xlsx").write_bytes(good)
    with Guarded(wicked.NAME) as guard:
        assert outcome(guard.ask(asked(tmp_path / "lies.xlsx", QUESTION))).report.findings


@posix
def test_a_child_cannot_write_a_file(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "writes.xlsx").write_bytes(good)
    with Guarded(wicked.NAME) as guard, pytest.raises(UnreadableError):
        guard.ask(asked(tmp_path / "writes.xlsx", QUESTION))
    made = tmp_path / "writes.made"
    assert not made.exists() or made.stat().st_size == 0


# The same with nothing but real files: a sheet of many cells is too much for limits that are tight enough.


@pytest.fixture(scope="module")
def large(good: bytes) -> bytes:
    rows = np.arange(3, 60_003)
    return write(good, [("Customers", int(row), column, f"text {row}") for row in rows for column in (2, 3)])


@posix
@pytest.mark.parametrize(
    ("limits", "said"),
    [(Limits(seconds=0.02), "was stopped"), (Limits(memory=24 << 20), "more memory")],
    ids=["seconds", "memory"],
)
def test_a_real_file_beyond_the_limits_is_stopped(limits: Limits, said: str, large: bytes, tmp_path: Path) -> None:
    (tmp_path / "large.xlsx").write_bytes(large)
    with Guarded(WORK, limits) as guard, pytest.raises(UnreadableError, match=said):
        guard.ask(asked(tmp_path / "large.xlsx", QUESTION))


# What a child says is what would have been said without one.

STRANGE = {"empty": b"", "text": b"a,b\n", "none of ours": b"", "gone": None}


@pytest.mark.parametrize("what", STRANGE)
def test_an_outcome_comes_back_as_it_was_said(what: str, good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    data = STRANGE[what]
    if data is not None:
        path.write_bytes(data)
    assert outcome(answered(asked(path, QUESTION))) == examine(path, QUESTION)
    path.write_bytes(good)
    assert outcome(answered(asked(path, QUESTION))) == examine(path, QUESTION)


def test_a_fault_of_ours_in_a_child_is_told_without_values(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("Marsh")

    monkeypatch.setattr("tracker.commands.examine.run_checks", fails)
    (tmp_path / "a.xlsx").write_bytes(good)
    found = outcome(answered(asked(tmp_path / "a.xlsx", QUESTION)))
    assert found.report.exit == Exit.BUG and found.fault is not None and found.fault.kind == "KeyError"
    assert "Marsh" not in str(found) and any("examine.py" in line for line in found.fault.lines)


@pytest.mark.parametrize(
    ("files", "jobs", "started"), [(1, 1, 0), (1, 4, 0), (2, 1, 1), (5, 1, 1), (2, 4, 2), (5, 2, 2)]
)
def test_processes_are_started_for_many_files_and_never_for_one(
    files: int, jobs: int, started: int, good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    honest = subprocess.Popen

    def counting(*asked: object, **more: object) -> object:
        seen.append(asked)
        return honest(*asked, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", counting)
    for i in range(files):
        (tmp_path / f"{i}.xlsx").write_bytes(good)
    assert len(validate([tmp_path], TODAY, how=How(jobs)).report.files) == files
    assert len(seen) == started


def test_a_module_in_the_folder_checked_is_never_imported(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share is where anybody may put a file named as a library is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    for name in ("a", "b"):
        (tmp_path / f"{name}.xlsx").write_bytes(good)
    for name in ("numpy", "pandas", "json", "tracker", "click", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text("open('taken over', 'w')\nraise SystemExit")
    assert [one.error for one in validate([Path()], date(2026, 11, 18)).report.files] == [None, None]
    assert not (tmp_path / "taken over").exists()


def test_a_folder_that_may_not_be_read_is_named(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.xlsx").write_bytes(good)
    honest = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path)

    monkeypatch.setattr(os, "scandir", denied)
    assert run(["validate", str(tmp_path)]) == Exit.UNREADABLE
    said = capsys.readouterr().out
    assert "locked" in said and "the folder cannot be read (Permission denied)" in said and "a.xlsx" in said
