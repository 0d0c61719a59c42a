"""Where what is kept of a workbook stands: beside it, so that whoever may read the one may read the other.

    .tracker/                           beside the workbook, or the folder given
        shop.xlsx.lock                  held by the run that writes shop.xlsx (and who it is, in .lock.who)
        shop.xlsx.pending               a write whose rename may or may not have happened; in a folder for many
                                        shop.xlsx.1f0c9a2e.pending, where the workbook stands being hashed
        <history>/                      workbook_id where it is a UUID, else the stem of the file
            shop-20261125-013000-123456-3f9a6c0d1e2b4c5d.xlsx    a copy: stem, time (UTC), first 16 hex of its sha256
            shop-20261125-013000-123456-3f9a6c0d1e2b4c5d.run.jsonl.gz    what that run wrote into staff's cells
            journal.jsonl, journal.head, lock
            at-1f0c9a2e             in a folder for many: a workbook that stands there, hashed, is of this history

Lock and pending go by the name of the file, because they are needed before anything in it was read; the rest goes by
the workbook, so that a renamed file keeps its history.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER = ".tracker"
LONGEST = 200  # bytes of a name that its copies take over: file systems take 255, and a Chinese letter has three
TEMP, TEMP_END = ".tracker-", ".tmp"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def root(path: Path, folder: Path | None = None) -> Path:
    """The folder for everything kept of the workbooks of a folder."""
    return folder if folder is not None else real(path).parent / FOLDER


def history_folder(path: Path, workbook_id: str = "", folder: Path | None = None) -> Path:
    """The folder of a workbook's copies and journal. What is no UUID never becomes a name."""
    return root(path, folder) / (workbook_id.lower() if is_uuid(workbook_id) else _plain(real(path).stem))


def is_uuid(text: str) -> bool:
    """Whether a text out of a workbook may name a folder."""
    return UUID.fullmatch(text) is not None


def real(path: Path) -> Path:
    """Where a path leads, links followed; a ring of links leads nowhere, and is no fault of ours."""
    return Path(os.path.realpath(path))


def own(names: Iterable[str], path: Path) -> frozenset[str]:
    """The file names under which a history holds this very workbook: its own, and those no file beside it bears now.

    A copy made beside it has its ID, and so its history, and is another file all the same; one that was renamed is not.
    """
    file = real(path)
    return frozenset(name for name in set(names) if _is_of(name, file))


def _is_of(name: str, file: Path) -> bool:
    if name == file.name or Path(name).name != name:
        return True
    other = file.with_name(name)
    return not os.path.lexists(other) or (file.exists() and other.exists() and other.samefile(file))


def short(name: str) -> str:
    """As much of a name as leaves room for what is put behind it."""
    return os.fsdecode(os.fsencode(name)[:LONGEST].decode("utf-8", "ignore").encode())


def by_name(path: Path, folder: Path | None, ending: str) -> Path:
    """A file that is about the workbook under this name; a name too long to be followed by more is told by its hash."""
    name = real(path).name
    if len(os.fsencode(name)) > LONGEST:
        name = f"{short(name)}-{mark(path)}"
    return root(path, folder) / f"{name}{ending}"


def by_place(path: Path, folder: Path | None, ending: str) -> Path:
    """The same, where a folder for many must tell files of one name apart that stand in different places."""
    return by_name(path, folder, ending if folder is None else f".{_where(path)}{ending}")


def sign(history: Path, path: Path) -> Path:
    """The file in a history, among those of many, that says that a workbook of this place was written."""
    return history / f"at-{_where(path)}"


def _where(path: Path) -> str:
    return hashlib.sha256(os.fsencode(real(path).parent)).hexdigest()[:8]


def mark(path: Path) -> str:
    """What tells the temporary files of one workbook from those of its neighbours, without saying its name."""
    return hashlib.sha256(os.fsencode(real(path).name)).hexdigest()[:8]


def make(folder: Path, like: Path) -> None:
    """Make a folder, and those above it, that the same people may write to as the one the workbook stands in."""
    if not folder.is_dir():
        if folder.parent != like and not folder.parent.is_dir():
            make(folder.parent, like)
        folder.mkdir(exist_ok=True)
        with suppress(OSError):
            if os.name == "posix":
                os.chown(folder, -1, like.stat().st_gid)
        with suppress(OSError):
            shutil.copymode(like, folder)


def _plain(stem: str) -> str:
    """A stem as the name of a folder: one of dots alone would lead out of where it belongs."""
    return short(stem).rstrip(". ") or "workbook"
