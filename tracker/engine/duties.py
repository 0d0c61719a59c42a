"""What there is to do with whom: complaints, unanswered messages, open actions, plans, agreed days, cadence, gaps.

One duty a line of the worklist. Each source is read into arrays of one shape; which duties stand on the list and in
what order is decided in `followups`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alike import alike, ranked
from tracker.engine.cast import general
from tracker.engine.customer_facts import CustomerFacts, latest_moment, missing_fields
from tracker.engine.pending import LIST
from tracker.engine.snoozes import Snooze, snoozes
from tracker.facts.calendar import FIRST, LAST, from_serial, months_since, next_workday, to_serial
from tracker.facts.windows import Events
from tracker.schema.figures import closed, followup_days
from tracker.schema.snapshot import Snapshot, fold
from tracker.words.sentences import fitting

Numbers = NDArray[np.float64]
Texts = NDArray[np.object_]
Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]

HOURS = 24
PLAN = 2  # in the column that says what counts
OF_CUSTOMERS = ("agreed", "cadence")  # kinds that come from a customer's own row, with the day it shows
COMPLETE = "complete"  # the kind of what is due on no day: data to fill in or to verify
DAYLESS = ("complaint", "reply", COMPLETE)  # kinds whose source has no day that a snooze could move
HIGH_VALUE = ("vip", "high")  # a VIP is a high-value customer too
MOST_TO_COMPLETE = 100  # as many as somebody looks through; the next ones come up as these are done


@dataclass(frozen=True, eq=False)
class Duties:
    """Things to do; arrays of one length."""

    customer: Positions  # row of Customers
    due: Numbers  # whole days; NaN for what is to complete
    kind: Texts  # complaint, reply, action, promise, plan, agreed, cadence, complete
    key: Texts  # ID of the row it comes from
    why: Texts
    owner: Texts  # code; empty: the customer's owner
    channel: Texts  # code; empty: the customer's
    first: Mask  # stands before everything else: complaints and urgent messages
    confirm: Mask  # due, but there was a contact since: it may be done

    def __len__(self) -> int:
        return len(self.due)

    def where(self, keep: Mask | Positions) -> Duties:
        """Some of them, in this order."""
        return Duties(*(getattr(self, one.name)[keep] for one in fields(self)))


def joined(parts: list[Duties]) -> Duties:
    """Several sources as one."""
    return Duties(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Duties)))


@dataclass(frozen=True, eq=False)
class Desk:
    """What finding duties needs: the snapshot with tags and due days, its facts, and who is in each interaction."""

    snapshot: Snapshot
    facts: CustomerFacts
    customer: Positions  # row of Customers for each interaction, −1 where there is none
    cadence_tag: Texts  # for each customer the label of the tag that gave the cadence
    until: float  # the horizon: what is due later is not on the list

    @cached_property
    def value_rank(self) -> Positions:
        """For each customer how far from the top the value tag stands; those without one come last."""
        rank = {choice.code: place for place, choice in enumerate(self.snapshot.lists["tag_value"].values)}
        place, tags = self.snapshot.groups("Customers", "tag_value")
        return np.array([*(rank.get(tag, len(rank)) for tag in tags), len(rank) + 1], np.int64)[place]

    @cached_property
    def last_spoken(self) -> Numbers:
        """For each interaction the moment of the last counted contact with its customer; NaN where there is none."""
        facts, counts = self.facts, self.snapshot.number("Interactions", "counts")
        keep = (counts == 1) & ~np.isnan(facts.started)
        events = Events(facts.touched_by[keep], facts.started[keep])
        return np.append(latest_moment(events, facts.codes_size), np.nan)[facts.touched_by]

    @cached_property
    def followup_why(self) -> Texts:
        """For each customer what makes the follow-up due, or silences it, in words; None where nothing is to say."""
        return _followup_why(self)

    def text(self, key: str) -> Texts:
        """A text column of Interactions."""
        return self.snapshot.text("Interactions", key)

    def number(self, key: str) -> Numbers:
        """A number column of Interactions, whole days for dates."""
        return np.floor(self.snapshot.number("Interactions", key))

    def say(self, key: str, **values: object) -> str:
        """A reason in words."""
        return fitting(self.snapshot.words.at("why", key).format(**values))

    def workday(self, days: Numbers) -> Numbers:
        """Days moved to working days."""
        return next_workday(days, self.snapshot.weekend, self.snapshot.holidays)


def desk(snapshot: Snapshot, cadence_tag: Texts) -> Desk:
    """The desk for a snapshot whose tags and due days are known."""
    facts = CustomerFacts(snapshot)
    row_of = np.full(facts.codes_size + 1, -1, np.int64)
    rows = np.flatnonzero(facts.rows >= 0)[::-1]
    row_of[facts.rows[rows]] = rows  # of two rows with one ID the first counts
    row_of[-1] = -1
    until = snapshot.today + snapshot.settings.upcoming_days
    return Desk(snapshot, facts, row_of[facts.touched_by], cadence_tag, until)


def all_duties(at: Desk) -> Duties:
    """Everything that is due up to the horizon, every open complaint, and what is to complete; less what is put off."""
    of_interactions = joined([_complaints(at), _replies(at), _actions(at), _plans(at)])
    found = joined([of_interactions, _of_customers(at, of_interactions)])
    put_off = snoozes(at.snapshot)
    return joined([_put_off(at, found, put_off) if put_off else found, _to_complete(at, put_off)])


def _put_off(at: Desk, duties: Duties, put_off: Mapping[str, Snooze]) -> Duties:
    """The duties with those moved that somebody snoozed; what is to come after the horizon is not among them."""
    due, why, first = duties.due.copy(), duties.why.copy(), duties.first.copy()
    for place in np.flatnonzero(np.isin(duties.kind.astype(str), DAYLESS)).tolist():
        one = put_off.get(fold(f"{duties.kind[place]}:{duties.key[place]}"))
        if one is None or not one.until > due[place]:
            continue
        due[place] = one.until
        key = "snoozed_because" if one.reason else "snoozed"
        why[place] = at.say(key, why=why[place], day=day_text(one.until), reason=one.reason)
        first[place] &= one.until <= at.snapshot.today
    moved = Duties(**{**vars(duties), "due": due, "why": why, "first": first})
    return moved.where(first | (due <= at.until))


def _complaints(at: Desk) -> Duties:
    """Open complaints: to be solved, then to be called back."""
    rows = np.flatnonzero(at.facts.open_complaint & (at.customer >= 0))
    resolved = at.facts.resolved_on[rows]
    since = np.where(np.isnan(resolved), np.floor(at.facts.started[rows]), resolved)
    due = at.workday(np.ceil(since + _hours(at, rows) / HOURS))
    why = [
        at.say("complaint" if np.isnan(solved) else "return_visit", day=day_text(day))
        for day, solved in zip(since.tolist(), resolved.tolist(), strict=True)
    ]
    return _duties(at, rows, due, "complaint", why, first=True)


def _replies(at: Desk) -> Duties:
    """Messages of customers without an answer; those that are complaints stand on the list as such."""
    started = at.facts.started
    open_ = at.facts.inbound & ~np.isnan(started) & ~at.facts.answered & ~at.facts.complaint & (at.customer >= 0)
    rows = np.flatnonzero(open_)
    due = at.workday(np.ceil(started[rows] + _hours(at, rows) / HOURS))
    near = due <= at.until
    rows, due = rows[near], due[near]
    urgent = at.text("urgent")[rows] == "yes"
    days = np.floor(started[rows]).tolist()
    why = [
        at.say("reply_urgent" if now else "reply", day=day_text(day))
        for day, now in zip(days, urgent.tolist(), strict=True)
    ]
    found = _duties(at, rows, due, "reply", why, first=urgent | (due < at.snapshot.today))
    return Duties(**{**vars(found), "channel": at.text("channel")[rows]})


def _hours(at: Desk, rows: Positions) -> Numbers:
    """Hours within which an interaction wants a response: fewer when it is urgent and the customer of high value."""
    settings = at.snapshot.settings
    value = at.snapshot.text("Customers", "tag_value")[at.customer[rows]]
    fast = (at.text("urgent")[rows] == "yes") & np.logical_or.reduce([value == one for one in HIGH_VALUE])
    return np.where(fast, settings.sla_hours, settings.response_hours)


def _actions(at: Desk) -> Duties:
    """Actions and promises with a due day that nobody ticked off."""
    due = at.number("action_due")
    open_ = (due > 0) & ~at.snapshot.filled("Interactions", "action_done_on") & (at.customer >= 0)
    rows = np.flatnonzero(open_ & (at.workday(due) <= at.until))
    found = _duties(at, rows, at.workday(due[rows]), "action", _action_words(at, rows).tolist())
    kind = np.where(at.text("commitments")[rows] != "", "promise", "action").astype(object)
    spoken, started = at.last_spoken[rows], at.snapshot.number("Interactions", "started_at")[rows]
    confirm = (found.due <= at.snapshot.today) & (spoken >= due[rows]) & (spoken > np.nan_to_num(started))
    for place in np.flatnonzero(confirm).tolist():
        found.why[place] = at.say("confirm", why=found.why[place], day=day_text(spoken[place]))
    return Duties(**{**vars(found), "kind": kind, "owner": at.text("action_owner")[rows], "confirm": confirm})


def _plans(at: Desk) -> Duties:
    """Planned contacts; and those planned at the last refresh whose day came with nothing noted."""
    counts, day = at.snapshot.number("Interactions", "counts"), at.number("started_at")
    noted = at.snapshot.filled("Interactions", "response") | at.snapshot.filled("Interactions", "responded_at")
    noted |= at.snapshot.filled("Interactions", "minutes") | at.snapshot.filled("Interactions", "action_done_on")
    passed = _was_planned(at) & (counts == 1) & ~noted
    rows = np.flatnonzero(((counts == 2) | passed) & (day <= at.until) & (at.customer >= 0))
    label = at.snapshot.lists["channel"].label
    why = [
        at.say("plan_passed" if late < at.snapshot.today else "plan", channel=label(channel), day=day_text(late))
        for channel, late in zip(at.text("channel")[rows], day[rows].tolist(), strict=True)
    ]
    found = _duties(at, rows, day[rows], "plan", why)
    return Duties(**{**vars(found), "channel": at.text("channel")[rows]})


def _was_planned(at: Desk) -> Mask:
    """The interactions that were plans at the last refresh, or stood on its list as such.

    Of a refresh that looked back only those are believed that had passed on its day: what had happened since looked
    like plans to it. And where no list can remember them nothing is said of them, for the next refresh would take it
    back.
    """
    if not all(key in at.snapshot.frames[LIST] for key in ("followup_id", "due")):
        return np.zeros(len(at.customer), bool)
    back, before = _looked_back_to(at.snapshot.state), at.snapshot.cells.get(("Interactions", "counts"))
    found = _listed(at, back)
    if back is None and before is not None and len(before) == len(found):
        found |= before.numbers == PLAN
    return np.asarray(found & (at.text("interaction_id") != ""), bool)


def _looked_back_to(state: Mapping[str, Any]) -> float | None:
    """The day of the last refresh if that was before the day it ran on; None for today's, and for a look ahead."""
    pinned = next((state[name] for name in ("pinned_day", "as_of_day") if isinstance(state.get(name), float)), None)
    try:
        ran = to_serial(date.fromisoformat(str(state.get("changed_at"))[:10]))
    except ValueError:
        return pinned
    return None if pinned is None or ran <= pinned else pinned


