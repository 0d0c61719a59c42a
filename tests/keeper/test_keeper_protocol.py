"""The one writer, step by step, with a second process that does something to the file at each step."""

from __future__ import annotations

import errno
import os
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from keeping import NEW, NOTE, OLD, WORKBOOK_ID, anything, beside, elsewhere, history, leftovers, write

from tracker.errors import BusyError, RefusedError, StorageError, TrackerError, UnreadableError, UsageError
from tracker.keeper import (
    Keeping,
    Step,
    Verdict,
    copies,
    files,
    new_file,
    read_chain,
    read_copy,
    replace,
    replace_file,
    writing,
)
from tracker.keeper.lock import Lock
from tracker.model.grid import Note

BEFORE_THE_RENAME = [Step.LOCKED, Step.READ, Step.WRITTEN, Step.COPIED, Step.ANNOUNCED]
AFTER_IT = [Step.REPLACED, Step.LOGGED, Step.DONE]
posix = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")

# What a second process does to the file: save over it, put another in its place, save without a byte's difference.
EDIT = "Path(sys.argv[1]).write_bytes(b'theirs')"
REPLACE = "new = Path(sys.argv[1] + '.new'); new.write_bytes(b'theirs'); os.replace(new, sys.argv[1])"
REMOVE = "os.remove(sys.argv[1])"
OWNER = "p = Path(sys.argv[1]); p.with_name('~$' + p.name).write_bytes(b'\\x04Anna' + bytes(160))"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "share" / "shop.xlsx"
    file.parent.mkdir()
    file.write_bytes(OLD)
    return file


def untouched(path: Path) -> tuple[int, int, int]:
    """What changes of a file when it is written; not when it was read last, which is the file system's own business."""
    now = path.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns


def when(step: Step, act: Callable[[], object]) -> Keeping:
    """A write that has something happen at a step."""
    return Keeping(at=lambda now: act() if now is step else None)  # type: ignore[arg-type]


def test_the_steps_come_in_their_order_and_leave_what_they_should(path: Path) -> None:
    seen: list[Step] = []
    copy = write(path, how=Keeping(at=seen.append))
    assert seen == list(Step)
    assert path.read_bytes() == NEW and Path(copy).read_bytes() == OLD
    assert beside(path) == sorted(
        f".tracker/{WORKBOOK_ID}/{name}" for name in (Path(copy).name, "journal.head", "journal.jsonl")
    )
    (entry,) = read_chain(history(path)).entries
    assert (entry.n, entry.command, entry.counts, entry.copy) == (1, "refresh", NOTE.counts, Path(copy).name)


@pytest.mark.parametrize("step", BEFORE_THE_RENAME[1:])
@pytest.mark.parametrize("what", [EDIT, REPLACE])
def test_a_file_changed_by_another_at_any_step_is_theirs(path: Path, step: Step, what: str) -> None:
    with pytest.raises(BusyError, match="changed it meanwhile"):
        write(path, how=when(step, lambda: elsewhere(what, path)))
    assert path.read_bytes() == b"theirs" and leftovers(path) == []
    assert read_chain(history(path)).entries == ()
    assert write(path) and path.read_bytes() == NEW, "and the next run goes through"


