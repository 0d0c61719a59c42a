"""Findings with values that every format must survive, and a report of all of them."""

from __future__ import annotations

from tracker.errors import Exit
from tracker.model.finding import Finding, Place
from tracker.report import FileReport, Report
from tracker.schema.findings import finding

TEXTS = (
    "a\"b'c,d;e\tf",
    "one\ntwo\r\nthree\rfour",
    "=cmd|'/c calc'!A1",
    "+49 30 1234",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",
    "x;=1+1",
    "'=held",
    "100%0A::error::mine %25",
    "]]><evil a='1'>&amp;<!--",
    "{header} {0} {value}",
    "\x00\x07\x1b[31m\ufffe\ud800",
    "\u2028\u2029\x85\u202e",
    "😀" * 40,
    "long " * 2000,
)
ROWS = {"Customers": 16, "Interactions": 0, "Purchases": 0}
ERROR = "it is not a workbook: 50%, “<b>”\nand more."


def place(row: int, row_key: str = "", key: str = "email") -> Place:
    """A cell of a column of Customers."""
    return Place("Customers", "Customers", row, 10, key, "E-mail", row_key or f"CUST{row}")


def hostile() -> tuple[Finding, ...]:
    """A finding for each of the texts."""
    return tuple(finding("V104", place(row), value=text) for row, text in enumerate(TEXTS, 2))


def report() -> Report:
    """A file with all of them, one that could not be read, one without a fault."""
    mild = (finding("V124", place(3, key="owner")), finding("W108", Place()))
    return Report(
        (
            FileReport("a folder/shop, 1:2%.xlsx", (*hostile(), *mild), ROWS, 1, "2026-11-17", exit=Exit.FINDINGS),
            FileReport("torn.xlsx", error=ERROR, exit=Exit.UNREADABLE),
            FileReport("clean.xlsx", rows=ROWS, schema=1),
        ),
        skipped=2,
        other_kinds=1,
    )
