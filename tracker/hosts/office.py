"""The way to a running LibreOffice: a Python that can talk to it, told what to do over pipes, one order at a time.

The module uno stands in no Python but a few, and is never imported here. Kept out: what is asked for, and of which
workbook.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from tracker.errors import BusyError, RefusedError, StorageError, UnreadableError, UsageError

SCRIPT = Path(__file__).with_name("office_side.py")
VARIABLE = "TRACKER_UNO_PYTHON"
MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
WINDOWS = ("ProgramFiles", "ProgramFiles(x86)")
HANDED = 20  # seconds in which a running LibreOffice takes what a second start hands to it
LEAVE = 60  # seconds for the order at hand to be finished
OURS = frozenset({"PYTHONPATH", "PYTHONHOME"})  # of this Python, and wrong for another
SAVING = frozenset({"IOException", "ErrorCodeIOException", "RuntimeException"})
GONE = (
    "LibreOffice closed it, or was closed, meanwhile. What it had not saved is as LibreOffice left it; open it again."
)


class Office:
    """A connection to the LibreOffice that this person has running; to be closed, or used in a ``with``.

    ``pipe`` is the name of a pipe on which it listens; without one it is asked to listen on a new one.
    """

    def __init__(self, pipe: str = "") -> None:
        self._process = _python()
        try:
            self.ask("connect", pipe=pipe or listening())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, what: str, **given: object) -> Any:
        """Have an order carried out and return its answer.

        RefusedError with the word for why it cannot be (the caller says it in a sentence), UnreadableError when
        LibreOffice has gone.
        """
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps({"ask": what, **given}).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        if not line:
            raise UnreadableError(GONE)
        return _answer(what, json.loads(line))

    def close(self) -> None:
        """End the connection, once the order at hand is done; LibreOffice stays as it is."""
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert stream is not None
                stream.close()
        try:
            self._process.wait(LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _answer(what: str, answer: Mapping[str, Any]) -> Any:
    if answer.get("refused") == "silent":
        raise UnreadableError("LibreOffice does not answer. Close its dialogs, or start it again, and try once more.")
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    broke = str(answer.get("broke", "")).rpartition(".")[2]
    if broke == "DisposedException":
        raise UnreadableError(GONE)
    if what == "store" and broke in SAVING:
        raise StorageError("LibreOffice could not save a copy first. Nothing was changed; check the disk.")
    if "broke" in answer:
        where = ", ".join(map(str, answer["line"]))
        raise RuntimeError(f"LibreOffice broke off '{what}' ({broke}, lines {where} of {SCRIPT.name})")
    return answer["done"]


def listening() -> str:
    """Ask the running LibreOffice to listen on a pipe that only we know of, and return its name.

    A second start hands what it is told to the first; so one must be running, else it would become the first.
    UsageError where there is no LibreOffice, UnreadableError where none is running.
    """
    soffice = program()
    if soffice is None:
        raise UsageError("LibreOffice is not found here. Put soffice on the PATH, or refresh the closed file.")
    if not any(path.exists() for path in profiles()):
        raise UnreadableError("LibreOffice is not running. Open the workbook in it, or refresh the closed file.")
    pipe = f"tracker{secrets.token_hex(8)}"
    try:
        subprocess.run(
            [soffice, f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=HANDED,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BusyError("LibreOffice is running and takes no orders. Close its dialogs, then try again.") from None
    return pipe


def profiles() -> Iterator[Path]:
    """The files that exist while LibreOffice is running, one for each place where its settings may be."""
    home = Path.home()
    if os.name == "nt":
        folder = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming")) / "LibreOffice"
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support" / "LibreOffice"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "libreoffice"
    with suppress(OSError):
        yield from (one / ".lock" for one in folder.iterdir())


def program() -> str | None:
    """Where LibreOffice is, or None."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is not None:
        return found
    folders = [Path(os.environ[name]) for name in WINDOWS if name in os.environ]
    usual = [Path(MAC), *(folder / "LibreOffice" / "program" / "soffice.exe" for folder in folders)]
    return next((str(path) for path in usual if path.exists()), None)


def _python() -> subprocess.Popen[bytes]:
    """The script, running in the first Python that has uno; UsageError where none has."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    for python in _pythons():
        with suppress(OSError):
            process = subprocess.Popen(
                [python, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            assert process.stdin is not None and process.stdout is not None
            if process.stdout.readline().strip() == b"ready":
                return process
            process.stdin.close()
            process.stdout.close()
            process.wait()
    raise UsageError(
        "no Python that can talk to LibreOffice was found (Debian, Ubuntu: python3-uno). "
        f"Install it, or name one: {VARIABLE}=/path/to/python."
    )


def _pythons() -> Iterator[str]:
    """Where such a Python may be: the one that is named, LibreOffice's own, the system's."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named
        return
    near = Path(os.path.realpath(program() or os.sep)).parent
    places = [near / "python", near / "python.exe", near.parent / "Resources" / "python", Path("/usr/bin/python3")]
    yield from (str(place) for place in places if place.is_file())
    yield from filter(None, [shutil.which("python3")])
