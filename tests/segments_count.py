"""The Segments sheet counted again by pandas from the tables of a refreshed workbook: nothing of tracker in here.

python tests/segments_count.py BOOK prints each line as counted, and the same line as it stands on the sheet.
"""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd

DIMENSIONS = {"Stage": "stage", "Value": "value", "Behaviour": "behaviour", "Care": "care", "Need": "need"}
NONE = {"Stage": "No stage"}
FIGURES = (
    "customers",
    "share",
    "spend",
    "spend_share",
    "csat",
    "repeat",
    "moved",
    "moved_spend",
    "month",
    "month_spend",
)

Line = dict[str, float | None]
Lines = dict[tuple[str, str], Line]


class Book:
    """The tables of a workbook as pandas frames by header, its named cells, and the Segments sheet as it stands."""

    def __init__(self, data: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        self.day = pd.Timestamp(self.cell("figures_day"))
        since = self.cell("baseline_day")
        self.since = None if since is None else pd.Timestamp(since)

    def cell(self, name: str) -> pd.Timestamp | None:
        """The day in a named cell."""
        ((sheet, ref),) = self.book.defined_names[name].destinations
        return _day(self.book[sheet][ref.replace("$", "")].value)

    def area(self, name: str) -> list[list[object]]:
        """The values of a named block."""
        ((sheet, ref),) = self.book.defined_names[name].destinations
        cells = self.book[sheet][ref.replace("$", "")]
        rows = cells if isinstance(cells, tuple) else ((cells,),)
        return [[cell.value for cell in (row if isinstance(row, tuple) else (row,))] for row in rows]

    def table(self, name: str) -> pd.DataFrame:
        """A table without its blank rows."""
        sheet = next(sheet for sheet in self.book if name in sheet.tables)
        head, *rows = [[cell.value for cell in row] for row in sheet[sheet.tables[name].ref]]
        return pd.DataFrame(rows, columns=head).replace("", None).dropna(how="all").reset_index(drop=True)

    def stands(self) -> Lines:
        """ "Who is who" as it stands."""
        return {(row[0], row[1]): dict(zip(FIGURES, row[2:], strict=True)) for row in self.area("segments") if row[1]}


def _day(value: object) -> pd.Timestamp | None:
    if isinstance(value, datetime | date):
        return pd.Timestamp(value)
    return pd.Timestamp("1899-12-30") + pd.Timedelta(days=float(value)) if isinstance(value, int | float) else None


def counted(data: bytes) -> Lines:
    """What "Who is who" must say of every tag that anybody bears, bore, or that no rule gives to anybody."""
    book = Book(data)
    customers = book.table("Customers")
    customers = customers[(customers["Status"] != "Merged") & customers["Customer ID"].notna()]
    customers = customers.drop_duplicates("Customer ID").set_index("Customer ID")
    customers["spend"] = pd.to_numeric(customers["Spend 12 m"], errors="coerce").fillna(0)
    talks, deals = _answers(book), _deals(book)
    lines: Lines = {}
    own = customers["Own tags"].fillna("").map(_own)
    names = {name: name for tags in own for name in tags}
    for label, dimension in {**DIMENSIONS, **names}.items():
        tag = customers[label].fillna("") if label in DIMENSIONS else own.map(lambda tags, name=label: tags[name])
        for name, mine in customers.groupby(tag):
            ids = set(mine.index)
            line = _line(mine, customers, talks[talks["who"].isin(ids)], deals[deals.index.isin(ids)])
            lines[label, name or NONE.get(label, "No tag")] = line
        for key, since in (("moved", book.since), ("month", book.day - pd.Timedelta(days=30))):
            _net(lines, label, key, _moves(book, dimension, since, customers, tag), known=book.since is not None)
    return lines


def _own(text: str) -> dict[str, str]:
    """The tags of leads' own dimensions, of a text such as ``club=gold; tier="a; b"``."""
    pairs = re.findall(r'([^;="]+)=("(?:[^"]|"")*"|[^;]*)', text)
    return {name.strip(): tag[1:-1].replace('""', '"') if tag[:1] == '"' else tag for name, tag in pairs}


def _answers(book: Book) -> pd.DataFrame:
    """CSAT answers of 12 months and whose they are."""
    talks = book.table("Interactions")
    days = talks["Started"].map(_day).dt.floor("D")
    csat = pd.to_numeric(talks["CSAT"], errors="coerce")
    inside = (days > book.day - pd.DateOffset(months=12)) & (days <= book.day) & csat.between(1, 5)
    return pd.DataFrame({"who": talks["Customer ID"], "csat": csat})[inside]


def _deals(book: Book) -> pd.Series:
    """How many deals of 12 months each customer has: orders that brought more than came back of them."""
    lines = book.table("Purchases")
    lines["day"] = lines["Purchased"].map(_day).dt.floor("D")
    lines["net"] = pd.to_numeric(lines["Net amount"], errors="coerce")
    lines = lines[lines["day"].notna() & lines["net"].notna() & (lines["day"] <= book.day)]
    own = lines["Order ID"].fillna("\0" + lines["Purchase ID"].astype(str))
    order = dict(zip(lines["Purchase ID"], own, strict=True))
    lines["order"] = [order.get(back, mine) for back, mine in zip(lines["Return of"], own, strict=True)]
    sold = lines[lines["Return of"].isna() & lines["Return reason"].isna()]
    orders = sold.groupby(["Customer ID", "order"])["day"].min().reset_index()
    net = lines.groupby(["Customer ID", "order"])["net"].sum().round(6)
    orders["net"] = [net[who, one] for who, one in zip(orders["Customer ID"], orders["order"], strict=True)]
    inside = (orders["day"] > book.day - pd.DateOffset(months=12)) & (orders["net"] > 0)
    return orders[inside].groupby("Customer ID").size()


def _line(mine: pd.DataFrame, everyone: pd.DataFrame, talks: pd.DataFrame, deals: pd.Series) -> Line:
    spend, whole = mine["spend"].sum(), everyone["spend"].sum()
    return {
        "customers": len(mine),
        "share": 100 * len(mine) / len(everyone),
        "spend": spend,
        "spend_share": 100 * spend / whole if whole > 0 else None,
        "csat": 100 * (talks["csat"] >= 4).mean() if len(talks) else None,
        "repeat": 100 * (deals >= 2).mean() if len(deals) else None,
    }


def _moves(
    book: Book, dimension: str, since: pd.Timestamp | None, customers: pd.DataFrame, tag: pd.Series
) -> Iterable[tuple[str, str, float]]:
    """From which tag to which each customer moved after a day, by label, and their spend."""
    history = book.table("TagHistory")
    if since is None or not len(history):
        return
    day = history["Changed on"].map(_day)
    rows = history[(history["Dimension"] == dimension) & (day > since) & (day <= book.day)]
    for customer, before in rows.drop_duplicates("Customer ID").set_index("Customer ID")["From"].items():
        was = before if isinstance(before, str) else ""
        was = _label(was) if dimension in DIMENSIONS.values() else was
        if customer in tag.index and tag[customer] != was:
            yield was, tag[customer], customers["spend"][customer]


def _label(code: str) -> str:
    """What a tag of the defaults is called; the history holds codes."""
    return {"vip": "VIP", "complaint_open": "Open complaint"}.get(code, code.replace("_", " ").capitalize())


def _net(lines: Lines, label: str, key: str, moves: Iterable[tuple[str, str, float]], known: bool) -> None:
    """Who came less who went."""
    mine = [line for (dimension, _), line in lines.items() if dimension == label]
    for line in mine:
        line[key], line[f"{key}_spend"] = (0, 0.0) if known else (None, None)
    for before, now, spend in moves:
        for tag, sign in ((before, -1), (now, 1)):
            line = lines.setdefault((label, tag or NONE.get(label, "No tag")), {})
            line[key] = (line.get(key) or 0) + sign
            line[f"{key}_spend"] = (line.get(f"{key}_spend") or 0) + sign * spend


if __name__ == "__main__":
    read = Path(sys.argv[1]).read_bytes()
    for where, figures in counted(read).items():
        print(where, figures, Book(read).stands().get(where), sep="\n    ")
