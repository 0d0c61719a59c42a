"""The rules of a workbook in words, as Markdown, and what would follow from other rules, as JSON.

Kept out: what a rule means; see `tracker.engine.rule_lines`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from tracker.engine.rule_lines import RuleLine
from tracker.engine.what_if import Movement, Prospect
from tracker.rules.sentences import number_in_words
from tracker.words import Words, fill

VERSION = 1


def rules_json(lines: Sequence[RuleLine], unread: Sequence[dict[str, str]]) -> str:
    """The rules that can be read, and those that cannot with the reason."""
    told = {"version": VERSION, "rules": [asdict(one) for one in lines], "unreadable": list(unread)}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def what_if_json(found: Prospect) -> str:
    """The movements with everybody who would move."""
    movements = [_movement(one) for one in found.movements]
    told = {"version": VERSION, "customers": found.customers, "movements": movements}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _movement(one: Movement) -> dict[str, object]:
    return {**asdict(one), "count": len(one.customers), "spend": one.spend}


def rules_markdown(lines: Sequence[RuleLine], words: Words) -> str:
    """The rules in words, a table a dimension; a page for people who do not open Rules."""
    return "\n".join(_markdown(lines, words)) + "\n"


def _markdown(lines: Sequence[RuleLine], words: Words) -> Iterator[str]:
    def say(key: str) -> str:
        return words.at("rules", key)

    yield f"# {say('title')}"
    yield ""
    yield say("intro")
    for dimension in dict.fromkeys(one.dimension for one in lines):
        mine = [one for one in lines if one.dimension == dimension]
        yield ""
        yield f"## {_cell(mine[0].dimension_name)}"
        yield ""
        yield _row(*(say(key) for key in ("number", "tag", "when", "cadence", "channel", "more")))
        yield "|---:|---|---|---|---|---|"
        for number, one in enumerate(mine, 1):
            yield _row(str(number), one.label, one.words, _cadence(one, words), one.channel, _more(one))
    used = dict(pair for one in lines for pair in one.settings)
    if used:
        yield ""
        yield f"## {say('settings')}"
        yield ""
        yield say("settings_intro")
        yield ""
        for key, value in sorted(used.items()):
            yield f"- `{key}` = {number_in_words(value) if isinstance(value, float | int) else value}"


def _cadence(one: RuleLine, words: Words) -> str:
    if one.cadence_days is None:
        return ""
    return fill(words.at("rules", "every"), {"days": number_in_words(one.cadence_days)})


def _more(one: RuleLine) -> str:
    return "; ".join(filter(None, (one.team, one.action, one.note)))


def _row(*cells: str) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    """Text of a workbook inside of a table: on one line, its signs not taken for Markdown."""
    line = " ".join(text.split())
    return "".join("\\" + letter if letter in "\\|`*_<>[]#" else letter for letter in line)
