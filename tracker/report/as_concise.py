"""A report as lines for grep and editors: one a finding, ``path:Sheet!B48: CODE name message``, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model.finding import Finding
from tracker.report.files import FileReport, Report
from tracker.report.places import where
from tracker.schema.findings import FINDING_SPECS
from tracker.words import Words
from tracker.words.sentences import message
from tracker.words.visible import visible


def as_concise(report: Report, words: Words) -> str:
    """Every finding on a line of its own; nothing at all when nothing is wrong."""
    return "".join(f"{visible(line)}\n" for one in report.files for line in _file(one, words))


def _file(one: FileReport, words: Words) -> Iterator[str]:
    if one.error is not None:
        yield f"{one.path}: {words.at('report', 'failed')} {one.error}"
    for found in one.findings:
        yield _line(one.path, found, words)


def _line(path: str, found: Finding, words: Words) -> str:
    at = where(found.place)
    place = f"{path}:{at}" if at else path
    return f"{place}: {found.code} {FINDING_SPECS[found.code].name} {message(words, found)}"
