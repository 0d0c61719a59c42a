"""The hotel example: what its script makes of 119,390 bookings, and that its maps take it in."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from books import new_book

from tracker.commands.importing import import_rows, read_map_file
from tracker.commands.refresh import refresh
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.sources import read_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotel"
DAY = date(2017, 9, 14)
SOME = 400  # rows of each table that are imported here


@pytest.fixture(scope="module")
def tables(shared_data) -> dict[str, pd.DataFrame]:  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("hotel_example", EXAMPLE / "prepare.py")
    assert spec is not None and spec.loader is not None
    prepare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    made = prepare.bookings(shared_data("hotel_bookings.csv.zip"))
    return {shape.__name__: shape(made) for shape in (prepare.customers, prepare.interactions, prepare.purchases)}


def test_every_booking_is_an_interaction_and_every_paid_stay_a_purchase(tables: dict[str, pd.DataFrame]) -> None:
    assert {name: len(table) for name, table in tables.items()} == {
        "customers": 2_466,
        "interactions": 119_390,
        "purchases": 73_419,
    }
    assert tables["customers"]["customer"].is_unique and tables["interactions"]["booking"].is_unique
    assert tables["interactions"].notna().all(axis=None) and tables["purchases"].notna().all(axis=None)
    assert set(tables["interactions"]["customer"]) == set(tables["customers"]["customer"])


def test_the_maps_take_all_of_it_in(tables: dict[str, pd.DataFrame]) -> None:
    host = MemoryHost(new_book(DAY))
    some = {name: tables[name].head(SOME) for name in ("interactions", "purchases")}
    customers = tables["customers"]
    some["customers"] = customers[customers["customer"].isin({one for t in some.values() for one in t["customer"]})]
    for name in ("customers", "interactions", "purchases"):
        source = read_source(some[name].to_csv(index=False).encode(), f"{name}.csv")
        done = import_rows(host, source, read_map_file(EXAMPLE / f"{name}.toml"), DAY, add_to_lists=True)
        assert (done.added, done.rejected) == (len(some[name]), 0), done.reasons
    refresh(host, DAY, DAY)
    snapshot = read(host, DAY)
    revenue = (some["purchases"]["nights"] * some["purchases"]["price"]).round(4).sum()
    assert snapshot.number("Purchases", "net_amount").sum() == pytest.approx(revenue)
    assert (snapshot.text("Interactions", "customer_id") != "").all()
