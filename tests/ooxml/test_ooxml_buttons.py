"""Buttons and macros in any workbook: what is put in is there, and everything else stays, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from specimens import specimens
from test_ooxml_lossless import REFUSED, SheetXml, packed_members

from tracker.ooxml import PackageError, Workbook
from tracker.ooxml.change import Button, code_names, missing, modules, project_part, with_buttons
from tracker.template.button import project

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def button(sheet: str, name: str = "Tracker refresh", macro: str = "TrackerButton.TrackerRefresh") -> Button:
    return Button(sheet, name, macro, "Refresh & go", "Brings it “up” to date", 1, 2, 4, 5, 120, 28, "1F6F6B")


def book(**options: object) -> bytes:
    """Sheets with and without a drawing, notes, tables and a picture-less rest."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as workbook:
        chart = workbook.add_chart({"type": "bar"})
        home = workbook.add_worksheet("Home")
        home.write_column("A1", [1, 2, 3])
        chart.add_series({"values": "=Home!$A$1:$A$3"})
        home.insert_chart("C3", chart)
        notes = workbook.add_worksheet("It's notes & more")
        notes.write_comment("B2", "a note")
        notes.add_table("D4:E6", {"name": "T"})
        workbook.add_worksheet("plain").write(0, 0, "x")
    return made.getvalue()


