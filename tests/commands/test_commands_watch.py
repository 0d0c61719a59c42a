"""Watching: a workbook is refreshed once after it was saved and closed, whatever else happens around it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from books import new_book, type_rows
from world import TODAY

from tracker.commands import noticing
from tracker.commands.noticing import kind_of
from tracker.commands.refresh import Refresh, refresh_file
from tracker.commands.refresh import refresh as refresh_host
from tracker.commands.shares import is_workbook
from tracker.commands.watch import Refreshing, Turn, Watch, refreshed
from tracker.engine.read import NotOursError
from tracker.errors import BusyError
from tracker.keeper import Keeping
from tracker.model.grid import Host

Step = Callable[[Path], Iterable[str]]  # what happens before a look: does it to the folder, names the files it changed


def saved(name: str = "shop.xlsx") -> Step:
    """Somebody saves a workbook with a customer whom no refresh has seen."""

    def do(folder: Path) -> list[str]:
        (folder / name).write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh"}]))
        return [name]

    return do


def half(folder: Path) -> list[str]:
    """A part of a workbook is there: it is still being copied."""
    (folder / "shop.xlsx").write_bytes(new_book()[:5000])
    return ["shop.xlsx"]


def written(name: str, data: bytes) -> Step:
    return lambda folder: [name] if (folder / name).write_bytes(data) else []


def opened(folder: Path) -> list[str]:
    (folder / ".~lock.shop.xlsx#").write_text(",ann,desk,18.11.2026 09:00,file:///;")
    return []


def closed(folder: Path) -> list[str]:
    (folder / ".~lock.shop.xlsx#").unlink()
    return []


def told(folder: Path) -> list[str]:
    """The system tells of what tracker itself wrote."""
    return ["shop.xlsx"]


def deleted(folder: Path) -> list[str]:
    (folder / "shop.xlsx").unlink()
    return ["shop.xlsx"]


def nothing(folder: Path) -> list[str]:
    return []


def refresh(path: Path) -> tuple[Refresh, str]:
    return refreshed(path, TODAY)


def watched(
    folder: Path, steps: Iterable[Step], refreshing: Refreshing = refresh, every: bool = False
) -> list[list[Turn]]:
    """The turns after each step."""
    found: list[list[Turn]] = []

    def batches() -> Iterator[set[Path]]:
        for step in steps:
            found.append([])
            yield {folder / name for name in step(folder)}

    for turn in Watch(refreshing, every).turns(batches()):
        found[-1].append(turn)
    return found


# what happens before each look | after which looks the workbook is refreshed
STORIES = {
    "saved and closed": ([saved(), nothing, nothing], [1]),
    "two looks must agree": ([half, saved(), nothing, nothing], [2]),
    "told twice of one save": ([saved(), told, nothing, nothing], [2]),
    "saved while open": ([opened, saved(), nothing, nothing, closed, nothing], [4]),
    "closed without a save": ([opened, nothing, closed, nothing], []),
    "our own writing": ([saved(), nothing, told, nothing, nothing], [1]),
    "saved again after ours": ([saved(), nothing, told, nothing, saved(), nothing, nothing], [1, 5]),
    "deleted meanwhile": ([saved(), deleted, nothing], []),
    "no workbook": ([written("shop.xlsx", b"no workbook"), nothing], [1]),
}


@pytest.mark.parametrize(("steps", "after"), STORIES.values(), ids=STORIES)
def test_a_story(tmp_path: Path, steps: list[Step], after: list[int]) -> None:
    turns = watched(tmp_path, steps)
    assert [number for number, found in enumerate(turns) for _ in found] == after


def test_nothing_is_tried_while_somebody_has_it_open(tmp_path: Path) -> None:
    tries: list[Path] = []

    def counting(path: Path) -> tuple[Refresh, str]:
        tries.append(path)
        return refresh(path)

    watched(tmp_path, [opened, saved(), nothing, nothing, nothing, closed, nothing], counting)
    assert len(tries) == 1


def test_what_was_saved_is_refreshed(tmp_path: Path) -> None:
    (turn,) = watched(tmp_path, [saved(), nothing])[1]
    assert turn.path == tmp_path / "shop.xlsx" and turn.error is None and turn.fault is None
    assert turn.done is not None and turn.done.changed and turn.done.customers == 1
    again = refresh_file(turn.path, TODAY)
    assert not again.changed


def test_what_somebody_saves_right_behind_our_writing_is_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version comes, as a sync program brings it, before we look at the file again."""
    runs: list[Refresh] = []

    def overtaken(host: Host, day: date) -> Refresh:
        runs.append(refresh_host(host, day))
        if len(runs) == 1:
            saved()(tmp_path)
        return runs[-1]

    monkeypatch.setattr("tracker.commands.watch.refresh", overtaken)
    turns = watched(tmp_path, [saved(), nothing, told, nothing, nothing])
    assert [number for number, found in enumerate(turns) for _ in found] == [1, 3]
    assert not refresh_file(tmp_path / "shop.xlsx", TODAY, dry_run=True).changed


