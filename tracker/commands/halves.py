"""The checks of one large workbook on two processors: some of them in a copy of this process.

Where that cannot be, and for a small workbook, the checks take turns. Many files are shared out file by file instead
(`crew`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from tracker.checks import Check, in_turn
from tracker.fork import deal, start_copy, worthwhile
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot

LARGE = 20_000  # rows from which a copy costs less than it saves


def in_halves(checks: Sequence[Check], snapshot: Snapshot) -> Iterator[Finding]:
    """What each check finds, in the order of the checks, whoever ran it."""
    if sum(map(len, snapshot.frames.values())) < LARGE or not worthwhile():
        return in_turn(checks, snapshot)
    dealt = deal(range(len(checks)))

    def some(numbers: Iterable[int]) -> dict[int, list[Finding]]:
        return {number: list(in_turn([checks[number]], snapshot)) for number in numbers}

    collect = start_copy(lambda: some(dealt))
    found = some(dealt) | (collect() or {})
    found |= some(number for number in range(len(checks)) if number not in found)  # of a copy that came to an end
    return chain.from_iterable(found[number] for number in range(len(checks)))
