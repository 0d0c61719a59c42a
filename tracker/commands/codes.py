"""Which findings somebody means who writes codes, beginnings of codes, or names; reads no workbook and is light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from tracker.errors import UsageError
from tracker.schema.findings import FINDING_SPECS, FINDINGS, FindingSpec
from tracker.words.sentences import shown

ALL = "ALL"  # every finding, as a word


@dataclass(frozen=True)
class Selection:
    """What one place says of which findings are wanted, a configuration or a command line; all are words for `codes`.

    ``select`` takes the place of what was said before it, None leaves that standing; the others add to it.
    """

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def codes(words: Iterable[str]) -> set[str]:
    """The codes meant by codes, their beginnings, and names; UsageError, with the nearest, for one that means none."""
    found: set[str] = set()
    for word in words:
        meant = _meant(word)
        if not meant:
            text = word.strip()
            raise UsageError(f"There is no finding '{shown(text)}'.{_nearest(text)}")
        found |= meant
    return found


def chosen(*selections: Selection) -> frozenset[str]:
    """The codes that are wanted: of one place the most specific word counts, of equal ones ``ignore``.

    A later place counts more than those before it, however specific they were. UsageError as of `codes`.
    """
    found: set[str] = set()
    for one in selections:
        found = found if one.select is None else set()
        said = [(specific(word), False, codes([word])) for word in (*(one.select or ()), *one.extend)]
        said += [(specific(word), True, codes([word])) for word in one.ignore]
        for _, ignored, meant in sorted(said, key=lambda each: each[:2]):
            found = found - meant if ignored else found | meant
    return frozenset(found)


def specific(word: str) -> int:
    """How exactly a word means its findings: all of them 0, a beginning by its length, a name as its code."""
    text = word.strip()
    if text.upper() == ALL:
        return 0
    return next((len(one.code) for one in FINDINGS if one.name == text.lower()), len(text))


def _meant(word: str) -> set[str]:
    text = word.strip()
    start = "" if text.upper() == ALL else text.upper()
    return {f.code for f in FINDINGS if f.code.startswith(start) or f.name == text.lower()}


def _nearest(text: str) -> str:
    """What was probably meant, as a question; empty when nothing is near."""
    known = {**{f.name: f.name for f in FINDINGS}, **{f.code.lower(): f.code for f in FINDINGS}}
    near = get_close_matches(text.lower(), known, 1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def one_finding(word: str) -> FindingSpec:
    """The one finding that a code or a name means; UsageError when it means none, or several."""
    meant = sorted(codes([word]))
    if len(meant) > 1:
        raise UsageError(f"{word.strip()} means {len(meant)} findings, {meant[0]} to {meant[-1]}. Name one of them.")
    return FINDING_SPECS[meant[0]]
