"""A fix-it copy of a hostile workbook is a workbook like any other: only our links are formulas in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hostile_all import GROUPS, made

from tracker.commands.fixit import fix_it
from tracker.errors import TrackerError
from tracker.hosts import MemoryHost
from tracker.report.fixit import TABLE
from tracker.words import load

DAY = date(2026, 11, 18)


@pytest.mark.parametrize("name", [*GROUPS["cells"], *GROUPS["markup"]])
def test_a_copy_of_a_hostile_workbook_holds_nothing_that_runs(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "fixit.xlsx"
    try:
        fix_it([made(name, tmp_path)], copy, "tracker fix", load(), DAY)
    except TrackerError:
        assert not copy.exists()
        return
    host = MemoryHost(copy.read_bytes())
    assert TABLE in host.book().tables
    columns = [cells for name in host.book().sheets for cells in host.sheet(name).columns.values()]
    formulas = {text for cells in columns for text in cells.formula_texts}
    assert all(text.startswith("HYPERLINK(\"#'") for text in formulas)
