"""Make docs/reliability.md: what is promised, how it is tested, and what the last run counted.

    python tests/faults/table.py          the table from the counts kept in counts.toml beside this file
    python tests/faults/table.py --run    run the fault tests first (minutes), and keep their counts

Only what the tests here count comes by itself; the counts of other tests are typed into counts.toml.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
COUNTS = HERE / "counts.toml"
PAGE = HERE.parents[1] / "docs" / "reliability.md"
COMMAND = "python tests/faults/table.py"
HEAD = f"""<!-- Made by `{COMMAND}`. Do not edit. -->
# What holds under load, faults and bad input

A refresh or a fix is run for real, and one thing goes wrong in it. Afterwards the workbook must be exactly the old one
or a whole new one, the next run must succeed, and nothing temporary may be left. `make test` runs a sample,
`make test-faults` every case; `{COMMAND} --run` runs the fault tests and makes this page with their counts.

| promised | how it is tested | where | last counts |
|---|---|---|---|
"""
FOOT = """
Of the errors put at single calls, a run may go on after those it can do without: tidying up, the owner of a file, the
mode of the folder `.tracker` (what is in it has the workbook's mode), the name of who holds a lock, and flushing a
folder. After the rename the new workbook stands: the run ends with 0, and the next one finishes the log if it has to.
A failure anywhere else ends with exit 6, one line, and the old bytes.
"""
KILL, ERRORS, DISK = (f"tests/faults/test_faults_{name}.py" for name in ("kill", "errors", "disk"))
KEEPER = "tests/keeper/test_keeper_"
HOSTILE = "tests/hostile/test_hostile_"
# Promise, how, where (empty: not yet), the names of its counts.
ROWS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "kill -9 leaves the old workbook or a whole new one",
        "strace kills the run at the 1st, 2nd, 3rd … call that changes a file; 3 workbooks refreshed, 1 fixed",
        KILL,
        ("kill -9 at each call",),
    ),
    (
        "a call that fails leaves the old bytes, one line, exit 6",
        "each such call fails with ENOSPC, EIO, EACCES, EBUSY, EROFS, ESTALE",
        ERRORS,
        tuple(f"{name} at each call" for name in ("ENOSPC", "EIO", "EACCES", "EBUSY", "EROFS", "ESTALE")),
    ),
    (
        "random kills, a full disk, a read-only folder destroy nothing",
        "kills at random moments; sizes of a small disk; limits on file sizes; a disk mounted read-only",
        f"{KILL}, {DISK}",
        ("kill -9 at any moment", "a full disk", "a limit on file sizes", "a folder that is read-only"),
    ),
    ("a file edited during the run is kept", "a second process at each step", f"{KEEPER}protocol.py", ()),
    ("whoever has it open is named", "owner files of Excel and LibreOffice", f"{KEEPER}owners.py", ()),
    (
        "of several runs one writes, none is lost",
        "2 and 10 at once, a button pressed 20 times",
        f"{KEEPER}races.py",
        ("races",),
    ),
    (
        "a second run writes 0 bytes",
        "customers put into each specimen workbook; random, dirty and mistreated workbooks",
        "tests/laws/test_laws_specimens.py, tests/laws/test_laws_refresh.py, tests/hostile/test_hostile_dirt.py",
        ("specimens refreshed twice",),
    ),
    (
        "nothing else in the file changes",
        "one cell patched, all else compared",
        "tests/ooxml/test_ooxml_lossless.py",
        (),
    ),
    (
        "hostile files end as their ledger says",
        "a file for each attack, a ledger of outcomes",
        f"{HOSTILE}files.py",
        ("hostile files",),
    ),
    (
        "mutated packages give no traceback and no silent zero",
        "seeded mutations; 1,000 in `make test-faults`",
        f"{HOSTILE}mutations.py",
        (),
    ),
    ("one hostile file among 200 good", "a folder run, a guarded child process", f"{HOSTILE}guard.py", ()),
    ("everyday dirt gives the exact findings", "40 and more fixtures", f"{HOSTILE}dirt.py", ()),
    (
        "undo takes back what the run wrote, and only that",
        "edits, sorting and new rows after a run",
        "tests/commands/test_commands_undo.py",
        (),
    ),
    (
        "all this costs at most a quarter of a refresh",
        "what looking first, verifying and copying take of a refresh of 100,000 customers",
        "benchmarks/safety.py",
        ("narrow workbook", "canonical workbook"),
    ),
    ("a damaged copy is found", "a bit flipped in each of 200 copies", f"{KEEPER}copies.py", ("copies flipped",)),
    (
        "a copy comes back byte for byte",
        "200 read back, every 4th through the writer",
        f"{KEEPER}copies.py",
        ("copies read",),
    ),
    ("a changed log is found", "lines edited, deleted, swapped, inserted, cut", f"{KEEPER}journal.py", ("journal",)),
    ("formulas in text stay text", "60 payloads in every text field", f"{HOSTILE}injection.py", ()),
    (
        "no customer's value in logs, messages and names",
        "500 canaries through every command",
        f"{HOSTILE}canaries.py",
        (),
    ),
)


def kept() -> dict[str, str]:
    """The counts, by name."""
    return {str(name): str(count) for name, count in tomllib.loads(COUNTS.read_text("utf-8")).items()}


def run() -> dict[str, str]:
    """The counts of the fault tests, run now."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "counts"
        tests = [sys.executable, "-m", "pytest", str(HERE), "-m", "faults", "-n", "2"]
        subprocess.run(tests, env={**os.environ, "TRACKER_COUNTS": str(place)}, check=False)
        return summed(place.read_text("utf-8"))


def summed(lines: str) -> dict[str, str]:
    """What the tests told, added up by name."""
    right: dict[str, int] = defaultdict(int)
    cases: dict[str, int] = defaultdict(int)
    for line in lines.splitlines():
        _, name, good, count = line.split("\t")
        right[name] += int(good)
        cases[name] += int(count)
    day = datetime.now(UTC).date()
    return {name: f"{right[name]:,} of {cases[name]:,} ({day})" for name in cases}


def page(counts: dict[str, str]) -> str:
    """The page."""
    lines = []
    for promise, how, where, names in ROWS:
        told = "; ".join(f"{name}: {counts[name]}" for name in names if name in counts)
        last = told or ("in the suite" if where and not names else "not yet")
        files = ", ".join(f"`{one}`" for one in where.split(", ")) if where else "not yet"
        lines.append(f"| {promise} | {how} | {files} | {last} |")
    return HEAD + "\n".join(lines) + "\n" + FOOT


def main() -> None:
    """Make the page."""
    counts = kept()
    if "--run" in sys.argv[1:]:
        counts |= run()
        lines = (f'"{name}" = "{count}"' for name, count in sorted(counts.items()))
        COUNTS.write_text("\n".join(lines) + "\n", "utf-8")
    PAGE.write_text(page(counts), "utf-8")


if __name__ == "__main__":
    main()
