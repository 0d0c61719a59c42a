"""Home: what changed and whom to call first; with it the counts and day lines above the lists.

Five lines: due today, overdue, new complaints, who moved with money, who is about to leave a tag. Everything comes
from the worklist, the findings and the moves that were planned before; nothing is decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from tracker.engine import say
from tracker.engine.home_leaving import Going
from tracker.engine.home_lines import Worklist, five_lines, since_day
from tracker.engine.summaries import block, day_line, periods_of
from tracker.engine.summaries_kpis import measures
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.summaries_periods import edges_of, period_start
from tracker.engine.summaries_tiles import Tile, against_year, nothing
from tracker.engine.summaries_titles import comparable
from tracker.engine.tags import Move
from tracker.facts.calendar import next_workday
from tracker.model.finding import Finding, Severity
from tracker.model.plan import Block, Listing, Value
from tracker.schema.blocks import BLOCK_SPECS
from tracker.schema.snapshot import Snapshot
from tracker.words.sentences import shown

Row = Sequence[Value]
FIRST_ROWS, AHEAD_ROWS = BLOCK_SPECS["home_first"].rows, BLOCK_SPECS["home_ahead"].rows
WHY = 48  # characters of a reason that can be seen in its column
STATES = ("overdue", "today", "upcoming", "not_applied")
REST = ("confirm", "complete")
SEVERITIES = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "infos": Severity.INFO}


def home(
    ledger: Ledger,
    listing: Listing,
    moved: Sequence[Move],
    going: Going,
    findings: Sequence[Finding],
    changed_at: str,
    beyond: int = 0,
) -> tuple[Block, ...]:
    """Every block of Home, the counts above Follow-ups and Problems, and the day lines of the three.

    ``changed_at`` is when the figures last changed, as it is to be shown; empty when they never did. ``beyond`` is how
    many lines of the list are more than the days of their owners hold.
    """
    snapshot, work = ledger.snapshot, Worklist(ledger.snapshot, listing, beyond)
    severities = Counter(finding.severity for finding in findings)
    found: dict[str, Iterable[Row]] = {
        "home_since": [[_since(snapshot)]],
        "home_changes": five_lines(ledger, work, moved, going),
        "home_first": _first(snapshot, work),
        "home_ahead": _ahead(snapshot, work),
        "home_warning": [[_warning(snapshot, findings)]],
        "followups_counts": [_counts(snapshot, work)],
        "problems_counts": [_severities(snapshot, severities)],
        **{f"day_{sheet}": [[day_line(snapshot)]] for sheet in ("home", "followups", "problems")},
    }
    tiles = {**_work_tiles(snapshot, work), **_book_tiles(ledger, severities)}
    found |= {f"tile_home_{key}": [[value], [note]] for key, (value, note) in tiles.items()}
    # Where nothing remembers the time, what Home says of it stays: each refresh would take it back and say it anew.
    shown = (last_changed(snapshot, changed_at),) if "changed_at" in snapshot.state else ()
    return (*shown, *(block(name, rows) for name, rows in found.items()))


def last_changed(snapshot: Snapshot, changed_at: str) -> Block:
    """The lines of Home that say when the figures last changed."""
    words = snapshot.words
    said = (words.say("refreshed"), changed_at)
    never = (words.at("label", "never_refreshed"), words.at("label", "refresh_first"))
    return block("home_refreshed", [[line] for line in (said if changed_at else never)])


def _since(snapshot: Snapshot) -> str:
    """The title of the five lines: since which day they are new."""
    words = snapshot.words
    if not len(snapshot.frames["Customers"]):
        return words.at("label", "changes")
    return words.say("changes_since", day=say.long_day(words, since_day(snapshot)))


def _work_tiles(snapshot: Snapshot, work: Worklist) -> dict[str, Tile]:
    words, soon = snapshot.words, snapshot.today + int(snapshot.settings.upcoming_days)
    late, now, later = (work.rows_in(state) for state in STATES[:3])
    days = max((work.late(row) or 0.0 for row in late), default=0.0)
    owners = {work.text("owner", row) for row in now}
    return {
        "overdue": _tile(snapshot, "overdue", len(late), say.count(words, "tile_oldest", days)),
        "due_today": _tile(snapshot, "due_today", len(now), say.count(words, "tile_owners", len(owners))),
        "upcoming": _tile(snapshot, "upcoming", len(later), words.say("tile_until", day=say.week_day(words, soon))),
    }


def _tile(snapshot: Snapshot, key: str, number: int, note: str) -> Tile:
    """A tile of the worklist: nothing to do is a 0 and says so."""
    return float(number), note if number else nothing(snapshot.words, f"home_{key}")[1]


def _book_tiles(ledger: Ledger, severities: Counter[Severity]) -> dict[str, Tile]:
    snapshot = ledger.snapshot
    words, spans = snapshot.words, periods_of(snapshot)
    figures = {
        key: (np.nan, np.nan, float(now[0]), float(before[0]))
        for (key, now), before in zip(
            measures(ledger, edges_of(spans.year)).items(),
            measures(ledger, edges_of(spans.year_before)).values(),
            strict=True,
        )
    }
    note = against_year(words, figures["revenue"], comparable(ledger, figures, spans))
    revenue = figures["revenue"][2]
    many = sum(severities.values())
    return {
        "customers": _customers(ledger),
        "revenue_12m": nothing(words, "home_revenue_12m") if np.isnan(revenue) else (revenue, note),
        "problems": (float(many), _said(snapshot, severities) if many else words.say("no_problems")),
    }


def _customers(ledger: Ledger) -> Tile:
    """Customers neither closed nor merged, and how many of them are of this month."""
    words, today = ledger.snapshot.words, ledger.today
    mine = ~ledger.snapshot.means("Customers", "status", "closed")[ledger.rows]
    created = np.floor(ledger.number("created_on"))
    new = mine & (created >= period_start(today, 1, 1)) & (created <= today)
    if not mine.any():
        return 0.0, nothing(words, "home_customers")[1]
    return float(mine.sum()), say.count(words, "tile_new_customers", float(new.sum()))


def _first(snapshot: Snapshot, work: Worklist) -> list[Row]:
    """The first lines of the worklist; a sentence where the first one would stand when there is none."""
    if not len(work):
        any_customer = len(snapshot.frames["Customers"]) > 0
        said = snapshot.words.say("nobody_due") if any_customer else snapshot.words.at("label", "empty", "first")
        return [[said, None, None, None, None]]
    rows = range(min(FIRST_ROWS, len(work)))
    return [
        [
            work.text("state", r),
            work.text("customer", r),
            shown(work.text("why", r), WHY),
            work.late(r),
            work.text("owner", r),
        ]
        for r in rows
    ]


def _ahead(snapshot: Snapshot, work: Worklist) -> list[Row]:
    """Follow-ups that are late, due today, on the next working days, and later.

    Up to the horizon of the worklist its lines count, beyond it the due days of the customers.
    """
    horizon = snapshot.today + snapshot.settings.upcoming_days
    customers = snapshot.number("Customers", "followup_due")
    due = np.concatenate([work.due, customers[customers > horizon]])
    if not len(due):
        return []
    words, days = snapshot.words, _next_days(snapshot, AHEAD_ROWS - 3)
    edges = np.array([-np.inf, snapshot.today - 1, snapshot.today, *days, np.inf])
    counts = np.histogram(due[~np.isnan(due)], _open_left(edges))[0]
    labels: list[Value] = [words.say("ahead_late"), words.choice("state", "today")]
    labels += [say.week_day(words, day) for day in days]
    return [[label, float(many)] for label, many in zip([*labels, words.say("ahead_later")], counts, strict=True)]


def _open_left(edges: np.ndarray) -> np.ndarray:
    """Edges for whole days: a histogram's bins are open on the right, these stretches on the left."""
    return np.where(np.isinf(edges), edges, edges + 0.5)


