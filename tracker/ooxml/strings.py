"""The shared string table as one array of texts, and None behind the last: at -1 is what no text is.

Plain items are taken by splitting bytes; rich, phonetic and oddly written ones are parsed one by one, so that a few of
them do not slow down the rest. The declared counts are never believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml import markup, text
from tracker.ooxml.errors import PackageError

LONGEST = 1 << 24  # bytes of one text with its mark-up; a cell holds 32,767 characters
_PLAIN = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t>\Z")
_FIRST, _LAST = b"<si><t>", b"</t></si>"
_BETWEEN = _LAST + _FIRST
_SPELLED = (b"_x", b"&#")  # without either no text holds a spelling: a reference may stand for the letters of one


def shared_strings(blocks: Iterable[bytes]) -> NDArray[np.object_]:
    """All texts of the table, in order, and None, from the blocks of its part (UTF-8)."""
    stream = iter(blocks)
    head, pending = _head(stream)
    texts: list[str] = []
    while _known(pending):
        cut = pending.rfind(b"</si>") + 5
        if cut >= 5:
            items = _items(pending[:cut])
            if items is None:
                break
            texts += items
            pending = pending[cut:]
        block = next(stream, b"")
        if not block:
            return _array(texts)
        pending += block
        _refuse_longer(pending)
    return _array(texts + _exact(b"".join([head, pending, *stream])))


def _head(stream: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The bytes before the first item, and those from it on; nothing follows when the table is empty."""
    data, want = b"", 0
    for block in stream:
        data += block
        _refuse_longer(data)
        if len(data) < want:
            continue
        place = markup.locate(data, None)
        if place is not None:
            return data[: place[0]], data[place[0] :]
        want = 2 * len(data)  # what stands before the first item is looked at anew each time
    place = markup.locate(data, None)
    return (data[: place[0]], data[place[0] :]) if place else (data, b"")


def _refuse_longer(data: bytes) -> None:
    """Joining the blocks of a hostile text, or of what stands before the first, would take minutes."""
    if len(data) > LONGEST:
        raise PackageError("too-large", "a shared text of the package is longer than any text of work")


def _known(pending: bytes) -> bool:
    """Whether the next item, or the end of the table, is written without a prefix."""
    return pending[:3] in (b"", b"<", b"<s", b"<si", b"</", b"</s", b"<e", b"<ex")


def _items(chunk: bytes) -> list[str] | None:
    """The texts of whole items; None when there are comments or CDATA, where the cut may be wrong."""
    plain = chunk.replace(b'<t xml:space="preserve">', b"<t>").replace(b"<t/>", b"<t></t>")
    items = plain.count(_BETWEEN) + 1
    # As many tags as so many items have, and those where they belong: then none is left inside a text.
    if plain.startswith(_FIRST) and plain.endswith(_LAST) and plain.count(b"<") == 4 * items:
        texts = text.parted(plain[len(_FIRST) : -len(_LAST)], _BETWEEN)
        return text.unescaped(texts) if any(sign in plain for sign in _SPELLED) else texts
    return None if b"<!" in chunk or b"<?" in chunk else _one_by_one(chunk)


def _one_by_one(chunk: bytes) -> list[str]:
    """The same for a chunk that holds rich or phonetic items: only these are parsed."""
    texts: list[str] = []
    run: list[bytes] = []
    for item in chunk.split(b"</si>")[:-1]:
        match = _PLAIN.match(item)
        if match:
            run.append(match.group(1))
        else:
            texts += text.unescaped(text.decode(run)) + _exact(b"<sst>%b</si></sst>" % item)
            run = []
    return texts + text.unescaped(text.decode(run))


def _exact(document: bytes) -> list[str]:
    """The texts of any table, by expat: all `t` of an item except those of its phonetic guide."""
    texts: list[str] = []
    path: list[str] = []
    pieces: list[str] = []
    engine = markup.parser()

    def start(name: str, _: object) -> None:
        path.append(markup.local(name))

    def end(_: str) -> None:
        if path.pop() == "si":
            texts.append(text.unescape("".join(pieces)))
            pieces.clear()

    def characters(data: str) -> None:
        if path[-1:] == ["t"] and "rPh" not in path:
            pieces.append(data)

    engine.StartElementHandler, engine.EndElementHandler, engine.CharacterDataHandler = start, end, characters
    markup.feed(engine, document)
    return texts


def _array(texts: list[str]) -> NDArray[np.object_]:
    table = np.empty(len(texts) + 1, object)
    table[:-1] = texts
    return table
