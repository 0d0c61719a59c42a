"""A row told by what staff typed into it, for where its key does not tell it: doubled, blank, or itself to be changed.

Kept out: what becomes of a row that is no longer the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from tracker.engine.cellvalues import comparable, stands
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
    text = json.dumps(found, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:LENGTH] if found else ""