def _next_days(snapshot: Snapshot, many: int) -> list[float]:
    """The next working days after today."""
    days: list[float] = []
    day = float(snapshot.today)
    for _ in range(many):
        day = float(next_workday(day + 1, snapshot.weekend, snapshot.holidays))
        days.append(day)
    return days


def _warning(snapshot: Snapshot, findings: Sequence[Finding]) -> str | None:
    """What must be said in red: a pinned day, a setting that could not be used."""
    words = snapshot.words
    said = [words.say("pinned", day=say.long_day(words, snapshot.today))] if snapshot.pinned else []
    for one in findings:
        if one.code == "K101":
            said.append(words.say("setting_odd", setting=one.details.get("setting", ""), range=one.details["range"]))
    return " ".join(said) or None


def _counts(snapshot: Snapshot, work: Worklist) -> Row:
    """How many lines of each state, those of the last ones in one cell; blank for a state without any."""
    many = {state: len(work.rows_in(state)) for state in (*STATES, *REST)} | {"beyond": work.beyond}
    said = {state: say.count(snapshot.words, f"count_{state}", n) if n else "" for state, n in many.items()}
    rest = say.listed(snapshot.words, [said[state] for state in (*REST, "beyond")])
    return [*(said[state] or None for state in STATES), rest or None]


def _severities(snapshot: Snapshot, severities: Counter[Severity]) -> Row:
    """How many findings of each severity; blank for one without any."""
    many = {key: severities[severity] for key, severity in SEVERITIES.items()}
    return [say.count(snapshot.words, key, n) if n else None for key, n in many.items()]


def _said(snapshot: Snapshot, severities: Counter[Severity]) -> str:
    return say.listed(snapshot.words, [str(part or "") for part in _severities(snapshot, severities)])
