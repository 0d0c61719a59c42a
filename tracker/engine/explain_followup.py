"""Why a customer is to be called on a day: the duties that might decide it, which of them does, and what comes after.

The same columns and rules the refresh works with are read here; nothing is decided anew. Sentences are the report's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tracker.engine.alone import Customer
from tracker.engine.routing import channels
from tracker.engine.worked import Worked
from tracker.facts.calendar import from_serial, workday_after
from tracker.schema.figures import followup_days
from tracker.schema.snapshot import Snapshot, fold

DUTIES = ("agreed", "action", "cadence")  # in the order of `followup_days`


@dataclass(frozen=True)
class Duty:
    """What may make a follow-up due: its day before it is moved to a working day, and whether it decides."""

    kind: str
    day: date
    decides: bool


@dataclass(frozen=True)
class CadenceOf:
    """A tag that wants a customer called every so many days; the shortest counts."""

    tag: str
    days: float
    counts: bool


@dataclass(frozen=True)
class ListLine:
    """A line of Follow-ups about the customer."""

    what: str
    why: str
    due: date | None
    days_late: float
    state: str
    escalation: str


@dataclass(frozen=True)
class FollowUpStory:
    """The follow-up of a customer: its day and what decides it, what silences it, the lines on the list.

    ``silent`` says why there is no cadence: closed, opt_out, paused, planned; empty where there is one or none was
    wanted. ``since`` is what the cadence counts from (contact, purchase, created), with its day; ``not_before`` the
    day before which none is due (cadence_from or paused_until) where that decides.
    """

    due: date | None
    state: str
    why: str
    moved_from: date | None
    duties: tuple[Duty, ...]
    cadence_days: float | None
    cadences: tuple[CadenceOf, ...]
    since: str
    since_day: date | None
    not_before: str
    spent: date | None
    planned: date | None
    silent: str
    paused_until: date | None
    last_contact: date | None
    last_summary: str
    channel: str
    lines: tuple[ListLine, ...]
    lead_on: date | None
    risk_on: date | None


def followup_story(worked: Worked, customer: Customer) -> FollowUpStory:
    """The follow-up of one customer of a snapshot that is worked out."""
    snapshot = worked.snapshot
    due, contact = customer.number("followup_due"), customer.number("last_contact")
    duties = _duties(customer, due)
    typed, planned = customer.number("next_followup"), customer.number("next_contact")
    since, since_day = _since(customer)
    cadence_tag = str(worked.tagging.cadence_tag[customer.position])
    proposed = str(channels(snapshot, worked.tagging.channel)[customer.position])
    first = min((duty.day for duty in duties), default=None)
    return FollowUpStory(
        due=_day(due),
        state=customer.text("followup_state"),
        why=customer.text("followup_why"),
        moved_from=first if due is not None and first != _day(due) else None,
        duties=duties,
        cadence_days=customer.number("cadence_days"),
        cadences=_cadences(worked, customer, cadence_tag),
        since=since,
        since_day=_day(since_day),
        not_before=_not_before(customer, since_day),
        spent=_day(typed) if typed is not None and contact is not None and typed <= contact else None,
        planned=_day(planned),
        silent=_silent(customer, planned),
        paused_until=_day(customer.number("paused_until")),
        last_contact=_day(contact),
        last_summary=customer.text("last_summary"),
        channel=snapshot.lists["channel"].label(proposed),
        lines=_lines(worked, customer),
        lead_on=_late(snapshot, due, snapshot.settings.escalate_lead),
        risk_on=_late(snapshot, due, snapshot.settings.escalate_risk),
    )


def _day(serial: float | None) -> date | None:
    return None if serial is None else from_serial(serial)


def _duties(customer: Customer, due: float | None) -> tuple[Duty, ...]:
    """Every duty that has a day; of those on one day the agreed day goes before the cadence, an action before both."""
    agreed, action, cadence = (float(days[0]) for days in followup_days(customer.snapshot))
    kind = "agreed" if agreed <= cadence and agreed < action else "action" if action <= cadence else "cadence"
    found = [
        (name, from_serial(day))
        for name, day in zip(DUTIES, (agreed, action, cadence), strict=True)
        if np.isfinite(day)
    ]
    return tuple(Duty(name, day, due is not None and name == kind) for name, day in found if day is not None)


def _since(customer: Customer) -> tuple[str, float | None]:
    """What the cadence counts from: the last contact, else the later of the last purchase and the day of the row."""
    contact = customer.number("last_contact")
    if contact is not None and contact > 0:
        return "contact", contact
    created, bought = np.floor(customer.number("created_on") or 0.0), customer.number("last_purchase") or 0.0
    if not max(created, bought) > 0:
        return "", None
    return ("purchase", bought) if bought >= created else ("created", float(created))


def _not_before(customer: Customer, since: float | None) -> str:
    """The name of the day that holds the cadence back, where it would be due earlier; empty for none."""
    start = customer.snapshot.settings.cadence_from or 0.0
    paused = float(np.floor(customer.number("paused_until") or 0.0))
    counted = (since or 0.0) + (customer.number("cadence_days") or 0.0)
    if max(start, paused) <= counted:
        return ""
    return "paused_until" if paused >= start else "cadence_from"


def _silent(customer: Customer, planned: float | None) -> str:
    snapshot = customer.snapshot
    if snapshot.means("Customers", "status", "closed")[0]:
        return "closed"
    if snapshot.means("Customers", "opt_out", "closed")[0]:
        return "opt_out"
    if planned is not None and planned > 0:
        return "planned"
    return "paused" if customer.number("cadence_days") is None else ""


def _cadences(worked: Worked, customer: Customer, cadence_tag: str) -> tuple[CadenceOf, ...]:
    """The cadence of each tag the customer bears, the shortest first."""
    found = []
    for one in worked.tagging.given:
        rule = int(one.rule[customer.position])
        days = one.rules[rule].rule.cadence_days if rule >= 0 else None
        if days is not None:
            found.append((days, one.labels(worked.snapshot)[one.tag[customer.position]]))
    ordered = sorted(found, key=lambda pair: pair[0])
    return tuple(CadenceOf(label, days, label == cadence_tag) for days, label in ordered)


def _lines(worked: Worked, customer: Customer) -> tuple[ListLine, ...]:
    columns, me = worked.worklist.listing.columns, fold(customer.text("customer_id"))
    keys = ("what", "why", "due", "days_late", "state", "escalation")
    rows = zip(columns["customer_id"], *(columns[key] for key in keys), strict=True)
    return tuple(
        ListLine(
            str(what or ""), str(why or ""), _serial(due), float(late or 0), str(state or ""), str(escalation or "")
        )
        for customer_id, what, why, due, late, state, escalation in rows
        if me and fold(str(customer_id or "")) == me
    )


def _serial(value: object) -> date | None:
    return from_serial(value) if isinstance(value, float) else None


def _late(snapshot: Snapshot, due: float | None, days: float) -> date | None:
    """The working day on which something is so many working days late."""
    if due is None:
        return None
    return from_serial(float(workday_after(due, int(np.ceil(days)), snapshot.weekend, snapshot.holidays)))
