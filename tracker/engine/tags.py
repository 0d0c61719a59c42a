"""Which tags each customer bears, by the rules of the Rules sheet, and what follows from them: cadence and channel.

Inside a dimension the first rule that holds wins; an override typed by staff wins over it until its day. Kept out: how
a condition is read (checks.rulebook) and evaluated (rules), and the words for it (tag_words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks.rulebook import ReadRule, Rulebook, read_rules
from tracker.engine.customer_facts import CustomerFacts, completeness, orders_12m
from tracker.engine.moves import Move, moves
from tracker.engine.own_tags import own_before, own_tags
from tracker.engine.tag_words import Given, joined_tags, why
from tracker.model.finding import Finding
from tracker.model.plan import Fill
from tracker.rules import evaluate
from tracker.rules.nodes import Comparison, Expression, Name, OneOf, Source, Text, children
from tracker.schema.column import Kind
from tracker.schema.figures import closed
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.tags import DIMENSIONS, OWN_TAGS, Rule
from tracker.words import locales

__all__ = ["Move", "Tagging", "moves", "tag_customers"]

Texts = NDArray[np.object_]
NOBODY = -1  # no rule holds
PAUSED = "paused"
PARTS = re.compile("[;；]")


@dataclass(frozen=True, eq=False)
class Tagging:
    """The tags and figures of each row of Customers, and what the rules say to do about them."""

    columns: Mapping[str, NDArray[Any]]  # of Customers, by key
    findings: tuple[Finding, ...]
    given: tuple[Given, ...]  # by dimension, in the order of the rules
    before: Mapping[str, Texts]  # the tags as the last refresh left them, by dimension; see own_before for staff's own
    channel: Texts  # code of the channel the rules want, empty where none does
    team: Texts  # the team the rules name, empty where none does
    cadence_tag: Texts  # label of the tag whose cadence counts, empty for the cadence of the settings

    def fills(self) -> tuple[Fill, ...]:
        """The columns as fills."""
        return tuple(Fill("Customers", key, values) for key, values in self.columns.items())

    def borne(self, dimension: str) -> Texts:
        """The tags of a dimension that has a column or rules, None where there is none."""
        if dimension in DIMENSIONS:
            return self.columns[f"tag_{dimension}"]
        return next(one.tags for one in self.given if one.dimension == dimension)


def tag_customers(snapshot: Snapshot) -> Tagging:
    """The tags of every customer on the snapshot's day; rules that cannot be read are findings, the others run."""
    book = read_rules(snapshot)
    facts = CustomerFacts(snapshot)
    given = tuple(_given(name, own, facts) for name, own in coded_rules(snapshot, book).items())
    given = _overridden(snapshot, given)
    cadence, shortest, cadence_tag = _cadence(snapshot, given)
    channel, team = (_wanted(given, shortest, key) for key in ("channel", "team"))
    tags = {one.dimension: one.tags for one in given}
    nothing = np.full(facts.size, None, object)
    columns = {f"tag_{name}": tags.get(name, nothing) for name in DIMENSIONS}
    columns[OWN_TAGS] = own_tags(given, facts.size)
    columns["tags"] = joined_tags(snapshot, given)
    columns["tag_why"] = why(snapshot, given, facts)
    numbers = {
        "cadence_days": cadence,
        "orders_12m": orders_12m(facts),
        "completeness": completeness(snapshot),
    }
    ours = {name: snapshot.text("Customers", f"tag_{name}") for name in DIMENSIONS}
    before = {**ours, **own_before(snapshot, given)}
    return Tagging({**columns, **numbers}, book.findings, given, before, channel, team, cadence_tag)


def coded_rules(snapshot: Snapshot, book: Rulebook) -> dict[str, list[ReadRule]]:
    """The rules of each dimension by code, in the order of the Rules sheet."""
    return _by_dimension(_known(snapshot, one) for one in book.rules if one.rule.dimension and one.rule.tag)


def rule_codes(snapshot: Snapshot, rule: Rule) -> tuple[str, str]:
    """The dimension and the tag of a rule by code; of what no list knows as it stands."""
    dimension = _dimension(rule.dimension)
    choices = snapshot.lists.get(f"tag_{dimension}")
    return dimension, choices.codes.get(fold(rule.tag), rule.tag) if choices else rule.tag


def _known(snapshot: Snapshot, read: ReadRule) -> ReadRule:
    """A rule by codes: its dimension, its tag, and the labels of choices that its condition quotes."""
    dimension, tag = rule_codes(snapshot, read.rule)
    rule = replace(read.rule, dimension=dimension, tag=tag)
    return ReadRule(rule, coded(snapshot, read.condition))


def _dimension(text: str) -> str:
    """The code of a dimension written by code or by its label in any language; staff's own stays as it is."""
    known = {fold(words.choice("dimension", code)): code for words in locales() for code in DIMENSIONS}
    return {**known, **{code: code for code in DIMENSIONS}}.get(fold(text), text)


