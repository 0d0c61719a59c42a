"""What long work is at: said on a terminal, never in a pipe, never when it is over at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from books import new_book

pty = pytest.importorskip("pty", reason="a terminal that a test can read is POSIX")

# Waits until the line stands there, as long work would; where nobody looks on it never does.
LONG = """
import sys, time
from tracker.cli import progress
progress.PATIENCE = {patience}
with progress.working("reading", "a[b]c.xlsx", quiet={quiet}) as line:
    until = time.monotonic() + {seconds}
    while line._status is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.6 if line._status else 0)
    line.step("writing")
    line.about("other.xlsx")
    time.sleep(0.6 if line._status else 0)
print("rich" in sys.modules)
"""


def on_a_terminal(arguments: list[str]) -> tuple[str, str]:
    """What a program prints, and what it says on the error stream when that is a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65_536):
            said += part
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    return done.stdout.decode(), said.decode()


def long_work(patience: float, seconds: float, quiet: bool = False) -> list[str]:
    return [sys.executable, "-c", LONG.format(patience=patience, seconds=seconds, quiet=quiet)]


def test_long_work_says_on_a_terminal_what_it_is_at_and_takes_the_line_away() -> None:
    printed, said = on_a_terminal(long_work(0.01, 60))
    assert printed.strip() == "True"
    assert "a[b]c.xlsx" in said and "other.xlsx: comparing and writing" in said
    assert said.rstrip().endswith(("\x1b[2K", "\x1b[?25h")), "the line is gone and the cursor is back"


@pytest.mark.parametrize(("patience", "quiet"), [(60, False), (0.01, True)])
def test_short_work_and_quiet_work_say_nothing_and_load_nothing(patience: float, quiet: bool) -> None:
    assert on_a_terminal(long_work(patience, 0.2, quiet)) == ("False\n", "")


def test_in_a_pipe_nothing_is_said() -> None:
    done = subprocess.run(long_work(0.01, 0.2), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_command_on_a_terminal_prints_the_same(tmp_path: Path) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(new_book())
    command = [sys.executable, "-m", "tracker", "validate", str(book), "--today", "2026-11-18"]
    printed, _ = on_a_terminal(command)
    assert printed == subprocess.run(command, capture_output=True, text=True, check=True).stdout
