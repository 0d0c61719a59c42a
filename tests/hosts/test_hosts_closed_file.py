"""A workbook as a file: open elsewhere, changed meanwhile, a disk that fails; the original or the complete new one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from test_hosts import book, cells

from tracker.errors import BusyError, Exit, RefusedError, StorageError, TrackerError, UnreadableError
from tracker.hosts import ClosedFile
from tracker.keeper import Retention, copies, history_folder, holder
from tracker.keeper import files as keeper_files
from tracker.model.grid import Cells, ColumnWrite, Writes
from tracker.ooxml import Workbook

CHANGE = Writes((cells("People", 3, 3, 99.0),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook in a folder of its own."""
    folder = tmp_path / "share"
    folder.mkdir()
    file = folder / "shop book.xlsx"
    file.write_bytes(book())
    return file


MARKS = [
    ("~$shop book.xlsx", b"\4Anna".ljust(165, b" "), "Excel"),
    ("~$shop book.xlsx", b"", "Excel"),
    ("~$shop book.xlsx", b"x", "Excel"),
    (".~lock.shop book.xlsx#", b",anna,PC7,18.11.2026 09:30,file:///home/anna;", "LibreOffice"),
]


@pytest.mark.parametrize(("name", "data", "program"), MARKS)
def test_the_mark_that_a_program_leaves_names_its_workbook(path: Path, name: str, data: bytes, program: str) -> None:
    mark = path.with_name(name)
    mark.write_bytes(data)
    with pytest.raises(UnreadableError) as error:
        ClosedFile(mark).book()
    what = f"the mark that {program} leaves while somebody has shop book.xlsx open. Name {path} instead."
    assert str(error.value) == f"{mark}: {what}"


def test_a_workbook_named_like_a_mark_is_read_and_a_mark_that_is_not_there_is_missing(path: Path) -> None:
    good = path.with_name("~$good.xlsx")
    good.write_bytes(book())
    assert ClosedFile(good).book() == ClosedFile(path).book()
    with pytest.raises(UnreadableError, match="does not exist"):
        ClosedFile(path.with_name("~$gone.xlsx")).book()


@pytest.mark.parametrize("data", [b"", b"no workbook", None], ids=["empty", "something else", "missing"])
def test_what_is_wrong_with_a_file_is_said_when_it_is_asked_for_not_when_it_is_begun(
    path: Path, data: bytes | None
) -> None:
    path.unlink() if data is None else path.write_bytes(data)
    host = ClosedFile(path).begin()
    with pytest.raises(UnreadableError) as error:
        host.book()
    assert one_line(error.value, path)


@pytest.mark.parametrize("where", ["__init__", "begin"])
@pytest.mark.parametrize("fault", [ValueError, MemoryError, OSError])
def test_a_fault_as_a_file_is_begun_is_met_by_who_asks_for_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, where: str, fault: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(Workbook, where, fail)
        host = ClosedFile(path).begin()
        if where == "__init__":
            with pytest.raises(fault):
                host.book()
    assert host.book() == ClosedFile(path).book()


def files(path: Path) -> list[str]:
    """What stands in the folder of the workbook, its copies left out."""
    return sorted(one.name for one in path.parent.iterdir() if one.name != ".tracker")


def one_line(error: TrackerError, path: Path) -> bool:
    """Whether the error reads `<file>: <what is wrong>. <what to do>.`"""
    text = str(error)
    said = text.removeprefix(f"{path}: ")
    return text.startswith(f"{path}: ") and "\n" not in text and said.endswith(".") and ". " in said


def test_a_change_keeps_a_copy_of_what_was_there(path: Path) -> None:
    before = path.read_bytes()
    done = ClosedFile(path).apply(CHANGE)
    assert Path(done.backup).read_bytes() == before
    assert Path(done.backup).parent == history_folder(path)
    assert files(path) == [path.name]
    assert ClosedFile(path).sheet("People").column(3, 3, 3).values() == [99.0]
    Workbook(path.read_bytes()).verify()


def test_nothing_to_write_touches_nothing(path: Path) -> None:
    before = path.stat()
    done = ClosedFile(path).apply(Writes((cells("People", 3, 3, 31.0),)))
    assert not done.changed and done.backup == ""
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert not (path.parent / ".tracker").exists()


