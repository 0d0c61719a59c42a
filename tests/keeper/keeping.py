"""What the keeper's tests share: a file, a change to it, and second processes that do things to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tracker.keeper import USUAL, Keeping, history_folder, writing
from tracker.model.grid import Note

WORKBOOK_ID = "0aa3c7a5-9b1d-4c50-8e1a-3f6a3b1c2d4e"
OLD, NEW = b"the workbook as it was", b"the workbook as it will be, longer"
NOTE = Note(WORKBOOK_ID, "refresh", {"Customers.tags": 3})
FOLDER = ".tracker"


def anything(_: bytes) -> None:
    """Every new file is fine."""


def write(path: Path, after: bytes = NEW, how: Keeping = USUAL, note: Note | None = NOTE) -> str:
    """One whole write, and the path of the copy."""
    with writing(path, how) as held:
        return held.replace(held.data, after, anything, note)


def history(path: Path) -> Path:
    """Where what is kept of it stands."""
    return history_folder(path, WORKBOOK_ID)


def beside(path: Path) -> list[str]:
    """Everything in the folder of a workbook, at any depth, but the workbook."""
    return sorted(str(one.relative_to(path.parent)) for one in path.parent.rglob("*") if one != path and one.is_file())


def leftovers(path: Path) -> list[str]:
    """What no finished run may leave: temporary files, locks, announcements."""
    return [name for name in beside(path) if name.endswith((".tmp", "lock", ".who", ".pending")) or ".break." in name]


def elsewhere(code: str, *arguments: object) -> str:
    """Run some Python in another process and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", "import os, sys, time\nfrom pathlib import Path\n" + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
