"""What `tracker explain` must say of an account of the Maven data, counted by pandas alone: nothing of tracker in here.

Kept apart from the counts of tags: here every number that entered a rule stands by itself, and the first day on which
another tag is given is looked for day by day, with the deals that were won by then.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

FOLDER = "CRM+Sales+Opportunities"


@dataclass(frozen=True)
class Account:
    """The numbers of one account on a day, by the words of the rules, and its tag in each dimension."""

    numbers: dict[str, float | None]
    tags: dict[str, str]


class Pipeline:
    """The deals of an archive."""

    def __init__(self, archive: str) -> None:
        """Read them; deals without an account or without a beginning are no contact."""
        with zipfile.ZipFile(archive) as packed:
            self.accounts = list(pd.read_csv(packed.open(f"{FOLDER}/accounts.csv"))["account"])
            file = packed.open(f"{FOLDER}/sales_pipeline.csv")
            self.deals = pd.read_csv(file, parse_dates=["engage_date", "close_date"]).dropna(subset=["account"])

    @cached_property
    def won(self) -> pd.DataFrame:
        """The deals that were won."""
        return self.deals[self.deals["deal_stage"] == "Won"]

    @cached_property
    def paid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the deals that were won the account by its place, the day and the money."""
        place = pd.Index(self.accounts).get_indexer(self.won["account"])
        return place, self.won["close_date"].to_numpy(), self.won["close_value"].to_numpy(float)

    def spend(self, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
        """What each account spent after a day, up to another."""
        place, days, money = self.paid
        inside = (days > after.to_datetime64()) & (days <= until.to_datetime64())
        return pd.Series(np.bincount(place[inside], money[inside], len(self.accounts)), self.accounts)

    def account(self, name: str, day: pd.Timestamp, said: pd.Timestamp) -> Account:
        """One account on a day; ``said`` is the day on which it is asked, after which nothing is known to happen."""
        year, half, before = (
            self.spend(_ago(day, far), min(_ago(day, near), said)) for far, near in ((12, 0), (6, 0), (12, 6))
        )
        won = self.won.loc[(self.won["account"] == name) & (self.won["close_date"] <= said), "close_date"]
        begun = self.deals.loc[self.deals["account"] == name, "engage_date"].dropna()
        talks = begun[begun <= said]
        touch = max([*talks, *won], default=None)
        positive = year[year > 0]
        mine = float(year[name])
        numbers = {
            "deals": float(len(won)),
            "contacts (30 days)": float((talks > day - pd.Timedelta(days=30)).sum()),
            "contacts (ever)": float(len(talks)),
            "months since the last touch": None if touch is None else _months(touch, day),
            "months since first purchase": _months(won.min(), day) if len(won) else None,
            "spend (12 months)": mine,
            "spend (6 months to 12 months ago)": float(before[name]),
            "growth in percent (6 months)": 100 * (half[name] - before[name]) / before[name] if before[name] else None,
            "% who spend more (12 months)": 100 * float((year > mine).sum()) / len(positive) if mine > 0 else None,
        }
        top = mine > 0 and mine >= positive.nlargest(math.ceil(len(positive) * 0.1)).min()
        return Account(numbers, _tags(numbers, top))

    def first_changes(self, name: str, day: pd.Timestamp, horizon: int) -> dict[str, tuple[int, str]]:
        """For each dimension in how many days another tag is given and which; those that stay are left out."""
        now, found = self.account(name, day, day).tags, dict[str, tuple[int, str]]()
        for days in range(1, horizon + 1):
            then = self.account(name, day + pd.Timedelta(days=days), day).tags
            for dimension, tag in then.items():
                if tag != now[dimension]:
                    found.setdefault(dimension, (days, tag))
            if len(found) == len(now):
                break
        return found


def _ago(day: pd.Timestamp, months: int) -> pd.Timestamp:
    return day - pd.DateOffset(months=months)


def _months(since: pd.Timestamp, day: pd.Timestamp) -> float:
    """Whole months, and the share of the running one."""
    whole = 0
    while since + pd.DateOffset(months=whole + 1) <= day:
        whole += 1
    began, ends = since + pd.DateOffset(months=whole), since + pd.DateOffset(months=whole + 1)
    return whole + (day - began).days / (ends - began).days


def _tags(numbers: dict[str, float | None], top: bool) -> dict[str, str]:
    touch, first, year = (
        numbers[key] for key in ("months since the last touch", "months since first purchase", "spend (12 months)")
    )
    growth, deals = numbers["growth in percent (6 months)"], numbers["deals"]
    silent = -1.0 if touch is None else touch
    assert year is not None
    stage = "existing" if first is not None and first > 3 else "new"
    value = "medium" if year >= 10_000 else "low" if year > 0 else ""
    value = "potential" if growth is not None and growth >= 50 else value
    value = "vip" if year > 100_000 else "high" if year >= 50_000 or top else value
    talked = numbers["contacts (30 days)"]
    return {
        "stage": "at_risk" if deals and silent >= 6 else "prospect" if not deals else stage,
        "value": value,
        "behaviour": "never_contacted"
        if not numbers["contacts (ever)"] and not deals
        else "dormant"
        if silent >= 3
        else "frequent"
        if talked is not None and talked >= 3
        else "active",
    }
