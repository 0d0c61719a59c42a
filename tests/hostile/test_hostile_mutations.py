"""Workbooks of real programs with seeded damage: refused in one line or read, never a traceback, a hang, a silent zero.

A thousand mutations run with the suite, five thousand more with ``make test-faults``.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from harness import Server
from hostile_base import good
from specimens import specimens

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a fork is of POSIX")

SECONDS = 60


@pytest.mark.parametrize("seeds", [range(950), pytest.param(range(950, 4950), marks=pytest.mark.faults)], ids=len)
def test_mutations_of_specimens(seeds: range, tmp_path: Path) -> None:
    """Read whole, and as a source of an import: the latter through a library that a file of two kilobytes can end."""
    files = []
    for one in specimens(every=4):
        if len(one.data) < 300_000:
            files.append(tmp_path / f"{len(files)}.xlsx")
            files[-1].write_bytes(one.data)
    _mutate([(files[seed % len(files)], seed, False) for seed in seeds])


@pytest.mark.parametrize("seeds", [range(50), pytest.param(range(50, 1050), marks=pytest.mark.faults)], ids=len)
def test_mutations_of_our_own(seeds: range, tmp_path: Path) -> None:
    """Refreshed in memory: whatever is not refused is planned and patched."""
    file = tmp_path / "ours.xlsx"
    file.write_bytes(good())
    _mutate([(file, 10_000 + seed, True) for seed in seeds])


def _mutate(tries: list[tuple[Path, int, bool]]) -> None:
    outcomes, wrong = Counter[str](), []
    with Server() as server:
        for file, seed, ours in tries:
            question = {"work": "mutations:looked", "file": str(file), "seed": seed, "ours": ours, "rows": 4}
            answer = server.ask({**question, "seconds": SECONDS})
            said = answer["runs"][0] if answer["runs"] else {}
            outcomes[said.get("refused") or ("read" if said else "ended")] += 1
            if not said or said["lost"]:
                wrong.append((file.name, seed, answer["signal"], said))
    print(f"\n{len(tries)} mutations: {dict(outcomes)}")
    assert not wrong
