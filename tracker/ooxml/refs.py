"""Cell areas in the spelling of the file (A1:C5), and column letters.

Keeps out everything about formulas: a reference inside a formula is the business of `formulas`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.ooxml.errors import damaged

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?\Z")


def column_letters(column: int) -> str:
    """Say column 28 as AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Say column AB as 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True, order=True)
class Ref:
    """A rectangle of cells, both corners included, 1-based."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Read `A1`, `A1:C5` or `$A$1:$C$5`; PackageError when it is no area of a sheet."""
        match = _AREA.match(text.strip())
        if match is None:
            raise damaged("an area reference in the file is malformed")
        left, top, right, bottom = match.groups()
        rows = sorted((int(top), int(bottom or top)))
        columns = sorted((column_number(left), column_number(right or left)))
        if rows[0] < 1 or rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
            raise damaged("an area reference in the file lies outside the sheet")
        return cls(rows[0], columns[0], rows[1], columns[1])

    def __str__(self) -> str:
        first = f"{column_letters(self.first_column)}{self.first_row}"
        last = f"{column_letters(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def meets(self, other: Ref) -> bool:
        """Whether the two have a cell in common."""
        rows = self.first_row <= other.last_row and other.first_row <= self.last_row
        return rows and self.first_column <= other.last_column and other.first_column <= self.last_column

    def union(self, other: Ref) -> Ref:
        """The smallest area that covers both."""
        return Ref(
            min(self.first_row, other.first_row),
            min(self.first_column, other.first_column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )
