"""A workbook for people, made of what stands in other workbooks: formats by look, and text that stays text.

Nothing that is written becomes a formula, a link or markup, whatever it looks like. Everything is made in memory: no
file of the library's own is left anywhere. Kept out: what stands where.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

import xlsxwriter

from tracker.template import theme
from tracker.words.sentences import fitting
from tracker.words.visible import visible

PAPER_A4 = 9
NAME = 31  # characters of a sheet's name
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
DIGITS_EXACT = 1e300  # a number beyond is no number of ours; some programs take it for a fault of the file


@dataclass(frozen=True, eq=False)
class Paper:
    """The workbook under construction."""

    file: Any  # the writing library has no types
    buffer: io.BytesIO
    sheets: dict[str, Any] = field(default_factory=dict)  # by folded name
    formats: dict[str, Any] = field(default_factory=dict)

    def look(self, **style: object) -> Any:
        """A cell format, made once for each look."""
        key = repr(sorted(style.items(), key=lambda item: item[0]))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({"valign": "vcenter", "font_color": theme.TEXT, **style})
        return self.formats[key]

    def sheet(self, wanted: str) -> Any:
        """A new sheet, called as wanted as far as Excel takes it and no other sheet is."""
        name = free_name(wanted, self.sheets)
        self.sheets[name.casefold()] = self.file.add_worksheet(name)
        return self.sheets[name.casefold()]

    def data(self) -> bytes:
        """The finished workbook."""
        self.file.close()
        return self.buffer.getvalue()


def open_paper(title: str, day: date) -> Paper:
    """A workbook without sheets, in our theme."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    file = xlsxwriter.Workbook(buffer, options)
    file.set_properties({"title": clean(title), "created": datetime(day.year, day.month, day.day)})
    file.calc_on_load = False  # the texts of our links stand in their cells
    file.use_custom_theme(io.StringIO(theme.theme_xml()))
    return Paper(file, buffer)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name for a sheet that Excel takes and no other sheet has; ``taken`` are folded."""
    others = {*taken, "history"}  # Excel keeps that one for itself
    base = clean(NOT_IN_NAMES.sub(" ", visible(wanted).replace("\\", " "))).strip("' ") or "Sheet"
    name, number = base[:NAME].strip("' "), 1
    while name.casefold() in others:
        number += 1
        name = f"{base[: NAME - len(str(number)) - 1]} {number}"
    return name


def quoted(sheet: Any) -> str:
    """The name of a sheet as references write it."""
    name: str = sheet.get_name()
    return "'" + name.replace("'", "''") + "'"


def clean(text: str) -> str:
    """Text as a cell of a new workbook can hold it: no half letters, never markup of the library's own."""
    whole = fitting(text.encode("utf-8", "replace").decode())
    # What begins and ends so it writes as it stands, as markup; a space more and it is a text like any other.
    return whole + " " if whole.startswith("<r>") and whole.endswith("</r>") else whole


def held(value: object) -> bool | float | str | None:
    """What a cell holds once a plain value is put into it: a number too large to be one is written out."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and isfinite(value) and abs(value) < DIGITS_EXACT:
        return float(f"{value:.16g}")  # as the writing library spells it
    return clean(str(value))


def put(sheet: Any, row: int, column: int, value: object, look: Any) -> None:
    """Write a plain value as `held`: text stays text."""
    value = held(value)
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)


def printed(sheet: Any, title: str, pages: str, repeat: int) -> None:
    """Print landscape, one page wide, the header row on every page, title and page number in the footer."""
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer(f"&L&9{clean(title)[:100].replace('&', '&&')}&R&9{pages}")
    sheet.repeat_rows(repeat)
