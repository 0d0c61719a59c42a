"""The blocks of fixed size on the tool sheets: what refresh writes there and what the charts read.

A contract between the template, which decides where a block stands and draws it, and the engine, which fills it. A
block is found by its defined name, so staff may insert rows above it. Lists that grow are tables, not blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.schema.worklist import CUSTOMER_LINK


class Shape(StrEnum):
    """How a cell of a block is formatted."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"  # whole number of percent
    CHANGE = "change"  # percent with ▲ or ▼
    RATE = "rate"  # one decimal
    SCORE = "score"  # −100 … 100, with sign
    DATE = "date"
    MONTH = "month"  # the first day of a month
    LATE = "late"  # days with sign
    FIGURE = "figure"  # the large figure of a tile; what unit it has stands in TILES
    MOVED = "moved"  # more or fewer, with sign
    BESIDE = "beside"  # a count or an amount whose right neighbour has a bar behind it
    LINK = "link"


@dataclass(frozen=True)
class BlockColumn:
    """One column of a block: how many sheet columns right of the block's left edge it stands, and its shape.

    ``formula``, in column keys, stands behind the text of every row whose cells it reads are filled; a bare ``[key]``
    is a cell of the block's own row.
    """

    key: str
    at: int
    shape: Shape
    formula: str = ""


@dataclass(frozen=True)
class BlockSpec:
    """A block: its defined name, the key of its sheet, how many rows it always has, its columns.

    ``labels``: codes whose words (section ``label``) stand in the first column for good, written by the template.
    """

    name: str
    sheet: str
    rows: int
    columns: tuple[BlockColumn, ...]
    labels: tuple[str, ...] = ()


def _columns(*parts: tuple[str, int, Shape] | tuple[str, int, Shape, str]) -> tuple[BlockColumn, ...]:
    return tuple(BlockColumn(*part) for part in parts)


def _line(name: str, sheet: str, rows: int = 1) -> BlockSpec:
    return BlockSpec(name, sheet, rows, _columns(("text", 0, Shape.TEXT)))


TEXT, COUNT, MONEY, PERCENT = Shape.TEXT, Shape.COUNT, Shape.MONEY, Shape.PERCENT

# A tile is two cells below each other: the figure, and a note. Its label is a word of the template.
TILES: dict[str, tuple[tuple[str, Shape], ...]] = {
    "home": (
        ("overdue", COUNT),
        ("due_today", COUNT),
        ("upcoming", COUNT),
        ("customers", COUNT),
        ("revenue_12m", MONEY),
        ("problems", COUNT),
    ),
    "summary": (
        ("revenue", MONEY),
        ("orders", COUNT),
        ("average_order", MONEY),
        ("retention", PERCENT),
        ("nps", Shape.SCORE),
        ("csat", PERCENT),
    ),
}
TILE_BLOCKS = tuple(
    BlockSpec(f"tile_{sheet}_{key}", sheet, 2, _columns(("value", 0, Shape.FIGURE)))
    for sheet, tiles in TILES.items()
    for key, _ in tiles
)
# "As of …" at the right edge of each tool sheet; painted red while a day is pinned.
DAY_LINES = tuple(_line(f"day_{sheet}", sheet) for sheet in ("home", "followups", "summary", "segments", "problems"))
# A finding in bold and, below it, the measure and its unit.
CHART_TITLES = tuple(
    _line(f"title_{key}", "summary", 2) for key in ("revenue", "value", "contacts", "conversion", "nps")
)

HOME_BLOCKS = (
    _line("home_since", "home"),  # "What changed since …"
    # Due today, overdue, new complaints, who moved with money, who is about to leave a tag.
    BlockSpec("home_changes", "home", 5, _columns(("count", 0, COUNT), ("sentence", 1, TEXT))),
    BlockSpec(
        "home_first",
        "home",
        8,
        _columns(
            ("state", 0, TEXT),
            ("customer", 1, TEXT),
            ("why", 3, TEXT),
            ("days_late", 7, Shape.LATE),
            ("owner", 8, TEXT),
        ),
    ),
    BlockSpec("home_ahead", "home", 8, _columns(("day", 0, Shape.DATE), ("count", 1, COUNT))),
    _line("home_refreshed", "home", 2),
    # Red, and blank while all is well: a day is pinned, a setting is out of its range.
    _line("home_warning", "home", 1),
)
LIST_BLOCKS = (
    BlockSpec(
        "followups_counts",
        "followups",
        1,
        _columns(
            ("overdue", 0, TEXT), ("today", 2, TEXT), ("upcoming", 3, TEXT), ("not_applied", 4, TEXT), ("rest", 5, TEXT)
        ),
    ),
    BlockSpec(
        "problems_counts", "problems", 1, _columns(("errors", 0, TEXT), ("warnings", 2, TEXT), ("infos", 4, TEXT))
    ),
)

# The rules in words, as many as there is room for: what more there is stands on Rules.
GUIDE_BLOCKS = (
    BlockSpec(
        "guide_rules",
        "guide",
        24,
        _columns(("dimension", 0, TEXT), ("tag", 1, TEXT), ("rule", 3, TEXT), ("cadence", 13, TEXT)),
    ),
)