def _listed(at: Desk, before: float | None) -> Mask:
    """The interactions that stood on the last list as plans, of a day before that if given.

    Told by ID and day, for a copied row has the ID of another.
    """
    ids, due = at.snapshot.text(LIST, "followup_id").tolist(), at.snapshot.number(LIST, "due").tolist()
    rows = [(text, day) for text, day in zip(ids, due, strict=True) if before is None or day < before]
    plans = {(fold(text.partition(":")[2]), day) for text, day in rows if text.startswith("plan:")}
    if not plans:
        return np.zeros(len(at.customer), bool)
    keys = zip(at.text("interaction_id").tolist(), at.number("started_at").tolist(), strict=True)
    return np.fromiter(((fold(text), day) in plans for text, day in keys), bool, len(at.customer))


def _of_customers(at: Desk, others: Duties) -> Duties:
    """Agreed days and cadence. An action that comes first has its own line; so has what is open anyway for cadence."""
    typed, action, cadence = followup_days(at.snapshot)
    due = at.snapshot.number("Customers", "followup_due")
    agreed = (typed <= cadence) & (typed < action)
    by_cadence = (cadence < typed) & (cadence < action)
    sooner = np.full(len(due), np.inf)
    np.minimum.at(sooner, others.customer, np.where(others.first, -np.inf, others.due))
    mine = (due <= at.until) & (agreed | (by_cadence & (sooner > due)))
    rows = np.flatnonzero(mine)
    why = at.followup_why[rows]
    kind = np.where(agreed[rows], "agreed", "cadence").astype(object)
    empty = np.full(len(rows), "", object)
    key = at.snapshot.text("Customers", "customer_id")[rows]
    no = np.zeros(len(rows), bool)
    return Duties(rows, due[rows], kind, key, why, empty, empty, no, no)


