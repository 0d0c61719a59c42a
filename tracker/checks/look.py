"""All values of a column at once, and the tests a value must pass: what the families that look at values share.

A look at everything together clears most columns; only where it does not is each value looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks import calls, confidential, texts
from tracker.checks.hits import Mask
from tracker.model.finding import Finding
from tracker.schema.column import Kind

Good = Callable[[Any], bool]
KEYS = (Kind.ID, Kind.REFERENCE)
BLOCK = 1_000  # values of a doubtful column that are looked at together before each is


@dataclass(frozen=True, eq=False)
class Look:
    """All values of a column at once, none of them blank: a look at them together clears most columns."""

    array: NDArray[Any]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.array)

    @cached_property
    def values(self) -> list[str]:
        """The texts of a column of texts."""
        return list(self.array)

    @cached_property
    def joined(self) -> str:
        """The texts, parted by line breaks."""
        return "\n".join(self.values)

    @cached_property
    def odd(self) -> str:
        """The same of those that hold more than ASCII."""
        return "" if self.joined.isascii() else "\n".join(text for text in self.values if not text.isascii())

    @cached_property
    def encoded(self) -> bytes:
        """The joined texts in UTF-8."""
        return self.joined.encode("utf-8", "surrogatepass")

    @cached_property
    def longest(self) -> int:
        """The length of the longest text."""
        return max(map(len, self.values))

    @cached_property
    def starts(self) -> frozenset[int]:
        """With which bytes of UTF-8 the texts begin, and what stands after a line break in one."""
        letters = np.frombuffer(b"\n" + self.encoded + b"\n", np.uint8)
        first = letters[np.flatnonzero(letters[:-1] == texts.BREAK) + 1]
        return frozenset(np.flatnonzero(np.bincount(first)).tolist())

    @cached_property
    def blocks(self) -> tuple[Look, ...]:
        """The same values, some of them at a time."""
        return tuple(Look(self.array[first : first + BLOCK]) for first in range(0, self.size, BLOCK))

    @cached_property
    def hosts(self) -> set[str]:
        """What stands behind the last @, each host once."""
        return {text.rpartition("@")[2] for text in self.values}


@dataclass(frozen=True)
class Test:
    """One test of a column: the finding a value gives that fails it, what was meant, and more to say."""

    code: str
    good: Callable[[NDArray[Any]], Mask]
    meant: Callable[[Any], str] | None = None
    details: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    values: Callable[[Any], str] | None = None
    suspect: Callable[[Look], bool] | None = None  # whether any of the values may fail; else each is tested
    whole: Callable[[], Iterator[Finding]] | None = None  # what is said of the column, once its values were looked at
    together: bool = False  # whether what a value is depends on the others of its column

    def doubts(self, look: Look) -> bool:
        """Whether a look at all values together does not clear them."""
        try:
            return self.suspect(look) if self.suspect else not self.good(look.array).all()
        except MemoryError:
            raise
        except Exception:
            return True  # the closer look says which test it is that fails

    def failing(self, look: Look) -> NDArray[np.intp]:
        """The positions of the values that fail; blocks of them that a look clears are not taken one by one."""
        at = np.arange(look.size)
        if self.suspect and not self.together:
            doubtful = np.array([self.doubts(block) for block in look.blocks], bool)
            at = at[doubtful[at // BLOCK]]
        failing: NDArray[np.intp] = at[~np.asarray(self.good(look.array[at]), bool)]
        return failing


def each(good: Good, quick: re.Pattern[str] | None = None) -> Callable[[NDArray[Any]], Mask]:
    """One value after the other; a pattern clears the ordinary ones, so that only the others are looked at closely."""
    if quick is None:
        return lambda values: np.fromiter(map(good, values), bool, len(values))
    match = quick.fullmatch
    return lambda values: np.fromiter((match(text) is not None or good(text) for text in values), bool, len(values))


def safety_tests(kind: Kind, free: bool, own: Test | None = None) -> Iterator[Test]:
    """What no text may hold: secrets, text that becomes a formula, letters that mean something on one machine alone.

    ``free`` says that people write sentences there. ``own`` is the test that the column's kind has of its own: what
    passes it, an e-mail address or a number of a country, is no secret whatever it looks like.
    """
    keys, plain = kind in KEYS, own.suspect if own and own.suspect else lambda _: True

    def card(at: Look) -> bool:
        apart = not keys or any(gap in at.joined for gap in " -") or bool(at.odd)
        return apart and plain(at) and confidential.may_hold_card(at.encoded, at.joined, at.odd)

    masked = confidential.masked
    # A block of numbers that can be dialled is in no doubt, and yet they make a series with those of another block.
    yield Test("S101", _or(own, _without_cards(not keys)), masked, values=masked, suspect=card, together=True)
    yield Test(
        "S102",
        _or(own, each(lambda text: not confidential.passwords_in(text))),
        values=confidential.masked,
        suspect=lambda at: (
            plain(at) and not keys and confidential.may_hold_password(at.values, at.joined, at.encoded, free)
        ),
    )
    yield Test(
        "S104",
        _or(own, each(lambda text: not calls.becomes_formula(text))),
        suspect=lambda at: plain(at) and calls.may_begin_formula(at.starts),
    )
    yield Test("V128", each(texts.has_no_private), suspect=lambda at: bool(at.odd) and texts.may_be_private(at.odd))


def _or(own: Test | None, good: Callable[[NDArray[Any]], Mask]) -> Callable[[NDArray[Any]], Mask]:
    """Whether values are good or pass another test, of which only those are asked that are not."""

    def either(values: NDArray[Any]) -> Mask:
        fine = np.array(good(values), bool)
        at = np.flatnonzero(~fine)
        if own is not None and len(at):
            fine[at] = own.good(values[at])
        return fine

    return either


def _without_cards(bare: bool) -> Callable[[NDArray[Any]], Mask]:
    """Texts without card numbers; a column of other long numbers holds some that pass for one, and they are none."""

    def good(values: NDArray[Any]) -> Mask:
        alone = bare and not confidential.is_series(values.tolist())
        found = [
            bool(confidential.cards_in(text, bare and (alone or not text.isdecimal()))) for text in values.tolist()
        ]
        return ~np.array(found, bool)

    return good
