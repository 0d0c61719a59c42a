"""The demo's company on a day: three hundred customers and two years of their contacts and purchases, invented.

Everything hangs on the day and the seed and nothing else, so that the demo can be a test. How it gets into a workbook
stands in `workbook`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.demo.contacts import contacts
from tracker.demo.customers import people
from tracker.demo.dirt import SPOILT, Slip, slips
from tracker.demo.draw import Dice, Person
from tracker.demo.orders import orders
from tracker.demo.rhythm import BOOK_BEGAN, WEEK
from tracker.demo.shop import CAMPAIGNS, ITEMS, TEAM
from tracker.facts.calendar import from_serial, to_serial
from tracker.model.frame import Frame
from tracker.model.plan import Value
from tracker.schema.base import BASE
from tracker.schema.snapshot import shown

URGENT, NEEDED_SOON, REFERRED = 9, 5, 34  # customers with a high need, a day it is needed by, a referrer
AGREED = (-4, -3, -1, 0, 0, 1, 2, 3, 5, 6, 8, 8, 9, 11, 12, 14, 15, 18, 20, 22, 25, 30, 33, 41, 50)  # days from the day
ROW = dict[str, Any]


@dataclass(frozen=True, eq=False)
class DemoCompany:
    """Rows by table and column key (codes, serials, texts), the cells that are spoilt afterwards, and settings.

    ``known`` says which contacts and purchases stood in the book a week before the day, plans included.
    """

    today: int
    frames: Mapping[str, Frame]
    known: Mapping[str, NDArray[np.bool_]]
    slips: tuple[Slip, ...]
    settings: Mapping[str, Value]


def company(today: date, seed: int = 7) -> DemoCompany:
    """The demo's company as of a day: Customers (300 rows), Interactions (2,000), Purchases (1,500), Team and more."""
    day = int(to_serial(today))
    dice = Dice(day, random.Random(seed))
    everybody = people(dice)
    _needs(dice, everybody)
    lines = orders(dice, everybody)
    talks = contacts(dice, everybody, lines)
    customers = _customers(dice, everybody)
    _numbered("P", "purchase_id", "purchased_at", lines)
    _numbered("I", "interaction_id", "started_at", talks)
    for line in lines:
        line["return_of"] = line["returned"]["purchase_id"] if "returned" in line else None
    _named(dice, customers, [*talks, *lines])
    tables = {
        "Customers": _complete("Customers", customers),
        "Interactions": _complete("Interactions", talks),
        "Purchases": _complete("Purchases", lines),
    }
    spoilt = slips(day, tables)
    tables |= {"Team": _team(), "Campaigns": _campaigns(day), "Lists": _lists()}
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    counters = {
        f"next_id_{name.lower()}": float(len(tables[name]) + 1) for name in ("Customers", "Interactions", "Purchases")
    }
    known = {
        "Interactions": np.array([row.get("planned") or row["started_at"] < day - WEEK + 1 for row in talks], bool),
        "Purchases": np.array([row["purchased_at"] < day - WEEK + 1 for row in lines], bool),
    }
    return DemoCompany(day, frames, known, spoilt, {**counters, "cadence_from": float(day - BOOK_BEGAN)})


def _needs(dice: Dice, everybody: list[Person]) -> None:
    """Some needs are urgent, some have a date; some customers are paused, closed, or want no calls."""
    buying = [one for one in everybody if one.persona in ("steady", "small", "key", "prospect")]
    urgent = dice.random.sample(buying, URGENT + NEEDED_SOON)
    for person in urgent[:URGENT]:
        person.row["need_priority"] = "high"
    for person in urgent[URGENT:]:
        person.row["need_by"] = float(dice.today + dice.random.randint(20, 60))
    for person in everybody:
        row, persona = person.row, person.persona
        row["deal_stage"] = {"prospect": dice.pick(("prospecting", "qualified", "quote")), "closed": "lost"}.get(
            persona
        )
        if persona == "closed":
            row |= {"status": "closed", "closed_reason": dice.pick(("Chose another supplier", "Closed down"))}
    for person in dice.random.sample([one for one in everybody if one.persona == "small"], 4):
        person.row |= {"status": "paused", "paused_until": float(dice.today + dice.random.randint(20, 80))}


