"""What staff make of headers and tables, and what is still read: renamed, doubled, missing, below and after a gap."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from refreshing import book, customers, refresh
from world import World

from tracker.engine.read import NotOursError
from tracker.model.finding import column_letters
from tracker.model.grid import Cells
from tracker.words import load
from tracker.words.sentences import message, remedy

DRAWN = """
    Customers
    customer_id | last_name | company | email
    C1          | Marsh     | Oak     | a@b.example
"""


def renamed(host: World, key: str, header: str) -> World:
    """The header of a column of Customers as somebody called it."""
    host.rename("Customers", key, header)
    return host


def odd(host: World) -> list[tuple[str, str, str]]:
    return sorted((one.code, one.place.key, one.value) for one in host.read().findings if one.code.startswith("W"))


def alias(code: str, label: str = "Our firm") -> World:
    """A book whose column Company is called otherwise, and which says so on Lists."""
    return renamed(
        book(f"{DRAWN}\n\n    Lists\n    list | code | label\n    alias | {code} | {label}"), "company", "Our firm"
    )


@pytest.mark.parametrize("code", ["Customers.company", "customers.Company", " Customers . company "])
def test_a_renamed_header_is_read_by_its_alias(code):
    host = alias(code)
    assert odd(host) == []
    assert host.read().text("Customers", "company").tolist() == ["Oak"]
    refresh(host)
    assert not refresh(host)[1]


@pytest.mark.parametrize("code", ["Customers.compny", "Custmers.company", "company", "Customers.", "."])
def test_an_alias_that_names_nothing_changes_nothing(code):
    assert odd(alias(code)) == [("W105", "company", "Our firm")]


def test_a_column_under_its_own_header_goes_before_one_that_only_means_it():
    """Else the tool would fill a column of staff's that stands left of its own."""
    host = alias("Customers.spend_12m")
    assert odd(host) == [("W104", "spend_12m", "Our firm"), ("W105", "company", "Our firm")]
    refresh(host)
    table = host.tables["Customers"]
    column = table.ref.first_column + table.headers.index("Our firm")
    assert host.sheets[table.sheet][column].texts[table.ref.first_row] == "Oak"
    assert customers(host)["C1"]["spend_12m"] == 0


def test_a_doubled_header_is_told_and_the_first_counts():
    host = renamed(book(DRAWN), "email", "Company")
    assert odd(host) == [("W103", "email", "E-mail"), ("W104", "company", "Company")]
    assert host.read().text("Customers", "company").tolist() == ["Oak"]


def test_rows_after_a_gap_are_told_and_not_read():
    host = book(DRAWN)
    host.put("Customers", 3, "last_name", "Silva")
    host.put("Customers", 4, "last_name", "Ito")
    assert odd(host) == [("W107", "", "")]
    assert [one.details["count"] for one in host.read().findings] == ["2"]
    assert host.read().text("Customers", "last_name").tolist() == ["Marsh"]


def test_rows_directly_below_are_read_and_the_table_grows_over_them():
    host = book(DRAWN)
    host.put("Customers", 1, "last_name", "Silva")
    assert odd(host) == [("W106", "", "")]
    refresh(host)
    assert host.tables["Customers"].last_row == 3
    assert odd(host) == []


def test_what_stands_below_a_totals_row_is_no_row():
    host = book(DRAWN)
    table = host.tables["Customers"]
    ref = replace(table.ref, last_row=3)
    host.tables["Customers"] = replace(table, ref=ref, has_totals=True)
    host.put("Customers", 1, "last_name", "Total")
    host.put("Customers", 2, "last_name", "Ours")
    assert odd(host) == []
    refresh(host)
    assert host.read().text("Customers", "last_name").tolist() == ["Marsh"]
    assert host.tables["Customers"].ref == ref


def test_a_table_that_lost_its_table_is_found_by_its_headers():
    host = book(DRAWN)
    del host.tables["Customers"]
    assert odd(host) == [("W102", "", "Customers")]
    refresh(host)
    assert customers(host)["C1"]["display_name"] == "Marsh"
    assert not any(cells.has_formula().any() for cells in host.sheets["Customers"].values())
    assert not refresh(host)[1]


@pytest.mark.parametrize(("row", "found"), [(1, True), (20, True), (21, False)])
def test_the_headers_of_a_lost_table_are_looked_for_in_the_first_twenty_rows(row, found):
    host = book(DRAWN)
    del host.tables["Customers"]
    above = Cells.blank(row - 1)
    host.sheets["Customers"] = {at: above.followed_by(one) for at, one in host.sheets["Customers"].items()}
    assert odd(host) == [("W102" if found else "W101", "", "Customers")]


def test_a_strangers_table_of_that_name_is_none_of_ours():
    """A refresh would fill its column Tags."""
    host = book("Customers (only)\nName | tags | city\nMarsh | mine | Kyiv")
    for table in ("Interactions", "Purchases"):
        del host.tables[table], host.sheets[table]
    with pytest.raises(NotOursError):
        host.read()


def test_an_older_workbook_is_told():
    schema = replace(book("").schema, version=3)
    host = book(DRAWN, schema=2)
    host.schema = schema
    assert odd(host) == [("W111", "", "2")]


