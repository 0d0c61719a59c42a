"""A small model of the Excel that tracker/hosts/excel.py calls through xlwings: cells, tables, names, settings.

Not Excel, and no proof that Excel does the same: it was made from documents, on the harder side where these are
doubtful. A member that is not modelled raises. What it knows: a text like a number or a date becomes one; a formula in
a table is told as ``[@Column]``; hidden rows take no block; a table that grows fills its calculated columns.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries

from tracker.hosts import MemoryHost
from tracker.hosts.excel_side import ERRORS, Excel, Windows
from tracker.model.grid import CellKind, Cells, ColumnWrite, Writes

Place = tuple[int, int]
Box = tuple[int, int, int, int]  # rows and columns, first and last
CODES = {text: -2146828288 + code for code, text in ERRORS.items()}
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE)
DATE = re.compile(r"\d+[-/.]\d+([-/.]\d+)?|\d+:\d+|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* ?\d+", re.I)
SIMPLE = re.compile(r"\w+\[\[#This Row\],\[(?P<column>[^\]]+)\]\](?P<sign>[+*])(?P<number>\d+)|(?P<constant>\d+)")
Calculator = Callable[[str, int, int, str], Any]


class ComError(Exception):
    """As pywintypes.com_error: hresult, message, (code, source, text, help, help context, scode), argument."""

    def __init__(self, code: int, scode: int | None = None) -> None:
        self.hresult = code - (1 << 32)
        inner = (0, "Microsoft Excel", None, None, 0, scode - (1 << 32)) if scode is not None else None
        super().__init__(self.hresult, "failed", inner, None)


@dataclass
class Cell:
    """What a cell holds: an error as its code; a formula as a file spells it, with its equals sign."""

    value: Any = None
    formula: str = ""
    format: str = "General"


def no_calculator(sheet: str, row: int, column: int, formula: str) -> Any:
    raise NotImplementedError(formula)


class App:
    """One Excel; ``typing`` is how many calls it refuses because a cell is edited, ``fails_at`` which write fails."""

    __slots__ = ("_settings", "books", "calculator", "calls", "fails_at", "typing", "writes")

    def __init__(self, calculator: Calculator = no_calculator) -> None:
        self.books: list[Book] = []
        self.calculator = calculator
        self.typing = self.writes = self.calls = 0
        self.fails_at = -1
        self._settings = {
            "screen_updating": True,
            "calculation": "automatic",
            "status_bar": False,
            "enable_events": True,
        }

    def touch(self, write: bool = False) -> None:
        self.calls += 1
        if self.typing:
            self.typing -= 1
            raise ComError(0x80020009, 0x800AC472)
        if write:
            self.writes += 1
            if self.writes == self.fails_at:
                raise ComError(0x80020009, 0x800A03EC)

    def settings(self) -> dict[str, Any]:
        return dict(self._settings)

    def put(self, name: str, value: Any) -> None:
        self.touch()
        self._settings[name] = value

    def get(self, name: str) -> Any:
        self.touch()
        return self._settings[name]

    screen_updating = property(lambda self: self.get("screen_updating"), lambda self, v: self.put("screen_updating", v))
    calculation = property(lambda self: self.get("calculation"), lambda self, v: self.put("calculation", v))
    status_bar = property(lambda self: self.get("status_bar"), lambda self, v: self.put("status_bar", v))
    enable_events = property(lambda self: self.get("enable_events"), lambda self, v: self.put("enable_events", v))


class Sheets:
    """The sheets of a workbook, in order and by name."""

    __slots__ = ("_all",)

    def __init__(self, sheets: list[Sheet]) -> None:
        self._all = sheets

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._all)

    def __getitem__(self, name: str) -> Sheet:
        return next(one for one in self._all if one.name == name)


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name."""

    name: str
    refers_to: str


