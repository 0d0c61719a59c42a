"""What a configuration may say, a line a key: its type, its meaning, and what holds where nothing is said.

A new key is a new line of its section, which is a dataclass: reading, errors, ``tracker config show`` and
docs/configuration.md follow from it. Kept out: files, and what is done with the values.
"""

# ruff: noqa: RUF009  (the calls that declare a key make dataclass fields)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePath
from typing import Any, TypeAlias, TypeVar

from tracker.commands.codes import ALL, codes
from tracker.errors import UsageError
from tracker.model.finding import Severity
from tracker.words.sentences import shown

Section = TypeVar("Section")
Pairs: TypeAlias = "tuple[tuple[str, tuple[str, ...]], ...]"  # of a table whose keys somebody chose: key and codes

LEVELS = ("error", "warning", "never")
OFF = "off"
MOST_JOBS, LONGEST = 256, 86_400.0  # children, seconds
SEVERITIES = (*(one.word for one in sorted(Severity, reverse=True)), OFF)


@dataclass(frozen=True)
class Kind:
    """What may stand for a key: how docs call it, what an error says of another thing, an example, and how it is read.

    ``read`` takes what TOML gave and the folder of the file; it raises ValueError, with a reason where it has one.
    """

    holds: str
    wrong: str
    example: str
    read: Callable[[object, Path], Any]
    table: bool = False


# How each kind is read.


def _texts(raw: object, folder: Path) -> tuple[str, ...]:
    """A list of texts, none of them blank."""
    if not isinstance(raw, list) or not all(isinstance(one, str) and one.strip() for one in raw):
        raise ValueError
    return tuple(one.strip() for one in raw)


def _codes(raw: object, folder: Path) -> tuple[str, ...]:
    """Words that mean findings; UsageError, with the nearest, for one that means none."""
    words = _texts(raw, folder)
    codes(words)
    return words


def _one_of(raw: object, folder: Path, words: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in words:
        near = get_close_matches(str(raw), words, 1) if isinstance(raw, str) else []
        raise ValueError(f"is none of {', '.join(words)}.{_meant(near)}")
    return raw


def _place(raw: object, folder: Path) -> Path:
    """A path from the folder of the file on."""
    if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
        raise ValueError
    try:
        path = Path(raw).expanduser()
    except RuntimeError:  # ~somebody whom this machine does not know
        raise ValueError("names the home of nobody here. Write the whole path.") from None
    if on_another_server(path, folder):
        raise ValueError("names another server. Give it a drive letter, or name the place on the command line.")
    return folder / path


def on_another_server(path: PurePath, folder: PurePath) -> bool:
    r"""Whether a path of Windows names a server (``\\server\share``) that is not the one its configuration is on.

    To look there is to sign in there, so a stranger's file must not say where this machine does.
    """
    drive = path.drive.casefold()
    return drive.startswith("\\\\") and drive != folder.drive.casefold()


def _severities(raw: object, folder: Path) -> tuple[tuple[str, str], ...]:
    """Words that mean findings, and how much those matter."""
    if not isinstance(raw, dict):
        raise ValueError
    codes(raw)
    return tuple((word, _severity(word, said, folder)) for word, said in raw.items())


def _severity(word: str, said: object, folder: Path) -> str:
    try:
        return _one_of(said, folder, SEVERITIES)
    except ValueError as error:
        raise ValueError(f"of {word} {error}") from None


def _ignores(raw: object, folder: Path) -> Pairs:
    """Globs, and the words for the findings that do not count there."""
    if not isinstance(raw, dict):
        raise ValueError
    return tuple((glob, _codes(words, folder)) for glob, words in raw.items())


def _count(raw: object, folder: Path, most: int) -> int:
    if type(raw) is not int or not 1 <= raw <= most:  # true is an int too
        raise ValueError
    return raw


def _seconds(raw: object, folder: Path) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= LONGEST:
        raise ValueError
    return float(raw)


def _yes_or_no(raw: object, folder: Path) -> bool:
    if not isinstance(raw, bool):
        raise ValueError
    return raw


CODES = Kind("codes", "is no list of codes.", '["V106", "D"]', _codes)
GLOBS = Kind("globs", "is no list of globs.", '["Archive", "old_*"]', _texts)
LEVEL = Kind(", ".join(LEVELS), "", '"warning"', partial(_one_of, words=LEVELS))
JOBS = Kind(
    f"a number from 1 to {MOST_JOBS}", f"is no number from 1 to {MOST_JOBS}.", "2", partial(_count, most=MOST_JOBS)
)
SECONDS = Kind("seconds", "is no number of seconds, a day of them at most.", "30", _seconds)
YES_NO = Kind("true or false", "is neither true nor false.", "false", _yes_or_no)
FOLDER = Kind("a folder", "is no name of a folder.", '"backups"', _place)
FILE = Kind("a file", "is no name of a file.", '"company.xlsx"', _place)
SEVERITY = Kind("a table: codes to severities", "is no table.", '{ V106 = "error", D104 = "off" }', _severities, True)
IGNORES = Kind(
    "a table: globs to codes", "is no table of lists of codes.", '{ "Old customers" = ["V1"] }', _ignores, True
)


# The sections and their keys.


def _key(kind: Kind, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"kind": kind, "meaning": meaning})


