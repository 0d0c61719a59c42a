"""What safety costs: the shares of a refresh that go into looking before reading, verifying, and keeping a copy.

    python benchmarks/safety.py BOOK [--rounds 5]

BOOK is copied and refreshed in this process, imports done before; `benchmarks/books.py` makes books of any size. The
median run is shown. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tracker.commands.refresh import refresh_file
from tracker.hosts.closed_file import ClosedFile
from tracker.keeper import Keeping, replace
from tracker.ooxml import package

TODAY = date(2026, 11, 18)
Spent = dict[str, float]
PARTS: tuple[tuple[str, ModuleType | type, str], ...] = (
    ("preflight", package, "admit"),
    ("read back", replace, "read_back"),
    ("verify", ClosedFile, "_verify"),
    ("copy", replace, "keep_copy"),
)


def main() -> None:
    """Refresh, measure, print a line a part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    runs = sorted((_run(options.book) for _ in range(options.rounds)), key=lambda spent: spent["refresh"])
    spent = runs[len(runs) // 2]
    whole = spent.pop("refresh")
    for name, seconds in spent.items():
        print(f"{name:<12}{seconds:7.3f} s{100 * seconds / whole:6.1f} %")
    print(f"{'together':<12}{sum(spent.values()):7.3f} s{100 * sum(spent.values()) / whole:6.1f} % of {whole:.2f} s")


def _run(book: Path) -> Spent:
    """Seconds of one refresh, and of each part of it."""
    spent: Spent = {name: 0.0 for name, _, _ in PARTS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / book.name
        shutil.copyfile(book, path)
        with _watched(spent):
            began = time.perf_counter()
            refresh_file(path, TODAY, TODAY, keep=Keeping())
            spent["refresh"] = time.perf_counter() - began
    return spent


@contextmanager
def _watched(spent: Spent) -> Iterator[None]:
    """Each part with a clock beside it."""
    before = [(owner, name, getattr(owner, name)) for _, owner, name in PARTS]
    for (label, owner, name), (_, _, function) in zip(PARTS, before, strict=True):
        setattr(owner, name, _timed(label, function, spent))
    try:
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _timed(label: str, function: Callable[..., Any], spent: Spent) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            spent[label] += time.perf_counter() - began

    return timed


if __name__ == "__main__":
    main()
