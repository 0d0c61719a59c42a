"""A workbook as a file nobody has open: the one place where a path becomes bytes, and bytes a file again.

Reading needs no lock. Writing goes through the keeper, which holds the file from reading it on, and replaces it as a
whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from tracker.errors import StorageError, UnreadableError, UsageError
from tracker.hosts.package import grid, hindrance, open_package, outline, patched, receipt, verify
from tracker.keeper import USUAL, Held, Keeping, marked, new_file, read_bytes, replace_file, writing
from tracker.model.grid import Book, Dialect, NewTable, Note, Receipt, Sheet, Writes
from tracker.ooxml import Workbook


def elsewhere(path: Path, output: Path | None) -> Path | None:
    """Where the result goes that is not to be written to the file itself; None for no such place, and for the file.

    UsageError for one of another ending, which Excel would not open.
    """
    if output is None or os.path.realpath(output) == os.path.realpath(path):
        return None
    if path.suffix and output.suffix.casefold() != path.suffix.casefold():
        what = "is a folder" if output.is_dir() else f"does not end in {path.suffix}"
        raise UsageError(f"--output {output} {what}. Give the name of a file that ends in {path.suffix}.")
    return output


class ClosedFile:
    """A host over a closed file; ``output`` receives the result instead of the file itself when given.

    An output that is the file itself is no other file. One that exists already is only taken when it holds a copy of
    this workbook, before or after: whatever else stands there is somebody's, and is refused. UsageError for an output
    of another ending, which Excel would not open.
    """

    dialect = Dialect.FILE

    def __init__(self, path: Path, output: Path | None = None) -> None:
        self.path = path
        self.output = elsewhere(path, output)
        self._held: Held | None = None

    @contextmanager
    def writing(self, how: Keeping = USUAL) -> Iterator[ClosedFile]:
        """Hold the file for this command alone, from reading it to the end: BusyError naming who has it.

        With an output the file itself is not written, and not held.
        """
        if self.output is not None:
            yield self
            return
        with writing(self.path, how) as held:
            self.__dict__.pop("_workbook", None)
            self._held = held
            try:
                yield self
            finally:
                self._held = None

    @cached_property
    def _workbook(self) -> Workbook:
        with _called_by_name(self.path):
            data = self._held.data if self._held is not None else read_bytes(self.path)
            return open_package(data, str(self.path))

    def begin(self) -> ClosedFile:
        """Begin to read a large workbook on another processor; what is wrong with it is said when it is asked for."""
        with suppress(Exception):  # a fault of ours, too: whoever asks for the workbook meets it, and knows what to do
            self._workbook.begin()
        return self

    def book(self) -> Book:
        """The outline of the workbook."""
        return outline(self._workbook)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        return grid(self._workbook, name, str(self.path))

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted, in one word; empty when it can."""
        return hindrance(self._workbook, table, str(self.path))

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes: nothing is written when nothing differs.

        BusyError when somebody has the file open or changed it since it was read, RefusedError when the package cannot
        take the writes, StorageError when the disk fails; the file is as it was each time.
        """
        before = self._workbook
        result = patched(before, writes, str(self.path))
        verified = partial(verify, before, result, str(self.path))
        if self.output is not None:
            new_file(self.output, before.data, result.data, verified, self.path)
            return receipt(result)
        if not result.parts:
            return receipt(result)
        backup = self._replace(before.data, result.data, verified, writes.note)
        self.__dict__.pop("_workbook", None)
        return receipt(result, backup)

    def rehearse(self, writes: Writes) -> Receipt:
        """What `apply` would say of the cells; the file is not touched, nor asked whether it could be."""
        return receipt(patched(self._workbook, writes, str(self.path)))

    @property
    def data(self) -> bytes:
        """The file as it was read."""
        return self._workbook.data

    def put_back(self, data: bytes, note: Note) -> str:
        """Put a copy in the place of the file, byte for byte, and return the path of the copy kept of that."""

        def same(written: bytes) -> None:
            if written != data:
                raise StorageError("what was written is not the copy. Nothing was changed; check the disk.")

        backup = self._replace(self._workbook.data, data, same, note)
        self.__dict__.pop("_workbook", None)
        return backup

    def _replace(self, before: bytes, after: bytes, verified: Callable[[bytes], None], note: Note | None) -> str:
        if self._held is None:
            return replace_file(self.path, before, after, verified, note or Note())
        backup = self._held.replace(before, after, verified, note or Note())
        self._held = replace(self._held, data=after)  # it is still ours, and may be written again
        return backup


@contextmanager
def _called_by_name(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read, and has the name of an owner file, whose it is: no matter what it holds."""
    try:
        yield
    except UnreadableError as error:
        mark = marked(path)
        if mark is None or not path.is_file():
            raise
        program, of = mark
        what = f"the mark that {program} leaves while somebody has {of.name} open. Name {of} instead."
        raise UnreadableError(f"{path}: {what}") from error
