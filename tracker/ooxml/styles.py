"""Which style a cell takes that is new: that of its pattern, of the row it continues, of its row, or of its column.

A style is carried as the ` s="5"` attribute of the file; this package never makes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracker.ooxml import markup
from tracker.ooxml.chunk import Chunk, Ints
from tracker.ooxml.refs import LAST_COLUMN

_HEIGHT = re.compile(rb"\s(?:ht|customHeight)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ROW_STYLE = re.compile(rb"\scustomFormat\s*=\s*[\"'](?:1|true)[\"']")


@dataclass(frozen=True)
class Like:
    """What rows take over from another row: the style of each of its cells by column, and its height."""

    cells: Mapping[int, bytes]
    height: bytes = b""

    def within(self, first: int, last: int) -> Like:
        """The same for some of its columns."""
        return Like({column: style for column, style in self.cells.items() if first <= column <= last}, self.height)


@dataclass(frozen=True)
class Area:
    """Rows whose new cells look like another row; with ``fill`` every column of it gets a cell, written or not."""

    first_row: int
    last_row: int
    like: Like
    fill: bool

    def rows(self, after: int, last: int) -> Ints:
        """Its rows with after < row <= last."""
        return np.arange(max(self.first_row, after + 1), min(self.last_row, last) + 1, dtype=np.int64)


@dataclass(frozen=True)
class Styles:
    """The styles of a sheet's new cells: areas, the first that covers a cell wins; then the formats of columns."""

    areas: tuple[Area, ...] = ()
    columns: tuple[tuple[int, int, bytes], ...] = ()  # first and last column, style

    @property
    def last_filled(self) -> int:
        """The last row that some area fills; 0 without one."""
        return max((area.last_row for area in self.areas if area.fill), default=0)

    def filled(self, after: int, last: int) -> set[int]:
        """The columns that some area fills in these rows."""
        areas = (area for area in self.areas if area.fill and len(area.rows(after, last)))
        return {column for area in areas for column in area.like.cells}

    def fill_rows(self, column: int, after: int, last: int) -> Ints:
        """The rows in which the column gets a cell because an area fills it, ascending."""
        rows = [area.rows(after, last) for area in self.areas if area.fill and column in area.like.cells]
        return np.unique(np.concatenate(rows)) if rows else np.zeros(0, np.int64)

    def of(self, column: int, rows: Ints, row_styles: Mapping[int, bytes]) -> list[bytes]:
        """The style of a new cell of the column in each of these rows; ``row_styles``: what rows say themselves."""
        usual = next((style for first, last, style in self.columns if first <= column <= last), b"")
        styles = [row_styles.get(row, usual) for row in rows.tolist()] if row_styles else [usual] * len(rows)
        looks = [(area, area.like.cells[column]) for area in self.areas if column in area.like.cells]
        return _laid_over(styles, rows, looks)

    def heights(self, rows: Ints) -> list[bytes]:
        """The attributes of new rows that say how high they are."""
        looks = [(area, area.like.height) for area in self.areas if area.fill]
        return _laid_over([b""] * len(rows), rows, looks)


def _laid_over(usual: list[bytes], rows: Ints, looks: Sequence[tuple[Area, bytes]]) -> list[bytes]:
    """What rows (ascending) usually have, and in areas what these say; the first area that covers a row wins."""
    for area, said in reversed(looks):
        first, end = np.searchsorted(rows, [area.first_row, area.last_row + 1]).tolist()
        usual[first:end] = [said] * (end - first)
    return usual


def column_styles(head: bytes) -> tuple[tuple[int, int, bytes], ...]:
    """The formats of whole columns, from the head of a sheet; a damaged one counts as none."""
    found = []
    for tag in re.findall(rb"<(?:[\w.-]+:)?col\s[^>]*>", head):
        style = markup.attribute_span(tag, "style")
        ends = [re.search(rb"\s%b\s*=\s*[\"'](\d{1,9})" % name, tag) for name in (b"min", b"max")]
        if style and ends[0] and ends[1]:
            value = re.sub(rb"\A\s+style\s*=\s*", b" s=", tag[style[0] : style[1]])
            found.append((int(ends[0].group(1)), min(int(ends[1].group(1)), LAST_COLUMN), value))
    return tuple(found)


def row_style(tag: bytes) -> bytes:
    """The style that a row's start tag gives to cells that are not there; b"" for none."""
    span = markup.attribute_span(tag, "s") if b"customFormat" in tag and _ROW_STYLE.search(tag) else None
    return tag[span[0] : span[1]] if span else b""


def likes(chunks: Iterable[Chunk], wanted: Iterable[int]) -> dict[int, Like]:
    """The looks of some rows of a sheet; reads no further than the last of them."""
    rest, found = set(wanted), {}
    for chunk in chunks if rest else ():
        for row, like in _likes(chunk, rest):
            found[row] = like
            rest.discard(row)
        if not rest or max(rest) <= chunk.rows.number[-1]:
            break
    return found


def _likes(chunk: Chunk, wanted: set[int]) -> Iterator[tuple[int, Like]]:
    for row in sorted(wanted):
        place = int(np.searchsorted(chunk.rows.number, row))
        if place == len(chunk.rows.number) or chunk.rows.number[place] != row:
            continue
        cells = np.flatnonzero(chunk.row_index == place)
        details = chunk.details(cells)
        spans = zip(chunk.column[cells].tolist(), details.style_start.tolist(), details.style_end.tolist(), strict=True)
        tag = chunk.data[int(chunk.rows.start[place]) : int(chunk.rows.inside[place])]
        styles = {column: chunk.data[start:end] for column, start, end in spans if start >= 0}
        yield row, Like(styles, b"".join(match.group() for match in _HEIGHT.finditer(tag)))
