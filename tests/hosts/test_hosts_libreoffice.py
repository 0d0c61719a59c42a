"""A workbook open in LibreOffice: refreshed as the closed file is, taken back by one undo, never saved by us."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from books import demo_book, refreshed
from running import Running
from test_hosts import book, cells

from tracker.commands.live import chosen, opened, refresh_live, undo_live
from tracker.commands.refresh import refresh_file
from tracker.commands.restore import restore_file
from tracker.errors import BusyError, RefusedError
from tracker.hosts import ClosedFile
from tracker.hosts.libreoffice import TITLE, LibreOffice, documents
from tracker.hosts.office import Office
from tracker.model.grid import CellKind, Cells, ColumnWrite, Host, Writes

pytestmark = pytest.mark.soffice
MADE, LATER, NOW = date(2026, 11, 25), date(2026, 12, 3), datetime(2026, 12, 3, 9, 0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of `tracker demo`, its day pinned: else LibreOffice takes the day of the clock on opening it."""
    path = tmp_path_factory.mktemp("demo") / "customers-demo.xlsx"
    path.write_bytes(refreshed(demo_book(MADE), MADE, MADE)[0])
    return path


@pytest.fixture
def book_of_demo(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "our shop Олена.xlsx"))


@pytest.fixture
def desk(office: Running) -> Iterator[Running]:
    """LibreOffice with nothing open, before and after."""
    office.do("close")
    yield office
    office.do("close")


def everything(host: Host) -> dict[str, dict[int, Cells]]:
    """All cells of all sheets that hold something, an empty text being none."""
    found = {}
    for name in host.book().sheets:
        sheet = host.sheet(name)
        columns = {number: plain(sheet.column(number, 1, 3000)) for number in sheet.columns}
        found[name] = {number: one for number, one in columns.items() if one.kinds.any() or one.has_formula().any()}
    return found


def plain(column: Cells) -> Cells:
    empty = (column.kinds == CellKind.TEXT) & (column.texts == "") & ~column.has_formula()
    texts, kinds = column.texts.copy(), column.kinds.copy()
    texts[empty], kinds[empty] = None, CellKind.BLANK
    return Cells(kinds, column.numbers, texts, column.formulas, column.formula_texts)


def differing(one: dict[str, dict[int, Cells]], other: dict[str, dict[int, Cells]]) -> list[str]:
    """The cells that differ, by place."""
    found = [f"{name}: other columns" for name in one if one[name].keys() != other[name].keys()]
    for name, columns in one.items():
        for number, column in columns.items():
            there = other[name].get(number)
            rows = np.flatnonzero(~column.same_as(there)) if there is not None else []
            found += [f"{name} column {number} row {row + 1}" for row in list(rows)[:3]]
    return found


def of_open(office: Running, path: Path) -> dict[str, dict[int, Cells]]:
    """All cells with what LibreOffice calculates, also where a refresh does not ask for it."""
    with Office(office.pipe) as way:
        return everything(LibreOffice(way, chosen(documents(way), path.name), path))


def test_the_open_workbook_becomes_what_the_closed_one_becomes(desk: Running, book_of_demo: Path) -> None:
    closed = Path(shutil.copy(book_of_demo, book_of_demo.with_name("closed.xlsx")))
    done = refresh_file(closed, LATER, LATER, NOW)
    url = desk.open(book_of_demo)
    before = of_open(desk, book_of_demo)
    with opened(url, desk.pipe) as host:
        host.sheet("Customers")
        assert host.rehearse(Writes((cells("Guide", 200, 1, 1.0),))).cells
    assert not desk.do("modified", url=url), "to read is no change"
    assert not differing(before, everything(ClosedFile(book_of_demo))), "it is read otherwise than the closed file"
    _, live = refresh_live(book_of_demo.name, LATER, LATER, NOW, desk.pipe)
    assert (live.due, live.findings, live.cells > 1000) == (done.due, done.findings, True)
    after = of_open(desk, book_of_demo)
    assert not differing(after, everything(ClosedFile(closed)))
    assert ClosedFile(closed).book().tables.keys() == of_tables(desk, book_of_demo).keys()
    refs = {name: table.ref for name, table in ClosedFile(closed).book().tables.items()}
    assert {name: table.ref for name, table in of_tables(desk, book_of_demo).items()} == refs
    assert refresh_live(book_of_demo.name, LATER, LATER, NOW, desk.pipe)[1].cells == 0, (
        "a second refresh changes nothing"
    )


def of_tables(office: Running, path: Path):
    with opened(path.name, office.pipe) as host:
        return host.book().tables


def test_one_undo_takes_it_back_and_nothing_is_saved(desk: Running, book_of_demo: Path) -> None:
    saved, url = book_of_demo.read_bytes(), desk.open(book_of_demo)
    desk.do("type", url=url, sheet="Customers", address="C302", text="Typed & Co")
    before = of_open(desk, book_of_demo)
    _, done = refresh_live(url, LATER, LATER, NOW, desk.pipe)
    assert book_of_demo.read_bytes() == saved and desk.do("modified", url=url)
    assert desk.do("titles", url=url)[0] == TITLE
    assert differing(before, of_open(desk, book_of_demo))
    desk.do("undo", url=url)
    assert not differing(before, of_open(desk, book_of_demo))
    assert desk.do("cells", url=url, sheet="Customers", address="C302") == [["Typed & Co"]]
    assert done.receipt.backup


