"""The workbook while it is being drawn: sheets by key, formats by look, names; shared by every sheet's module.

Knows how to place words, links and names in the book's language; knows no sheet in particular.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tracker.formulas import spell
from tracker.schema.base import SHEETS, VERY_HIDDEN
from tracker.schema.column import Schema
from tracker.template import theme
from tracker.words import Words, fill

READ, TYPED = ("home", "followups", "summary", "segments"), ("customers", "interactions", "purchases")
LAST_ROW = 1_048_575  # zero-based, as everything here
PAPER_A4 = 9
STATES = ("overdue", "today", "upcoming")


@dataclass(frozen=True, eq=False)
class Drawing:
    """The workbook under construction. Rows and columns are zero-based throughout this package."""

    file: Any  # the writing library has no types
    buffer: io.BytesIO
    schema: Schema
    words: Words
    settings: Mapping[str, object]
    sheets: dict[str, Any] = field(default_factory=dict)
    formats: dict[str, Any] = field(default_factory=dict)

    def look(self, **style: object) -> Any:
        """A cell format, made once for each look."""
        key = repr(sorted(style.items(), key=lambda item: item[0]))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({"valign": "vcenter", "font_color": theme.TEXT, **style})
        return self.formats[key]

    def paint(self, **style: object) -> Any:
        """A format for a conditional format: only what it changes."""
        key = "paint" + repr(sorted(style.items(), key=lambda item: item[0]))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(style)
        return self.formats[key]

    def label(self, *path: str) -> str:
        """A fixed word of the sheets."""
        return self.words.at("label", *path)

    def place(self, sheet: str, ref: str) -> str:
        """A reference to cells of a sheet, its name quoted."""
        return f"{self.quoted(sheet)}!{ref}"

    def quoted(self, sheet: str) -> str:
        """The name of a sheet as references write it."""
        return "'" + self.words.sheet(sheet).replace("'", "''") + "'"

    def formula(self, text: str, table: str) -> str:
        """A formula of the schema in the headers and words of this book, without leading ``=``."""
        headers = {one.name: {key: self.words.header(one.name, key) for key in one.keys} for one in self.schema.tables}
        labels = {code: self.words.choice("state", code) for code in STATES}
        return spell(text, table, headers, {**labels, "customers": self.quoted("customers")})

    def name(self, name: str, sheet: str, area: tuple[int, int, int, int]) -> None:
        """Define a name for an area: first row, first column, last row, last column."""
        top, left, bottom, right = area
        first = f"${xl_col_to_name(left)}${top + 1}"
        last = f"${xl_col_to_name(right)}${bottom + 1}"
        self.file.define_name(name, "=" + self.place(sheet, first if first == last else f"{first}:{last}"))

    def text(self, sheet: str, row: int, column: int, text: str, **style: object) -> None:
        """Write words; they are never taken for a formula, a number or a link."""
        self.sheets[sheet].write_string(row, column, text, self.look(**style))

    def link(self, sheet: str, row: int, column: int, target: str, text: str, **style: object) -> None:
        """Write a link to a sheet as a formula with its cached text: it survives every program that keeps formulas."""
        quoted = self.quoted(target).replace('"', '""')
        words = text.replace('"', '""')
        looks = self.look(**{"font_color": theme.ACCENT, **style})
        self.sheets[sheet].write_formula(row, column, f'=HYPERLINK("#{quoted}!A1","{words}")', looks, text)

    def page(self, sheet: str, repeat: int | None = None) -> None:
        """Print landscape, one page wide, the header row on every page, title and page number in the footer."""
        paper = self.sheets[sheet]
        paper.set_landscape()
        paper.set_paper(PAPER_A4)
        paper.fit_to_pages(1, 0)
        paper.set_margins(0.4, 0.4, 0.5, 0.6)
        title = f"{self.label('footer')} · {self.words.sheet(sheet)}".replace("&", "&&")
        pages = fill(self.label("page"), {"page": "&P", "pages": "&N"})
        paper.set_footer(f"&L&9{title}&R&9{pages}")
        if repeat is not None:
            paper.repeat_rows(repeat)


def open_drawing(schema: Schema, words: Words, settings: Mapping[str, object], created: date) -> Drawing:
    """A workbook with all its sheets, empty."""
    buffer = io.BytesIO()
    file = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False})
    file.set_properties(
        {"title": words.at("label", "footer"), "created": datetime(created.year, created.month, created.day)}
    )
    file.calc_on_load = False  # our cached values are right, and the flag makes Excel ask to save on every close
    file.use_custom_theme(io.StringIO(theme.theme_xml()))
    drawing = Drawing(file, buffer, schema, words, settings)
    for key in (*SHEETS, *VERY_HIDDEN):
        sheet = file.add_worksheet(words.sheet(key))
        drawing.sheets[key] = sheet
        sheet.set_default_row(theme.LINE * 0.75)
        if key in VERY_HIDDEN:
            sheet.very_hidden()
        else:
            sheet.set_tab_color(theme.ACCENT if key in READ else theme.HINT if key in TYPED else theme.GREY)
    return drawing
