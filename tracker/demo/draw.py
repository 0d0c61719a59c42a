"""The dice of the demo: the same day and seed give the same company, and people work on working days."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

FRIDAY, MONDAY_SERIAL = 4, 2  # serial 2 was a Monday
OPENS, CLOSES = 8 * 60, 17 * 60  # minutes of the day


@dataclass
class Person:
    """A customer while the demo is being invented: the row so far, and what the other steps go by."""

    persona: str
    row: dict[str, Any]
    country: str
    name: str = ""
    owner: str = ""
    first_event: float = 0.0
    contacts: list[float] = field(default_factory=list)

    def seen(self, day: float) -> None:
        """Remember the earliest day anything happened."""
        self.first_event = min(self.first_event or day, day)


@dataclass(frozen=True)
class Dice:
    """Seeded chance around one day."""

    today: int
    random: random.Random

    def ago(self, low: float, high: float) -> int:
        """A working day between ``low`` and ``high`` days before the day."""
        return workday(self.today - self.random.randint(int(low), int(high)))

    def at(self, day: float, chance_of_time: float = 0.8) -> float:
        """A day, mostly with a time inside office hours in steps of five minutes."""
        if self.random.random() > chance_of_time:
            return float(day)
        return day + self.random.randrange(OPENS, CLOSES, 5) / 1440

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def pick(self, options: Sequence[Any]) -> Any:
        """One of several."""
        return self.random.choice(options)


def workday(day: int) -> int:
    """The day itself, or the Friday before a weekend."""
    weekday = (day - MONDAY_SERIAL) % 7
    return day - max(0, weekday - FRIDAY)
