"""The wickedness by itself, for tests of children alone: one that imports nothing starts in a tenth of the time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

NAME = f"{__name__}:named"
PIECE = 64 << 20


def named(question: dict[str, Any]) -> dict[str, Any]:
    """The path that was asked about; or no answer."""
    misbehave(question["path"])
    return {"path": question["path"]}


def misbehave(path: str) -> None:
    """Do what the name of a file says."""
    what = Path(path).stem
    if what == "hangs":
        while True:
            time.sleep(1)  # waits for what never comes, and leaves the processor to other tests
    if what == "eats":
        eaten = []
        while True:
            eaten.append(bytes(PIECE))  # zeros nobody touched: on a busy machine filling them would take too long
    if what == "dies":
        os.abort()
    if what == "lies":
        os.write(1, b'{"answer": "all is well"}\n')  # what a library prints is no answer
    if what == "raises":
        raise ValueError("Marsh")
    if what == "writes":
        Path(path).with_suffix(".made").write_bytes(b"x" * 10_000)
