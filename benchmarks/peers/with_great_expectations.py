"""great-expectations: a suite of expectations for each data frame; a failed one lists the indexes it failed at.

Done for it: it has no foreign keys, and a long set of values costs it more than all else, so pandas looks customers up.
Left out: no name of a type that it takes fits the texts of pandas 3.
"""

import sys
from collections.abc import Iterator

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

CHANNELS = ["Phone", "E-mail", "Visit", "Chat", "Message", "Video call", "Event", "Newsletter", "Social media"]
OWNERS = ["Amira", "Jonas", "Priya", "Tom"]
FIRST_DAY = 36526  # 2000-01-01 as a serial
IDS = {
    "Customers": ("Customer ID", r"^C\d{14}$"),
    "Interactions": ("Interaction ID", r"^I\d{8}$"),
    "Purchases": ("Purchase ID", r"^P\d{8}$"),
}
NUMBERS = {
    "Customers": ("Due", "Last contact", "Spend 12 m"),
    "Interactions": ("Started", "Counts"),
    "Purchases": ("Purchased", "Quantity", "Unit price", "Net amount"),
}
REQUIRED = {
    "Customers": ("Customer ID",),
    "Interactions": ("Interaction ID", "Customer", "Started", "Channel"),
    "Purchases": ("Purchase ID", "Customer", "Purchased", "Item"),
}
KNOWN = "Customer is known"
LENGTHS = {"First name": 50, "Last name": 50, "Company": 100, "E-mail": 100, "Core need": 200}


def expectations(sheet: str) -> Iterator[gxe.Expectation]:
    """What is expected of one sheet."""
    header, pattern = IDS[sheet]
    yield gxe.ExpectColumnValuesToBeUnique(column=header)
    yield gxe.ExpectColumnValuesToMatchRegex(column=header, regex=pattern)
    for name in NUMBERS[sheet]:
        yield gxe.ExpectColumnValuesToBeInTypeList(column=name, type_list=["int", "float", "int64", "float64"])
    for name in REQUIRED[sheet]:
        yield gxe.ExpectColumnValuesToNotBeNull(column=name)
    if sheet != "Customers":
        yield gxe.ExpectColumnValuesToBeInSet(column=KNOWN, value_set=[True])
    yield from {"Customers": of_customers, "Interactions": of_interactions, "Purchases": of_purchases}[sheet]()


def of_customers() -> Iterator[gxe.Expectation]:
    """What only Customers must keep."""
    for name, length in LENGTHS.items():
        yield gxe.ExpectColumnValueLengthsToBeBetween(column=name, max_value=length)
    yield gxe.ExpectColumnValuesToBeUnique(column="E-mail")
    yield gxe.ExpectColumnValuesToMatchRegex(column="E-mail", regex=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    yield gxe.ExpectColumnValuesToBeInSet(column="Owner", value_set=OWNERS)


def of_interactions() -> Iterator[gxe.Expectation]:
    """What only Interactions must keep."""
    yield gxe.ExpectColumnValuesToBeInSet(column="Channel", value_set=CHANNELS)
    yield gxe.ExpectColumnValuesToBeBetween(column="Started", min_value=FIRST_DAY)


def of_purchases() -> Iterator[gxe.Expectation]:
    """What only Purchases must keep."""
    yield gxe.ExpectColumnValuesToBeBetween(column="Purchased", min_value=FIRST_DAY)
    yield gxe.ExpectColumnValuesToBeBetween(column="Quantity", min_value=0)
    yield gxe.ExpectColumnValuesToBeBetween(column="Unit price", min_value=0)


def main() -> None:
    """Check the workbook and print sheet, header and row of each error."""
    sheets = pd.read_excel(sys.argv[1], sheet_name=None, engine="calamine")
    customers = sheets["Customers"]["Customer ID"].dropna()
    for name in ("Interactions", "Purchases"):
        sheets[name][KNOWN] = sheets[name]["Customer"].isin(customers)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("workbook")
    for name, frame in sheets.items():
        whole = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
        suite = gx.ExpectationSuite(name=name, expectations=list(expectations(name)))
        batch = whole.get_batch(batch_parameters={"dataframe": frame})
        for result in batch.validate(suite, result_format="COMPLETE").results:
            if not result.success:
                header = result.expectation_config.kwargs["column"].removesuffix(" is known")
                for index in result.result.get("unexpected_index_list") or [""]:
                    print(name, header, index if index == "" else index + 2, sep="\t")


main()
