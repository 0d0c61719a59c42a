"""Reading a file whole, and replacing it as a whole or not at all.

The new bytes are written to a file of the same folder, flushed, read back and verified; only then does one rename put
them in place. At every instant the name holds the old workbook or the complete new one, and the file of the new bytes
is gone on every way out.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tracker.errors import BusyError, RefusedError, StorageError, UnreadableError
from tracker.keeper.backups import keep_copy
from tracker.keeper.locks import holder

BUSY_ON_WINDOWS = frozenset({5, 32, 33})  # access denied, sharing violation, lock violation
LARGEST = 2 << 30  # bytes of a file that is read; a workbook may not even unfold to more
RETRIES, PAUSE = 10, 0.25  # about 2.5 s in all: how long scanners and indexers hold a file

Verify = Callable[[bytes], None]


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; UnreadableError when it is missing, something else, or may not be read."""
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no file" if path.exists() else "does not exist"
            raise UnreadableError(f"{path}: {what}. Check the path.")
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableError(f"{path}: it has {size / 1e9:,.1f} GB, more than any workbook. Check the path.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}). Check the permissions.") from error


def replace_file(path: Path, before: bytes, after: bytes, verify: Verify) -> str:
    """Put ``after`` in the place of ``before`` and return the path of the copy kept.

    Where no file is and ``before`` is empty, a new one comes to be, and no copy is kept (""). Raises BusyError when
    somebody has it open or it is no longer what was read, StorageError when the disk fails, and whatever ``verify``
    raises; the original is intact each time.
    """
    _refuse_open(path)
    real = _real(path)  # a link stays a link
    with _storage(path, "The original is intact; check the disk and the permissions"):
        if real.exists() and not os.access(real, os.W_OK):
            raise StorageError(f"{path}: it is read-only. The original is intact; ask for write permission.")
        with _beside(real, after) as new:
            verify(_read_back(new, after, path))
            _refuse_changed(path, real, before)
            backup = str(keep_copy(real, before, datetime.now())) if before else ""
            _take_rights(new, real)
            _refuse_open(path)
            _refuse_changed(path, real, before)  # again, as the last thing: keeping a copy took its time
            _rename(new, real)
        return backup


def new_file(path: Path, before: bytes, after: bytes, verify: Verify) -> None:
    """Write ``after`` to another file than the workbook it was made from (``before``).

    A file that is there already is only replaced when it holds one of the two; RefusedError otherwise, so that a slip
    of the pen costs nobody a workbook. The other errors are those of `replace_file`.
    """
    if path.is_dir():
        raise RefusedError(f"{path}: it is a folder. Give the name of a file.")
    _refuse_open(path)
    real = _real(path)
    with _storage(path, "Check the folder, the disk and the permissions"):
        if path.exists() and not (path.is_file() and path.read_bytes() in (before, after)):
            raise RefusedError(f"{path}: it exists already and is another file. Give another name, or remove it first.")
        with _beside(real, after) as new:
            verify(_read_back(new, after, path))
            _take_rights(new, real)
            _rename(new, real)


def _real(path: Path) -> Path:
    """Where a path leads, links followed; a ring of links leads nowhere, and is no fault of ours."""
    return Path(os.path.realpath(path))


def _refuse_changed(path: Path, real: Path, before: bytes) -> None:
    if (real.read_bytes() if real.exists() else b"") != before:
        raise BusyError(f"{path}: somebody changed it meanwhile. Theirs is kept; run this again.")


def _refuse_open(path: Path) -> None:
    for place in {path, _real(path)}:
        who = holder(place)
        if who:
            raise BusyError(f"{path}: it is open in {who}. Close it there, then run this again.")


@contextmanager
def _storage(path: Path, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: it could not be written ({error.strerror}). {remedy}.") from error


@contextmanager
def _beside(path: Path, data: bytes) -> Iterator[Path]:
    """A file with these bytes in the folder of the path, flushed to the disk; gone afterwards unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=".tracker-", suffix=".tmp", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        new.unlink(missing_ok=True)


def _read_back(new: Path, data: bytes, path: Path) -> bytes:
    read = new.read_bytes()
    if read != data:
        raise StorageError(f"{path}: what was written could not be read back. Nothing was changed; check the disk.")
    return read


def _take_rights(new: Path, old: Path) -> None:
    """Give the new file the mode of the old one, and its owner as far as we may; without one, the usual mode."""
    if old.exists():
        shutil.copymode(old, new)
    if os.name == "posix" and old.exists():
        there = old.stat()
        with suppress(OSError):
            os.chown(new, there.st_uid, there.st_gid)
    elif os.name == "posix":
        # A temporary file is for its owner alone; the mask can only be read by setting it.
        mask = os.umask(0o077)
        os.umask(mask)
        new.chmod(0o666 & ~mask)


def _rename(new: Path, path: Path) -> None:
    for attempt in range(RETRIES + 1):
        try:
            new.replace(path)
            break
        except OSError as error:
            if getattr(error, "winerror", None) not in BUSY_ON_WINDOWS or attempt == RETRIES:
                raise
            time.sleep(PAUSE)
    with suppress(OSError):  # the new file is in place and whole; some shares cannot flush a folder
        _flush_folder(path.parent)


def _flush_folder(path: Path) -> None:
    """Make a rename outlast a power cut; on Windows there is nothing to do."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
