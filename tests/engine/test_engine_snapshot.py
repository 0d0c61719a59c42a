"""What was once worked out for a snapshot is handed on only where it still holds."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from refreshing import book

from tracker.engine.derive import derive, ready
from tracker.model.finding import Place
from tracker.schema.snapshot import Snapshot, fold, folded, folds

TABLES = ("Customers", "Interactions", "Purchases")
TEXTS = {"Customers": "customer_id", "Interactions": "customer_id", "Purchases": "customer_id"}
NUMBERS = {"Customers": "next_followup", "Interactions": "counts", "Purchases": "net_amount"}


def shop() -> Snapshot:
    """Two customers with a contact, a plan and a purchase each, all figures filled."""
    snapshot = book("""
        Customers
        customer_id | last_name | next_followup
        C1          | Marsh     | today
        C2          | Silva     | today+1d

        Interactions
        customer | customer_id | started_at | channel
        C1       | C1          | today-4d   | phone
        C2       | C2          | today+4d   | phone

        Purchases
        customer | customer_id | purchased_at | item   | amount
        C1       | C1          | today-9d     | Coffee | 12
        C2       | C2          | today-8d     | Tea    | 30
    """).read()
    return derive(snapshot, ready(snapshot.schema, frozenset(), frozenset()))


def asked(snapshot: Snapshot) -> list[object]:
    """All that a snapshot is asked for again and again."""
    events = (snapshot.contacts, snapshot.plans, snapshot.sales)
    found: list[object] = [[None if one is None else one.tolist() for one in astuple(event)] for event in events]
    found.append(dict(snapshot.customer_codes))
    for table in TABLES:
        place, texts = snapshot.groups(table, TEXTS[table])
        found += [snapshot.codes(table).tolist(), place.tolist(), texts.tolist()]
        found += [snapshot.text(table, TEXTS[table]).tolist(), snapshot.folded(table, TEXTS[table]).tolist()]
        found += [str(snapshot.number(table, NUMBERS[table])), snapshot.filled(table, NUMBERS[table]).tolist()]
    return found


@pytest.mark.parametrize(
    ("table", "key", "values"),
    [
        ("Interactions", "counts", np.array([2.0, 1.0])),
        ("Interactions", "customer_id", np.array(["C2", "C2"], object)),
        ("Purchases", "net_amount", np.array([7.0, np.nan])),
        ("Purchases", "customer_id", np.array(["C2", None], object)),
        ("Customers", "customer_id", np.array(["C2", "C9"], object)),
        ("Customers", "next_followup", np.array([np.nan, 9.0])),
    ],
)
def test_a_snapshot_with_another_column_answers_as_one_that_was_never_asked(
    table: str, key: str, values: NDArray[Any]
) -> None:
    before = shop()
    first = asked(before)
    after, fresh = before.having(table, {key: values}), replace(shop()).having(table, {key: values})
    assert asked(after) == asked(fresh) != first


@settings(deadline=None)
@example(["a\nb"])
@example(["a", "B\nc", "d"])
@example(["\u00a0À", "Z"])
@example(["À\u3000", "Z"])
@given(st.lists(st.text("aZß \t\n\x1fÀ1\u00a0\u3000", max_size=4), max_size=8))
def test_a_column_is_folded_as_its_texts_are(texts):
    assert folds(texts) == [fold(text) for text in texts]
    column = np.array([*texts, None], object)[:-1]
    assert folded(column).tolist() == [fold(text) for text in texts]


@pytest.mark.parametrize(
    ("table", "row", "at"),
    [("Customers", 0, 0), ("Customers", 1, 1), ("Customers", -1, -1), ("Customers", 2, -1), ("Nothing", 0, -1)],
)
def test_a_place_is_in_a_row_or_in_none(table: str, row: int, at: int) -> None:
    snapshot = shop()
    first = int(snapshot.frames["Customers"].rows[0])
    assert snapshot.position(Place(table=table, row=first + row)) == at
    assert snapshot.position(Place(table=table)) == -1


def test_a_row_left_out_between_others_has_no_position() -> None:
    snapshot = shop()
    frame = snapshot.frames["Customers"]
    moved = replace(frame, rows=frame.rows + np.array([0, 5]))
    apart = replace(snapshot, frames={**snapshot.frames, "Customers": moved})
    first = int(frame.rows[0])
    assert [apart.position(Place(table="Customers", row=first + step)) for step in (0, 1, 6)] == [0, -1, 1]
