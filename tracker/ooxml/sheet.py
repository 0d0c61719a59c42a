"""A worksheet part as a stream: its head, its rows in chunks, its tail; the whole XML is never in memory.

    stream = SheetStream(package.blocks(part))
    stream.head                      # up to and including the start tag of sheetData
    for chunk in stream.chunks(): …  # at least one row each
    stream.tail                      # from the end tag of sheetData on; known when the chunks are used up

`head + all chunk.data + tail` is the part, byte for byte (an empty `<sheetData/>` is opened; another encoding than
UTF-8 becomes UTF-8). Each chunk is scanned by `scan`, and by `exact` when that refuses it, chunk by chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from tracker.ooxml import markup
from tracker.ooxml.ahead import ahead
from tracker.ooxml.chunk import Chunk
from tracker.ooxml.errors import PackageError, damaged
from tracker.ooxml.exact import exact
from tracker.ooxml.scan import scan

LARGEST_HEAD = 1 << 24  # bytes before the cells; 16,384 columns, each with a format of its own, take a tenth of it
LARGEST_ROW = 1 << 24  # bytes of one row; beyond both, joining the blocks of a hostile part would take minutes
TARGET = 3 << 19  # bytes of a chunk: large enough that numpy's overhead vanishes, small enough to stay near the cache

# The C library gives memory back to the system at once until it has seen a block this large come and go. Fetching it
# anew for the arrays of every chunk would cost a sixth of the time of reading.
np.empty(1 << 23, np.uint8)

_NAME = re.compile(rb"<([^\s/>]+)")
_SPACE = b" \t\r\n"


@dataclass
class Work:
    """How many chunks took the fast path and how many the exact one."""

    fast: int = 0
    exact: int = 0


class SheetStream:
    """The rows of one worksheet part, from the inflated blocks of that part; PackageError when it is damaged."""

    def __init__(self, blocks: Iterable[bytes], work: Work | None = None) -> None:
        self.work = Work() if work is None else work
        self._blocks = _sliced(markup.utf8_blocks(blocks))
        self.tail = b""
        self.head, self._pending, name = _open(self._blocks)
        self._row_mark = b"<" + name.removesuffix(b"sheetData") + b"row"
        self._start_mark, self._end_mark = b"<" + name, b"</" + name

    def chunks(self) -> Iterator[Chunk]:
        """The chunks in order, once; row numbers rise from each to the next."""
        row = 0
        for data, chunk in ahead(scan, self.pieces()):
            if chunk is None:
                self.work.exact += 1
                chunk = exact(data, row)
            else:
                self.work.fast += 1
            if chunk.rows.number[0] <= row:
                raise damaged("the rows of a sheet are out of order")
            row = int(chunk.rows.number[-1])
            yield chunk
        if self._start_mark in self.tail:
            raise damaged("a sheet of the package has two cell areas")

    def slices(self) -> Iterator[tuple[bytes, bool]]:
        """All that follows the head, cut before `<row` wherever that stands, and whether the cut is one of these.

        For those who need not know where the rows end, and look at what they are given: it costs no search.
        """
        pending, more = self._pending, True
        while more:
            blocks = self._next(max(1, TARGET - len(pending)))
            more, pending = bool(blocks), b"".join([pending, *blocks])
            cut = pending.rfind(self._row_mark, 1)
            if cut > 0 or more:
                cut = cut if cut > 0 else len(pending)
                piece, pending = pending[:cut], pending[cut:]
                yield piece, bool(pending)
        yield pending, False

    def _pieces(self) -> Iterator[bytes]:
        """The bytes of the rows, cut before start tags of rows; `_pending` is what follows the piece that is out."""
        want, checked = TARGET, 0
        while (end := self._pending.find(self._end_mark, checked)) < 0:
            if len(self._pending) >= want:
                cut = self._pending.rfind(self._row_mark, 1)
                # A row longer than that is looked at again only when twice as much has come.
                want = TARGET if cut > 0 else min(2 * len(self._pending), LARGEST_ROW + 1)
                if cut > 0:
                    piece, self._pending = self._pending[:cut], self._pending[cut:]
                    yield piece
            self._refuse_longer(len(self._pending))
            checked = max(0, len(self._pending) - len(self._end_mark))
            blocks = self._next(max(1, want - len(self._pending)))
            if not blocks:
                raise damaged("a sheet of the package is cut off")
            self._pending = b"".join([self._pending, *blocks])
        piece = self._pending[:end].rstrip(_SPACE)
        self._pending = self._pending[len(piece) :]
        if piece:
            yield piece
        self.tail = b"".join([self._pending, *self._blocks])

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the rows in pieces of whole rows.

        They are those of `_pieces`, cut anew where a cut may have fallen into a comment or a CDATA section.
        All pieces before such a one are known to be clean, so its beginning is the beginning of a row.
        """
        for piece in self._pieces():
            if b"!" in piece or b"?" in piece or self._row_mark not in piece:
                odd = b"<!" in piece or b"<?" in piece or self._row_mark not in piece
                if odd:
                    yield from self._exact_pieces(piece + self._pending)
                    return
            yield piece

    @staticmethod
    def _refuse_longer(size: int) -> None:
        if size > LARGEST_ROW:
            raise PackageError("too-large", "a row of a sheet is longer than any row of work")

    def _next(self, size: int) -> list[bytes]:
        """The next blocks, so many bytes of them or a little more; fewer only at the end of the part."""
        blocks: list[bytes] = []
        while size > 0 and (block := next(self._blocks, b"")):
            blocks.append(block)
            size -= len(block)
        return blocks

    def _exact_pieces(self, pending: bytes) -> Iterator[bytes]:
        """The same for rows in which `<row` may stand in a comment or a CDATA section: expat says where rows begin."""
        cutter, block = _Cutter(self.head), pending
        while block:
            yield from cutter.feed(block)
            self._refuse_longer(cutter.waiting)
            if cutter.finished:
                rest, self.tail = cutter.rest()
                if rest:
                    yield rest
                self.tail = b"".join([self.tail, *self._blocks])
                return
            # A comment that goes on is looked at anew each time: so each time twice as much of it.
            block = b"".join(self._next(max(TARGET, cutter.waiting)))
        raise damaged("a sheet of the package is cut off")


