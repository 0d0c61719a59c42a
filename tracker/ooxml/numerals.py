"""Decimal numbers that stand in bytes, read many at a time.

A number of up to 15 digits is an integer below 2^53 divided by a power of ten that a double holds exactly, so one
division rounds it as `float` does; eight digits at a time are summed inside one 64-bit word. Longer numbers and those
with an exponent are given to `float` one by one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.chunk import Ints, Mask
from tracker.ooxml.errors import damaged

MARGIN = 8  # so that the word that ends with a number may be read; what opens a cell is longer
_MINUS = 45
_DIGITS = 15

_ONES = 0x0101010101010101
_EACH, _DOTS = np.uint64(_ONES), np.uint64(0x2E * _ONES)
_FOLLOWING = np.uint64(0x0706050403020100)  # its byte that a flag in byte k multiplies to the top is 7 - k
_ZEROS = np.uint64(0x30 * _ONES)
_OVER_NINE = np.uint64(0x76 * _ONES)
_HIGH_BITS = np.uint64(0x80 * _ONES)
# _LAST[n] keeps the last n bytes of a little-endian word.
_LAST = np.array([((1 << 8 * n) - 1) << 8 * (8 - n) for n in range(9)], np.uint64)
_TENS = 10 ** np.arange(_DIGITS + 1, dtype=np.uint64)


class Numerals:
    """Reads the numbers that stand in these bytes; start and end say where each is, not within the first `MARGIN`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._text = np.frombuffer(data, np.uint8)
        self._words = np.ndarray((max(0, len(data) - 7),), "<u8", buffer=data, strides=(1,))

    def floats(self, start: Ints, end: Ints) -> NDArray[np.float64]:
        """The doubles that `float` gives; PackageError where there is no finite number."""
        minus = self._text.take(start) == _MINUS
        first = start + minus
        places, has_fraction = self._places(first, end)
        whole_end = end - places - has_fraction
        fine = (whole_end - first + places <= _DIGITS) & ((places > 0) | ~has_fraction)
        places = np.where(fine, places, 0)
        mantissa, proper = self._wholes(first, whole_end)
        fine &= proper
        if has_fraction.any():
            rest, proper = self._wholes(whole_end + 1, end)
            fine &= proper | ~has_fraction
            mantissa = np.where(has_fraction, mantissa * _TENS[places] + rest, mantissa)
        numbers: NDArray[np.float64] = mantissa / _TENS[places]
        numbers[minus] *= -1.0
        odd = np.flatnonzero(~fine)
        numbers[odd] = [_float(self._data[a:b]) for a, b in zip(start[odd].tolist(), end[odd].tolist(), strict=True)]
        return numbers

    def integers(self, start: Ints, end: Ints) -> Ints:
        """Whole numbers without sign; PackageError where there is none."""
        values, fine = self._wholes(start, end)
        numbers = values.astype(np.int64)
        odd = np.flatnonzero(~fine | (end - start > _DIGITS))
        for i in odd.tolist():
            numbers[i] = _whole(self._data[int(start[i]) : int(end[i])])
        return numbers

    def _places(self, start: Ints, end: Ints) -> tuple[Ints, Mask]:
        """How many of its last sixteen bytes follow the first decimal point of each number, and whether it has one."""
        at, length = np.maximum(end, MARGIN) - 8, end - start
        places, dotted = _after_dot(self._words[at], np.clip(length, 0, 8))
        long = np.flatnonzero(length > 8)
        if len(long):
            more, further = _after_dot(self._words[at[long] - 8], np.clip(length[long] - 8, 0, 8))
            places[long] = np.where(further, more + 8, places[long])
            dotted[long] |= further
        return places, dotted

    def _wholes(self, start: Ints, end: Ints) -> tuple[NDArray[np.uint64], Mask]:
        """The last sixteen digits of each number, and whether they are digits, at least one and at most sixteen."""
        length = end - start
        at = np.maximum(end, MARGIN) - 8
        values, fine = _eight(self._words[at], np.clip(length, 0, 8))
        fine &= (length > 0) & (length <= 16)
        long = np.flatnonzero(fine & (length > 8))
        if len(long):
            high, proper = _eight(self._words[at[long] - 8], length[long] - 8)
            values[long] += high * np.uint64(100_000_000)
            fine[long] &= proper
        return values, fine


def _after_dot(words: NDArray[np.uint64], length: Ints) -> tuple[Ints, Mask]:
    """How many letters follow the first "." among the last `length` of each word, and whether there is one."""
    words = (words ^ _DOTS) | ~_LAST[length]
    flags = (words - _EACH) & ~words & _HIGH_BITS  # the lowest marks the first; those above it may lie
    flags &= ~flags + np.uint64(1)
    return ((flags >> np.uint64(7)) * _FOLLOWING >> np.uint64(56)).astype(np.int64), flags != 0


def _eight(words: NDArray[np.uint64], length: Ints) -> tuple[NDArray[np.uint64], Mask]:
    """The number that the last `length` letters of each word spell, and whether all of them are digits."""
    value = (words ^ _ZEROS) & _LAST[length]
    fine = ((value + _OVER_NINE) | value) & _HIGH_BITS == 0
    value = (value * np.uint64(10 * 256 + 1)) >> np.uint64(8)
    value = ((value & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(100 * 65536 + 1)) >> np.uint64(16)
    value = ((value & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(10000 * (1 << 32) + 1)) >> np.uint64(32)
    return value, fine


def _float(spelled: bytes) -> float:
    try:
        number = float(spelled) if b"_" not in spelled else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise damaged("a number cell of a sheet holds no number")
    return number


def _whole(spelled: bytes) -> int:
    if not spelled.strip().isdigit() or len(spelled) > 18:
        raise damaged("a cell of a sheet names no shared text")
    return int(spelled)
