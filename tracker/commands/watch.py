"""Refresh workbooks after somebody saved and closed them: the way without macros.

A file that changed is left alone until two looks in a row find it the same and nobody has it open. What tracker itself
wrote is known by its content and starts nothing. Kept out: how changes are noticed (`noticing`), what is printed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tracker.commands.examine import open_in
from tracker.commands.faults import Fault, fault_of
from tracker.commands.keep import opened
from tracker.commands.refresh import Refresh, refresh
from tracker.commands.workbook import naming
from tracker.engine.read import NotOursError
from tracker.errors import BusyError, TrackerError

Refreshing = Callable[[Path], tuple[Refresh, str]]  # what was done, and the hash of the file as it was left
Stamp = tuple[int, int]  # when a file was last written, and its size


@dataclass(frozen=True, eq=False)
class Turn:
    """What came of one workbook: what the refresh did, or why there was none; and the seconds it took."""

    path: Path
    seconds: float
    done: Refresh | None = None
    error: TrackerError | None = None
    fault: Fault | None = None


@dataclass(eq=False)
class Watch:
    """The workbooks that wait to be refreshed, each as it was at the last look; and how we left those we wrote.

    ``every`` says that one without our tables is an error: it was named, and is not just one of a folder.
    """

    refreshing: Refreshing
    every: bool = False
    waiting: dict[Path, Stamp | None] = field(default_factory=dict)
    ours: dict[Path, str] = field(default_factory=dict)

    def turns(self, batches: Iterable[Iterable[Path]]) -> Iterator[Turn]:
        """What comes of workbooks as they change; each batch is a look: what changed since the last, if anything."""
        for changed in batches:
            self.waiting |= dict.fromkeys(changed)
            for path in sorted(self.waiting):
                if self._is_ready(path) and (turn := self._turn(path)):
                    yield turn

    def _is_ready(self, path: Path) -> bool:
        """Whether a file was closed after all was written; one that is gone waits no more."""
        stamp = _stamp(path)
        if stamp is None:
            del self.waiting[path]
            return False
        settled, self.waiting[path] = stamp == self.waiting[path], stamp
        return settled and not open_in(path)  # a refresh would say so too, but read all of it first, every second

    def _turn(self, path: Path) -> Turn | None:
        """Refresh a workbook; None for our own writing, for what is none of ours, and when somebody was faster."""
        del self.waiting[path]
        started = time.monotonic()
        try:
            if _hash(path.read_bytes()) == self.ours.get(path):
                return None
            done, self.ours[path] = self.refreshing(path)
        except BusyError:
            self.waiting[path] = None
            return None
        except TrackerError as error:
            if isinstance(error, NotOursError) and not self.every:
                return None
            return Turn(path, time.monotonic() - started, error=error)
        except OSError:  # it went while we looked
            return None
        except Exception as bug:  # the others are still watched
            return Turn(path, time.monotonic() - started, fault=fault_of(bug))
        return Turn(path, time.monotonic() - started, done)


def refreshed(path: Path, clock: date) -> tuple[Refresh, str]:
    """Refresh a closed file; what was done, and the hash of the bytes that were left, whatever stands there by now."""
    with naming(path), opened(path) as host:
        return refresh(host, clock), _hash(host.data)


def _stamp(path: Path) -> Stamp | None:
    """When the file was written and how large it is; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
