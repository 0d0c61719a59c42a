"""The copies kept before each write: made and verified, listed, read back, and thinned by age.

A copy says in its name what it must hold (``shop-20261125-013000-123456-3f9a6c0d1e2b4c5d.xlsx``: stem, time in UTC, the
first 16 hex of its sha256), so that a flipped bit is found without any index. It comes under that name only when it
was read back. Beside it may stand what the run wrote into staff's cells (``….run.jsonl.gz``), kept and thinned with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from tracker.errors import StorageError
from tracker.keeper.files import like, read_back, rename, temporary
from tracker.keeper.place import is_uuid, own, real, short
from tracker.schema.settings import copies_kept

STAMP = "%Y%m%d-%H%M%S-%f"
NAME = re.compile(r"(?P<stem>.*)-(?P<at>\d{8}-\d{6}-\d{6})-(?P<digest>[0-9a-f]{16})(?P<ending>\.[^.]*)?", re.DOTALL)
RUN = ".run.jsonl.gz"


@dataclass(frozen=True)
class Copy:
    """One copy: the workbook as it was at ``at`` (UTC), before the run of that moment wrote."""

    path: Path
    stem: str
    at: datetime
    digest: str  # first 16 hex of the sha256 of what it must hold

    @property
    def file(self) -> str:
        """The name of the workbook, as far as the copy has taken it over."""
        return f"{self.stem}{self.path.suffix}"

    @property
    def run(self) -> Path:
        """Where the record of that run's writes stands, when there is one."""
        return self.path.with_name(self.path.name.removesuffix(self.path.suffix) + RUN)


@dataclass(frozen=True)
class Retention:
    """Which copies stay: the ``newest``, the newest of each of the last ``days``, of each of the last ``months``."""

    newest: int = 20
    days: int = 30
    months: int = 12


def retention(text: str) -> Retention:
    """The setting ``20 / 30d / 12m``; the default where it cannot be read, and never fewer than one copy."""
    found = copies_kept(text)
    if found is None:
        return Retention()
    newest, days, months = found
    return Retention(max(1, newest), days, months)


def copies(folder: Path, path: Path | None = None) -> tuple[Copy, ...]:
    """The copies in a history, the oldest first.

    In a history that goes by a file's name, those of namesakes with another ending are not among them when the
    ``path`` of the workbook is given.
    """
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return ()
    found = [copy for copy in map(_copy, names) if copy is not None]
    if path is not None and not is_uuid(folder.name):
        file = real(path)
        found = [one for one in found if (one.stem, one.path.suffix) == (short(file.stem), file.suffix)]
    return tuple(sorted(found, key=lambda copy: (copy.at, copy.path.name)))


def holds(copy: Copy) -> bool:
    """Whether a copy still holds what its name says; an unreadable one does not."""
    try:
        return _digest(copy.path.read_bytes()) == copy.digest
    except OSError:
        return False


def read_copy(copy: Copy) -> bytes:
    """The workbook in a copy; StorageError when it is damaged or cannot be read."""
    try:
        data = copy.path.read_bytes()
    except OSError as error:
        raise StorageError(f"{copy.path}: it cannot be read ({error.strerror}). Take another copy.") from error
    if _digest(data) != copy.digest:
        raise StorageError(f"{copy.path}: it is damaged, not what was kept. Take another copy.")
    return data


def read_run(copy: Copy) -> bytes | None:
    """The record of what the run after this copy wrote, still compressed; None when none was kept."""
    try:
        return copy.run.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{copy.run}: it cannot be read ({error.strerror}). Check the permissions.") from error


def keep_copy(folder: Path, path: Path, data: bytes, now: datetime, run: bytes = b"") -> Copy:
    """Keep a verified copy of a workbook's bytes (and a run's record) in its history, which must be there.

    StorageError when a copy is not what it should be, OSError when the disk fails; nothing half stays under its name.
    """
    file = real(path)
    stamp, digest = now.astimezone(UTC).strftime(STAMP), _digest(data)
    copy = Copy(folder / f"{short(file.stem)}-{stamp}-{digest}{file.suffix}", short(file.stem), _time(stamp), digest)
    if run:
        _keep(copy.run, run, file)
    _keep(copy.path, data, file)
    return copy


def _keep(place: Path, data: bytes, file: Path) -> None:
    with temporary(place.parent, data) as new:
        like(new, file)  # nobody may look into a copy who may not look into the workbook
        read_back(new, data, f"{file}: its backup")
        rename(new, place)


def thin(folder: Path, path: Path, keep: Retention, safe: Iterable[str] = ()) -> None:
    """Remove the copies that retention lets go; ``safe`` are names that stay all the same.

    Those of another file with the same ID stay: they are counted by its own runs. A record without its copy, which a
    killed run left, goes.
    """
    stay, found = set(safe), copies(folder, path)
    mine = own((copy.file for copy in found), path)
    for copy in thinned([one for one in found if one.file in mine], keep):
        if copy.path.name not in stay:
            with suppress(OSError):  # one that somebody else made may not be ours to delete
                copy.path.unlink(missing_ok=True)
                copy.run.unlink(missing_ok=True)
    known = {copy.run.name for copy in copies(folder)}
    with suppress(OSError):
        for place in folder.glob(f"*{RUN}"):
            if place.name not in known:
                place.unlink(missing_ok=True)


def thinned(found: Sequence[Copy], keep: Retention, zone: tzinfo | None = None) -> tuple[Copy, ...]:
    """The copies (oldest first) that retention lets go; days are those of ``zone``, by default of this machine.

    Days and months without a copy do not count, so that a workbook left alone for a year keeps what it has. The first
    copy ever taken stays.
    """
    stay = {copy.path for copy in (*found[:1], *found[-keep.newest :])}
    stay |= _newest_of_each(found, "%Y%m%d", keep.days, zone) | _newest_of_each(found, "%Y%m", keep.months, zone)
    return tuple(copy for copy in found if copy.path not in stay)


def _newest_of_each(found: Sequence[Copy], period: str, count: int, zone: tzinfo | None) -> set[Path]:
    """The newest copy of each of the last periods that have one."""
    newest = {copy.at.astimezone(zone).strftime(period): copy.path for copy in found}
    return {newest[name] for name in sorted(newest)[len(newest) - min(count, len(newest)) :]}


def _copy(path: Path) -> Copy | None:
    found = NAME.fullmatch(path.name)
    if found is None or path.name.endswith(RUN):
        return None
    try:
        return Copy(path, found["stem"], _time(found["at"]), found["digest"])
    except ValueError:
        return None  # a name like ours whose time is none


def _time(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
