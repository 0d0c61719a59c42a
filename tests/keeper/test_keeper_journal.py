"""The log: whatever is done to it is found, and what a crash leaves is put right."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from keeping import NEW, OLD, WORKBOOK_ID, history, write

from tracker.errors import RefusedError
from tracker.keeper import Verdict, copy_of, journal, read_chain, renew
from tracker.keeper.journal import HEAD, JOURNAL, Chain, Entry, append, begin, judged
from tracker.model.grid import Note

LINES = 60
PLACES = 1000


def entry(number: int) -> Entry:
    at = f"2026-11-25T01:{number % 60:02}:00+00:00"
    return Entry(at, "anna", 'PC "7"', "refresh", "0.1.0", "shop.xlsx", "a" * 64, "b" * 64, "", {"hash": 1, "n": 2})


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of many lines, with a copy named in the last."""
    folder = tmp_path_factory.mktemp("log")
    path = folder / "shop.xlsx"
    path.write_bytes(OLD)
    begin(folder, path)
    for number in range(LINES):
        append(folder, path, entry(number))
    return folder


def with_lines(log: Path, lines: list[bytes], head: bytes | None = None) -> Chain:
    return judged(b"".join(lines), (log / HEAD).read_bytes() if head is None else head)


def lines_of(log: Path) -> list[bytes]:
    return (log / JOURNAL).read_bytes().splitlines(keepends=True)


def test_a_log_is_whole_and_each_line_follows_the_last(log: Path) -> None:
    chain = read_chain(log)
    assert chain.verdict is Verdict.WHOLE and [one.n for one in chain.entries] == list(range(1, LINES + 1))
    assert all(one.previous == last.hash for last, one in zip(chain.entries, chain.entries[1:], strict=False))
    assert json.loads(lines_of(log)[0])["by"] == "anna"


def edited(lines: list[bytes], at: random.Random) -> list[bytes]:
    number = at.randrange(len(lines))
    line = bytearray(lines[number])
    place = at.randrange(len(line))
    line[place] ^= 1 << at.randrange(8)
    return [*lines[:number], bytes(line), *lines[number + 1 :]]


def deleted(lines: list[bytes], at: random.Random) -> list[bytes]:
    number = at.randrange(len(lines))
    return [*lines[:number], *lines[number + 1 :]]


def swapped(lines: list[bytes], at: random.Random) -> list[bytes]:
    one, other = at.sample(range(len(lines)), 2)
    made = list(lines)
    made[one], made[other] = made[other], made[one]
    return made


def inserted(lines: list[bytes], at: random.Random) -> list[bytes]:
    number = at.randrange(len(lines) + 1)
    line = at.choice([*lines, b"\n", b"{}\n", b'{"n":1}\n'])
    return [*lines[:number], line, *lines[number:]]


@pytest.mark.parametrize("how", [edited, deleted, swapped, inserted])
def test_a_line_touched_at_any_of_1000_places_is_found(
    log: Path, how: Callable[[list[bytes], random.Random], list[bytes]]
) -> None:
    lines, at = lines_of(log), random.Random(7)
    missed = [number for number in range(PLACES) if with_lines(log, how(lines, at)).verdict is not Verdict.BROKEN]
    assert missed == []


def test_a_tail_cut_at_any_of_1000_places_is_found(log: Path) -> None:
    data, at = (log / JOURNAL).read_bytes(), random.Random(7)
    for size in {0, len(data) - 1, *(at.randrange(len(data)) for _ in range(PLACES - 2))}:
        chain = with_lines(log, [data[:size]])
        assert chain.verdict is Verdict.BROKEN, size
        assert len(chain.entries) == data[:size].count(b"\n"), "what is left of it can still be read"


def test_the_place_of_a_break_is_named(log: Path) -> None:
    lines = lines_of(log)
    lines[41] = lines[41].replace(b"anna", b"otto")
    chain = with_lines(log, lines)
    assert (chain.line, chain.why, len(chain.entries)) == (42, "it was changed", 41)


HEADS = [b"", b"{}", b"rubbish", b'{"n":-1,"hash":""}', b'{"hash":"' + b"0" * 64 + b'","n":60}\n']


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_says_something_else_is_a_break(log: Path, head: bytes) -> None:
    assert with_lines(log, lines_of(log), head).verdict is Verdict.BROKEN


