"""The button of a workbook: given, given back, kept by every command that writes; and what it runs on this machine."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from books import new_book, type_rows
from libreoffice import LibreOffice
from pyopenvba import ExcelFile

from tracker.commands.button import add_button, wearing
from tracker.commands.fix import fix_file
from tracker.commands.new import new
from tracker.commands.pointer import command, install, look, pointer_path, uninstall
from tracker.commands.refresh import refresh_file
from tracker.commands.restore import restore_file
from tracker.commands.trust import ANSWERS, EXCEL, POLICY, Answer, excel, libreoffice
from tracker.commands.validate import validate
from tracker.errors import BusyError, RefusedError, StorageError, UnreadableError, UsageError
from tracker.hosts import MemoryHost
from tracker.ooxml import Patched, Workbook
from tracker.ooxml.change import code_names
from tracker.template.button import SHORTCUT, project, with_button
from tracker.words import Words

TODAY = date(2026, 11, 18)
KEPT = ("xl/vbaProject.bin", "xl/drawings/", "xl/ctrlProps/", "xl/charts/", "[Content_Types].xml")


def parts(path: Path) -> Mapping[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def kept(path: Path) -> Mapping[str, bytes]:
    """What no command may touch."""
    return {name: part for name, part in parts(path).items() if name.startswith(KEPT)}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A workbook without the button, with customers in it."""
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "  Ann "}, {"last_name": "Bo"}]))
    return path


@pytest.fixture
def whole(plain: Path) -> Path:
    """The same with the button."""
    return add_button(plain).path


def test_a_workbook_with_the_button_is_made_beside_it(plain: Path) -> None:
    before = plain.read_bytes()
    done = add_button(plain)
    assert (done.path.name, done.made, done.changed, done.macros) == ("shop.xlsm", True, True, True)
    assert done.buttons == ("Refresh (Home)", "Undo refresh (Home)", "Refresh (Follow-ups)")
    assert plain.read_bytes() == before
    assert wearing(done.path).missing == () and wearing(done.path).macros
    with ExcelFile(done.path) as book:
        assert book.validate() == []


def test_one_that_is_there_is_never_written_over(plain: Path, whole: Path) -> None:
    before = whole.read_bytes()
    with pytest.raises(RefusedError, match="there already"):
        add_button(plain)
    assert whole.read_bytes() == before


def test_a_second_time_nothing_is_written(whole: Path) -> None:
    before = whole.stat().st_mtime_ns
    assert not add_button(whole).changed
    assert whole.stat().st_mtime_ns == before


def test_new_makes_one_with_the_button_by_its_ending(tmp_path: Path) -> None:
    made = new(tmp_path / "shop.xlsm", today=TODAY)
    assert wearing(made.path).missing == ()
    assert not add_button(made.path).changed


def test_every_command_that_writes_keeps_button_and_macros(whole: Path) -> None:
    before = kept(whole)
    assert {"xl/vbaProject.bin", "xl/drawings/drawing1.xml"} <= set(before)
    assert refresh_file(whole, TODAY).changed
    assert kept(whole) == before
    validate([whole], TODAY)
    assert fix_file(whole, TODAY).cells
    assert kept(whole) == before
    restore_file(whole, TODAY, "1", None, False)
    assert kept(whole) == before


