"""A workbook as a file nobody has open: the one place where a path becomes bytes, and bytes a file again.

Reading needs no lock. Writing goes through the keeper, which replaces the file as a whole or not at all.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from tracker.hosts.package import grid, open_package, outline, patched, translated
from tracker.keeper import read_bytes, replace_file
from tracker.model.grid import Book, Dialect, Receipt, Sheet, Writes
from tracker.ooxml import Workbook


class ClosedFile:
    """A host over a closed file; ``output`` receives the result instead of the file itself when given."""

    dialect = Dialect.FILE

    def __init__(self, path: Path, output: Path | None = None) -> None:
        self.path = path
        self.output = output

    @cached_property
    def _workbook(self) -> Workbook:
        return open_package(read_bytes(self.path))

    def book(self) -> Book:
        """The outline of the workbook."""
        return outline(self._workbook)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        return grid(self._workbook, name)

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes: nothing is written when nothing differs; BusyError when somebody has the file open."""
        before = self._workbook
        result = patched(before, writes)
        skipped = tuple((one.sheet, one.column, one.reason) for one in result.skipped)
        if not result.parts and self.output is None:
            return Receipt(0, (), skipped)
        backup = replace_file(self.output or self.path, before.data, result.data, _verify)
        self.__dict__.pop("_workbook", None)
        return Receipt(result.cells, result.parts, skipped, backup)


def _verify(data: bytes) -> None:
    with translated():
        Workbook(data).verify()
