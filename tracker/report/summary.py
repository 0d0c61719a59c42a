"""A share at one look: a line a file, the worst first, and how often each rule was broken; as aligned text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.model.finding import Finding, Severity
from tracker.report.files import FileReport, Report
from tracker.schema.findings import FINDING_SPECS, FindingSpec, Fix
from tracker.schema.fixes import fix_of
from tracker.words import Words, fill
from tracker.words.visible import visible, width

NUMBERS = {1, 2, 3, 4}  # columns of the table of files that stand to the right
GAP = "  "


@dataclass(frozen=True)
class RuleCount:
    """How many findings of one kind there are, and in how many files; as severe as they are reported."""

    spec: FindingSpec
    severity: Severity
    findings: int
    files: int


def worst_first(files: Iterable[FileReport]) -> list[FileReport]:
    """Those that could not be checked, then by errors, warnings and notes; equal ones by path."""
    return sorted(files, key=lambda one: (one.error is None, *(-count for count in one.counts.values()), one.path))


def by_rule(report: Report) -> list[RuleCount]:
    """The rules that were broken: errors first, of those the most frequent."""
    findings = Counter((found.code, found.severity) for one in report.files for found in one.findings)
    files = Counter(kind for one in report.files for kind in {(found.code, found.severity) for found in one.findings})
    counts = [
        RuleCount(FINDING_SPECS[code], severity, count, files[code, severity])
        for (code, severity), count in findings.items()
    ]
    return sorted(counts, key=lambda one: (-one.severity, -one.findings, one.spec.code))


def files_table(report: Report, words: Words) -> list[str]:
    """A line of headers, and one a file."""
    keys = ("file", "errors", "warnings", "rows", "schema", "last_refresh", "settings", "result")
    return aligned([heads(keys, words), *(_file(one, words) for one in worst_first(report.files))], NUMBERS)


def rules_table(report: Report, words: Words) -> list[str]:
    """A line of headers, and one a rule; empty when no rule was broken."""
    counts = by_rule(report)
    rows = [
        (f"{one.findings:,}", f"{one.files:,}", one.severity.word, f"{one.spec.code} {one.spec.name}") for one in counts
    ]
    return aligned([heads(("findings", "files", "severity", "rule"), words), *rows], {0, 1}) if rows else []


def aligned(rows: Sequence[Sequence[str]], to_the_right: Iterable[int] = ()) -> list[str]:
    """Rows as lines whose columns stand below each other."""
    right = set(to_the_right)
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join(
            " " * (widths[i] - width(cell)) + cell if i in right else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def heads(keys: Iterable[str], words: Words) -> tuple[str, ...]:
    """The headers of a table."""
    return tuple(words.at("report", "summary", key) for key in keys)


def _file(one: FileReport, words: Words) -> tuple[str, ...]:
    path = visible(one.path)
    if one.error is not None:
        return (path, *[""] * 6, f"{failing(one, words)} {visible(one.error)}")
    errors, warnings = (f"{one.counts[severity]:,}" for severity in (Severity.ERROR, Severity.WARNING))
    rows, schema = f"{sum(one.rows.values()):,}", str(one.schema or "-")
    return (path, errors, warnings, rows, schema, one.last_refresh, _settings(one, words), result(one, words))


def failing(one: FileReport, words: Words) -> str:
    """That a file was not checked, before the reason: now, or still not."""
    key = "still_failed" if one.unread_since else "failed"
    return fill(words.at("report", key), {"day": one.unread_since})


def _settings(one: FileReport, words: Words) -> str:
    """How many settings are not as they should be; a dash where the workbook has none."""
    count = one.settings_differ
    return "-" if count is None else fill(words.at("report", "summary", "differ"), {"count": f"{count:,}"})


def result(one: FileReport, words: Words) -> str:
    """How bad it is, in a word; how much of it can be fixed, what was waived, and who has it open."""
    worst = max((found.severity for found in one.findings), default=None)
    good = words.at("report", "nothing_new" if one.known else "clean")
    found = words.at("report", "summary", f"only_{worst.word}") if worst else good
    fixes = fixable(one.findings, words, "summary")
    waived = fill(words.at("report", "waived"), {"count": f"{one.waived:,}"}) if one.waived else ""
    held = fill(words.at("report", "open_in"), {"who": visible(one.open_in)}) if one.open_in else ""
    return "; ".join(filter(None, [found, fixes, waived, held]))


def fixable(findings: Iterable[Finding], words: Words, *section: str) -> str:
    """How many of some findings can be fixed, surely and as a guess, in words of a section; empty where none can."""
    found = Counter(fix_of(one) for one in findings)
    safe, unsafe = found[Fix.SAFE], found[Fix.UNSAFE]
    if not safe and not unsafe:
        return ""
    key = "fixable" if not unsafe else "fixable_more" if safe else "fixable_unsafe"
    return fill(words.at("report", *section, key), {"safe": f"{safe:,}", "unsafe": f"{unsafe:,}"})
