"""Runs commands over files that may break anything: a server that forks once for each file, and says what happened.

    with Server() as server:
        done = server.run(path, [["validate", str(path)], …])

A fork begins with everything imported, so a file costs milliseconds; it has a limit of memory and of time, and an audit
hook that notes whatever is written outside the file's folder, sent to a network, or started as a process.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

MEMORY = 512 << 20  # bytes a fork may have beyond what it begins with
RESIDENT = 512 << 10  # KiB that may be in use
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
TELLING = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "urllib.", "ctypes.dlopen")
CHANGING = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.chown",
    "os.truncate",
)
HARMLESS = (os.devnull,)
NAMED = "socket.gethostname"  # asks nobody beyond this machine: a lock says on which one its run is
ASKED = "uname"  # started by Python itself to name the system, when doctor asks


@dataclass(frozen=True)
class Run:
    """One command: its exit code (None: it did not come back), what it said, whether the file is as it was."""

    code: int | None
    out: str
    err: str
    same: bool
    made: tuple[str, ...]  # files that are new in the folder
    outside: tuple[str, ...]  # what was done beyond the folder
    seconds: float = 0.0

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Done:
    """All commands over one file: KiB in use at most, seconds, and the signal that ended them."""

    runs: tuple[Run, ...]
    resident: int
    seconds: float
    signal: int


class Server:
    """The process that forks; its imports are those of this one."""

    def __enter__(self) -> Self:
        start = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import harness; harness.serve()"
        path = json.dumps([str(Path(one).absolute()) for one in sys.path])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", start, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, path: Path, commands: Sequence[Sequence[str]], seconds: int = 60) -> Done:
        """Run command lines one after the other over a file, within its folder."""
        answer = self.ask({"path": str(path), "commands": commands, "seconds": seconds})
        return Done(
            tuple(
                Run(**{**one, "made": tuple(one["made"]), "outside": tuple(one["outside"])}) for one in answer["runs"]
            ),
            answer["resident"],
            answer["seconds"],
            answer["signal"],
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Put a question to a fork: ``work`` names a function of a module, without it the commands are run."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def serve() -> None:
    """Fork for each question that comes; what any question needs imported and made once is, before the first."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _warmed()
    for line in sys.stdin:
        json.dump(_forked(json.loads(line)), out)
        out.write("\n")
        out.flush()


def _warmed() -> None:
    """Run each command once over a good workbook with something wrong in it, and over one that is no workbook."""
    from books import new_book, type_rows
    from hostile_all import commands

    import tracker.sources.read  # noqa: F401

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
        place = Path(folder)
        book = place / "shop.xlsx"
        book.write_bytes(type_rows(new_book(), "Customers", [{"last_name": " Marsh", "email": "marsh@"}]))
        lines = commands(book, place)
        for line in lines.values():
            _in_process(line)
        book.write_bytes(b"PK")
        _in_process(lines["validate"])


def _in_process(command: list[str]) -> int:
    from tracker.cli.run import run

    return run(command)


def _forked(question: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(question["seconds"])
        try:
            with os.fdopen(writing, "w") as out:
                _answer(question, out)
            os._exit(0)
        finally:  # also where it raised: a fork must never go on as a second server
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as stream:
        runs = [json.loads(line) for line in stream if line.endswith("\n")]
    _, status, used = os.wait4(child, 0)
    return {
        "runs": runs,
        "resident": used.ru_maxrss,
        "seconds": time.monotonic() - began,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
    }


def _answer(question: dict[str, Any], out: io.TextIOBase) -> None:
    """In the fork: a line for each command as it ends."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    most = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.dont_write_bytecode = True
    if "work" in question:
        from importlib import import_module

        module, _, name = question["work"].partition(":")
        json.dump(getattr(import_module(module), name)(question), out)
        out.write("\n")
        return
    path, outside = Path(question["path"]), list[str]()
    folder = Path(question.get("folder") or path.parent)
    _watch(os.path.realpath(folder), outside)
    for command in question["commands"]:
        json.dump(_run(command, path, folder, outside), out)
        out.write("\n")
        out.flush()


def _run(command: list[str], path: Path, folder: Path, outside: list[str]) -> dict[str, Any]:
    before, there = _digest(path), _listing(folder)
    said, told, first, began = io.StringIO(), io.StringIO(), len(outside), time.monotonic()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        code = _in_process(command)
    seconds = time.monotonic() - began
    return {
        "code": code,
        "out": said.getvalue(),
        "err": told.getvalue(),
        "same": _digest(path) == before,
        "made": sorted(_listing(folder) - there),
        "outside": outside[first:],
        "seconds": seconds,
    }


def _digest(path: Path) -> str:
    """What a regular file of ordinary size holds; of anything else what it is."""
    try:
        about = os.lstat(path)
        if not path.is_file() or about.st_size > 1 << 30:
            return f"{about.st_mode} {about.st_size} {about.st_ino}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return "nothing"


def _listing(folder: Path) -> set[str]:
    return {os.path.relpath(Path(at) / name, folder) for at, _, names in os.walk(folder) for name in names}


def _watch(folder: str, outside: list[str]) -> None:
    """Note from now on what is done beyond the folder."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(TELLING) and event != NAMED and arguments[0] != ASKED:
            outside.append(event)
        writes = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & WRITES)
        if not writes and event not in CHANGING:
            return
        if isinstance(arguments[0], int):
            return
        place = os.path.realpath(os.fsdecode(arguments[0]))
        if place != folder and not place.startswith(folder + os.sep) and place not in HARMLESS:
            outside.append(f"{event} {place}")

    sys.addaudithook(hook)
