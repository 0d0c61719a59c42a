"""The rules of a workbook: listed, checked, said in words, and tried out with other numbers; reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tracker.checks.rulebook import rules_of, vocabulary
from tracker.commands.asking import snapshot_of, worked_of_file
from tracker.commands.conditions import condition_of
from tracker.commands.validate import findings_of
from tracker.commands.workbook import naming
from tracker.engine.rule_lines import RuleLine, rule_lines
from tracker.engine.settings import BY_KEY, allowance, setting_value
from tracker.engine.tags import rule_codes
from tracker.engine.what_if import Prospect, what_if
from tracker.errors import UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.tags import Rule

OF_RULES = ("K103", "K104", "K105", "K106")  # what can be wrong with rules, and with the lists their words come from
DAY = "as_of"  # a look from another day is --today


def rules_of_file(path: Path, clock: date, pin: date | None = None) -> tuple[tuple[RuleLine, ...], tuple[Finding, ...]]:
    """The rules that can be read, with how many customers each gives its tag, and a finding for each that cannot."""
    worked = worked_of_file(path, clock, pin)
    return rule_lines(worked), worked.tagging.findings


def check_rules(path: Path, clock: date) -> tuple[Finding, ...]:
    """What is wrong with the rules of a workbook: see OF_RULES; and a Rules table that is missing."""
    with naming(path):
        findings = findings_of(ClosedFile(path), clock)
    return tuple(one for one in findings if one.code in OF_RULES or (one.code, one.value) == ("W101", "Rules"))


def what_if_of_file(
    path: Path, changes: Sequence[str], rules: Sequence[str], clock: date, pin: date | None = None
) -> Prospect:
    """Who would move if settings (``key=value``) and rules (``dimension.tag=condition``) were others.

    Raises UsageError for a setting or rule there is not, and for a value it cannot have; ConditionError for a condition
    that cannot be read.
    """
    with naming(path):
        snapshot = snapshot_of(ClosedFile(path), clock, pin)
        if rules and "Rules" not in snapshot.layout:
            raise UnreadableError("it has no Rules table, so the default rules run. Restore the sheet first")
    settings = _settings(changes)
    return what_if(snapshot, settings, _conditions(snapshot, rules))


def _settings(changes: Sequence[str]) -> dict[str, Any]:
    """The changed settings by key."""
    made: dict[str, Any] = {}
    for change in changes:
        key, sign, text = change.partition("=")
        key = fold(key)
        if not sign:
            raise UsageError(f"“{change}” changes nothing. Write it as key=value, such as vip_spend=120000")
        if key == DAY:
            raise UsageError("as_of is the day itself. Give it with --today")
        if key not in BY_KEY:
            near = get_close_matches(key, BY_KEY, 1)
            hint = f"Perhaps {near[0]} is meant" if near else "See the sheet Settings"
            if "." in key:
                hint = f"Another condition for a rule is given with --rule “{change}”"
            raise UsageError(f"there is no setting “{key}”. {hint}")
        usable, value = setting_value(key, text)
        if not usable:
            raise UsageError(f"{key} cannot be “{text.strip()}”. {allowance(BY_KEY[key])}")
        made[key] = value
    return made


def _conditions(snapshot: Snapshot, rules: Sequence[str]) -> dict[int, str]:
    """The changed conditions by sheet row of Rules."""
    made: dict[int, str] = {}
    for change in rules:
        name, sign, condition = change.partition("=")
        if not sign or not condition.strip():
            raise UsageError(f"“{change}” changes no rule. Write it as value.vip=spend(12m) > 120000")
        condition_of(condition, vocabulary(snapshot), f"the rule {name.strip()}")
        made[_row(snapshot, name.strip())] = condition
    return made


def _row(snapshot: Snapshot, name: str) -> int:
    """The sheet row of the rule that a text names: dimension.tag by codes or labels, or the cell of its condition."""
    known = _rows(snapshot)
    rows = known.get(fold(name), [])
    if not rows:
        near = get_close_matches(fold(name), known, 1)
        hint = f"Perhaps {near[0]} is meant" if near else "Name it as dimension.tag, such as value.vip"
        raise UsageError(f"no rule is called “{name}”. {hint}")
    if len(rows) > 1:
        cells = ", ".join(snapshot.layout["Rules"].place("condition", row).cell for row in rows)
        raise UsageError(f"several rules are called “{name}”. Name one by its cell: {cells}")
    return rows[0]


def _rows(snapshot: Snapshot) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for rule in rules_of(snapshot):
        if rule.row is not None and rule.dimension and rule.tag:
            names = {fold(name) for name in _names(snapshot, rule, rule.row)}
            for name in names:
                found.setdefault(name, []).append(rule.row)
    return found


def _names(snapshot: Snapshot, rule: Rule, row: int) -> tuple[str, ...]:
    dimension, tag = rule_codes(snapshot, rule)
    cell = snapshot.layout["Rules"].place("condition", row).cell
    return f"{dimension}.{tag}", f"{rule.dimension}.{rule.tag}", f"{dimension}.{rule.tag}", cell
