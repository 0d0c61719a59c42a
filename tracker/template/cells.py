"""What a cell of a column accepts and says: dropdowns, ranges, input messages.

Every rule holds to the end of the sheet, so that a growing table needs no change. A list is closed (Excel refuses a
stranger) or open (it asks); a customer may be typed in any form.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.schema.column import Column, Kind, Owner, Table
from tracker.schema.lists import LIST_SPECS, MEANINGS
from tracker.template.book import LAST_ROW, Drawing
from tracker.words import fill

FIRST_DAY, LAST_DAY = date(1900, 3, 1), date(2199, 12, 31)
MOST = 1e12
BY_KIND = {
    Kind.CUSTOMER: "customer",
    Kind.CHOICES: "several",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.DAY_OR_MONTH: "date",
}
Rule = dict[str, Any]


def accept(drawing: Drawing, table: Table, column: Column, sheet: str, position: int) -> None:
    """Put a column's validation and message on all rows below the table's header."""
    rule = _rule(drawing, table, column)
    message = prompt(drawing, table, column)
    if message:
        rule = {**rule, "input_title": drawing.words.header(table.name, column.key), "input_message": message}
    if rule:
        drawing.sheets[sheet].data_validation(table.top, position, LAST_ROW, position, {"validate": "any", **rule})


def prompt(drawing: Drawing, table: Table, column: Column) -> str:
    """The input message of a column; empty when it needs none."""
    words = drawing.words
    if column.is_tool:
        return "" if table.tool_rows or table.hidden else words.at("prompt", "tool")
    if column.key == table.key and table.prefix:
        return words.at("prompt", "id")
    return words.find("prompt", table.name, column.key) or words.find("prompt", BY_KIND.get(column.kind, "")) or ""


def _rule(drawing: Drawing, table: Table, column: Column) -> Rule:
    if column.owner is Owner.TOOL or table.hidden:
        return {}
    if column.kind is Kind.CUSTOMER:
        return {"validate": "list", "source": f"=list_{Kind.CUSTOMER.value}", "show_error": False}
    if column.kind in (Kind.CHOICE, Kind.FLAG):
        return _pick(drawing, column)
    if column.kind in (Kind.DATE, Kind.DATETIME):
        return _between(drawing, "date", FIRST_DAY, LAST_DAY)
    if column.kind.is_number:
        low, high = column.low, column.high
        return _between(drawing, "decimal", -MOST if low is None else low, MOST if high is None else high)
    return {}


def _pick(drawing: Drawing, column: Column) -> Rule:
    if not column.choices:
        return {"validate": "list", "source": list(MEANINGS), "error_type": "warning", **_said(drawing, "open")}
    if LIST_SPECS[column.choices].closed:
        return {"validate": "list", "source": f"=list_{column.choices}", **_said(drawing, "closed")}
    return {"validate": "list", "source": f"=list_{column.choices}", "error_type": "warning", **_said(drawing, "open")}


def _said(drawing: Drawing, kind: str) -> Rule:
    return {
        "error_title": drawing.words.at("prompt", f"{kind}_title"),
        "error_message": drawing.words.at("prompt", kind),
    }


def _between(drawing: Drawing, kind: str, low: object, high: object) -> Rule:
    """A range that warns: whoever insists may keep the value, and validate names it."""
    said = "date" if kind == "date" else "number"
    message = fill(drawing.words.at("prompt", f"{said}_error"), {"low": _plain(low), "high": _plain(high)})
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_type": "warning",
        "error_title": drawing.words.at("prompt", f"{said}_title"),
        "error_message": message,
    }


def _plain(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float | int) else str(value)
