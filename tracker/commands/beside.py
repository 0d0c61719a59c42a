"""What somebody typed on the sheets of a fix-it copy that nobody reads, though they are locked.

Whoever types there means it. Rows that stand elsewhere than in the copy as it was made, or are gone, were sorted or
taken away, not typed. Kept out: what becomes of the boxes of the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracker.commands.workbook import ReadOnce
from tracker.engine.cellvalues import Stands, comparable, stands
from tracker.engine.marks import differing, marks_of
from tracker.model.grid import Sheet
from tracker.ooxml.refs import column_letters
from tracker.report.fixit import STOOD
from tracker.report.xlsx_file import held

Boxes = Mapping[tuple[str, str], list[Stands]]  # what is wanted in the boxes of the list, by table and address


@dataclass
class _Page:
    """A sheet of the copy: its table, and the marks of its rows as they were copied."""

    table: str = ""
    rows: dict[int, str] = field(default_factory=dict)


def typed_beside(once: ReadOnce, boxes: Boxes) -> tuple[str, ...]:
    """The cells in which something else stands than was copied there and than their boxes want, by sheet and address.

    None where the copy has no sheet of marks: nothing is known then.
    """
    return tuple(one for name, page in _pages(once).items() for one in _typed(once.sheet(name), page, boxes))


def _pages(once: ReadOnce) -> dict[str, _Page]:
    """The sheets with tables as they were made, those that are still there."""
    book, pages = once.book(), defaultdict[str, _Page](_Page)
    area = book.areas.get(STOOD)
    if area is None:
        return pages
    lines = (once.sheet(area.sheet).column(n, area.ref.first_row, area.ref.last_row).values() for n in range(1, 5))
    for sheet, table, row, marks in zip(*lines, strict=True):
        if sheet in book.sheets and isinstance(row, float):
            page = pages[str(sheet)]
            page.table, page.rows[int(row)] = str(table), str(marks or "")
    return pages


def _typed(sheet: Sheet, page: _Page, boxes: Boxes) -> Iterator[str]:
    """The cells of one sheet that were typed over, by their addresses."""
    copied, last = {*page.rows.values(), ""}, sheet.last_row
    columns = {n: [_held(one) for one in stands(sheet.column(n, 1, last))] for n in sorted(sheet.columns)}
    for row, marks in enumerate(marks_of(columns), 1):
        for number in differing(marks, page.rows.get(row, "")) if marks not in copied else ():
            address = f"{column_letters(number)}{row}"
            now = columns[number][row - 1] if number in columns else None
            if comparable(now) not in map(comparable, boxes.get((page.table, address), ())):
                yield f"{sheet.name}!{address}"


def _held(value: Stands) -> Stands:
    return value if isinstance(value, Mapping) else held(value)
