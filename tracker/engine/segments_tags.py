"""Who is who: for each tag of each dimension its customers, money, CSAT, repeat rate and net movement, as numbers.

A customer bears one tag of a dimension at most, so that the lines of a dimension can be added up. Kept out: what of it
fits on the sheet as cells (`segments`), and how a tag is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.engine.moves import Move, remembered
from tracker.engine.summaries import periods_of
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.tag_words import Given, dimension_name, no_tag, tag_label
from tracker.engine.tags import Tagging
from tracker.facts.windows import Numbers

FEWEST = 2  # lines of a dimension that is shown at all: its first tag, and the others
# What is added up for each line; answers and purchases of 12 months, spend of the spend window.
CUSTOMERS, SPEND, ANSWERS, SATISFIED, BUYERS, AGAIN, MOVED, MOVED_SPEND, RECENT, RECENT_SPEND = range(10)


@dataclass(frozen=True, eq=False)
class Line:
    """A tag of a dimension as it is called, and its numbers in the order above; ``plain``: no tag, or several."""

    dimension: str
    code: str  # of the dimension
    tag: str
    numbers: Numbers
    plain: bool = False


@dataclass(frozen=True)
class Movements:
    """Who moved since a refresh of an earlier day and in 30 days; None where nothing tells."""

    moved: Sequence[Move] | None
    recent: Sequence[Move] | None


def who_is_who(ledger: Ledger, tagging: Tagging, movements: Movements) -> list[list[Line]]:
    """All lines of each dimension that Rules knows, in its order; last that of no tag, if anybody has none."""
    numbers, counted = by_customer(ledger), np.zeros(len(ledger.snapshot.frames["Customers"]), bool)
    counted[ledger.rows] = True
    return [_dimension(ledger, one, numbers, counted, movements) for one in tagging.given]


def fitted(groups: Sequence[Sequence[Line]], rows: int, others: str) -> tuple[list[Line], int]:
    """The lines there is room for, and how many dimensions are left out.

    The largest dimensions give way first; what of them does not fit is added up in their last line.
    """
    sizes = [len(group) for group in groups]
    most = max((cap for cap in range(FEWEST, rows + 1) if sum(min(size, cap) for size in sizes) <= rows), default=0)
    if most:
        return [line for group in groups for line in _cut(group, most, others)], 0
    found: list[Line] = []
    for left, group in enumerate(groups):
        found += _cut(group, FEWEST, others)
        if len(found) + FEWEST > rows - 1:
            return found, len(groups) - left - 1
    return found, 0


def _cut(group: Sequence[Line], most: int, others: str) -> list[Line]:
    if len(group) <= most:
        return list(group)
    rest = group[most - 1 :]
    numbers = np.sum([line.numbers for line in rest], axis=0)
    return [*group[: most - 1], Line(rest[0].dimension, rest[0].code, others, numbers, plain=True)]


def by_customer(ledger: Ledger) -> Numbers:
    """What each customer of ``ledger.rows`` adds to the line of their tag; shape (customers, 6).

    Answers and purchases are those of 12 months, spend is that of the spend window.
    """
    year, size = periods_of(ledger.snapshot).year, ledger.size
    given = ledger.snapshot.codes("Interactions")
    answers = ~np.isnan(ledger.csat) & year.contains(ledger.started) & (given >= 0)
    bought = _count(ledger.deals.customer[ledger.deals.during(year, size)], size)
    by_code = (
        _count(given[answers], size),
        _count(given[answers & (ledger.csat >= 4)], size),
        (bought >= 1).astype(np.float64),
        (bought >= 2).astype(np.float64),
    )
    spend = np.nan_to_num(ledger.number("spend_12m"))
    return np.column_stack([np.ones(len(spend)), spend, *(one[ledger.codes] for one in by_code)])


def _count(codes: NDArray[np.int32], size: int) -> Numbers:
    return np.bincount(codes, minlength=size).astype(np.float64)


def _dimension(
    ledger: Ledger, one: Given, numbers: Numbers, counted: NDArray[np.bool_], movements: Movements
) -> list[Line]:
    """A line for each tag that a rule gives, that anybody bears, or that anybody left."""
    snapshot, known = ledger.snapshot, remembered(ledger.snapshot, one.dimension)
    both = [_own(moves, one, counted) if known else None for moves in (movements.moved, movements.recent)]
    left = {tag for moves in both for move in moves or () for tag in (move.from_tag, move.to_tag) if tag}
    names = [*one.names, *sorted(left - set(one.names))]
    place = np.where(one.tag[ledger.rows] < 0, len(names), one.tag[ledger.rows])
    sums: list[Numbers] = [np.bincount(place, column, len(names) + 1).astype(np.float64) for column in numbers.T]
    sums += [column for moves in both for column in _net(moves, names)]
    table = np.column_stack(sums)
    dimension = dimension_name(snapshot, one.dimension)
    lines = [
        Line(dimension, one.dimension, tag_label(snapshot, one.dimension, tag), table[i]) for i, tag in enumerate(names)
    ]
    none = Line(dimension, one.dimension, no_tag(snapshot, one.dimension), table[-1], plain=True)
    return [*lines, none] if np.nan_to_num(table[-1]).any() else lines


def _own(moves: Sequence[Move] | None, one: Given, counted: NDArray[np.bool_]) -> list[Move] | None:
    if moves is None:
        return None
    return [move for move in moves if move.dimension == one.dimension and counted[move.at]]


def _net(moves: Sequence[Move] | None, names: Sequence[str]) -> tuple[Numbers, Numbers]:
    """By tag, and last by none: who came less who went, and their spend; NaN where nothing tells."""
    if moves is None:
        return np.full(len(names) + 1, np.nan), np.full(len(names) + 1, np.nan)
    at = {tag: i for i, tag in enumerate((*names, ""))}
    many, spend = np.zeros(len(at)), np.zeros(len(at))
    for move in moves:
        for tag, sign in ((move.to_tag, 1), (move.from_tag, -1)):
            many[at[tag]] += sign
            spend[at[tag]] += sign * move.spend
    return many, np.round(spend, 2) + 0.0