def _to_complete(at: Desk, put_off: Mapping[str, Snooze]) -> Duties:
    """Customers whose key fields are blank or whose data nobody verified for long: the most valuable first."""
    snapshot, ids = at.snapshot, at.snapshot.text("Customers", "customer_id")
    fields = missing_fields(snapshot)
    blank = np.logical_or.reduce([mask for mask, _ in fields]) if fields else np.zeros(at.facts.size, bool)
    verified, created = (np.floor(snapshot.number("Customers", key)) for key in ("verified_on", "created_on"))
    since = np.where(np.isnan(verified), created, verified)
    stale = months_since(since, at.snapshot.today) >= snapshot.settings.verify_months
    rows = np.flatnonzero((blank | stale) & (ids != "") & ~closed(snapshot))
    rows = _most_valuable(at, rows, MOST_TO_COMPLETE + len(put_off))
    rows = rows[np.lexsort((ranked(ids[rows]), at.value_rank[rows]))]
    asleep = {one for one, snooze in put_off.items() if snooze.until > snapshot.today}
    if asleep:
        rows = np.array([row for row in rows.tolist() if fold(f"{COMPLETE}:{ids[row]}") not in asleep], np.int64)
    rows = rows[:MOST_TO_COMPLETE]
    why = [_gaps(at, [names for mask, names in fields if mask[row]], since[row], bool(stale[row])) for row in rows]
    size = len(rows)
    empty, no = np.full(size, "", object), np.zeros(size, bool)
    kind = np.full(size, COMPLETE, object)
    why_ = np.array([*why, None], object)[:-1]
    return Duties(rows, np.full(size, np.nan), kind, ids[rows], why_, empty, empty, no, no)


