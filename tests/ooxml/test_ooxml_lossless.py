"""One cell of every specimen workbook patched: everything else stays, byte for byte, and the cell reads back.

Two ways each: a cell that is there gets another content, and a cell comes to be below the last row. Readers that know
nothing of this project (openpyxl, calamine) must find it.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from specimens import Specimen, specimens

from tracker.ooxml import Cells, ColumnWrite, PackageError, Patched, Ref, Workbook
from tracker.ooxml.change import patch

WRITTEN = " a <new> & “odd” value\n_x0041_ 漢字 "
REFUSED = {"damaged", "encrypted", "strict"}  # reasons for which a specimen may be refused
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MANY = 1_000  # fewer specimens than this would mean that the archives were not read


def test_a_patched_cell_leaves_every_other_byte(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for specimen in specimens():
        counts["workbooks"] += 1
        try:
            workbook = Workbook(specimen.data)
        except PackageError as error:
            assert error.reason in REFUSED, f"{specimen.name}: {error}"
            counts[f"refused: {error.reason}"] += 1
            continue
        if not workbook.sheets:
            counts["without a worksheet"] += 1
            continue
        for way, row, column in places(workbook):
            result = one_cell(workbook, row, column)
            counts[way] += 1
            if result.skipped:
                assert not result.parts and result.data is specimen.data, specimen.name
                counts[f"{way}, left alone: {result.skipped[0].reason}"] += 1
                continue
            only_that_cell_differs(specimen, workbook, result, row, column)
            place = (workbook.sheets[0].name, row, column)
            counts["read back by openpyxl"] += reads_back_in_openpyxl(specimen, result, *place)
            counts["read back by calamine"] += reads_back_in_calamine(specimen, result, *place)
    with capsys.disabled():
        print("\nlossless:", ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    assert counts["workbooks"] > MANY
    assert sum(counts[f"refused: {reason}"] for reason in REFUSED) <= 5
    assert min(counts["read back by openpyxl"], counts["read back by calamine"]) > 1.8 * MANY


def test_what_openpyxl_loses_of_the_same_workbooks(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for specimen in specimens(every=8):
        lost = lost_by_openpyxl(specimen)
        if lost is not None:
            counts["workbooks"] += 1
            counts["lost parts"] += bool(lost)
            counts.update(f"lost {kind}" for kind in lost)
    with capsys.disabled():
        print("\nopenpyxl load + save:", ", ".join(f"{name} {count}" for name, count in counts.most_common(12)))
    # Were it ever to lose nothing, there would be no need for a patcher of our own.
    assert counts["lost parts"] > 0


def places(workbook: Workbook) -> list[tuple[str, int, int]]:
    """A cell that is there, when there is one, and one below the last row: way, row, column."""
    cells = workbook.read(workbook.sheets[0].name)
    below = [("new cells", cells.last_row + 1, 40)]
    for column in cells.columns:
        filled = np.flatnonzero((cells.columns[column].kinds != 0) | cells.columns[column].has_formula())
        if len(filled):
            return [("cells overwritten", int(filled[0]) + 1, column), *below]
    return below


def one_cell(workbook: Workbook, row: int, column: int) -> Patched:
    write = ColumnWrite(workbook.sheets[0].name, column, np.array([row]), Cells.from_values([WRITTEN]))
    return patch(workbook, [write], [], [])


def only_that_cell_differs(specimen: Specimen, workbook: Workbook, result: Patched, row: int, column: int) -> None:
    """Other parts have the same packed bytes; the sheet is the same XML but for the cell; a chain goes as a whole."""
    before, after = packed_members(specimen.data), packed_members(result.data)
    sheet = workbook.sheets[0].part
    allowed = {sheet}
    if len(result.parts) > 1:
        allowed |= set(result.parts)
        assert any("calcChain" in part for part in result.parts), specimen.name
    assert [name for name in before if name in after] == list(after), specimen.name
    changed = {name.replace("\\", "/").lstrip("/") for name in before if before[name] != after.get(name)}
    assert changed <= allowed and sheet in changed, (specimen.name, changed - allowed)
    mine, theirs = SheetXml(Workbook(result.data).package.read(sheet)), SheetXml(workbook.package.read(sheet))
    place = (row, column)
    assert mine.cells.pop(place) is not None
    theirs.cells.pop(place, None)
    assert mine.cells == theirs.cells, specimen.name
    assert mine.rest == theirs.rest, specimen.name


def packed_members(data: bytes) -> Mapping[str, tuple[object, ...]]:
    """Every member with all that is known of it, its packed bytes included, but not its place in the file."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            head = data[info.header_offset : start]
            body = data[start : start + info.compress_size]
            members[info.filename] = (head, body, info.extra, info.comment, info.external_attr, info.CRC)
    return members


