"""Laws of the patcher: what is written is what is read, nothing else changes, and writing twice writes nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from libreoffice import LibreOffice
from openpyxl import load_workbook

from tracker.ooxml import CellKind, Cells, ColumnWrite, Workbook, package
from tracker.ooxml.archive import inflate, rebuild
from tracker.ooxml.cells import Value
from tracker.ooxml.change import patch
from tracker.ooxml.pack import packed

ROWS, COLUMNS = 14, 6
TEXTS = st.text(st.characters(codec="utf-16", exclude_categories=()), max_size=12) | st.sampled_from(
    ["", " ", "_x0041_", "_x", "a\nb", "\r\n", "]]>", "<v>", "&amp;", "=1+1", "\x00", "\ufffe", "😀", "x" * 300]
)
VALUES = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9) | TEXTS
FORMULAS = st.none() | st.sampled_from(["A1+1", 'IF(A1<2,"a & b","")', "T[[#This Row],[x]]", "'Ä b'!A1"])
CELL = st.tuples(VALUES, FORMULAS)
PLACE = st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS))
SHEET = st.dictionaries(PLACE, CELL, max_size=25)

Cell = tuple[Value, str | None]


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_what_is_written_is_what_is_read_and_nothing_else_changes(data: st.DataObject) -> None:
    before = data.draw(SHEET, "before")
    wanted = data.draw(SHEET, "wanted")
    book = _written(_book(), before)
    with pytest.MonkeyPatch.context() as patched:
        # Blocks of a few bytes make chunks of single rows.
        step = data.draw(st.sampled_from([16, 200, 1 << 20]), "bytes unpacked at a time")
        patched.setattr(package, "inflate", partial(inflate, step=step))
        result = patch(Workbook(book), _writes(wanted), [], [])
    after = Workbook(result.data)
    after.verify()
    assert _cells(after) == _held({**before, **wanted})
    assert patch(after, _writes(wanted), [], []).data is result.data
    if result.parts:
        assert result.parts[0] == after.sheets[0].part
        load_workbook(io.BytesIO(result.data))
    else:
        assert result.data is book


def _book() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("S")
        book.add_worksheet("Other").write(0, 0, "stays")
    return made.getvalue()


def _written(book: bytes, cells: Mapping[tuple[int, int], Cell]) -> bytes:
    return patch(Workbook(book), _writes(cells), [], []).data


def _writes(cells: Mapping[tuple[int, int], Cell]) -> list[ColumnWrite]:
    writes = []
    for (row, column), (value, formula) in cells.items():
        made = Cells.from_values([value])
        writes.append(ColumnWrite("S", column, np.array([row]), made.with_formula(formula) if formula else made))
    return writes


def _held(cells: Mapping[tuple[int, int], Cell]) -> dict[tuple[int, int], object]:
    return {place: _seen(*cell) for place, cell in cells.items() if cell != (None, None)}


def _seen(value: Value, formula: str | None) -> tuple[object, object, object]:
    """Kind, value and formula of a cell, so that 1 and True are two things; numbers as far as cells tell them apart."""
    kind = CellKind(int(Cells.from_values([value]).kinds[0]))
    if isinstance(value, str):
        # Two halves of a pair that stand side by side are one character in UTF-16, as Excel has it.
        return kind, value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"), formula
    return kind, value if value is None else f"{float(value) + 0.0:.14e}", formula


def _cells(book: Workbook) -> dict[tuple[int, int], object]:
    found = {}
    for column, cells in book.read("S").columns.items():
        for i, value in enumerate(cells.values()):
            seen = _seen(value, cells.formula(i))
            if seen != (CellKind.BLANK, None, None):
                found[i + 1, column] = seen
    return found


def test_a_column_of_shared_formulas_keeps_its_values_beside_tool_columns(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Staff filled two columns down; the tool rewrites half of the one and stands beside the other."""
    rows = range(2, 42)
    xml = "".join(_shared_row(row) for row in rows)
    book = _with_rows(xml)
    every_other = np.array([row for row in rows if row % 2 == 0])
    numbers = Cells.from_numbers(every_other * 7.0)
    writes = [
        ColumnWrite("S", 2, every_other, numbers),
        ColumnWrite("S", 4, np.array(rows), Cells.from_numbers(np.ones(40))),
    ]
    result = patch(Workbook(book), writes, [], [])
    file = tmp_path / "shared.xlsx"
    file.write_bytes(result.data)
    [saved] = libreoffice.convert([file])
    sheet = load_workbook(saved, data_only=True)["S"]
    for row in rows:
        expected = row * 7 if row % 2 == 0 else row * 2 + 1
        assert [sheet.cell(row, column).value for column in range(1, 5)] == [row, expected, row * row, 1], row


def _shared_row(row: int) -> str:
    first = row == 2
    half = '<f t="shared" ref="B2:B41" si="0">A2*2+$A$1</f>' if first else '<f t="shared" si="0"/>'
    square = '<f t="shared" ref="C2:C41" si="1">A2*A2</f>' if first else '<f t="shared" si="1"/>'
    cells = f'<c r="A{row}"><v>{row}</v></c><c r="B{row}">{half}<v>0</v></c><c r="C{row}">{square}<v>0</v></c>'
    return f'<row r="{row}">{cells}</row>'


def _with_rows(rows: str) -> bytes:
    """A workbook whose sheet holds these rows below an A1 of 1."""
    workbook = Workbook(_book())
    part = workbook.sheets[0].part
    xml = workbook.package.read(part).replace(
        b"<sheetData/>", b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>%b</sheetData>'
    )
    return rebuild(workbook.package.archive, {part: packed(xml.replace(b"%b", rows.encode()))})
