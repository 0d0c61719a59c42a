"""Every finding there is: its stable code and name, how much it matters. Words for it live in the locale.

A code and a name are never changed and never used again for something else. Families: W workbook and structure,
V values, R references, L logic, D duplicates, S safety, K settings, rules and lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.model.finding import Finding, Place, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Fix(StrEnum):
    """Whether ``tracker fix`` may put what a finding suggests into its cell."""

    SAFE = "safe"  # it means what stands there
    UNSAFE = "unsafe"  # it is a guess, however likely


SAFE, UNSAFE = Fix.SAFE, Fix.UNSAFE


@dataclass(frozen=True)
class FindingSpec:
    """One kind of finding: its code, its name, how much it matters, whether the next refresh mends it by itself.

    ``fix``: what its suggestion is to ``tracker fix``; None where a suggestion is only something to choose from.
    """

    code: str
    name: str
    severity: Severity
    mended: bool = False
    fix: Fix | None = None


FINDINGS: tuple[FindingSpec, ...] = (
    FindingSpec("W101", "missing-table", ERROR),
    FindingSpec("W102", "lost-table", WARNING, fix=SAFE),  # the headers are there, the Table is not
    FindingSpec("W103", "missing-column", ERROR),
    FindingSpec("W104", "doubled-header", ERROR),
    FindingSpec("W105", "renamed-header", ERROR),
    FindingSpec("W106", "rows-below-table", INFO, mended=True),
    FindingSpec("W107", "rows-after-gap", WARNING),
    FindingSpec("W108", "dates-of-1904", INFO),
    FindingSpec("W109", "pinned-day", INFO, mended=True),
    FindingSpec("W110", "not-refreshed", WARNING, mended=True),
    FindingSpec("W111", "older-schema", WARNING),
    FindingSpec("W112", "newer-schema", WARNING),
    FindingSpec("W113", "typed-over", WARNING, mended=True),
    FindingSpec("W114", "other-formula", WARNING, mended=True),
    FindingSpec("W115", "list-cut-short", WARNING),  # of ours: staff's cells stand where it would go on
    FindingSpec("W116", "missing-sheet", WARNING),
    FindingSpec("W117", "missing-names", ERROR),  # of the State sheet, which formulas read
    FindingSpec("W118", "blank-header", ERROR),  # the cell alone: the Table still names the column
    FindingSpec("W119", "same-workbook", WARNING),  # of several files that are checked in one run
    FindingSpec("W121", "formatted-empty-rows", INFO),
    FindingSpec("W122", "differing-header", ERROR),  # in the cell, from the one by which the Table names the column
    FindingSpec("W199", "check-failed", ERROR),
    FindingSpec("V101", "wrong-type", ERROR),
    FindingSpec("V102", "date-as-text", ERROR, fix=SAFE),
    FindingSpec("V103", "missing-value", ERROR),
    FindingSpec("V104", "not-an-email", ERROR, fix=UNSAFE),
    FindingSpec("V105", "not-in-list", ERROR, fix=UNSAFE),  # of a closed list
    FindingSpec("V106", "new-to-list", WARNING, fix=UNSAFE),  # of an open list
    FindingSpec("V107", "misread-key", ERROR),
    FindingSpec("V108", "too-long", ERROR, fix=SAFE),  # of a phone, the form the setting names
    FindingSpec("V109", "number-as-text", ERROR, fix=SAFE),
    FindingSpec("V110", "out-of-range", ERROR),
    FindingSpec("V111", "stray-spaces", WARNING, fix=SAFE),
    FindingSpec("V112", "hidden-characters", WARNING, fix=SAFE),
    FindingSpec("V113", "full-width-digits", WARNING, fix=SAFE),
    FindingSpec("V114", "not-a-phone", WARNING, fix=UNSAFE),
    FindingSpec("V115", "impossible-date", ERROR, fix=UNSAFE),
    FindingSpec("V116", "far-date", WARNING),
    FindingSpec("V117", "error-value", ERROR),
    FindingSpec("V118", "not-a-date-or-month", ERROR, fix=SAFE),
    FindingSpec("V119", "ambiguous-date", ERROR),
    FindingSpec("V120", "nameless-customer", ERROR),
    FindingSpec("V121", "title-in-name", WARNING, fix=UNSAFE),
    FindingSpec("V122", "not-whole", ERROR),
    FindingSpec("V123", "unreachable-customer", WARNING),
    FindingSpec("V124", "unowned-customer", WARNING),
    FindingSpec("V125", "damaged-text", WARNING, fix=UNSAFE),
    FindingSpec("V126", "unknown-tag", WARNING, fix=UNSAFE),
    FindingSpec("V127", "mistyped-domain", WARNING, fix=UNSAFE),
    FindingSpec("V128", "private-characters", WARNING),
    FindingSpec("V129", "romanised-name", WARNING, fix=UNSAFE),
    FindingSpec("V130", "other-id-form", INFO),  # one among many of the form that id_pattern names
    FindingSpec("R101", "unknown-customer", ERROR, fix=UNSAFE),
    FindingSpec("R102", "ambiguous-customer", ERROR),
    FindingSpec("R103", "unknown-referred-customer", ERROR),
    FindingSpec("R104", "unknown-purchase", ERROR),
    FindingSpec("R105", "unknown-campaign", WARNING, fix=UNSAFE),
    FindingSpec("R106", "kept-customer", WARNING, fix=UNSAFE),
    FindingSpec("R107", "not-in-team", WARNING, fix=UNSAFE),
    FindingSpec("R108", "points-to-itself", ERROR),
    FindingSpec("L101", "end-before-start", ERROR),
    FindingSpec("L102", "purchase-before-created", WARNING),
    FindingSpec("L103", "done-before-logged", ERROR),
    FindingSpec("L104", "resolved-before-reported", ERROR),
    FindingSpec("L105", "responded-before-started", ERROR),
    FindingSpec("L106", "future-purchase", WARNING),
    FindingSpec("L107", "discount-above-line", ERROR),
    FindingSpec("L108", "negative-quantity", ERROR),
    FindingSpec("L109", "verified-by-enterer", WARNING),
    FindingSpec("L110", "contact-against-opt-out", WARNING),
    FindingSpec("L111", "consent-missing", WARNING),
    FindingSpec("L112", "closed-without-reason", INFO),
    FindingSpec("L113", "no-amount", WARNING),
    FindingSpec("L114", "two-amounts", WARNING),
    FindingSpec("L115", "return-above-purchase", WARNING),
    FindingSpec("L116", "return-of-other-customer", ERROR),
    FindingSpec("L117", "merged-without-target", WARNING),
    FindingSpec("L118", "return-before-purchase", ERROR),
    FindingSpec("L119", "future-record", WARNING),
    FindingSpec("L120", "action-without-date", INFO),
    FindingSpec("L121", "campaign-counts", WARNING),
    FindingSpec("L122", "double-contact", WARNING),
    FindingSpec("D101", "same-id", ERROR),
    FindingSpec("D102", "same-email", ERROR),
    FindingSpec("D103", "same-phone", WARNING),
    FindingSpec("D104", "same-name", ERROR),
    FindingSpec("D105", "likely-same-person", WARNING),
    FindingSpec("D106", "same-id-elsewhere", WARNING),  # of several files that are checked in one run
    FindingSpec("S101", "card-number", ERROR),
    FindingSpec("S102", "password-like", WARNING),
    FindingSpec("S103", "calling-formula", WARNING),
    FindingSpec("S104", "formula-in-text", WARNING),  # it is none yet
    FindingSpec("S105", "outside-source", WARNING),  # of the package, wherever it stands
    FindingSpec("K101", "setting-out-of-range", WARNING),
    FindingSpec("K102", "unknown-setting", ERROR),
    FindingSpec("K103", "unreadable-rule", ERROR),
    FindingSpec("K104", "rule-never-reached", WARNING),
    FindingSpec("K105", "same-rule", WARNING),
    FindingSpec("K106", "same-label", WARNING),
    FindingSpec("K107", "unknown-country", WARNING),
    FindingSpec("K108", "contradicting-settings", WARNING),
    FindingSpec("K109", "campaign-without-cost", INFO),
    FindingSpec("K110", "unknown-list", WARNING),
    FindingSpec("K111", "unknown-meaning", WARNING),
    FindingSpec("K112", "meaning-lost", WARNING),
    FindingSpec("K113", "unknown-key-field", WARNING),
    FindingSpec("K114", "missing-counter", WARNING),
    FindingSpec("K115", "differing-setting", WARNING),  # from the company's standard, where one is given; so K116, K117
    FindingSpec("K116", "differing-rule", WARNING),
    FindingSpec("K117", "differing-list", WARNING),
    FindingSpec("K118", "expired-waiver", INFO),
    FindingSpec("K119", "unreadable-waiver", WARNING),
    FindingSpec("K120", "unreadable-search", WARNING),  # of those that Lists keeps
    FindingSpec("K121", "other-phone-region", WARNING),  # one instead of a V114 for each number
)
FINDING_SPECS = {spec.code: spec for spec in FINDINGS}


def finding(code: str, place: Place, value: str = "", suggestion: str = "", **details: str) -> Finding:
    """A finding of a known kind; KeyError for a code nobody declared."""
    return Finding(code, FINDING_SPECS[code].severity, place, value, details, suggestion)


def lasting(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that a refresh does not mend by itself: what the Problems sheet may list, so that a second run agrees."""
    return tuple(one for one in findings if not FINDING_SPECS[one.code].mended)
