"""Noticing that workbooks changed: the library watchfiles is told by the system, or looks again and again.

Network drives tell nobody what other machines write, so there the files are looked at. Kept out: what is done then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tracker.commands.shares import is_workbook
from tracker.errors import UnreadableError

LOOK = 1_000  # milliseconds between two looks when nothing changes
TOGETHER = 400  # milliseconds in which changes are taken together: a save is several
OF_NETWORKS = ("cifs", "smb", "nfs", "fuse.sshfs", "fuse.rclone", "davfs", "9p", "afp")
REMOTE = 4  # what Windows calls a drive of the network
MOUNTS = Path("/proc/self/mounts")


def noticed(path: Path, poll: bool = False) -> Iterator[set[Path]]:
    """The workbooks that changed since the last look, about every second, for ever; an empty set where none did.

    Of a folder those below it; a file alone is seen through its folder, since programs that save put a new one in its
    place. A folder that goes away, as one of the network does, is waited for. UnreadableError when nothing is there,
    and when the system lets nobody watch it.
    """
    if not path.exists():
        raise UnreadableError(f"{path}: nothing is there to be watched. Check the name.")
    target = path.resolve()
    folder, alone = (target, False) if target.is_dir() else (target.parent, True)
    while True:
        for files in _looks(folder, poll, below=not alone):
            yield files & {target} if alone else {one for one in files if is_workbook(one, folder)}
        while not folder.is_dir():
            time.sleep(LOOK / 1_000)
            yield set()


def _looks(folder: Path, poll: bool, below: bool) -> Iterator[set[Path]]:
    """All that changed in a folder, and ``below`` it, look by look, until the folder is gone or another one."""
    from watchfiles import watch

    began = _identity(folder)
    changes = watch(
        folder,
        watch_filter=None,
        debounce=TOGETHER,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        force_polling=poll or on_network(folder) or None,
        poll_delay_ms=LOOK,
        recursive=below,
        ignore_permission_denied=True,
    )
    try:
        for found in changes:
            if _identity(folder) != began:
                return
            yield {Path(name) for _, name in found}
    except OSError as error:
        if folder.is_dir():
            why = error.strerror or error
            raise UnreadableError(f"{folder}: it cannot be watched ({why}). Try it with --poll.") from error


def _identity(folder: Path) -> int | None:
    """What tells a folder from the next one of the same name; None when there is none."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def on_network(folder: Path) -> bool:
    """Whether a folder is on a drive of the network, as far as the system tells."""
    place = str(folder.resolve())
    if sys.platform == "win32":
        import ctypes

        return place.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.resolve().anchor) == REMOTE
    try:
        lines = MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    mounts = [line.split() for line in lines]
    named = [(one[1].replace(r"\040", " "), one[2]) for one in mounts if len(one) > 2]
    return kind_of(place, named).startswith(OF_NETWORKS)


def kind_of(place: str, mounts: Sequence[tuple[str, str]]) -> str:
    """The kind of file system a path is on: that of the nearest mount above it; empty when none is."""
    above = [(len(at), kind) for at, kind in mounts if os.path.commonpath([at, place]) == at]
    return max(above, default=(0, ""))[1]
