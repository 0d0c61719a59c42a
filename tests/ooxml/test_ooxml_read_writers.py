"""Files as real programs save them: each takes only the fast path, and every value comes back."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from libreoffice import LibreOffice

from tracker.ooxml import Workbook

ROWS = 400
TEXTS = [
    "plain",
    "Zoë & Søren <x>",
    " outer ",
    "two\nlines",
    "李小龍",
    "tab\tinside",
    "007",
    'say "hi"',
    "😀",
]


def row(n: int) -> list[Any]:
    """One row of values that each of the programs can hold."""
    return [n, n / 7, -n * 1e-9, TEXTS[n % len(TEXTS)], n % 2 == 0, None, 10**n if n < 16 else n, "é" * (n % 3 + 1)]


def by_openpyxl(write_only: bool = False) -> bytes:
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("S") if write_only else book.active
    sheet.title = "S"
    for n in range(1, ROWS + 1):
        sheet.append([*row(n), f"=A{n}*2", "#N/A"])
    return saved(book.save)


def by_xlsxwriter(constant_memory: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": constant_memory, "in_memory": not constant_memory})
    sheet, style = book.add_worksheet("S"), book.add_format({"bold": True})
    for n in range(1, ROWS + 1):
        for column, value in enumerate(row(n)):
            if value is None:
                sheet.write_blank(n - 1, column, None, style)
            else:
                sheet.write(n - 1, column, value)
        sheet.write_formula(n - 1, 8, f"=A{n}*2", style, n * 2)
        sheet.write_formula(n - 1, 9, '=""', None, "")
    book.close()
    return out.getvalue()


def by_pandas() -> bytes:
    out = io.BytesIO()
    pd.DataFrame([row(n) for n in range(1, ROWS + 1)]).to_excel(out, sheet_name="S", index=False, header=False)
    return out.getvalue()


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def check(data: bytes, digits: int = 16) -> Workbook:
    """Every value is what was written, to the digits that the program writes, and only the fast paths ran."""
    workbook = Workbook(data)
    sheet = workbook.read("S")
    assert sheet.last_row == ROWS
    assert workbook.work.exact == 0 and workbook.work.fast >= 1
    columns = [sheet.columns[n].values() if n in sheet.columns else [None] * ROWS for n in range(1, 9)]
    for n in range(1, ROWS + 1):
        for column, value in enumerate(row(n)):
            found = columns[column][n - 1]
            wanted: Any = float(value) if type(value) is int else value
            near = wanted if type(wanted) is not float else pytest.approx(wanted, rel=10.0 ** (1 - digits), abs=0)
            assert (type(found), found) == (type(wanted), near), (n, column)
    workbook.verify()
    assert workbook.verified.exact == 0 and workbook.verified.fast >= 1
    return workbook


@pytest.mark.parametrize("write_only", [False, True])
def test_openpyxl(write_only: bool) -> None:
    """Its formulas have no cached value, which is not the same as zero or an empty text."""
    columns = check(by_openpyxl(write_only)).read("S").columns
    assert columns[9].formula(ROWS - 1) == f"A{ROWS}*2"
    assert not columns[9].kinds.any()
    assert columns[10].values() == ["#N/A"] * ROWS


@pytest.mark.parametrize("constant_memory", [False, True])
def test_xlsxwriter(constant_memory: bool) -> None:
    """A formula whose value is given as an empty text it writes as if it had none."""
    columns = check(by_xlsxwriter(constant_memory)).read("S").columns
    assert columns[9].values() == [n * 2 for n in range(1, ROWS + 1)]
    assert columns[9].formula(6) == "A7*2"
    assert columns[10].values() == [None] * ROWS
    assert columns[10].formula_texts[int(columns[10].formulas[0])] == '""'


def test_pandas() -> None:
    check(by_pandas())


@pytest.mark.soffice
def test_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """A file that LibreOffice has recalculated and saved; it writes 15 digits."""
    source = tmp_path / "book.xlsx"
    source.write_bytes(by_xlsxwriter())
    (made,) = libreoffice.convert([source])
    before = Workbook(source.read_bytes()).read("S").columns
    columns = check(made.read_bytes(), digits=15).read("S").columns
    assert columns[9].formula(6) == "A7*2"
    assert columns[9].numbers[6] == 14
    for column in (1, 2, 3, 7, 8):
        assert before[column].same_as(columns[column]).all()
    assert columns[10].values() == [""] * ROWS
