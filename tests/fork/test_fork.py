"""A copy of the process at work: its answer arrives whole or not at all, and nothing of it is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tracker import fork

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process is copied on Linux alone")
MUCH = np.arange(1 << 20)  # more than a pipe holds


def children() -> set[str]:
    """The processes that this one has started and that are not yet taken apart, once those that end have ended."""
    for one in threading.enumerate():
        if one.name == fork.END:
            one.join(30)
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


@pytest.fixture
def no_more() -> Iterator[None]:
    """What a test starts is over with it; other tests may have left something at work."""
    before = children()
    yield
    assert children() <= before, "no copy is left behind"


def opened() -> set[str]:
    """The numbers of the files that this process has open."""
    return {one.name for one in Path("/proc/self/fd").iterdir() if one.exists()}


def test_the_answer_is_another_process_s_and_may_be_larger_than_a_pipe(no_more: None) -> None:
    before = opened()
    collect = fork.start_copy(lambda: (os.getpid(), MUCH))
    number, much = collect() or (0, MUCH[:0])
    assert number not in (0, os.getpid())
    assert (much == MUCH).all()
    assert opened() == before, "the pipe is closed"


@pytest.mark.parametrize("answer", [[], 0, "", False])
def test_an_answer_may_be_nothing_much(answer: object) -> None:
    assert fork.start_copy(lambda: answer)() == answer


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def failing() -> None:
    raise MemoryError


class Broken:
    """Half an answer, and then the end."""

    def __reduce__(self) -> str:
        sys.stderr.flush()
        os._exit(0)


@pytest.mark.parametrize(
    "work",
    [killed, failing, lambda: (MUCH, Broken()), lambda: threading.Lock()],
    ids=["killed", "an error", "broken off", "no answer to be handed over"],
)
def test_without_a_whole_answer_there_is_none(work, capfd: pytest.CaptureFixture[str], no_more: None) -> None:
    assert fork.start_copy(work)() is None
    assert capfd.readouterr() == ("", ""), "the copy is silent"


def test_an_answer_that_breaks_off_in_the_middle_is_none() -> None:
    def work() -> object:
        threading.Timer(0.1, os._exit, [0]).start()  # nobody reads yet, so that it waits with a pipe full of it
        return MUCH

    before = children()
    collect = fork.start_copy(work)
    (copy,) = children() - before
    os.waitid(os.P_PID, int(copy), os.WEXITED | os.WNOWAIT)
    assert collect() is None


def test_what_is_dealt_is_taken_once_by_one_of_the_two() -> None:
    before = opened()
    dealt = fork.deal("abcdefghij")
    first = next(dealt)
    collect = fork.start_copy(lambda: [one for one in dealt if not time.sleep(0.01)])
    mine = [one for one in dealt if not time.sleep(0.01)]
    theirs = collect() or []
    assert first == "a" and sorted([*mine, *theirs]) == list("bcdefghij")
    assert mine and theirs
    assert opened() == before


def test_what_nobody_takes_is_closed_with_the_last_who_could() -> None:
    before = opened()
    dealt = fork.deal([1, 2, 3])
    del dealt
    assert opened() == before


def test_where_no_process_may_be_made_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = opened()
    monkeypatch.setattr(os, "fork", refuse)
    assert fork.start_copy(list)() is None
    assert opened() == before


def test_what_was_printed_before_is_printed_once() -> None:
    program = "import sys; from tracker.fork import start_copy; sys.stdout.write('once'); start_copy(list)()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "once"


@pytest.mark.parametrize(
    ("system", "processors", "worth"), [("linux", 2, True), ("linux", 1, False), ("darwin", 8, False)]
)
def test_when_a_copy_is_worth_making(
    monkeypatch: pytest.MonkeyPatch, system: str, processors: int, worth: bool
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(fork, "cores", lambda: processors)
    assert fork.worthwhile() is worth
