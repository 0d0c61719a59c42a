"""How many customers of the Maven data are VIP and high, counted by pandas alone: nothing of tracker in here.

python tests/import/maven_counts.py path/to/maven-crm-sales-opportunities.zip [vip_spend high_value_spend]
"""

from __future__ import annotations

import math
import sys
import zipfile
from dataclasses import dataclass

import pandas as pd

FOLDER = "CRM+Sales+Opportunities"
DAY = pd.Timestamp("2017-12-31")


@dataclass(frozen=True)
class Counts:
    """What the workbook must agree with."""

    customers: int
    revenue: float
    vip: int
    high: int
    interactions: int
    without_account: int
    without_date: int
    purchases: int


def counts(archive: str, vip_spend: float = 100_000, high_spend: float = 50_000, top_percent: float = 10) -> Counts:
    """The counts as of the last deals: annual spend above vip_spend, else from high_spend on or in the top tenth."""
    with zipfile.ZipFile(archive) as packed:
        accounts = pd.read_csv(packed.open(f"{FOLDER}/accounts.csv"))
        deals = pd.read_csv(packed.open(f"{FOLDER}/sales_pipeline.csv"), parse_dates=["engage_date", "close_date"])
    named, dated = deals["account"].notna(), deals["engage_date"].notna()
    won = deals[(deals["deal_stage"] == "Won") & named]
    year = won[(won["close_date"] > DAY - pd.DateOffset(months=12)) & (won["close_date"] <= DAY)]
    spend = year.groupby("account")["close_value"].sum().reindex(accounts["account"], fill_value=0)
    vip = spend > vip_spend
    buyers = spend[spend > 0]
    cut = buyers.nlargest(math.ceil(len(buyers) * top_percent / 100)).min()  # ties at the cut are in
    high = ~vip & ((spend >= high_spend) | (spend >= cut))
    return Counts(
        len(accounts),
        float(won["close_value"].sum()),
        int(vip.sum()),
        int(high.sum()),
        int((named & dated).sum()),
        int((~named).sum()),
        int((named & ~dated).sum()),
        len(won),
    )


def tags(archive: str, day: str, top_percent: float = 10) -> dict[str, dict[str, int]]:
    """How many accounts bear each tag of each dimension on a day, by the default rules; an empty tag is none.

    Every deal began with a contact on its engage_date; a deal that was won is a purchase on its close_date. Nobody has
    a complaint or a need in these data.
    """
    today = pd.Timestamp(day)
    with zipfile.ZipFile(archive) as packed:
        accounts = pd.read_csv(packed.open(f"{FOLDER}/accounts.csv"))["account"]
        deals = pd.read_csv(packed.open(f"{FOLDER}/sales_pipeline.csv"), parse_dates=["engage_date", "close_date"])
    deals = deals[deals["account"].notna()]
    talks = deals[deals["engage_date"] <= today].set_index("account")["engage_date"]
    won = deals[(deals["deal_stage"] == "Won") & (deals["close_date"] <= today)].set_index("account")
    made = [_of_account(talks[talks.index == one], won[won.index == one], today) for one in accounts]
    frame = pd.DataFrame(made)
    buyers = frame.loc[frame["year"] > 0, "year"]
    cut = buyers.nlargest(math.ceil(len(buyers) * top_percent / 100)).min() if len(buyers) else math.inf
    frame["value"] = [_value(row, cut) for _, row in frame.iterrows()]
    counted = {name: frame[name].value_counts().to_dict() for name in ("stage", "value", "behaviour")}
    return {**counted, "care": {"": len(accounts)}, "need": {"": len(accounts)}}


def _of_account(talks: pd.Series, won: pd.DataFrame, today: pd.Timestamp) -> dict[str, object]:
    """What one account spent and its tags but for the value, which looks at the others too."""

    def ago(months: int) -> pd.Timestamp:
        return today - pd.DateOffset(months=months)

    def spent(after: pd.Timestamp, until: pd.Timestamp) -> float:
        return float(won.loc[(won["close_date"] > after) & (won["close_date"] <= until), "close_value"].sum())

    paid = won[won["close_value"] > 0]
    touches = [*talks, *paid["close_date"]]
    touch = max(touches) if touches else None
    silent = {months: touch is not None and touch + pd.DateOffset(months=months) <= today for months in (3, 6)}
    bought = len(paid) > 0
    new = bought and today <= paid["close_date"].min() + pd.DateOffset(months=3)
    lately = int((talks > today - pd.Timedelta(days=30)).sum())
    return {
        "year": spent(ago(12), today),
        "half": spent(ago(6), today),
        "before": spent(ago(12), ago(6)),
        "stage": "at_risk" if bought and silent[6] else "prospect" if not bought else "new" if new else "existing",
        "behaviour": "never_contacted"
        if not len(talks) and not bought
        else "dormant"
        if silent[3]
        else "frequent"
        if lately >= 3
        else "active",
    }


def _value(row: pd.Series, cut: float) -> str:
    if row["year"] > 100_000:
        return "vip"
    if row["year"] >= 50_000 or (row["year"] > 0 and row["year"] >= cut):
        return "high"
    if row["before"] > 0 and 100 * (row["half"] - row["before"]) / row["before"] >= 50:
        return "potential"
    return "medium" if row["year"] >= 10_000 else "low" if row["year"] > 0 else ""


if __name__ == "__main__":
    print(counts(sys.argv[1], *(float(text) for text in sys.argv[2:4])))
