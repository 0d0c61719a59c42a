"""What long work is at, said on a terminal and nowhere else: not in a pipe, a file or a log.

Work that is over within a second says nothing. What draws the line is loaded only after that second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from tracker.cli.show import say

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE = 1.0  # seconds before anything is said
STEPS = ("reading", "checking", "computing", "writing", "making")  # each with a sentence in the words
TIMES = 4  # a second that the line is drawn


class Line:
    """The line on the terminal: what is being done, and with which file."""

    def __init__(self, what: str, file: str) -> None:
        self.what, self.file = what, file
        self._lock, self._over = Lock(), False
        self._status: Status | None = None

    def step(self, what: str) -> None:
        """Another step begins."""
        self._say(what, self.file)

    def about(self, file: object) -> None:
        """It is the turn of another file."""
        self._say(self.what, str(file))

    def show(self) -> None:
        """Draw the line from now on, unless the work is over."""
        from rich.console import Console
        from rich.text import Text

        with self._lock:
            if not self._over:
                console = Console(stderr=True, highlight=False)
                self._status = console.status(Text(self._text), refresh_per_second=TIMES)
                self._status.start()

    def close(self) -> None:
        """Take the line away."""
        with self._lock:
            self._over = True
            if self._status is not None:
                self._status.stop()

    @property
    def _text(self) -> str:
        return say(f"step_{self.what}", file=self.file)

    def _say(self, what: str, file: str) -> None:
        with self._lock:
            self.what, self.file = what, file
            if self._status is not None:
                from rich.text import Text

                self._status.update(Text(self._text))


@contextmanager
def working(what: str, file: object = "", quiet: bool = False) -> Iterator[Line]:
    """Say what goes on inside while it takes long and somebody looks on; ``quiet`` says nothing in any case."""
    line = Line(what, str(file))
    if quiet or not sys.stderr.isatty():
        yield line
        return
    timer = Timer(PATIENCE, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        line.close()
