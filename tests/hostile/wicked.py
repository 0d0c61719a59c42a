"""Work for a guarded child that does the real thing, but for files whose name says how they break what reads them."""

from __future__ import annotations

from wicked_alone import misbehave

from tracker.commands.examine import answered
from tracker.commands.guarded import Plain

NAME = f"{__name__}:checked"


def checked(question: Plain) -> Plain:
    """The real answer; or none."""
    misbehave(question["path"])
    return answered(question)
