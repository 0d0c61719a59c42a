"""The log of a workbook: one line a write, each bound to the one before by its hash, the last hash kept apart.

A line is the canonical JSON of an entry, byte for byte; ``hash`` is the sha256 of the rest, ``previous`` the hash of
the line before, ``n`` its number. ``journal.head`` holds number and hash of the last line, so that a cut tail is found
too. Two states are a crash of ours and not a break: a last line without an end that the head does not know (torn), and
one whole line more than the head knows (lagging). Both are mended by the next append. No value of a cell is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tracker.errors import RefusedError
from tracker.keeper.backups import Copy, copies
from tracker.keeper.files import O_BINARY, like, put, rename, temporary

JOURNAL, HEAD = "journal.jsonl", "journal.head"
START = "0" * 64  # what stands before the first line
LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One write: who, when (UTC, ISO 8601), by which command, from which bytes to which, and how many cells a column.

    ``copy`` is the name of the copy that holds the bytes ``before``; it is empty for a workbook that was not there.
    """

    at: str
    by: str
    host: str
    command: str
    version: str
    file: str
    before: str
    after: str
    copy: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    n: int = 0
    previous: str = START
    hash: str = ""

    @property
    def time(self) -> datetime:
        """When it was, with its zone."""
        return datetime.fromisoformat(self.at)

    def same_run(self, other: Entry) -> bool:
        """Whether two entries are of one run, wherever they stand in the chain."""
        return (self.at, self.copy, self.before, self.after) == (other.at, other.copy, other.before, other.after)


class Verdict(StrEnum):
    """What a journal is found to be."""

    NONE = "none"  # there is none yet, and nothing says that there was
    WHOLE = "whole"
    TORN = "torn"  # a line was being written when its run died
    LAGGING = "lagging"  # a line was written whole, its head was not
    BROKEN = "broken"


@dataclass(frozen=True)
class Chain:
    """A journal as it was read: its entries as far as they can be trusted, and whether it is whole.

    For a broken one, ``line`` is the first that does not fit (1 for the first) and ``why`` says so.
    """

    verdict: Verdict
    entries: tuple[Entry, ...] = ()
    line: int = 0
    why: str = ""
    size: int = 0  # bytes of the whole lines

    @property
    def ok(self) -> bool:
        """Whether it may be written to."""
        return self.verdict is not Verdict.BROKEN

    @property
    def last(self) -> Entry | None:
        """The newest entry."""
        return self.entries[-1] if self.entries else None


def read_chain(folder: Path) -> Chain:
    """Read and verify the journal of a history. OSError when a file that is there cannot be read."""
    data, head = _bytes(folder / JOURNAL), _bytes(folder / HEAD)
    if data is None or head is None:
        return _without(folder, data, head)
    entries, broken = _entries(data)
    size = data.rfind(b"\n") + 1
    if broken:
        return Chain(Verdict.BROKEN, entries, *broken)
    known = _known(head)
    if known is None:
        return Chain(Verdict.BROKEN, entries, len(entries), "its head cannot be read")
    number, last = known
    hashes = (START, *(entry.hash for entry in entries))
    if number >= len(hashes):
        return Chain(Verdict.BROKEN, entries, len(hashes), "lines at its end are missing")
    if hashes[number] != last or number < len(entries) - 1:
        return Chain(Verdict.BROKEN, entries, number + 1, "it does not fit its head")
    verdict = Verdict.LAGGING if number < len(entries) else Verdict.TORN if size < len(data) else Verdict.WHOLE
    return Chain(verdict, entries, size=size)


def _without(folder: Path, data: bytes | None, head: bytes | None) -> Chain:
    """A journal of which a file is missing. It is made before the first copy, so copies say that there was one."""
    if head is None and not data and not copies(folder):
        return Chain(Verdict.NONE)
    gone = JOURNAL if data is None else HEAD
    entries = _entries(data)[0] if data else ()
    return Chain(Verdict.BROKEN, entries, len(entries), f"{gone} is gone")


def begin(folder: Path, path: Path) -> None:
    """Make the journal where there is none, before anything is kept."""
    if read_chain(folder).verdict is Verdict.NONE:
        put(folder / JOURNAL, b"", path)
        put(folder / HEAD, _head(0, START), path)


