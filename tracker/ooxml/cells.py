"""Cells of one column as arrays: what is read, what is written, and when two cells mean the same.

Keeps out bytes and XML (see `decode` and `render`) and every notion of date: a date is a number here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Value = float | int | bool | str | None


class CellKind(IntEnum):
    """What a cell holds; the codes of `Cells.kinds`."""

    BLANK = 0
    NUMBER = 1
    TEXT = 2
    BOOL = 3
    ERROR = 4


@dataclass(frozen=True, eq=False)
class Cells:
    """n cells of one column, as parallel arrays of length n.

    kinds: uint8 (CellKind). numbers: float64, booleans as 0/1, NaN where there is no number. texts: object, str for
    TEXT and ERROR ("#N/A"), None elsewhere. formulas: int32 index into formula_texts, -1 where there is none; None when
    no cell has one or nobody asked. formula_texts: as in the file, without "=". A formula without a value is BLANK.
    """

    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64]
    texts: NDArray[np.object_]
    formulas: NDArray[np.int32] | None = None
    formula_texts: tuple[str, ...] = ()

    @classmethod
    def blank(cls, n: int) -> Cells:
        """n empty cells."""
        return cls(np.zeros(n, np.uint8), np.full(n, np.nan), np.full(n, None, object))

    @classmethod
    def from_numbers(cls, numbers: Sequence[float] | NDArray[np.float64]) -> Cells:
        """Number cells; NaN is an empty cell."""
        array = np.array(numbers, np.float64)
        kinds = np.where(np.isnan(array), CellKind.BLANK, CellKind.NUMBER).astype(np.uint8)
        return cls(kinds, array, np.full(len(array), None, object))

    @classmethod
    def from_texts(cls, texts: Sequence[str | None] | NDArray[np.object_]) -> Cells:
        """Text cells; None is an empty cell, "" a cell with an empty text."""
        array = np.empty(len(texts), object)
        array[:] = texts
        blank = np.array([text is None for text in texts], bool)
        kinds = np.where(blank, CellKind.BLANK, CellKind.TEXT).astype(np.uint8)
        return cls(kinds, np.full(len(array), np.nan), array)

    @classmethod
    def from_values(cls, values: Sequence[Value]) -> Cells:
        """Cells from Python values: None, numbers (NaN is empty), bool, str."""
        cells = cls.blank(len(values))
        for i, value in enumerate(values):
            if isinstance(value, str):
                cells.kinds[i], cells.texts[i] = CellKind.TEXT, value
            elif isinstance(value, bool | np.bool_):
                cells.kinds[i], cells.numbers[i] = CellKind.BOOL, float(value)
            elif value is not None and value == value:
                cells.kinds[i], cells.numbers[i] = CellKind.NUMBER, float(value)
        return cells

    def __len__(self) -> int:
        return len(self.kinds)

    def with_formula(self, text: str) -> Cells:
        """The same values, each as the cached result of this formula (no leading "=")."""
        return replace(self, formulas=np.zeros(len(self), np.int32), formula_texts=(text,))

    def take(self, index: NDArray[np.intp] | NDArray[np.int64] | NDArray[np.bool_] | slice) -> Cells:
        """The cells at these positions, in this order."""
        formulas = None if self.formulas is None else self.formulas[index]
        return Cells(self.kinds[index], self.numbers[index], self.texts[index], formulas, self.formula_texts)

    def followed_by(self, other: Cells) -> Cells:
        """These cells and, below them, the others."""
        whole = Cells(
            np.concatenate([self.kinds, other.kinds]),
            np.concatenate([self.numbers, other.numbers]),
            np.concatenate([self.texts, other.texts]),
        )
        if self.formulas is None and other.formulas is None:
            return whole
        mine, theirs = (
            np.full(len(one), -1, np.int32) if one.formulas is None else one.formulas for one in (self, other)
        )
        shifted = np.where(theirs >= 0, theirs + len(self.formula_texts), -1).astype(np.int32)
        formula_texts = self.formula_texts + other.formula_texts
        return replace(whole, formulas=np.concatenate([mine, shifted]), formula_texts=formula_texts)

    def values(self) -> list[Value]:
        """The values as Python objects: None, float, bool, str (errors as their text)."""
        out: list[Value] = self.texts.tolist()
        for i in np.flatnonzero(self.kinds == CellKind.NUMBER).tolist():
            out[i] = float(self.numbers[i])
        for i in np.flatnonzero(self.kinds == CellKind.BOOL).tolist():
            out[i] = bool(self.numbers[i])
        return out

    def formula(self, index: int) -> str | None:
        """The formula of one cell, or None."""
        if self.formulas is None or self.formulas[index] < 0:
            return None
        return self.formula_texts[int(self.formulas[index])]

    def has_formula(self) -> NDArray[np.bool_]:
        """Mask of the cells that hold a formula."""
        return np.zeros(len(self), bool) if self.formulas is None else self.formulas >= 0

    def same_as(self, other: Cells) -> NDArray[np.bool_]:
        """Mask of the cells equal in kind, value (numbers at 15 significant digits) and formula text."""
        same: NDArray[np.bool_] = (self.kinds == other.kinds) & np.equal(self.texts, other.texts).astype(bool)
        same &= _same_numbers(self.numbers, other.numbers)
        same &= _same_formulas(self, other)
        return same


def _same_numbers(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Equal at 15 digits: spelled alike with 15, or as near as a number is to its own 15 digits.

    The second because programs that write 15 digits round a tie up or down, and some round twice.
    """
    same: NDArray[np.bool_] = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        near = np.flatnonzero(~same & (np.abs(a - b) <= 1e-13 * np.maximum(np.abs(a), np.abs(b))))
    if not len(near):
        return same
    a, b = a[near], b[near]
    smaller = np.minimum(np.abs(a), np.abs(b))
    power = np.floor(np.log10(smaller))
    unit = 10.0 ** (power - (10.0**power > smaller) - 14)  # log10 rounds up just below a power of ten
    close = np.abs(a - b) <= 0.5 * unit + np.spacing(smaller)
    for i in np.flatnonzero(~close).tolist():
        close[i] = f"{a[i]:.14e}" == f"{b[i]:.14e}"
    same[near] = close
    return same


def _same_formulas(a: Cells, b: Cells) -> NDArray[np.bool_]:
    mask_a, mask_b = a.has_formula(), b.has_formula()
    same: NDArray[np.bool_] = mask_a == mask_b
    both = mask_a & mask_b
    if not both.any() or a.formulas is None or b.formulas is None:
        return same
    # Each pair of texts is compared once, however many cells share it.
    width = len(b.formula_texts)
    pairs, place = np.unique(a.formulas[both].astype(np.int64) * width + b.formulas[both], return_inverse=True)
    equal = [a.formula_texts[pair // width] == b.formula_texts[pair % width] for pair in pairs.tolist()]
    same[both] = np.array(equal, bool)[place]
    return same
