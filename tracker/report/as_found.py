"""A list of customers as a table of texts, CSV, a workbook, or JSON; no cell becomes a formula when it is opened.

Kept out: who is on the list; see `tracker.engine.search`.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import xlsxwriter

from tracker.engine.search import Cell, Found
from tracker.words.neutral import neutral

VERSION = 1
WIDEST = 60  # characters of a column of the workbook
ASIDE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def found_rows(found: Found) -> list[tuple[str, ...]]:
    """The headers and the rows as texts, days as 2026-11-18."""
    columns = [[one.header, *map(_text, one.cells)] for one in found.columns]
    return list(zip(*columns, strict=True))


def found_csv(found: Found) -> str:
    """The list as CSV with commas; what would run as a formula is held down by an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(one.header) for one in found.columns])
    for cells in zip(*(one.cells for one in found.columns), strict=True):
        writer.writerow([neutral(cell) if isinstance(cell, str) else _text(cell) for cell in cells])
    return out.getvalue()


def found_json(found: Found) -> str:
    """The list as JSON: columns by name and header, rows as lists, days as ISO text, blanks null."""
    rows = [list(cells) for cells in zip(*(one.cells for one in found.columns), strict=True)]
    columns = [{"name": one.name, "header": one.header} for one in found.columns]
    told = {"version": VERSION, "count": len(found.positions), "left_out": found.left_out, "columns": columns}
    return json.dumps({**told, "rows": rows}, default=str, ensure_ascii=False, indent=2) + "\n"


def found_xlsx(found: Found) -> bytes:
    """The list as a workbook of one sheet: texts as text, also those that look like formulas, days as dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, ASIDE) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, column in enumerate(found.columns):
            sheet.write_string(0, number, column.header, bold)
            longest = max((len(_text(cell)) for cell in (column.header, *column.cells)), default=0)
            sheet.set_column(number, number, min(longest + 2, WIDEST))
            for row, cell in enumerate(column.cells, 1):
                if isinstance(cell, date):
                    sheet.write_datetime(row, number, cell, day)
                elif isinstance(cell, float):
                    sheet.write_number(row, number, cell)
                elif cell:
                    sheet.write_string(row, number, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(found.positions), max(0, len(found.columns) - 1))
    return out.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
