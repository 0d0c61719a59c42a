"""What team leads keep: settings that agree, rules that can be read and reached, lists without doubles."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np

from tracker.checks.hits import address, header, hits, number_text
from tracker.checks.rulebook import Rulebook, read_rules, rules_of, vocabulary
from tracker.checks.searches import saved_searches
from tracker.model.finding import Finding, Place
from tracker.rules import RuleError, parse
from tracker.rules.nodes import Otherwise
from tracker.schema.findings import finding
from tracker.schema.lists import ALIAS_LIST, LIST_SPECS, MEANINGS, SEARCH_LIST
from tracker.schema.settings import key_groups
from tracker.schema.snapshot import Snapshot, fold

ORDERED = (  # settings of which the first may not be above the second
    ("dormant_months", "churn_months"),
    ("medium_spend", "high_value_spend"),
    ("high_value_spend", "vip_spend"),
    ("escalate_lead", "escalate_risk"),
    ("sla_hours", "response_hours"),
)


def check_settings(snapshot: Snapshot) -> Iterator[Finding]:
    """Settings, rules, lists and campaigns."""
    yield from _thresholds(snapshot)
    yield from _key_fields(snapshot)
    if "Rules" in snapshot.layout:
        yield from _rules(snapshot)
    if "Lists" in snapshot.layout:
        yield from _labels(snapshot)
        yield from _lists(snapshot)
        yield from _meanings(snapshot)
        yield from _searches(snapshot)
    blank = ~(snapshot.number("Campaigns", "cost") != 0) | ~snapshot.filled("Campaigns", "cost")
    yield from hits(snapshot, "K109", "Campaigns", "cost", blank)


def _thresholds(snapshot: Snapshot) -> Iterator[Finding]:
    for low, high in ORDERED:
        one, two = getattr(snapshot.settings, low), getattr(snapshot.settings, high)
        if one > two:
            yield setting_finding(
                snapshot, "K108", low, number_text(one), setting=low, other=high, line=number_text(two)
            )


def _key_fields(snapshot: Snapshot) -> Iterator[Finding]:
    known = {key: key for key in snapshot.schema["Customers"].keys}
    known |= {fold(header(snapshot, "Customers", key)): key for key in known}
    for part in (fold(name) for group in key_groups(snapshot.settings.key_fields) for name in group):
        if part not in known:
            near = difflib.get_close_matches(part, known, 1, 0.7)
            yield setting_finding(snapshot, "K113", "key_fields", part, known[near[0]] if near else "")


def setting_finding(
    snapshot: Snapshot, code: str, key: str, value: str, suggestion: str = "", **details: str
) -> Finding:
    """A finding at the value of a setting, or at the table when it has no row of its own; nowhere without a table."""
    layout = snapshot.layout.get("Settings")
    if layout is None:
        return finding(code, Place(row_key=key), value, suggestion, **details)
    rows = snapshot.frames["Settings"].rows[[fold(text) == key for text in snapshot.text("Settings", "key")]]
    row = int(rows[0]) if len(rows) else None
    return finding(code, layout.place("value", row, key), value, suggestion, **details)


def _rules(snapshot: Snapshot) -> Iterator[Finding]:
    book = read_rules(snapshot)
    yield from book.findings
    yield from _unreached(snapshot, book)
    layout, first = snapshot.layout["Rules"], dict[tuple[str, ...], int]()
    for rule in rules_of(snapshot):
        said = tuple(fold(text) for text in (rule.dimension, rule.tag, " ".join(rule.condition.split())))
        if not all(said) or rule.row is None:
            continue
        if said in first:
            where = address(snapshot, "Rules", "condition", first[said])
            yield finding("K105", layout.place("condition", rule.row), value=rule.condition, first=where)
        first.setdefault(said, rule.row)


def _unreached(snapshot: Snapshot, book: Rulebook) -> Iterator[Finding]:
    """Rules below one that always holds."""
    always: dict[str, int] = {}
    for read in book.rules:
        dimension, row = fold(read.rule.dimension), read.rule.row
        if row is None:
            continue
        if dimension in always:
            where = address(snapshot, "Rules", "condition", always[dimension])
            place = snapshot.layout["Rules"].place("condition", row)
            yield finding("K104", place, value=read.rule.dimension, first=where)
        elif isinstance(read.condition, Otherwise):
            always[dimension] = row


def _labels(snapshot: Snapshot) -> Iterator[Finding]:
    """Two rows of one list with one label, or with one code."""
    names, index = snapshot.text("Lists", "list"), snapshot.frames["Lists"].rows
    for key in ("label", "code"):
        first: dict[tuple[str, str], int] = {}
        for i, text in enumerate(snapshot.text("Lists", key)):
            said = fold(names[i]), fold(text)
            if not all(said) or said[0] == ALIAS_LIST or (said[0], key) == (SEARCH_LIST, "label"):
                continue
            if said in first:
                where = address(snapshot, "Lists", key, first[said])
                place = snapshot.layout["Lists"].place(key, int(index[i]))
                yield finding("K106", place, value=text, list=names[i], first=where)
            first.setdefault(said, int(index[i]))


def _lists(snapshot: Snapshot) -> Iterator[Finding]:
    """Names of lists and meanings that nothing asks for."""
    lists = {spec.name for spec in LIST_SPECS.values() if spec.on_sheet} | {ALIAS_LIST, SEARCH_LIST}
    for key, code, known in (("list", "K110", lists), ("meaning", "K111", set(MEANINGS))):
        texts = snapshot.text("Lists", key)
        folded = [fold(text) for text in texts]
        strange = np.array([bool(text) and text not in known for text in folded], bool)
        near = np.full(len(texts), "", object)
        for i in np.flatnonzero(strange).tolist():
            near[i] = next(iter(difflib.get_close_matches(folded[i], sorted(known), 1, 0.7)), "")
        yield from hits(snapshot, code, "Lists", key, strange, suggestions=near, known=", ".join(sorted(known)))


def _meanings(snapshot: Snapshot) -> Iterator[Finding]:
    """A meaning the figures rest on, which no row of its list has any more."""
    for name, choices in snapshot.lists.items():
        spec = LIST_SPECS.get(name)
        if spec is None or not spec.on_sheet:
            continue
        for meaning in dict.fromkeys(meaning for _, meaning in spec.meanings):
            if choices.values and not choices.meaning(meaning):
                place = snapshot.layout["Lists"].place("meaning")
                yield finding("K112", place, value=meaning, list=name)


def _searches(snapshot: Snapshot) -> Iterator[Finding]:
    """Searches that Lists keeps and nobody can read."""
    searches = saved_searches(snapshot)
    words = vocabulary(snapshot, tagged=True) if searches else None
    for one in searches:
        try:
            assert words is not None
            parse(one.condition, words)
        except RuleError as error:
            place = snapshot.layout["Lists"].place("label", one.row)
            details = {"reason": error.code, "at": str(error.position + 1), "said": error.message, **error.details}
            yield finding("K120", place, one.condition, error.suggestion or "", key_name=one.name, **details)
