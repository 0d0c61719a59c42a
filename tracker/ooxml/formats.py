"""How the styles of a workbook show a number: as it is, as a day, or as if it were text.

Only what is needed to choose among the styles that are there when a text becomes a number or a day: this package never
makes one. Kept out: every look but the number format, and what a column means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from operator import eq

from tracker.ooxml.chunk import NUMBER, Chunk
from tracker.ooxml.markup import Element
from tracker.ooxml.workbook import Workbook

# Number formats that are known without being written down (ECMA-376 18.8.30, East Asian dates included).
_DAYS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIMES = frozenset({18, 19, 20, 21, *range(32, 36), 45, 46, 47, 55, 56})
_TEXT = 49

_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d{1,9})[\"']")
_TRUE = ("1", "true", "on")


class Shown(StrEnum):
    """What the number in a cell is to look like."""

    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class _Format:
    """One style (xf): how it shows a number ("time" and "text" suit nobody here), and all of its look besides."""

    shows: str
    look: tuple[object, ...]


class Formats:
    """The styles of a workbook by their number, as cells name them; none where the package has no such part."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook

    @cached_property
    def _styles(self) -> tuple[_Format, ...]:
        package = self._workbook.package
        part = next((one.target for one in package.relationships(self._workbook.part) if one.kind == "styles"), None)
        found = package.elements(part) if part and package.find(part) else []
        codes = {one.attributes.get("numFmtId"): one.attributes.get("formatCode", "") for one in found if _coded(one)}
        inside = Counter(id(one.parent) for one in found if one.name == "alignment")
        return tuple(_format(one, codes, inside[id(one)]) for one in found if one.path[-2:] == ("cellXfs", "xf"))

    def suits(self, style: bytes, shown: Shown) -> bool:
        """Whether a cell with this attribute (`` s="5"``; b"" for none) shows a number so."""
        number = _number(style)
        shows = self._styles[number].shows if number < len(self._styles) else "number"
        return shows == shown

    def like(self, style: bytes, shown: Shown) -> bytes:
        """The attribute of the style that looks most like this one but shows a number so; b"" when there is none."""
        number = _number(style)
        look = self._styles[number].look if number < len(self._styles) else ()
        suited = [i for i, one in enumerate(self._styles) if one.shows == shown]
        if not suited:
            return b""
        alike = [sum(map(eq, self._styles[i].look, look)) for i in suited]
        return b' s="%d"' % suited[alike.index(max(alike))]


@dataclass(frozen=True, eq=False)
class Restyle:
    """Which cells of a sheet are to look like a number or a day, and what there is to look like.

    wanted: column → row → how. neighbours: column → the styles of its numbers, and how often each occurs. columns: the
    formats of whole columns, as first, last, style.
    """

    formats: Formats
    wanted: Mapping[int, Mapping[int, Shown]] = field(default_factory=dict)
    neighbours: Mapping[int, Counter[bytes]] = field(default_factory=dict)
    columns: tuple[tuple[int, int, bytes], ...] = ()

    def of(self, column: int, row: int, own: bytes) -> bytes | None:
        """The style attribute a cell takes instead of its own; None when nothing in the file shows a number so."""
        shown = self.wanted.get(column, {}).get(row)
        if shown is None or self.formats.suits(own, shown):
            return own
        there = [style for style, _ in self.neighbours.get(column, Counter()).most_common()]
        there += [style for first, last, style in self.columns if first <= column <= last]
        near = next((style for style in there if self.formats.suits(style, shown)), None)
        return near if near is not None else self.formats.like(own, shown) or None


def neighbours(chunks: Iterable[Chunk], columns: Iterable[int]) -> dict[int, Counter[bytes]]:
    """The styles that the numbers of some columns of a sheet have."""
    found: dict[int, Counter[bytes]] = {column: Counter() for column in columns}
    for chunk in chunks:
        for column, counts in found.items():
            index = chunk.held[chunk.column[chunk.held] == column]
            details = chunk.details(index)
            numbers = (details.type == NUMBER) & (details.value_end > details.value_start)
            spans = zip(details.style_start[numbers].tolist(), details.style_end[numbers].tolist(), strict=True)
            counts.update(chunk.data[start:end] if start >= 0 else b"" for start, end in spans)
    return found


def _coded(one: Element) -> bool:
    return one.path[-2:] == ("numFmts", "numFmt")


def _format(xf: Element, codes: Mapping[str | None, str], aligned: int) -> _Format:
    said = xf.attributes
    look = (*(said.get(name, "0") for name in ("fontId", "fillId", "borderId")), aligned)
    if said.get("quotePrefix") in _TRUE:  # typed with an apostrophe: what is typed over it becomes text again
        return _Format("text", look)
    return _Format(_shows(said.get("numFmtId", "0"), codes), look)


def _shows(number: str, codes: Mapping[str | None, str]) -> str:
    """How a number format shows a number: date, time, text or number."""
    if number in codes:
        return _of_code(codes[number])
    known = int(number) if number.isdecimal() and len(number) < 6 else 0
    if known in _DAYS:
        return Shown.DATE
    return "time" if known in _TIMES else "text" if known == _TEXT else Shown.NUMBER


def _of_code(code: str) -> str:
    first = _QUIET.sub("", code.split(";")[0]).casefold()
    if "general" in first:
        return Shown.NUMBER
    if re.search("[yd]", first):
        return Shown.DATE
    if re.search("[hms]", first):
        return "time"
    return "text" if "@" in first else Shown.NUMBER


def _number(style: bytes) -> int:
    match = _STYLE.search(style)
    return int(match.group(1)) if match else 0