@dataclass(frozen=True)
class Keep:
    """``[keep]``: what commands that write a workbook keep of it."""

    folder: Path | None = _key(
        FOLDER, None, "Where copies, log and locks of the workbooks stand; `.tracker` beside each when not set."
    )


@dataclass(frozen=True)
class Validate:
    """``[validate]``: what ``tracker validate`` reports and what fails it; keys as its options."""

    select: tuple[str, ...] = _key(CODES, (ALL,), "Only these findings are reported.")
    extend_select: tuple[str, ...] = _key(CODES, (), "These as well as those of `select`.")
    ignore: tuple[str, ...] = _key(CODES, (), "These are not reported.")
    fail_on: str = _key(LEVEL, "error", "The mildest finding that ends a run with exit code 1.")
    include: tuple[str, ...] = _key(GLOBS, (), "Of a folder only these files; all when empty.")
    exclude: tuple[str, ...] = _key(GLOBS, (), "Of a folder none of these files and folders.")
    standard: Path | None = _key(FILE, None, "The company's Settings, Rules and Lists: a workbook, or a TOML.")
    severity: tuple[tuple[str, str], ...] = _key(SEVERITY, (), "How much findings matter here; `off` reports none.")
    per_sheet_ignores: Pairs = _key(IGNORES, (), "Not reported on these sheets, named as their tabs or tables are.")
    per_file_ignores: Pairs = _key(IGNORES, (), "Not reported in these files, named as in `exclude`.")
    baseline: Path | None = _key(FILE, None, "The findings that are known: a file that `--write-baseline` made.")
    jobs: int | None = _key(JOBS, None, "How many files are checked at once; one a processor when not set.")
    timeout_per_file: float | None = _key(
        SECONDS, None, "A file that takes longer is given up; 120 when not set, and there are several."
    )
    cache: bool = _key(YES_NO, True, "Whether a run takes what an earlier one of that day found out of a file.")


SECTIONS: Mapping[str, type[Any]] = {"keep": Keep, "validate": Validate}


@dataclass(frozen=True)
class Key:
    """A key as people know it: its section and name, what it may hold, what it means."""

    section: str
    name: str
    kind: Kind
    default: Any
    meaning: str

    @property
    def field(self) -> str:
        """The attribute of the section that holds it."""
        return self.name.replace("-", "_")

    @property
    def full(self) -> str:
        """The name with its section: ``validate.fail-on``."""
        return f"{self.section}.{self.name}"


def keys() -> Iterator[Key]:
    """Every key, in the order of the sections."""
    for section, made in SECTIONS.items():
        for one in fields(made):
            yield Key(section, _name(one), one.metadata["kind"], one.default, one.metadata["meaning"])


def read_section(name: str, made: type[Section], raw: object, file: Path) -> Section:
    """A section as its dataclass, from what TOML gave for it; UsageError, of one line, for what cannot be followed."""
    if not isinstance(raw, dict):
        raise UsageError(f"{file}: {name} is no section. Write [{name}], and its keys on the lines below.")
    known = {_name(one): one for one in fields(made)}  # type: ignore[arg-type]
    for key in raw:
        if key not in known:
            said = f"[{name}] has no key '{shown(key)}'."
            raise UsageError(
                f"{file}: {said}{_meant(get_close_matches(key, known, 1)) or f' It has {_listed(known)}.'}"
            )
    return made(**{known[key].name: _value(known[key], raw[key], name, file) for key in raw})


def _value(one: Field[Any], raw: object, section: str, file: Path) -> Any:
    kind, name = one.metadata["kind"], _name(one)
    try:
        return kind.read(raw, file.parent)
    except UsageError as error:
        raise UsageError(f"{file}: [{section}] {name}: {error}") from error
    except ValueError as error:
        wrong = f"{kind.wrong}{_stands(raw, kind.example)} Write it as {name} = {kind.example}."
        reason = shown(str(error), 200) or wrong
        raise UsageError(f"{file}: [{section}] {name} {reason}") from error


def _stands(raw: object, example: str) -> str:
    """What kind of value stands there where that is the slip: who wrote it may not know what quotes and brackets do."""
    names = {'"': "a text in quotes", "[": "a list", "{": "a table"}
    kinds = {str: names['"'], list: names["["], dict: names["{"], bool: "true or false"}
    kind = kinds.get(type(raw), "a number" if isinstance(raw, int | float) else "a day or a time")
    wanted = names.get(example[0], "a number" if example[0].isdigit() else "true or false")
    return "" if kind == wanted else f" {kind[0].upper()}{kind[1:]} stands there, not {wanted}."


def _name(one: Field[Any]) -> str:
    return one.name.replace("_", "-")


def _meant(near: list[str]) -> str:
    """What was probably meant, as a question."""
    return f" Did you mean {near[0]}?" if near else ""


def _listed(known: Mapping[str, object]) -> str:
    return ", ".join(known)
