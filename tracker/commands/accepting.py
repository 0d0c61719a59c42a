"""The suggestions that a person left in a fix-it copy, and the cells of the workbook they are for.

A cell is found again by the ID of its row, and only where what the finding was about still stands in it, and where
something is wrong with it by now: since the copy was made people may have sorted, typed, deleted, or mended another
cell by which this one is right, and a copy may be one of another file of the same workbook. Where the ID tells no row,
because it was doubled or blank or is itself to be changed, the row is the one that stands where it stood, if all else
in it is as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tracker.checks.hits import cell_texts, row_keys
from tracker.commands.beside import typed_beside
from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.cellvalues import Stands, shown
from tracker.engine.mending import (
    GONE,
    Cell,
    Mend,
    Wish,
    cell_of,
    is_formula,
    mendable,
    standing,
    suggested,
    text_of,
    typed,
)
from tracker.engine.rest import rest_of
from tracker.errors import UsageError
from tracker.hosts import ClosedFile
from tracker.model.finding import Finding, Place
from tracker.model.grid import CellKind, Cells, Table
from tracker.model.plan import Value
from tracker.report.fixit import MARK, TABLE, positions
from tracker.report.xlsx_file import clean
from tracker.schema.snapshot import Snapshot, fold

STANDARD = frozenset({"K115", "K116", "K117"})  # against a standard, which whoever takes the copy over need not know
NEEDED = ("code", "value", "suggestion", "fix_table", "fix_row_key", "fix_column", "fix_row", "fix_workbook_id")


@dataclass(frozen=True)
class Answer:
    """One row of the copy in which a suggestion stands: the cell it is for, what stood there, and what is wanted."""

    code: str
    table: str
    row_key: str
    column: str
    row: int | None
    value: str
    wanted: Stands
    workbook_id: str = ""
    cell: str = ""  # where it stood, for people
    sheet: str = ""
    alike: int | None = None  # how many rows had its key; None: an older copy, which does not say it
    boxes: tuple[str, ...] = ()  # the columns with findings in its row
    rest: str = ""  # a digest of the other cells of its row; "" where that tells nothing
    own: bool = False  # a person typed it; an older copy does not say it
    file: str = ""  # of which the copy was made; "" in an older copy


@dataclass(frozen=True)
class Left:
    """A cell that was not fixed though it was asked for; ``why``: a reason, or the code of the finding it would be."""

    place: Place
    why: str
    wanted: str = ""  # what a person had accepted
    still: bool = False  # the code is that of the finding it was: it would stay


def answers(copy: Path) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The rows of a fix-it copy, those with an empty box too, and the cells beside its boxes that were typed over.

    UsageError for a file that is none, UnreadableError for what is no workbook.
    """
    with naming(copy):
        once = ReadOnce(ClosedFile(copy))
        found = read_answers(once)
        boxes: dict[tuple[str, str], list[Stands]] = defaultdict(list)
        for one in (one for one in found if one.wanted not in (None, "")):
            boxes[one.table, one.cell].append(one.wanted)
        return found, typed_beside(once, boxes)


