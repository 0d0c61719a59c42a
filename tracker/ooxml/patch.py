"""Change cells and tables of a package, and nothing else in it; bytes in, bytes out.

Members that nobody asked to change keep their packed bytes. A sheet that changes streams through: unpacked, cut into
chunks, spliced, packed in a thread beside it. Equal cells are not touched, and when nothing differs at all the very
same bytes come back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracker.ooxml import markup
from tracker.ooxml.archive import Packed, rebuild
from tracker.ooxml.calcchain import without_chain
from tracker.ooxml.cells import Cells
from tracker.ooxml.chunk import Chunk, Details, Ints, Rows
from tracker.ooxml.errors import PackageError
from tracker.ooxml.formats import Formats, Restyle, Shown, neighbours
from tracker.ooxml.growth import ARRAY, MERGED, PIVOT, Growth, pivots, refuse_covered
from tracker.ooxml.pack import Packer, packed
from tracker.ooxml.reader import Reader
from tracker.ooxml.refs import LAST_COLUMN, LAST_ROW, Ref
from tracker.ooxml.render import writable
from tracker.ooxml.shared import reaching
from tracker.ooxml.splice import Blocked, Column, Progress, Task, blank, spliced
from tracker.ooxml.styles import Area, Styles, column_styles, likes
from tracker.ooxml.tables import changed_table, grown_tables, named, without_insert_row
from tracker.ooxml.workbook import SheetInfo, TableInfo, Workbook
from tracker.ooxml.writes import ColumnWrite, NumberLook, Patched, RowPattern, Skipped, TableChange

_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']*)[\"']")
_REACHED = "an array formula or a data table of the sheet covers part of it"
_IN_MERGE = "it holds merged cells"
_BLOCK = 1 << 11  # new rows that are written at a time


@dataclass(frozen=True, eq=False)
class _Request:
    """What one sheet is asked for: cells by column, rows to be styled, tables of it that grow, looks of numbers."""

    columns: Mapping[int, Column]
    patterns: tuple[RowPattern, ...]
    grown: tuple[Growth, ...]
    looks: tuple[NumberLook, ...] = ()


def patch(
    workbook: Workbook,
    cells: Sequence[ColumnWrite],
    tables: Sequence[TableChange],
    patterns: Sequence[RowPattern],
    looks: Sequence[NumberLook] = (),
) -> Patched:
    """Write the cells, change the tables, style the rows; PackageError when the package cannot take it.

    Where several writes name one cell the last one holds. A column that must not be written (arrays, spills, merged
    cells in the way) is left alone as a whole and reported in `skipped`.
    """
    changed: dict[str, Packed] = {}
    skipped: list[Skipped] = []
    count, lost = 0, False
    for sheet, request in _requests(workbook, cells, tables, patterns):
        asked = tuple(look for look in looks if look.sheet.casefold() == sheet.name.casefold())
        body, progress, blocked = _sheet(workbook, sheet, replace(request, looks=asked))
        skipped += [Skipped(sheet.name, column, reason) for column, reason in sorted(blocked.items())]
        if body is not None:
            changed[sheet.part] = body
            count, lost = count + progress.cells, lost or progress.formula_lost
    changed |= _tables(workbook, tables, cells)
    rest, gone = without_chain(workbook.package, workbook.part) if lost else ({}, ())
    changed |= {part: packed(data) for part, data in rest.items()}
    if not changed:
        return Patched(workbook.data, skipped=tuple(skipped))
    parts = (*changed, *gone)
    members = {workbook.package.member(part).name: changed.pop(part) for part in tuple(changed)}
    dropped = [workbook.package.member(part).name for part in gone]
    data = rebuild(workbook.package.archive, members, dropped)
    return Patched(data, parts, count, tuple(skipped))


def _requests(
    workbook: Workbook, cells: Sequence[ColumnWrite], tables: Sequence[TableChange], patterns: Sequence[RowPattern]
) -> Iterator[tuple[SheetInfo, _Request]]:
    """The requests by sheet, in the order of the workbook; PackageError for a sheet that it has not."""
    writes: dict[SheetInfo, dict[int, list[ColumnWrite]]] = defaultdict(lambda: defaultdict(list))
    styled: dict[SheetInfo, list[RowPattern]] = defaultdict(list)
    grown: dict[str, list[Growth]] = defaultdict(list)
    for write in cells:
        writes[workbook.sheet(write.sheet)][write.column].append(write)
    for pattern in patterns:
        styled[workbook.sheet(pattern.sheet)].append(pattern)
    for name, ref in grown_tables(workbook.tables, tables).items():
        table = named(workbook.tables, name)
        grown[table.sheet].append(Growth(name, table.ref, ref))
    for sheet in workbook.sheets:
        if sheet in writes or sheet in styled or grown[sheet.name]:
            columns = {number: _column(number, group) for number, group in writes[sheet].items()}
            yield sheet, _Request(columns, tuple(styled[sheet]), tuple(grown[sheet.name]))


def _column(number: int, group: list[ColumnWrite]) -> Column:
    """The writes of one column as one: rows ascending, the last write of a row holds; PackageError outside a sheet."""
    rows = np.concatenate([np.asarray(write.rows, np.int64) for write in group])
    cells = writable(_joined([write.cells for write in group]))
    if len(rows) != len(cells):
        raise ValueError("a column is written with more rows than cells, or fewer")
    if not 1 <= number <= LAST_COLUMN or (len(rows) and not (rows.min() >= 1 and rows.max() <= LAST_ROW)):
        raise PackageError("outside", "a cell was to be written outside the sheet")
    if (np.diff(rows) < 1).any():
        rows, last = np.unique(rows[::-1], return_index=True)
        cells = cells.take(len(cells) - 1 - last)
    return Column(number, rows, cells)


def _joined(parts: list[Cells]) -> Cells:
    """All cells one below the other; by halves, because each joining copies what it joins."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return _joined(parts[:half]).followed_by(_joined(parts[half:]))


