"""A report as Markdown, for mails, tickets and wikis: what a cell says stays text, and is no heading, link or tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.model.finding import Finding, Place
from tracker.report.as_text import state, total
from tracker.report.files import FileReport, Report
from tracker.report.groups import group, kinds
from tracker.report.places import where
from tracker.report.summary import FILES, NUMBERS, by_rule, fares, heads, worst_first
from tracker.schema.findings import FINDING_SPECS
from tracker.words import Words, fill
from tracker.words.visible import visible

CELLS = 12  # named of a group; the count is exact
_MARKS = re.compile(r"[\\`*_\[\]<>#|~&]|^[-+=]|^\d+(?=[.)])")
_LINKING = {"@": "&#64;", "://": "&#58;//", "www.": "www&#46;"}  # which some readers make a link or a mention of


def as_markdown(report: Report, words: Words) -> str:
    """The whole report, ending with a line break."""
    parts = [_title(report, words)]
    if len(report.files) > 1:
        parts += [_files(report, words), _rules(report, words)]
    parts += [_file(one, words) for one in report.files]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def text_of(text: str) -> str:
    """Text of strangers as Markdown shows it: every mark escaped, no control character, on one line."""
    plain = _MARKS.sub(_held, visible(text).strip())
    for mark, said in _LINKING.items():
        plain = plain.replace(mark, said)
    return plain


def _held(mark: re.Match[str]) -> str:
    """A mark that is none any more."""
    text = mark[0]
    if text in "&<":
        return "&amp;" if text == "&" else "&lt;"
    return f"&#{ord(text[0])};{text[1:]}" if text[0].isdigit() else f"\\{text}"


def _title(report: Report, words: Words) -> list[str]:
    def say(key: str, **values: object) -> str:
        return text_of(fill(words.at("report", "html", key), values))

    title = say("title_about", about=report.about) if report.about else say("title")
    facts = [say("day", day=report.day)] if report.day else []
    facts += [text_of(total(report, words)), *([say("hidden")] if report.redacted else [])]
    return [f"# {title}", "", " ".join(facts)]


def _files(report: Report, words: Words) -> list[str]:
    """The files as a table, worst first."""
    blank = ("",) * (len(FILES) - 2)
    rows = [
        (one.path, *(fares(one, words) if one.error is None else (*blank, state(one, words))))
        for one in worst_first(report.files)
    ]
    return _table(heads(FILES, words), rows, NUMBERS)


def _rules(report: Report, words: Words) -> list[str]:
    """The rules that were broken as a table, errors first; empty when none was."""
    rows = [
        (f"{one.findings:,}", f"{one.files:,}", one.spec.severity.word, f"{one.spec.code} {one.spec.name}")
        for one in by_rule(report)
    ]
    return _table(heads(("findings", "files", "severity", "rule"), words), rows, {0, 1}) if rows else []


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    lines = [headers, *rows]
    rule = "|".join("---:" if i in right else "---" for i in range(len(headers)))
    told = ["| " + " | ".join(text_of(cell) for cell in line) + " |" for line in lines]
    return [told[0], f"|{rule}|", *told[1:]]


def _file(one: FileReport, words: Words) -> list[str]:
    lines = [f"## {text_of(one.path)}", "", text_of(state(one, words))]
    for kind in kinds(one.findings):
        first = kind[0][0]
        column = " › ".join(filter(None, (first.place.sheet, first.place.header or first.place.key)))
        name = f"**{first.code} {FINDING_SPECS[first.code].name}** ({words.choice('severity', first.severity.word)})"
        lines += ["", " · ".join(filter(None, [name, text_of(column)])), "", *_groups(kind, words)]
    return lines


def _groups(kind: Sequence[Sequence[Finding]], words: Words) -> Iterator[str]:
    """A line for all that say the same; lines with one hint share it."""
    told = [group(same, words) for same in kind]
    for one, following in zip(told, [*told[1:], None], strict=True):
        yield f"- {_places(one.places, words)}: {text_of(one.message)}"
        if following is None or following.remedy != one.remedy:
            yield f"  - {text_of(one.remedy)}"


def _places(places: Sequence[Place], words: Words) -> str:
    """The first place whole, of the others the cell alone."""
    named = [where(places[0]), *(place.cell or where(place) for place in places[1:CELLS])]
    shown = text_of(", ".join(filter(None, named)))
    rest = len(places) - CELLS
    more = fill(words.at("report", "html", "more"), {"count": f"{rest:,}"})
    return f"{shown}, {more}" if rest > 0 else shown or "–"
