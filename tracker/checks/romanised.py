"""Names that carry their own romanisation in brackets, as translating programs leave them: 王伟 (Wang Wei).

The library anyascii spells a name of any alphabet in Latin letters; a bracket that says about the same adds nothing.
Another name in it (Anna (Annie), 王伟 (David)) is staff's own, and stays. Kept out: firms, whose brackets are theirs.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

_BRACKET = re.compile(r"(?P<name>.*[^\s])\s*[(\[（【]\s*(?P<latin>[^()\[\]（）【】]+?)\s*[)\]）】]\s*", re.DOTALL)
_LATIN = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-])*")
ALIKE = 0.8  # of two spellings of one name: Sergey and Sergei have 0.83, Ivan and Evan 0.75
LONGEST = 100  # characters of a name
# What is one sound in the systems people use; in this order.
_SOUNDS = (("kh", "h"), ("ks", "x"), ("ts", "c"), ("zh", "j"), ("iy", "i"), ("yi", "i"), ("y", "i"), ("'", ""))


def may_be_doubled(odd: str) -> bool:
    """Whether one of some texts, all more than ASCII, may hold a bracket."""
    return any(bracket in odd for bracket in "([（【")


def is_alone(text: str) -> bool:
    """Whether a name stands without its own romanisation."""
    return alone(text) == text


def alone(text: str) -> str:
    """The name without a bracket that only spells it in Latin letters."""
    match = _BRACKET.fullmatch(text) if not text.isascii() and len(text) <= LONGEST else None
    if (
        match is None
        or not _LATIN.fullmatch(match["latin"])
        or not _is_latin(match["latin"])
        or _is_latin(match["name"])
    ):
        return text
    return match["name"] if _spells(match["latin"], match["name"]) else text


def _is_latin(text: str) -> bool:
    return any(unicodedata.name(letter, "").startswith("LATIN") for letter in text if letter.isalpha())


def _spells(latin: str, name: str) -> bool:
    """Whether a text in Latin letters is about how a name is pronounced, whichever of its words comes first."""
    from anyascii import anyascii

    said, heard = _sounds(anyascii(latin)).split(), _sounds(anyascii(name)).replace(" ", "")
    turned = ("".join(said[first:] + said[:first]) for first in range(len(said)))
    if any(difflib.SequenceMatcher(None, one, heard).ratio() >= ALIKE for one in turned):
        return True
    bones = re.sub("[aeiou]", "", heard)
    return bones == heard == re.sub("[aeiou]", "", "".join(said)) and len(bones) > 2  # an alphabet without vowels


def _sounds(text: str) -> str:
    small = text.casefold()
    for spelled, sound in _SOUNDS:
        small = small.replace(spelled, sound)
    return re.sub(r"(.)\1", r"\1", re.sub("[^a-z ]", " ", small))