def append(folder: Path, path: Path, entry: Entry) -> Entry:
    """Add an entry and return it as it stands in the chain; what a crash left is mended first.

    RefusedError when the chain is broken. ``path`` is the workbook, whose mode the files take.
    """
    chain = trusted(folder, path)
    last = chain.last
    entry = replace(entry, n=last.n + 1 if last else 1, previous=last.hash if last else START)
    entry = replace(entry, hash=_hash(entry))
    descriptor = os.open(folder / JOURNAL, os.O_WRONLY | O_BINARY)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(chain.size)
        file.seek(chain.size)
        file.write(_line(entry))
        file.flush()
        os.fsync(file.fileno())
    put(folder / HEAD, _head(entry.n, entry.hash), path)
    return entry


def trusted(folder: Path, path: Path) -> Chain:
    """The chain, when it may be written to; a lagging head is brought up. RefusedError when it is broken."""
    chain = read_chain(folder)
    if not chain.ok:
        raise RefusedError(
            f"{path}: its log is broken at line {chain.line} ({chain.why}), so nothing was written. "
            f"Look at it with: tracker log {path.name}; begin a new one with --renew."
        )
    if chain.verdict is Verdict.LAGGING and chain.last:
        put(folder / HEAD, _head(chain.last.n, chain.last.hash), path)
    return chain


def copy_of(folder: Path, entry: Entry) -> Copy | None:
    """The copy a write left, while it is kept."""
    return next((copy for copy in copies(folder) if copy.path.name == entry.copy), None)


def set_aside(folder: Path, path: Path, now: datetime) -> tuple[str, str]:
    """Put a journal, broken or not, away under another name: that name and the hash of what is in it.

    Both are empty when there is none. Its head goes with it, and a new, empty journal stands in its place.
    """
    data = _bytes(folder / JOURNAL)
    aside = folder / f"journal-{now.astimezone(UTC):%Y%m%d-%H%M%S-%f}.jsonl"
    if data is not None:
        with temporary(folder, data) as kept:
            like(kept, path)
            rename(kept, aside)
    put(folder / JOURNAL, b"", path)
    put(folder / HEAD, _head(0, START), path)
    return ("", "") if data is None else (aside.name, hashlib.sha256(data).hexdigest())


def _entries(data: bytes) -> tuple[tuple[Entry, ...], tuple[int, str] | None]:
    """The entries of the whole lines up to the first that does not fit, and where and why it does not."""
    entries: list[Entry] = []
    previous = START
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        entry = _entry(line)
        if entry is None:
            return tuple(entries), (number, "it is no line of ours")
        if entry.n != number or entry.previous != previous:
            return tuple(entries), (number, "it does not follow the line before")
        if entry.hash != _hash(entry):
            return tuple(entries), (number, "it was changed")
        entries.append(entry)
        previous = entry.hash
    return tuple(entries), None


def _entry(line: bytes) -> Entry | None:
    """The entry in a line that is spelled exactly as we spell it; None for any other."""
    entry = parse(line)
    return entry if entry is not None and _line(entry) == line + b"\n" else None


def parse(line: bytes) -> Entry | None:
    """The entry in some JSON; None where it is no entry."""
    try:
        raw = json.loads(line) if len(line) < LONGEST_LINE else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or raw.keys() != KINDS.keys():
        return None
    right = all(type(raw[key]) is kind for key, kind in KINDS.items())
    return Entry(**raw) if right and all(type(count) is int for count in raw["counts"].values()) else None


KINDS: Mapping[str, type] = {one.name: {"n": int, "counts": dict}.get(one.name, str) for one in fields(Entry)}


def spell(entry: Entry) -> bytes:
    """An entry as canonical JSON: one line, keys in order, plain ASCII, the same bytes for the same entry."""
    return _json(asdict(entry))


def _json(raw: Mapping[str, Any]) -> bytes:
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _line(entry: Entry) -> bytes:
    return spell(entry) + b"\n"


def _hash(entry: Entry) -> str:
    rest = asdict(entry)
    del rest["hash"]
    return hashlib.sha256(_json(rest)).hexdigest()


def _head(number: int, last: str) -> bytes:
    return _json({"n": number, "hash": last}) + b"\n"


def _known(head: bytes) -> tuple[int, str] | None:
    try:
        raw = json.loads(head)
        number, last = raw["n"], raw["hash"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (number, last) if type(number) is int and number >= 0 and _head(number, str(last)) == head else None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
