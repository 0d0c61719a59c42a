"""Colours, measures, number formats and the theme: how the workbook looks, in one place.

Neutral colours and the accent are theme slots, so that a company theme restyles the book; the signal colours are fixed,
because they mean something. Kept out: what stands where.
"""

from __future__ import annotations

import re

from xlsxwriter.color import Color
from xlsxwriter.theme import THEME_XML_2007

from tracker.schema.blocks import Shape
from tracker.schema.column import Column, Kind

_SLOTS = {
    "dk1": "1F2933",
    "lt1": "FFFFFF",
    "dk2": "5B6673",
    "lt2": "F7F9FA",
    "accent1": "1F6F6B",
    "accent2": "9DB8B6",
    "accent3": "A9B4BF",
    "accent4": "8A5A00",
    "accent5": "B42318",
    "accent6": "18794E",
    "hlink": "1F6F6B",
    "folHlink": "1F6F6B",
}
# XlsxWriter counts theme colours as Excel's menu does: paper, text, band, hint, accents.
PAPER, TEXT, BAND, HINT, ACCENT, _, GREY = (Color((slot, 0)) for slot in range(7))
DATA_BAR, WHITE = "#CFE3E1", "#FFFFFF"  # a bar knows no slots of the theme
ACCENT_RGB = _SLOTS["accent1"]  # for a workbook whose theme another program dropped
RULE, RULE_DARK, BOX = "#E5E7EB", "#C3CCD4", "#8796A3"
HEAD_A, HEAD_B, HEAD_TOOL = "#EDF0F3", "#E3E8ED", "#E4F0EF"  # headers: one group, the next, the tool's
LATE, LATE_BG, DUE, DUE_BG, GOOD, GOOD_BG = "#B42318", "#FDECEA", "#8A5A00", "#FFF4D6", "#18794E", "#E6F4EC"
ALARM, CAUTION = (LATE, LATE_BG), (DUE, DUE_BG)

# Pixels at 100 %, type in points.
MARGIN, COLUMN, GUTTER = 20, 88, 24
TITLE_HEIGHT, LINKS_HEIGHT, GAP, LINE, HEAD, FIGURE = 44, 24, 14, 21, 26, 36
TITLE_SIZE, HEAD_SIZE, FIGURE_SIZE, HINT_SIZE = 18, 12, 22, 9

TABLE_STYLE = "Tracker"
UNFILTERED = frozenset({"Settings"})  # Tables without filter buttons
DATE = "yyyy-mm-dd"
COUNT = '#,##0;-#,##0;"–"'
SCORE = "+0;-0;0"
PERCENT = '0" %";-0" %";0" %"'
FORMATS = {
    Kind.INTEGER: COUNT,
    Kind.LATE: SCORE,
    Kind.NUMBER: "General",
    Kind.MONEY: COUNT,
    Kind.PRICE: "#,##0.00;-#,##0.00",
    Kind.PERCENT: PERCENT,
    Kind.DATE: DATE,
    Kind.DATETIME: DATE,
    Kind.DAY_OR_MONTH: DATE,
    Kind.LONG: "General",
    Kind.LINK: "General",
}
SHAPES = {
    Shape.TEXT: "General",
    Shape.COUNT: COUNT,
    Shape.MONEY: COUNT,
    Shape.PERCENT: PERCENT,
    Shape.CHANGE: '"▲ "0" %";"▼ "0" %";"= 0 %"',
    Shape.RATE: "0.0",
    Shape.SCORE: SCORE,
    Shape.DATE: "ddd d mmm",
    Shape.MONTH: "mmm yy",
    Shape.LATE: SCORE,
    Shape.FIGURE: "General",
    Shape.MOVED: '+#,##0;-#,##0;"–"',
    Shape.BESIDE: '#,##0_W;-#,##0_W;"–"_W',
    Shape.LINK: "General",
}
LEFT_SHAPES = frozenset({Shape.TEXT, Shape.DATE, Shape.MONTH, Shape.LINK})
HIDDEN = ";;;"  # a number format that shows nothing


def cell_format(column: Column) -> str:
    """The number format of a column's cells.

    Text is kept as text, so that a phone or an ID stays as typed; but never under a formula, which Excel would show
    instead of its result once somebody edits it.
    """
    plain = "General" if column.derive else "@"
    return FORMATS.get(column.kind, plain)


def stands_right(column: Column) -> bool:
    """Whether a column's cells are figures, flush right."""
    return column.kind.is_number


def theme_xml() -> str:
    """The theme part: our colours, one font."""
    slots = "".join(f'<a:{slot}><a:srgbClr val="{value}"/></a:{slot}>' for slot, value in _SLOTS.items())
    named = THEME_XML_2007.replace('"Cambria"', '"Calibri"').replace("Office Theme", "Tracker")
    return re.sub(r"(<a:clrScheme[^>]*>).*?(</a:clrScheme>)", lambda match: match[1] + slots + match[2], named)
