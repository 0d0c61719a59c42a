"""The settings of a workbook: what staff may argue about, with default, unit and allowed range.

One dataclass is the truth for the Settings sheet, the reader, the docs and the rules' names. Meanings are words and
live in the locale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class SettingKind(StrEnum):
    """How a setting's cell is read."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True)
class Setting:
    """One row of the Settings sheet."""

    key: str
    kind: SettingKind
    default: float | str | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    like: str = ""  # how it may be written, where neither a range nor choices say it


def _number(default: float, unit: str, low: float, high: float) -> Any:
    metadata = {"kind": SettingKind.NUMBER, "unit": unit, "low": low, "high": high}
    return field(default=default, metadata=metadata)


def _text(default: str, *choices: str, like: str = "") -> Any:
    kind = SettingKind.CHOICE if choices else SettingKind.TEXT
    return field(default=default, metadata={"kind": kind, "choices": choices, "like": like})


def _date() -> Any:
    return field(default=None, metadata={"kind": SettingKind.DATE})


WEEKEND = "0000011"  # Saturday and Sunday off
MONEY = 1e12  # no threshold is larger


@dataclass(frozen=True)
class Settings:
    """The values in force; dates are serials, None where blank."""

    new_months: float = _number(3, "months", 1, 24)
    dormant_months: float = _number(3, "months", 1, 60)
    churn_months: float = _number(6, "months", 1, 60)
    frequent_contacts: float = _number(3, "contacts", 1, 100)
    frequent_days: float = _number(30, "days", 1, 366)
    complaint_months: float = _number(12, "months", 1, 60)
    high_value_percent: float = _number(10, "percent", 0, 100)
    high_value_spend: float = _number(50_000, "currency", 0, MONEY)
    vip_spend: float = _number(100_000, "currency", 0, MONEY)
    medium_spend: float = _number(10_000, "currency", 0, MONEY)
    growth_percent: float = _number(50, "percent", 0, 10_000)
    spend_window: str = _text("rolling", "rolling", "calendar", "fiscal")
    urgent_days: float = _number(14, "days", 0, 366)
    cadence_default: float = _number(75, "days", 1, 730)
    cadence_from: float | None = _date()
    upcoming_days: float = _number(7, "days", 1, 60)
    sla_hours: float = _number(24, "hours", 1, 240)
    response_hours: float = _number(72, "hours", 1, 720)
    escalate_lead: float = _number(5, "workdays", 1, 60)
    escalate_risk: float = _number(7, "workdays", 1, 90)
    double_contact_days: float = _number(2, "days", 0, 30)
    verify_months: float = _number(12, "months", 1, 120)
    workdays: str = _text("Mon-Fri", like="Mon-Fri, Sun-Thu, or Mon,Wed,Fri")
    holidays: str = _text("")
    purchase_is_touch: str = _text("yes", "yes", "no")
    currency: str = _text("USD", like="USD or EUR")
    time_zone: str = _text("local", like="local or Europe/Berlin")
    period: str = _text("month", "month", "quarter", "year")
    fiscal_start: float = _number(1, "month", 1, 12)
    id_pattern: str = _text("dated", "dated", "integer", "any")
    phone_region: str = _text("US", like="US, DE or GB")
    phone_rule: str = _text("e164", "e164", "cn11")
    name_order: str = _text("given-family", "given-family", "family-given")
    key_fields: str = _text("email or phone; owner; core_need")
    backup_keep: str = _text("20 / 30d / 12m", like="20 / 30d / 12m")
    stale_days: float = _number(7, "days", 1, 366)
    live_formulas: str = _text("auto", "auto", "always", "never")
    as_of: float | None = _date()


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(one.name, default=getattr(Settings(), one.name), **one.metadata) for one in fields(Settings)
)

# Rows of the Settings sheet that the tool owns, in this order, before the settings proper.
OWNED = ("schema", "workbook_id", "locale", "profile", "made_by")
COUNTERS = {"Customers": "next_id_customers", "Interactions": "next_id_interactions", "Purchases": "next_id_purchases"}
OF_THE_BOOK = ("cadence_from", "as_of")  # days from which one workbook counts: never alike, and no fault

BETWEEN, OR = re.compile("[;；,，\n]"), re.compile(r"(?<!\s)\s++or\s+|/", re.IGNORECASE)  # in key_fields
KEEP = re.compile(r"\s*(\d{1,5})\s*/\s*(\d{1,5})\s*d\s*/\s*(\d{1,5})\s*m\s*", re.IGNORECASE)
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def key_groups(key_fields: str) -> tuple[tuple[str, ...], ...]:
    """The names of ``email or phone; owner``, by group: of those joined by or, one filled is enough."""
    groups = (OR.split(group) for group in BETWEEN.split(key_fields))
    found = (tuple(name.strip() for name in group if name.strip()) for group in groups)
    return tuple(group for group in found if group)


def copies_kept(backup_keep: str) -> tuple[int, int, int] | None:
    """How many copies ``20 / 30d / 12m`` keeps: the last ones, one a day, one a month; None for any other text."""
    found = KEEP.fullmatch(backup_keep)
    if found is None:
        return None
    newest, days, months = map(int, found.groups())
    return newest, days, months


def weekend_mask(workdays: str) -> str | None:
    """WORKDAY.INTL's weekend string for text such as ``Mon-Fri`` or ``Sun-Thu, Sat``: Monday first, 1 = day off.

    None when the text cannot be read or leaves no working day.
    """
    work: set[int] = set()
    for part in workdays.replace("–", "-").replace(";", ",").lower().split(","):
        ends = [_day(text) for text in part.split("-")]
        if None in ends or len(ends) > 2:
            return None
        first, last = ends[0], ends[-1]
        work |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}  # type: ignore[operator]
    return "".join("0" if day in work else "1" for day in range(7)) if work else None


def _day(text: str) -> int | None:
    short = text.strip()[:3]
    return DAY_NAMES.index(short) if short in DAY_NAMES else None
