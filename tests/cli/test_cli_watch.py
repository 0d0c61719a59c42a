"""``tracker watch`` as it is run: it waits, says a line of each workbook, survives what is bad, and ends by Ctrl+C."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from books import new_book, type_rows

from tracker.commands.refresh import refresh_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl+C of another process is POSIX's")

AWAY = 4  # seconds: several looks
PATIENCE = 60  # seconds until a line that does not come is missed
DONE = re.compile(r"\d\d:\d\d:\d\d shop\.xlsx: \d+ cells refreshed in \d+\.\d s; 0 overdue, 2 warnings\.")


class Lines:
    """What a process says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._said: queue.Queue[str] = queue.Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.rstrip("\n"))

    def next(self) -> str:
        """The next line, waited for."""
        return self._said.get(timeout=PATIENCE)

    def is_told(self) -> bool:
        """Whether the system tells it of changes: on Linux by a file of that kind that it holds."""
        held = Path(f"/proc/{self.process.pid}/fd")
        return any("inotify" in str(one.readlink()) for one in held.iterdir())

    def stop(self) -> int:
        """Press Ctrl+C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def _interruptible() -> None:
    """Let Ctrl+C end a program, as in a terminal; a shell that starts the tests behind itself forbids it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def watching(place: Path, *options: str) -> Iterator[Lines]:
    command = [sys.executable, "-u", "-m", "tracker", "watch", str(place), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_interruptible
    ) as process:
        try:
            yield Lines(process)
        finally:
            process.kill()


def save(path: Path) -> None:
    """Save as programs do: another file takes the place."""
    new = path.with_name("4F2A1B00")
    new.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh"}]))
    new.replace(path)


@pytest.mark.parametrize("options", [[], ["--poll"]], ids=["told", "polling"])
@pytest.mark.parametrize("alone", [False, True], ids=["folder", "file"])
def test_a_save_is_followed_by_a_refresh(tmp_path: Path, options: list[str], alone: bool) -> None:
    book = tmp_path / "team" / "shop.xlsx"
    book.parent.mkdir()
    book.write_bytes(new_book())
    with watching(book if alone else tmp_path, *options) as lines:
        assert lines.next().startswith("Watching ")
        assert sys.platform != "linux" or lines.is_told() is not bool(options)
        save(book)
        assert DONE.fullmatch(lines.next())
        (book.parent / "bad.xlsx").write_bytes(b"PK no zip")
        if not alone:
            assert re.fullmatch(r"\d\d:\d\d:\d\d bad\.xlsx: .*\.", lines.next())
        save(book)
        assert DONE.fullmatch(lines.next())  # whoever watches one file hears nothing of its neighbours
        assert lines.stop() == 0
        assert lines.next() == "Nothing is watched any more."
    assert not refresh_file(book, date.today(), dry_run=True).changed
    assert (book.parent / ".tracker").is_dir()


@pytest.mark.parametrize("options", [[], ["--poll"]], ids=["told", "polling"])
def test_a_folder_that_went_away_is_watched_when_it_is_back(tmp_path: Path, options: list[str]) -> None:
    share = tmp_path / "share"
    share.mkdir()
    with watching(share, *options) as lines:
        assert lines.next().startswith("Watching ")
        share.rmdir()
        time.sleep(AWAY)
        share.mkdir()
        time.sleep(AWAY)
        save(share / "shop.xlsx")
        assert DONE.fullmatch(lines.next())
        assert lines.stop() == 0


def test_what_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    with watching(tmp_path / "none.xlsx") as lines:
        assert "nothing is there to be watched" in lines.next()
        assert lines.process.wait(PATIENCE) == 3
