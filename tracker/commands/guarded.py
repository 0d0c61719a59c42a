"""Work on files nobody vouches for, done by a child process that may hang, eat memory or die without harm to the rest.

A folder of workbooks is checked file by file; one of them may be made to break what reads it. So the reading happens in
a child: with a limit of memory where the system knows one, without the right to write a file or to leave a dump of its
memory behind, killed when it takes too long. The child serves as long as it behaves, so that a folder costs the start
of one process, and is replaced when it does not.

The two talk in lines of JSON. What comes back was made by a process that read a hostile file: plain data, never a
pickle. The child imports from where its parent does, and from no folder it happens to stand in.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from math import ceil
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Any, Self, TypeAlias

from tracker.errors import UnreadableError

Plain: TypeAlias = "dict[str, Any]"  # what JSON can say
Work = Callable[[Plain], Plain]

READY = {"ready": True}
PATIENCE = 60.0  # seconds a child may take to start: a cold disk, a virus scanner
GRACE = 10  # seconds after which a child whose parent was killed ends by itself
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from tracker.commands.guarded import serve; "
    "serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))"
)
# Threads of the linear algebra library, of which nothing is used, would each reserve memory.
_QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Limits:
    """What one file may cost: seconds, and bytes of memory on top of what the program itself takes.

    A workbook of 100,000 customers with 200,000 rows of history takes 10 s and half a gibibyte.
    """

    seconds: float = 120.0
    memory: int = 2 << 30

    @property
    def words(self) -> tuple[str, str]:
        """As a child is told them; it ends by itself a little later than it would be killed."""
        return str(self.memory), str(ceil(self.seconds) + GRACE)


class Guarded:
    """Does the work named as ``module:function`` in a child process; to be used in a ``with``.

    The function takes and gives plain data, and says in them what went wrong.
    """

    def __init__(self, work: str, limits: Limits | None = None) -> None:
        self._work, self._limits = work, limits or Limits()
        self._child: _Child | None = None
        self._lock, self._over = Lock(), False  # another thread may end it while this one asks
        self.started = 0  # how many children there were

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._over = True
        self._stop()

    def ask(self, question: Plain) -> Plain:
        """What the work answers; UnreadableError when the child hung, ran out of memory, or died of it."""
        child = self._ready()
        try:
            child.put(question)
            reply = child.answer(self._limits.seconds)
        except TimeoutError:
            self._stop()
            raise UnreadableError(
                f"checking it took more than {self._limits.seconds:g} seconds and was stopped. "
                "Look at it in Excel, or give it longer with --timeout-per-file."
            ) from None
        if reply is None:
            self._stop()
            raise UnreadableError("it broke the process that was checking it. Look at it in Excel, or leave it out.")
        if "answer" not in reply:
            self._stop()
            raise UnreadableError(
                "checking it takes more memory than one file may have. Look at it in Excel, or check it alone."
            )
        answer: Plain = reply["answer"]
        return answer

    def _ready(self) -> _Child:
        """The child, started when there is none; UnreadableError when it does not start, or all is over."""
        with self._lock:
            if self._child is not None:
                return self._child
            if not self._over:
                self._child = _Child(self._work, self._limits)
                self.started += 1
            child = self._child
        if child is None or child.answer(PATIENCE) != READY:
            self._stop()
            raise UnreadableError("the process that was to check it did not start. Check it alone, by its name.")
        return child

    def _stop(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.stop()


class _Child:
    """One child process, and a thread that takes what it says: not every system can wait for a pipe with a limit."""

    def __init__(self, work: str, limits: Limits) -> None:
        path = [str(Path(entry).absolute()) for entry in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, json.dumps(path), work, *limits.words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            stderr=subprocess.DEVNULL,  # what a library prints as it dies may hold what it read
            env={**os.environ, **_QUIET},
        )
        assert self._process.stdin and self._process.stdout
        self._stdin, self._said = self._process.stdin, SimpleQueue[bytes]()
        Thread(target=_take, args=(self._process.stdout, self._said), daemon=True).start()

    def put(self, question: Plain) -> None:
        with suppress(OSError):  # a child that has died does not answer either
            self._stdin.write(json.dumps(question).encode() + b"\n")
            self._stdin.flush()

    def answer(self, seconds: float) -> Plain | None:
        """The next line; None when the child is gone. Raises TimeoutError."""
        try:
            line = self._said.get(timeout=seconds)
        except Empty:
            raise TimeoutError from None
        try:
            found: Plain = json.loads(line)
        except ValueError:
            return None
        return found

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._stdin.close()


def _take(stream: IO[bytes], said: SimpleQueue[bytes]) -> None:
    """Hand on each line, and an empty one at the end."""
    with stream:
        for line in stream:
            said.put(line)
    said.put(b"")


def serve(work: str, memory: int, seconds: int) -> None:
    """What a child does: answer until nobody asks any more, or until it has run out of memory."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not pass for an answer
    module, _, name = work.partition(":")
    function: Work = getattr(import_module(module), name)
    _limit(memory)
    _say(out, READY)
    for line in sys.stdin.buffer:
        _alarm(seconds)
        try:
            answer = function(json.loads(line))
        except MemoryError:
            _say(out, {"failed": "memory"})
            return
        _alarm(0)
        _say(out, {"answer": answer})


def _alarm(seconds: int) -> None:
    """End this process in so many seconds, 0: not at all; where the system has alarms."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _say(out: IO[bytes], reply: Plain) -> None:
    out.write(json.dumps(reply).encode() + b"\n")
    out.flush()


def _limit(memory: int) -> None:
    """No more memory than this beyond what is held now, no files, no dump of the memory; as far as the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for which, most in ((resource.RLIMIT_AS, _held() + memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(which)[1]
        with suppress(OSError, ValueError):
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _held() -> int:
    """Bytes of address space in use, 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
