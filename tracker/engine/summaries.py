"""The Summary sheet: every block of it, filled from one snapshot.

Blocks have a fixed size; what is not there is an empty cell, never a zero for want of data and never an error. What
the figures mean stands in `summaries_kpis`, what the sentences say in `summaries_titles`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tracker.engine import say
from tracker.engine import summaries_titles as titles
from tracker.engine.summaries_groups import items, sources, tags, team
from tracker.engine.summaries_kpis import converted
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.summaries_months import happened, key_rows, months, period_line, quarters
from tracker.engine.summaries_periods import Periods, periods
from tracker.engine.summaries_tiles import tiles
from tracker.model.plan import Block, Listing, Value
from tracker.schema.blocks import BLOCK_SPECS
from tracker.schema.snapshot import Snapshot

Row = Sequence[Value]
PERIODS = ("period_now", "period_before")


def summarise(ledger: Ledger, worklist: Listing | None = None) -> tuple[Block, ...]:
    """Every block of the Summary sheet.

    ``worklist`` says whose follow-ups are overdue; without it the due days of the customers do.
    """
    snapshot, spans = ledger.snapshot, periods_of(ledger.snapshot)
    by_month, total = months(ledger)
    key, figures = key_rows(ledger, spans)
    by_value, by_source = tags(ledger, "value", _rows("value_tags")), sources(ledger, spans.year, _rows("sources"))
    empty = not happened(ledger) and not len(ledger.rows)
    comparable = titles.comparable(ledger, figures, spans)
    found: dict[str, Iterable[Row]] = {
        "months": by_month,
        "months_total": total,
        "value_tags": by_value,
        "stages": tags(ledger, "stage", _rows("stages")),
        "sources": by_source,
        "quarters": quarters(ledger),
        "items": items(ledger, spans, _rows("items")),
        "owners": team(ledger, spans.year, worklist, _rows("owners")),
        "kpis": () if empty else key,
        "kpis_heads": [[snapshot.words.at("say", which, snapshot.settings.period) for which in PERIODS]],
        "kpis_periods": [[None if empty else period_line(snapshot, spans)]],
        "title_revenue": _lines(titles.revenue(ledger, figures, spans)),
        "title_value": _lines(titles.value(ledger, by_value)),
        "title_contacts": _lines(titles.contacts(ledger, by_month)),
        "title_conversion": _lines(titles.conversion(ledger, by_source, _converted(ledger))),
        "title_nps": _lines(titles.nps(ledger, figures)),
        "day_summary": [[day_line(snapshot, currency=True)]],
    }
    found |= {f"tile_summary_{k}": _lines(tile) for k, tile in tiles(snapshot.words, figures, comparable).items()}
    return tuple(block(name, rows) for name, rows in found.items())


def block(name: str, rows: Iterable[Row]) -> Block:
    """A block at its full size: blank below its rows, and wherever a figure is not a number."""
    spec = BLOCK_SPECS[name]
    cells = [tuple(_cell(value) for value in row) for row in rows]
    if len(cells) > spec.rows or any(len(row) != len(spec.columns) for row in cells):
        raise ValueError(f"block {name} has {spec.rows} rows of {len(spec.columns)}")
    blank: tuple[Value, ...] = (None,) * len(spec.columns)
    return Block(name, (*cells, *[blank] * (spec.rows - len(cells))))


def periods_of(snapshot: Snapshot) -> Periods:
    """The windows that the settings of a workbook ask for."""
    return periods(snapshot.today, snapshot.settings.period, int(snapshot.settings.fiscal_start))


def day_line(snapshot: Snapshot, currency: bool = False) -> str:
    """The day the figures are of; says so while it is pinned."""
    words, day = snapshot.words, say.long_day(snapshot.words, snapshot.today)
    line = words.say("day_pinned" if snapshot.pinned else "day_line", day=day)
    return words.say("day_currency", line=line, currency=snapshot.settings.currency) if currency else line


def _converted(ledger: Ledger) -> float:
    """The share of all customers ever touched who bought from then on, in percent."""
    touched = ~(ledger.first_touch != ledger.first_touch)
    many = int(touched.sum())
    return 100 * int((touched & converted(ledger, ledger.today)).sum()) / many if many else math.nan


def _lines(values: Iterable[Value]) -> list[Row]:
    return [[value] for value in values]


def _rows(name: str) -> int:
    return BLOCK_SPECS[name].rows


def _cell(value: Value) -> Value:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return None if math.isnan(value) else float(value)
    return value
