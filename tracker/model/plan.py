"""What should change in a workbook, said in the shop's words: by table, column key and row, before any cell address.

The engine makes plans and lowers them to writes; nothing here applies anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

from tracker.model.finding import Finding
from tracker.model.frame import Frame

Value = str | float | bool | None  # what stands in a cell: dates are Excel serials


@dataclass(frozen=True, eq=False)
class Fill:
    """A whole tool column: one value a row of the snapshot's frame, and the formula behind them if it is live."""

    table: str
    key: str
    values: NDArray[Any]  # float64 (NaN blank) or object (None blank)
    formula: str | None = None  # in column keys; None writes values alone


@dataclass(frozen=True, eq=False)
class Edits:
    """Sparse staff cells: the rows (sheet row numbers), what they become, and what they were when read.

    ``shaped``: what was text becomes a number or a day, and is to look like one.
    """

    table: str
    key: str
    rows: tuple[int, ...]
    values: tuple[Value, ...]
    was: tuple[Value, ...]
    shaped: bool = False


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows appended to a table, by column key; codes, serials and texts as in a snapshot."""

    table: str
    frame: Frame


@dataclass(frozen=True, eq=False)
class Listing:
    """The whole content of a table the tool owns: Follow-ups, Problems, TagHistory."""

    table: str
    columns: Mapping[str, tuple[Value, ...]]
    formulas: Mapping[str, str]  # column key → formula in column keys


@dataclass(frozen=True, eq=False)
class Block:
    """The content of a block of fixed size, by its name; ``cells[row][column]``."""

    name: str
    cells: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything one run wants to change, and everything it found."""

    fills: tuple[Fill, ...] = ()
    edits: tuple[Edits, ...] = ()
    rows: tuple[Rows, ...] = ()
    listings: tuple[Listing, ...] = ()
    blocks: tuple[Block, ...] = ()
    state: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)  # named cells of the State sheet
    dropdowns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # list → the labels to pick from
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Plan) -> Plan:
        return replace(
            self,
            fills=self.fills + other.fills,
            edits=self.edits + other.edits,
            rows=self.rows + other.rows,
            listings=self.listings + other.listings,
            blocks=self.blocks + other.blocks,
            state={**self.state, **other.state},
            dropdowns={**self.dropdowns, **other.dropdowns},
            findings=self.findings + other.findings,
        )
