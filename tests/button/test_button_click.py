"""A real click: LibreOffice on a screen, a mouse, and the macro of the button, as staff meet them.

With the command itself, as `tracker button install` writes it down; and, for how exactly the macro calls it and how it
takes an answer, with a double of it in this file, which does what the contract at the top of macros/TrackerButton.bas
asks for.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from books import demo_book
from libreoffice import LibreOffice, uno_python
from screen import Screen, needs, screen, until

from tracker.commands import pointer
from tracker.commands.button import add_button, wearing
from tracker.commands.new import new
from tracker.commands.refresh import refresh_file
from tracker.hosts import ClosedFile

pytestmark = pytest.mark.click

# The double of the command. It writes into a cell that no macro touches, and says so; or it says an error.
DOUBLE = """
import os, sys, time
code, said, seconds, *given = sys.argv[1:]
option = {name: given[given.index(name) + 1] for name in ("--workbook", "--log", "--office")}
folder = os.path.dirname(os.path.abspath(__file__))

def put(text):
    new = option["--log"] + ".new"
    with open(new, "wb") as file:
        file.write(text.encode("utf-16"))
    os.replace(new, option["--log"])

with open(os.path.join(folder, "calls.txt"), "a", encoding="utf-8") as calls:
    calls.write(" ".join(given) + chr(10))
put("started")
import uno
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
context = resolver.resolve("uno:pipe,name=" + option["--office"] + ";urp;StarOffice.ComponentContext")
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
books = desktop.Components.createEnumeration()
time.sleep(float(seconds))
while books.hasMoreElements():
    book = books.nextElement()
    if book.URL == option["--workbook"] and code == "0":
        book.Sheets.getByIndex(0).getCellRangeByName("B6").String = given[0] + " was here"
