"""The checks on two processors: what they find is what they find in turn, whatever becomes of the copy."""

import os
import signal
import sys

import pytest
from world import world

from tracker import fork
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


def dirty():
    """The snapshot of a workbook with something wrong, as the checks get it."""
    snapshot = identify(world(DIRTY).read()).snapshot
    return derive(snapshot, leading_to(snapshot.schema, DERIVED))


@pytest.fixture
def always(monkeypatch):
    """Every workbook is a large one, and there is a second processor."""
    monkeypatch.setattr(halves, "LARGE", 0)
    monkeypatch.setattr(fork, "cores", lambda: 2)


@pytest.fixture(params=["the copy", "this process", "the two by turns", "whoever comes first"])
def dealt(request, always, monkeypatch):
    """Who takes which checks; left to themselves, the copy of a small workbook hardly comes to any."""
    here, who = os.getpid(), request.param

    def is_mine(number):
        ours = os.getpid() == here
        return {"the copy": not ours, "this process": ours, "the two by turns": number % 2 == ours}[who]

    if who != "whoever comes first":
        monkeypatch.setattr(halves, "deal", lambda items: filter(is_mine, items))
    return who


@linux
def test_whoever_checks_what_is_found_is_what_the_checks_find_in_turn(dealt):
    snapshot = dirty()
    found = list(halves.in_halves(CHECKS, snapshot))
    assert found == list(in_turn(CHECKS, snapshot))
    assert {one.code[0] for one in found} >= {"V", "L", "D"}, "kinds of both halves"


@linux
def test_what_was_asked_of_the_copy_is_not_done_again_here(dealt):
    """A check says in which process it ran."""

    def check_who(_):
        return [finding("W109", Place(), value=str(os.getpid()))]

    found = list(halves.in_halves([check_who] * 4, dirty()))
    here = [one.value == str(os.getpid()) for one in found]
    assert here == {
        "the copy": [False] * 4,
        "this process": [True] * 4,
        "the two by turns": [False, True] * 2,
    }.get(dealt, here)


@linux
def test_a_check_that_fails_is_a_finding_whoever_ran_it(dealt):
    def check_badly(_):
        raise ValueError("marsh@b.example")

    snapshot = dirty()
    found = list(halves.in_halves((check_badly, *CHECKS, check_badly), snapshot))
    assert [one.details for one in (found[0], found[-1])] == [{"check": "check_badly"}] * 2


@pytest.mark.parametrize("refused", ["rows", "processors", "system"])
def test_a_small_workbook_one_processor_and_another_system_take_turns(always, monkeypatch, refused):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("copied"), raising=False)
    if refused == "rows":
        monkeypatch.setattr(halves, "LARGE", 1_000)
    if refused == "processors":
        monkeypatch.setattr(fork, "cores", lambda: 1)
    if refused == "system":
        monkeypatch.setattr(sys, "platform", "darwin")
    snapshot = dirty()
    assert list(halves.in_halves(CHECKS, snapshot)) == list(in_turn(CHECKS, snapshot))


@linux
def test_who_gets_no_answer_works_itself(dealt):
    here = os.getpid()

    def check_once(snapshot):
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return FOUND

    snapshot = dirty()
    found = list(halves.in_halves((check_once, *CHECKS, check_once), snapshot))
    assert found == [*FOUND, *in_turn(CHECKS, snapshot), *FOUND]


@linux
def test_memory_that_does_not_suffice_here_ends_the_run_and_in_the_copy_does_not(dealt):
    here = os.getpid()

    def check_much(_):
        raise MemoryError

    def check_much_there(_):
        if os.getpid() != here:
            raise MemoryError
        return FOUND

    snapshot = dirty()
    assert list(halves.in_halves([check_much_there] * 2, snapshot)) == FOUND * 2
    with pytest.raises(MemoryError):
        list(halves.in_halves([check_much] * 2, snapshot))
