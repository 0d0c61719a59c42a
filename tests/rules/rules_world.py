"""A small world for rules to speak about: customers with purchases and contacts, and the vocabulary of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from tracker.facts.calendar import to_serial
from tracker.facts.windows import Events, Window, count, rank_percent, total
from tracker.rules import Vocabulary, evaluate, parse

SETTINGS: Mapping[str, float | str] = {
    "new_months": 3,
    "dormant_months": 3,
    "churn_months": 6,
    "frequent_contacts": 3,
    "frequent_days": 30,
    "complaint_months": 12,
    "high_value_percent": 10,
    "high_value_spend": 50_000,
    "vip_spend": 100_000,
    "medium_spend": 10_000,
    "growth_percent": 50,
    "urgent_days": 14,
    "currency": "USD",
}
VOCABULARY = Vocabulary(
    columns={
        "first_purchase": "date",
        "last_contact": "date",
        "need_by": "date",
        "need_priority": "choice",
        "core_need": "text",
        "country": "text",
        "email": "text",
        "gender": "choice",
        "lifetime_spend": "number",
        "completeness": "percent",
        "tag_value": "choice",
    },
    settings=SETTINGS,
    facts=frozenset({"deals", "months_since_touch", "days_since_touch", "open_complaints", "open_urgent"}),
    windowed=frozenset({"spend", "orders", "contacts", "complaints"}),
    headers={
        "Membership": "text",
        "Score": "number",
        "Renewal": "date",
        "Odd one": "unknown",
        "Two\nlines": "text",
        "Mine": "number",
        "Round": "number",
    },
    after={"tag_value": "tag_value", "[Mine]": "Tags", "[Round]": "Round"},
    keys={"customer id": "customer_id"},
)


def serial(text: str) -> float:
    return to_serial(date.fromisoformat(text))


@dataclass(frozen=True)
class World:
    """Facts over ``size`` customers. What is not given is blank, 0 for a fact, nothing for events."""

    size: int = 1
    day: float = serial("2024-06-30")
    columns: Mapping[str, Sequence[object]] = field(default_factory=dict)
    headers: Mapping[str, Sequence[object]] = field(default_factory=dict)
    facts: Mapping[str, Sequence[float]] = field(default_factory=dict)
    events: Mapping[str, Sequence[tuple[int, str, float]]] = field(default_factory=dict)  # customer, day, amount
    settings: Mapping[str, float | str] = field(default_factory=lambda: SETTINGS)

    def column(self, key):
        return self._array(self.columns.get(key), VOCABULARY.columns[key])

    def header(self, name):
        return self._array(self.headers.get(name), VOCABULARY.headers[name])

    def fact(self, name):
        return np.array(self.facts.get(name, [0.0] * self.size), np.float64)

    def windowed(self, name: str, window: Window):
        rows = self.events.get(name, ())
        who, when = np.array([row[0] for row in rows], np.int32), np.array([serial(row[1]) for row in rows])
        events = Events(who, when, np.array([row[2] for row in rows], np.float64))
        return total(events, window, self.size) if name == "spend" else count(events, window, self.size)

    def rank(self, window: Window):
        return rank_percent(self.windowed("spend", window))

    def setting(self, name):
        return self.settings[name]

    def _array(self, values, kind):
        if kind in ("number", "percent", "date"):
            return np.array([np.nan] * self.size if values is None else values, np.float64)
        return np.array([None] * self.size if values is None else values, object)

    def with_settings(self, **changed: float | str) -> World:
        return replace(self, settings={**self.settings, **changed})


def holds(condition: str, world: World) -> list[bool]:
    """For which customers a condition holds."""
    found = evaluate(parse(condition, VOCABULARY), world)
    assert found.dtype == np.bool_
    assert found.shape == (world.size,)
    return found.tolist()


def spent(*amounts: float, day: str = "2024-06-01") -> World:
    """One customer for each amount, who spent it on a day."""
    return World(len(amounts), events={"spend": [(who, day, amount) for who, amount in enumerate(amounts)]})
