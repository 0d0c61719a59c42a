"""The fast path: find the cells of a chunk with numpy, without a Python object per cell.

It accepts exactly one way of writing rows, the one that Excel, LibreOffice, openpyxl, XlsxWriter and their kin use, and
proves it tag by tag: every `<` has its `>`, every tag is one we know, each may follow the one before it, and nothing
stands between tags where no text belongs. Anything else gives None, and `exact` takes the chunk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.chunk import MASKS, NUMBER, PAD, TYPES, Chunk, Details, Ints, Mask, Rows
from tracker.ooxml.errors import damaged
from tracker.ooxml.refs import LAST_COLUMN, LAST_ROW

# Tag classes. A class says what may come before and after; see _NEXT.
(_BAD, _CELL, _CELL_EMPTY, _CELL_END, _VALUE, _VALUE_EMPTY, _VALUE_END, _FORMULA, _FORMULA_EMPTY, _FORMULA_END) = range(
    10
)
(_IS, _IS_END, _TEXT, _TEXT_EMPTY, _TEXT_END, _ROW, _ROW_EMPTY, _ROW_END, _FORMULA_PLAIN) = range(10, 19)
_CLASSES = 32

# By the first two letters after "<": the class when the tag is `<x>` or `<x …>`, when it is `<x …/>`, and the exact
# length from "<" to ">" (0: any). Two letters are enough, because a wrong third changes the length or the order.
_TAGS: tuple[tuple[bytes, int, int, int], ...] = (
    (b"c ", _CELL, _CELL_EMPTY, 0),
    (b"/c", _CELL_END, _BAD, 3),
    (b"v>", _VALUE, _BAD, 2),
    (b"v ", _BAD, _VALUE_EMPTY, 4),
    (b"v/", _BAD, _VALUE_EMPTY, 3),
    (b"/v", _VALUE_END, _BAD, 3),
    (b"f>", _FORMULA_PLAIN, _BAD, 2),
    (b"f ", _FORMULA, _FORMULA_EMPTY, 0),
    (b"f/", _BAD, _FORMULA_EMPTY, 3),
    (b"/f", _FORMULA_END, _BAD, 3),
    (b"is", _IS, _BAD, 3),
    (b"/i", _IS_END, _BAD, 4),
    (b"t>", _TEXT, _BAD, 2),
    (b"t ", _TEXT, _TEXT_EMPTY, 0),
    (b"t/", _BAD, _TEXT_EMPTY, 3),
    (b"/t", _TEXT_END, _BAD, 3),
    (b"ro", _ROW, _ROW_EMPTY, 0),
    (b"/r", _ROW_END, _BAD, 5),
)
_NEXT: dict[int, tuple[int, ...]] = {
    _ROW: (_CELL, _CELL_EMPTY, _ROW_END),
    _ROW_EMPTY: (_ROW, _ROW_EMPTY),
    _ROW_END: (_ROW, _ROW_EMPTY),
    _CELL: (_VALUE, _VALUE_EMPTY, _FORMULA, _FORMULA_PLAIN, _FORMULA_EMPTY, _IS, _CELL_END),
    _CELL_EMPTY: (_CELL, _CELL_EMPTY, _ROW_END),
    _CELL_END: (_CELL, _CELL_EMPTY, _ROW_END),
    _FORMULA: (_FORMULA_END,),
    _FORMULA_PLAIN: (_FORMULA_END,),
    _FORMULA_EMPTY: (_VALUE, _VALUE_EMPTY, _CELL_END),
    _FORMULA_END: (_VALUE, _VALUE_EMPTY, _CELL_END),
    _VALUE: (_VALUE_END,),
    _VALUE_EMPTY: (_CELL_END,),
    _VALUE_END: (_CELL_END,),
    _IS: (_TEXT, _TEXT_EMPTY),
    _TEXT: (_TEXT_END,),
    _TEXT_EMPTY: (_IS_END,),
    _TEXT_END: (_IS_END,),
    _IS_END: (_CELL_END,),
}
_HOLDS_TEXT = (_VALUE, _FORMULA, _FORMULA_PLAIN, _TEXT)


def _class_table() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    classes, lengths = np.zeros(1 << 17, np.uint8), np.zeros(1 << 16, np.int64)
    for letters, plain, empty, length in _TAGS:
        key = letters[0] | letters[1] << 8
        classes[key], classes[key | 1 << 16], lengths[key] = plain, empty, length
    return classes, lengths


def _pair_table() -> NDArray[np.uint8]:
    """By class of a tag and of the next: 0 forbidden, 1 allowed with nothing between, 2 allowed with text between."""
    table = np.zeros(_CLASSES * _CLASSES, np.uint8)
    for before, after in _NEXT.items():
        table[[before * _CLASSES + one for one in after]] = 2 if before in _HOLDS_TEXT else 1
    return table


def _is_one_of(*classes: int) -> Mask:
    table = np.zeros(_CLASSES, bool)
    table[list(classes)] = True
    return table


def _word(letters: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(letters, "little"))


def _type_tables() -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64], Ints]:
    """By the first two letters of a type with its closing quote: its code and the length of the whole attribute (0: no
    such type); by its code: the first eight letters that must stand there, their mask, and the last letter."""
    code, length = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.int64)
    letters, mask = np.zeros(len(TYPES), np.uint64), np.zeros(len(TYPES), np.uint64)
    last = np.zeros(len(TYPES), np.int64)
    for name, number in TYPES.items():
        spelled = name.encode() + b'"'
        key = spelled[0] | spelled[1] << 8
        code[key], length[key] = number, 4 + len(spelled)
        letters[number], mask[number] = _word(spelled[:8]), MASKS[min(8, len(spelled))]
        last[number] = spelled[-2]
    return code, length, letters, mask, last


_CLASS_OF, _LENGTH_OF = _class_table()
_PAIR = _pair_table()
_IS_BOUNDARY = _is_one_of(_CELL, _CELL_EMPTY, _ROW_END)
_ROW_R, _ROW_CLOSE, _CELL_R = _word(b'<row r="'), _word(b"</row"), _word(b'<c r="')
_STYLE, _TYPE = _word(b' s="'), _word(b' t="')
_TYPE_OF, _TYPE_LENGTH, _TYPE_LETTERS, _TYPE_MASK, _TYPE_LAST = _type_tables()
_QUOTE, _ZERO, _SPACE = 34, 48, 32
_LOST = 1 << 62  # a place behind every end: this tag is looked at by itself
_ATTRIBUTE = re.compile(rb"(?<!\s)\s++([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, eq=False)
class _Tags:
    """Every tag of a chunk: its class, and the places of its "<" and ">"; `text` and `words` are the padded bytes."""

    data: bytes
    text: NDArray[np.uint8]
    words: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    less: Ints
    more: Ints


@dataclass(frozen=True, eq=False)
class _Found:
    """The cells among the tags: which tag each is, and where its reference ends (the place of the closing quote)."""

    tag: Ints
    quote: Ints


def scan(data: bytes) -> Chunk | None:
    """The cells of a chunk (whole rows, nothing else), or None when it is not written in the one accepted way."""
    tags = _tags(data)
    rows = _rows(tags) if tags else None
    if tags is None or rows is None:
        return None
    boundaries = np.flatnonzero(_IS_BOUNDARY.take(tags.kind))
    is_cell = tags.kind[boundaries] != _ROW_END
    cell = boundaries[is_cell]
    counts = np.diff(np.searchsorted(cell, rows.tag), append=len(cell))
    row_index = np.repeat(np.arange(len(rows.tag)), counts)
    start = tags.less[cell]
    place = _references(tags, rows, start, row_index)
    if place is None:
        return None
    column, quote = place
    end = tags.less[boundaries[1:][is_cell[:-1]]]
    found = _Found(cell, quote)
    held = np.flatnonzero(tags.kind[cell] == _CELL)
    return Chunk(
        data, rows.rows, row_index, column, start, end, held, False,
        lambda index: _details(tags, found, index), cache(lambda: _special(tags, cell)),
    )  # fmt: skip


def _tags(data: bytes) -> _Tags | None:
    """Every tag, when their order is one that rows can have and nothing stands between them but values."""
    padded = data + PAD
    text = np.frombuffer(padded, np.uint8)
    less, more = np.flatnonzero(text == 60), np.flatnonzero(text == 62)
    if not len(less) or len(less) != len(more) or less[0] != 0 or more[-1] != len(data) - 1:
        return None
    length = more - less
    key = text[1:].take(less) + (text[2:].take(less).astype(np.int64) << 8)
    slash = text.take(more - 1) == 47
    kind = _CLASS_OF.take(key + (slash.astype(np.int64) << 16))
    wanted = _LENGTH_OF.take(key)
    gap = less[1:] - more[:-1] - 1
    pair = _PAIR.take(kind[:-1].astype(np.int64) * _CLASSES + kind[1:])
    fine = (length > 0).all() and (gap >= 0).all() and ((gap > 0) < pair).all()
    if not fine or not ((wanted == 0) | (wanted == length)).all():
        return None
    if kind[0] not in (_ROW, _ROW_EMPTY) or kind[-1] not in (_ROW_END, _ROW_EMPTY):
        return None
    words = np.ndarray((len(data) + 8,), "<u8", buffer=padded, strides=(1,))
    return _Tags(data, text, words, kind, less, more)


@dataclass(frozen=True, eq=False)
class _RowTags:
    """The rows, which tag each is, and its number as eight raw bytes: digits, the closing quote, then zeros."""

    rows: Rows
    tag: Ints
    digits: Ints
    word: NDArray[np.uint64]


def _rows(tags: _Tags) -> _RowTags | None:
    """The rows, when each begins `<row r="number"` and numbers rise."""
    tag = np.flatnonzero((tags.kind == _ROW) | (tags.kind == _ROW_EMPTY))
    closing = np.flatnonzero(tags.kind == _ROW_END)
    start, inside = tags.less[tag], tags.more[tag] + 1
    if (tags.words[start] != _ROW_R).any() or (tags.words[tags.less[closing]] & MASKS[5] != _ROW_CLOSE).any():
        return None
    number, digits = _number(tags.text, start + 8)
    word = tags.words[start + 8] & MASKS[digits + 1]
    if (digits < 1).any() or (number < 1).any() or (number > LAST_ROW).any() or (np.diff(number) < 1).any():
        return None
    if (tags.text[start + 8] == _ZERO).any() or (tags.text[start + 8 + digits] != _QUOTE).any():
        return None
    close, end = inside.copy(), inside.copy()
    full = tags.kind[tag] == _ROW
    close[full], end[full] = tags.less[closing], tags.more[closing] + 1
    return _RowTags(Rows(number, start, inside, close, end), tag, digits, word)


def _number(text: NDArray[np.uint8], place: Ints) -> tuple[Ints, Ints]:
    """The decimal number that begins at each place (at most 7 digits), and how many digits it has."""
    number, digits = np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
    running = np.ones(len(place), bool)
    for step in range(7):
        digit = text[step:].take(place).astype(np.int64) - _ZERO
        running &= (digit >= 0) & (digit <= 9)
        number = np.where(running, number * 10 + digit, number)
        digits += running
    return number, digits


def _references(tags: _Tags, rows: _RowTags, start: Ints, row_index: Ints) -> tuple[Ints, Ints] | None:
    """Column of each cell and the place of the quote after its reference, when each begins `<c r="A1"` in its row."""
    word = tags.words[start]
    if (word & MASKS[6] != _CELL_R).any():
        return None
    letters = [(word >> np.uint64(48)) & np.uint64(255), word >> np.uint64(56), tags.text[8:].take(start)]
    first, second, third = (one.astype(np.int64) - 64 for one in letters)
    two = (second >= 1) & (second <= 26)
    three = two & (third >= 1) & (third <= 26)
    column = np.where(two, np.where(three, (first * 26 + second) * 26 + third, first * 26 + second), first)
    place = start + 7 + two + three
    digits = rows.digits[row_index]
    same_row = tags.words[place] & MASKS[digits + 1] == rows.word[row_index]
    rising = (np.diff(column) > 0) | (np.diff(row_index) > 0)
    if not (same_row.all() and rising.all() and (first >= 1).all() and (first <= 26).all()):
        return None
    if len(column) and column.max() > LAST_COLUMN:
        return None
    return column, place + digits


def _special(tags: _Tags, cell: Ints) -> Ints:
    """The cells whose formula tag has attributes."""
    tag = np.flatnonzero((tags.kind == _FORMULA) | (tags.kind == _FORMULA_EMPTY))
    return np.searchsorted(cell, tag) - 1


def _details(tags: _Tags, found: _Found, index: Ints) -> Details:
    """Look inside the cells with these indices."""
    tag = found.tag[index]
    empty = tags.kind[tag] == _CELL_EMPTY
    spaced = empty & (tags.text[tags.more[tag] - 2] == _SPACE)
    attributes = _attributes(tags, found.quote[index] + 1, tags.more[tag] - empty - spaced)
    child = np.where(empty, _CELL_END, tags.kind[np.minimum(tag + 1, len(tags.kind) - 1)])
    formula = _formulas(tags, tag + 1, child)
    plain, bare = (child == _FORMULA) | (child == _FORMULA_PLAIN), child == _FORMULA_EMPTY
    at = np.minimum(tag + 1 + 2 * plain + bare, len(tags.kind) - 1)
    child = np.where(empty, _CELL_END, tags.kind[at])
    at = at + (child == _IS)
    child = np.where(empty, _CELL_END, tags.kind[at])
    has = (child == _VALUE) | (child == _TEXT)
    hollow = (child == _VALUE_EMPTY) | (child == _TEXT_EMPTY)
    value_start = np.where(has | hollow, tags.more[at] + 1, -1)
    value_end = np.where(has, tags.less[np.minimum(at + 1, len(tags.less) - 1)], value_start)
    return Details(
        attributes.type, attributes.style_start, attributes.style_end, value_start, value_end, *formula,
        attributes.cm, attributes.kept, {},
    )  # fmt: skip


def _formulas(tags: _Tags, at: Ints, child: NDArray[np.uint8]) -> tuple[Ints, Ints, Ints, Ints]:
    nothing = np.full(len(at), -1)
    plain, bare = (child == _FORMULA) | (child == _FORMULA_PLAIN), child == _FORMULA_EMPTY
    if not (plain.any() or bare.any()):
        return nothing, nothing, nothing, nothing
    last = len(tags.kind) - 1
    at = np.minimum(at, last)
    tag_start = np.where(plain | bare, tags.less[at], -1)
    tag_end = np.where(plain | bare, tags.more[at] + 1, -1)
    return tag_start, tag_end, tag_end, np.where(plain, tags.less[np.minimum(at + 1, last)], tag_end)


@dataclass(frozen=True, eq=False)
class _Attributes:
    """What the start tags of some cells say, apart from the reference; see Details."""

    type: NDArray[np.uint8]
    style_start: Ints
    style_end: Ints
    cm: Mask
    kept: Ints


def _attributes(tags: _Tags, place: Ints, end: Ints) -> _Attributes:
    """Type, style attribute and `cm` of each cell from the bytes between its reference and the end of its tag."""
    found = _Attributes(
        np.zeros(len(place), np.uint8),
        np.full(len(place), -1),
        np.full(len(place), -1),
        np.zeros(len(place), bool),
        place.copy(),
    )
    at, todo = place.copy(), np.flatnonzero(place < end)
    for _ in range(2):
        word = tags.words[at[todo]] & MASKS[4]
        _take_styles(tags, found, at, todo[word == _STYLE])
        _take_types(tags, found, at, todo[word == _TYPE])
        todo = todo[at[todo] < end[todo]]
        if not len(todo):
            break
    for i in np.flatnonzero(at != end).tolist():
        _take_one(tags, found, i, int(place[i]), int(end[i]))
    return found


def _take_styles(tags: _Tags, found: _Attributes, at: Ints, cells: Ints) -> None:
    """Note ` s="…"` and step over it."""
    start = at[cells]
    _, digits = _number(tags.text, start + 4)
    end = start + 5 + digits
    fine = (digits > 0) & (tags.text[end - 1] == _QUOTE)
    found.style_start[cells], found.style_end[cells] = start, end
    found.kept[cells] = np.where(start == found.kept[cells], end, -1)
    at[cells] = np.where(fine, end, _LOST)


def _take_types(tags: _Tags, found: _Attributes, at: Ints, cells: Ints) -> None:
    """Note ` t="…"` and step over it."""
    start = at[cells]
    word = tags.words[start + 4]
    key = (word & MASKS[2]).astype(np.int64)
    code, length = _TYPE_OF.take(key), _TYPE_LENGTH.take(key)
    fine = (length > 0) & (word & _TYPE_MASK[code] == _TYPE_LETTERS[code])
    fine &= (tags.text[start + length - 1] == _QUOTE) & (tags.text[start + length - 2] == _TYPE_LAST[code])
    found.type[cells] = code
    at[cells] = np.where(fine, start + length, _LOST)


def _take_one(tags: _Tags, found: _Attributes, i: int, place: int, end: int) -> None:
    """Read the attributes of one cell that are written in a less common way."""
    found.type[i], found.style_start[i], found.style_end[i], found.kept[i] = NUMBER, -1, -1, -1
    for match in _ATTRIBUTE.finditer(tags.data[place:end]):
        name, value = match.group(1), match.group(2) if match.group(3) is None else match.group(3)
        if name == b"s":
            found.style_start[i], found.style_end[i] = place + match.start(), place + match.end()
        elif name == b"t":
            code = TYPES.get(value.decode("ascii", "replace").strip())
            if code is None:
                raise damaged("a cell has an unknown type")
            found.type[i] = code
        found.cm[i] |= name == b"cm"
