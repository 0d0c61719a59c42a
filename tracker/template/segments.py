"""Segments: who is who, who moved from which tag to which, and who is about to leave one.

Twelve columns of its own widths stand left of a third of the grid, so that a tag with all its figures is one line. The
two charts read the blocks of Summary, which have a fixed place for each tag; the lines here follow Rules.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

from tracker.schema.blocks import BLOCK_SPECS, LIST_ROWS, SEGMENT_ROWS
from tracker.schema.tags import RULES
from tracker.template import summary, theme
from tracker.template.book import READ, TYPED, Drawing
from tracker.template.charts import Chart, Series, amounts, draw_chart
from tracker.template.page import THIRD, block, day_line, head, heads, line, links_over, section

KEY = "segments"
# Dimension, tag, customers, share, spend, its share, CSAT, repeat; moved and spend, twice.
WIDTHS = (84, 112, 72, 66, 84, 82, 60, 64, 66, 80, 66, 80)
LAST_WIDTHS = (122, 98, 74, 58)  # of the last third: customer, ID, tag, days
LEFT, WIDE, NARROW = 1, len(WIDTHS), len(LAST_WIDTHS)
RIGHT = LEFT + WIDE + 1
LAST = RIGHT + NARROW - 1
TOP, HEADS_HEIGHT, TWO_LINES = 3, 36, 34
FIRST = TOP + 3  # first line of "Who is who"
VALUE = 17  # row of the second chart's title
LAST_LINE = FIRST + SEGMENT_ROWS - 1
LISTS = LAST_LINE + 2
FIRST_CHART, SECOND_CHART = 12, FIRST + SEGMENT_ROWS - VALUE - 2  # lines
SET_UP = ("rules", "settings", "problems", "guide")
SHARES = ("share", "spend_share")
HINT: dict[str, object] = {"font_size": theme.HINT_SIZE, "font_color": theme.HINT}
HEADLINE: dict[str, object] = {"font_size": theme.HEAD_SIZE, "bold": True}
RULED: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE}


def draw_segments(drawing: Drawing) -> None:
    """Draw the sheet."""
    _open(drawing)
    _who_is_who(drawing)
    _chart(drawing, "stage", TOP, Series("customers", labels="0;;"), "stages", FIRST_CHART)
    _chart(drawing, "value", VALUE, Series("spend", labels=amounts(drawing)), "value_tags", SECOND_CHART)
    _moved(drawing)
    _leaving(drawing)
    drawing.sheets[KEY].set_h_pagebreaks([LISTS])


def _open(drawing: Drawing) -> None:
    """As every tool sheet begins, over columns of its own widths."""
    sheet, widths = drawing.sheets[KEY], (theme.MARGIN, *WIDTHS, theme.GUTTER, *LAST_WIDTHS, theme.MARGIN)
    for column, width in enumerate(widths):
        sheet.set_column_pixels(column, column, width, drawing.look())
    links = links_over(drawing, KEY, WIDTHS, (*READ, *TYPED)) | dict(zip(SET_UP, range(RIGHT, LAST + 1), strict=True))
    head(drawing, KEY, drawing.words.sheet(KEY), links, LAST)
    sheet.freeze_panes(2, 0)
    drawing.page(KEY)
    day_line(drawing, KEY, LAST)
    sheet.set_row_pixels(LISTS - 1, theme.GAP)


def _who_is_who(drawing: Drawing) -> None:
    section(drawing, KEY, TOP, LEFT, drawing.label("segments"), drawing.label("segments_hint"))
    heads(drawing, "segments", FIRST - 1, LEFT, WIDE, wrap=True)
    drawing.sheets[KEY].set_row_pixels(FIRST - 1, HEADS_HEIGHT)
    columns = BLOCK_SPECS["segments_heads"].columns
    drawing.name("segments_heads", KEY, (FIRST - 1, LEFT, FIRST - 1, LEFT + columns[-1].at))
    block(drawing, "segments", FIRST, LEFT, WIDE, bare=False)
    for row, rule in enumerate(RULES, FIRST):
        dimension = drawing.words.choice("dimension", rule.dimension)
        drawing.text(KEY, row, LEFT, dimension, **RULED)
        drawing.text(KEY, row, LEFT + 1, drawing.words.choice(f"tag_{rule.dimension}", rule.tag), **RULED, shrink=True)
    _bars(drawing)
    _dimensions(drawing)


def _bars(drawing: Drawing) -> None:
    """A quiet bar behind each share, as wide as it is of 100 %."""
    bar = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": theme.DATA_BAR,
        "bar_border_color": theme.DATA_BAR,
        "bar_axis_color": theme.WHITE,
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": 100,
    }
    for one in BLOCK_SPECS["segments"].columns:
        if one.key in SHARES:
            column = LEFT + one.at
            drawing.sheets[KEY].conditional_format(FIRST, column, LAST_LINE, column, bar)


def _dimensions(drawing: Drawing) -> None:
    """A dimension's name shows on its first line, under a darker rule; in the cells it stands on every line.

    The rules go column by column: LibreOffice keeps one of two formats whose areas overlap, and all of one area.
    """
    sheet = drawing.sheets[KEY]
    here, above = (xl_rowcol_to_cell(row, LEFT, col_abs=True) for row in (FIRST, FIRST - 1))
    tag = xl_rowcol_to_cell(FIRST, LEFT + 1, col_abs=True)
    lines: dict[str, object] = {"top": 1, "top_color": theme.RULE_DARK, "bottom": 1, "bottom_color": theme.RULE}
    rules = (
        (f'AND({tag}<>"",{here}<>{above})', drawing.paint(**lines)),
        (f'{tag}=""', drawing.paint(bottom=1, bottom_color=theme.PAPER)),
    )
    hidden = drawing.paint(num_format=theme.HIDDEN, font_color=theme.PAPER)
    again = {"type": "formula", "criteria": f'=AND({tag}<>"",{here}={above})', "format": hidden}
    sheet.conditional_format(FIRST, LEFT, LAST_LINE, LEFT, again)
    for column in range(LEFT, LEFT + WIDE):
        for when, look in rules:
            one = {"type": "formula", "criteria": "=" + when, "format": look}
            sheet.conditional_format(FIRST, column, LAST_LINE, column, one)


def _chart(drawing: Drawing, key: str, row: int, series: Series, name: str, lines: int) -> None:
    """A chart under its title and its measure, which says what is missing until there is something to draw."""
    spec, title = f"title_segments_{key}", "segments_stage" if key == "stage" else key
    line(drawing, spec, row, RIGHT, drawing.label("chart", title), **HEADLINE)
    drawing.text(KEY, row + 1, RIGHT, drawing.label("empty", f"segments_{key}"), **HINT, valign="top")
    chart = Chart("bar", name, summary.PLACES[name], (series,), drawing.label("chart", title))
    draw_chart(drawing, chart, (row + 2, RIGHT), (THIRD, lines * theme.LINE), on=KEY)


def _moved(drawing: Drawing) -> None:
    name = "segments_moved"
    drawing.sheets[KEY].set_row_pixels(LISTS, theme.HEAD)
    line(drawing, f"title_{name}", LISTS, LEFT, drawing.label(name), **HEADLINE)
    drawing.text(KEY, LISTS + 1, LEFT, drawing.label("empty", name), **HINT, valign="top")
    _list(drawing, name, LEFT, WIDE)
    _reasons(drawing, name)


def _reasons(drawing: Drawing, name: str) -> None:
    """A reason has two lines over all columns up to the spend: cells are joined, as text wraps inside one alone."""
    places = {one.key: LEFT + one.at for one in BLOCK_SPECS[name].columns}
    look = drawing.look(**RULED, align="left", valign="vcenter", text_wrap=True)
    for row in range(LISTS + 3, LISTS + 3 + LIST_ROWS):
        drawing.sheets[KEY].set_row_pixels(row, TWO_LINES)
        drawing.sheets[KEY].merge_range(row, places["why"], row, places["spend"] - 1, None, look)


def _leaving(drawing: Drawing) -> None:
    name = "segments_leaving"
    section(drawing, KEY, LISTS, RIGHT, drawing.label(name))
    line(drawing, f"{name}_hint", LISTS + 1, RIGHT, drawing.label("empty", name), **HINT, valign="top")
    _list(drawing, name, RIGHT, NARROW)


def _list(drawing: Drawing, name: str, column: int, width: int) -> None:
    """A list of customers; a line that counts the rest is no link and looks like none."""
    top = LISTS + 3
    heads(drawing, name, top - 1, column, width)
    block(drawing, name, top, column, width)
    at = next(one.at for one in BLOCK_SPECS[name].columns if one.key == "customer_id")
    first, key = (xl_rowcol_to_cell(top, place, col_abs=True) for place in (column, column + at))
    rest = {
        "type": "formula",
        "criteria": f'=AND({first}<>"",{key}="")',
        "format": drawing.paint(font_color=theme.HINT),
    }
    drawing.sheets[KEY].conditional_format(top, column, top + LIST_ROWS - 1, column, rest)
