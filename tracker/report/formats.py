"""The formats by name: how each is laid out, and what else sets it apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.report.as_concise import as_concise
from tracker.report.as_csv import as_csv
from tracker.report.as_github import as_github
from tracker.report.as_html import as_html
from tracker.report.as_json import as_json
from tracker.report.as_jsonl import as_jsonl
from tracker.report.as_junit import as_junit
from tracker.report.as_markdown import as_markdown
from tracker.report.as_sarif import as_sarif
from tracker.report.as_text import as_text
from tracker.report.files import Report
from tracker.words import Words


@dataclass(frozen=True)
class Format:
    """One format: its renderer, whether values are hidden unless asked for, and the encoding of its file."""

    render: Callable[[Report, Words], str]
    redacts: bool = False  # where reports are handed on to many: services, artefacts, logs of a build
    encoding: str = "utf-8"


FORMATS: Mapping[str, Format] = {
    "text": Format(as_text),
    "concise": Format(as_concise),
    "json": Format(as_json),
    "jsonl": Format(as_jsonl),
    "csv": Format(as_csv, encoding="utf-8-sig"),  # without the mark Excel takes it for the old code page
    "github": Format(as_github, redacts=True),
    "junit": Format(as_junit, redacts=True),
    "sarif": Format(as_sarif, redacts=True),
    "html": Format(as_html),
    "markdown": Format(as_markdown),
}