def _sheet(workbook: Workbook, sheet: SheetInfo, request: _Request) -> tuple[Packed | None, Progress, dict[int, str]]:
    """The sheet's part patched, or None when nothing differs; and the columns that had to be left alone."""
    blocked: dict[int, str] = {}
    areas, restyle = _areas(workbook, sheet, request), _restyle(workbook, sheet, request)
    refuse_covered(request.grown, pivots(workbook.package, sheet.part) if request.grown else (), PIVOT)
    while True:
        columns = {number: column for number, column in request.columns.items() if number not in blocked}
        try:
            body, progress = _streamed(workbook, sheet, columns, areas, request.grown, restyle)
            return body, progress, blocked
        except Blocked as reasons:
            blocked |= reasons.columns


def _areas(workbook: Workbook, sheet: SheetInfo, request: _Request) -> tuple[Area, ...]:
    """How new cells are to look: as the pattern says, or in the rows of a grown table as in its last row before."""
    wanted = {pattern.like for pattern in request.patterns} | {growth.old.last_row for growth in request.grown}
    looks = likes(workbook.stream(sheet.name).chunks(), wanted) if wanted else {}
    areas = []
    for pattern in request.patterns:
        if pattern.like in looks:
            like = looks[pattern.like].within(pattern.first_column, pattern.last_column)
            areas.append(Area(pattern.first_row, pattern.last_row, like, True))
    for growth in request.grown:
        last, new = growth.old.last_row, growth.new
        if last in looks:
            like = looks[last].within(new.first_column, new.last_column)
            areas.append(Area(last + 1, new.last_row, like, False))
    return tuple(areas)


def _restyle(workbook: Workbook, sheet: SheetInfo, request: _Request) -> Restyle | None:
    """What the cells that become numbers may look like; None when none is asked to."""
    if not request.looks:
        return None
    wanted: dict[int, dict[int, Shown]] = defaultdict(dict)
    for look in request.looks:
        wanted[look.column] |= dict.fromkeys(look.rows.tolist(), look.shown)
    stream = workbook.stream(sheet.name)
    usual = column_styles(stream.head)
    return Restyle(Formats(workbook), wanted, neighbours(stream.chunks(), wanted), usual)


def _streamed(
    workbook: Workbook,
    sheet: SheetInfo,
    columns: Mapping[int, Column],
    areas: tuple[Area, ...],
    grown: tuple[Growth, ...],
    restyle: Restyle | None = None,
) -> tuple[Packed | None, Progress]:
    """One pass over the sheet; Blocked when a column turns out to be one that must not be written."""
    stream, progress = workbook.stream(sheet.name), Progress()
    task = Task(columns, Styles(areas, column_styles(stream.head)), _prefix(stream.head), restyle)
    reader = Reader(lambda: workbook.strings, workbook.date1904)
    after, differs = 0, False
    with Packer() as packer:
        packer.put(_widened(stream.head, task))
        for chunk in stream.chunks():
            _refuse_reached(chunk, columns, grown)
            reader.note(chunk)
            first, last = chunk.rows.number[[0, -1]].tolist()
            for rows in _between(after, first - 1, task, reader, progress):
                differs = True
                packer.put(rows)
            data = spliced(chunk, first - 1, last, task, reader.read, progress)
            differs, after = differs or data is not chunk.data, last
            packer.put(data)
        _refuse_merged(stream.tail, columns, grown)
        for rows in _between(after, task.last_row, task, reader, progress):
            differs = True
            packer.put(rows)
        packer.put(stream.tail)
        return (packer.result() if differs else None), progress


