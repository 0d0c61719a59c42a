"""What is kept of a workbook: its copies as numbered versions, and its log; also of one that is gone or damaged.

A version has the number that the log gives to the run which left it, so that it stays the same when older ones go; it
holds the workbook as it was before that run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.engine.read import read_identity
from tracker.errors import StorageError, TrackerError, UnreadableError, UsageError, pasted
from tracker.hosts import ClosedFile, MemoryHost
from tracker.keeper import Chain, Copy, Entry, copies, history_folder, read_chain
from tracker.keeper.place import is_uuid, own, real, short, sign
from tracker.model.grid import Host

HASH = re.compile(r"[0-9a-f]{4,16}")
NOTHING = "it does not exist, and no copies of it are kept here. Check the name, or give --backups FOLDER."
NO_COPIES = "no copies of it are kept here. Check the name, or give --backups FOLDER."
NUMBER = re.compile(r"\d{1,9}")
RENEW = "renew"  # the entry with which a new log begins; it wrote no workbook


@dataclass(frozen=True)
class Version:
    """A copy of the workbook from before a run: the run's number and entry in the log, where that knows it."""

    copy: Copy
    number: int | None
    entry: Entry | None
    size: int
    undo: bool  # whether it is known what the run wrote into cells of staff

    @property
    def name(self) -> str:
        """What to call it on the command line."""
        return str(self.number) if self.number is not None else self.copy.digest

    @property
    def at(self) -> datetime:
        """When it was kept, in the time of this machine."""
        return self.copy.at.astimezone()


@dataclass(frozen=True)
class Past:
    """Everything kept of one workbook; the versions newest first."""

    path: Path
    folder: Path
    workbook_id: str
    keep: str  # the setting backup_keep
    versions: tuple[Version, ...]
    chain: Chain

    @property
    def runs(self) -> Mapping[int, Entry]:
        """The entries of the log by their number, as far as they can be trusted."""
        return {entry.n: entry for entry in self.chain.entries}

    @property
    def own_runs(self) -> tuple[Entry, ...]:
        """The runs on this very file, the oldest first: a copy made beside it shares its log."""
        mine = own((entry.file for entry in self.chain.entries), self.path)
        return tuple(entry for entry in self.chain.entries if entry.file in mine)

    @property
    def own_versions(self) -> tuple[Version, ...]:
        """The versions of this very file, newest first."""
        mine = own((one.copy.file for one in self.versions), self.path)
        return tuple(one for one in self.versions if one.copy.file in mine)

    def version(self, text: str = "") -> Version:
        """The version meant by a number, the name of a copy, or the beginning of its hash; its own newest for none.

        Raises UnreadableError where no copy is kept, UsageError where none or more than one is meant.
        """
        if not self.versions:
            raise UnreadableError(f"{self.path}: {NO_COPIES}")
        if not text:
            if not self.own_versions:
                name = self.versions[0].copy.file
                raise UsageError(f"{self.path}: all copies are of {name}. See: tracker history {pasted(self.path)}")
            return self.own_versions[0]
        by_number = [one for one in self.versions if NUMBER.fullmatch(text) and one.number == int(text)]
        by_name = [one for one in self.versions if one.copy.path.name == Path(text).name]
        by_hash = [one for one in self.versions if HASH.fullmatch(text) and one.copy.digest.startswith(text)]
        found = by_number or by_name or by_hash
        if len({one.copy.digest for one in found}) == 1:
            return found[0]
        what = f"'{text}' means more than one version" if found else f"it has no version '{text}'"
        raise UsageError(f"{self.path}: {what}. See: tracker history {pasted(self.path)}")


def known_past(path: Path, folder: Path | None = None) -> Past:
    """What is kept of a workbook, as `past`; UnreadableError for a file that is not there and of which nothing is."""
    found = past(path, folder)
    if not (path.exists() or found.versions or found.chain.lines):
        raise UnreadableError(f"{path}: {NOTHING}")
    return found


def past(path: Path, folder: Path | None = None, data: bytes | None = None) -> Past:
    """What is kept of a workbook: by its own ID, or by its name when it is gone, unreadable or without copies.

    ``folder`` is where copies are kept, if not beside it; ``data`` is the workbook, where it was read already.
    """
    workbook_id, keep = identity(ClosedFile(path) if data is None else MemoryHost(data))
    by_id = history_folder(path, workbook_id, folder)
    known = copies(by_id, path) or _chain(by_id).lines
    # A folder for many may hold the history of a namesake; a workbook that says who it is is not taken for that.
    strange = folder is not None and is_uuid(workbook_id)
    found = by_id if known or strange else _by_name(path, by_id.parent, folder is not None) or by_id
    if found != by_id:
        workbook_id = found.name if is_uuid(found.name) else ""
    chain = _chain(found)
    entries = {entry.copy: entry for entry in chain.entries if entry.copy}
    versions = [_version(copy, entries.get(copy.path.name)) for copy in reversed(copies(found, path))]
    return Past(path, found, workbook_id, keep, tuple(one for one in versions if one is not None), chain)


def identity(host: Host) -> tuple[str, str]:
    """The ID of a workbook and its setting backup_keep; both empty for what is no workbook of ours."""
    try:
        settings, found = read_identity(host)
    except TrackerError:
        return "", ""
    return found.workbook_id, settings.backup_keep


def _chain(folder: Path) -> Chain:
    try:
        return read_chain(folder)
    except OSError as error:
        raise StorageError(f"{folder}: its log cannot be read ({error.strerror}). Check the permissions.") from error


def _version(copy: Copy, entry: Entry | None) -> Version | None:
    try:
        return Version(copy, entry.n if entry else None, entry, copy.path.stat().st_size, copy.run.exists())
    except OSError:
        return None  # thinned just now


def _by_name(path: Path, root: Path, for_many: bool) -> Path | None:
    """Of the histories with copies that bear the name of a file, the one with the newest.

    In a folder for many it is one of a workbook that was written in this place; UsageError where that is not known and
    there are several, for they may be of anybody.
    """
    file, found = real(path), list[Copy]()
    try:
        folders = [one for one in root.iterdir() if one.is_dir()]
    except OSError:
        return None
    for one in folders:
        found += [copy for copy in copies(one) if (copy.stem, copy.path.suffix) == (short(file.stem), file.suffix)]
    histories = {copy.path.parent for copy in found}
    here = {one for one in histories if sign(one, path).exists()} if for_many else histories
    if not here and len(histories) > 1:
        what = f"{root} holds copies of {len(histories)} workbooks of this name, and none is known to be of this place"
        raise UsageError(f"{path}: {what}. Copy the right one back by hand.")
    here = here or histories
    return (
        max((one for one in found if one.path.parent in here), key=lambda copy: copy.at).path.parent if here else None
    )
