"""The tiles of the summary: six figures of 12 months, each with one line that says what to make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tracker.engine import say
from tracker.engine.summaries_kpis import FEW_ANSWERS
from tracker.model.plan import Value
from tracker.words import Words

Figures = Mapping[str, tuple[float, ...]]  # this period, the one before, 12 months, the 12 before
Tile = tuple[Value, str]
YEAR, BEFORE = 2, 3


def tiles(words: Words, figures: Figures, comparable: bool) -> dict[str, Tile]:
    """Figure and note of each tile of the summary, by key; a dash where there is none."""
    notes: dict[str, tuple[str, Callable[[], str]]] = {
        "revenue": ("revenue", lambda: against_year(words, figures["revenue"], comparable)),
        "orders": ("orders", lambda: against_year(words, figures["orders"], comparable)),
        "average_order": ("average_net", lambda: _average(words, figures)),
        "retention": ("retention", lambda: _retention(words, figures)),
        "nps": ("nps", lambda: _nps(words, figures)),
        "csat": ("csat", lambda: say.count(words, "tile_csat", figures["csat_answers"][YEAR])),
    }
    found = {tile: (figures[key][YEAR], note) for tile, (key, note) in notes.items()}
    return {
        tile: nothing(words, f"summary_{tile}") if np.isnan(value) else (value, note())
        for tile, (value, note) in found.items()
    }


def nothing(words: Words, tile: str) -> Tile:
    """A tile without a figure."""
    return words.say("none"), words.at("label", "tile_empty", tile)


def against_year(words: Words, values: tuple[float, ...], comparable: bool) -> str:
    """How 12 months stand against the 12 before; says so when there was no whole year to compare with."""
    now, before = values[YEAR], values[BEFORE]
    if not comparable or not before > 0:
        return words.say("tile_no_year")
    percent = round(100 * (now - before) / before)
    if percent == 0:
        return words.say("tile_level")
    return words.say("tile_up" if percent > 0 else "tile_down", percent=say.amount(words, abs(percent)))


def _average(words: Words, figures: Figures) -> str:
    return words.say("tile_average", gross=say.amount(words, figures["average_gross"][YEAR]))


def _retention(words: Words, figures: Figures) -> str:
    churn = words.say("tile_churn", percent=say.amount(words, figures["churn"][YEAR]))
    return say.listed(words, [_points(words, figures["retention"], "tile_points"), churn])


def _nps(words: Words, figures: Figures) -> str:
    answers = figures["nps_answers"][YEAR]
    if answers < FEW_ANSWERS:
        return say.count(words, "tile_few", answers)
    enough = figures["nps_answers"][BEFORE] >= FEW_ANSWERS
    moved = _points(words, figures["nps"], "tile_moved") if enough else ""
    return say.listed(words, [say.count(words, "tile_answers", answers), moved])


def _points(words: Words, values: tuple[float, ...], key: str) -> str:
    """By how many points something moved; nothing when it cannot be said or did not move."""
    moved = values[YEAR] - values[BEFORE]
    if np.isnan(moved) or round(moved) == 0:
        return ""
    arrow = words.say("up" if moved > 0 else "down")
    return say.count(words, key, abs(moved), arrow=arrow)
