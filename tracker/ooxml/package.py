"""The package: parts, their content types and relationships, on top of the zip container.

Knows the Open Packaging Conventions and nothing of spreadsheets. Parts are found through relationships, never by a
guessed path, because writers put them where they like.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from tracker.ooxml import markup
from tracker.ooxml.archive import Archive, Member, inflate, packed_body
from tracker.ooxml.errors import PackageError, damaged
from tracker.ooxml.preflight import admit, part_name

CONTENT_TYPES = "[Content_Types].xml"
LARGEST_SMALL = 1 << 25  # bytes of a part that is held as elements; styles and names of real work take a few MB


@dataclass(frozen=True)
class Relationship:
    """One relationship: its id, the last word of its type ("worksheet"), and the part it points at."""

    id: str
    kind: str
    target: str
    external: bool
    type: str


class Package:
    """The parts of a package by name; bytes are unpacked when asked for."""

    def __init__(self, data: bytes) -> None:
        self.archive: Archive = admit(data)
        self._members: Mapping[str, Member] = {part_name(member.name): member for member in self.archive.members}
        # A name may be stored as it stands in a relationship, with %20 for a blank.
        self._folded = {unquote(name).casefold(): name for name in self._members}
        self._folded |= {name.casefold(): name for name in self._members}

    @property
    def parts(self) -> tuple[str, ...]:
        """All part names in the order of the directory."""
        return tuple(self._members)

    def find(self, name: str) -> str | None:
        """The spelling under which a part is stored (names are equal without regard to case), or None."""
        return name if name in self._members else self._folded.get(name.casefold())

    def member(self, name: str) -> Member:
        """The zip member of a part; PackageError when it is missing."""
        found = self.find(name)
        if found is None:
            raise damaged(f"the part {name} is missing from the package")
        return self._members[found]

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a part in blocks of at most a mebibyte."""
        return inflate(self.archive, self.member(name))

    def read(self, name: str) -> bytes:
        """The content of a part."""
        return b"".join(self.blocks(name))

    def differing(self, other: Package) -> set[str]:
        """The parts that are not stored alike, byte for byte, in both packages; those that one of them lacks too."""
        every = {*self.parts, *other.parts}
        return {part for part in every if not self._stored_as_in(other, part)}

    def _stored_as_in(self, other: Package, part: str) -> bool:
        """Whether a part is in both packages, and all that says what it holds is the same in them."""
        mine, theirs = self._members.get(part), other._members.get(part)
        if mine is None or theirs is None:
            return False
        said = [(one.method, one.crc, one.size, one.packed) for one in (mine, theirs)]
        # The bytes are the last to be looked at: those of a large sheet are not copied when it differs anyway.
        return said[0] == said[1] and bytes(packed_body(self.archive, mine)) == packed_body(other.archive, theirs)

    def elements(self, name: str) -> list[markup.Element]:
        """The elements of an XML part; PackageError for one that is far larger than any that is read like this."""
        if self.member(name).size > LARGEST_SMALL:
            raise PackageError("too-large", "a part of the package lists more than any workbook does")
        return markup.elements(markup.as_utf8(self.read(name)))

    @cached_property
    def content_types(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Content types by extension and by part name, both in lower case."""
        defaults, overrides = {}, {}
        for element in self.elements(CONTENT_TYPES):
            kind = element.attributes.get("ContentType", "")
            if element.name == "Default":
                defaults[element.attributes.get("Extension", "").lower()] = kind
            elif element.name == "Override":
                overrides[element.attributes.get("PartName", "").removeprefix("/").lower()] = kind
        return defaults, overrides

    def content_type(self, name: str) -> str | None:
        """The declared content type of a part, or None when the package does not say."""
        defaults, overrides = self.content_types
        extension = name.rpartition(".")[2].lower()
        return overrides.get(name.lower()) or defaults.get(extension)

    def is_xml(self, name: str) -> bool:
        """Whether a part is declared as XML; VML is not, and often is none."""
        kind = self.content_type(name) or ""
        return kind.endswith(("+xml", "/xml")) or name == CONTENT_TYPES or (not kind and name.endswith(".xml"))

    def relationships(self, name: str) -> tuple[Relationship, ...]:
        """The relationships of a part ("" for the package itself); none when it has no relationship part."""
        part = self.find(relationships_part(name))
        if part is None:
            return ()
        found = [element for element in self.elements(part) if element.name == "Relationship"]
        return tuple(_relationship(name, element.attributes) for element in found)


def relationships_part(name: str) -> str:
    """Where the relationships of a part are stored."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", file + ".rels")


def _relationship(source: str, attributes: Mapping[str, str]) -> Relationship:
    kind, target = attributes.get("Type", ""), attributes.get("Target", "")
    external = attributes.get("TargetMode") == "External"
    if not external:
        base = "/" + posixpath.dirname(source)
        target = posixpath.normpath(posixpath.join(base, unquote(target).replace("\\", "/"))).lstrip("/")
    return Relationship(attributes.get("Id", ""), kind.rpartition("/")[2], target, external, kind)
