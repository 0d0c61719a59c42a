"""Workbooks that nobody here made, read beside python-calamine and openpyxl.

The others are right in almost everything. Where they are not, it is written here: neither undoes the `_xHHHH_` spelling
in every place, openpyxl reads Strict files as empty, and calamine tells no error from an empty cell.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineError, CalamineWorkbook
from specimens import specimens

from tracker.ooxml import CellKind, PackageError, Workbook

# These are refused, and why: a wrong checksum inside, a password, and the other dialect of the format.
REFUSED = {"issue252.xlsx": "damaged", "pass_protected.xlsx": "encrypted", "strict_iso_paths.xlsx": "strict"}
# openpyxl ends with a traceback on these.
BEYOND_OPENPYXL = {
    "empty_s_attribute.xlsx", "issue_419.xlsx", "issue_530.xlsx", "minimal_package.xlsx", "pivots.xlsx",
}  # fmt: skip
# In these the others leave some `_xHHHH_` as it is, or undo it twice.
ESCAPES = {
    "has_x000D_.xlsx", "has_x000D_inline.xlsx", "escapes09.xlsx", "optimize06.xlsx", "optimize07.xlsx",
    "shared_strings01.xlsx", "shared_strings02.xlsx", "shared_strings03.xlsx",
}  # fmt: skip
DATES = (datetime, date, time, timedelta)
Found = dict[tuple[str, int, int], Any]


def ours(workbook: Workbook) -> Found:
    """Every value by sheet, row and column."""
    found: Found = {}
    for info in workbook.sheets:
        for column, cells in workbook.read(info.name).columns.items():
            for row in cells.kinds.nonzero()[0].tolist():
                found[info.name, row + 1, column] = cells.take(slice(row, row + 1)).values()[0]
    return found


def by_openpyxl(data: bytes) -> Found:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    cells = [(sheet.title, cell) for sheet in book.worksheets for cell in sheet._cells.values()]
    return {(name, cell.row, cell.column): cell.value for name, cell in cells if cell.value is not None}


def by_calamine(data: bytes, names: set[str]) -> Found:
    """Calamine's cells, empty texts left out: it does not tell them from empty cells."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: Found = {}
    for name in names & set(book.sheet_names):
        sheet = book.get_sheet_by_name(name)
        first = sheet.start or (0, 0)
        for row, values in enumerate(sheet.to_python(skip_empty_area=True), first[0] + 1):
            found |= {(name, row, column): value for column, value in enumerate(values, first[1] + 1) if value != ""}
    return found


def test_every_specimen_is_read_as_openpyxl_reads_it_or_refused_with_a_reason() -> None:
    counts: Counter[str] = Counter()
    for specimen in specimens():
        try:
            workbook = Workbook(specimen.data)
            found = ours(workbook)
            workbook.verify()
        except PackageError as refused:
            assert REFUSED.get(specimen.name) == refused.reason, specimen.name
            counts["refused"] += 1
            continue
        assert specimen.name not in REFUSED
        counts["read"] += 1
        counts["fast chunks"] += workbook.work.fast
        counts["exact chunks"] += workbook.work.exact
        if specimen.name in BEYOND_OPENPYXL:
            counts["openpyxl fails"] += 1
            continue
        theirs = by_openpyxl(specimen.data)
        for place in found.keys() | theirs.keys():
            mine, other = found.get(place), theirs.get(place)
            if isinstance(other, DATES):
                assert isinstance(mine, float), (specimen.name, place)
                counts["dates"] += 1
            elif specimen.name in ESCAPES and mine != other:
                counts["escapes that openpyxl keeps"] += 1
            else:
                assert mine == other or (mine == "" and other is None), (specimen.name, place)
                counts["cells equal"] += 1
    print("openpyxl:", dict(counts))
    assert counts["read"] > 1000 and counts["exact chunks"] * 20 < counts["fast chunks"]


def test_every_specimen_is_read_as_calamine_reads_it() -> None:
    counts: Counter[str] = Counter()
    for specimen in specimens():
        if specimen.name in REFUSED:
            continue
        workbook = Workbook(specimen.data)
        if max((workbook.read(sheet.name).last_row for sheet in workbook.sheets), default=0) > 200_000:
            counts["too tall for calamine"] += 1
            continue
        try:
            theirs = by_calamine(specimen.data, {sheet.name for sheet in workbook.sheets})
        except CalamineError:
            counts["calamine fails"] += 1
            continue
        errors = {
            (sheet.name, int(row) + 1, column)
            for sheet in workbook.sheets
            for column, cells in workbook.read(sheet.name).columns.items()
            for row in (cells.kinds == CellKind.ERROR).nonzero()[0]
        }
        found = {place: value for place, value in ours(workbook).items() if value != ""}
        for place in found.keys() | theirs.keys():
            mine, other = found.get(place), theirs.get(place)
            if place in errors or isinstance(other, DATES):
                counts["errors and dates"] += 1
            elif specimen.name in ESCAPES and mine != other:
                counts["escapes that calamine keeps"] += 1
            elif isinstance(mine, str) and mine != other and mine.strip() == (other or ""):
                counts["outer white space that calamine drops"] += 1
            else:
                assert mine == other, (specimen.name, place)
                counts["cells equal"] += 1
    print("calamine:", dict(counts))
    assert counts["cells equal"] > 10_000


@pytest.mark.parametrize("every", [7])
def test_a_specimen_read_twice_is_the_same(every: int) -> None:
    for specimen in specimens(every):
        if specimen.name not in REFUSED:
            assert ours(Workbook(specimen.data)) == ours(Workbook(specimen.data))
