"""Which findings of a run were known before it: from a baseline that a person keeps, or from the run before.

Both are told in one form, a JSON document without a value of a cell: for each file its path and the hash of its
workbook's ID, and below it a line a finding, its code and its fingerprint. A workbook is known by its ID, so that a
renamed file stays the same one; a file without an ID is known by its path.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tracker.commands.examine import Outcome
from tracker.errors import Exit, RefusedError, StorageError, UsageError
from tracker.keeper.files import rename, temporary
from tracker.model.finding import Finding
from tracker.model.fingerprint import LENGTH, fingerprinted, workbook_print

VERSION = 1
NONE: frozenset[str] = frozenset()
_LINE = re.compile(rf"[A-Z]\d+ [0-9a-f]{{{LENGTH}}}:\d+")
Key = tuple[str, str]  # the hash of the workbook's ID and no path, or a path alone


@dataclass(frozen=True)
class KnownFile:
    """What was known of one file: lines of code and fingerprint."""

    path: str
    workbook: str
    lines: frozenset[str]

    @property
    def key(self) -> Key:
        """By what it is found again."""
        return (self.workbook, "") if self.workbook else ("", self.path)


@dataclass(frozen=True)
class Unread:
    """A file that could not be checked: its path, a hash of why, and the run that said so first."""

    path: str
    why: str
    since: str


@dataclass(frozen=True)
class Known:
    """What was known of all of them, and when: empty where that is not said."""

    files: tuple[KnownFile, ...] = ()
    at: str = ""
    unread: tuple[Unread, ...] = ()  # only of runs that say when they were

    def __len__(self) -> int:
        return sum(len(one.lines) for one in self.files)

    @property
    def lines(self) -> Mapping[Key, frozenset[str]]:
        """The lines of each workbook, of its copies together."""
        found: dict[Key, frozenset[str]] = {}
        for one in self.files:
            found[one.key] = found.get(one.key, NONE) | one.lines
        return found


Naming = Callable[[str], str]  # from the path of a file to how it is written down


def printed(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes, each finding with its fingerprint."""
    return [
        replace(one, report=replace(one.report, findings=fingerprinted(one.report.findings, one.workbook_id)))
        for one in outcomes
    ]


def known(outcomes: Iterable[Outcome], naming: Naming, before: Known = Known(), at: str = "") -> Known:
    """What is known after a run; of a file that could not be read, or lies in a folder that could not, what was before.

    ``before`` is what was known of the same files.
    """
    outcomes = list(outcomes)
    unread = [naming(one.report.path) for one in outcomes if not _was_read(one)]
    read = [
        KnownFile(naming(one.report.path), workbook_print(one.workbook_id), frozenset(map(_line, one.report.findings)))
        for one in outcomes
        if _was_read(one)
    ]
    met = {one.key for one in read}
    kept = [one for one in before.files if one.key not in met and _lies_in(one.path, unread)]
    files = tuple(one for one in sorted((*read, *kept), key=lambda one: one.path) if one.lines)
    return Known(files, at, _unread(outcomes, naming, before, at) if at else ())


def _unread(outcomes: Iterable[Outcome], naming: Naming, before: Known, at: str) -> tuple[Unread, ...]:
    """The files that could not be checked; those that could not before for the same reason, since then."""
    now = {naming(one.report.path): _why(one) for one in outcomes if _stays_unread(one)}
    since = {(one.path, one.why): one.since for one in before.unread}
    return tuple(Unread(path, why, since.get((path, why), at)) for path, why in sorted(now.items()))


def noting_unread(outcomes: Sequence[Outcome], before: Known, naming: Naming) -> list[Outcome]:
    """The outcomes; a file that could not be checked before either, for the same reason, says since which day.

    Where nothing at all could be checked nothing is said: that is never as it should be.
    """
    if not any(map(_was_read, outcomes)):
        return list(outcomes)
    since = {(one.path, one.why): one.since for one in before.unread}
    return [_since(one, since.get((naming(one.report.path), _why(one)), "")) for one in outcomes]


def _since(one: Outcome, since: str) -> Outcome:
    known = since and _stays_unread(one)
    return replace(one, report=replace(one.report, unread_since=since.partition(" ")[0])) if known else one


def without(outcomes: Iterable[Outcome], before: Known, naming: Naming) -> list[Outcome]:
    """The outcomes without the findings that were known before."""
    lines = before.lines
    return [_without(one, lines.get(_key(one, naming), NONE)) for one in outcomes]


def gone(outcomes: Sequence[Outcome], before: Known, naming: Naming, codes: Collection[str], removed: bool) -> int:
    """How many findings that were known are not found any more, of the files that were read.

    ``outcomes`` are whole, ``codes`` what was asked for; ``removed``: those of files that are not there count, too.
    """
    now = known(outcomes, naming, before).lines
    read = {_key(one, naming) for one in outcomes if _was_read(one)}
    lost = (one for key, old in before.lines.items() if removed or key in read for one in old - now.get(key, NONE))
    return sum(one.partition(" ")[0] in codes for one in lost)


