"""Validation of one generated workbook, by tracker and by its peers: whole processes, in turn, in one go.

    python benchmarks/validate.py                       tracker alone, beside the floor
    python benchmarks/validate.py --peers .peers        and the peers; they are installed into the folder .peers
    python benchmarks/validate.py --peers .peers --rows 10000 100000 1000000 --write docs/performance.md

The workbook holds an error of each kind (planted.py). A run that misses one that its program is asked for, or finds one
that is not there, ends the benchmark: nobody is timed doing nothing. Every peer is a small program in peers/, written
as its users would, and checks the same columns. The jobs take turns, round after round, so that what else the machine
does falls on all of them; medians are shown, and their ratios count. A peer that needs longer than --limit is stopped
and shown as such. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from planted import BROKEN, PLANTED, Plant
from timing import FLOOR, TODAY, TRACKER, Run, generate, run, size

HERE = Path(__file__).parent
PEERS = HERE / "peers"
PINNED = HERE / "peers.txt"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SMALL = 300  # rows of the workbook that everybody must understand first
SHAPES = ("W101", "W103")  # tables and columns that the narrow workbook lacks on purpose
Places = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Job:
    """A program to run on a workbook.

    It ``speaks`` jsonl, or lines, one an error; or what it prints is nothing that is asked for.
    ``unasked`` are kinds of error that the program is not asked for: it cannot look for them, or the run is without.
    """

    name: str
    command: tuple[str, ...]
    speaks: str = "lines"
    unasked: frozenset[str] = frozenset()

    def on(self, book: Path) -> tuple[str, ...]:
        """The command with its workbook, or with the same one without errors."""
        meant = {"BOOK": str(book), "CLEAN": str(clean(book))}
        return tuple(meant.get(part, part) for part in self.command)


def clean(book: Path) -> Path:
    """Where the same workbook without errors lies."""
    return book.with_name(f"clean-{book.name}")


@dataclass(frozen=True)
class Measure:
    """What the runs of a job showed; ``seconds`` is None when it was stopped at the limit."""

    job: Job
    seconds: float | None
    megabytes: float
    found: Places = frozenset()
    runs: int = 1


def main() -> None:
    """Install, generate, measure, print a table for each size."""
    options = _options()
    jobs = all_jobs(_installed(options.peers) if options.peers else None)
    said = [_heading()]
    print(said[0], flush=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        _warm(jobs, Path(name) / "small.xlsx")
        for rows in options.rows:
            book = Path(name) / f"{rows}.xlsx"
            _generate(book, rows, rows // 10)
            title = f"{rows:,} customers, 2 × {rows // 10:,} events ({size(book)})"
            said.append(f"### {title}\n\n{table(_measured(jobs, book, options), options.limit)}")
            print(f"\n{said[-1]}", flush=True)
            book.unlink()
            clean(book).unlink()
    if options.write:
        _write(options.write, "\n\n".join(said))


def _generate(book: Path, customers: int, events: int) -> None:
    generate("planted", book, customers, events)
    generate("narrow", clean(book), customers, events)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000], help="customers; events are a tenth")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each job; the median is shown")
    parser.add_argument("--once-above", type=float, default=60, help="seconds from which one run of a peer will do")
    parser.add_argument("--limit", type=float, default=180, help="seconds at which a peer is stopped")
    parser.add_argument("--peers", type=Path, help="environment of the peers; it is made when it is not there")
    parser.add_argument("--folder", help="where to work (default: the system's temporary folder)")
    parser.add_argument("--write", type=Path, help="a page to put the tables into, between its two marks")
    return parser.parse_args()


def _installed(folder: Path) -> Path:
    """The python of the peers' environment, made on the first call with exactly what is pinned."""
    python = folder.absolute() / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", str(PINNED)], check=True)
    return python


def all_jobs(python: Path | None) -> list[Job]:
    """The floor and tracker, and with the peers' python the peers."""
    validate = (str(TRACKER), "validate", "BOOK", "--fail-on", "never", "--format", "jsonl", "--today", TODAY)
    ours = [
        Job("inflate only (the floor)", (sys.executable, "-c", FLOOR, "BOOK"), "nothing"),
        Job("**tracker validate**", validate, "jsonl"),
        Job("the same, no error planted", tuple("CLEAN" if one == "BOOK" else one for one in validate), "nothing"),
    ]
    return [*ours, *_peers(str(python))] if python else ours


