"""One chunk of a sheet with cells written into it: which differ, where the new ones go, and the bytes that result.

Works with whole columns of positions. Cells that are as wanted keep their bytes, and a chunk in which nothing differs
comes back as the same object. Keeps out the stream (see `patch`) and the spelling of a cell (see `render`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.chunk import Chunk, Details, Ints, Mask
from tracker.ooxml.formats import Restyle, Shown
from tracker.ooxml.refs import Ref, column_letters
from tracker.ooxml.render import cells_xml, contents_xml
from tracker.ooxml.shared import Orphan, handed_on
from tracker.ooxml.styles import Styles, row_style

Read = Callable[[Chunk, Ints, Details], Cells]  # some cells of a chunk, with their details

_SPANS = re.compile(rb"\sspans\s*=\s*[\"']\s*(\d{1,9}):(\d{1,9})\s*[\"']")
_UNSHOWN = {
    Shown.DATE: "no style of the workbook would show its days as days",
    Shown.NUMBER: "no style of the workbook would show its numbers as numbers",
}
_WIDE = 1 << 15  # more than the columns of a sheet: row and column in one number
_BEFORE = 1 << 21  # more than the rows of a sheet: at one place new rows come first, then a row's start tag, then cells


class Blocked(Exception):
    """Columns that may not be written, each with the reason; the sheet is then done again without them."""

    def __init__(self, columns: Mapping[int, str]) -> None:
        super().__init__()
        self.columns = columns


@dataclass(frozen=True, eq=False)
class Column:
    """The cells to write in one column: ascending sheet rows, none twice."""

    number: int
    rows: Ints
    cells: Cells

    def between(self, after: int, last: int) -> tuple[Ints, Cells]:
        """Those with after < row <= last."""
        first, end = np.searchsorted(self.rows, [after, last], side="right").tolist()
        return self.rows[first:end], _compact(self.cells.take(slice(first, end)))


def _compact(cells: Cells) -> Cells:
    """The same cells without the formulas of others: a column may have as many as it has rows."""
    if cells.formulas is None or len(cells.formula_texts) <= 1:
        return cells
    used, place = np.unique(cells.formulas, return_inverse=True)
    texts = tuple(cells.formula_texts[i] for i in used.tolist() if i >= 0)
    return replace(
        cells,
        formulas=(place - int(used[0] < 0)).astype(np.int32) if len(used) else cells.formulas,
        formula_texts=texts,
    )


@dataclass(frozen=True, eq=False)
class Task:
    """What one sheet gets: its columns, the styles of cells that are new, the namespace prefix of its elements.

    ``restyle``: what cells look like that become numbers and are to look so.
    """

    columns: Mapping[int, Column]
    styles: Styles
    prefix: bytes = b""
    restyle: Restyle | None = None

    def column(self, number: int) -> Column:
        """The cells of a column; none for one that only gets styles."""
        return self.columns.get(number) or Column(number, np.zeros(0, np.int64), Cells.blank(0))

    @property
    def last_row(self) -> int:
        """The last row that gets a cell."""
        return max([self.styles.last_filled, *(int(one.rows[-1]) for one in self.columns.values() if len(one.rows))])

    def span(self) -> Ref | None:
        """The smallest area that covers every cell that holds something; None without one."""
        areas = []
        for number, column in self.columns.items():
            rows = column.rows[~blank(column.cells)]
            areas += [Ref(int(rows[0]), number, int(rows[-1]), number)] if len(rows) else []
        return reduce(Ref.union, areas) if areas else None


@dataclass(eq=False)
class Progress:
    """What goes on from chunk to chunk, and what came of it."""

    cells: int = 0
    formula_lost: bool = False
    orphans: dict[str, Orphan] = field(default_factory=dict)


@dataclass(eq=False)
class _Edits:
    """Replacements of bytes of the chunk, in no order: start, end, rank among those of one start, new bytes."""

    start: list[Ints] = field(default_factory=list)
    end: list[Ints] = field(default_factory=list)
    rank: list[Ints] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)

    def add(self, start: Ints, end: Ints, rank: Ints | int, texts: Sequence[bytes]) -> None:
        self.start.append(start)
        self.end.append(end)
        self.rank.append(np.broadcast_to(np.asarray(rank, np.int64), start.shape))
        self.text.extend(texts)

    def applied(self, data: bytes) -> bytes:
        if not self.text:
            return data
        start, end = np.concatenate(self.start), np.concatenate(self.end)
        order = np.lexsort((np.concatenate(self.rank), start))
        starts, ends = start[order].tolist(), end[order].tolist()
        pieces = [b""] * (2 * len(order) + 1)
        pieces[0::2] = [data[a:b] for a, b in zip([0, *ends], [*starts, len(data)], strict=True)]
        pieces[1::2] = [self.text[i] for i in order.tolist()]
        return b"".join(pieces)


def spliced(chunk: Chunk, after: int, last: int, task: Task, read: Read, progress: Progress) -> bytes:
    """The bytes of the chunk with the task's cells of the rows after < row <= last in them; Blocked when it may not."""
    edits, touched = _Edits(), np.zeros(len(chunk.column), bool)
    shares = list(_shares(chunk, after, last, task))
    for changed in _changes(chunk, shares, read):
        touched[changed.index] = True
        progress.cells += len(changed.index)
        progress.formula_lost |= changed.formula_lost
        _replace(chunk, changed, task, edits)
    for handover in handed_on(chunk, touched, progress.orphans):
        edits.add(np.array([handover.start]), np.array([handover.end]), 0, [handover.text])
    new = [share.new for share in shares if len(share.new.rows)]
    progress.cells += sum(one.written for one in new)
    if new:
        _insert(chunk, new, task, edits)
    return edits.applied(chunk.data)


