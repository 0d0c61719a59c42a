"""The few things done to files here, each whole or not at all: flushed, read back, renamed with patience.

Windows is no second thought: binary modes throughout, no lock of the system, and a rename that scanners and indexers
get in the way of is tried again.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from tracker.errors import BusyError, StorageError, UnreadableError
from tracker.keeper.place import TEMP, TEMP_END, mark

HELD_ON_WINDOWS = frozenset({32, 33})  # sharing violation, lock violation
BUSY_ON_WINDOWS = HELD_ON_WINDOWS | {5}  # access denied is what a rename gets
RETRIES, PAUSE = 10, 0.25  # about 2.5 s in all: how long scanners and indexers hold a file
LARGEST = 2 << 30  # bytes of a file that is read; a workbook may not even unfold to more
STALE = 15 * 60  # seconds after which what a run left behind is nobody's
ACCESS_LIST = "system.posix_acl_access"
Done = TypeVar("Done")
O_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows opens a file as text without it


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; UnreadableError when it is missing, something else, or may not be read.

    BusyError where Windows goes on denying it because a program holds it.
    """
    refuse_no_file(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableError(f"{path}: it has {size / 1e9:,.1f} GB, more than any workbook. Check the path.")
        return patiently(path.read_bytes)
    except OSError as error:
        if getattr(error, "winerror", None) in HELD_ON_WINDOWS:
            raise BusyError(f"{path}: another program holds it. Close it there, then run this again.") from error
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}). Check the permissions.") from error


def refuse_no_file(path: Path) -> None:
    """UnreadableError for what is no regular file."""
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no file" if path.exists() else "does not exist"
            raise UnreadableError(f"{path}: {what}. Check the path.")
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}). Check the permissions.") from error


def patiently(act: Callable[[], Done]) -> Done:
    """Do something to a file; tried again where Windows says that somebody looks at it just now."""
    for _ in range(RETRIES):
        try:
            return act()
        except OSError as error:
            if getattr(error, "winerror", None) not in BUSY_ON_WINDOWS:
                raise
            time.sleep(PAUSE)
    return act()


@contextmanager
def temporary(folder: Path, data: bytes, of: Path | None = None) -> Iterator[Path]:
    """A file with these bytes, flushed to the disk, for us alone; gone afterwards unless it was renamed.

    Its name tells which workbook it is ``of`` and nothing else, so that the next run knows its own.
    """
    descriptor, name = tempfile.mkstemp(TEMP_END, f"{TEMP}{mark(of)}-" if of is not None else TEMP, folder)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        with suppress(OSError):  # the next run clears it away
            new.unlink(missing_ok=True)


def read_back(new: Path, data: bytes, what: str) -> bytes:
    """What stands in a file just written; StorageError when it is not what was written."""
    read = new.read_bytes()
    if read != data:
        raise StorageError(f"{what}: what was written could not be read back. Nothing was changed; check the disk.")
    return read


def put(path: Path, data: bytes, like_file: Path, of: Path | None = None) -> None:
    """A small file of ours, new or replaced, whole or not at all, and on the disk."""
    with temporary(path.parent, data, of) as new:
        like(new, like_file)
        rename(new, path)


def overwrite(path: Path, data: bytes) -> None:
    """Write over a file where it stands, for folders that take no new file; not whole or not at all."""
    with os.fdopen(os.open(path, os.O_WRONLY | O_BINARY), "wb") as file:
        file.write(data)
        file.truncate(len(data))
        file.flush()
        os.fsync(file.fileno())


def rename(new: Path, path: Path) -> None:
    """Put a file in the place of another, at once."""
    patiently(lambda: new.replace(path))
    with suppress(OSError):  # the new file is in place and whole; some shares cannot flush a folder
        flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """Make a rename outlast a power cut; on Windows there is nothing to do."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def like(new: Path, old: Path) -> None:
    """Give a new file the mode of another, and its group and owner as far as we may; without one, the usual mode.

    Nobody may do more with it than with the other: where it cannot be shared with the same people, those of the group
    that it has instead may do what everybody may.
    """
    if not old.exists():
        if os.name == "posix":
            # A temporary file is for its owner alone; the mask can only be read by setting it.
            mask = os.umask(0o077)
            os.umask(mask)
            new.chmod(0o666 & ~mask)
        return
    if os.name == "posix" and not _shared_like(new, old):
        mode = stat.S_IMODE(old.stat().st_mode)
        new.chmod(mode & ~stat.S_IRWXG | mode & mode << 3 & stat.S_IRWXG)
    else:
        shutil.copymode(old, new)
    if os.name == "posix":
        with suppress(OSError):
            os.chown(new, old.stat().st_uid, -1)


def _shared_like(new: Path, old: Path) -> bool:
    """Give a new file the group and the access list of another, before its mode opens it to them; whether it has both.

    The group goes without the owner: who writes a colleague's file may give it to the group, but not to the colleague.
    """
    try:
        if new.stat().st_gid != old.stat().st_gid:
            os.chown(new, -1, old.stat().st_gid)
        if sys.platform == "linux":
            if wanted := _access_list(old):
                os.setxattr(new, ACCESS_LIST, wanted)
            elif _access_list(new):  # out of its folder
                os.removexattr(new, ACCESS_LIST)
    except OSError:
        return False
    return True


def _access_list(path: Path) -> bytes:
    """Who else may do what with a file, as the system keeps it; empty where it has none or the disk knows none."""
    if sys.platform == "linux":
        with suppress(OSError):
            return os.getxattr(path, ACCESS_LIST)
    return b""


def clear(folder: Path, of: Path | None = None, held: bool = True) -> None:
    """Remove the temporary files that killed runs left in a folder; the caller holds the lock for making them.

    Those ``of`` a workbook at once, those of its neighbours, who may be at work, when they are long stale; so too all
    of them for a caller who holds no lock.
    """
    now = time.time()
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(TEMP) and entry.name.endswith(TEMP_END):
                with suppress(OSError):
                    ours = held and (of is None or entry.name.startswith(f"{TEMP}{mark(of)}-"))
                    if ours or now - entry.stat(follow_symlinks=False).st_mtime > STALE:
                        Path(entry.path).unlink()
