"""The measures of the summary, each defined once: what it is, over any window of days.

The definitions are fixed and stand beside the numbers on the sheet. A figure that cannot be had, such as a share of
nothing, is NaN and becomes an empty cell. Kept out: which windows, and where a figure is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.engine.summaries_ledger import Ledger, Mask
from tracker.engine.summaries_periods import bucket, edges_of
from tracker.facts.windows import Numbers, Window, latest

EVER = -np.inf
MONEY_DIGITS, RATE_DIGITS = 2, 1
FEW_ANSWERS = 30  # SPEC: an NPS of fewer is flagged


def measures(ledger: Ledger, edges: Numbers) -> Mapping[str, Numbers]:
    """What can be counted event by event, for each stretch between two edges; arrays of shape (edges − 1,)."""
    sales, talks = _sales(ledger, edges), _talks(ledger, edges)
    return {**sales, **talks, **nps_of(ledger, edges), **csat_of(ledger, edges)}


def key_figures(ledger: Ledger, window: Window) -> Mapping[str, float]:
    """Every measure of one window."""
    counted = {key: float(values[0]) for key, values in measures(ledger, edges_of(window)).items()}
    return {
        **counted,
        **_customers(ledger, window),
        **_conversion(ledger, window),
        **_resolution(ledger, window),
    }


def nps_of(ledger: Ledger, edges: Numbers) -> Mapping[str, Numbers]:
    """NPS: the share of 9 and 10 less the share of 0 to 6, in points; and how many answered."""
    at, given = bucket(ledger.started, edges), ledger.nps
    size = len(edges) - 1
    answers = _count(at[~np.isnan(given)], size)
    happy, unhappy = _count(at[given >= 9], size), _count(at[given <= 6], size)
    return {"nps": rate(happy - unhappy, answers), "nps_answers": _if(ledger.started, answers)}


def csat_of(ledger: Ledger, edges: Numbers) -> Mapping[str, Numbers]:
    """CSAT: the share of 4 and 5 among answers from 1 to 5, in percent; and how many answered."""
    at, given = bucket(ledger.started, edges), ledger.csat
    size = len(edges) - 1
    answers = _count(at[~np.isnan(given)], size)
    return {"csat": rate(_count(at[given >= 4], size), answers), "csat_answers": answers}


def new_customers(ledger: Ledger, edges: Numbers) -> Numbers:
    """Customers at the end of each stretch who were none at its start: new, or back after 12 months."""
    if not len(ledger.lines.day):
        return np.full(len(edges) - 1, np.nan)
    at = [ledger.bought_by(float(edge)) for edge in edges]
    return np.array([float((end & ~start).sum()) for start, end in pairwise(at)])


def rate(part: Numbers, whole: Numbers) -> Numbers:
    """A share in percent; NaN where there is nothing to have a share of."""
    return np.round(_divided(100 * part, whole), RATE_DIGITS)


def change(now: Numbers, before: Numbers) -> Numbers:
    """How much more than before, in whole percent, so that no arrow stands beside a 0; NaN where there was nothing."""
    return np.round(_divided(100 * (now - before), np.where(before > 0, before, 0.0))) + 0.0


def _sales(ledger: Ledger, edges: Numbers) -> dict[str, Numbers]:
    lines, orders, size = ledger.lines, ledger.orders, len(edges) - 1
    at = bucket(lines.day, edges)
    sold, back = (_total(at[keep], lines.net[keep], size) for keep in (~lines.returned, lines.returned))
    number = _count(bucket(orders.day, edges), size)
    return {
        "revenue": _if(lines.day, _money(sold + back)),
        "returns": _if(lines.day, _money(-back)),
        "orders": _if(lines.day, number),
        "average_gross": _money(_divided(sold, number)),
        "average_net": _money(_divided(sold + back, number)),
    }


def _talks(ledger: Ledger, edges: Numbers) -> dict[str, Numbers]:
    size = len(edges) - 1
    contacts = _count(bucket(ledger.contact_days, edges), size)
    complaints = _count(bucket(ledger.complaints.day, edges), size)
    return {"contacts": _if(ledger.started, contacts), "complaints": _if(ledger.started, complaints)}


def _customers(ledger: Ledger, window: Window) -> dict[str, float]:
    """Customers at the end, those who are new, how many of those at the start stayed, how many bought again.

    Retention = (customers at the end − new ones) / customers at the start; churn is the rest. Repeat rate: of those
    who bought in the window, who bought at least twice in it.
    """
    if not len(ledger.lines.day):
        return dict.fromkeys(("customers", "new_customers", "retention", "churn", "repeat_rate"), np.nan)
    start, end = ledger.bought_by(window.start), ledger.bought_by(window.end)
    kept = float(np.round(_share(float((start & end).sum()), float(start.sum()))))  # whole, so that both add up to 100
    deals = ledger.deals
    bought = np.bincount(deals.customer[deals.during(window, ledger.size)], minlength=ledger.size)[ledger.codes]
    return {
        "customers": float(end.sum()),
        "new_customers": float((end & ~start).sum()),
        "retention": kept,
        "churn": 100 - kept,
        "repeat_rate": _share(float((bought >= 2).sum()), float((bought >= 1).sum())),
    }


def _conversion(ledger: Ledger, window: Window) -> dict[str, float]:
    """Of the customers first touched in the window, who bought from then on; and how many came by referral."""
    touched = window.contains(ledger.first_touch)
    if not len(ledger.rows):
        return {"conversion": np.nan, "referred": np.nan}
    referred = touched & (ledger.text("referrer_id") != "")
    share = _share(float((touched & converted(ledger, window.end)).sum()), float(touched.sum()))
    return {"conversion": share, "referred": float(referred.sum())}


def converted(ledger: Ledger, day: float) -> Mask:
    """Which customers have a deal on or after their first touch, up to a day; shape of ``ledger.rows``."""
    if not ledger.size:
        return np.zeros(0, bool)
    last_deal = latest(ledger.deals, Window(EVER, day), ledger.size)[ledger.codes]
    return np.asarray(last_deal >= ledger.first_touch, bool)


def _resolution(ledger: Ledger, window: Window) -> dict[str, float]:
    """Complaints of the window that were resolved by its end; days taken by those resolved in it; open ones apart."""
    found = ledger.complaints
    came = window.contains(found.day)
    solved = came & (found.resolved <= window.end)
    taken = found.days_taken[window.contains(found.resolved)]
    taken = taken[~np.isnan(taken)]
    middle, slow = np.percentile(taken, [50, 90]) if len(taken) else (np.nan, np.nan)
    any_talk = bool((~np.isnan(ledger.started)).any())
    return {
        "resolution_rate": _share(float(solved.sum()), float(came.sum())),
        "resolution_median": round(float(middle), RATE_DIGITS),
        "resolution_p90": round(float(slow), RATE_DIGITS),
        "complaints_open": float(found.open_on(window.end).sum()) if any_talk else np.nan,
    }


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, RATE_DIGITS) if whole else float("nan")


def _divided(part: Numbers, whole: Numbers) -> Numbers:
    return np.where(whole == 0, np.nan, part / np.where(whole == 0, 1.0, whole))


def _money(values: Numbers) -> Numbers:
    return np.round(values, MONEY_DIGITS) + 0.0  # + 0.0: no minus zero


def _count(at: NDArray[np.int64], size: int) -> Numbers:
    return np.bincount(at[at >= 0], minlength=size).astype(np.float64)


def _total(at: NDArray[np.int64], amounts: Numbers, size: int) -> Numbers:
    return np.bincount(at[at >= 0], amounts[at >= 0], size).astype(np.float64)


def _if(days: Numbers, values: Numbers) -> Numbers:
    """The values, or nothing at all when there was never an event to count."""
    return values if np.isfinite(days).any() else np.full_like(values, np.nan)