def count(outcomes: Iterable[Outcome]) -> int:
    """How many findings there are."""
    return sum(len(one.report.findings) for one in outcomes)


def _without(one: Outcome, old: frozenset[str]) -> Outcome:
    findings = tuple(found for found in one.report.findings if _line(found) not in old)
    left_out = len(one.report.findings) - len(findings)
    return replace(one, report=replace(one.report, findings=findings, known=one.report.known + left_out))


def _was_read(one: Outcome) -> bool:
    return one.report.error is None and one.report.exit is Exit.CLEAN


def _stays_unread(one: Outcome) -> bool:
    """Whether a file could not be checked for a reason of its own; a fault of ours is never a thing to get used to."""
    return one.report.error is not None and one.report.exit is not Exit.BUG


def _why(one: Outcome) -> str:
    return hashlib.sha256((one.report.error or "").encode("utf-8", "replace")).hexdigest()[:LENGTH]


def _key(one: Outcome, naming: Naming) -> Key:
    workbook = workbook_print(one.workbook_id)
    return (workbook, "") if workbook else ("", naming(one.report.path))


def _line(found: Finding) -> str:
    return f"{found.code} {found.fingerprint}"


def _lies_in(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place.rstrip('/')}/") for place in places)


# As a file.


def from_folder(folder: Path | None) -> Naming:
    """Paths as they are seen from a folder, the same on every system; whole ones where there is none."""
    start = os.path.realpath(folder) if folder is not None else None

    def name(path: str) -> str:
        whole = os.path.realpath(path)
        try:
            return Path(os.path.relpath(whole, start) if start is not None else whole).as_posix()
        except ValueError:  # another drive
            return Path(whole).as_posix()

    return name


def written(found: Known) -> str:
    """The document: sorted, a line a finding, so that two of them can be compared line by line."""
    files = [
        {"path": one.path, "workbook": one.workbook or None, "findings": sorted(one.lines)}
        for one in sorted(found.files, key=lambda one: (one.path, one.workbook))
    ]
    at = {"at": found.at} if found.at else {}
    unread = {"unread": [asdict(one) for one in found.unread]} if found.unread else {}
    return json.dumps({"version": VERSION, **at, "files": files, **unread}, indent=1) + "\n"


def understood(text: str) -> Known:
    """What a document says; ValueError where it is none of ours, or of a newer version."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError("none of ours")
    at, files = document.get("at", ""), document.get("files")
    if not isinstance(at, str) or not isinstance(files, list):
        raise ValueError("none of ours")
    unread = document.get("unread", [])
    if not isinstance(unread, list):
        raise ValueError("none of ours")
    return Known(tuple(map(_known_file, files)), at, tuple(map(_known_unread, unread)))


def _known_unread(raw: object) -> Unread:
    if not isinstance(raw, dict):
        raise ValueError("no file")
    path, why, since = raw.get("path"), raw.get("why"), raw.get("since")
    if not isinstance(path, str) or not isinstance(why, str) or not isinstance(since, str):
        raise ValueError("no file")
    return Unread(path, why, since)


def _known_file(raw: object) -> KnownFile:
    if not isinstance(raw, dict):
        raise ValueError("no file")
    path, workbook, lines = raw.get("path"), raw.get("workbook") or "", raw.get("findings")
    if not isinstance(path, str) or not isinstance(workbook, str) or not isinstance(lines, list):
        raise ValueError("no file")
    if not all(isinstance(one, str) and _LINE.fullmatch(one) for one in lines):
        raise ValueError("no findings")
    return KnownFile(path, workbook, frozenset(lines))


def read_baseline(place: Path) -> Known:
    """The baseline in a file; UsageError where there is none."""
    try:
        return understood(place.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"it cannot be read ({error.strerror})"
        raise UsageError(f"--baseline {place}: {why}. Make one with: --write-baseline {place}") from error
    except (ValueError, RecursionError) as error:
        why = "it is no baseline that this tracker knows"
        raise UsageError(f"--baseline {place}: {why}. Make one with: --write-baseline FILE") from error


def refuse_other(place: Path) -> None:
    """RefusedError where a baseline would take the place of a file that is none."""
    if not place.exists():
        return
    if place.is_dir():
        raise UsageError(f"--write-baseline {place} is a folder. Give the name of a file.")
    try:
        read_baseline(place)
    except UsageError as error:
        raise RefusedError(f"--write-baseline {place}: another file stands there. Give another name.") from error


def refuse_nowhere(place: Path) -> None:
    """StorageError where nothing can be written: found out before a share is checked, not after."""
    folder = place.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        why = "its folder takes no file" if folder.is_dir() else "there is no such folder"
        raise StorageError(f"{place} could not be written ({why}). Name another place.")


def write_known(place: Path, found: Known, mode: int = 0o600) -> None:
    """Write a document, whole or not at all, readable for whom ``mode`` says; StorageError when it cannot be."""
    try:
        with temporary(place.parent, written(found).encode()) as new:
            new.chmod(place.stat().st_mode & 0o777 if place.exists() else mode)
            rename(new, place)
    except OSError as error:
        raise StorageError(f"{place} could not be written ({error.strerror}). Name another place.") from error
