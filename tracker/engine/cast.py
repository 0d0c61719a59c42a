"""Cells of one column → typed values, by the column's kind; what cannot be cast is blank and a finding.

The values are those Excel would compute with: text in a date or number column counts as nothing until somebody mends
it. Kept out: where the column stands, and whether a value is sensible.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.amounts import certain_number, is_number
from tracker.facts.calendar import end_of_month, to_serial
from tracker.facts.dates import is_dated, moments_in
from tracker.facts.same import numbered
from tracker.model.finding import Finding
from tracker.model.grid import CellKind, Cells
from tracker.schema.column import Column, Kind
from tracker.schema.findings import finding
from tracker.schema.snapshot import Choices, Layout, beyond, shown

DAYS_1904 = 1462  # serials of the 1904 system are this much smaller
MONTH = re.compile(r"\s*(\d{4})[-./](\d{1,2})\s*")
NUMBER = re.compile(r"[-+]?[$€£¥]?\s*\d[\d\s,.']*%?")  # of a stripped text: no two parts can share a run of spaces
SPACES = re.compile(" +")
TRUTH = {0.0: "FALSE", 1.0: "TRUE"}


def cast(
    column: Column,
    cells: Cells,
    rows: NDArray[np.int64],
    layout: Layout,
    choices: Choices | None,
    date1904: bool,
    currency: str = "",
) -> tuple[NDArray[Any], list[Finding]]:
    """The values of a column as float64 (numbers, serials) or as a text array, and what could not be cast.

    ``rows`` are the sheet rows of the cells, ``currency`` is that of all amounts. Tool columns give no findings: they
    are about to be written anew.
    """
    if column.kind.is_text:
        values, bad = _texts(column, cells, choices), _of_kind(cells, CellKind.ERROR)
    else:
        values, bad = _numbers(column, cells, date1904)
    quiet = column.is_tool or not bad.any()
    return values, [] if quiet else _findings(column, cells, rows, layout, np.flatnonzero(bad), currency)


def _texts(column: Column, cells: Cells, choices: Choices | None) -> NDArray[Any]:
    if not cells.kinds.any():  # most columns of most workbooks are blank
        return np.full(len(cells), "", object)
    texts = cells.texts
    if ((cells.kinds != CellKind.BLANK) & (cells.kinds != CellKind.TEXT)).any():
        texts = _as_text(cells)
    if choices is not None:
        return _coded(texts, _one(choices) if column.kind is not Kind.CHOICES else _several(choices))
    return shown(texts)


def _as_text(cells: Cells) -> NDArray[Any]:
    """The texts of cells, numbers and truth values among them as they are shown."""
    texts = cells.texts.copy()
    texts[cells.kinds == CellKind.ERROR] = None
    for i in np.flatnonzero(_of_kind(cells, CellKind.NUMBER)).tolist():
        texts[i] = general(float(cells.numbers[i]))
    for i in np.flatnonzero(_of_kind(cells, CellKind.BOOL)).tolist():
        texts[i] = TRUTH[float(cells.numbers[i])]
    return texts


def general(number: float) -> str:
    """A number as a cell of format General shows it when there is room: 15 digits, no needless point."""
    if abs(number) < 1e15 and number == int(number):
        return str(int(number))
    return f"{number:.15g}"


def coded(column: Column, text: str, choices: Choices | None) -> str:
    """A typed text as the frame of its column holds it: a label of a list as its code, each of several."""
    if choices is None:
        return text
    return _one(choices)(text) if column.kind is not Kind.CHOICES else _several(choices)(text)


def _coded(texts: NDArray[Any], code: Callable[[str], str]) -> NDArray[Any]:
    """Map each distinct text once: a column has few labels and many rows."""
    place, distinct = numbered(texts)
    return np.array([*((code(text) if text else "") for text in distinct), None], object)[:-1][place]


def _one(choices: Choices) -> Callable[[str], str]:
    return lambda text: choices.codes.get(_trimmed(text).casefold(), text)


def _trimmed(text: str) -> str:
    """A text as TRIM leaves it, which formulas look words up with: other white space than blanks stays."""
    return SPACES.sub(" ", text.strip(" "))


def _several(choices: Choices) -> Callable[[str], str]:
    one = _one(choices)
    return lambda text: ";".join(one(part.strip()) for part in re.split("[;；]", text) if part.strip())


def _numbers(column: Column, cells: Cells, date1904: bool) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    huge = beyond(cells)
    values = np.where((cells.kinds == CellKind.NUMBER) & ~huge, cells.numbers, np.nan)
    if column.kind.is_date and date1904:
        values = values + DAYS_1904
    bad = huge | ((cells.kinds >= CellKind.TEXT) & (cells.texts != ""))
    if column.kind is Kind.DAY_OR_MONTH:
        for i in np.flatnonzero(_of_kind(cells, CellKind.TEXT)).tolist():
            values[i] = month_end(cells.texts[i])
            bad[i] &= np.isnan(values[i])
    return values, bad


def month_end(text: str) -> float:
    """The last day of a month written as ``2024-07``, as a serial; NaN for any other text."""
    match = MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12 or not 1900 < int(match[1]) < 9999:
        return float("nan")
    return float(end_of_month(to_serial(date(int(match[1]), int(match[2]), 1))))


def _of_kind(cells: Cells, kind: CellKind) -> NDArray[np.bool_]:
    return np.asarray(cells.kinds == kind, bool)


def _findings(
    column: Column, cells: Cells, rows: NDArray[np.int64], layout: Layout, bad: NDArray[np.intp], currency: str
) -> list[Finding]:
    found = []
    for i in bad.tolist():
        text = _shown(cells, i)
        place = layout.place(column.key, int(rows[i]))
        code, suggestion = _verdict(column, CellKind(cells.kinds[i]), text)
        if code == "V109":
            # What other cells look like settles nothing: in a column typed by two people ``12,345`` is either number.
            sure = certain_number(text, "", column.kind is Kind.PERCENT, currency)
            suggestion = "" if sure is None else general(sure)
        found.append(finding(code, place, value=text, suggestion=suggestion, **_wrong_type(code, column, text)))
    return found


def _wrong_type(code: str, column: Column, text: str) -> dict[str, str]:
    """What a column takes in which something else stands; and that a day is none, such as 31.02.2026."""
    if code != "V101":
        return {}
    if not column.kind.is_date:
        return {"takes": "number"}
    return {"takes": "date"} | ({"how": "no_day"} if is_dated(text) else {})


def _shown(cells: Cells, i: int) -> str:
    if cells.kinds[i] == CellKind.NUMBER:
        return general(float(cells.numbers[i]))
    return TRUTH[float(cells.numbers[i])] if cells.kinds[i] == CellKind.BOOL else str(cells.texts[i])


def _verdict(column: Column, kind: CellKind, text: str) -> tuple[str, str]:
    """Which finding a cell is that could not be cast, and what may have been meant."""
    if kind is CellKind.ERROR:
        return "V117", ""
    readings = moments_in(text) if column.kind.is_date else set()
    if column.kind is Kind.DAY_OR_MONTH:
        return "V118", _possible(readings.pop()) if len(readings) == 1 else ""
    if column.kind.is_date:
        if len(readings) > 1:
            return "V119", " / ".join(sorted(readings))
        return ("V102", _possible(readings.pop())) if readings else ("V101", "")
    if kind is CellKind.TEXT and (NUMBER.fullmatch(text.strip()) or is_number(text)):
        return "V109", ""
    return "V101", ""


def _possible(moment: str) -> str:
    """A moment that a cell can hold; empty for another, which nobody can type anew."""
    return "" if np.isnan(to_serial(datetime.fromisoformat(moment))) else moment