def test_an_empty_text_is_no_value():
    host = book(DRAWN)
    table = host.tables["Customers"]
    column = table.ref.first_column + 1
    cells = host.sheets[table.sheet][column].followed_by(Cells.from_texts([""]))
    host.sheets[table.sheet][column] = cells
    assert odd(host) == []
    assert len(host.read().frames["Customers"]) == 1


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize("name", ["Customers", "Interactions", "Purchases", "FollowUps", "Settings", "Lists", "Rules"])
def test_a_header_cell_that_was_cleared_is_told_and_its_column_read(name, blank):
    host = book(DRAWN)
    table = host.tables[name]
    heads = host.sheets[table.sheet]
    top, second = table.ref.first_row, table.ref.first_column + 1
    cells = heads[second]
    text = Cells.blank(1) if blank is None else Cells.from_texts([blank])
    heads[second] = cells.take(slice(0, top - 1)).followed_by(text).followed_by(cells.take(slice(top, len(cells))))
    [found] = [one for one in host.read().findings if one.code == "W118"]
    cell = f"{column_letters(second)}{top}"
    assert (found.place.sheet, found.place.cell, found.details["missing"]) == (table.sheet, cell, table.headers[1])
    assert remedy(load(), found) == f"Type {table.headers[1]} into {cell}, exactly so."
    assert odd(host) == [("W118", found.place.key, "")], "the Table still names the column, so it is read"


@pytest.mark.parametrize("said", ["Phone", "E-mail ", "e-mail", 5.0])
def test_a_header_cell_that_differs_from_the_table_is_told_and_its_column_read(said):
    host = book(DRAWN)
    before = host.tables["Customers"]
    host.rename("Customers", "email", said)
    host.tables["Customers"] = before
    [found] = [one for one in host.read().findings if one.code.startswith("W")]
    cell = host.read().layout["Customers"].place("email", before.ref.first_row).cell
    assert (found.code, found.place.cell, found.place.key, found.value) == (
        "W122",
        cell,
        "email",
        f"{said}".split(".")[0],
    )
    assert message(load(), found).endswith("the Table calls the column “E-mail”, and by that it is read.")
    assert host.read().text("Customers", "email").tolist() == ["a@b.example"]


@pytest.mark.parametrize("said", ["Our\nfirm", "Our\r\nfirm", "Our_x000a_firm", "Our_x000D__x000A_firm"])
def test_line_breaks_of_a_header_are_spelled_in_several_ways(said):
    host = renamed(
        book(f"{DRAWN}"), "company", "Our\nfirm" if "x000D" not in said and "\r" not in said else "Our\r\nfirm"
    )
    named = host.tables["Customers"]
    host.tables["Customers"] = replace(named, headers=tuple(said if "Our" in one else one for one in named.headers))
    assert "W122" not in {one.code for one in host.read().findings}


def test_a_column_of_staffs_own_is_called_as_its_table_calls_it_too():
    host = renamed(book(DRAWN.replace("company", "Rank")), "email", "E-mail")
    assert odd(host) == []
    named = host.tables["Customers"]
    host.tables["Customers"] = replace(named, headers=tuple("Grade" if one == "Rank" else one for one in named.headers))
    [found] = [one for one in host.read().findings if one.code == "W122"]
    assert (found.place.cell, found.place.header, found.value) == ("C1", "Grade", "Rank")


def test_a_renamed_and_a_doubled_header_are_named_by_their_cells():
    layout = book(DRAWN).read().layout["Customers"]
    for key, header, code in (("company", "Our firm", "W105"), ("company", "Last name", "W104")):
        host = renamed(book(DRAWN), key, header)
        [found] = [one for one in host.read().findings if one.code == code]
        assert found.place.cell == layout.place(key, layout.header_row).cell != ""
    del host.tables["Customers"]  # found by its headers alone
    [found] = [one for one in host.read().findings if one.code == "W104"]
    assert found.place.cell == layout.place("company", layout.header_row).cell


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Stops what would take hours."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it takes far too long"))
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm")
def test_spaces_without_end_among_the_key_fields_are_looked_at_once():
    host = book(DRAWN, key_fields=f"email{' ' * 30_000}; owner  OR{' ' * 30_000}phone")
    with within(5):
        refresh(host)
    assert customers(host)["C1"]["completeness"] == 50


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm")
@pytest.mark.parametrize(
    ("begin", "end", "code"), [("", "x", "V101"), ("1", "x", "V101"), ("-", "5", "V109"), ("5", "%", "V109")]
)
def test_spaces_without_end_in_a_number_column_are_looked_at_once(begin, end, code):
    lines = "\n".join(["    C1 | today-1d | Oak | 1"] * 20)
    host = book(f"{DRAWN}\n\n    Purchases\n    customer | purchased_at | item | amount\n{lines}")
    for row in range(20):
        host.put("Purchases", row, "amount", begin + " " * 30_000 + end)
    with within(20):
        found = [one.code for one in host.read().findings if one.place.key == "amount"]
    assert found == [code] * 20
