"""What is kept of a fault in tracker: where it happened, never with which values.

Messages of exceptions, arguments and local variables may hold a customer's name, so a log has only the types of the
exceptions and the places in the code.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import tracker
from tracker.commands.faults import Fault, fault_of


def save_log(bug: BaseException | Fault, arguments: Sequence[str] | None = None) -> Path:
    """Write the log to the user's state folder, else to the temp folder, and return its path."""
    name = f"fault-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    text = "\n".join(log_lines(bug, arguments)) + "\n"
    for folder in (state_folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        return folder / name
    return Path("(no log could be written)")


def state_folder() -> Path:
    """Where this system keeps what programs note about themselves."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "tracker" / "logs"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "tracker"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "tracker"


def log_lines(bug: BaseException | Fault, arguments: Sequence[str] | None = None) -> Iterator[str]:
    """The lines of a log: versions, the command's name, and for each exception its type and places."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    yield f"tracker {tracker.__version__}, Python {platform.python_version()}, {platform.system()}"
    yield f"command: {words[0] if words and words[0].isalpha() else '(none)'}"
    yield from (bug if isinstance(bug, Fault) else fault_of(bug)).lines
