"""Read and patch Office Open XML spreadsheet packages without losing anything; bytes in, bytes out.

Knows parts, sheets, cells, tables and names; nothing of what they mean to anybody, and no paths.
"""

from tracker.ooxml.buttons import Button, missing, with_buttons
from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.errors import PackageError
from tracker.ooxml.formats import Shown
from tracker.ooxml.macros import code_names, project_part
from tracker.ooxml.newtables import barred, with_tables
from tracker.ooxml.outside import Outside, outside
from tracker.ooxml.patch import patch
from tracker.ooxml.refs import Ref
from tracker.ooxml.vba import Module, modules
from tracker.ooxml.workbook import DefinedName, SheetCells, SheetInfo, TableColumn, TableInfo, Workbook
from tracker.ooxml.writes import ColumnWrite, NewTable, NumberLook, Patched, RowPattern, Skipped, TableChange

__all__ = [
    "Button",
    "CellKind",
    "Cells",
    "ColumnWrite",
    "DefinedName",
    "Module",
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
    "barred",
    "code_names",
    "missing",
    "modules",
    "outside",
    "patch",
    "project_part",
    "with_buttons",
    "with_tables",
]
