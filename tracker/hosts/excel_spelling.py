"""A formula and a text as Excel takes and gives them while it has the workbook open ↔ as the file spells them.

Excel shortens what its formula bar shows: ``[@Age]`` for ``People[[#This Row],[Age]]``, and no mark of younger
functions. A text that it would take for a number, a date or a formula is given with an apostrophe before it.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from tracker.formulas import PREFIXED
from tracker.model.grid import CellKind, Cells
from tracker.ooxml.cells import Value

_TEXT = r'"(?:[^"]|"")*"'
_INSIDE = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_EXCEL = re.compile(
    rf"{_TEXT}|'(?:[^']|'')+'!|\[[^\[\]@#]+\][\w. ]+!|(?P<table>[^\W\d][\w.\\]*)?(?P<inside>{_INSIDE})"
    r"|(?P<function>(?<![\w.])[A-Z][A-Z0-9.]*)(?=\()"
)
_FILE = re.compile(rf"{_TEXT}|{_INSIDE}|_xlfn\.(?:_xlws\.)?")
_CELL = re.compile(rf"{_TEXT}|'(?:[^']|'')+'!|{_INSIDE}|(?<![\w.])\$?(?P<letters>[A-Za-z]{{1,3}})\$?\d+(?![\w(])")
_AT_EASE = re.compile(r"[^\W\d_][^\d]*")  # begins with a letter and has no digit: never a number, a date or a formula
_TRUTHS = frozenset({"TRUE", "FALSE"})


@cache
def filed(text: str, table: str = "") -> str:
    """A formula of Excel, no leading ``=``, as the file spells it; ``table`` is the one its cell lies in."""

    def piece(match: re.Match[str]) -> str:
        if match["function"]:
            return f"_xlfn.{match[0]}" if match[0] in PREFIXED else match[0]
        owner = match["table"] or table
        if not match["inside"] or not owner:
            return match[0]
        return f"{owner}{_whole(match['inside'])}"

    return _EXCEL.sub(piece, text)


def _whole(inside: str) -> str:
    """What stands in brackets, ``@`` written out."""
    if not inside.startswith("[@"):
        return inside
    rest = inside[2:-1].strip()
    if not rest:
        return "[#This Row]"
    return f"[[#This Row],{rest}]" if rest.startswith("[") else f"[[#This Row],[{rest}]]"


@cache
def excel(text: str) -> str:
    """A formula of the file as Excel takes it, ``=`` first."""
    return "=" + _FILE.sub(lambda match: "" if match[0].startswith("_xlfn.") else match[0], text)


@cache
def moves(text: str) -> bool:
    """Whether a formula names cells, so that Excel would move them down when it fills a column with it."""
    return any(match["letters"] for match in _CELL.finditer(text))


def plain(cells: Cells) -> list[Value]:
    """Values as Excel takes them: what is a text stays one, what is an error becomes one, None for nothing."""
    out = cells.values()
    for i in np.flatnonzero(cells.kinds == CellKind.TEXT).tolist():
        out[i] = quoted(str(out[i]))
    return out


def quoted(text: str) -> str:
    """A text with an apostrophe before it where Excel would take it for something else."""
    at_ease = _AT_EASE.fullmatch(text) is not None and text.strip().upper() not in _TRUTHS
    return text if at_ease else f"'{text}"
