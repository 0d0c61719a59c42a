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


@linux
def test_both_halves_find_what_the_checks_find_in_turn(always):
    snapshot = dirty()
    found = list(halves.in_halves(CHECKS, snapshot))
    assert found == list(in_turn(CHECKS, snapshot))
    assert {one.code[0] for one in found} >= {"V", "L", "D"}, "kinds of both halves"


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
        monkeypatch.setattr(fork, "cores", lambda: 1)
    if refused == "system":
        monkeypatch.setattr(sys, "platform", "darwin")
    snapshot = dirty()
    assert list(halves.in_halves(CHECKS, snapshot)) == list(in_turn(CHECKS, snapshot))


@linux
def test_who_gets_no_answer_works_itself(always, monkeypatch):
    here = os.getpid()

    def check_once(snapshot):
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return FOUND

    snapshot = dirty()
    assert list(halves.in_halves((*CHECKS, check_once), snapshot))[-1:] == FOUND
