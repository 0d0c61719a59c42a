"""Relationships and content types of a package: what is added stands behind what is there, and takes no name twice.

Kept out: which parts there are, and what they hold.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from tracker.ooxml import markup
from tracker.ooxml.markup import Edit
from tracker.ooxml.package import Package, relationships_part
from tracker.ooxml.tables import prefix_of

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class Link:
    """A relationship to be added: its id, its whole type, the part it points at."""

    id: str
    type: str
    part: str


def free_ids(package: Package, part: str) -> Iterator[str]:
    """Ids that no relationship of a part bears."""
    stored = package.find(relationships_part(part))
    found = package.elements(stored) if stored else []
    used = {one.attributes.get("Id", "").casefold() for one in found}
    return (name for name in (f"rId{n}" for n in count(1)) if name.casefold() not in used)


def linked(package: Package, part: str, links: Sequence[Link]) -> bytes:
    """The relationships of a part with more of them; a document of its own where it had none."""
    stored = package.find(relationships_part(part))
    empty = DECLARED + f'<Relationships xmlns="{PACKAGE_LINKS}"></Relationships>'.encode()
    document = markup.as_utf8(package.read(stored)) if stored else empty
    folder = "/" + posixpath.dirname(part)
    targets = [(one, quote(posixpath.relpath("/" + one.part, folder))) for one in links]
    return ended(document, [f'Relationship Id="{one.id}" Type="{one.type}" Target="{to}"/>' for one, to in targets])


def ended(document: bytes, tags: Sequence[str]) -> bytes:
    """A document with elements put behind the last child of its root, in the root's own prefix."""
    prefix = prefix_of(document, markup.elements(document)[0])
    return ended_with(document, b"".join(b"<" + prefix + tag.encode() for tag in tags))


def ended_with(document: bytes, more: bytes) -> bytes:
    """The same with elements that are written out, their namespaces with them."""
    root = markup.elements(document)[0]
    if root.end > root.inside:
        return markup.apply(document, [Edit(root.close, root.close, more)])
    tag, name = document[root.start : root.inside], prefix_of(document, root) + root.name.encode()
    whole = tag.removesuffix(b"/>").rstrip() + b">" + more + b"</" + name + b">"
    return markup.apply(document, [Edit(root.start, root.inside, whole)])
