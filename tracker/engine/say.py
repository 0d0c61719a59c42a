"""Days, amounts and counts as the sentences of the book's language say them.

Every number that stands inside a sentence on a tool sheet passes here; numbers in cells of their own keep the cell's
format. Kept out: which sentence is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tracker.facts.calendar import from_serial
from tracker.words import Words, fill


def amount(words: Words, value: float) -> str:
    """Whole units with the thousands parted: 24,180."""
    text = f"{_whole(value):,d}"
    return text.replace(",", words.find("say", "thousands") or ",")


def signed(words: Words, value: float) -> str:
    """A whole number that always carries its sign: +41, -3, 0."""
    whole = _whole(value)
    return f"+{amount(words, whole)}" if whole > 0 else amount(words, whole)


def count(words: Words, key: str, number: float, **values: object) -> str:
    """A sentence about a number of things, in the form the language uses for that number.

    A locale gives the forms ``one`` and ``many``; one that also gives ``few`` is taken to count as Slavic ones do.
    """
    form = words.find("say", key, _form(words, key, _whole(number))) or words.at("say", key, "many")
    return fill(form, {"count": amount(words, number), **values})


def long_day(words: Words, serial: float) -> str:
    """A day with its weekday: Wednesday, 18 November 2026; empty where there is none."""
    return _day(words, serial, "long_day")


def short_day(words: Words, serial: float) -> str:
    """A day in running text: 18 Nov 2026; empty where there is none."""
    return _day(words, serial, "short_day")


def week_day(words: Words, serial: float) -> str:
    """A day of this week or the next: Wed 18 Nov; empty where there is none."""
    return _day(words, serial, "week_day")


def day_month(words: Words, serial: float) -> str:
    """A day as short as can be: 18 Nov; empty where there is none."""
    return _day(words, serial, "day_month")


def month_name(words: Words, serial: float) -> str:
    """The name of the month a day is in."""
    day = from_serial(serial)
    return words.at("say", "month", str(day.month)) if day else ""


def listed(words: Words, parts: Iterable[str]) -> str:
    """Several things in one sentence."""
    return (words.find("say", "and_next") or ", ").join(part for part in parts if part)


def _day(words: Words, serial: float, pattern: str) -> str:
    day = from_serial(serial)
    if day is None:
        return ""
    number = str(day.isoweekday())
    return words.say(
        pattern,
        day=day.day,
        year=day.year,
        month=words.at("say", "month", str(day.month)),
        month_short=words.at("say", "month_short", str(day.month)),
        weekday=words.at("say", "weekday", number),
        weekday_short=words.at("say", "weekday_short", number),
    )


def _form(words: Words, key: str, number: int) -> str:
    if not words.find("say", key, "few"):
        return "one" if number == 1 else "many"
    tens, ones = abs(number) % 100, abs(number) % 10
    if 11 <= tens <= 14 or ones == 0 or ones >= 5:
        return "many"
    return "one" if ones == 1 else "few"


def _whole(value: float) -> int:
    """Rounded half away from zero, as a cell's format rounds."""
    return int(math.copysign(math.floor(abs(value) * (1 + 4e-16) + 0.5), value))
