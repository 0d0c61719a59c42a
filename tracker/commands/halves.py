"""The checks of one large workbook on two processors: the later half of them in a copy of this process.

The copy is there at once and has all that was read, so that nothing is handed over but what it finds. Only on Linux is
it safe to copy a process that has used its libraries; elsewhere, on one processor, and for a small workbook the checks
take turns. Many files are shared out file by file instead (`crew`).
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from threading import Thread

from tracker.checks import LATER, Check, in_turn
from tracker.commands.crew import cores
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

LARGE = 20_000  # rows from which a copy costs less than it saves
END = "the end of a copy"
WHOLE = b"\0whole\0"  # ends an answer that did not break off

Work = Callable[[], list[Finding]]


def in_halves(checks: Sequence[Check], snapshot: Snapshot) -> Iterator[Finding]:
    """What each check finds, in the order of the checks, whoever ran it."""
    if not sys.platform.startswith("linux") or cores() < 2 or sum(map(len, snapshot.frames.values())) < LARGE:
        return in_turn(checks, snapshot)
    collect = start_copy(lambda: list(in_turn(checks[LATER:], snapshot)))
    mine = list(in_turn(checks[:LATER], snapshot))
    return chain(mine, collect())


def start_copy(work: Work) -> Work:
    """Have a copy of this process do some work; what is returned waits for the answer, or works if none comes."""
    receiver, sender = os.pipe()
    try:
        child = os.fork()
    except OSError:  # no more processes are allowed
        os.close(receiver)
        os.close(sender)
        return work
    if child == 0:
        _answer(sender, work)
    os.close(sender)

    def collect() -> list[Finding]:
        with os.fdopen(receiver, "rb") as answer:
            told = answer.read()
        # Nobody waits while the system takes the memory of the copy apart.
        Thread(target=os.waitpid, args=(child, 0), name=END, daemon=True).start()
        if not told.endswith(WHOLE):
            return work()
        found: list[Finding] = pickle.loads(told.removesuffix(WHOLE))  # noqa: S301 - our own words
        return found

    return collect


def _answer(sender: int, work: Work) -> None:
    """Be the copy: say what was found, and end without what a process does at its end, which is the other one's."""
    try:
        with os.fdopen(sender, "wb") as answer:
            answer.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL) + WHOLE)
    finally:
        os._exit(0)
