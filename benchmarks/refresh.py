"""Whole jobs on a generated workbook, each in a process of its own, beside a library's load and save in the same run.

    python benchmarks/refresh.py                          100,000 customers, the narrow workbook
    python benchmarks/refresh.py --shape canonical --rows 10000
    python benchmarks/refresh.py --repeat 5 --no-peers

Ratios count; seconds are for orientation. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    """A job: its name, its command, and whether the workbook is to be restored before each run."""

    name: str
    command: Sequence[str]
    fresh: bool = False


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
        print(f"{options.shape}, {options.rows:,} customers: {size}")
        jobs = _jobs(folder / "work.xlsx", folder / "peer.xlsx", options.peers)
        measures = [_measure(job, original, folder / "work.xlsx", options.repeat) for job in jobs]
    _print(measures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="customers")
    parser.add_argument("--events", type=int, default=0, help="interactions, and purchases (default: a tenth)")
    parser.add_argument("--shape", choices=SHAPES, default="narrow")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each job; the median is shown")
    parser.add_argument("--folder", default=None, help="where to work (default: the system's temporary folder)")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="leave the other libraries out")
    return parser.parse_args()


def _generate(path: Path, options: argparse.Namespace) -> None:
    """In a process of its own: a child's peak memory starts at that of the process that forks it."""
    sizes = (str(options.rows), str(options.events or options.rows // 10))
    maker = Path(__file__).with_name("books.py")
    subprocess.run([sys.executable, str(maker), options.shape, str(path), *sizes], check=True)


def _sheet_xml(path: Path) -> int:
    """Bytes of the sheets' XML."""
    with zipfile.ZipFile(path) as package:
        members = package.infolist()
    return sum(member.file_size for member in members if member.filename.startswith("xl/worksheets/sheet"))


def _jobs(work: Path, other: Path, peers: bool) -> list[Job]:
    day = ("--today", TODAY)
    own = [
        Job("inflate only (the floor)", (sys.executable, "-c", FLOOR, str(work))),
        Job("tracker refresh, every tool cell changed", (str(TRACKER), "refresh", str(work), *day), fresh=True),
        Job("tracker refresh, nothing changed", (str(TRACKER), "refresh", str(work), *day)),
        Job("tracker validate", (str(TRACKER), "validate", str(work), "--fail-on", "never", *day)),
    ]
    theirs = [
        Job(PEER, (sys.executable, "-c", OPENPYXL, str(work), str(other)), fresh=True),
        Job("pandas + calamine, reading alone", (sys.executable, "-c", PANDAS, str(work)), fresh=True),
    ]
    return own + theirs if peers else own


def _measure(job: Job, original: Path, work: Path, repeat: int) -> Measure:
    runs = []
    for _ in range(repeat):
        if job.fresh or not work.exists():
            shutil.copyfile(original, work)
        runs.append(_run(job))
    seconds, memory = zip(*runs, strict=True)
    return Measure(job.name, statistics.median(seconds), max(memory))


def _run(job: Job) -> tuple[float, float]:
    """Seconds and peak megabytes of one process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(job.command, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            output.seek(0)
            raise SystemExit(f"{job.name} failed: {output.read().decode(errors='replace')[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def _print(measures: list[Measure]) -> None:
    floor = measures[0].seconds
    peer = next((one.seconds for one in measures if one.name == PEER), None)
    print(f"{'job':<44}{'seconds':>9}{'MB':>8}{'× floor':>9}{'faster than openpyxl':>22}")
    for one in measures:
        ratio = f"{peer / one.seconds:.1f}" if peer else ""
        print(f"{one.name:<44}{one.seconds:>9.2f}{one.megabytes:>8.0f}{one.seconds / floor:>9.1f}{ratio:>22}")


if __name__ == "__main__":
    main()
