"""The lock between our own runs: a file that exists while a run is at work, with its process, machine and person.

The file itself is filelock's SoftFileLock (created or not, in one step, on any file system and across machines), which
breaks the lock of a dead process of this machine. What it leaves to us: a lock of another machine, or of a process that
hangs, is nobody's after 15 minutes, and one whose run died before it could write its name after a few seconds. Because
a lock can be broken so, its holder looks once more that it is still his before he replaces anything.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import BusyError, StorageError
from tracker.keeper.files import STALE
from tracker.keeper.place import TEMP, TEMP_END, make

if TYPE_CHECKING:
    from filelock import SoftFileLock

PAUSE = 0.05  # seconds between two tries
UNFINISHED = 2.0  # seconds after which a lock without a name is of a run that died while making it
WHO = ".who"  # beside the lock: filelock's own file has no room for a person


@dataclass(frozen=True)
class Holder:
    """Who is at work: the person and machine as far as they are known, and since when."""

    user: str
    host: str
    since: datetime

    def __str__(self) -> str:
        where = f"{self.user} on {self.host}" if self.user and self.host else self.user or self.host or "another run"
        return f"{where}, since {self.since.astimezone():%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class Lock:
    """A lock that is held."""

    path: Path
    identity: tuple[int, int]

    def is_ours(self) -> bool:
        """Whether it is still the file we made: somebody may have taken us for dead."""
        return _identity(self.path) == self.identity

    def renewed(self) -> Lock:
        """The same lock, young again, for who waits longer than a run takes; as it is where it is ours no more."""
        with suppress(OSError):
            if self.is_ours():
                os.utime(self.path)
                identity = _identity(self.path)
                if identity is not None and identity[0] == self.identity[0]:
                    return Lock(self.path, identity)
        return self


def person() -> str:
    """Who runs this, as the system calls them; empty where it does not."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def machine() -> str:
    """The name of this machine."""
    return platform.node()


@contextmanager
def locked(
    path: Path, like: Path, wait: float = 0.0, busy: Callable[[Holder], str] = lambda who: f"busy: {who}"
) -> Iterator[Lock]:
    """Hold the lock at a path, whose folder is made as the folder ``like`` is.

    BusyError with what ``busy`` says of the holder when it is not free within ``wait`` seconds, StorageError where a
    lock cannot be made.
    """
    made = path.parent.exists()
    try:
        lock = _acquired(path, like, wait)
        if lock is None:
            raise BusyError(busy(holder(path)))
        identity = _identity(path)
        _sign(path)
    except OSError as error:
        raise StorageError(
            f"{path.parent}: no lock can be made there ({error.strerror}). Nothing was changed; check the permissions."
        ) from error
    try:
        yield Lock(path, identity or (0, 0))
    finally:
        with suppress(OSError):
            _who(path).unlink(missing_ok=True)
        with suppress(OSError):
            lock.release()
        if not made:
            with suppress(OSError):  # it stays when something is kept in it
                path.parent.rmdir()


def holder(path: Path) -> Holder:
    """Who holds a lock, as far as the files say it."""
    user, host, since = "", "", time.time()
    with suppress(OSError, ValueError, IndexError):
        since = path.stat().st_mtime
        lines = path.read_text("utf-8", "replace").splitlines()
        host = lines[1]
        who = json.loads(_who(path).read_text("utf-8", "replace"))
        if str(who["pid"]) == lines[0] and who["host"]:
            user, host = str(who["user"]), str(who["host"])
    return Holder(_plain(user), _plain(host), datetime.fromtimestamp(since, UTC))


def _acquired(path: Path, like: Path, wait: float) -> SoftFileLock | None:
    """The lock, acquired; None when it is not free in time."""
    from filelock import SoftFileLock, Timeout  # who reads needs no lock, and not the time to import one

    lock = SoftFileLock(path, timeout=0)
    started = time.monotonic()
    watched: tuple[tuple[int, int] | None, float] = (None, started)
    while True:
        try:
            make(path.parent, like)
            lock.acquire(timeout=0)
            return lock
        except Timeout:
            pass
        except FileNotFoundError:  # the folder may go with the lock of another run
            if not like.is_dir():
                raise
        now = time.monotonic()
        identity = _identity(path)
        if identity != watched[0]:
            watched = (identity, now)
        unfinished = _is_unfinished(path)
        passing = unfinished or identity is None  # one that has just gone is free in a moment
        if (unfinished and now - watched[1] > UNFINISHED) or _is_stale(path):
            _break(path, identity)
        elif now - started > max(wait, 2 * UNFINISHED if passing else 2 * PAUSE):
            return None
        time.sleep(PAUSE)


def _is_unfinished(path: Path) -> bool:
    """Whether a lock says not yet whose it is: its run is writing that, or died doing so."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _is_stale(path: Path) -> bool:
    """Whether a lock is older than any run takes, by the clock of the disk it is on, which may not be ours."""
    try:
        if time.time() - path.stat().st_mtime < STALE / 2:
            return False
        with tempfile.TemporaryFile(suffix=TEMP_END, prefix=TEMP, dir=path.parent) as probe:
            return os.fstat(probe.fileno()).st_mtime - path.stat().st_mtime > STALE
    except OSError:
        return False


def _break(path: Path, judged: tuple[int, int] | None) -> None:
    """Take a stale lock away: to another name first, so that of several runs one takes it, and only the one judged."""
    aside = path.with_name(f"{TEMP}{os.getpid()}-{time.monotonic_ns()}{TEMP_END}")
    with suppress(OSError):
        path.rename(aside)
        if _identity(aside) != judged:  # it was released and taken anew in the meantime: back with it
            os.link(aside, path)
        aside.unlink()


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from the next one of the same name, which may be given its number."""
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_ino, there.st_mtime_ns


def _sign(path: Path) -> None:
    """Say who holds the lock, for others to read; that nobody can is no reason to stop."""
    who = {"pid": os.getpid(), "user": person(), "host": machine()}
    with suppress(OSError):
        _who(path).write_text(json.dumps(who), "utf-8")


def _who(path: Path) -> Path:
    return path.with_name(path.name + WHO)


def _plain(text: str) -> str:
    """A name out of a file, fit for one line."""
    return "".join(letter for letter in text if letter.isprintable())[:64]
