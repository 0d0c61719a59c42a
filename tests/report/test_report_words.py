"""Every code has its words in every locale, and the sentences ask only for what a finding can give."""

import re
from pathlib import Path

import pytest

from tracker.report.docs import ROOT, pages
from tracker.schema.findings import FINDINGS
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS
from tracker.words import load, locales

PLACE = {"value", "suggestion", "header", "sheet", "table"}
SOURCES = [
    *(ROOT / "tracker" / "checks").glob("*.py"),
    *(ROOT / "tracker" / "engine").glob("*.py"),
    ROOT / "tracker" / "commands" / "copies.py",
    ROOT / "tracker" / "commands" / "elsewhere.py",
]


@pytest.mark.parametrize("spec", FINDINGS, ids=lambda spec: spec.code)
def test_a_finding_says_what_is_wrong_what_to_do_and_why(spec):
    words = load()
    message, remedy, why = (words.find("finding", spec.code, key) for key in ("message", "remedy", "why"))
    assert message
    assert remedy
    assert why
    assert len(message) < 160
    for text in (message, remedy, why):
        assert text[0] in "“{" or text[0].isupper() or text.startswith("key_fields")
        assert text.endswith((".", "}"))


def test_the_sentences_of_no_finding_are_left_over():
    for words in locales():
        assert set(words.tree.get("finding", {})) <= {spec.code for spec in FINDINGS}


@pytest.mark.parametrize("spec", FINDINGS, ids=lambda spec: spec.code)
def test_a_sentence_asks_only_for_details_that_somebody_gives(spec):
    given = set(re.findall(r"\b(\w+)=|\"(\w+)\":", "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)))
    known = PLACE | {name for pair in given for name in pair if name}
    for words in locales():
        for key in ("message", "message_conflict", "remedy", "suggest"):
            text = words.find("finding", spec.code, key) or ""
            assert set(re.findall(r"\{(\w+)\}", text)) <= known


def test_every_setting_is_explained():
    for key in (*(setting.key for setting in SETTINGS), *OWNED, *COUNTERS.values()):
        assert load().find("setting", key), key


@pytest.mark.parametrize("name", ["columns.md", "findings.md", "settings.md"])
def test_the_pages_are_those_that_the_schema_and_the_words_make(name):
    text = pages()[name]
    assert text.startswith("<!-- Made by")
    assert not re.search(r"\{currency\}|\bnan\b", text)
    assert Path(ROOT, "docs", name).read_text(encoding="utf-8") == text, "run: python -m tracker.report.docs"
