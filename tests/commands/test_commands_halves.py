"""The checks on two processors: what they find is what they find in turn, whatever becomes of the copy."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from world import world

from tracker.checks import CHECKS, DERIVED, in_turn
from tracker.commands import halves
from tracker.engine.derive import derive, leading_to
from tracker.engine.identify import identify
from tracker.model.finding import Place
from tracker.schema.findings import finding

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process is copied on Linux alone")
FOUND = [finding("W109", Place(), value="found by whom?")]
DIRTY = """
Customers
customer_id | first_name | last_name | email         | owner | phone
C1          | Ann        | Marsh     | x             | Anna  | 4255550000
C1          | Bo         | Silva     | bo@b.example  |       | 4255550000
C3          | Bob        | Marsh     | bo@b.example  | Anna  |

Purchases
purchase_id | customer | purchased_at | quantity | line_amount
P1          | C9       | today+3d     | -1       | soon
"""


def ended():
    """Whether no copy is left, once those that are about to end have ended."""
    for one in threading.enumerate():
        if one.name == halves.END:
            one.join(30)
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def dirty():
    """The snapshot of a workbook with something wrong, as the checks get it."""
    snapshot = identify(world(DIRTY).read()).snapshot
    return derive(snapshot, leading_to(snapshot.schema, DERIVED))


@pytest.fixture
def always(monkeypatch):
    """Every workbook is a large one, and there is a second processor."""
    monkeypatch.setattr(halves, "LARGE", 0)
    monkeypatch.setattr(halves, "cores", lambda: 2)


def opened() -> set[str]:
    """The numbers of the files that this process has open."""
    return {one.name for one in Path("/proc/self/fd").iterdir() if one.exists()}


@linux
def test_both_halves_find_what_the_checks_find_in_turn(always):
    snapshot = dirty()
    before = opened()
    found = list(halves.in_halves(CHECKS, snapshot))
    assert found == list(in_turn(CHECKS, snapshot))
    assert {one.code[0] for one in found} >= {"V", "L", "D"}, "kinds of both halves"
    assert opened() == before, "the pipe is closed"
    assert ended(), "no copy is left behind"


@linux
def test_a_check_that_fails_in_the_copy_is_a_finding_too(always):
    def check_badly(_):
        raise ValueError("marsh@b.example")

    snapshot = dirty()
    found = list(halves.in_halves((*CHECKS, check_badly), snapshot))
    assert [one.details for one in found if one.code == "W199"] == [{"check": "check_badly"}]


@pytest.mark.parametrize("refused", ["rows", "processors", "system"])
def test_a_small_workbook_one_processor_and_another_system_take_turns(always, monkeypatch, refused):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("copied"), raising=False)
    if refused == "rows":
        monkeypatch.setattr(halves, "LARGE", 1_000)
    if refused == "processors":
        monkeypatch.setattr(halves, "cores", lambda: 1)
    if refused == "system":
        monkeypatch.setattr(sys, "platform", "darwin")
    snapshot = dirty()
    assert list(halves.in_halves(CHECKS, snapshot)) == list(in_turn(CHECKS, snapshot))


@linux
def test_who_gets_no_answer_works_itself():
    here = os.getpid()

    def work():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return FOUND

    assert halves.start_copy(work)() == FOUND


@linux
def test_an_answer_that_breaks_off_is_none():
    here = os.getpid()

    def work():
        if os.getpid() != here:
            raise MemoryError
        return FOUND

    assert halves.start_copy(work)() == FOUND


def test_where_no_process_may_be_made_the_work_is_done_here(monkeypatch):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse, raising=False)
    assert halves.start_copy(lambda: FOUND)() == FOUND


@linux
def test_what_was_printed_before_is_printed_once():
    program = "import sys; from tracker.commands.halves import start_copy; sys.stdout.write('once'); start_copy(list)()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "once"
