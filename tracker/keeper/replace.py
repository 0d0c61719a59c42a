"""Reading a file whole, and replacing it as a whole or not at all.

The new bytes are written to a file of the same folder, flushed, read back and verified; only then does one rename put
them in place. At every instant the name holds the old workbook or the complete new one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tracker.errors import BusyError, RefusedError, StorageError, UnreadableError
from tracker.keeper.backups import keep_copy
from tracker.keeper.locks import holder

BUSY_ON_WINDOWS = frozenset({5, 32, 33})  # access denied, sharing violation, lock violation
RETRIES, PAUSE = 10, 0.25  # about 2.5 s in all: how long scanners and indexers hold a file


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; UnreadableError when it is missing, a folder, or may not be read."""
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise UnreadableError(f"{path} {what}. Give the path of a workbook.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}). Check the permissions.") from error


def replace_file(path: Path, before: bytes, after: bytes, verify: Callable[[bytes], None]) -> str:
    """Put ``after`` in the place of ``before`` and return the path of the copy kept; "" when the file is new.

    Raises BusyError when somebody has it open, RefusedError when it is no longer what was read, StorageError when the
    disk fails; the original is intact each time.
    """
    who = holder(path)
    if who:
        raise BusyError(f"{path.name} is open in {who}. Close it there, then run this again.")
    try:
        return _replace(path, before, after, verify)
    except OSError as error:
        raise StorageError(f"{path.name} could not be written ({error.strerror}). The original is intact.") from error


def _replace(path: Path, before: bytes, after: bytes, verify: Callable[[bytes], None]) -> str:
    exists = path.exists()
    if exists and not os.access(path, os.W_OK):
        raise StorageError(f"{path.name} is read-only. The original is intact; ask for write permission.")
    new = _write_beside(path, after)
    try:
        verify(new.read_bytes())
        backup = ""
        if exists:
            current = path.read_bytes()
            if current != before and current != after:
                raise RefusedError(f"{path.name} was changed by somebody else meanwhile. Run this again.")
            backup = str(keep_copy(path, current, datetime.now()))
            shutil.copymode(path, new)
        _rename(new, path)
        return backup
    finally:
        new.unlink(missing_ok=True)


def _write_beside(path: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _rename(new: Path, path: Path) -> None:
    for attempt in range(RETRIES + 1):
        try:
            new.replace(path)
            break
        except OSError as error:
            if getattr(error, "winerror", None) not in BUSY_ON_WINDOWS or attempt == RETRIES:
                raise
            time.sleep(PAUSE)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
