"""The worklist: which duties stand on it and in what order, and the lines whose boxes could not be emptied.

Complaints and urgent messages first, then overdue, today, upcoming, to confirm, to complete; inside by value, then by
days late. What is more than the day of its owner holds comes below. Kept out: where duties come from (see `duties`),
who does them and how (see `routing`), and what becomes of the words typed into the list (see `harvest`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alike import ranked
from tracker.engine.customer_facts import last_summaries
from tracker.engine.duties import COMPLETE, OF_CUSTOMERS, Desk, Duties, all_duties, day_text, desk
from tracker.engine.lower import room
from tracker.engine.pending import LIST, Pending, inputs
from tracker.engine.routing import SPOKEN, beyond, channels, members, quiet_hours, suggested
from tracker.engine.tags import Tagging
from tracker.facts.calendar import workdays_between
from tracker.model.plan import Fill, Listing, Value
from tracker.schema.snapshot import Choices, Snapshot, fold, folds
from tracker.schema.worklist import CUSTOMER_LINK
from tracker.words import fill
from tracker.words.sentences import fitting

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]

LATE_ENOUGH = 30  # days: what is later than this stands no higher for it
STATES = ("overdue", "today", "upcoming", "confirm", COMPLETE)


@dataclass(frozen=True, eq=False)
class Worklist:
    """What the follow-ups add to Customers, and the list itself."""

    columns: Mapping[str, NDArray[Any]]
    listing: Listing
    left_out: int = 0  # duties for which the sheet has no room
    beyond: int = 0  # lines that are more than the days of their owners hold

    def fills(self) -> tuple[Fill, ...]:
        """The columns as fills."""
        return tuple(Fill("Customers", key, values) for key, values in self.columns.items())


def plan_followups(snapshot: Snapshot, tagging: Tagging, not_applied: Sequence[Pending]) -> Worklist:
    """The worklist of a snapshot whose tags and due days are known; lines that were not applied come last.

    A line that is not finished keeps its boxes where it stands. When the sheet has not room for all, lines of ours are
    left out, never words of staff.
    """
    at = desk(snapshot, tagging.cadence_tag)
    summaries = last_summaries(at.facts)
    duties, owners, over = _fitting(at, _ordered(at, all_duties(at)), tagging)
    columns = {"followup_why": _why(at, duties), "last_summary": summaries}
    ids = followup_ids(duties)
    waiting, kept = _parted(snapshot, not_applied, ids)
    layout, shown = snapshot.layout.get(LIST), np.arange(len(duties))
    if layout is not None and len(duties) + len(kept) > room(layout):
        # Nothing but the list remembers a plan that passed: left out, it would be gone with the next refresh.
        stays = (duties.kind == "plan") & (duties.due < snapshot.today)
        stays[list(waiting)] = True
        shown = np.sort(np.argsort(~stays, kind="stable")[: room(layout) - len(kept)])
    lines = _columns(at, duties.where(shown), owners[shown], [ids[place] for place in shown], tagging, summaries)
    for key in inputs(snapshot):
        lines[key] = [waiting[place].cells.get(key) if place in waiting else None for place in shown.tolist()]
    below = [_kept(snapshot, line) for line in kept]
    whole = {key: (*lines[key], *(line.get(key) for line in below)) for key in snapshot.schema[LIST].keys}
    whole["customer"] = _linked(snapshot, whole["customer_id"], whole["customer"])
    listing = Listing(LIST, whole, {"customer": CUSTOMER_LINK})
    return Worklist(columns, listing, len(duties) - len(shown), int(over.sum()))


def _linked(snapshot: Snapshot, ids: Sequence[Value], texts: Sequence[Value]) -> tuple[Value, ...]:
    """What the link to each customer shows: the name of the first row with the ID, else the ID; staff's own text."""
    known, codes = snapshot.customer_codes, snapshot.codes("Customers")
    names = np.full(len(known) + 1, None, object)
    names[codes[::-1]] = snapshot.text("Customers", "display_name")[::-1]  # the first row is written last, and stays
    places = [known.get(one) for one in folds(map(str, ids))]
    return tuple(
        text if not one else one if place is None else names[place]
        for one, text, place in zip(ids, texts, places, strict=True)
    )


