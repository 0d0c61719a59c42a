"""A LibreOffice that is running, with workbooks open in it: one a session, with a profile and a pipe of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from libreoffice import program, uno_python, without

DESK = Path(__file__).with_name("uno_desk.py")
PATIENCE = 60  # seconds


class Running:
    """Who sits before it: opens workbooks, types, undoes, looks."""

    def __init__(self, pipe: str, desk: subprocess.Popen[str]) -> None:
        self.pipe, self._desk = pipe, desk

    def do(self, what: str, **given: object) -> Any:
        """Have something done, and return what came of it."""
        assert self._desk.stdin is not None and self._desk.stdout is not None
        self._desk.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self._desk.stdin.flush()
        line = self._desk.stdout.readline()
        assert line, f"the desk broke off at {what}"
        return json.loads(line)

    def open(self, path: Path, read_only: bool = False) -> str:
        """Open a workbook, and return its address."""
        self.do("open", url=path.as_uri(), read_only=read_only)
        return path.as_uri()


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A LibreOffice without a screen, ended with all that is open in it."""
    python = uno_python() if program() is not None else None
    if python is None:
        without("LibreOffice with a Python that has uno")
    pipe, profile = f"trackertest{os.getpid()}", (folder / "profile").as_uri()
    order = [program() or "", "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile}"]
    with (folder / "soffice.log").open("wb") as log:
        office = subprocess.Popen([*order, f"--accept=pipe,name={pipe};urp;"], stdout=log, stderr=log)
        desk = subprocess.Popen(
            [python or "", str(DESK), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert desk.stdout is not None
            assert desk.stdout.readline().strip() == "ready", (folder / "soffice.log").read_text(errors="replace")
            found = Running(pipe, desk)
            yield found
            found.do("close")
            found.do("end")
        finally:
            if desk.poll() is not None:
                office.terminate()  # nobody could tell it to end
            for process in (desk, office):
                if process.stdin is not None:
                    with suppress(OSError):  # it died
                        process.stdin.close()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
