"""A report as one page for a browser or a mail: it needs no network and no other file, and works without scripts.

Its one style and one script stand in it, named by their hashes in its own policy, so that nothing a cell says could run
even if it got past the escaping. The script only hides lines, by the filter above them. Colours are those of the house,
by day and by night.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from tracker.model.finding import Place, Severity
from tracker.report.as_text import state, total
from tracker.report.files import FileReport, Report
from tracker.report.groups import Group, group, kinds
from tracker.report.html_parts import SCRIPT, STYLE
from tracker.report.places import where
from tracker.report.summary import FILES, NUMBERS, by_rule, fares, heads, worst_first
from tracker.schema.findings import FINDING_SPECS
from tracker.words import Words, fill
from tracker.words.visible import visible

CELLS = 40  # named of a group; the count is exact
WORST = sorted(Severity, reverse=True)
NUMERIC = ' class="n"'


def as_html(report: Report, words: Words) -> str:
    """The whole page. A report for many has a filter; one for somebody, to be mailed, has none."""
    page = _Page(report, words)
    return "".join(f"{line}\n" for line in page.lines())


def text_of(text: str) -> str:
    """Text of strangers as a page can show it: no markup, and every control character spelled out."""
    return escape(visible(text))


@dataclass(frozen=True)
class _Page:
    """A report as lines of markup; only what passes `text_of` or was escaped by a group is of strangers."""

    report: Report
    words: Words

    @property
    def filtered(self) -> bool:
        """Whether there is something to filter, and somebody who would."""
        return not self.report.about and sum(len(one.findings) for one in self.report.files) > 1

    def lines(self) -> Iterator[str]:
        """The page from its first line to its last."""
        yield "<!doctype html>"
        yield f'<html lang="{escape(self.words.locale)}">'
        yield from self._head()
        yield '<body id="top">'
        yield from self._title()
        if self.filtered:
            yield from self._filter()
        if len(self.report.files) > 1:
            yield from self._files()
            yield from self._rules()
        yield "<main>"
        for number, one in enumerate(self.report.files):
            yield from self._file(number, one)
        yield "</main>"
        if self.filtered:
            yield f"<script>{SCRIPT}</script>"
        yield "</body></html>"

    def say(self, key: str, **values: object) -> str:
        """A word of the page, escaped."""
        return text_of(fill(self.words.at("report", "html", key), values))

    def _head(self) -> Iterator[str]:
        policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'"
        policy += "; base-uri 'none'; form-action 'none'"
        yield '<head><meta charset="utf-8">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        yield f"<title>{self._name()}</title>"
        yield f"<style>{STYLE}</style></head>"

    def _name(self) -> str:
        about = self.report.about
        return self.say("title_about", about=about) if about else self.say("title")

    def _title(self) -> Iterator[str]:
        facts = [self.say("day", day=self.report.day)] if self.report.day else []
        facts += [text_of(total(self.report, self.words))]
        facts += [self.say("hidden")] if self.report.redacted else []
        yield f"<header><h1>{self._name()}</h1><p>{' '.join(facts)}</p></header>"

    def _files(self) -> Iterator[str]:
        """The files, worst first, each with a link to its section."""
        at = {id(one): number for number, one in enumerate(self.report.files)}
        yield f'<section class="files"><h2>{self.say("files")}</h2><div class="wide"><table>'
        yield _row(heads(FILES, self.words), "th", NUMBERS)
        for one in worst_first(self.report.files):
            link = f'<td><a href="#f{at[id(one)]}">{text_of(one.path)}</a></td>'
            yield f'<tr class="{_tone(one)}">{link}{self._fares(one)}</tr>'
        yield "</table></div></section>"

    def _fares(self, one: FileReport) -> str:
        """The cells of a file after its name; one that was not checked has only a reason."""
        if one.error is not None:
            return f'<td colspan="{len(FILES) - 1}" class="r">{text_of(state(one, self.words))}</td>'
        looks = {"last_refresh": ' class="d"', "result": ' class="r"'}
        return "".join(
            f"<td{NUMERIC if i in NUMBERS else looks.get(key, '')}>{text_of(cell)}</td>"
            for (i, key), cell in zip(list(enumerate(FILES))[1:], fares(one, self.words), strict=True)
        )

    def _rules(self) -> Iterator[str]:
        """How often each rule was broken, errors first."""
        counts = by_rule(self.report)
        if not counts:
            return
        yield f'<section class="rules"><h2>{self.say("rules")}</h2><div class="wide"><table>'
        yield _row(heads(("findings", "files", "severity", "rule"), self.words), "th", {0, 1})
        for one in counts:
            cells = f"<td{NUMERIC}>{one.findings:,}</td><td{NUMERIC}>{one.files:,}</td>"
            yield f"<tr>{cells}<td>{self._badge(one.spec.severity)}</td><td>{one.spec.code} {one.spec.name}</td></tr>"
        yield "</table></div></section>"

    def _filter(self) -> Iterator[str]:
        """What the script reads; hidden as long as no script runs."""
        met = {found.severity for one in self.report.files for found in one.findings}
        codes = sorted({found.code for one in self.report.files for found in one.findings})
        yield f'<form id="filter" hidden><b>{self.say("filter")}</b>'
        for severity in (one for one in WORST if one in met):
            label = text_of(self.words.choice("severity", severity.word))
            yield f'<label><input type="checkbox" name="s" value="{severity.word}" checked> {label}</label>'
        yield self._choice("c", "every_rule", [(code, f"{code} {FINDING_SPECS[code].name}") for code in codes])
        if len(self.report.files) > 1:
            files = [(f"f{number}", one.path) for number, one in enumerate(self.report.files) if one.findings]
            yield self._choice("f", "every_file", files)
        search = self.say("search")
        yield f'<input type="search" name="q" placeholder="{search}" aria-label="{search}">'
        yield f'<span>{self.say("shown")} <output id="shown"></output></span></form>'
        yield f'<p id="none" hidden>{self.say("none")}</p>'

    def _choice(self, name: str, every: str, values: Sequence[tuple[str, str]]) -> str:
        options = "".join(f'<option value="{value}">{text_of(label)}</option>' for value, label in values)
        label = self.say(every)
        return f'<select name="{name}" aria-label="{label}"><option value="">{label}</option>{options}</select>'

    def _file(self, number: int, one: FileReport) -> Iterator[str]:
        up = f' <a class="up" href="#top">{self.say("up")}</a>' if len(self.report.files) > 1 else ""
        yield f'<section class="file" id="f{number}"><h2>{text_of(one.path)}{up}</h2>'
        yield f'<p class="state {_tone(one)}">{text_of(state(one, self.words))}</p>'
        for kind in kinds(one.findings):
            yield from self._kind([group(same, self.words) for same in kind])
        yield "</section>"

    def _kind(self, groups: Sequence[Group]) -> Iterator[str]:
        """What is said of one column by one rule: its name once, then a line a sentence."""
        first = groups[0].first
        count = sum(len(one.places) for one in groups)
        column = " › ".join(filter(None, (first.place.sheet, first.place.header or first.place.key)))
        times = f" <small>{count:,}</small>" if count > 1 else ""
        yield f'<div class="kind" data-s="{first.severity.word}" data-c="{first.code}">'
        yield f"<h3>{self._badge(first.severity)} {first.code} {FINDING_SPECS[first.code].name}{times}"
        yield f"<i>{text_of(column)}</i></h3><table>"
        for told in groups:
            many = f' data-n="{len(told.places)}"' if len(told.places) > 1 else ""
            cells = f'<td class="at">{self._places(told.places)}</td><td>{escape(told.message)}</td>'
            yield f'<tr{many}>{cells}<td class="do">{escape(told.remedy)}</td></tr>'
        yield "</table></div>"

    def _places(self, places: Sequence[Place]) -> str:
        """The first place whole, of the others the cell alone."""
        named = [where(places[0]), *(place.cell or where(place) for place in places[1:CELLS])]
        shown = text_of(", ".join(filter(None, named)))
        rest = len(places) - CELLS
        return f"{shown}, {self.say('more', count=f'{rest:,}')}" if rest > 0 else shown

    def _badge(self, severity: Severity) -> str:
        return f'<span class="b {severity.word}">{text_of(self.words.choice("severity", severity.word))}</span>'


def _row(cells: Sequence[str], tag: str, right: set[int]) -> str:
    inner = "".join(f"<{tag}{NUMERIC if i in right else ''}>{text_of(cell)}</{tag}>" for i, cell in enumerate(cells))
    return f"<tr>{inner}</tr>"


def _tone(one: FileReport) -> str:
    """How bad a file is, as the style calls it."""
    if one.error is not None:
        return "error"
    worst = max((found.severity for found in one.findings), default=None)
    return worst.word if worst else "good"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
