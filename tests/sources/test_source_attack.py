"""Foreign files that ended the process, gave a traceback, or put into a cell what no cell can hold."""

from __future__ import annotations

import io
import lzma
import zipfile

import numpy as np
import pytest
import xlsxwriter

from tracker.facts.amounts import integer, number
from tracker.sources import Map, SourceError, read_source, shape


def zipped(name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr(name, content)
    return made.getvalue()


CSV = b"a,b\n" + b"1,2\n" * 300


def test_a_damaged_archive_is_refused_wherever_the_damage_is() -> None:
    """Every byte in turn; what zipfile lets through must at least be a table."""
    for how in (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        whole = zipped("a.csv", CSV, how)
        for at in range(len(whole)):
            damaged = bytearray(whole)
            damaged[at] ^= 0xFF
            try:
                assert read_source(bytes(damaged), "data.zip").columns == ("a", "b")
            except SourceError as error:
                assert "\n" not in str(error)
    assert issubclass(lzma.LZMAError, Exception)


def workbook(rows: int, columns: int) -> bytes:
    """A header in A1 and a number in the last corner."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "a")
        sheet.write(rows - 1, columns - 1, 1)
    return made.getvalue()


def rewritten(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for one in archive.namelist():
            content = archive.read(one)
            assert one != name or old in content
            out.writestr(one, content.replace(old, new) if one == name else content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(workbook(1_048_576, 16_384), "too far out", id="a cell in the last corner"),
        pytest.param(workbook(400_000, 2_000), "too far out", id="a cell far out"),
        pytest.param(
            rewritten(workbook(2, 1), "xl/sharedStrings.xml", b'uniqueCount="1"', b'uniqueCount="4294967295"'),
            "damaged",
            id="four thousand million texts",
        ),
        pytest.param(
            rewritten(workbook(2, 1), "xl/worksheets/sheet1.xml", b"<v>1</v>", b"<v>1e999</v>"),
            "a number cell of a sheet holds no number",
            id="a number beyond all numbers",
        ),
    ],
)
def test_a_small_workbook_does_not_end_the_process(data: bytes, says: str) -> None:
    assert len(data) < 20_000
    with pytest.raises(SourceError, match=says) as error:
        read_source(data, "data.xlsx")
    assert "\n" not in str(error.value)


def test_a_sheet_that_the_reader_takes_for_empty_is_said() -> None:
    data = workbook(2, 1)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    wide = sheet.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(SourceError, match="sheet 'Data' cannot be read"):
        read_source(rewritten(data, "xl/worksheets/sheet1.xml", sheet, wide), "data.xlsx")


@pytest.mark.parametrize("cell", ["1e999", "-1e999", "9" * 400, "1.8e308", float("inf"), float("nan")])
def test_a_number_that_no_cell_holds_is_none(cell: str | float) -> None:
    assert number(cell) == (None, "not_number")
    assert integer(cell)[0] is None


def test_a_text_too_long_for_a_cell_is_measured_as_excel_does() -> None:
    source = read_source(("a\n" + "\U0001f600" * 16_384 + "\n" + "\U0001f600" * 16_383 + "\n").encode(), "a.csv")
    shaped = shape(source, Map(into="T", columns={"a": "note"}), {"note": "text"})
    assert [reject.reason for reject in shaped.rejects] == ["too_long"] and len(shaped) == 1


@pytest.mark.parametrize(
    "data",
    [b"<html><body><table>", b"\xef\xbb\xbf <!DOCTYPE html>", b"<?xml version='1.0'?><a/>", b'[{"a": 1}]', b'{"a": 1}'],
)
def test_a_web_page_or_json_is_called_by_its_name(data: bytes) -> None:
    with pytest.raises(SourceError, match="web page or JSON"):
        read_source(data, "export.xls")


@pytest.mark.parametrize("first", ['sep="', "sep=\r"])
def test_a_delimiter_that_is_none_is_not_believed(first: str) -> None:
    source = read_source((first + "\na,b\n1,2\n").encode(), "a.csv")
    assert source.delimiter == "," and np.isin(source.row_numbers, [2, 3]).all()
