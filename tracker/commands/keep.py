"""How a command that writes goes about it: held from reading on, copies where they are wanted, a note in the log.

The configuration of the workbook may say ``[keep] folder = "…"``, from the file's own folder on: copies, log and locks
of all workbooks under it stand there then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tracker.commands.changes import counted
from tracker.commands.configuration import configuration_of
from tracker.commands.workbook import ReadOnce
from tracker.errors import UsageError
from tracker.hosts import ClosedFile
from tracker.keeper import Keeping
from tracker.model.grid import Note, Writes
from tracker.schema.snapshot import Snapshot


def keeping(path: Path, wait: float = 0.0, in_place: bool = False, backups: Path | None = None) -> Keeping:
    """How to write a workbook: with copies in ``backups``, else where its configuration says, else beside it.

    Raises UsageError for a configuration that cannot be read and a folder that is not there.
    """
    folder = backups if backups is not None else configuration_of(path).keep.folder
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
