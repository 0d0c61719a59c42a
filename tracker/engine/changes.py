"""The first day ahead on which the rules say another tag, if nothing happens in between.

One function for everybody who says such a day, so that Home and Segments never name another than ``explain`` does. Each
day up to the horizon is asked: where ranks move customers down and up again neither its end nor its middle says
enough. Kept out: which change is worth saying, and tags given by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.engine.tag_words import Given
from tracker.rules import Facts, evaluate

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Changes:
    """Of one dimension for each customer: the rule that wins today, and the day ahead of the first other tag.

    ``days`` is 0 where the tag stays; ``then`` is the rule that wins on that day (today's where it stays). A rule is
    its place in the dimension; the number of rules stands for none.
    """

    now: Places
    days: Places
    then: Places

    def falls(self) -> NDArray[np.bool_]:
        """Whose tag gives way to one further down, or to none."""
        return np.asarray((self.days > 0) & (self.then > self.now), bool)


def first_changes(given: Sequence[Given], facts: Callable[[int], Facts], horizon: int) -> tuple[Changes, ...]:
    """The first change of each dimension within a horizon of days; ``facts`` are those of so many days ahead."""
    today = facts(0)
    found = [_unchanged(winners(one, today)) for one in given]
    for day in range(1, horizon + 1):
        ahead = facts(day)
        for one, changes in zip(given, found, strict=True):
            if (changes.days == 0).any():
                _note(one, changes, winners(one, ahead), day)
        if all(changes.days.all() for changes in found):
            break
    return tuple(found)


def winners(given: Given, facts: Facts) -> Places:
    """The first rule of a dimension that holds for each customer; the number of rules where none does."""
    place = np.full(facts.size, len(given.rules), np.int64)
    for number, read in enumerate(given.rules):
        open_ = place == len(given.rules)
        if not open_.any():
            break
        place[open_ & evaluate(read.condition, facts)] = number
    return place


def _unchanged(now: Places) -> Changes:
    return Changes(now, np.zeros(len(now), np.int64), now.copy())


def _note(given: Given, changes: Changes, then: Places, day: int) -> None:
    """Put down those whose tag is another one for the first time; another rule may give the same tag."""
    tag = np.array([*(given.names.index(read.rule.tag) for read in given.rules), -1])
    fresh = (changes.days == 0) & (tag[then] != tag[changes.now])
    changes.days[fresh], changes.then[fresh] = day, then[fresh]
