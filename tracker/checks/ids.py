"""Whether an ID looks as those we give, in a column in which nearly all do: the odd one among them was mistyped.

IDs that came with an import look otherwise and are many; then none is odd. Kept out: IDs that formulas misread, which
are a finding wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks.hits import Mask
from tracker.checks.look import Look
from tracker.checks.texts import clean, is_plain_key

PATTERNS = ("dated", "integer")  # values of the setting id_pattern under which an ID can be odd
FEWEST = 10  # IDs of our own form: fewer show no custom
SHARE = 10  # of one other among so many at most it is the other that is odd
SAMPLE = 1_000  # IDs of a column that tell whether most of them are ours
SHORTEST = 11  # digits: the day, and a number of at least three
DIGITS = b"0123456789"


@dataclass(frozen=True)
class Form:
    """How the IDs of a table look: ``prefix`` and at least eleven digits where they are ``dated``, else digits."""

    prefix: str
    dated: bool

    def may_be_other(self, at: Look) -> bool:
        """Whether one of the IDs may be of another form: their digits are taken out of all of them together."""
        prefix = self.prefix.encode() if self.dated else b""
        left = at.encoded.translate(None, DIGITS)
        if left != b"\n".join([prefix] * at.size):
            sample = at.values[:: at.size // SAMPLE + 1]  # where many were imported none is odd
            return sum(map(self._fits, sample)) * 2 > len(sample)
        return self.dated and (at.starts != set(prefix[:1]) or min(map(len, at.values)) < len(prefix) + SHORTEST)

    def good(self, values: NDArray[Any]) -> Mask:
        """Which IDs are of this form, misread or blemished ones aside; all where it is not that of nearly all."""
        fits = np.fromiter((self._fits(text) for text in values), bool, len(values))
        other = int((~fits).sum())
        if len(fits) - other < max(FEWEST, SHARE * other):
            return np.ones(len(fits), bool)
        blemished = (not is_plain_key(text) or self._fits(clean(text)) for text in values)
        return np.asarray(fits | np.fromiter(blemished, bool, len(fits)), bool)

    def meant(self, text: str) -> str:
        """The ID with what does not belong into it left out; empty where that does not make one of this form."""
        plain = "".join(letter for letter in clean(text) if letter.isalnum()).upper()
        return plain if self._fits(plain) else ""

    def _fits(self, text: str) -> bool:
        return self._pattern.fullmatch(text) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"{self.prefix}[0-9]{{{SHORTEST},}}" if self.dated else "[0-9]+", re.IGNORECASE)
