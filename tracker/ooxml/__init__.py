"""Read and patch Office Open XML spreadsheet packages without losing anything; bytes in, bytes out.

Knows parts, sheets, cells, tables and names; nothing of what they mean to anybody, and no paths. What changes a
package stands in `change`, which those who only read do not load.
"""

from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.errors import PackageError
from tracker.ooxml.formats import Shown
from tracker.ooxml.outside import Outside, outside
from tracker.ooxml.refs import Ref
from tracker.ooxml.workbook import DefinedName, SheetCells, SheetInfo, TableColumn, TableInfo, Workbook
from tracker.ooxml.writes import ColumnWrite, NewTable, NumberLook, Patched, RowPattern, Skipped, TableChange

__all__ = [
    "CellKind",
    "Cells",
    "ColumnWrite",
    "DefinedName",
    "NewTable",
    "NumberLook",
    "Outside",
    "PackageError",
    "Patched",
    "Ref",
    "RowPattern",
    "SheetCells",
    "SheetInfo",
    "Shown",
    "Skipped",
    "TableChange",
    "TableColumn",
    "TableInfo",
    "Workbook",
    "outside",
]
