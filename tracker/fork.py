"""Work done by a copy of this process on another processor, while this one goes on.

The copy is there at once and has all that was read, so that nothing is handed over but what it finds. Only on Linux is
it safe to copy a process that has used its libraries; elsewhere, and on one processor, nobody asks for one.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any, BinaryIO, TypeVar

END = "the end of a copy"
PIPE = 1 << 20  # bytes

Answer = TypeVar("Answer")
Item = TypeVar("Item")


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        return os.cpu_count() or 1


def worthwhile() -> bool:
    """Whether a copy can be made, and has a processor of its own."""
    return sys.platform.startswith("linux") and cores() > 1


def deal(items: Sequence[Item]) -> Iterator[Item]:
    """Items in order, each once, whichever takes it: this process, or a copy of it that is made afterwards.

    No more than 255 of them are dealt; who has nothing else to do takes the next, so that both end at one time.
    """
    receiver, sender = os.pipe()
    os.write(sender, bytes(range(len(items))))
    os.close(sender)
    return _dealt(items, os.fdopen(receiver, "rb", buffering=0))


def _dealt(items: Sequence[Item], numbers: BinaryIO) -> Iterator[Item]:
    with numbers:
        while number := numbers.read(1):
            yield items[number[0]]


def start_copy(work: Callable[[], Answer]) -> Callable[[], Answer | None]:
    """Have a copy of this process do some work; what is returned waits for the answer, and gives None if none comes."""
    receiver, sender = os.pipe()
    try:
        child = os.fork()
    except OSError:  # no more processes are allowed
        os.close(receiver)
        os.close(sender)
        return lambda: None
    if child == 0:
        _answer(receiver, sender, work)
    os.close(sender)

    def collect() -> Answer | None:
        with os.fdopen(receiver, "rb") as told:
            found: Answer | None = _told(told)
        # Nobody waits while the system takes the memory of the copy apart.
        with suppress(RuntimeError):  # no more threads are allowed: its end is noted when this process ends
            Thread(target=_bury, args=(child,), name=END, daemon=True).start()
        return found

    return collect


def _bury(child: int) -> None:
    with suppress(ChildProcessError):  # where the end of a process is ignored nothing is left of it
        os.waitpid(child, 0)


def _told(answer: BinaryIO) -> Any:
    """What a copy said; None where it broke off, which a pickle tells by its end."""
    try:
        return pickle.load(answer)  # noqa: S301 - our own words
    except (EOFError, pickle.UnpicklingError):
        return None


def _answer(receiver: int, sender: int, work: Callable[[], object]) -> None:
    """Be the copy: say what was found, and end without what a process does at its end, which is the other one's."""
    try:
        os.close(receiver)  # or there would be a reader still when the other one is gone
        _leave_streams(sender)
        Thread(target=_end_unheard, args=(sender,), daemon=True).start()
        _widen(sender)
        with os.fdopen(sender, "wb") as answer:
            pickle.dump(work(), answer, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def _leave_streams(sender: int) -> None:
    """Let go of the terminal, or whoever reads there would wait for the copy too."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in {0, 1, 2} - {sender}:
        os.dup2(nothing, stream)


def _end_unheard(sender: int) -> None:
    """End this process once nobody is left to hear its answer: the other one has ended, or was killed."""
    import select  # not what is waited for here on Windows

    pipe = select.poll()
    pipe.register(sender, 0)  # an error is always told, and it has one when there is no reader
    pipe.poll()
    os._exit(0)


def _widen(pipe: int) -> None:
    """Let more wait in a pipe, so that the two seldom wait for each other."""
    import fcntl  # not on Windows

    with suppress(OSError):  # a system may allow less
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)
