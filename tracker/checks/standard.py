"""A workbook beside the company's standard: which of its settings, rules and list values are not the company's.

A standard says something of some settings and lists, and of the rules as a whole or not at all; what it does not name
is each workbook's own. So are its identity and the days it counts from. Kept out: how a standard is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from tracker.checks.hits import day_text, number_text
from tracker.checks.rulebook import rules_of
from tracker.checks.settings import setting_finding
from tracker.model.finding import Finding
from tracker.rules import RuleError
from tracker.rules.tokens import tokens
from tracker.schema.findings import finding
from tracker.schema.lists import ALIAS_LIST, LIST_SPECS
from tracker.schema.settings import OF_THE_BOOK, SETTINGS, Setting, SettingKind, Settings, key_groups, weekend_mask
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.tags import Rule

Value: TypeAlias = float | str | None
Name: TypeAlias = tuple[str, str, int]  # of a rule: dimension, tag, and which of several for that tag it is
COMPARED = ("condition", "cadence_days", "channel", "team", "action")  # of a rule; a note decides nothing
NO = ("no", "false")


@dataclass(frozen=True)
class Kept:
    """A value of a list as it is kept: its code, whether it is offered, what it means; None where nothing is said."""

    code: str
    active: bool | None = True
    meaning: str | None = ""
    row: int | None = None


@dataclass(frozen=True)
class Standard:
    """What a company wants alike in its workbooks; ``rules`` None: nothing is said of them."""

    settings: Mapping[str, Value] = field(default_factory=dict)
    rules: tuple[Rule, ...] | None = None
    lists: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)


DEFAULTS = Standard({one.key: one.default for one in SETTINGS if one.key not in OF_THE_BOOK})


def standard_of(snapshot: Snapshot) -> Standard:
    """A workbook as a standard: all its settings, its rules, and the lists it has rows of."""
    settings = {key: getattr(snapshot.settings, key) for key in DEFAULTS.settings}
    return Standard(settings, _rules(snapshot) if "Rules" in snapshot.layout else None, _lists(snapshot))


def as_standard(plain: Mapping[str, Any]) -> Standard:
    """The standard that ``dataclasses.asdict`` made plain data of."""
    rules = plain["rules"]
    lists = {name: tuple(Kept(**one) for one in kept) for name, kept in plain["lists"].items()}
    return Standard(plain["settings"], None if rules is None else tuple(Rule(**one) for one in rules), lists)


def against(standard: Standard) -> Callable[[Snapshot], Iterator[Finding]]:
    """`check_standard` as a check of its own, for one standard."""

    def check_against_standard(snapshot: Snapshot) -> Iterator[Finding]:
        return check_standard(snapshot, standard)

    return check_against_standard


def differing(settings: Settings, standard: Standard) -> list[str]:
    """The keys of the settings that are not the standard's, in the order of the sheet."""
    said = standard.settings
    return [one.key for one in SETTINGS if one.key in said and _differs(one, getattr(settings, one.key), said[one.key])]


def check_standard(snapshot: Snapshot, standard: Standard) -> Iterator[Finding]:
    """Every setting, rule and list value that is not the standard's; nothing of a table that is missing."""
    if "Settings" in snapshot.layout:
        for key in differing(snapshot.settings, standard):
            one, other = (_shown(snapshot, key, value) for value in _pair(snapshot.settings, standard, key))
            yield setting_finding(snapshot, "K115", key, one, other, setting=key, standard=other)
    if standard.rules is not None and "Rules" in snapshot.layout:
        yield from _other_rules(snapshot, standard.rules)
    if "Lists" in snapshot.layout:
        yield from _other_lists(snapshot, standard.lists)


# Settings.


def _differs(setting: Setting, one: Value, other: Value) -> bool:
    return _meant(setting, one) != _meant(setting, other)


def _meant(setting: Setting, value: Value) -> object:
    """What a value means, however it is spelled."""
    if not isinstance(value, str):
        return value
    if setting.key == "workdays":
        return weekend_mask(value) or fold(value)
    if setting.key == "key_fields":
        return {frozenset(map(fold, group)) for group in key_groups(value)}
    return "".join(value.split()).casefold()


def _pair(settings: Settings, standard: Standard, key: str) -> tuple[Value, Value]:
    return getattr(settings, key), standard.settings[key]


def _shown(snapshot: Snapshot, key: str, value: Value) -> str:
    """A value as the sheet shows it."""
    setting = next(one for one in SETTINGS if one.key == key)
    if setting.choices:
        return snapshot.words.choice(key, str(value))
    if isinstance(value, str) or value is None:
        return value or ""
    return day_text(value) if setting.kind is SettingKind.DATE else number_text(value)


# Rules.


def _rules(snapshot: Snapshot) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules_of(snapshot) if rule.dimension and rule.condition)


def _other_rules(snapshot: Snapshot, standard: Sequence[Rule]) -> Iterator[Finding]:
    here = _numbered(_rules(snapshot))
    there = _numbered(standard)
    for name, rule in there.items():
        if name not in here:
            yield _rule(snapshot, rule, "missing", "condition", None, rule.condition)
        else:
            yield from _changed(snapshot, here[name], rule)
    for name in here.keys() - there.keys():
        yield _rule(snapshot, here[name], "added", "condition", here[name].row, here[name].condition)
    for name in _moved(list(here), list(there)):
        yield _rule(snapshot, here[name], "moved", "tag", here[name].row, here[name].tag)


