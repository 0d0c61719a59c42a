"""The sheet of a fix-it copy that nobody sees: what was copied to its other sheets, in marks instead of values.

By it `fix --accept` knows what was typed on these sheets since, where nobody reads it. A line a row of a table: the
sheet, the table, the row and its marks, the header's too. Kept out: what the marks mean (`marks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.engine.marks import marks_of
from tracker.model.plan import Value
from tracker.report.fixit import STOOD
from tracker.report.xlsx_file import Paper, held, quoted
from tracker.report.xlsx_tables import LOCKED, copied_values, header_text
from tracker.schema.snapshot import Layout, Snapshot, own_column


def draw_stood(paper: Paper, snapshot: Snapshot, made: Mapping[str, Any]) -> None:
    """The whole sheet; ``made`` are the sheets of the copy by table."""
    sheet = paper.sheet(STOOD)
    sheet.very_hidden()
    sheet.protect("", LOCKED)
    line = 0
    for table, page in made.items():
        for row, marks in _rows(snapshot, snapshot.layout[table]):
            for place, value in enumerate((page.get_name(), table)):
                sheet.write_string(line, place, value)
            sheet.write_number(line, 2, row)
            sheet.write_string(line, 3, marks)
            line += 1
    paper.file.define_name(STOOD, f"={quoted(sheet)}!$A$1:$D${max(line, 1)}")


def _rows(snapshot: Snapshot, layout: Layout) -> Iterator[tuple[int, str]]:
    """The rows of a table, the header first, each with its marks."""
    table, keys = layout.table, {number: key for key, number in layout.columns.items()}
    keys |= {number: own_column(header) for header, number in layout.extra.items()}
    columns: dict[int, list[Value]] = {
        number: [held(header_text(layout, key)), *map(held, copied_values(snapshot, table, key))]
        for number, key in sorted(keys.items())
    }
    if columns:  # a table whose headers are all lost has rows and nothing in them
        yield from zip((layout.header_row, *snapshot.frames[table].rows.tolist()), marks_of(columns), strict=True)
