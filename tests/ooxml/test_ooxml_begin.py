"""A workbook whose sheets a copy of the process reads ahead: it reads as without it, whatever becomes of the copy."""

from __future__ import annotations

import io
import os
import signal
import sys
import zipfile
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_shapes import book, common_rows, worksheet, zipped
from specimens import specimens

from tracker import fork
from tracker.ooxml import Cells, PackageError, Workbook, sheet
from tracker.ooxml import workbook as module
from tracker.ooxml.columns import Columns, Gatherer
from tracker.ooxml.decode import decode, worded
from tracker.ooxml.formulae import FormulaTable
from tracker.ooxml.scan import scan
from tracker.ooxml.sheet import SheetStream

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process is copied on Linux alone")

STRINGS = np.array(["first", "second", None], object)


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sheet is a large one of several chunks, and there is a second processor."""
    monkeypatch.setattr(module, "LARGE", 0)
    monkeypatch.setattr(sheet, "TARGET", 500)
    monkeypatch.setattr(fork, "cores", lambda: 2)


def begun(data: bytes) -> Workbook:
    """A workbook whose reading has begun."""
    workbook = Workbook(data)
    workbook.begin()
    return workbook


def content(workbook: Workbook, name: str) -> object:
    """All cells of a sheet with values and formulas, or why it is refused."""
    try:
        cells = workbook.read(name)
    except PackageError as refused:
        return refused.reason, str(refused)
    return cells.last_row, written(cells.columns)


def written(columns: Mapping[int, Cells]) -> dict[int, object]:
    """By column, all that its cells say."""
    return {
        number: (
            cells.kinds.tolist(),
            repr(cells.values()),
            repr(cells.numbers.tolist()),
            [cells.formula(i) for i in range(len(cells))],
        )
        for number, cells in columns.items()
    }


def opened() -> Iterator[tuple[str, bytes]]:
    for specimen in specimens():
        try:
            tables = Workbook(specimen.data).tables
        except PackageError:
            continue
        if tables:
            yield specimen.name, specimen.data


@pytest.mark.parametrize("who", ["the copy", "this process", "whoever comes first"])
def test_whoever_reads_sheets_with_tables_every_sheet_reads_the_same(monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    here, seen = os.getpid(), 0
    if who != "whoever comes first":
        takes = os.getpid if who == "this process" else lambda: here if os.getpid() != here else 0
        monkeypatch.setattr(module, "deal", lambda items: (one for one in items if takes() == here))
    for name, data in opened():
        ahead, plain = begun(data), Workbook(data)
        listed = {table.sheet for table in plain.tables}
        for info in plain.sheets:
            assert content(ahead, info.name) == content(plain, info.name), (name, info.name)
            seen += info.name in listed
        if who == "the copy":
            left = [info.name for info in plain.sheets if info.name not in listed]
            alone = Workbook(data)
            assert [content(alone, one) for one in left] == [content(plain, one) for one in left]
            assert ahead.work == alone.work, (name, "more was read here")
        if who == "this process":
            assert ahead.work == plain.work
        assert all(content(ahead, one) == content(plain, one) for one in listed), "and once more"
    assert seen > 40


def test_what_is_small_is_read_here_and_what_is_large_by_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, data = _two_tables()
    here = os.getpid()
    monkeypatch.setattr(module, "LARGE", max(sizes.values()))
    monkeypatch.setattr(module, "deal", lambda items: (one for one in items if os.getpid() != here))
    ahead, plain = begun(data), Workbook(data)
    assert all(content(ahead, name) == content(plain, name) for name in sizes)
    assert 0 < ahead.work.fast + ahead.work.exact < plain.work.fast + plain.work.exact


def _two_tables() -> tuple[dict[str, int], bytes]:
    """A specimen with tables on several sheets, and the sizes of those."""
    for _, data in opened():
        workbook = Workbook(data)
        sheets = {
            table.sheet: workbook.package.member(workbook.sheet(table.sheet).part).size for table in workbook.tables
        }
        if len(set(sizes := list(sheets.values()))) > 1 and sizes.count(max(sizes)) == 1:
            return sheets, data
    raise AssertionError("no specimen has tables on several sheets")


def test_who_gets_no_answer_reads_himself(monkeypatch: pytest.MonkeyPatch) -> None:
    here, gathered = os.getpid(), Workbook._gathered

    def killed(self: Workbook, part: str) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return gathered(self, part)

    monkeypatch.setattr(Workbook, "_gathered", killed)
    monkeypatch.setattr(module, "deal", lambda items: (one for one in items if os.getpid() != here))
    _, data = next(opened())
    ahead, plain = begun(data), Workbook(data)
    for info in plain.sheets:
        assert content(ahead, info.name) == content(plain, info.name)
    assert ahead.work == plain.work


@pytest.mark.parametrize("where", ["in the copy", "here"])
def test_what_is_wrong_with_a_sheet_is_said_when_it_is_read(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    sizes, data = _two_tables()
    worst = min(sizes, key=sizes.__getitem__)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    part = Workbook(data).sheet(worst).part
    parts[part] = parts[part].replace(b"</sheetData>", b'<row r="1"/></sheetData>')
    if where == "here":
        monkeypatch.setattr(module, "LARGE", max(sizes.values()))
    ahead, plain = begun(zipped(parts)), Workbook(zipped(parts))
    said = {info.name: content(ahead, info.name) for info in plain.sheets}
    assert said == {info.name: content(plain, info.name) for info in plain.sheets}
    assert said[worst] == ("damaged", "the rows of a sheet are out of order")


@settings(max_examples=60, deadline=None)
@given(common_rows(), st.integers(20, 200))
def test_columns_in_one_part_are_those_in_many(rows: bytes, size: int) -> None:
    data, gatherer, formulas = worksheet(rows), Gatherer(), FormulaTable()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sheet, "TARGET", 1)
        for chunk in SheetStream(data[at : at + size] for at in range(0, len(data), size)).chunks():
            gatherer.add(decode(chunk, False, formulas))
    gathered = gatherer.gathered(formulas.texts)
    joined = gathered.joined()
    assert all(len(parts) == 1 for parts in joined.parts.values())
    assert written(Columns(joined, STRINGS)) == written(Columns(gathered, STRINGS))


@pytest.mark.parametrize("refused", ["size", "processors"])
def test_a_small_workbook_and_one_processor_have_no_copy(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("copied"))
    if refused == "size":
        monkeypatch.setattr(module, "LARGE", 1 << 30)
    else:
        monkeypatch.setattr(fork, "cores", lambda: 1)
    _, data = next(opened())
    ahead, plain = begun(data), Workbook(data)
    assert all(content(ahead, info.name) == content(plain, info.name) for info in plain.sheets)


def test_a_workbook_without_tables_has_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("copied"))
    begun(book('<row r="1"><c r="A1"><v>1</v></c></row>'))


def test_a_text_that_is_not_there_is_told_in_whichever_chunk_it_stands() -> None:
    cells = [f'<row r="{row}"><c r="A{row}" t="s"><v>{place}</v></c></row>' for row, place in ((1, 2), (2, 0))]
    gatherer, formulas = Gatherer(), FormulaTable()
    for one in cells:
        chunk = scan(one.encode())
        assert chunk is not None
        gatherer.add(decode(chunk, False, formulas))
    with pytest.raises(PackageError, match="names no shared text"):
        Columns(gatherer.gathered(()), STRINGS)
    with pytest.raises(PackageError, match="names no shared text"):
        worded(STRINGS, np.array([0, 2], np.int32), None)
    assert worded(STRINGS, np.array([1, -1], np.int32), None).tolist() == ["second", None]
