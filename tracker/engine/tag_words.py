"""Tags in words: the joined text that staff filter by, and the short sentence that says why.

A sentence names the rule in words and the number that decided, so that nothing is decided in secret. Kept out: which
rule holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks.rulebook import ReadRule
from tracker.engine.alike import alike
from tracker.engine.customer_facts import CustomerFacts
from tracker.facts.calendar import from_serial
from tracker.facts.same import numbered
from tracker.rules import DEFAULT_WORDS, Facts, evaluate, in_words, sides
from tracker.rules.nodes import Blank, Both, Comparison, Either, Expression, Kind, Not, OneOf, Otherwise, Text, kind_of
from tracker.rules.sentences import number_in_words
from tracker.schema.snapshot import Snapshot
from tracker.schema.tags import DIMENSIONS
from tracker.words.sentences import fitting

Texts = NDArray[np.object_]
Said = tuple[NDArray[np.int64], Sequence[str]]  # for each row the number of its text, and the texts; −1 is the last

# The order of the joined text, the most telling first. Of these dimensions everyone bears some tag: the plain ones
# would only make the text longer and are left out of it.
ORDER = ("value", "need", "care", "stage")
PLAIN = frozenset({("stage", "existing"), ("need", "routine")})


@dataclass(frozen=True, eq=False)
class Given:
    """One dimension: its rules, which of them gives each customer the tag (−1: none), the tags, and those forced.

    ``tag`` is the number of each customer's tag among the ``names``, −1 where there is none.
    """

    dimension: str
    rules: tuple[ReadRule, ...]
    rule: NDArray[np.int64]
    tag: NDArray[np.int64]
    names: tuple[str, ...]
    forced: NDArray[np.bool_]

    @property
    def tags(self) -> Texts:
        """The tags by code, None where there is none."""
        return np.array([*self.names, None], object)[self.tag]

    def labels(self, snapshot: Snapshot) -> list[str]:
        """The names as staff see them, and last an empty text for where there is none."""
        choices = snapshot.lists.get(f"tag_{self.dimension}")
        return [*(choices.label(name) if choices else name for name in self.names), ""]


def dimension_name(snapshot: Snapshot, dimension: str) -> str:
    """What a dimension is called; as Rules has it where it is staff's own."""
    return snapshot.words.find("choice", "dimension", dimension) or dimension


def tag_label(snapshot: Snapshot, dimension: str, tag: str) -> str:
    """What a tag is called; the code itself in a dimension of staff's own."""
    choices = snapshot.lists.get(f"tag_{dimension}")
    return choices.label(tag) if choices else tag


def no_tag(snapshot: Snapshot, dimension: str) -> str:
    """What having no tag of a dimension is called."""
    return snapshot.words.find("say", f"no_{dimension}") or snapshot.words.say("no_tag")


def shown(given: tuple[Given, ...]) -> tuple[Given, ...]:
    """The dimensions that stand in the joined text, in its order; staff's own come last."""
    by_name = {one.dimension: one for one in given}
    ours = [by_name[name] for name in ORDER if name in by_name]
    return (*ours, *(one for one in given if one.dimension not in DIMENSIONS))


def joined_tags(snapshot: Snapshot, given: tuple[Given, ...]) -> Texts:
    """Industry and tags joined, such as ``manufacturing-high-urgent``; None where there is nothing to say."""
    industry, (place, codes) = snapshot.lists["industry"], snapshot.groups("Customers", "industry")
    columns: list[Said] = [(place, [*(_word(industry.label(code)) for code in codes), ""])]
    for one in shown(given):
        labels = [
            "" if (one.dimension, name) in PLAIN else _word(label)
            for name, label in zip([*one.names, ""], one.labels(snapshot), strict=True)
        ]
        columns.append((one.tag, labels))
    return _joined("-", columns)


def why(snapshot: Snapshot, given: tuple[Given, ...], facts: CustomerFacts) -> Texts:
    """For each customer the sentence that explains the joined tags; None where no rule gave one."""
    columns = [_reasons(snapshot, one, facts) for one in shown(given)]
    if not columns:
        return np.full(facts.size, None, object)
    return _joined(snapshot.words.at("why", "between"), columns)


def _joined(between: str, columns: Sequence[Said]) -> Texts:
    """What each row says, joined, None where it says nothing; rows that say the same are joined once."""
    place, first = alike([code for code, _ in columns])
    parts = [np.array(texts, object)[code[first]] for code, texts in columns]
    said = [fitting(between.join(filter(None, row))) or None for row in zip(*parts, strict=True)]
    return np.array([*said, None], object)[place]


def _reasons(snapshot: Snapshot, one: Given, facts: CustomerFacts) -> Said:
    """One phrase a customer for one dimension: by hand, or by its rule; empty for a plain tag and where none holds."""
    phrases, said = [""], np.zeros(facts.size, np.int64)
    labels = dict(zip(one.names, one.labels(snapshot), strict=False))
    rule, hand = (snapshot.words.at("why", key) for key in ("rule", "override"))
    for i, read in enumerate(one.rules):
        rows = (one.rule == i) & ~one.forced
        if not rows.any() or (one.dimension, read.rule.tag) in PLAIN or isinstance(read.condition, Otherwise):
            continue
        for leaf, mask in _decisive(read.condition, rows, facts):
            place, found = _phrases(snapshot, leaf, facts, mask)
            said[mask] = len(phrases) + place
            phrases += [rule.format(tag=labels[read.rule.tag], rule=phrase) if phrase else "" for phrase in found]
    said[one.forced] = len(phrases) + one.tag[one.forced]
    return said, [*phrases, *(hand.format(tag=label) for label in labels.values())]


