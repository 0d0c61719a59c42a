"""Several runs at once: one writes at a time, none is lost, and whoever did not get in was told.

The sample here runs with the suite; all 100 rounds run with ``make test-faults``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from books import WORKBOOK_ID as BOOK_ID
from books import new_book, type_rows
from keeping import WORKBOOK_ID, history, leftovers

from tracker.keeper import Verdict, copies, history_folder, holds, read_chain, read_copy

# Each run adds one to the number in the file; told when to begin, so that all of them begin at once.
ADDS = f"""
import sys, time
from pathlib import Path
from tracker.errors import BusyError
from tracker.keeper import Keeping, writing
from tracker.model.grid import Note
path, wait, rounds, name = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
for number in range(rounds):
    begin = path.with_name(f"begin{{number}}")
    path.with_name(f"ready{{number}}-{{name}}").touch()
    while not begin.exists():
        time.sleep(0.001)
    try:
        with writing(path, Keeping(wait=wait)) as held:
            more = b"%d" % (int(held.data) + 1)
            held.replace(held.data, more, int, Note("{WORKBOOK_ID}", "refresh"))
        print("wrote", flush=True)
    except BusyError as error:
        print("busy", flush=True)
"""


def race(path: Path, runs: int, wait: float, rounds: int) -> list[str]:
    """What each run of each round said; between the rounds all of them are waited for."""
    path.write_bytes(b"0")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ADDS, str(path), str(wait), str(rounds), str(name)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in range(runs)
    ]
    for number in range(rounds):
        while len(list(path.parent.glob(f"ready{number}-*"))) < runs and all(one.poll() is None for one in started):
            pass
        path.with_name(f"begin{number}").touch()
    said = [one.communicate(timeout=600) for one in started]
    assert not any(error for _, error in said), said
    for one in (*path.parent.glob("ready*"), *path.parent.glob("begin*")):
        one.unlink()
    return [word for text, _ in said for word in text.split()]


def judged(path: Path, said: list[str]) -> None:
    """Every write that was told is in the file, in the log and among the copies, and nothing else is left."""
    wrote = said.count("wrote")
    assert int(path.read_bytes()) == wrote, "no update is lost"
    chain = read_chain(history(path))
    assert chain.verdict is Verdict.WHOLE and len(chain.entries) == wrote
    assert all(one.after == two.before for one, two in zip(chain.entries, chain.entries[1:], strict=False))
    assert all(map(holds, copies(history(path)))) and leftovers(path) == []


@pytest.mark.parametrize("runs", [2, 10])
def test_runs_at_once_that_wait_all_get_in(tmp_path: Path, runs: int) -> None:
    said = race(tmp_path / "count.xlsx", runs, 120, 2)
    assert said.count("wrote") == 2 * runs
    judged(tmp_path / "count.xlsx", said)


@pytest.mark.parametrize("runs", [2, 10])
def test_of_runs_at_once_that_do_not_wait_one_gets_in(tmp_path: Path, runs: int) -> None:
    said = race(tmp_path / "count.xlsx", runs, 0, 3)
    assert len(said) == 3 * runs and said.count("wrote") >= 3
    judged(tmp_path / "count.xlsx", said)


@pytest.mark.faults
@pytest.mark.parametrize("runs", [2, 10])
@pytest.mark.parametrize("wait", [0, 600])
def test_100_rounds(tmp_path: Path, runs: int, wait: int) -> None:
    said = race(tmp_path / "count.xlsx", runs, wait, 100)
    assert len(said) == 100 * runs and said.count("wrote") >= (100 * runs if wait else 100)
    judged(tmp_path / "count.xlsx", said)


@pytest.mark.parametrize("button", [3, pytest.param(20, marks=pytest.mark.faults)])
def test_a_button_pressed_many_times_refreshes_once(tmp_path: Path, button: int) -> None:
    """Real refreshes of a real workbook: the first writes, the others find it busy or have nothing to write."""
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "m@x.org", "owner": "Bo"}]))
    before = path.read_bytes()
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tracker", "refresh", str(path), "--today", "2026-11-18"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(button)
    ]
    said = ["".join(one.communicate(timeout=600)) for one in started]
    assert {one.returncode for one in started} <= {0, 4}
    assert sum("refreshed:" in text for text in said) == 1
    assert all("another run is writing it" in text for one, text in zip(started, said, strict=True) if one.returncode)
    (copy,) = copies(history_folder(path, BOOK_ID))
    assert read_copy(copy) == before and leftovers(path) == []