def _peers(python: str) -> Iterator[Job]:
    def peer(name: str, program: str, *more: str, unasked: str = "") -> Job:
        command = (python, str(PEERS / f"with_{program}.py"), "BOOK", *more)
        return Job(name, command, unasked=frozenset(unasked.split()))

    yield peer("fastexcel + polars, checks by hand", "polars")
    yield peer("pandas + calamine + pandera", "pandera")
    yield peer("great-expectations", "great_expectations")
    yield peer("frictionless", "frictionless")
    yield peer("frictionless, no foreign keys", "frictionless", "without", unasked="reference")
    yield peer("excel-validator", "excel_validator", unasked="reference")


def _warm(jobs: Sequence[Job], book: Path) -> None:
    """Once all on a small workbook: compiled files are there for everybody, and who misses an error says so at once."""
    _generate(book, SMALL, SMALL)
    for job in jobs:
        checked(job, run(job.on(book)))


def _measured(jobs: Sequence[Job], book: Path, options: argparse.Namespace) -> list[Measure]:
    """The jobs in turn, round after round; a peer that was stopped, or takes long, has no second turn."""
    runs: dict[Job, list[tuple[Run, Places]]] = {job: [] for job in jobs}
    for _ in range(options.rounds):
        for job, done in runs.items():
            if done and job.speaks == "lines" and (done[0][0].code is None or done[0][0].seconds > options.once_above):
                continue
            one = run(job.on(book), options.limit)
            done.append((one, checked(job, one)))
    return [_measure(job, done) for job, done in runs.items()]


def _measure(job: Job, done: Sequence[tuple[Run, Places]]) -> Measure:
    stopped = any(one.code is None for one, _ in done)
    seconds = None if stopped else median(one.seconds for one, _ in done)
    return Measure(job, seconds, max(one.megabytes for one, _ in done), done[0][1], len(done))


def checked(job: Job, done: Run) -> Places:
    """The sheets and headers that a run found something in.

    Raises SystemExit when it failed, missed an error that it was asked for, or found one that is not there.
    """
    if done.code is None:
        return frozenset()
    if done.code != 0:
        raise SystemExit(f"{job.name} failed ({done.code}): {(done.output + done.errors)[-2000:]}")
    if job.speaks == "nothing":
        return frozenset()
    found = places(job.speaks, done.output)
    if missed := [one.kind for one in PLANTED if one.kind not in job.unasked and place(one) not in found]:
        raise SystemExit(f"{job.name} did not find the planted {', '.join(missed)}: {done.errors[-2000:]}")
    if strange := found - {place(one) for one in (*PLANTED, BROKEN)}:
        raise SystemExit(f"{job.name} found errors where there are none: {sorted(strange)}")
    return found


def place(plant: Plant) -> tuple[str, str]:
    """Sheet and header of a planted error; in the narrow workbook a sheet has the name of its table."""
    return plant.table, plant.header


def places(speaks: str, output: str) -> Places:
    """Sheet and header of each line of output."""
    if speaks == "jsonl":
        lines = [json.loads(line) for line in output.splitlines()]
        found = [one for one in lines if one["kind"] == "finding" and one["code"] not in SHAPES]
        return frozenset((one["table"], one["header"]) for one in found)
    return frozenset((line.split("\t")[0], line.split("\t")[1]) for line in output.splitlines() if "\t" in line)


def table(measures: Sequence[Measure], limit: float) -> str:
    """The measures as a table of Markdown that can be read as it stands; ratios are to tracker's median."""
    floor, ours = (measures[index].seconds for index in (0, 1))
    head = ("whole process", "seconds", "× tracker", "× floor", "MB", "planted errors found", "error cell seen", "runs")
    rows = [head, *(_row(one, floor or limit, ours or limit, limit) for one in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))


def _row(one: Measure, floor: float, ours: float, limit: float) -> tuple[str, ...]:
    """The cells of one line; what was stopped took more than the limit, and nobody knows what it had found."""
    more, seconds = ("> ", limit) if one.seconds is None else ("", one.seconds)
    times = (f"{more}{seconds:.2f}", f"{more}{seconds / ours:.1f}", f"{more}{seconds / floor:.1f}")
    known = one.seconds is not None and one.job.speaks != "nothing"
    asked = [plant for plant in PLANTED if place(plant) in one.found]
    seen = "yes" if place(BROKEN) in one.found else "no"
    found = (f"{len(asked)} of {len(PLANTED)}", seen) if known else ("", "")
    return (one.job.name, *times, f"{one.megabytes:.0f}", *found, str(one.runs))


def _heading() -> str:
    """When and where, and how busy the machine was before."""
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}{load}"
    arguments = " ".join(part if not part.startswith("/") else "FOLDER" for part in sys.argv[1:])
    return f"{date.today()}, {machine}:\n\n    python benchmarks/validate.py {arguments}"


def _processor() -> str:
    """The processor's name where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _write(page: Path, said: str) -> None:
    """Put what was measured between the page's marks."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{said}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
