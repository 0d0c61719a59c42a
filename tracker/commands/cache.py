"""What earlier runs found out of files that have not changed since, so that they are not read again.

A file is known by the hash of its bytes; what is kept holds for the same question only: the same day, findings asked
for, version and code of the program. Nothing that stands in a cell is ever kept: an outcome is kept only where hiding
the values of cells would leave it as it is (decision 0013); a file whose findings quote cells is read each time. A
cache is no reason to fail: one that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import tracker
from tracker.commands.examine import Outcome, Question, asked, open_in, outcome
from tracker.commands.guarded import Plain
from tracker.errors import Exit
from tracker.keeper.files import rename, temporary
from tracker.report import quotes
from tracker.schema.base import SCHEMA_VERSION

FORMAT = 1
LARGEST = 256 << 20  # bytes of a file that is hashed; reading a larger one twice costs more than it saves on average
MOST = 20_000  # outcomes kept of one question, the last ones
DAYS = 2  # a question holds the day, so that yesterday's outcomes are never asked for again


class Cache:
    """The outcomes of one question, in a file of its own below a folder of the user's."""

    def __init__(self, folder: Path, question: Question) -> None:
        self._place = folder / f"{_name(question)}.json"
        self._known = _read(self._place)
        self._new: dict[str, Plain] = {}

    def find(self, path: Path) -> tuple[str, Outcome | None]:
        """The hash of a file, empty where it has none, and the outcome that is kept of it."""
        digest = _digest(path)
        kept = self._known.get(digest) if digest else None
        if kept is None:
            return digest, None
        try:
            found = outcome(kept)
        except (AttributeError, KeyError, TypeError, ValueError):  # somebody else's file
            return digest, None
        return digest, replace(found, report=replace(found.report, path=str(path), open_in=open_in(path)))

    def keep(self, path: Path, digest: str, found: Outcome) -> None:
        """Keep an outcome for `save`, where it may be kept and the file is still the one that was hashed."""
        bare = replace(found, report=replace(found.report, path="", open_in=""))
        if digest and _may_be_kept(bare) and _digest(path) == digest:
            self._new[digest] = asdict(bare)

    def save(self) -> None:
        """Write what is new to the disk, whole or not at all, and clear away what nobody will ask for."""
        if not self._new:
            return
        every = {**_read(self._place), **self._new}  # another run may have written meanwhile
        document = {"version": FORMAT, "outcomes": dict(list(every.items())[-MOST:])}
        with suppress(OSError):
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(self._place.parent)
            with temporary(self._place.parent, json.dumps(document).encode()) as new:
                rename(new, self._place)


def _may_be_kept(found: Outcome) -> bool:
    """Whether it was checked without a fault, and none of its findings holds what stands in a cell."""
    report = found.report
    checked = found.ours and not found.fault and report.error is None and report.exit is Exit.CLEAN
    return checked and not quotes(report) and not any(one.owner for one in report.findings)  # somebody's name


def _name(question: Question) -> str:
    """The same for the same question to the same program."""
    about = {"version": tracker.__version__, "schema": SCHEMA_VERSION, "code": _code(), **asked(Path(), question)}
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:32]


def _code() -> str:
    """What changes with the program, also where its version does not."""
    folder = Path(tracker.__file__).parent
    files = sorted(one for kind in ("py", "toml") for one in folder.rglob(f"*.{kind}"))
    times = [(one.relative_to(folder).as_posix(), one.stat().st_mtime_ns) for one in files]
    return hashlib.sha256(json.dumps(times).encode()).hexdigest()


def _digest(path: Path) -> str:
    """The hash of a regular file; empty for anything else."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _read(place: Path) -> Mapping[str, Plain]:
    """What a file of ours holds; nothing where it is damaged, or not there."""
    try:
        document = json.loads(place.read_bytes())
        kept = document["outcomes"] if document["version"] == FORMAT else {}
        return {digest: one for digest, one in kept.items() if isinstance(one, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _forget_old(folder: Path) -> None:
    """Remove what was not written to for some days."""
    oldest = time.time() - DAYS * 86_400
    for one in folder.iterdir():
        with suppress(OSError):
            if one.stat().st_mtime < oldest:
                one.unlink()
