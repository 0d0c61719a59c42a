"""An explanation as it is printed: no line too wide, nothing of a cell that clears a terminal, every word used."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from strangers import TEXTS

from tracker.engine.evidence import Behind, Row
from tracker.engine.explain import Asked, Change, Explanation, RuleStory, TagStory
from tracker.engine.explain_followup import CadenceOf, Duty, FollowUpStory, ListLine
from tracker.report import as_explained
from tracker.report.as_explained import WIDE, explained_json, explained_text
from tracker.words import load
from tracker.words.visible import visible

DAY = date(2026, 11, 18)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "explain-1.json"
ROWS = ("purchases", "deals", "contacts", "complaints", "urgent")
# What the words are asked for by a key that is put together.
COMPOSED = (
    *(f"rows_{what}{form}" for what in ROWS for form in ("", "_1")),
    *("last_contact", "last_purchase"),
    *(f"since_{what}" for what in ("contact", "purchase", "created")),
    *(f"held_{what}" for what in ("cadence_from", "paused_until")),
    *(f"silent_{what}" for what in ("closed", "opt_out", "planned", "paused")),
    *(f"duty_{what}" for what in ("agreed", "action", "cadence")),
    *("more", "more_than", "less", "less_than", "yes", "no"),
)


def hostile(text: str) -> Explanation:
    """An explanation in which every text is one of a stranger's."""
    behind = Behind("purchases", 2, DAY, DAY, (Row(text, DAY, 5.0), Row(text, None, None)))
    asked = Asked(text, False, text, 5.0, None, False, False, (behind,))
    rule = RuleStory(text, text, "D5", text, text, True, (asked, asked))
    tag = TagStory(text, text, text, text, True, DAY, text, rule, (rule,), Change(DAY, 1, text, text), text)
    followup = FollowUpStory(
        due=DAY,
        state=text,
        why=text,
        moved_from=DAY,
        duties=(Duty("agreed", DAY, True), Duty("action", DAY, False), Duty("cadence", DAY, False)),
        cadence_days=30.0,
        cadences=(CadenceOf(text, 30.0, True), CadenceOf(text, 60.0, False)),
        since="contact",
        since_day=DAY,
        not_before="cadence_from",
        spent=DAY,
        planned=DAY,
        silent="planned",
        paused_until=DAY,
        last_contact=DAY,
        last_summary=text,
        channel=text,
        lines=(ListLine(text, text, DAY, 1.0, text, text),),
        lead_on=DAY,
        risk_on=DAY,
    )
    return Explanation(text, text, text, DAY, DAY, text, (tag,), followup, 2)


def test_text_of_strangers_stays_text() -> None:
    for text in TEXTS:
        printed = explained_text(hostile(text), load())
        assert not any(letter != "\n" and visible(letter) != letter for letter in printed)
        assert "\\x1b" in printed or "\x1b" not in text
        told = json.loads(explained_json(hostile(text)))
        assert told["dimensions"][0]["rule"]["words"] == text


def test_lines_of_words_are_no_wider_than_a_terminal() -> None:
    printed = explained_text(hostile("some words of a customer " * 20), load())
    assert max(map(len, printed.splitlines())) <= WIDE


def test_every_word_of_an_explanation_is_used_and_every_one_used_is_written() -> None:
    source = Path(as_explained.__file__).read_text(encoding="utf-8")
    written = set(load().section("explain"))
    used = {one for pair in re.findall(r'"(\w+)" if |else "(\w+)"|"(\w+)"', source) for one in pair if one in written}
    assert written - used - set(COMPOSED) == set()
    assert set(COMPOSED) <= written


def strict(node: object) -> object:
    """The schema, taking no key that it does not describe."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: strict(value) for key, value in node.items()}
    return {**made, "additionalProperties": False} if made.get("type") == "object" else made


@pytest.mark.parametrize("text", TEXTS[:6], ids=range(6))
def test_the_json_keeps_to_its_schema(text: str) -> None:
    schema = strict(json.loads(SCHEMA.read_text(encoding="utf-8")))
    check = Draft202012Validator(schema, format_checker=FormatChecker())
    check.validate(json.loads(explained_json(hostile(text))))
    bare = replace(hostile(text), dimensions=(replace(hostile(text).dimensions[0], rule=None, change=None),))
    check.validate(json.loads(explained_json(bare)))
    assert not check.is_valid({**json.loads(explained_json(bare)), "more": 1})
