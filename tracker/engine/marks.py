"""What stands in cells, told by marks that give no value away: whether two cells hold the same, and which do not.

The marks of a row are one text, such as ``2:9af1 7:03bc``: for each column that holds something its number and a
digest. Kept out: whose cells they are, and what becomes of those that differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from tracker.engine.cellvalues import Stands, comparable

LENGTH = 4  # hexadecimal digits: of 65,536 cells typed over one goes unseen
DIGITS = 12  # of a number: programs round the fifteenth up or down, and a mark knows no nearness
COLUMNS = 2_000  # those further right have no marks: of so many the text still fits into a cell
_MARK = re.compile(r"([1-9]\d{0,4}):[0-9a-f]+", re.ASCII)


def marks_of(columns: Mapping[int, Sequence[Stands]]) -> list[str]:
    """The marks of each row of some columns, by their numbers in ascending order; "" of an empty row."""
    known: dict[object, str] = {}
    rows: list[list[str]] = [[] for _ in next(iter(columns.values()), ())]
    for number, cells in columns.items():
        if number > COLUMNS:
            continue
        for row, value in zip(rows, cells, strict=True):
            if value not in (None, ""):
                row.append(f"{number}:{_mark(value, known)}")
    return list(map(" ".join, rows))


def differing(one: str, two: str) -> list[int]:
    """The numbers of the columns in which two rows do not hold the same; what is no mark tells of no column."""
    marks = map(_MARK.fullmatch, {*one.split()} ^ {*two.split()})
    return sorted({int(mark[1]) for mark in marks if mark})


def _mark(value: Stands, known: dict[object, str]) -> str:
    """The mark of one cell, the same for equal cells, however their lines are broken; ``known`` saves work."""
    whole = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
    if isinstance(whole, float):
        whole = float(f"{whole:.{DIGITS}g}")
    told = comparable(whole)
    if told not in known:
        text = json.dumps(told).encode("utf-8", "surrogatepass")
        known[told] = hashlib.sha256(text).hexdigest()[:LENGTH]
    return known[told]
