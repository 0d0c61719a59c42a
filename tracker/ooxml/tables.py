"""Tables that grow, and calculated columns that get their formula (back): edits of a table part in place.

Whatever is not asked for keeps its bytes: styles, filters, sort states, column ids, extensions, header texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tracker.ooxml import markup, text
from tracker.ooxml.errors import PackageError
from tracker.ooxml.markup import Edit, Element
from tracker.ooxml.refs import Ref
from tracker.ooxml.render import formula_xml, prefixed
from tracker.ooxml.workbook import TableInfo
from tracker.ooxml.writes import TableChange

FORMULA = "calculatedColumnFormula"


def changed_table(data: bytes, table: TableInfo, change: TableChange) -> bytes:
    """The table part with its area and column formulas as asked; the same object when nothing differs.

    PackageError when the table cannot take the area (a totals row stands in the way, its header would move) or has no
    such column.
    """
    document = markup.as_utf8(data)
    found = markup.elements(document)
    edits = [*_area(document, found, table, change.ref), *_formulas(document, found, change.formulas)]
    return markup.apply(document, edits) if edits else data


def grown_tables(tables: Sequence[TableInfo], changes: Iterable[TableChange]) -> Mapping[str, Ref]:
    """The new area of each table that changes it, by name; PackageError when two would then overlap."""
    grown: dict[str, Ref] = {}
    for change in changes:
        table = named(tables, change.name)
        if change.ref is not None and change.ref != table.ref:
            grown[table.name] = change.ref
    for name, area in grown.items():
        mine = named(tables, name)
        for other in tables:
            if other is not mine and other.sheet == mine.sheet and area.meets(grown.get(other.name, other.ref)):
                raise PackageError("table-overlap", "a table would grow over another one; put more room between them")
    return grown


def named(tables: Sequence[TableInfo], name: str) -> TableInfo:
    """The table of this name, without regard to case; PackageError when there is none."""
    for table in tables:
        if table.name.casefold() == name.casefold():
            return table
    raise PackageError("no-table", f"the workbook has no table {name}")


def without_insert_row(data: bytes) -> bytes:
    """The table part without the word that its one row is no data; Excel says so of a table that lost all its rows."""
    document = markup.as_utf8(data)
    root = markup.elements(document)[0]
    tag = document[root.start : root.inside]
    for name in ("insertRow", "insertRowShift"):
        span = markup.attribute_span(tag, name)
        tag = tag if span is None else tag[: span[0]] + tag[span[1] :]
    return markup.apply(document, [Edit(root.start, root.inside, tag)])


def _area(document: bytes, found: list[Element], table: TableInfo, ref: Ref | None) -> Iterator[Edit]:
    """The new area of the table and of its filter, which leaves out a totals row."""
    if ref is None or ref == table.ref:
        return
    if table.totals_rows:
        raise PackageError("totals-row", f"the table {table.name} has a totals row; switch it off, then run this again")
    header = (table.ref.first_row, table.ref.first_column, table.ref.last_column)
    if header != (ref.first_row, ref.first_column, ref.last_column) or ref.last_row < ref.first_row + table.header_rows:
        raise PackageError("table-moved", f"the table {table.name} can only grow or shrink at its lower end")
    root = found[0]
    yield _attribute(document, root, "ref", str(ref))
    for element in found[1:]:
        if element.parent is root and element.name == "autoFilter" and "ref" in element.attributes:
            yield _attribute(document, element, "ref", str(ref))


def _attribute(document: bytes, element: Element, name: str, value: str) -> Edit:
    tag = document[element.start : element.inside]
    return Edit(element.start, element.inside, markup.set_attribute(tag, name, value))


def _formulas(document: bytes, found: list[Element], formulas: Mapping[str, str | None]) -> Iterator[Edit]:
    columns = {
        text.unescape(one.attributes.get("name", "")).casefold(): one for one in found if one.name == "tableColumn"
    }
    for name, formula in formulas.items():
        column = columns.get(name.casefold())
        if column is None:
            raise PackageError("no-column", "a table lacks a column that was to get a formula")
        old = next((one for one in found if one.parent is column and one.name == FORMULA), None)
        yield from _formula(document, column, old, formula)


def _formula(document: bytes, column: Element, old: Element | None, formula: str | None) -> Iterator[Edit]:
    """Replace, add or remove the formula of one column; it is the first of a column's children."""
    if old is not None and formula is None:
        yield Edit(old.start, old.end, b"")
    if formula is None or (old is not None and old.text == formula and "array" not in old.attributes):
        return
    prefix = prefix_of(document, column)
    written = b"<%b>%b</%b>" % (FORMULA.encode(), formula_xml(formula), FORMULA.encode())
    written = prefixed(written, prefix) if prefix else written
    if old is not None:
        yield Edit(old.start, old.end, written)
    elif column.close > column.inside or column.end > column.inside:
        yield Edit(column.inside, column.inside, written)
    else:
        tag = document[column.start : column.inside].removesuffix(b"/>").rstrip() + b">"
        yield Edit(column.start, column.inside, tag + written + b"</%btableColumn>" % prefix)


def prefix_of(document: bytes, element: Element) -> bytes:
    """The namespace prefix of an element with its colon, or nothing."""
    name = document[element.start + 1 : element.inside]
    return name[: name.index(element.name.encode())]
