"""The command line as a whole: it starts light, ends with the right code, and never shows a traceback or a value."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tracker.cli import app as app_module
from tracker.cli.bugs import log_lines
from tracker.cli.run import run
from tracker.cli.show import pasted
from tracker.errors import BusyError, Exit, RefusedError, StorageError, UnreadableError, UsageError

HEAVY = ("pandas", "pandera", "numpy", "openpyxl", "xlsxwriter", "python_calamine", "rich")
SECRET = "Ottoline Marchetti"


@pytest.mark.parametrize("arguments", [["--help"], ["refresh", "--help"], ["--version"], ["import"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom tracker.cli.run import run\n"
        f"run({arguments!r})\nloaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(','.join(loaded) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_who_only_reads_loads_nothing_that_writes() -> None:
    code = "import sys, tracker.hosts; sys.exit('tracker.ooxml.patch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def raising(error: BaseException):  # type: ignore[no-untyped-def]
    """A command line whose only command fails so."""

    @click.group()
    def group() -> None:
        pass

    @group.command("go")
    def go() -> None:
        raise error

    return group


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("a"), 2),
        (UnreadableError("a"), 3),
        (BusyError("shop.xlsx: it is open in Excel (Anna). Close it."), 4),
        (RefusedError("a"), 5),
        (StorageError("a"), 6),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_foreseen_error_is_one_line_and_its_exit_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["go"], raising(error)) == code
    said = capsys.readouterr()
    assert said.out == ""
    if str(error):
        assert said.err == f"tracker: {str(error).rstrip('.')}.\n"


def test_a_fault_saves_a_log_without_values_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert run(["go"], raising(ValueError(SECRET))) == Exit.BUG
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "Traceback" not in said.err and SECRET not in said.err
    (log,) = tmp_path.rglob("fault-*.log")
    assert str(log) in said.err
    text = log.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text and "test_cli_runs.py" in text and SECRET not in text


def test_a_log_has_every_exception_behind_the_last_and_no_argument() -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        lines = "\n".join(log_lines(error, ["followups", SECRET]))
    assert "builtins.RuntimeError" in lines and "builtins.KeyError" in lines and "command: followups" in lines
    assert SECRET not in lines


def test_a_reader_that_goes_away_is_no_fault() -> None:
    shell = f"{sys.executable} -m tracker validate --help | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["refesh"], "No such command 'refesh'"),
        (["refresh"], "Missing argument 'BOOK'. See: tracker refresh --help"),
        (["refresh", "x.xlsx", "--today", "31.12.2017"], "is not a day. Write it as 2026-11-18."),
        (["refresh", "x.xlsx", "--tody", "2017-12-31"], "--tody"),
    ],
)
def test_a_slip_of_the_pen_is_one_line_and_exit_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == Exit.USAGE
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1 and said.startswith("tracker: ")


def test_every_command_has_help_and_a_module() -> None:
    with click.Context(app_module.app) as context:
        for name in app_module.COMMANDS:
            command = app_module.app.get_command(context, name)
            assert command is not None and command.help, name


def test_a_misspelt_command_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["refrsh", "x.xlsx"]) == Exit.USAGE
    assert "Did you mean refresh?" in capsys.readouterr().err


def test_a_full_disk_behind_the_screen_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["go"], raising(OSError(errno.ENOSPC, "No space left on device"))) == Exit.IO
    said = capsys.readouterr().err
    assert "No space left on device" in said and "intact" in said


def test_ctrl_c_says_that_no_workbook_is_half_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["go"], raising(KeyboardInterrupt())) == Exit.INTERRUPTED
    assert "every workbook is whole" in capsys.readouterr().err


def test_a_demo_in_a_folder_that_is_not_there_is_a_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--folder", str(tmp_path / "none")]) == Exit.USAGE
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize(
    "arguments",
    [["refresh", "b.xlsx", "--output"], ["validate", "b.xlsx", "--output"], ["import", "b", "f", "--rejects"]]
    + [["followups", "b.xlsx", "--owner"]]
    + [[name] for name in ("new", "refresh", "validate", "followups", "doctor")],
)
def test_an_empty_name_is_no_name(arguments: list[str], empty: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*arguments, empty]) == Exit.USAGE
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "the name is empty" in said


@pytest.mark.parametrize("command", [["refresh"], ["validate"], ["doctor"]])
def test_a_file_without_permission_is_judged_by_the_command(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(b"")
    monkeypatch.setattr("os.access", lambda *_: False)  # as click asks; a run as root may read anything
    assert run([*command, str(book)]) == Exit.UNREADABLE


@pytest.mark.skipif(os.name == "nt", reason="the quotes of a POSIX shell")
def test_a_path_to_paste_is_quoted_where_it_must_be() -> None:
    assert pasted("Süd/shop_1-a.xlsx") == "Süd/shop_1-a.xlsx"
    assert pasted("Süd Straße/shop.xlsx") == "'Süd Straße/shop.xlsx'"


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["--version"], Exit.CLEAN, "tracker, version", ""),
        (["refresh"], Exit.USAGE, "", "Missing argument 'BOOK'"),
        (["validate", "nowhere.xlsx"], Exit.UNREADABLE, "nowhere.xlsx", ""),
        (["refresh", "nowhere.xlsx"], Exit.UNREADABLE, "", "nowhere.xlsx: does not exist"),
    ],
)
def test_the_program_ends_with_the_code_of_its_run_and_all_it_said(
    arguments: list[str], code: Exit, out: str, err: str, tmp_path: Path
) -> None:
    """It ends without Python's own way out, through pipes, which are written only when they are flushed."""
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code and out in done.stdout and err in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX closes streams")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("command", "code"),
    [("finding V104", Exit.CLEAN), ("finding nothing", Exit.USAGE), ("validate nowhere.xlsx", Exit.UNREADABLE)],
)
def test_without_a_stream_what_would_be_said_goes_nowhere(
    command: str, code: Exit, closed: str, tmp_path: Path
) -> None:
    """As a program without a window has none, and a shell closes some."""
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m tracker {command} {closed}', sys.executable], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == code and b"fault" not in done.stderr
