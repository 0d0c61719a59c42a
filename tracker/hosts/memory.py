"""A workbook held in memory: for tests, for trying a plan, and for building a workbook before it becomes a file."""

from __future__ import annotations

from functools import cached_property

from tracker.hosts.package import grid, hindrance, open_package, outline, patched, receipt
from tracker.model.grid import Book, Dialect, NewTable, Receipt, Sheet, Writes
from tracker.ooxml import Workbook

NAME = "the workbook"


class MemoryHost:
    """A host over bytes; ``data`` is the workbook as it stands after the last apply, ``name`` how errors call it."""

    dialect = Dialect.FILE

    def __init__(self, data: bytes, name: str = NAME) -> None:
        self.data = data
        self.name = name

    @cached_property
    def _workbook(self) -> Workbook:
        return open_package(self.data, self.name)

    def book(self) -> Book:
        """The outline of the workbook."""
        return outline(self._workbook)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        return grid(self._workbook, name, self.name)

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted, in one word; empty when it can."""
        return hindrance(self._workbook, table, self.name)

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes to the bytes in memory."""
        result = patched(self._workbook, writes, self.name)
        if result.parts:
            self.data = result.data
            self.__dict__.pop("_workbook", None)
        return receipt(result)

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say; the bytes stay as they are."""
        return receipt(patched(self._workbook, writes, self.name))
