"""Rows that are the same in several columns, so that what is said of them is said once; and texts in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.same import numbered

Positions = NDArray[np.int64]


def alike(columns: Sequence[NDArray[Any]]) -> tuple[Positions, Positions]:
    """The group of each row, rows that are the same in all columns in one, and the first row of each group.

    At least one column, all of shape (rows,); two blanks are the same.
    """
    group = np.zeros(len(columns[0]), np.int64)
    for values in columns:
        place, found = numbered(values)
        group, _ = numbered(group * len(found) + place)  # anew, else many columns would overflow
    first = np.empty(int(group.max(initial=-1)) + 1, np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group, first


def ranked(texts: NDArray[np.object_]) -> Positions:
    """The place of each text among the different ones in order, shape as given.

    As objects: in an array of plain texts each takes the room of the longest, and somebody pasted a letter for an ID.
    """
    place, found = numbered(texts)
    order = np.empty(len(found), np.int64)
    order[sorted(range(len(found)), key=found.tolist().__getitem__)] = np.arange(len(found))
    return order[place]
