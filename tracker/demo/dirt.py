"""What goes wrong in every real workbook, put into the demo's on purpose: about a dozen findings, each of one kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.facts.calendar import from_serial

NBSP = "\u00a0"
SPOILT = 60  # e-mail addresses are spoilt among the first so many customers
ROW = dict[str, Any]


@dataclass(frozen=True)
class Slip:
    """One cell to be spoilt: the table, the position of its row, the column key, what stands there then."""

    table: str
    position: int
    key: str
    value: str | float


def slips(today: int, tables: dict[str, list[ROW]]) -> tuple[Slip, ...]:
    """The demo's slips, all relative to the day."""
    day = from_serial(today)
    assert day is not None
    customers, talks, lines = tables["Customers"], tables["Interactions"], tables["Purchases"]
    firm = _of(customers, lambda row: bool(row["company"]) and row["first_name"].isascii())
    twin = _of(customers, lambda row: row["status"] is None, start=firm + 25)
    recent = _of(talks, lambda row: _plain_talk(row) and today - 6 < row["started_at"] < today)
    answered = _of(talks, lambda row: row["ended_at"] is not None, start=len(talks) * 2 // 3)
    acted = _of(talks, lambda row: row["action_done_on"] is not None, start=len(talks) // 2)
    priced = _of(lines, lambda row: row["discount"] is None and row["returned"] is None, start=len(lines) * 2 // 3)
    return (
        Slip("Customers", firm, "last_name", NBSP + customers[firm]["last_name"]),
        Slip("Customers", firm + 7, "industry", "Hospitalty"),
        Slip("Customers", firm + 11, "owner", "Amria"),
        Slip("Customers", twin, "email", str(customers[firm + 3]["email"])),
        Slip("Customers", firm + 16, "email", str(customers[firm + 16]["email"]).split("@")[0] + "@gmial.com"),
        Slip("Customers", firm + 19, "core_need", ""),
        Slip("Interactions", recent, "customer", "Bluebird Canteen"),
        Slip("Interactions", answered, "ended_at", float(talks[answered]["started_at"]) - 0.25),
        Slip("Interactions", answered + 5, "csat", 9.0),
        Slip("Interactions", acted, "action_done_on", _ambiguous(day)),
        Slip("Purchases", priced, "purchased_at", _plain_text_date(int(lines[priced]["purchased_at"]))),
        Slip("Purchases", priced + 9, "quantity", f"{lines[priced + 9]['quantity']:.0f} kg"),
        Slip(
            "Purchases",
            priced + 15,
            "discount",
            float(round(lines[priced + 15]["unit_price"] * lines[priced + 15]["quantity"] * 1.2)),
        ),
        Slip("Purchases", priced + 22, "customer", _misspelt(str(customers[firm]["company"]))),
    )


def _of(rows: list[ROW], fits: Callable[[ROW], bool], start: int = 0) -> int:
    """The first row from ``start`` on that suits a slip."""
    return next(i for i in range(start, len(rows)) if fits(rows[i]))


def _plain_talk(row: ROW) -> bool:
    return row["purpose"] == "check_in" and row["action_due"] is None and row["nps"] is None


def _ambiguous(day: date) -> str:
    """A day of some weeks ago that reads two ways."""
    then = day - timedelta(days=45)
    return f"{5 if then.month != 5 else 6:02d}/{then.month:02d}/{then.year}"


def _misspelt(text: str) -> str:
    """A name with its third and fourth letters swapped."""
    return text[:2] + text[3] + text[2] + text[4:]


def _plain_text_date(serial: int) -> str:
    """A date typed as text, unmistakable because its day is above 12."""
    day = from_serial(serial)
    assert day is not None
    return f"{max(day.day, 13)}.{day.month:02d}.{day.year}"
