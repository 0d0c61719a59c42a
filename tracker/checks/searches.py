"""The searches a workbook keeps by name: rows of Lists whose list is ``search``, with the name as code and the
condition as label. Staff add and change them as they do any other list; nothing else reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.schema.lists import SEARCH_LIST
from tracker.schema.snapshot import Snapshot, fold


@dataclass(frozen=True)
class SavedSearch:
    """A search by name, its condition as somebody wrote it, and the sheet row of Lists it stands in."""

    name: str
    condition: str
    row: int


def saved_searches(snapshot: Snapshot) -> tuple[SavedSearch, ...]:
    """The searches of a workbook in the order of the sheet; rows without a name or a condition are left out."""
    names, codes, labels = (snapshot.text("Lists", key) for key in ("list", "code", "label"))
    rows = snapshot.frames["Lists"].rows.tolist()
    found = (
        SavedSearch(str(code).strip(), str(label).strip(), row)
        for name, code, label, row in zip(names, codes, labels, rows, strict=True)
        if fold(str(name)) == SEARCH_LIST
    )
    return tuple(one for one in found if one.name and one.condition)
