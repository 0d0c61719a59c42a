"""Native charts over blocks of fixed size, without chart junk: no title, legend, grid or value axis.

Titles are cells, so that Refresh can say the finding without touching a chart; charts are transparent, so that a
sentence in the cell below them shows while the block is blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.schema.blocks import BLOCK_SPECS
from tracker.template import theme
from tracker.template.book import Drawing

SMALL = 9


@dataclass(frozen=True)
class Series:
    """One series: a column of the block, its colour, the number format of its labels (none: no labels)."""

    key: str
    color: Any = theme.ACCENT
    labels: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: its kind, the block it reads and where that stands, its series, and how the categories are shown."""

    kind: str  # column, bar or line
    block: str
    at: tuple[int, int]  # top left cell of the block
    series: Sequence[Series]
    name: str  # said to whoever cannot see it
    categories: str = "General"
    gap: int = 45
    axis: bool = True
    layout: dict[str, float] = field(default_factory=dict)
    points: Sequence[dict[str, Any] | None] = ()
    rows: int = 0  # of the block that are drawn, from the top; 0: all


def draw_chart(drawing: Drawing, chart: Chart, place: tuple[int, int], size: tuple[int, int], on: str = "") -> None:
    """Draw a chart over the cells at ``place``, ``size`` in pixels, on the sheet of its block unless ``on`` another."""
    spec = BLOCK_SPECS[chart.block]
    sheet = drawing.words.sheet(spec.sheet)
    drawn = drawing.file.add_chart({"type": chart.kind})
    for series in chart.series:
        drawn.add_series(
            {
                "categories": [sheet, *_area(chart, spec.columns[0].key)],
                "values": [sheet, *_area(chart, series.key)],
                **_series_look(chart, series),
            }
        )
    _axes(drawn, chart)
    drawn.set_legend({"none": True})
    drawn.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    drawn.set_plotarea({"fill": {"none": True}, **({"layout": chart.layout} if chart.layout else {})})
    drawn.set_size({"width": size[0], "height": size[1]})
    drawing.sheets[on or spec.sheet].insert_chart(*place, drawn, {"object_position": 1, "description": chart.name})


def _area(chart: Chart, key: str) -> tuple[int, int, int, int]:
    spec = BLOCK_SPECS[chart.block]
    column = chart.at[1] + next(one.at for one in spec.columns if one.key == key)
    return chart.at[0], column, chart.at[0] + (chart.rows or spec.rows) - 1, column


def _series_look(chart: Chart, series: Series) -> dict[str, object]:
    look: dict[str, Any] = {
        "fill": {"color": series.color},
        "border": {"none": True},
        "gap": chart.gap,
        "overlap": 0,
    }
    if chart.kind == "line":
        marker = {"type": "circle", "size": 6, "fill": {"color": series.color}, "border": {"color": theme.PAPER}}
        look = {"line": {"color": series.color, "width": 2.25}, "marker": marker}
    if chart.points:
        look["points"] = list(chart.points)
    if series.labels:
        look["data_labels"] = {
            "value": True,
            "num_format": series.labels,
            "font": {"size": SMALL, "color": theme.TEXT},
            "position": "above" if chart.kind == "line" else "outside_end",
        }
        if chart.kind == "line":
            look["data_labels"] |= {"fill": {"color": theme.PAPER}}  # a steep line does not cross the figure
    return look


def _axes(drawn: Any, chart: Chart) -> None:
    category = {
        "num_font": {"size": SMALL, "color": theme.HINT},
        "line": {"color": theme.RULE} if chart.kind == "column" else {"none": True},
        "visible": chart.axis,
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "num_format": chart.categories,
        "text_axis": True,
        "label_position": "low",
        "reverse": chart.kind == "bar",
    }
    value = {"visible": False, "major_gridlines": {"visible": False}}
    drawn.set_x_axis(value if chart.kind == "bar" else category)
    drawn.set_y_axis(category if chart.kind == "bar" else value)


def amounts(drawing: Drawing) -> str:
    """Labels of amounts: in thousands from 10,000 on, nothing at zero."""
    return f'[<0]-#,##0;[>=10000]#,##0,"{drawing.label("thousand")}";#,###'