def _why(at: Desk, duties: Duties) -> Texts:
    """What each customer's row says: what makes the day it shows due, and a line that stands on the list before that.

    Such a line is named with its own day, so that nobody takes it for the reason of the day beside it.
    """
    why = at.followup_why.copy()
    shown = at.snapshot.number("Customers", "followup_due")
    own = np.isin(duties.kind.astype(str), (*OF_CUSTOMERS, COMPLETE))
    mine = shown[duties.customer]
    own |= (duties.kind == "plan") & np.isnan(mine) & (duties.due > at.snapshot.today)  # what silences the cadence
    before = ~own & (duties.first | (duties.due < mine) | np.isnan(mine))
    places = np.flatnonzero(before)
    customers, topmost = np.unique(duties.customer[places], return_index=True)
    for customer, place in zip(customers.tolist(), places[topmost].tolist(), strict=True):
        day, line, rest = duties.due[place], duties.why[place], why[customer]
        key = "listed" if rest is None else "listed_later" if day > shown[customer] else "listed_first"
        why[customer] = at.say(key, line=line, day=day_text(day), why=rest)
    return why


def _parted(
    snapshot: Snapshot, lines: Sequence[Pending], ids: Sequence[str]
) -> tuple[dict[int, Pending], list[Pending]]:
    """Lines that wait on the list, by their place there, and those that stand below it with their reason.

    Where two rows share an ID two follow-ups do too: each takes the words of one line.
    """
    places: dict[str, list[int]] = {}
    for place, one in enumerate(folds(ids) if lines else ()):
        places.setdefault(one, []).append(place)
    waiting: dict[int, Pending] = {}
    kept = []
    for line in lines:
        free = places.get(fold(line.text("followup_id")))
        if line.reason:
            kept.append(line)
        elif free:
            waiting[free.pop(0)] = line
        else:
            kept.append(_unfinished(snapshot, line))
    return waiting, kept


def followup_ids(duties: Duties) -> list[str]:
    """The stable ID of each duty: where it comes from, and the key of that row."""
    return [fitting(f"{kind}:{key}") for kind, key in zip(_sources(duties.kind), duties.key, strict=True)]


def _sources(kinds: Texts) -> list[str]:
    """A promise is an action with words: it keeps its ID when the words come later."""
    return ["action" if kind == "promise" else kind for kind in kinds]


def _ordered(at: Desk, duties: Duties) -> Duties:
    """By urgency, then by the customer's value, then by days late, the longest first."""
    late = np.minimum(np.nan_to_num(at.snapshot.today - duties.due), LATE_ENOUGH)
    ids = at.snapshot.text("Customers", "customer_id")[duties.customer]
    names = [f"{one}\n{kind}\n{key}" for one, kind, key in zip(ids, duties.kind, duties.key, strict=True)]
    by_name = ranked(np.array([*names, None], object)[:-1])
    value = at.value_rank[duties.customer]
    return duties.where(np.lexsort((by_name, -late, value, np.where(duties.first, -1, _states(at, duties)))))


def _states(at: Desk, duties: Duties) -> Positions:
    """The state of each duty, by its place in STATES."""
    today = at.snapshot.today
    states = [duties.kind == COMPLETE, duties.confirm, duties.due < today, duties.due == today]
    return np.select(states, [4, 3, 0, 1], 2)


def _fitting(at: Desk, duties: Duties, tagging: Tagging) -> tuple[Duties, Texts, Mask]:
    """The duties with what a day of their owners holds first; their owners by code, and which are beyond it.

    Who has no owner is given one that is only suggested, and the reason of the line says so.
    """
    team, who = members(at.snapshot), duties.customer
    owners = np.where(duties.owner == "", at.snapshot.text("Customers", "owner")[who], duties.owner)
    work = _states(at, duties) < STATES.index("confirm")
    asked = suggested(team, owners, tagging.team[who], who, work)
    why = duties.why.copy()
    for place in np.flatnonzero(asked != "").tolist():
        why[place] = at.say("suggested", why=why[place], owner=asked[place])
    owners = np.where(owners == "", asked, owners)
    over = beyond(team, owners)
    order = np.argsort(over, kind="stable")
    return Duties(**{**vars(duties), "why": why}).where(order), owners[order], over[order]


