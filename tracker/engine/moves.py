"""Who moved from which tag to which: the history of tags, and the movement since the last refresh of an earlier day.

The history only grows. A customer's first tags are no movement. Kept out: why a tag is given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.lower import room
from tracker.engine.state import baseline
from tracker.model.plan import Listing, Value
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.tags import DIMENSIONS, OWN_TAGS

if TYPE_CHECKING:
    from tracker.engine.tags import Tagging

HISTORY = "TagHistory"
KEYS = ("customer_id", "dimension", "from_tag", "to_tag", "changed_on")


@dataclass(frozen=True)
class Move:
    """A customer who bears another tag of a dimension than at the baseline; an empty tag is none."""

    customer_id: str
    dimension: str
    from_tag: str
    to_tag: str
    spend: float  # of the spend window
    at: int = field(default=-1, compare=False)  # position of the customer in Customers


def moves(snapshot: Snapshot, tagging: Tagging) -> tuple[Listing, tuple[Move, ...]]:
    """The history with what changes now, and who moved since the baseline, the most money first."""
    old, new = _history(snapshot), _changes(snapshot, tagging)
    columns = {key: (*old[key], *(row[i] for row in new)) for i, key in enumerate(KEYS)}
    history, start = Listing(HISTORY, columns, {}), baseline(snapshot)
    return history, () if start is None else moved_since(snapshot, tagging, history, start)


def moved_since(snapshot: Snapshot, tagging: Tagging, history: Listing, start: float) -> tuple[Move, ...]:
    """Who bears another tag now than at the end of a day, by a history that `moves` gave, the most money first."""
    return _since(snapshot, tagging, _remembered(snapshot, history.columns), start)


def _remembered(snapshot: Snapshot, columns: Mapping[str, tuple[Value, ...]]) -> Mapping[str, tuple[Value, ...]]:
    """What of the history the next refresh will find: nothing is said now that it could not say again."""
    layout = snapshot.layout.get(HISTORY)
    if layout is None:
        return dict.fromkeys(columns, ())
    rows = room(layout)
    return {
        key: values[:rows] if key in layout.columns else (None,) * len(values[:rows]) for key, values in columns.items()
    }


def _history(snapshot: Snapshot) -> dict[str, list[Value]]:
    """The rows that stand there, cell by cell as they are."""
    frame, table = snapshot.frames[HISTORY], snapshot.schema[HISTORY]
    rows: dict[str, list[Value]] = {}
    for key in KEYS:
        text = table[key].kind.is_text
        values = snapshot.text(HISTORY, key) if text else snapshot.number(HISTORY, key)
        raw = snapshot.cells.get((HISTORY, key))
        typed = raw.values() if raw is not None and len(raw) == len(frame) else [None] * len(frame)
        rows[key] = [
            (value or None) if text else (float(value) if value == value else other)
            for value, other in zip(values, typed, strict=True)
        ]
    return rows


def remembered(snapshot: Snapshot, dimension: str) -> bool:
    """Whether the tags of a dimension stand in a column, so that a refresh can tell who moved."""
    layout = snapshot.layout.get("Customers")
    return layout is not None and (f"tag_{dimension}" if dimension in DIMENSIONS else OWN_TAGS) in layout.columns


def _changes(snapshot: Snapshot, tagging: Tagging) -> list[tuple[Value, ...]]:
    """A row for each tag that differs from what the last refresh left; nothing for customers it had not tagged."""
    ids, day = snapshot.text("Customers", "customer_id"), float(snapshot.today)
    tagged = np.logical_or.reduce([tagging.before[name] != "" for name in DIMENSIONS])
    rows: list[tuple[Value, ...]] = []
    for dimension, before in tagging.before.items():
        if not remembered(snapshot, dimension):
            continue
        now = _blank_as_empty(tagging.borne(dimension))
        known = tagged if dimension in DIMENSIONS else np.array([tag is not None for tag in before], bool)
        for i in np.flatnonzero(known & (before != now) & (ids != "")).tolist():
            if fold(before[i]) != fold(now[i]):  # only the spelling in Rules is another
                rows.append((ids[i], dimension, before[i] or None, now[i] or None, day))
    return sorted(rows, key=lambda row: (str(row[0]), str(row[1])))


def _since(
    snapshot: Snapshot, tagging: Tagging, columns: Mapping[str, tuple[Value, ...]], start: float
) -> tuple[Move, ...]:
    days, first = columns["changed_on"], dict[tuple[str, str], str]()
    for i in [i for i, day in enumerate(days) if isinstance(day, float) and start < day <= snapshot.today]:
        customer, dimension, tag = (str(columns[key][i] or "") for key in KEYS[:3])
        first.setdefault((fold(customer), fold(dimension)), tag)
    ids, position = snapshot.text("Customers", "customer_id"), _positions(snapshot, {customer for customer, _ in first})
    spend = np.nan_to_num(snapshot.number("Customers", "spend_12m"))
    borne = _borne(tagging, {dimension for _, dimension in first})
    found = []
    for (customer, folded), was in first.items():
        if folded not in borne or customer not in position:
            continue
        i, (dimension, tags, spelled) = position[customer], borne[folded]
        now = str(tags[i] or "")
        if fold(now) != fold(was):
            found.append(Move(str(ids[i]), dimension, spelled.get(fold(was), was), now, float(spend[i]), i))
    return tuple(sorted(found, key=lambda move: (-move.spend, move.customer_id, move.dimension)))


def _borne(tagging: Tagging, wanted: Collection[str]) -> dict[str, tuple[str, NDArray[Any], Mapping[str, str]]]:
    """By folded dimension how it is called now, the tags borne, and how each tag is spelled now."""
    names = {**dict.fromkeys(DIMENSIONS, ()), **{one.dimension: one.names for one in tagging.given}}
    return {
        fold(dimension): (dimension, tagging.borne(dimension), {fold(tag): tag for tag in reversed(tags)})
        for dimension, tags in names.items()
        if fold(dimension) in wanted
    }


def _positions(snapshot: Snapshot, wanted: Collection[str]) -> dict[str, int]:
    """Where in Customers some of them stand, by folded ID; the first row of each."""
    folded = snapshot.folded("Customers", "customer_id").tolist() if wanted else []
    found: dict[str, int] = {}
    for i, customer in enumerate(folded):
        if customer in wanted:
            found.setdefault(customer, i)
    return found


def _blank_as_empty(values: NDArray[Any]) -> NDArray[Any]:
    return np.array([*(value or "" for value in values), None], object)[:-1]
