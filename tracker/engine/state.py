"""What a refresh leaves on the hidden sheets: the day, thresholds and word lists formulas read, and the dropdowns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.same import number_hashes, text_hashes
from tracker.model.plan import Value
from tracker.schema.column import Column, Kind
from tracker.schema.snapshot import Choices, Snapshot
from tracker.schema.state import CHOICE_ROWS
from tracker.words import locales


def after(snapshot: Snapshot, changed_at: str) -> dict[str, tuple[Value, ...]]:
    """The State sheet as this refresh leaves it."""
    settings, today = snapshot.settings, float(snapshot.today)
    return {
        "figures_day": (today,),
        "pinned_day": (today if snapshot.pinned else None,),
        "as_of_day": (settings.as_of,),
        "spend_from": (snapshot.spend_from,),
        "cadence_from": (settings.cadence_from,),
        "upcoming_days": (settings.upcoming_days,),
        "workday_mask": (snapshot.weekend,),
        "name_order": (settings.name_order,),
        "last_day": (today,),
        "baseline_day": (baseline(snapshot),),
        "changed_at": (changed_at or None,),
        "tool_hash": (tool_hash(snapshot),),
        "two_way_channels": tuple(_spellings(snapshot.lists["channel"], "two_way")),
        "inbound_words": tuple(_spellings(snapshot.lists["direction"], "inbound")),
        "closed_words": tuple(_spellings(snapshot.lists["status"], "closed")),
        "no_contact_words": tuple(_spellings(snapshot.lists["opt_out"], "closed")),
        "holiday_list": tuple(float(day) for day in snapshot.holidays),
    }


def tool_hash(snapshot: Snapshot) -> str:
    """One text for all that the tool wrote as plain values on Customers, the same for every order of the rows.

    Read again and compared with what the last refresh left, it tells cells that somebody typed over from cells that
    are merely old. Rows the tool has not filled yet, typed since, do not enter.
    """
    table = snapshot.schema["Customers"]
    rows = np.zeros(len(snapshot.frames["Customers"]), np.uint64)
    filled = np.zeros(len(rows), bool)
    for place, column in enumerate(column for column in table.columns if column.is_tool and column.derive is None):
        filled |= snapshot.filled(table.name, column.key)
        rows += _hashes(snapshot, table.name, column) * np.uint64(2 * place + 1)
    rows ^= _hashes(snapshot, table.name, table.by_key[table.key])
    return f"{int(rows[filled].sum(dtype=np.uint64)):016x}"


def _hashes(snapshot: Snapshot, table: str, column: Column) -> NDArray[np.uint64]:
    """A number for each value of a column; of a text that many rows have, worked out once."""
    if not column.kind.is_text:
        return number_hashes(snapshot.number(table, column.key))
    if column.unique:
        return text_hashes(snapshot.text(table, column.key))
    place, found = snapshot.groups(table, column.key)
    return text_hashes(np.array([*found, ""], object))[place]


def baseline(snapshot: Snapshot) -> float | None:
    """The day "since" means: that of the last refresh of an earlier day."""
    last, before = _day(snapshot.state.get("last_day")), _day(snapshot.state.get("baseline_day"))
    return next((day for day in (last, before) if day is not None and day < snapshot.today), None)


def _day(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _spellings(choices: Choices, meaning: str) -> Iterable[str]:
    """Every text that a formula should take for a meaning: labels, codes, and the labels of other languages."""
    codes = choices.meaning(meaning)
    shown = [choice.label for choice in choices.values if choice.code in codes]
    other = [words.choice(choices.name, code) for words in locales() for code in sorted(codes)]
    return dict.fromkeys([*shown, *sorted(codes), *other])


def dropdowns(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """For each list the labels that may be picked, and the customers' names."""
    lists = {
        name: tuple(choice.label for choice in choices.values if choice.active)[:CHOICE_ROWS]
        for name, choices in snapshot.lists.items()
    }
    return {**lists, Kind.CUSTOMER.value: _customers(snapshot)}


def _customers(snapshot: Snapshot) -> tuple[str, ...]:
    """Names that mean one customer only, and the IDs of the others: a company may be that of several persons."""
    names, ids, last = (snapshot.text("Customers", key) for key in ("display_name", "customer_id", "last_name"))
    place, companies = snapshot.groups("Customers", "company")
    of_persons = np.unique(place[last.astype(bool) & (place >= 0)])
    folded = list(map(str.casefold, names.tolist()))
    seen = Counter(folded)
    seen.update(map(str.casefold, companies[of_persons]))
    own = names.astype(bool) & (np.fromiter(map(seen.__getitem__, folded), np.int64, len(folded)) == 1)
    return tuple(nsmallest(CHOICE_ROWS, filter(None, np.where(own, names, ids).tolist()), str.casefold))