def _most_valuable(at: Desk, rows: Positions, many: int) -> Positions:
    """Rows of Customers of the highest value, at least so many, with all of the value at which the cut falls."""
    rank = at.value_rank[rows]
    if len(rows) <= many:
        return rows
    kept: Positions = rows[rank <= np.partition(rank, many - 1)[many - 1]]
    return kept


def _gaps(at: Desk, blank: list[str], since: float, stale: bool) -> str:
    """What is to complete of a customer, in words."""
    between = at.snapshot.words.at("why", "between")
    missing = at.say("missing", fields=between.join(blank)) if blank else ""
    old = at.say("unverified", day=day_text(since)) if stale else ""
    return between.join(filter(None, (missing, old)))


def _followup_why(at: Desk) -> Texts:
    typed, action, cadence = followup_days(at.snapshot)
    due = at.snapshot.number("Customers", "followup_due")
    plan = at.snapshot.number("Customers", "next_contact")
    known = ~np.isnan(due)
    why = np.full(len(due), None, object)
    agreed, acts = known & (typed <= cadence) & (typed < action), known & (action <= typed) & (action <= cadence)
    by_cadence = known & ~agreed & ~acts
    why[agreed] = [at.say("agreed", day=day_text(day)) for day in typed[agreed].tolist()]
    why[acts] = _first_actions(at)[acts]
    why[by_cadence] = _cadence_words(at, np.flatnonzero(by_cadence))
    planned = ~known & ~np.isnan(plan)
    why[planned] = [at.say("planned", day=day_text(day)) for day in plan[planned].tolist()]
    return why


