"""The second telling of every live formula: what its cell computes, as array arithmetic on a snapshot.

Each function stands beside a formula of the same name in the tables' modules and follows it step by step, dirt
included; a test holds the two equal through LibreOffice. Dates come and go as serials. No formula text in here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import next_workday
from tracker.facts.windows import Events, Window, count, earliest, latest, total

if TYPE_CHECKING:
    from tracker.schema.snapshot import Snapshot

Numbers = NDArray[np.float64]
Texts = NDArray[np.object_]

ALWAYS = Window(-np.inf, np.inf)
SECONDS = 86_400
CELL = 32_767  # characters of a text as UTF-16 counts them, beyond which a formula gives an error
SPACES = re.compile("  +")


def rounded(values: Numbers, digits: int) -> Numbers:
    """Excel's ROUND: half away from zero, judged at the 15 digits Excel keeps."""
    scale = 10.0**digits
    size = np.abs(values) * scale
    return np.sign(values) * np.floor(size * (1 + 4e-16) + 0.5) / scale


def display_name(snapshot: Snapshot) -> Texts:
    """First and last name in the locale's order, else the company, else the first name."""
    first, last, company = (snapshot.text("Customers", key) for key in ("first_name", "last_name", "company"))
    family_first = snapshot.settings.name_order == "family-given"
    full = last + " " + first if family_first else first + " " + last
    name = np.where(company != "", company, first)
    both = last != ""
    trimmed = _trimmed(full[both].tolist())
    if max(map(len, trimmed), default=0) > CELL // 2:
        trimmed = [one if _held(one) else "" for one in trimmed]  # longer is an error there
    name[both] = trimmed
    no_last, no_firm, no_first = (snapshot.broken("Customers", key) for key in ("last_name", "company", "first_name"))
    name[no_last | np.where(both, no_first, no_firm | ((company == "") & no_first))] = ""
    return _texts(name)


def last_contact(snapshot: Snapshot) -> Numbers:
    """Day of the last counted contact."""
    return _spread(snapshot, latest(snapshot.contacts, ALWAYS, _size(snapshot)))


def next_contact(snapshot: Snapshot) -> Numbers:
    """Day of the first planned contact."""
    return _spread(snapshot, earliest(snapshot.plans, ALWAYS, _size(snapshot)))


def next_action(snapshot: Snapshot) -> Numbers:
    """Earliest due day among the open actions."""
    due = snapshot.number("Interactions", "action_due")
    open_ = (due > 0) & ~snapshot.filled("Interactions", "action_done_on")
    events = Events(snapshot.codes("Interactions")[open_], due[open_])
    return _spread(snapshot, earliest(events, ALWAYS, _size(snapshot)))


def contacts_30d(snapshot: Snapshot) -> Numbers:
    """Counted contacts of the last 30 days."""
    window = Window(snapshot.today - 30, np.inf)
    return _spread(snapshot, count(snapshot.contacts, window, _size(snapshot)))


def first_purchase(snapshot: Snapshot) -> Numbers:
    """Day of the first line that was paid for."""
    return _spread(snapshot, earliest(_paid(snapshot), _until(snapshot), _size(snapshot)))


def last_purchase(snapshot: Snapshot) -> Numbers:
    """Day of the last line that was paid for."""
    return _spread(snapshot, latest(_paid(snapshot), _until(snapshot), _size(snapshot)))


def lifetime_spend(snapshot: Snapshot) -> Numbers:
    """Net amount of all purchases up to the day."""
    return _spread(snapshot, rounded(total(snapshot.sales, _until(snapshot), _size(snapshot)), 2))


def spend_12m(snapshot: Snapshot) -> Numbers:
    """Net amount inside the spend window."""
    window = Window(snapshot.spend_from - 1, snapshot.today)
    return _spread(snapshot, rounded(total(snapshot.sales, window, _size(snapshot)), 2))


def followup_due(snapshot: Snapshot) -> Numbers:
    """The earliest of the typed day (until it is spent), the open action and the cadence, on a working day."""
    due = np.minimum.reduce(followup_days(snapshot))
    due[~np.isfinite(due)] = np.nan
    return next_workday(due, snapshot.weekend, snapshot.holidays)


def followup_days(snapshot: Snapshot) -> tuple[Numbers, Numbers, Numbers]:
    """What may make a follow-up due: the typed day, the open action, the cadence; infinite where it does not."""
    typed, contact, action, cadence, plan, paused, created, bought = (
        np.nan_to_num(snapshot.number("Customers", key))
        for key in (
            "next_followup",
            "last_contact",
            "next_action",
            "cadence_days",
            "next_contact",
            "paused_until",
            "created_on",
            "last_purchase",
        )
    )
    start = snapshot.settings.cadence_from or 0.0
    since = np.where(contact > 0, contact, np.maximum(np.floor(created), bought))
    by_cadence = np.maximum(np.maximum(since + cadence, start), np.floor(paused))
    cadenced = (cadence > 0) & (plan == 0) & ~closed(snapshot)
    never = np.asarray(snapshot.text("Customers", "customer_id") == "", bool)
    for key, looked_at in (
        ("next_followup", True),
        ("paused_until", cadenced),
        ("created_on", cadenced & (contact == 0)),
    ):
        never |= snapshot.broken("Customers", key) & looked_at
    days = (
        np.where(typed > contact, np.floor(typed), np.inf),
        np.where(action > 0, action, np.inf),
        np.where(cadenced, by_cadence, np.inf),
    )
    for day in days:
        day[never] = np.inf
    return days