@pytest.mark.parametrize("every", [False, True])
def test_a_workbook_that_is_none_of_ours_is_an_error_where_it_was_named(tmp_path: Path, every: bool) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Plan").write(0, 0, "tea")
    turns = watched(tmp_path, [written("plan.xlsx", made.getvalue()), nothing], every=every)[1]
    assert [type(turn.error) for turn in turns] == [NotOursError] * every


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    both = lambda folder: [*written("bad.xlsx", b"PK no zip")(folder), *saved()(folder)]  # noqa: E731
    bad, good = watched(tmp_path, [both, nothing])[1]
    assert (bad.path.name, bad.done) == ("bad.xlsx", None) and bad.error is not None
    assert good.done is not None and good.done.customers == 1


def test_who_has_it_meanwhile_goes_first(tmp_path: Path) -> None:
    tries: list[Path] = []

    def busy(path: Path) -> tuple[Refresh, str]:
        tries.append(path)
        if len(tries) == 1:
            raise BusyError("another run has it")
        return refresh(path)

    turns = watched(tmp_path, [saved(), nothing, nothing, nothing], busy)
    assert [len(found) for found in turns] == [0, 0, 0, 1] and len(tries) == 2


def test_a_fault_of_ours_ends_nothing(tmp_path: Path) -> None:
    def broken(path: Path) -> tuple[Refresh, str]:
        if path.name == "a.xlsx":
            raise ValueError("Marsh")
        return refresh(path)

    both = lambda folder: [*saved("a.xlsx")(folder), *saved("b.xlsx")(folder)]  # noqa: E731
    first, second = watched(tmp_path, [both, nothing], broken)[1]
    assert first.fault is not None and first.fault.kind == "ValueError" and "Marsh" not in str(first.fault)
    assert second.done is not None


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("shop.xlsx", True),
        ("Shop.XLSM", True),
        ("team/shop.xlsx", True),
        ("~$shop.xlsx", False),
        (".~lock.shop.xlsx#", False),
        ("shop.xls", False),
        ("notes.txt", False),
        (".tracker/shop.xlsx", False),
        ("team/.tracker/a/shop.xlsx", False),
        ("9A3F2C00", False),  # what Excel writes before it renames it
    ],
)
def test_which_files_are_workbooks(tmp_path: Path, name: str, is_one: bool) -> None:
    assert is_workbook(tmp_path / name, tmp_path) is is_one


def test_copies_that_are_kept_in_a_folder_of_their_own_are_no_workbooks(tmp_path: Path) -> None:
    book, folder = tmp_path / "shop.xlsx", tmp_path / "copies"
    folder.mkdir()
    saved()(tmp_path)
    refresh_file(book, TODAY, keep=Keeping(folder))
    kept = [one for one in folder.rglob("*") if one.suffix == ".xlsx"]
    assert kept and not any(is_workbook(one, tmp_path) for one in kept)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ann", "ext4"),
        ("/mnt/share/team", "cifs"),
        ("/mnt/share", "cifs"),
        ("/mnt/shared", "ext4"),
        ("/mnt/share/local/x", "tmpfs"),
    ],
)
def test_the_nearest_mount_tells_the_kind_of_drive(place: str, kind: str) -> None:
    mounts = [("/", "ext4"), ("/mnt/share", "cifs"), ("/mnt/share/local", "tmpfs")]
    assert kind_of(place, mounts) == kind
    assert kind_of(place, []) == ""


def test_a_folder_on_a_drive_of_the_network_is_known_by_its_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, mounts = tmp_path / "our share", tmp_path / "mounts"
    share.mkdir()
    monkeypatch.setattr(noticing, "MOUNTS", mounts)
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\n//files/x {share} cifs rw 0 0\n".replace("our share", r"our\040share"))
    assert noticing.on_network(share)
    assert not noticing.on_network(tmp_path)
    mounts.unlink()
    assert not noticing.on_network(share)
