"""Whole processes, measured: seconds from start to end, peak memory, what they printed. Kept out: what is measured."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TRACKER = Path(sys.executable).with_name("tracker")
TODAY = "2026-11-18"
MEGA = 1 << 20
DAY = 86_400.0
FLOOR = """
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as package:
    for name in package.namelist():
        with package.open(name) as part:
            while part.read(1 << 20):
                pass
"""


@dataclass(frozen=True)
class Run:
    """One process that has ended: its exit code, or None when it was stopped at the limit."""

    seconds: float
    megabytes: float
    code: int | None
    output: str
    errors: str


def run(command: Sequence[str], limit: float = DAY) -> Run:
    """Run a command to its end, or for ``limit`` seconds."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=environment())
        stopped = threading.Event()
        clock = threading.Timer(limit, _stop, (process.pid, stopped))
        clock.daemon = True
        clock.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        clock.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        code = None if stopped.is_set() else process.returncode
        return Run(seconds, usage.ru_maxrss / 1024, code, _text(output), _text(errors))


def _stop(pid: int, stopped: threading.Event) -> None:
    stopped.set()
    os.kill(pid, 9)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def environment() -> dict[str, str]:
    """As for a program that is installed: its compiled files are kept. No peer reports home what it does."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "GX_ANALYTICS_ENABLED": "False"}


def generate(shape: str, path: Path, customers: int, events: int) -> None:
    """Make a workbook in a process of its own: a child's peak memory starts at that of the process that forks it."""
    maker = Path(__file__).with_name("books.py")
    subprocess.run([sys.executable, str(maker), shape, str(path), str(customers), str(events)], check=True)


def sheet_xml(path: Path) -> int:
    """Bytes of the sheets' XML."""
    with zipfile.ZipFile(path) as package:
        members = package.infolist()
    return sum(member.file_size for member in members if member.filename.startswith("xl/worksheets/sheet"))


def size(path: Path) -> str:
    """How large a workbook is, for people."""
    return f"{path.stat().st_size / MEGA:.1f} MB, {sheet_xml(path) / MEGA:.0f} MB of sheet XML"
