"""A spreadsheet package as its parts say it: sheets, tables, defined names, the date system, and the cells of a sheet.

Reading only; what changes a package stands in `patch`. Knows no table, name or column by its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tracker.fork import deal, start_copy, worthwhile
from tracker.ooxml import markup, text
from tracker.ooxml.cells import Cells
from tracker.ooxml.columns import Columns, Gathered, Gatherer
from tracker.ooxml.decode import decode
from tracker.ooxml.errors import PackageError, damaged
from tracker.ooxml.formulae import FormulaTable
from tracker.ooxml.markup import Element
from tracker.ooxml.package import Package
from tracker.ooxml.refs import Ref
from tracker.ooxml.sheet import SheetStream, Work
from tracker.ooxml.strings import shared_strings
from tracker.ooxml.wellformed import verify_sheet, verify_xml

LARGE = 1 << 23  # bytes of a sheet from which a copy costs less than it saves

_STRICT = "http://purl.oclc.org/ooxml/"
_TRUE = ("1", "true", "on")
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
    "application/vnd.ms-excel.template.macroenabled.main+xml",
    "application/vnd.ms-excel.addin.macroenabled.main+xml",
)


@dataclass(frozen=True)
class SheetInfo:
    """One worksheet: its name, its part, and its state (visible, hidden, veryHidden)."""

    name: str
    part: str
    state: str = "visible"


@dataclass(frozen=True)
class TableColumn:
    """One column of a table: its name, as its header cell says it, and its calculated-column formula (no "=")."""

    name: str
    formula: str | None = None


@dataclass(frozen=True)
class TableInfo:
    """One table (ListObject): the sheet it stands on, its area with header and totals rows, its columns.

    insert_row: Excel says that its one row is no data, only room for some.
    """

    name: str
    sheet: str
    part: str
    ref: Ref
    header_rows: int
    totals_rows: int
    columns: tuple[TableColumn, ...]
    insert_row: bool = False


@dataclass(frozen=True)
class DefinedName:
    """A defined name: the sheet it is local to (None: the workbook), and what it stands for, as in the file."""

    name: str
    sheet: str | None
    text: str


@dataclass(frozen=True, eq=False)
class SheetCells:
    """All cells of a sheet that hold something: by column number, row r at index r − 1.

    Every column is `last_row` long, the last row with a value or a formula. A column is made when it is asked for.
    """

    last_row: int
    columns: Mapping[int, Cells]


class Workbook:
    """A workbook package: what its parts say, and the cells of its sheets when asked; PackageError when it is refused.

    `work` counts the chunks of rows that have been read, `verified` those that have been verified, each by the fast and
    by the exact path.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.package = Package(data)
        self.work, self.verified = Work(), Work()
        self._begun: Callable[[], dict[str, Gathered]] = dict  # what a copy has read
        self.part = _workbook_part(self.package)
        found = self.package.elements(self.part)
        _refuse_strangers(found)
        self.date1904 = any(one.name == "workbookPr" and one.attributes.get("date1904") in _TRUE for one in found)
        entries = list(_sheet_entries(self.package, self.part, found))
        self.sheets: tuple[SheetInfo, ...] = tuple(sheet for _, sheet in entries if sheet is not None)
        if len({sheet.name.casefold() for sheet in self.sheets}) != len(self.sheets):
            raise damaged("two sheets of the workbook have one name")
        self.names: tuple[DefinedName, ...] = tuple(_names(found, [name for name, _ in entries]))
        self.tables: tuple[TableInfo, ...] = tuple(
            _table(self.package, sheet, relationship.target)
            for sheet in self.sheets
            for relationship in self.package.relationships(sheet.part)
            if relationship.kind == "table"
        )
        if len({table.name.casefold() for table in self.tables}) != len(self.tables):
            raise PackageError("same-table", "two tables of the workbook have one name; rename one of them in Excel")

    def sheet(self, name: str) -> SheetInfo:
        """The worksheet of this name, without regard to case; PackageError when there is none."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise PackageError("no-sheet", "the workbook has no sheet of this name")

    def stream(self, name: str) -> SheetStream:
        """The part of a worksheet, to be read chunk by chunk."""
        return SheetStream(self.package.blocks(self.sheet(name).part), self.work)

    def read(self, name: str) -> SheetCells:
        """All cells of a sheet with values and formulas; formatted emptiness and declared dimensions count nothing."""
        strings, part = self.strings, self.sheet(name).part
        gathered = self._begun().pop(part, None) or self._gathered(part)
        cells = SheetCells(gathered.last_row, Columns(gathered, strings))
        self._refuse_lost(name, cells)
        return cells

    def begin(self) -> None:
        """Have a copy of this process begin to read, if it is much, for one that has other things to do meanwhile.

        Sheets with tables are read, as those are that will be asked for; what is wrong with them is said when they are.
        """
        listed = sorted({self.sheet(table.sheet).part for table in self.tables}, key=self._size, reverse=True)
        large = [part for part in listed if self._size(part) >= LARGE][:255]
        if large and worthwhile():
            dealt = deal(large)
            collect = start_copy(lambda: {part: found.joined() for part, found in self._ahead(dealt)})
            self._begun = cache(lambda: {**dict(self._ahead(chain(listed[len(large) :], dealt))), **(collect() or {})})

    def _ahead(self, parts: Iterable[str]) -> Iterator[tuple[str, Gathered]]:
        for part in parts:
            with suppress(PackageError):  # it is met again, and said, when somebody asks for the sheet
                yield part, self._gathered(part)

    def _size(self, part: str) -> int:
        return self.package.member(part).size

    def _gathered(self, part: str) -> Gathered:
        gatherer, formulas = Gatherer(), FormulaTable()
        for chunk in SheetStream(self.package.blocks(part), self.work).chunks():
            gatherer.add(decode(chunk, self.date1904, formulas))
        return gatherer.gathered(formulas.texts)

    def _refuse_lost(self, name: str, cells: SheetCells) -> None:
        """A table whose header cells are all empty: its cells are not where it says, or were lost. Never 0 rows."""
        for table in self.tables:
            if table.sheet.casefold() == name.casefold() and table.header_rows and not _has_header(table.ref, cells):
                raise damaged("a table stands where the sheet has no cells")

    @cached_property
    def strings(self) -> NDArray[np.object_]:
        """The shared strings, and None behind them; that alone when the package has no such part."""
        for relationship in self.package.relationships(self.part):
            if relationship.kind == "sharedStrings":
                return shared_strings(markup.utf8_blocks(self.package.blocks(relationship.target)))
        return shared_strings(())

    def verify(self, parts: Iterable[str] | None = None) -> None:
        """Unpack parts (all when none are named), check their checksums, and see that those of XML are well-formed.

        PackageError at the first that fails.
        """
        sheets = {sheet.part for sheet in self.sheets}
        for part in self.package.parts if parts is None else parts:
            blocks = self.package.blocks(part)
            if part in sheets:
                verify_sheet(blocks, self.verified)
            elif self.package.is_xml(part):
                verify_xml(blocks)
            else:
                for _ in blocks:
                    pass


def _workbook_part(package: Package) -> str:
    """The main part; PackageError says what the package is when it is no workbook that can be read."""
    for relationship in package.relationships(""):
        if relationship.kind != "officeDocument" or relationship.external:
            continue
        if relationship.type.startswith(_STRICT):
            raise _strict()
        part = package.find(relationship.target)
        if part is None:
            raise PackageError(
                "no-workbook", "the workbook part is missing from the package; open it in Excel, repair it"
            )
        kind = (package.content_type(part) or _MAIN_TYPES[0]).lower()
        if "sheet.binary" in kind:
            raise PackageError("binary", "the file is a binary workbook (.xlsb); save it as .xlsx")
        if kind not in _MAIN_TYPES and not kind.endswith("/xml"):
            raise PackageError("not-workbook", "the file is another kind of Office document, not a workbook")
        return part
    if package.find("mimetype") and package.find("content.xml"):
        raise PackageError("ods", "the file is an OpenDocument file; save it as .xlsx")
    raise PackageError("no-workbook", "the package names no workbook part: it is not a workbook, or damaged")


def _refuse_strangers(found: list[Element]) -> None:
    root = found[0]
    if any(value.startswith(_STRICT) for value in root.attributes.values()):
        raise _strict()
    if root.name != "workbook":
        raise PackageError("not-workbook", "the main part of the package is no workbook")


def _strict() -> PackageError:
    return PackageError(
        "strict", "the workbook is saved as Strict Open XML; save it as an ordinary Excel workbook (.xlsx)"
    )


def _sheet_entries(package: Package, part: str, found: list[Element]) -> Iterator[tuple[str, SheetInfo | None]]:
    """Every sheet by name in the order of the tabs; None for chart sheets and other kinds without cells."""
    relationships = {one.id: one for one in package.relationships(part)}
    for element in found:
        if element.path != ("workbook", "sheets", "sheet"):
            continue
        name = text.unescape(element.attributes.get("name", ""))
        ids = [value for key, value in element.attributes.items() if ":" in key and markup.local(key) == "id"]
        relationship = relationships.get(ids[0] if ids else "")
        if relationship is None:
            raise damaged("a sheet of the workbook has no part")
        if relationship.kind != "worksheet":
            yield name, None
            continue
        stored = package.find(relationship.target)
        if stored is None:
            raise damaged(f"the part {relationship.target} is missing from the package")
        yield name, SheetInfo(name, stored, element.attributes.get("state", "visible"))


def _names(found: list[Element], sheets: list[str]) -> Iterator[DefinedName]:
    for element in found:
        if element.name != "definedName":
            continue
        place = _whole(element.attributes.get("localSheetId"))
        local = sheets[place] if place is not None and place < len(sheets) else None
        yield DefinedName(text.unescape(element.attributes.get("name", "")), local, element.text)


def _table(package: Package, sheet: SheetInfo, part: str) -> TableInfo:
    found = package.elements(part)
    attributes = found[0].attributes
    formulas = {id(one.parent): one.text for one in found if one.name == "calculatedColumnFormula"}
    columns = [one for one in found if one.path[-2:] == ("tableColumns", "tableColumn")]
    ref = Ref.parse(attributes.get("ref", ""))
    headers, totals = _count(attributes.get("headerRowCount"), 1), _count(attributes.get("totalsRowCount"), 0)
    if headers > 1 or totals > 1 or headers + totals > ref.last_row - ref.first_row + 1:
        raise damaged("a table of the package has more headers and totals than rows")
    return TableInfo(
        text.unescape(attributes.get("displayName") or attributes.get("name", "")),
        sheet.name,
        package.find(part) or part,
        ref,
        headers,
        totals,
        tuple(TableColumn(text.unescape(one.attributes.get("name", "")), formulas.get(id(one))) for one in columns),
        attributes.get("insertRow") in _TRUE,
    )


def _has_header(ref: Ref, cells: SheetCells) -> bool:
    if ref.first_row > cells.last_row:
        return False
    columns = range(ref.first_column, ref.last_column + 1)
    return any(number in cells.columns and cells.columns[number].kinds[ref.first_row - 1] for number in columns)


def _count(written: str | None, otherwise: int) -> int:
    number = _whole(written)
    return otherwise if number is None else number


def _whole(written: str | None) -> int | None:
    """A whole number as an attribute says it, None where it says none; of thousands of digits the first say enough."""
    bare = (written or "").strip()
    return int(bare.lstrip("0")[:9] or 0) if bare.isascii() and bare.isdigit() else None
