"""Whether two names may be one person's: short forms, slips of the keyboard, changed places, other scripts.

Each answer says why, never that it is so. The libraries that know short forms, distances and scripts are imported when
two names are first compared closely. Kept out: which rows are compared, and what else speaks for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nicknames import NickNamer

_DROPPED = ".'’ʼ`´ʹ" + "".join(map(chr, range(0x300, 0x370)))  # dots, apostrophes, accents
_BETWEEN = "-‐‑–—_,;/·" + "".join(map(chr, range(32))).replace("\n", "")
_LETTERS = dict(zip("łøđı", "lodi", strict=True))  # from which no accent is taken
_LIGATURES = {"æ": "ae", "œ": "oe"}
_DIGITS = re.compile(r"\d+|\b(?:jr|sr|junior|senior|ii|iii|iv)\b")
_PICTURES = "\u2e80"  # from here on a letter is a word: one other letter is another name
SHORT, LONG = 4, 8  # letters from which one slip, and two, leave a name likely the same
SWAP = 2

Common = Callable[[str], bool]


@dataclass(frozen=True)
class Name:
    """A person's name as `plain` texts; what is not known is empty."""

    given: str
    family: str


@dataclass(frozen=True)
class Likeness:
    """Why two names may be one person's, as a code; and of a short form what is short for what."""

    code: str
    short: str = ""
    long: str = ""


def plain(texts: Sequence[str]) -> list[str]:
    """Names and firms as they are compared: without case, accents, full width, hyphens and dots."""
    return joined_plain(texts).split("\n") if len(texts) else []


def joined_plain(texts: Sequence[str]) -> str:
    """The same with a line for each, for columns that are worked on as a whole."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:  # none at all, or a line break inside one
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    if joined.isascii():
        joined = joined.lower().encode().translate(_ASCII, _GONE).decode()
    else:
        joined = _latin(joined)
    for doubled, single in (("  ", " "), (" \n", "\n"), ("\n ", "\n")):
        while doubled in joined:
            joined = joined.replace(doubled, single)
    return joined.strip(" ")


_BETWEEN_ASCII = "".join(filter(str.isascii, _BETWEEN)).encode()
_ASCII = bytes.maketrans(_BETWEEN_ASCII, b" " * len(_BETWEEN_ASCII))
_GONE = "".join(filter(str.isascii, _DROPPED)).encode()


@cache
def _table() -> NDArray[np.uint16]:
    """What each letter of 16 bits becomes; 0: nothing."""
    table = np.arange(1 << 16, dtype=np.uint16)
    table[[*map(ord, _BETWEEN)]] = ord(" ")
    table[[*map(ord, _DROPPED)]] = 0
    table[[*map(ord, _LETTERS)]] = [*map(ord, _LETTERS.values())]
    return table


def _latin(joined: str) -> str:
    """Without case, accents and full width, whatever the script."""
    joined = unicodedata.normalize("NFKD", joined.casefold())
    for letter, instead in _LIGATURES.items():
        joined = joined.replace(letter, instead)
    made = _table()[np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)]
    kept: bytes = made[made != 0].tobytes()
    return kept.decode("utf-16-le", "surrogatepass")


def spelled(texts: str) -> str:
    """Plain texts without the e that stands for two dots where a keyboard has none: Mueller for Müller."""
    return texts.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def likeness(one: Name, other: Name, common: Common = lambda _: False) -> Likeness | None:
    """Why the two may be one person, None when they are plainly two; ``common`` names are no slips of each other."""
    if _marks(one) != _marks(other):
        return None
    if _letters(one) == _letters(other):
        return Likeness("same")
    if spelled(one.family) == spelled(other.family):
        return _given(one.given, other.given, common) if one.given and other.given else Likeness("lone")
    if (spelled(one.given), spelled(one.family)) == (spelled(other.family), spelled(other.given)):
        return Likeness("swapped")
    if spelled(one.given) == spelled(other.given) != "" and _slipped(one.family, other.family, common):
        return Likeness("last")
    return Likeness("script") if _other_script(one, other) else None


def _marks(name: Name) -> list[str]:
    """What tells namesakes apart: numbers, junior and senior."""
    return _DIGITS.findall(f"{name.given} {name.family}")


def _letters(name: Name) -> str | tuple[str, str]:
    """A name without its spaces; one that is written without any is not parted either."""
    if name.family[:1] >= _PICTURES:
        return (name.family + name.given).replace(" ", "")
    return spelled(name.given).replace(" ", ""), spelled(name.family).replace(" ", "")


def _given(one: str, other: str, common: Common) -> Likeness | None:
    """Why two first names before the same last name may be one."""
    words, others = one.split(), other.split()
    short, long = sorted((words[0], others[0]), key=len)
    if len(short) == 1 and long.startswith(short):
        return Likeness("initial", short, long) if len(long) > 1 else Likeness("further")
    if set(words) < set(others) or set(others) < set(words):
        return Likeness("further")
    known = _short_form(words[0], others[0])
    if known is not None:
        return known
    namer = _namer()
    names = all(namer.nicknames_of(name) or namer.canonicals_of(name) for name in (one, other))
    # Paul and Paula, Mario and Maria, Christian and Christina: the end of a first name makes another name.
    return Likeness("first") if not names and one[-1] == other[-1] and _slipped(one, other, common) else None


def _short_form(one: str, other: str) -> Likeness | None:
    """Whether one is short for the other, or both for a third and much alike, as Rob and Bob."""
    namer = _namer()
    for short, long in sorted([(one, other), (other, one)], key=lambda pair: len(pair[0])):
        if short in namer.nicknames_of(long):
            return Likeness("nickname" if len(short) < len(long) else "forms", short, long)
    third = namer.canonicals_of(one) & namer.canonicals_of(other)
    if third and _distance(one, other) == 1:
        return Likeness("nicknames", long=min(third, key=lambda name: (-len(name), name)))
    return None


def _slipped(one: str, other: str, common: Common) -> bool:
    """Whether one is the other with a slip: of letters in the middle, hardly ever of the first."""
    least = min(len(one), len(other))
    if least < SHORT or max(one + other) >= _PICTURES:
        return False
    if one[0] != other[0] and one[:SWAP] != other[:SWAP][::-1]:
        return False
    return _distance(one, other) <= (2 if least >= LONG else 1) and not (common(one) and common(other))


def _other_script(one: Name, other: Name) -> bool:
    """Whether two names in different scripts sound alike, in Latin letters, however they are parted."""
    if _script(one) == _script(other):
        return False
    from anyascii import anyascii

    first, second = (
        [plain([anyascii(part)])[0].replace(" ", "") for part in (name.given, name.family)] for name in (one, other)
    )
    if "" in (first[1], second[1]):
        return False
    near = [_near(first[0] + first[1], "".join(parts)) for parts in (second, second[::-1])]
    near += [_near(first[1] + first[0], second[0] + second[1])]
    return any(near)


def _near(one: str, other: str) -> bool:
    least = min(len(one), len(other))
    return least >= SHORT and _distance(one, other) <= (2 if least >= LONG else 1)


def _script(name: Name) -> str:
    """The script of a name as Unicode calls it: LATIN, CYRILLIC, CJK …"""
    letters = [letter for letter in name.family or name.given if letter.isalpha()]
    return unicodedata.name(letters[0], "").split(" ")[0] if letters else ""


def _distance(one: str, other: str) -> int:
    """Letters to put in, leave out, exchange, or swap with their neighbour."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(one, other))


@cache
def _namer() -> NickNamer:
    from nicknames import NickNamer

    return NickNamer()
