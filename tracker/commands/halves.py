"""The checks of one large workbook on two processors: the later half of them in a copy of this process.

Where that cannot be, and for a small workbook, the checks take turns. Many files are shared out file by file instead
(`crew`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from tracker.checks import LATER, Check, in_turn
from tracker.fork import start_copy, worthwhile
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

LARGE = 20_000  # rows from which a copy costs less than it saves


def in_halves(checks: Sequence[Check], snapshot: Snapshot) -> Iterator[Finding]:
    """What each check finds, in the order of the checks, whoever ran it."""
    if sum(map(len, snapshot.frames.values())) < LARGE or not worthwhile():
        return in_turn(checks, snapshot)
    collect = start_copy(lambda: list(in_turn(checks[LATER:], snapshot)))
    mine = list(in_turn(checks[:LATER], snapshot))
    theirs = collect()
    return chain(mine, in_turn(checks[LATER:], snapshot) if theirs is None else theirs)
