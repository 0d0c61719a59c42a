"""Who is about to leave a value tag: not because of anything that happens, but because old purchases leave the window.

The workbook's own rules are asked what they would say on a later day if nothing new were bought, so that an edited rule
or a fiscal year is answered as rightly as the defaults. Kept out: tags that move up, and tags given by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alone import Alone, only
from tracker.engine.customer_facts import Ahead, Mask
from tracker.engine.tags import Tagging
from tracker.rules import Expression, Facts, evaluate
from tracker.schema.snapshot import Snapshot

HORIZON = 30  # days
DIMENSION = "value"

Places = NDArray[np.int64]
TagRule = tuple[str, Expression]  # a tag's code, and when it is given; the first that holds wins


@dataclass(frozen=True)
class Leaving:
    """A customer (position in Customers) who will lose a tag in some days, and what they spend a year."""

    position: int
    tag: str
    days: int
    spend: float


@dataclass(frozen=True)
class Going:
    """How many customers fall from their value tag within 30 days, and the biggest of them."""

    count: int = 0
    first: tuple[Leaving, ...] = ()


def value_rules(tagging: Tagging) -> list[TagRule]:
    """The rules of the value tags by which customers were tagged."""
    return [
        (read.rule.tag, read.condition) for one in tagging.given if one.dimension == DIMENSION for read in one.rules
    ]


def leaving(snapshot: Snapshot, rules: Sequence[TagRule], dated: int) -> Going:
    """Who falls from their value tag within 30 days by its rules, the ``dated`` biggest with their day."""
    if not rules or not len(snapshot.frames["Customers"]):
        return Going()
    asked = _Asked(snapshot, rules)
    given, spend = (
        snapshot.text("Customers", f"tag_{DIMENSION}"),
        np.nan_to_num(snapshot.number("Customers", "spend_12m")),
    )
    ruled = (given != "") & (asked.tags_now() == given) & ~_by_hand(snapshot)
    falling = np.flatnonzero(ruled & asked.falling())
    biggest = falling[np.argsort(-spend[falling], kind="stable")][:dated]
    days = zip(biggest.tolist(), asked.first_days(biggest), strict=True)
    return Going(len(falling), tuple(Leaving(at, str(given[at]), day, float(spend[at])) for at, day in days))


@dataclass(frozen=True, eq=False)
class _Asked:
    """What the rules say on the days ahead."""

    snapshot: Snapshot
    rules: Sequence[TagRule]

    @cached_property
    def now(self) -> Places:
        """Which rule wins for each customer today; the number of rules where none does."""
        return _winners(self.rules, Ahead(self.snapshot, 0))

    def tags_now(self) -> NDArray[np.object_]:
        """The tag of each customer today, empty where there is none."""
        return np.array([*(tag for tag, _ in self.rules), ""], object)[self.now]

    def falling(self) -> Mask:
        """Whose tag is lost by the end of the horizon."""
        return self._lost(self.now, _winners(self.rules, Ahead(self.snapshot, HORIZON)))

    def first_days(self, at: NDArray[np.int64]) -> list[int]:
        """The first day on which each of a few customers' tag is lost, found by halving."""
        few = only(self.snapshot, at)
        holds, lost = np.zeros(len(at), np.int64), np.full(len(at), HORIZON)
        while (lost - holds > 1).any():
            middle = (holds + lost) // 2
            gone = np.zeros(len(at), bool)
            for day in np.unique(middle[lost - holds > 1]).tolist():
                then = _winners(self.rules, Alone(few, day, Ahead(self.snapshot, day)))
                gone |= (middle == day) & self._lost(self.now[at], then)
            open_ = lost - holds > 1
            lost, holds = np.where(open_ & gone, middle, lost), np.where(open_ & ~gone, middle, holds)
        return [int(day) for day in lost]

    def _lost(self, now: Places, then: Places) -> Mask:
        """Whose tag has given way to one further down, or to none."""
        names = [*(tag for tag, _ in self.rules), ""]
        tag = np.array([names.index(name) for name in names])
        return np.asarray((then > now) & (tag[then] != tag[now]), bool)


def _winners(rules: Sequence[TagRule], facts: Facts) -> Places:
    """Which rule wins for each customer; the number of rules where none does."""
    place = np.full(facts.size, len(rules), np.int64)
    for i in reversed(range(len(rules))):
        place[evaluate(rules[i][1], facts)] = i
    return place


def _by_hand(snapshot: Snapshot) -> Mask:
    """Customers with an override in force."""
    over = snapshot.number("Customers", "tag_until") < snapshot.today
    return np.asarray((snapshot.text("Customers", "tag_override") != "") & ~over, bool)