def reason(snapshot: Snapshot, condition: Expression, facts: Facts, at: int) -> str:
    """Why a condition holds for one of some customers: the comparison that decided, with its number or day."""
    rows = np.zeros(facts.size, bool)
    rows[at] = True
    said = [_phrases(snapshot, leaf, facts, mask) for leaf, mask in _decisive(condition, rows, facts)]
    return next((str(found[place[0]]) for place, found in said), "")


def lost_reason(snapshot: Snapshot, condition: Expression, facts: Facts, at: int) -> str:
    """Of a condition that holds no longer for one of some customers what does not, with its number or day.

    Of conditions joined by and it is the first that fails; those joined by or all fail, and each says why.
    """
    part, rows = condition, np.zeros(facts.size, bool)
    rows[at] = True
    while isinstance(part, Both):
        part = next((one for one in part.parts if not evaluate(one, facts)[at]), part.parts[-1])
    if isinstance(part, Either):
        pattern = {**DEFAULT_WORDS, **rule_words(snapshot)}["or"]
        ways = (lost_reason(snapshot, one, facts, at) for one in part.parts)
        return reduce(lambda left, right: pattern.format(left=left, right=right), ways)
    if not isinstance(part, Comparison) or _blank(sides(part, facts)[0][at]):
        return condition_words(snapshot, part)
    place, found = _phrases(snapshot, part, facts, rows)
    return str(found[place[0]])


def _blank(value: Any) -> bool:
    return bool(value is None or value == "" or value != value)


def _decisive(part: Expression, rows: NDArray[np.bool_], facts: Facts) -> list[tuple[Expression, NDArray[np.bool_]]]:
    """The comparison that decided for each of some customers for whom a condition holds.

    Of conditions joined by or it is the first that holds; of those joined by and the last, which says the most.
    """
    if isinstance(part, Either):
        found, left = [], rows
        for one in part.parts:
            mine = left & evaluate(one, facts)
            left = left & ~mine
            found += _decisive(one, mine, facts) if mine.any() else []
        return found
    return _decisive(part.parts[-1], rows, facts) if isinstance(part, Both) else [(part, rows)]


def _phrases(snapshot: Snapshot, leaf: Expression, facts: Facts, mask: NDArray[np.bool_]) -> Said:
    """A comparison in words, with the number or day that entered; one phrase for each customer of the mask."""
    words = rule_words(snapshot)
    said = in_words(_labelled(snapshot, leaf), words, _settings(snapshot))
    if not isinstance(leaf, Comparison) or leaf.operator in ("=", "contains"):
        return np.zeros(np.count_nonzero(mask), np.int64), [said]
    pattern = snapshot.words.at("why", "number")
    say = _day if kind_of(leaf.left) is Kind.DATE or leaf.operator == "within" else _number(words)
    place, found = numbered(sides(leaf, facts)[0][mask])
    return place, [pattern.format(rule=said, value=say(value)) for value in found.tolist()]


def rule_words(snapshot: Snapshot) -> Mapping[str, str]:
    """The words of conditions: those of the locale, and the headers of this workbook for its columns."""
    layout = snapshot.layout.get("Customers")
    headers = {f"name.{key}": header.lower() for key, header in (layout.headers if layout else {}).items()}
    own = {f"name.{key}": word for key, word in snapshot.words.section("why", "name").items()}
    signs = {sign: word for sign, word in snapshot.words.section("why", "sign").items() if isinstance(word, str)}
    return {**headers, **own, **signs}


def _settings(snapshot: Snapshot) -> dict[str, float | str]:
    values = {one.name: getattr(snapshot.settings, one.name) for one in fields(snapshot.settings)}
    return {key: value for key, value in values.items() if value is not None}


def condition_words(snapshot: Snapshot, condition: Expression) -> str:
    """A whole condition, or a part of it, as the workbook says it, the values of the settings in it."""
    return in_words(_labelled_parts(snapshot, condition), rule_words(snapshot), _settings(snapshot))


def _labelled_parts(snapshot: Snapshot, part: Expression) -> Expression:
    if isinstance(part, Either | Both):
        return replace(part, parts=tuple(_labelled_parts(snapshot, one) for one in part.parts))
    return (
        replace(part, part=_labelled_parts(snapshot, part.part)) if isinstance(part, Not) else _labelled(snapshot, part)
    )


def _labelled(snapshot: Snapshot, leaf: Expression) -> Expression:
    """A comparison with a choice says the label staff know."""
    name = getattr(leaf.left, "name", "") if isinstance(leaf, Comparison | OneOf | Blank) else ""
    column = snapshot.schema["Customers"].by_key.get(name)
    choices = snapshot.lists.get(column.choices) if column else None
    if choices is None:
        return leaf

    def label(node: Expression) -> Expression:
        return replace(node, value=choices.label(node.value)) if isinstance(node, Text) else node

    if isinstance(leaf, OneOf):
        return replace(leaf, choices=tuple(label(choice) for choice in leaf.choices))
    return replace(leaf, right=label(leaf.right)) if isinstance(leaf, Comparison) else leaf


def _number(words: Mapping[str, str]) -> Callable[[Any], str]:
    known = {**DEFAULT_WORDS, **words}
    return lambda value: number_in_words(round(value, 2), known) if isinstance(value, float) else str(value or "")


def _day(value: float) -> str:
    return str(from_serial(value) or "")


def _word(label: str) -> str:
    return label.lower().replace(" ", "_")
