"""What could do harm: formulas that call out, and in staff's own columns and boxes what no text may hold.

The columns of the schema are looked at for secrets where their values are checked (`columns`). What is found is shown
masked, here and in every other finding of the same cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from tracker.checks.calls import calls_out
from tracker.checks.confidential import masked
from tracker.checks.hits import Mask, row_keys
from tracker.checks.look import Look, safety_tests
from tracker.model.finding import Finding, Place
from tracker.model.grid import CellKind, Cells
from tracker.schema.column import Kind, Owner, Table
from tracker.schema.findings import finding
from tracker.schema.snapshot import Layout, Snapshot, distinct, own_column

SECRETS = ("S101", "S102")
WHOLE = 1e15  # a number in a cell keeps 15 digits


def check_safety(snapshot: Snapshot) -> Iterator[Finding]:
    """Every formula in a table, and every text that no column of the schema answers for."""
    for table in snapshot.schema.tables:
        layout = snapshot.layout.get(table.name)
        if layout is None:
            continue
        for column in _columns(snapshot, table, layout):
            yield from _formulas(snapshot, column)
            if column.loose:
                yield from _texts(snapshot, column)


@dataclass(frozen=True, eq=False)
class _Column:
    """The cells of a column and where it stands; ``loose`` when nothing else looks at its texts."""

    layout: Layout
    key: str
    header: str
    number: int
    cells: Cells
    loose: bool

    def place(self, row: int, row_key: str) -> Place:
        return Place(self.layout.sheet, self.layout.table, row, self.number, self.key, self.header, row_key)


def _columns(snapshot: Snapshot, table: Table, layout: Layout) -> Iterator[_Column]:
    """The columns of a table whose cells are kept: the schema's, and staff's own."""
    size = len(snapshot.frames[table.name])
    own = {own_column(header): (header, number, True) for header, number in layout.extra.items()}
    ours = {
        key: (layout.headers.get(key, ""), number, table[key].owner is Owner.INPUT and table.tool_rows)
        for key, number in layout.columns.items()
    }
    for key, (header, number, loose) in (ours | own).items():
        cells = snapshot.cells.get((table.name, key))
        if cells is not None:
            yield _Column(layout, key, header, number, cells.take(slice(0, size)), loose)


def _formulas(snapshot: Snapshot, column: _Column) -> list[Finding]:
    """Formulas that reach out of the workbook; each different one is read once."""
    cells = column.cells
    if cells.formulas is None or not len(cells):
        return []
    used = np.unique(cells.formulas[cells.formulas >= 0]).tolist()
    how = {number: calls_out(cells.formula_texts[number]) for number in used}
    out = {number: kind for number, kind in how.items() if kind}
    if not out:
        return []
    words = snapshot.words.section("call")
    said = {number: {"trouble": str(words.get(kind, kind))} for number, kind in out.items()}
    at = np.flatnonzero(np.isin(cells.formulas, list(out)))
    values = {number: f"={cells.formula_texts[number]}" for number in out}
    numbers = cells.formulas[at].tolist()
    return _found(snapshot, column, "S103", at, [(values[n], "", said[n]) for n in numbers])


def _texts(snapshot: Snapshot, column: _Column) -> Iterator[Finding]:
    """What no text may hold, in a column of staff's own: each different text is looked at once."""
    texts = _shown(column.cells)
    place, values = distinct(texts)
    if not len(values):
        return
    look = Look(values)
    for test in safety_tests(Kind.LONG, free=True):
        if test.suspect is not None and not test.suspect(look):
            continue
        bad = np.append(~test.good(values), False)
        at = np.flatnonzero(bad[place])
        show, meant = test.values or str, test.meant or (lambda _: "")
        told = [(show(value), meant(value), dict[str, str]()) for value in texts[at].tolist()]
        yield from _found(snapshot, column, test.code, at, told)


def _shown(cells: Cells) -> np.ndarray:
    """The texts of cells, and the numbers among them that are long enough to be a card's."""
    texts = np.full(len(cells), "", object)
    text = cells.kinds == CellKind.TEXT
    texts[text] = cells.texts[text]
    with np.errstate(invalid="ignore"):
        long: Mask = (cells.kinds == CellKind.NUMBER) & (cells.numbers >= 1e12) & (cells.numbers < WHOLE)
    texts[long] = [f"{number:.0f}" for number in cells.numbers[long].tolist()]
    return texts


def _found(
    snapshot: Snapshot,
    column: _Column,
    code: str,
    at: np.ndarray,
    told: Iterable[tuple[str, str, dict[str, str]]],
) -> list[Finding]:
    table = column.layout.table
    rows, keys = snapshot.frames[table].rows, row_keys(snapshot, table)
    return [
        finding(code, column.place(int(rows[i]), str(keys[i])), value, meant, **details)
        for i, (value, meant, details) in zip(at.tolist(), told, strict=True)
    ]


def hushed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with the secrets of their cells hidden, whichever of them quotes it, or has it as the row's key."""
    every = tuple(findings)
    secret = {_row(one) for one in every if one.code in SECRETS}
    cells = {(*_row(one), one.place.column) for one in every if one.code in SECRETS}
    return tuple(_hush(one, (*_row(one), one.place.column) in cells) if _row(one) in secret else one for one in every)


def _row(one: Finding) -> tuple[str, int | None]:
    return one.place.sheet, one.place.row


def _hush(one: Finding, cell: bool) -> Finding:
    place = replace(one.place, row_key=masked(one.place.row_key))
    if not cell:
        return replace(one, place=place)
    details = {name: masked(text) for name, text in one.details.items()}
    return replace(one, place=place, value=masked(one.value), suggestion=masked(one.suggestion), details=details)
