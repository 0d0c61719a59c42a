"""Formulas that reach beyond their own cell: shared formulas, arrays, data tables.

A shared formula is written out once, in its master; the other cells of the group only name it. When the master is
overwritten, the group is handed on to the next of its cells. Arrays and data tables have values in cells that hold no
formula themselves; nobody may write into them, so here they are only found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tracker.ooxml import markup, text
from tracker.ooxml.chunk import Chunk, Details, Mask
from tracker.ooxml.errors import PackageError
from tracker.ooxml.formulae import tag_attributes
from tracker.ooxml.refs import Ref
from tracker.ooxml.relative import SharedFormula
from tracker.ooxml.render import formula_xml

REACHING = (b"array", b"dataTable")


@dataclass(frozen=True)
class Orphan:
    """A group of shared formulas whose master was overwritten: its formula, and the area it covers."""

    formula: SharedFormula
    ref: Ref | None


@dataclass(frozen=True)
class Handover:
    """A formula tag, with its text, to be replaced: the bytes [start, end) of the chunk."""

    start: int
    end: int
    text: bytes


def reaching(chunk: Chunk) -> Iterator[Ref]:
    """The areas of the arrays and data tables that begin in this chunk."""
    special = chunk.special()
    if not len(special) or not any(word in chunk.data for word in REACHING):
        return
    details = chunk.details(special)
    for i in range(len(details.type)):
        tag = _tag(chunk, details, i)
        if any(word in tag for word in REACHING):
            attributes = tag_attributes(tag)
            if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                yield Ref.parse(attributes["ref"])


def handed_on(chunk: Chunk, touched: Mask, orphans: dict[str, Orphan]) -> list[Handover]:
    """New masters in this chunk for groups that lost theirs; `orphans`, by si, holds those still without one after it.

    touched: mask over the chunk's cells of those that are overwritten.
    """
    special = chunk.special()
    if not len(special) or b"shared" not in chunk.data or not (orphans or touched.any()):
        return []
    details = chunk.details(special)
    found = []
    for i in np.flatnonzero(touched[special] & (details.formula_end > details.formula_start)).tolist():
        _leave(chunk, details, i, int(special[i]), orphans)
    for i in np.flatnonzero(~touched[special]).tolist() if orphans else ():
        attributes = _attributes(chunk, details, i)
        orphan = orphans.pop(attributes.get("si", ""), None) if attributes else None
        # A group that has a master of its own further down needs none from us.
        if orphan is not None and not _text(chunk, details, i):
            found.append(_handover(chunk, details, i, int(special[i]), orphan))
        if not orphans:
            break
    return found


def _tag(chunk: Chunk, details: Details, i: int) -> bytes:
    return chunk.data[int(details.formula_tag_start[i]) : int(details.formula_tag_end[i])]


def _attributes(chunk: Chunk, details: Details, i: int) -> Mapping[str, str]:
    """The attributes of a shared formula; none for another kind of formula."""
    tag = _tag(chunk, details, i)
    attributes = tag_attributes(tag) if b"shared" in tag else {}
    return attributes if attributes.get("t") == "shared" else {}


def _text(chunk: Chunk, details: Details, i: int) -> str:
    written = details.written.get(i, (None, None))[1]
    if written is not None:
        return written
    return text.decode([chunk.data[int(details.formula_start[i]) : int(details.formula_end[i])]])[0]


def _leave(chunk: Chunk, details: Details, i: int, cell: int, orphans: dict[str, Orphan]) -> None:
    """Note the group of a master that is overwritten."""
    attributes, formula = _attributes(chunk, details, i), _text(chunk, details, i)
    if not attributes or not formula:
        return
    try:
        ref = Ref.parse(attributes["ref"])
    except (KeyError, PackageError):
        ref = None
    master = SharedFormula.parse(formula, int(chunk.row[cell]), int(chunk.column[cell]))
    orphans[attributes.get("si", "")] = Orphan(master, ref)


def _handover(chunk: Chunk, details: Details, i: int, cell: int, orphan: Orphan) -> Handover:
    """The cell as the new master: the group's formula as it reads from here, over the rows from here on."""
    row, column = int(chunk.row[cell]), int(chunk.column[cell])
    start, tag = int(details.formula_tag_start[i]), _tag(chunk, details, i)
    ref = orphan.ref or Ref(row, column, row, column)
    covered = Ref(row, min(ref.first_column, column), max(ref.last_row, row), max(ref.last_column, column))
    opened = markup.set_attribute(tag, "ref", str(covered))
    written = formula_xml(orphan.formula.at(row, column))
    if not opened.endswith(b"/>"):
        return Handover(start, int(details.formula_end[i]), opened + written)
    name = re.match(rb"<([^\s/>]+)", opened)
    closing = b"</%b>" % (name.group(1) if name else b"f")
    return Handover(start, start + len(tag), opened[:-2].rstrip() + b">" + written + closing)
