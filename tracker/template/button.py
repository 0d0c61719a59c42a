"""The buttons of a workbook with macros: Refresh on Home and Follow-ups, Undo on Home, and the macros that they call.

A workbook gets them after it is made, and an older one in the same way. What the macros are is built from ``macros/``
beside the package; what stands in ``macros`` here is that, as people get it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tracker.ooxml import Cells, ColumnWrite, Patched, Workbook
from tracker.ooxml.change import Button, missing, modules, patch, with_buttons
from tracker.schema.base import BASE
from tracker.template.page import LAST
from tracker.template.theme import ACCENT_RGB
from tracker.words import Words

FOLDER = Path(__file__).parent / "macros"
MODULE = "TrackerButton"
SHORTCUT = 'VB_Invoke_Func = "R\\n14"'  # how a module says Ctrl+Shift+R
WIDTH, HEIGHT, TOP = 132, 28, 8  # pixels; the title row is 44 high
_FOLLOWUPS = BASE["FollowUps"].keys


@dataclass(frozen=True)
class Corner:
    """The cell of a sheet in which its day stands, zero-based: the title row is known by it, wherever it went."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class _Place:
    """Where a button stands: how many columns before the day of its sheet, and how far into that column."""

    key: str
    before: int
    left: int
    verb: str


_PLACES = (
    # Both in the middle third, flush right: the last one is the day's, which takes all of it while one is pinned.
    _Place("home", LAST - 6, 72, "refresh"),
    _Place("home", LAST - 8, 44, "undo"),
    _Place("followups", _FOLLOWUPS.index("escalation") - _FOLLOWUPS.index("why"), 0, "refresh"),
)
_HOW = (("how_refresh", "how_refresh_button"), ("refresh_command", "refresh_keys"))  # words without → with a button


@cache
def project() -> bytes:
    """The VBA project with the macros of the buttons."""
    return (FOLDER / "vbaProject.bin").read_bytes()


@cache
def source() -> str:
    """The code of the macros, as it was typed."""
    return next(one.code for one in modules(project()) if one.name == MODULE)


def corners(words: Words) -> Mapping[str, Corner]:
    """Where the days stand in a new workbook, by sheet key."""
    last = BASE["FollowUps"].left - 1 + _FOLLOWUPS.index("escalation")
    return {
        "home": Corner(words.sheet("home"), 0, LAST),
        "followups": Corner(words.sheet("followups"), 0, last),
    }


def buttons(words: Words, found: Mapping[str, Corner]) -> tuple[Button, ...]:
    """The buttons of the sheets that a workbook has."""
    return tuple(_button(words, found[place.key], place) for place in _PLACES if place.key in found)


def _button(words: Words, corner: Corner, place: _Place) -> Button:
    return Button(
        corner.sheet,
        f"Tracker {place.verb}",
        f"{MODULE}.Tracker{place.verb.title()}",
        words.at("label", f"button_{place.verb}"),
        words.at("label", f"button_{place.verb}_about"),
        max(0, corner.column - place.before),
        corner.row,
        place.left,
        TOP,
        WIDTH,
        HEIGHT,
        ACCENT_RGB,
        place.verb == "refresh",
    )


def with_button(data: bytes, words: Words, found: Mapping[str, Corner] | None = None, macros: bool = True) -> Patched:
    """A workbook with its buttons, code names and, with ``macros``, our VBA project in the place of any it has.

    Home says that there is a button, where it says how to refresh. PackageError when a part is damaged.
    """
    places = corners(words) if found is None else found
    workbook = Workbook(data)
    said = patch(workbook, [*_told(workbook, words, places)], [], [])
    drawn = with_buttons(Workbook(said.data), buttons(words, places), project() if macros else None)
    return Patched(drawn.data, (*said.parts, *drawn.parts), said.cells)


def wanting(data: bytes, words: Words, found: Mapping[str, Corner]) -> tuple[Button, ...]:
    """The buttons that are not in a workbook, or call nothing there."""
    return missing(Workbook(data), buttons(words, found))


def _told(workbook: Workbook, words: Words, places: Mapping[str, Corner]) -> Iterator[ColumnWrite]:
    """The words on Home about how to refresh, where they stand as the template wrote them."""
    if "home" not in places:
        return
    sheet = places["home"].sheet
    wanted = {words.at("label", old): words.at("label", new) for old, new in _HOW}
    for number, cells in workbook.read(sheet).columns.items():
        for row, value in enumerate(cells.values(), 1):
            if isinstance(value, str) and value in wanted:
                yield ColumnWrite(sheet, number, np.array([row], np.int64), Cells.from_values([wanted[value]]))
