"""Generated workbooks of any size for the benchmarks: a narrow one, and the canonical one with every column."""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter
from planted import ERROR_CELL, plant

from tracker.engine.importing import plan_import
from tracker.engine.lower import Lowering, lower
from tracker.engine.read import read
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost
from tracker.schema.base import BASE
from tracker.schema.column import Column, Kind
from tracker.template import build
from tracker.words import load

TODAY = date(2026, 11, 18)
NARROW = {
    "Customers": (
        "customer_id",
        "first_name",
        "last_name",
        "company",
        "followup_state",
        "followup_due",
        "tags",
        "email",
        "owner",
        "core_need",
        "last_contact",
        "spend_12m",
    ),
    "Interactions": ("interaction_id", "customer", "started_at", "channel", "summary", "counts", "customer_id"),
    "Purchases": (
        "purchase_id",
        "customer",
        "purchased_at",
        "item",
        "quantity",
        "unit_price",
        "net_amount",
        "customer_id",
    ),
}
FIRST = ("Olena", "Mateo", "Grace", "Łukasz", "Chloé", "伟", "Ελένη", "Sören", "Priya", "Tom")
LAST = ("Marchenko", "Ruiz", "Okafor", "Wójcik", "Lefèvre", "张", "Μυλωνάς", "Weiß", "Nair", "Becker")
Row = dict[str, str | float]


def rows(customers: int, events: int) -> dict[str, list[Row]]:
    """The same invented rows for the same sizes: customers, and as many interactions and purchases as ``events``."""
    dice, today = random.Random(1), to_serial(TODAY)
    ids = [f"C20240101{i:06d}" for i in range(customers)]
    people: list[Row] = [
        {
            "customer_id": customer,
            "first_name": dice.choice(FIRST),
            "last_name": f"{dice.choice(LAST)} {i}",
            "company": f"Firm {i % 5000}",
            "email": f"person{i}@firm{i % 5000}.example",
            "owner": dice.choice(("Amira", "Jonas", "Priya", "Tom")),
            "core_need": dice.choice(("Coffee", "Tea", "Service")),
            "created_on": today - 700,
        }
        for i, customer in enumerate(ids)
    ]
    talks: list[Row] = [
        {
            "interaction_id": f"I{i:08d}",
            "customer": dice.choice(ids),
            "started_at": today - dice.random() * 700,
            "channel": dice.choice(("Phone", "E-mail", "Visit")),
            "summary": f"Talked about order {i}",
        }
        for i in range(events)
    ]
    lines: list[Row] = [
        {
            "purchase_id": f"P{i:08d}",
            "customer": dice.choice(ids),
            "purchased_at": today - dice.randrange(700),
            "item": f"Item {i % 40}",
            "quantity": float(dice.randint(1, 20)),
            "unit_price": round(dice.uniform(5, 900), 2),
        }
        for i in range(events)
    ]
    return {"Customers": people, "Interactions": talks, "Purchases": lines}


def narrow(path: Path, customers: int, events: int) -> None:
    """Three tables with a dozen columns, nothing else: what a small tool or an export would hold.

    The tool's cells hold what an earlier refresh might have left, each another value than it is to be.
    """
    _write(path, rows(customers, events))


def planted(path: Path, customers: int, events: int) -> None:
    """The narrow workbook with an error of each kind in it."""
    content = rows(customers, events)
    plant(content)
    _write(path, content)


def _write(path: Path, tables: dict[str, list[Row]]) -> None:
    words = load()
    with xlsxwriter.Workbook(path) as book:
        for name, content in tables.items():
            keys = NARROW[name]
            sheet = book.add_worksheet(words.sheet(BASE[name].sheet))
            heads = [{"header": words.header(name, key)} for key in keys]
            sheet.add_table(0, 0, max(1, len(content)), len(keys) - 1, {"name": name, "columns": heads})
            left = {key: _left(BASE[name][key]) for key in keys}
            for number, row in enumerate(content, 1):
                for column, key in enumerate(keys):
                    value = row.get(key, left[key])
                    if value == ERROR_CELL:
                        sheet.write_formula(number, column, "=NA()", None, value)
                    elif value != "":
                        sheet.write(number, column, value)


def _left(column: Column) -> str | float:
    """What stands in a tool's cell from before; an ID, which stays once it is given, has yet to be."""
    if not column.is_tool or column.kind in (Kind.ID, Kind.REFERENCE):
        return ""
    return "before" if column.kind.is_text else 1.0


def canonical(path: Path, customers: int, events: int) -> None:
    """The workbook that ``tracker new`` makes, with the rows imported into it."""
    host = MemoryHost(build(BASE, load(), workbook_id="bench", created=TODAY))
    for name, content in rows(customers, events).items():
        keys = list(content[0])
        columns = {key: np.array([row[key] for row in content], object) for key in keys}
        imported = plan_import(read(host, TODAY), name, columns)
        host.apply(lower(imported.plan, Lowering(imported.snapshot, host.book(), host.sheet)))
    path.write_bytes(host.data)


SHAPES = {"narrow": narrow, "planted": planted, "canonical": canonical}

if __name__ == "__main__":
    shape, target, customers, events = sys.argv[1:]
    SHAPES[shape](Path(target), int(customers), int(events))
