"""The one file of a user that says which command the buttons of workbooks run: put there, looked at, taken away.

Nothing that can be run is configured inside a shared workbook: the macros read this file, and macros/TrackerButton.bas
says how. The command is whole, with the place of the program that wrote it, so that nothing is looked for on a path.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from tracker.errors import StorageError
from tracker.template.button import FOLDER, MODULE

NAME = "button-command.txt"
SCRIPT = f"{MODULE}.applescript"
ENCODING = "utf-16"  # with a byte order mark: what VBA on Windows reads without help
LONGEST = 1 << 16  # bytes of the file that are read


@dataclass(frozen=True)
class Pointer:
    """The file, the command in it (empty when there is none), and whether its program is where the command says.

    ``script`` is the AppleScript that Excel on a Mac needs besides; None where it is not needed.
    """

    path: Path
    command: str
    program_there: bool
    script: Path | None = None

    @property
    def works(self) -> bool:
        """Whether a button finds all it needs."""
        return self.program_there and (self.script is None or self.script.is_file())


def pointer_path() -> Path:
    """Where the macros look for the command; they know the same places."""
    return user_data_path("tracker", appauthor=False) / NAME


def script_path() -> Path | None:
    """Where Excel on a Mac looks for the script that its macros may start; None elsewhere."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Scripts" / "com.microsoft.Excel" / SCRIPT
    return None


def command() -> str:
    """The command that runs this very tracker from anywhere.

    On Windows by the Python that opens no console. Python is told not to look for modules in the current folder (-P):
    that of an office program is often the share in which the workbook stands.
    """
    program = Path(sys.executable)
    silent = program.with_name("pythonw.exe")
    return f'"{silent if os.name == "nt" and silent.exists() else program}" -P -m tracker'


def look() -> Pointer:
    """What stands there now."""
    path = pointer_path()
    try:
        found = path.read_bytes()[:LONGEST].decode(ENCODING).strip()
    except (OSError, UnicodeError):
        found = ""
    program = found[1:].partition('"')[0] if found.startswith('"') else found.partition(" ")[0]
    return Pointer(path, found, bool(program) and Path(program).is_file(), script_path())


def install() -> Pointer:
    """Write the file, whole or not at all, and say what stands there then.

    StorageError when the disk fails, or when this Python writes elsewhere than it says: the one from the Microsoft
    Store has a folder of its own, in which no macro would find the file.
    """
    path, script = pointer_path(), script_path()
    try:
        _put(path, command().encode(ENCODING))
        if script is not None:
            _put(script, (FOLDER / SCRIPT).read_bytes())
    except OSError as error:
        raise StorageError(f"{path}: it could not be written ({error.strerror}). Check the folder.") from error
    if os.name == "nt" and "Packages" in {*Path(os.path.realpath(path)).parts} - {*path.parts}:
        raise StorageError(
            f"{path}: this Python writes to a folder of its own, in which no button looks. "
            "Install Python from python.org instead of the Microsoft Store, and tracker with it."
        )
    return look()


def uninstall() -> Pointer | None:
    """Take the file away; what stood there, or None when there was none. StorageError when the disk fails."""
    before = look()
    try:
        there = before.path.exists()
        before.path.unlink(missing_ok=True)
        if before.script is not None:
            before.script.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{before.path}: it could not be removed ({error.strerror}). Check the folder.") from error
    return before if there else None


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
