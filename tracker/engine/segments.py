"""The Segments sheet: who is who, who moved, and who is about to leave a tag, filled from one snapshot.

"Who is who" has a fixed number of lines. Tags are exclusive inside a dimension, so what does not fit is added up in
the last line of its dimension and every dimension keeps its total; dimensions for which no line is left are counted.
Kept out: the numbers themselves (`segments_tags`) and the two lists of customers (`segments_lists`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tracker.engine import say
from tracker.engine import summaries_titles as titles
from tracker.engine.home_leaving import DIMENSION, Going
from tracker.engine.moves import Move, moved_since
from tracker.engine.segments_lists import leaving_list, moved_list
from tracker.engine.segments_tags import (
    AGAIN,
    ANSWERS,
    BUYERS,
    CUSTOMERS,
    MOVED,
    MOVED_SPEND,
    RECENT,
    RECENT_SPEND,
    SATISFIED,
    SPEND,
    Line,
    Movements,
    by_customer,
    fitted,
    who_is_who,
)
from tracker.engine.state import baseline
from tracker.engine.summaries import block, day_line
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.tags import Tagging
from tracker.facts.windows import Numbers
from tracker.model.plan import Block, Listing, Value
from tracker.schema.blocks import BLOCK_SPECS, SEGMENT_ROWS
from tracker.schema.snapshot import Snapshot
from tracker.words.sentences import shown

MONTH = 30  # days
NAMED_FROM = 5  # customers from which on the largest stage is worth a sentence
NAME = 30  # characters of a tag's name that can be seen in a title
STAGE = "stage"

Row = Sequence[Value]


def segments(
    ledger: Ledger, tagging: Tagging, history: Listing, moved: Sequence[Move], going: Going
) -> tuple[Block, ...]:
    """Every block of Segments; ``history`` and ``moved`` are what `moves` gave."""
    snapshot, since = ledger.snapshot, baseline(ledger.snapshot)
    past = since is not None or any(history.columns["changed_on"])
    recent = moved_since(snapshot, tagging, history, snapshot.today - MONTH) if past else None
    lines, totals = who_is_who(ledger, tagging, Movements(None if since is None else moved, recent)), _totals(ledger)
    found: dict[str, Iterable[Row]] = {
        "day_segments": [[day_line(snapshot, currency=True)]],
        "segments": _cells(ledger, lines, totals),
        "segments_heads": [_heads(snapshot, since, past)],
        "title_segments_stage": _lines(_stage(snapshot, lines, totals)),
        "title_segments_value": _lines(_value(ledger, lines, totals)),
        **moved_list(snapshot, tagging, moved, since),
        **leaving_list(snapshot, going),
    }
    return tuple(block(name, rows) for name, rows in found.items())


def _totals(ledger: Ledger) -> Numbers:
    """How many customers there are, and what they spend, together."""
    return np.asarray(by_customer(ledger)[:, [CUSTOMERS, SPEND]].sum(axis=0), np.float64)


def _cells(ledger: Ledger, groups: Sequence[Sequence[Line]], totals: Numbers) -> list[Row]:
    """The lines that fit, as cells; the last one counts the dimensions that do not."""
    words, width = ledger.snapshot.words, len(BLOCK_SPECS["segments"].columns)
    kept, left = fitted(groups, SEGMENT_ROWS, words.say("others"))
    rows = [_row(ledger, line, totals) for line in kept]
    more = (say.count(words, "dimensions_more", left), *[None] * (width - 1))
    return [*rows, more] if left else rows


def _row(ledger: Ledger, line: Line, totals: Numbers) -> Row:
    """One line; blank where there is nothing to count or to have a share of, and where nothing tells who moved."""
    numbers, sold = line.numbers, len(ledger.lines.day) > 0
    if not totals[CUSTOMERS]:
        return (line.dimension, line.tag, *[None] * 10)
    return (
        line.dimension,
        line.tag,
        float(numbers[CUSTOMERS]),
        _share(numbers[CUSTOMERS], totals[CUSTOMERS]),
        round(float(numbers[SPEND]), 2) + 0.0 if sold else None,
        _share(numbers[SPEND], totals[SPEND]),
        _share(numbers[SATISFIED], numbers[ANSWERS]),
        _share(numbers[AGAIN], numbers[BUYERS]),
        *(round(float(numbers[i]), 2) + 0.0 for i in (MOVED, MOVED_SPEND, RECENT, RECENT_SPEND)),
    )


def _heads(snapshot: Snapshot, since: float | None, past: bool) -> Row:
    """Since which days the movements are; as the template says where nothing tells."""
    words, month = snapshot.words, snapshot.today - MONTH
    days = {"moved": since, "month": month if past else None}
    return [
        words.at("label", "block", "segments", key)
        if day is None
        else words.say("segments_head", day=say.day_month(words, day))
        for key, day in days.items()
    ]


def _stage(snapshot: Snapshot, groups: Sequence[Sequence[Line]], totals: Numbers) -> tuple[str, str]:
    """Which stage most customers are in, and the measure of the chart."""
    words, lines = snapshot.words, _of(STAGE, groups)
    plain = words.at("label", "chart", "segments_stage")
    if not totals[CUSTOMERS] or not lines:
        return plain, words.at("label", "empty", "segments_stage")
    measure = words.at("label", "measure", "segments_stage")
    first, *others = sorted(lines, key=lambda line: -line.numbers[CUSTOMERS])
    clear = not others or others[0].numbers[CUSTOMERS] < first.numbers[CUSTOMERS]
    if totals[CUSTOMERS] < NAMED_FROM or not clear:
        return plain, measure
    share = say.amount(words, 100 * first.numbers[CUSTOMERS] / totals[CUSTOMERS])
    return words.say("stage_finding", tag=shown(first.tag, NAME), share=share), measure


def _value(ledger: Ledger, groups: Sequence[Sequence[Line]], totals: Numbers) -> tuple[str, str]:
    """Which value tag brings how much, as Summary says it; what is missing while nothing was bought."""
    words, lines = ledger.snapshot.words, _of(DIMENSION, groups)
    if not len(ledger.lines.day) or not lines:
        return words.at("label", "chart", "value"), words.at("label", "empty", "segments_value")
    return titles.value(ledger, [(one.tag, None, None, _share(one.numbers[SPEND], totals[SPEND])) for one in lines])


def _of(dimension: str, groups: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of a dimension that are tags."""
    return [line for group in groups for line in group if line.code == dimension and not line.plain]


def _share(part: float, whole: float) -> float | None:
    return round(100 * float(part) / float(whole), 1) + 0.0 if whole > 0 else None


def _lines(values: Iterable[Value]) -> list[Row]:
    return [[value] for value in values]
