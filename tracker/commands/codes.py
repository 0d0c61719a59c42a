"""Which findings somebody means who writes codes, beginnings of codes, or names; reads no workbook and is light."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from tracker.errors import UsageError
from tracker.schema.findings import FINDING_SPECS, FINDINGS, FindingSpec


def codes(words: Iterable[str]) -> set[str]:
    """The codes meant by codes, their beginnings, and names; UsageError, with the nearest, for one that means none."""
    found: set[str] = set()
    for word in words:
        text = word.strip()
        meant = {f.code for f in FINDINGS if f.code.startswith(text.upper()) or f.name == text.lower()}
        if not meant:
            raise UsageError(f"There is no finding '{text}'.{_nearest(text)}")
        found |= meant
    return found


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
