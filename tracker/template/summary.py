"""Summary: how the business is doing. Five charts on the first screen, the blocks they read and the figures below."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.utility import xl_range_abs

from tracker.schema.blocks import BLOCK_SPECS, KPIS
from tracker.template import theme
from tracker.template.book import Drawing
from tracker.template.charts import Chart, Series, amounts, draw_chart
from tracker.template.page import (
    LAST,
    THIRD,
    THIRDS,
    block,
    day_line,
    heads,
    line,
    open_page,
    section,
    tiles,
    vanishing,
)

KEY = "summary"
LEFT, MIDDLE, RIGHT = (first for first, _ in THIRDS)
WHOLE, TWO, ONE = 14, 9, 4  # sheet columns of a block
TWO_THIRDS = 2 * THIRD + theme.GUTTER
TILES, UPPER, LOWER, MONTHS, TAGS, ITEMS, STAGES, FIGURES = 3, 7, 22, 36, 52, 63, 76, 88  # rows
TALL, LOW = 12, 10  # lines of the upper and of the lower charts
SENTENCE = 3  # lines below a chart's top at which its empty sentence stands
PLACES = {
    "months": (MONTHS + 2, LEFT),
    "value_tags": (TAGS + 2, LEFT),
    "sources": (TAGS + 2, MIDDLE),
    "quarters": (TAGS + 2, RIGHT),
    "items": (ITEMS + 2, LEFT),
    "owners": (ITEMS + 2, RIGHT),
    "stages": (STAGES + 2, LEFT),
}
WIDTHS = {"months": WHOLE, "items": TWO}
HINT: dict[str, object] = {"font_size": theme.HINT_SIZE, "font_color": theme.HINT}


@dataclass(frozen=True)
class Panel:
    """A chart with its title block, where it stands and its size."""

    key: str
    row: int
    column: int
    size: tuple[int, int]
    chart: Chart


def draw_summary(drawing: Drawing) -> None:
    """Draw the sheet."""
    open_page(drawing, KEY, drawing.words.sheet(KEY))
    day_line(drawing, KEY, LAST)
    tiles(drawing, KEY, TILES, {})
    for row in (TILES + 3, UPPER + 2 + TALL, LOWER + 2 + LOW):
        drawing.sheets[KEY].set_row_pixels(row, theme.GAP)
    drawing.text(KEY, MONTHS, LAST, drawing.label("months_hint"), **HINT, align="right")
    for name, (row, column) in PLACES.items():
        section(drawing, KEY, row - 2, column, drawing.label(name))
        heads(drawing, name, row - 1, column, WIDTHS.get(name, ONE))
        block(drawing, name, row, column, WIDTHS.get(name, ONE))
    _total(drawing)
    _figures(drawing)
    drawing.sheets[KEY].set_h_pagebreaks([LOWER + 2 + LOW, ITEMS, FIGURES])
    for panel in _panels(drawing):
        _titles(drawing, panel)
        _chart(drawing, panel)
    _by_hand(drawing)


def _panels(drawing: Drawing) -> tuple[Panel, ...]:
    tall, low = TALL * theme.LINE, LOW * theme.LINE
    money, count = amounts(drawing), "0;;"
    years = (Series("year_before", theme.GREY), Series("revenue", labels=money))
    spend, contacts, share = (
        Series("spend", labels=money),
        Series("contacts", labels=count),
        Series("conversion", labels='0" %"'),
    )
    charts = {
        "revenue": _of(drawing, "column", "months", years, "mmm yy", 40),
        "value": _of(drawing, "bar", "value_tags", (spend,)),
        "contacts": _of(drawing, "column", "months", (contacts,), "mmm", 40),
        "conversion": _of(drawing, "bar", "sources", (share,)),
        "nps": _of(drawing, "line", "quarters", (Series("nps", labels=theme.SCORE),)),
    }
    places = {
        "revenue": (UPPER, LEFT, (TWO_THIRDS, tall)),
        "value": (UPPER, RIGHT, (THIRD, tall)),
        "contacts": (LOWER, LEFT, (THIRD, low)),
        "conversion": (LOWER, MIDDLE, (THIRD, low)),
        "nps": (LOWER, RIGHT, (THIRD, low)),
    }
    return tuple(Panel(key, *places[key], chart) for key, chart in charts.items())


def _of(
    drawing: Drawing, kind: str, name: str, series: tuple[Series, ...], categories: str = "General", gap: int = 45
) -> Chart:
    return Chart(kind, name, PLACES[name], series, drawing.label(name), categories, gap)


def _titles(drawing: Drawing, panel: Panel) -> None:
    """The finding and its measure: words of the template until a refresh says more."""
    title = drawing.label("chart", panel.key)
    drawing.sheets[KEY].set_row_pixels(panel.row, theme.HEAD)
    line(drawing, f"title_{panel.key}", panel.row, panel.column, title, font_size=theme.HEAD_SIZE, bold=True)
    drawing.text(KEY, panel.row + 1, panel.column, drawing.label("measure", panel.key), **HINT, valign="top")


def _chart(drawing: Drawing, panel: Panel) -> None:
    top = panel.row + 2
    draw_chart(drawing, panel.chart, (top, panel.column), panel.size)
    vanishing(drawing, KEY, top + SENTENCE, panel.column, drawing.label("empty", panel.key), _filled(panel.chart))


def _filled(chart: Chart) -> str:
    """Whether a chart shows anything: bars have a label each, which a sentence would cover; else figures not zero."""
    spec, (row, column), key = BLOCK_SPECS[chart.block], chart.at, chart.series[-1].key
    if chart.kind == "bar":
        return f"COUNTA({xl_range_abs(row, column, row + spec.rows - 1, column)})>0"
    column += next(one.at for one in spec.columns if one.key == key)
    cells = xl_range_abs(row, column, row + spec.rows - 1, column)
    return f"COUNT({cells})>COUNTIF({cells},0)"


def _by_hand(drawing: Drawing) -> None:
    """Two charts whose titles never change: customers by stage, overdue by owner."""
    for name, key, column in (("stages", "customers", MIDDLE), ("owners", "overdue", RIGHT)):
        section(drawing, KEY, STAGES, column, drawing.label(f"{name}_chart"), drawing.label(f"{name}_measure"))
        chart = _of(drawing, "bar", name, (Series(key, labels="0"),))
        draw_chart(drawing, chart, (STAGES + 2, column), (THIRD, LOW * theme.LINE))
        vanishing(drawing, KEY, STAGES + 2 + SENTENCE, column, drawing.label("empty", name), _filled(chart))


def _total(drawing: Drawing) -> None:
    """The line below the months: bold, with a dark rule above."""
    row, shapes = MONTHS + 2 + BLOCK_SPECS["months"].rows, BLOCK_SPECS["months_total"].columns
    bold: dict[str, object] = {"bold": True, "top": 1, "top_color": theme.TEXT}
    for column in range(LEFT, LAST + 1):
        drawing.sheets[KEY].write_blank(row, column, None, drawing.look(**bold))
    drawing.text(KEY, row, LEFT, drawing.label("months_total"), **bold)
    for one in shapes:
        look = drawing.look(**bold, align="right", num_format=theme.SHAPES[one.shape])
        drawing.sheets[KEY].write_blank(row, LEFT + one.at, None, look)
    drawing.name("months_total", KEY, (row, LEFT, row, LAST))
    gone = drawing.paint(num_format=theme.HIDDEN, font_color=theme.PAPER, top=1, top_color=theme.PAPER)
    blank = {"type": "formula", "criteria": f'={xl_range_abs(MONTHS + 2, LEFT, MONTHS + 2, LEFT)}=""', "format": gone}
    drawing.sheets[KEY].conditional_format(row, LEFT, row, LAST, blank)


def _figures(drawing: Drawing) -> None:
    """The key figures, with how each is counted beside it."""
    section(drawing, KEY, FIGURES, LEFT, drawing.label("kpis"))
    line(drawing, "kpis_periods", FIGURES + 1, LEFT, drawing.label("kpis_hint"), **HINT, valign="top")
    top, shapes = FIGURES + 3, tuple(shape for _, shape in KPIS)
    heads(drawing, "kpis", top - 1, LEFT, WHOLE)
    drawing.name("kpis_heads", KEY, (top - 1, LEFT, top - 1, LEFT + BLOCK_SPECS["kpis_heads"].columns[-1].at))
    head: dict[str, object] = {**HINT, "bottom": 1, "bottom_color": theme.RULE_DARK}
    drawing.text(KEY, top - 1, LEFT, drawing.label("block", "kpis", "label"), **head)
    definition = LEFT + 7
    drawing.text(KEY, top - 1, definition, drawing.label("block", "kpis", "definition"), **head, indent=1)
    block(drawing, "kpis", top, LEFT, WHOLE, shapes)
    ruled: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE}
    for i, (key, _) in enumerate(KPIS):
        drawing.text(KEY, top + i, LEFT, drawing.label(key), **ruled)
        drawing.text(KEY, top + i, definition, drawing.label("definition", key), **ruled, **HINT, indent=1)
