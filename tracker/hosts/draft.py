"""A host laid over another: what is applied to it stays in memory, and the one below never hears of it.

For looking at a workbook as it would be: its cells, and tables laid over them; those that are there grow when the real
thing is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from tracker.model.grid import Book, Cells, ColumnWrite, Dialect, Host, NewTable, Receipt, Sheet, Table, Writes


class Draft:
    """The workbook of another host, with cells written over it."""

    def __init__(self, below: Host, writes: Writes | None = None) -> None:
        self.below = below
        self.dialect: Dialect = below.dialect
        self._writes: dict[str, list[ColumnWrite]] = defaultdict(list)
        self._added: dict[str, Table] = {}
        if writes is not None:
            self.apply(writes)

    def book(self) -> Book:
        """The outline of the workbook below, with the tables that were laid over it."""
        book = self.below.book()
        return replace(book, tables={**book.tables, **self._added}) if self._added else book

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, those that were written over in place."""
        sheet = self.below.sheet(name)
        writes = [write for write in self._writes[name] if len(write.rows)]
        if not writes:
            return sheet
        last = max(sheet.last_row, *(int(write.rows[-1]) for write in writes))
        columns = {number: sheet.column(number, 1, last) for number in sheet.columns}
        for write in writes:
            cells = columns.get(write.column, Cells.blank(last))
            at = np.arange(last)
            at[write.rows - 1] = last + np.arange(len(write.rows))
            columns[write.column] = cells.followed_by(write.cells).take(at)
        return Sheet(name, last, columns)

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted, as the host below says it."""
        return self.below.barred(table)

    def apply(self, writes: Writes) -> Receipt:
        """Lay cells over those below; later ones over earlier ones."""
        for write in (*writes.cells, *writes.stamps):
            self._writes[write.sheet].append(write)
        self._added |= {table.name: laid(table) for table in writes.added}
        return self.rehearse(writes)

    def rehearse(self, writes: Writes) -> Receipt:
        """How many cells would be laid."""
        return Receipt(sum(len(write.rows) for write in (*writes.cells, *writes.stamps)))


def laid(table: NewTable) -> Table:
    """A new table as it stands once it is there."""
    formulas = tuple(table.formulas.get(header) for header in table.headers)
    ref = table.ref
    return Table(table.name, table.sheet, ref, table.headers, formulas, ref.first_row + 1, ref.last_row)
