"""What the demo's people said to each other: calls, visits and mails, complaints and their settling, plans, news."""

from __future__ import annotations

from typing import Any

from tracker.demo.draw import Dice, Person, workday
from tracker.demo.rhythm import cadences, due_in
from tracker.demo.shop import ACTIONS, CAMPAIGNS, COMPLAINTS, ITEMS, PROMISES, TALKS, TEAM

INTERACTIONS = 2_000
SILENT = ("at_risk", "untouched", "closed")  # not called by cadence
BEGAN = 720  # days of history
SETTLED, OPEN, NO_RETURN_VISIT = 46, 3, 2  # complaints
UNANSWERED, PASSED_PLANS, PROMISED = 4, 2, 3
BURSTS = 6
OPEN_ACTIONS = (-9, -4, -2, 0, 0, 1, 2, 3, 5, 6, 9, 12)  # due in so many days
TALK_CHANNELS = ("phone", "phone", "phone", "email", "email", "visit", "video", "message")
SENTIMENTS = ("positive", "positive", "positive", "neutral", "neutral", "negative")
EVENING = 0.75  # no answer of today is later
ROW = dict[str, Any]


def contacts(dice: Dice, people: list[Person], lines: list[ROW]) -> list[ROW]:
    """The rows of Interactions, oldest first, each with its Person under ``person``."""
    rows = _talks(dice, people, lines)
    rows += _silent(dice, people)
    regular = [person for person in people if person.persona not in SILENT and person.contacts]
    rows += _complaints(dice, [person for person in regular if person.persona not in ("prospect", "new")])
    rows += _unanswered(dice, regular) + _passed_plans(dice, regular)
    _actions(dice, [row for row in rows if dice.today - 40 < row["started_at"] < dice.today])
    rows.sort(key=lambda row: row["started_at"])
    surplus = len(rows) - INTERACTIONS
    rows = rows[max(0, surplus) :] + _newsletters(dice, people, max(0, -surplus))
    rows.sort(key=lambda row: row["started_at"])
    return rows


def _talks(dice: Dice, people: list[Person], lines: list[ROW]) -> list[ROW]:
    """The ordinary calls and visits: backwards from a last contact that leaves the right number of days to the next."""
    pairs = [pair for pair in zip(people, cadences(dice, people, lines), strict=True) if pair[0].persona not in SILENT]
    due = due_in(dice, len(pairs), [cadence for _, cadence in pairs])
    rows = []
    for (person, cadence), days in zip(pairs, due, strict=True):
        day = min(workday(dice.today + days - cadence), dice.today)
        earliest = max(dice.today - BEGAN, person.first_event - 30) if person.first_event else dice.today - 150
        while day >= earliest or not person.contacts:
            rows.append(_talk(dice, person, day))
            gap = max(16, cadence) * (0.85 if person.persona in ("vip", "key") else 1.35)
            day = workday(int(day - dice.random.uniform(0.6, 1.5) * gap - 2))
    return rows + _bursts(dice, people)


def _bursts(dice: Dice, people: list[Person]) -> list[ROW]:
    """Some customers have been spoken to again and again these weeks."""
    lately = [one for one in people if one.contacts and max(one.contacts) > dice.today - 14]
    chosen = [one for one in lately if one.persona in ("vip", "key", "growing")][:BURSTS]
    days = [(one, max(one.contacts) - back) for one in chosen for back in (4, 9, 15)]
    return [_talk(dice, one, workday(int(day))) for one, day in days]


def _talk(dice: Dice, person: Person, day: int) -> ROW:
    """One contact that counts."""
    purpose, words = dice.pick(TALKS)
    channel = "visit" if purpose == "visit" else dice.pick(TALK_CHANNELS)
    started = dice.at(day)
    inbound = purpose != "visit" and dice.chance(0.3)
    row: ROW = {
        "person": person,
        "started_at": started,
        "channel": channel,
        "direction": "inbound" if inbound else None,
        "purpose": purpose,
        "summary": words.format(item=dice.pick(ITEMS).name),
        "responded_at": min(started + dice.random.randint(1, 30) / 24, dice.today + EVENING) if inbound else None,
        "ended_at": started + dice.random.randrange(5, 55, 5) / 1440 if channel == "phone" and started % 1 else None,
        "logged_by": person.owner if dice.chance(0.85) else dice.pick(TEAM)[0],
        "sentiment": dice.pick(SENTIMENTS) if dice.chance(0.35) else None,
        "csat": float(dice.pick((5, 5, 5, 4, 4, 4, 3, 2))) if dice.chance(0.2) else None,
        "nps": float(dice.pick((10, 10, 9, 9, 9, 8, 8, 7, 6, 4))) if dice.chance(0.18) else None,
    }
    if dice.chance(0.14) and day < dice.today - 20:
        due = workday(day + dice.random.randint(2, 9))
        row |= _action(dice, person, due, float(due))
    _noted(person, day)
    return row


def _noted(person: Person, day: float) -> None:
    person.contacts.append(day)
    person.seen(day)


def _action(dice: Dice, person: Person, due: float, done: float | None) -> ROW:
    return {"action": dice.pick(ACTIONS), "action_owner": person.owner, "action_due": due, "action_done_on": done}


