"""One suite for every host: what it shows of a workbook, what applying does, and when nothing is written at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from fake_excel import Calculator, excel, no_calculator
from running import Running

from tracker.errors import RefusedError, UnreadableError
from tracker.hosts import ClosedFile, Draft, MemoryHost
from tracker.hosts.excel import ExcelBook
from tracker.hosts.libreoffice import LibreOffice, documents
from tracker.hosts.office import Office
from tracker.model.grid import Cells, ColumnWrite, Host, Ref, RowPattern, TableChange, Writes

Make = Callable[[bytes], Host]
OVER_BYTES = ("memory", "closed file")
EXCEL = "excel"
OPEN = "open in LibreOffice"


@pytest.fixture(params=[*OVER_BYTES, EXCEL, pytest.param(OPEN, marks=pytest.mark.soffice)])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """A function from the bytes of a workbook to a host over it."""
    if request.param == EXCEL:
        yield lambda data: in_excel(data, tmp_path)
        return
    if request.param != OPEN:
        yield over_bytes(request.param, tmp_path)
        return
    with opening(request.getfixturevalue("office"), tmp_path) as found:
        yield found


@pytest.fixture(params=OVER_BYTES)
def make_of_bytes(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """The same for hosts that open the bytes themselves."""
    return over_bytes(request.param, tmp_path)


@contextmanager
def opening(office: Running, folder: Path) -> Iterator[Make]:
    """A host over a workbook that a running LibreOffice has open."""
    with Office(office.pipe) as way:

        def opened(data: bytes) -> Host:
            path = folder / "book.xlsx"
            path.write_bytes(data)
            office.open(path)
            return LibreOffice(way, documents(way)[0], path)

        yield opened
        office.do("close")


def in_excel(data: bytes, folder: Path, calculator: Calculator = no_calculator) -> ExcelBook:
    """A host over a workbook that the model of Excel has open."""
    path = folder / "book.xlsx"
    path.write_bytes(data)
    desk = excel((data, str(path)), calculator=calculator)
    return ExcelBook(desk.books()[0], desk.side, path)


def over_bytes(name: str, folder: Path) -> Make:
    if name == "memory":
        return MemoryHost
    path = folder / "book.xlsx"

    def closed(data: bytes) -> Host:
        path.write_bytes(data)
        return ClosedFile(path)

    return closed


def book(*, totals: bool = False) -> bytes:
    """A table of three rows on "People", an area by name, a formula, and a sheet beside it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("People")
        columns = [{"header": "Name"}, {"header": "Age"}, {"header": "Next", "formula": "=People[[#This Row],[Age]]+1"}]
        rows = [["Ann", 31, 32], ["Bo", 42, 43], ["Cy", None, 1]]
        sheet.add_table(
            1, 1, 5 if totals else 4, 3, {"name": "People", "columns": columns, "data": rows, "total_row": totals}
        )
        sheet.write_boolean(9, 1, True)
        workbook.add_worksheet("It's else").write(0, 0, 7)
        workbook.define_name("spot", "='It''s else'!$A$1:$B$2")
        workbook.define_name("rate", "=0.5")
    return made.getvalue()


def cells(sheet: str, column: int, first: int, *values: float | str | bool | None) -> ColumnWrite:
    rows = np.arange(first, first + len(values), dtype=np.int64)
    return ColumnWrite(sheet, column, rows, Cells.from_values(values))


def test_the_outline_of_a_workbook(make: Make) -> None:
    outline = make(book()).book()
    assert outline.sheets == ("People", "It's else")
    table = outline.tables["People"]
    assert (table.sheet, table.ref, table.headers) == ("People", Ref(2, 2, 5, 4), ("Name", "Age", "Next"))
    assert (table.first_row, table.last_row, table.has_totals) == (3, 5, False)
    assert table.formulas == (None, None, "People[[#This Row],[Age]]+1")
    assert outline.areas["spot"].sheet == "It's else" and outline.areas["spot"].ref == Ref(1, 1, 2, 2)
    assert "rate" in outline.names and "rate" not in outline.areas
    assert not outline.date1904


def test_a_totals_row_is_no_row_of_data(make: Make) -> None:
    table = make(book(totals=True)).book().tables["People"]
    assert (table.ref, table.last_row, table.has_totals) == (Ref(2, 2, 6, 4), 5, True)


def test_the_cells_of_a_sheet(make: Make) -> None:
    sheet = make(book()).sheet("People")
    assert sheet.column(2, 2, 6).values() == ["Name", "Ann", "Bo", "Cy", None]
    assert sheet.column(3, 3, 5).values() == [31.0, 42.0, None]
    assert sheet.column(4, 3, 3).formula(0) == "People[[#This Row],[Age]]+1"
    assert sheet.column(2, 10, 10).values() == [True]
    assert sheet.column(99, 1, 3).values() == [None, None, None]


