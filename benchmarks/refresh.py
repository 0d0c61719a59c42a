"""Whole jobs on a generated workbook, each in a process of its own, beside a library's load and save in the same run.

    python benchmarks/refresh.py --customers 100000                      the narrow workbook
    python benchmarks/refresh.py --customers 100000 --shape canonical    every column, as many events as customers
    python benchmarks/refresh.py --rounds 5 --peer-rounds 1              the libraries take long: once will do

The jobs take turns, round after round, so that what else the machine does falls on all of them. Ratios of the medians
count; seconds are for orientation. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median

from timing import FLOOR, TODAY, TRACKER, generate, run, size

SHAPES = ("canonical", "narrow")
OPENPYXL = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
PANDAS = """
import sys, pandas
sheets = pandas.read_excel(sys.argv[1], sheet_name=None, engine="calamine")
for name, frame in sheets.items():
    frame.isna().sum()
"""
PEER = "openpyxl load + save"


@dataclass(frozen=True)
class Job:
    """A job: its name, its command, whether the workbook is to be restored before each run, whether it is a peer's."""

    name: str
    command: Sequence[str]
    fresh: bool = False
    peer: bool = False


@dataclass(frozen=True)
class Measure:
    """The median of some runs, and the largest memory of any."""

    name: str
    seconds: float
    megabytes: float


def main() -> None:
    """Generate, measure, print a table."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        original = folder / "original.xlsx"
        generate(options.shape, original, options.customers, options.events)
        print(f"{options.shape}, {options.customers:,} customers, 2 × {options.events:,} events: {size(original)}")
        jobs = _jobs(folder / "work.xlsx", folder / "peer.xlsx")
        measures = _measured(jobs, original, folder / "work.xlsx", options)
    _print(measures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--events", type=int, help="interactions, and purchases (default: see above; narrow: a tenth)")
    parser.add_argument("--shape", choices=SHAPES, default="narrow")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each job; the median is shown")
    parser.add_argument("--peer-rounds", type=int, help="the same of other libraries (default: as many)")
    parser.add_argument("--folder", help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    if options.events is None:
        options.events = options.customers if options.shape == "canonical" else options.customers // 10
    if options.peer_rounds is None:
        options.peer_rounds = options.rounds
    return options


def _jobs(work: Path, other: Path) -> list[Job]:
    day = ("--today", TODAY)
    return [
        Job("inflate only (the floor)", (sys.executable, "-c", FLOOR, str(work))),
        Job("tracker refresh, every tool cell changed", (str(TRACKER), "refresh", str(work), *day), fresh=True),
        Job("tracker refresh, nothing changed", (str(TRACKER), "refresh", str(work), *day)),
        Job("tracker validate", (str(TRACKER), "validate", str(work), "--fail-on", "never", *day)),
        Job(PEER, (sys.executable, "-c", OPENPYXL, str(work), str(other)), fresh=True, peer=True),
        Job("pandas + calamine, reading alone", (sys.executable, "-c", PANDAS, str(work)), fresh=True, peer=True),
    ]


def _measured(jobs: Sequence[Job], original: Path, work: Path, options: argparse.Namespace) -> list[Measure]:
    """The jobs in turn, round after round."""
    runs: dict[str, list[tuple[float, float]]] = {}
    for number in range(max(options.rounds, options.peer_rounds)):
        for job in jobs:
            if number < (options.peer_rounds if job.peer else options.rounds):
                if job.fresh or not work.exists():
                    shutil.copyfile(original, work)
                runs.setdefault(job.name, []).append(_run(job))
    return [Measure(name, median(s for s, _ in found), max(mb for _, mb in found)) for name, found in runs.items()]


def _run(job: Job) -> tuple[float, float]:
    """Seconds and peak megabytes of one process."""
    done = run(job.command)
    if done.code in (0, 1):
        return done.seconds, done.megabytes
    said = (done.output + done.errors)[-2000:]
    if not job.peer:
        raise SystemExit(f"{job.name} failed ({done.code}): {said}")
    print(f"{job.name} gave up ({done.code}) after {done.seconds:.0f} s. {said}")
    return nan, done.megabytes  # the others still count


def _print(measures: list[Measure]) -> None:
    floor = measures[0].seconds
    peer = next((one.seconds for one in measures if one.name == PEER), None)
    print(f"{'job':<44}{'seconds':>9}{'MB':>8}{'× floor':>9}{'faster than openpyxl':>22}")
    for one in measures:
        ratio = f"{peer / one.seconds:.1f}" if peer else ""
        print(f"{one.name:<44}{one.seconds:>9.2f}{one.megabytes:>8.0f}{one.seconds / floor:>9.1f}{ratio:>22}")


if __name__ == "__main__":
    main()