class SheetXml:
    """A sheet part taken apart with another parser than ours: its cells, and everything else."""

    def __init__(self, data: bytes) -> None:
        root = ElementTree.fromstring(data)
        self.cells: dict[tuple[int, int], object] = {}
        self.rest: list[object] = []
        for child in root:
            if child.tag == MAIN + "sheetData":
                self._take(child)
            elif child.tag != MAIN + "dimension":
                self.rest.append(ElementTree.tostring(child))
        self.rest.append(sorted(root.attrib.items()))

    def _take(self, rows: ElementTree.Element) -> None:
        row = 0
        for element in rows:
            row = int(element.get("r", row + 1))
            column = 0
            for cell in element:
                reference = cell.get("r")
                column = column + 1 if reference is None else Ref.parse(reference).first_column
                self.cells[row, column] = [(one.tag, one.attrib, one.text, one.tail) for one in cell.iter()]
            # A row that was opened for the cell says nothing; `spans` may go when it does not hold any more.
            attributes = {name: value for name, value in element.items() if name not in ("r", "spans")}
            if attributes:
                self.rest.append((row, sorted(attributes.items())))


def reads_back_in_openpyxl(specimen: Specimen, result: Patched, sheet: str, row: int, column: int) -> bool:
    """Whether openpyxl finds the cell; a workbook that it cannot open unpatched either does not count."""
    found = opened(specimen, result, lambda data: load_workbook(io.BytesIO(data)))
    if found is None:
        return False
    # openpyxl does not undo the escapes of the format.
    assert found[sheet].cell(row, column).value == WRITTEN.replace("_x0041_", "_x005F_x0041_"), specimen.name
    return True


def reads_back_in_calamine(specimen: Specimen, result: Patched, sheet: str, row: int, column: int) -> bool:
    """Whether calamine finds the cell; a workbook that it cannot open unpatched either does not count."""
    found = opened(specimen, result, lambda data: CalamineWorkbook.from_filelike(io.BytesIO(data)))
    if found is None:
        return False
    rows = found.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    assert rows[row - 1][column - 1] == WRITTEN, specimen.name
    return True


def opened(specimen: Specimen, result: Patched, read: Callable[[bytes], Any]) -> Any:
    """The patched workbook in another reader, or None when that one fails on the specimen itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(result.data)
        except Exception:
            with pytest.raises(Exception):  # noqa: B017 whatever it raises, it did so before
                read(specimen.data)
            return None


def lost_by_openpyxl(specimen: Specimen) -> set[str] | None:
    """The folders of the parts that a load and save loses; None when openpyxl cannot open the workbook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(specimen.data), keep_vba=specimen.name.endswith(".xlsm"))
            saved = io.BytesIO()
            book.save(saved)
            if book.vba_archive:  # of a workbook with macros; nothing else closes it
                book.vba_archive.close()
        except Exception:
            return None
    before, after = (kinds_of_parts(data) for data in (specimen.data, saved.getvalue()))
    return {kind for kind, count in before.items() if after[kind] < count}


def kinds_of_parts(data: bytes) -> Counter[str]:
    """How many parts there are of each kind, named without their numbers, but for those that only say things twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
    kinds = ("".join(letter for letter in name if not letter.isdigit()) for name in names)
    return Counter(kind for kind in kinds if kind and kind not in ("calcChain.xml", "sharedStrings.xml"))
