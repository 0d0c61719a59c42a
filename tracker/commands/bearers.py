"""Whom the customer IDs of a workbook stand for, told so that it can be compared and tells nothing by itself.

It goes from a child process to the run and into the cache on the disk (decision 0013): so it holds no text, and of a
person one byte, which fits one of 255 people. Kept out: what differs between files (see `elsewhere`).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.same import text_hashes
from tracker.model.finding import Place
from tracker.model.grid import CellKind
from tracker.report import is_id_of_ours
from tracker.schema.snapshot import Snapshot

TABLE, KEY = "Customers", "customer_id"
MARK = np.dtype([("id", "<u8"), ("row", "<i4"), ("who", "u1")])  # hash of the ID, its sheet row, byte of the person
Marks = NDArray[np.void]


@dataclass(frozen=True)
class Bearers:
    """The IDs of a file that are as we give them and stand for somebody: a `MARK` for each, in base64.

    ``sheet``, ``column`` and ``header`` are where they stand. ValueError for what is no such text.
    """

    marks: str
    sheet: str
    column: int
    header: str

    def __post_init__(self) -> None:
        self.known()

    def known(self) -> Marks:
        """One `MARK` for each ID, in the order of rows."""
        return np.frombuffer(b64decode(self.marks, validate=True), MARK)

    def at(self, row: int) -> Place:
        """The cell of the ID in a sheet row."""
        return Place(self.sheet, TABLE, row, self.column, KEY, self.header)


def bearers(snapshot: Snapshot) -> Bearers | None:
    """Whom the IDs of a workbook stand for; None where it has no column of them."""
    layout = snapshot.layout.get(TABLE)
    if layout is None or KEY not in layout.columns:
        return None
    ids, names = snapshot.folded(TABLE, KEY), _names(snapshot)
    at = [row for row in _typed(snapshot, ids) if names[row]]
    marks = np.empty(len(at), MARK)
    marks["id"] = _hashes(ids[row] for row in at)
    marks["row"] = snapshot.frames[TABLE].rows[at]
    marks["who"] = _bytes([f"{ids[row]}\n{names[row]}" for row in at])
    return Bearers(b64encode(marks.tobytes()).decode(), layout.sheet, layout.columns[KEY], layout.headers[KEY])


def _typed(snapshot: Snapshot, ids: NDArray[Any]) -> list[int]:
    """The rows with an ID that stands in the file, of two with one ID the first; not those that reading numbered."""
    first: dict[str, int] = {}
    for row in np.flatnonzero(snapshot.cells[TABLE, KEY].kinds != CellKind.BLANK).tolist():
        first.setdefault(ids[row], row)
    return [row for text, row in first.items() if is_id_of_ours(text)]


def _names(snapshot: Snapshot) -> list[str]:
    """What people are told apart by: the name, or the firm of those who have none.

    Addresses and numbers are corrected and given up, so that another one makes nobody somebody else.
    """
    columns = (snapshot.folded(TABLE, key).tolist() for key in ("first_name", "last_name", "company"))
    return [f"{given} {family}".strip() or firm for given, family, firm in zip(*columns, strict=True)]


def _hashes(ids: Iterable[str]) -> NDArray[np.uint64]:
    """A number for each ID that hardly any other one has, the same on every machine."""
    sums = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in ids]
    return np.frombuffer(b"".join(sums), "<u8")


def _bytes(texts: list[str]) -> NDArray[np.uint8]:
    """A number below 255 for each text, the same on every machine; of two texts one pair of 255 has the same."""
    objects = np.array([*texts, None], object)[:-1]  # of texts alone numpy would make no array of objects
    return (text_hashes(objects) % np.uint64(255)).astype(np.uint8)
