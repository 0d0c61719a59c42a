"""Who has a workbook open, as the office programs say it in the owner files they leave beside it.

Such a file counts as long as it is there: a program that crashed leaves it behind, but only a person can know that, so
nothing of it is ever deleted here; an old one is named with its age.
"""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.errors import StorageError

SIZE = 165  # bytes of Excel's owner file: a length and a name of 54 bytes, then the same in UTF-16
WIDE = 55
ABSENT = frozenset({errno.ENOENT, errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR})  # too long a name is nobody's
DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})  # it is there and may not be read: that is how one is held
LONGEST = 1024  # bytes of an owner file that are looked at
_MARKS = (  # the names of owner files; Word leaves letters of its documents out, so Excel's endings are asked for
    ("Excel", re.compile(r"~\$(.+\.xl[st][xmb]?)", re.IGNORECASE | re.DOTALL)),
    ("LibreOffice", re.compile(r"\.~lock\.(.+)#", re.DOTALL)),
)
OLD = timedelta(hours=12)  # longer than anybody works at a time


@dataclass(frozen=True)
class Owner:
    """A program that has a workbook open, the person where one is named, since when, and the file that says so."""

    program: str
    person: str
    since: datetime
    file: Path

    def __str__(self) -> str:
        return f"{self.program} ({self.person})" if self.person else self.program

    def advice(self, now: datetime) -> str:
        """What to do about it."""
        if now - self.since < OLD:
            return "Close it there, then run this again."
        since = f"{self.since.astimezone():%Y-%m-%d %H:%M}"
        return f"Close it there, then run this again; if nobody has had it open since {since}, delete {self.file.name}."


def owner(path: Path) -> Owner | None:
    """Who has the file open; None when nobody has. StorageError where the disk does not say."""
    for name in _spellings(path.name):
        for file, program, read in _owner_files(path, name):
            try:
                data, since = _beginning(file), file.stat().st_mtime
            except OSError as error:
                if error.errno in ABSENT or file.is_dir():  # Windows denies reading a folder, too
                    continue
                if error.errno not in DENIED:
                    said = f"{path}: it could not be seen whether somebody has it open ({error.strerror})."
                    raise StorageError(f"{said} Nothing was changed; check the disk.") from error
                data, since = b"", datetime.now(UTC).timestamp()  # Windows denies reading it while it is held
            return Owner(program, _plain(read(data)), datetime.fromtimestamp(since, UTC), file)
    return None


def holder(path: Path) -> str | None:
    """The program, and the person where one is named, that has the file open; None when nobody has."""
    found = owner(path)
    return str(found) if found else None


def marked(path: Path) -> tuple[str, Path] | None:
    """The program and the workbook whose owner file this is by its name; None for any other name."""
    for program, name in _MARKS:
        if found := name.fullmatch(path.name):
            return program, path.with_name(found[1])
    return None


def _owner_files(path: Path, name: str) -> Iterator[tuple[Path, str, Callable[[bytes], str]]]:
    yield path.with_name(f"~${name}"), "Excel", _excel
    yield path.with_name(f".~lock.{name}#"), "LibreOffice", _libreoffice


def _beginning(file: Path) -> bytes:
    """What a small file holds; nothing of a pipe or a device, which would never come to an end."""
    if file.exists() and not file.is_file():
        raise FileNotFoundError(errno.ENOENT, "no file")
    with file.open("rb") as opened:
        return opened.read(LONGEST)


def _spellings(name: str) -> tuple[str, ...]:
    """A name as it stands, and as systems spell it that compose accents otherwise."""
    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))))


def _excel(data: bytes) -> str:
    """The name in Excel's owner file: the wide one where there is one, since the other is in some code page."""
    if len(data) == SIZE and 0 < data[WIDE] <= (SIZE - WIDE - 2) // 2:
        wide = data[WIDE + 2 : WIDE + 2 + 2 * data[WIDE]].decode("utf-16-le", "replace").strip("\0 ")
        if wide and wide.isprintable():
            return wide
    return data[1 : 1 + data[0]].decode("utf-8", "replace") if data else ""


def _libreoffice(data: bytes) -> str:
    fields = data.decode("utf-8", "replace").split(",")
    return fields[0].strip() or (fields[1] if len(fields) > 1 else "")


def _plain(text: str) -> str:
    """A name out of a file, fit for one line."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:64]
