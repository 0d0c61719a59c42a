"""How often each demo customer is called: a rough reading of the default rules, so that the worklist is believable.

Refresh decides by the Rules sheet; this only places the last contact so that most customers are inside their cadence,
some are due this week and a few are late.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tracker.demo.draw import Dice, Person
from tracker.facts.calendar import months_since
from tracker.facts.windows import Events, earliest, parse_window, rank_percent, total
from tracker.schema.settings import Settings
from tracker.schema.tags import RULES

RHYTHM = {rule.tag: rule.cadence_days for rule in RULES}
SPEND_TAGS = ("vip", "high", "potential", "medium", "low")
BOOK_BEGAN = 24  # days ago the company began to work by the book: nothing is later than that by cadence
WEEK = 7
LATE, TODAY, SOON = 11, 5, 13  # customers whose cadence ran out, runs out on the day, runs out within a week


def cadences(dice: Dice, people: list[Person], lines: list[dict[str, Any]]) -> list[int]:
    """Days between contacts for each customer, the shortest that a rule gives."""
    place = {id(person): i for i, person in enumerate(people)}
    events = Events(
        np.array([place[id(line["person"])] for line in lines], np.int32),
        np.array([line["purchased_at"] for line in lines], float),
        np.array([net(line) for line in lines], float),
    )
    values = [value_tag(*spent) for spent in zip(*_spending(events, dice.today, len(people)), strict=True)]
    first = earliest(events, parse_window("all", dice.today), len(people))
    new = months_since(first, dice.today) <= Settings().new_months
    return [int(_shortest(person, *tags)) for person, *tags in zip(people, values, new.tolist(), strict=True)]


def net(line: dict[str, Any]) -> float:
    """What a line brings, negative when it is a return."""
    amount = line["quantity"] * line["unit_price"] - (line.get("discount") or 0.0)
    return float(-amount if "returned" in line else amount)


def _spending(events: Events, today: int, size: int) -> tuple[Any, Any, Any, Any]:
    year, half, before = (total(events, parse_window(text, today), size) for text in ("12m", "6m", "6m to 12m"))
    return year, rank_percent(year), half, before


def value_tag(year: float, rank: float, half: float, before: float) -> str:
    """The value tag of a year's spending, by the default thresholds."""
    settings = Settings()
    growing = before > 0 and half >= before * (1 + settings.growth_percent / 100)
    holds = (
        year > settings.vip_spend,
        year >= settings.high_value_spend or (year > 0 and rank <= settings.high_value_percent),
        growing,
        year >= settings.medium_spend,
        year > 0,
    )
    return next((tag for tag, true in zip(SPEND_TAGS, holds, strict=True) if true), "")


def _shortest(person: Person, value: str, new: bool) -> float:
    stage = "new" if new else person.persona if person.persona in ("prospect", "at_risk") else ""
    urgent = "urgent" if person.row.get("need_priority") == "high" else ""
    found = [RHYTHM[tag] for tag in (stage, value, urgent) if tag]
    return min((days for days in found if days), default=Settings().cadence_default)


def due_in(dice: Dice, count: int, cadence: list[int]) -> list[int]:
    """For each of ``count`` customers in how many days the next contact is due; negative is late."""
    plan = [-1] * LATE + [0] * TODAY + [1] * SOON + [2] * (count - LATE - TODAY - SOON)
    dice.random.shuffle(plan)
    return [_days(dice, kind, days) for kind, days in zip(plan, cadence, strict=True)]


def _days(dice: Dice, kind: int, cadence: int) -> int:
    if kind < 0:
        return -dice.random.randint(1, min(13, BOOK_BEGAN))
    if kind == 0:
        return 0
    if kind == 1 or cadence <= WEEK + 2:
        return dice.random.randint(1, min(WEEK, cadence))
    return dice.random.randint(WEEK + 3, cadence + 2) if cadence > WEEK + 3 else cadence
