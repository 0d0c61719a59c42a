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


if __name__ == "__main__":
    print(counts(sys.argv[1], *(float(text) for text in sys.argv[2:4])))
