"""Who would bear another tag if settings or rules were others: the workbook's tags worked out twice and compared.

The second working out is what a refresh after that change would write. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tracker.engine.derive import derive, ready
from tracker.engine.harvest import harvest
from tracker.engine.identify import identify
from tracker.engine.tags import Tagging, tag_customers
from tracker.engine.worked import TAGGED
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot


@dataclass(frozen=True)
class Mover:
    """A customer who would move, and what they spend a year."""

    customer_id: str
    name: str
    spend: float


@dataclass(frozen=True)
class Movement:
    """Customers who would move from one tag to another, the most money first; an empty tag is none."""

    dimension: str
    dimension_name: str
    from_tag: str
    from_label: str
    to_tag: str
    to_label: str
    customers: tuple[Mover, ...]

    @property
    def spend(self) -> float:
        """What they spend a year, together."""
        return float(round(sum(one.spend for one in self.customers), 2))


@dataclass(frozen=True)
class Prospect:
    """What would move, how many customers there are, and what would be wrong with the rules that is not now."""

    movements: tuple[Movement, ...]
    customers: int
    findings: tuple[Finding, ...]


def what_if(snapshot: Snapshot, settings: Mapping[str, Any], conditions: Mapping[int, str]) -> Prospect:
    """The movements with other settings in force and other conditions, by sheet row of Rules."""
    known = identify(harvest(snapshot).snapshot).snapshot
    now, before = _tagged(known)
    _, after = _tagged(_with(known, settings, conditions))
    movements = [one for name in _dimensions(before, after) for one in _movements(now, before, after, name)]
    fresh = tuple(one for one in after.findings if one not in before.findings)
    return Prospect(tuple(movements), len(known.frames["Customers"]), fresh)


def _with(snapshot: Snapshot, settings: Mapping[str, Any], conditions: Mapping[int, str]) -> Snapshot:
    changed = replace(snapshot, settings=replace(snapshot.settings, **settings))
    if not conditions:
        return changed
    texts = snapshot.text("Rules", "condition").copy()
    for place, row in enumerate(snapshot.frames["Rules"].rows.tolist()):
        texts[place] = conditions.get(row, texts[place])
    return changed.having("Rules", {"condition": texts})


def _tagged(snapshot: Snapshot) -> tuple[Snapshot, Tagging]:
    derived = derive(snapshot, ready(snapshot.schema, frozenset(), TAGGED))
    return derived, tag_customers(derived)


def _dimensions(before: Tagging, after: Tagging) -> list[str]:
    return list(dict.fromkeys(one.dimension for tagging in (before, after) for one in tagging.given))


def _tags(tagging: Tagging, dimension: str, size: int) -> list[str]:
    found = next((one.tags for one in tagging.given if one.dimension == dimension), np.full(size, None, object))
    return [tag or "" for tag in found.tolist()]


def _movements(snapshot: Snapshot, before: Tagging, after: Tagging, dimension: str) -> list[Movement]:
    size = len(snapshot.frames["Customers"])
    spend = np.nan_to_num(snapshot.number("Customers", "spend_12m")).tolist()
    ids, names = (snapshot.text("Customers", key).tolist() for key in ("customer_id", "display_name"))
    moved: dict[tuple[str, str], list[Mover]] = {}
    pairs = zip(_tags(before, dimension, size), _tags(after, dimension, size), strict=True)
    for at, (was, will) in enumerate(pairs):
        if was != will:
            moved.setdefault((was, will), []).append(Mover(ids[at], names[at] or "", spend[at]))
    name = snapshot.words.find("choice", "dimension", dimension) or dimension
    choices = snapshot.lists.get(f"tag_{dimension}")

    def label(tag: str) -> str:
        return choices.label(tag) if choices and tag else tag

    made = [
        Movement(dimension, name, was, label(was), will, label(will), tuple(sorted(who, key=lambda one: -one.spend)))
        for (was, will), who in moved.items()
    ]
    return sorted(made, key=lambda one: (-one.spend, one.from_tag, one.to_tag))
