"""What the engine's tests share: a drawn workbook with the default rules, refreshed, and read back by customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from world import TODAY, World, world

from tracker.engine.derive import derive, ready
from tracker.engine.identify import identify
from tracker.engine.lower import Lowering, lower
from tracker.engine.refresh import Refreshed, plan_refresh
from tracker.engine.tags import Tagging, tag_customers
from tracker.engine.worked import TAGGED
from tracker.model.grid import Writes
from tracker.schema.settings import Settings
from tracker.schema.snapshot import Snapshot
from tracker.schema.tags import RULES

RULE_ROWS = "\n".join(f"{r.dimension} | {r.tag} | {r.condition} | {r.cadence_days or ''} | {r.channel}" for r in RULES)
RULES_DRAWN = f"\n\nRules\ndimension | tag | condition | cadence_days | channel\n{RULE_ROWS}\n"


WHOLE = {"key_fields": "customer_id", "verify_months": 120.0}  # settings by which hardly any customer is to complete


def book(drawing: str, today: date | str = TODAY, **settings: float | str) -> World:
    """The workbook of a drawing; with the default rules unless it draws its own.

    What a customer lacks is no work in it unless ``key_fields`` and ``verify_months`` say so: few are about that.
    """
    rules = "" if re.search(r"^\s*Rules\s*$", drawing, re.MULTILINE) else RULES_DRAWN
    return world(drawing + rules, today, {**WHOLE, **settings})


def refresh(host: World, pin: date | None = None) -> tuple[Refreshed, Writes]:
    """Refresh a workbook; what was planned and what was written."""
    refreshed = plan_refresh(host.read(pin))
    writes = lower(refreshed.plan, Lowering(refreshed.snapshot, host.book(), host.sheet))
    host.apply(writes)
    return refreshed, writes


def tagged(drawing: str, today: date | str = TODAY, **settings: float | str) -> tuple[Snapshot, Tagging]:
    """The tags of a drawn workbook, and the snapshot they were given for."""
    settings = {"key_fields": Settings().key_fields, **settings}
    snapshot = identify(book(drawing, today, **settings).read()).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), TAGGED))
    return snapshot, tag_customers(snapshot)


def tags(drawing: str, dimension: str, today: date | str = TODAY, **settings: float | str) -> dict[str, str | None]:
    """The tags of one dimension, by customer."""
    snapshot, given = tagged(drawing, today, **settings)
    ids = snapshot.text("Customers", "customer_id")
    return dict(zip(ids, given.columns[f"tag_{dimension}"], strict=True))


def customers(host: World) -> dict[str, dict[str, object]]:
    """The rows of Customers as they stand, by ID; blank cells are None."""
    return by(host, "Customers", "customer_id")


def worklist(host: World) -> list[dict[str, object]]:
    """The rows of the Follow-ups list as they stand."""
    return rows(host, "FollowUps")


def by(host: World, table: str, key: str) -> dict[str, dict[str, object]]:
    """The rows of a table, by one of its columns."""
    return {str(row[key]): row for row in rows(host, table)}


def rows(host: World, table: str) -> list[dict[str, object]]:
    """The rows of a table as they stand; blank cells are None."""
    frame = host.read().frames[table]
    columns = [[None if value == "" or value != value else value for value in one] for one in frame.columns.values()]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def written_staff_cells(writes: Writes, host: World) -> list[tuple[str, str, int]]:
    """Table, column key and sheet row of every cell written in a column of staff's."""
    found = []
    snapshot = host.read()
    owners: Mapping[tuple[str, int], tuple[str, str]] = {
        (layout.sheet, number): (name, key)
        for name, layout in snapshot.layout.items()
        for key, number in layout.columns.items()
        if not snapshot.schema[name][key].is_tool and not snapshot.schema[name].tool_rows
    } | {
        (layout.sheet, number): (name, header)
        for name, layout in snapshot.layout.items()
        for header, number in layout.extra.items()
    }
    for write in writes.cells:
        if (write.sheet, write.column) in owners:
            found += [(*owners[write.sheet, write.column], row) for row in write.rows.tolist()]
    return found
