"""Findings laid together for people: those of one kind in one column, and in them those that say the same.

A column of a thousand wrong cells is one thing to a reader. Kept out: how much of it is shown, and how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model.finding import Finding, Place
from tracker.words import Words
from tracker.words.sentences import message, remedy
from tracker.words.visible import visible


@dataclass(frozen=True)
class Group:
    """Findings that say the same: the first of them, its sentences on one line each, and where they all are."""

    first: Finding
    message: str
    remedy: str
    places: tuple[Place, ...]


def kinds(findings: Sequence[Finding], each: bool = False) -> list[list[list[Finding]]]:
    """The findings of one code in one column together, in it those that say the same, in the order they were met.

    ``each`` leaves every finding by itself.
    """
    found: dict[tuple[str, ...], dict[object, list[Finding]]] = {}
    for number, one in enumerate(findings):
        kind = (one.code, one.place.sheet, one.place.key)
        same = number if each else (one.value, one.suggestion, tuple(one.details.items()))
        found.setdefault(kind, {}).setdefault(same, []).append(one)
    return [list(groups.values()) for groups in found.values()]


def group(findings: Sequence[Finding], words: Words) -> Group:
    """What findings that say the same say."""
    first, places = findings[0], tuple(one.place for one in findings)
    return Group(first, visible(message(words, first)), visible(remedy(words, first)), places)
