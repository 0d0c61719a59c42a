"""A workbook open in Excel, on the small model of it: what is refused, what is put back, which workbook is meant.

That Excel does as the model does is not shown here: see docs/analysis/button.md.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import fake_excel
import numpy as np
import pytest
import xlsxwriter
from books import demo_book, refreshed
from fake_excel import App, Book, ComError, excel
from test_hosts import book, cells, in_excel

from tracker.commands import live as live_module
from tracker.commands.live import refresh_live, undo_live
from tracker.commands.refresh import refresh_file
from tracker.errors import BusyError, RefusedError, StorageError, UnreadableError, UsageError
from tracker.hosts import ClosedFile, MemoryHost
from tracker.hosts import excel as host_module
from tracker.hosts.excel import ExcelBook
from tracker.hosts.excel_side import Excel, Windows, running, speaking
from tracker.hosts.excel_spelling import excel as to_excel
from tracker.hosts.excel_spelling import filed, moves, quoted
from tracker.model.grid import CellKind, Cells, ColumnWrite, Host, Ref, TableChange, Writes

MADE, LATER, NOW = date(2026, 11, 25), date(2026, 12, 3), datetime(2026, 12, 3, 9, 0)
TWICE = Cells.from_numbers([62.0, 84.0, 0.0]).with_formula("People[[#This Row],[Age]]*2")
NEXT = Writes((ColumnWrite("People", 4, np.arange(3, 6), TWICE),))
BOTH = Writes((cells("People", 3, 3, 99.0), cells("It's else", 1, 1, 8.0)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_module, "PAUSE", 0.0)


def held(host: ExcelBook) -> Any:
    """The workbook of the model behind a host."""
    return host._open


def looks(host: ExcelBook) -> list[Any]:
    """All that stands there, and where the tables are."""
    sheets = [
        {place: cell.formula or cell.value for place, cell in one._cells.items() if cell.value is not None}
        for one in held(host).sheets
    ]
    return [sheets, [(one.name, one.box) for sheet in held(host).sheets for one in sheet.tables]]


def test_settings_are_off_while_it_writes_and_as_they_were_afterwards(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    app: App = held(host).app
    app.put("calculation", "semiautomatic")
    before, seen = app.settings(), []

    class Watching(App):
        __slots__ = ()

        def touch(self, write: bool = False) -> None:
            if write:
                seen.append(self.settings())
            App.touch(self, write)

    app.__class__ = Watching
    assert host.apply(NEXT).cells == 3
    assert seen and all(
        (one["screen_updating"], one["enable_events"], one["calculation"]) == (False, False, "manual") for one in seen
    )
    assert all(str(one["status_bar"]).startswith("Tracker") for one in seen)
    assert app.settings() == before


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_failure_half_way_puts_cells_tables_and_settings_back(tmp_path: Path, fails_at: int) -> None:
    host = in_excel(book(), tmp_path)
    app: App = held(host).app
    before, settings = looks(host), app.settings()
    grown = TableChange("People", Ref(2, 2, 7, 4))
    app.fails_at = fails_at
    with pytest.raises(ComError):
        host.apply(Writes((cells("People", 2, 6, "Di", "007"), cells("It's else", 1, 1, 8.0)), (grown,)))
    assert app.writes >= fails_at, "it failed where it was to"
    assert looks(host) == before and app.settings() == settings
    app.fails_at = -1
    assert host.apply(BOTH).cells == 2, "it goes on as if nothing had been"


def test_who_is_typing_in_a_cell_is_told_to_finish(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    before = looks(host)
    held(host).app.typing = 10**6
    for act in (host.book, lambda: host.sheet("People"), lambda: host.apply(BOTH)):
        with pytest.raises(BusyError, match=r"Finish editing the cell \(Enter\), then try again\.$") as error:
            act()
        assert error.value.exit_code == 4 and "\n" not in str(error.value)
    held(host).app.typing = 0
    assert looks(host) == before


def test_who_begins_to_type_half_way_finds_all_as_it_was(tmp_path: Path) -> None:
    for after in range(1, 60):
        host = in_excel(book(), tmp_path)
        app: App = held(host).app
        before, settings = looks(host), app.settings()
        begin_typing(app, after, 7)
        try:
            host.apply(BOTH)
        except BusyError:
            assert looks(host) == before, after
        assert app.settings() == settings, after


def test_who_goes_on_typing_is_told_to_close_without_saving(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    app: App = held(host).app
    settings, calls = app.settings(), 0
    host.rehearse(BOTH)
    while app.writes < 1:
        host, calls = in_excel(book(), tmp_path), calls + 1
        app = held(host).app
        begin_typing(app, calls, 10**6)
        with pytest.raises((BusyError, RefusedError)) as error:
            host.apply(BOTH)
    begun = host
    assert isinstance(error.value, RefusedError) and "Close it without saving." in str(error.value)
    assert held(begun).app.settings() != settings, "no Excel takes its settings back that takes nothing"


def begin_typing(app: App, after: int, calls: int) -> None:
    """From the call after this many on, as many are refused."""

    class Typing(App):
        __slots__ = ()

        def touch(self, write: bool = False) -> None:
            if self.calls == start + after:
                self.typing = calls
            App.touch(self, write)

    start = app.calls
    app.__class__ = Typing


@pytest.mark.parametrize("code", [0x800AC472, 0x80010001])
def test_the_codes_of_excel_become_sentences(code: int) -> None:
    with pytest.raises(BusyError), speaking():
        raise ComError(code)
    with pytest.raises(UnreadableError, match="open it again"), speaking():
        raise ComError(0x800706BA)
    with pytest.raises(ComError), speaking():
        raise ComError(0x80020009, 0x800A03EC)


def test_a_protected_sheet_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    held(host).sheets["It's else"].api.ProtectContents = True
    before = looks(host)
    with pytest.raises(RefusedError, match=r"It's else is protected.*Unprotect Sheet"):
        host.apply(BOTH)
    assert looks(host) == before


def test_hidden_rows_that_take_no_block_are_a_refusal_and_no_half_result(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    held(host).sheets["People"].hidden = {4}
    before = looks(host)
    with pytest.raises(RefusedError, match="clear its filters"):
        host.apply(NEXT)
    assert looks(host) == before


def test_what_somebody_types_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    host.sheet("People")
    held(host).sheets["People"].range((3, 2), (3, 2)).value = "Zoe"
    with pytest.raises(BusyError, match="changed it meanwhile"):
        host.apply(Writes((cells("People", 3, 3, 99.0),)))
    assert host.sheet("People").column(2, 3, 3).values() == ["Zoe"]
    assert host.sheet("People").column(3, 3, 3).values() == [31.0]


def test_a_table_that_is_deleted_meanwhile_is_said(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    host.book()
    held(host).sheets["People"].tables.clear()
    with pytest.raises(RefusedError, match="People was deleted meanwhile"):
        host.apply(Writes((cells("People", 2, 6, "Di"),), (TableChange("People", Ref(2, 2, 6, 4)),)))


@pytest.mark.parametrize("look", ["General", "@"])
def test_texts_stay_texts(tmp_path: Path, look: str) -> None:
    host = in_excel(book(), tmp_path)
    texts = ["007", "May 3", "1/2", "TRUE", "=1+1", "'quoted", "#N/A", "-", "Олена", "VIP, 30 days", "+31 6", "12:30"]
    for row in range(1, 20):
        held(host).sheets["It's else"].cell((row, 6)).format = look
    host.apply(Writes((cells("It's else", 6, 1, *texts),)))
    found = host.sheet("It's else").column(6, 1, len(texts))
    assert found.values() == texts and set(found.kinds.tolist()) == {CellKind.TEXT}
    assert not found.has_formula().any()


def test_errors_truths_and_formulas_of_excel_are_read_as_a_file_has_them(tmp_path: Path) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("S")
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("A2", "=_xlfn.IFS(B1,2)", None, "")
        sheet.write_formula("A3", "=NA()", None, "#N/A")
        sheet.write_boolean("A4", False)
        sheet.write_array_formula("C1:D2", "{=B1:B2}", None, 1)
        sheet.merge_range("F1:G2", "both")
    data = made.getvalue()
    host, file = in_excel(data, tmp_path), MemoryHost(data)
    for number in range(1, 8):
        one, other = (each.sheet("S").column(number, 1, 4) for each in (host, file))
        assert one.same_as(other).all(), number
    writes = Writes((cells("S", 6, 1, None, 5.0), cells("S", 7, 1, 1.0), cells("S", 4, 2, 3.0)))
    assert [one[:2] for one in host.apply(writes).skipped] == [("S", 6), ("S", 7), ("S", 4)]


def test_a_million_rows_that_only_look_like_something_are_not_read(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path)
    sheet = held(host).sheets["It's else"]
    sheet.cell((1_048_576, 3)).format = "0.00"
    assert host.sheet("It's else").last_row == 1


@pytest.mark.parametrize(
    ("shown", "file"),
    [
        ("[@Age]+1", "T[[#This Row],[Age]]+1"),
        ("[@[Full Name]]", "T[[#This Row],[Full Name]]"),
        ("SUM([Age],U[Age],U[@Age])", "SUM(T[Age],U[Age],U[[#This Row],[Age]])"),
        ("[@[A]:[B]]", "T[[#This Row],[A]:[B]]"),
        ("[@it'[s]", "T[[#This Row],[it'[s]]"),
        ('IFS(1,"[@x] IFS(")', '_xlfn.IFS(1,"[@x] IFS(")'),
        ("MAXIFS(U[D],U[ID],[@ID])&'a [b]'!A1", "_xlfn.MAXIFS(U[D],U[ID],T[[#This Row],[ID]])&'a [b]'!A1"),
        ("SUMIFS(A1,B1)+[Book.xlsx]S!A1", "SUMIFS(A1,B1)+[Book.xlsx]S!A1"),
    ],
)
def test_formulas_as_excel_shows_them_and_as_a_file_has_them(shown: str, file: str) -> None:
    assert filed(shown, "T") == file
    assert filed(to_excel(file)[1:], "T") == file
    assert "_xlfn." not in to_excel(file)


def test_only_a_formula_that_names_cells_moves() -> None:
    assert moves("A1+1") and moves("'S'!$B$2") and moves("SUM(S!A1:B2)")
    assert not any(map(moves, ("LOG10(T[A1])", '"A1"', "T[[#This Row],[B2]]", "rate*2", "x.A1")))
    assert (quoted("Ann"), quoted("May 3")) == ("Ann", "'May 3")


def test_formulas_that_name_cells_stand_in_each_row_as_they_were_given(tmp_path: Path) -> None:
    host = in_excel(book(), tmp_path, lambda *place: 7.0)
    same = Cells.from_numbers([7.0, 7.0]).with_formula("A1*1")
    host.apply(Writes((ColumnWrite("It's else", 4, np.arange(1, 3), same),)))
    column = host.sheet("It's else").column(4, 1, 2)
    assert [column.formula(0), column.formula(1)] == ["A1*1", "A1*1"]


def everything(host: Host) -> dict[str, dict[int, Cells]]:
    found = {}
    for name in host.book().sheets:
        sheet = host.sheet(name)
        found[name] = {number: plain(sheet.column(number, 1, 3000)) for number in sheet.columns}
        found[name] = {n: one for n, one in found[name].items() if one.kinds.any() or one.has_formula().any()}
    return found


def plain(column: Cells) -> Cells:
    empty = (column.kinds == CellKind.TEXT) & (column.texts == "") & ~column.has_formula()
    texts, kinds = column.texts.copy(), column.kinds.copy()
    texts[empty], kinds[empty] = None, CellKind.BLANK
    return Cells(kinds, column.numbers, texts, column.formulas, column.formula_texts)


def differing(one: dict[str, dict[int, Cells]], other: dict[str, dict[int, Cells]]) -> list[str]:
    found = [f"{name}: other columns" for name in one if one[name].keys() != other[name].keys()]
    for name, columns in one.items():
        for number, column in columns.items():
            there = other[name].get(number)
            rows = np.flatnonzero(~column.same_as(there)) if there is not None else []
            found += [f"{name} column {number} row {row + 1}" for row in list(rows)[:3]]
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "shop Олена.xlsx"
    path.write_bytes(refreshed(demo_book(MADE), MADE, MADE)[0])
    return path


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / made.name))


def desk_of(*books: tuple[Path, str], calculator: fake_excel.Calculator = fake_excel.no_calculator) -> Excel:
    return excel(*((path.read_bytes(), name) for path, name in books), calculator=calculator)


def calculated_as(path: Path) -> fake_excel.Calculator:
    """The values that a refreshed file holds beside its formulas, by place: the model cannot calculate."""
    file = ClosedFile(path)
    sheets = {name: file.sheet(name) for name in file.book().sheets}

    def value(sheet: str, row: int, column: int, formula: str) -> Any:
        cells = sheets[sheet].column(column, row, row)
        assert cells.formula(0) == formula[1:], (sheet, row, column)
        found = cells.values()[0]
        return fake_excel.CODES[str(found)] if cells.kinds[0] == CellKind.ERROR else found

    return value


def test_the_open_workbook_becomes_what_the_closed_one_becomes(shop: Path) -> None:
    closed = Path(shutil.copy(shop, shop.with_name("closed.xlsx")))
    done = refresh_file(closed, LATER, LATER, NOW)
    saved, desk = shop.read_bytes(), desk_of((shop, str(shop)), calculator=calculated_as(closed))
    host = ExcelBook(desk.books()[0], desk.side, shop)
    assert not differing(everything(host), everything(ClosedFile(shop))), "it is read otherwise than the closed file"
    path, live = refresh_live(shop.name, LATER, LATER, NOW, excel=desk)
    assert (path, live.due, live.findings, live.cells > 1000) == (shop, done.due, done.findings, True)
    assert not differing(everything(host), everything(ClosedFile(closed)))
    assert shop.read_bytes() == saved, "it is never saved by us"
    assert Path(live.receipt.backup).parent.parent.parent == shop.parent
    assert not differing(everything(ClosedFile(Path(live.receipt.backup))), everything(ClosedFile(shop)))
    assert refresh_live(None, LATER, LATER, NOW, excel=desk)[1].cells == 0, "a second refresh changes nothing"


def test_a_disk_that_takes_no_copy_stops_it_before_anything_is_written(shop: Path) -> None:
    desk = desk_of((shop, str(shop)))
    opened: Book = desk.books()[0]
    host = ExcelBook(opened, FullDisk(), shop, lambda note, store: store(shop.with_name("x")) or "")  # type: ignore[misc,func-returns-value]
    before = looks(host)
    with pytest.raises(StorageError, match="could not save a copy first"):
        host.apply(Writes((cells("Customers", 2, 3, "x"),)))
    assert looks(host) == before


class FullDisk(Windows):
    def store(self, book: Any, path: Path) -> None:
        raise ComError(0x80020009, 0x800A03EC)


def test_two_workbooks_of_one_name_are_told_apart_by_their_path(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / shop.name
    desk = excel((shop.read_bytes(), str(shop)))
    Book(App(), book(), str(other))
    second = App()
    Book(second, book(), str(other))
    both = Excel([*desk.apps, second], desk.side)
    with pytest.raises(UsageError, match=r"workbooks of this name are open from .* and .*\. Give the whole path\.$"):
        refresh_live(shop.name, LATER, excel=both)
    with pytest.raises(UsageError, match="several workbooks are open"):
        refresh_live(None, LATER, excel=both)
    with pytest.raises(UnreadableError, match="no workbook of ours"):
        refresh_live(str(other), LATER, excel=both)
    assert refresh_live(str(shop), MADE, MADE, NOW, dry_run=True, excel=both)[0] == shop


def test_a_workbook_in_onedrive_has_an_address_and_its_copy_goes_to_the_person(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    closed = Path(shutil.copy(shop, shop.with_name("closed.xlsx")))
    refresh_file(closed, LATER, LATER, NOW)
    url = "https://d.docs.live.net/0f/Our%20team/shop.xlsx"
    desk = desk_of((shop, url), calculator=calculated_as(closed))
    path, done = refresh_live(url, LATER, LATER, NOW, excel=desk)
    assert path.name == "shop.xlsx" and done.cells > 1000
    assert refresh_live("shop.xlsx", LATER, LATER, NOW, excel=desk)[1].cells == 0
    assert (tmp_path / "data") in Path(done.receipt.backup).parents
    assert not list(tmp_path.glob("https*")), "no folder that is called as the address"
    assert not differing(everything(ClosedFile(Path(done.receipt.backup))), everything(ClosedFile(shop)))


def refused(desk: Excel, name: str | None, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as error:
        refresh_live(name, LATER, excel=desk)
    assert "\n" not in str(error.value)


def test_what_is_not_open_never_saved_or_read_only_is_said_in_a_line(shop: Path) -> None:
    desk = desk_of((shop, str(shop)))
    refused(desk, "else.xlsx", UnreadableError, "else.xlsx: it is not open in Excel")
    refused(desk_of((shop, "Book1")), "Book1", RefusedError, "Book1: it was never saved")
    refused(excel(), None, UnreadableError, "no workbook is open in Excel")
    refused(desk_of((shop, str(shop.with_suffix(".xls")))), None, RefusedError, "never saved as .xlsx")
    desk.books()[0].api.ReadOnly = True
    refused(desk, shop.name, RefusedError, "open read-only")


def test_excel_takes_nothing_back_and_says_what_does(shop: Path) -> None:
    with pytest.raises(RefusedError, match="Close it without saving"):
        undo_live(shop.name, excel=desk_of((shop, str(shop))))


def test_no_excel_is_looked_for_where_there_is_none() -> None:
    assert running("linux") is None
    assert "xlwings" not in sys.modules or sys.platform in ("win32", "darwin")


MODELLED = {App: "App", Book: "Book", fake_excel.Sheet: "Sheet", fake_excel.Range: "Range", fake_excel.Table: "Table"}
OWN = {  # of the model itself
    "App": {"calculator", "calls", "fails_at", "get", "put", "settings", "touch", "typing", "writes"},
    "Book": {"packed"},
    "Sheet": {"arrays", "cell", "columns", "hidden", "merges", "peek", "table_at"},
    "Range": {"box"},
    "Table": {"box", "headers", "sheet"},
}


def test_every_member_that_is_modelled_exists_in_xlwings() -> None:
    """In another process: here xlwings is not to be imported."""
    names = {
        real: sorted(name for name in dir(model) if name[0] != "_" and name not in OWN[real])
        for model, real in MODELLED.items()
    }
    script = (
        "import json, sys, xlwings\n"
        "wanted = json.loads(sys.argv[1])\n"
        "print([f'{c}.{n}' for c, ns in wanted.items() for n in ns if not hasattr(getattr(xlwings.main, c), n)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(names)], capture_output=True, text=True, check=False
    )
    if "No module named 'xlwings'" in done.stderr:
        pytest.skip("xlwings is not installed")
    assert done.stdout.strip() == "[]", done.stderr
    assert sum(map(len, names.values())) > 20