class Book:
    """A workbook that is open, from the bytes of its file."""

    __slots__ = ("_data", "api", "app", "fullname", "name", "names", "sheets")

    def __init__(self, app: App, data: bytes, fullname: str) -> None:
        self.app, self.fullname, self._data = app, fullname, data
        self.name = re.split(r"[/\\]", fullname)[-1]
        kept = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
        memory = MemoryHost(data)
        outline = memory.book()
        self.sheets = Sheets([Sheet(self, kept[name], memory) for name in outline.sheets])
        self.names = [Name(name, _refers_to(one.attr_text)) for name, one in kept.defined_names.items()]
        self.api = BookApi(self, outline.date1904)
        app.books.append(self)

    def packed(self) -> bytes:
        """The workbook as a file, as it stands now."""
        memory = MemoryHost(self._data)
        memory.apply(Writes(tuple(write for sheet in self.sheets for write in sheet.columns())))
        return memory.data


def _refers_to(text: str) -> str:
    return f"={text}"


class BookApi:
    """What is asked of a workbook over COM."""

    __slots__ = ("Date1904", "ReadOnly", "_book", "copies")

    def __init__(self, book: Book, date1904: bool) -> None:
        self._book, self.Date1904, self.ReadOnly = book, date1904, False
        self.copies: list[str] = []

    def SaveCopyAs(self, path: str) -> None:
        self._book.app.touch()
        Path(path).write_bytes(self._book.packed())
        self.copies.append(path)


class Sheet:
    """Cells by place, tables, merged cells, arrays, hidden rows."""

    __slots__ = ("_cells", "_looks", "api", "arrays", "book", "hidden", "merges", "name", "tables")

    def __init__(self, book: Book, kept: Any, memory: MemoryHost) -> None:
        self.book, self.name = book, kept.title
        self._cells: dict[Place, Cell] = {}
        self._looks: dict[int, str]
        self.hidden: set[int] = set()
        self.merges = [_box(str(one)) for one in kept.merged_cells.ranges]
        self.arrays = [_box(one.value.ref) for row in kept.iter_rows() for one in row if hasattr(one.value, "ref")]
        self.api = SheetApi()
        self._looks = {}
        for one in kept.column_dimensions.values():
            self._looks |= dict.fromkeys(range(one.min or 1, (one.max or 1) + 1), one.number_format)
        self._fill(kept, memory)
        self.tables = [Table(self, one) for one in kept.tables.values()]
        for top, left, bottom, right in self.arrays:
            for place in _places((top, left, bottom, right)):
                self.cell(place).formula = self.cell((top, left)).formula

    def _fill(self, kept: Any, memory: MemoryHost) -> None:
        for number, cells in memory.sheet(self.name).columns.items():
            for i, (value, kind) in enumerate(zip(cells.values(), cells.kinds, strict=True)):
                formula = cells.formula(i)
                if value is not None or formula is not None:
                    held = CODES[str(value)] if kind == CellKind.ERROR else value
                    look = kept.cell(i + 1, number).number_format
                    self._cells[i + 1, number] = Cell(held, f"={formula}" if formula is not None else "", look)

    def cell(self, place: Place) -> Cell:
        return self._cells.setdefault(place, Cell(format=self._looks.get(place[1], "General")))

    def peek(self, place: Place) -> Cell:
        return self._cells.get(place) or Cell(format=self._looks.get(place[1], "General"))

    def columns(self) -> Iterator[ColumnWrite]:
        """Its cells, for a file."""
        for number in sorted({column for _, column in self._cells}):
            places = sorted(place for place in self._cells if place[1] == number)
            held = Cells.from_values([_uncoded(self._cells[place].value) for place in places])
            texts = [self._cells[place].formula for place in places]
            which = np.array([i if text else -1 for i, text in enumerate(texts)], np.int32)
            cells = Cells(held.kinds, held.numbers, held.texts, which, tuple(text[1:] for text in texts))
            yield ColumnWrite(self.name, number, np.array([row for row, _ in places]), cells)

    @property
    def used_range(self) -> Range:
        self.book.app.touch()
        rows, columns = zip(*(self._cells or {(1, 1): None}), strict=True)
        return Range(self, (min(rows), min(columns), max(rows), max(columns)))

    def range(self, first: Place, last: Place) -> Range:
        self.book.app.touch()
        return Range(self, (*first, *last))

    def table_at(self, place: Place) -> Table | None:
        return next((one for one in self.tables if place in _places(one.box)), None)


