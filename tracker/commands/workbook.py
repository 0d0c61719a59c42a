"""A workbook opened for a command: read once, named in every error, and not written when a newer tracker made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tracker.engine.lost import is_ours
from tracker.engine.lower import Lowering, lower
from tracker.engine.read import CORE
from tracker.errors import RefusedError, TrackerError
from tracker.model.grid import Book, Dialect, Host, NewTable, Receipt, Sheet, Writes
from tracker.model.plan import Plan
from tracker.schema.snapshot import Snapshot

Step = Callable[[str], None]  # told what begins: reading, checking, computing, writing; for whoever looks on


def silent(_: str) -> None:
    """Nobody looks on."""


class ReadOnce:
    """A host whose sheets are read once, however many steps look at them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.dialect: Dialect = host.dialect
        self._sheets: dict[str, Sheet] = {}

    @cached_property
    def _book(self) -> Book:
        return self.host.book()

    def book(self) -> Book:
        """The outline of the workbook."""
        return self._book

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet, with formulas."""
        if name not in self._sheets:
            self._sheets[name] = self.host.sheet(name)
        return self._sheets[name]

    def barred(self, table: NewTable) -> str:
        """Why a table cannot be laid where it is wanted, in one word; empty when it can."""
        return self.host.barred(table)

    def apply(self, writes: Writes) -> Receipt:
        """Apply the writes, and forget what was read."""
        receipt = self.host.apply(writes)
        self._sheets.clear()
        self.__dict__.pop("_book", None)
        return receipt

    def rehearse(self, writes: Writes) -> Receipt:
        """What applying the writes would say."""
        return self.host.rehearse(writes)

    def carry_out(self, writes: Writes, dry_run: bool) -> Receipt:
        """Apply the writes, or in a dry run say what would come of it."""
        return self.rehearse(writes) if dry_run else self.apply(writes)

    def lowered(self, plan: Plan, snapshot: Snapshot) -> Writes:
        """The writes that carry out a plan here."""
        return lower(plan, Lowering(snapshot, self.book(), self.sheet))


@contextmanager
def naming(path: Path | str) -> Iterator[None]:
    """Errors raised inside say which file they are about."""
    name = Path(path).name
    try:
        yield
    except TrackerError as error:
        if name in str(error):
            raise
        raise type(error)(f"{path}: {error}") from error


def refuse_newer(snapshot: Snapshot) -> None:
    """Two PCs with different versions must not rewrite each other's cells: RefusedError for a newer schema."""
    made, known = snapshot.identity.schema, snapshot.schema.version
    if made > known:
        raise RefusedError(
            f"it was made by a newer tracker (schema {made}, this one knows {known}). "
            "Nothing was written; update tracker first."
        )


def refuse_incomplete(book: Book, snapshot: Snapshot) -> None:
    """RefusedError for a workbook of ours that lost a table staff type in: its lists and figures would be emptied.

    One that never was made by `new` may have what it has.
    """
    lost = [name for name in CORE if name in snapshot.schema.by_name and name not in snapshot.layout]
    if lost and is_ours(book, snapshot.identity):
        names = " and ".join(snapshot.words.sheet(snapshot.schema[name].sheet) for name in lost)
        raise RefusedError(
            f"the table of the sheet {names} is missing. Nothing was written; "
            "restore the sheet, or an earlier copy (see .tracker beside it)."
        )
