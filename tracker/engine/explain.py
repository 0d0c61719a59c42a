"""Why a customer bears each tag: the rule, the numbers that entered it, how far they are from its boundary, and for
how long it stays so; and the rules above it that did not hold.

Everything is asked of the workbook's own rules, today and on the days ahead, so that an edited rule is explained as
rightly as a default one. Plain data comes out; sentences and layout are the report's. The follow-up is explained in
`explain_followup`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tracker.checks.rulebook import ReadRule
from tracker.engine.alone import Alone, Customer, alone
from tracker.engine.changes import Changes, first_changes
from tracker.engine.evidence import Behind, behind
from tracker.engine.explain_followup import FollowUpStory, followup_story
from tracker.engine.tag_words import Given, condition_words
from tracker.engine.worked import Worked
from tracker.facts.calendar import from_serial
from tracker.rules import Expression, Leaf, comparisons, evaluate, sides
from tracker.rules.nodes import Comparison, Kind, Name, Source, kind_of
from tracker.schema.snapshot import Snapshot

HORIZON = 366  # days: every purchase of twelve months has left its window by then
STRICT = ("<", ">")
Value = float | date | str | None


@dataclass(frozen=True)
class Asked:
    """One comparison of a rule: in words, whether it holds, what entered, the boundary, and how far apart they are.

    ``distance`` is what is missing where it does not hold, and what is to spare where it does; ``strict`` says that
    the boundary itself does not count, ``more`` that the value is below the boundary. Of dates it is in days.
    """

    words: str
    holds: bool
    value: Value
    boundary: Value
    distance: float | None
    strict: bool
    more: bool
    behind: tuple[Behind, ...]


@dataclass(frozen=True)
class RuleStory:
    """A row of Rules: the tag it gives, where it stands, what it says, whether it holds, and what it asks."""

    tag: str
    label: str
    cell: str
    condition: str
    words: str
    holds: bool
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Change:
    """The first day on which the rules say another tag if nothing happens; an empty tag is none."""

    day: date
    days: int
    tag: str
    label: str


@dataclass(frozen=True)
class TagStory:
    """One dimension of a customer. ``rule`` is the rule that holds, also where a tag set by hand wins over it."""

    dimension: str
    name: str
    tag: str
    label: str
    by_hand: bool
    until: date | None
    reason: str
    rule: RuleStory | None
    above: tuple[RuleStory, ...]
    change: Change | None
    before: str  # the label that stands in the workbook where it is another one


@dataclass(frozen=True)
class Explanation:
    """A customer on a day: who, every tag, the follow-up, and how many rules could not be read."""

    customer_id: str
    customer_name: str
    company: str
    day: date | None
    refreshed: date | None
    tags: str
    dimensions: tuple[TagStory, ...]
    followup: FollowUpStory
    unreadable_rules: int


def explain(worked: Worked, position: int, horizon: int = HORIZON) -> Explanation:
    """Everything about the customer at a position of Customers; changes are looked for ``horizon`` days ahead."""
    snapshot = worked.snapshot
    customer = alone(snapshot, position)
    changes = first_changes(worked.tagging.given, customer.facts, horizon)
    refreshed = snapshot.state.get("figures_day")
    return Explanation(
        customer.text("customer_id"),
        customer.text("display_name"),
        customer.text("company"),
        from_serial(snapshot.today),
        from_serial(refreshed) if isinstance(refreshed, float) else None,
        customer.text("tags"),
        tuple(
            _tag_story(worked, one, customer, int(first.now[0]), _change(customer, one, first))
            for one, first in zip(worked.tagging.given, changes, strict=True)
        ),
        followup_story(worked, customer),
        len(worked.tagging.findings),
    )


def _change(customer: Customer, given: Given, changes: Changes) -> Change | None:
    """The first day ahead on which another tag of a dimension is given; None where it stays."""
    days = int(changes.days[0])
    day = from_serial(customer.whole.today + days) if days else None
    tag = _tag(given, int(changes.then[0]))
    return Change(day, days, tag, _label(customer.whole, given, tag)) if day else None


def _tag(given: Given, rule: int) -> str:
    return given.rules[rule].rule.tag if rule < len(given.rules) else ""


def _label(snapshot: Snapshot, given: Given, tag: str) -> str:
    choices = snapshot.lists.get(f"tag_{given.dimension}")
    return choices.label(tag) if choices and tag else tag


def _tag_story(worked: Worked, given: Given, customer: Customer, winner: int, change: Change | None) -> TagStory:
    snapshot, position = worked.snapshot, customer.position
    by_hand = bool(given.forced[position])
    tag = str(given.tags[position] or "")
    until = customer.number("tag_until")
    before = worked.tagging.before.get(given.dimension)
    was = str(before[position] or "") if before is not None else tag
    facts = customer.facts()
    return TagStory(
        given.dimension,
        _dimension_name(snapshot, given.dimension),
        tag,
        _label(snapshot, given, tag),
        by_hand,
        from_serial(until) if by_hand and until is not None else None,
        customer.text("tag_reason") if by_hand else "",
        _rule_story(snapshot, given, winner, facts) if winner < len(given.rules) else None,
        tuple(_rule_story(snapshot, given, i, facts) for i in range(winner)),
        change,
        (_label(snapshot, given, was) or "–") if was != tag else "",
    )


def _dimension_name(snapshot: Snapshot, dimension: str) -> str:
    return snapshot.words.find("choice", "dimension", dimension) or dimension


def _rule_story(snapshot: Snapshot, given: Given, number: int, facts: Alone) -> RuleStory:
    read: ReadRule = given.rules[number]
    layout, tag = snapshot.layout.get("Rules"), read.rule.tag
    return RuleStory(
        tag,
        _label(snapshot, given, tag),
        layout.place("condition", read.rule.row).cell if layout and read.rule.row else "",
        read.rule.condition,
        condition_words(snapshot, read.condition),
        bool(evaluate(read.condition, facts)[0]),
        tuple(asked(snapshot, leaf, facts) for leaf in comparisons(read.condition)),
    )


def asked(snapshot: Snapshot, leaf: Leaf, facts: Alone) -> Asked:
    """One comparison as it is for a customer alone."""
    left, right = (side[0] for side in sides(leaf, facts))
    numeric = isinstance(leaf, Comparison) and isinstance(left, float) and isinstance(right, float)
    holds = bool(evaluate(leaf, facts)[0])
    judged = numeric and leaf.operator not in ("<>", "contains") and not (holds and leaf.operator == "=")
    apart = abs(left - right) if judged else None
    return Asked(
        condition_words(snapshot, leaf),
        holds,
        _labelled(snapshot, _shown(left, leaf.left), leaf.left),
        _boundary(snapshot, leaf, right),
        None if apart is None or not np.isfinite(apart) else _rounded(apart, max(abs(left), abs(right))),
        leaf.operator in STRICT,
        numeric and bool(left < right),
        behind(facts, leaf.left),
    )


def _rounded(apart: float, size: float) -> float:
    """A difference without the noise below the 15 digits of what was compared."""
    return float(round(apart, 14 - int(np.floor(np.log10(size))))) if apart and size else apart


def _labelled(snapshot: Snapshot, value: Value, left: Expression) -> Value:
    """A choice of a column of ours as staff see it."""
    if not (isinstance(left, Name) and left.source is Source.COLUMN and isinstance(value, str)):
        return value
    choices = snapshot.lists.get(snapshot.schema["Customers"][left.name].choices)
    return choices.label(value) if choices else value


def _boundary(snapshot: Snapshot, leaf: Leaf, right: Any) -> Value:
    """What a value is compared with; several choices as they are written."""
    if isinstance(right, tuple):
        words = snapshot.words.find("say", "and_next") or ", "
        return words.join(str(one) for one in right)
    return _shown(right, leaf.left)


def _shown(value: Any, left: Expression) -> Value:
    """A value as data: a day where the comparison is about days; None for blank, and for a rank of nothing."""
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return from_serial(value) if kind_of(left) is Kind.DATE else float(f"{value:.15g}")
    return str(value) if value not in (None, "") else None
