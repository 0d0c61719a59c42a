"""The words a schema is written in: column, table, kind, owner, privacy, derivation.

Declared, never branched on by name: where the engine would need to know a particular column, a word is missing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from tracker.schema.snapshot import Snapshot


class Kind(StrEnum):
    """What a cell of a column means; decides how it is read, checked, formatted and written."""

    TEXT = "text"
    LONG = "long"  # text that wraps
    ID = "id"
    REFERENCE = "reference"  # an ID of another table
    CUSTOMER = "customer"  # typed text that resolves to a customer
    EMAIL = "email"
    PHONE = "phone"
    CHOICE = "choice"
    CHOICES = "choices"  # several, separated by ;
    FLAG = "flag"  # yes or blank
    INTEGER = "integer"
    LATE = "late"  # days, late ones with +
    NUMBER = "number"
    MONEY = "money"
    PRICE = "price"
    PERCENT = "percent"  # whole number of percent
    DATE = "date"
    DATETIME = "datetime"  # a date, or a date and a time
    DAY_OR_MONTH = "day_or_month"  # a date, or a month as 2024-07
    LINK = "link"

    @property
    def is_number(self) -> bool:
        """Whether cells hold numbers that are not dates."""
        return self in NUMBERS

    @property
    def is_date(self) -> bool:
        """Whether cells hold serial day numbers."""
        return self in DATES

    @property
    def is_text(self) -> bool:
        """Whether cells hold text."""
        return self not in NUMBERS and self not in DATES


NUMBERS = frozenset({Kind.INTEGER, Kind.LATE, Kind.NUMBER, Kind.MONEY, Kind.PRICE, Kind.PERCENT})
DATES = frozenset({Kind.DATE, Kind.DATETIME, Kind.DAY_OR_MONTH})


class Owner(StrEnum):
    """Who fills a column."""

    STAFF = "staff"
    TOOL = "tool"
    INPUT = "input"  # staff's boxes in a list the tool rebuilds


class Privacy(StrEnum):
    """How careful one must be with a column."""

    NONE = "none"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    FREE_TEXT = "free_text"


Compute = Callable[["Snapshot"], NDArray[Any]]


@dataclass(frozen=True)
class Derive:
    """One derivation said twice: as a formula over column keys, and as array arithmetic on a snapshot.

    ``excel`` writes ``[key]`` for this row's cell, ``Table[key]`` for a column, and bare names for the day, the
    settings and the word lists of the State sheet. ``compute`` returns float64 (NaN blank) or object (None blank).
    ``aggregates`` says that a cell costs as much as the other table has rows.
    """

    excel: str
    compute: Compute
    aggregates: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    key: str
    kind: Kind = Kind.TEXT
    owner: Owner = Owner.STAFF
    required: bool = False
    unique: bool = False
    choices: str = ""  # the list in Lists that the cell is picked from
    refers_to: str = ""  # the table whose ID this is
    low: float | None = None
    high: float | None = None
    length: int = 0  # longest text allowed; 0: Excel's own limit
    privacy: Privacy = Privacy.NONE
    derive: Derive | None = None
    group: str = ""
    folded: bool = False
    width: int = 118  # pixels
    since: int = 1  # schema version that brought the column

    @property
    def is_tool(self) -> bool:
        """Whether Refresh fills it."""
        return self.owner is Owner.TOOL


@dataclass(frozen=True)
class Table:
    """A table of the workbook: its ASCII name, the sheet it stands on, its columns in order."""

    name: str
    sheet: str  # key of the sheet
    columns: tuple[Column, ...]
    key: str = ""  # the column that identifies a row
    prefix: str = ""  # of assigned IDs
    one_of: tuple[str, ...] = ()  # columns of which a row fills at least one
    top: int = 1  # header row in the template
    left: int = 1
    tool_rows: bool = False  # the tool rebuilds the rows as a whole
    hidden: bool = False
    by_key: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key.update({column.key: column for column in self.columns})

    def __getitem__(self, key: str) -> Column:
        return self.by_key[key]

    @property
    def keys(self) -> tuple[str, ...]:
        """The column keys, in order."""
        return tuple(self.by_key)


@dataclass(frozen=True)
class Schema:
    """What is in the workbook: the tables, by name."""

    version: int
    tables: tuple[Table, ...]
    by_name: dict[str, Table] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({table.name: table for table in self.tables})

    def __getitem__(self, name: str) -> Table:
        return self.by_name[name]
