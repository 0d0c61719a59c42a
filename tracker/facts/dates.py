"""Days typed as text → every moment they may mean: one for 25.12.2025, two for 03/04/2025, none for "soon".

Programs and people write a day in many ways of which most can mean one day only. Kept out: which of several is meant,
and what the other cells of a column prove (the import asks them, in sources).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

LONGEST = 60  # characters; what is longer is prose
PIVOT = 30  # of two-digit years, as Excel has it: 29 is 2029, 30 is 1930

# Full-width digits and marks, and the spaces that programs put between them.
PLAINER = str.maketrans("０１２３４５６７８９．，－／：\u3000\u00a0\u202f\u2009", "0123456789.,-/:    ")

# In English, German, French and Spanish: no word means another month in one of them than in another.
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janv janvier ene enero",
            "feb february februar févr février febrero",
            "mar march märz mär mrz mars marzo",
            "apr april avr avril abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august août ago agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember déc décembre dic diciembre",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday mo montag",
            "tue tues tuesday di dienstag",
            "wed wednesday mi mittwoch",
            "thu thur thurs thursday do donnerstag",
            "fri friday fr freitag",
            "sat saturday sa samstag",
            "sun sunday so sonntag",
        )
    )
    for name in names.split()
}

WORD = r"(?P<word>[^\W\d_]{3,10})\.?"
DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?"
YEAR = r"(?P<y>\d{4}|\d{2})"
NAMED = tuple(  # the month in words
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{DAY}[ ./-]*(?:(?:of|de) )?{WORD}[ .,/-]*(?:de )?{YEAR}",
        rf"{WORD}[ ./-]*{DAY}[ .,/-]+{YEAR}",
        rf"(?P<y>\d{{4}})[ .,/-]*{WORD}[ ./-]*{DAY}",
    )
)
YEAR_FIRST = (
    re.compile(r"(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})"),
    re.compile(r"((?:19|20)\d\d)()(\d\d)(\d\d)"),
    re.compile(r"(\d{4}) ?([年년]) ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]?"),
)
YEAR_LAST = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})")
WEEKDAY = re.compile(r"(?P<weekday>[^\W\d_]{2,10})\.?,? +(?P<rest>.+)")
CLOCK = re.compile(
    r"(?P<day>.+?)(?:T|,? +)(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)? *(?P<half>[ap]\.?m\.?)?"
    r" *(?:Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Typed:
    """What is written: the days it may be as year, month, day, be there such ones or not; the weekday, the clock."""

    days: tuple[tuple[int, int, int], ...]
    weekday: int | None
    clock: re.Match[str] | None


def moments_in(text: str) -> set[str]:
    """Every moment a text may mean: days as 2026-11-25, with a time other than midnight as 2026-11-25 14:30.

    Slashes and dashes stand between day and month in either order, dots after the day. The clock time is taken as
    written; a zone is dropped. A weekday that is told must be that of the day.
    """
    typed = _typed(text)
    return set() if typed is None else set(_moments(typed))


def is_dated(text: str) -> bool:
    """Whether a text is written as a day is, be there such a day or not: 31.02.2026."""
    return _typed(text) is not None


def _typed(text: str) -> _Typed | None:
    if len(text) > LONGEST:
        return None
    plain = " ".join(text.translate(PLAINER).split()).lstrip("'`´‘’ ").rstrip(".,; ")
    clock = CLOCK.fullmatch(plain)
    day = clock["day"] if clock else plain
    named = WEEKDAY.fullmatch(day)
    weekday = WEEKDAYS.get(named["weekday"].casefold()) if named else None
    days = tuple(_days(named["rest"] if named and weekday is not None else day))
    return _Typed(days, weekday, clock) if days else None


def _moments(typed: _Typed) -> Iterator[str]:
    for year, month, day in typed.days:
        try:
            found = date(year, month, day)
            clock = _clock(typed.clock) if typed.clock else time()
        except ValueError:
            continue
        if typed.weekday in (None, found.weekday()):
            moment = datetime.combine(found, clock)
            yield str(found) if clock == time() else moment.isoformat(" ", "seconds" if clock.second else "minutes")


def _clock(found: re.Match[str]) -> time:
    """The time of the day; ValueError where there is none."""
    hour, half = int(found["h"]), (found["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(found["h"])
    return time(hour % 12 + 12 * (half == "p") if half else hour, int(found["m"]), int(found["s"] or 0))


def _days(text: str) -> Iterator[tuple[int, int, int]]:
    """Year, month and day in every order in which they may stand there."""
    for pattern in YEAR_FIRST:
        if found := pattern.fullmatch(text):
            yield int(found[1]), int(found[3]), int(found[4])
    if found := YEAR_LAST.fullmatch(text):
        yield from _year_last(found)
    for pattern in NAMED:
        found = pattern.fullmatch(text)
        if found and found["word"].casefold() in MONTHS:
            yield _year(found["y"]), MONTHS[found["word"].casefold()], int(found["d"])


def _year_last(found: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    """Day first, and where no dots stand also month first; of two-digit numbers the first may be the year as well."""
    one, two, last = int(found[1]), int(found[3]), found[4]
    yield _year(last), two, one
    if found[2] != ".":
        yield _year(last), one, two
        if len(found[1]) == len(last) == 2:
            yield _year(found[1]), two, int(last)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < PIVOT else 1900)
