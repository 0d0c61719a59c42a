"""Home: what this book is, what changed, whom to call first, what lies ahead, and the way to every sheet."""

from __future__ import annotations

from tracker.schema.blocks import BLOCK_SPECS
from tracker.template import theme
from tracker.template.book import Drawing
from tracker.template.charts import Chart, Series, draw_chart
from tracker.template.page import GRID, LAST, block, day_line, heads, line, open_page, section, tiles
from tracker.template.tables import TONES, paint_word

KEY = "home"
RIGHT = 11  # first column of the right third
WIDE, THIRD = 9, 4  # sheet columns of two thirds and of one
WARNING, TILES, CHANGES, FIRST, SHEETS = 5, 6, 10, 17, 28  # rows
CHANGE_TARGETS = ("followups", "followups", "interactions", "segments", "segments")
STEP_TARGETS = ("customers", "interactions", "followups")
GROUPS = (
    ("followups", "summary", "segments", "problems", "guide"),
    ("customers", "interactions", "purchases", "campaigns"),
    ("rules", "settings", "lists", "team", "goals"),
)
RULED: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE}


def draw_home(drawing: Drawing) -> None:
    """Draw the sheet."""
    open_page(drawing, KEY, drawing.label("title_home"))
    day_line(drawing, KEY, LAST)
    _about(drawing)
    tiles(drawing, KEY, TILES, {"overdue": theme.LATE, "due_today": theme.DUE, "problems": theme.LATE})
    for row in (CHANGES - 1, FIRST - 1, SHEETS - 1):
        drawing.sheets[KEY].set_row_pixels(row, theme.GAP)
    _changes(drawing)
    _steps(drawing)
    _first(drawing)
    _ahead(drawing)
    _sheets(drawing)


def _about(drawing: Drawing) -> None:
    drawing.text(KEY, 3, 1, drawing.label("about_1"))
    drawing.text(KEY, 4, 1, drawing.label("about_2"), font_color=theme.HINT)
    drawing.text(KEY, 3, RIGHT, drawing.label("how_refresh"), font_color=theme.HINT)
    drawing.text(KEY, 4, RIGHT, drawing.label("refresh_command"), font_color=theme.ACCENT, bold=True)
    line(drawing, "home_warning", WARNING, 1, font_color=theme.LATE, bold=True)


def _changes(drawing: Drawing) -> None:
    drawing.sheets[KEY].set_row_pixels(CHANGES, theme.HEAD)
    line(drawing, "home_since", CHANGES, 1, drawing.label("changes"), font_size=theme.HEAD_SIZE, bold=True)
    sheet, top = drawing.sheets[KEY], CHANGES + 1
    block(drawing, "home_changes", top, 1, WIDE)
    for i, target in enumerate(CHANGE_TARGETS):
        sheet.set_row_pixels(top + i, theme.HEAD)
        number = {"bold": True, "font_size": theme.HEAD_SIZE, "align": "left", "num_format": "#,##0", **RULED}
        drawing.text(KEY, top + i, 1, "–", **number)
        drawing.text(KEY, top + i, 2, drawing.label("change", str(i + 1)), **RULED)
        drawing.link(KEY, top + i, WIDE, target, drawing.label("open"), align="right", **RULED)
    red = drawing.paint(font_color=theme.LATE)
    rule = {"type": "cell", "criteria": "between", "minimum": 1, "maximum": 10**9, "format": red}
    sheet.conditional_format(top + 1, 1, top + 2, 1, rule)


def _steps(drawing: Drawing) -> None:
    section(drawing, KEY, CHANGES, RIGHT, drawing.label("steps"))
    for i, target in enumerate(STEP_TARGETS):
        row = CHANGES + 1 + i
        for column in range(RIGHT, LAST + 1):
            drawing.sheets[KEY].write_blank(row, column, None, drawing.look(**RULED))
        drawing.text(KEY, row, RIGHT, drawing.label(f"step_{i + 1}"), **RULED)
        drawing.link(KEY, row, LAST, target, drawing.label("go"), align="right", **RULED)
    row = CHANGES + 1 + len(STEP_TARGETS)
    small = {"font_size": theme.HINT_SIZE, "font_color": theme.HINT, "valign": "bottom"}
    line(drawing, "home_refreshed", row, RIGHT, drawing.label("never_refreshed"), **small)
    drawing.text(KEY, row + 1, RIGHT, drawing.label("refresh_first"), valign="top")


def _first(drawing: Drawing) -> None:
    section(drawing, KEY, FIRST, 1, drawing.label("first"))
    drawing.link(KEY, FIRST, WIDE, "followups", drawing.label("open"), align="right")
    heads(drawing, "home_first", FIRST + 1, 1, WIDE)
    top = FIRST + 2
    block(drawing, "home_first", top, 1, WIDE)
    rows = BLOCK_SPECS["home_first"].rows
    for row in range(top, top + rows):
        drawing.sheets[KEY].write_blank(row, 2, None, drawing.look(bold=True, **RULED))
    drawing.text(KEY, top, 1, drawing.label("empty", "first"), **RULED)
    said = {"type": "formula", "criteria": f'=$C${top + 1}=""', "format": drawing.paint(font_color=theme.HINT)}
    drawing.sheets[KEY].conditional_format(top, 1, top, 1, said)
    for code, (ink, ground) in TONES["state"].items():
        paint_word(drawing, KEY, (top, 1, top + rows - 1, 1), "state", code, ink, ground)


def _ahead(drawing: Drawing) -> None:
    section(drawing, KEY, FIRST, RIGHT, drawing.label("ahead"))
    heads(drawing, "home_ahead", FIRST + 1, RIGHT, THIRD)
    top, rows = FIRST + 2, BLOCK_SPECS["home_ahead"].rows - 1  # what is due later would dwarf the days ahead
    block(drawing, "home_ahead", top, RIGHT, THIRD)
    chart = Chart(
        "bar",
        "home_ahead",
        (top, RIGHT),
        (Series("count"),),
        drawing.label("ahead"),
        gap=90,
        axis=False,
        layout={"x": 0.06, "y": 0, "width": 0.92, "height": 1},
        points=({"fill": {"color": theme.LATE}},),
        rows=rows,
    )
    draw_chart(drawing, chart, (top, RIGHT + 2), (2 * theme.COLUMN, rows * theme.LINE))


def _sheets(drawing: Drawing) -> None:
    section(drawing, KEY, SHEETS, 1, drawing.label("sheets"))
    for group, column in zip(GROUPS, (GRID[0], GRID[4], GRID[8]), strict=True):
        for i, target in enumerate(group):
            drawing.link(KEY, SHEETS + 1 + i, column, target, drawing.words.sheet(target))
            drawing.text(KEY, SHEETS + 1 + i, column + 1, drawing.label("about", target), font_color=theme.HINT)
