"""pandas, calamine and pandera: sheets become data frames, schemas check them; a failure names column and index."""

import sys

import pandas as pd
from pandera.errors import SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema

CHANNELS = ("Phone", "E-mail", "Visit", "Chat", "Message", "Video call", "Event", "Newsletter", "Social media")
FIRST_DAY = 36526  # 2000-01-01 as a serial


def text(*checks: Check, required: bool = False, unique: bool = False) -> Column:
    """A column of texts."""
    return Column("str", list(checks), nullable=not required, unique=unique, coerce=True)


def number(*checks: Check, required: bool = False) -> Column:
    """A column of numbers."""
    return Column(float, list(checks), nullable=not required, coerce=True)


def schemas(customers: pd.Series) -> dict[str, DataFrameSchema]:
    """A schema for each sheet; ``customers`` are the IDs that may be referred to."""
    known = Check.isin(frozenset(customers.dropna()), error="unknown customer")
    since = Check.ge(FIRST_DAY)
    return {
        "Customers": DataFrameSchema(
            {
                "Customer ID": text(Check.str_matches(r"C\d{14}$"), required=True, unique=True),
                "First name": text(Check.str_length(max_value=50)),
                "Last name": text(Check.str_length(max_value=50)),
                "Company": text(Check.str_length(max_value=100)),
                "Follow-up": text(),
                "Due": number(),
                "Tags": text(),
                "E-mail": text(
                    Check.str_matches(r"[^@\s]+@[^@\s]+\.[^@\s]+$"), Check.str_length(max_value=100), unique=True
                ),
                "Owner": text(Check.isin(("Amira", "Jonas", "Priya", "Tom"))),
                "Core need": text(Check.str_length(max_value=200)),
                "Last contact": number(),
                "Spend 12 m": number(),
            }
        ),
        "Interactions": DataFrameSchema(
            {
                "Interaction ID": text(Check.str_matches(r"I\d{8}$"), required=True, unique=True),
                "Customer": text(known, required=True),
                "Started": number(since, required=True),
                "Channel": text(Check.isin(CHANNELS), required=True),
                "Summary": text(),
                "Counts": number(),
                "Customer ID": text(),
            }
        ),
        "Purchases": DataFrameSchema(
            {
                "Purchase ID": text(Check.str_matches(r"P\d{8}$"), required=True, unique=True),
                "Customer": text(known, required=True),
                "Purchased": number(since, required=True),
                "Item": text(required=True),
                "Quantity": number(Check.ge(0)),
                "Unit price": number(Check.ge(0)),
                "Net amount": number(),
                "Customer ID": text(),
            }
        ),
    }


def main() -> None:
    """Check the workbook and print sheet, header and row of each error."""
    sheets = pd.read_excel(sys.argv[1], sheet_name=None, engine="calamine")
    for name, schema in schemas(sheets["Customers"]["Customer ID"]).items():
        try:
            schema.validate(sheets[name], lazy=True)
        except SchemaErrors as errors:
            for case in errors.failure_cases.itertuples():
                print(name, case.column, "" if pd.isna(case.index) else int(case.index) + 2, sep="\t")


main()