class _Cutter:
    """Finds where rows begin and where sheetData ends, in blocks as they come."""

    def __init__(self, head: bytes) -> None:
        self._engine = markup.parser()
        self._depth, self._base, self._buffer = 0, len(head), b""
        self._rows: list[int] = []
        self._end: int | None = None
        self._engine.StartElementHandler, self._engine.EndElementHandler = self._start, self._stop
        self._parse(head)

    @property
    def finished(self) -> bool:
        return self._end is not None

    @property
    def waiting(self) -> int:
        """How many bytes are not yet known to be whole rows."""
        return len(self._buffer)

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Whole rows, as far as they are known to be whole."""
        self._buffer += block
        self._parse(block)
        if self._end is None and self._rows and self._rows[-1] - self._base >= TARGET:
            cut = self._rows[-1] - self._base
            yield self._buffer[:cut]
            self._buffer, self._base, self._rows = self._buffer[cut:], self._rows[-1], [self._rows[-1]]

    def rest(self) -> tuple[bytes, bytes]:
        """The last rows, and what follows them."""
        cut = (self._end or 0) - self._base if self._rows else 0
        return self._buffer[:cut], self._buffer[cut:]

    def _parse(self, data: bytes) -> None:
        markup.feed(self._engine, data, final=False)

    def _start(self, name: str, _: object) -> None:
        self._depth += 1
        if self._depth != 3 or self._end is not None or self._engine.CurrentByteIndex < self._base:
            return
        if markup.local(name) != "row":
            raise damaged("the cells of a sheet are wrapped in something that is no cell")
        self._rows.append(self._engine.CurrentByteIndex)

    def _stop(self, _: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._end is None and self._engine.CurrentByteIndex >= self._base:
            self._end = self._engine.CurrentByteIndex


def _open(blocks: Iterator[bytes]) -> tuple[bytes, bytes, bytes]:
    """The head, the bytes after it that have come already, and the name of sheetData with its prefix."""
    data, want = b"", 0
    for block in blocks:
        data += block
        if len(data) > LARGEST_HEAD + len(block):
            raise PackageError("too-large", "a sheet holds more before its cells than any sheet of work")
        place = markup.locate(data, "sheetData") if len(data) >= want else None
        if place is not None:
            break
        want = 2 * len(data) if len(data) >= want else want
    else:
        place = markup.locate(data, "sheetData")
    if place is None:
        raise damaged("a sheet of the package has no cell area")
    start, inside = place
    match = _NAME.match(data, start)
    name = match.group(1) if match else b"sheetData"
    if data[inside - 2 : inside] != b"/>":
        return data[:inside], data[inside:], name
    return data[: inside - 2].rstrip(_SPACE) + b">", b"</" + name + b">" + data[inside:], name


def _sliced(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of at most a mebibyte, none of them empty."""
    for block in blocks:
        for at in range(0, len(block), 1 << 20):
            yield block[at : at + (1 << 20)] if len(block) > 1 << 20 else block