MONTHS, QUARTERS, SOURCES, TEAM_ROWS, ITEMS = 12, 8, 8, 10, 10
MONTH_COLUMNS = _columns(
    ("month", 0, Shape.MONTH),
    ("revenue", 1, MONEY),
    ("year_before", 2, MONEY),
    ("change", 3, Shape.CHANGE),
    ("orders", 5, COUNT),
    ("average_order", 6, MONEY),
    ("returns", 7, MONEY),
    ("contacts", 8, COUNT),
    ("new_customers", 10, COUNT),
    ("complaints", 11, COUNT),
    ("nps", 12, Shape.SCORE),
    ("csat", 13, PERCENT),
)
TAG_COLUMNS = _columns(("tag", 0, TEXT), ("customers", 1, COUNT), ("spend", 2, MONEY), ("share", 3, PERCENT))

# The measures of the "key figures" block; their definitions stand beside them as words.
KPIS: tuple[tuple[str, Shape], ...] = (
    ("customers", COUNT),
    ("new_customers", COUNT),
    ("revenue", MONEY),
    ("returns", MONEY),
    ("orders", COUNT),
    ("average_gross", MONEY),
    ("average_net", MONEY),
    ("repeat_rate", PERCENT),
    ("retention", PERCENT),
    ("churn", PERCENT),
    ("conversion", PERCENT),
    ("referred", COUNT),
    ("contacts", COUNT),
    ("complaints", COUNT),
    ("resolution_rate", PERCENT),
    ("resolution_median", Shape.RATE),
    ("resolution_p90", Shape.RATE),
    ("complaints_open", COUNT),
    ("nps", Shape.SCORE),
    ("nps_answers", COUNT),
    ("csat", PERCENT),
)
SUMMARY_BLOCKS = (
    BlockSpec("months", "summary", MONTHS, MONTH_COLUMNS),
    BlockSpec("months_total", "summary", 1, MONTH_COLUMNS[1:]),
    BlockSpec("value_tags", "summary", 6, TAG_COLUMNS),
    BlockSpec("stages", "summary", 5, TAG_COLUMNS),
    BlockSpec(
        "sources",
        "summary",
        SOURCES,
        _columns(("source", 0, TEXT), ("conversion", 1, PERCENT), ("touched", 2, COUNT), ("revenue", 3, MONEY)),
    ),
    BlockSpec(
        "quarters",
        "summary",
        QUARTERS,
        _columns(("quarter", 0, TEXT), ("nps", 1, Shape.SCORE), ("csat", 2, PERCENT), ("answers", 3, COUNT)),
    ),
    BlockSpec(
        "items",
        "summary",
        ITEMS,
        _columns(("item", 0, TEXT), ("revenue", 6, MONEY), ("before", 7, MONEY), ("change", 8, Shape.CHANGE)),
    ),
    BlockSpec(
        "owners",
        "summary",
        TEAM_ROWS,
        _columns(("owner", 0, TEXT), ("customers", 1, COUNT), ("contacts", 2, COUNT), ("overdue", 3, COUNT)),
    ),
    # Shapes differ by row (KPIS); this period, the previous one, the last 12 months, the 12 before.
    BlockSpec(
        "kpis",
        "summary",
        len(KPIS),
        _columns(("period", 2, COUNT), ("before", 3, COUNT), ("year", 5, COUNT), ("year_before", 6, COUNT)),
        labels=tuple(key for key, _ in KPIS),
    ),
    _line("kpis_periods", "summary", 1),
    # What the running period and the one before are called: this month, or this quarter.
    BlockSpec("kpis_heads", "summary", 1, _columns(("period", 2, TEXT), ("before", 3, TEXT))),
)

# A line for each tag of each dimension of Rules; more tags than lines are added up inside their dimension.
SEGMENT_ROWS, LIST_ROWS = 28, 12
SEGMENT_TITLES = tuple(_line(f"title_segments_{key}", "segments", 2) for key in ("stage", "value", "moved"))
SEGMENT_BLOCKS = (
    BlockSpec(
        "segments",
        "segments",
        SEGMENT_ROWS,
        _columns(
            ("dimension", 0, TEXT),
            ("tag", 1, TEXT),
            ("customers", 2, Shape.BESIDE),
            ("share", 3, PERCENT),
            ("spend", 4, Shape.BESIDE),
            ("spend_share", 5, PERCENT),
            ("csat", 6, PERCENT),
            ("repeat_rate", 7, PERCENT),
            ("moved", 8, Shape.MOVED),
            ("moved_spend", 9, Shape.MOVED),
            ("month", 10, Shape.MOVED),
            ("month_spend", 11, Shape.MOVED),
        ),
    ),
    # Since which day each of the two movements is.
    BlockSpec("segments_heads", "segments", 1, _columns(("moved", 8, TEXT), ("month", 10, TEXT))),
    BlockSpec(
        "segments_moved",
        "segments",
        LIST_ROWS,
        _columns(
            ("customer", 0, Shape.LINK, CUSTOMER_LINK),
            ("customer_id", 2, TEXT),
            ("from_to", 4, TEXT),
            ("why", 6, TEXT),
            ("spend", 11, MONEY),
        ),
    ),
    _line("segments_leaving_hint", "segments"),
    BlockSpec(
        "segments_leaving",
        "segments",
        LIST_ROWS,
        _columns(
            ("customer", 0, Shape.LINK, CUSTOMER_LINK), ("customer_id", 1, TEXT), ("tag", 2, TEXT), ("days", 3, COUNT)
        ),
    ),
)
BLOCKS = (
    TILE_BLOCKS
    + DAY_LINES
    + CHART_TITLES
    + HOME_BLOCKS
    + LIST_BLOCKS
    + SUMMARY_BLOCKS
    + SEGMENT_TITLES
    + SEGMENT_BLOCKS
    + GUIDE_BLOCKS
)
BLOCK_SPECS = {block.name: block for block in BLOCKS}
