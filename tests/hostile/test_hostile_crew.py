"""Several children at once: the same report as with one, one bad file hides nothing, and none is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import wicked_alone
from books import TODAY, new_book, type_rows

from tracker.cli.run import run
from tracker.commands.crew import answers
from tracker.commands.examine import WORK, Question, asked
from tracker.commands.guarded import Limits
from tracker.commands.validate import How, validate
from tracker.errors import Exit, TrackerError
from tracker.report.files import Report
from tracker.report.formats import FORMATS
from tracker.schema.findings import FINDINGS
from tracker.words import load

DAY = ["--today", "2026-11-18"]
QUESTION = Question(TODAY, None, frozenset(one.code for one in FINDINGS))
posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are those of POSIX")


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that differ in what is wrong with them, some of them no workbooks; nothing here writes to them."""
    folder = tmp_path_factory.mktemp("share")
    for number in range(9):
        rows = [{"last_name": f"Marsh {i}", "email": f"no address {i}", "owner": "Bo"} for i in range(number)]
        data = type_rows(new_book(), "Customers", rows) if rows else new_book()
        (folder / f"{'cab'[number % 3]}{number}.xlsx").write_bytes(data if number != 4 else b"PK torn")
    return folder


@pytest.fixture(scope="module")
def of_one(share: Path) -> Report:
    """The report of the share as one child makes it."""
    return validate([share], TODAY).report


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_report_is_the_same_byte_for_byte_however_many_work(jobs: int, share: Path, of_one: Report) -> None:
    found = validate([share], TODAY, how=How(jobs))
    assert found.exit_code() == Exit.UNREADABLE
    for form in ("text", "json"):
        alone, together = (FORMATS[form].render(report, load()) for report in (of_one, found.report))
        assert alone == together and "V104" in alone


@posix
@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_every_bad_file_has_its_own_answer_and_the_others_theirs(jobs: int, tmp_path: Path) -> None:
    stems = ["a", "dies", "b", "eats", "c", "raises", "d"]
    for stem in stems:
        (tmp_path / f"{stem}.xlsx").write_bytes(new_book())
    questions = [asked(tmp_path / f"{stem}.xlsx", QUESTION) for stem in stems]
    began: list[int] = []
    found = answers(wicked_alone.NAME, Limits(seconds=20, memory=1 << 30), questions, jobs, began.append)
    assert [isinstance(one, TrackerError) for one in found] == [stem in ("dies", "eats", "raises") for stem in stems]
    assert [one["path"] for one in found if isinstance(one, dict)] == [
        str(tmp_path / f"{stem}.xlsx") for stem in "abcd"
    ]
    assert sorted(began) == list(range(len(stems)))


def test_what_is_no_foreseen_failure_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(OSError):
        answers(WORK, None, [asked(tmp_path / "a.xlsx", QUESTION)] * 3, 2, lambda _: None)


def test_nothing_is_asked_of_nobody() -> None:
    assert answers(WORK, None, [], 4, lambda _: None) == []


def test_a_time_that_is_given_holds_for_a_single_file_too(tmp_path: Path) -> None:
    (tmp_path / "hangs.xlsx").write_bytes(new_book())
    found = validate([tmp_path / "hangs.xlsx"], TODAY, how=How(limits=Limits(seconds=0.5), work=wicked_alone.NAME))
    assert "more than 0.5 seconds" in (found.report.files[0].error or "")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--jobs", "0", "0 is not in the range"),
        ("--jobs", "many", "'many' is not a valid integer"),
        ("--timeout-per-file", "0", "0.0 is not in the range"),
        ("--timeout-per-file", "-3", "-3.0 is not in the range"),
        ("--timeout-per-file", "nan", "'nan' is no number of seconds"),
        ("--timeout-per-file", "1e9", "is not in the range"),
    ],
)
def test_a_number_that_means_nothing_is_a_slip(
    option: str, value: str, said: str, share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", str(share), option, value]) == Exit.USAGE
    assert said in capsys.readouterr().err


HANGING = """
import signal, sys
from tracker.cli.run import run
from tracker.commands import outcomes
signal.signal(signal.SIGINT, signal.default_int_handler)  # as a terminal has it, wherever the tests were started
sys.path.insert(0, {wicked!r})
outcomes.How.__init__.__defaults__ = (None, None, None, "wicked_alone:named", False, None)
sys.exit(run(["validate", {share!r}, "--jobs", "3"]))
"""


@posix
def test_ctrl_c_ends_the_run_and_every_child(tmp_path: Path) -> None:
    """As a terminal does it, the signal goes to all of them; and to the parent alone, as a script does."""
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "hangs.xlsx").write_bytes(new_book())
    program = HANGING.format(wicked=str(Path(wicked_alone.__file__).parent), share=str(tmp_path))
    for to_all in (True, False):
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        try:
            children = _children(process.pid, 3)
            (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # or they would hang on after a test that failed
            raise
        assert (process.returncode, out) == (Exit.INTERRUPTED, b"") and b"interrupted" in err, err
        assert len(children) == 3 and not any(map(_lives, children))


def _children(parent: int, many: int) -> list[int]:
    """The children of a process, as soon as there are so many and they had time to begin."""
    until, found = time.monotonic() + 60, list[int]()
    while len(found) < many and time.monotonic() < until:
        time.sleep(0.05)
        said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout
        found = [int(one) for one in said.split()]
    time.sleep(2)
    return found


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_file_is_told_when_it_is_taken_up(share: Path) -> None:
    told: list[str] = []
    validate([share], TODAY, about=told.append, how=How(jobs=2))
    assert sorted(told) == sorted(str(one) for one in share.iterdir())


def test_json_stays_one_document_with_many_jobs(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["validate", str(share), "--format", "json", "--jobs", "4", *DAY])
    assert len(json.loads(capsys.readouterr().out)["files"]) == 9