def test_an_older_head_is_a_break(log: Path) -> None:
    old = read_chain(log).entries[LINES - 3]
    head = json.dumps({"hash": old.hash, "n": old.n}, separators=(",", ":")).encode() + b"\n"
    assert with_lines(log, lines_of(log), head).verdict is Verdict.BROKEN


# What a crash leaves.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.xlsx"
    file.write_bytes(OLD)
    write(file)
    write(file, b"third")
    return file


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_torn_last_line_is_dropped_by_the_next_run(path: Path, cut: int) -> None:
    place, head = history(path) / JOURNAL, history(path) / HEAD
    whole, known = place.read_bytes(), head.read_bytes()
    write(path, b"fourth")
    torn = place.read_bytes()[len(whole) :][:cut]
    place.write_bytes(whole + torn)
    head.write_bytes(known)
    assert read_chain(history(path)).verdict is Verdict.TORN
    write(path, b"fifth")
    chain = read_chain(history(path))
    assert chain.verdict is Verdict.WHOLE and [one.n for one in chain.entries] == [1, 2, 3]


def test_a_lagging_head_is_brought_up_by_the_next_run(path: Path) -> None:
    head = history(path) / HEAD
    known = head.read_bytes()
    write(path, b"fourth")
    head.write_bytes(known)
    assert read_chain(history(path)).verdict is Verdict.LAGGING
    write(path, b"fifth")
    chain = read_chain(history(path))
    assert chain.verdict is Verdict.WHOLE and [one.n for one in chain.entries] == [1, 2, 3, 4]


def test_who_looks_while_a_run_adds_its_line_sees_no_break(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path)
    honest, read = journal._bytes, list[str]()

    def meanwhile(file: Path) -> bytes | None:
        found = honest(file)
        if not read:
            read.append(file.name)
            monkeypatch.setattr(journal, "_bytes", honest)
            append(file.parent, path, entry(2))
        return found

    monkeypatch.setattr(journal, "_bytes", meanwhile)
    assert read_chain(history(path)).ok and read
    assert read_chain(history(path)).verdict is Verdict.WHOLE


@pytest.mark.parametrize("gone", [[JOURNAL], [HEAD], [JOURNAL, HEAD]])
def test_a_log_that_is_gone_is_a_break(path: Path, gone: list[str]) -> None:
    for name in gone:
        (history(path) / name).unlink()
    with pytest.raises(RefusedError, match="gone"):
        write(path, b"fourth")
    assert path.read_bytes() == b"third"


def test_a_new_log_keeps_the_old_one_and_says_so(path: Path) -> None:
    place = history(path) / JOURNAL
    broken = place.read_bytes().replace(b"refresh", b"nothing", 1)
    place.write_bytes(broken)
    first = renew(path, WORKBOOK_ID)
    assert (first.n, first.command) == (1, "renew") and (history(path) / first.copy).read_bytes() == broken
    write(path, b"fourth")
    chain = read_chain(history(path))
    assert chain.verdict is Verdict.WHOLE and [one.command for one in chain.entries] == ["renew", "refresh"]


def test_a_new_log_where_all_of_it_is_gone(path: Path) -> None:
    for name in (JOURNAL, HEAD):
        (history(path) / name).unlink()
    renew(path, WORKBOOK_ID)
    assert write(path, b"fourth")


def test_each_line_leads_to_its_copy(path: Path) -> None:
    kept = [copy_of(history(path), one) for one in read_chain(history(path)).entries]
    assert [copy.path.read_bytes() for copy in kept if copy] == [OLD, NEW]


def test_a_line_says_who_what_and_how_much_and_no_value(path: Path) -> None:
    write(path, b"fourth", note=Note(WORKBOOK_ID, "refresh", {"Customers.tags": 12}, b"Ottoline Marchetti"))
    (line,) = [line for line in lines_of(history(path)) if b'"Customers.tags":12' in line]
    raw = json.loads(line)
    keys = "n at by host command version file before after copy counts previous hash"
    assert set(raw) == set(keys.split())
    assert raw["file"] == "shop.xlsx" and b"Marchetti" not in line
