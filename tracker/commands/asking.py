"""A workbook read and worked out for a question: what is answered is what a refresh would write; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.read import read
from tracker.engine.resolve import AMBIGUOUS, UNKNOWN, Directory
from tracker.engine.worked import Worked, as_refreshed
from tracker.errors import UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.model.grid import Host
from tracker.schema.snapshot import Snapshot, fold

CANDIDATES = 5  # customers a message names


def snapshot_of(host: Host, clock: date, pin: date | None = None) -> Snapshot:
    """The snapshot of a workbook that has customers; UnreadableError for one without."""
    snapshot = read(ReadOnce(host), clock, pin)
    if "Customers" not in snapshot.layout:
        raise UnreadableError("it has no Customers table. Run: tracker doctor")
    return snapshot


def worked_of_file(path: Path, clock: date, pin: date | None = None) -> Worked:
    """A closed file worked out as of a day. Raises UnreadableError when it cannot be read."""
    with naming(path):
        return as_refreshed(snapshot_of(ClosedFile(path), clock, pin))


def customer_at(snapshot: Snapshot, text: str) -> int:
    """The position of the customer a text means, as the column Customer of a row resolves it; UsageError for none.

    The message names IDs alone: whoever asks knows the customer, and what is logged must not.
    """
    directory = Directory(snapshot)
    found, candidates = directory.find(text)
    if found >= 0:
        return found
    ids = snapshot.text("Customers", "customer_id")
    if found == AMBIGUOUS:
        raise UsageError(f"“{text}” may be any of {_several(ids, candidates)}. Give the ID of the one you mean")
    assert found == UNKNOWN
    part = _part_of_name(snapshot, text)
    near = "" if part else directory.nearest(text)
    at = directory.find(near)[0] if near else UNKNOWN
    hint = f"Perhaps {ids[at]} is meant" if at >= 0 else "Give an ID, e-mail, phone, or full name"
    hint = f"It is part of the name of {_several(ids, part)}. Give the ID" if part else hint
    raise UsageError(f"no customer is called “{text}”. {hint}")


def _several(ids: NDArray[np.object_], places: Sequence[int]) -> str:
    """The IDs of some customers, those a message has room for, and how many more there are."""
    more = f" and {len(places) - CANDIDATES} more" if len(places) > CANDIDATES else ""
    return ", ".join(str(ids[one]) for one in places[:CANDIDATES]) + more


def _part_of_name(snapshot: Snapshot, text: str) -> list[int]:
    """Where customers stand in whose name or company every word of a text is a word."""
    wanted = set(fold(text).split())
    names = zip(snapshot.text("Customers", "display_name"), snapshot.text("Customers", "company"), strict=True)
    return [at for at, both in enumerate(names) if any(wanted <= set(fold(name).split()) for name in both)]