@pytest.mark.parametrize(
    ("lock", "content", "who"),
    [
        ("~$shop book.xlsx", b"\x04Anna" + bytes(160), "Excel (Anna)"),
        ("~$shop book.xlsx", b"", "Excel"),
        ("~$shop book.xlsx", b"\x04Li\xff\xfe", "Excel"),
        (".~lock.shop book.xlsx#", b",bo,pc,01.01.2026 08:00,file:///home/bo;", "LibreOffice (bo)"),
        (".~lock.shop book.xlsx#", "Bo Öst,bo,pc,01.01.2026 08:00,;".encode(), "LibreOffice (Bo Öst)"),
    ],
)
def test_a_file_that_somebody_has_open_is_left_alone(path: Path, lock: str, content: bytes, who: str) -> None:
    before = path.read_bytes()
    (path.parent / lock).write_bytes(content)
    assert who in str(holder(path))
    with pytest.raises(BusyError) as error:
        ClosedFile(path).apply(CHANGE)
    assert who in str(error.value) and one_line(error.value, path) and error.value.exit_code == Exit.BUSY
    assert path.read_bytes() == before and files(path) == sorted([path.name, lock])


def test_reading_needs_no_lock(path: Path) -> None:
    (path.parent / f"~${path.name}").write_bytes(b"\x04Anna")
    assert ClosedFile(path).book().sheets


def test_a_file_changed_meanwhile_is_kept(path: Path) -> None:
    host = ClosedFile(path)
    host.book()
    theirs = path.read_bytes() + b" "
    path.write_bytes(theirs)
    with pytest.raises(BusyError, match="changed it meanwhile") as error:
        host.apply(CHANGE)
    assert one_line(error.value, path)
    assert path.read_bytes() == theirs and files(path) == [path.name]


