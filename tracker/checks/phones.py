"""Whether a text is a phone number somebody can call, and the one spelling that every program understands.

The library phonenumbers judges; a table made from it (`dialling`) clears a whole column of good numbers without it. A
number is judged by its length and its country, not by who was given it: see docs/decisions. Kept out: which column
holds phones, and how a company spells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tracker.checks.dialling import LENGTHS, REGIONS
from tracker.checks.texts import FEWEST_DIGITS, LONGEST_PHONE, clean, is_phone_shaped

MOST_LENGTH = 20  # digits of a number, its country's code included, that the masks have a bit for
SIGNS = b" ()./-"
FEWEST_STRANGE = 10  # fewer are looked at one by one
SHARE_STRANGE = 2  # half of the numbers: where most can be dialled the setting is right
SHARE_OTHERWISE = 10  # a tenth: so many of the numbers of one country may be written otherwise than people do there
ASKED = 200  # numbers of a column that tell whether all are those of one country
BLOCK = 1_000  # numbers that are cleared together
PLUS, BREAK, ZERO = ord("+"), ord("\n"), ord("0")
ALIASES = {"UK": "GB", "EL": "GR"}  # what people call two countries that the standard calls otherwise
_VANITY = re.compile(r"\+?[\d\s().-]*\d[ .-]?[A-Z][A-Z-]{2,}\d*")  # 1-800-FLOWERS
_ABROAD = re.compile(r"\A\s*\(?00(?=[\s\d()./-])")  # how a call abroad begins in most countries


def may_be_no_phone(values: Sequence[str], joined: str, region: str) -> bool:
    """Whether one of the texts may be no phone number: their digits are counted together, by country.

    ``joined`` are the texts parted by line breaks; ``region`` is the country of numbers without one, or empty.
    """
    if joined.count("\n") >= len(values) or not joined.isascii() or max(map(len, values)) > LONGEST_PHONE:
        return True
    digits = f"\n{joined}\n".replace("\n00", "\n+").encode().translate(None, SIGNS)
    if not digits.replace(b"\n+", b"\n").replace(b"\n", b"").isdigit():
        return True
    return not _Lines.of(digits).all_good(region, digits)


@dataclass(frozen=True, eq=False)
class _Lines:
    """Numbers as bytes, one after each line break: where their digits begin, how many, whether a plus was before."""

    letters: NDArray[np.uint8]
    first: NDArray[np.int64]
    size: NDArray[np.int64]
    plus: NDArray[np.bool_]

    @classmethod
    def of(cls, digits: bytes) -> _Lines:
        letters = np.frombuffer(digits, np.uint8)
        ends = np.flatnonzero(letters == BREAK)
        plus = letters[ends[:-1] + 1] == PLUS
        first = ends[:-1] + 1 + plus
        return cls(letters, first, ends[1:] - first, plus)

    def all_good(self, region: str, digits: bytes) -> bool:
        """Whether the length of each is one that its country has."""
        if self.size.min() < FEWEST_DIGITS or self.size.max() > MOST_LENGTH:
            return False
        abroad, home = np.flatnonzero(self.plus), np.flatnonzero(~self.plus)
        heads = sum((self.letters[self.first[abroad] + i] - ZERO) * np.int64(10 ** (2 - i)) for i in range(3))
        if len(abroad) and not (_by_head()[heads] >> self.size[abroad] & 1).all():
            return False
        if not len(home) or region not in REGIONS:
            return True
        prefix = REGIONS[region][1]
        if _abroad(region).search(digits):
            return False
        inland = np.full(len(home), bool(prefix))
        for i, digit in enumerate(prefix):
            inland &= self.letters[self.first[home] + i] == ord(digit)
        size = self.size[home] - len(prefix) * inland
        return bool(((_inland(region) >> size & 1) & (size >= FEWEST_DIGITS)).all())


@cache
def _by_head() -> NDArray[np.int64]:
    """For the first three digits after a plus, how long the whole number may be: bit n for n digits."""
    masks = np.zeros(1_000, np.int64)
    for length, codes in LENGTHS.items():
        for code in codes.split():
            span = 10 ** (3 - len(code))
            masks[int(code) * span : (int(code) + 1) * span] |= 1 << (length + len(code))
    return masks


@cache
def _abroad(region: str) -> re.Pattern[bytes]:
    """How a number without a plus begins that may be one with its country after all."""
    code, prefix, out = REGIONS[region]
    again = f"{code}{prefix}" if str(code) == prefix else str(code)
    return re.compile(rf"\n(?:{out}|{again})".encode())


@cache
def _inland(region: str) -> int:
    """The same for a number without its country, the digit before it left out."""
    code = str(REGIONS[region][0])
    return sum(1 << length for length, codes in LENGTHS.items() if code in codes.split())


@dataclass(frozen=True, eq=False)
class Home:
    """The numbers of one column without a country, and whether they can be numbers of the region they are taken for.

    Where many cannot, but are numbers of another country, the setting is wrong and not they: then none of these is.
    """

    region: str
    values: Sequence[str]  # all of the column, each once
    known: dict[str, bool] = field(default_factory=dict)

    def good(self, text: str) -> bool:
        """Whether a text is a phone number, the strange ones taken for those of another country."""
        return self._judged(text) or text in self.strange

    @cached_property
    def strange(self) -> frozenset[str]:
        """Those that are none of the region, though of the shape, where they are many and another's; else none."""
        found = frozenset(text for text in self._doubtful() if not self._judged(text) and is_at_home(text))
        many = len(found) >= FEWEST_STRANGE and len(found) * SHARE_STRANGE >= len(self.numbers)
        return found if many and are_of_one_country(self.numbers) else frozenset()

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Those without a country."""
        return tuple(filter(is_at_home, self.values))

    def _doubtful(self) -> Iterator[str]:
        """The values in blocks that a look does not clear."""
        for first in range(0, len(self.values) if self.region else 0, BLOCK):
            block = self.values[first : first + BLOCK]
            yield from block if may_be_no_phone(block, "\n".join(block), self.region) else ()

    def _judged(self, text: str) -> bool:
        if text not in self.known:
            self.known[text] = is_phone(text, self.region)
        return self.known[text]


def is_at_home(text: str) -> bool:
    """Whether a text has the shape of one number and names no country."""
    plain = clean(text).strip()
    return not plain.lstrip(" (").startswith("+") and not _ABROAD.match(plain) and is_phone(text, "")


def are_of_one_country(numbers: Sequence[str]) -> bool:
    """Whether there is a country of which all numbers, but for a few, are: by who was given them, as those there write.

    Numbers that were mistyped have the length of some country too, but seldom its areas, and not the digit before them.
    """
    some = numbers[:: len(numbers) // ASKED + 1]
    return any(_most_are_of(region, some) for region in REGIONS)


def _most_are_of(region: str, numbers: Sequence[str]) -> bool:
    others = (text for text in numbers if not _is_of(region, text))
    return next(islice(others, len(numbers) // SHARE_OTHERWISE, None), None) is None


def _is_of(region: str, text: str) -> bool:
    """Whether a text is a number of the region, with the digit before it where people there always write one."""
    import phonenumbers as lib

    plain = clean(text).strip()
    found = next(iter(lib.PhoneNumberMatcher(plain, region, lib.Leniency.VALID)), None)
    return found is not None and found.raw_string == plain and lib.is_valid_number_for_region(found.number, region)


def region_of(setting: str) -> str:
    """The region that the setting phone_region names; empty when there is no such one."""
    region = setting.strip().upper()
    region = ALIASES.get(region, region)
    return region if region in REGIONS else ""


def is_phone(text: str, region: str) -> bool:
    """Whether a text is one number that can be dialled, by its length and country; blemishes reported elsewhere aside.

    Without a region a number that names no country is taken for one when it has the shape.
    """
    if len(text) > LONGEST_PHONE:
        return False
    plain = clean(text).strip()
    if not is_phone_shaped(plain) and not (region and _VANITY.fullmatch(plain)):
        return False
    if plain.lstrip(" (").startswith("+"):
        return _possible(plain, "")
    if _ABROAD.match(plain) and _possible(_ABROAD.sub("+", plain), ""):
        return True
    return _possible(plain, region) if region else _count(plain) >= FEWEST_DIGITS


def _count(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _possible(text: str, region: str) -> bool:
    """Whether the library reads a number in it that its country can have; one without a country may be a local one."""
    import phonenumbers as lib

    try:
        number = lib.parse(text, region or None)
    except lib.NumberParseException:
        return False
    reason = lib.is_possible_number_with_reason(number)
    if reason == lib.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return bool(region)
    enough = not region or len(lib.national_significant_number(number)) >= _fewest(region)
    return bool(reason == lib.ValidationResult.IS_POSSIBLE and enough)


@cache
def _fewest(region: str) -> int:
    """The fewest digits that are a number at home: 7, less in a country whose own examples have less."""
    import phonenumbers as lib

    kinds = (lib.PhoneNumberType.FIXED_LINE, lib.PhoneNumberType.MOBILE)
    found = (lib.example_number_for_type(region, kind) for kind in kinds)
    sizes = [len(lib.national_significant_number(one)) for one in found if one is not None]
    return min([FEWEST_DIGITS, *sizes])


def in_form(text: str, region: str) -> str:
    """A number as the rule e164 spells it: +, country, digits. Empty where that would lose something, or is unsure.

    An extension has no place in that form.
    """
    import phonenumbers as lib

    if not is_phone(text, region):
        return ""
    plain = clean(text).strip()
    abroad = _ABROAD.sub("+", plain) if not _VANITY.fullmatch(plain) else plain
    readings = ((abroad, None),) if abroad.lstrip(" (").startswith("+") else ((plain, region or None),)
    for spelled, home in readings:
        try:
            number = lib.parse(spelled, home)
        except lib.NumberParseException:
            continue
        if lib.is_valid_number(number) and not number.extension:
            return str(lib.format_number(number, lib.PhoneNumberFormat.E164))
    return ""


def likely_phone(text: str, region: str) -> str:
    """The number in a text that holds more than one: in the form of the rule, when it is the only one in it."""
    import phonenumbers as lib

    if len(text) > LONGEST_PHONE:
        return ""
    plain = clean(text)
    found = list(lib.PhoneNumberMatcher(plain, region or None, leniency=lib.Leniency.VALID))
    left = "".join(plain[: one.start] + plain[one.end :] for one in found[:1])
    if len(found) != 1 or found[0].number.extension or any(letter.isdigit() for letter in left):
        return ""
    return str(lib.format_number(found[0].number, lib.PhoneNumberFormat.E164))
