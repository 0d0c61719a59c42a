"""The configuration of a workbook: ``tracker.toml``, or ``[tool.tracker]`` of a pyproject.toml, found upward from it.

The search begins in the workbook's own folder, links followed, and never in the one a command is run in. The nearest
file holds as a whole: one that says nothing of a key leaves the default, not what a folder above says. In one folder
tracker.toml comes first.

It may be a stranger's file on a share, so it is data: small, nothing in it is run or looked up in the environment, and
errors quote no more of it than the name of a key. Where anybody may write, one of somebody else's is refused: it could
say where copies of workbooks are kept.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from tracker.commands.keys import SECTIONS, Keep, Section, Validate, read_section
from tracker.errors import UsageError
from tracker.words.sentences import shown

OWN, PROJECT = "tracker.toml", "pyproject.toml"
STANDARD = "standard"  # the section that holds settings, lists and rules of a company: see `standard`
MOST = 1 << 20  # bytes of a configuration
SLIPS: Mapping[str, str] = {  # how the parser's reasons begin, and what to say instead: it may quote the file
    "Expected ']'": "a ] is missing",
    "Expected ']]'": "a ]] is missing",
    "Invalid statement": "a line is key = value, or a [section]",
    "Unclosed array": "a ] or a comma is missing before it",
    "Unclosed inline table": "a } or a comma is missing before it",
    "Invalid value": "a text stands in quotes, yes is true, and no is false",
    "Expected '='": "a = is missing after the name of the key",
    "Invalid initial character": "the name of a key, such as fail-on, is missing",
    "Expected newline": "something stands behind the value; a key has one line, and a remark begins with #",
    "Cannot overwrite": "the same key stands here a second time",
    "Duplicate inline table key": "the same key stands here a second time",
    "Cannot declare": "the same section stands here a second time",
    "Cannot redefine": "the same section stands here a second time",
    "Cannot mutate": "the same section stands here a second time",
    "Unescaped '\\'": r"write \\ or / instead of \, or put the text in 'single quotes'",
    "Invalid hex": r"write \\ or / instead of \, or put the text in 'single quotes'",
    "Illegal character": "the closing quote of a text is missing on its line, or there is a sign that nobody sees",
    "Unterminated string": "the closing quote of a text is missing",
    "Found invalid character": "there is a sign that nobody sees",
    'Expected "\'"': "the closing quote of a text is missing",
}


@dataclass(frozen=True)
class Configuration:
    """One configuration; a section is judged when it is asked for, so that a refresh needs no sound ``[validate]``."""

    file: Path | None = None  # None: there is none, all is as by default
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder from which its paths and globs are meant."""
        assert self.file is not None
        return self.file.parent

    @cached_property
    def keep(self) -> Keep:
        """``[keep]``; UsageError for what cannot be followed, as of the others."""
        return self._section("keep", Keep)

    @cached_property
    def validate(self) -> Validate:
        """``[validate]``."""
        found = self._section("validate", Validate)
        if found.standard is not None and STANDARD in self.raw:
            raise UsageError(f"{self.file}: both [{STANDARD}] and the key {STANDARD} of [validate]. Leave one out.")
        return found

    def section(self, name: str) -> Any:
        """A section by its name."""
        return getattr(self, name)

    def says(self, section: str, name: str) -> bool:
        """Whether a key stands in the file."""
        return name in self.raw.get(section, {})

    def _section(self, name: str, made: type[Section]) -> Section:
        return read_section(name, made, self.raw.get(name, {}), self.file) if self.file else made()


NONE = Configuration()


class Configurations:
    """The configurations of a run, each folder looked into once; ``only`` one for all, or with ``search`` off none."""

    def __init__(self, only: Path | None = None, search: bool = True) -> None:
        self._only = _named(only) if only is not None else None if search else NONE
        self._known: dict[Path, Configuration | UsageError] = {}

    def of(self, path: Path) -> Configuration:
        """That of a file, or of what is in a folder; UsageError when it is one that cannot be read."""
        if self._only is not None:
            return self._only
        real = Path(os.path.realpath(path))  # a ring of links leads nowhere, and is no fault
        found = self._nearest(real if _is_there(real.is_dir) else real.parent)
        if isinstance(found, UsageError):
            raise found
        return found

    def _nearest(self, folder: Path) -> Configuration | UsageError:
        passed: list[Path] = []
        found: Configuration | UsageError = NONE
        for one in (folder, *folder.parents):
            passed.append(one)
            if one in self._known:
                found = self._known[one]
                break
            here = _in(one)
            if here is not None:
                found = here
                break
        self._known |= dict.fromkeys(passed, found)
        return found


