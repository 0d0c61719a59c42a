"""Shape hotel_bookings.csv into customers, interactions and purchases: what a map alone cannot do.

    python examples/hotel/prepare.py path/to/hotel_bookings.csv.zip FOLDER

The bookings name no guests. Who books again is the agent of a country, so that is the customer here. A booking is one
contact on the day it was made; a stay that took place is one purchase, nights × price, on the day of arrival.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pandas as pd

MEMBER = "hotel_bookings.csv"
CHANNELS = {"TA/TO": "email", "Direct": "phone", "Corporate": "phone", "GDS": "message", "Undefined": "email"}


def bookings(archive: Path) -> pd.DataFrame:
    """The bookings as text and numbers; the archive also holds a folder of another system's clutter."""
    with zipfile.ZipFile(archive) as packed, packed.open(MEMBER) as file:
        read = pd.read_csv(
            file,
            low_memory=False,
            na_values=["NULL"],
            keep_default_na=False,
            dtype={"agent": "Int64", "country": "str"},
        )
    months = pd.to_datetime(read["arrival_date_month"], format="%B").dt.month
    parts = {"year": read["arrival_date_year"], "month": months, "day": read["arrival_date_day_of_month"]}
    arrival = pd.to_datetime(pd.DataFrame(parts))
    agent = read["agent"].astype("string").fillna("direct")
    return read.assign(
        booking=[f"B{n:06d}" for n in range(1, len(read) + 1)],
        country=read["country"].fillna("unknown"),
        agent=agent,
        customer=read["country"].fillna("unknown") + "-" + agent,
        arrival=arrival,
        booked=arrival - pd.to_timedelta(read["lead_time"], unit="D"),
        nights=read["stays_in_weekend_nights"] + read["stays_in_week_nights"],
    )


def customers(made: pd.DataFrame) -> pd.DataFrame:
    """One row for each country and agent, with the segment most of its bookings came through."""
    segment = made.groupby("customer")["market_segment"].agg(lambda texts: texts.mode().iloc[0])
    first = made.groupby("customer").agg(
        country=("country", "first"), agent=("agent", "first"), since=("booked", "min")
    )
    name = first["agent"].map(lambda agent: "Direct guests" if agent == "direct" else f"Agent {agent}")
    table = first.assign(name=name + ", " + first["country"], segment=segment, since=first["since"].dt.date)
    return table.reset_index()[["customer", "name", "country", "since", "segment"]]


def interactions(made: pd.DataFrame) -> pd.DataFrame:
    """One row a booking, on the day it was made and answered."""
    return pd.DataFrame(
        {
            "booking": made["booking"],
            "customer": made["customer"],
            "booked": made["booked"].dt.date,
            "channel": made["distribution_channel"].map(CHANNELS),
            "purpose": made["is_canceled"].map({0: "order", 1: "enquiry"}),
            "summary": made["hotel"] + ", " + made["nights"].astype(str) + " nights, " + made["meal"],
        }
    )


def purchases(made: pd.DataFrame) -> pd.DataFrame:
    """One row a stay that took place and cost something."""
    stays = made[(made["is_canceled"] == 0) & (made["nights"] > 0) & (made["adr"] > 0)]
    return pd.DataFrame(
        {
            "booking": stays["booking"],
            "customer": stays["customer"],
            "arrival": stays["arrival"].dt.date,
            "item": "Room " + stays["assigned_room_type"],
            "nights": stays["nights"],
            "price": stays["adr"],
            "hotel": stays["hotel"],
            "segment": stays["market_segment"],
        }
    )


def main(archive: Path, folder: Path) -> None:
    """Write the three files and say how many rows each has."""
    made = bookings(archive)
    folder.mkdir(parents=True, exist_ok=True)
    for shape in (customers, interactions, purchases):
        table = shape(made)
        place = folder / f"{shape.__name__}.csv"
        table.to_csv(place, index=False, encoding="utf-8")
        print(f"{place}: {len(table):,} rows")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: python {sys.argv[0]} hotel_bookings.csv.zip FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