def coded(snapshot: Snapshot, part: Any) -> Any:
    """A condition in which every label compared with a choice column is its code."""
    if isinstance(part, Comparison) and isinstance(part.left, Text) and part.operator in ("=", "<>"):
        part = replace(part, left=part.right, right=part.left)  # "Referral" = source
    if isinstance(part, Comparison | OneOf) and isinstance(part.left, Name) and part.left.source is Source.COLUMN:
        column = snapshot.schema["Customers"][part.left.name]
        choices = snapshot.lists.get(column.choices)
        if choices is None or (part.operator == "contains" and column.kind is not Kind.CHOICES):
            return part

        def code(node: Expression) -> Expression:
            return (
                replace(node, value=choices.codes.get(fold(node.value), node.value)) if isinstance(node, Text) else node
            )

        if isinstance(part, OneOf):
            return replace(part, choices=tuple(code(choice) for choice in part.choices))
        return replace(part, right=code(part.right))
    if hasattr(part, "parts"):
        return replace(part, parts=tuple(coded(snapshot, one) for one in part.parts))
    return replace(part, part=coded(snapshot, part.part)) if hasattr(part, "part") and children(part) else part


def _by_dimension(rules: Iterable[ReadRule]) -> dict[str, list[ReadRule]]:
    """A dimension that is written in several cases is one, called as it is written first."""
    found: dict[str, list[ReadRule]] = {}
    called: dict[str, str] = {}
    for one in rules:
        name = called.setdefault(fold(one.rule.dimension), one.rule.dimension)
        found.setdefault(name, []).append(one)
    return found


def _given(dimension: str, rules: list[ReadRule], facts: CustomerFacts) -> Given:
    """The first rule of a dimension that holds for each customer."""
    rule = np.full(facts.size, NOBODY, np.int64)
    for i, one in enumerate(rules):
        open_ = rule == NOBODY
        if not open_.any():
            break
        rule[open_ & evaluate(one.condition, facts)] = i
    names = tuple(dict.fromkeys(one.rule.tag for one in rules))
    tag = np.array([*(names.index(one.rule.tag) for one in rules), NOBODY], np.int64)[rule]
    return Given(dimension, tuple(rules), rule, tag, names, np.zeros(facts.size, bool))


def _overridden(snapshot: Snapshot, given: tuple[Given, ...]) -> tuple[Given, ...]:
    """Tags that staff typed in tag_override win until tag_until; a text that is no tag changes nothing."""
    place, distinct = snapshot.groups("Customers", "tag_override")
    if not len(distinct):
        return given
    over = snapshot.number("Customers", "tag_until") < snapshot.today  # one without a last day holds until it goes
    place = np.where(over, NOBODY, place)
    known = _tag_names(snapshot, given)
    wanted = [dict(known[fold(part)] for part in PARTS.split(text) if fold(part) in known) for text in distinct]
    return tuple(_with(one, [one_text.get(one.dimension) for one_text in wanted], place) for one in given)


def _tag_names(snapshot: Snapshot, given: tuple[Given, ...]) -> dict[str, tuple[str, str]]:
    """Every way to write a tag → its dimension and code; a rule's own tag goes before one that only a list knows."""
    names: dict[str, tuple[str, str]] = {}
    for one in given:
        for rule in one.rules:
            names.setdefault(fold(rule.rule.tag), (one.dimension, rule.rule.tag))
    for one in given:
        choices = snapshot.lists.get(f"tag_{one.dimension}")
        for text, code in (choices.codes if choices else {}).items():
            names.setdefault(text, (one.dimension, code))
    return names


def _with(one: Given, wanted: list[str | None], place: NDArray[np.int64]) -> Given:
    """A dimension with the tags that staff typed; the rule that gives such a tag lends it cadence and channel.

    ``wanted`` is the tag that each different override means, and ``place`` which of them each customer has.
    """
    names = tuple(dict.fromkeys((*one.names, *filter(None, wanted))))
    typed = np.array([*(names.index(tag) if tag else NOBODY for tag in wanted), NOBODY], np.int64)[place]
    forced = typed != NOBODY
    if not forced.any():
        return one
    first: dict[str, int] = {}
    for i, read in enumerate(one.rules):
        first.setdefault(read.rule.tag, i)
    lends = np.array([*(first.get(name, NOBODY) for name in names), NOBODY], np.int64)
    rule, tag = np.where(forced, lends[typed], one.rule), np.where(forced, typed, one.tag)
    return replace(one, rule=rule, tag=tag, names=names, forced=forced)


def _cadence(snapshot: Snapshot, given: tuple[Given, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64], Texts]:
    """The shortest cadence that an applying rule gives, the dimension (its place) and the label of the tag it is of."""
    size = len(snapshot.frames["Customers"])
    days, place, label = np.full(size, np.inf), np.full(size, NOBODY, np.int64), np.full(size, "", object)
    for number, one in enumerate(given):
        mine = np.array([*(rule.rule.cadence_days or np.inf for rule in one.rules), np.inf])[one.rule]
        shorter = mine < days
        days = np.where(shorter, mine, days)
        place = np.where(shorter, number, place)
        label = np.where(shorter, np.array(one.labels(snapshot), object)[one.tag], label)
    days = np.where(np.isinf(days), snapshot.settings.cadence_default, days)
    paused = (snapshot.text("Customers", "status") == PAUSED) & np.isnan(snapshot.number("Customers", "paused_until"))
    days[closed(snapshot) | paused] = np.nan
    return days, place, label


def _wanted(given: tuple[Given, ...], shortest: NDArray[np.int64], key: str) -> Texts:
    """What the rule that gives the cadence says (channel, team), else the first rule that says anything."""
    found, fallback = np.full(len(shortest), "", object), np.full(len(shortest), "", object)
    for number, one in enumerate(given):
        wants = np.array([*(str(getattr(rule.rule, key)) for rule in one.rules), ""], object)[one.rule]
        fallback = np.where(fallback == "", wants, fallback)
        found = np.where(shortest == number, wants, found)
    return np.where(found == "", fallback, found)
