"""The way to a running Excel: which workbooks it has open, and what Windows and Mac call differently there.

xlwings is imported when an Excel is looked for and not before: it exists for Windows and Mac. Only its part under the
BSD licence is called, none of its add-in, its macros or its PRO part. Everything here was written from the source of
xlwings and Microsoft's documents and **was never run in Excel**: there is none where it was made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import Any, Protocol

from tracker.errors import BusyError, RefusedError, TrackerError, UnreadableError, UsageError
from tracker.hosts.live import Document

ATTEMPTS = 200  # xlwings asks a busy Excel again, for ever if it is not told how often
TYPING = frozenset({0x800AC472, 0x80010001, 0x8001010A})  # a cell is edited or a dialog is open: refused, rejected
GONE = frozenset({0x800706BA, 0x800706BE, 0x80010108, 0x80010007})
MAC_TYPING, MAC_GONE = frozenset({-1712, -50}), frozenset({-600, -609})
ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}
EDITING = "Excel is busy: a cell is being edited, or a dialog is open. Finish editing the cell (Enter), then try again."
CLOSED = "Excel closed it, or was closed, meanwhile. What it had not saved is as Excel left it; open it again."

Grid = Sequence[Sequence[Any]]


class Error(str):
    """An error that a cell shows, which is no text."""

    __slots__ = ()


class Side(Protocol):
    """What is asked of Excel itself, where xlwings has no word for it."""

    def values(self, area: Any) -> Grid:
        """What the cells of an area hold: None, float, bool, str, `Error`; days as numbers."""

    def read_only(self, book: Any) -> bool:
        """Whether a workbook cannot be saved under its name."""

    def protected(self, sheet: Any) -> bool:
        """Whether the cells of a sheet are locked."""

    def year_1904(self, book: Any) -> bool:
        """Whether day 0 is in 1904."""

    def merged(self, area: Any) -> bool | None:
        """Whether the cells of an area are merged with others; None where some are."""

    def in_array(self, area: Any) -> bool | None:
        """Whether the cells of an area belong to array formulas, that spill too; None where some do."""

    def filled(self, area: Any) -> int:
        """How many cells of an area hold anything."""

    def store(self, book: Any, path: Path) -> None:
        """Save a copy as it stands; the workbook itself is not saved."""


class Windows:
    """Excel for Windows, over COM."""

    def values(self, area: Any) -> Grid:
        """What the cells of an area hold."""
        return [[_value(one) for one in row] for row in rows_of(area.api.Value2)]

    def read_only(self, book: Any) -> bool:
        """Whether a workbook cannot be saved under its name."""
        return bool(book.api.ReadOnly)

    def protected(self, sheet: Any) -> bool:
        """Whether the cells of a sheet are locked."""
        return bool(sheet.api.ProtectContents)

    def year_1904(self, book: Any) -> bool:
        """Whether day 0 is in 1904."""
        return bool(book.api.Date1904)

    def merged(self, area: Any) -> bool | None:
        """Whether the cells are merged; None where some are."""
        return _some(area.api.MergeCells)

    def in_array(self, area: Any) -> bool | None:
        """Whether the cells belong to array formulas; one that spills is unknown to an Excel before 2021."""
        answer = _some(area.api.HasArray)
        if answer is False:
            with suppress(AttributeError):
                return _some(area.api.HasSpill)
        return answer

    def filled(self, area: Any) -> int:
        """How many cells of an area hold anything."""
        return int(area.api.Application.WorksheetFunction.CountA(area.api))

    def store(self, book: Any, path: Path) -> None:
        """Save a copy as it stands."""
        book.api.SaveCopyAs(str(path))


class Mac:
    """Excel for Mac, over Apple events; it has no way to save a copy."""

    def values(self, area: Any) -> Grid:
        """What the cells of an area hold; which are errors is only seen in what they show."""
        held, shown = rows_of(area.api.value2.get()), rows_of(area.api.string_value.get())
        errors = frozenset(ERRORS.values())
        return [
            [Error(text) if text in errors else _number(one) for one, text in zip(*rows, strict=True)]
            for rows in zip(held, shown, strict=True)
        ]

    def read_only(self, book: Any) -> bool:
        """Whether a workbook cannot be saved under its name."""
        return bool(book.api.read_only.get())

    def protected(self, sheet: Any) -> bool:
        """Whether the cells of a sheet are locked."""
        return bool(sheet.api.protect_contents.get())

    def year_1904(self, book: Any) -> bool:
        """Whether day 0 is in 1904."""
        return bool(book.api.date_1904.get())

    def merged(self, area: Any) -> bool | None:
        """Whether the cells are merged; None where some are."""
        return _some(area.api.merge_cells.get())

    def in_array(self, area: Any) -> bool | None:
        """Whether the cells belong to array formulas; of one that spills it does not tell."""
        return _some(area.api.has_array.get())

    def filled(self, area: Any) -> int:
        """How many cells of an area hold anything."""
        return sum(text != "" for row in rows_of(area.formula) for text in row)

    def store(self, book: Any, path: Path) -> None:
        """A copy of the file, where nothing is unsaved; RefusedError where something is."""
        if not book.api.saved.get() or "://" in book.fullname:
            raise RefusedError("Excel for Mac keeps no copy of what is unsaved. Save it (Cmd+S), then refresh it.")
        path.write_bytes(Path(book.fullname).read_bytes())


def _some(answer: Any) -> bool | None:
    """True and false as they are; whatever else Excel says of an area whose cells differ."""
    return answer if isinstance(answer, bool) else None


def rows_of(found: Any) -> Grid:
    """What Excel answers for an area as rows: for one cell it answers with what that holds."""
    return found if isinstance(found, tuple | list) else ((found,),)


def _number(one: Any) -> Any:
    return float(one) if type(one) is int else one


def _value(one: Any) -> Any:
    """COM gives numbers as floats, and errors as whole numbers."""
    return Error(ERRORS.get(one & 0xFFFF, "#VALUE!")) if type(one) is int else one


class Excel:
    """The Excel that this person has running: ``apps`` as xlwings counts them, and its side."""

    def __init__(self, apps: Any, side: Side) -> None:
        self.apps, self.side = apps, side

    def books(self) -> list[Any]:
        """The workbooks that are open, of every Excel that is running."""
        with speaking():
            return [book for app in self.apps for book in app.books]

    def documents(self, books: Sequence[Any]) -> tuple[Document, ...]:
        """How these workbooks are told apart: by path or address."""
        with speaking():
            return tuple(
                Document(number, url_of(book.fullname), book.name, self.side.read_only(book))
                for number, book in enumerate(books)
            )


def url_of(fullname: str) -> str:
    """The address of a workbook by the full name that Excel gives; empty for one that was never saved."""
    if "://" in fullname:
        return fullname
    path = PurePath(fullname)
    return path.as_uri() if path.is_absolute() else ""


def running(platform: str = sys.platform) -> Excel | None:
    """The Excel that is running here; None where there is none, and where there can be none."""
    if platform not in ("win32", "darwin"):
        return None
    try:
        import xlwings
    except ImportError as error:
        raise UsageError("Excel is not reached without xlwings. Install it: pip install xlwings") from error
    engine = sys.modules.get("xlwings._xlwindows")
    if engine is not None:
        vars(engine)["N_COM_ATTEMPTS"] = ATTEMPTS
    with speaking():
        return Excel(xlwings.apps, Windows() if platform == "win32" else Mac()) if len(xlwings.apps) else None


@contextmanager
def speaking() -> Iterator[None]:
    """Turn the codes of Excel into errors that say what to do: BusyError while somebody types, UnreadableError."""
    try:
        yield
    except TrackerError:
        raise
    except Exception as error:
        codes, mac = frozenset(_codes(error)), getattr(error, "errornumber", 0)
        if codes & TYPING or mac in MAC_TYPING:
            raise BusyError(EDITING) from error
        if codes & GONE or mac in MAC_GONE:
            raise UnreadableError(CLOSED) from error
        raise


def _codes(error: BaseException) -> Iterator[int]:
    """The codes of a COM error: its own, and that of Excel behind it."""
    args = error.args
    yield from (one & 0xFFFFFFFF for one in (getattr(error, "hresult", None), *args[:1]) if isinstance(one, int))
    inner = args[2] if len(args) > 2 else None
    if isinstance(inner, tuple) and inner and isinstance(inner[-1], int):
        yield inner[-1] & 0xFFFFFFFF
