"""Dates as text → serial day numbers of Excel, read only where they can mean one day.

ISO forms, dates with the month in words and Chinese and Japanese dates are plain. ``03/04/2024`` is two dates: the
other cells of its column decide, if they agree; else the row is rejected. Dots are read day first, as wherever they are
used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from tracker.facts.amounts import Converted
from tracker.sources.table import Cell

EPOCH = datetime(1899, 12, 30)
FIRST = datetime(1900, 3, 1)  # before it Excel counts a day that never was
LAST_SERIAL = 2_958_465.99999  # 9999-12-31
AUTO = "auto"

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
SPLIT = re.compile(
    r"(?P<day>.+?)(?:[T ,]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
DAY_MONTH = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?P<word>[A-Za-z]{3,9})[ .,-]+(?P<y>\d{4})", re.IGNORECASE)
MONTH_DAY = re.compile(r"(?P<word>[A-Za-z]{3,9})[ .-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?[ ,-]+(?P<y>\d{4})", re.IGNORECASE)
MONTH_ONLY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def serial(moment: datetime) -> float:
    """A moment as Excel's number of days; the clock time stands as written, a zone is dropped."""
    gone = moment.replace(tzinfo=None, microsecond=0) - EPOCH
    return gone.days + gone.seconds / 86400


def date_reader(kind: str, form: str, cells: Iterable[Cell]) -> partial[Converted]:
    """The reader of one column: its kind (date, datetime, day_or_month), its format, and what its cells prove."""
    return partial(to_serial, kind=kind, form=form, day_first=day_first(cells) if form == AUTO else None)


def to_serial(cell: Cell, kind: str = "date", form: str = AUTO, day_first: bool | None = None) -> Converted:
    """A cell as a serial day number; reasons: not_date, ambiguous_date, date_out_of_range.

    A spreadsheet's own number is a serial already. A ``date`` loses its time; a ``day_or_month`` such as 2024-07 stays.
    """
    if isinstance(cell, str) and kind == "day_or_month" and MONTH_ONLY.fullmatch(cell):
        return cell, ""
    if isinstance(cell, float) and not isinstance(cell, bool):
        return (_whole(cell, kind), "") if 61 <= cell <= LAST_SERIAL else (None, "not_date")
    moment = _moment(cell, form, day_first)
    if isinstance(moment, str):
        return None, moment
    if moment.replace(tzinfo=None) < FIRST:
        return None, "date_out_of_range"
    return _whole(serial(moment), kind), ""


def day_first(cells: Iterable[Cell]) -> bool | None:
    """Whether a column's dates such as 13/04/2024 begin with the day, where its cells prove it; else None."""
    proofs: set[bool] = set()
    for cell in set(cells):
        found = YEAR_LAST.match(cell) if isinstance(cell, str) else None
        if found and found[2] != "." and (int(found[1]) > 12) != (int(found[3]) > 12):
            proofs.add(int(found[1]) > 12)
    return proofs.pop() if len(proofs) == 1 else None


def _whole(days: float, kind: str) -> float:
    return days if kind == "datetime" else float(int(days))


def _moment(cell: Cell, form: str, first: bool | None) -> datetime | str:
    """The moment, or the code of the reason."""
    if isinstance(cell, datetime):
        return cell
    if not isinstance(cell, str):
        return "not_date"
    try:
        return datetime.strptime(cell, form) if form != AUTO else _auto(cell, first)
    except (ValueError, OverflowError):
        return "not_date"


def _auto(text: str, first: bool | None) -> datetime | str:
    found = SPLIT.fullmatch(text)
    day = _day(found["day"].strip(), first) if found else "not_date"
    if not found or isinstance(day, str) or found["h"] is None:
        return day
    hour, half = int(found["h"]), (found["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return "not_date"
        hour = hour % 12 + (12 if half == "p" else 0)
    return day.replace(hour=hour, minute=int(found["m"]), second=int(found["s"] or 0))


def _day(text: str, first: bool | None) -> datetime | str:
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = [int(part) for part in found.groups() if part and part.isdigit()]
        return datetime(year, month, day)
    if found := DAY_MONTH.fullmatch(text) or MONTH_DAY.fullmatch(text):
        return datetime(int(found["y"]), _month(found["word"]), int(found["d"]))
    if found := YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[3]), int(found[4]), True if found[2] == "." else first)
    return "not_date"


def _month(word: str) -> int:
    """1 to 12; ValueError for no month's name."""
    if not MONTH.fullmatch(word.lower()):
        raise ValueError(word)
    return MONTHS.index(word.lower()[:3]) + 1


def _year_last(one: int, two: int, year: int, first: bool | None) -> datetime | str:
    if one > 12 or one == two:
        first = True
    elif two > 12:
        first = False
    if first is None:
        return "ambiguous_date"
    return datetime(year, two, one) if first else datetime(year, one, two)


def readable_format(form: str) -> bool:
    """Whether a map's date format is ``auto`` or one that strptime understands."""
    try:
        sample = datetime(2024, 5, 17, 13, 45)
        return form == AUTO or ("%" in form and datetime.strptime(sample.strftime(form), form) is not None)
    except (ValueError, re.error):
        return False