def test_what_is_applied_is_what_stands_there_afterwards(make: Make) -> None:
    host = make(book())
    done = host.apply(Writes((cells("People", 3, 3, 32.0, 42.0, 5.0), cells("It's else", 1, 3, "new"))))
    assert done.changed and done.cells == 3
    sheets = (
        {"People", "It's else"}
        if isinstance(host, LibreOffice | ExcelBook)
        else {f"xl/worksheets/sheet{i}.xml" for i in (1, 2)}
    )
    assert set(done.parts) == sheets
    assert host.sheet("People").column(3, 3, 5).values() == [32.0, 42.0, 5.0]
    assert host.sheet("It's else").column(1, 1, 3).values() == [7.0, None, "new"]
    assert host.sheet("People").column(4, 3, 3).formula(0) == "People[[#This Row],[Age]]+1"


def test_a_table_grows_over_new_rows(make: Make) -> None:
    host = make(book())
    grown = TableChange("People", Ref(2, 2, 7, 4), {"Age": "1"})
    host.apply(Writes((cells("People", 2, 6, "Di", "Ed"),), (grown,), (RowPattern("People", 6, 7, 5, 2, 4),)))
    table = host.book().tables["People"]
    assert (table.last_row, table.formulas[1]) == (7, "1")
    assert host.sheet("People").column(2, 6, 7).values() == ["Di", "Ed"]


def test_nothing_is_written_when_nothing_differs(make: Make) -> None:
    host = make(book())
    same = cells("People", 3, 3, 31.0, 42.0, None)
    assert not host.apply(Writes((same,), (TableChange("People", Ref(2, 2, 5, 4)),))).changed
    assert not host.apply(Writes()).changed


def test_applying_twice_writes_once(make: Make) -> None:
    host = make(book())
    writes = Writes((cells("People", 5, 1, "a", 1.5, True),))
    assert host.apply(writes).cells == 3
    assert not host.apply(writes).changed


def test_a_column_that_may_not_be_written_is_said(make: Make) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        workbook.add_worksheet("S").write_array_formula("A2:A3", "{=B2:B3}")
    host, writes = make(made.getvalue()), Writes((cells("S", 1, 1, 1.0, 2.0), cells("S", 3, 1, 5.0)))
    before = host.rehearse(writes)
    assert host.sheet("S").column(3, 1, 1).values() == [None]
    done = host.apply(writes)
    assert done.cells == 1 and [one[:2] for one in done.skipped] == [("S", 1)]
    assert (before.cells, before.skipped) == (done.cells, done.skipped)
    assert host.rehearse(Writes((cells("S", 3, 1, 6.0),))).skipped == ()


def test_what_the_package_cannot_take_is_refused_and_nothing_changes(make: Make) -> None:
    host = make(book(totals=True))
    with pytest.raises(RefusedError, match=r"totals row.*\. Switch it off, then run this again\.$"):
        host.apply(Writes((cells("People", 2, 3, "Zoe"),), (TableChange("People", Ref(2, 2, 9, 4)),)))
    assert host.sheet("People").column(2, 3, 3).values() == ["Ann"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"name;age\nAnn;3\n", "import it instead"),
        (b"PK\x03\x04 and so on", "Open it in Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"),
    ],
)
def test_bytes_that_are_no_workbook_are_said_in_one_line(make_of_bytes: Make, data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError) as error:
        make_of_bytes(data).book()
    assert said.lower() in str(error.value).lower()
    assert "\n" not in str(error.value) and str(error.value).count(": ") >= 1 and str(error.value).endswith(".")


def test_a_draft_shows_what_would_stand_there_and_the_host_below_never_hears_of_it(make: Make) -> None:
    host = make(book())
    name = host.book().sheets[0]
    before = host.sheet(name)
    draft = Draft(host)
    for row, text in ((3, "Zoe"), (before.last_row + 5, "below"), (3, "Zora")):
        draft.apply(Writes((ColumnWrite(name, 1, np.array([row]), Cells.from_texts([text])),)))
    after = draft.sheet(name)
    assert after.last_row == before.last_row + 5
    assert after.column(1, 3, 3).values() == ["Zora"]
    assert after.column(1, after.last_row, after.last_row).values() == ["below"]
    assert after.column(2, 1, before.last_row).same_as(before.column(2, 1, before.last_row)).all()
    assert host.sheet(name).column(1, 1, before.last_row).same_as(before.column(1, 1, before.last_row)).all()
