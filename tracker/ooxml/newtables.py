"""Tables laid over cells that stand there: a part, a link from the sheet, its content type, its place in the sheet.

What Excel would offer to repair is refused before it is written. The cells are not touched, and every other part keeps
its bytes. Kept out: what a header means, and whether the cells are headers at all.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from tracker.ooxml import markup, text
from tracker.ooxml.archive import Packed, rebuild
from tracker.ooxml.errors import PackageError
from tracker.ooxml.growth import pivots
from tracker.ooxml.links import DECLARED, LINKS, Link, ended, free_ids, linked
from tracker.ooxml.pack import Packer, packed
from tracker.ooxml.package import CONTENT_TYPES, relationships_part
from tracker.ooxml.refs import Ref
from tracker.ooxml.render import formula_xml
from tracker.ooxml.shared import reaching
from tracker.ooxml.tables import FORMULA
from tracker.ooxml.workbook import SheetInfo, Workbook
from tracker.ooxml.writes import NewTable, Patched

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
PLAIN_STYLE = "TableStyleLight1"  # one that every Excel has

# Why a table cannot stand where it is wanted: the word for it, and how an error says it.
HINDRANCES = {
    "name": "its name is taken; rename what is called like it",
    "table_taken": "another table stands in its area; put more room between them",
    "merged": "merged cells lie in its area; unmerge them",
    "filter": "a filter of the sheet lies over its area; take it off (Data, Filter)",
    "pivot": "a pivot table lies in its area; move it",
    "array": "an array formula lies in its area; move it",
}
_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([^\"']*)[\"']")
_REF = re.compile(rb"\sref\s*=\s*[\"']([^\"']*)[\"']")


def barred(workbook: Workbook, table: NewTable) -> str:
    """Why the table cannot be laid where it is wanted, as a key of HINDRANCES; empty when it can.

    PackageError when the sheet is damaged or not there.
    """
    sheet = workbook.sheet(table.sheet)
    taken = [*(one.name for one in workbook.tables), *(one.name for one in workbook.names)]
    if table.name.casefold() in map(str.casefold, taken):
        return "name"
    if any(one.sheet == sheet.name and one.ref.meets(table.ref) for one in workbook.tables):
        return "table_taken"
    if any(area.meets(table.ref) for area in pivots(workbook.package, sheet.part)):
        return "pivot"
    return next((kind for kind, area in _lying(workbook, sheet) if area.meets(table.ref)), "")


def _lying(workbook: Workbook, sheet: SheetInfo) -> Iterator[tuple[str, Ref]]:
    """What lies over the cells of a sheet: arrays over several of them, merged ones, its filter."""
    stream = workbook.stream(sheet.name)
    for chunk in stream.chunks():
        yield from (("array", area) for area in reaching(chunk) if area.cells > 1)
    if b"mergeCell" in stream.tail:
        yield from (("merged", _ref(match[1])) for match in _MERGED.finditer(stream.tail))
    document = stream.head + stream.tail
    place = markup.locate(document, "autoFilter")
    found = _REF.search(document[place[0] : place[1]]) if place else None
    if found:
        yield "filter", _ref(found[1])


def _ref(written: bytes) -> Ref:
    return Ref.parse(written.decode("ascii", "replace"))


@dataclass(frozen=True)
class _Part:
    """A table with the part it becomes, its number in the workbook, and its link from the sheet."""

    table: NewTable
    name: str
    id: int
    link: str


def with_tables(workbook: Workbook, tables: Sequence[NewTable]) -> Patched:
    """The package with the tables laid over its cells; the very same bytes when there are none.

    PackageError when one cannot stand where it is wanted.
    """
    if not tables:
        return Patched(workbook.data)
    for i, table in enumerate(tables):
        meets = any(one.sheet == table.sheet and one.ref.meets(table.ref) for one in tables[:i])
        reason = barred(workbook, table) or ("table_taken" if meets else "")
        if reason:
            raise PackageError("table-barred", f"the table {table.name} cannot be made: {HINDRANCES[reason]}")
    parts = list(_parts(workbook, tables))
    changed, added = {CONTENT_TYPES: packed(_types(workbook, parts))}, dict[str, Packed]()
    added |= {one.name: packed(_table_xml(one, _style(workbook, one.table.style))) for one in parts}
    for sheet in workbook.sheets:
        mine = [one for one in parts if workbook.sheet(one.table.sheet) == sheet]
        if mine:
            changed[sheet.part] = _sheet(workbook, sheet, mine)
            links = relationships_part(sheet.part)
            stored = workbook.package.find(links)
            new = [Link(one.link, f"{LINKS}/table", one.name) for one in mine]
            (changed if stored else added)[stored or links] = packed(linked(workbook.package, sheet.part, new))
    touched = (*changed, *added)
    members = {workbook.package.member(part).name: body for part, body in changed.items()}
    return Patched(rebuild(workbook.package.archive, members, (), added), touched)


def _parts(workbook: Workbook, tables: Sequence[NewTable]) -> Iterator[_Part]:
    """A free part name, a free number and a free link for each table."""
    folder = posixpath.join(posixpath.dirname(workbook.part), "tables")
    names = (posixpath.join(folder, f"table{n}.xml") for n in count(1))
    free = (name for name in names if not _is_taken(workbook, name))
    numbers = count(1 + max((_number(workbook, one.part) for one in workbook.tables), default=0))
    links: dict[str, Iterator[str]] = {}
    for table in tables:
        part = workbook.sheet(table.sheet).part
        yield _Part(table, next(free), next(numbers), next(links.setdefault(part, free_ids(workbook.package, part))))


def _is_taken(workbook: Workbook, name: str) -> bool:
    """Whether a part is called like it, or the content types name one that is gone."""
    return workbook.package.find(name) is not None or name.lower() in workbook.package.content_types[1]


def _number(workbook: Workbook, part: str) -> int:
    written = workbook.package.elements(part)[0].attributes.get("id", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0


def _style(workbook: Workbook, name: str) -> str:
    """The style by its name where the workbook has it, else a plain one."""
    for one in workbook.package.relationships(workbook.part):
        if one.kind == "styles" and workbook.package.find(one.target):
            found = workbook.package.elements(one.target)
            if any(style.name == "tableStyle" and style.attributes.get("name") == name for style in found):
                return name
    return PLAIN_STYLE


def _types(workbook: Workbook, parts: Sequence[_Part]) -> bytes:
    """The content types with those of the new parts."""
    document = markup.as_utf8(workbook.package.read(CONTENT_TYPES))
    return ended(document, [f'Override PartName="/{quote(one.name)}" ContentType="{TABLE_TYPE}"/>' for one in parts])


def _sheet(workbook: Workbook, sheet: SheetInfo, parts: Sequence[_Part]) -> Packed:
    """The sheet with the tables named at its end; its rows pass as they are."""
    stream = workbook.stream(sheet.name)
    live = {one.id for one in workbook.package.relationships(sheet.part) if one.kind == "table"}
    with Packer() as packer:
        packer.put(stream.head)
        for piece in stream.pieces():
            packer.put(piece)
        packer.put(_named(stream.head, stream.tail, parts, live))
        return packer.result()


def _named(head: bytes, tail: bytes, parts: Sequence[_Part], live: set[str]) -> bytes:
    """The tail of a sheet with the tables in its list of them; what that list named and is gone leaves it."""
    document = head + tail
    first = markup.locate(document, None)
    root = document[: first[0]] if first else head
    bound = re.search(rb"\sxmlns:([\w.-]+)\s*=\s*[\"']%b[\"']" % re.escape(LINKS.encode()), root)
    found = re.search(rb"<((?:[^\s<>/:]+:)?)sheetData[^<]*\Z", head)
    prefix, name = found[1] if found else b"", bound[1] if bound else b"r"
    declared = b"" if bound else b' xmlns:r="%b"' % LINKS.encode()
    more = [b'<%btablePart%b %b:id="%b"/>' % (prefix, declared, name, one.link.encode()) for one in parts]
    place = markup.locate(document, "tableParts")
    start, end, kept = _listed(document, place, live) if place else (*_end_of(document), [])
    every = [*kept, *more]
    listed = b'<%btableParts count="%d">%b</%btableParts>' % (prefix, len(every), b"".join(every), prefix)
    return document[len(head) : start] + listed + document[end:]


def _listed(document: bytes, place: tuple[int, int], live: set[str]) -> tuple[int, int, list[bytes]]:
    """Where the list of tables stands, and those in it that are there."""
    closing = re.compile(rb"</(?:[\w.-]+:)?tableParts\s*>").search(document, place[1])
    end = place[1] if document[place[0] : place[1]].endswith(b"/>") or closing is None else closing.end()
    whole = document[place[0] : end]
    kept = []
    for one in markup.elements(whole)[1:]:
        ids = [value for key, value in one.attributes.items() if markup.local(key) == "id"]
        if live.intersection(ids):
            kept.append(whole[one.start : one.end])
    return place[0], end, kept


def _end_of(document: bytes) -> tuple[int, int]:
    """Where a list of tables belongs in a sheet that has none: last but for the extensions."""
    place = markup.locate(document, "extLst")
    at = place[0] if place else document.rindex(b"</")
    return at, at


def _table_xml(part: _Part, style: str) -> bytes:
    """The part of a table, as Excel writes one without a totals row."""
    table, ref = part.table, str(part.table.ref)
    columns = "".join(_column_xml(i, header, table.formulas.get(header)) for i, header in enumerate(table.headers, 1))
    name = markup.quoted(table.name)
    filters = f'<autoFilter ref="{ref}"/>' if table.filters else ""
    said = 'showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"'
    return (
        DECLARED
        + (
            f'<table xmlns="{MAIN}" id="{part.id}" name="{name}" displayName="{name}" ref="{ref}" totalsRowShown="0">'
            f'{filters}<tableColumns count="{len(table.headers)}">{columns}</tableColumns>'
            f'<tableStyleInfo name="{markup.quoted(style)}" {said}/></table>'
        ).encode()
    )


def _column_xml(number: int, header: str, formula: str | None) -> str:
    """A column; Excel spells the line breaks of a header as it spells what XML cannot hold."""
    name = markup.quoted(text.escaped(header).replace("\n", "_x000a_"))
    if formula is None:
        return f'<tableColumn id="{number}" name="{name}"/>'
    written = formula_xml(formula).decode()
    return f'<tableColumn id="{number}" name="{name}"><{FORMULA}>{written}</{FORMULA}></tableColumn>'
