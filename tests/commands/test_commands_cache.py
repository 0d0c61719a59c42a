"""What an earlier run found out of an unchanged file: the same report, nothing read again, and no value kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from books import TODAY, new_book, refreshed, type_rows

from tracker.cli.run import run
from tracker.commands.cache import Cache
from tracker.commands.examine import Outcome, Question
from tracker.commands.validate import How, validate
from tracker.report import FileReport
from tracker.report.formats import FORMATS
from tracker.schema.findings import FINDINGS
from tracker.words import load

EVERY = frozenset(one.code for one in FINDINGS)
QUESTION = Question(TODAY, None, EVERY)
CANARY = re.compile(r"qz\w*zq", re.IGNORECASE)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """A clean workbook, one with findings that quote nothing, one with a finding that quotes a cell, and a torn one."""
    people = [{"last_name": "Marsh", "email": "marsh@b.example", "owner": "Bo"}]
    return {
        "clean": refreshed(new_book(today=TODAY))[0],
        "plain": refreshed(type_rows(new_book(), "Customers", [{**people[0], "owner": None}]))[0],
        "quoting": type_rows(new_book(), "Customers", [{"last_name": "qzMarshzq", "email": "qz at zq", "owner": "Bo"}]),
        "torn": b"PK torn",
    }


@pytest.fixture
def share(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """These files in a folder."""
    folder = tmp_path / "share"
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return folder


def read_anew(share: Path, cache: Path | None, **more: object) -> list[str]:
    """The names of the files that a run reads."""
    told: list[str] = []
    validate([share], TODAY, about=told.append, how=How(1, cache=cache), **more)  # type: ignore[arg-type]
    return sorted(Path(one).stem for one in told)


@pytest.fixture(scope="module")
def of_first_run(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the first run over them left in its cache, by name; where the files lay is no part of it."""
    folder, cache = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("cache")
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    read_anew(folder, cache)
    return {one.name: one.read_bytes() for one in cache.iterdir()}


@pytest.fixture
def known(cache: Path, of_first_run: dict[str, bytes]) -> Path:
    """A cache that a run filled."""
    cache.mkdir()
    for name, data in of_first_run.items():
        (cache / name).write_bytes(data)
    return cache


def test_a_file_is_read_again_only_where_it_may_say_something_else(share: Path, cache: Path) -> None:
    assert read_anew(share, cache) == ["clean", "plain", "quoting", "torn"]
    assert read_anew(share, cache) == ["quoting", "torn"]
    (share / "plain.xlsx").write_bytes((share / "plain.xlsx").read_bytes() + b"\0")
    assert read_anew(share, cache) == ["plain", "quoting", "torn"]
    (share / "clean.xlsx").rename(share / "renamed.xlsx")
    assert read_anew(share, cache) == ["quoting", "torn"]
    assert read_anew(share, None) == ["plain", "quoting", "renamed", "torn"]


@pytest.mark.parametrize(
    "other",
    [
        {"pin": TODAY},
        {"select": ["V"]},
        {"ignore": ["V104"]},
    ],
)
def test_another_question_is_answered_anew(other: dict[str, object], share: Path, known: Path) -> None:
    assert read_anew(share, known, **other) == ["clean", "plain", "quoting", "torn"]


def test_another_day_another_program_and_other_code_are_other_questions(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"PK")
    mine = Cache(cache, QUESTION)
    digest, _ = mine.find(book)
    mine.keep(book, digest, Outcome(FileReport("a", rows={"Customers": 3}), workbook_id="w"))
    mine.save()
    assert Cache(cache, QUESTION).find(book)[1] is not None
    assert Cache(cache, Question(TODAY + timedelta(1), None, EVERY)).find(book)[1] is None
    for name in ("tracker.__version__", "tracker.commands.cache.SCHEMA_VERSION"):
        with monkeypatch.context() as patch:
            patch.setattr(name, 99)
            assert Cache(cache, QUESTION).find(book)[1] is None
    monkeypatch.setattr("tracker.commands.cache._code", lambda: "other")
    assert Cache(cache, QUESTION).find(book)[1] is None


def test_the_report_is_the_same_byte_for_byte_in_every_format(share: Path, cache: Path) -> None:
    anew, first, second = (validate([share], TODAY, how=How(1, cache=one)).report for one in (None, cache, cache))
    assert list(cache.rglob("*.json")), "the second of them was kept"
    for form in FORMATS.values():
        said = [form.render(report, load()) for report in (anew, first, second)]
        assert said[0] == said[1] == said[2] != ""


def test_the_command_says_the_same_with_and_without(
    share: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for more in ("--no-cache", "--cache", "--cache"):
        run(["validate", str(share), "--today", "2026-11-18", more])
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2] != ""
    assert list(cache.rglob("*.json")), "the second of them was kept"


