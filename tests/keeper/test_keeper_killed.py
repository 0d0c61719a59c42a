"""A run that dies at any step: the old file or the new one, and a next run that puts the rest right."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from keeping import NEW, OLD, WORKBOOK_ID, beside, history, leftovers, write

from tracker.errors import BusyError, RefusedError
from tracker.keeper import Keeping, Step, Verdict, copies, holds, read_chain, read_run, recovery, writing
from tracker.keeper.files import STALE, overwrite
from tracker.keeper.place import mark
from tracker.keeper.recovery import is_torn
from tracker.model.grid import Note

OTHER_ID = "11111111-2222-4333-8444-555555555555"

DIES = f"""
import os, sys
from pathlib import Path
from tracker.keeper import Keeping, Step, writing
from tracker.model.grid import Note
def at(step):
    if step == sys.argv[2]:
        os._exit(9)
folder = Path(sys.argv[3]) if len(sys.argv) > 3 else None
with writing(Path(sys.argv[1]), Keeping(folder, in_place=folder is not None, at=at)) as held:
    held.replace(held.data, {NEW!r}, lambda data: None, Note("{WORKBOOK_ID}", "refresh", {{}}, b"record"))
"""


def dies_at(step: Step, path: Path, *more: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DIES, str(path), step, *map(str, more)], check=False)
    assert done.returncode == 9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.xlsx"
    file.write_bytes(OLD)
    return file


@pytest.mark.parametrize("step", Step)
def test_a_run_that_dies_at_any_step(path: Path, step: Step) -> None:
    dies_at(step, path)
    happened = list(Step).index(step) >= list(Step).index(Step.REPLACED)
    assert path.read_bytes() == (NEW if happened else OLD)
    with writing(path) as held:  # a run that finds nothing to write
        assert held.data == (NEW if happened else OLD)
    assert leftovers(path) == [] and path.read_bytes() == held.data
    chain = read_chain(history(path))
    assert chain.ok and len(chain.entries) == happened, "what happened is in the log, and nothing else"
    assert write(path, b"third") and path.read_bytes() == b"third"
    assert read_chain(history(path)).verdict is Verdict.WHOLE and all(map(holds, copies(history(path))))
    assert leftovers(path) == []


@pytest.mark.parametrize("step", [Step.ANNOUNCED, Step.REPLACED])
def test_somebody_edits_after_a_run_died(path: Path, step: Step) -> None:
    dies_at(step, path)
    path.write_bytes(b"theirs")
    copy = write(path, b"third")
    assert Path(copy).read_bytes() == b"theirs"
    assert len(read_chain(history(path)).entries) == (2 if step is Step.REPLACED else 1)


def test_a_namesake_elsewhere_does_not_judge_a_run_that_died(path: Path, tmp_path: Path) -> None:
    """Of two files of one name whose copies stand in one folder, one run died in the middle of its write."""
    folder, other = tmp_path / "kept", tmp_path / "branch" / path.name
    for one in (folder, other.parent):
        one.mkdir()
    other.write_bytes(b"another workbook")
    dies_at(Step.ANNOUNCED, path, folder)
    overwrite(path, NEW[:21] + OLD[21:])
    write(other, b"its own", Keeping(folder), Note(OTHER_ID, "refresh"))
    assert read_chain(folder / WORKBOOK_ID).entries == (), "nothing is known of it yet"
    with writing(path, Keeping(folder, in_place=True)) as held:
        assert held.data == NEW
    assert len(read_chain(folder / WORKBOOK_ID).entries) == len(read_chain(folder / OTHER_ID).entries) == 1
    assert not list(folder.rglob("*.pending"))


def test_a_run_that_dies_twice_is_logged_once(path: Path) -> None:
    dies_at(Step.LOGGED, path)
    assert path.with_name(".tracker").joinpath("shop.xlsx.pending").exists()
    with writing(path):
        pass
    assert len(read_chain(history(path)).entries) == 1 and leftovers(path) == []


def test_temporary_files_of_a_neighbour_at_work_are_let_alone_until_they_are_stale(path: Path) -> None:
    other = path.with_name("other.xlsx")
    other.write_bytes(OLD)
    dies_at(Step.WRITTEN, other)
    (left,) = path.parent.glob(".tracker-*.tmp")
    write(path)
    assert left.exists()
    os.utime(left, (time.time() - STALE - 1,) * 2)
    write(path, b"third")
    assert not left.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"rubbish", b'{"entry":1}', b"\xff" * 100])
def test_an_announcement_that_is_none_of_ours_is_put_away(path: Path, content: bytes) -> None:
    place = path.parent / ".tracker" / "shop.xlsx.pending"
    place.parent.mkdir()
    place.write_bytes(content)
    assert write(path) and leftovers(path) == []


def test_an_announcement_cannot_lead_elsewhere(path: Path) -> None:
    dies_at(Step.ANNOUNCED, path)
    place = path.parent / ".tracker" / "shop.xlsx.pending"
    (path.parent / "elsewhere").mkdir()
    announced = place.read_text()
    for history_name in ("../elsewhere", ".."):
        place.write_text(announced.replace(WORKBOOK_ID, history_name))
        theirs = path.parent / f".tracker-{history_name[:2].replace('.', '0')}-theirs.tmp"
        theirs.write_bytes(b"of a neighbour at work")
        assert write(path, history_name.encode())
        assert list((path.parent / "elsewhere").iterdir()) == [] and theirs.exists()


@pytest.mark.parametrize("step", [Step.ANNOUNCED, Step.REPLACED])
def test_a_run_whose_history_somebody_removed_stops_no_other(path: Path, step: Step) -> None:
    dies_at(step, path)
    shutil.rmtree(history(path))
    assert write(path, b"third") and path.read_bytes() == b"third" and leftovers(path) == []
    assert len(read_chain(history(path)).entries) == (2 if step is Step.REPLACED else 1)


def test_a_log_that_another_run_is_writing_is_said_to_be_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dies_at(Step.ANNOUNCED, path)
    monkeypatch.setattr(recovery, "PATIENCE", 0.0)
    (history(path) / "lock").write_text("4242\nelsewhere\n")
    with pytest.raises(BusyError) as error:
        write(path)
    assert str(error.value).startswith(f"{path}: another run is writing ") and str(error.value).endswith("it is done.")
    assert path.read_bytes() == OLD


def test_the_record_of_a_copy_that_was_never_made_is_cleared_away(path: Path) -> None:
    copy = Path(write(path))
    record = copy.with_name("shop-20261125-013000-123456-3f9a6c0d1e2b4c5d.run.jsonl.gz")
    record.write_bytes(b"what a run would have written")
    write(path, b"third", note=Note(WORKBOOK_ID, "refresh", {}, b"record"))
    assert not record.exists()
    assert [read_run(one) for one in copies(history(path))] == [None, b"record"]


# In place.


@pytest.mark.parametrize("written", [0, 1, 10, len(OLD), len(NEW) - 1, len(NEW)])
@pytest.mark.parametrize("shorter", [False, True])
def test_a_write_in_place_that_was_cut_off_is_finished(path: Path, tmp_path: Path, written: int, shorter: bool) -> None:
    old = OLD + b" " * 40 if shorter else OLD
    path.write_bytes(old)
    folder = tmp_path / "kept"
    folder.mkdir()
    dies_at(Step.ANNOUNCED, path, folder)
    torn = NEW[:written] + old[written:]
    overwrite(path, torn)
    with writing(path, Keeping(folder, in_place=True)) as held:
        assert held.data == (old if torn == old else NEW)
    assert len(read_chain(folder / WORKBOOK_ID).entries) == (torn != old)
    assert beside(path) == [one for one in beside(path) if one.startswith("kept/")]
    assert not list(folder.rglob("*.tmp"))


def test_a_write_in_place_whose_new_bytes_are_gone_names_the_copy(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    path.write_bytes(OLD * 3)
    dies_at(Step.ANNOUNCED, path, folder)
    for left in folder.rglob("*.tmp"):
        left.unlink()
    path.write_bytes(b"x" + (OLD * 3)[1:])
    (copy,) = copies(folder / WORKBOOK_ID)
    with pytest.raises(RefusedError, match="cut off") as error:
        write(path, how=Keeping(folder))
    assert str(copy.path) in str(error.value)
    path.write_bytes(copy.path.read_bytes())
    assert write(path, how=Keeping(folder))


@pytest.mark.parametrize(
    ("data", "torn"),
    [(b"NEWold", True), (b"NEW", False), (b"oldold", True), (b"theirs", False), (b"NEWNEWS", False)],
)
def test_what_counts_as_cut_off(data: bytes, torn: bool) -> None:
    assert is_torn(data, b"oldold", b"NEWNEWS") is torn


def test_what_died_while_announcing_is_cleared_away(path: Path) -> None:
    left = path.parent / ".tracker" / f".tracker-{mark(path)}-abc.tmp"
    left.parent.mkdir()
    left.write_bytes(b"half")
    with writing(path):
        pass
    assert beside(path) == []


def test_what_could_not_be_let_go_of_is_cleared_away(path: Path) -> None:
    who = history(path) / "lock.who"

    def stuck(step: Step) -> None:
        if step is Step.DONE:
            who.unlink()
            who.mkdir()  # which cannot be unlinked

    write(path, how=Keeping(at=stuck))
    who.rmdir()
    who.write_text("{}")
    with writing(path):
        pass
    assert leftovers(path) == [] and len(read_chain(history(path)).entries) == 1
