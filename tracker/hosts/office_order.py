"""The order in which columns are written: what a formula looks at comes before it.

A formula that stands there already is told of each cell that is written where it looks, and 10,000 of them 10,000
times; undone in turn, it is gone before what it looks at is. Kept out: how a column is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tracker.hosts.office_steps import Change, Step


def dependents_last(changes: Sequence[Change], headers: Mapping[tuple[str, int], str]) -> list[Change]:
    """The columns, each behind those its formulas name; ``headers`` by sheet and column, counted from 1.

    A header that two tables share counts as both, and where columns look at each other in a ring one must be first:
    that costs time alone.
    """
    named: dict[str, list[Change]] = {}
    for one in changes:
        named.setdefault(f"[{headers.get((one.sheet, one.column), '')}]", []).append(one)
    found: dict[int, Change] = {}
    visited: set[int] = set()
    for first in changes:
        _visit(first, named, visited, found)
    return list(found.values())


def cleared_first(changes: Sequence[Change]) -> Iterator[Step]:
    """The steps that empty the formulas of columns before anything is written, those first that look at others."""
    for one in reversed(changes):
        calculated = np.flatnonzero(one.calculated)
        for piece in np.split(calculated, np.flatnonzero(np.diff(one.written[calculated]) > 1) + 1):
            if len(piece) > 1:
                top, bottom = int(one.written[piece[0]]) - 1, int(one.written[piece[-1]]) - 1
                yield {"do": "clear", "sheet": one.sheet, "left": one.column - 1, "top": top, "bottom": bottom}


def _visit(one: Change, named: Mapping[str, Sequence[Change]], visited: set[int], found: dict[int, Change]) -> None:
    if id(one) in visited:
        return
    visited.add(id(one))
    for other in _seen(one, named):
        _visit(other, named, visited, found)
    found[id(one)] = one


def _seen(one: Change, named: Mapping[str, Sequence[Change]]) -> Iterator[Change]:
    """The columns that the formulas of one look at."""
    for text in one.cells.formula_texts or one.formulas:
        for header, columns in named.items():
            if header in text:
                yield from columns
