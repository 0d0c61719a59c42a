"""The foreseen ways in which a command ends without doing its work.

Each has an exit code and says in one line what is wrong and what to do. Wrong *data* is never an error: it is a
Finding. Anything else that is raised is a bug.
"""

from __future__ import annotations

import os
import shlex
from enum import IntEnum
from pathlib import PurePath

SPECIAL = " \t\n\"'\\$`&|;<>()*?[]{}~#!"  # what a shell would not take as it stands


class Exit(IntEnum):
    """What a script can trust; the highest of a run wins."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    BUSY = 4
    REFUSED = 5
    IO = 6
    BUG = 70
    INTERRUPTED = 130


class TrackerError(Exception):
    """A foreseen failure: one line, what is wrong and what to do."""

    exit_code = Exit.USAGE


class UsageError(TrackerError):
    """The command, a map or a configuration asks for something that does not exist."""


class UnreadableError(TrackerError):
    """A file could not be read or checked: not a workbook, damaged, hostile, or without our tables."""

    exit_code = Exit.UNREADABLE


class BusyError(TrackerError):
    """Somebody has the workbook open, or another run is writing it."""

    exit_code = Exit.BUSY


class RefusedError(TrackerError):
    """Writing would not be safe: a newer schema, or the file changed under our hands."""

    exit_code = Exit.REFUSED


class StorageError(TrackerError):
    """The disk or share failed; the original is intact."""

    exit_code = Exit.IO


def pasted(path: str | PurePath) -> str:
    """A path as it can be pasted into a command line: quoted where it holds a space or the like."""
    if os.name == "nt":
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path)) if set(str(path)) & set(SPECIAL) else str(path)