class SheetApi:
    """What is asked of a sheet over COM."""

    __slots__ = ("ProtectContents",)

    def __init__(self) -> None:
        self.ProtectContents = False


class Range:
    """A rectangle of cells."""

    __slots__ = ("api", "box", "sheet")

    def __init__(self, sheet: Sheet, box: Box) -> None:
        self.sheet, self.box = sheet, box
        self.api = RangeApi(self)

    row = property(lambda self: self.box[0])
    column = property(lambda self: self.box[1])
    last_cell = property(lambda self: Range(self.sheet, (*self.box[2:], *self.box[2:])))

    @property
    def merge_area(self) -> Range:
        found = (one for one in self.sheet.merges if self.box[:2] in _places(one))
        return Range(self.sheet, next(found, self.box))

    @property
    def number_format(self) -> str | None:
        looks = {self.sheet.peek(place).format for place in _places(self.box)}
        return looks.pop() if len(looks) == 1 else None

    @property
    def formula(self) -> Any:
        self.sheet.book.app.touch()
        return _shaped(self.box, lambda place: _shown(self.sheet, place))

    @formula.setter
    def formula(self, given: Any) -> None:
        self._write(given, lambda place, text, first: self._calculate(place, self._moved(text, first, place)))

    @property
    def value(self) -> Any:
        raise NotImplementedError("what a day is would be lost: Value2")

    @value.setter
    def value(self, given: Any) -> None:
        self._write(given, lambda place, one, first: self._enter(place, one))

    def _write(self, given: Any, put: Callable[[Place, Any, Place], None]) -> None:
        self.sheet.book.app.touch(write=True)
        if self.sheet.api.ProtectContents:
            raise ComError(0x80020009, 0x800A03EC)
        first = self.box[:2]
        for place in _places(self.box):
            one = given[place[0] - first[0]][place[1] - first[1]] if isinstance(given, list) else given
            if place[0] not in self.sheet.hidden:
                put(place, one, place if isinstance(given, list) else first)

    def _moved(self, text: str, first: Place, place: Place) -> str:
        origin = f"{get_column_letter(first[1])}{first[0]}"
        return str(Translator(text, origin).translate_formula(f"{get_column_letter(place[1])}{place[0]}"))

    def _calculate(self, place: Place, text: str) -> None:
        cell = self.sheet.cell(place)
        if cell.format == "@":
            cell.value, cell.formula = text, ""
            return
        assert text.startswith("=") and "_xlfn." not in text, text
        full = re.sub(r"(?<![\w.])(MAXIFS|MINIFS|IFS|SWITCH|TEXTJOIN|CONCAT|IFNA|STDEV\.S)\(", r"_xlfn.\1(", text)
        cell.formula, cell.value = full, None
        cell.value = self._result(place)

    def _result(self, place: Place) -> Any:
        cell, table = self.sheet.cell(place), self.sheet.table_at(place)
        found = SIMPLE.fullmatch(cell.formula[1:])
        if found is None or table is None:
            return self.sheet.book.app.calculator(self.sheet.name, *place, cell.formula)
        if found["constant"]:
            return float(found["constant"])
        of = self.sheet.peek((place[0], table.box[1] + table.headers().index(found["column"]))).value or 0.0
        return of + float(found["number"]) if found["sign"] == "+" else of * float(found["number"])

    def _enter(self, place: Place, one: Any) -> None:
        """As if it were typed."""
        cell = self.sheet.cell(place)
        cell.formula = ""
        if not isinstance(one, str) or cell.format == "@":
            cell.value = f"{one:g}" if cell.format == "@" and isinstance(one, float) else one
        elif one[:1] == "'":
            cell.value = one[1:]
        elif one[:1] in ("=", "+", "-") and len(one) > 1:
            self._calculate(place, one)
        else:
            cell.value = _typed(one)
        if cell.value == "":
            cell.value = None