def closed(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Customers without a cadence: closed, merged into another, or wanting no contact at all."""
    return snapshot.means("Customers", "status", "closed") | snapshot.means("Customers", "opt_out", "closed")


def followup_state(snapshot: Snapshot) -> Texts:
    """The word for a follow-up's due day."""
    return _state(snapshot, snapshot.number("Customers", "followup_due"))


def days_overdue(snapshot: Snapshot) -> Numbers:
    """Days since a follow-up was due; 0 when it is not late."""
    due = snapshot.number("Customers", "followup_due")
    return np.where(np.isnan(due), np.nan, np.maximum(0, snapshot.today - due))


def action_state(snapshot: Snapshot) -> Texts:
    """The word for an open action's due day."""
    return _state(snapshot, _action_due(snapshot))


def action_days_overdue(snapshot: Snapshot) -> Numbers:
    """Days since an open action was due; 0 when it is not late."""
    due = _action_due(snapshot)
    return np.where(np.isnan(due), np.nan, np.maximum(0, snapshot.today - due))


def customer_name(table: str) -> Callable[[Snapshot], Texts]:
    """The display name of each row's customer."""

    def compute(snapshot: Snapshot) -> Texts:
        codes = snapshot.codes("Customers")
        names = snapshot.text("Customers", "display_name")
        by_code = np.full(_size(snapshot) + 1, "", object)  # the last one answers for -1
        by_code[codes[::-1]] = names[::-1]  # of two rows with one ID the first counts, as MATCH finds it
        by_code[-1] = ""
        return _texts(by_code[snapshot.codes(table)])

    return compute


def minutes(snapshot: Snapshot) -> Numbers:
    """Length of an interaction in minutes, to the second."""
    spent = snapshot.number("Interactions", "ended_at") - snapshot.number("Interactions", "started_at")
    return rounded(spent * SECONDS, 0) / 60


def counts(snapshot: Snapshot) -> Numbers:
    """1 for a counted contact, 2 for a plan, 0 for anything else; blank without customer or start."""
    started = np.nan_to_num(snapshot.number("Interactions", "started_at"))
    two_way = snapshot.means("Interactions", "channel", "two_way")
    inbound = snapshot.means("Interactions", "direction", "inbound")
    answered = snapshot.filled("Interactions", "response") | snapshot.filled("Interactions", "responded_at")
    done = answered | snapshot.filled("Interactions", "minutes") | snapshot.filled("Interactions", "action_done_on")
    later = started >= snapshot.today + 1
    value = np.where(later, np.where(done, 0.0, 2.0), np.where(inbound & ~answered, 0.0, 1.0))
    unclear = snapshot.broken("Interactions", "response") | snapshot.broken("Interactions", "responded_at")
    value[unclear | (later & snapshot.broken("Interactions", "action_done_on"))] = np.nan
    value = np.where(two_way, value, 0.0)
    value[(snapshot.text("Interactions", "customer_id") == "") | (started == 0)] = np.nan
    return value


def net_amount(snapshot: Snapshot) -> Numbers:
    """What a line brings: quantity times price, or the amount, less the discount; negative for a return."""
    price, amount, quantity, discount = (
        snapshot.number("Purchases", key) for key in ("unit_price", "amount", "quantity", "discount")
    )
    line = np.where(np.isnan(price), amount, np.where(np.isnan(quantity), 1.0, quantity) * price)
    returned = snapshot.filled("Purchases", "return_of") | snapshot.filled("Purchases", "return_reason")
    value = rounded(np.where(returned, -1.0, 1.0) * (line - np.nan_to_num(discount)), 4)
    for key in ("return_of", "return_reason", "discount"):
        value[snapshot.broken("Purchases", key)] = np.nan
    return value


def _size(snapshot: Snapshot) -> int:
    return len(snapshot.customer_codes)


def _spread(snapshot: Snapshot, by_code: Numbers) -> Numbers:
    return snapshot.per_customer(by_code)


def _until(snapshot: Snapshot) -> Window:
    return Window(-np.inf, snapshot.today)


def _paid(snapshot: Snapshot) -> Events:
    sales = snapshot.sales
    assert sales.amount is not None
    paid = sales.amount > 0
    return Events(sales.customer[paid], sales.day[paid], sales.amount[paid])


def _state(snapshot: Snapshot, due: Numbers) -> Texts:
    late, today, soon = (snapshot.words.choice("state", code) for code in ("overdue", "today", "upcoming"))
    upcoming = due <= snapshot.today + snapshot.settings.upcoming_days
    words = np.select([due < snapshot.today, due == snapshot.today, upcoming], [late, today, soon], "")
    return _texts(words.astype(object))


def _action_due(snapshot: Snapshot) -> Numbers:
    due = snapshot.number("Interactions", "action_due")
    done = snapshot.filled("Interactions", "action_done_on")
    return np.where(done | (np.nan_to_num(due) == 0), np.nan, np.floor(due))


def _trimmed(texts: list[str]) -> list[str]:
    """TRIM for a whole column, joined: blanks go from both ends, and all but one of those that stand together."""
    joined = SPACES.sub(" ", "\n".join(["", *texts, ""]))
    trimmed = joined.replace("\n ", "\n").replace(" \n", "\n").split("\n")[1:-1]
    return trimmed if len(trimmed) == len(texts) else [SPACES.sub(" ", text).strip(" ") for text in texts]


def _held(text: str) -> bool:
    return len(text) <= CELL // 2 or len(text.encode("utf-16-le", "surrogatepass")) <= 2 * CELL


def _texts(values: NDArray[Any]) -> Texts:
    blank = values.copy()
    blank[blank == ""] = None
    return blank