@dataclass(frozen=True, eq=False)
class _New:
    """Cells of one column that the chunk has not; ``written`` of them hold something, the others only have a style."""

    column: int
    rows: Ints  # ascending
    cells: Cells
    written: int


@dataclass(frozen=True, eq=False)
class _Share:
    """What of one column falls on a chunk: cells it has (by index) with what is wanted there, and cells it has not."""

    column: int
    index: Ints
    cells: Cells
    new: _New


def _shares(chunk: Chunk, after: int, last: int, task: Task) -> Iterator[_Share]:
    """The chunk's share of each column, in column order."""
    # A stable sort of 16-bit numbers is a radix sort, and keeps the rows of a column in order.
    by_column = np.argsort(chunk.column.astype(np.uint16), kind="stable")
    column, row = chunk.column[by_column], chunk.row[by_column]
    for number in sorted(set(task.columns) | task.styles.filled(after, last)):
        rows, cells = task.column(number).between(after, last)
        filled = task.styles.fill_rows(number, after, last)
        if len(rows) or len(filled):
            first, end = np.searchsorted(column, [number, number + 1]).tolist()
            mine, there = by_column[first:end], row[first:end]
            at, known = _places(there, rows)
            absent = np.flatnonzero(~known)
            new = _missing(number, rows[absent], cells.take(absent), filled, there)
            yield _Share(number, mine[at[known]], cells.take(known) if len(absent) else cells, new)


def _places(there: Ints, rows: Ints) -> tuple[Ints, Mask]:
    """Where each row stands among those that are there, and whether it does."""
    at = np.searchsorted(there, rows)
    known = at < len(there)
    known[known] = there[at[known]] == rows[known]
    return at, known


def _missing(column: int, rows: Ints, cells: Cells, filled: Ints, there: Ints) -> _New:
    """The cells to be added: those that hold something, and those that an area wants for their style."""
    holds = ~blank(cells)
    if not holds.all():
        rows, cells = rows[holds], cells.take(holds)
    bare = filled[~(_places(there, filled)[1] | _places(rows, filled)[1])]
    written = len(rows)
    if len(bare):
        rows, cells = np.concatenate([rows, bare]), cells.followed_by(Cells.blank(len(bare)))
        order = np.argsort(rows)
        rows, cells = rows[order], cells.take(order)
    return _New(column, rows, cells, written)


@dataclass(frozen=True, eq=False)
class _Change:
    """Cells of one column of the chunk that are to become others."""

    column: int
    index: Ints
    cells: Cells
    details: Details

    @property
    def formula_lost(self) -> bool:
        """Whether one of them was a formula and will be none."""
        return bool(((self.details.formula_tag_start >= 0) & ~self.cells.has_formula()).any())


