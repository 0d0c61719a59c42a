"""Every finding there is: its stable code and name, how much it matters. Words for it live in the locale.

A code and a name are never changed and never used again for something else. Families: W workbook and structure,
V values, R references, L logic, D duplicates, K settings, rules and lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.model.finding import Finding, Place, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True)
class FindingSpec:
    """One kind of finding: its code, its name, and how much it matters."""

    code: str
    name: str
    severity: Severity


FINDINGS: tuple[FindingSpec, ...] = (
    FindingSpec("W101", "missing-table", ERROR),
    FindingSpec("W102", "lost-table", WARNING),  # the headers are there, the Table is not
    FindingSpec("W103", "missing-column", ERROR),
    FindingSpec("W104", "doubled-header", ERROR),
    FindingSpec("W105", "renamed-header", ERROR),
    FindingSpec("W106", "rows-below-table", INFO),
    FindingSpec("W107", "rows-after-gap", WARNING),
    FindingSpec("W108", "dates-of-1904", INFO),
    FindingSpec("W111", "older-schema", WARNING),
    FindingSpec("W112", "newer-schema", WARNING),
    FindingSpec("V101", "wrong-type", ERROR),
    FindingSpec("V102", "date-as-text", ERROR),
    FindingSpec("V109", "number-as-text", ERROR),
    FindingSpec("V117", "error-value", ERROR),
    FindingSpec("V118", "not-a-date-or-month", ERROR),
    FindingSpec("V119", "ambiguous-date", ERROR),
    FindingSpec("R101", "unknown-customer", ERROR),
    FindingSpec("R102", "ambiguous-customer", ERROR),
    FindingSpec("R106", "kept-customer", WARNING),
    FindingSpec("K101", "setting-out-of-range", WARNING),
    FindingSpec("K102", "unknown-setting", ERROR),
    FindingSpec("K107", "unknown-country", WARNING),
)
FINDING_SPECS = {spec.code: spec for spec in FINDINGS}


def finding(code: str, place: Place, value: str = "", suggestion: str = "", **details: str) -> Finding:
    """A finding of a known kind; KeyError for a code nobody declared."""
    return Finding(code, FINDING_SPECS[code].severity, place, value, details, suggestion)