@pytest.mark.parametrize("what", [EDIT, REPLACE])
def test_a_file_changed_after_the_last_comparison_of_its_bytes_is_theirs(
    path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between comparing and renaming stands one look at the lock: that is when the other process comes."""

    def changed_meanwhile(_: Lock) -> bool:
        elsewhere(what, path)
        return True

    monkeypatch.setattr(Lock, "is_ours", changed_meanwhile)
    with pytest.raises(BusyError, match="changed it meanwhile"):
        write(path)
    assert path.read_bytes() == b"theirs" and leftovers(path) == []


@pytest.mark.parametrize("what", [EDIT, REPLACE])
def test_a_file_changed_before_it_was_read_is_simply_what_is_read(path: Path, what: str) -> None:
    copy = write(path, how=when(Step.LOCKED, lambda: elsewhere(what, path)))
    assert Path(copy).read_bytes() == b"theirs" and path.read_bytes() == NEW


@pytest.mark.parametrize("step", BEFORE_THE_RENAME[1:])
def test_a_file_removed_by_another_does_not_come_back(path: Path, step: Step) -> None:
    with pytest.raises(BusyError):
        write(path, how=when(step, lambda: elsewhere(REMOVE, path)))
    assert not path.exists() and leftovers(path) == []


@pytest.mark.parametrize("step", BEFORE_THE_RENAME)
def test_a_file_opened_in_excel_at_any_step_is_left_alone(path: Path, step: Step) -> None:
    with pytest.raises(BusyError, match=r"open in Excel \(Anna\)"):
        write(path, how=when(step, lambda: elsewhere(OWNER, path)))
    assert path.read_bytes() == OLD and leftovers(path) == []
    assert path.with_name("~$shop.xlsx").exists(), "never deleted by us"


@pytest.mark.parametrize("step", AFTER_IT)
def test_a_file_changed_after_the_rename_is_the_next_runs_business(path: Path, step: Step) -> None:
    write(path, how=when(step, lambda: elsewhere(EDIT, path)))
    assert path.read_bytes() == b"theirs" and leftovers(path) == []
    copy = write(path)
    assert Path(copy).read_bytes() == b"theirs"


@pytest.mark.parametrize("step", Step)
def test_another_run_at_any_step_is_told_who_is_at_work(path: Path, step: Step) -> None:
    told: list[str] = []

    def run() -> None:
        told.append(elsewhere(RUN, path, 0))

    write(path, how=when(step, run))
    (said,) = told
    assert said.startswith("busy") and "another run is writing it" in said and "since 20" in said, said
    assert path.read_bytes() == NEW and leftovers(path) == []


RUN = """
from tracker.errors import BusyError
from tracker.keeper import Keeping, writing
try:
    with writing(Path(sys.argv[1]), Keeping(wait=float(sys.argv[2]))) as held:
        print("read", held.data)
except BusyError as error:
    print("busy", error)
"""


@pytest.mark.parametrize("step", BEFORE_THE_RENAME)
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
def test_an_error_before_the_rename_leaves_the_old_file(path: Path, step: Step, fault: int) -> None:
    def fail() -> None:
        raise OSError(fault, os.strerror(fault))

    with pytest.raises((StorageError, OSError)) as error:
        write(path, how=when(step, fail))
    if step not in BEFORE_THE_RENAME[:2]:
        assert isinstance(error.value, StorageError) and "\n" not in str(error.value)
    assert path.read_bytes() == OLD and leftovers(path) == []
    assert write(path) and path.read_bytes() == NEW


@pytest.mark.parametrize("step", [Step.COPIED, Step.ANNOUNCED])
def test_a_write_that_fails_again_and_again_keeps_no_copies_of_what_still_stands(path: Path, step: Step) -> None:
    kept = Path(write(path, note=Note(WORKBOOK_ID, "refresh", {}, b"run")))
    before = beside(path)

    def fail() -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    for _ in range(3):
        with pytest.raises(StorageError):
            write(path, b"third", when(step, fail), Note(WORKBOOK_ID, "refresh", {}, b"another run"))
    assert beside(path) == before and kept.read_bytes() == OLD
    with pytest.raises(BusyError):
        write(path, b"third", when(step, lambda: elsewhere(EDIT, path)))
    assert NEW in [read_copy(copy) for copy in copies(history(path))], "theirs took its place: it is kept nowhere else"


@pytest.mark.parametrize("step", AFTER_IT)
def test_an_error_after_the_rename_is_made_up_for_by_the_next_run(path: Path, step: Step) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write(path, how=when(step, fail))
    assert path.read_bytes() == NEW
    write(path, b"third")
    assert [entry.n for entry in read_chain(history(path)).entries] == [1, 2] and leftovers(path) == []


def test_what_the_new_file_fails_is_passed_on_and_nothing_written(path: Path) -> None:
    def bad(_: bytes) -> None:
        raise RefusedError("not good")

    with pytest.raises(RefusedError, match="not good"), writing(path) as held:
        held.replace(held.data, NEW, bad, NOTE)
    assert path.read_bytes() == OLD and beside(path) == []


def test_two_writes_in_one_hold(path: Path) -> None:
    with writing(path) as held:
        held.replace(OLD, NEW, anything, NOTE)
        held.replace(NEW, b"third", anything, NOTE)
    assert path.read_bytes() == b"third"
    assert [Path(copy.path).read_bytes() for copy in copies(history(path))] == [OLD, NEW]


def test_nothing_to_write_leaves_no_trace_but_the_lock_while_it_is_held(path: Path) -> None:
    before = untouched(path)
    with writing(path) as held:
        assert held.data == OLD
        assert beside(path) == [".tracker/shop.xlsx.lock", ".tracker/shop.xlsx.lock.who"]
    assert untouched(path) == before and not (path.parent / ".tracker").exists()


def test_a_hold_that_fails_lets_go(path: Path) -> None:
    with pytest.raises(KeyError), writing(path):
        raise KeyError
    assert write(path)


@pytest.mark.parametrize("broken_by", ["edit", "cut"])
def test_no_log_no_write(path: Path, broken_by: str) -> None:
    write(path)
    journal = history(path) / "journal.jsonl"
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b"refresh", b"nothing") if broken_by == "edit" else b"")
    kept = beside(path)
    with pytest.raises(RefusedError, match=r"log is broken at line 1 .* tracker log shop\.xlsx; .* --renew") as error:
        write(path, b"third")
    assert path.read_bytes() == NEW and beside(path) == kept and "\n" not in str(error.value)


def test_a_new_file_has_no_copy_and_no_log(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert replace_file(path, b"", NEW, anything) == ""
    assert path.read_bytes() == NEW and beside(path) == []
    with pytest.raises(BusyError):
        replace_file(path, b"", b"another", anything)
    assert path.read_bytes() == NEW


def test_another_file_is_written_without_a_lock_and_so_clears_nothing_that_is_in_use(path: Path) -> None:
    """A copy that is written is a workbook that another run is writing just now."""
    other = path.with_name("copy.xlsx")
    other.write_bytes(OLD)
    write(other, how=when(Step.WRITTEN, lambda: new_file(other, OLD, OLD, anything, path)))
    assert other.read_bytes() == NEW and leftovers(other) == []


@pytest.mark.parametrize(("what", "error"), [(EDIT, RefusedError), (OWNER, BusyError)])
def test_another_file_that_somebody_takes_up_meanwhile_is_theirs(
    path: Path, what: str, error: type[TrackerError]
) -> None:
    other = path.with_name("copy.xlsx")
    other.write_bytes(OLD)
    with pytest.raises(error):
        new_file(other, OLD, NEW, lambda _: elsewhere(what, other) and None, path)
    assert other.read_bytes() == (OLD if what is OWNER else b"theirs")
    assert not list(path.parent.glob("*.tmp")) and path.read_bytes() == OLD


def test_a_file_that_is_gone_can_be_written_anew_and_says_so_in_the_log(path: Path) -> None:
    write(path)
    path.unlink()
    with pytest.raises(UnreadableError):
        write(path)
    with writing(path, missing_ok=True) as held:
        assert held.data == b""
        held.replace(b"", OLD, anything, Note(WORKBOOK_ID, "restore"))
    assert path.read_bytes() == OLD
    assert [entry.command for entry in read_chain(history(path)).entries] == ["refresh", "restore"]


@posix
def test_what_is_kept_is_as_private_as_the_workbook(path: Path) -> None:
    path.chmod(0o640)
    mask = os.umask(0)
    try:
        write(path, note=Note(WORKBOOK_ID, "refresh", {}, b"run"))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    for one in history(path).iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o640, one


GROUP = 54321  # nobody's


def given(path: Path, owner_too: bool) -> Callable[[Path, int, int], None]:
    """The system's answer to somebody who writes a colleague's file: he may give it to the group, or not even that."""
    honest = os.chown

    def chown(new: Path, user: int, group: int) -> None:
        if user != -1 or not owner_too:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        honest(new, user, group)

    return chown


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="a file cannot be given to another group")
@pytest.mark.parametrize(("member", "mode"), [(True, 0o664), (False, 0o644)])
def test_a_colleague_who_writes_gives_it_to_the_group_or_to_nobody_more(
    path: Path, member: bool, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = GROUP if member else path.stat().st_gid, mode
    os.chown(path, 12345, GROUP)
    path.chmod(0o664)
    monkeypatch.setattr(os, "chown", given(path, member))
    copy = Path(write(path))
    for one in (path, copy, history(path) / "journal.jsonl"):
        there = one.stat()
        assert (there.st_gid, stat.S_IMODE(there.st_mode)) == expected, one


def access(*entries: tuple[int, int, int]) -> bytes:
    """An access list as Linux keeps it: tag, rights, whose."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NONE = 0xFFFFFFFF
# The owner and one colleague read and write; the group may do nothing, though its bits of the mode say so.
LIST = access((1, 6, NONE), (2, 6, 12345), (4, 0, NONE), (16, 6, NONE), (32, 0, NONE))


@pytest.mark.skipif(sys.platform != "linux", reason="access lists are those of Linux")
@pytest.mark.parametrize("where", ["file", "folder"])
def test_an_access_list_is_kept_and_none_comes_of_the_folder(path: Path, where: str) -> None:
    path.chmod(0o640)
    try:
        if where == "file":
            os.setxattr(path, files.ACCESS_LIST, LIST)
        else:
            os.setxattr(path.parent, "system.posix_acl_default", LIST)
    except OSError as error:
        pytest.skip(f"this disk keeps no access lists ({error.strerror})")
    before = os.listxattr(path), stat.S_IMODE(path.stat().st_mode)
    copy = Path(write(path))
    for one in (path, copy):
        assert (os.listxattr(one), stat.S_IMODE(one.stat().st_mode)) == before, one
        assert where == "folder" or os.getxattr(one, files.ACCESS_LIST) == LIST, one


def test_a_lock_lost_to_another_run_stops_the_write(path: Path) -> None:
    def taken() -> None:
        lock = path.parent / ".tracker" / "shop.xlsx.lock"
        lock.unlink()
        lock.write_text("1\nelsewhere\n")

    with pytest.raises(BusyError, match="another run took over"):
        write(path, how=when(Step.ANNOUNCED, taken))
    assert path.read_bytes() == OLD


# Where the folder takes no new file.


def test_in_place_asks_for_a_folder_elsewhere(path: Path) -> None:
    with pytest.raises(UsageError, match="--backups FOLDER"):
        write(path, how=Keeping(in_place=True))
    assert path.read_bytes() == OLD


def test_in_place_the_file_stays_the_same_file(path: Path, tmp_path: Path) -> None:
    folder, before = tmp_path / "kept", path.stat()
    folder.mkdir()
    for after in (NEW, b"short"):
        copy = write(path, after, Keeping(folder, in_place=True))
    assert path.read_bytes() == b"short" and path.stat().st_ino == before.st_ino
    assert Path(copy).read_bytes() == NEW and Path(copy).is_relative_to(folder)
    assert beside(path) == [] and not list(folder.rglob("*.tmp"))
    assert len(read_chain(folder / WORKBOOK_ID).entries) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [(OSError(errno.EIO, "Input/output error"), StorageError), (KeyboardInterrupt(), KeyboardInterrupt)],
)
def test_in_place_a_failure_puts_the_old_bytes_back(
    path: Path, tmp_path: Path, fault: BaseException, told: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = files.overwrite

    def half(file: Path, data: bytes) -> None:
        if data == NEW:
            honest(file, NEW[:10])
            raise fault
        honest(file, data)

    monkeypatch.setattr(replace, "overwrite", half)
    with pytest.raises(told):
        write(path, how=Keeping(tmp_path, in_place=True))
    assert path.read_bytes() == OLD


def test_in_place_a_disk_that_takes_not_even_the_old_bytes_is_not_called_intact(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()

    def half(file: Path, data: bytes) -> None:
        if data == NEW:
            files.overwrite(file, NEW[:21] + OLD[21:])
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(replace, "overwrite", half)
    with pytest.raises(StorageError, match=f"half written.*from {folder}") as error:
        write(path, how=Keeping(folder, in_place=True))
    assert "intact" not in str(error.value) and "\n" not in str(error.value)
    assert [read_copy(copy) for copy in copies(folder / WORKBOOK_ID)] == [OLD]


def test_a_folder_for_all_of_it(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    copy = write(path, how=Keeping(folder))
    assert Path(copy).parent == folder / WORKBOOK_ID and beside(path) == []
    assert read_chain(folder / WORKBOOK_ID).verdict is Verdict.WHOLE


@pytest.mark.parametrize("name", ["..xlsx", "...xlsx", ". .xlsx", ".xlsx"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "share" / name
    path.parent.mkdir()
    path.write_bytes(OLD)
    copy = Path(write(path, note=Note("../../elsewhere")))
    assert copy.resolve().parent.parent == path.parent.resolve() / ".tracker"
    assert [one.name for one in tmp_path.iterdir()] == ["share"]


@pytest.mark.parametrize("kind", [BusyError, StorageError])
def test_errors_are_one_line_with_what_to_do(path: Path, kind: type[TrackerError]) -> None:
    if kind is BusyError:
        elsewhere(OWNER, path)
    else:
        (path.parent / ".tracker").write_text("in the way")
    with pytest.raises(kind) as error:
        write(path)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".") and ". " in text and path.read_bytes() == OLD
