"""The tables of the summary that go by a word: value tag, stage, source, item, owner.

Each has a fixed number of rows. What does not fit is added up in a last row, so that a total stays a total. Kept out:
months and quarters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.engine.summaries_kpis import change, converted
from tracker.engine.summaries_ledger import Ledger, Mask, Texts, grouped
from tracker.engine.summaries_periods import Periods
from tracker.facts.windows import Numbers, Window
from tracker.model.plan import Listing, Value
from tracker.schema.lists import LIST_SPECS
from tracker.schema.snapshot import Snapshot, fold

Row = tuple[Value, ...]
Counted = tuple[str, tuple[float, ...]]  # a label and what is added up for it
Groups = NDArray[np.int64]


def tags(ledger: Ledger, dimension: str, rows: int) -> list[Row]:
    """Customers, annual spend and its share by tag, in the order of the rules; those without a tag last."""
    snapshot, given = ledger.snapshot, ledger.text(f"tag_{dimension}")
    sold = len(ledger.lines.day) > 0
    if not len(given) or (dimension == "value" and not sold):
        return []
    spend = np.nan_to_num(ledger.number("spend_12m"))
    order = [tag for tag in tag_order(snapshot, dimension, given) if tag]
    groups = [(snapshot.lists[f"tag_{dimension}"].label(tag), np.asarray(given == tag, bool)) for tag in order]
    if (given == "").any():
        groups.append((snapshot.words.say(f"no_{dimension}"), np.asarray(given == "", bool)))
    counted: list[Counted] = [(label, (float(mask.sum()), float(spend[mask].sum()))) for label, mask in groups]
    whole = float(spend.sum())
    return [
        (label, many, round(money, 2) if sold else None, _share(money, whole))
        for label, (many, money) in _fitted(counted, rows, snapshot.words.say("others"))
    ]


def tag_order(snapshot: Snapshot, dimension: str, given: Texts) -> list[str]:
    """The tags of a dimension: as the Rules sheet orders them, then any that customers bear besides."""
    rules, known = snapshot.frames["Rules"], snapshot.lists[f"tag_{dimension}"].codes
    spelled = {fold(dimension), fold(snapshot.words.choice("dimension", dimension))}
    named = [
        known.get(fold(tag), tag.strip())
        for where, tag in zip(rules.text("dimension"), rules.text("tag"), strict=True)
        if fold(where) in spelled
    ]
    return list(dict.fromkeys([*(named or LIST_SPECS[f"tag_{dimension}"].codes), *sorted(set(given) - {""})]))


def sources(ledger: Ledger, year: Window, rows: int) -> list[Row]:
    """By source: the share of touched customers who bought from then on, how many were touched, revenue of the year."""
    snapshot, given = ledger.snapshot, ledger.text("source")
    touched = ~np.isnan(ledger.first_touch)
    if not touched.any():
        return []
    bought = touched & converted(ledger, ledger.today)
    names, group = grouped(given)
    many, won = (np.bincount(group[mask], minlength=len(names)) for mask in (touched, bought))
    money = _by_customer(ledger, year, group, len(names))
    labels = [snapshot.lists["source"].label(name) if name else snapshot.words.say("unknown") for name in names]
    counted: list[Counted] = [
        (label, (float(n), float(w), float(m)))
        for label, n, w, m in zip(labels, many, won, money, strict=True)
        if n or m
    ]
    counted.sort(key=lambda row: (-row[1][0], row[0]))
    counted = _fitted(counted, rows, snapshot.words.say("others"))
    sold = bool(len(ledger.lines.day))
    found: list[tuple[str, float | None, float, float | None]] = [
        (label, _share(won, many), many, round(money, 2) if sold else None) for label, (many, won, money) in counted
    ]
    found.sort(key=lambda row: (row[1] is None, -(row[1] or 0.0), -row[2], row[0]))
    return list(found)


def items(ledger: Ledger, periods: Periods, rows: int) -> list[Row]:
    """The items that brought most in 12 months, what they brought in the 12 before, and the change."""
    lines = ledger.lines
    names, group = grouped(lines.item)
    size, windows = len(names), (periods.year, periods.year_before)
    now, before = (np.round(_sums(group, lines.net, w.contains(lines.day), size), 2) + 0.0 for w in windows)
    more = change(now, before)
    label, nameless = ledger.snapshot.lists["item"].label, ledger.snapshot.words.say("unnamed_item")
    order = sorted(np.flatnonzero(now > 0), key=lambda i: (-now[i], names[i]))[:rows]
    return [(label(names[i]) if names[i] else nameless, now[i], before[i], more[i]) for i in order]


def team(ledger: Ledger, year: Window, listing: Listing | None, rows: int) -> list[Row]:
    """By owner: customers not closed, counted contacts of 12 months, overdue follow-ups; most overdue first."""
    snapshot = ledger.snapshot
    label, nobody = snapshot.lists["owner"].label, snapshot.words.say("no_owner")
    mine = ledger.text("owner")[~snapshot.means("Customers", "status", "closed")[ledger.rows]]
    talked = _spoken_by(ledger)[year.contains(ledger.contact_days)]
    counted: dict[str, list[float]] = {}
    for column, owners in enumerate((mine, talked, _overdue_owners(snapshot, listing))):
        for owner, many in Counter(owners).items():
            counted.setdefault(label(owner) if owner else "", [0.0, 0.0, 0.0])[column] += many
    found: list[Counted] = [(owner or nobody, tuple(numbers)) for owner, numbers in counted.items()]
    found.sort(key=lambda row: (-row[1][2], -row[1][0], row[0].casefold()))
    return [(owner, *numbers) for owner, numbers in _fitted(found, rows, snapshot.words.say("others"))]


def _spoken_by(ledger: Ledger) -> Texts:
    """Who had each interaction: who logged it, else the customer's owner."""
    snapshot = ledger.snapshot
    logged = snapshot.text("Interactions", "logged_by")
    owners = np.full(ledger.size + 1, "", object)  # the last one answers for -1
    owners[ledger.codes] = ledger.text("owner")
    return np.where(logged != "", logged, owners[snapshot.codes("Interactions")])


