"""Follow-ups that somebody put off, with a reason: rows of the hidden table Decisions, of kind ``snooze``.

key_a is the ID of the follow-up, key_b the customer, until the day from which it is due again. Read only for what has
no day of its own to move: complaints, messages, what is to complete. Kept out: how a snooze is made (see `harvest`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracker.schema.snapshot import Snapshot, fold

TABLE, KIND, ENDED = "Decisions", "snooze", "ended"
KEYS = ("kind", "key_a", "key_b")


@dataclass(frozen=True)
class Snooze:
    """Until when a follow-up is put off, why, and its position in the table."""

    until: float
    reason: str
    at: int


def snoozes(snapshot: Snapshot) -> dict[str, Snooze]:
    """Every snooze by the folded ID of its follow-up; of several the last row counts."""
    if TABLE not in snapshot.layout:
        return {}
    kinds, ids, verdicts = (snapshot.text(TABLE, key).tolist() for key in ("kind", "key_a", "verdict"))
    until, reasons = np.floor(snapshot.number(TABLE, "until")).tolist(), snapshot.text(TABLE, "reason").tolist()
    return {
        fold(ids[at]): Snooze(until[at], reasons[at], at)
        for at in range(len(ids))
        if fold(kinds[at]) == KIND and until[at] == until[at] and fold(verdicts[at]) != ENDED
    }
