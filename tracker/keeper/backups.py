"""The copies kept before each write: where they stand and which of them stay.

They live beside the workbook, so that whoever may read the one may read the other. Thinning by age, history and restore
belong to a later issue: here the newest stay, and the first is never deleted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tracker.errors import StorageError

FOLDER = ".tracker"
KEPT = 20
LONGEST = 200  # bytes of a workbook's name that its copies take over
O_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows opens a file as text without it


def backup_folder(path: Path) -> Path:
    """The folder of a workbook's copies."""
    return path.parent / FOLDER / path.stem


def keep_copy(path: Path, data: bytes, now: datetime) -> Path:
    """Write a copy, read it back, and thin the older ones; StorageError when the copy is not what it should be."""
    folder = backup_folder(path)
    _make(folder, path.parent)
    copy = folder / f"{_short(path.stem)}-{now:%Y%m%d-%H%M%S-%f}{path.suffix}"
    # Nobody may look into a copy who may not look into the workbook, not even while it is being written.
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | O_BINARY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, copy)
    if hashlib.sha256(copy.read_bytes()).digest() != hashlib.sha256(data).digest():
        copy.unlink(missing_ok=True)
        raise StorageError(f"{path}: its backup could not be read back. Nothing was changed; check the disk.")
    for old in _copies(path)[1:-KEPT]:
        if old != copy:  # a clock that was set back must not cost the copy just made
            with suppress(OSError):  # one that somebody else made may not be ours to delete
                old.unlink(missing_ok=True)
    return copy


def _make(folder: Path, like: Path) -> None:
    """Make a folder, and those above it, that the same people may write to as the one the workbook stands in."""
    if not folder.is_dir():
        if folder.parent != like:
            _make(folder.parent, like)
        folder.mkdir(exist_ok=True)
        with suppress(OSError):
            shutil.copymode(like, folder)


def _copies(path: Path) -> list[Path]:
    """The copies of this workbook, the oldest first; those of its namesakes of another kind are not among them."""
    name = re.compile(re.escape(_short(path.stem)) + r"-\d{8}-\d{6}-\d{6}" + re.escape(path.suffix))
    return sorted(copy for copy in backup_folder(path).iterdir() if name.fullmatch(copy.name))


def _short(stem: str) -> str:
    """As much of a name as leaves room for the time: file systems take 255 bytes, and a Chinese letter has three."""
    return os.fsdecode(os.fsencode(stem)[:LONGEST].decode("utf-8", "ignore").encode())
