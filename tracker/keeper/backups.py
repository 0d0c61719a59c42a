"""The copies kept before each write: where they stand and which of them stay.

They live beside the workbook, so that whoever may read the one may read the other. Thinning by age, history and restore
belong to a later issue: here the newest stay, and the first is never deleted.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from tracker.errors import StorageError

FOLDER = ".tracker"
KEPT = 20


def backup_folder(path: Path) -> Path:
    """The folder of a workbook's copies."""
    return path.parent / FOLDER / path.stem


def keep_copy(path: Path, data: bytes, now: datetime) -> Path:
    """Write a copy, read it back, and thin the older ones; StorageError when the copy is not what it should be."""
    folder = backup_folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{path.stem}-{now:%Y%m%d-%H%M%S-%f}{path.suffix}"
    with copy.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if hashlib.sha256(copy.read_bytes()).digest() != hashlib.sha256(data).digest():
        copy.unlink(missing_ok=True)
        raise StorageError(f"{path}: its backup could not be read back. Nothing was changed; check the disk.")
    for old in sorted(folder.glob(f"{path.stem}-*{path.suffix}"))[1:-KEPT]:
        old.unlink(missing_ok=True)
    return copy
