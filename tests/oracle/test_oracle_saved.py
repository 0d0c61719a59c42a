"""A workbook that staff saved in LibreOffice: what it took of our columns comes back, and nothing else moves."""

from __future__ import annotations

import re

import numpy as np
import pytest
from books import TODAY, column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part, write
from dirty import Dirt, customers, interactions, purchases
from libreoffice import uno_python, without

from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.ooxml import Workbook
from tracker.ooxml.refs import column_letters
from tracker.schema.base import BASE

pytestmark = pytest.mark.soffice


def pinned(data: bytes):
    """A refresh on a fixed day: what LibreOffice computes when it saves must not depend on the day of the test."""
    return refreshed(data, TODAY, pin=TODAY)


@pytest.fixture(scope="module")
def before() -> bytes:
    """A small refreshed workbook with clean and dirty rows."""
    source = Dirt(11, TODAY, dirt=0.05, errors=0.0)
    data = type_rows(new_book(), "Customers", customers(source, 40))
    data = type_rows(data, "Interactions", interactions(source, 80, 40))
    return pinned(type_rows(data, "Purchases", purchases(source, 60, 40)))[0]


@pytest.fixture(scope="module")
def saved(before, libreoffice, tmp_path_factory) -> bytes:
    """The same workbook after LibreOffice opened and saved it."""
    path = tmp_path_factory.mktemp("saved") / "book.xlsx"
    path.write_bytes(before)
    return libreoffice.convert([path])[0].read_bytes()


def calculated(data: bytes) -> dict[str, list[str | None]]:
    """The column formulas of each of our tables."""
    return {t.name: [c.formula for c in t.columns] for t in Workbook(data).tables}


def test_a_save_takes_the_column_formulas_and_a_refresh_puts_them_back(before, saved):
    assert any(filter(None, calculated(before)["Customers"])), "the template has calculated columns"
    assert not any(filter(None, calculated(saved)["Customers"])), "LibreOffice keeps them now: this test is idle"
    mended, _ = pinned(saved)
    assert calculated(mended) == calculated(before)


def test_a_refresh_after_a_save_rewrites_table_parts_only(saved):
    mended, _ = pinned(saved)
    old, new = parts(saved), parts(mended)
    changed = [name for name in old if old[name] != new.get(name)]
    assert set(new) == set(old)
    assert all(name.startswith("xl/tables/") for name in changed), changed
    again, done = pinned(mended)
    assert again == mended and not done.receipt.changed


def test_a_save_changes_no_figure(before, saved):
    mine, theirs = read(MemoryHost(before), TODAY), read(MemoryHost(saved), TODAY)
    for table in ("Customers", "Interactions", "Purchases", "FollowUps"):
        assert list(mine.frames[table].rows) == list(theirs.frames[table].rows)
        for key in BASE[table].keys:
            one, two = (snapshot.frames[table].columns[key] for snapshot in (mine, theirs))
            if one.dtype.kind == "f":
                np.testing.assert_allclose(one, two, rtol=1e-14, err_msg=f"{table}.{key}")
            else:
                assert one.tolist() == two.tolist(), f"{table}.{key}"


def test_rows_typed_below_the_tables_are_adopted(saved):
    rows = [{"last_name": "Belov", "company": "Below & Co", "email": "b@below.example", "core_need": "Coffee"}]
    typed = _below(saved, "Customers", rows)
    table = table_of(typed, "Customers")
    mended, done = pinned(typed)
    assert table_of(mended, "Customers").ref.last_row == table.ref.last_row + 1
    snapshot = read(MemoryHost(mended), TODAY)
    assert snapshot.text("Customers", "customer_id")[-1].startswith("C2026")
    assert snapshot.text("Customers", "display_name")[-1] == "Belov"
    assert not pinned(mended)[1].receipt.changed
    assert done.receipt.changed


