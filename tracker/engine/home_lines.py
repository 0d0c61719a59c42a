"""The five lines of Home, and the worklist as they read it.

A line is a count and the rest of its sentence; it names the first one or two, so that a lead knows whom it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tracker.engine import say
from tracker.engine.home_leaving import DIMENSION, Going
from tracker.engine.state import baseline
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.tag_words import dimension_name, tag_label
from tracker.engine.tags import Move
from tracker.facts.windows import Numbers
from tracker.model.plan import Listing, Value
from tracker.schema.snapshot import Snapshot, fold, folds
from tracker.words.sentences import shown

NAMED = 2  # how many a line names, if they fit
LONGEST = 90  # characters of a sentence that can be seen beside its count
FIRST_LOOK = 7  # days that count as new in a workbook that was never refreshed before
DATED = ("overdue", "today", "upcoming")

Line = tuple[Value, Value]


@dataclass(frozen=True, eq=False)
class Worklist:
    """The planned Follow-ups list by row."""

    snapshot: Snapshot
    listing: Listing
    beyond: int = 0  # lines that are more than the days of their owners hold

    def __len__(self) -> int:
        return max((len(values) for values in self.listing.columns.values()), default=0)

    def text(self, key: str, row: int) -> str:
        """A text cell, empty text where blank."""
        values = self.listing.columns.get(key, ())
        return str(values[row] or "") if row < len(values) else ""

    def late(self, row: int) -> float | None:
        """Days late, None where the row has no due day."""
        return self._late[row] if row < len(self._late) else None

    @cached_property
    def _late(self) -> list[float | None]:
        values = self.listing.columns.get("days_late", ())
        return [float(value) if isinstance(value, int | float) else None for value in values]

    def rows_in(self, state: str) -> list[int]:
        """The rows in a state, by its code."""
        return self._by_state.get(self.snapshot.words.choice("state", state), [])

    @cached_property
    def _by_state(self) -> dict[Value, list[int]]:
        rows: dict[Value, list[int]] = {}
        for row, value in enumerate(self.listing.columns.get("state", ())):
            rows.setdefault(value, []).append(row)
        return rows

    @cached_property
    def due(self) -> Numbers:
        """The due days of the rows that are overdue, due today or coming up."""
        days = self.listing.columns.get("due", ())
        rows = [row for state in DATED for row in self.rows_in(state) if row < len(days)]
        found = (days[row] for row in rows)
        return np.floor(np.array([float(day) for day in found if isinstance(day, int | float)], np.float64))


def five_lines(ledger: Ledger, work: Worklist, moved: Sequence[Move], going: Going) -> list[Line]:
    """Due today, overdue, new complaints, who moved with money, who is about to leave a tag."""
    lines = (_due_today(work), _overdue(work), _complaints(ledger), _moved(ledger, moved), _leaving(ledger, going))
    words = ledger.snapshot.words
    return [(float(n), text if n else words.at("label", "change", str(i))) for i, (n, text) in enumerate(lines, 1)]


def since_day(snapshot: Snapshot) -> float:
    """The day after which something is new: the last refresh of an earlier day, else a week ago."""
    since = baseline(snapshot)
    return float(snapshot.today - FIRST_LOOK) if since is None else since


def _due_today(work: Worklist) -> tuple[int, str]:
    many = len(work.rows_in("today"))
    return many, say.count(work.snapshot.words, "due_today", many)


def _overdue(work: Worklist) -> tuple[int, str]:
    words, rows = work.snapshot.words, work.rows_in("overdue")
    oldest = max(rows, key=lambda row: work.late(row) or 0.0, default=None)
    if oldest is None:
        return 0, ""
    days = say.count(words, "days", work.late(oldest) or 0.0)
    who, why = work.text("customer", oldest), work.text("why", oldest)
    return len(rows), shown(words.say("overdue_oldest", days=days, customer=who, why=why), LONGEST)


def _complaints(ledger: Ledger) -> tuple[int, str]:
    """Complaints of customers that are new since then."""
    snapshot = ledger.snapshot
    words, since = snapshot.words, since_day(snapshot)
    at = np.flatnonzero(ledger.complained & (ledger.started > since))
    at = at[np.argsort(-ledger.started[at], kind="stable")]
    names, summaries = snapshot.text("Interactions", "customer_name"), snapshot.text("Interactions", "summary")
    named = [_complaint(snapshot, names[i], summaries[i]) for i in at[:NAMED]]
    return len(at), _naming(snapshot, lambda parts: say.count(words, "new_complaints", len(at), named=parts), named)


def _complaint(snapshot: Snapshot, name: str, summary: str) -> str:
    return snapshot.words.say("complaint_one", customer=name, summary=summary) if name and summary else name or summary


def _naming(snapshot: Snapshot, sentence: Callable[[str], str], named: Sequence[str]) -> str:
    """A sentence with as many of its examples as can be seen, the first one cut short if it must be."""
    for many in range(len(named), 1, -1):
        whole = sentence(say.listed(snapshot.words, named[:many]))
        if len(whole) <= LONGEST:
            return whole
    return shown(sentence(say.listed(snapshot.words, named[:1])), LONGEST)


def _moved(ledger: Ledger, moved: Sequence[Move]) -> tuple[int, str]:
    """Customers with another tag than before, those with most money first."""
    snapshot = ledger.snapshot
    words, names = snapshot.words, _names(ledger) if moved else {}
    first: dict[str, Move] = {}
    for move in sorted(moved, key=lambda move: (-move.spend, move.dimension != DIMENSION)):
        first.setdefault(fold(move.customer_id), move)
    said = []
    for customer, move in list(first.items())[:NAMED]:
        values = {"customer": names.get(customer, move.customer_id), "spend": say.amount(words, move.spend)}
        tag = tag_label(snapshot, move.dimension, move.to_tag)
        key = "moved_one" if move.to_tag else "left_one"
        said.append(words.say(key, tag=tag, dimension=dimension_name(snapshot, move.dimension), **values))
    return len(first), _naming(snapshot, lambda parts: words.say("moved", names=parts), said)


def _leaving(ledger: Ledger, going: Going) -> tuple[int, str]:
    snapshot = ledger.snapshot
    words, names = snapshot.words, snapshot.text("Customers", "display_name")
    said = [
        words.say(
            "leaving_one",
            customer=names[one.position],
            tag=tag_label(snapshot, DIMENSION, one.tag),
            days=say.count(words, "days", one.days),
        )
        for one in going.first[:NAMED]
    ]
    return going.count, _naming(snapshot, lambda parts: words.say("leaving", names=parts), said)


def _names(ledger: Ledger) -> dict[str, str]:
    ids, names = ledger.text("customer_id"), ledger.text("display_name")
    return {key: name or typed for key, typed, name in zip(folds(ids), ids, names, strict=True)}