def _between(after: int, last: int, task: Task, reader: Reader, progress: Progress) -> Iterator[bytes]:
    """The new rows with after < row <= last, where the sheet has none yet; in blocks, which bounds the memory."""
    for first in range(after, min(last, task.last_row), _BLOCK):
        data = spliced(_NOTHING, first, min(first + _BLOCK, last), task, reader.read, progress)
        if data:
            yield data


def _prefix(head: bytes) -> bytes:
    """The namespace prefix of the sheet's elements with its colon, or nothing; the head ends with sheetData's tag."""
    match = re.search(rb"<((?:[^\s<>/:]+:)?)sheetData[^<]*\Z", head)
    return match.group(1) if match else b""


def _nothing() -> Chunk:
    """A chunk without rows: what stands where a sheet has none."""
    none = np.zeros(0, np.int64)
    rows, no = Rows(none, none, none, none, none), none.astype(bool)
    details = Details(none.astype(np.uint8), none, none, none, none, none, none, none, none, no, none, {})
    return Chunk(b"", rows, none, none, none, none, none, False, lambda _: details, lambda: none)


_NOTHING = _nothing()


def _refuse_reached(chunk: Chunk, columns: Mapping[int, Column], grown: Sequence[Growth]) -> None:
    """Nobody may write into an array or a data table, not even what stands there."""
    found: dict[int, str] = {}
    areas = list(reaching(chunk))
    refuse_covered(grown, (area for area in areas if area.cells > 1), ARRAY)
    for area in areas:
        for number, column in columns.items():
            if area.first_column <= number <= area.last_column and _any_row(column.rows, area):
                found[number] = _REACHED
    if found:
        raise Blocked(found)


def _refuse_merged(tail: bytes, columns: Mapping[int, Column], grown: Sequence[Growth]) -> None:
    """A cell hidden in a merged area takes no value; only its first cell does."""
    if b"mergeCell" not in tail:
        return
    areas = [Ref.parse(match.group(1).decode("ascii", "replace")) for match in _MERGED.finditer(tail)]
    refuse_covered(grown, areas, MERGED)
    filled = {number: column.rows[~blank(column.cells)] for number, column in columns.items()}
    found: dict[int, str] = {}
    for area in areas:
        for number, rows in filled.items():
            if area.first_column <= number <= area.last_column:
                hidden = rows if number > area.first_column else rows[rows != area.first_row]
                if _any_row(hidden, area):
                    found[number] = _IN_MERGE
    if found:
        raise Blocked(found)


def _any_row(rows: Ints, area: Ref) -> bool:
    first, end = np.searchsorted(rows, [area.first_row, area.last_row + 1]).tolist()
    return bool(end > first)


def _widened(head: bytes, task: Task) -> bytes:
    """The head of the sheet with its dimension made to cover all that is written."""
    place = markup.locate(head, "dimension")
    span = task.span()
    if place is None or span is None:
        return head
    tag = head[place[0] : place[1]]
    found = re.search(rb"\sref\s*=\s*[\"']([^\"']*)[\"']", tag)
    try:
        old = Ref.parse(found.group(1).decode("ascii", "replace")) if found else None
    except PackageError:
        old = None
    if old is None or old.union(span) == old:
        return head
    return head[: place[0]] + markup.set_attribute(tag, "ref", str(old.union(span))) + head[place[1] :]


def _tables(workbook: Workbook, changes: Sequence[TableChange], cells: Sequence[ColumnWrite]) -> dict[str, Packed]:
    """The table parts that differ."""
    parts: dict[str, bytes] = {}
    for change in changes:
        table = named(workbook.tables, change.name)
        before = parts.get(table.part) or workbook.package.read(table.part)
        after = changed_table(before, table, change)
        if after is not before:
            parts[table.part] = after
    for table in workbook.tables:
        if table.insert_row and (table.part in parts or any(_fills(write, table) for write in cells)):
            before = parts.get(table.part) or workbook.package.read(table.part)
            parts[table.part] = without_insert_row(before)
    return {part: packed(data) for part, data in parts.items()}


def _fills(write: ColumnWrite, table: TableInfo) -> bool:
    """Whether a write puts something into a row of the table."""
    if write.sheet.casefold() != table.sheet.casefold():
        return False
    if not table.ref.first_column <= write.column <= table.ref.last_column:
        return False
    rows = np.asarray(write.rows)[~blank(write.cells)]
    return bool(((rows >= table.ref.first_row + table.header_rows) & (rows <= table.ref.last_row)).any())
