"""fastexcel and polars: no validator, but the fastest reader there is with the same checks written out by hand."""

import sys

import fastexcel
import polars as pl

CHANNELS = ("Phone", "E-mail", "Visit", "Chat", "Message", "Video call", "Event", "Newsletter", "Social media")
OWNERS = ("Amira", "Jonas", "Priya", "Tom")
FIRST_DAY = 36526  # 2000-01-01 as a serial
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
Masks = dict[str, pl.Expr]


def number(name: str) -> pl.Expr:
    """The column as numbers; what is none becomes null."""
    return pl.col(name).cast(pl.Float64, strict=False)


def no_number(name: str) -> pl.Expr:
    """Where something stands that is no number."""
    return number(name).is_null() & pl.col(name).is_not_null()


def identified(name: str, letter: str, digits: int) -> pl.Expr:
    """Where an ID is missing, misspelled or not the only one."""
    column = pl.col(name)
    return column.is_null() | ~column.str.contains(rf"^{letter}\d{{{digits}}}$") | column.is_duplicated()


def too_long(name: str, length: int) -> pl.Expr:
    """Where a text is too long."""
    return pl.col(name).str.len_chars() > length


def customers() -> Masks:
    """What is wrong in Customers."""
    email = pl.col("E-mail")
    return {
        "Customer ID": identified("Customer ID", "C", 14),
        "First name": too_long("First name", 50),
        "Last name": too_long("Last name", 50),
        "Company": too_long("Company", 100),
        "Due": no_number("Due"),
        "E-mail": ~email.str.contains(EMAIL) | too_long("E-mail", 100) | (email.is_duplicated() & email.is_not_null()),
        "Owner": ~pl.col("Owner").is_in(OWNERS),
        "Core need": too_long("Core need", 200),
        "Last contact": no_number("Last contact"),
        "Spend 12 m": no_number("Spend 12 m"),
    }


def interactions(known: pl.Series) -> Masks:
    """What is wrong in Interactions."""
    return {
        "Interaction ID": identified("Interaction ID", "I", 8),
        "Customer": ~pl.col("Customer").is_in(known.implode()) | pl.col("Customer").is_null(),
        "Started": number("Started").is_null() | (number("Started") < FIRST_DAY),
        "Channel": ~pl.col("Channel").is_in(CHANNELS) | pl.col("Channel").is_null(),
        "Counts": no_number("Counts"),
    }


def purchases(known: pl.Series) -> Masks:
    """What is wrong in Purchases."""
    return {
        "Purchase ID": identified("Purchase ID", "P", 8),
        "Customer": ~pl.col("Customer").is_in(known.implode()) | pl.col("Customer").is_null(),
        "Purchased": number("Purchased").is_null() | (number("Purchased") < FIRST_DAY),
        "Item": pl.col("Item").is_null(),
        "Quantity": no_number("Quantity") | (number("Quantity") < 0),
        "Unit price": no_number("Unit price") | (number("Unit price") < 0),
        "Net amount": no_number("Net amount"),
    }


def main() -> None:
    """Check the workbook and print sheet, header and row of each error."""
    book = fastexcel.read_excel(sys.argv[1])
    frames = {name: book.load_sheet(name, schema_sample_rows=None).to_polars() for name in book.sheet_names}
    known = frames["Customers"]["Customer ID"].drop_nulls()
    masks = {"Customers": customers(), "Interactions": interactions(known), "Purchases": purchases(known)}
    for name, checks in masks.items():
        wrong = frames[name].select(**checks)
        for header in wrong.columns:
            for row in wrong[header].fill_null(False).arg_true():
                print(name, header, row + 2, sep="\t")


main()