def test_a_file_removed_meanwhile_does_not_come_back(path: Path) -> None:
    host = ClosedFile(path)
    host.book()
    path.unlink()
    with pytest.raises(BusyError):
        host.apply(CHANGE)
    assert files(path) == []


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "open"])
def test_a_disk_that_fails_leaves_the_original(path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    host = ClosedFile(path)
    host.book()

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    where = {
        "fsync": (os, "fsync"),
        "replace": (Path, "replace"),
        "chmod": (keeper_files.shutil, "copymode"),
        "open": (keeper_files.tempfile, "mkstemp"),
    }
    monkeypatch.setattr(*where[step], fail)
    with pytest.raises(StorageError, match="No space left") as error:
        host.apply(CHANGE)
    monkeypatch.undo()
    assert one_line(error.value, path) and error.value.exit_code == Exit.IO
    assert path.read_bytes() == before and files(path) == [path.name]
    assert ClosedFile(path).apply(CHANGE).changed


def test_a_new_workbook_that_does_not_verify_is_not_put_in_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    host = ClosedFile(path)
    host.book()
    there = Path.read_bytes

    def damaged(self: Path) -> bytes:
        data = there(self)
        return data[:-30] if self.suffix == ".tmp" else data

    monkeypatch.setattr(Path, "read_bytes", damaged)
    with pytest.raises(StorageError, match="could not be read back"):
        host.apply(CHANGE)
    monkeypatch.undo()
    assert path.read_bytes() == before and files(path) == [path.name]


def test_more_changed_than_planned_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace as with_changes

    from tracker.hosts import closed_file

    before = path.read_bytes()
    host = ClosedFile(path)
    honest = closed_file.patched

    def lying(*asked: object) -> object:
        return with_changes(honest(*asked), parts=("xl/elsewhere.xml",))  # type: ignore[arg-type]

    monkeypatch.setattr(closed_file, "patched", lying)
    with pytest.raises(RefusedError, match="more than was planned"):
        host.apply(CHANGE)
    assert path.read_bytes() == before and files(path) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_the_mode_of_the_file_is_kept(path: Path) -> None:
    path.chmod(0o640)
    ClosedFile(path).apply(CHANGE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    ClosedFile(link).apply(CHANGE)
    assert link.is_symlink() and ClosedFile(path).sheet("People").column(3, 3, 3).values() == [99.0]
    (path.parent / f"~${path.name}").write_bytes(b"\x04Anna")
    with pytest.raises(BusyError, match="Anna"):
        ClosedFile(link).apply(Writes((cells("People", 3, 3, 1.0),)))


def test_an_output_leaves_the_workbook_alone(path: Path) -> None:
    before, output = path.read_bytes(), path.parent / "out.xlsx"
    done = ClosedFile(path, output).apply(CHANGE)
    assert done.changed and done.backup == ""
    assert path.read_bytes() == before and files(path) == sorted([path.name, output.name])
    assert ClosedFile(output).sheet("People").column(3, 3, 3).values() == [99.0]
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(output.stat().st_mode) == 0o666 & ~mask


def test_an_output_is_written_also_when_nothing_differs(path: Path) -> None:
    output = path.parent / "out.xlsx"
    assert not ClosedFile(path, output).apply(Writes()).changed
    assert output.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("there", [b"somebody's notes", book(totals=True)])
def test_an_output_never_overwrites_another_file(path: Path, there: bytes) -> None:
    output = path.parent / "out.xlsx"
    output.write_bytes(there)
    with pytest.raises(RefusedError, match="exists already") as error:
        ClosedFile(path, output).apply(CHANGE)
    assert one_line(error.value, output) and output.read_bytes() == there
    assert files(path) == sorted([path.name, output.name])


def test_an_output_may_hold_the_same_workbook_before_or_after(path: Path) -> None:
    output = path.parent / "out.xlsx"
    output.write_bytes(path.read_bytes())
    ClosedFile(path, output).apply(CHANGE)
    after = output.read_bytes()
    ClosedFile(path, output).apply(CHANGE)
    assert output.read_bytes() == after != path.read_bytes()


def test_an_output_that_is_the_file_itself_is_no_other_file(path: Path) -> None:
    done = ClosedFile(path, path.parent / ".." / path.parent.name / path.name).apply(CHANGE)
    assert done.backup and ClosedFile(path).sheet("People").column(3, 3, 3).values() == [99.0]


def test_the_first_copy_and_the_newest_are_kept(path: Path) -> None:
    first = path.read_bytes()
    newest = Retention().newest
    for value in range(newest + 5):
        last = path.read_bytes()
        ClosedFile(path).apply(Writes((ColumnWrite("People", 3, np.array([3]), Cells.from_values([float(value)])),)))
    kept = copies(history_folder(path), path)
    assert len(kept) == newest + 1
    assert kept[0].path.read_bytes() == first and kept[-1].path.read_bytes() == last


@pytest.mark.parametrize("what", ["nothing", "folder", "pipe"])
def test_what_is_no_file_is_said(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.xlsx"
    if what == "folder":
        path.mkdir()
    if what == "pipe":
        if os.name != "posix":
            pytest.skip("pipes by name are those of POSIX")
        os.mkfifo(path)
    with pytest.raises(UnreadableError) as error:
        ClosedFile(path).book()
    assert one_line(error.value, path) and error.value.exit_code == Exit.UNREADABLE


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData></worksheet>", "not well-formed"),
        ("xl/styles.xml", b"<styleSheet/>", "more than was planned"),
    ],
)
def test_what_is_written_is_looked_at_before_it_is_put_in_place(
    path: Path, monkeypatch: pytest.MonkeyPatch, part: str, content: bytes, said: str
) -> None:
    from tracker.hosts import closed_file
    from tracker.ooxml import Patched
    from tracker.ooxml.archive import rebuild
    from tracker.ooxml.pack import packed

    before = path.read_bytes()

    def careless(workbook: Workbook, *_: object) -> Patched:
        data = rebuild(workbook.package.archive, {part: packed(content)})
        return Patched(data, ("xl/worksheets/sheet1.xml",), 1)

    monkeypatch.setattr(closed_file, "patched", careless)
    with pytest.raises(RefusedError, match=said):
        ClosedFile(path).apply(CHANGE)
    assert path.read_bytes() == before and files(path) == [path.name]