class RangeApi:
    """What is asked of a range over COM."""

    __slots__ = ("_range",)

    def __init__(self, of: Range) -> None:
        self._range = of

    @property
    def Value2(self) -> Any:
        self._range.sheet.book.app.touch()
        return _shaped(self._range.box, lambda place: self._range.sheet.peek(place).value)

    def _all(self, boxes: list[Box]) -> bool | None:
        self._range.sheet.book.app.touch()
        inside = (
            {any(place in _places(one) for one in boxes) for place in _places(self._range.box)} if boxes else {False}
        )
        return inside.pop() if len(inside) == 1 else None

    @property
    def Application(self) -> RangeApi:
        return self

    @property
    def WorksheetFunction(self) -> RangeApi:
        return self

    def CountA(self, area: RangeApi) -> float:
        area._range.sheet.book.app.touch()
        held = area._range.sheet._cells.items()
        return float(sum(place in _places(area._range.box) and cell.value is not None for place, cell in held))

    MergeCells = property(lambda self: self._all(self._range.sheet.merges))
    HasArray = property(lambda self: self._all(self._range.sheet.arrays))
    HasSpill = property(lambda self: self._all([]))


class Table:
    """A ListObject."""

    __slots__ = ("_formulas", "box", "name", "sheet", "show_headers", "show_totals")

    def __init__(self, sheet: Sheet, kept: Any) -> None:
        self.sheet, self.name, self.box = sheet, kept.displayName, _box(kept.ref)
        self.show_headers, self.show_totals = kept.headerRowCount != 0, bool(kept.totalsRowCount)
        self._formulas = [one.calculatedColumnFormula for one in kept.tableColumns]

    range = property(lambda self: Range(self.sheet, self.box))

    def headers(self) -> list[str]:
        return [str(self.sheet.peek((self.box[0], column)).value) for column in range(self.box[1], self.box[3] + 1)]

    def resize(self, area: Range) -> None:
        self.sheet.book.app.touch(write=True)
        last, self.box = self.box[2], area.box
        for offset, formula in enumerate(self._formulas):
            for row in range(last + 1, self.box[2] + 1):
                place = (row, self.box[1] + offset)
                if formula is not None and self.sheet.peek(place).value is None:
                    Range(self.sheet, (*place, *place))._calculate(place, f"={formula.attr_text}".replace("_xlfn.", ""))


class _Inside:
    """The places in a box, in rows; whether one is in it is told at once."""

    def __init__(self, box: Box) -> None:
        self.box = box

    def __iter__(self) -> Iterator[Place]:
        top, left, bottom, right = self.box
        return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))

    def __contains__(self, place: Place) -> bool:
        top, left, bottom, right = self.box
        return top <= place[0] <= bottom and left <= place[1] <= right


def _places(box: Box) -> _Inside:
    return _Inside(box)


def _box(text: str) -> Box:
    left, top, right, bottom = range_boundaries(text)
    return (int(top or 1), int(left or 1), int(bottom or 1), int(right or 1))


def _shaped(box: Box, of: Callable[[Place], Any]) -> Any:
    """As COM gives cells: one bare, several as rows."""
    top, left, bottom, right = box
    if (top, left) == (bottom, right):
        return of((top, left))
    return tuple(tuple(of((row, column)) for column in range(left, right + 1)) for row in range(top, bottom + 1))


def _shown(sheet: Sheet, place: Place) -> str:
    """A cell as its formula bar shows it."""
    cell, table = sheet.peek(place), sheet.table_at(place)
    if not cell.formula:
        shown = _uncoded(cell.value)
        return "" if shown is None else str(shown)
    text = cell.formula.replace("_xlfn.", "")
    if table is not None:
        text = re.sub(rf"\b{table.name}\[\[#This Row\],\[(\w+)\]\]", r"[@\1]", text)
        text = re.sub(rf"\b{table.name}\[\[#This Row\],(\[[^\]]+\])\]", r"[@\1]", text)
    return text


def _uncoded(value: Any) -> Any:
    return ERRORS[value & 0xFFFF] if type(value) is int else value


def _typed(text: str) -> Any:
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if text in CODES:
        return CODES[text]
    if NUMBER.fullmatch(text):
        return float(text)
    return 45000.0 if DATE.fullmatch(text) else text


def excel(*books: tuple[bytes, str], calculator: Calculator = no_calculator) -> Excel:
    """An Excel for Windows with these workbooks open, each its bytes and full name."""
    app = App(calculator)
    for data, fullname in books:
        Book(app, data, fullname)
    return Excel([app], Windows())
