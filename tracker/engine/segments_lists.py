"""The two lists of Segments: who moved since the last refresh of an earlier day and why, who is about to leave a tag.

Both show the customers with the most money; of more than there is room for the last line says how many are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tracker.engine import say
from tracker.engine.alone import Alone, only
from tracker.engine.customer_facts import Ahead
from tracker.engine.home_leaving import DIMENSION, Going
from tracker.engine.moves import Move
from tracker.engine.tag_words import Given, lost_reason, no_tag, reason, tag_label
from tracker.engine.tags import Tagging
from tracker.model.plan import Value
from tracker.rules import Facts
from tracker.rules.nodes import Otherwise
from tracker.schema.blocks import LIST_ROWS
from tracker.schema.snapshot import Snapshot, fold
from tracker.words.sentences import shown

LONGEST = 110  # characters of a reason that can be seen in its two lines
NUMBER = re.compile(r" \([^\s()]+\)$")  # what decided stands in brackets at the end; a rule may end with one too

Row = Sequence[Value]
Blocks = Mapping[str, Iterable[Row]]


def moved_list(snapshot: Snapshot, tagging: Tagging, moved: Sequence[Move], since: float | None) -> Blocks:
    """Title and list of the customers who bear another tag; ``moved`` has the most money first."""
    words, room = snapshot.words, _room(len(moved))
    names, reasons = snapshot.text("Customers", "display_name"), why_moved(snapshot, tagging, moved[:room])
    rows: list[Row] = [
        (names[move.at], move.customer_id, _from_to(snapshot, move), _seen(why), round(move.spend, 2))
        for move, why in zip(moved, reasons, strict=False)
    ]
    if len(moved) > room:
        rows.append((say.count(words, "moves_more", len(moved) - room), *[None] * 4))
    return {"title_segments_moved": [[one] for one in _moved_title(snapshot, moved, since)], "segments_moved": rows}


def leaving_list(snapshot: Snapshot, going: Going) -> Blocks:
    """Measure and list of the customers who will lose a value tag."""
    words, room = snapshot.words, _room(going.count)
    names, ids = (snapshot.text("Customers", key) for key in ("display_name", "customer_id"))
    rows: list[Row] = [
        (names[one.position], ids[one.position], tag_label(snapshot, DIMENSION, one.tag), float(one.days))
        for one in going.first[:room]
    ]
    if going.count > room:
        rows.append((say.count(words, "leaving_more", going.count - room), *[None] * 3))
    if not len(snapshot.frames["Customers"]):
        said = words.at("label", "empty", "segments_leaving")
    else:
        said = say.count(words, "leaving_many", going.count) if going.count else words.say("leaving_nobody")
    return {"segments_leaving_hint": [[said]], "segments_leaving": rows}


def why_moved(snapshot: Snapshot, tagging: Tagging, moved: Sequence[Move]) -> list[str]:
    """For each of a few moves why: what gives the new tag, or of a tag that is lost what no longer holds of it."""
    at, place = np.unique(np.array([move.at for move in moved], np.int64), return_inverse=True)
    facts = Alone(only(snapshot, at), 0, Ahead(snapshot, 0))
    given = {one.dimension: one for one in tagging.given}
    return [
        _why(snapshot, given.get(move.dimension), move, facts, int(i)) for move, i in zip(moved, place, strict=True)
    ]


def _why(snapshot: Snapshot, one: Given | None, move: Move, facts: Facts, place: int) -> str:
    """Why one customer moved: the rule that holds first decides, be it that of the tag they left or of the new one."""
    words = snapshot.words
    if one is not None and one.forced[move.at]:
        return words.at("why", "by_hand")
    rules = one.rules if one else ()
    now = int(one.rule[move.at]) if one is not None and one.rule[move.at] >= 0 else len(rules)
    former = [i for i, read in enumerate(rules) if read.rule.tag == move.from_tag]
    lost = next((i for i in former if i < now and not isinstance(rules[i].condition, Otherwise)), None)
    if lost is not None:
        said = lost_reason(snapshot, rules[lost].condition, facts, place)
        return words.at("why", "no_longer").format(rule=said)
    if now < len(rules) and not isinstance(rules[now].condition, Otherwise):
        return reason(snapshot, rules[now].condition, facts, place)
    return words.at("why", "no_rule" if former or not move.from_tag else "rule_gone")


def _moved_title(snapshot: Snapshot, moved: Sequence[Move], since: float | None) -> tuple[str, str]:
    words = snapshot.words
    if since is None:
        return words.at("label", "segments_moved"), words.at("label", "empty", "segments_moved")
    title = words.say("moved_since", day=say.long_day(words, since))
    many = len({fold(move.customer_id) for move in moved})
    return title, say.count(words, "moved_many", many) if many else words.say("moved_nobody")


def _from_to(snapshot: Snapshot, move: Move) -> str:
    tags = (move.from_tag, move.to_tag)
    one, two = (tag_label(snapshot, move.dimension, tag) if tag else no_tag(snapshot, move.dimension) for tag in tags)
    return snapshot.words.say("moved_from_to", before=one, now=two)


def _seen(why: str) -> str:
    """A reason as long as can be seen; the number that decided, in brackets at its end, is not what is cut off."""
    number = NUMBER.search(why)
    said = number[0] if number else ""
    return shown(why.removesuffix(said), LONGEST - len(said)) + said


def _room(many: int) -> int:
    """How many customers a list shows: all, or one line less than it has."""
    return many if many <= LIST_ROWS else LIST_ROWS - 1
