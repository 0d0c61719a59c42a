"""The first sheet of the fix-it copy: what it is, what to do with it, and a row a finding with a box for what is right.

The table and its columns are those of `fixit`. Colour and number format go with a cell when rows are sorted. Kept out:
the sheets the links lead to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tracker.checks.hits import row_keys
from tracker.engine.mending import cell_of
from tracker.engine.problems import address, chosen
from tracker.engine.rest import rest_of
from tracker.engine.whose import Whose
from tracker.facts.calendar import to_serial
from tracker.model.finding import Finding, Severity
from tracker.model.grid import CellKind
from tracker.report.fixit import COLUMNS, MARK, TABLE, FixColumn
from tracker.report.xlsx_file import Paper, printed, put, quoted
from tracker.report.xlsx_tables import OWN, PAGES, TONES
from tracker.schema.column import Column, Owner
from tracker.schema.findings import FINDING_SPECS
from tracker.schema.snapshot import Snapshot, fold
from tracker.template import theme
from tracker.words import Words, fill
from tracker.words.sentences import message, remedy
from tracker.words.visible import visible, width

MOST = 50_000  # rows: more than anybody works through, and a program still opens them
TOP, LEFT = 6, 1  # of the table, counted from 0
HEADER_HEIGHT = 28  # pixels
LETTER = 7  # pixels of a letter
WRAPPED = frozenset({"problem", "remedy", "value", "who"})
INDENTED = frozenset({"severity", "suggestion", "problem"})  # on colour, in a box, and right of the box
LETTERS = {column.key: column.width // LETTER for column in COLUMNS if column.key in WRAPPED}
LINE, AIR, MOST_LINES = 19, 8, 6  # pixels of a line and around them; a longer text is read in its cell

Made = Mapping[str, Any]  # sheets of the copy by table


@dataclass(frozen=True, eq=False)
class Listed:
    """What the list says: whose findings, of which file, and the command that takes the copy in."""

    snapshot: Snapshot
    findings: Sequence[Finding]
    file: str
    command: str


def draw_problems(paper: Paper, sheet: Any, listed: Listed, made: Made, words: Words) -> None:
    """The whole sheet; ``made`` are the sheets its links lead to."""
    shown = chosen(listed.findings, MOST)
    _head(paper, sheet, listed, len(shown), words)
    rows = _Rows(paper, sheet, listed, made, words, Whose(listed.snapshot), boxes_of(shown))
    for number, one in enumerate(shown, TOP + 1):
        rows.draw(number, one)
    bottom = TOP + max(1, len(shown))
    columns = [{"header": column.header(words), "header_format": _header(paper, column)} for column in COLUMNS]
    sheet.add_table(TOP, LEFT, bottom, LEFT + len(COLUMNS) - 1, {"name": TABLE, "columns": columns, "style": None})
    sheet.set_row_pixels(TOP, HEADER_HEIGHT)
    sheet.set_column_pixels(0, 0, theme.MARGIN)
    for place, column in enumerate(COLUMNS, LEFT):
        sheet.set_column_pixels(place, place, column.width or None, None, {"hidden": column.hidden})
    _box_says(sheet, bottom, words)
    sheet.freeze_panes(TOP + 1, 0)
    printed(sheet, listed.file, fill(words.at("label", "page"), PAGES), TOP)
    paper.file.define_name(MARK, f"={quoted(sheet)}!$B${TOP + 1}")


def boxes_of(findings: Sequence[Finding]) -> Mapping[tuple[str, int], Sequence[str]]:
    """The columns with findings by table and row."""
    found: dict[tuple[str, int], set[str]] = {}
    for cell in filter(None, map(cell_of, findings)):
        found.setdefault((cell[0], cell[2]), set()).add(cell[1])
    return {row: sorted(keys) for row, keys in found.items()}


def _head(paper: Paper, sheet: Any, listed: Listed, shown: int, words: Words) -> None:
    """What this is, how much there is to do, and the two steps."""
    sheet.hide_gridlines(2)
    hint = {"font_color": theme.HINT}
    in_all = len(listed.findings)
    cut = f" {_say(words, 'cut', shown=f'{shown:,}', count=f'{in_all:,}')}" if shown < in_all else ""
    lines: tuple[tuple[str, dict[str, object], int], ...] = (
        (_say(words, "title", file=visible(listed.file)), {"font_size": theme.TITLE_SIZE, "bold": True}, 40),
        (_say(words, "about"), hint, theme.LINE),
        (_counted(listed.findings, words) + cut, {"bold": True, "font_size": theme.HEAD_SIZE}, theme.HEAD),
        (_say(words, "step_one") if in_all else "", {}, theme.LINE),
        (_say(words, "step_two", command=visible(listed.command)) if in_all else "", {}, theme.LINE),
    )
    for row, (text, style, height) in enumerate(lines):
        sheet.set_row_pixels(row, height)
        put(sheet, row, LEFT, text, paper.look(**style))
    sheet.set_row_pixels(len(lines), theme.GAP)


def _say(words: Words, key: str, **values: object) -> str:
    return fill(words.at("fixit", key), values)


def _counted(findings: Sequence[Finding], words: Words) -> str:
    """How many there are of each severity; that there are none."""
    counts = [(one.word, sum(found.severity is one for found in findings)) for one in sorted(Severity, reverse=True)]
    told = [
        fill(words.at("report", "count", word, "one" if count == 1 else "many"), {"count": f"{count:,}"})
        for word, count in counts
        if count
    ]
    return (", ".join(told) if told else words.at("fixit", "clean")) + "."


def _header(paper: Paper, column: FixColumn) -> Any:
    """The header of the one column to edit is white on the accent, as boxes are in the workbook."""
    ink, ground = (theme.PAPER, theme.ACCENT) if column.editable else (theme.TEXT, theme.HEAD_A)
    mark = '"✎ "@' if column.editable else "@"
    line = theme.ACCENT if column.editable else theme.RULE_DARK
    look = {"bold": True, "font_color": ink, "bg_color": ground, "bottom": 2, "bottom_color": line, "num_format": mark}
    return paper.look(**look, align="left", indent=int(column.key in INDENTED))


def _box_says(sheet: Any, bottom: int, words: Words) -> None:
    """The message of the boxes to fill, shown while one is picked."""
    at = LEFT + next(place for place, column in enumerate(COLUMNS) if column.editable)
    said = {"input_title": words.at("fixit", "header", "suggestion"), "input_message": words.at("fixit", "box")}
    sheet.data_validation(TOP + 1, at, bottom, at, {"validate": "any", **said})


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of the list while they are drawn."""

    paper: Paper
    sheet: Any
    listed: Listed
    made: Made
    words: Words
    whose: Whose
    boxes: Mapping[tuple[str, int], Sequence[str]]

    @property
    def snapshot(self) -> Snapshot:
        return self.listed.snapshot

    @cached_property
    def alike(self) -> Counter[tuple[str, str]]:
        """How many rows have a key, by table and folded key."""
        tables = self.snapshot.layout
        return Counter((table, fold(str(key))) for table in tables for key in row_keys(self.snapshot, table) if key)

    def draw(self, number: int, one: Finding) -> None:
        """One finding, in the order of the columns of the contract; as high as its longest text."""
        values = self._values(one)
        lines = max(-(-width(str(values[key])) // letters) for key, letters in LETTERS.items())
        self.sheet.set_row_pixels(number, LINE * min(max(lines, 1), MOST_LINES) + AIR)
        for place, column in enumerate(COLUMNS, LEFT):
            if column.key == "cell":
                self._link(number, place, one)
            elif column.editable:
                self._box(number, place, one)
            else:
                put(self.sheet, number, place, values[column.key], self._look(column.key, one))

    def _values(self, one: Finding) -> dict[str, object]:
        place = one.place
        return {
            "severity": self.words.choice("severity", one.severity.word),
            "code": one.code,
            "name": FINDING_SPECS[one.code].name,
            "sheet": self._sheet_of(one),
            "who": self._who(one),
            "header": place.header or place.key,
            "value": one.value,
            "problem": visible(message(self.words, one)),
            "remedy": visible(remedy(self.words, one)),
            "fix_table": place.table,
            "fix_row_key": self._key_typed(one),
            "fix_column": place.key,
            "fix_row": place.row,
            "fix_workbook_id": self.snapshot.identity.workbook_id,
            "fix_suggestion": self._suggested(one),
            "fix_file": self.listed.file,
            **self._told_by(one),
        }

    def _told_by(self, one: Finding) -> dict[str, object]:
        """What tells the row of a finding where its key does not."""
        place, row = one.place, one.place.row or 0
        boxes = self.boxes.get((place.table, row), ())
        return {
            "fix_alike": self.alike[place.table, fold(self._key_typed(one))],
            "fix_boxes": " ".join(boxes),
            "fix_rest": rest_of(self.snapshot, place.table, row, boxes),
        }

    def _sheet_of(self, one: Finding) -> str:
        layout = self.snapshot.layout.get(one.place.table)
        return one.place.sheet or (layout.sheet if layout else "")

    def _who(self, one: Finding) -> str:
        """The customer and the row's own key, as far as they are known."""
        name, key = self.whose.customer(one.place), self._key_typed(one)
        return f"{name} ({key})" if name and key and name != key else name or key

    def _key_typed(self, one: Finding) -> str:
        """The key as it stands in the row, which is not one that the next refresh would give."""
        table = self.snapshot.schema.by_name.get(one.place.table)
        cells = self.snapshot.cells.get((table.name, table.key)) if table else None
        row = self.whose.snapshot.position(one.place)
        if cells is None or row < 0 or cells.kinds[row] == CellKind.BLANK:
            return ""
        return one.place.row_key or str(cells.values()[row])

    def _link(self, number: int, at: int, one: Finding) -> None:
        """The address; where the copy has the cell it leads there."""
        layout, made = self.snapshot.layout.get(one.place.table), self.made.get(one.place.table)
        text = address(one.place, layout) if self._sheet_of(one) else ""
        if made is None:
            put(self.sheet, number, at, text, self._look("cell", one))
            return
        target = f"#{quoted(made)}!{text}".replace('"', '""')
        formula = f'=HYPERLINK("{target}","{text}")'
        self.sheet.write_formula(number, at, formula, self._look("link", one), text)

    def _box(self, number: int, at: int, one: Finding) -> None:
        """The suggestion, typed as its column is, in a box; nothing where no cell of staff is meant."""
        spec = self._spec(one)
        if spec is None or spec.owner is Owner.TOOL:
            put(self.sheet, number, at, "", self._look("no_box", one))
            return
        look = {"num_format": theme.cell_format(spec), "border": 1, "border_color": theme.BOX, "text_wrap": True}
        put(self.sheet, number, at, self._suggested(one), self.paper.look(align="left", indent=1, **look))

    def _suggested(self, one: Finding) -> object:
        """What stands in the box at first, as a cell of its column holds it; empty where there is none."""
        spec, certain = self._spec(one), FINDING_SPECS[one.code].fix  # else it is only something to choose from
        return typed(one.suggestion, spec) if spec and spec.owner is not Owner.TOOL and certain else ""

    def _spec(self, one: Finding) -> Column | None:
        """The column whose cell is meant; None where it is no cell."""
        table = self.snapshot.schema.by_name.get(one.place.table)
        if table is None or table.tool_rows or not one.place.cell:
            return None
        return table.by_key.get(one.place.key) or (OWN if one.place.key.startswith("[") else None)

    def _look(self, key: str, one: Finding) -> Any:
        style: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE, "align": "left", "num_format": "@"}
        if key == "severity":
            style |= {"bold": True, **TONES[one.severity]}
        if key == "link":
            style |= {"font_color": theme.ACCENT, "bold": True, "num_format": "General"}
        if key in ("fix_row", "fix_alike", "fix_suggestion"):
            style |= {"num_format": "General"}
        if key in ("code", "name"):
            style |= {"font_color": theme.HINT}
        return self.paper.look(text_wrap=key in WRAPPED, indent=int(key in INDENTED), **style)


def typed(text: str, spec: Column) -> object:
    """A suggestion as a cell of its column holds it: a day as a serial, a number as a number, else as it stands."""
    if spec.kind.is_date:
        with suppress(ValueError):
            return to_serial(date.fromisoformat(text))
    if spec.kind.is_number:
        with suppress(ValueError):
            return float(text)
    return text