def read_answers(once: ReadOnce) -> tuple[Answer, ...]:
    """The rows of a fix-it copy wherever it lives."""
    book = once.book()
    table = next((one for name, one in book.tables.items() if name.casefold() == TABLE.casefold()), None)
    at = positions(table.headers) if table is not None else {}
    if table is None or MARK not in book.names or not set(NEEDED) <= set(at):
        raise UsageError("it is no fix-it copy. Make one with: tracker validate BOOK --format xlsx --output COPY.xlsx")
    sheet, last = once.sheet(table.sheet), _last_row(once, table)
    columns = {
        key: _yielded(sheet.column(table.ref.first_column + place, table.first_row, last)) for key, place in at.items()
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return tuple(map(_answer, rows))


def _yielded(cells: Cells) -> list[Stands]:
    """What people see in cells: of a formula what it yields. An error stays one: nobody wants its text in a cell."""
    errors = cells.kinds == CellKind.ERROR
    return [{"error": value} if bad else value for value, bad in zip(cells.values(), errors.tolist(), strict=True)]


def _last_row(once: ReadOnce, table: Table) -> int:
    """The table's own last row: what is typed below it is nobody's suggestion."""
    return min(table.last_row, max(once.sheet(table.sheet).last_row, table.first_row))


def _answer(row: dict[str, Stands]) -> Answer:
    return Answer(
        shown(row["code"]),
        shown(row["fix_table"]),
        shown(row["fix_row_key"]),
        shown(row["fix_column"]),
        _number(row["fix_row"]),
        shown(row["value"]),
        row["suggestion"],
        shown(row["fix_workbook_id"]),
        shown(row.get("cell")),
        shown(row.get("sheet")),
        _number(row.get("fix_alike")),
        tuple(shown(row.get("fix_boxes")).split()),
        shown(row.get("fix_rest")),
        "fix_suggestion" in row and shown(row["fix_suggestion"]) != shown(row["suggestion"]),
        shown(row.get("fix_file")),
    )


def _number(value: Stands) -> int | None:
    return int(value) if isinstance(value, float) else None


def taken(
    snapshot: Snapshot, findings: Sequence[Finding], accepted: Sequence[Answer], codes: frozenset[str]
) -> tuple[dict[Cell, Mend], list[Left], Wish]:
    """What becomes of the cells that were accepted, what could not be taken over, and what may follow upon it.

    Of several suggestions for one cell that which a person changed holds; else they build upon each other, the first
    one first. UsageError for a copy of another workbook.
    """
    asked = [one for one in accepted if one.code in codes and one.wanted not in (None, "")]
    _refuse_other(snapshot, asked)
    find, mends, left = _Finder(snapshot, findings, accepted), dict[Cell, Mend](), list[Left]()
    by_cell: dict[Cell, list[Answer]] = defaultdict(list)
    for one in asked:
        cell, why = find.cell(one)
        if cell is not None and not why:
            by_cell[cell].append(one)
        else:
            left.append(Left(_place(snapshot, one, cell), why, _said(snapshot, one)))
    own = {cell for cell, group in by_cell.items() if any(find.is_own(cell, one) for one in group)}
    for cell, group in by_cell.items():
        one = max(group, key=lambda answer: find.is_own(cell, answer))
        value, there = find.value(cell, one), standing(snapshot, cell)
        if value is None:
            left.append(Left(_place(snapshot, one, cell), "not_taken", _said(snapshot, one)))
        elif value == there and (one.code, cell, one.value) in find.known:
            left.append(Left(_place(snapshot, one, cell), one.code, _said(snapshot, one), still=True))
        elif value != there:
            mends[cell] = Mend(there, value, (one.code,))
    follow = {(cell, one.code) for cell in mends if cell not in own for one in by_cell[cell]}
    return mends, left, lambda _, found: (cell_of(found), found.code) in follow


def _refuse_other(snapshot: Snapshot, asked: Sequence[Answer]) -> None:
    ids = {one.workbook_id for one in asked if one.workbook_id}
    if ids and snapshot.identity.workbook_id and ids != {snapshot.identity.workbook_id}:
        raise UsageError("the fix-it copy is one of another workbook. Nothing was written; name the workbook it is of.")


@dataclass(frozen=True, eq=False)
class _Finder:
    """The cells of a workbook by what a fix-it copy knows of them, and what is wrong with them now."""

    snapshot: Snapshot
    findings: Sequence[Finding]
    accepted: Sequence[Answer]

    @cached_property
    def boxes(self) -> dict[tuple[str, int | None], list[Answer]]:
        """The rows of the copy by table and row."""
        found: dict[tuple[str, int | None], list[Answer]] = defaultdict(list)
        for one in self.accepted:
            found[one.table, one.row].append(one)
        return found

    @cached_property
    def known(self) -> dict[tuple[str, Cell | None, str], Finding]:
        """The findings of now by rule, cell and value."""
        return {(one.code, cell_of(one), clean(one.value)): one for one in self.findings}

    @cached_property
    def rows(self) -> dict[tuple[str, str], list[int]]:
        """The rows by table and folded key."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for table in self.snapshot.layout:
            keys = row_keys(self.snapshot, table).tolist()
            for key, row in zip(keys, self.snapshot.frames[table].rows.tolist(), strict=True):
                found[table, fold(key)].append(row)
        return found

    def cell(self, one: Answer) -> tuple[Cell | None, str]:
        """The cell an answer is for, and why it cannot be had; the cell is known as far as its row is."""
        layout = self.snapshot.layout.get(one.table)
        if layout is None or one.row is None:
            return None, "no_cell"
        if one.column not in layout.columns:
            return None, "own_column" if one.column.startswith("[") else "no_column"
        rows = self.rows.get((one.table, fold(one.row_key)), []) if one.row_key else []
        lone, is_key = len(rows) == 1 and one.alike in (1, None), one.column == self.snapshot.schema[one.table].key
        if one.row_key and not rows and not is_key:
            return None, "gone"
        if len(rows) > 1 and one.row not in rows:
            return None, "twice"
        cell = (one.table, one.column, rows[0] if lone else one.row)
        certain = lone and not is_key
        why = self._why_not(cell, one) or ("" if certain or self._is_same_row(cell, one) else "changed")
        return cell, why or ("" if self._is_wanting(cell, one) else "sound")

    def _is_wanting(self, cell: Cell, one: Answer) -> bool:
        """Whether a cell needs what is wanted in it, or has it already: a sound one is never written over.

        What the copy suggested is for the finding it suggested it for; what a person typed there is for whatever is
        wrong with the cell, or for a blank one.
        """
        if (one.code, cell, one.value) in self.known or one.code in STANDARD:
            return True
        there = standing(self.snapshot, cell)
        if one.own and (there is None or cell in self.wrong):
            return True
        return there in (typed(self.snapshot, cell, one.wanted), one.wanted)

    @cached_property
    def wrong(self) -> frozenset[Cell | None]:
        """The cells with findings of now."""
        return frozenset(map(cell_of, self.findings))

    def _is_same_row(self, cell: Cell, one: Answer) -> bool:
        """Whether a row that its key does not tell is the one that was meant: all else in it is as it was.

        What the finding itself suggests is right wherever the finding is; what a person typed is right for one row.
        """
        if (one.code, cell, one.value) in self.known and not self.is_own(cell, one):
            return True
        if not one.rest or rest_of(self.snapshot, one.table, cell[2], one.boxes) != one.rest:
            return False
        others = [((one.table, other.column, cell[2]), other) for other in self.boxes[one.table, one.row]]
        return all(self._still_stands(at, other, standing(self.snapshot, at)) for at, other in others)

    def _why_not(self, cell: Cell, one: Answer) -> str:
        there = standing(self.snapshot, cell)
        if there is GONE:
            return "gone"
        if is_formula(there):
            return "formula"
        if not mendable(self.snapshot, cell):
            return "no_column"
        return "" if self._still_stands(cell, one, there) else "changed"

    def _still_stands(self, cell: Cell, one: Answer, there: Stands) -> bool:
        """Whether a cell still holds what a finding said of it, as it is typed or as it is shown; or what is wanted."""
        if (one.code, cell, one.value) in self.known:
            return True
        table, key, row = cell
        mask = self.snapshot.frames[table].rows == row
        label = str(cell_texts(self.snapshot, table, key, mask)[mask][0])
        shows = {clean(shown(there)), clean(label)}
        return one.value in shows or shown(one.wanted) in shows or typed(self.snapshot, cell, one.wanted) == there

    def is_own(self, cell: Cell, one: Answer) -> bool:
        """Whether a person changed what the finding suggests."""
        found = self.known.get((one.code, cell, one.value))
        if found is None:
            return True
        if shown(one.wanted) == found.suggestion:
            return False
        return typed(self.snapshot, cell, one.wanted) != typed(self.snapshot, cell, found.suggestion)

    def value(self, cell: Cell, one: Answer) -> Value:
        """What a cell is to hold; None where its column does not take it."""
        found = self.known.get((one.code, cell, one.value))
        if found is not None and not self.is_own(cell, one):
            return suggested(self.snapshot, cell, found, standing(self.snapshot, cell))
        return typed(self.snapshot, cell, one.wanted)


def _said(snapshot: Snapshot, one: Answer) -> str:
    """What is wanted as people read it: a day as a day."""
    table = snapshot.schema.by_name.get(one.table)
    column = table.by_key.get(one.column) if table is not None else None
    return text_of(column, one.wanted)


def _place(snapshot: Snapshot, one: Answer, cell: Cell | None) -> Place:
    """Where it is, as far as that is known."""
    layout = snapshot.layout.get(one.table)
    if layout is None or cell is None:
        return Place(one.sheet, one.table, key=one.column, header=one.column, row_key=one.row_key or one.cell)
    return layout.place(cell[1], cell[2], one.row_key)
