"""The rows of a table as typed columns: an array for each column key, and the sheet row that each row stands in.

On numpy alone, because every command reads through it: a data frame takes longer to import than a small workbook takes
to refresh. What wants a data frame makes one of the arrays, where it is needed. Kept out: what a column means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]  # float64, NaN where blank; or object: texts, "" where blank


def _no_rows() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Frame:
    """Columns by key, all of shape (rows,), and the sheet row numbers; the arrays are handed out and never written to.

    A column that is not there is blank.
    """

    rows: NDArray[np.int64] = field(default_factory=_no_rows)
    columns: Mapping[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        locked = {key: _locked(values) for key, values in self.columns.items()}
        object.__setattr__(self, "columns", locked)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, key: str) -> bool:
        return key in self.columns

    def text(self, key: str) -> NDArray[Any]:
        """A column of texts, empty text where blank; numbers stay numbers."""
        if key not in self.columns:
            return self._no_text
        values = self.columns[key]
        if values.dtype.kind != "f":
            return values
        texts = values.astype(object)
        texts[np.isnan(values)] = ""
        return texts

    def number(self, key: str) -> NDArray[np.float64]:
        """A column of numbers or days, NaN where blank."""
        found = self.columns.get(key)
        return self._no_number if found is None else found

    @cached_property
    def _no_text(self) -> NDArray[Any]:
        return _locked(np.full(len(self), "", object))

    @cached_property
    def _no_number(self) -> NDArray[np.float64]:
        return _locked(np.full(len(self), np.nan))

    def having(self, columns: Mapping[str, Column]) -> Frame:
        """The same rows with these columns set anew."""
        return Frame(self.rows, {**self.columns, **columns})

    def only(self, keys: Iterable[str]) -> Frame:
        """The same rows with these columns alone, in this order; keys that are not there are left out."""
        return Frame(self.rows, {key: self.columns[key] for key in keys if key in self.columns})

    def take(self, at: Any) -> Frame:
        """Some of the rows: positions, a mask or a slice."""
        return Frame(self.rows[at], {key: values[at] for key, values in self.columns.items()})

    def followed_by(self, other: Frame) -> Frame:
        """These rows and then those; what only one of them has is blank in the other."""
        columns = {
            key: np.concatenate([_like(frame, key, known) for frame in (self, other)])
            for key, known in {**other.columns, **self.columns}.items()
        }
        return Frame(np.concatenate([self.rows, other.rows]), columns)


def _like(frame: Frame, key: str, known: Column) -> Column:
    """A column of a frame, blank in the kind of another one where it is missing."""
    return frame.number(key) if known.dtype.kind == "f" else frame.text(key)


def _locked(values: Column) -> Column:
    view = values.view()
    view.flags.writeable = False
    return view