def _customers(dice: Dice, everybody: list[Person]) -> list[ROW]:
    """The rows of Customers in the order they came, numbered; the row of each stands in its Person."""
    for person in everybody:
        first = person.first_event or dice.ago(3, 20)
        person.row["created_on"] = float(min(int(first), dice.today) - dice.random.randint(0, 6))
        person.row["status"] = person.row.get("status")
    everybody.sort(key=lambda person: person.row["created_on"])
    rows = [person.row for person in everybody]
    _numbered("C", "customer_id", "created_on", rows)
    for row in dice.random.sample(rows[60:], REFERRED):
        row |= {"source": "referral", "referrer_id": dice.pick(rows[:60])["customer_id"]}
    called = [person for person in everybody if person.contacts and person.row["status"] is None]
    for person, days in zip(dice.random.sample(called, len(AGREED)), AGREED, strict=True):
        if dice.today + days > max(person.contacts):
            person.row["next_followup"] = float(dice.today + days)
    return rows


def _numbered(prefix: str, key: str, day_key: str, rows: list[ROW]) -> None:
    for number, row in enumerate(rows, 1):
        row[key] = f"{prefix}{from_serial(row[day_key]):%Y%m%d}{number:03d}"


def _named(dice: Dice, customers: list[ROW], events: list[ROW]) -> None:
    """How staff wrote who it was: the name from the dropdown mostly, an ID, an e-mail, a firm."""
    spoilt = {row["customer_id"] for row in customers[:SPOILT]}
    for row in events:
        person = row["person"].row
        name, customer_id = f"{person['first_name']} {person['last_name']}", person["customer_id"]
        ways = (name, customer_id, name if customer_id in spoilt else person["email"])
        row["customer"] = dice.random.choices((*ways, person["company"] or name), (60, 28, 7, 5))[0]


def _complete(table: str, rows: list[ROW]) -> list[ROW]:
    """Rows with every column that staff fill, None where nothing was said; other keys are kept."""
    keys = [column.key for column in BASE[table].columns if not column.is_tool]
    extra = {"Purchases": {"returned": None}}.get(table, {})
    return [{**dict.fromkeys(keys), **extra, **row} for row in rows]


def _team() -> list[ROW]:
    keys = ("name", "role", "team", "lead", "daily_capacity")
    return [
        {**dict(zip(keys, one, strict=True)), "email": f"{one[0].lower()}@northbound-coffee.example", "active": "yes"}
        for one in TEAM
    ]


def _campaigns(today: int) -> list[ROW]:
    return [
        {
            "name": name,
            "start": float(today - ago),
            "end": float(today - ago + days),
            "cost": cost,
            "sent": float(sent),
            "opened": float(round(sent * opened)),
            "clicked": float(round(sent * clicked)),
        }
        for name, ago, days, cost, sent, opened, clicked in CAMPAIGNS
    ]


def _lists() -> list[ROW]:
    """The values that a new workbook cannot know: what is sold."""
    values = [("item", item.name) for item in ITEMS]
    values += [("category", category) for category in dict.fromkeys(item.category for item in ITEMS)]
    return [
        {"list": name, "code": value, "label": value, "order": float(i), "active": "yes"}
        for i, (name, value) in enumerate(values, 1)
    ]


def _frame(table: str, rows: Iterable[ROW]) -> Frame:
    """Rows as columns of the schema: float64 for numbers and days, objects for text."""
    rows = list(rows)
    columns = {}
    for column in BASE[table].columns:
        if column.is_tool or not any(row.get(column.key) is not None for row in rows):
            continue
        values = [row.get(column.key) for row in rows]
        columns[column.key] = shown(np.array(values, object)) if column.kind.is_text else np.array(values, float)
    return Frame(np.arange(len(rows)), columns)
