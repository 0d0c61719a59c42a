"""Which files of a share are checked: the workbooks below a folder, without what programs and we ourselves keep there.

Only names are looked at; no file is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from tracker.errors import TrackerError, UnreadableError
from tracker.keeper import is_history

ENDINGS = (".xlsx", ".xlsm")
OTHER_ENDINGS = (".xls", ".xlsb", ".ods", ".numbers")  # workbooks that nobody here reads
OWNER_FILES = ("~$", ".~lock", "._")  # of Excel, of LibreOffice; and what a Mac notes about a file, beside it
OURS = ".tracker"  # where copies are kept
EMPTY = PurePath()


@dataclass(frozen=True)
class Wanted:
    """Which of the files below a folder are meant, by globs; a file that is named itself is always meant.

    ``above`` leads to the folder from the one that globs with a slash begin at; ``also`` must take a file as well.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    above: PurePath = EMPTY
    also: Wanted | None = None

    def takes(self, below: PurePath) -> bool:
        """Whether a path below the folder is meant."""
        included = not self.include or matches(below, self.include, self.above)
        return not self.leaves(below) and included and (self.also is None or self.also.takes(below))

    def leaves(self, below: PurePath) -> bool:
        """Whether a path below the folder is left out, with all that is in it."""
        return matches(below, self.exclude, self.above) or (self.also is not None and self.also.leaves(below))


@dataclass(frozen=True)
class Found:
    """A file, whether a folder was named and not the file, and why it is not looked into, if so."""

    path: Path
    of_folder: bool = False
    error: TrackerError | None = None
    other_kind: bool = False


EVERY_FILE = Wanted()


def workbooks(path: Path, wanted: Wanted = EVERY_FILE) -> Iterator[Found]:
    """A file as it is named; of a folder the workbooks below it, without owner files and our own copies."""
    try:
        is_folder = path.is_dir()
    except OSError:  # a name that is too long, say; reading it says so
        is_folder = False
    if is_folder:
        yield from _below(path, wanted)
    else:
        yield Found(path)


def each_once(found: Iterable[Found]) -> list[Found]:
    """Every file once, whatever names it goes by: by the first that is no link; named, if it is by one of them."""
    names: dict[object, list[Found]] = {}
    for one in found:
        names.setdefault(_file_of(one.path), []).append(one)
    return [
        replace(min(group, key=_is_link), of_folder=all(one.of_folder for one in group)) for group in names.values()
    ]


def _is_link(one: Found) -> bool:
    try:
        return one.path.is_symlink()
    except (OSError, ValueError):  # a name that is too long, say
        return False


def _file_of(path: Path) -> object:
    """What is the same for all names of one file."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # it is not there, or has a name that no file can have; reading it says so
        return path
    return (found.st_dev, found.st_ino) if found.st_ino else os.path.realpath(path)


def is_workbook(path: Path, root: Path) -> bool:
    """Whether a file below a folder is a workbook by its name, and none of the copies that are kept there."""
    folders = [root / one for one in path.relative_to(root).parents]
    named = path.name.lower().endswith(ENDINGS) and not path.name.startswith(OWNER_FILES)
    return named and all(_enters(one, root, EVERY_FILE) for one in folders)


def idle(paths: Iterable[Path], globs: Sequence[str]) -> dict[str, str]:
    """The globs that mean no file or folder below some folders, each with the name there that is nearest, if any."""
    below = [one for path in paths for one in _all_below(path)] if globs else []
    names = sorted({one.name for one in below})
    unmet = [glob for glob in globs if below and not any(matches(one, [glob]) for one in below)]
    return {glob: next(iter(get_close_matches(glob, names, 1)), "") for glob in unmet}


def _all_below(root: Path) -> Iterator[PurePath]:
    """Every file and folder below a folder, seen from it."""
    for name, folders, names in os.walk(root):
        yield from ((Path(name) / one).relative_to(root) for one in (*folders, *names))


def _below(root: Path, wanted: Wanted) -> Iterator[Found]:
    closed: list[OSError] = []
    for name, folders, names in os.walk(root, onerror=closed.append):
        folder = Path(name)
        folders[:] = sorted(one for one in folders if _enters(folder / one, root, wanted))
        for file in sorted(one for one in names if not one.startswith(OWNER_FILES)):
            known, other = (file.lower().endswith(endings) for endings in (ENDINGS, OTHER_ENDINGS))
            if (known or other) and wanted.takes((folder / file).relative_to(root)):
                yield Found(folder / file, True, other_kind=other)
    for error in closed:
        why = UnreadableError(f"the folder cannot be read ({error.strerror}). Check the permissions.")
        yield Found(Path(str(error.filename)), True, why)


def _enters(folder: Path, root: Path, wanted: Wanted) -> bool:
    return folder.name != OURS and not is_history(folder) and not wanted.leaves(folder.relative_to(root))


def matches(below: PurePath, globs: Iterable[str], above: PurePath = EMPTY) -> bool:
    """Whether one of some globs means a path: without a slash by any name in it, else by the path or a folder of it.

    Case does not count, as on the shares of Windows; a star also stands for slashes. With a slash a glob begins where
    ``above`` does, whose own names count for nothing.
    """
    names = below.as_posix().casefold().split("/")
    path = (above / below).as_posix().casefold()
    for one in globs:
        glob = one.replace(os.sep, "/").casefold().removeprefix("./").rstrip("/")
        if "/" not in glob:
            found = any(fnmatchcase(name, glob) for name in names)
        else:
            shapes = {glob, glob.removeprefix("**/").removeprefix("/")}
            found = any(fnmatchcase(path, shape) or fnmatchcase(path, f"{shape}/*") for shape in shapes)
        if found:
            return True
    return False
