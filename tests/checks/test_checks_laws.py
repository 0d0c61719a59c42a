"""Laws of the checks, drawn from the schema itself: a valid row gives nothing, and one slip gives one finding there."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import world

from tracker.checks import run_checks
from tracker.checks.texts import has_no_title, is_undamaged
from tracker.facts.calendar import to_serial
from tracker.model.frame import Frame
from tracker.schema.base import BASE
from tracker.schema.column import Kind
from tracker.schema.lists import LIST_SPECS

TABLES = ("Customers", "Interactions", "Purchases", "Campaigns", "Team")
LETTERS = "abcdefghij ABCÄÖßéñçІЇяж王小明 0123456789-'’.&"
IDS = [f"C2024010100{n}" for n in range(1, 6)]

PLAIN = st.text(LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split()))
# A text that begins with a minus may be a formula that somebody is about to type.
TEXTS = PLAIN.filter(lambda text: text and text[0] != "-" and has_no_title(text) and is_undamaged(text))
BLANK = st.just("")


@cache
def empty():
    return world("").read()


def days(first, last):
    return st.integers(first, last).map(lambda back: float(empty().today + back))


# Where cells of a row hang together, what a valid row may hold.
TOGETHER = {
    ("Customers", "last_name"): TEXTS,
    ("Customers", "owner"): st.sampled_from(["Anna", "Ben"]),
    ("Customers", "status"): st.sampled_from(["", "active", "paused"]),
    ("Customers", "opt_out"): st.sampled_from(["", "none"]),
    ("Customers", "consent_channels"): BLANK,
    ("Customers", "consent"): st.sampled_from(["", "given"]),
    ("Customers", "merged_into"): BLANK,
    ("Customers", "referrer_id"): BLANK,
    ("Customers", "entered_by"): st.sampled_from(["", "Anna"]),
    ("Customers", "verified_by"): st.sampled_from(["", "Ben"]),
    ("Customers", "created_on"): days(-3000, -200),
    ("Customers", "tag_override"): st.sampled_from(["", "vip", "At risk; urgent"]),
    ("Interactions", "customer"): st.sampled_from(IDS),
    ("Interactions", "started_at"): days(-190, -100),
    ("Interactions", "action_due"): days(-100, 400),
    ("Interactions", "campaign"): BLANK,
    ("Purchases", "customer"): st.sampled_from(IDS),
    ("Purchases", "return_of"): BLANK,
    ("Purchases", "campaign"): BLANK,
    ("Purchases", "unit_price"): st.floats(0, 1e6).map(lambda price: round(price, 2)),
    ("Purchases", "amount"): st.just(np.nan),
    ("Purchases", "discount"): st.just(0.0),
    ("Campaigns", "start"): days(-400, -200),
    ("Campaigns", "cost"): st.floats(1, 1e6),
    ("Campaigns", "sent"): st.integers(100, 200).map(float),
    ("Campaigns", "opened"): st.integers(50, 100).map(float),
    ("Campaigns", "clicked"): st.integers(0, 50).map(float),
    ("Team", "lead"): BLANK,
}


def cell(table, column):
    """Any valid value of a column, by what the schema says of it."""
    own = TOGETHER.get((table.name, column.key))
    if own is not None:
        return own
    if column.kind.is_date:
        return days(-99, 0)
    if column.kind.is_number:
        low, high = -1e6 if column.low is None else column.low, 1e6 if column.high is None else column.high
        return st.integers(int(low), int(high)).map(float) if column.kind is Kind.INTEGER else st.floats(low, high)
    return _text(column)


def _text(column):
    spec = LIST_SPECS.get(column.choices)
    if spec is not None and spec.codes:
        return st.sampled_from(spec.codes)
    if column.kind is Kind.EMAIL:
        return st.integers(0, 9**9).map(lambda number: f"n.{number}@mail.example")
    if column.kind is Kind.PHONE:
        return st.integers(10**7, 10**12).map(lambda number: f"+{number}")
    return TEXTS.map(lambda text: text[: column.length or None].strip()).filter(bool)


@st.composite
def rows(draw, table):
    """Up to five valid rows of a table: required cells filled, keys and names unique, the others filled or not."""
    size = draw(st.integers(0, 5))
    columns = {}
    for column in table.columns:
        if column.is_tool:
            continue
        blank = np.nan if not column.kind.is_text else ""
        together = (table.name, column.key) in TOGETHER
        strategy = cell(table, column)
        values = [draw(strategy if column.required or together else strategy | st.just(blank)) for _ in range(size)]
        if (table.name, column.key) == ("Customers", "last_name"):
            values = [f"{value} {n}" for n, value in enumerate(values)]  # nobody is likely somebody else
        if column.unique or column.kind is Kind.PHONE:
            values = [_unique(column, n, table) for n in range(size)]
        columns[column.key] = values
    return columns


def _unique(column, number, table):
    if column.kind is Kind.EMAIL:
        return f"n{number}@mail.example"
    if column.kind is Kind.PHONE:
        return f"+4930{number}000{len(column.key)}"
    return (
        f"{table.prefix}2024010100{number + 1}" if column.kind is Kind.ID else f"{['Anna', 'Ben'][number % 2]} {number}"
    )


def snapshot_of(tables):
    made = empty()
    frames = dict(made.frames)
    for name, columns in tables.items():
        size = len(next(iter(columns.values())))
        frame = {
            key: np.array(values, object) if BASE[name][key].kind.is_text else np.array(values, float)
            for key, values in columns.items()
        }
        frames[name] = Frame(np.arange(5, 5 + size), frame)
    return replace(made, frames=frames, cells={})


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries({name: rows(BASE[name]) for name in TABLES}))
def test_valid_rows_give_no_finding(tables):
    assert run_checks(snapshot_of(tables)) == ()


def valid_row(table):
    """One plain valid row of a table."""
    columns = {c.key: [np.nan if not c.kind.is_text else ""] for c in table.columns if not c.is_tool}
    first = {"Customers": {"customer_id": IDS[0], "last_name": "Marsh", "email": "m@b.example", "owner": "Anna"}}
    first["Interactions"] = {"interaction_id": "I1", "customer": IDS[0], "started_at": _today(-5), "channel": "phone"}
    first["Purchases"] = {"purchase_id": "P1", "customer": IDS[0], "purchased_at": _today(-5), "item": "Lamp"}
    first["Purchases"]["unit_price"] = 10.0
    first["Campaigns"] = {"name": "Spring", "start": _today(-9), "cost": 5.0}
    first["Team"] = {"name": "Anna"}
    return {**columns, **{key: [value] for key, value in first[table.name].items()}}


def _today(back):
    return float(empty().today + back)


def slips():
    """Every column of the schema with a value it must not hold, and the finding that says so."""
    for name in TABLES:
        for column in BASE[name].columns:
            if column.is_tool:
                continue
            spec = LIST_SPECS.get(column.choices)
            if column.low is not None:
                code = "L108" if (name, column.key) == ("Purchases", "quantity") else "V110"
                yield name, column.key, column.low - 1, code
            if column.high is not None:
                yield name, column.key, column.high + 1, "V110"
            if column.length:
                yield name, column.key, ("1" if column.kind is Kind.PHONE else "a") * (column.length + 1), "V108"
            if column.kind is Kind.INTEGER:
                yield name, column.key, 1.5, "V122"
            if column.kind.is_date:
                yield name, column.key, 12.0, "V115"
                yield name, column.key, 99_999.0, "V116"
            if spec is not None and spec.closed:
                yield name, column.key, "stranger", "V105"
            if spec is not None and not spec.closed and spec.codes:
                yield name, column.key, "stranger", "V106"
            if column.required:
                yield name, column.key, np.nan if not column.kind.is_text else "", "V103"
            if column.kind is Kind.EMAIL:
                yield name, column.key, "nothing", "V104"
            if column.kind is Kind.PHONE:
                yield name, column.key, "nothing", "V114"


@pytest.mark.parametrize(("name", "key", "value", "code"), list(slips()))
def test_one_slip_is_found_at_its_cell(name, key, value, code):
    row = valid_row(BASE[name])
    assert run_checks(snapshot_of({name: row})) == ()
    found = run_checks(snapshot_of({name: {**row, key: [value]}}))
    assert (code, name, 5, key) in {(one.code, one.place.table, one.place.row, one.place.key) for one in found}
    assert all(one.place.row == 5 for one in found)


@settings(max_examples=20, deadline=None)
@given(rows(BASE["Customers"]), st.randoms())
def test_the_order_of_rows_does_not_matter(columns, random):
    columns["email"] = [f"{text} " if i % 2 else text for i, text in enumerate(columns["email"])]
    columns["status"] = ["strange"] * len(columns["status"])
    order = list(range(len(columns["email"])))
    random.shuffle(order)
    shuffled = {key: [values[i] for i in order] for key, values in columns.items()}

    def said(tables):
        return sorted(
            (one.code, one.place.row_key, one.place.key, one.value) for one in run_checks(snapshot_of(tables))
        )

    assert said({"Customers": columns}) == said({"Customers": shuffled})


def test_the_day_is_the_worlds():
    assert empty().today == to_serial(date(2026, 11, 18))
