"""The tables of the summary that go by time: 12 months beside the year before, their total, 8 quarters, key figures.

Blank from top to bottom while there is nothing to count, labels too, so that empty charts show no axes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tracker.engine import say
from tracker.engine.summaries_kpis import change, key_figures, measures, new_customers
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.summaries_periods import Periods, bucket, month_edges, month_is_over, quarter_edges
from tracker.engine.summaries_periods import year_before_edges as before_edges
from tracker.facts.calendar import from_serial
from tracker.facts.windows import Numbers, Window
from tracker.model.plan import Value
from tracker.schema.blocks import KPIS, MONTH_COLUMNS
from tracker.schema.snapshot import Snapshot

Row = tuple[Value, ...]
KEYS = tuple(column.key for column in MONTH_COLUMNS)
SOURCE_OF = {"average_order": "average_net"}  # what the months table calls otherwise


def months(ledger: Ledger) -> tuple[list[Row], list[Row]]:
    """The rows of the last 12 months, and the one row of their total."""
    if not happened(ledger):
        return [], []
    edges, before = month_edges(ledger.today), before_edges(ledger.today, month_is_over(ledger.today))
    rows = _columns(ledger, edges, before)
    rows["new_customers"] = new_customers(ledger, edges)
    total = _columns(ledger, edges[[0, -1]], before[[0, -1]])
    total["new_customers"] = rows["new_customers"].sum(keepdims=True)
    rows["month"] = edges[:-1] + 1
    return _rows(rows, KEYS), _rows(total, KEYS[1:])


def quarters(ledger: Ledger) -> list[Row]:
    """NPS, CSAT and the number of NPS answers of the last 8 quarters."""
    if not (np.isfinite(ledger.nps).any() or np.isfinite(ledger.csat).any()):
        return []
    start = int(ledger.snapshot.settings.fiscal_start)
    edges = quarter_edges(ledger.today, start)
    found = measures(ledger, edges)
    labels = [quarter_name(ledger.snapshot, float(edge) + 1) for edge in edges[:-1]]
    numbers = (found["nps"], found["csat"], _answers(ledger, edges))
    return [(label, *row) for label, *row in zip(labels, *numbers, strict=True)]


def key_rows(ledger: Ledger, periods: Periods) -> tuple[list[Row], Mapping[str, tuple[float, ...]]]:
    """The key figures of this period, the one before, 12 months and the 12 before: as rows, and by key."""
    windows = (periods.now, periods.before, periods.year, periods.year_before)
    found = [key_figures(ledger, window) for window in windows]
    by_key = {key: tuple(figures[key] for figures in found) for key in found[0]}
    return [by_key[key] for key, _ in KPIS], by_key


def quarter_name(snapshot: Snapshot, first: float) -> str:
    """What a quarter is called: Q1 26, or Q1 25/26 where the year does not begin in January."""
    day, start = from_serial(first), int(snapshot.settings.fiscal_start)
    assert day is not None
    number = (day.month - start) % 12 // 3 + 1
    year = day.year - (day.month < start)
    key = "quarter" if start == 1 else "fiscal_quarter"
    return snapshot.words.say(key, number=number, year=f"{year % 100:02d}", next=f"{(year + 1) % 100:02d}")


def period_line(snapshot: Snapshot, periods: Periods) -> str:
    """Which days the four columns of the key figures are of."""
    words, period = snapshot.words, snapshot.settings.period
    return words.say(
        "periods",
        this=words.at("say", "period_now", period),
        last=words.at("say", "period_before", period),
        now=_from_to(snapshot, periods.now),
        before=_from_to(snapshot, periods.before),
        year=_from_to(snapshot, periods.year),
        year_before=_from_to(snapshot, periods.year_before),
    )


def happened(ledger: Ledger) -> bool:
    """Whether there was ever a purchase or an interaction up to the day."""
    return bool(len(ledger.lines.day)) or bool(np.isfinite(ledger.started).any())


def _columns(ledger: Ledger, edges: Numbers, before: Numbers) -> dict[str, Numbers]:
    now, then = measures(ledger, edges), measures(ledger, before)
    found = {key: now[SOURCE_OF.get(key, key)] for key in KEYS if SOURCE_OF.get(key, key) in now}
    return {**found, "year_before": then["revenue"], "change": change(now["revenue"], then["revenue"])}


def _rows(columns: Mapping[str, Numbers], keys: tuple[str, ...]) -> list[Row]:
    return [tuple(row) for row in zip(*(columns[key].tolist() for key in keys), strict=True)]


def _answers(ledger: Ledger, edges: Numbers) -> Numbers:
    """How many interactions carry an answer of either kind."""
    given = np.isfinite(ledger.nps) | np.isfinite(ledger.csat)
    at = bucket(ledger.started, edges)[given]
    return np.bincount(at[at >= 0], minlength=len(edges) - 1).astype(np.float64)


def _from_to(snapshot: Snapshot, window: Window) -> str:
    first, last = (say.short_day(snapshot.words, day) for day in (window.start + 1, window.end))
    return snapshot.words.say("from_to", first=first, last=last) if first != last else last
