"""Whether a worksheet part is well-formed XML, without a parser for the rows that are written as everybody writes them.

expat reads 200 MB a second and holds the interpreter lock. Here the rows of a piece are proven well-formed with numpy:
every `<` and `>` is accounted for by a tag that stands where it may, and every attribute, entity and byte is one that
XML allows. What is proven is balanced, so expat is given the part without it: the head, the tail, and the pieces that
are written in any other way. The proof may refuse what expat takes, never the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml import markup
from tracker.ooxml.ahead import ahead
from tracker.ooxml.chunk import MASKS, Ints, Mask
from tracker.ooxml.sheet import SheetStream, Work

_CACHED = 1 << 16  # bytes that expat is given at a time: larger pieces leave the cache, which costs it a third
_MANY = 1000  # ways to write a tag that are remembered; with more of them expat is as fast
_FEW = 8  # one cell in so many may be written in a rare way; with more of them expat is as fast
_PAD = b"\0" * 64  # more than all steps from the beginning of a cell to its first child
_LESS, _MORE, _SLASH, _AND, _SPACE, _QUOTE = b'<>/& "'
_BETWEEN = re.compile(rb">[^<>]+<")
_ALLOWED = (9, 10, 13)  # the control characters of XML
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_ONES, _HIGHS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_QUOTES = np.uint64(0x2222222222222222)
_PLACES = np.uint64(0x0001020304050607)  # its byte that a flag in byte k multiplies to the top is k

_ROW, _CELL = b'<row r="', b'<c r="'

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class _Shape:
    """How the content of a cell is written around its texts; the middle is its second tag and what follows that."""

    opening: bytes
    closing: bytes
    middle: bytes = b""


# By how many tags a cell has, the most common first.
_SHAPES: Mapping[int, tuple[_Shape, ...]] = {
    4: (_Shape(b"<v>", b"</v></c>"), _Shape(b"<f>", b"</f></c>")),
    5: (_Shape(b"<f>", b"</f><v/></c>"), _Shape(b"<f>", b"</f><v /></c>")),
    6: (
        _Shape(b"<is><t>", b"</t></is></c>"),
        _Shape(b"<f>", b"</v></c>", b"</f><v>"),
        _Shape(b'<f aca="false">', b"</v></c>", b"</f><v>"),
    ),
}


def verify_sheet(blocks: Iterable[bytes], work: Work) -> None:
    """Read a worksheet part to its end; PackageError when it is not well-formed."""
    stream, engine, spaces = SheetStream(blocks), markup.parser(namespaces=True), dict[str | None, str | None]()
    engine.StartNamespaceDeclHandler = spaces.__setitem__
    engine.EndNamespaceDeclHandler = lambda prefix: spaces.pop(prefix, None)
    _feed(engine, stream.head)
    engine.StartNamespaceDeclHandler = engine.EndNamespaceDeclHandler = None
    tags, by_expat = Tags(spaces), False

    def look(cut: tuple[bytes, bool]) -> bool:
        return not by_expat and proven(cut[0], tags)

    for (piece, at_row), fine in ahead(look, stream.slices()):
        if fine and not by_expat:
            work.fast += 1
            continue
        work.exact += at_row
        _feed(engine, piece)
        # The next may begin inside a tag or a comment that this one opens, or behind the end of the rows.
        by_expat = by_expat or not at_row or any(mark in piece for mark in (b"<!", b"<?", b"sheetData"))
    markup.feed(engine, b"")


def verify_xml(blocks: Iterable[bytes]) -> None:
    """Read any XML part to its end; PackageError when it is not well-formed."""
    engine = markup.parser(namespaces=True)
    for block in markup.utf8_blocks(blocks):
        _feed(engine, block)
    markup.feed(engine, b"")


def _feed(engine: expat.XMLParserType, data: bytes) -> None:
    for at in range(0, len(data), _CACHED):
        markup.feed(engine, data[at : at + _CACHED], final=False)


class Tags:
    """What expat says of the few ways in which the tags of a sheet are written, each asked once."""

    def __init__(self, spaces: dict[str | None, str | None]) -> None:
        bound = [f' xmlns{":" + name if name else ""}="{markup.quoted(uri)}"' for name, uri in spaces.items() if uri]
        self._open = f"<a{''.join(bound)}>".encode()
        self._known: dict[bytes, bool] = {}

    def fine(self, fragment: bytes) -> bool:
        """Whether a piece of content is well-formed, and every `>` in it ends a tag."""
        if fragment not in self._known:
            if len(self._known) >= _MANY:
                return False
            self._known[fragment] = self._asked(fragment)
        return self._known[fragment]

    def _asked(self, fragment: bytes) -> bool:
        if fragment.count(b">") != fragment.count(b"<") or b"<!" in fragment or b"<?" in fragment:
            return False
        try:
            expat.ParserCreate(None, " ").Parse(b"%b%b</a>" % (self._open, fragment), True)
        except expat.ExpatError:
            return False
        return True


class _Piece:
    """The bytes of a piece; `words` has the eight bytes from each place on."""

    def __init__(self, data: bytes) -> None:
        padded = data + _PAD
        self.data, self.size = data, len(data)
        self.padded = np.frombuffer(padded, np.uint8)
        self.text = self.padded[: len(data)]
        self.words: Words = np.ndarray((len(padded) - 7,), "<u8", buffer=padded, strides=(1,))

    def has(self, places: Ints, letters: bytes) -> Mask:
        """Where these letters stand at the places."""
        found: Mask = self.words[places] & MASKS[min(8, len(letters))] == _word(letters[:8])
        return found if len(letters) <= 8 else found & self.has(places + 8, letters[8:])

    def quotes(self, places: Ints) -> Ints:
        """The first `"` at each place or up to 15 bytes after it; where there is none, a place without one."""
        found, none = _first_quote(self.words[places])
        found += places
        missing = np.flatnonzero(none)
        if len(missing):
            found[missing] += 8
            found[missing] += _first_quote(self.words[found[missing]])[0]
        return found


def _word(letters: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(letters, "little"))


def _first_quote(words: Words) -> tuple[Ints, Mask]:
    """Which byte of each word is the first `"`, and where there is none."""
    words = words ^ _QUOTES
    flags = (words - _ONES) & ~words & _HIGHS  # the lowest flag marks the lowest zero byte; those above it may lie
    flags &= ~flags + np.uint64(1)
    return ((flags >> np.uint64(7)) * _PLACES >> np.uint64(56)).astype(np.int64), flags == 0


def proven(data: bytes, tags: Tags) -> bool:
    """Whether these bytes are nothing but whole rows, and well-formed; False also where that is not easily seen."""
    piece = _Piece(data)
    return _legal(piece) and _entities(piece, tags) and _balanced(piece, tags)


def _legal(piece: _Piece) -> bool:
    """Whether the bytes spell characters of XML."""
    low = piece.text < 32
    if low.any() and not np.isin(piece.text[low], _ALLOWED).all():
        return False
    if piece.data.isascii():
        return True
    # A byte of ASCII after each run of others keeps what is cut out from joining what is left.
    high = piece.text >= 128
    high[1:] |= high[:-1]
    beyond = piece.text[high].tobytes()
    try:
        beyond.decode()
    except UnicodeDecodeError:
        return False
    return not any(one in beyond for one in _NO_CHARACTERS)


def _entities(piece: _Piece, tags: Tags) -> bool:
    """Whether every `&` begins an entity."""
    at = np.flatnonzero(piece.text == _AND)
    if not len(at):
        return True
    words = piece.words[at]
    known = np.zeros(len(at), bool)
    for entity in (b"&lt;", b"&gt;", b"&amp;", b"&quot;"):
        known |= words & MASKS[len(entity)] == _word(entity)
    spelled = {piece.data[place : piece.data.find(b";", place, place + 12) + 1] for place in at[~known].tolist()}
    return all(one and tags.fine(one) for one in spelled)


@dataclass(frozen=True, eq=False)
class _Spans:
    """Elements among the tags of a piece: the tag each begins with, the tag after it, and its bytes [start, end)."""

    first: Ints
    after: Ints
    start: Ints
    end: Ints


def _balanced(piece: _Piece, tags: Tags) -> bool:
    """Whether the tags are those of rows and cells, and every `>` ends one of them."""
    less = np.flatnonzero(piece.text == _LESS)
    letter, tag_at = piece.padded.take(less + 1), np.append(less, piece.size)
    row, cell = np.flatnonzero(letter == ord("r")), np.flatnonzero(letter == ord("c"))
    if not len(row) or tag_at[row[0]] != 0 or np.count_nonzero(piece.text == _MORE) != len(less):
        return False
    after_row, after_cell = np.append(row[1:], len(less)), np.append(cell[1:], len(less))
    edges = np.append(np.searchsorted(cell, row), len(cell))
    full = edges[1:] > edges[:-1]
    closing = after_row[full] - 1
    ended = tag_at[closing] + len(b"</row>") == tag_at[after_row[full]]
    if not (ended & piece.has(tag_at[closing], b"</row>")).all():
        return False
    after_cell[edges[1:][full] - 1] = closing
    after_row[full] = cell[edges[:-1][full]]  # a row with cells is looked at without them
    if not (after_row[full] == row[full] + 1).all():
        return False
    rows = _Spans(row, after_row, tag_at[row], tag_at[after_row])
    cells = _Spans(cell, after_cell, tag_at[cell], tag_at[after_cell])
    return _rows(piece, rows, tag_at, full, tags) and _cells(piece, cells, tag_at, tags)


def _rows(piece: _Piece, rows: _Spans, tag_at: Ints, full: Mask, tags: Tags) -> bool:
    """Whether rows are well-formed without their cells; of one with cells (full) the span is its start tag."""
    quote = piece.quotes(rows.start + len(_ROW))
    if not (piece.has(rows.start, _ROW) & (quote < tag_at[rows.first + 1])).all():
        return False
    bare = full & piece.has(quote, b'">') & (quote + 2 == rows.end)
    for mask, closing in ((full & ~bare, b"</row>"), (~full, b"")):
        places = zip(quote[mask].tolist(), rows.end[mask].tolist(), strict=True)
        spelled = {piece.data[start:end] for start, end in places}
        if not all(tags.fine(b"%b1%b%b" % (_ROW, one, closing)) for one in spelled):
            return False
    return True


def _cells(piece: _Piece, cells: _Spans, tag_at: Ints, tags: Tags) -> bool:
    """Whether all cells are well-formed."""
    quote = piece.quotes(cells.start + len(_CELL))
    begun = piece.has(cells.start, _CELL) & (piece.padded.take(quote) == _QUOTE)
    if not (begun & (quote < tag_at[cells.first + 1])).all():
        return False
    place = _past(piece, _past(piece, quote + 1, b' s="'), b' t="')
    rare = np.flatnonzero(~_usual(piece, cells, place, tag_at))
    if len(rare) * _FEW > len(cells.start):
        return False
    places = zip(quote[rare].tolist(), cells.end[rare].tolist(), strict=True)
    spelled = {_BETWEEN.sub(b"><", piece.data[start:end]) for start, end in places}
    return all(tags.fine(b"%bA1%b" % (_CELL, one)) for one in spelled)


def _past(piece: _Piece, places: Ints, opening: bytes) -> Ints:
    """The places, behind this attribute where it begins there."""
    mine = np.flatnonzero(piece.padded.take(places + 1) == opening[1])
    mine = mine[piece.has(places[mine], opening)]
    quote = piece.quotes(places[mine] + len(opening))
    places[mine] = np.where(piece.padded.take(quote) == _QUOTE, quote + 1, places[mine])
    return places


def _usual(piece: _Piece, cells: _Spans, place: Ints, tag_at: Ints) -> Mask:
    """Which cells are written in a usual way; the place is where the start tag ends if it is."""
    count, letter = cells.after - cells.first, piece.padded.take(place)
    fine: Mask = (count == 1) & (letter == _SLASH) & (piece.padded.take(place + 1) == _MORE) & (place + 2 == cells.end)
    spaced = np.flatnonzero((count == 1) & (letter == _SPACE))
    fine[spaced] = piece.has(place[spaced], b" />") & (place[spaced] + 3 == cells.end[spaced])
    opened = (letter == _MORE) & (tag_at[cells.first + 1] == place + 1)
    for number, shapes in _SHAPES.items():
        rest = np.flatnonzero(opened & (count == number))
        for shape in shapes if len(rest) else ():
            found = _has_shape(piece, shape, cells.first[rest] + 1, cells.after[rest], tag_at)
            fine[rest] = found
            rest = rest[~found]
            if not len(rest):
                break
    return fine


def _has_shape(piece: _Piece, shape: _Shape, first: Ints, after: Ints, tag_at: Ints) -> Mask:
    """Which cells hold what is written like this; their content goes from the tag `first` to that before `after`."""
    closing = tag_at[after - shape.closing.count(b"<")]
    found = piece.has(tag_at[first], shape.opening) & piece.has(closing, shape.closing)
    found &= closing + len(shape.closing) == tag_at[after]
    return found & piece.has(tag_at[first + 1], shape.middle) if shape.middle else found
