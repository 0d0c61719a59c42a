"""The copies: what they hold is told by their names, what is damaged is found, and the right ones stay."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from keeping import NEW, OLD, WORKBOOK_ID, anything, history, write

from tracker.errors import StorageError
from tracker.keeper import Retention, copies, holds, read_chain, read_copy, read_run, retention, writing
from tracker.keeper.backups import Copy, keep_copy, thinned
from tracker.model.grid import Note

MANY = 200


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """200 copies of a workbook, each of other bytes, and what they must hold."""
    folder, at = tmp_path_factory.mktemp("kept"), random.Random(7)
    path = folder / "shop.xlsx"
    path.write_bytes(OLD)
    contents = [at.randbytes(at.randrange(1, 3000)) for _ in range(MANY)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number, content in enumerate(contents):
        keep_copy(folder, path, content, start + timedelta(minutes=number))
    return folder, contents


def test_200_copies_come_back_byte_for_byte(kept: tuple[Path, list[bytes]]) -> None:
    folder, contents = kept
    found = copies(folder)
    assert [read_copy(copy) for copy in found] == contents and all(map(holds, found))


def test_a_flipped_bit_is_found_in_each_of_200(kept: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    at, missed = random.Random(8), []
    for copy, content in zip(copies(kept[0]), kept[1], strict=True):
        place = tmp_path / copy.path.name
        damaged = bytearray(content)
        damaged[at.randrange(len(content))] ^= 1 << at.randrange(8)
        place.write_bytes(damaged)
        (one,) = copies(tmp_path)
        if holds(one):
            missed.append(copy)
        with pytest.raises(StorageError, match="damaged"):
            read_copy(one)
        place.unlink()
    assert missed == []


def test_200_are_restored_through_the_writer(kept: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    """Every one of them takes the place of the workbook, and what was there becomes a copy."""
    path = tmp_path / "shop.xlsx"
    path.write_bytes(OLD)
    note, before = Note(WORKBOOK_ID, "restore", keep="500 / 1d / 1m"), OLD
    with writing(path) as held:
        for copy, content in list(zip(copies(kept[0]), kept[1], strict=True))[:: 1 if MANY < 50 else 4]:
            backup = held.replace(before, read_copy(copy), anything, note)
            assert path.read_bytes() == content and Path(backup).read_bytes() == before
            before = content
    assert all(map(holds, copies(history(path))))


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_a_cut_copy_is_found(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(b"x" * 200)
    copy = Path(write(path))
    copy.write_bytes(copy.read_bytes()[:cut])
    assert not any(map(holds, copies(history(path))))


def test_the_record_of_a_run_stands_beside_its_copy_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(OLD)
    for number in range(4):
        write(path, b"%d" % number, note=Note(WORKBOOK_ID, "refresh", {}, b"record %d" % number, "2 / 0d / 0m"))
    found = copies(history(path))
    assert [read_run(copy) for copy in found] == [b"record 0", b"record 2", b"record 3"]
    assert len(list(history(path).glob("*.run.jsonl.gz"))) == 3, "and that of the second is gone with it"


def test_a_run_without_a_record_has_none(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(OLD)
    write(path)
    assert [read_run(copy) for copy in copies(history(path))] == [None]


def test_a_renamed_workbook_keeps_its_copies(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(OLD)
    write(path)
    path = path.rename(tmp_path / "store.xlsx")
    write(path, b"third")
    assert [copy.stem for copy in copies(history(path), path)] == ["shop", "store"]
    assert [entry.file for entry in read_chain(history(path)).entries] == ["shop.xlsx", "store.xlsx"]


def test_a_copy_made_beside_it_costs_no_copies_of_the_first(tmp_path: Path) -> None:
    path, other = tmp_path / "shop.xlsx", tmp_path / "shop (2).xlsx"
    path.write_bytes(OLD)
    write(path, note=Note(WORKBOOK_ID, "refresh", keep="9 / 9d / 9m"))
    write(path, OLD, note=Note(WORKBOOK_ID, "refresh", keep="9 / 9d / 9m"))
    other.write_bytes(path.read_bytes())
    kept = [copy.path for copy in copies(history(path))]
    for number in range(4):
        write(other, b"%d" % number, note=Note(WORKBOOK_ID, "refresh", keep="1 / 0d / 0m"))
    found = copies(history(path))
    assert [copy.path for copy in found if copy.file == path.name] == kept
    assert len([copy for copy in found if copy.file == other.name]) == 2, "its own first and newest"


@pytest.mark.parametrize(
    "name",
    [
        "shop.xlsx",
        "shop-20261125-013000-123456.xlsx",
        "shop-20261325-013000-123456-3f9a6c0d1e2b4c5d.xlsx",
        "shop-20261125-013000-123456-3F9A6C0D1E2B4C5D.xlsx",
        "shop-20261125-013000-123456-3f9a6c0d1e2b4c5d.run.jsonl.gz",
        "journal.jsonl",
    ],
)
def test_what_is_no_copy_is_not_listed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert copies(tmp_path) == ()


# Which copies stay: a drawing of days, one character a copy, the oldest first; a day is a column.


def drawn(days: str) -> list[Copy]:
    """Copies of a row of days: ``.`` none, a number that many, at hours of the day."""
    found = []
    for day, count in enumerate(days):
        for hour in range(int(count) if count.isdigit() else 0):
            at = datetime(2026, 1, 1, 8 + hour, tzinfo=UTC) + timedelta(days=day)
            found.append(Copy(Path(f"{at:%Y%m%d-%H}"), "shop", at, ""))
    return found


def left(days: str, keep: Retention) -> str:
    """The same row with how many copies of each day stay."""
    found = drawn(days)
    gone = set(thinned(found, keep, UTC))
    stay = [copy for copy in found if copy not in gone]
    return "".join(
        "." if count == "." else str(sum((copy.at - datetime(2026, 1, 1, tzinfo=UTC)).days == day for copy in stay))
        for day, count in enumerate(days)
    )


@pytest.mark.parametrize(
    ("keep", "days", "expected"),
    [
        # the newest ones
        ("3 / 0d / 0m", "1111111", "1000111"),
        ("3 / 0d / 0m", "5", "4"),
        ("1 / 0d / 0m", "35", "11"),
        ("9 / 0d / 0m", "1.1.1", "1.1.1"),
        # one of each of the last days that have any; the first copy of all stays
        ("1 / 3d / 0m", "333333", "100111"),
        ("1 / 3d / 0m", "3.3.3.3", "1.1.1.1"),
        ("1 / 3d / 0m", "3..........3", "2..........1"),
        ("2 / 3d / 0m", "333333", "100112"),
        # one of each of the last months; January has 31 days
        ("1 / 0d / 2m", "11111111111111111111111111111111111", "10000000000000000000000000000010001"),
        ("1 / 0d / 1m", "11111111111111111111111111111111111", "10000000000000000000000000000000001"),
        ("1 / 2d / 2m", "11111111111111111111111111111111111", "10000000000000000000000000000010011"),
        # nothing there
        ("20 / 30d / 12m", "", ""),
        ("20 / 30d / 12m", "1", "1"),
    ],
)
def test_which_copies_stay(keep: str, days: str, expected: str) -> None:
    assert left(days, retention(keep)) == expected


def test_the_newest_of_a_day_stays(tmp_path: Path) -> None:
    gone = thinned(drawn("13331"), Retention(1, 5, 0), UTC)
    assert {copy.at.hour for copy in gone} == {8, 9}


def test_a_day_is_that_of_the_place(tmp_path: Path) -> None:
    """Two copies on one day in London fall on two days in Shanghai."""
    at = [datetime(2026, 1, 1, 8, tzinfo=UTC), *(datetime(2026, 1, 3, hour, tzinfo=UTC) for hour in (10, 20))]
    found = [Copy(Path(str(n)), "shop", one, "") for n, one in enumerate((*at, datetime(2026, 1, 9, tzinfo=UTC)))]
    keep = Retention(1, 9, 0)
    assert [copy.path.name for copy in thinned(found, keep, UTC)] == ["1"]
    assert thinned(found, keep, timezone(timedelta(hours=8))) == ()


def test_a_year_of_work_with_the_default(tmp_path: Path) -> None:
    """Five refreshes a day for 400 days: the last 20, 30 days, 12 months, the first."""
    found = drawn("5" * 400)
    gone = set(thinned(found, Retention(), UTC))
    stay = [copy for copy in found if copy not in gone]
    days = {copy.at.date() for copy in stay}
    assert stay[0] == found[0] and stay[-20:] == found[-20:]
    assert set(sorted({copy.at.date() for copy in found})[-30:]) <= days
    assert len({(day.year, day.month) for day in days}) == 13, "the twelve of the rule and the first of all"
    assert len(stay) == 20 + 26 + 10 + 1  # 4 of the 30 days and 2 of the 12 months are among those before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 / 30d / 12m", Retention(20, 30, 12)),
        ("5/7D/2M", Retention(5, 7, 2)),
        ("0 / 0d / 0m", Retention(1, 0, 0)),
        ("", Retention()),
        ("many", Retention()),
        ("20 / 30 / 12", Retention()),
        ("-1 / 1d / 1m", Retention()),
    ],
)
def test_how_the_setting_is_read(text: str, expected: Retention) -> None:
    assert retention(text) == expected


def test_copies_can_be_listed_with_time_and_hash(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "shop.xlsx"
    path.write_bytes(OLD)
    write(path)
    write(path, b"third")
    first, second = copies(history(path), path)
    assert (first.digest, second.digest) == tuple(hashlib.sha256(data).hexdigest()[:16] for data in (OLD, NEW))
    assert first.at <= second.at <= datetime.now(UTC)
