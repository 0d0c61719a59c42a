"""One customer ID that stands for different people in two workbooks of a run.

IDs are given within a workbook, so that this is no fault of either; it is one as soon as rows of the two are brought
together. Copies of one workbook are told by `copies`: here one of them speaks for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.commands.bearers import Marks
from tracker.commands.copies import conflict, noting
from tracker.commands.examine import Outcome
from tracker.model.finding import Finding
from tracker.schema.findings import finding

SAME_ID = "D106"
NAMED = 3  # IDs of a file whose cells are named, the first ones

Numbers = NDArray[np.int64]


def noting_elsewhere(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same outcomes; a file some of whose IDs stand for somebody else in another file has a finding more."""
    noted = list(outcomes)
    for place, found in _found(outcomes, _spokesmen(outcomes)):
        noted[place] = noting(outcomes[place], found)
    return noted


def somebody_else(marks: Marks) -> Numbers:
    """For each mark of all files the number of the first one that is another person with its ID; −1: there is none."""
    order = np.argsort(marks["id"], kind="stable")
    ids, who = marks["id"][order], marks["who"][order]
    begins = np.ones(len(ids), bool)
    begins[1:] = ids[1:] != ids[:-1]
    group = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)[group]
    others = np.flatnonzero(who != who[first])
    groups, at = np.unique(group[others], return_index=True)
    second = np.full(len(ids), -1)  # by group: the first that is not whom the first of all is
    second[groups] = others[at]
    found = np.where(who != who[first], first, second[group])
    numbers = np.full(len(ids), -1)
    numbers[order] = np.where(found >= 0, order[found], -1)
    return numbers


def _spokesmen(outcomes: Sequence[Outcome]) -> list[int]:
    """The positions of one file of each workbook that tells whom its IDs stand for, with a plain name if there is."""
    plain_first = sorted(range(len(outcomes)), key=lambda place: bool(conflict(outcomes[place].report.path)))
    speak: dict[object, int] = {}
    for place in plain_first:
        one = outcomes[place]
        if one.bearers is not None:
            speak.setdefault(one.workbook_id.casefold() or place, place)
    return sorted(speak.values())


def _found(outcomes: Sequence[Outcome], places: Sequence[int]) -> Iterator[tuple[int, Finding]]:
    """The finding of each file that has one, of those at some positions."""
    told = [one.known() for place in places if (one := outcomes[place].bearers)]
    if len(told) < 2:
        return
    marks, file = np.concatenate(told), np.repeat(places, [len(one) for one in told])
    others = somebody_else(marks)
    hits = np.flatnonzero(others >= 0)
    for mine in np.split(hits, np.flatnonzero(np.diff(file[hits])) + 1):
        if len(mine):
            pairs = [
                [(outcomes[int(file[one])], int(marks["row"][one])) for one in (here, others[here])]
                for here in mine[:NAMED].tolist()
            ]
            yield int(file[mine[0]]), _finding(pairs, len(mine))


def _finding(pairs: Sequence[Sequence[tuple[Outcome, int]]], count: int) -> Finding:
    """What is said at the first such ID of a file: how many there are, and for a few the cells here and there."""
    cells = [[(one.report.path, one.bearers.at(row)) for one, row in pair if one.bearers] for pair in pairs]
    said = ", ".join(f"{here.cell} ({there.cell} in {path})" for (_, here), (path, there) in cells)
    (_, place), (file, _) = cells[0]
    return finding(SAME_ID, place, file=file, count=str(count), cells=said)
