"""The macros that people get are those that can be read in macros/: the binary holds that text, and nothing besides."""

from __future__ import annotations

import contextlib
import io
import runpy
import shutil
import struct
import subprocess
from pathlib import Path

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile
from pyopenvba.vba import compress
from pyvbaanalysis import analyze_module

from tracker.ooxml import PackageError
from tracker.ooxml.change import Module, modules
from tracker.ooxml.vba import unpacked
from tracker.template.__main__ import WITH_BUTTON
from tracker.template.button import FOLDER, MODULE, SHORTCUT, buttons, corners, project, source
from tracker.words import load

TEXT = Path(__file__).parents[2] / "macros"
BAS = TEXT / "TrackerButton.bas"


def typed() -> str:
    """The module as it is kept, with the line ends that Excel wants."""
    return BAS.read_text(encoding="ascii").replace("\n", "\r\n")


def ours() -> Module:
    """The module in the committed binary."""
    return next(one for one in modules(project()) if one.name == MODULE)


def test_the_binary_holds_the_text_and_two_empty_modules() -> None:
    found = {one.name: one for one in modules(project())}
    assert list(found) == ["ThisWorkbook", "Sheet1", MODULE]
    assert found[MODULE].source == typed()
    assert [one.standard for one in found.values()] == [False, False, True]
    assert [one.code for one in found.values()][:2] == ["", ""]


def test_a_second_reader_finds_the_same_text() -> None:
    parser = VBA_Parser("vbaProject.bin", data=project())
    found = {stream: code for _, stream, _, code in parser.extract_macros()}
    assert found[f"VBA/{MODULE}"].split() == typed().split()
    assert {stream for stream, code in found.items() if "Sub" in code} == {f"VBA/{MODULE}"}


def test_a_third_reader_finds_it_in_the_workbook() -> None:
    with ExcelFile(WITH_BUTTON) as book:
        assert book.module_names() == ["ThisWorkbook", "Sheet1", MODULE]
        assert book.validate() == []
        assert book.get_module(MODULE).split() == typed().split()


def test_the_container_is_well_formed() -> None:
    with olefile.OleFileIO(io.BytesIO(project()), raise_defects=olefile.DEFECT_UNSURE) as container:
        assert container.parsing_issues == []
        streams = {"/".join(path) for path in container.listdir()}
        described = container.openstream("PROJECT").read().decode("ascii")
        directory = unpacked(container.openstream("VBA/dir").read())
    assert streams == {"PROJECT", "PROJECTwm", *(f"VBA/{one}" for one in ("dir", "_VBA_PROJECT", *_names()))}
    assert f"Module={MODULE}" in described and "Document=ThisWorkbook" in described
    assert struct.unpack_from("<HIH", directory, directory.index(b"\x0f\x00\x02\x00\x00\x00")) == (0x0F, 2, 3)


def _names() -> tuple[str, ...]:
    return tuple(one.name for one in modules(project()))


def test_the_same_text_makes_the_same_bytes() -> None:
    # To mend: make macros template
    build = runpy.run_path(str(TEXT / "build.py"))["project"]
    assert build(BAS.read_text(encoding="ascii")) == project()
    assert build('Attribute VB_Name = "TrackerButton"\nSub Other()\nEnd Sub\n') != project()


def test_the_texts_that_go_along_are_the_same() -> None:
    kept = [path for path in FOLDER.iterdir() if path.name != "vbaProject.bin"]
    assert sorted(path.name for path in kept) == ["TrackerButton.applescript", "TrackerButton.bas"]
    assert [path.name for path in kept if path.read_text() != (TEXT / path.name).read_text()] == []


def test_every_button_calls_a_macro_that_is_there() -> None:
    words = load("en")
    for button in buttons(words, corners(words)):
        module, _, procedure = button.macro.partition(".")
        assert module == MODULE
        assert f"Public Sub {procedure}()" in ours().source


def test_refresh_has_its_keys() -> None:
    # An upper case letter is Ctrl+Shift; Excel and LibreOffice take it from here.
    assert f"Attribute TrackerRefresh.VB_ProcData.{SHORTCUT}" in ours().source.splitlines()


def test_the_macros_are_short_enough_to_be_read_and_reach_no_network() -> None:
    code = [line for line in typed().splitlines() if line.strip() and not line.strip().startswith("'")]
    assert len(code) < 200
    for word in ("http:", "https:", "WinHttp", "XMLHTTP", "URLDownload", "Declare ", "Kill ", ".Value", "Auto_Open"):
        assert word.casefold() not in source()
    # Val reads on over a line break, in Excel and LibreOffice: "0", then "12 overdue", would be exit code 12.
    assert "val(" not in source()


def test_excel_would_compile_it() -> None:
    assert analyze_module(typed()) == []
    broken = typed().replace("Dim said As String", 'Dim said As String\r\n    Dim n As Long\r\n    n = "oops"', 1)
    assert [one.severity.value for one in analyze_module(broken)] != []


def test_a_project_that_is_none_is_an_error_and_no_crash() -> None:
    good = project()
    wrong = [b"", b"PK\3\4", good[:600], good[: len(good) // 2], good[:2000] + bytes(2000) + good[4000:]]
    for data in wrong:
        with pytest.raises(PackageError):
            modules(data)


def test_a_module_that_unfolds_without_end_is_refused() -> None:
    # A chunk of copies, each as long as one can be.
    chunk = b"\x00" + b"a" * 8 + (b"\xff" + b"\xff\x0f" * 8) * 200
    with pytest.raises(PackageError):
        unpacked(b"\x01" + struct.pack("<H", 0xB000 | (len(chunk) - 1)) + chunk)


SIZE = len(project())


@given(st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, 255)), min_size=1, max_size=40))
@settings(deadline=None, max_examples=150)
def test_whatever_stands_in_a_project_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(project())
    for place, value in changes:
        data[place] = value
    with contextlib.suppress(PackageError):
        assert all(isinstance(one.source, str) for one in modules(bytes(data)))


@given(st.binary(max_size=5000))
@settings(deadline=None)
def test_whatever_was_packed_is_unpacked_or_refused(data: bytes) -> None:
    assert unpacked(compress(data)) == data
    with contextlib.suppress(PackageError):
        unpacked(b"\x01" + data)


@pytest.mark.skipif(shutil.which("sh") is None or shutil.which("iconv") is None, reason="no sh, no iconv")
def test_the_script_without_macros_refreshes_what_lies_beside_it(tmp_path: Path) -> None:
    pointer = tmp_path / "share" / "tracker" / "button-command.txt"
    shutil.copy(TEXT / "Refresh.command", tmp_path)
    for name in ("a book.xlsx", "b.xlsm", "~$b.xlsm", "c.txt"):
        (tmp_path / name).touch()
    environment = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "PATH": "/usr/bin:/bin"}
    order = [str(tmp_path / "Refresh.command")]
    before = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
    assert before.returncode == 2 and "tracker button install" in before.stdout
    pointer.parent.mkdir(parents=True)
    pointer.write_bytes('"/bin/echo" -n "it\'s"'.encode("utf-16"))
    done = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "it's refresh a book.xlsxit's refresh b.xlsm"
