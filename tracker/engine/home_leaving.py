"""Who is about to leave a value tag: not because of anything that happens, but because old purchases leave the window.

The workbook's own rules are asked what they would say on a later day if nothing new were bought, so that an edited rule
or a fiscal year is answered as rightly as the defaults. Kept out: tags that move up, and tags given by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.engine.customer_facts import Ahead, Mask
from tracker.rules import Expression, evaluate
from tracker.schema.snapshot import Snapshot

HORIZON = 30  # days
DIMENSION = "value"

TagRule = tuple[str, Expression]  # a tag's code, and when it is given; the first that holds wins


@dataclass(frozen=True)
class Leaving:
    """A customer (position in Customers) who will lose a tag in some days, and what they spend a year."""

    position: int
    tag: str
    days: int
    spend: float


def leaving(snapshot: Snapshot, rules: Sequence[TagRule], dated: int) -> tuple[int, tuple[Leaving, ...]]:
    """How many customers fall from their value tag within 30 days, and the ``dated`` biggest of them with their day."""
    if not rules or not len(snapshot.frames["Customers"]):
        return 0, ()
    asked = _Asked(snapshot, rules)
    given, spend = (
        snapshot.text("Customers", f"tag_{DIMENSION}"),
        np.nan_to_num(snapshot.number("Customers", "spend_12m")),
    )
    ruled = (given != "") & (asked.tags(0) == given) & ~_by_hand(snapshot)
    falling = np.flatnonzero(ruled & asked.lost(HORIZON))
    biggest = falling[np.argsort(-spend[falling], kind="stable")][:dated].tolist()
    return len(falling), tuple(Leaving(at, str(given[at]), asked.first_day(at), float(spend[at])) for at in biggest)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What the rules say on the days ahead, each day asked once."""

    snapshot: Snapshot
    rules: Sequence[TagRule]
    answers: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def winners(self, ahead: int) -> NDArray[np.int64]:
        """Which rule wins for each customer some days ahead; the number of rules where none does."""
        if ahead not in self.answers:
            facts = Ahead(self.snapshot, ahead)
            place = np.full(facts.size, len(self.rules), np.int64)
            for i in reversed(range(len(self.rules))):
                place[evaluate(self.rules[i][1], facts)] = i
            self.answers[ahead] = place
        return self.answers[ahead]

    def tags(self, ahead: int) -> NDArray[np.object_]:
        """The tag of each customer some days ahead, empty where there is none."""
        return np.array([*(tag for tag, _ in self.rules), ""], object)[self.winners(ahead)]

    def lost(self, ahead: int) -> Mask:
        """Whose tag has given way to one further down, or to none."""
        then, now = self.winners(ahead), self.winners(0)
        names = [*(tag for tag, _ in self.rules), ""]
        tag = np.array([names.index(name) for name in names])
        return np.asarray((then > now) & (tag[then] != tag[now]), bool)

    def first_day(self, at: int) -> int:
        """The first day on which a customer's tag is lost, found by halving."""
        holds, lost = 0, HORIZON
        while lost - holds > 1:
            middle = (holds + lost) // 2
            if self.lost(middle)[at]:
                lost = middle
            else:
                holds = middle
        return lost


def _by_hand(snapshot: Snapshot) -> Mask:
    """Customers with an override in force."""
    over = snapshot.number("Customers", "tag_until") < snapshot.today
    return np.asarray((snapshot.text("Customers", "tag_override") != "") & ~over, bool)
