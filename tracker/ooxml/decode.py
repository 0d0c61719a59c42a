"""From positions to values: what the cells of a chunk hold.

Knows cell types; keeps out columns (see `columns`) and every notion of what a number means, but for one: an ISO date
(`t="d"`) is no number in the file and becomes the serial that Excel would have written. A shared text stays its place
in the table of them until somebody wants to read it (`worded`): places are small, and need no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml import text
from tracker.ooxml.cells import CellKind
from tracker.ooxml.chunk import BOOL, DATE, ERROR, INLINE, NUMBER, SHARED, STRING, Chunk, Details, Ints
from tracker.ooxml.errors import PackageError, damaged
from tracker.ooxml.formulae import FormulaTable
from tracker.ooxml.numerals import MARGIN, Numerals

_TRUTH = {"1": 1.0, "true": 1.0, "0": 0.0, "false": 0.0}
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_FAKE_LEAP_DAY = 61  # serials below it are one less than days since the epoch: Excel knows a 29 February 1900
_HIGHEST = (1 << 31) - 1  # place of a shared text: no table that fits in memory has more


@dataclass(frozen=True, eq=False)
class Decoded:
    """Cells of a chunk as parallel arrays; see Cells for kinds, numbers, formulas.

    shared: the place of a text in the table of shared strings, -1 where there is none. texts: those that stand in the
    cell itself, and errors; None elsewhere, and None for the array when there are none.
    """

    row: Ints
    column: Ints
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64]
    shared: NDArray[np.int32]
    texts: NDArray[np.object_] | None
    formulas: NDArray[np.int32]

    def take(self, index: Ints) -> Decoded:
        """Some of the cells."""
        return Decoded(
            self.row[index],
            self.column[index],
            self.kinds[index],
            self.numbers[index],
            self.shared[index],
            None if self.texts is None else self.texts[index],
            self.formulas[index],
        )


def decode(chunk: Chunk, date1904: bool, formulas: FormulaTable) -> Decoded:
    """The cells of a chunk that have a value or a formula; PackageError when one of them says what no cell can."""
    cells = chosen(chunk, chunk.held, chunk.details(chunk.held), date1904, formulas)
    holds = np.flatnonzero((cells.kinds != CellKind.BLANK) | (cells.formulas >= 0))
    return cells if len(holds) == len(cells.kinds) else cells.take(holds)


def chosen(chunk: Chunk, index: Ints, details: Details, date1904: bool, formulas: FormulaTable) -> Decoded:
    """Some cells of a chunk, empty ones too, in the order of the index; their details are given."""
    values, ids = _Values(chunk, details, date1904), formulas.ids(chunk, index, details)
    row, column = chunk.row[index], chunk.column[index]
    return Decoded(row, column, values.kinds, values.numbers, values.shared, values.texts, ids)


def worded(
    strings: NDArray[np.object_], shared: NDArray[np.int32], texts: NDArray[np.object_] | None
) -> NDArray[np.object_]:
    """The texts of cells, from the table of shared strings and their own; PackageError for a place beyond it."""
    if len(shared) and shared.max() >= len(strings) - 1:
        raise no_text()
    found = strings.take(shared)
    if texts is not None:
        own = np.flatnonzero(shared < 0)
        found[own] = texts[own]
    return found


def no_text() -> PackageError:
    """That a cell refers to a text that is not there."""
    return damaged("a cell of a sheet names no shared text")


class _Values:
    """Kinds, numbers and texts of some cells of a chunk."""

    def __init__(self, chunk: Chunk, details: Details, date1904: bool) -> None:
        count = len(details.type)
        self.kinds = np.zeros(count, np.uint8)
        self.numbers = np.full(count, np.nan)
        self.shared = np.full(count, -1, np.int32)
        self.texts: NDArray[np.object_] | None = None
        self._data, self._details, self._date1904 = chunk.data, details, date1904
        self._plain = np.ones(count, bool)
        self._plain[list(details.written)] = False
        self._take_numbers(Numerals(chunk.data))
        self._take_texts()
        self._take_truths()
        for place in self._cells(DATE).tolist():
            self._take(place, self._text(place))
        for place, (value, _) in details.written.items():
            if details.value_start[place] >= 0:
                self._take(place, self._text(place) if value is None else value)

    def _cells(self, kind: int) -> Ints:
        """The cells of this type that have a value; an empty text is one where it was typed inline or computed."""
        details = self._details
        has = details.value_end > details.value_start
        if kind == INLINE:
            has = details.value_start >= 0
        elif kind == STRING:
            has |= (details.value_start >= 0) & (details.formula_tag_start >= 0)
        return np.flatnonzero((details.type == kind) & has & self._plain)

    def _slices(self, cells: Ints) -> list[bytes]:
        data = self._data
        starts, ends = self._details.value_start[cells].tolist(), self._details.value_end[cells].tolist()
        return [data[start:end] for start, end in zip(starts, ends, strict=True)]

    def _take_numbers(self, numerals: Numerals) -> None:
        start, end = self._details.value_start, self._details.value_end
        cells = self._cells(NUMBER)
        self.numbers[cells] = numerals.floats(start[cells], end[cells])
        self.kinds[cells] = CellKind.NUMBER
        cells = self._cells(SHARED)
        self.shared[cells] = _places(numerals.integers(start[cells], end[cells]))
        self.kinds[cells] = CellKind.TEXT

    def _take_texts(self) -> None:
        for kind in (STRING, INLINE, ERROR):
            cells = self._cells(kind)
            if len(cells):
                texts = text.decode(self._slices(cells))
                self._own()[cells] = texts if kind == ERROR else text.unescaped(texts)
                self.kinds[cells] = CellKind.ERROR if kind == ERROR else CellKind.TEXT

    def _take_truths(self) -> None:
        cells = self._cells(BOOL)
        self.numbers[cells] = [_truth(one.strip().decode("ascii", "replace")) for one in self._slices(cells)]
        self.kinds[cells] = CellKind.BOOL

    def _text(self, place: int) -> str:
        return text.decode(self._slices(np.array([place])))[0]

    def _take(self, place: int, value: str) -> None:
        """One value of any type, from its text."""
        kind, bare = int(self._details.type[place]), value.strip()
        computed = self._details.formula_tag_start[place] >= 0
        if kind == INLINE or (kind == STRING and (value or computed)):
            self._put(place, CellKind.TEXT, value=text.unescape(value))
        elif not bare:
            return
        elif kind == ERROR:
            self._put(place, CellKind.ERROR, value=value)
        elif kind == BOOL:
            self._put(place, CellKind.BOOL, number=_truth(bare))
        elif kind == DATE:
            serial = serial_of(bare, self._date1904)
            if serial is None:
                self._put(place, CellKind.TEXT, value=value)
            else:
                self._put(place, CellKind.NUMBER, number=serial)
        else:
            self._put_spelled(place, kind, bare.encode())

    def _put_spelled(self, place: int, kind: int, value: bytes) -> None:
        numerals, start, end = Numerals(b" " * MARGIN + value), np.array([MARGIN]), np.array([MARGIN + len(value)])
        if kind == NUMBER:
            self._put(place, CellKind.NUMBER, number=float(numerals.floats(start, end)[0]))
            return
        self.kinds[place], self.shared[place] = CellKind.TEXT, _places(numerals.integers(start, end))[0]

    def _put(self, place: int, kind: int, number: float = np.nan, value: str | None = None) -> None:
        self.kinds[place], self.numbers[place] = kind, number
        if value is not None:
            self._own()[place] = value

    def _own(self) -> NDArray[np.object_]:
        """The texts that stand in cells; the array is made for the first."""
        if self.texts is None:
            self.texts = np.full(len(self.kinds), None, object)
        return self.texts


def _places(found: Ints) -> NDArray[np.int32]:
    if len(found) and found.max() > _HIGHEST:
        raise no_text()
    return found.astype(np.int32)


def _truth(spelled: str) -> float:
    if spelled not in _TRUTH:
        raise damaged("a boolean cell of a sheet is neither true nor false")
    return _TRUTH[spelled]


def serial_of(written: str, date1904: bool) -> float | None:
    """The serial of an ISO date, date and time, or time; None when it is none."""
    try:
        if ":" in written and "-" not in written:
            of_day = time.fromisoformat(written)
            return (of_day.hour * 3600 + of_day.minute * 60 + of_day.second + of_day.microsecond / 1e6) / 86400
        moment = datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        return None
    passed = moment - (_EPOCH_1904 if date1904 else _EPOCH)
    serial = passed.days + (passed.seconds + passed.microseconds / 1e6) / 86400
    return serial - 1 if serial < _FAKE_LEAP_DAY and not date1904 else serial
