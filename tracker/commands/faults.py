"""What may be told of a fault in tracker: where it happened, never with which values.

Messages of exceptions, arguments and local variables may hold a customer's name, so only the types of the exceptions
and the places in the code are kept. As plain text it also travels from a child process.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEEPEST = 60  # places kept of one exception


@dataclass(frozen=True)
class Fault:
    """A fault: the name of its type, and the lines a log may have of it."""

    kind: str
    lines: tuple[str, ...]


def fault_of(bug: BaseException) -> Fault:
    """What may be told of an exception and of those behind it."""
    return Fault(type(bug).__name__, tuple(_lines(bug)))


def _lines(bug: BaseException) -> Iterator[str]:
    for one in _chain(bug):
        yield f"{type(one).__module__}.{type(one).__qualname__}"
        for frame in traceback.extract_tb(one.__traceback__, limit=-DEEPEST):
            yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"


def _chain(bug: BaseException) -> Iterator[BaseException]:
    """The exception and those behind it."""
    seen: set[int] = set()
    one: BaseException | None = bug
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _short(filename: str) -> str:
    """A source file without the folders that say who runs this."""
    return "/".join(Path(filename).parts[-3:])