def configuration_of(path: Path) -> Configuration:
    """The configuration of one file, or of what is in a folder; UsageError when it cannot be read."""
    return Configurations().of(path)


def _in(folder: Path) -> Configuration | UsageError | None:
    """What one folder says itself."""
    try:
        return next(filter(None, (_found(folder / name) for name in (OWN, PROJECT))), None)
    except UsageError as error:
        return error


def _is_there(asked: Callable[[], bool]) -> bool:
    """Whether something is there; a name that no disk could bear, or a closed folder, is none."""
    try:
        return asked()
    except OSError:
        return False


def _named(place: Path) -> Configuration:
    """A file that somebody named."""
    if not _is_there(place.is_file):
        raise UsageError(f"{place}: there is no such file. Name another one.")
    found = _read(place)
    if found is None:
        raise UsageError(f"{place}: there is no [tool.tracker] in it. Name another file.")
    _ = found.keep  # whoever names a file is told all that is wrong in it, also what this command does not ask for
    return found


def _found(place: Path) -> Configuration | None:
    """What stands in a file that was come upon; None where there is none, or none that is about us."""
    if not _is_there(place.is_file):
        return None
    _refuse_planted(place)
    return _read(place)


def _read(place: Path) -> Configuration | None:
    """The configuration in a file; None when it is about other things."""
    try:
        raw = _toml(place)
    except OSError as error:
        raise UsageError(f"{place}: it cannot be read ({error.strerror}). Mend it, or remove it.") from error
    for name in raw or {}:
        if name not in (*SECTIONS, STANDARD):
            near = get_close_matches(name, [*SECTIONS, STANDARD], 1)
            meant = f" Did you mean [{near[0]}]?" if near else f" There are {_sections()}."
            raise UsageError(f"{place}: there is no section '{shown(name)}'.{meant}")
    return Configuration(place, raw) if raw is not None else None


def _toml(place: Path) -> Mapping[str, Any] | None:
    """What stands in a file for us; None when it is another's."""
    with place.open("rb") as opened:
        data = opened.read(MOST + 1)
    ours = place.name != PROJECT
    if not ours and b"tracker" not in data:
        return None
    if data.startswith(b"PK"):
        raise UsageError(f"{place}: it is a workbook, not a configuration. Did you mean --standard?")
    if len(data) > MOST:
        raise UsageError(f"{place}: it is larger than a configuration may be. Mend it, or remove it.")
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # its text may quote the file, which may be anybody's
        raise UsageError(f"{place}: {_slip(error)} Mend it, or remove it.") from None
    found = raw if ours else raw.get("tool", {}).get("tracker") if isinstance(raw.get("tool", {}), dict) else None
    if found is None or isinstance(found, dict):
        return found
    raise UsageError(f"{place}: tool.tracker is no section. Write [tool.tracker.validate], and its keys below.")


def _slip(error: Exception) -> str:
    """Why a text is no TOML and on which line, in words of ours."""
    at = re.search(r"\(at line (\d{1,9}), column (\d{1,9})\)", str(error))
    where = f" on line {at[1]}, at character {at[2]}" if at else " at its end" * ("end of document)" in str(error))
    kind = next((words for beginning, words in SLIPS.items() if str(error).startswith(beginning)), "")
    if isinstance(error, UnicodeDecodeError):
        kind = "it is not saved as UTF-8"
    return f"it cannot be read as TOML{where}{f': {kind}' * bool(kind)}."


def _refuse_planted(place: Path) -> None:
    """A file that anybody could have put there is not followed; where the system knows who owns a file."""
    if not hasattr(os, "geteuid"):
        return
    folder = place.parent.stat()
    owners = {place.stat().st_uid, place.lstat().st_uid}  # of the file, and of a link to it
    if folder.st_mode & 0o002 and not owners <= {0, os.geteuid(), folder.st_uid}:
        raise UsageError(
            f"{place}: it is somebody else's, in a folder where everybody may write, so it is not followed. "
            "Remove it, or keep it where not everybody may write."
        )


def _sections() -> str:
    return " ".join(f"[{name}]" for name in (*SECTIONS, STANDARD))
