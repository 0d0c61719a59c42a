"""The tables of a workbook as a copy of them: cells as they were read, where they stand there, those found coloured.

A cell has the address it has in the workbook, so that whoever corrects one knows the place of the other. Formulas are
not copied, only what they said last. Kept out: the list of the findings, and what stands on other sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_range

from tracker.engine.read import CORE
from tracker.model.finding import Finding, Severity
from tracker.model.grid import CellKind
from tracker.model.plan import Value
from tracker.report.xlsx_file import Paper, clean, printed, put
from tracker.schema.column import Column, Kind, Owner
from tracker.schema.snapshot import Layout, Snapshot, own_column
from tracker.template import theme
from tracker.words import Words, fill
from tracker.words.sentences import message, remedy
from tracker.words.visible import visible

TONES = {
    Severity.ERROR: {"font_color": theme.LATE, "bg_color": theme.LATE_BG},
    Severity.WARNING: {"font_color": theme.DUE, "bg_color": theme.DUE_BG},
    Severity.INFO: {"font_color": theme.ACCENT, "bg_color": theme.HEAD_TOOL},
}
NOTES = 5_000  # of one copy: each is a drawing, which programs are slow to open
NOTE = 1_000  # characters
NOTED = 8  # findings that one note tells
NOTE_WIDTH, NOTE_LINE = 300, 17  # pixels
LETTERS = 46  # characters of a line of a note
NOTE_PAPER = theme.DUE_BG
FROZEN = 3  # columns, which say whose row it is
HEADER_HEIGHT = 40  # pixels
PAGES = {"page": "&P", "pages": "&N"}
# Nobody reads what is typed beside the boxes of the list, so that it cannot be: whoever types it believes it is taken.
LOCKED = {"autofilter": True, "format_columns": True, "format_rows": True}
OWN = Column("", width=118)  # what is known of a column of staff's own
TIME = f"{theme.DATE} hh:mm"

Spot = tuple[int, int]  # sheet row and column, from 1


@dataclass(frozen=True)
class Marked:
    """The findings of one table by the cell that shows them."""

    by_spot: Mapping[Spot, Sequence[Finding]]

    def severity(self, spot: Spot) -> Severity | None:
        """The worst of a cell; None where it has none."""
        return max((one.severity for one in self.by_spot.get(spot, ())), default=None)


def copied(snapshot: Snapshot, findings: Iterable[Finding]) -> list[str]:
    """The tables that are copied: those staff type in, and of the others each that has a finding in a row."""
    found = {one.place.table for one in findings if one.place.row is not None}
    return [
        table.name
        for table in snapshot.schema.tables
        if table.name in snapshot.layout and not table.tool_rows and (table.name in CORE or table.name in found)
    ]


def copy_tables(paper: Paper, snapshot: Snapshot, findings: Sequence[Finding], words: Words) -> dict[str, Any]:
    """A sheet for each table; returns the sheets by table."""
    made: dict[str, Any] = {}
    room = NOTES
    for name in copied(snapshot, findings):
        layout = snapshot.layout[name]
        marked = _marked(layout, findings)
        made[name] = _Copy(paper, snapshot, layout, marked, words).draw(paper.sheet(layout.sheet))
        room -= _notes(made[name], marked, words, room)
    return made


def copied_values(snapshot: Snapshot, table: str, key: str) -> list[Value]:
    """What stands in the cells of a column; days counted from 1900, wherever the workbook begins."""
    cells, spec = snapshot.cells[table, key], snapshot.schema[table].by_key.get(key)
    values = cells.values()
    if spec is not None and spec.kind.is_date:
        days = snapshot.number(table, key)
        for i in np.flatnonzero((cells.kinds == CellKind.NUMBER) & ~np.isnan(days)).tolist():
            values[i] = float(days[i])
    return values


def header_text(layout: Layout, key: str) -> str:
    """What stands above a column, one of staff's own too."""
    return layout.headers.get(key) or key.removeprefix("[").removesuffix("]")


def spot(layout: Layout, one: Finding) -> Spot:
    """The cell that shows a finding: its own, else the first of its row, else the header of its column."""
    place = one.place
    return place.row or layout.header_row, place.column or layout.first_column


