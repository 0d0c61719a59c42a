"""Compares the values we cached behind formulas with what LibreOffice computes from scratch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tracker.ooxml import CellKind, Cells, Ref, Workbook
from tracker.ooxml.refs import column_letters

SHOWN = 12  # differences that a failure lists
DIGITS = 15


@dataclass(frozen=True)
class Comparison:
    """How many formula cells were compared, and those that differ, as sentences."""

    cells: int
    differences: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{self.cells} formula cells, {len(self.differences)} differences"
        return "\n  ".join([head, *self.differences[:SHOWN]])


def compare(ours: Path, recalculated: Path) -> Comparison:
    """Every formula cell of a workbook of ours against the same workbook saved by LibreOffice."""
    mine, theirs = (Workbook(path.read_bytes()) for path in (ours, recalculated))
    count, differences = 0, list[str]()
    for sheet in mine.sheets:
        cells, other = mine.read(sheet.name), theirs.read(sheet.name)
        for number, column in sorted(cells.columns.items()):
            rows = np.flatnonzero(column.has_formula())
            if not len(rows):
                continue
            count += len(rows)
            there = sized(other.columns.get(number, Cells.blank(0)), cells.last_row)
            for row in rows.tolist():
                one, two = spelled(column, row), spelled(there, row)
                if one != two:
                    where = f"{sheet.name}!{column_letters(number)}{row + 1}"
                    differences.append(f"{where}: cached {one}, computed {two}, ={column.formula(row)}")
    return Comparison(count, tuple(differences))


def sized(cells: Cells, size: int) -> Cells:
    """The first ``size`` cells, blank where there are fewer."""
    return cells.take(slice(0, size)) if len(cells) >= size else cells.followed_by(Cells.blank(size - len(cells)))


def spelled(cells: Cells, row: int) -> str:
    """A value as it is compared: numbers at 15 digits, an empty text as blank."""
    kind = CellKind(int(cells.kinds[row]))
    if kind is CellKind.NUMBER or kind is CellKind.BOOL:
        return f"{float(cells.numbers[row]) + 0.0:.{DIGITS - 1}e}"
    if kind is CellKind.BLANK or cells.texts[row] == "":
        return "blank"
    return f"{kind.name.lower()} {cells.texts[row]}"


def spoil(path: Path, sheet: str, column: int, row: int, value: float) -> bytes:
    """The workbook with one cached value replaced by a wrong one, its formula kept."""
    from tracker.ooxml import ColumnWrite
    from tracker.ooxml.change import patch

    workbook = Workbook(path.read_bytes())
    formula = workbook.read(sheet).columns[column].formula(row - 1)
    assert formula is not None, f"no formula in {Ref(row, column, row, column)}"
    cells = Cells.from_numbers([value]).with_formula(formula)
    return patch(workbook, [ColumnWrite(sheet, column, np.array([row], np.int64), cells)], [], []).data