def read(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def shapes(data: bytes) -> list[tuple[str, str]]:
    """The shapes that call a macro, by drawing part."""
    found = []
    for name, part in read(data).items():
        if name.startswith("xl/drawings/drawing"):
            found += [(name, sp.get("macro", "")) for sp in ElementTree.fromstring(part).iter(f"{XDR}sp")]
    return found


def test_a_sheet_with_a_drawing_and_one_without_get_their_button() -> None:
    before = book()
    result = with_buttons(Workbook(before), [button("Home"), button("plain")], project())
    after = read(result.data)
    assert shapes(result.data) == [
        ("xl/drawings/drawing1.xml", "[0]!TrackerButton.TrackerRefresh"),
        ("xl/drawings/drawing2.xml", "[0]!TrackerButton.TrackerRefresh"),
    ]
    assert b'<drawing xmlns:r="' in after["xl/worksheets/sheet3.xml"]
    assert ElementTree.fromstring(after["xl/drawings/drawing1.xml"]).find(f".//{XDR}graphicFrame") is not None
    assert missing(Workbook(result.data), [button("Home"), button("plain")]) == ()
    assert [one.sheet for one in missing(Workbook(before), [button("Home")])] == ["Home"]


def test_every_shape_of_a_drawing_has_a_number_of_its_own() -> None:
    wanted = [button("Home"), button("Home", "Tracker undo", "TrackerButton.TrackerUndo")]
    drawing = read(with_buttons(Workbook(book()), wanted, project()).data)["xl/drawings/drawing1.xml"]
    numbers = [one.get("id") for one in ElementTree.fromstring(drawing).iter(f"{XDR}cNvPr")]
    assert len(numbers) == len(set(numbers)) == 3


def test_notes_keep_their_part_and_the_drawing_stands_before_them() -> None:
    before = book()
    result = with_buttons(Workbook(before), [button("It's notes & more")], project())
    old, new = read(before), read(result.data)
    assert old["xl/drawings/vmlDrawing1.vml"] == new["xl/drawings/vmlDrawing1.vml"]
    order = re.findall(rb"<(drawing|legacyDrawing|tableParts)\b", new["xl/worksheets/sheet2.xml"])
    assert order == [b"drawing", b"legacyDrawing", b"tableParts"]
    assert openpyxl.load_workbook(io.BytesIO(result.data))["It's notes & more"]["B2"].comment.text == "a note"


def test_the_workbook_says_that_it_has_macros() -> None:
    result = with_buttons(Workbook(book()), [button("Home")], project())
    workbook = Workbook(result.data)
    assert workbook.package.content_type(workbook.part) == MACRO_BOOK
    assert project_part(workbook) == "xl/vbaProject.bin"
    assert workbook.package.content_type("xl/vbaProject.bin") == "application/vnd.ms-office.vbaProject"
    assert [one.name for one in modules(workbook.package.read("xl/vbaProject.bin"))][-1] == "TrackerButton"
    names = code_names(workbook)
    assert (names.book, names.sheets) == ("ThisWorkbook", ("Sheet1", "Sheet2", "Sheet3"))


def test_a_second_time_changes_nothing() -> None:
    wanted = [button("Home"), button("plain")]
    once = with_buttons(Workbook(book()), wanted, project())
    again = with_buttons(Workbook(once.data), wanted, project())
    assert again.parts == () and again.data is once.data


def test_a_shape_that_lost_its_macro_gets_it_back_where_it_is() -> None:
    whole = with_buttons(Workbook(book()), [button("Home")], project()).data
    lost = replaced(whole, "xl/drawings/drawing1.xml", b' macro="[0]!TrackerButton.TrackerRefresh" textlink=""', b"")
    lost = replaced(lost, "xl/drawings/drawing1.xml", b"<xdr:col>1</xdr:col>", b"<xdr:col>7</xdr:col>")
    assert missing(Workbook(lost), [button("Home")])
    mended = with_buttons(Workbook(lost), [button("Home")], None)
    assert mended.parts == ("xl/drawings/drawing1.xml",)
    assert shapes(mended.data) == [("xl/drawings/drawing1.xml", "[0]!TrackerButton.TrackerRefresh")]
    assert b"<xdr:col>7</xdr:col>" in read(mended.data)["xl/drawings/drawing1.xml"]


def test_without_a_theme_the_colours_are_named() -> None:
    # As LibreOffice saves it: the shape is kept with the colours of a theme that is dropped.
    whole = with_buttons(Workbook(book()), [button("Home")], project()).data
    lost = replaced(whole, "xl/drawings/drawing1.xml", b' macro="[0]!TrackerButton.TrackerRefresh"', b"")
    theme = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    lost = replaced(lost, "xl/_rels/workbook.xml.rels", theme, theme.replace(b"theme", b"other"))
    mended = with_buttons(Workbook(lost), [button("Home"), button("plain")], None)
    for part in ("xl/drawings/drawing1.xml", "xl/drawings/drawing2.xml"):
        drawing = ElementTree.fromstring(read(mended.data)[part])
        colours = [one for one in drawing.iter() if one.tag.endswith("Clr")]
        assert [one.get("val") for one in colours] == ["1F6F6B", "FFFFFF"]
        assert {one.tag.rpartition("}")[2] for one in colours} == {"srgbClr"}


def test_a_button_that_somebody_renamed_is_known_by_its_macro() -> None:
    whole = with_buttons(Workbook(book()), [button("Home")], project()).data
    renamed = replaced(whole, "xl/drawings/drawing1.xml", b'name="Tracker refresh"', b'name="Go"')
    assert missing(Workbook(renamed), [button("Home")]) == ()


def test_code_names_that_are_missing_come_back_and_others_stay() -> None:
    whole = with_buttons(Workbook(book()), [button("Home")], project()).data
    lost = replaced(whole, "xl/worksheets/sheet1.xml", b'codeName="Sheet1"', b'codeName="Start"')
    lost = replaced(lost, "xl/worksheets/sheet2.xml", b' codeName="Sheet2"', b"")
    lost = replaced(lost, "xl/workbook.xml", b' codeName="ThisWorkbook"', b"")
    mended = with_buttons(Workbook(lost), [button("Home")], None)
    assert set(mended.parts) == {"xl/workbook.xml", "xl/worksheets/sheet2.xml"}
    assert code_names(Workbook(mended.data)).sheets == ("Start", "Sheet1", "Sheet3")
    assert code_names(Workbook(mended.data)).book == "ThisWorkbook"


def test_prefixes_of_other_programs_are_spoken() -> None:
    strange = replaced(
        book(),
        "xl/worksheets/sheet3.xml",
        read(book())["xl/worksheets/sheet3.xml"],
        b'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<x:sheetData/></x:worksheet>",
    )
    result = with_buttons(Workbook(strange), [button("plain")], project())
    root = ElementTree.fromstring(read(result.data)["xl/worksheets/sheet3.xml"])
    assert [child.tag for child in root] == [f"{MAIN}sheetPr", f"{MAIN}sheetData", f"{MAIN}drawing"]
    assert root[0].get("codeName") == "Sheet3"


@pytest.mark.parametrize("sheet", ["", "nobody"])
def test_a_sheet_that_is_not_there_is_an_error(sheet: str) -> None:
    with pytest.raises(PackageError):
        with_buttons(Workbook(book()), [button(sheet)], project())


def test_in_every_specimen_all_else_stays(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for specimen in specimens(every=3):
        try:
            workbook = Workbook(specimen.data)
        except PackageError as error:
            assert error.reason in REFUSED, specimen.name
            continue
        if not workbook.sheets:
            continue
        result = with_buttons(workbook, [button(workbook.sheets[0].name)], project())
        before, after = packed_members(specimen.data), packed_members(result.data)
        named = {workbook.package.member(part).name for part in result.parts if workbook.package.find(part)}
        assert {name for name in before if after.get(name) != before[name]} == named, specimen.name
        new = Workbook(result.data)
        new.verify(part for part in result.parts if new.package.find(part))
        for sheet in workbook.sheets:
            mine, theirs = SheetXml(new.package.read(sheet.part)), SheetXml(workbook.package.read(sheet.part))
            assert mine.cells == theirs.cells, specimen.name
        assert not missing(new, [button(workbook.sheets[0].name)]), specimen.name
        counts["workbooks"] += 1
        counts["had macros"] += project_part(workbook) is not None
        counts["had a drawing"] += any(one.kind == "drawing" for one in relationships(workbook))
        counts["had notes"] += any(one.kind == "vmlDrawing" for one in relationships(workbook))
        counts["opened by openpyxl"] += opens(result.data, specimen.data)
    with capsys.disabled():
        print("\nbuttons:", ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    assert counts["workbooks"] > 300
    assert counts["opened by openpyxl"] == counts["workbooks"]
    assert min(counts["had a drawing"], counts["had notes"]) > 15


def relationships(workbook: Workbook) -> tuple[object, ...]:
    return workbook.package.relationships(workbook.sheets[0].part)


def opens(data: bytes, before: bytes) -> bool:
    """Whether an independent reader sees as many sheets; one that could not read it before is no judge."""
    try:
        old = openpyxl.load_workbook(io.BytesIO(before))
    except Exception:
        return True
    return openpyxl.load_workbook(io.BytesIO(data)).sheetnames == old.sheetnames


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The package with some bytes of a part replaced; they have to be there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            body = before.read(name)
            if name == part:
                assert old in body
                body = body.replace(old, new)
            after.writestr(name, body)
    return out.getvalue()


def test_the_drawing_of_a_button_is_whole(tmp_path: Path) -> None:
    result = with_buttons(Workbook(book()), [button("plain")], project())
    root = ElementTree.fromstring(read(result.data)["xl/drawings/drawing2.xml"])
    said = [one.text for one in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")]
    described = [one.get("descr") for one in root.iter(f"{XDR}cNvPr")]
    assert (said, described) == (["Refresh & go"], ["Brings it “up” to date"])