def _changes(chunk: Chunk, shares: Sequence[_Share], read: Read) -> Iterator[_Change]:
    """By column, those cells that differ from what is wanted; the chunk is looked into once for all columns."""
    index = np.concatenate([np.zeros(0, np.int64), *(share.index for share in shares)])
    if not len(index):
        return
    details = chunk.details(index)
    there = read(chunk, index, details)
    ends = np.cumsum([len(share.index) for share in shares]).tolist()
    for share, end in zip(shares, ends, strict=True):
        first = end - len(share.index)
        differs = np.flatnonzero(~there.take(slice(first, end)).same_as(share.cells))
        if len(differs):
            changed = details.take(first + differs)
            if changed.cm.any():
                raise Blocked({share.column: "a formula of the sheet spills over it"})
            yield _Change(share.column, share.index[differs], share.cells.take(differs), changed)


def _replace(chunk: Chunk, changed: _Change, task: Task, edits: _Edits) -> None:
    """Other cells in the place of these; reference and style stay, and a cell that becomes blank only for its style."""
    details, rows = changed.details, chunk.rows.number[chunk.row_index[changed.index]]
    start, texts = chunk.start[changed.index], contents_xml(changed.cells)
    # In an exact chunk the cell after it may have no reference and count from this one.
    gone = blank(changed.cells) & (details.style_start < 0) & (not chunk.exact)
    restyled = _restyled(chunk, changed, task) if task.restyle else {}
    other = np.isin(np.arange(len(rows)), list(restyled))
    anew = np.flatnonzero(((details.kept < 0) & ~gone) | other)
    spans = zip(details.style_start[anew].tolist(), details.style_end[anew].tolist(), strict=True)
    styles = [chunk.data[first:end] if first >= 0 else b"" for first, end in spans]
    styles = [restyled.get(i, style) for i, style in zip(anew.tolist(), styles, strict=True)]
    letters = column_letters(changed.column)
    made = changed.cells.take(anew)
    written = cells_xml(letters, rows[anew].tolist(), styles, made, task.prefix) if len(anew) else []
    for i, text in zip(anew.tolist(), written, strict=True):
        texts[i] = text
    for i in np.flatnonzero(gone).tolist():
        texts[i] = b""
    start = np.where(gone | (details.kept < 0) | other, start, details.kept)
    edits.add(start, chunk.end[changed.index], changed.column, texts)


def _restyled(chunk: Chunk, changed: _Change, task: Task) -> dict[int, bytes]:
    """The cells of a change, by position, that take another style; Blocked when the file has none that would do."""
    assert task.restyle is not None
    wanted = task.restyle.wanted.get(changed.column, {})
    rows = chunk.rows.number[chunk.row_index[changed.index]].tolist()
    found = {}
    for i in (i for i, row in enumerate(rows) if row in wanted):
        first, end = int(changed.details.style_start[i]), int(changed.details.style_end[i])
        own = chunk.data[first:end] if first >= 0 else b""
        style = task.restyle.of(changed.column, rows[i], own)
        if style is None:
            raise Blocked({changed.column: _UNSHOWN[wanted[rows[i]]]})
        if style != own:
            found[i] = style
    return found


def blank(cells: Cells) -> Mask:
    """Mask of the cells that hold nothing: neither a value nor a formula."""
    empty: Mask = (cells.kinds == CellKind.BLANK) & ~cells.has_formula()
    return empty


def _insert(chunk: Chunk, new: Sequence[_New], task: Task, edits: _Edits) -> None:
    """Put new cells in column order into rows that are there, and open rows for the others in row order."""
    full = chunk.rows.end > chunk.rows.inside
    there = chunk.rows.number[full]
    loose: list[tuple[Ints, list[bytes]]] = []
    row_styles, keys = _row_styles(chunk), chunk.row_index * _WIDE + chunk.column
    for one in new:
        styles = task.styles.of(one.column, one.rows, row_styles)
        texts = cells_xml(column_letters(one.column), one.rows.tolist(), styles, one.cells, task.prefix)
        at, inside = _places(there, one.rows)
        if inside.all():
            _into_rows(chunk, keys, np.flatnonzero(full)[at], one.column, texts, edits)
            continue
        known, others = np.flatnonzero(inside), np.flatnonzero(~inside)
        _into_rows(chunk, keys, np.flatnonzero(full)[at[known]], one.column, [texts[i] for i in known.tolist()], edits)
        loose.append((one.rows[others], [texts[i] for i in others.tolist()]))
    _forget_spans(chunk, new, edits)
    if loose:
        _open_rows(chunk, loose, task, edits)


