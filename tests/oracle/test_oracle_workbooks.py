"""The demo and a real company's sales, refreshed, against LibreOffice: every formula cell, no difference."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from recalculated import compare

from tracker.demo import make
from tracker.demo.workbook import NAME
from tracker.ooxml import Workbook

MAVEN = Path(__file__).resolve().parents[2] / "examples" / "maven" / "run.py"
pytestmark = pytest.mark.soffice


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """The demo of this very day, whose overdue marks come from TODAY()."""
    folder = tmp_path_factory.mktemp("demo")
    make(folder, date.today())
    return folder / NAME


@pytest.fixture(scope="module")
def recalculated(demo, libreoffice) -> Path:
    """The same demo as LibreOffice opened, recalculated and saved it."""
    return libreoffice.convert([demo])[0]


def test_demo_agrees_with_libreoffice(demo, recalculated):
    found = compare(demo, recalculated)
    print(f"demo: {found}")
    assert not found.differences, str(found)
    assert found.cells > 300 * 12 + 2_000 * 5 + 1_500 * 2


def test_maven_agrees_with_libreoffice(shared_data, libreoffice, tmp_path):
    """The sales of examples/maven, made by its own script; the refresh pins the day of the last deals."""
    data, book = shared_data("maven-crm-sales-opportunities.zip"), tmp_path / "maven.xlsx"
    made = subprocess.run(
        [sys.executable, str(MAVEN), str(data), str(book)], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    found = compare(book, libreoffice.convert([book])[0])
    print(f"maven: {found}")
    assert not found.differences, str(found)
    assert found.cells > 85 * 12 + 7_212 * 5 + 4_238 * 2


def test_demo_opens_in_libreoffice_with_everything_in_it(demo, recalculated):
    before, after = Workbook(demo.read_bytes()), Workbook(recalculated.read_bytes())
    assert [sheet.name for sheet in after.sheets] == [sheet.name for sheet in before.sheets]
    assert {table.name for table in after.tables} == {table.name for table in before.tables}
    for sheet in before.sheets:
        cells = after.read(sheet.name)
        errors = sum(int((column.kinds == 4).sum()) for column in cells.columns.values())
        assert errors == 0, f"{sheet.name} shows {errors} errors"
