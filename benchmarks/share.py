"""A folder of workbooks checked by one child process and by several, in turns; and once more with the cache.

    python benchmarks/share.py                       200 narrow workbooks of 1,000 rows, 1 and 2 jobs
    python benchmarks/share.py --shape canonical     the workbooks that `tracker new` makes, with every column
    python benchmarks/share.py --jobs 1 2 4 --rounds 5

Each run is a whole process, start and report included. Ratios of the medians count; seconds are for orientation.
Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from books import SHAPES

TRACKER = (sys.executable, "-m", "tracker", "validate", "--quiet", "--today", "2026-11-18", "--fail-on", "never")


def main() -> None:
    """Generate, measure in turns, print a line a way of working."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        share = Path(name) / "share"
        _generate(share, options)
        ways = {f"{jobs} job{'s' * (jobs > 1)}": ["--no-cache", "--jobs", str(jobs)] for jobs in options.jobs}
        ways["cache, all unchanged"] = ["--cache"]
        kept = {**os.environ, "XDG_CACHE_HOME": str(Path(name) / "cache")}
        _seconds(share, ["--cache"], kept)
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, more in ways.items():
                spent[way].append(_seconds(share, more, kept))
    _print({way: median(times) for way, times in spent.items()}, options)


def _generate(share: Path, options: argparse.Namespace) -> None:
    """Workbooks that differ in nothing but how many rows they have, so that no two are one file."""
    share.mkdir()
    for number in range(options.files):
        SHAPES[options.shape](share / f"{number:03}.xlsx", options.rows + number, options.rows // 10)
    size = sum(one.stat().st_size for one in share.iterdir()) / 2**20
    print(f"{options.files} {options.shape} workbooks of {options.rows:,} customers: {size:.0f} MB")


def _seconds(share: Path, more: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([*TRACKER, str(share), *more], check=True, stdout=subprocess.DEVNULL, env=env)
    return time.perf_counter() - began


def _print(spent: dict[str, float], options: argparse.Namespace) -> None:
    first = next(iter(spent.values()))
    for way, seconds in spent.items():
        each = 1000 * seconds / options.files
        print(f"{way:<22}{seconds:7.2f} s{each:8.0f} ms a file{first / seconds:7.2f} × as fast as the first")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--shape", choices=SHAPES, default="narrow")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the workbooks are made for the time of the run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
