"""A share at one look: a line a file, the worst first, and how often each rule was broken; as aligned text."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.model.finding import Finding, Severity
from tracker.report.files import FileReport, Report
from tracker.schema.findings import FINDING_SPECS, FindingSpec, Fix
from tracker.schema.fixes import fix_of
from tracker.words import Words, fill
from tracker.words.visible import visible, width

FILES = ("file", "errors", "warnings", "rows", "schema", "last_refresh", "settings", "result")  # columns
NUMBERS = {1, 2, 3, 4}  # those of them that stand to the right
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
    """A line of headers, and one a file; above them the folder that all are below."""
    folder = _folder(report.files)
    above = [fill(words.at("report", "summary", "below"), {"folder": visible(folder)})] if folder else []
    rows = (_file(one, folder, words) for one in worst_first(report.files))
    return [*above, *aligned([heads(FILES, words), *rows], NUMBERS)]


def _folder(files: Iterable[FileReport]) -> str:
    """The folder that all files are below, with the slash behind it; empty where there is none."""
    try:
        shared = os.path.commonpath([Path(one.path).parent for one in files])
    except ValueError:  # of absolute paths and others, of two drives
        return ""
    return shared.rstrip(os.sep) + os.sep if shared else ""


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


def _file(one: FileReport, folder: str, words: Words) -> tuple[str, ...]:
    path = visible(one.path.removeprefix(folder))
    if one.error is not None:
        return (path, *[""] * (len(FILES) - 2), f"{failing(one, words)} {visible(one.error)}")
    return (path, *fares(one, words))


def fares(one: FileReport, words: Words) -> tuple[str, ...]:
    """How a file fares that was checked: the columns of the table of files behind its name."""
    errors, warnings = (f"{one.counts[severity]:,}" for severity in (Severity.ERROR, Severity.WARNING))
    rows, schema = f"{sum(one.rows.values()):,}", str(one.schema or "-")
    return (errors, warnings, rows, schema, one.last_refresh, _settings(one, words), result(one, words))


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
