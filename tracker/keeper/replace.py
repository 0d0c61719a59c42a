"""The one writer: how a workbook is replaced as a whole or not at all, whatever happens meanwhile.

    lock → put right what a killed run left → read the whole file → nobody has it open → [the caller plans]
    → the new bytes in the same folder, flushed → read back and verified → the log is whole → a copy, verified
    → the write is announced → still what was read? still ours? → one rename → the folder flushed
    → the log → the announcement goes → old copies go → unlock

At every instant the name holds the old workbook or the complete new one. Before the rename every failure leaves the old
one and an error; after it the write has happened, and what is left to do is put down for the next run.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import tracker
from tracker.errors import BusyError, RefusedError, StorageError, TrackerError, UsageError
from tracker.keeper.backups import Copy, keep_copy, retention, thin
from tracker.keeper.files import clear, like, overwrite, put, read_back, read_bytes, refuse_no_file, rename, temporary
from tracker.keeper.journal import START, Entry, append, begin, read_chain, set_aside, trusted
from tracker.keeper.lock import Holder, Lock, locked, machine, person
from tracker.keeper.lock import holder as lock_holder
from tracker.keeper.locks import owner
from tracker.keeper.place import by_name, by_place, history_folder, real, sign
from tracker.keeper.recovery import PATIENCE, PENDING, Pending, announce, announced, recover
from tracker.model.grid import Note

POLL = 0.25  # seconds between two looks whether somebody closed the workbook
RENEWAL = 60.0  # seconds after which who waits says once more that he is alive

Verify = Callable[[bytes], None]


class Step(StrEnum):
    """The moments of a write, in their order."""

    LOCKED = "locked"
    READ = "read"
    WRITTEN = "written"  # the new bytes stand beside the workbook, verified
    COPIED = "copied"
    ANNOUNCED = "announced"
    REPLACED = "replaced"
    LOGGED = "logged"
    DONE = "done"


@dataclass(frozen=True)
class Keeping:
    """How a write is to go about it.

    ``folder`` holds copies, log and locks instead of ``.tracker`` beside the workbook; ``wait`` is how many seconds to
    wait for another run and for people to close it; ``in_place`` writes over the file where its folder takes no new
    one, and asks for a ``folder``; ``at`` is told of each step.
    """

    folder: Path | None = None
    wait: float = 0.0
    in_place: bool = False
    at: Callable[[Step], None] = lambda step: None


USUAL = Keeping()


@dataclass(frozen=True, eq=False)
class Held:
    """A workbook no other run may write: what was read of it (empty when it is not there), and how to replace it."""

    path: Path
    data: bytes
    how: Keeping
    lock: Lock

    def replace(
        self, before: bytes, after: bytes, verify: Verify, note: Note | None = None, model: Path | None = None
    ) -> str:
        """Put ``after`` in the place of ``before`` and return the path of the copy kept.

        A workbook that was not there (``before`` is empty) has no copy, and without a note no log either; it is for
        whom the file ``model`` is, where one is given. BusyError
        when somebody has it open or it is no longer what was read, RefusedError when its log is broken, StorageError
        when the disk fails, and whatever ``verify`` raises; the original is intact each time.
        """
        _refuse_open(self.path)
        file = real(self.path)
        with _storage(self.path, "The original is intact; check the disk and the permissions"):
            if file.exists() and not os.access(file, os.W_OK):
                raise StorageError(f"{self.path}: it is read-only. The original is intact; ask for write permission.")
            if not before and note is None:
                with temporary(file.parent, after, self.path) as new:
                    verify(read_back(new, after, str(self.path)))
                    self._swap(new, before, after, model)
                return ""
            note = note or Note()
            history = history_folder(self.path, note.history, self.how.folder)
            with (
                announced(self.path, self.how.folder, history.name) as announcement,
                locked(history / "lock", file.parent, PATIENCE, lambda who: _at_work(self.path, who)),
            ):
                copy, entry = self._put(history, before, after, verify, note, model)
                announcement.settled = self._logged(history, entry, note)
            return str(copy.path) if copy else ""

    def _put(
        self, history: Path, before: bytes, after: bytes, verify: Verify, note: Note, model: Path | None
    ) -> tuple[Copy | None, Entry]:
        """All up to the rename: the copy that was kept, and what is to stand in the log."""
        path, how, file = self.path, self.how, real(self.path)
        clear(history)
        with temporary(history if how.in_place else file.parent, after, path) as new:
            verify(read_back(new, after, str(path)))
            how.at(Step.WRITTEN)
            begin(history, path)
            trusted(history, path)
            if how.folder is not None and not sign(history, path).exists():
                put(sign(history, path), b"", path)
            now = datetime.now(UTC)
            copy = keep_copy(history, path, before, now, note.undo) if before else None
            try:
                how.at(Step.COPIED)
                entry = _entry(note, file.name, before, after, now, copy.path.name if copy else "")
                announce(path, how.folder, Pending(history.name, new.name, how.in_place, entry))
                how.at(Step.ANNOUNCED)
                self._swap(new, before, after, model)
            except BaseException:
                self._forget(new, before, copy)
                raise
        return copy, entry

    def _forget(self, new: Path, before: bytes, copy: Copy | None) -> None:
        """Take away what was put down about a write that did not happen.

        The copy goes too while the workbook is what it holds: a write that fails every hour would fill the disk with
        them, and push those of other days out.
        """
        file = real(self.path)
        with suppress(OSError):
            same = (file.read_bytes() if file.exists() else b"") == before
            if new.exists() and (same or not self.how.in_place):
                by_place(self.path, self.how.folder, PENDING).unlink(missing_ok=True)
                if copy is not None and same:
                    copy.path.unlink(missing_ok=True)
                    copy.run.unlink(missing_ok=True)

    def _logged(self, history: Path, entry: Entry, note: Note) -> bool:
        """All after the rename: whether nothing is left to do for the next run."""
        with suppress(OSError, TrackerError):
            self.how.at(Step.REPLACED)
            chain = append(history, self.path, entry)
            self.how.at(Step.LOGGED)
            first = chain.first()
            thin(history, self.path, retention(note.keep), (entry.copy, first.copy if first else ""))
            self.how.at(Step.DONE)
            return True
        return False

    def _swap(self, new: Path, before: bytes, after: bytes, model: Path | None) -> None:
        """The one moment: look once more, and put the new bytes in place."""
        file = real(self.path)
        if not self.how.in_place:
            like(new, file if model is None or file.exists() else model)
        seen = _seen(file)
        if (file.read_bytes() if seen else b"") != before:
            raise _changed(self.path)
        _refuse_open(self.path)
        if not self.lock.is_ours():
            raise BusyError(f"{self.path}: this took so long that another run took over. Nothing was written.")
        if _seen(file) != seen:  # as the last thing: reading it took its time
            raise _changed(self.path)
        if self.how.in_place and before:
            self._overwrite(file, before, after)
        else:
            rename(new, file)

    def _overwrite(self, file: Path, before: bytes, after: bytes) -> None:
        """The new bytes over the old ones, where the folder allows nothing better; on a failure the old ones again.

        So too when a person interrupts it.
        """
        try:
            overwrite(file, after)
            read_back(file, after, str(self.path))
        except BaseException:
            try:
                overwrite(file, before)
            except OSError as error:
                raise StorageError(
                    f"{self.path}: it was half written, and its old bytes could not be put back ({error.strerror}). "
                    f"Mend the disk, then put its newest copy back by hand, from {self.how.folder}."
                ) from error
            raise


@contextmanager
def writing(path: Path, how: Keeping = USUAL, missing_ok: bool = False) -> Iterator[Held]:
    """Hold a workbook from reading to the end of writing.

    BusyError naming who has it when it is not free in time, UnreadableError when there is no file (unless that is
    ``missing_ok``), UsageError for a write in place without a folder for its copies.
    """
    if how.in_place and how.folder is None:
        raise UsageError("Writing in place needs a folder for the copies. Name one with --backups FOLDER.")
    if not (missing_ok and not path.exists()):
        refuse_no_file(path)
    until = time.monotonic() + how.wait
    lock = by_name(path, how.folder, ".lock")
    with locked(lock, real(path).parent, how.wait, lambda who: _at_work(path, who)) as held:
        how.at(Step.LOCKED)
        with _storage(path, "Nothing was changed; check the disk and the permissions"):
            recover(path, how.folder)
        held = _closed(path, until, held)
        _refuse_open(path)
        data = b"" if missing_ok and not path.exists() else read_bytes(path)
        how.at(Step.READ)
        yield Held(path, data, how, held)


def _closed(path: Path, until: float, lock: Lock) -> Lock:
    """Wait until nobody has it open. The lock stays young meanwhile: else another run would take us for dead."""
    renewed = time.monotonic()
    while owner(path) is not None and time.monotonic() < until:
        time.sleep(POLL)
        if time.monotonic() - renewed > RENEWAL:
            lock, renewed = lock.renewed(), time.monotonic()
    return lock


def replace_file(
    path: Path, before: bytes, after: bytes, verify: Verify, note: Note | None = None, how: Keeping = USUAL
) -> str:
    """Put ``after`` in the place of ``before``, read earlier without a lock; see `Held.replace`."""
    with writing(path, how, missing_ok=True) as held:
        if held.data != before:
            raise _changed(path)
        return held.replace(before, after, verify, note)


def new_file(path: Path, before: bytes, after: bytes, verify: Verify, model: Path) -> None:
    """Write ``after`` to another file than the workbook it was made from (``before``), for whom the ``model`` is.

    A file that is there already is only replaced when it holds one of the two; RefusedError otherwise, so that a slip
    of the pen costs nobody a workbook. The other errors are those of `Held.replace`.
    """
    if path.is_dir():
        raise RefusedError(f"{path}: it is a folder. Give the name of a file.")
    file = real(path)
    with _storage(path, "Check the folder, the disk and the permissions"):
        _refuse_other(path, before, after)
        clear(file.parent, held=False)
        with temporary(file.parent, after, path) as new:
            verify(read_back(new, after, str(path)))
            like(new, file if file.exists() else model)
            _refuse_other(path, before, after)  # once more: that took its time
            rename(new, file)


def _refuse_other(path: Path, before: bytes, after: bytes) -> None:
    """Neither a file that somebody has open gives way to a new one, nor one that holds anything else than these."""
    _refuse_open(path)
    if path.exists() and not (path.is_file() and path.read_bytes() in (before, after)):
        raise RefusedError(f"{path}: it exists already and is another file. Give another name, or remove it first.")


def keep_open(path: Path, note: Note, store: Callable[[Path], None] | None = None, how: Keeping = USUAL) -> str:
    """Keep a copy of a workbook that a program has open, before its cells are written there, and return its path.

    ``store`` saves it as it stands, unsaved changes too, to a path; without it nothing is unsaved, and the file is
    what is kept. The log says it as a write that leaves the file alone. RefusedError when the log is broken,
    StorageError when the disk fails.
    """
    history = history_folder(path, note.history, how.folder)
    with (
        _storage(path, "Nothing was changed; check the disk and the permissions"),
        locked(history / "lock", real(path).parent, PATIENCE, lambda who: _at_work(path, who)),
    ):
        clear(history)
        begin(history, path)
        trusted(history, path)
        if how.folder is not None and not sign(history, path).exists():
            put(sign(history, path), b"", path)
        data = read_bytes(path) if store is None else _stored(history, path, store)
        now = datetime.now(UTC)
        copy = keep_copy(history, path, data, now, note.undo)
        chain = append(history, path, _entry(note, real(path).name, data, data, now, copy.path.name))
        first = chain.first()
        thin(history, path, retention(note.keep), (copy.path.name, first.copy if first else ""))
        return str(copy.path)


def _stored(history: Path, path: Path, store: Callable[[Path], None]) -> bytes:
    """What a program saves when it is asked for a copy; the file it saves to is for us alone, and gone afterwards."""
    with temporary(history, b"", path) as place:
        store(place)
        return read_bytes(place)


def renew(path: Path, workbook_id: str = "", how: Keeping = USUAL) -> Entry:
    """Begin a new log for a workbook; the one there was is kept under another name, which the first line says."""
    file, history = real(path), history_folder(path, workbook_id, how.folder)
    lock = by_name(path, how.folder, ".lock")
    with (
        locked(lock, file.parent, how.wait, lambda who: _at_work(path, who)),
        locked(history / "lock", file.parent, PATIENCE, lambda who: _at_work(path, who)),
        _storage(path, "Nothing was changed; check the disk and the permissions"),
    ):
        now = datetime.now(UTC)
        aside, digest = set_aside(history, path, now)
        entry = _entry(Note(command="renew"), file.name, b"", b"", now, aside)
        append(history, path, replace(entry, before=digest or START, after=START))
        return read_chain(history).newest(1)[0]


def work(path: Path, folder: Path | None = None) -> Holder | None:
    """Which run of ours is writing a workbook just now; None when none is."""
    lock = by_name(path, folder, ".lock")
    return lock_holder(lock) if lock.exists() else None


def _entry(note: Note, file: str, before: bytes, after: bytes, now: datetime, copy: str) -> Entry:
    was, now_is = (hashlib.sha256(data).hexdigest() for data in (before, after))
    at, version = now.isoformat(timespec="microseconds"), tracker.__version__
    return Entry(at, person(), machine(), note.command, version, file, was, now_is, copy, dict(note.counts))


def _seen(file: Path) -> tuple[int, int, int] | None:
    """What tells whether a file was written or replaced since it was looked at."""
    try:
        there = file.stat()
    except FileNotFoundError:
        return None
    return there.st_ino, there.st_size, there.st_mtime_ns


def _changed(path: Path) -> BusyError:
    return BusyError(f"{path}: somebody changed it meanwhile. Theirs is kept; run this again.")


def _at_work(path: Path, who: Holder) -> str:
    return f"{path}: another run is writing it ({who}). Run this again when it is done, or with --wait."


def _refuse_open(path: Path) -> None:
    for place in dict.fromkeys((path, real(path))):
        who = owner(place)
        if who:
            raise BusyError(f"{path}: it is open in {who}. {who.advice(datetime.now(UTC))}")


@contextmanager
def _storage(path: Path, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: it could not be written ({error.strerror}). {remedy}.") from error
