"""docs/rules.md knows every fact, its examples can be read, and the page of a workbook's own rules is safe Markdown."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from tracker.engine.rule_lines import RuleLine
from tracker.report.as_rules import rules_markdown
from tracker.report.docs_rules import LANGUAGE, READING, facts, spelled
from tracker.rules import Vocabulary, parse, parse_value
from tracker.schema.base import BASE
from tracker.schema.settings import Settings
from tracker.schema.tags import PLAIN_FACTS, WINDOWED_FACTS
from tracker.words import load

KINDS = {"date": "date", "day_or_month": "date", "money": "number", "integer": "number", "percent": "percent"}
WORDS = Vocabulary(
    columns={column.key: KINDS.get(column.kind.value, "text") for column in BASE["Customers"].columns},
    settings={one.name: getattr(Settings(), one.name) for one in fields(Settings) if one.name not in ("as_of",)},
    facts=PLAIN_FACTS,
    windowed=WINDOWED_FACTS,
    headers={"Membership": "text", "Renewal": "unknown"},
)
SHOWN = LANGUAGE.split("```text\n")[1].split("```")[0].strip().splitlines()
QUOTED = re.findall(r"`([^`]*(?: (?:>|=|within|in) |\(frequent)[^`]*)`", LANGUAGE + READING)


@pytest.mark.parametrize("condition", SHOWN)
def test_every_example_can_be_read(condition):
    parse(condition, WORDS)


def test_what_the_page_quotes_can_be_read():
    assert "need_by within 2m" in QUOTED
    for text in QUOTED:
        if text.startswith("tracker find"):
            parse(re.findall("'([^']*)'", text)[0], WORDS)
        elif text.startswith("need_by"):
            parse(text, WORDS)


def test_every_fact_is_explained_and_spelled_as_it_is_read():
    assert set(load("en").tree["fact"]) == set(facts())
    for name in facts():
        parse_value(spelled(name), WORDS)


def test_text_of_a_workbook_is_no_markdown():
    line = RuleLine(
        "club",
        "a|b",
        "x",
        "<img src=x>",
        "D5",
        "c",
        "[a](http://b) `c`\n# d",
        None,
        "",
        "_t_",
        "",
        "",
        (("vip_spend", 5.0),),
        1,
        0,
        0.0,
    )
    page = rules_markdown([line], load("en"))
    assert "| 1 | \\<img src=x\\> | \\[a\\](http://b) \\`c\\` \\# d |  |  | \\_t\\_ |" in page
    assert "## a\\|b" in page
