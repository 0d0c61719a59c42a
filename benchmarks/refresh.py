"""Whole jobs on a generated workbook, each in a process of its own, beside a library's load and save in the same run.

    python benchmarks/refresh.py --customers 100000                      the narrow workbook
    python benchmarks/refresh.py --customers 100000 --shape canonical    every column, as many events as customers
    python benchmarks/refresh.py --rounds 5 --peer-rounds 1              the libraries take long: once will do

The jobs take turns, round after round, so that what else the machine does falls on all of them. Ratios of the medians
count; seconds are for orientation. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median

TRACKER = Path(sys.executable).with_name("tracker")
TODAY = "2026-11-18"
SHAPES = ("canonical", "narrow")
FLOOR = """
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as package:
    for name in package.namelist():
        with package.open(name) as part:
            while part.read(1 << 20):
                pass
"""
OPENPYXL = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
PANDAS = """
import sys, pandas
sheets = pandas.read_excel(sys.argv[1], sheet_name=None, engine="calamine")
for name, frame in sheets.items():
    frame.isna().sum()
"""
PEER = "openpyxl load + save"
MEGA = 1 << 20


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
        _generate(original, options)
        xml = _sheet_xml(original)
        size = f"{original.stat().st_size / MEGA:.1f} MB, {xml / MEGA:.0f} MB of sheet XML"
        print(f"{options.shape}, {options.customers:,} customers, 2 × {options.events:,} events: {size}")
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


def _generate(path: Path, options: argparse.Namespace) -> None:
    """In a process of its own: a child's peak memory starts at that of the process that forks it."""
    sizes = (str(options.customers), str(options.events))
    maker = Path(__file__).with_name("books.py")
    subprocess.run([sys.executable, str(maker), options.shape, str(path), *sizes], check=True)


def _sheet_xml(path: Path) -> int:
    """Bytes of the sheets' XML."""
    with zipfile.ZipFile(path) as package:
        members = package.infolist()
    return sum(member.file_size for member in members if member.filename.startswith("xl/worksheets/sheet"))


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
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(job.command, stdout=output, stderr=output, env=_environment())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            output.seek(0)
            said = output.read().decode(errors="replace")[-2000:]
            if not job.peer:
                raise SystemExit(f"{job.name} failed ({process.returncode}): {said}")
            print(f"{job.name} gave up ({process.returncode}) after {seconds:.0f} s. {said}")
            seconds = nan  # the others still count
    return seconds, usage.ru_maxrss / 1024


def _environment() -> dict[str, str]:
    """As for a program that is installed: its compiled files are kept."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _print(measures: list[Measure]) -> None:
    floor = measures[0].seconds
    peer = next((one.seconds for one in measures if one.name == PEER), None)
    print(f"{'job':<44}{'seconds':>9}{'MB':>8}{'× floor':>9}{'faster than openpyxl':>22}")
    for one in measures:
        ratio = f"{peer / one.seconds:.1f}" if peer else ""
        print(f"{one.name:<44}{one.seconds:>9.2f}{one.megabytes:>8.0f}{one.seconds / floor:>9.1f}{ratio:>22}")


if __name__ == "__main__":
    main()
