"""What a run leaves behind that was killed, and how the next one puts it right, before it reads anything.

Its temporary files are removed and never promoted. Of a write it is known by the file ``.pending`` beside the locks
that it was about to happen; whether it did is told by its temporary file, which only the rename takes away. When it
did, the log gets its entry; when not, nothing is left of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import RefusedError
from tracker.keeper.files import clear, overwrite, put
from tracker.keeper.journal import Entry, append, begin, copy_of, parse, spell, trusted
from tracker.keeper.lock import WHO, Holder, locked
from tracker.keeper.place import TEMP, TEMP_END, by_place, real, root

PENDING = ".pending"
END = 22  # bytes of the last record of a package
PATIENCE = 30.0  # seconds a history is waited for: another file of the same workbook is being put in place


@dataclass(frozen=True)
class Pending:
    """A write that is being made in a history; once it may happen, its temporary file and what the log is to say."""

    history: str
    temp: str = ""
    in_place: bool = False
    entry: Entry | None = None


@dataclass
class Announcement:
    """Whether a write that was announced left nothing to do for the next run."""

    settled: bool = False


def announce(path: Path, folder: Path | None, pending: Pending) -> Path:
    """Put down how far a write is, on the disk; the file that says so."""
    place = by_place(path, folder, PENDING)
    raw = {"history": pending.history, "temp": pending.temp, "in_place": pending.in_place}
    entry = json.loads(spell(pending.entry)) if pending.entry else None
    put(place, json.dumps({**raw, "entry": entry}).encode(), real(path), path)
    return place


@contextmanager
def announced(path: Path, folder: Path | None, history: str) -> Iterator[Announcement]:
    """Make a write known while it lasts, so that the next run knows where to clear up after one that died."""
    place = announce(path, folder, Pending(history))
    announcement = Announcement()
    try:
        yield announcement
    finally:
        with suppress(OSError):
            left = _pending(place)
            lock = root(path, folder) / history / "lock"
            let_go = not lock.exists() and not lock.with_name(lock.name + WHO).exists()  # else the next run clears up
            if (announcement.settled and let_go) or (left is not None and left.entry is None):
                place.unlink(missing_ok=True)


def recover(path: Path, folder: Path | None) -> None:
    """Put right what a killed run left of this workbook; the caller holds its lock.

    RefusedError when the log of a write that happened cannot be written to, or when one in place was cut off for good.
    """
    file = real(path)
    place = by_place(path, folder, PENDING)
    left = _pending(place)
    if left is not None:
        history = root(path, folder) / left.history
        with locked(history / "lock", file.parent, PATIENCE, lambda who: _at_work(path, who)):
            if left.entry is not None and _happened(path, file, history, left, left.entry):
                log(history, path, left.entry)
            clear(history)
    place.unlink(missing_ok=True)
    for folder_of_ours in (place.parent, file.parent):
        clear(folder_of_ours, path)


def _at_work(path: Path, who: Holder) -> str:
    return f"{path}: another run is writing the log that it shares ({who}). Run this again when it is done."


def log(history: Path, path: Path, entry: Entry) -> None:
    """Add the entry of a write, unless it is there already; to a new log where somebody removed all there was."""
    begin(history, path)
    if not any(known.same_run(entry) for known in trusted(history, path).newest(10)):
        append(history, path, entry)


def _happened(path: Path, file: Path, history: Path, left: Pending, entry: Entry) -> bool:
    data = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(data).hexdigest() == entry.before:
        return False
    if not left.in_place:
        return not (file.parent / left.temp).exists()
    copy = copy_of(history, entry)
    before = copy.path.read_bytes() if copy else b""
    new = history / left.temp
    after = new.read_bytes() if new.exists() else b""
    if hashlib.sha256(after).hexdigest() == entry.after and is_torn(data, before, after):
        overwrite(file, after)
    elif entry.after != hashlib.sha256(data).hexdigest() and _ends_alike(data, before):
        raise RefusedError(f"{path}: a write in place was cut off. Put its copy back by hand: {copy and copy.path}.")
    return True


def is_torn(data: bytes, before: bytes, after: bytes) -> bool:
    """Whether bytes are a beginning of the new file over what was left of the old one."""
    low, high = 0, min(len(data), len(after))
    while low < high:  # the longest common beginning, by halves
        middle = (low + high + 1) // 2
        low, high = (middle, high) if data[:middle] == after[:middle] else (low, middle - 1)
    return data != after and data[low:] == before[low:]


def _ends_alike(data: bytes, before: bytes) -> bool:
    """Whether the end of the old file is still there, which says where its parts are: nobody has saved it since."""
    return bool(before) and len(data) == len(before) and data[-END:] == before[-END:]


def _pending(place: Path) -> Pending | None:
    """What is announced; None for nothing, and for what is not ours."""
    with suppress(FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        raw = json.loads(place.read_bytes())
        entry = parse(json.dumps(raw["entry"]).encode())
        plain = all(type(raw[key]) is str and Path(raw[key]).name == raw[key] for key in ("history", "temp"))
        ours = raw["temp"].startswith(TEMP) and raw["temp"].endswith(TEMP_END)
        if plain and raw["history"] not in ("", "..") and (ours if entry else raw["entry"] is None):
            return Pending(raw["history"], raw["temp"], raw["in_place"] is True, entry)
    return None
