"""Rows that could not go in: which, why, and the file that gives them back to whoever can mend them.

That file is made to be mended and imported again: what would run as a formula when it is opened is held down by an
apostrophe, and reading a file that has our reason column takes exactly that apostrophe away.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tracker.sources.table import Cells, SourceTable, text_of
from tracker.words.neutral import neutral, plain

REASON_COLUMN = "reject_reason"
LONGEST_HEAD = 1 << 16  # bytes in which the headers of a file of rejects stand

REASONS: Mapping[str, str] = {
    "torn": "the row has more cells than the header",
    "blank_required": "{column} is blank, and required",
    "none_of": "one of these must be filled: {detail}",
    "not_number": "{column}: '{value}' is not a number",
    "ambiguous_number": "{column}: '{value}' can be read as two numbers; write it without a thousands mark",
    "not_integer": "{column}: '{value}' is not a whole number",
    "percent": "{column}: '{value}' is a percent, and the column holds none; write the amount, or the number alone",
    "not_date": "{column}: '{value}' is not a date",
    "ambiguous_date": "{column}: '{value}' can be read as two dates; write it as 2024-03-31",
    "date_out_of_range": "{column}: '{value}' is before 1900-03-01, the first date that every Excel agrees on",
    "not_in_list": "{column}: '{value}' is not in the list: {detail}",
    "unknown_customer": "{column}: no customer is '{value}'",
    "unknown_customer_near": "{column}: no customer is '{value}'; near it: {detail}",
    "ambiguous_customer": "{column}: '{value}' is more than one customer: {detail}",
    "key_twice": "{column}: '{value}' stands in {detail} rows of the table",
    "too_long": "{column} is longer than the 32,767 characters a cell holds",
}


@dataclass(frozen=True)
class Reject:
    """A row that does not go in: its sheet row in the source, a reason code, source column, value, what helps."""

    source_row: int
    reason: str
    column: str = ""
    value: str = ""
    detail: str = ""


def say(reject: Reject, reasons: Mapping[str, str] = REASONS) -> str:
    """The reason in words; a code without words stands for itself."""
    words = reasons.get(reject.reason, reject.reason)
    return words.format(column=reject.column, value=reject.value, detail=reject.detail)


def write_rejects(source: SourceTable, rejects: Iterable[Reject], reasons: Mapping[str, str] = REASONS) -> bytes:
    """The rejected rows as CSV (UTF-8 with mark, comma): the source's columns, then the reasons in words.

    A row stands in it once. ``reasons`` may add codes or other words. Cells are neutralised (see ``restore``).
    """
    why: dict[int, list[str]] = {}
    for reject in rejects:
        why.setdefault(reject.source_row, []).append(say(reject, reasons))
    columns = [column for column in source.columns if column != REASON_COLUMN]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(column) for column in columns] + [REASON_COLUMN])
    for position, number in enumerate(source.row_numbers.tolist()):
        if number in why:
            cells = [neutral(text_of(source.values[column][position])) for column in columns]
            writer.writerow([*cells, neutral("; ".join(why[number]))])
    return out.getvalue().encode("utf-8-sig")


def is_rejects(data: bytes) -> bool:
    """Whether bytes are a file of rejects, or nothing: its headers say so, whichever program saved it."""
    return not data or REASON_COLUMN.encode() in data[:LONGEST_HEAD]


def restore(cells: Cells) -> Cells:
    """Take away the apostrophes that ``write_rejects`` put before what would become a formula."""
    restored = np.empty(len(cells), dtype=object)
    restored[:] = [plain(cell) if isinstance(cell, str) else cell for cell in cells]
    return restored
