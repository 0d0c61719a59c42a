"""What configurations say of a whole run, and that a command line beats them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from books import new_book, type_rows

from tracker.cli import choosing
from tracker.commands import keys
from tracker.commands.against import Against
from tracker.commands.configuration import configuration_of
from tracker.commands.guarded import Limits
from tracker.commands.keys import Validate
from tracker.commands.outcomes import How
from tracker.commands.validate import validate
from tracker.commands.whole import effort, known
from tracker.errors import Exit, UsageError

DAY = date(2026, 11, 18)
CACHE = Path("kept")


def said(**keys: object) -> Validate:
    return replace(Validate(), **keys)  # type: ignore[arg-type]


def test_a_configuration_says_what_checking_may_cost(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text("[validate]\njobs = 3\ntimeout-per-file = 30\ncache = false\n")
    found = configuration_of(tmp_path / "shop.xlsx").validate
    assert effort(How(cache=CACHE), [found]) == How(3, Limits(seconds=30.0), None)


def test_where_nothing_is_said_all_is_as_usual() -> None:
    assert effort(How(cache=CACHE), [Validate()]) == How(None, None, CACHE)
    assert effort(How(), [Validate()]) == How()  # nobody but a command says where a cache is
    assert known(Against(), [Validate()]) == Against()


def test_a_command_line_beats_it() -> None:
    mine = How(1, Limits(seconds=5), CACHE, insists=True)
    assert effort(mine, [said(jobs=3, timeout_per_file=30.0, cache=False)]) == mine
    for given in (Against(baseline=Path("a")), Against(write=Path("a"))):
        assert known(given, [said(baseline=Path("b"))]) == given


def test_of_several_the_most_careful_counts() -> None:
    several = [said(jobs=3, timeout_per_file=30.0), said(jobs=2, timeout_per_file=60.0), said(cache=False), said()]
    assert effort(How(cache=CACHE), several) == How(2, Limits(seconds=30.0), None)
    assert known(Against(), [said(), said(baseline=Path("b")), said(baseline=Path("b"))]).baseline == Path("b")
    with pytest.raises(UsageError, match=r"have 2 baselines. Choose one with --baseline, or check each alone\.$"):
        known(Against(), [said(baseline=Path("a")), said(baseline=Path("b"))])


def test_a_baseline_that_is_configured_hides_what_it_knows(tmp_path: Path) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "marsh@"}]))
    (tmp_path / "tracker.toml").write_text("[validate]\nbaseline = 'known.json'\n")
    with pytest.raises(UsageError, match=r"known\.json"):
        validate([book], DAY)
    first = validate([book], DAY, select=["V104"], against=Against(write=tmp_path / "known.json"))
    first.keep_notes()
    again = validate([book], DAY, select=["V104"])
    assert again.exit_code() is Exit.CLEAN and again.report.baseline is not None and again.report.baseline.hidden == 1
    (tmp_path / "tracker.toml").unlink()
    assert validate([book], DAY, select=["V104"]).exit_code() is Exit.FINDINGS


def test_a_time_that_is_configured_ends_what_takes_longer(tmp_path: Path) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh"}]))
    (tmp_path / "tracker.toml").write_text("[validate]\ntimeout-per-file = 0.000001\n")
    assert validate([book], DAY).exit_code() is Exit.UNREADABLE
    assert validate([book], DAY, how=How(limits=Limits())).exit_code() is not Exit.UNREADABLE


def test_options_and_keys_have_the_same_ends() -> None:
    assert (choosing.MOST_JOBS, choosing.LONGEST) == (keys.MOST_JOBS, keys.LONGEST)
    assert choosing.LEVELS == keys.LEVELS
