"""A row told by what staff typed into it, for where its key does not tell it: doubled, blank, or itself to be changed.

And a cell told by what stands in it, so that it is known whether somebody typed over it.

Kept out: what becomes of a row that is no longer the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from tracker.engine.cellvalues import Stands, comparable, stands
from tracker.schema.snapshot import Snapshot

LENGTH = 16  # hexadecimal digits


def rest_of(snapshot: Snapshot, table: str, row: int, without: Collection[str]) -> str:
    """A digest of the cells of staff in a sheet row, but for its key and the columns ``without``.

    The empty text where nothing stands in them, or the row is none of the table: such a row is not to be told.
    """
    spec, frame = snapshot.schema.by_name.get(table), snapshot.frames.get(table)
    if spec is None or frame is None or row not in frame.rows:
        return ""
    at = int(frame.rows.searchsorted(row))
    found = {}
    for column in spec.columns:
        cells = snapshot.cells.get((table, column.key))
        if cells is None or column.is_tool or column.key == spec.key or column.key in without:
            continue
        (value,) = stands(cells.take(slice(at, at + 1)))
        if value is not None:
            found[column.key] = comparable(value)
    return _digest(json.dumps(found, sort_keys=True)) if found else ""


def mark_of(value: Stands) -> str:
    """A digest of what stands in a cell, the same for equal cells, however their lines are broken."""
    whole = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
    return _digest(json.dumps(comparable(whole)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