@pytest.mark.parametrize("typed", [False, True])
def test_the_copy_that_was_kept_is_the_workbook_from_before(desk: Running, book_of_demo: Path, typed: bool) -> None:
    saved, url = book_of_demo.read_bytes(), desk.open(book_of_demo)
    if typed:
        desk.do("type", url=url, sheet="Customers", address="C302", text="Typed & Co")
    before = of_open(desk, book_of_demo)
    _, done = refresh_live(url, LATER, LATER, NOW, desk.pipe)
    desk.do("save", url=url)
    desk.do("close")
    copy = Path(done.receipt.backup)
    assert (copy.read_bytes() == saved) is not typed, "where nothing is unsaved the file itself is kept"
    assert copy.parent.parent.parent == book_of_demo.parent
    restore_file(book_of_demo, LATER)
    assert book_of_demo.read_bytes() == copy.read_bytes()
    assert not differing(before, everything(ClosedFile(book_of_demo)))


def test_undo_live_takes_back_only_what_is_ours_and_last(desk: Running, book_of_demo: Path) -> None:
    url = desk.open(book_of_demo)
    with pytest.raises(RefusedError, match="not refreshed since"):
        undo_live(url, desk.pipe)
    before = of_open(desk, book_of_demo)
    refresh_live(url, LATER, LATER, NOW, desk.pipe)
    desk.do("type", url=url, sheet="Guide", address="A200", text="x")
    with pytest.raises(RefusedError, match="Take that back first"):
        undo_live(url, desk.pipe)
    desk.do("undo", url=url)
    assert undo_live(url, desk.pipe) == book_of_demo
    assert not differing(before, of_open(desk, book_of_demo))


@pytest.fixture
def small(desk: Running, tmp_path: Path) -> Iterator[Callable[[], LibreOffice]]:
    """A function that opens the small workbook and gives a host over it."""
    path = tmp_path / "small.xlsx"
    path.write_bytes(book())
    with Office(desk.pipe) as office:

        def opened_small() -> LibreOffice:
            desk.open(path)
            return LibreOffice(office, documents(office)[0], path)

        yield opened_small


def address(host: LibreOffice) -> str:
    return host.path.as_uri()


TWICE = Cells.from_numbers([1.0, 2.0, 3.0]).with_formula("People[[#This Row],[Age]]*2")
NEXT = Writes((ColumnWrite("People", 4, np.arange(3, 6), TWICE),))


@pytest.mark.parametrize("how", ["plain", "filtered", "coloured"])
def test_formulas_reach_hidden_rows_and_leave_looks_alone(
    small: Callable[[], LibreOffice], desk: Running, how: str
) -> None:
    host = small()
    url = address(host)
    if how == "filtered":
        desk.do("filter", url=url, table="People", column=0, text="Cy")
    if how == "coloured":
        desk.do("colour", url=url, sheet="People", address="D4", colour=0xFFEE00)
    before = desk.do("cells", url=url, sheet="People", address="A1:F9")
    host.apply(NEXT)
    column = host.sheet("People").column(4, 3, 5)
    assert [column.formula(i) for i in range(3)] == ["People[[#This Row],[Age]]*2"] * 3
    assert column.values() == [62.0, 84.0, 0.0]
    wanted = [-1, 0xFFEE00 if how == "coloured" else -1, -1]
    assert [desk.do("colour", url=url, sheet="People", address=f"D{row}") for row in (3, 4, 5)] == wanted
    desk.do("undo", url=url)
    assert desk.do("cells", url=url, sheet="People", address="A1:F9") == before


def test_a_protected_sheet_is_refused_and_nothing_changes(small: Callable[[], LibreOffice], desk: Running) -> None:
    host = small()
    desk.do("protect", url=address(host), sheet="It's else")
    with pytest.raises(RefusedError, match="It's else is protected"):
        host.apply(Writes((cells("People", 3, 3, 99.0), cells("It's else", 1, 1, 8.0))))
    assert host.sheet("People").column(3, 3, 3).values() == [31.0]


def test_what_somebody_types_meanwhile_is_not_written_over(small: Callable[[], LibreOffice], desk: Running) -> None:
    host = small()
    host.book()
    desk.do("type", url=address(host), sheet="People", address="B3", text="Zoe")
    with pytest.raises(BusyError, match="changed it meanwhile"):
        host.apply(Writes((cells("People", 3, 3, 99.0),)))
    assert host.sheet("People").column(2, 3, 3).values() == ["Zoe"]
    assert host.sheet("People").column(3, 3, 3).values() == [31.0]


def test_steps_that_fail_half_way_are_taken_back(small: Callable[[], LibreOffice], desk: Running) -> None:
    host = small()
    before = desk.do("cells", url=address(host), sheet="People", address="A1:F9")
    good = {"do": "value", "sheet": "People", "left": 0, "top": 0, "value": "new"}
    with pytest.raises(RuntimeError, match="write"):
        host.office.ask("write", title=TITLE, steps=[good, {**good, "sheet": "nowhere"}])
    assert desk.do("cells", url=address(host), sheet="People", address="A1:F9") == before
    assert desk.do("titles", url=address(host)) == []
    assert host.apply(NEXT).cells == 3, "it goes on as if nothing had been"


def test_a_table_that_was_deleted_is_said(desk: Running, book_of_demo: Path) -> None:
    url = desk.open(book_of_demo)
    with opened(url, desk.pipe) as host:
        sheet = host.book().tables["Customers"].sheet
    desk.do("remove", url=url, table="Customers")
    _, done = refresh_live(url, LATER, LATER, NOW, desk.pipe)
    assert sheet == "Customers" and any(one.code == "W102" for one in done.findings), "it is found by its headers"
