"""A finding: something wrong with the data, as a value that can be counted, sorted, grouped and compared.

It holds codes and places, no sentences; the words for it live in words/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters; ordered, so that the highest wins."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The code used in options and in JSON."""
        return self.name.lower()


@dataclass(frozen=True)
class Place:
    """Where: a sheet, and as far as they make sense a table, a row, a column and the row's own key."""

    sheet: str = ""
    table: str = ""
    row: int | None = None  # None: the finding is about the whole sheet or column
    column: int | None = None  # sheet column number; None: about the whole row
    key: str = ""  # column key
    header: str = ""
    row_key: str = ""  # the row's ID, so that a finding keeps its identity when rows are sorted

    @property
    def cell(self) -> str:
        """The address as Excel says it, such as ``B48``; empty when the place is larger than a cell."""
        if self.row is None or self.column is None:
            return ""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code, how much it matters, where, the value that stands there, and what to say."""

    code: str
    severity: Severity
    place: Place
    value: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    suggestion: str = ""
    owner: str = ""  # who looks after the customer it is about: whom to send it to, and nothing a report says of it
    fingerprint: str = field(default="", compare=False)  # by what another run knows it; given by `fingerprinted`

    def sort_key(self) -> tuple[object, ...]:
        """By sheet, row, column, code."""
        return (self.place.sheet, self.place.row or 0, self.place.column or 0, self.code, self.value)


def column_letters(number: int) -> str:
    """The letters of a sheet column: 1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
