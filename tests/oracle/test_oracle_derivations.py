"""Two ways to one number: every derived column, computed by us and computed by LibreOffice from our formulas."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from books import column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part
from dirty import Dirt, customers, interactions, purchases
from recalculated import compare, spoil

from tracker.ooxml import Workbook
from tracker.schema.base import BASE

pytestmark = pytest.mark.soffice
TODAY = date(2026, 11, 18)
SIZES = {"Customers": 200, "Interactions": 420, "Purchases": 320}


def random_book(seed: int, data: bytes, source: Dirt | None = None) -> bytes:
    """A workbook full of random rows."""
    source = source or Dirt(seed, TODAY)
    data = type_rows(data, "Customers", customers(source, SIZES["Customers"]))
    data = type_rows(data, "Interactions", interactions(source, SIZES["Interactions"], SIZES["Customers"]))
    return type_rows(data, "Purchases", purchases(source, SIZES["Purchases"], SIZES["Customers"]))


def as_1904(data: bytes) -> bytes:
    """The same workbook with its days counted from 1904."""
    return with_part(
        data, "xl/workbook.xml", lambda xml: re.sub(rb"<workbookPr", b'<workbookPr date1904="1"', xml, count=1)
    )


def counted_from_1904() -> bytes:
    """A dirty book of the other date system; 0 is a real day there and no day to a formula, so it is left out."""
    source = Dirt(8, TODAY - timedelta(days=1462), odd_days=("2026-03-01", "soon", ""))
    return random_book(8, as_1904(new_book()), source)


def with_words_that_look_like_patterns() -> bytes:
    """A book whose list of channels has words of staff's own with the signs of patterns in them."""
    added = [{"list": "channel", "code": word, "label": word, "meaning": "two_way"} for word in ("Talk~", "Call?")]
    return random_book(9, type_rows(new_book(), "Lists", added))


BOOKS = {
    "clean": lambda: random_book(1, new_book(), Dirt(1, TODAY, 0, 0)),
    "dirty": lambda: random_book(2, new_book()),
    "filthy": lambda: random_book(3, new_book(), Dirt(3, TODAY, 0.35, 0.12)),
    "family name first": lambda: random_book(4, new_book(name_order="family-given")),
    "Sunday to Thursday, German holidays": lambda: random_book(5, new_book(workdays="Sun-Thu", holidays="DE")),
    "calendar year": lambda: random_book(6, new_book(spend_window="calendar")),
    "fiscal year from April": lambda: random_book(7, new_book(spend_window="fiscal", fiscal_start=4.0)),
    "days from 1904": counted_from_1904,
    "patterns": with_words_that_look_like_patterns,
    "no rows": new_book,
}


@pytest.fixture(scope="module")
def comparisons(libreoffice, tmp_path_factory):
    """Every book refreshed on a pinned day, recalculated in one run of LibreOffice, and compared."""
    folder = tmp_path_factory.mktemp("derivations")
    files = {}
    for number, (name, make) in enumerate(BOOKS.items()):
        path = files[name] = folder / f"book{number}.xlsx"
        path.write_bytes(refreshed(make(), TODAY, pin=TODAY)[0])
    spoilt = folder / "spoilt.xlsx"
    table = table_of(files["clean"].read_bytes(), "Customers")
    column = column_of(table, header("Customers", "spend_12m"))
    spoilt.write_bytes(spoil(files["clean"], table.sheet, column, 5, 999.0))
    made = libreoffice.convert([*files.values(), spoilt])
    compared = {name: compare(path, out) for (name, path), out in zip(files.items(), made, strict=False)}
    return compared | {"spoilt": compare(spoilt, made[-1])}


@pytest.mark.parametrize("name", BOOKS)
def test_derivations_agree_with_libreoffice(comparisons, name):
    found = comparisons[name]
    print(f"{name}: {found}")
    assert not found.differences, str(found)
    assert found.cells > (3_000 if name != "no rows" else 5)


def test_a_wrong_cached_value_would_be_seen(comparisons):
    assert len(comparisons["spoilt"].differences) == 1
    assert "cached 9.99" in comparisons["spoilt"].differences[0]


def test_every_derived_column_is_a_formula_in_the_file():
    workbook = Workbook(refreshed(random_book(2, new_book()), TODAY)[0])
    for spec in BASE.tables:
        table = next(t for t in workbook.tables if t.name == spec.name)
        sheet = workbook.read(table.sheet)
        for i, column in enumerate(spec.columns):
            if column.derive:
                cells = sheet.columns[table.ref.first_column + i]
                body = cells.has_formula()[table.ref.first_row : table.ref.last_row]
                assert body.all(), f"{spec.name}.{column.key}: {(~body).sum()} cells without formula"


def test_windowed_figures_do_not_hang_on_the_clock():
    """Typing a cell must not recalculate the big sums: no formula both aggregates and depends on TODAY()."""
    volatile = re.compile(r"today_live|TODAY\(|NOW\(")
    for spec in BASE.tables:
        for column in spec.columns:
            if column.derive and column.derive.aggregates:
                assert not volatile.search(column.derive.excel), f"{spec.name}.{column.key}"
    assert "xl/workbook.xml" in parts(new_book())
