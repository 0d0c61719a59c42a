"""Which values are the same: numbers that stand for values, within one array or on every machine."""

from __future__ import annotations

from collections import defaultdict
from itertools import count, repeat
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


def numbered(values: NDArray[Any]) -> tuple[Places, NDArray[Any]]:
    """The number of each value among the different ones, and those as first met; ``found[place]`` is the values again.

    Two NaN are the same, and two None.
    """
    if values.dtype != object:
        return _sorted_out(values)
    number: defaultdict[Any, int] = defaultdict(count().__next__)  # a value that is new gets the next number
    place = np.fromiter(map(number.__getitem__, values.tolist()), np.int64, len(values))
    found = np.empty(len(number), object)
    found[:] = list(number)
    return place, found


def _sorted_out(values: NDArray[Any]) -> tuple[Places, NDArray[Any]]:
    """The same for numbers, which are faster sorted than hashed one by one."""
    found, first, place = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[place], found[order]


def text_hashes(texts: NDArray[Any]) -> NDArray[np.uint64]:
    """A number for each text, the same on every machine and in every run."""
    sums = map(crc32, map(str.encode, texts.tolist(), repeat("utf-8"), repeat("surrogatepass")))
    return _mixed(np.fromiter(sums, np.uint64, len(texts)))


def number_hashes(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The same for numbers; all blanks have one, and so have zero and minus zero."""
    return _mixed(np.where(np.isnan(numbers), np.nan, numbers + 0.0).view(np.uint64))


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each bit spread over all 64, so that sums of them tell: the finalizer of SplitMix64 (Steele et al. 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ (words >> np.uint64(shift))) * np.uint64(factor)
    return words ^ (words >> np.uint64(31))
