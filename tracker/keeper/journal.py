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
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from tracker.errors import RefusedError
from tracker.keeper.backups import Copy, copies
from tracker.keeper.files import O_BINARY, like, put, rename, temporary

JOURNAL, HEAD = "journal.jsonl", "journal.head"
START = "0" * 64  # what stands before the first line
LONGEST_LINE = 1 << 20
# What binds a line to the others; it stands in no text, where a quote would be escaped, nor among the counts.
BINDING = re.compile(
    rb'"hash":"([0-9a-f]{64})","host":"(?:[^"\\]|\\.)*","n":(\d{1,9}),"previous":"([0-9a-f]{64})","version":"'
)


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
    """A journal as it was read: its lines as far as they can be trusted, and whether it is whole.

    For a broken one, ``line`` is the first that does not fit (1 for the first) and ``why`` says so.
    """

    verdict: Verdict
    lines: tuple[bytes, ...] = ()
    line: int = 0
    why: str = ""
    size: int = 0  # bytes of the whole lines
    tip: str = START  # hash of the last line

    @property
    def ok(self) -> bool:
        """Whether it may be written to."""
        return self.verdict is not Verdict.BROKEN

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What the lines say, the oldest first."""
        return tuple(filter(None, map(parse, self.lines)))

    def newest(self, count: int) -> tuple[Entry, ...]:
        """The last entries, the oldest first."""
        return tuple(filter(None, map(parse, self.lines[-count:])))

    def first(self) -> Entry | None:
        """The entry of the first line."""
        return parse(self.lines[0]) if self.lines else None


def read_chain(folder: Path) -> Chain:
    """Read and verify the journal of a history. OSError when a file that is there cannot be read.

    The head is read first: whoever looks while a run adds its line sees one that lags, never one whose line is missing.
    """
    head, data = _bytes(folder / HEAD), _bytes(folder / JOURNAL)
    if data is None or head is None:
        return _without(folder, data, head)
    return judged(data, head)


def is_history(folder: Path) -> bool:
    """Whether a folder is where copies of a workbook are kept, wherever it stands."""
    return (folder / HEAD).is_file()


def judged(data: bytes, head: bytes) -> Chain:
    """What the bytes of a journal and its head are worth."""
    lines, hashes, broken = _verified(data)
    size = data.rfind(b"\n") + 1
    if broken:
        return Chain(Verdict.BROKEN, lines, *broken)
    known = _known(head)
    if known is None:
        return Chain(Verdict.BROKEN, lines, len(lines), "its head cannot be read")
    number, tip = known
    if number >= len(hashes):
        return Chain(Verdict.BROKEN, lines, len(hashes), "lines at its end are missing")
    if hashes[number] != tip or number < len(lines) - 1:
        return Chain(Verdict.BROKEN, lines, number + 1, "it does not fit its head")
    verdict = Verdict.LAGGING if number < len(lines) else Verdict.TORN if size < len(data) else Verdict.WHOLE
    return Chain(verdict, lines, size=size, tip=hashes[-1])


def _without(folder: Path, data: bytes | None, head: bytes | None) -> Chain:
    """A journal of which a file is missing. It is made before the first copy, so copies say that there was one."""
    if head is None and not data and not copies(folder):
        return Chain(Verdict.NONE)
    lines = _verified(data)[0] if data else ()
    return Chain(Verdict.BROKEN, lines, len(lines), f"{JOURNAL if data is None else HEAD} is gone")


def begin(folder: Path, path: Path) -> None:
    """Make the journal where there is none, before anything is kept."""
    there = (folder / JOURNAL).exists() and (folder / HEAD).exists()
    if not there and read_chain(folder).verdict is Verdict.NONE:
        put(folder / JOURNAL, b"", path)
        put(folder / HEAD, _head(0, START), path)


def append(folder: Path, path: Path, entry: Entry) -> Chain:
    """Add an entry, and return the chain it was added to; what a crash left is mended first.

    RefusedError when the chain is broken. ``path`` is the workbook, whose mode the files take.
    """
    chain = trusted(folder, path)
    entry = replace(entry, n=len(chain.lines) + 1, previous=chain.tip, hash="")
    entry = replace(entry, hash=_hash(spell(entry), b""))
    descriptor = os.open(folder / JOURNAL, os.O_WRONLY | O_BINARY)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(chain.size)
        file.seek(chain.size)
        file.write(spell(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    put(folder / HEAD, _head(entry.n, entry.hash), path)
    return chain


def trusted(folder: Path, path: Path) -> Chain:
    """The chain, when it may be written to; a lagging head is brought up. RefusedError when it is broken."""
    chain = read_chain(folder)
    if not chain.ok:
        raise RefusedError(
            f"{path}: its log is broken at line {chain.line} ({chain.why}), so nothing was written. "
            f"Look at it with: tracker log {path.name}; begin a new one with --renew."
        )
    if chain.verdict is Verdict.LAGGING:
        put(folder / HEAD, _head(len(chain.lines), chain.tip), path)
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


def _verified(data: bytes) -> tuple[tuple[bytes, ...], list[str], tuple[int, str] | None]:
    """The whole lines up to the first that does not fit, the hash before and after each, and what is wrong where.

    The bytes themselves are looked at: a log of years is verified before each write, and read only when asked for.
    """
    lines, hashes = data.split(b"\n")[:-1], [START]
    for number, line in enumerate(lines, 1):
        found = BINDING.findall(line)
        wrong = ""
        if len(found) != 1:
            wrong = "it is no line of ours"
        elif found[0][1:] != (b"%d" % number, hashes[-1].encode()):
            wrong = "it does not follow the line before"
        elif found[0][0].decode() != _hash(line, found[0][0]):
            wrong = "it was changed"
        if wrong:
            return tuple(lines[: number - 1]), hashes, (number, wrong)
        hashes.append(found[0][0].decode())
    return tuple(lines), hashes, None


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
    return _json(vars(entry))


def _json(raw: Mapping[str, Any]) -> bytes:
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _hash(line: bytes, own: bytes) -> str:
    """The hash of a line without its own, which stands in it once: quotes inside a text are escaped."""
    return hashlib.sha256(line.replace(b'"hash":"%s",' % own, b"", 1)).hexdigest()


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
