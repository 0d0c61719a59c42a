"""The calculation chain: the part that lists the formula cells.

An entry for a cell that is no formula any more makes Excel offer a repair; a missing chain it builds again by itself.
So the chain is left alone until a formula disappears, and then goes as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.ooxml import markup
from tracker.ooxml.package import CONTENT_TYPES, Package, relationships_part

KIND = "calcChain"


def without_chain(package: Package, workbook_part: str) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """The parts that change when the chain goes, with their new content, and the parts that go; nothing without one."""
    chains = [one.target for one in package.relationships(workbook_part) if one.kind == KIND and not one.external]
    if not chains:
        return {}, ()
    named = {"/" + chain.casefold() for chain in chains}
    relationships, types = package.find(relationships_part(workbook_part)), package.find(CONTENT_TYPES)
    changed = {}
    if relationships is not None:
        changed[relationships] = _without(package.read(relationships), _is_chain)
    if types is not None:
        changed[types] = _without(package.read(types), lambda at: at.get("PartName", "").casefold() in named)
    return changed, tuple(part for part in map(package.find, chains) if part is not None)


def _is_chain(attributes: Mapping[str, str]) -> bool:
    return attributes.get("Type", "").rpartition("/")[2] == KIND


def _without(data: bytes, goes: Callable[[Mapping[str, str]], bool]) -> bytes:
    """The document without the elements whose attributes say so."""
    document = markup.as_utf8(data)
    gone = [markup.Edit(one.start, one.end, b"") for one in markup.elements(document) if goes(one.attributes)]
    return markup.apply(document, gone)