def _columns(
    at: Desk, duties: Duties, owner: Texts, ids: list[str], tagging: Tagging, summaries: Texts
) -> dict[str, Sequence[Value]]:
    """The cells of each line, but for the boxes of staff."""
    snapshot, words = at.snapshot, at.snapshot.words
    who = duties.customer

    def of(key: str) -> Texts:
        return snapshot.text("Customers", key)[who]

    what = {kind: words.at("followup", "what", kind) for kind in set(duties.kind)}
    none = words.at("followup", "no_summary")
    late = snapshot.today - duties.due
    labels = np.array([words.choice("state", code) for code in STATES], object)
    phone = np.where(of("phone") == "", of("phone2"), of("phone"))
    return {
        "state": labels[_states(at, duties)].tolist(),
        "days_late": _or_none(late),
        "customer": [None] * len(ids),  # see _linked
        "phone": np.where(phone == "", words.at("followup", "no_phone"), phone).tolist(),
        "what": [what[kind] for kind in duties.kind],
        "why": duties.why.tolist(),
        "last_summary": [text or none for text in summaries[who]],
        "owner": _labels(snapshot.lists["owner"], owner),
        "channel": _channel(at, duties, tagging),
        "escalation": _escalation(snapshot, duties),
        "due": _or_none(duties.due),
        "customer_id": of("customer_id").tolist(),
        "followup_id": list(ids),
    }


def _or_none(values: NDArray[np.float64]) -> list[Value]:
    return [None if value != value else value for value in values.tolist()]


def _channel(at: Desk, duties: Duties, tagging: Tagging) -> list[Value]:
    """The channel of each line, and when not to call: that of a message or a plan, else the customer's."""
    snapshot, who = at.snapshot, duties.customer
    codes = np.where(duties.channel == "", channels(snapshot, tagging.channel)[who], duties.channel)
    labels = _labels(snapshot.lists["channel"], codes)
    said = snapshot.words.at("followup", "quiet")
    quiet = np.where(np.isin(codes, SPOKEN), quiet_hours(snapshot)[who], "")
    return [
        fill(said, {"channel": label, "hours": hours}) if hours and label else label
        for label, hours in zip(labels, quiet.tolist(), strict=True)
    ]


def _labels(choices: Choices, codes: Texts) -> list[Value]:
    """What staff see for each code, None where there is none."""
    known = {code: choices.label(code) or None for code in set(codes)}
    return [known[code] for code in codes]


def _escalation(snapshot: Snapshot, duties: Duties) -> list[Value]:
    """Who must know: the lead, then everyone, by working days late."""
    settings, words = snapshot.settings, snapshot.words
    late = workdays_between(duties.due, np.float64(snapshot.today), snapshot.weekend, snapshot.holidays)
    late[duties.confirm] = np.nan  # it may be done
    lead, risk = (words.choice("escalation", code) for code in ("lead", "risk"))
    return [
        risk if days >= settings.escalate_risk else lead if days >= settings.escalate_lead else None for days in late
    ]


def _unfinished(snapshot: Snapshot, line: Pending) -> Pending:
    """A line whose follow-up is gone before anybody finished it."""
    layout = snapshot.layout.get(LIST)
    header = (layout.headers.get("done_on") if layout else None) or snapshot.words.header(LIST, "done_on")
    reason = fill(snapshot.words.at("followup", "reason", "unfinished"), {"column": header})
    return replace(line, reason=reason)


def _kept(snapshot: Snapshot, line: Pending) -> dict[str, Value]:
    """A line that was not applied: as it stood, with the reason."""
    changed = {"days_late": None, "escalation": None, "due": None}
    state = snapshot.words.choice("state", "not_applied")
    return {**line.cells, **changed, "state": state, "why": line.reason}
