"""What somebody typed on the sheets of a fix-it copy that nobody reads, though they are locked.

Only the cells with findings are looked at: these are coloured, and whoever corrects one means it. Kept out: what
becomes of the boxes of the list.
"""

from __future__ import annotations

import re

from tracker.commands.workbook import ReadOnce
from tracker.engine.cellvalues import Stands, comparable, stands
from tracker.engine.rest import mark_of
from tracker.ooxml.refs import column_number
from tracker.report.xlsx_file import clean

ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def typed_beside(once: ReadOnce, sheet: str, cell: str, stood: str, wanted: Stands) -> bool:
    """Whether something else stands in a cell of a copy than was copied there, and than its box wants.

    ``stood`` is the mark of what was copied; without one nothing is known.
    """
    at, there = ADDRESS.fullmatch(cell), {name.casefold(): name for name in once.book().sheets}.get(sheet.casefold())
    if not stood or at is None or there is None:
        return False
    row = int(at[2])
    (now,) = stands(once.sheet(there).column(column_number(at[1]), row, row))
    held = clean(now) if isinstance(now, str) else now
    return mark_of(held) != stood and comparable(held) != comparable(wanted)