def _row_styles(chunk: Chunk) -> dict[int, bytes]:
    """The styles that rows give to cells that are not there, by row number."""
    if b"customFormat" not in chunk.data:
        return {}
    spans = zip(chunk.rows.number.tolist(), chunk.rows.start.tolist(), chunk.rows.inside.tolist(), strict=True)
    styles = ((row, row_style(chunk.data[start:inside])) for row, start, inside in spans)
    return {row: style for row, style in styles if style}


def _into_rows(chunk: Chunk, keys: Ints, row: Ints, column: int, texts: list[bytes], edits: _Edits) -> None:
    """Cells of one column into rows (by index) that have an end tag: before the next cell, or at the row's end."""
    after = np.searchsorted(keys, row * _WIDE + column)
    next_there = after < len(keys)
    next_there[next_there] = chunk.row_index[after[next_there]] == row[next_there]
    place = chunk.rows.close[row]
    place[next_there] = chunk.start[after[next_there]]
    edits.add(place, place, column, texts)


def _forget_spans(chunk: Chunk, new: Sequence[_New], edits: _Edits) -> None:
    """Drop `spans` from rows that get a cell outside it: it is a hint that may be missing, but not be wrong."""
    if b"spans" not in chunk.data:
        return
    rows = chunk.rows
    first, last = np.full(len(rows.number), _WIDE), np.zeros(len(rows.number), np.int64)
    for one in new:
        at, there = _places(rows.number, one.rows)
        first[at[there]] = np.minimum(first[at[there]], one.column)
        last[at[there]] = np.maximum(last[at[there]], one.column)
    row = np.flatnonzero((last > 0) & (rows.end > rows.inside))
    # Behind their numbers the start tags of rows are much alike.
    start = rows.start[row] + (0 if chunk.exact else len(b'<row r="') + _digits(rows.number[row]))
    spans = zip(start.tolist(), rows.inside[row].tolist(), strict=True)
    tags = [chunk.data[begin:end] for begin, end in spans]
    said = {tag: _span(tag) for tag in set(tags)}
    begin, end, low, high = np.array([said[tag] for tag in tags], np.int64).reshape(-1, 4).T
    wrong = np.flatnonzero((end > begin) & ((first[row] < low) | (last[row] > high)))
    edits.add(start[wrong] + begin[wrong], start[wrong] + end[wrong], 0, [b""] * len(wrong))


def _digits(numbers: Ints) -> Ints:
    return np.searchsorted(10 ** np.arange(1, 8), numbers, side="right") + 1


def _span(tag: bytes) -> tuple[int, int, int, int]:
    """Where `spans` stands in a part of a start tag, with the white space before it, and its first and last column."""
    match = _SPANS.search(tag)
    return (*match.span(), int(match.group(1)), int(match.group(2))) if match else (0, 0, 0, 0)


def _open_rows(chunk: Chunk, loose: Sequence[tuple[Ints, list[bytes]]], task: Task, edits: _Edits) -> None:
    """Rows that were written `<row/>`, or were not there at all, with cells in them; by columns in column order."""
    rows = np.unique(np.concatenate([of_column for of_column, _ in loose]))
    content = np.full((len(loose), len(rows)), b"", object)
    for line, (of_column, texts) in zip(content, loose, strict=True):
        line[np.searchsorted(rows, of_column)] = texts
    closing = b"</%brow>" % task.prefix
    written = [b"".join(cells) + closing for cells in zip(*content.tolist(), strict=True)]
    at, known = _places(chunk.rows.number, rows)
    for i in np.flatnonzero(known).tolist():
        start, end = int(chunk.rows.start[at[i]]), int(chunk.rows.end[at[i]])
        tag = _SPANS.sub(b"", chunk.data[start:end].removesuffix(b"/>")).rstrip() + b">"
        edits.add(np.array([start]), np.array([end]), 0, [tag + written[i]])
    absent = np.flatnonzero(~known)
    heights = task.styles.heights(rows[absent])
    place = np.append(chunk.rows.start, len(chunk.data))[at[absent]]
    texts = [
        b'<%brow r="%d"%b>%b' % (task.prefix, row, height, written[i])
        for i, row, height in zip(absent.tolist(), rows[absent].tolist(), heights, strict=True)
    ]
    edits.add(place, place, rows[absent] - _BEFORE, texts)
