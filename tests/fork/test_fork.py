"""A copy of the process at work: its answer arrives whole or not at all, and nothing of it is left."""

import functools
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def test_where_no_thread_may_be_made_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the copy was the last process that was allowed, and counts as one until its end was noted."""

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    before = children()
    collect = fork.start_copy(lambda: "answer")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert collect() == "answer"
    assert fork.start_copy(lambda: "answer")() is None, "nor may the copy"
    for copy in children() - before:
        os.waitpid(int(copy), 0)


def test_what_was_printed_before_is_printed_once() -> None:
    program = "import sys; from tracker.fork import start_copy; sys.stdout.write('once'); start_copy(list)()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "once"


LEAVING = """
import os, sys, time
from tracker.fork import start_copy
def long():
    time.sleep(600)
def much():
    return bytes(1 << 22)
start_copy({work})
{end}
"""


def held_open(program: str, **how: Any) -> tuple[bytes, subprocess.CompletedProcess[bytes]]:
    """What a program and its copies write to a pipe that they all hold, read until the last of them is gone."""
    receiver, sender = os.pipe()
    done = subprocess.run(
        [sys.executable, "-c", program, str(sender)], capture_output=True, timeout=60, pass_fds=[sender], **how
    )
    os.close(sender)
    with selectors.DefaultSelector() as waiting, os.fdopen(receiver, "rb") as told:
        waiting.register(told, selectors.EVENT_READ)
        assert waiting.select(60), "a copy is left behind"
        return told.read(), done


@pytest.mark.parametrize("end", ["sys.exit(3)", "os.kill(os.getpid(), 9)"], ids=["ends", "is killed"])
@pytest.mark.parametrize("work", ["long", "much"], ids=["at work", "about to answer"])
def test_a_copy_ends_with_the_process_that_made_it(work: str, end: str) -> None:
    told, done = held_open(LEAVING.format(work=work, end=end))
    assert (told, done.stdout, done.stderr) == (b"", b"", b"") and done.returncode in (3, -9)


def test_who_waits_for_the_end_of_what_is_printed_does_not_wait_for_a_copy() -> None:
    """A pipe to another program is closed by the process, however long its copy goes on."""
    end = "os.write(1, b'printed'); [os.close(one) for one in (1, 2)]; sys.stdin.read(); os._exit(0)"
    program = LEAVING.format(work="long", end=end)
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout and running.stdin
        with selectors.DefaultSelector() as waiting:
            waiting.register(running.stdout, selectors.EVENT_READ)
            said = [os.read(running.stdout.fileno(), 100) for _ in range(2) if waiting.select(30)]
        running.stdin.close()
    assert b"".join(said) == b"printed" and said[-1] == b""


ANSWERED = """
import os, sys
from tracker.fork import deal, start_copy
dealt = deal("abc")
collect = start_copy(lambda: ("answer", list(dealt)))
answer, theirs = collect() or ("none", [])
os.write(int(sys.argv[1]), f"{answer} {''.join(sorted([*dealt, *theirs]))}".encode())
"""


def test_where_the_end_of_a_copy_is_told_to_nobody_nothing_is_said_about_it() -> None:
    """Some programs start others with the signal of it ignored."""
    ignoring = functools.partial(signal.signal, signal.SIGCHLD, signal.SIG_IGN)
    ends = "import threading\n[one.join() for one in threading.enumerate() if one.daemon]"
    told, done = held_open(ANSWERED + ends, preexec_fn=ignoring)
    assert (told, done.stderr, done.returncode) == (b"answer abc", b"", 0)


@pytest.mark.parametrize("closed", [(0,), (0, 1), (0, 1, 2), (1, 2)])
def test_a_process_without_streams_has_its_answer(closed: tuple[int, ...]) -> None:
    told, done = held_open(ANSWERED, preexec_fn=lambda: [os.close(one) for one in closed])
    assert (told, done.returncode) == (b"answer abc", 0)


@pytest.mark.parametrize(
    ("system", "processors", "worth"), [("linux", 2, True), ("linux", 1, False), ("darwin", 8, False)]
)
def test_when_a_copy_is_worth_making(
    monkeypatch: pytest.MonkeyPatch, system: str, processors: int, worth: bool
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(fork, "cores", lambda: processors)
    assert fork.worthwhile() is worth
