"""The plain table that every foreign file becomes, and the two ways in which getting there fails.

Cells stay what the file says they are: text of a CSV file is text ("007" keeps its zeros); numbers, booleans and dates
exist only where a spreadsheet stored them as such.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from tracker.errors import UnreadableError, UsageError

Cell = str | float | bool | datetime | None  # None: blank
Cells = NDArray[np.object_]  # of Cell, one a row


class SourceError(UnreadableError):
    """A foreign file that holds no table we can read; the message says what to do."""


class MapError(UsageError):
    """A map that cannot be read, or that does not fit the file or the table."""


@dataclass(frozen=True, eq=False)
class SourceTable:
    """A header and its rows; blank rows are left out.

    ``values`` has one array of ``rows`` cells for each of ``columns``. ``row_numbers`` are the sheet rows as a
    spreadsheet program shows the file (a quoted line break does not start a row). ``torn`` are the positions of rows
    with more cells than the header. ``encoding`` and ``delimiter`` are empty for spreadsheets, ``sheet`` for text.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    values: Mapping[str, Cells]
    row_numbers: NDArray[np.int64]
    torn: frozenset[int] = frozenset()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @property
    def first_row(self) -> int:
        """The sheet row of the first data row; 0 without rows."""
        return int(self.row_numbers[0]) if self.rows else 0


def nearest(word: str, known: Collection[str]) -> str:
    """`` Did you mean 'owner'?``, or nothing when no known word is near."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return f" Did you mean '{folded[close[0]]}'?" if close else ""


def text_of(cell: Cell) -> str:
    """A cell as the text staff would type: 7.0 → 7, a midnight → its date, blank → the empty text."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        day = cell.date().isoformat()
        return day if cell.time() == datetime.min.time() else f"{day} {cell.time().isoformat()}"
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