put(code + chr(10) + said)
"""


@dataclass(frozen=True)
class Desk:
    """A workbook with the button in a folder of its own, and the environment in which it is opened."""

    folder: Path

    @property
    def book(self) -> Path:
        return self.folder / "our customers Олена's.xlsm"

    @property
    def environment(self) -> Mapping[str, str]:
        return {"XDG_DATA_HOME": str(self.folder / "share")}

    @property
    def calls(self) -> list[str]:
        """How the command was called, call by call."""
        file = self.folder / "calls.txt"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def install(self, code: int, said: str, seconds: float = 0.0) -> None:
        """Write the pointer file, to the double with this answer."""
        double, pointer = self.folder / "double.py", self.folder / "share" / "tracker" / "button-command.txt"
        double.write_text(DOUBLE, encoding="utf-8")
        pointer.parent.mkdir(parents=True)
        order = (uno_python() or "", str(double), str(code), said, str(seconds))
        pointer.write_bytes(" ".join(f'"{word}"' for word in order).encode("utf-16"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    needs()
    made = Desk(tmp_path)
    new(made.book)
    return made


SAID = "12 overdue, 3 problems, 84 rows refreshed in 2.1 s"


def test_refresh_and_undo_and_the_keys_work(desk: Desk) -> None:
    desk.install(0, SAID)
    with screen(desk.book, "works", desk.environment) as shown:
        refresh, undo = shown.buttons()
        for press, verb in (
            (lambda: shown.click(refresh), "refresh"),
            (lambda: shown.click(undo), "undo"),
            (lambda: shown.press("ctrl+shift+r"), "refresh"),
        ):
            press()
            assert shown.message() == [SAID]
            shown.keep(verb)
            assert shown.ask("cell", "Home", "B6") == f"{verb} was here"
            shown.dismiss()
        assert shown.ask("changed")
    assert [call.split(" ", 1)[0] for call in desk.calls] == ["refresh", "undo", "refresh"]
    assert len({call.rpartition(" --office ")[2] for call in desk.calls}) == 1, "LibreOffice never closes a pipe"
    words = desk.calls[0].split(" ")  # the address of the workbook has no blanks
    assert words[1:3] == ["--live", "--workbook"]
    assert unquote(words[3]) == unquote(desk.book.as_uri())
    assert (words[4], words[6]) == ("--log", "--office")
    assert not Path(words[5]).exists(), "the log is left behind"


def test_tracker_is_not_installed(desk: Desk) -> None:
    with screen(desk.book, "missing", desk.environment) as shown:
        shown.click(shown.buttons()[0])
        said = "\n".join(shown.message())
        shown.keep()
        assert "tracker button install" in said and str(desk.folder / "share") in said
        assert not shown.ask("changed")


def test_the_refresh_fails(desk: Desk) -> None:
    said = "shop.xlsm: the data is locked by Anna. Ask her to close it. Дякую"
    desk.install(4, said)
    with screen(desk.book, "fails", desk.environment) as shown:
        shown.click(shown.buttons()[0])
        assert shown.message() == [said]
        shown.keep()
        assert not shown.ask("changed")


def test_pressed_twice_it_runs_once(desk: Desk) -> None:
    desk.install(0, SAID, seconds=3)
    with screen(desk.book, "twice", desk.environment) as shown:
        place = shown.buttons()[0]
        shown.click(place)
        until(lambda: desk.calls, "the command to begin")
        shown.click(place)
        assert shown.message() == [SAID]
        shown.dismiss()
        assert shown.ask("message", "Customer tracker") is None
    assert len(desk.calls) == 1


def test_what_libreoffice_saved_works_again(desk: Desk, libreoffice: LibreOffice) -> None:
    saved = libreoffice.convert([desk.book], "xlsm:Calc MS Excel 2007 VBA XML")[0]
    assert wearing(saved).missing, "LibreOffice keeps what buttons call: then nothing has to be given back any more"
    desk.book.write_bytes(saved.read_bytes())
    assert add_button(desk.book).changed
    desk.install(0, SAID)
    with screen(desk.book, "saved", desk.environment) as shown:
        for press in (lambda: shown.click(shown.buttons()[0]), lambda: shown.press("ctrl+shift+r")):
            press()
            assert shown.message() == [SAID]
            shown.dismiss()
    assert len(desk.calls) == 2


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The demo of today in a workbook with buttons, not refreshed yet, and the command installed for this person."""
    needs()
    made = Desk(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    bare = made.book.with_suffix(".xlsx")
    bare.write_bytes(demo_book(date.today()))
    assert add_button(bare).path == made.book
    bare.unlink()
    assert pointer.install().works
    yield made


SEEN = {"Customers": ("G2", "G40", "S2", "E2"), "Follow-ups": ("B7", "C7", "F8", "G9"), "Home": ("D8", "G8", "B20")}


def seen(shown: Screen) -> dict[str, str]:
    """What stands in some cells of the sheet that is open: tags, follow-ups, the figures of Home."""
    return {f"{sheet}!{cell}": shown.ask("cell", sheet, cell) for sheet, cells in SEEN.items() for cell in cells}


def copies(desk: Desk) -> list[Path]:
    return sorted(path for path in (desk.folder / ".tracker").rglob("*.xlsm") if path.is_file())


def test_the_command_refreshes_what_is_open_and_takes_it_back(shop: Desk) -> None:
    saved = shop.book.read_bytes()
    with screen(shop.book, "live", shop.environment) as shown:
        refresh, undo = shown.buttons()
        before = seen(shown)
        shown.click(refresh)
        said = shown.message()
        shown.keep("refreshed")
        assert re.fullmatch(r"\d+ overdue, 12 problems, \d+ rows refreshed in [\d.]+ s", said[0].split("\n")[0]), said
        assert "not saved yet" in " ".join(said)
        shown.dismiss()
        after = seen(shown)
        assert after["Customers!G2"] != before["Customers!G2"] or after["Customers!G40"] != before["Customers!G40"]
        assert after["Follow-ups!B7"] != before["Follow-ups!B7"] and after["Home!D8"] != before["Home!D8"]
        shown.keep("home")
        assert shown.ask("changed") and shop.book.read_bytes() == saved, "it is never saved for anybody"
        shown.click(undo)
        assert "taken back" in shown.message()[0]
        shown.keep("undone")
        assert shown.ask("sheet") == "Home", "who looked at Home looks at it still"
        shown.dismiss()
        assert seen(shown) == before
    assert [copy.read_bytes() for copy in copies(shop)] == [saved], "the copy kept first is what restore gives back"


def test_the_command_says_what_it_cannot_do(shop: Desk) -> None:
    protect(shop.book, "Customers")
    with screen(shop.book, "refused", shop.environment) as shown:
        before = seen(shown)
        shown.click(shown.buttons()[0])
        assert "the sheet Customers is protected. Nothing was written" in " ".join(shown.message())
        shown.keep()
        shown.dismiss()
        assert seen(shown) == before and not shown.ask("changed")
    assert not copies(shop)


def test_the_command_pressed_twice_runs_once(shop: Desk) -> None:
    closed = Path(shutil.copy(shop.book, shop.folder / "closed.xlsm"))
    refresh_file(closed, date.today())
    with screen(shop.book, "again", shop.environment) as shown:
        place = shown.buttons()[0]
        shown.click(place)
        shown.click(place)
        assert "rows refreshed" in shown.message()[0]
        shown.dismiss()
        assert shown.ask("message", "Customer tracker") is None
        tags = ClosedFile(closed).sheet("Customers").column(7, 2, 2).values()[0]
        assert shown.ask("cell", "Customers", "G2") == (tags or ""), "as the closed file has it"
    assert len([copy for copy in copies(shop) if "closed" not in str(copy)]) == 1


def protect(book: Path, sheet: str) -> None:
    """Protect a sheet of a workbook, as Review, Protect Sheet does without a password."""
    part = f"xl/worksheets/sheet{ClosedFile(book).book().sheets.index(sheet) + 1}.xml"
    with zipfile.ZipFile(book) as package:
        parts = {one: package.read(one) for one in package.infolist()}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as package:
        for one, data in parts.items():
            mark = b"</sheetData>" + b'<sheetProtection sheet="1"/>'
            package.writestr(one, data.replace(b"</sheetData>", mark, 1) if one.filename == part else data)
