"""kill -9 at every call of a real refresh or fix that changes a file: the old workbook or the new one, and a next run.

A sample runs with the suite, every call with ``make test-faults``; so do 200 kills at moments that no call marks.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from faulty import CHANGING, Shop, calls, needs_strace, sentence

KILL = "signal=KILL"
Counted = Callable[[str, int, int], None]


def killed_at_each(shop: Shop, counted: Counted, every: int = 1) -> None:
    needs_strace()
    wrong, fell = [], 0
    chosen = shop.calls()[every // 2 :: every]
    for call in chosen:
        ran = shop.faulty(call, KILL)
        said = shop.verdict()
        fell += ran.code == -signal.SIGKILL
        if said or ran.code != -signal.SIGKILL:
            wrong.append(sentence(call, ran, said or "it was not killed"))
    counted("kill -9 at each call", len(chosen) - len(wrong), len(chosen))
    assert fell and not wrong, "\n".join(wrong)


@pytest.mark.faults
@pytest.mark.parametrize("shop", ["narrow", "rows", "history", "fixed"], indirect=True)
def test_killed_at_every_call(shop: Shop, counted: Counted) -> None:
    killed_at_each(shop, counted)


@pytest.mark.parametrize(("shop", "every"), [("narrow", 12), ("history", 20), ("fixed", 12)], indirect=["shop"])
def test_killed_at_some_calls(shop: Shop, every: int, counted: Counted) -> None:
    killed_at_each(shop, counted, every)


@pytest.mark.parametrize(
    ("shop", "kills"),
    [("narrow", 4), *(pytest.param(name, 67, marks=pytest.mark.faults) for name in ("narrow", "rows", "history"))],
    indirect=["shop"],
)
def test_killed_at_any_moment(shop: Shop, kills: int, counted: Counted) -> None:
    shop.again()
    started = time.monotonic()
    assert shop.warm.run(*shop.command).code == 0
    length = time.monotonic() - started
    dice, wrong, fell = random.Random(kills), [], 0
    for _ in range(kills):
        shop.again()
        moment = dice.random() * length
        with shop.warm.started(*shop.command) as process:
            time.sleep(moment)
            with suppress(ProcessLookupError):
                os.kill(process[0], signal.SIGKILL)
        fell += process[1] == -signal.SIGKILL
        if said := shop.verdict():
            wrong.append(f"after {moment:.3f} s: {said}")
    counted("kill -9 at any moment", kills - len(wrong), kills)
    assert fell and not wrong, "\n".join(wrong)


@pytest.mark.parametrize("shop", ["narrow"], indirect=True)
def test_the_runs_here_do_what_a_program_of_its_own_does(shop: Shop) -> None:
    """The same calls in the same order as ``python -m tracker`` started by strace, imports and all."""
    needs_strace()
    here = [call.name for call in shop.calls()]
    shop.again()
    trace = shop.warm.folder / "cold"
    command = ["strace", "-f", "-y", "-s", "8", "-e", f"trace={CHANGING}", "-o", str(trace)]
    done = subprocess.run([*command, sys.executable, "-m", "tracker", *shop.command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [call.name for call in calls(trace.read_text(errors="replace"), shop.folder)] == here
