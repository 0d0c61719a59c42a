"""The benchmark of validate compares runs that found what was planted, and its table says what it measured.

No peer is needed and nothing is timed here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tracker.schema.base import BASE
from tracker.words import load

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """benchmarks/validate.py, which finds its neighbours as a script does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import validate  # type: ignore[import-not-found]
    return validate


@pytest.fixture(scope="module")
def ours(bench: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object]:
    """Our job, and its run on a small workbook with planted errors."""
    book = tmp_path_factory.mktemp("planted") / "book.xlsx"
    bench.generate("planted", book, 60, 60)
    job = next(one for one in bench.all_jobs(None) if one.speaks == "jsonl")
    assert Path(job.command[0]).name == "tracker"
    return job, bench.run((sys.executable, "-m", "tracker", *job.on(book)[1:]))


def test_tracker_finds_what_was_planted_and_nothing_else(bench: ModuleType, ours: tuple) -> None:
    job, done = ours
    assert bench.checked(job, done) == {bench.place(one) for one in (*bench.PLANTED, bench.BROKEN)}


def test_a_run_that_misses_an_error_ends_the_benchmark(bench: ModuleType, ours: tuple) -> None:
    job, done = ours
    lines = [line for line in done.output.splitlines() if '"V104"' not in line]
    with pytest.raises(SystemExit, match="did not find the planted pattern"):
        bench.checked(job, bench.Run(1, 1, 0, "\n".join(lines), ""))


def test_a_run_that_finds_what_is_not_there_ends_it_too(bench: ModuleType) -> None:
    lines = [f"{table}\t{header}\t2" for table, header in map(bench.place, bench.PLANTED)]
    with pytest.raises(SystemExit, match=r"where there are none.*Owner"):
        bench.checked(_peer(bench), bench.Run(1, 1, 0, "\n".join([*lines, "Customers\tOwner\t2"]), ""))


def test_a_peer_may_leave_out_what_it_is_not_asked_for(bench: ModuleType) -> None:
    asked = [one for one in bench.PLANTED if one.kind != "reference"]
    lines = "\n".join("\t".join((*bench.place(one), "2")) for one in asked)
    peer = bench.Job("peer", ("peer", "BOOK"), unasked=frozenset({"reference"}))
    assert len(bench.checked(peer, bench.Run(1, 1, 0, lines, ""))) == len(bench.PLANTED) - 1
    with pytest.raises(SystemExit, match="reference"):
        bench.checked(_peer(bench), bench.Run(1, 1, 0, lines, ""))


def test_what_is_over_its_limit_is_stopped(bench: ModuleType) -> None:
    done = bench.run((sys.executable, "-c", "import time; time.sleep(600)"), limit=0.5)
    assert done.code is None
    assert bench.checked(_peer(bench), done) == frozenset()


def test_the_table_shows_ratios_and_who_was_stopped(bench: ModuleType) -> None:
    found = frozenset(map(bench.place, bench.PLANTED))
    measures = [
        bench.Measure(bench.Job("floor", (), "nothing"), 0.1, 18),
        bench.Measure(bench.Job("tracker", (), "jsonl"), 1.0, 120, found | {bench.place(bench.BROKEN)}, 3),
        bench.Measure(_peer(bench), 6.5, 300, found),
        bench.Measure(bench.Job("slow", ()), None, 900),
    ]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in bench.table(measures, 180).splitlines()]
    assert lines[3] == ["tracker", "1.00", "1.0", "10.0", "120", "7 of 7", "yes", "3"]
    assert lines[4] == ["peer", "6.50", "6.5", "65.0", "300", "7 of 7", "no", "1"]
    assert lines[5] == ["slow", "> 180.00", "> 180.0", "> 1800.0", "900", "", "", "1"]


def test_peers_know_the_columns_by_the_words_of_the_template(bench: ModuleType) -> None:
    for one in (*bench.PLANTED, bench.BROKEN):
        assert load().header(one.table, one.key) == one.header
        assert load().sheet(BASE[one.table].sheet) == one.table


def test_the_page_keeps_what_stands_around_the_figures(bench: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n", "utf-8")
    bench._write(page, "new")
    assert page.read_text("utf-8") == f"before\n{bench.BEGIN}\nnew\n{bench.END}\nafter\n"


def _peer(bench: ModuleType) -> object:
    return bench.Job("peer", ("peer", "BOOK"))
