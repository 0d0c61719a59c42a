"""A screen of its own with LibreOffice on it: opened, clicked, typed at and looked at as a person would.

Everything it starts it ends, each by its own number. What is pressed is pressed by a mouse (xdotool); a button is found
by its colour in a picture of the screen.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from libreoffice import program, uno_python, without

NEEDED = ("Xvfb", "xdotool", "openbox", "import")  # the last one is ImageMagick's, and takes pictures of the screen
SIZE = (1500, 950)
TEAL = (0x1F, 0x6F, 0x6B)
TITLE = "Customer tracker"
PATIENCE, PAUSE = 90.0, 0.25  # seconds
LOOKER = Path(__file__).with_name("uno_looker.py")
_numbers = count()

# A profile as somebody has it who trusts the folder of the workbook, and is greeted by nothing.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="SecureURL" oor:op="fuse">
<value><it>{}</it></value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop>
<prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
</oor:items>"""


def needs() -> None:
    """Skip, or fail where nothing may be skipped, without the programs for it."""
    for name in NEEDED:
        if shutil.which(name) is None:
            without(name)
    if program() is None or uno_python() is None:
        without("LibreOffice with a Python that has uno")


@dataclass
class Screen:
    """LibreOffice on a screen, with one workbook open; ``display`` is the screen, ``pipe`` where it can be asked."""

    display: str
    pipe: str
    folder: Path
    name: str
    pictures: Path | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a program on this screen."""
        return {**os.environ, "DISPLAY": self.display}

    def ask(self, what: str, *given: str) -> Any:
        """What LibreOffice says when asked: a message, a cell, whether the workbook was changed."""
        order = json.dumps({"pipe": self.pipe, "what": what, "with": given})
        for _ in range(3):  # the bridge to a busy LibreOffice breaks now and then; to look changes nothing
            done = subprocess.run(
                [uno_python() or "", str(LOOKER)],
                input=order,
                text=True,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stderr[-1000:]
        return json.loads(done.stdout)

    def picture(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The screen as rows of pixels."""
        raw = subprocess.run(
            ["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.environment, capture_output=True, check=True
        )
        return np.frombuffer(raw.stdout, np.uint8).reshape(SIZE[1], SIZE[0], 3)

    def keep(self, what: str = "") -> None:
        """Keep a picture of the screen in the folder that TRACKER_PICTURES names, if it names one."""
        if self.pictures is not None:
            file = self.pictures / f"{'-'.join(filter(None, (self.name, what)))}.png"
            subprocess.run(["import", "-window", "root", str(file)], env=self.environment, check=True)

    def buttons(self) -> list[tuple[int, int]]:
        """The middles of the buttons, from left to right: the filled one, and those in outline beside it."""
        teal = (self.picture() == TEAL).all(axis=2)
        rows = np.flatnonzero(teal.sum(axis=1) > 100)  # only a button is so wide
        if not len(rows):
            return []
        row = int((rows[0] + rows[-1]) // 2) if rows[-1] - rows[0] < 60 else int(rows[0]) + 14
        columns = np.flatnonzero(teal[rows[0] : rows[0] + 28].any(axis=0))
        parts = np.split(columns, np.flatnonzero(np.diff(columns) > 10) + 1)
        return [(int(part[0] + part[-1]) // 2, row) for part in parts if len(part) > 40]

    def click(self, at: tuple[int, int]) -> None:
        """Press the left button of the mouse there."""
        self._do("mousemove", str(at[0]), str(at[1]), "click", "1")

    def press(self, keys: str) -> None:
        """Press keys, such as ``ctrl+shift+r``."""
        self._do("key", "--clearmodifiers", keys)

    def _do(self, *order: str) -> None:
        subprocess.run(["xdotool", *order], env=self.environment, check=True)

    def message(self) -> list[str]:
        """The words of the message that comes; failing when none does."""
        return until(lambda: self.ask("message", TITLE), "a message")

    def dismiss(self) -> None:
        """Press OK, and wait until the message is gone."""
        self.press("Return")
        until(lambda: self.ask("message", TITLE) is None, "the message to go")


def until(ready: Callable[[], Any], what: str) -> Any:
    """What comes, looked for again and again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(PAUSE)
    raise AssertionError(f"waited {PATIENCE:.0f} s for {what}")


@contextmanager
def screen(book: Path, name: str, environment: Mapping[str, str]) -> Iterator[Screen]:
    """A screen on which LibreOffice has a workbook open, with this environment of its own."""
    folder = book.parent
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE.format(folder.as_uri()), encoding="utf-8")
    pipe = f"tracker{os.getpid()}x{next(_numbers)}"
    wanted = os.environ.get("TRACKER_PICTURES")
    log = (folder / "screen.log").open("wb")
    with log, _started(["Xvfb", "-displayfd", "1", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"], log, True) as server:
        assert server.stdout is not None
        display = f":{server.stdout.readline().decode().strip()}"
        shown = Screen(display, pipe, folder, name, Path(wanted) if wanted else None)
        office = [
            *(program() or "soffice", f"-env:UserInstallation={profile.parent.as_uri()}", "--norestore", "--nologo"),
            *(f"--accept=pipe,name={pipe};urp;", "--calc", str(book)),
        ]
        with (
            _started(["openbox"], log, env=shown.environment),
            _started(office, log, env={**shown.environment, **environment}),
        ):
            until(lambda: len(shown.buttons()) > 1, "the workbook on the screen")
            yield shown


@contextmanager
def _started(
    order: list[str], log: Any, piped: bool = False, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program, ended with all that it started, which are a group of their own."""
    process = subprocess.Popen(
        order, stdout=subprocess.PIPE if piped else log, stderr=log, env=env, start_new_session=True
    )
    try:
        yield process
    finally:
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sent)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
