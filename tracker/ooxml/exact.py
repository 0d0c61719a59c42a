"""The exact path: the cells of a chunk by expat, from anything that is well-formed.

Makes the same chunk as `scan`, for the few that are written in another way: prefixes, rows and cells without `r`, rich
text, CDATA, comments, white space between elements. A Python object per cell, so it is slow and never needed for much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tracker.ooxml import markup
from tracker.ooxml.chunk import INLINE, TYPES, Chunk, Details, Ints, Rows
from tracker.ooxml.errors import damaged
from tracker.ooxml.refs import LAST_COLUMN, LAST_ROW, column_number

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_ROOT = b"<rows>"
_ROW, _CELL, _CHILD = 2, 3, 4  # depth of an element, the root of the chunk being 1
# What may stand at each depth: a cell inside an alternative of two, say, would be passed over without a word.
_KNOWN: Mapping[int, tuple[str, ...]] = {
    1: ("rows",),
    _ROW: ("row",),
    _CELL: ("c", "extLst"),
    _CHILD: ("f", "v", "is", "extLst", "ext"),
}
_NOWHERE = (-1, -1)


@dataclass(slots=True)
class _Row:
    number: int
    start: int
    inside: int
    close: int = 0
    end: int = 0
    last_column: int = 0


@dataclass(slots=True)
class _Cell:
    """One cell on its way: what the handlers have seen of it."""

    row: int
    column: int
    start: int
    inside: int
    type: int
    cm: bool
    end: int = 0
    style: tuple[int, int] = _NOWHERE
    formula_tag: tuple[int, int] = _NOWHERE
    formula: tuple[int, int] = _NOWHERE
    value: tuple[int, int] = _NOWHERE
    inline: tuple[int, int] = _NOWHERE
    plain: tuple[int, int] = _NOWHERE  # of the one <t> of a plain inline string
    texts: dict[str, list[str]] = field(default_factory=dict)


def exact(data: bytes, before: int = 0) -> Chunk:
    """The cells of a chunk; `before` is the number of the row above it. PackageError when it is damaged."""
    reader = _Reader(data, before)
    rows, cells = reader.rows, reader.cells
    index = np.array([cell.row for cell in cells], np.int64)
    details = _details(data, cells)
    special = [i for i, cell in enumerate(cells) if _is_special(data, cell)]
    held = [i for i, cell in enumerate(cells) if data[cell.inside - 2 : cell.inside] != b"/>"]
    return Chunk(
        data,
        Rows(*(_ints([getattr(row, name) for row in rows]) for name in ("number", "start", "inside", "close", "end"))),
        index,
        _ints([cell.column for cell in cells]),
        _ints([cell.start for cell in cells]),
        _ints([cell.end for cell in cells]),
        _ints(held),
        True,
        details.take,
        lambda: _ints(special),
    )


class _Reader:
    """Walks a chunk with expat and collects rows and cells."""

    def __init__(self, data: bytes, before: int) -> None:
        self.rows: list[_Row] = []
        self.cells: list[_Cell] = []
        self._data, self._before = data, before
        self._path: list[str] = []
        self._insides: list[int] = []
        self._engine = markup.parser()
        self._engine.buffer_text = False
        self._engine.StartElementHandler, self._engine.EndElementHandler = self._start, self._stop
        self._engine.CharacterDataHandler = self._characters
        markup.feed(self._engine, b"%b%b</rows>" % (_ROOT, data))

    @property
    def _at(self) -> int:
        return self._engine.CurrentByteIndex - len(_ROOT)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(markup.local(name))
        if len(self._path) > markup.MAX_DEPTH:
            raise damaged("a part of the package is nested deeper than any workbook")
        if len(self._path) <= _CHILD and self._path[-1] not in _KNOWN[len(self._path)]:
            raise damaged("the cells of a sheet are wrapped in something that is no cell")
        inside = markup.tag_end(self._data, self._at) if len(self._path) > 1 else 0
        self._insides.append(inside)
        if self._path[1:] == ["row"]:
            self._start_row(attributes, inside)
        elif self._path[1:] == ["row", "c"]:
            self._start_cell(attributes, inside)

    def _start_row(self, attributes: dict[str, str], inside: int) -> None:
        before = self.rows[-1].number if self.rows else self._before
        written = attributes.get("r")
        number = before + 1 if written is None else _whole(written)
        if not before < number <= LAST_ROW:
            raise damaged("the rows of a sheet are out of order")
        self.rows.append(_Row(number, self._at, inside))

    def _start_cell(self, attributes: dict[str, str], inside: int) -> None:
        row = self.rows[-1]
        column = row.last_column + 1
        if "r" in attributes:
            column = _column(attributes["r"], row.number)
        if not row.last_column < column <= LAST_COLUMN:
            raise damaged("the cells of a row are out of order")
        row.last_column = column
        kind = TYPES.get(attributes.get("t", "n").strip())
        if kind is None:
            raise damaged("a cell has an unknown type")
        cell = _Cell(len(self.rows) - 1, column, self._at, inside, kind, "cm" in attributes)
        if "s" in attributes:
            span = markup.attribute_span(self._data[cell.start : inside], "s")
            cell.style = (cell.start + span[0], cell.start + span[1]) if span else _NOWHERE
        self.cells.append(cell)

    def _stop(self, _: str) -> None:
        path, inside = self._path[1:], self._insides[-1]
        empty = self._data[inside - 2 : inside] == b"/>"
        close = inside if empty else self._at
        end = inside if empty or not path else markup.tag_end(self._data, close)
        if path == ["row"]:
            self.rows[-1].close, self.rows[-1].end = close, end
        elif path[:2] == ["row", "c"]:
            self._stop_in_cell(path[2:], (inside, close), end)
        self._path.pop()
        self._insides.pop()

    def _stop_in_cell(self, path: list[str], span: tuple[int, int], end: int) -> None:
        cell = self.cells[-1]
        if not path:
            cell.end = end
        elif path == ["f"]:
            cell.formula = span
            cell.formula_tag = (self._data.rindex(b"<", 0, span[0]), span[0])
        elif path == ["v"]:
            cell.value = span
        elif path == ["is"]:
            cell.inline = span
        elif path == ["is", "t"]:
            cell.plain = span

    def _characters(self, data: str) -> None:
        path = self._path[3:]
        if self._path[1:3] != ["row", "c"] or not path:
            return
        if len(path) == 1 and path[0] in ("f", "v"):
            self.cells[-1].texts.setdefault(path[0], []).append(data)
        elif path[0] == "is" and path[-1] == "t" and "rPh" not in path:
            self.cells[-1].texts.setdefault("is", []).append(data)


def _whole(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise damaged("a row of a sheet has no proper number")
    return int(text)


def _column(reference: str, row: int) -> int:
    match = _REFERENCE.match(reference.strip())
    if match is None or int(match.group(2)) != row:
        raise damaged("a cell of a sheet does not stand in its row")
    return column_number(match.group(1))


def _is_special(data: bytes, cell: _Cell) -> bool:
    tag = data[cell.formula_tag[0] : cell.formula_tag[1]]
    return cell.formula_tag != _NOWHERE and tag.rpartition(b":")[2] not in (b"f>", b"<f>")


def _value(data: bytes, cell: _Cell) -> tuple[tuple[int, int], str | None]:
    """Where the value stands; and its text when it is not a plain run of bytes."""
    inline = cell.inline != _NOWHERE and (cell.type == INLINE or cell.value == _NOWHERE)
    if not inline:
        span, key = cell.value, "v"
    elif _only_t(data, cell):
        span, key = cell.plain, "is"
    else:
        return cell.inline, "".join(cell.texts.get("is", []))
    odd = b"<" in data[span[0] : span[1]]
    return span, "".join(cell.texts.get(key, [])) if odd else None


def _only_t(data: bytes, cell: _Cell) -> bool:
    """Whether an inline string is one `<t>` and nothing else."""
    if cell.plain == _NOWHERE:
        return False
    start, end = cell.plain
    before, after = data[cell.inline[0] : start], data[end : cell.inline[1]]
    return before.strip().count(b"<") == 1 and before.lstrip().startswith(b"<") and after.count(b"<") <= 1


def _details(data: bytes, cells: list[_Cell]) -> Details:
    values = [_value(data, cell) for cell in cells]
    written: dict[int, tuple[str | None, str | None]] = {}
    for i, (cell, (_, value)) in enumerate(zip(cells, values, strict=True)):
        odd = b"<" in data[cell.formula[0] : cell.formula[1]] if cell.formula != _NOWHERE else False
        formula = "".join(cell.texts.get("f", [])) if odd else None
        if value is not None or formula is not None:
            written[i] = (value, formula)
    return Details(
        np.array([cell.type for cell in cells], np.uint8),
        *_spans([cell.style for cell in cells]),
        *_spans([span for span, _ in values]),
        *_spans([cell.formula_tag for cell in cells]),
        *_spans([cell.formula for cell in cells]),
        np.array([cell.cm for cell in cells], bool),
        np.full(len(cells), -1),
        written,
    )


def _spans(spans: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    return _ints([span[0] for span in spans]), _ints([span[1] for span in spans])


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)
