"""What the last run with ``--since-last`` over the same paths found, kept in the user's state folder.

No value of a cell is in it: paths, hashes of workbook IDs, codes and fingerprints. Runs over other paths, or that ask
for other findings or files, have notes of their own. Notes that are damaged are as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from tracker.commands.known import Known, understood, write_known
from tracker.commands.shares import Wanted
from tracker.errors import StorageError

DAYS = 400  # notes that no run has renewed for so long are removed


def notes_of(folder: Path, paths: Sequence[Path], select: Iterable[str], ignore: Iterable[str], wanted: Wanted) -> Path:
    """The file with the notes of the runs that ask the same."""
    about = [
        sorted(os.path.realpath(path) for path in paths),
        *(sorted(map(str.casefold, words)) for words in (select, ignore, wanted.include, wanted.exclude)),
    ]
    return folder / f"{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]}.json"


def last_run(notes: Path) -> Known | None:
    """What the run before found; None where there was none."""
    try:
        found = understood(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.at else None


def note_run(notes: Path, found: Known) -> None:
    """Keep what this run found for the next one. StorageError when the disk does not take it."""
    try:
        notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = f"what this run found could not be kept ({error.strerror})"
        raise StorageError(f"{notes.parent}: {why}. --since-last needs a folder of yours there.") from error
    oldest = time.time() - DAYS * 86_400
    for one in notes.parent.iterdir():
        with suppress(OSError):
            if one.stat().st_mtime < oldest:
                one.unlink()
    write_known(notes, found)
