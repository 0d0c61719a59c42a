"""The rules in words on the sheet Guide, for whoever does not open Rules; what is said there is what Rules says.

Kept out: the sentences of Guide that never change, which the template writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.engine import say
from tracker.engine.summaries import block
from tracker.engine.tag_words import Given, condition_words
from tracker.engine.tags import Tagging
from tracker.model.plan import Block, Value
from tracker.schema.blocks import BLOCK_SPECS
from tracker.schema.snapshot import Snapshot
from tracker.words import fill
from tracker.words.sentences import shown

NAME = "guide_rules"
LONGEST = 140  # characters of a rule that can be seen on its line

Row = tuple[Value, ...]


def guide(snapshot: Snapshot, tagging: Tagging) -> tuple[Block, ...]:
    """The block of rules; of more than it has room for the last line says how many are left out."""
    rows, room = [row for one in tagging.given for row in _rows(snapshot, one)], BLOCK_SPECS[NAME].rows
    if len(rows) > room:
        left = fill(snapshot.words.at("guide", "rules_more"), {"count": len(rows) - room + 1})
        rows = [*rows[: room - 1], (left, None, None, None)]
    return (block(NAME, rows),)


def _rows(snapshot: Snapshot, given: Given) -> Iterator[Row]:
    """A line for each rule of a dimension."""
    words = snapshot.words
    name = words.find("choice", "dimension", given.dimension) or given.dimension
    labels = dict(zip(given.names, given.labels(snapshot), strict=False))
    for read in given.rules:
        days = read.rule.cadence_days
        every = fill(words.at("guide", "rules_every"), {"days": say.amount(words, days)}) if days else None
        yield name, labels[read.rule.tag], shown(condition_words(snapshot, read.condition), LONGEST), every
