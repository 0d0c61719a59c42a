"""A new workbook in LibreOffice: opened, recalculated from scratch and saved, no cell says an error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from libreoffice import LibreOffice
from template_world import built

from tracker.hosts import MemoryHost
from tracker.ooxml import CellKind, Cells, ColumnWrite, Workbook
from tracker.ooxml.change import patch
from tracker.schema.base import BASE, SHEETS, VERY_HIDDEN
from tracker.words import load

pytestmark = pytest.mark.soffice
WORDS = load("en")


def recalculated(libreoffice: LibreOffice, folder: Path, data: bytes) -> MemoryHost:
    """The workbook after LibreOffice computed every formula anew."""
    file = folder / "book.xlsx"
    file.write_bytes(data)
    return MemoryHost(libreoffice.convert([file])[0].read_bytes())


def typed(data: bytes, table: str, row: int, **values: str | float) -> bytes:
    """A row typed into a table, by column key."""
    spec, book = BASE[table], Workbook(data)
    sheet = WORDS.sheet(spec.sheet)
    writes = [
        ColumnWrite(sheet, spec.left + spec.keys.index(key), np.array([row], np.int64), Cells.from_values([value]))
        for key, value in values.items()
    ]
    return patch(book, writes, [], []).data


def one(host: MemoryHost, table: str, key: str, row: int = 2) -> object:
    """The value of a cell, by table and column key."""
    spec = BASE[table]
    column = host.sheet(WORDS.sheet(spec.sheet)).column(spec.left + spec.keys.index(key), row, row)
    return column.values()[0]


def test_no_cell_of_a_new_workbook_is_an_error(libreoffice: LibreOffice, tmp_path: Path) -> None:
    host = recalculated(libreoffice, tmp_path, built())
    formulas = 0
    for key in (*SHEETS, *VERY_HIDDEN):
        sheet = host.sheet(WORDS.sheet(key))
        for cells in sheet.columns.values():
            assert not np.any(cells.kinds == CellKind.ERROR), key
            formulas += int(cells.has_formula().sum())
    assert formulas > 100


def test_live_columns_of_the_blank_row_stay_blank(libreoffice: LibreOffice, tmp_path: Path) -> None:
    host = recalculated(libreoffice, tmp_path, built())
    for table in BASE.tables:
        for column in table.columns:
            if column.derive:
                assert one(host, table.name, column.key) in ("", None), column.key


def test_a_row_typed_before_any_refresh_already_says_when_it_is_due(libreoffice: LibreOffice, tmp_path: Path) -> None:
    # 2020-03-07 is a Saturday: the call moves to Monday.
    data = typed(built(), "Customers", 2, customer_id="C1", last_name="Marsh", next_followup=43897.0)
    host = recalculated(libreoffice, tmp_path, data)
    assert one(host, "Customers", "followup_due") == 43899.0
    assert one(host, "Customers", "followup_state") == "Overdue"
    assert one(host, "Customers", "display_name") == "Marsh"


def test_a_purchase_counts_its_amount_while_it_is_typed(libreoffice: LibreOffice, tmp_path: Path) -> None:
    data = typed(built(), "Purchases", 2, quantity=3.0, unit_price=19.99, discount=5.0)
    host = recalculated(libreoffice, tmp_path, data)
    assert one(host, "Purchases", "net_amount") == pytest.approx(54.97)