def _numbered(rules: Iterable[Rule]) -> dict[Name, Rule]:
    """Rules by their names."""
    found: dict[Name, Rule] = {}
    for rule in rules:
        dimension, tag = fold(rule.dimension), fold(rule.tag)
        number = sum(name[:2] == (dimension, tag) for name in found)
        found[dimension, tag, number] = rule
    return found


def _changed(snapshot: Snapshot, here: Rule, there: Rule) -> Iterator[Finding]:
    for key in COMPARED:
        one, other = getattr(here, key), getattr(there, key)
        if _said(key, one) != _said(key, other):
            value, wanted = (_cell(snapshot, key, each) for each in (one, other))
            yield _rule(snapshot, here, "changed", key, here.row, value, wanted)


def _moved(here: Sequence[Name], there: Sequence[Name]) -> Iterator[Name]:
    """Rules of both that stand in another order inside their dimension, where the first that holds wins."""
    both = set(here) & set(there)
    for dimension in dict.fromkeys(name[0] for name in here):
        one = [name for name in here if name[0] == dimension and name in both]
        other = [name for name in there if name[0] == dimension and name in both]
        blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        in_order = {place for block in blocks for place in range(block.a, block.a + block.size)}
        yield from (name for place, name in enumerate(one) if place not in in_order)


def _said(key: str, value: float | str | None) -> object:
    """What a cell of a rule says, however it is spaced."""
    if key != "condition":
        return fold(value) if isinstance(value, str) else value
    try:
        return [(one.sort, one.text.casefold()) for one in tokens(str(value))]
    except RuleError:
        return fold(str(value))


def _cell(snapshot: Snapshot, key: str, value: float | str | None) -> str:
    if not isinstance(value, str):
        return "" if value is None else number_text(value)
    channels = snapshot.lists.get("channel")
    return channels.label(value) if key == "channel" and channels else value


def _rule(snapshot: Snapshot, rule: Rule, how: str, key: str, row: int | None, value: str, wanted: str = "") -> Finding:
    place = snapshot.layout["Rules"].place(key, row)
    said = {"dimension": rule.dimension, "tag": rule.tag, "standard": wanted}
    return finding("K116", place, value, wanted, how=how, **said)


# Lists.


def _lists(snapshot: Snapshot) -> dict[str, tuple[Kept, ...]]:
    """The lists of the sheet by name, as their rows keep them; a row without a code is its own."""
    if "Lists" not in snapshot.layout:
        return {}
    found: dict[str, list[Kept]] = {}
    texts = {key: snapshot.text("Lists", key) for key in ("list", "code", "label", "active", "meaning")}
    for i, row in enumerate(snapshot.frames["Lists"].rows.tolist()):
        name, code = fold(texts["list"][i]), (texts["code"][i] or texts["label"][i]).strip()
        if name and code and name != ALIAS_LIST:
            kept = Kept(code, fold(texts["active"][i]) not in NO, fold(texts["meaning"][i]), row)
            found.setdefault(name, []).append(kept)
    return {name: tuple(rows) for name, rows in found.items()}


def _other_lists(snapshot: Snapshot, standard: Mapping[str, tuple[Kept, ...]]) -> Iterator[Finding]:
    kept = _lists(snapshot)
    for name, wanted in standard.items():
        here = {fold(one.code): one for one in reversed(kept.get(name) or _defaults(name))}
        there = {fold(one.code): one for one in wanted}
        for code, one in there.items():
            if code in here:
                yield from _other_value(snapshot, name, here[code], one)
            else:
                yield _value(snapshot, name, "missing", "code", Kept(one.code), one.code)
        for code in here.keys() - there.keys():
            yield _value(snapshot, name, "added", "code", here[code], here[code].code)


def _other_value(snapshot: Snapshot, name: str, here: Kept, there: Kept) -> Iterator[Finding]:
    if there.active is not None and here.active != there.active:
        said, wanted = (snapshot.words.choice("yes_no", "yes" if one.active else "no") for one in (here, there))
        yield _value(snapshot, name, "inactive" if there.active else "active", "active", here, said, wanted)
    if there.meaning is not None and here.meaning != there.meaning:
        yield _value(snapshot, name, "meaning", "meaning", here, here.meaning or "", there.meaning)


def _value(snapshot: Snapshot, name: str, how: str, key: str, one: Kept, value: str, wanted: str = "") -> Finding:
    place = snapshot.layout["Lists"].place(key, one.row)
    return finding("K117", place, value, wanted, how=how, list=name, entry=one.code, standard=wanted)


def _defaults(name: str) -> tuple[Kept, ...]:
    """A list without rows, as the tool takes it."""
    spec = LIST_SPECS[name]
    meanings = dict(spec.meanings)
    return tuple(Kept(code, True, meanings.get(code, "")) for code in spec.codes)
