"""Small XML parts as a flat list of elements, each with the place where its bytes stand.

Serves reading (names, attributes, text) and editing in place: whatever is not replaced keeps its bytes, prefixes,
quotes and whitespace included. Keeps out sheet rows, which are far too many for Python objects (see `scan`, `exact`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from tracker.ooxml.errors import PackageError, damaged

_NO_MEMORY = 1  # expat's code for it
MAX_DEPTH = 500
MAX_ELEMENTS = 200_000  # of a small part; a workbook with all the names that anybody ever had is far below it

_TAG = re.compile(rb"<(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_ENCODING = re.compile(rb"^<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")


@dataclass(slots=True)
class Element:
    """One element: its local name, and where its tags lie (byte offsets; inside = after the start tag)."""

    name: str
    attributes: Mapping[str, str]
    parent: Element | None
    start: int
    inside: int
    close: int = 0
    end: int = 0
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The character data directly inside it."""
        return "".join(self.pieces)

    @property
    def path(self) -> tuple[str, ...]:
        """Local names from the root down to this element."""
        return ((*self.parent.path, self.name)) if self.parent else (self.name,)


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def parser(namespaces: bool = False) -> expat.XMLParserType:
    """An expat parser that refuses a DOCTYPE, the door of entity bombs; with namespaces, also an unbound prefix."""
    made = expat.ParserCreate(None, " ") if namespaces else expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def _refuse_doctype(*_: object) -> None:
    raise PackageError("doctype", "a part of the package declares a DOCTYPE, which no workbook has")


def elements(data: bytes) -> list[Element]:
    """All elements of a UTF-8 document in order of their start tags; PackageError when it is not well-formed."""
    found: list[Element] = []
    open_: list[Element] = []
    engine = parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        at = engine.CurrentByteIndex
        if len(open_) > MAX_DEPTH:
            raise damaged("a part of the package is nested deeper than any workbook")
        if len(found) >= MAX_ELEMENTS:
            raise PackageError("too-large", "a part of the package lists more than any workbook does")
        match = _TAG.match(data, at)
        inside = match.end() if match else at
        element = Element(local(name), attributes, open_[-1] if open_ else None, at, inside)
        found.append(element)
        open_.append(element)

    def end(name: str) -> None:
        element, at = open_.pop(), engine.CurrentByteIndex
        empty = data[element.inside - 2 : element.inside] == b"/>"
        element.close = element.inside if empty else at
        element.end = element.inside if empty else data.index(b">", at) + 1

    def text(data: str) -> None:
        if open_:
            open_[-1].pieces.append(data)

    engine.StartElementHandler, engine.EndElementHandler, engine.CharacterDataHandler = start, end, text
    feed(engine, data)
    return found


class _Found(Exception):
    """Stops the parser; carries nothing, for the place is noted by the handler."""


def locate(data: bytes, name: str | None) -> tuple[int, int] | None:
    """Start and inside of the first child of the root with this local name (None: any); None when not in `data` yet."""
    engine, depth, place = parser(), 0, -1

    def start(found: str, _: object) -> None:
        nonlocal depth, place
        depth += 1
        if depth == 2 and name in (None, local(found)):
            place = engine.CurrentByteIndex
            raise _Found

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    engine.StartElementHandler, engine.EndElementHandler = start, end
    at, step = 0, 4096
    try:
        while at < len(data):
            engine.Parse(data[at : at + step], False)
            at, step = at + step, 2 * step  # a tag or comment that goes on is looked at anew each time
    except _Found:
        match = _TAG.match(data, place)
        return (place, match.end()) if match else None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _malformed(error) from None
    finally:
        # The handlers hold the parser and the parser its handlers: what it keeps of a long part would stay for a while.
        engine.StartElementHandler = engine.EndElementHandler = None
    return None


def feed(engine: expat.XMLParserType, data: bytes, final: bool = True) -> None:
    """Parse a whole document, or the next piece of one; PackageError when it is not well-formed."""
    try:
        engine.Parse(data, final)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _malformed(error) from None


def _malformed(error: Exception) -> Exception:
    """What an error of the parser means: it says so, too, when there is no memory left, or for an odd encoding."""
    if isinstance(error, expat.ExpatError) and error.code == _NO_MEMORY:
        return MemoryError()
    return damaged("a part of the package is not well-formed XML")


def tag_end(data: bytes, at: int) -> int:
    """Where the tag that begins at `at` ends (after its ">"), quotes minded."""
    match = _TAG.match(data, at)
    if match is None:
        raise damaged("a part of the package is not well-formed XML")
    return match.end()


def encoding(data: bytes) -> str:
    """The encoding of a document by its first bytes: byte order mark, shape, declaration."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if data[0] else "utf-16-be"
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf")[:200])
    name = declared.group(1).decode().lower() if declared else "utf-8"
    return "utf-8" if name in ("utf8", "us-ascii", "ascii") else name


def utf8_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks of a document in UTF-8; a document in another encoding comes as one block."""
    stream = iter(blocks)
    first = b""
    for block in stream:
        first += block
        if len(first) >= 200:
            break
    if encoding(first) == "utf-8":
        yield first
        yield from stream
    else:
        yield as_utf8(b"".join([first, *stream]))


def as_utf8(data: bytes) -> bytes:
    """The document in UTF-8, whatever its encoding; positions hold only for documents that were UTF-8 already."""
    name = encoding(data)
    if name == "utf-8":
        return data
    try:
        text = data.decode(name)
        if not text.lstrip("\ufeff \t\r\n").startswith("<"):  # what says UTF-16 and is none makes letters of any kind
            raise UnicodeError
        return re.sub(r"^<\?xml[^>]*\?>", "", text, count=1).encode()
    except (LookupError, UnicodeError):
        raise damaged("a part of the package is in an unknown encoding") from None


def attribute_span(tag: bytes, name: str) -> tuple[int, int] | None:
    """Where ` name="value"` stands in a start tag, with the white space before it."""
    # A run of white space is begun at its beginning only, or a long one would be gone through from each of its places.
    match = re.search(rb"(?<!\s)\s++" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
    return match.span() if match else None


def set_attribute(tag: bytes, name: str, value: str) -> bytes:
    """The start tag with this attribute replaced, or added at its end; everything else keeps its bytes."""
    written = f' {name}="{quoted(value)}"'.encode()
    span = attribute_span(tag, name)
    if span is not None:
        return tag[: span[0]] + written + tag[span[1] :]
    cut = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:cut].rstrip() + written + tag[cut:]


def quoted(value: str) -> str:
    """Text for the inside of a double-quoted attribute."""
    return value.translate(_QUOTED)


@dataclass(frozen=True)
class Edit:
    """Replace the bytes [start, end) by others."""

    start: int
    end: int
    text: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The document with the edits made; they must not overlap."""
    out, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        out += [data[at : edit.start], edit.text]
        at = edit.end
    return b"".join([*out, data[at:]])
