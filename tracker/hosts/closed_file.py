"""A workbook as a file nobody has open: the one place where a path becomes bytes, and bytes a file again.

Reading needs no lock. Writing goes through the keeper, which replaces the file as a whole or not at all.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from tracker.errors import RefusedError, UsageError
from tracker.hosts.package import grid, open_package, outline, patched, receipt, sentence
from tracker.keeper import new_file, read_bytes, replace_file
from tracker.model.grid import Book, Dialect, Receipt, Sheet, Writes
from tracker.ooxml import PackageError, Patched, Workbook


class ClosedFile:
    """A host over a closed file; ``output`` receives the result instead of the file itself when given.

    An output that is the file itself is no other file. One that exists already is only taken when it holds a copy of
    this workbook, before or after: whatever else stands there is somebody's, and is refused. UsageError for an output
    of another ending, which Excel would not open.
    """

    dialect = Dialect.FILE

    def __init__(self, path: Path, output: Path | None = None) -> None:
        self.path = path
        self.output = None if output is None or os.path.realpath(output) == os.path.realpath(path) else output
        if self.output is not None and path.suffix and self.output.suffix.casefold() != path.suffix.casefold():
            what = "is a folder" if self.output.is_dir() else f"does not end in {path.suffix}"
            raise UsageError(f"--output {output} {what}. Give the name of a file that ends in {path.suffix}.")

    @cached_property
    def _workbook(self) -> Workbook:
        return open_package(read_bytes(self.path), str(self.path))

    def book(self) -> Book:
        """The outline of the workbook."""
        return outline(self._workbook)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        return grid(self._workbook, name, str(self.path))

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes: nothing is written when nothing differs.

        BusyError when somebody has the file open or changed it since it was read, RefusedError when the package cannot
        take the writes, StorageError when the disk fails; the file is as it was each time.
        """
        before = self._workbook
        result = patched(before, writes, str(self.path))
        if self.output is not None:
            new_file(self.output, before.data, result.data, lambda data: self._verify(before, result, data))
            return receipt(result)
        if not result.parts:
            return receipt(result)
        backup = replace_file(self.path, before.data, result.data, lambda data: self._verify(before, result, data))
        self.__dict__.pop("_workbook", None)
        return receipt(result, backup)

    def _verify(self, before: Workbook, result: Patched, data: bytes) -> None:
        """The parts that were to change are whole, and every other one is stored as it was, byte for byte."""
        try:
            after = Workbook(data)
            differing = before.package.differing(after.package)
            after.verify(differing.intersection(after.package.parts))
        except PackageError as error:
            raise RefusedError(f"{sentence(str(self.path), error)} Nothing was written.") from error
        if differing - set(result.parts):
            raise RefusedError(f"{self.path}: writing it would change more than was planned. Nothing was written.")
