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

from tracker.engine.consent import agreed, consented, opted_out
from tracker.schema.snapshot import Snapshot, fold

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]

CALLED = ("phone", "message")  # channels that need a number
SPOKEN = ("phone", "visit", "chat", "message", "video")  # channels that disturb somebody in quiet hours
NUMBERLESS, MAIL, PHONE = "newsletter", "email", "phone"
INSTEAD = (PHONE, MAIL)  # of a channel that cannot be used
ON_REQUEST = ("message", "video", "chat", "visit")  # instead, but only for who named them
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

    Where it cannot (no number, no address, quiet all day, not agreed to, no newsletters wanted) it is another one by
    which they can be reached and that they agreed to; nothing for who refused them all or wants no contact.
    """
    preferred = snapshot.text("Customers", "preferred_channel")
    wish = np.where(preferred == "", by_rules, preferred)
    asked = {channel: wish == channel for channel in sorted(set(wish.tolist()) - {""})}
    may = {channel: _may(snapshot, channel) for channel in {*INSTEAD, *ON_REQUEST, *asked}}
    quiet = _quiet_all_day(snapshot)
    can = {channel: _reached(snapshot, channel) for channel in may}
    calm = {channel: can[channel] & ~quiet if channel in SPOKEN else can[channel] for channel in may}
    named = [agreed(snapshot, channel, blank=False) & calm[channel] for channel in ON_REQUEST]
    found = np.full(len(wish), "", object)
    for channel, rows in (
        *((channel, rows & may[channel] & calm[channel]) for channel, rows in asked.items()),
        *((channel, may[channel] & calm[channel]) for channel in INSTEAD),
        *zip(ON_REQUEST, named, strict=True),
        (PHONE, may[PHONE] & can[PHONE]),  # better in quiet hours than never
        *((channel, rows & may[channel]) for channel, rows in asked.items()),  # somebody has to find a number
    ):
        found[(found == "") & rows] = channel
    found[snapshot.means("Customers", "opt_out", "closed")] = ""
    return found


def _may(snapshot: Snapshot, channel: str) -> Mask:
    """Who agreed to be reached by a channel; a newsletter is a mailing, and asks for more."""
    if channel == NUMBERLESS:
        return consented(snapshot, channel) & ~opted_out(snapshot)
    return agreed(snapshot, channel)


def _reached(snapshot: Snapshot, channel: str) -> Mask:
    """Who has the number or the address that a channel needs."""
    needed = ("phone", "phone2") if channel in CALLED else ("email",) if channel == MAIL else ()
    has = [snapshot.text("Customers", key) != "" for key in needed]
    return np.asarray(np.logical_or.reduce(has), bool) if has else np.ones(len(snapshot.frames["Customers"]), bool)


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