def _first_actions(at: Desk) -> Texts:
    """For each customer the words of the open action that is due first."""
    due = at.number("action_due")
    rows = np.flatnonzero((due > 0) & ~at.snapshot.filled("Interactions", "action_done_on") & (at.customer >= 0))
    by_id = ranked(at.text("interaction_id")[rows])
    rows = rows[np.lexsort((by_id, due[rows]))][::-1]  # the first one is written last, and stays
    words = np.full(at.facts.size, None, object)
    words[at.customer[rows]] = _action_words(at, rows)
    return words


def _action_words(at: Desk, rows: Positions) -> Texts:
    texts = zip(at.text("action")[rows], at.text("commitments")[rows], at.number("action_due")[rows], strict=True)
    said = [one or two or at.say("action", day=day_text(day)) for one, two, day in texts]
    return np.array([*said, None], object)[:-1]


def _cadence_words(at: Desk, rows: Positions) -> Texts:
    """When a customer was last spoken to, and how often the rules want it; each combination is said once."""
    contact = at.snapshot.number("Customers", "last_contact")[rows]
    paused = np.floor(at.snapshot.number("Customers", "paused_until")[rows])
    ahead = np.where(paused > at.snapshot.today, paused, np.nan)
    days = at.snapshot.number("Customers", "cadence_days")[rows]
    place, first = alike([contact, ahead, days, at.cadence_tag[rows]])
    combinations = zip(
        *(_or_none(one[first]) for one in (contact, ahead, days)), at.cadence_tag[rows[first]], strict=True
    )
    said = [_cadence_phrase(at, *one) for one in combinations]
    return np.array([*said, None], object)[place]


def _cadence_phrase(at: Desk, contact: float | None, paused: float | None, cadence: float | None, tag: str) -> str:
    if paused is not None:
        return at.say("paused", day=day_text(paused))
    key = ("cadence" if contact is not None else "cadence_never") + ("_tag" if tag else "")
    day = day_text(contact) if contact is not None else ""
    return at.say(key, day=day, cadence=general(cadence or 0.0), tag=tag)


def _or_none(values: Numbers) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _duties(at: Desk, rows: Positions, due: Numbers, kind: str, why: list[str], first: Mask | bool = False) -> Duties:
    """Duties of interactions that share a kind."""
    size = len(rows)
    return Duties(
        at.customer[rows],
        due,
        np.full(size, kind, object),
        at.text("interaction_id")[rows],
        np.array([*why, None], object)[:-1],
        np.full(size, "", object),
        np.full(size, "", object),
        np.broadcast_to(np.asarray(first, bool), (size,)).copy(),
        np.zeros(size, bool),
    )


def day_text(day: float) -> str:
    """A day as the cells show it; empty where Excel knows no such day."""
    return str(from_serial(day) or "") if FIRST <= day <= LAST else ""
