"""Verify every copy kept of a workbook: against the hash in its name, and against the log; reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.commands.keep import keeping
from tracker.commands.past import NO_COPIES, Past, Version, past
from tracker.commands.runs import kept_record
from tracker.errors import StorageError, UnreadableError
from tracker.keeper import read_copy

FAULTS = ("damaged", "not_logged", "record")


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was kept: the name of a file, and a code for what is wrong with it."""

    file: str
    what: str


@dataclass(frozen=True)
class Verified:
    """What came of it."""

    past: Past
    faults: tuple[Fault, ...]


def verify_copies(path: Path, backups: Path | None = None) -> Verified:
    """Read every copy of a workbook, and the records beside them. Raises UnreadableError where none is kept."""
    found = past(path, keeping(path, backups=backups).folder)
    if not found.versions and not found.chain.entries:
        raise UnreadableError(f"{path}: {NO_COPIES}")
    return Verified(found, tuple(fault for one in found.versions for fault in _faults(one)))


def _faults(version: Version) -> Iterator[Fault]:
    copy, entry = version.copy, version.entry
    try:
        data = read_copy(copy)
    except StorageError:
        yield Fault(copy.path.name, "damaged")
    else:
        if entry is not None and hashlib.sha256(data).hexdigest() != entry.before:
            yield Fault(copy.path.name, "not_logged")
    try:
        kept_record(copy)
    except StorageError:
        yield Fault(copy.run.name, "record")
