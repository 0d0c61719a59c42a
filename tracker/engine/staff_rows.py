"""The rows of a table as staff know them: by their key, with the cells that are theirs, wherever they are sorted to.

What tells a row in a table without IDs is declared here; what the tool fills of itself (IDs, created_on, counters) is
no part of a row's contents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from tracker.engine.cast import general
from tracker.engine.cellvalues import Stands, comparable, stands
from tracker.schema.column import Owner, Table
from tracker.schema.settings import COUNTERS
from tracker.schema.snapshot import Snapshot, fold

# What tells the rows of tables that have no IDs.
KEYS: Mapping[str, tuple[str, ...]] = {
    "Rules": ("dimension", "tag", "condition"),
    "Lists": ("list", "code"),
    "Goals": ("metric",),
    "Decisions": ("kind", "key_a", "key_b"),
}
JOINT = "|"
FILLED_ONCE = ("created_on",)  # like an ID: by the tool, where staff left it blank

Contents = frozenset[tuple[str, tuple[str, object]]]


def key_columns(table: Table) -> tuple[str, ...]:
    """The columns that tell the rows of a table; none when nothing does."""
    return (table.key,) if table.key else KEYS.get(table.name, ())


def key_text(parts: Collection[Stands]) -> str:
    """The key of a row out of the cells of its key columns; empty when the first of them is."""
    texts = [text_of(part) for part in parts]
    return JOINT.join(texts) if texts and texts[0] else ""


def text_of(value: Stands) -> str:
    """A cell of a key as text, as it is read."""
    if isinstance(value, Mapping):
        return text_of(value.get("value")) if "value" in value else ""
    if isinstance(value, bool):
        return str(value).upper()
    return general(value) if isinstance(value, int | float) else str(value or "")


def assigned(table: Table) -> frozenset[str]:
    """The staff columns that the tool fills where they are blank."""
    ids = (table.key,) if table.prefix else ()
    return frozenset((*ids, *(key for key in FILLED_ONCE if key in table.by_key)))


def staff_tables(snapshot: Snapshot) -> tuple[str, ...]:
    """The tables of the workbook in which staff type."""
    return tuple(name for name in snapshot.layout if not snapshot.schema[name].tool_rows)


@dataclass(frozen=True, eq=False)
class StaffRows:
    """The rows of one table: cells by column key (staff's own columns by ``[header]``), one a row of the frame."""

    snapshot: Snapshot
    table: str

    @cached_property
    def columns(self) -> Mapping[str, list[Stands]]:
        """The cells of staff."""
        spec = self.snapshot.schema[self.table]
        return {
            key: stands(cells)
            for (table, key), cells in self.snapshot.cells.items()
            if table == self.table and not (key in spec.by_key and spec[key].owner is Owner.TOOL)
        }

    @cached_property
    def keys(self) -> list[str]:
        """The key of each row, as it is written; empty where it has none."""
        columns = key_columns(self.snapshot.schema[self.table])
        parts = [self.snapshot.text(self.table, key) for key in columns]
        return [key_text(row) for row in zip(*parts, strict=True)] if parts else [""] * len(self.rows)

    @cached_property
    def rows(self) -> list[int]:
        """The sheet row of each."""
        return [int(row) for row in self.snapshot.frames[self.table].rows]

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Folded key → the rows that bear it."""
        found: dict[str, list[int]] = {}
        for at, key in enumerate(self.keys):
            if key:
                found.setdefault(fold(key), []).append(at)
        return found

    def contents(self, at: int, but: Collection[str] = ()) -> Contents:
        """What staff's cells of a row hold, some columns left out."""
        cells = {key: values[at] for key, values in self.columns.items()}
        return row_contents(self.snapshot.schema[self.table], cells, but)

    def by_contents(self, but: Collection[str]) -> dict[Contents, list[int]]:
        """The rows that hold the same, for rows that nothing else tells."""
        found: dict[Contents, list[int]] = {}
        for at in range(len(self.rows)):
            found.setdefault(self.contents(at, but), []).append(at)
        return found

    def is_counter(self, at: int) -> bool:
        """Whether a row of Settings is one in which the tool counts."""
        return self.table == "Settings" and fold(self.keys[at]) in COUNTERS.values()


def row_contents(table: Table, cells: Mapping[str, Stands], but: Collection[str] = ()) -> Contents:
    """What some cells of a row hold, blank ones left out; formulas of staff's own columns fill every row."""
    return frozenset(
        (key, comparable(value))
        for key, value in cells.items()
        if key not in but and value is not None and (key in table.by_key or not _computed(value))
    )


def fingerprint(contents: Contents) -> str:
    """What tells contents from others without saying what they are."""
    return hashlib.sha256(repr(sorted(contents)).encode()).hexdigest()[:16]


def _computed(value: Stands) -> bool:
    return isinstance(value, Mapping) and "formula" in value
