"""A formula taken apart at its references, so that it can be said again at another cell.

Reads letters from the left and knows what a reference cannot stand in: a text, a quoted sheet name, the brackets of a
structured reference or of another workbook. It never fails: what it does not know stays as it is, because a formula of
staff that nobody here understands is no reason not to read the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracker.ooxml.refs import LAST_COLUMN, LAST_ROW, column_letters, column_number

_CELL, _COLUMN, _ROW = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})", r"(\$?)([A-Za-z]{1,3})", r"(\$?)([0-9]{1,7})"
_AFTER = r"(?![\w.$?\\(!\[])"  # what would make a function, a sheet, a table or a longer name of it
_REFERENCES = tuple(
    re.compile(pattern + _AFTER)
    for pattern in (f"{_CELL}:{_CELL}", f"{_COLUMN}:{_COLUMN}", f"{_ROW}:{_ROW}", _CELL)
)  # fmt: skip
_WORD = re.compile(r"[\w.$?\\]+")
_TEXT = re.compile(r'"[^"]*(?:"|\Z)')  # a doubled quote is two texts side by side
_SHEET = re.compile(r"'[^']*(?:'|\Z)")
_BRACKETED = re.compile(r"'.|[\[\]]", re.DOTALL)  # in brackets an apostrophe takes the meaning of what follows it


@dataclass(frozen=True)
class _Axis:
    """One coordinate of a reference: a row or a column number that stays (absolute) or moves along."""

    number: int
    stays: bool
    is_row: bool

    def moved(self, down: int, right: int) -> str | None:
        """Its spelling so many cells further, None outside the sheet."""
        number = self.number if self.stays else self.number + (down if self.is_row else right)
        if not 1 <= number <= (LAST_ROW if self.is_row else LAST_COLUMN):
            return None
        return ("$" if self.stays else "") + (str(number) if self.is_row else column_letters(number))


Ends = tuple[tuple[_Axis, ...], ...]  # of a reference: one, or two


@dataclass(frozen=True)
class SharedFormula:
    """A formula taken apart at its references, and the cell it is spelled for."""

    pieces: tuple[str | Ends, ...]  # letters that stay, and references
    row: int
    column: int

    @classmethod
    def parse(cls, formula: str, row: int, column: int) -> SharedFormula:
        """Take a formula (no "=") apart."""
        return cls(tuple(_pieces(formula)), row, column)

    def at(self, row: int, column: int) -> str:
        """The formula as the same cell group spells it at another cell; #REF! for what leaves the sheet."""
        down, right = row - self.row, column - self.column
        template, rows, low, high = self._in_column(right)
        if low + down < 1 or high + down > LAST_ROW:
            return "".join(one if isinstance(one, str) else _moved(one, down, right) for one in self.pieces)
        return template % tuple([number + down for number in rows])

    @cached_property
    def _columns(self) -> dict[int, tuple[str, list[int], int, int]]:
        return {}

    def _in_column(self, right: int) -> tuple[str, list[int], int, int]:
        """The formula so many columns further, with a place for each row number that moves: these, the least, the last.

        Most groups run down a column, and then writing out a cell is filling in these places.
        """
        if right not in self._columns:
            rows: list[int] = []
            template = "".join(
                one.replace("%", "%%") if isinstance(one, str) else _template(one, right, rows) for one in self.pieces
            )
            self._columns[right] = template, rows, min(rows, default=1), max(rows, default=1)
        return self._columns[right]


def _moved(ends: Ends, down: int, right: int) -> str:
    spelled = [[axis.moved(down, right) for axis in end] for end in ends]
    if any(one is None for end in spelled for one in end):
        return "#REF!"
    return ":".join("".join(one for one in end if one is not None) for end in spelled)


def _template(ends: Ends, right: int, rows: list[int]) -> str:
    """A reference so many columns further, its rows that move as places; they are added to `rows`."""
    spelled = [["%d" if axis.is_row and not axis.stays else axis.moved(0, right) for axis in end] for end in ends]
    if any(one is None for end in spelled for one in end):
        return "#REF!"
    rows += [axis.number for end in ends for axis in end if axis.is_row and not axis.stays]
    return ":".join("".join(one for one in end if one is not None) for end in spelled)


def _pieces(formula: str) -> Iterator[str | Ends]:
    """The formula from left to right: references such as A1, $B2:C$3, A:C or 2:5, and what is between them."""
    at = kept = 0
    while at < len(formula):
        ends, after = _reference(formula, at)
        if ends:
            yield formula[kept:at]
            yield ends
            kept = after
        at = after
    yield formula[kept:]


def _reference(formula: str, at: int) -> tuple[Ends, int]:
    """The reference that begins here, and where it ends; no reference, and where to look next."""
    letter = formula[at]
    if letter in "\"'":
        match = (_TEXT if letter == '"' else _SHEET).match(formula, at)
        return (), match.end() if match else len(formula)
    if letter == "[":
        return (), _bracket_end(formula, at)
    word = _WORD.match(formula, at)
    if word is None:
        return (), at + 1
    for pattern in _REFERENCES:
        match = pattern.match(formula, at)
        ends = _ends(match.groups()) if match else ()
        if match and all(axis.moved(0, 0) for end in ends for axis in end):
            return ends, match.end()
    return (), word.end()


def _bracket_end(formula: str, at: int) -> int:
    """Where the bracket that opens here is closed, those inside it minded."""
    depth = 0
    for match in _BRACKETED.finditer(formula, at):
        depth += {"[": 1, "]": -1}.get(match.group(), 0)
        if depth == 0 and match.group() == "]":
            return match.end()
    return len(formula)


def _ends(groups: tuple[str, ...]) -> Ends:
    """The axes by end: four groups are two of them, which is one cell, or two ends of one axis each."""
    axes = [
        _Axis(int(one) if one.isdigit() else column_number(one), bool(sign), one.isdigit())
        for sign, one in zip(groups[::2], groups[1::2], strict=True)
    ]
    size = 1 if len(axes) == 2 and axes[0].is_row == axes[1].is_row else 2
    return tuple(tuple(axes[i : i + size]) for i in range(0, len(axes), size))
