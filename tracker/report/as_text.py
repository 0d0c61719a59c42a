"""A report as text: one line a finding that grep can read, a hint below it, a summary line a file.

Findings that say the same of many cells are one line with their count and the first cells; of one kind in one column
only the first few different ones are shown unless everything is asked for. Counts are always exact. Of several files a
table comes first, and the totals by rule last.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

import click

from tracker.errors import Exit
from tracker.model.finding import Severity
from tracker.report.files import FileReport, Report
from tracker.report.groups import Group, group, kinds
from tracker.report.places import where
from tracker.report.summary import failing, files_table, fixable, rules_table
from tracker.schema.findings import FINDING_SPECS, Fix
from tracker.schema.fixes import fix_of
from tracker.words import Words, fill
from tracker.words.visible import visible

CELLS = 4  # named of a group
KINDS = 5  # different messages shown of one code in one column
MENDED = " [*]"  # behind the code of a finding that `tracker fix` mends
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


@dataclass(frozen=True)
class _Style:
    """The words, and whether to colour them."""

    words: Words
    colour: bool

    def paint(self, text: str, **look: object) -> str:
        return click.style(text, **look) if self.colour else text  # type: ignore[arg-type]

    def say(self, key: str, **values: object) -> str:
        return fill(self.words.at("report", key), values)

    def counted(self, key: str, count: int) -> str:
        """A number with its noun."""
        return fill(self.words.at("report", "count", key, "one" if count == 1 else "many"), {"count": f"{count:,}"})


def as_text(
    report: Report, words: Words, colour: bool = False, show_all: bool = False, summary_only: bool = False
) -> str:
    """The whole report, ending with a line break; ``show_all`` gives each finding a line of its own."""
    style = _Style(words, colour)
    several = len(report.files) > 1
    parts = [_table(files_table(report, words), style)] if several else []
    if not summary_only:
        told = [one for one in report.files if one.findings or one.error is not None or not several]
        parts += [[line for one in told for line in _file(one, style, show_all)]]  # of a clean one the table says all
        parts += [_table(rules_table(report, words), style)] if several else []
    elif not several:
        parts += [[_one_line(one, style) for one in report.files]]
    if several or report.skipped or report.other_kinds:
        parts += [[_total(report, style)]]
    fixes = fixable((found for one in report.files for found in one.findings), words)
    parts[-1] += [fixes] if fixes else []
    parts += [list(_known(report, style))]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose owner has not asked for plain text (NO_COLOR)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _table(lines: list[str], style: _Style) -> list[str]:
    """The lines of a table, its headers emphasised."""
    return [style.paint(line, bold=True) if number == 0 else line for number, line in enumerate(lines)]


def _file(one: FileReport, style: _Style, show_all: bool) -> Iterator[str]:
    for kind in kinds(one.findings, show_all):
        shown = [group(same, style.words) for same in (kind if show_all else kind[:KINDS])]
        for told, following in zip(shown, [*shown[1:], None], strict=True):
            yield _line(one, told, style)
            if following is None or following.remedy != told.remedy:  # lines with one hint share it
                yield style.paint(f"    → {told.remedy}", dim=True)
        if len(shown) < len(kind):
            rest = sum(len(same) for same in kind[len(shown) :])
            more = style.say("more", count=f"{rest:,}", code=shown[0].first.code)
            yield style.paint(f"    … {more}", dim=True)
    yield _one_line(one, style)


def _line(one: FileReport, told: Group, style: _Style) -> str:
    first = told.first
    severity = style.paint(first.severity.word, fg=COLOURS[first.severity], bold=True)
    name = FINDING_SPECS[first.code].name
    at = visible(where(first.place))
    rule = f"{first.code}{MENDED if fix_of(first) is Fix.SAFE else ''} {name}:"
    parts = [_path(one, style), *([style.paint(at, bold=True)] if at else []), severity, rule]
    return " ".join([*parts, told.message, *_others(told, style)])


def _others(told: Group, style: _Style) -> list[str]:
    """How many cells say the same, and the first of them."""
    count = len(told.places)
    if count == 1:
        return []
    cells = [place.cell for place in told.places if place.cell]
    named = ", ".join(cells[:CELLS]) + (", …" if len(cells) > CELLS else "")
    return [style.paint(f"[{style.counted('cell', count)}{': ' + named if named else ''}]", dim=True)]


def _path(one: FileReport, style: _Style) -> str:
    return style.paint(f"{visible(one.path)}:", bold=True)


def state(one: FileReport, words: Words) -> str:
    """How a file fares, as its line says it after its name."""
    return _state(one, _Style(words, False))


def total(report: Report, words: Words) -> str:
    """How many files are clean, have findings, or could not be checked; and what they were compared with."""
    style = _Style(words, False)
    return " ".join([_total(report, style), *_known(report, style)])


def _one_line(one: FileReport, style: _Style) -> str:
    return f"{_path(one, style)} {_state(one, style)}"


def _state(one: FileReport, style: _Style) -> str:
    """How many findings, how many rows, how old the figures are; or why it was not checked."""
    if one.error is not None:
        return f"{style.paint(failing(one, style.words), fg='red', bold=True)} {visible(one.error)}"
    counts = [style.counted(severity.word, count) for severity, count in one.counts.items() if count]
    clean = style.say("nothing_new" if one.known else "clean")
    waived = style.say("waived", count=f"{one.waived:,}") if one.waived else ""
    worst = max((finding.severity for finding in one.findings), default=None)
    verdict = style.paint(", ".join(counts) or clean, fg=COLOURS[worst] if worst else "green", bold=True)
    rows = ", ".join(style.counted(table, count) for table, count in one.rows.items())
    age = style.say("refreshed", day=one.last_refresh) if one.last_refresh else style.say("never_refreshed")
    held = style.say("open_in", who=visible(one.open_in)) if one.open_in else ""
    about = "; ".join(filter(None, [rows and f"{rows}; {age}", waived, held]))
    return " ".join(filter(None, [verdict, f"({about})" if about else ""]))


def _known(report: Report, style: _Style) -> Iterator[str]:
    """What is not shown because it was known, and what became of it."""
    if (baseline := report.baseline) is not None:
        lost = f" {style.counted('gone', baseline.gone)}" if baseline.gone else ""
        yield style.counted("hidden", baseline.hidden) + lost
    if (since := report.since_last) is None:
        return
    if not since.since:
        yield style.say("since_first")
        return
    counts = {"new": f"{since.new:,}", "gone": f"{since.gone:,}", "since": since.since}
    days = [one.unread_since for one in report.files if one.unread_since]
    still = style.counted("still_unread", since.unread).format(day=min(days)) if days else ""
    yield " ".join(filter(None, [style.say("since", **counts), still, style.counted("unchanged", since.hidden)]))


def _total(report: Report, style: _Style) -> str:
    failed = sum(one.error is not None for one in report.files)
    found = sum(bool(one.findings) for one in report.files)
    silent = [one for one in report.files if one.error is None and not one.findings]
    known = sum(bool(one.known) for one in silent)
    parts = [style.say("total_clean", count=len(silent) - known)]
    parts += [style.say("total_known", count=known)] if known else []
    parts += [style.say("total_found", count=found)]
    parts += [style.say("total_failed", count=failed)] if failed else []
    parts += [style.say("total_skipped", count=report.skipped)] if report.skipped else []
    worst = max((one.exit for one in report.files if not one.unread_since), default=Exit.CLEAN)
    colour = "red" if worst > Exit.FINDINGS else "yellow" if found else "green"
    total = style.paint(f"{style.counted('file', len(report.files))}: {', '.join(parts)}.", fg=colour, bold=True)
    return f"{total} {style.counted('other_kind', report.other_kinds)}" if report.other_kinds else total
