"""A report as commands of GitHub's workflows: every finding is noted at its file.

What stands in a cell is never a command of its own: it has no line breaks, and the signs that part a command are
spelled in percent, as GitHub reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tracker.model.finding import Finding, Severity
from tracker.report.files import FileReport, Report
from tracker.report.places import where
from tracker.schema.findings import FINDING_SPECS
from tracker.words import Words
from tracker.words.sentences import message, remedy
from tracker.words.visible import visible

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_DATA, _IN_PROPERTY = str.maketrans(_DATA), str.maketrans({**_DATA, ":": "%3A", ",": "%2C"})


def as_github(report: Report, words: Words) -> str:
    """A command a finding, and one for each file that could not be checked."""
    return "".join(f"{line}\n" for one in report.files for line in _file(one, words))


def _file(one: FileReport, words: Words) -> Iterator[str]:
    file = {"file": Path(one.path).as_posix()}
    if one.error is not None:
        yield _command("error", file, f"{words.at('report', 'failed')} {one.error}")
    for found in one.findings:
        at = where(found.place)
        text = f"{message(words, found)} {remedy(words, found)}"
        yield _command(LEVELS[found.severity], file | _properties(found), f"{at}: {text}" if at else text)


def _properties(found: Finding) -> dict[str, str]:
    """Row and column of the sheet stand for line and column of the file, which has none."""
    place = found.place
    known = {"line": place.row, "col": place.column if place.row is not None else None}
    numbers = {name: str(number) for name, number in known.items() if number is not None}
    return numbers | {"title": f"{found.code} {FINDING_SPECS[found.code].name}"}


def _command(level: str, properties: Mapping[str, str], text: str) -> str:
    said = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{level} {said}::{visible(text).translate(_IN_DATA)}"