NOTES = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape id="_x0000_s2049" type="#_x0000_t201"><x:ClientData ObjectType="Button"><x:FmlaMacro>[0]!Hers</x:FmlaMacro>
</x:ClientData></v:shape></xml>"""
CONTROL = b'<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="Button"/>'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def furnished(path: Path) -> None:
    """Give Customers and Follow-ups a form control of staff: VML, its properties, and what the sheet says of both."""
    found = dict(parts(path))
    for number in (2, 5):
        sheet, links = f"xl/worksheets/sheet{number}.xml", f"xl/worksheets/_rels/sheet{number}.xml.rels"
        names = {"vmlDrawing": f"drawings/vmlDrawing{number}.vml", "ctrlProp": f"ctrlProps/ctrlProp{number}.xml"}
        found[f"xl/{names['vmlDrawing']}"], found[f"xl/{names['ctrlProp']}"] = NOTES, CONTROL
        said = "".join(f'<Relationship Id="s{k}" Type="{LINKS}/{k}" Target="../{v}"/>' for k, v in names.items())
        found[links] = found[links].replace(b"</Relationships>", said.encode() + b"</Relationships>")
        controls = b'<controls><control shapeId="2049" r:id="sctrlProp" name="Her button"/></controls>'
        found[sheet] = found[sheet].replace(
            b"<tableParts", b'<legacyDrawing r:id="svmlDrawing"/>' + controls + b"<tableParts"
        )
        assert controls in found[sheet]
    vml = b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(b"<Override", vml + b"<Override", 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in found.items():
            package.writestr(name, part)


def test_controls_of_staff_stay_as_they_are(plain: Path) -> None:
    furnished(plain)
    before = {name: part for name, part in parts(plain).items() if "vmlDrawing" in name or "ctrlProp" in name}
    assert len(before) == 4
    book = add_button(plain).path
    assert refresh_file(book, TODAY).changed and fix_file(book, TODAY).cells
    after = parts(book)
    assert {name: after[name] for name in before} == before
    ours, theirs = [b"drawing"], [b"legacyDrawing", b"controls", b"tableParts"]
    for number, wanted in ((2, ours + theirs), (5, theirs)):
        sheet = after[f"xl/worksheets/sheet{number}.xml"]
        assert re.findall(rb"<(drawing|legacyDrawing|controls|tableParts)\b", sheet) == wanted


def test_a_live_sheet_is_the_same_with_and_without_the_button(plain: Path, whole: Path) -> None:
    for path in (plain, whole):
        refresh_file(path, TODAY)
    one, other = MemoryHost(plain.read_bytes()), MemoryHost(whole.read_bytes())
    for name in one.book().sheets[1:]:  # Home says how to refresh
        mine, theirs = one.sheet(name), other.sheet(name)
        for number, cells in mine.columns.items():
            assert list(cells.values()) == list(theirs.columns[number].values()), (name, number)


@pytest.mark.soffice
@pytest.mark.parametrize("ending", ["xlsm", "xlsx"])
def test_what_libreoffice_loses_comes_back(libreoffice: LibreOffice, whole: Path, ending: str) -> None:
    filters = {"xlsm": "xlsm:Calc MS Excel 2007 VBA XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
    saved = libreoffice.convert([whole], filters[ending])[0]
    lost = wearing(saved)
    assert lost.missing and not lost.macros
    assert set(code_names(Workbook(saved.read_bytes())).sheets) == {""}
    before = kept(saved)
    done = add_button(saved)
    assert done.made == (ending == "xlsx") and done.macros
    assert wearing(done.path).missing == () and wearing(done.path).macros
    assert code_names(Workbook(done.path.read_bytes())).sheets[0] == "Sheet1"
    same = {name for name, part in before.items() if kept(done.path)[name] == part}
    assert {name for name in before if name.startswith("xl/charts/")} <= same


def test_macros_of_somebody_else_are_never_lost(tmp_path: Path, whole: Path) -> None:
    with ExcelFile(whole) as book:
        book.vba_project().add_module("Anna", "Sub Hers()\r\nEnd Sub\r\n")
        book.save(tmp_path / "both.xlsm")
    both = tmp_path / "both.xlsm"
    assert not add_button(both).changed
    with ExcelFile(both) as book:
        book.vba_project().delete_module("TrackerButton")
        book.save(tmp_path / "hers.xlsm")
    before = (tmp_path / "hers.xlsm").read_bytes()
    with pytest.raises(RefusedError, match="macros of its own \\(Anna\\)"):
        add_button(tmp_path / "hers.xlsm")
    assert (tmp_path / "hers.xlsm").read_bytes() == before


@pytest.mark.parametrize("wrong", [b"", b"no project", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_macros_that_cannot_be_read_are_an_error_and_stay(whole: Path, wrong: bytes) -> None:
    changed = dict(parts(whole)) | {"xl/vbaProject.bin": wrong}
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in changed.items():
            package.writestr(name, part)
    before = whole.read_bytes()
    with pytest.raises(UnreadableError, match="macros of the workbook cannot be read"):
        add_button(whole)
    assert whole.read_bytes() == before


def test_an_altered_macro_of_ours_is_put_right(tmp_path: Path, whole: Path) -> None:
    with ExcelFile(whole) as book:
        book.set_module("TrackerButton", book.get_module("TrackerButton").replace("refresh", "delete"))
        book.save(tmp_path / "altered.xlsm")
    altered = tmp_path / "altered.xlsm"
    assert not wearing(altered).macros
    done = add_button(altered)
    assert (done.macros, done.buttons) == (True, ())
    assert parts(altered)["xl/vbaProject.bin"] == project()


def test_a_macro_that_another_program_wrote_anew_is_ours_still(tmp_path: Path, whole: Path) -> None:
    # Excel puts words into its own case and spaces; only the code counts, and that Refresh has its keys.
    with ExcelFile(whole) as book:
        text = book.get_module("TrackerButton")
        assert SHORTCUT in text
        book.set_module("TrackerButton", text.replace("    Dim said As String", "  dim  SAID As string"))
        book.save(tmp_path / "again.xlsm")
    assert parts(tmp_path / "again.xlsm")["xl/vbaProject.bin"] != project()
    assert wearing(tmp_path / "again.xlsm").macros


def test_strangers_are_named(tmp_path: Path, plain: Path) -> None:
    with ExcelFile.create_new(tmp_path / "other.xlsm"):
        pass
    with pytest.raises(UnreadableError, match="no workbook of ours"):
        add_button(tmp_path / "other.xlsm")
    with pytest.raises(UsageError, match="ends in"):
        add_button(plain.rename(tmp_path / "shop.xltx"))


def test_what_would_change_more_than_planned_is_not_written(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(data: bytes, words: Words, *rest: Any) -> Patched:
        done = with_button(data, words, *rest)
        return replace(done, parts=tuple(part for part in done.parts if "sheet7" not in part))

    monkeypatch.setattr("tracker.commands.button.with_button", greedy)
    with pytest.raises(RefusedError, match="more than was planned"):
        add_button(plain)
    assert not plain.with_suffix(".xlsm").exists()


@pytest.mark.parametrize("name", ["book.xlsx", "book.xlsm"])
def test_an_open_workbook_is_left_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(new_book())
    path.with_name(f".~lock.{name}#").write_text(",Anna,pc,26.11.2026 10:00,file:///home/anna;")
    with pytest.raises(BusyError, match="Anna"):
        add_button(path)
    assert path.read_bytes() == new_book()
    assert [one.name for one in tmp_path.glob("book*")] == [name]


# What the buttons run on this machine.


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their folder elsewhere")
def test_the_pointer_file_is_written_and_taken_away(home: Path) -> None:
    assert pointer_path() == home / "share" / "tracker" / "button-command.txt"
    assert (look().command, look().works) == ("", False)
    assert install() == look()
    assert look().works and pointer_path().read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert [path.name for path in pointer_path().parent.iterdir()] == ["button-command.txt"]
    before = uninstall()
    assert before is not None and before.command == command()
    assert uninstall() is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their folder elsewhere")
def test_a_program_that_is_gone_is_seen(home: Path) -> None:
    install()
    pointer_path().write_bytes('"/nowhere/python" -P -m tracker'.encode("utf-16"))
    assert not look().works
    pointer_path().write_bytes(b"\xff\xfe\x00")
    assert look().command == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their folder elsewhere")
def test_a_folder_that_takes_nothing_is_said(home: Path) -> None:
    (home / "share").write_text("a file")
    with pytest.raises(StorageError, match="could not be written"):
        install()


def test_the_command_runs_from_anywhere_and_takes_no_module_from_there(tmp_path: Path) -> None:
    (tmp_path / "tracker.py").write_text("print('a stranger')")
    (tmp_path / "click.py").write_text("print('a stranger')")
    order = f"{command()} --version"
    done = subprocess.run(order, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("tracker, version")) == (0, True), done.stderr


XCU = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">{}</item></oor:items>"""
LEVEL = '<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>{}</value></prop>'
PLACES = '<prop oor:name="SecureURL" oor:op="fuse"><value><it>{}</it></value></prop>'
NEVER = '<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>'


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ("", Answer.PLACE),
        (LEVEL.format(0), Answer.YES),
        (LEVEL.format(1), Answer.ASKS),
        (LEVEL.format(3), Answer.PLACE),
        (PLACES.format("file:///share/our%20books"), Answer.YES),
        (PLACES.format("file:///share/our%20book"), Answer.PLACE),
        (PLACES.format("file:///share/"), Answer.YES),
        (LEVEL.format(0) + NEVER, Answer.NO),
    ],
)
def test_what_libreoffice_does_with_macros(tmp_path: Path, settings: str, answer: Answer) -> None:
    file = tmp_path / "registrymodifications.xcu"
    file.write_text(XCU.format(settings))
    found = libreoffice(file, Path("/share/our books/shop.xlsm"))
    assert (found.answer, found.source) == (answer, str(file))
    assert answer in ANSWERS["libreoffice"]


