"""Whether the columns that add up other tables carry formulas, or only what these would say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from books import TODAY, column_of, header, new_book, refreshed, table_of, type_rows
from dirty import Dirt, customers, interactions, purchases
from world import world

from tracker.engine.derive import live_formulas
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.model.frame import Frame
from tracker.ooxml import Workbook
from tracker.schema.base import BASE

SUMS = [column.key for column in BASE["Customers"].columns if column.derive and column.derive.aggregates]
OWN = [column.key for column in BASE["Customers"].columns if column.derive and not column.derive.aggregates]


@pytest.mark.parametrize(
    ("setting", "customers", "interactions", "purchases", "before", "after"),
    [
        ("auto", 1_000, 5_000, 3_000, False, True),  # 8 million pairs: back to formulas
        ("auto", 1_000, 5_000, 3_001, False, False),
        ("auto", 1_000, 5_000, 3_001, True, True),
        ("auto", 1_000, 5_000, 5_000, True, True),  # 10 million: still formulas
        ("auto", 1_000, 5_000, 5_001, True, False),
        ("always", 1_000, 5_000, 5_001, False, True),
        ("never", 1, 1, 1, True, False),
    ],
)
def test_formulas_go_above_ten_million_pairs_and_come_back_below_eight(
    setting, customers, interactions, purchases, before, after
):
    snapshot = world("").read()
    sizes = {"Customers": customers, "Interactions": interactions, "Purchases": purchases}
    frames = {name: Frame(np.arange(size)) for name, size in sizes.items()}
    settings = replace(snapshot.settings, live_formulas=setting)
    assert live_formulas(replace(snapshot, frames=frames, settings=settings), before) is after


def test_without_formulas_the_figures_are_the_same_and_nothing_is_amiss():
    made = {setting: refreshed(_filled(setting)) for setting in ("always", "never")}
    figures = {setting: read(MemoryHost(data), TODAY).frames["Customers"] for setting, (data, _) in made.items()}
    for key in (*SUMS, *OWN):
        np.testing.assert_array_equal(*(figures[setting].columns[key] for setting in made), err_msg=key)
    for setting, (data, done) in made.items():
        assert _with_formulas(data) == {*OWN, *(SUMS if setting == "always" else ())}
        assert not {"W113", "W114"} & {finding.code for finding in done.findings}
        assert not refreshed(data, hour=17)[1].changed


def _filled(setting: str) -> bytes:
    source = Dirt(4, TODAY, dirt=0.1, errors=0.0)
    data = type_rows(new_book(live_formulas=setting), "Customers", customers(source, 20))
    data = type_rows(data, "Interactions", interactions(source, 40, 20))
    return type_rows(data, "Purchases", purchases(source, 40, 20))


def _with_formulas(data: bytes) -> set[str]:
    """The columns of Customers in which every row has a formula; in the others none has."""
    table = table_of(data, "Customers")
    cells = Workbook(data).read(table.sheet).columns
    found = set()
    for key in (*SUMS, *OWN):
        column = cells[column_of(table, header("Customers", key))].has_formula()
        body = column[table.ref.first_row : table.ref.last_row]
        assert body.all() or not body.any(), key
        found |= {key} if body.all() else set()
    return found
