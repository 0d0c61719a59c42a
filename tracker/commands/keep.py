"""How a command that writes goes about it: held from reading on, copies where they are wanted, a note in the log.

``tracker.toml`` beside the workbook or in a folder above it may say ``[keep] folder = "…"``, from the file's own folder
on: copies, log and locks of all workbooks under it stand there then.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tracker.commands.changes import counted
from tracker.commands.workbook import ReadOnce
from tracker.errors import UsageError
from tracker.hosts import ClosedFile
from tracker.keeper import Keeping
from tracker.model.grid import Note, Writes
from tracker.schema.snapshot import Snapshot

CONFIG = "tracker.toml"


def keeping(path: Path, wait: float = 0.0, in_place: bool = False, backups: Path | None = None) -> Keeping:
    """How to write a workbook: with copies in ``backups``, else where its ``tracker.toml`` says, else beside it.

    Raises UsageError for a configuration that cannot be read and a folder that is not there.
    """
    folder = backups if backups is not None else _configured(path)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{path}: the folder for its copies, {folder}, is not there. Make it first.")
    return Keeping(folder, wait, in_place)


@contextmanager
def opened(
    path: Path, how: Keeping | None = None, output: Path | None = None, dry_run: bool = False
) -> Iterator[ClosedFile]:
    """A closed file for a command that writes it, held against others; a dry run holds nothing."""
    host = ClosedFile(path, output)
    with nullcontext() if dry_run else host.writing(how or keeping(path)):
        yield host


def note(command: str, host: ReadOnce, writes: Writes, snapshot: Snapshot, undo: bytes = b"") -> Note:
    """What the log is to say of a run, and what it writes into staff's cells, compressed."""
    keep = snapshot.settings.backup_keep
    return Note(snapshot.identity.workbook_id, command, counted(host, writes, snapshot), undo, keep)


def _configured(path: Path) -> Path | None:
    """The folder that the nearest configuration names."""
    for folder in Path(os.path.realpath(path)).parents:  # a ring of links leads nowhere, and is no fault
        place = folder / CONFIG
        if place.is_file():
            return _folder(place)
    return None


def _folder(place: Path) -> Path | None:
    try:
        raw = tomllib.loads(place.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{place}: it cannot be read as TOML. Mend it, or remove it.") from error
    keep = raw.get("keep", {})
    folder = keep.get("folder") if isinstance(keep, dict) else keep
    if folder is not None and not (isinstance(folder, str) and folder.strip() and "\0" not in folder):
        raise UsageError(f'{place}: [keep] folder is no name of a folder. Write it as folder = "backups".')
    if folder is None:
        return None
    try:
        return place.parent / Path(folder).expanduser()
    except RuntimeError as error:  # ~somebody whom this machine does not know
        raise UsageError(f"{place}: [keep] folder names the home of nobody here. Write the whole path.") from error
