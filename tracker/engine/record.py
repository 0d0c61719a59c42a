"""What a run wrote into cells of staff, so that it can be put back: made from its plan, kept as JSON lines.

One line a cell, ``{"table", "key", "column", "was", "now"}``, or a row, ``{"table", "key", "row": {column: now}}``; of
a row that an undo took away ``{"table", "key", "gone": {column: was}}``. A value is one of JSON, a formula or an error
an object (see `cellvalues`). ``lines`` says which lines of Follow-ups it came from, ``like`` is the fingerprint of a
row that has no key yet. What a refresh does again by itself (IDs, created_on, the tool's cells) is not in it.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from tracker.engine.cellvalues import Stands, same, stands
from tracker.engine.harvest import Taken
from tracker.engine.pending import LIST, inputs
from tracker.engine.staff_rows import assigned, fingerprint, key_columns, key_text, row_contents
from tracker.model.grid import Cells, Host
from tracker.model.plan import Edits, Plan, Rows
from tracker.schema.column import Owner
from tracker.schema.snapshot import Layout, Snapshot, own_column


@dataclass(frozen=True)
class Changed:
    """A cell of staff that a run changed."""

    table: str
    key: str
    column: str
    was: Stands
    now: Stands
    like: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Added:
    """A row that a run appended: what it wrote into cells of staff."""

    table: str
    key: str
    row: Mapping[str, Stands]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Gone:
    """A row that an undo took away: what stood in it."""

    table: str
    key: str
    gone: Mapping[str, Stands]
    lines: tuple[int, ...] = ()


Record = Changed | Added | Gone
KINDS: tuple[type[Changed] | type[Added] | type[Gone], ...] = (Changed, Added, Gone)


def record_of(
    plan: Plan, before: Host, after: Host, snapshot: Snapshot, taken: Sequence[Taken] = ()
) -> tuple[Record, ...]:
    """What the edits and rows of a plan write, and the boxes of the lines of Follow-ups that were taken in.

    ``before`` and ``after`` are the workbook without and with the writes of the run, ``snapshot`` one that knows where
    its tables stand.
    """
    look = _Look(before, after, snapshot, taken)
    found: list[Record] = []
    for edit in plan.edits:
        found += look.changed(edit)
    for rows in plan.rows:
        found += look.added(rows)
    for number, one in enumerate(taken, 1):
        for key in inputs(snapshot):
            if one.line.filled(key):
                followup = one.line.text("followup_id")
                found.append(Changed(LIST, followup, key, one.line.cells[key], None, lines=(number,)))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Look:
    """The workbook before and after a run, cell by cell."""

    before: Host
    after: Host
    snapshot: Snapshot
    taken: Sequence[Taken]

    @cached_property
    def of_cell(self) -> dict[tuple[str, str, int], tuple[int, ...]]:
        """The lines of Follow-ups that a cell came from, by their number."""
        found: dict[tuple[str, str, int], tuple[int, ...]] = {}
        for number, one in enumerate(self.taken, 1):
            for cell in one.cells:
                found[cell] = (*found.get(cell, ()), number)
        return found

    @cached_property
    def of_row(self) -> dict[tuple[str, int], tuple[int, ...]]:
        """The line that became a row, by table and sheet row."""
        return {row: (number,) for number, one in enumerate(self.taken, 1) for row in one.rows}

    def changed(self, edit: Edits) -> Iterator[Changed]:
        layout = self.snapshot.layout.get(edit.table)
        if layout is None or edit.key not in layout.columns:
            return
        rows = sorted(edit.rows)
        was, now = (stands(_at(host, layout, layout.columns[edit.key], rows)) for host in (self.before, self.after))
        differing = [i for i in range(len(rows)) if not same(was[i], now[i])]
        keys = self.keys(layout, [rows[i] for i in differing])
        for i, key in zip(differing, keys, strict=True):
            like = "" if key else self.like(layout, rows[i])
            lines = self.of_cell.get((edit.table, edit.key, rows[i]), ())
            yield Changed(edit.table, key, edit.key, was[i], now[i], like, lines)

    def added(self, rows: Rows) -> Iterator[Added]:
        layout, spec = self.snapshot.layout[rows.table], self.snapshot.schema[rows.table]
        numbers = rows.frame.rows.tolist()
        keys = self.keys(layout, numbers)
        columns = [key for key in rows.frame.columns if key in layout.columns and not spec[key].is_tool]
        cells = {key: stands(_at(self.after, layout, layout.columns[key], numbers)) for key in columns}
        for i, (row, key) in enumerate(zip(numbers, keys, strict=True)):
            filled = {name: cells[name][i] for name in columns if cells[name][i] is not None}
            yield Added(rows.table, key, filled, self.of_row.get((rows.table, row), ()))

    def keys(self, layout: Layout, rows: Sequence[int]) -> list[str]:
        """The keys that rows have after the run."""
        columns = [layout.columns.get(key) for key in key_columns(self.snapshot.schema[layout.table])]
        blank: list[Stands] = [None] * len(rows)
        parts = [blank if at is None else stands(_at(self.after, layout, at, rows)) for at in columns]
        return [key_text(row) for row in zip(*parts, strict=True)] if parts else [""] * len(rows)

    def like(self, layout: Layout, row: int) -> str:
        """The fingerprint of a row after the run."""
        spec = self.snapshot.schema[layout.table]
        places = {key: at for key, at in layout.columns.items() if spec[key].owner is not Owner.TOOL}
        places |= {own_column(header): at for header, at in layout.extra.items()}
        cells = {key: stands(_at(self.after, layout, at, [row]))[0] for key, at in places.items()}
        return fingerprint(row_contents(spec, cells, assigned(spec)))


def _at(host: Host, layout: Layout, column: int, rows: Sequence[int]) -> Cells:
    """The cells of a column in some rows, these in ascending order."""
    if not rows:
        return Cells.blank(0)
    first = rows[0]
    return host.sheet(layout.sheet).column(column, first, rows[-1]).take(np.array(rows, np.int64) - first)


def written(records: Iterable[Record]) -> bytes:
    """The records as compressed JSON lines, the same bytes for the same records; nothing for none."""
    lines = [json.dumps(_raw(one), separators=(",", ":")) for one in records]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), 6, mtime=0) if lines else b""


def read_records(data: bytes) -> tuple[Record, ...]:
    """The records in compressed JSON lines; ValueError where they are no such thing."""
    try:
        lines = gzip.decompress(data).decode().split("\n")[:-1] if data else []
        return tuple(_record(json.loads(line)) for line in lines)
    except (OSError, EOFError, zlib.error, RecursionError) as error:
        raise ValueError("no record of a run") from error


def _raw(record: Record) -> dict[str, object]:
    """A record's fields, those left out that say nothing."""
    found = {one.name: getattr(record, one.name) for one in fields(record)}
    return {name: value for name, value in found.items() if name not in ("like", "lines") or value}


def _record(raw: object) -> Record:
    if not isinstance(raw, dict):
        raise ValueError("no record of a run")
    texts = all(type(raw.get(name, "")) is str for name in ("table", "key", "column", "like"))
    rows = all(isinstance(raw.get(name, {}), dict) for name in ("row", "gone"))
    lines = raw.get("lines", [])
    for kind in KINDS:
        names = {one.name for one in fields(kind)}
        if names - {"like", "lines"} <= raw.keys() <= names and texts and rows and isinstance(lines, list):
            return kind(**{**raw, "lines": tuple(lines)})
    raise ValueError("no record of a run")