def _marked(layout: Layout, findings: Iterable[Finding]) -> Marked:
    by_spot: dict[Spot, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.place.table == layout.table:
            by_spot[spot(layout, one)].append(one)
    return Marked(by_spot)


def _notes(sheet: Any, marked: Marked, words: Words, room: int) -> int:
    """A note on each cell with findings, as far as there is room; how many there are."""
    spots = sorted(marked.by_spot, key=lambda at: (-(marked.severity(at) or 0), at))[: max(0, room)]
    for row, column in spots:
        text = _note(marked.by_spot[row, column], words)
        lines = sum(1 + len(line) // LETTERS for line in text.split("\n"))
        size = {"width": NOTE_WIDTH, "height": NOTE_LINE * (lines + 1), "color": NOTE_PAPER, "font_size": 9}
        sheet.write_comment(row - 1, column - 1, text, size)
    return len(spots)


def _note(findings: Sequence[Finding], words: Words) -> str:
    """What is wrong with a cell and what to do, the worst first."""
    worst = sorted(findings, key=lambda one: -one.severity)[:NOTED]
    told = [visible(f"{one.code} · {message(words, one)}") + f"\n→ {visible(remedy(words, one))}" for one in worst]
    return clean("\n\n".join(told)[:NOTE])


@dataclass(frozen=True, eq=False)
class _Copy:
    """One table while it is copied."""

    paper: Paper
    snapshot: Snapshot
    layout: Layout
    marked: Marked
    words: Words

    def draw(self, sheet: Any) -> Any:
        """The whole sheet."""
        layout = self.layout
        columns = {number: (key, self._spec(key)) for key, number in layout.columns.items()}
        columns |= {number: (own_column(header), OWN) for header, number in layout.extra.items()}
        seen = {column for _, column in self.marked.by_spot}
        for number, (key, spec) in sorted(columns.items()):
            outline = {"level": 1, "hidden": True} if spec.folded and number not in seen else {}
            sheet.set_column_pixels(number - 1, number - 1, spec.width, None, outline)
            self._header(sheet, number, key, spec)
            self._cells(sheet, number, key, spec)
        self._around(sheet, columns)
        return sheet

    @property
    def _rows(self) -> NDArray[np.int64]:
        return self.snapshot.frames[self.layout.table].rows

    def _spec(self, key: str) -> Column:
        return self.snapshot.schema[self.layout.table][key]

    def _header(self, sheet: Any, number: int, key: str, spec: Column) -> None:
        ink, ground, line = (theme.TEXT, theme.HEAD_A, theme.RULE_DARK)
        if spec.is_tool:
            ink, ground, line = (theme.ACCENT, theme.HEAD_TOOL, theme.ACCENT)
        style = {"bold": True, "text_wrap": True, "font_color": ink, "bg_color": ground, "bottom": 2}
        side = {"align": "right", "indent": 2} if theme.stands_right(spec) else {"align": "left"}
        severity = self.marked.severity((self.layout.header_row, number))
        look = self.paper.look(**{**style, "bottom_color": line, **side, **(TONES[severity] if severity else {})})
        put(sheet, self.layout.header_row - 1, number - 1, header_text(self.layout, key), look)

    def _cells(self, sheet: Any, number: int, key: str, spec: Column) -> None:
        """All cells of a column that hold something or have a finding."""
        marks = {row: self.marked.severity((row, at)) for row, at in self.marked.by_spot if at == number}
        marks.pop(self.layout.header_row, None)
        plain, cells = self._look(spec), self.snapshot.cells[self.layout.table, key]
        rows, values = self._rows.tolist(), copied_values(self.snapshot, self.layout.table, key)
        for i in np.flatnonzero((cells.kinds != CellKind.BLANK) & (cells.texts != "")).tolist():
            row, value = rows[i], values[i]
            timed = spec.kind is Kind.DATETIME and isinstance(value, float) and value % 1
            look = self._look(spec, marks.pop(row, None), bool(timed)) if row in marks or timed else plain
            put(sheet, row - 1, number - 1, value, look)
        for row, severity in marks.items():
            sheet.write_blank(row - 1, number - 1, None, self._look(spec, severity))

    def _look(self, spec: Column, severity: Severity | None = None, timed: bool = False) -> Any:
        side: dict[str, object] = {"align": "right", "indent": 1} if theme.stands_right(spec) else {"align": "left"}
        ink = {"font_color": theme.HINT} if spec.owner is Owner.TOOL else {}
        tone = TONES[severity] if severity else {}
        shape = TIME if timed else theme.cell_format(spec)
        return self.paper.look(**{"num_format": shape, **side, **ink, **tone})

    def _around(self, sheet: Any, columns: Mapping[int, object]) -> None:
        """The header stays in view, rows can be filtered, and it prints."""
        layout, rows = self.layout, self._rows
        last = int(rows[-1]) if len(rows) else layout.header_row + 1
        first, right = min(columns, default=1), max(columns, default=1)
        sheet.autofilter(layout.header_row - 1, first - 1, last - 1, right - 1)
        sheet.freeze_panes(layout.header_row, first - 1 + min(FROZEN, len(columns)))
        sheet.set_default_row(theme.LINE * 0.75)
        sheet.set_row_pixels(layout.header_row - 1, HEADER_HEIGHT)
        sheet.outline_settings(True, False, False, False)
        whole = xl_range(layout.header_row, first - 1, last - 1, right - 1)
        sheet.ignore_errors({"number_stored_as_text": whole})
        printed(sheet, layout.sheet, fill(self.words.at("label", "page"), PAGES), layout.header_row - 1)
        sheet.protect("", LOCKED)
