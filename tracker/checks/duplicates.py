"""The same thing twice: keys, names, and the addresses of customers kept as two.

The first row that bears a value is in the right; each later one is a finding that names the first. Customers that are
merged share what they share on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tracker.checks.hits import Mask, Texts, address, hits
from tracker.checks.texts import phone_digits
from tracker.model.finding import Finding
from tracker.schema.column import Column, Kind, Table
from tracker.schema.snapshot import Snapshot, distinct


def check_duplicates(snapshot: Snapshot) -> Iterator[Finding]:
    """Every column whose values must differ, and the phones of customers."""
    for table in snapshot.schema.tables:
        for column in table.columns:
            if column.unique and not column.is_tool and not table.tool_rows:
                yield from _unique(snapshot, table, column)
    yield from _phones(snapshot)


def _unique(snapshot: Snapshot, table: Table, column: Column) -> list[Finding]:
    values = snapshot.folded(table.name, column.key)
    code = "D102" if column.kind is Kind.EMAIL else "D101" if table.prefix else "D104"
    if code == "D102":
        values = np.where(merged(snapshot), "", values)
    first = _first_rows(values)
    again = (first >= 0) & (first != np.arange(len(values)))
    where = _addresses(snapshot, table.name, column.key, first, again)
    others = _names(snapshot, first, again) if code == "D102" else ""
    return hits(snapshot, code, table.name, column.key, again, first=where, other=others)


def _phones(snapshot: Snapshot) -> Iterator[Finding]:
    """Numbers that another customer has as well, in whichever column; colleagues may share a switchboard."""
    keys = [column.key for column in snapshot.schema["Customers"].columns if column.kind is Kind.PHONE]
    size, gone = len(snapshot.frames["Customers"]), merged(snapshot)
    columns = [np.where(gone, "", phone_numbers(snapshot, key)) for key in keys]
    if not any(column.astype(bool).any() for column in columns):
        return
    # Row by row, and in a row from left to right, so that the first row that bears a number comes first.
    first = _first_rows(np.array(columns, object).T.reshape(-1)) if size else np.empty(0, np.int64)
    for number, key in enumerate(keys):
        cell = first.reshape(size, len(keys))[:, number]
        row = np.where(cell >= 0, cell // len(keys), -1)
        again = (row >= 0) & (row != np.arange(size))
        if again.any():
            company = snapshot.folded("Customers", "company")
            again &= (company == "") | (company != company[np.maximum(row, 0)])
        where = np.full(size, "", object)
        index = snapshot.frames["Customers"].rows
        for i in np.flatnonzero(again).tolist():
            where[i] = address(snapshot, "Customers", keys[int(cell[i]) % len(keys)], int(index[row[i]]))
        names = _names(snapshot, row, again)
        yield from hits(snapshot, "D103", "Customers", key, again, first=where, other=names)


def _first_rows(values: Texts) -> NDArray[np.int64]:
    """For each value the position of the first one equal to it, −1 where blank."""
    filled = values != ""
    if len(set(values[filled].tolist())) == np.count_nonzero(filled):  # nothing is there twice
        return np.where(filled, np.arange(len(values)), -1)
    place, found = distinct(values)
    first = np.full(len(found) + 1, -1, np.int64)
    at = np.flatnonzero(place >= 0)[::-1]
    first[place[at]] = at
    return first[place]


def merged(snapshot: Snapshot) -> Mask:
    """The customers that have become part of another one."""
    status, target = snapshot.text("Customers", "status"), snapshot.text("Customers", "merged_into")
    return np.asarray((status == "merged") | (target != ""), bool)


def _addresses(snapshot: Snapshot, table: str, key: str, first: NDArray[np.int64], again: Mask) -> Texts:
    where = np.full(len(again), "", object)
    if table in snapshot.layout:
        index = snapshot.frames[table].rows
        for i in np.flatnonzero(again).tolist():
            where[i] = address(snapshot, table, key, int(index[first[i]]))
    return where


def _names(snapshot: Snapshot, row: NDArray[np.int64], again: Mask) -> Texts:
    """The other customers by ID, or by their row while they have none."""
    ids, index = snapshot.text("Customers", "customer_id"), snapshot.frames["Customers"].rows
    names = np.full(len(again), "", object)
    for i in np.flatnonzero(again).tolist():
        names[i] = ids[row[i]] or str(index[row[i]])
    return names


def phone_numbers(snapshot: Snapshot, key: str) -> Texts:
    """The digits of a column of numbers of customers, empty where there is none; shape (rows,)."""

    def digits() -> Texts:
        place, found = snapshot.groups("Customers", key)
        return np.array([*map(phone_digits, found), ""], object)[place]

    numbers: Texts = snapshot.once("digits", "Customers", key, digits)
    return numbers
