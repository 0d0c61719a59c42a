"""What a table must not cover when it grows: merged cells, arrays over several cells, pivot tables.

Excel offers to repair such a workbook, and what it repairs is lost; so the growth is refused before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.ooxml import markup
from tracker.ooxml.errors import PackageError
from tracker.ooxml.package import Package
from tracker.ooxml.refs import Ref

MERGED, ARRAY, PIVOT = "merged cells", "an array formula", "a pivot table"
_REMEDIES = {
    MERGED: "unmerge them",
    ARRAY: "move it, or put more room between them",
    PIVOT: "put more room between them",
}


@dataclass(frozen=True)
class Growth:
    """A table that changes its area."""

    table: str
    old: Ref
    new: Ref

    @property
    def gained(self) -> Ref | None:
        """The rows it has not had; None when it shrinks."""
        if self.new.last_row <= self.old.last_row:
            return None
        return Ref(self.old.last_row + 1, self.new.first_column, self.new.last_row, self.new.last_column)


def refuse_covered(grown: Sequence[Growth], areas: Iterable[Ref], what: str) -> None:
    """PackageError when one of the areas lies, in whole or in part, in the rows that a table gains."""
    gained = [(growth.table, growth.gained) for growth in grown]
    for area in areas if gained else ():
        for table, rows in gained:
            if rows is not None and rows.meets(area):
                where = f"the table {table} would grow over {what} at {area}"
                raise PackageError("table-covered", f"{where}; {_REMEDIES[what]}, then run this again")


def pivots(package: Package, sheet_part: str) -> Iterator[Ref]:
    """The areas of the pivot tables of a sheet."""
    for relationship in package.relationships(sheet_part):
        if relationship.kind == "pivotTable" and not relationship.external and package.find(relationship.target):
            data = markup.as_utf8(package.read(relationship.target))
            place = markup.locate(data, "location")  # a pivot table may list more than elements are made for
            tag = data[place[0] : place[1]] if place else b""
            span = markup.attribute_span(tag, "ref")
            if span is not None:
                yield Ref.parse(tag[span[0] : span[1]].partition(b"=")[2].strip().decode("ascii", "replace")[1:-1])
