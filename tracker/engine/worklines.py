"""The worklist line by line, for whoever asks for it outside of the workbook; words of the book, codes beside them.

What stands here is what the next refresh would write on Follow-ups. Kept out: which lines there are, and their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tracker.engine.harvest import APART
from tracker.engine.worked import Worked
from tracker.facts.calendar import from_serial
from tracker.model.plan import Value
from tracker.words import Words

STATES = ("overdue", "today", "upcoming", "confirm", "complete", "not_applied")
LEVELS = ("lead", "risk")
DATED = frozenset({"action", "promise"})  # what is to be done is said in their own words
TEXTS = ("customer_id", "customer", "phone", "owner", "channel", "what", "why", "last_summary")


@dataclass(frozen=True)
class FollowUp:
    """One line: when it is due, how late it is, who, how to reach them, what for and why.

    ``kind`` is what its ID begins with (complaint, reply, action, plan, agreed, cadence, complete), ``state`` one of
    STATES, ``escalation`` one of LEVELS or empty; the other texts are those of the book's language.
    """

    followup_id: str
    kind: str
    state: str
    due: date | None
    days_late: int | None
    customer_id: str
    customer: str
    phone: str
    owner: str
    channel: str
    what: str
    why: str
    last_summary: str
    escalation: str

    @property
    def action(self) -> str:
        """What is to be done, in as few words as there are."""
        return (self.why if self.kind in DATED else "") or self.what


def worklines(worked: Worked) -> tuple[FollowUp, ...]:
    """The lines of a workbook that is worked out, in the order of the sheet; lines staff wrote themselves are none."""
    columns, words = worked.worklist.listing.columns, worked.snapshot.words
    states = _codes(words, "state", STATES)
    levels = _codes(words, "escalation", LEVELS)
    keys = ("followup_id", "state", "escalation", "due", "days_late", *TEXTS)
    return tuple(
        FollowUp(
            followup_id=_text(followup_id),
            kind=_text(followup_id).partition(APART)[0],
            state=states.get(_text(state), ""),
            due=from_serial(due) if isinstance(due, float) else None,
            days_late=int(late) if isinstance(late, float) else None,
            escalation=levels.get(_text(escalation), ""),
            **dict(zip(TEXTS, map(_text, texts), strict=True)),
        )
        for followup_id, state, escalation, due, late, *texts in zip(*(columns[key] for key in keys), strict=True)
        if _text(followup_id)
    )


def hidden(lines: Iterable[FollowUp]) -> tuple[FollowUp, ...]:
    """The lines without anything about a person: names give way to IDs, numbers and words are left out."""
    return tuple(replace(line, customer=line.customer_id, phone="", why="", last_summary="") for line in lines)


def _codes(words: Words, name: str, codes: Iterable[str]) -> dict[str, str]:
    return {words.choice(name, code): code for code in codes}


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
