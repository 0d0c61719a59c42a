"""The worklist as an iCalendar file: an all-day event a line, with an alarm in the morning.

An event has the name of the customer and what is to be done, and the ID of the follow-up; no phone, address or note.
Its UID is that of the workbook and the follow-up, so that importing twice doubles nothing, and its SEQUENCE goes up
with every save and every day, so that what moved moves (docs/decisions/0018). What was on an earlier file and is done
since stands in the new one as cancelled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration

from tracker.engine.worklines import FollowUp
from tracker.words import Words, fill
from tracker.words.visible import visible

PRODUCT = "-//tracker-workbook//follow-ups//EN"
ALARM = timedelta(hours=9)  # after the midnight with which the day begins
SEQUENCE_FROM = datetime(2020, 1, 1, tzinfo=UTC)  # a SEQUENCE has 31 bits: seconds since then last until 2088
LARGEST = 2**31 - 1
REMEMBERED = timedelta(days=60)  # for how long a calendar is told that an event is cancelled


@dataclass(frozen=True)
class Edition:
    """What a calendar is made of beside its lines: the workbook, its day, and when it was saved (with its zone)."""

    workbook_id: str
    file: str
    day: date
    saved: datetime

    @property
    def sequence(self) -> int:
        """Greater after each save and on each later day, whatever else is the same: the seconds, and the days."""
        seconds = int((self.saved - SEQUENCE_FROM).total_seconds())
        return min(max(0, seconds + (self.day - SEQUENCE_FROM.date()).days), LARGEST)

    @property
    def domain(self) -> str:
        """What the UIDs of its events end with."""
        return self.workbook_id or "tracker"


def calendar(
    lines: Iterable[FollowUp], edition: Edition, words: Words, earlier: bytes = b"", still: Collection[str] = ()
) -> bytes:
    """The lines that have a day as a calendar; of what stands in an ``earlier`` file cancelled what is gone since.

    ``still`` are the IDs of all follow-ups there are, also those that are not to be in this calendar.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", _clean(fill(words.at("calendar", "name"), {"file": edition.file})))
    dated = [line for line in lines if line.due is not None]
    uids = _uids([line.followup_id for line in dated], edition.domain)
    for line, uid in zip(dated, uids, strict=True):
        made.add_component(_event(line, uid, edition, words))
    there = {*uids, *_uids(sorted(still), edition.domain)}
    for gone in _gone(earlier, there, edition):
        made.add_component(gone)
    return bytes(made.to_ical())


def is_ours(data: bytes, workbook_id: str) -> bool:
    """Whether a file is a calendar that was made of this workbook: the only one that a new one may replace."""
    try:
        found = Calendar.from_ical(data)
    except (ValueError, IndexError, KeyError, TypeError):
        return False
    domain = Edition(workbook_id, "", date.min, SEQUENCE_FROM).domain
    mine = all(str(one.get("uid")).endswith(f"@{domain}") for one in _events(found))
    return mine and str(found.get("prodid")) == PRODUCT


def _uids(ids: Sequence[str], domain: str) -> list[str]:
    """A UID for each follow-up; where two rows share an ID their follow-ups do, and the second one is numbered."""
    seen: Counter[str] = Counter()
    made = []
    for one in ids:
        seen[one] += 1
        number = f"#{seen[one]}" if seen[one] > 1 else ""
        made.append(_clean(f"{one}{number}@{domain}"))
    return made


def _clean(text: str) -> str:
    """Text of a workbook on one line, without what a calendar does not allow."""
    return visible(" ".join(text.split())).encode("utf-8", "replace").decode()


def _event(line: FollowUp, uid: str, edition: Edition, words: Words) -> Event:
    """One line; what is late stands on the day of the calendar, since nobody looks at days gone by."""
    assert line.due is not None
    day = max(line.due, edition.day)
    named = {"customer": line.customer or line.customer_id, "action": line.action}
    title = _clean(fill(words.at("calendar", "title"), named))
    late = edition.day - line.due
    about = {"id": line.followup_id, "file": edition.file, "due": line.due}
    said = _clean(fill(words.at("calendar", "about_late" if late > timedelta() else "about"), about))
    made = Event()
    made.add("uid", uid)
    made.add("sequence", edition.sequence)
    made.add("dtstamp", edition.saved)
    made.add("dtstart", day)
    made.add("dtend", day + timedelta(days=1))
    made.add("summary", title)
    made.add("description", said)
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")  # a call to make keeps nobody from a meeting
    made.add_component(_alarm(title))
    return made


def _alarm(title: str) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", title)
    made.add("trigger", vDuration(ALARM))
    return made


def _events(found: Calendar) -> Iterator[Event]:
    return (one for one in found.walk("VEVENT") if isinstance(one, Event))


def _gone(earlier: bytes, there: Collection[str], edition: Edition) -> Iterator[Event]:
    """The events of an earlier calendar of this workbook that stand for nothing any more, as cancelled."""
    for one in _events(Calendar.from_ical(earlier)) if earlier else ():
        day = one.decoded("dtstart")
        if str(one["uid"]) in there or edition.day - day > REMEMBERED:
            continue
        made = Event()
        for name in ("uid", "dtstart", "dtend", "summary", "class", "transp"):
            made.add(name, one[name])
        cancelled = str(one.get("status", "")) == "CANCELLED"
        made.add("sequence", one["sequence"] if cancelled else edition.sequence)
        made.add("dtstamp", one.decoded("dtstamp") if cancelled else edition.saved)
        made.add("status", "CANCELLED")
        yield made
