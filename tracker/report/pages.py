"""The page of a finding: what it says, why it matters, what to do, an example; for the terminal and for docs/.

The examples are drawn in the tests, where each is proved to give its finding; of what no drawn workbook can give there
are pictures beside them. What is installed carries a copy, made by tracker.report.docs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.report.as_json import FORMAT_VERSION, Json
from tracker.schema.findings import FINDINGS, FindingSpec
from tracker.schema.fixes import LOST_TABLE
from tracker.words import Words
from tracker.words.sentences import why

EXAMPLES = Path(__file__).with_name("examples.json")


@dataclass(frozen=True)
class Page:
    """All there is to say about one kind of finding; ``example`` is a table, ``about`` says what it shows."""

    code: str
    name: str
    severity: str
    mended: str
    fix: str
    message: str
    why: str
    remedy: str
    about: str
    example: tuple[str, ...]


def finding_page(spec: FindingSpec, words: Words, drawing: str) -> Page:
    """The page of a finding; a drawing is a line that says what it shows, and a table below it."""
    about, _, table = drawing.partition("\n")
    return Page(
        spec.code,
        spec.name,
        words.choice("severity", spec.severity.word),
        words.at("report", "page", "mended") if spec.mended else "",
        words.at("report", "page", "fix_table" if spec.code == LOST_TABLE else f"fix_{spec.fix}") if spec.fix else "",
        words.at("finding", spec.code, "message"),
        why(words, spec.code),
        words.at("finding", spec.code, "remedy"),
        about.strip(),
        tuple(table.strip("\n").split("\n")),
    )


def page_text(page: Page, words: Words) -> str:
    """A page for the terminal, ending with a line break."""
    return "\n".join(_lines(page, words)) + "\n"


def page_json(page: Page, spec: FindingSpec) -> str:
    """A page for programs, one JSON document ending with a line break; keys are only ever added."""
    document: Json = {
        "version": FORMAT_VERSION,
        "code": page.code,
        "name": page.name,
        "severity": spec.severity.word,
        "mended": spec.mended,
        "message": page.message,
        "why": page.why,
        "remedy": page.remedy,
        "example": {"about": page.about, "table": list(page.example)},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def list_json(words: Words) -> str:
    """Every kind of finding for programs, one JSON document ending with a line break; keys are only ever added."""
    listed: list[Json] = [
        {
            "code": one.code,
            "name": one.name,
            "severity": one.severity.word,
            "mended": one.mended,
            "fix": one.fix,
            "message": words.at("finding", one.code, "message"),
        }
        for one in FINDINGS
    ]
    return json.dumps({"version": FORMAT_VERSION, "findings": listed}, ensure_ascii=False, indent=1) + "\n"


@cache
def examples() -> Mapping[str, str]:
    """The drawings that are shipped, by code."""
    drawn: dict[str, str] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return drawn


def _lines(page: Page, words: Words) -> Iterator[str]:
    yield f"{page.code} {page.name} ({page.severity})"
    said = {
        "message": page.message,
        "why": page.why,
        "remedy": " ".join(filter(None, [page.remedy, page.mended, page.fix])),
    }
    for key, text in said.items():
        yield ""
        yield words.at("report", "page", key)
        yield f"    {text}"
    yield ""
    yield f"{words.at('report', 'page', 'example')} {page.about}"
    yield from (f"    {line}".rstrip() for line in page.example)
