"""What a package reaches out to by itself: other files, programs, connections, web pages, pictures it does not hold.

Only said, never followed. A part that cannot be read is said without its target: reading a workbook must not fail for
it. Links that somebody has to click, and formulas, are kept out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.ooxml.errors import PackageError
from tracker.ooxml.package import Package

_LINK, _CONNECTIONS, _QUERY = "externallink+xml", "connections+xml", "querytable+xml"
_DRAWING = "drawing+xml"
_KINDS = {"webPr": "web", "textPr": "file"}  # what tells a connection's kind; the others are asked by a driver


@dataclass(frozen=True)
class Outside:
    """One thing outside: link, dde, ole, connection, web, file or image; and where or what, as far as it is said."""

    kind: str
    target: str = ""


def outside(package: Package) -> tuple[Outside, ...]:
    """Everything a package reaches out to, in the order of its parts, each once."""
    found: list[Outside] = []
    for part in package.parts:
        kind = (package.content_type(part) or "").lower()
        read = next((read for ending, read in _READERS if kind.endswith(ending)), None)
        if read is None:
            continue
        try:
            found += read(package, part)
        except PackageError:
            found.append(Outside("link" if kind.endswith(_LINK) else "connection"))
    if any(one.kind in ("connection", *_KINDS.values()) for one in found):
        found = [one for one in found if one.kind != "query"]  # its connection is said already
    return tuple(dict.fromkeys(Outside("connection", one.target) if one.kind == "query" else one for one in found))


def _links(package: Package, part: str) -> Iterator[Outside]:
    """The other workbook, program or object that an external link part stands for."""
    targets = {one.id: one.target for one in package.relationships(part) if one.external}
    for element in package.elements(part):
        attributes = {name.rpartition(":")[2]: value for name, value in element.attributes.items()}
        if element.name == "externalBook":
            yield Outside("link", targets.get(attributes.get("id", ""), ""))
        elif element.name == "ddeLink":
            yield Outside("dde", "|".join(attributes.get(name, "") for name in ("ddeService", "ddeTopic")))
        elif element.name == "oleLink":
            yield Outside("ole", targets.get(attributes.get("id", ""), attributes.get("progId", "")))


def _connections(package: Package, part: str) -> Iterator[Outside]:
    """The connections of a workbook, by name or address; never their strings, which may hold a password."""
    elements = package.elements(part)
    inner = {id(one.parent): one for one in elements if one.name in _KINDS}
    for one in elements:
        if one.name != "connection" or one.attributes.get("deleted", "0") in ("1", "true"):
            continue
        how, name = inner.get(id(one)), one.attributes.get("name", "")
        if how is None:
            yield Outside("connection", name)
        else:
            yield Outside(_KINDS[how.name], how.attributes.get("url", how.attributes.get("sourceFile", "")) or name)


def _queries(package: Package, part: str) -> Iterator[Outside]:
    """The name of a query table: where what a connection brings is put."""
    yield from (
        Outside("query", one.attributes.get("name", "")) for one in package.elements(part) if one.name == "queryTable"
    )


def _pictures(package: Package, part: str) -> Iterator[Outside]:
    """Pictures that are loaded from elsewhere when the sheet is shown."""
    for one in package.relationships(part):
        if one.external and one.kind == "image":
            yield Outside("image", one.target)


_READERS = ((_LINK, _links), (_CONNECTIONS, _connections), (_QUERY, _queries), (_DRAWING, _pictures))
