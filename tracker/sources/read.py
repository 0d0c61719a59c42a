"""Bytes of a foreign file → one plain table: CSV in the encodings people have, spreadsheets, and a CSV inside a zip.

What a file is, its first bytes say, not its name. Spreadsheets go through python-calamine, imported only when one
comes; it reads values and no formulas, and a hostile file can end the whole process, so `guard` looks at it first.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from tracker.ooxml import Workbook
from tracker.sources.guard import has_cells, open_guarded
from tracker.sources.rejects import REASON_COLUMN, restore
from tracker.sources.table import Cell, Cells, SourceError, SourceTable, nearest, text_of
from tracker.sources.text import decode, delimiter_of, records
from tracker.words.neutral import plain

ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second: an empty archive
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # the first bytes of .xls, and of encrypted workbooks
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
# Everything that a damaged or encrypted archive makes zipfile raise.
BAD_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError, OSError, EOFError, ValueError,
    struct.error,
)  # fmt: skip
DAMAGED = "it is damaged, or of an unknown kind. Open it in Excel and save it as .xlsx."
MEMBER_LIMIT = 1 << 30  # bytes of one file in a zip
PAGE = re.compile(r"\s*(?:<(?:!doctype|html|table|meta|\?xml)\b|\[\s*\{|\{\s*\")", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*")


def read_source(data: bytes, name: str, sheet: str | None = None) -> SourceTable:
    """Read a CSV file (``,`` ``;`` tab; UTF-8, UTF-16, cp1252, GB18030), xlsx, xls, xlsb or ods, or a zip of one CSV.

    ``name`` is used in messages and may end in a member, as ``archive.zip:member.csv``. ``sheet`` names a sheet of a
    spreadsheet (default: the first with anything in it). The first row that is not blank is the header.
    Raises SourceError when there is no table in it.
    """
    name, member = split_member(name)
    if data.startswith(ZIP) and not _is_workbook(data):
        data, name = _unzip(data, name, member)
    elif member:
        raise SourceError(f"{name} is not a zip archive, so it has no {member}.")
    if not data.strip():
        raise SourceError(f"{name} is empty.")
    if data.startswith((*ZIP, OLD_OFFICE)):
        return _read_workbook(data, name, sheet)
    if sheet is not None:
        raise SourceError(f"{name} is a text file and has no sheets: leave out the sheet name.")
    return _read_text(data, name)


def split_member(name: str) -> tuple[str, str]:
    """``data.zip:a/b.csv`` → (``data.zip``, ``a/b.csv``); any other name → (name, empty)."""
    found = re.fullmatch(r"(.+\.zip):(.+)", name, re.IGNORECASE | re.DOTALL)
    return (found[1], found[2]) if found else (name, "")


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BAD_ZIP:
        return True  # what is wrong with it is said there
    return bool(names & {"[Content_Types].xml", "mimetype"})


def _unzip(data: bytes, name: str, member: str) -> tuple[bytes, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        chosen = _member(archive.namelist(), name, member)
        shown = f"{name}:{chosen}"
        if archive.getinfo(chosen).file_size > MEMBER_LIMIT:
            raise SourceError(f"{shown} is larger than 1 GB.")
        try:
            return archive.read(chosen), shown
        except BAD_ZIP:
            raise SourceError(f"{shown} is damaged or encrypted.") from None


def _member(names: Sequence[str], name: str, member: str) -> str:
    """The one file meant: the named one (its folder may be left out), or the only text file beside system clutter."""
    files = [n for n in names if not n.startswith("__MACOSX/") and not n.rsplit("/", 1)[-1].startswith(".")]
    if member:
        found = [n for n in files if n == member] or [n for n in files if n.endswith("/" + member)]
    else:
        found = [n for n in files if n.lower().endswith(TEXT_ENDINGS)]
    if len(found) == 1:
        return found[0]
    if member and not found:
        raise SourceError(f"{name} holds no {member}.{nearest(member, [n.rsplit('/', 1)[-1] for n in files])}")
    if not found:
        raise SourceError(f"{name} holds no CSV file.")
    raise SourceError(f"{name} holds {len(found)} files that fit: say which, as {name}:{found[0]}")


def _read_text(data: bytes, name: str) -> SourceTable:
    text, encoding = decode(data, name)
    if PAGE.match(text):
        raise SourceError(f"{name} is a web page or JSON, not a table. Open it in Excel and save it as .xlsx or CSV.")
    told = re.match(r"sep=([^\"\r])\r?\n", text)  # Excel's own way to say the delimiter; not shown as a row
    delimiter = told[1] if told else delimiter_of(text)
    rows = records(text[told.end() :] if told else text, delimiter, name)
    return _table(rows, name, encoding=encoding, delimiter=delimiter)


def _read_workbook(data: bytes, name: str, sheet: str | None) -> SourceTable:
    import python_calamine as calamine

    ours = open_guarded(data, name) if data.startswith(ZIP) else None
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise SourceError(f"{name} has no sheet '{sheet}'.{nearest(sheet, names)} It has: {', '.join(names)}.")
        for title in [sheet] if sheet is not None else names:
            if ours is not None and not _has_cells(ours, title, name):
                continue
            rows = [[_cell(v) for v in r] for r in book.get_sheet_by_name(title).to_python(skip_empty_area=False)]
            if any(not _is_blank(row) for row in rows):
                return _table(rows, name, sheet=title)
            if ours is not None:
                raise SourceError(f"{name}: its sheet '{title}' cannot be read. Save it again in Excel.")
    except calamine.PasswordError:
        raise SourceError(f"{name} is protected with a password: save a copy without it.") from None
    except calamine.CalamineError:  # what it says may hold what stands in a cell
        raise SourceError(f"{name} cannot be read as a spreadsheet: {DAMAGED}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how Rust's panics arrive; no Exception, and of no public type
            raise
        raise SourceError(f"{name} cannot be read as a spreadsheet: {DAMAGED}") from None
    raise SourceError(f"{name} is empty.")


def _has_cells(ours: Workbook, sheet: str, name: str) -> bool:
    """Whether a sheet has cells; a chart sheet has none."""
    return any(one.name == sheet for one in ours.sheets) and has_cells(ours, sheet, name)


def _cell(value: Any) -> Cell:
    """A value as calamine gives it, in our few kinds; a time of day is a fraction of a day, as in Excel."""
    if value is None or isinstance(value, bool | str | datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return value / timedelta(days=1) if isinstance(value, timedelta) else float(value)


def _is_blank(row: Sequence[Cell]) -> bool:
    return not any(cell.strip() if isinstance(cell, str) else cell is not None for cell in row)


def _table(
    rows: Sequence[Sequence[Cell]], name: str, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> SourceTable:
    filled = [(number, row) for number, row in enumerate(rows, 1) if not _is_blank(row)]
    if not filled:
        raise SourceError(f"{name} is empty.")
    (_, first), body = filled[0], filled[1:]
    places = _header(first, [row for _, row in body], name)
    width = max(places.values()) + 1
    torn = frozenset(i for i, (_, row) in enumerate(body) if not _is_blank(row[len(first) :]))
    level = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for _, row in body]
    values = {column: _column([row[place] for row in level]) for column, place in places.items()}
    if REASON_COLUMN in values:
        values = {plain(column): restore(cells) for column, cells in values.items()}
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    return SourceTable(name, tuple(values), len(body), values, numbers, torn, encoding, delimiter, sheet)


def _column(cells: list[Cell]) -> Cells:
    column = np.empty(len(cells), dtype=object)
    column[:] = [None if cell == "" else cell for cell in cells]
    return column


def _header(first: Sequence[Cell], body: Sequence[Sequence[Cell]], name: str) -> dict[str, int]:
    """Column name → its place. Raises SourceError where names are missing, doubled, or look like data."""
    names = [text_of(cell).strip() for cell in first]
    if all(
        isinstance(cell, float) or not title or NUMBER.fullmatch(title)
        for cell, title in zip(first, names, strict=True)
    ):
        raise SourceError(f"{name} has no header: its first row holds only numbers. Add a row of column names.")
    places: dict[str, int] = {}
    for place, title in enumerate(names):
        if not title:
            if any(place < len(row) and not _is_blank([row[place]]) for row in body):
                raise SourceError(f"{name}: column {place + 1} has values but no name. Name it, or delete it.")
        elif title in places:
            raise SourceError(f"{name} has two columns named '{title}'. Rename or delete one.")
        else:
            places[title] = place
    return places
