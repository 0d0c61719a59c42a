"""Who does it and how: an owner suggested where none is named, a channel that can be used, and whose day is full.

Owners come from Team: of the team the rules name, else of all, the one with the least to do for what a day holds.
Nothing here is written into a cell of staff: a suggestion stands on the list alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.schema.snapshot import Snapshot, fold

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]

CALLED = ("phone", "message")  # channels that need a number
SPOKEN = ("phone", "visit", "chat", "message", "video")  # channels that disturb somebody in quiet hours
NUMBERLESS, MAIL, PHONE = "newsletter", "email", "phone"
DAY = (8, 18)  # hours in which people are called: quiet hours over all of them leave none
HOURS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d\d))?")
LONGEST = 40  # characters of quiet hours that are shown


@dataclass(frozen=True)
class Member:
    """Somebody of Team who works: the name as code, the team, and how many follow-ups a day holds (None: any)."""

    name: str
    team: str
    capacity: float | None


def members(snapshot: Snapshot) -> tuple[Member, ...]:
    """The active ones of Team, in its order."""
    if "Team" not in snapshot.layout:
        return ()
    names, teams, active = (snapshot.text("Team", key).tolist() for key in ("name", "team", "active"))
    capacity = snapshot.number("Team", "daily_capacity").tolist()
    return tuple(
        Member(name.strip(), fold(team), None if most != most else most)
        for name, team, works, most in zip(names, teams, active, capacity, strict=True)
        if name.strip() and works != "no"
    )


def suggested(team: Sequence[Member], owners: Texts, wanted: Texts, customers: Positions, counts: Mask) -> Texts:
    """For each line without an owner somebody who might do it; empty where there is one, or nobody to ask.

    ``wanted`` is the team that the rules name for a line, ``counts`` which lines are work of these days. All lines of
    one customer go to one.
    """
    found = np.full(len(owners), "", object)
    load = Counter(fold(owner) for owner in owners[counts & (owners != "")])
    of_customer: dict[int, str] = {}
    able = [one for one in team if one.capacity is None or one.capacity > 0]
    for place in np.flatnonzero(owners == "").tolist() if able else ():
        customer = int(customers[place])
        if customer not in of_customer:
            mine = [one for one in able if one.team == fold(wanted[place])] if wanted[place] else []
            of_customer[customer] = min(mine or able, key=lambda one: _share(one, load)).name
        found[place] = of_customer[customer]
        load[fold(found[place])] += int(counts[place])
    return found


def _share(one: Member, load: Counter[str]) -> float:
    """How full the day of somebody is; of those without a measure as if a day held twenty."""
    return load[fold(one.name)] / (one.capacity or 20.0)


def beyond(team: Sequence[Member], owners: Texts) -> Mask:
    """Which lines are more than a day of their owner holds, in the order in which they stand."""
    most = {fold(one.name): one.capacity for one in team if one.capacity is not None}
    seen: Counter[str] = Counter()
    over = np.zeros(len(owners), bool)
    for place, owner in enumerate(map(fold, owners.tolist()) if most else ()):
        seen[owner] += 1
        over[place] = owner in most and seen[owner] > most[owner]
    return over


def channels(snapshot: Snapshot, by_rules: Texts) -> Texts:
    """For each customer the code of the channel to use: the one they prefer, else that of the rules, if it can be.

    Where it cannot (no number, no address, quiet all day, no newsletters wanted) it is the one by which they can be
    reached; nothing for who wants no contact.
    """
    preferred = snapshot.text("Customers", "preferred_channel")
    wish = np.where(preferred == "", by_rules, preferred)
    number = (snapshot.text("Customers", "phone") != "") | (snapshot.text("Customers", "phone2") != "")
    address = snapshot.text("Customers", "email") != ""
    quiet = _quiet_all_day(snapshot)
    reachable = np.where(number & ~quiet, PHONE, np.where(address, MAIL, np.where(number, PHONE, "")))
    opted = snapshot.text("Customers", "opt_out")
    lost = _any_of(wish, CALLED) & ~number | (wish == MAIL) & ~address
    lost |= quiet & _any_of(wish, SPOKEN) if quiet.any() else False
    lost |= (wish == NUMBERLESS) & (opted != "") & (opted != "none") | (wish == "")
    chosen = np.where(lost & (reachable != ""), reachable, wish).astype(object)
    chosen[snapshot.means("Customers", "opt_out", "closed")] = ""
    return chosen


def _any_of(texts: Texts, words: Sequence[str]) -> Mask:
    return np.asarray(np.logical_or.reduce([texts == word for word in words]), bool)


def quiet_hours(snapshot: Snapshot) -> Texts:
    """For each customer when not to call, as staff wrote it; empty where nothing is said."""
    texts = snapshot.text("Customers", "quiet_hours")
    said = {text: " ".join(text.split())[:LONGEST].replace(";", ",") for text in set(texts.tolist())}
    return np.array([*map(said.__getitem__, texts.tolist()), None], object)[:-1]


def _quiet_all_day(snapshot: Snapshot) -> Mask:
    texts = snapshot.text("Customers", "quiet_hours")
    full = {text: _covers(text) for text in set(texts.tolist())}
    return np.fromiter(map(full.__getitem__, texts.tolist()), bool, len(texts))


def _covers(text: str) -> bool:
    """Whether hours such as 08:00-12:00, 12-18 leave none of the day."""
    free = float(DAY[0])
    for start, end in sorted(map(_span, HOURS.findall(text))):
        if start <= free:
            free = max(free, end)
    return free >= DAY[1]


def _span(found: tuple[str, str, str, str]) -> tuple[float, float]:
    """A span in hours; one over midnight ends with the day."""
    start, end = (int(hour) + int(minute or 0) / 60 for hour, minute in (found[:2], found[2:]))
    return start, end if end > start else 24.0
