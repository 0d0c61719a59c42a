"""Each call of a real refresh that changes a file fails as a disk or share may make it fail.

Before the rename: the old bytes, one line, exit 6; a run goes on only without what it can do without (`harmless`).
After the rename the new workbook stands whole, the run says that it was written, and the next one finishes the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from faulty import CLEAN, STORAGE, Call, Ran, Shop, harmless, needs_strace, one_line, sentence, sha, whole_lines

ERRORS = ("ENOSPC", "EIO", "EACCES", "EBUSY", "EROFS", "ESTALE")
Counted = Callable[[str, int, int], None]


def wrong_with(shop: Shop, ran: Ran, free: bool) -> str:
    """What is wrong with how a run ended; ``free``: it may have gone on."""
    old = sha(shop.path) == shop.old
    if ran.code == STORAGE:
        return "" if old and one_line(ran) else "it failed, but the workbook is another" if not old else "not one line"
    if ran.code != CLEAN:
        return "neither written nor exit 6"
    if old:
        return "it said that it wrote, and did not"
    return "" if free else "it went on without what it needs"


def fails_at_each(shop: Shop, error: str, counted: Counted, chosen: slice) -> None:
    needs_strace()
    found = shop.calls()
    swapped = _swap(found, shop)
    wrong = []
    for place, call in list(enumerate(found))[chosen]:
        ran = shop.faulty(call, f"error={error}")
        free = harmless(call) or place > swapped
        if said := wrong_with(shop, ran, free) or shop.verdict():
            wrong.append(sentence(call, ran, said))
    cases = len(found[chosen])
    counted(f"{error} at each call", cases - len(wrong), cases)
    assert not wrong, "\n".join(wrong)


def _swap(found: Sequence[Call], shop: Shop) -> int:
    """Which of the calls puts the new workbook in place."""
    (place,) = (i for i, call in enumerate(found) if call.name.startswith("rename") and f'"{shop.path}"' in call.line)
    return place


@pytest.mark.faults
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("shop", ["narrow", "rows", "history"], indirect=True)
def test_every_call_fails(shop: Shop, error: str, counted: Counted) -> None:
    fails_at_each(shop, error, counted, slice(None))


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("shop", ["narrow"], indirect=True)
def test_some_calls_fail(shop: Shop, error: str, counted: Counted) -> None:
    """Each error at other calls, so that together they meet about every fourth."""
    fails_at_each(shop, error, counted, slice(4 * ERRORS.index(error) + 1, None, 24))


def test_the_halves_of_a_call_that_another_thread_came_between_are_one() -> None:
    trace = [
        "1 fsync(11</w/a.tmp> <unfinished ...>",
        '2 openat(AT_FDCWD, "/w/x", O_RDONLY) = 3',
        "1 <... fsync resumed>)     = -1 EBUSY (Device or resource busy) (INJECTED)",
    ]
    assert whole_lines("\n".join(trace)) == [
        "1 fsync(11</w/a.tmp>)     = -1 EBUSY (Device or resource busy) (INJECTED)",
        trace[1],
    ]