def test_settings_that_cannot_be_read_are_those_of_a_fresh_one(tmp_path: Path) -> None:
    file = tmp_path / "registrymodifications.xcu"
    file.write_text("<oor:items>")
    assert libreoffice(file, None).answer is Answer.PLACE


PLACE = rf"{EXCEL}\Trusted Locations\Location3"


@pytest.mark.parametrize(
    ("values", "marked", "answer"),
    [
        ({}, False, Answer.ASKS),
        ({}, True, Answer.BLOCKED),
        ({(EXCEL, "VBAWarnings"): 1}, False, Answer.YES),
        ({(EXCEL, "VBAWarnings"): 1, (POLICY, "VBAWarnings"): 4}, False, Answer.PLACE),
        ({(EXCEL, "VBAWarnings"): 3}, False, Answer.PLACE),
        ({(EXCEL, "VBAWarnings"): "odd"}, False, Answer.UNKNOWN),
        ({(PLACE, "Path"): "/share/books"}, True, Answer.YES),
        ({(PLACE, "Path"): "/share"}, False, Answer.ASKS),
        ({(PLACE, "Path"): "/share/", (PLACE, "AllowSubfolders"): 1}, False, Answer.YES),
        ({(PLACE, "Path"): "/sha", (PLACE, "AllowSubfolders"): 1}, False, Answer.ASKS),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths are those of other systems")
def test_what_excel_does_with_macros(values: Mapping[tuple[str, str], int | str], marked: bool, answer: Answer) -> None:
    assert excel(values, Path("/share/books/shop.xlsm"), marked).answer is answer
    assert answer in ANSWERS["excel"]
