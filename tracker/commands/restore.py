"""Put a workbook back as it was in one of its copies: a write like any other, so that it can be taken back as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np

from tracker.commands.changes import SHOWN, Change, changes, count
from tracker.commands.keep import keeping
from tracker.commands.past import Version, identity, past
from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.read import read
from tracker.errors import StorageError, TrackerError
from tracker.hosts import MemoryHost, elsewhere
from tracker.keeper import Held, Keeping, new_file, read_bytes, read_copy, writing
from tracker.model.grid import ColumnWrite, Host, Note, Writes


@dataclass(frozen=True, eq=False)
class Restored:
    """Which version was put back and what was kept of the one before; of a dry run, what would change."""

    version: Version
    changed: bool  # False: the workbook is that version already
    backup: str = ""
    cells: int = 0
    changes: tuple[Change, ...] = ()
    output: Path | None = None  # where the version went instead


def restore_file(
    path: Path,
    clock: date,
    version: str = "",
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
) -> Restored:
    """Put back a version (see `Past.version`) in the place of a workbook, also of one that is gone or damaged.

    With an ``output`` that is not the workbook itself the version goes there and the workbook stays. Raises UsageError
    for a version that does not exist, StorageError for a copy that is damaged, BusyError when somebody has the workbook
    open.
    """
    how, output = keep or keeping(path), elsewhere(path, output)
    with naming(path):
        past(path, how.folder).version(version)  # nothing is locked or made where nothing is kept
        with _opened(path, how, held=output is None and not dry_run) as (data, held):
            found = past(path, how.folder, data)
            chosen = found.version(version)
            wanted = read_copy(chosen.copy)
            if dry_run:
                cells, changes = _differing(data, wanted, clock)
                return Restored(chosen, data != wanted, "", cells, changes)
            if output is not None:
                new_file(output, data or wanted, wanted, _as_kept(wanted), chosen.copy.path)
                return Restored(chosen, True, output=output)
            if held is None or data == wanted:
                return Restored(chosen, False)
            said = Note(found.workbook_id, f"restore {chosen.name}", keep=identity(MemoryHost(wanted))[1])
            return Restored(chosen, True, held.replace(data, wanted, _as_kept(wanted), said, chosen.copy.path))


@contextmanager
def _opened(path: Path, how: Keeping, held: bool) -> Iterator[tuple[bytes, Held | None]]:
    """The workbook as it stands, empty when it is gone; held against others when it is to be written."""
    if held:
        with writing(path, how, missing_ok=True) as holding:
            yield holding.data, holding
    else:
        yield read_bytes(path) if path.exists() else b"", None


def _as_kept(wanted: bytes) -> Callable[[bytes], None]:
    """A copy goes back byte for byte, whatever is in it."""

    def verify(data: bytes) -> None:
        if data != wanted:
            raise StorageError("what was written is not the copy. Nothing was changed; check the disk.")

    return verify


def _differing(data: bytes, wanted: bytes, clock: date) -> tuple[int, tuple[Change, ...]]:
    """How many cells differ between two workbooks, and the first of them; none where one of them cannot be read."""
    now, then = ReadOnce(MemoryHost(data)), ReadOnce(MemoryHost(wanted))
    try:
        writes = Writes(tuple(differences(now, then)))
        snapshot = read(now, clock)
    except TrackerError:
        return 0, ()
    return count(writes), tuple(islice(changes(now, writes, snapshot), SHOWN))


def differences(now: Host, then: Host) -> Iterator[ColumnWrite]:
    """What would have to be written into a workbook for its cells to be those of another, on the sheets they share."""
    there = now.book().sheets
    for name in then.book().sheets:
        if name not in there:
            continue
        one, two = now.sheet(name), then.sheet(name)
        last = max(one.last_row, two.last_row)
        for number in sorted({*one.columns, *two.columns}):
            cells = two.column(number, 1, last)
            rows = np.flatnonzero(~one.column(number, 1, last).same_as(cells))
            if len(rows):
                yield ColumnWrite(name, number, rows + 1, cells.take(rows))