def test_who_has_a_file_open_is_looked_up_each_time(share: Path, known: Path) -> None:
    (share / "~$clean.xlsx").write_bytes(b"\x04Anna".ljust(55, b" ") + b"\x04\0A\0n\0n\0a\0".ljust(110, b" "))
    found = validate([share], TODAY, how=How(1, cache=known)).report.files
    assert ["Anna" in one.open_in for one in found] == [True, False, False, False]


def test_what_is_kept_holds_no_value_and_is_nobody_elses(share: Path, cache: Path) -> None:
    read_anew(share, cache)
    files = [one for one in cache.rglob("*") if one.is_file()]
    assert len(files) == 1
    text = files[0].read_text()
    assert not CANARY.search(text) and "Marsh" not in text and "share" not in text and "plain" not in text
    assert "V124" in text, "the finding that quotes nothing is kept"
    if os.name == "posix":
        assert (files[0].stat().st_mode & 0o777, files[0].parent.stat().st_mode & 0o777) == (0o600, 0o700)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "no JSON": lambda _: b"\xff\xfe{",
    "a list": lambda _: b"[]",
    "of another version": lambda data: data.replace(b'"version": 1', b'"version": 2'),
    "outcomes of another kind": lambda _: b'{"version": 1, "outcomes": [1]}',
    "an outcome of another kind": lambda data: re.sub(rb'("[0-9a-f]{64}": )\{', rb'\1{"x": 1}, "y": {', data),
    "a report of another kind": lambda data: data.replace(b'"rows"', b'"lines"'),
    "findings of another kind": lambda data: data.replace(b'"findings": [', b'"findings": [3, '),
    "deep": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_as_good_as_none_and_is_made_anew(damage: str, share: Path, known: Path) -> None:
    (kept,) = (one for one in known.rglob("*.json"))
    kept.write_bytes(DAMAGE[damage](kept.read_bytes()))
    assert read_anew(share, known) == ["clean", "plain", "quoting", "torn"]
    assert read_anew(share, known) == ["quoting", "torn"]


def test_an_undamaged_one_would_have_been_used(share: Path, known: Path) -> None:
    assert read_anew(share, known) == ["quoting", "torn"]


def test_a_place_that_takes_no_file_is_no_reason_to_fail(share: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert read_anew(share, tmp_path / "file" / "cache") == ["clean", "plain", "quoting", "torn"]


def test_two_runs_at_once_keep_what_both_found(cache: Path, tmp_path: Path) -> None:
    both = [Cache(cache, QUESTION), Cache(cache, QUESTION)]
    for number, one in enumerate(both):
        book = tmp_path / f"{number}.xlsx"
        book.write_bytes(bytes([number]))
        one.keep(book, one.find(book)[0], Outcome(FileReport("a", rows={"Customers": number})))
    for one in both:
        one.save()
    for number in (0, 1):
        kept = Cache(cache, QUESTION).find(tmp_path / f"{number}.xlsx")[1]
        assert kept is not None and kept.report.rows == {"Customers": number}
    assert [one.suffix for one in cache.iterdir()] == [".json"], "nothing else is left"


def test_a_file_that_changes_while_it_is_read_is_not_kept(cache: Path, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"before")
    one = Cache(cache, QUESTION)
    digest, _ = one.find(book)
    book.write_bytes(b"after")
    one.keep(book, digest, Outcome(FileReport("a")))
    one.save()
    assert not cache.exists()


def test_it_stays_small(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.commands.cache.MOST", 3)
    cache.mkdir()
    old = cache / "old.json"
    old.write_text("{}")
    os.utime(old, (0, 0))
    one = Cache(cache, QUESTION)
    for number in range(5):
        book = tmp_path / f"{number}.xlsx"
        book.write_bytes(bytes([number]))
        one.keep(book, one.find(book)[0], Outcome(FileReport("a")))
    one.save()
    (kept,) = cache.iterdir()
    assert kept != old and len(json.loads(kept.read_bytes())["outcomes"]) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is of POSIX")
def test_what_is_no_file_has_no_hash(cache: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    for name in ("a.xlsx", "gone.xlsx", "."):
        assert Cache(cache, QUESTION).find(tmp_path / name) == ("", None)


def test_one_named_file_is_always_read(share: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(["validate", str(share / "clean.xlsx"), "--today", "2026-11-18"]) == 0
    assert not cache.exists()


def test_the_day_is_the_clocks(share: Path, known: Path) -> None:
    tomorrow = validate([share], date(2026, 11, 30), how=How(1, cache=known)).report
    assert [found.code for found in tomorrow.files[0].findings if found.code != "W119"] == ["W110"]
