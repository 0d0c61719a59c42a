"""Customers for whom a condition holds, with the columns somebody wants to see; and who of them may be written to.

A condition is that of a rule (see `rules`), over the workbook as a refresh would leave it, the tags included. Labels
and codes both mean a choice; labels come out. Kept out: how the list is laid out, and what a file is written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.consent import consented, opted_out
from tracker.engine.customer_facts import CustomerFacts
from tracker.engine.tags import coded
from tracker.facts.calendar import from_serial
from tracker.rules import Expression, evaluate, values
from tracker.rules.nodes import Kind, Name, Source, kind_of
from tracker.schema.column import Kind as ColumnKind
from tracker.schema.snapshot import Choices, Snapshot, fold

Mask = NDArray[np.bool_]
Cell = date | float | str | None

# The columns that hold an address, by the channel a mailing goes out on; of several the first that is filled.
ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "email": ("email",),
    "newsletter": ("email",),
    "phone": ("phone", "phone2"),
    "message": ("phone", "phone2"),
    "visit": ("street",),
}
LEFT_OUT = ("closed", "consent", "opt_out", "address", "twice")  # in the order in which somebody is left out


@dataclass(frozen=True)
class Asked:
    """A column somebody wants to see: what they called it, its header, and the value it holds for each customer."""

    name: str
    header: str
    value: Expression


@dataclass(frozen=True)
class Shown:
    """A column of the list: what it is called, and a cell for each customer found (day, number or text)."""

    name: str
    header: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Found:
    """The customers found: positions in Customers, the columns, and who was left out of a mailing, by reason."""

    positions: tuple[int, ...]
    columns: tuple[Shown, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def search(snapshot: Snapshot, condition: Expression, columns: Sequence[Asked], mailing: str = "") -> Found:
    """Who fulfils a condition, in the order of the sheet; with ``mailing``, a channel, only who may be addressed there.

    The snapshot is worked out (see `worked`).
    """
    facts = CustomerFacts(snapshot)
    holds = evaluate(coded(snapshot, condition), facts)
    kept, left_out = _addressed(snapshot, holds, mailing) if mailing else (holds, {})
    at = np.flatnonzero(kept)
    return Found(tuple(at.tolist()), tuple(_column(snapshot, facts, one, at) for one in columns), left_out)


def default_columns(mailing: str = "") -> tuple[str, ...]:
    """The columns of a list nobody chose any for."""
    address = ADDRESSES.get(mailing, ("phone", "email"))
    if mailing == "visit":
        address = ("street", "postal_code", "city", "country")
    return ("customer_id", "display_name", *address, *(() if mailing else ("owner",)), "tags", "spend_12m")


def _addressed(snapshot: Snapshot, holds: Mask, channel: str) -> tuple[Mask, dict[str, int]]:
    """Who of them consented, did not opt out, and has an address; each address once; and how many are left out."""
    checks = {
        "closed": ~(snapshot.means("Customers", "status", "closed") | snapshot.filled("Customers", "merged_into")),
        "consent": consented(snapshot, channel),
        "opt_out": ~opted_out(snapshot),
        "address": _address(snapshot, channel) != "",
    }
    kept, left_out = holds, dict[str, int]()
    for reason, passes in checks.items():
        left_out[reason] = int(np.count_nonzero(kept & ~passes))
        kept = np.asarray(kept & passes, bool)
    once = _once(_address(snapshot, channel), kept)
    left_out["twice"] = int(np.count_nonzero(kept & ~once))
    return np.asarray(kept & once, bool), {reason: left_out[reason] for reason in LEFT_OUT if left_out[reason]}


def _address(snapshot: Snapshot, channel: str) -> NDArray[np.object_]:
    address = np.full(len(snapshot.frames["Customers"]), "", object)
    for key in ADDRESSES[channel]:
        address = np.where(address == "", snapshot.text("Customers", key), address)
    return address


def _once(address: NDArray[np.object_], kept: Mask) -> Mask:
    """The first customer with each address among those kept."""
    seen, once = set[str](), np.zeros(len(kept), bool)
    for at in np.flatnonzero(kept).tolist():
        key = fold(str(address[at]))
        once[at] = key not in seen
        seen.add(key)
    return once


def _column(snapshot: Snapshot, facts: CustomerFacts, asked: Asked, at: NDArray[np.intp]) -> Shown:
    found = values(asked.value, facts)[at].tolist()
    column = snapshot.schema["Customers"].by_key.get(_key(asked.value))
    choices = snapshot.lists.get(column.choices) if column else None
    if kind_of(asked.value) is Kind.DATE:
        cells: list[Cell] = [from_serial(day) for day in found]
    elif choices is not None:
        several = column is not None and column.kind is ColumnKind.CHOICES
        cells = [_label(choices, str(text or ""), several) for text in found]
    else:
        cells = [_plain(value) for value in found]
    return Shown(asked.name, asked.header, tuple(cells))


def _key(value: Expression) -> str:
    return value.name if isinstance(value, Name) and value.source is Source.COLUMN else ""


def _label(choices: Choices, text: str, several: bool) -> str | None:
    parts = text.split(";") if several else [text]
    return "; ".join(choices.label(part.strip()) for part in parts if part.strip()) or None


def _plain(value: Any) -> Cell:
    if isinstance(value, float):
        return float(f"{value:.15g}") if np.isfinite(value) else None
    return str(value) if value not in (None, "") else None
