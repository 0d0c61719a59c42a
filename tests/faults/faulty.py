"""What the fault tests share: real refreshes under strace, the calls of theirs that change files, and the verdict.

A fault is put at one call: `Call` is the N-th of its name in the run, known from a first, undisturbed run, and only
those below the work folder count. Afterwards `verdict` says in words what is wrong, or nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from libreoffice import without

from tracker.keeper import Verdict, copies, holds, read_chain
from tracker.ooxml import Workbook

# Every call that can change a file, its name, its mode or its owner, by the names Linux has for them; and fsync,
# which is where a disk says that it could not keep what it took.
NAMES = (
    "openat open creat write pwrite64 writev pwritev fsync fdatasync sync_file_range rename renameat renameat2 unlink "
    "unlinkat mkdir mkdirat rmdir chmod fchmod fchmodat chown fchown lchown fchownat ftruncate truncate fallocate link "
    "linkat symlink symlinkat copy_file_range sendfile utimensat setxattr fsetxattr removexattr"
)
CHANGING = ",".join(f"?{name}" for name in NAMES.split())  # ?: where the machine has such a call
LINE = re.compile(r"(?P<thread>\d+)\s+(?P<name>\w+)\((?P<rest>.*)")
RESUMED, UNFINISHED = re.compile(r"\d+\s+<\.\.\. \w+ resumed>(?P<rest>.*)"), " <unfinished ...>"
CHANCE = re.compile(r"(?<=-)[a-z0-9_]{8}(?=\.tmp)|\d{8}-\d{6}-\d{6}")
TRIES = 4
TODAY = "2026-11-18"
LEFTOVERS = (".tmp", "lock", ".who", ".pending")
CLEAN, STORAGE = 0, 6


@dataclass(frozen=True)
class Call:
    """One call of a run: the ``number``-th of its name, and its line in the trace."""

    name: str
    number: int
    line: str


@dataclass(frozen=True)
class Ran:
    """How a run ended (negative: by a signal), and what it said."""

    code: int
    out: str
    err: str
    trace: str = ""


def needs_strace() -> None:
    """Skip a test for want of strace, or fail it where CI runs."""
    if shutil.which("strace") is None:
        without("strace (no call can be made to fail)")


class Warm:
    """Runs of `tracker` in children of one process; see `warm`."""

    def __init__(self, folder: Path, book: Path) -> None:
        self.folder = folder
        program = [sys.executable, str(Path(__file__).with_name("warm.py")), "refresh", str(book), "--today", TODAY]
        self.server = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        assert self.server.stdin is not None
        self.server.stdin.close()
        self.server.wait(timeout=60)

    @contextmanager
    def started(self, *arguments: str, size: int | None = None, gate: str = "") -> Iterator[list[int]]:
        """A run: its process, and once left, its exit code appended to that."""
        request = {
            "arguments": arguments,
            "out": str(self.folder / "out"),
            "err": str(self.folder / "err"),
            "gate": gate,
            "size": size,
        }
        assert self.server.stdin is not None
        print(json.dumps(request), file=self.server.stdin, flush=True)
        process = [int(self._answer())]
        yield process
        process.append(int(self._answer()))

    def run(self, *arguments: str, size: int | None = None) -> Ran:
        """Run a command line."""
        with self.started(*arguments, size=size) as process:
            pass
        return self._said(process[1])

    def traced(self, *arguments: str, inject: str = "") -> Ran:
        """Run a command line under strace, with a fault in it."""
        gate, trace = self.folder / "gate", self.folder / "trace"
        if not gate.exists():
            os.mkfifo(gate)
        calls = inject.split(":")[0] if inject else CHANGING
        with self.started(*arguments, gate=str(gate)) as process:
            command = ["strace", "-f", "-y", "-s", "8", "-e", f"trace={calls}", "-o", str(trace), "-p", str(process[0])]
            command += ["-e", f"inject={inject}"] if inject else []
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
                try:
                    attached = _attached(tracer.stderr)
                finally:
                    gate.write_text("!")
                tracer.communicate(timeout=120)
                assert attached, "strace could not take hold of the run"
        return self._said(process[1], trace.read_text(errors="replace"))

    def _said(self, code: int, trace: str = "") -> Ran:
        out, err = ((self.folder / name).read_text(errors="replace") for name in ("out", "err"))
        return Ran(code, out, err, trace)


def _attached(said: IO[str] | None) -> bool:
    assert said is not None
    return any("attached" in line for line in iter(said.readline, ""))


def whole_lines(trace: str) -> list[str]:
    """The lines of a trace; where another thread came between, the two halves of a call as one, where it began."""
    lines: list[str] = []
    begun: dict[str, int] = {}
    for line in trace.splitlines():
        thread = line.partition(" ")[0]
        if resumed := RESUMED.fullmatch(line):
            lines[begun.pop(thread)] += resumed["rest"]
            continue
        if line.endswith(UNFINISHED):
            begun[thread] = len(lines)
            line = line.removesuffix(UNFINISHED)
        lines.append(line)
    return lines


def calls(trace: str, folder: Path) -> list[Call]:
    """The calls of a trace that change something below a folder, each with its number among those of its name."""
    count: dict[tuple[str, str], int] = {}
    found = []
    for line in whole_lines(trace):
        call = LINE.match(line)
        if call is None:
            continue
        key = call["thread"], call["name"]
        count[key] = count.get(key, 0) + 1
        reads = call["name"] in ("openat", "open") and not re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", line)
        if str(folder) in call["rest"] and not reads:
            found.append(Call(call["name"], count[key], line))
    return found


def _fell_at(call: Call, trace: str) -> bool:
    """Whether the fault in a trace is at this call: an error is marked, and a kill leaves a call without a result."""
    fell = [line for line in whole_lines(trace) if "(INJECTED)" in line or line.endswith("= ?")]
    return [_about(line) for line in fell] == [_about(call.line)]


def _about(line: str) -> tuple[str, list[str]]:
    """Which call a line tells of and on which files, without the parts of their names that differ from run to run."""
    name = LINE.match(line)
    paths = re.findall(r'(?<=[<"])/[^">]*', line.rpartition(" = ")[0])
    return name["name"] if name else "", [CHANCE.sub("#", path) for path in paths]


def sha(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Shop:
    """A workbook in a folder of its own, as it was before a run, to be put back before each."""

    def __init__(self, warm: Warm, folder: Path, kept: Path, runs: int = 0, verb: str = "refresh") -> None:
        """``kept`` is put back into ``folder`` each time; ``runs``: how many entries its log has; ``verb`` is tried."""
        self.warm, self.folder, self.kept, self.runs, self.verb = warm, folder, kept, runs, verb
        self.path = folder / "shop.xlsx"
        self.old = sha(kept / "shop.xlsx")
        self.again()

    def again(self) -> None:
        """Put the folder back; the folder itself stays, something may be mounted there."""
        self.folder.mkdir(exist_ok=True)
        for one in self.folder.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)

    @property
    def command(self) -> tuple[str, ...]:
        """The command line under test."""
        return self.verb, str(self.path), "--today", TODAY

    def calls(self) -> list[Call]:
        """The calls of an undisturbed run."""
        self.again()
        ran = self.warm.traced(*self.command)
        assert ran.code == CLEAN, ran
        return calls(ran.trace, self.folder)

    def faulty(self, call: Call, fault: str) -> Ran:
        """A run from the beginning with one fault at one call.

        A run that takes long opens a file more here and there: then the fault fell elsewhere, and it is tried again.
        """
        for _ in range(TRIES):
            self.again()
            ran = self.warm.traced(*self.command, inject=f"{call.name}:{fault}:when={call.number}")
            if _fell_at(call, ran.trace):
                return ran
        raise AssertionError(f"the fault never fell at {call}")

    def verdict(self) -> str:
        """What is wrong after a run that failed or died: nothing, or a sentence.

        The workbook is exactly the old one, or one that is whole and that the next run finds nothing to do in; the
        next run succeeds, leaves nothing temporary, and its log tells of each write there was, with its bytes.
        """
        after = sha(self.path)
        try:
            Workbook(self.path.read_bytes()).verify()
        except Exception as error:
            return f"destroyed: {error}"
        ran = self.warm.run(*self.command)
        if ran.code != CLEAN:
            return f"the next run ended with {ran.code}: {ran.err}"
        if after != self.old and sha(self.path) != after:
            return "neither the old workbook nor a finished new one"
        if sha(self.path) == self.old:
            return "the next run found nothing to do in the old workbook"
        left = [one.name for one in self.folder.rglob("*") if one.name.endswith(LEFTOVERS)]
        return f"left behind: {left}" if left else self._kept()

    def _kept(self) -> str:
        (history,) = (one for one in (self.folder / ".tracker").iterdir() if one.is_dir())
        chain = read_chain(history)
        if chain.verdict is not Verdict.WHOLE or len(chain.entries) != self.runs + 1:
            return f"its log: {chain.verdict}, {len(chain.entries)} entries, {chain.why}"
        if (chain.entries[-1].before, chain.entries[-1].after) != (self.old, sha(self.path)):
            return "its log tells of other bytes"
        return "" if all(map(holds, copies(history))) else "a copy does not hold what its name says"


def one_line(ran: Ran) -> bool:
    """Whether a run said why it failed in one line, and nothing of Python's."""
    return ran.err.count("\n") == 1 and "Traceback" not in ran.err and "report" not in ran.err


def harmless(call: Call) -> bool:
    """Whether a run may go on without this call.

    Tidying up, the owner of a file, the mode of our folder (what is in it has the workbook's mode), the name of who
    holds a lock, and flushing a folder, which some shares cannot; and what fails without a fault too, as making a
    folder that is there.
    """
    mode = call.name == "chmod" and '.tmp"' not in call.line
    tidies = mode or call.name in ("unlink", "unlinkat", "rmdir", "chown", "fchown", "lchown", "fchownat")
    folder = call.name == "fsync" and not re.search(r"\.(tmp|jsonl|xlsx)>", call.line)
    return " = -1 E" in call.line or tidies or folder or '.who"' in call.line or ".who>" in call.line


def sentence(call: Call, ran: Ran, wrong: str) -> str:
    """A failure, for a person to read."""
    fell = [line for line in ran.trace.splitlines() if "INJECTED" in line]
    return f"{call.name} {call.number}: exit {ran.code}, {wrong}\n    {call.line}\n    {fell}\n    {ran.err[-300:]}"
