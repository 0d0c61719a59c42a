"""An explanation of one customer, laid out for a terminal of 80 columns, or as JSON for programs.

Kept out: what the explanation says; see `tracker.engine.explain`.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date

from tracker.engine.evidence import Behind
from tracker.engine.explain import Asked, Explanation, RuleStory, TagStory
from tracker.engine.explain_followup import FollowUpStory
from tracker.rules import DEFAULT_WORDS
from tracker.rules.sentences import number_in_words
from tracker.words import Words, fill
from tracker.words.visible import visible

WIDE = 80
VERSION = 1
NAMED = 3  # rows of a figure that are named


def explained_json(story: Explanation) -> str:
    """The explanation as JSON: days as ISO text, blanks null; see docs/rules.md."""
    return json.dumps({"version": VERSION, **asdict(story)}, default=str, ensure_ascii=False, indent=2) + "\n"


def explained_text(story: Explanation, words: Words) -> str:
    """The explanation in sentences, none wider than 80 columns."""
    lines = [*_head(story, words)]
    for one in story.dimensions:
        lines += ["", *_dimension(one if story.refreshed else replace(one, before=""), words)]
    lines += ["", *_followup(story.followup, words)]
    return "\n".join(lines) + "\n"


def _say(words: Words, key: str, **values: object) -> str:
    return fill(words.at("explain", key), {name: _shown(value, words) for name, value in values.items()})


def _shown(value: object, words: Words) -> str:
    if value is None:
        return words.at("explain", "blank")
    if isinstance(value, float | int):
        return _number(float(value), words)
    return str(value)


def _number(value: float, words: Words) -> str:
    """A number as people read it: two digits after the point are enough to judge by."""
    marks = {key: words.find("say", found) or DEFAULT_WORDS[key] for key, found in MARKS.items()}
    return number_in_words(round(value, 2), {**DEFAULT_WORDS, **marks})


MARKS = {"thousands": "thousands", "decimal": "point"}


def _folded(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """A sentence as lines: line breaks of a cell are spaces, what would clear a terminal is spelled out."""
    plain, indent = visible(" ".join(text.split())), " " * len(first) if rest is None else rest
    lines = textwrap.wrap(plain, WIDE, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
    return lines or [first]


def _head(story: Explanation, words: Words) -> Iterator[str]:
    who = ", ".join(dict.fromkeys(filter(None, (story.customer_name, story.company, story.customer_id))))
    yield from _folded(who)
    yield from _folded(_say(words, "day", day=story.day, tags=story.tags or words.at("explain", "no_tags")))
    if story.unreadable_rules:
        yield from _folded(_say(words, "unreadable", count=story.unreadable_rules))


def _dimension(story: TagStory, words: Words) -> Iterator[str]:
    label = story.label or words.at("explain", "no_tag")
    yield from _folded(_say(words, "tag", dimension=story.name, tag=label))
    if story.by_hand:
        key = "by_hand_until" if story.until else "by_hand"
        yield from _folded(_say(words, key, until=story.until), "  ")
        if story.reason:
            yield from _folded(_say(words, "reason", reason=story.reason), "  ")
    yield from _winner(story, words)
    yield from _change(story, words)
    for one in reversed(story.above):  # the nearest one first
        yield from _missed(one, words)
    if story.before:
        yield from _folded(_say(words, "before", tag=story.before), "  ")


def _winner(story: TagStory, words: Words) -> Iterator[str]:
    rule = story.rule
    if rule is None:
        yield from _folded(_say(words, "no_rule"), "  ")
        return
    key = "rules_say" if story.by_hand else "because"
    where = _say(words, "where", cell=rule.cell) if rule.cell else ""
    yield from _folded(_say(words, key, tag=rule.label, rule=rule.words) + where, "  ")
    told = set[Behind]()
    for one in rule.asked:
        yield from _asked(one, words, single=len(rule.asked) == 1)
        fresh = [behind for behind in one.behind if behind not in told]
        told |= set(fresh)
        for text in filter(None, (_behind(behind, words) for behind in fresh)):
            yield from _folded(text, "      ")


def _asked(one: Asked, words: Words, single: bool) -> list[str]:
    """A comparison with what entered; where the rule is that comparison alone its words are not said again."""
    judged = _judged(one, words)
    said = judged if single else _say(words, "asked", asked=one.words, judged=judged)
    return _folded(said, "    " + words.at("explain", "yes" if one.holds else "no"))


def _judged(one: Asked, words: Words) -> str:
    if one.distance is None:
        return _say(words, "plain", value=one.value)
    apart = _apart(one, words)
    if one.holds:
        key = "at_boundary" if one.distance == 0 else "to_spare"
    elif one.distance == 0:
        key = "at_boundary_not"
    else:
        key = "more" if one.more else "less"
        key = f"{key}_than" if one.strict else key
    return _say(words, key, value=one.value, apart=apart)


def _apart(one: Asked, words: Words) -> str:
    distance = one.distance or 0.0
    if not isinstance(one.value, date):
        return _number(distance, words)
    return _say(words, "days_1" if distance == 1 else "days", count=distance)


def _behind(one: Behind, words: Words) -> str:
    if not one.count:
        return ""
    if one.what in ("contact", "purchase"):
        return _say(words, f"last_{one.what}", day=one.last)
    key = f"rows_{one.what}" + ("_1" if one.count == 1 else "")
    counted = _say(words, key, count=one.count, first=one.first, last=one.last)
    if one.count > NAMED:
        return counted
    named = [_row(row.key, row.day, row.amount, words) for row in one.rows]
    return _say(words, "rows", counted=counted, rows="; ".join(named))


def _row(key: str, day: date | None, amount: float | None, words: Words) -> str:
    parts = [key, str(day or ""), "" if amount is None else _number(amount, words)]
    return " ".join(filter(None, parts))


def _change(story: TagStory, words: Words) -> Iterator[str]:
    change = story.change
    if change is None:
        if story.rule is not None and not story.by_hand:
            yield from _folded(_say(words, "stays"), "  ")
        return
    tag = change.label or words.at("explain", "no_tag")
    left = story.rule.label if story.rule else ""
    key = "becomes" if story.rule is None else "leaves"
    days = _say(words, "days_1" if change.days == 1 else "days", count=change.days)
    yield from _folded(_say(words, key, left=left, day=change.day, days=days, tag=tag), "  ")


def _missed(rule: RuleStory, words: Words) -> Iterator[str]:
    """A rule further up that does not hold: what of it is missing."""
    missing = [one for one in rule.asked if not one.holds]
    if not missing:  # a condition with not: what holds is what stands in the way
        missing = list(rule.asked)
    judged = [_say(words, "asked", asked=one.words, judged=_judged(one, words)) for one in missing]
    yield from _folded(_say(words, "not_tag", tag=rule.label, missing="; ".join(judged)), "  ", "      ")


def _followup(story: FollowUpStory, words: Words) -> Iterator[str]:
    due = _say(words, "due", day=story.due, state=f" ({story.state})" if story.state else "")
    yield from _folded(due if story.due else _say(words, "not_due"))
    for text in (*_decided(story, words), *_around(story, words)):
        yield from _folded(text, "  ")
    for line in story.lines:
        late = _say(words, "late_1" if line.days_late == 1 else "late", count=line.days_late)
        state = late if line.days_late > 0 else line.state
        key = "line_same" if line.why == story.why else "line"
        said = _say(words, key, due=line.due, what=line.what, why=line.why, state=state)
        yield from _folded(said + (f" – {line.escalation}" if line.escalation else ""), "    ", "      ")


def _decided(story: FollowUpStory, words: Words) -> Iterator[str]:
    """Which duty decides, and the others with their days."""
    if story.why:
        yield _say(words, "why", why=story.why)
    if story.silent:
        yield _say(words, f"silent_{story.silent}", day=story.planned)
    for duty in story.duties:
        if duty.kind == "cadence":
            yield _cadence(story, duty.day, duty.decides, words)
        else:
            yield _say(words, f"duty_{duty.kind}", day=duty.day) + _say(words, "decides" if duty.decides else "later")
    if story.moved_from:
        yield _say(words, "moved", day=story.moved_from)
    if story.spent:
        yield _say(words, "spent", day=story.spent, contact=story.last_contact)


def _cadence(story: FollowUpStory, day: date, decides: bool, words: Words) -> str:
    tag = next((f"{one.tag}: " for one in story.cadences if one.counts), "")
    base = _say(words, f"since_{story.since}", day=story.since_day) if story.since else ""
    said = _say(words, "duty_cadence", day=day, tag=tag, days=story.cadence_days, base=base)
    if story.not_before:
        said += _say(words, f"held_{story.not_before}")
    return said + _say(words, "decides" if decides else "later")


def _around(story: FollowUpStory, words: Words) -> Iterator[str]:
    others = [f"{one.tag} {_number(one.days, words)}" for one in story.cadences if not one.counts]
    if others:
        yield _say(words, "longer", tags=", ".join(others))
    if story.due:
        yield _say(words, "escalates", lead=story.lead_on, risk=story.risk_on)
    contact = _say(words, "contact", day=story.last_contact) if story.last_contact else _say(words, "no_contact")
    channel = _say(words, "channel", channel=story.channel) if story.channel else ""
    summary = _say(words, "summary", summary=story.last_summary) if story.last_summary else ""
    yield contact + summary + channel
    if story.lines:
        yield _say(words, "on_list")
