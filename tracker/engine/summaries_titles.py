"""The sentences of the summary: what each chart shows, said as a finding only where the numbers bear it.

A finding needs enough to stand on and a difference worth a sentence; the limits are the constants below. Otherwise the
title names the measure. Kept out: the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracker.engine import say
from tracker.engine.summaries_kpis import FEW_ANSWERS, nps_of
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.summaries_periods import Periods, month_is_over, quarter_edges
from tracker.model.plan import Value
from tracker.schema.blocks import MONTH_COLUMNS
from tracker.words import Words

Row = tuple[Value, ...]
Title = tuple[str, str]
Figures = Mapping[str, tuple[float, ...]]  # this period, the one before, 12 months, the 12 before

LEVEL_PERCENT = 2.0  # closer than this is level
TIMES_PERCENT = 200.0  # from three times on, times read better than percent
FEWEST_ORDERS = 5  # of a year, to compare it with another
WHOLE_YEAR_SLACK = 31  # days by which the first purchase may come later than the year it should fill
BIG_SHARE = 25.0  # percent of revenue that makes a tag worth naming
FEWEST_TOUCHED = 5  # customers of a source, to compare it
CLEAR_POINTS = 5.0  # points between two shares or scores that are a difference
NPS_SWING = 20.0  # points between two quarters that are more than chance among some 30 answers
CONTACTS_SWING = 25.0  # percent between two quarters of contacts that is a change
FEWEST_CONTACTS = 10


def revenue(ledger: Ledger, figures: Figures, periods: Periods) -> Title:
    """Revenue of 12 months against the year before."""
    words = ledger.snapshot.words
    if not len(ledger.lines.day):
        return _nothing(words, "revenue")
    _, _, now, before = figures["revenue"]
    return _revenue_finding(ledger, figures, periods, now, before), _revenue_measure(ledger)


def comparable(ledger: Ledger, figures: Figures, periods: Periods) -> bool:
    """Whether the year before was a whole year of sales, and both have orders enough to be compared."""
    days = ledger.lines.day
    whole = len(days) > 0 and float(days.min()) <= periods.year_before.start + WHOLE_YEAR_SLACK
    return whole and min(figures["orders"][2:]) >= FEWEST_ORDERS and figures["revenue"][3] > 0


def value(ledger: Ledger, rows: Sequence[Row]) -> Title:
    """Which value tag brings how much of annual revenue."""
    words, currency = ledger.snapshot.words, ledger.snapshot.settings.currency
    if not len(ledger.lines.day) or not rows:
        return _nothing(words, "value")
    measure = words.say("value_measure", currency=currency, since=say.short_day(words, ledger.snapshot.spend_from))
    tags = [(str(label), share) for label, _, _, share in rows if label != words.say("no_value")]
    label, share = max(tags, key=lambda tag: _number(tag[1]), default=("", None))
    if not _number(share) >= BIG_SHARE:  # blank where there is no revenue to share
        return _name(words, "value"), measure
    return words.say("value_finding", tag=label, share=say.amount(words, _number(share))), measure


def contacts(ledger: Ledger, months: Sequence[Row]) -> Title:
    """How many contacts a month, or that they became clearly more or fewer."""
    words = ledger.snapshot.words
    if not np.isfinite(ledger.contact_days).any():
        return _nothing(words, "contacts")
    at = [column.key for column in MONTH_COLUMNS].index("contacts")
    counts = [_number(row[at]) for row in months]
    whole = counts if month_is_over(ledger.today) else counts[:-1]  # the running month is no month yet
    return _contacts_finding(words, whole), _measure(words, "contacts")


def conversion(ledger: Ledger, rows: Sequence[Row], overall: float) -> Title:
    """Which source converts best."""
    words = ledger.snapshot.words
    if not rows:
        return _nothing(words, "conversion")
    known = {words.say("unknown"), words.say("others")}
    fair = [(str(label), _number(share)) for label, share, many, _ in rows if _number(many) >= FEWEST_TOUCHED]
    named = [row for row in fair if row[0] not in known]
    if len(fair) >= 2 and named and named[0] == fair[0] and fair[0][1] - fair[1][1] >= CLEAR_POINTS:
        finding = words.say("conversion_best", source=named[0][0])
    elif not np.isnan(overall):
        finding = words.say("conversion_overall", share=say.amount(words, overall))
    else:
        finding = _name(words, "conversion")
    return finding, _measure(words, "conversion")


def nps(ledger: Ledger, figures: Figures) -> Title:
    """Whether customers recommend the company more than a year ago."""
    words = ledger.snapshot.words
    if not np.isfinite(ledger.nps).any():
        return _nothing(words, "nps")
    now, before = figures["nps"][2:]
    answers, earlier = figures["nps_answers"][2:]
    finding = _nps_turn(ledger) or _nps_finding(words, now, before, answers, earlier)
    return finding, _measure(words, "nps")


def _revenue_finding(ledger: Ledger, figures: Figures, periods: Periods, now: float, before: float) -> str:
    words = ledger.snapshot.words
    if not comparable(ledger, figures, periods):
        currency = ledger.snapshot.settings.currency
        return words.say("revenue_plain", amount=say.amount(words, now), currency=currency)
    percent = 100 * (now - before) / before
    if abs(percent) < LEVEL_PERCENT:
        return words.say("revenue_level")
    if percent >= TIMES_PERCENT:
        return words.say("revenue_times", times=f"{now / before:.1f}".replace(".", words.say("point")))
    return words.say("revenue_above" if percent > 0 else "revenue_below", percent=say.amount(words, abs(percent)))


def _revenue_measure(ledger: Ledger) -> str:
    words, today = ledger.snapshot.words, ledger.today
    measure = words.say("revenue_measure", currency=ledger.snapshot.settings.currency)
    if month_is_over(today):
        return measure
    day = say.short_day(words, today)
    return f"{measure} {words.say('running_month', month=say.month_name(words, today), day=day)}"


def _contacts_finding(words: Words, whole: Sequence[float]) -> str:
    first = next((i for i, many in enumerate(whole) if many), len(whole))
    lived = whole[first:]
    if not lived or float(np.median(lived)) < 1:
        return _name(words, "contacts")
    late, early = sum(lived[-3:]), sum(lived[-6:-3])
    if len(lived) >= 6 and min(late, early) >= FEWEST_CONTACTS:
        percent = 100 * (late - early) / early
        if abs(percent) >= CONTACTS_SWING:
            return words.say("contacts_up" if percent > 0 else "contacts_down", percent=say.amount(words, abs(percent)))
    return say.count(words, "contacts_about", float(np.median(lived)))


def _nps_finding(words: Words, now: float, before: float, answers: float, earlier: float) -> str:
    if np.isnan(now):
        return _name(words, "nps")
    score = say.signed(words, now)
    if answers < FEW_ANSWERS:
        return say.count(words, "nps_few", answers, score=score)
    if earlier < FEW_ANSWERS:
        return words.say("nps_plain", score=score)
    if abs(now - before) < CLEAR_POINTS:
        return words.say("nps_level", score=score)
    return words.say("nps_more" if now > before else "nps_less", score=score, before=say.signed(words, before))


def _nothing(words: Words, chart: str) -> Title:
    """What a chart is called while it is empty: as the template left it."""
    return _name(words, chart), _measure(words, chart)


def _name(words: Words, chart: str) -> str:
    return words.at("label", "chart", chart)


def _measure(words: Words, chart: str) -> str:
    return words.at("label", "measure", chart)


def _nps_turn(ledger: Ledger) -> str:
    """That the running quarter is clearly another than the one before; empty when it is not, or nobody can tell."""
    words, start = ledger.snapshot.words, int(ledger.snapshot.settings.fiscal_start)
    found = nps_of(ledger, quarter_edges(ledger.today, start))
    before, now = found["nps"][-2:]
    enough = min(found["nps_answers"][-2:]) >= FEW_ANSWERS
    if not enough or abs(now - before) < NPS_SWING:
        return ""
    key = "nps_rose" if now > before else "nps_fell"
    return words.say(key, score=say.signed(words, now), before=say.signed(words, before))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
