"""Tables that lost their Table: what would put each back over its cells as they stand, or why nothing can.

Excel offers to repair a Table whose header cells are not texts of their own, and what it repairs is lost; so such a
one is left for a person. Pure; what else may lie over the cells of a sheet is asked of the host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tracker.engine.lower import Lowering
from tracker.model.finding import Place
from tracker.model.grid import Book, CellKind, NewTable, Ref, Sheet
from tracker.schema.snapshot import Layout, Snapshot

LONGEST = 255  # letters of a header of a Table
TABLE = "table_taken"  # why it cannot: another one stands in its area, as the host says it too


@dataclass(frozen=True)
class Look:
    """How the Tables of a new workbook look: the name of their style, and which have no filter buttons."""

    style: str
    unfiltered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unfit:
    """A table that cannot be put back: the header cell or the table it is about, and a word for why."""

    place: Place
    why: str


def tables_back(
    snapshot: Snapshot,
    book: Book,
    sheets: Callable[[str], Sheet],
    barred: Callable[[NewTable], str],
    names: Iterable[str],
    look: Look,
) -> tuple[tuple[NewTable, ...], tuple[Unfit, ...]]:
    """The Tables for some tables of the snapshot that lost theirs, and those that cannot be put back.

    ``barred`` says in a word why a sheet does not take one. A column of ours gets its formula where the Tables, columns
    and names that it reads are there, those put back among them.
    """
    made, unfit = dict[str, NewTable](), list[Unfit]()
    for name in names:
        layout = snapshot.layout[name]
        table, odd = _bare(layout, snapshot, book, sheets(layout.sheet), look)
        why = "" if odd else _overlap(table, made.values()) or barred(table)
        if odd or why:
            unfit.append(odd or Unfit(layout.place(row=layout.header_row), why))
        else:
            made[name] = table
    layouts = {name: replace(one, is_table=one.is_table or name in made) for name, one in snapshot.layout.items()}
    to = Lowering(replace(snapshot, layout=layouts), book, sheets)
    return tuple(replace(table, formulas=_formulas(name, to)) for name, table in made.items()), tuple(unfit)


def _bare(layout: Layout, snapshot: Snapshot, book: Book, sheet: Sheet, look: Look) -> tuple[NewTable, Unfit | None]:
    """The Table without its formulas, and what is wrong with its headers."""
    ref = _area(layout, snapshot, book, sheet)
    headers, odd = list[str](), None
    seen = set[str]()
    for column in range(ref.first_column, ref.last_column + 1):
        text, why = _header(sheet, ref.first_row, column)
        why = why or ("doubled" if text.casefold() in seen else "")
        if why and odd is None:
            odd = Unfit(Place(layout.sheet, layout.table, ref.first_row, column, "", text), f"header_{why}")
        seen.add(text.casefold())
        headers.append(text)
    filters = layout.table not in look.unfiltered
    return NewTable(layout.table, layout.sheet, ref, tuple(headers), {}, look.style, filters), odd


def _header(sheet: Sheet, row: int, column: int) -> tuple[str, str]:
    """What a header cell says, and in a word why it is no header of a Table."""
    cells = sheet.column(column, row, row)
    kind, text = cells.kinds[0], str(cells.texts[0] or "")
    if cells.has_formula()[0]:
        return text, "formula"
    if kind == CellKind.BLANK or (kind == CellKind.TEXT and not text.strip()):
        return text, "blank"
    if kind != CellKind.TEXT:
        return text, "no_text"
    return text, "long" if len(text) > LONGEST else ""


def _area(layout: Layout, snapshot: Snapshot, book: Book, sheet: Sheet) -> Ref:
    """The rows that are read as its rows, with their headers; columns of staff's own beside it are sorted with it."""
    taken = [(one.first_column, one.last_column) for one in snapshot.layout.values() if one.sheet == layout.sheet]
    taken += [(one.ref.first_column, one.ref.last_column) for one in book.tables.values() if one.sheet == layout.sheet]

    def own(column: int) -> bool:
        free = not any(first <= column <= last for first, last in taken)
        return free and _is_column(sheet, column, layout)

    first, last = layout.first_column, layout.last_column
    while first > 1 and own(first - 1):
        first -= 1
    while own(last + 1):
        last += 1
    return Ref(layout.header_row, first, layout.last_row, last)


def _is_column(sheet: Sheet, column: int, layout: Layout) -> bool:
    """Whether a text stands in the row of the headers and something below it."""
    if column not in sheet.columns or _header(sheet, layout.header_row, column)[1]:
        return False
    return bool((sheet.column(column, layout.first_row, layout.last_row).kinds != CellKind.BLANK).any())


def _overlap(table: NewTable, others: Iterable[NewTable]) -> str:
    return TABLE if any(one.sheet == table.sheet and one.ref.meets(table.ref) for one in others) else ""


def _formulas(name: str, to: Lowering) -> Mapping[str, str]:
    """The formulas of its columns by header, those that this workbook has all for."""
    layout = to.snapshot.layout[name]
    spelled = {
        layout.headers[column.key]: to.formula(column.derive.excel, name)
        for column in to.snapshot.schema[name].columns
        if column.derive and column.key in layout.columns
    }
    return {header: formula for header, formula in spelled.items() if formula is not None}
