"""Live columns: which formula may be computed when, and the values behind it.

The order is read from the formulas themselves: a derivation waits for the tool columns it names. Kept out: what any
derivation means (schema) and how a formula is spelled (formulas).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from tracker.formulas import columns
from tracker.model.plan import Fill
from tracker.schema.column import Column, Schema
from tracker.schema.snapshot import Snapshot

MANY_PAIRS, FEW_PAIRS = 10_000_000, 8_000_000  # SPEC: formulas go above the one and come back below the other

Key = tuple[str, str]


def ready(schema: Schema, done: frozenset[Key], waiting: frozenset[Key]) -> list[Key]:
    """The derived columns not yet done that can be computed without the ``waiting`` ones, in a workable order."""
    order: list[Key] = []
    finished = set(done)
    todo = [(t.name, c) for t in schema.tables for c in t.columns if c.derive and (t.name, c.key) not in done]
    while True:
        now = [(table, c.key) for table, c in todo if _needs(schema, table, c).isdisjoint(waiting - finished)]
        now = [key for key in now if key not in finished and _tool(schema, key) <= finished]
        if not now:
            return order
        order += now
        finished |= set(now)


def leading_to(schema: Schema, wanted: Iterable[Key]) -> list[Key]:
    """The derived columns that these need, themselves included, in a workable order."""
    needed, todo = set[Key](), [*wanted]
    while todo:
        key = todo.pop()
        if key not in needed:
            needed.add(key)
            todo += _tool(schema, key)
    return [key for key in ready(schema, frozenset(), frozenset()) if key in needed]


def derive(snapshot: Snapshot, keys: Iterable[Key]) -> Snapshot:
    """The snapshot with these derived columns computed anew."""
    for table, key in keys:
        recipe = snapshot.schema[table][key].derive
        assert recipe is not None
        snapshot = snapshot.having(table, {key: recipe.compute(snapshot)})
    return snapshot


def fills(snapshot: Snapshot, live: bool) -> tuple[Fill, ...]:
    """Every derived column of the snapshot as a fill; aggregates without their formula unless ``live``."""
    found = []
    for table in snapshot.schema.tables:
        for column in table.columns:
            if column.derive:
                formula = column.derive.excel if live or not column.derive.aggregates else None
                found.append(Fill(table.name, column.key, _values(snapshot, table.name, column), formula))
    return tuple(found)


def live_formulas(snapshot: Snapshot, were_live: bool) -> bool:
    """Whether the aggregating columns carry formulas: setting ``live_formulas``, else by customers × events."""
    if snapshot.settings.live_formulas != "auto":
        return snapshot.settings.live_formulas == "always"
    sizes = {name: len(snapshot.frames[name]) for name in ("Customers", "Interactions", "Purchases")}
    pairs = sizes["Customers"] * (sizes["Interactions"] + sizes["Purchases"])
    return pairs <= (MANY_PAIRS if were_live else FEW_PAIRS)


def _needs(schema: Schema, table: str, column: Column) -> frozenset[Key]:
    assert column.derive is not None
    return columns(column.derive.excel, table)


def _tool(schema: Schema, key: Key) -> set[Key]:
    """The derived columns that one reads."""
    table, name = key
    needs = _needs(schema, table, schema[table][name])
    return {(t, k) for t, k in needs if schema[t][k].derive is not None}


def _values(snapshot: Snapshot, table: str, column: Column) -> NDArray[Any]:
    if column.kind.is_text:
        return snapshot.text(table, column.key)
    return snapshot.number(table, column.key)