def _silent(dice: Dice, people: list[Person]) -> list[ROW]:
    """Old contacts of those nobody calls, and the first calls planned with some of them and some others."""
    rows = []
    for persona, low, high in (("at_risk", 190, 420), ("closed", 240, 500)):
        for person in (one for one in people if one.persona == persona):
            for _ in range(dice.random.randint(1, 4)):
                rows.append(_talk(dice, person, dice.ago(low, high)))
    waiting = {
        persona: [one for one in people if one.persona == persona] for persona in ("at_risk", "untouched", "key")
    }
    planned = waiting["at_risk"][:9] + waiting["untouched"][:5] + waiting["key"][:5]
    for person in planned:
        day = _coming(dice.today + dice.random.randint(1, 14))
        rows.append(_plan(dice, person, day + dice.random.randrange(36, 64) / 96))
    return rows


def _coming(day: int) -> int:
    """The day itself, or the Monday after a weekend."""
    return day if workday(day) == day else workday(day) + 3


def _plan(dice: Dice, person: Person, started: float) -> ROW:
    return {
        "person": person,
        "started_at": started,
        "channel": dice.pick(("visit", "visit", "phone", "video")),
        "purpose": "visit",
        "summary": f"Planned: taste {dice.pick(ITEMS[:4]).name}",
        "logged_by": person.owner,
        "planned": True,
    }


def _complaints(dice: Dice, people: list[Person]) -> list[ROW]:
    """Complaints that were settled and followed by a return visit, some still open, some without the visit."""
    chosen = dice.random.sample(people, SETTLED + OPEN + NO_RETURN_VISIT)
    rows: list[ROW] = []
    for person in chosen[:SETTLED]:
        day = dice.ago(25, 640)
        settled = min(workday(day + dice.random.randint(1, 9)), dice.today - 8)
        rows.append(_complaint(dice, person, day, settled))
        visit = _talk(dice, person, _coming(settled + dice.random.randint(2, 5)))
        rows.append(
            visit | {"direction": None, "responded_at": None, "purpose": "check_in", "summary": "Settled; satisfied"}
        )
    for person in chosen[SETTLED : SETTLED + OPEN]:
        rows.append(_complaint(dice, person, dice.ago(1, 6), None) | {"urgent": "yes"})
    for person in chosen[SETTLED + OPEN :]:
        rows.append(_complaint(dice, person, dice.ago(6, 9), workday(dice.today - 2)))
    return rows


def _complaint(dice: Dice, person: Person, day: int, settled: int | None) -> ROW:
    row = _talk(dice, person, day)
    words = dice.pick(COMPLAINTS).format(item=dice.pick(ITEMS).name)
    row |= {"purpose": "complaint", "summary": words, "sentiment": "negative", "direction": "inbound"}
    row |= {"responded_at": row["started_at"] + 0.125, "nps": None, "csat": None, "channel": "phone"}
    return row | {"resolved_on": None if settled is None else float(settled), "concerns": words}


def _unanswered(dice: Dice, people: list[Person]) -> list[ROW]:
    """Mails that wait for an answer, one of them urgent."""
    rows = []
    for i, person in enumerate(dice.random.sample(people, UNANSWERED)):
        rows.append(
            {
                "person": person,
                "started_at": dice.ago(1, 6) + 0.4,
                "channel": "email",
                "direction": "inbound",
                "purpose": dice.pick(("enquiry", "quote")),
                "summary": f"Asks for a price on {dice.pick(ITEMS).name}",
                "urgent": "yes" if i == 0 else None,
                "logged_by": person.owner,
            }
        )
    return rows


def _passed_plans(dice: Dice, people: list[Person]) -> list[ROW]:
    """Planned visits whose day went by without a word."""
    chosen = dice.random.sample(people, PASSED_PLANS)
    return [_plan(dice, person, dice.ago(2, 5) + 0.5) | {"summary": None} for person in chosen]


def _actions(dice: Dice, recent: list[ROW]) -> None:
    """Some of the latest talks left something to do; some of it was promised."""
    talks = [row for row in recent if row.get("purpose") not in ("complaint", None) and "ended_at" in row]
    for i, (row, days) in enumerate(zip(dice.random.sample(talks, len(OPEN_ACTIONS)), OPEN_ACTIONS, strict=True)):
        row |= _action(dice, row["person"], float(workday(dice.today + days) if days else dice.today), None)
        if i % (len(OPEN_ACTIONS) // PROMISED) == 1:
            row["commitments"] = dice.pick(PROMISES)


def _newsletters(dice: Dice, people: list[Person], count: int) -> list[ROW]:
    """News by mail, from campaigns; they do not count as contact."""
    rows: list[ROW] = []
    readers = [person for person in people if person.persona not in ("closed", "untouched")]
    for i in range(count):
        name, began, days, *_ = CAMPAIGNS[i % len(CAMPAIGNS)]
        person = dice.pick(readers)
        day = float(workday(dice.today - began + dice.random.randrange(days)))
        row = {"person": person, "started_at": day, "channel": "newsletter", "purpose": "marketing", "campaign": name}
        person.seen(day)
        rows.append(row | {"summary": f"Newsletter: {name}", "logged_by": TEAM[-1][0]})
    return rows