def _below(data: bytes, table: str, rows) -> bytes:
    """Rows typed directly under a table that does not grow, as LibreOffice leaves it."""
    found = table_of(data, table)
    return write(
        data,
        [
            (found.sheet, found.ref.last_row + 1 + i, column_of(found, header(table, key)), value)
            for i, row in enumerate(rows)
            for key, value in row.items()
        ],
    )


def test_a_workbook_that_lost_its_tables_still_refreshes(before):
    """Some programs keep the cells and drop the Tables: values go on, formulas wait until the Tables are back."""
    bare = before
    for name in parts(before):
        if re.fullmatch(r"xl/worksheets/_rels/sheet\d+\.xml\.rels", name):
            bare = with_part(bare, name, lambda xml: re.sub(rb'<Relationship [^>]*/table"[^>]*/>', b"", xml))
        elif re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            bare = with_part(bare, name, lambda xml: re.sub(rb"<tableParts.*?</tableParts>", b"", xml))
    assert not Workbook(bare).tables
    mended, done = pinned(bare)
    assert {finding.code for finding in done.findings} >= {"W102"}
    mine, theirs = read(MemoryHost(before), TODAY), read(MemoryHost(mended), TODAY)
    for key in ("display_name", "last_contact", "spend_12m", "followup_due", "tags"):
        one, two = (s.frames["Customers"].columns[key].astype(str).tolist() for s in (mine, theirs))
        assert one == two, key
    assert not pinned(mended)[1].receipt.changed


NEWCOMER = {
    "Customers": {
        "first_name": "Inês",
        "last_name": "Silva",
        "email": "ines@silva.example",
        "phone": "+351215550123",
        "core_need": "Tea for the lobby",
    },
    "Interactions": {
        "customer": "Inês Silva",
        "started_at": "2026-11-18",
        "channel": "Phone",
        "summary": "Wants a quote",
        "action": "Send quote",
        "action_due": "2026-11-23",
    },
    "Purchases": {
        "customer": "Inês Silva",
        "purchased_at": "2026-11-18",
        "item": "Tea box",
        "quantity": "3",
        "unit_price": "12.5",
    },
}
SIX, MONDAY = 6, 46349.0  # 2026-11-23: the action, which comes before the cadence


def test_a_newcomer_types_in_libreoffice_and_refresh_makes_it_right(libreoffice, tmp_path):
    """At most six cells each: a customer, a call with a follow-up, a purchase."""
    if uno_python() is None:
        without("a Python with the module uno (python3-uno)")
    path = tmp_path / "shop.xlsx"
    path.write_bytes(refreshed(new_book())[0])
    cells = []
    for table, row in NEWCOMER.items():
        assert len(row) <= SIX
        found = table_of(path.read_bytes(), table)
        for key, value in row.items():
            address = f"{column_letters(column_of(found, header(table, key)))}{found.ref.first_row + 1}"
            cells.append((found.sheet, address, value))
    libreoffice.type_into(path, cells)
    data, _ = refreshed(path.read_bytes())
    snapshot = read(MemoryHost(data), TODAY)
    assert snapshot.text("Customers", "customer_id").tolist() == ["C20261118001"]
    assert snapshot.text("Customers", "phone").tolist() == ["+351215550123"]
    assert snapshot.text("Interactions", "customer_id").tolist() == ["C20261118001"]
    assert snapshot.text("Interactions", "customer_name").tolist() == ["Inês Silva"]
    assert snapshot.number("Purchases", "net_amount").tolist() == [37.5]
    assert snapshot.number("Customers", "spend_12m").tolist() == [37.5]
    assert snapshot.text("Customers", "tag_stage").tolist() == ["new"]
    assert snapshot.number("Customers", "followup_due").tolist() == [MONDAY]
    assert snapshot.text("Customers", "followup_state").tolist() == ["Upcoming"]
    assert "Inês Silva" in snapshot.text("FollowUps", "customer").tolist()
