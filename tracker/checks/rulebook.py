"""The Rules sheet as conditions that can be evaluated, and what is wrong with those that cannot.

One reading serves the checks and the tags, so that a rule is never a finding here and running there. Kept out: whether
a condition holds for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from tracker.checks.circles import after_rules
from tracker.model.finding import Finding
from tracker.model.grid import CellKind
from tracker.rules import Expression, RuleError, Vocabulary, parse
from tracker.rules.nodes import header_key
from tracker.schema.base import BASE
from tracker.schema.column import Kind
from tracker.schema.findings import finding
from tracker.schema.settings import Settings
from tracker.schema.snapshot import Snapshot, own_column
from tracker.schema.tags import PLAIN_FACTS, RULES, WINDOWED_FACTS, Rule


@dataclass(frozen=True)
class ReadRule:
    """A row of Rules and the condition it says."""

    rule: Rule
    condition: Expression


@dataclass(frozen=True)
class Rulebook:
    """The rules that can be read, in their order, and a finding for each that cannot."""

    rules: tuple[ReadRule, ...]
    findings: tuple[Finding, ...]


def read_rules(snapshot: Snapshot) -> Rulebook:
    """Every rule of the workbook that can be read; the default ones when it has no Rules table."""
    words = vocabulary(snapshot)
    found: list[ReadRule] = []
    odd: list[Finding] = []
    for rule in rules_of(snapshot):
        if not rule.condition:
            continue
        try:
            found.append(ReadRule(rule, parse(rule.condition, words)))
        except RuleError as error:
            odd.append(_unreadable(snapshot, rule, error))
    return Rulebook(tuple(found), tuple(odd))


def rules_of(snapshot: Snapshot) -> tuple[Rule, ...]:
    """The rows of the Rules table, in their order, as staff wrote them; the default rules when there is no table."""
    if "Rules" not in snapshot.layout:
        return RULES
    keys = ("dimension", "tag", "condition", "channel", "team", "action", "note")
    texts = {key: snapshot.text("Rules", key) for key in keys}
    cadence, allowed = snapshot.number("Rules", "cadence_days"), snapshot.schema["Rules"]["cadence_days"]
    given = (cadence >= (allowed.low or 0)) & (cadence <= (allowed.high or np.inf))  # V110 says what is out of range
    return tuple(
        Rule(
            **{key: str(texts[key][i]).strip() for key in keys},
            cadence_days=float(cadence[i]) if given[i] else None,
            row=row,
        )
        for i, row in enumerate(snapshot.frames["Rules"].rows.tolist())
    )


def vocabulary(snapshot: Snapshot, tagged: bool = False) -> Vocabulary:
    """The names a rule of this workbook may use; with ``tagged`` those that follow from the rules too."""
    table = snapshot.schema["Customers"]
    values = {one.name: getattr(snapshot.settings, one.name) for one in fields(snapshot.settings)}
    layout = snapshot.layout.get("Customers")
    return Vocabulary(
        columns={column.key: _word(column.kind) for column in table.columns},
        settings={key: value for key, value in values.items() if value is not None},
        facts=PLAIN_FACTS,
        windowed=WINDOWED_FACTS,
        headers={header: _own_kind(snapshot, header) for header in (layout.extra if layout else ())},
        after={} if tagged else after_rules(snapshot),
        keys={header_key(header): key for key, header in (layout.headers if layout else {}).items()},
    )


def plain_vocabulary() -> Vocabulary:
    """The names that a rule of any workbook may use: no column of staff's own, and none that follows from rules."""
    values = {one.name: getattr(Settings(), one.name) for one in fields(Settings)}
    return Vocabulary(
        columns={column.key: _word(column.kind) for column in BASE["Customers"].columns},
        settings={key: value for key, value in values.items() if value is not None},
        facts=PLAIN_FACTS,
        windowed=WINDOWED_FACTS,
        headers={},
        after={},
    )


def _own_kind(snapshot: Snapshot, header: str) -> str:
    """What a column of staff's own holds: text where nothing else stands in it; numbers may be days as well."""
    cells = snapshot.cells.get(("Customers", own_column(header)))
    if cells is None:
        return "unknown"
    held = set(cells.kinds[(cells.kinds != CellKind.TEXT) | (cells.texts != "")].tolist())
    held -= {CellKind.BLANK, CellKind.ERROR}
    return "text" if held and held <= {CellKind.TEXT, CellKind.BOOL} else "unknown"


def _word(kind: Kind) -> str:
    """A column's kind as the vocabulary says it."""
    if kind.is_date:
        return "date"
    if kind is Kind.PERCENT:
        return "percent"
    if kind.is_number:
        return "number"
    return "choice" if kind is Kind.CHOICE else "text"


def _unreadable(snapshot: Snapshot, rule: Rule, error: RuleError) -> Finding:
    place = snapshot.layout["Rules"].place("condition", rule.row)
    details = {"reason": error.code, "at": str(error.position + 1), "said": error.message, **error.details}
    return finding("K103", place, value=rule.condition, suggestion=error.suggestion or "", **details)
