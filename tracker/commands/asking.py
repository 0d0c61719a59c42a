"""A workbook read and worked out for a question: what is answered is what a refresh would write; nothing is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.read import read
from tracker.engine.resolve import AMBIGUOUS, UNKNOWN, Directory
from tracker.engine.worked import Worked, as_refreshed
from tracker.errors import UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.model.grid import Host
from tracker.schema.snapshot import Snapshot

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
        named = ", ".join(str(ids[one]) for one in candidates[:CANDIDATES])
        more = f" and {len(candidates) - CANDIDATES} more" if len(candidates) > CANDIDATES else ""
        raise UsageError(f"“{text}” may be any of {named}{more}. Give the ID of the one you mean")
    assert found == UNKNOWN
    near = directory.nearest(text)
    at = directory.find(near)[0] if near else UNKNOWN
    hint = f"Perhaps {ids[at]} is meant" if at >= 0 else "Give an ID, e-mail, phone, or full name"
    raise UsageError(f"no customer is called “{text}”. {hint}")
