"""How a text stands in the XML: entities, line ends, and the `_xHHHH_` spelling of what XML cannot hold.

Excel strings are UTF-16: a lone half of a pair is possible, and is written `_xD83D_`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.ooxml import markup
from tracker.ooxml.errors import damaged

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNHOLDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
SEPARATOR = "\x7f"  # between texts that are handled as one; where it occurs in one of them they go one by one
_SPACES = ("\n", "\t", "  ", SEPARATOR + " ", " " + SEPARATOR)


def unescape(text: str) -> str:
    """Turn `_x000D_` into the character it stands for."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    # Two halves that were escaped one by one are one character again.
    return _HALVES.sub(lambda match: match.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def unescaped(texts: list[str]) -> list[str]:
    """The same for many texts, few of which need it."""
    return [unescape(one) if "_x" in one else one for one in texts]


def escaped(text: str) -> str:
    """Spell what XML cannot hold, and what would be read as such a spelling, as `_xHHHH_`."""
    return _UNHOLDABLE.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def content(text: str) -> str:
    """Text as the inside of a `<t>` or `<v>` element."""
    return xml(escaped(text))


def contents(texts: Sequence[str]) -> list[bytes]:
    """The same for many texts, as bytes."""
    whole = content(SEPARATOR.join(texts)).encode().split(SEPARATOR.encode())
    return whole if len(whole) == len(texts) else [content(one).encode() for one in texts]


def xml(text: str) -> str:
    """Text as the inside of any element, entities only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def needs_preserve(text: str) -> bool:
    """Whether spaces would be lost without `xml:space="preserve"`; of texts that are joined, whether in any of them."""
    framed = f"{SEPARATOR}{text}{SEPARATOR}"
    return any(space in framed for space in _SPACES)


def decode(slices: Sequence[bytes]) -> list[str]:
    """The texts that stand in these pieces of UTF-8 XML character data; PackageError when they are damaged."""
    if not slices:
        return []
    texts = _joined(slices)
    if texts is None:
        texts = [_characters(piece) for piece in slices]
    return texts


def parted(data: bytes, mark: bytes) -> list[str]:
    """The same for pieces that stand in a row with a mark between each two."""
    texts = _characters(data.replace(mark, SEPARATOR.encode())).split(SEPARATOR)
    return texts if len(texts) == data.count(mark) + 1 else decode(data.split(mark))


def _joined(slices: Sequence[bytes]) -> list[str] | None:
    """All texts at once through one join and split, or None when the separator occurs in them."""
    texts = _characters(SEPARATOR.encode().join(slices)).split(SEPARATOR)
    return texts if len(texts) == len(slices) else None


def _characters(data: bytes) -> str:
    if b"&" in data:
        return _by_expat(data)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise damaged("a part of the package holds bytes that are not UTF-8") from None


def _by_expat(data: bytes) -> str:
    pieces: list[str] = []
    engine = markup.parser()
    engine.CharacterDataHandler = pieces.append
    markup.feed(engine, b"<t>%b</t>" % data)
    return "".join(pieces)
