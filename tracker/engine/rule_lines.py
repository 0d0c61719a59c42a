"""The Rules sheet as a list for people: each rule in words, and how many customers it gives its tag to.

Kept out: what a rule means (see `rules`) and what is wrong with it (see `checks`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from tracker.checks.rulebook import ReadRule
from tracker.engine.tag_words import Given, condition_words
from tracker.engine.worked import Worked
from tracker.rules import names_used
from tracker.schema.snapshot import Snapshot


@dataclass(frozen=True)
class RuleLine:
    """A row of Rules that can be read; ``customers`` bear the tag by it, ``by_hand`` others bear it without.

    ``settings`` are those the condition asks for, with the values in force.
    """

    dimension: str
    dimension_name: str
    tag: str
    label: str
    cell: str
    condition: str
    words: str
    cadence_days: float | None
    channel: str
    team: str
    action: str
    note: str
    settings: tuple[tuple[str, float | str], ...]
    customers: int
    by_hand: int
    spend: float


def rule_lines(worked: Worked) -> tuple[RuleLine, ...]:
    """Every rule that can be read, by dimension, in the order in which the first that holds wins."""
    spend = np.nan_to_num(worked.snapshot.number("Customers", "spend_12m"))
    return tuple(
        _line(worked.snapshot, one, number, spend) for one in worked.tagging.given for number in range(len(one.rules))
    )


def _line(snapshot: Snapshot, given: Given, number: int, spend: np.ndarray) -> RuleLine:
    read = given.rules[number]
    rule, layout = read.rule, snapshot.layout.get("Rules")
    mine = (given.rule == number) & ~given.forced
    first = next(i for i, one in enumerate(given.rules) if one.rule.tag == rule.tag)
    forced = given.forced & (given.tag == given.names.index(rule.tag)) if number == first else np.zeros(len(mine), bool)
    return RuleLine(
        given.dimension,
        snapshot.words.find("choice", "dimension", given.dimension) or given.dimension,
        rule.tag,
        given.labels(snapshot)[given.names.index(rule.tag)],
        layout.place("condition", rule.row).cell if layout and rule.row else "",
        rule.condition,
        condition_words(snapshot, read.condition),
        rule.cadence_days,
        snapshot.lists["channel"].label(rule.channel),
        rule.team,
        rule.action,
        rule.note,
        _settings(snapshot, read),
        int(np.count_nonzero(mine)),
        int(np.count_nonzero(forced)),
        float(np.sum(spend[mine | forced])),
    )


def _settings(snapshot: Snapshot, read: ReadRule) -> tuple[tuple[str, float | str], ...]:
    used = names_used(read.condition)
    values = ((one.name, getattr(snapshot.settings, one.name)) for one in fields(snapshot.settings))
    return tuple((name, value) for name, value in values if name in used and value is not None)