def _overdue_owners(snapshot: Snapshot, listing: Listing | None) -> Sequence[str]:
    """The owner of each overdue line of the worklist; of each overdue customer when there is no worklist."""
    if listing is None:
        late = snapshot.number("Customers", "followup_due") < snapshot.today
        return list(snapshot.text("Customers", "owner")[late])
    overdue = snapshot.words.choice("state", "overdue")
    rows = zip(listing.columns.get("state", ()), listing.columns.get("owner", ()), strict=False)
    return [str(owner or "") for state, owner in rows if state == overdue]


def _by_customer(ledger: Ledger, window: Window, group: Groups, size: int) -> Numbers:
    """Revenue of a window by the group of its customer; lines of nobody known go nowhere."""
    lines = ledger.lines
    of_code = np.full(ledger.size + 1, -1, np.int64)
    of_code[ledger.codes] = group
    at = of_code[lines.customer]
    return _sums(at, lines.net, window.contains(lines.day) & (at >= 0), size)


def _sums(group: Groups, amounts: Numbers, keep: Mask, size: int) -> Numbers:
    return np.bincount(group[keep], amounts[keep], size).astype(np.float64)


def _fitted(rows: list[Counted], most: int, others: str) -> list[Counted]:
    """The rows, those beyond the last place added up in it."""
    if len(rows) <= most:
        return rows
    rest = [numbers for _, numbers in rows[most - 1 :]]
    return [*rows[: most - 1], (others, tuple(sum(column) for column in zip(*rest, strict=True)))]


def _share(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 1) if whole > 0 else None
