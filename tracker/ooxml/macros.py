"""Macros in a package: the VBA project, what says that there is one, and the names by which it knows the sheets.

Excel finds the module behind a sheet by the sheet's code name; a save by LibreOffice drops these names. Kept out: what
the macros do, and the buttons that call them (`buttons`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from tracker.ooxml import markup
from tracker.ooxml.links import Link, ended, free_ids, linked
from tracker.ooxml.markup import Edit
from tracker.ooxml.package import CONTENT_TYPES, Package, relationships_part
from tracker.ooxml.tables import prefix_of
from tracker.ooxml.workbook import Workbook

PROJECT_KIND = "vbaProject"
PROJECT_LINK = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
MAIN_TYPES = {  # of a workbook and a template, without macros → with
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": (
        "application/vnd.ms-excel.template.macroEnabled.main+xml"
    ),
}
BOOK_NAME, SHEET_NAME = "ThisWorkbook", "Sheet"
_BEFORE_PROPERTIES = ("fileVersion", "fileSharing")


@dataclass(frozen=True)
class CodeNames:
    """The code names of a workbook and of its worksheets, in the order of the tabs; empty where there is none."""

    book: str
    sheets: tuple[str, ...]


def project_part(workbook: Workbook) -> str | None:
    """The part of the VBA project, or None."""
    found = (one.target for one in workbook.package.relationships(workbook.part) if one.kind == PROJECT_KIND)
    return next(filter(None, map(workbook.package.find, found)), None)


def code_names(workbook: Workbook) -> CodeNames:
    """The code names as they stand in a workbook."""
    found = workbook.package.elements(workbook.part)
    book = next((one.attributes.get("codeName", "") for one in found if one.name == "workbookPr"), "")
    return CodeNames(book, tuple(_name_in(workbook.stream(sheet.name).head) for sheet in workbook.sheets))


def _name_in(head: bytes) -> str:
    place = markup.locate(head, "sheetPr")
    if place is None:
        return ""
    tag = head[place[0] : place[1]]
    span = markup.attribute_span(tag, "codeName")
    return tag[span[0] : span[1]].partition(b"=")[2].strip()[1:-1].decode("utf-8", "replace") if span else ""


def counted(sheets: int) -> CodeNames:
    """The names Excel gives in a new workbook of so many sheets."""
    return CodeNames(BOOK_NAME, tuple(f"{SHEET_NAME}{n}" for n in range(1, sheets + 1)))


def completed(names: CodeNames) -> CodeNames:
    """The same names, those that are missing given as Excel would give them."""
    taken = {name.casefold() for name in (names.book, *names.sheets)}
    free = (name for name in (f"{SHEET_NAME}{n}" for n in count(1)) if name.casefold() not in taken)
    return CodeNames(names.book or BOOK_NAME, tuple(name or next(free) for name in names.sheets))


def named_sheet(head: bytes, name: str) -> bytes:
    """The head of a sheet with this code name; the very same bytes when it has it."""
    if _name_in(head) == name:
        return head
    place = markup.locate(head, "sheetPr")
    if place is not None:
        tag = markup.set_attribute(head[place[0] : place[1]], "codeName", name)
        return head[: place[0]] + tag + head[place[1] :]
    first = markup.locate(head, None)
    at = first[0] if first else head.rindex(b"<")
    return head[:at] + b'<%bsheetPr codeName="%b"/>' % (prefix_of_cells(head), name.encode()) + head[at:]


def prefix_of_cells(head: bytes) -> bytes:
    """The prefix of a sheet's own elements, with its colon; the head of a sheet ends with the start of its cells."""
    return head[head.rindex(b"<") + 1 :].partition(b"sheetData")[0]


def named_book(document: bytes, name: str) -> bytes:
    """The workbook part with this code name."""
    found = markup.elements(document)
    root = found[0]
    properties = next((one for one in found if one.path == ("workbook", "workbookPr")), None)
    if properties is not None:
        tag = markup.set_attribute(document[properties.start : properties.inside], "codeName", name)
        return markup.apply(document, [Edit(properties.start, properties.inside, tag)])
    before = [one.end for one in found if one.parent is root and one.name in _BEFORE_PROPERTIES]
    at = max(before, default=root.inside)
    tag = b'<%bworkbookPr codeName="%b"/>' % (prefix_of(document, root), name.encode())
    return markup.apply(document, [Edit(at, at, tag)])


def typed_main(document: bytes, part: str) -> bytes:
    """The content types, the main part called one with macros; the very same bytes when it is one."""
    for one in markup.elements(document):
        mine = one.attributes.get("PartName", "").casefold() == f"/{quote(part)}".casefold()
        kind = MAIN_TYPES.get(one.attributes.get("ContentType", ""))
        if one.name == "Override" and mine:
            if kind is None:
                return document
            tag = markup.set_attribute(document[one.start : one.inside], "ContentType", kind)
            return markup.apply(document, [Edit(one.start, one.inside, tag)])
    return ended(document, [override(part, next(iter(MAIN_TYPES.values())))])


def override(part: str, kind: str) -> str:
    """A content type of one part, as `ended` takes it."""
    return f'Override PartName="/{quote(part)}" ContentType="{kind}"/>'


def with_project(workbook: Workbook, project: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts that change or come when a workbook gets this project, in the place of one that it has."""
    package, stored = workbook.package, project_part(workbook)
    types = typed_main(markup.as_utf8(package.read(CONTENT_TYPES)), workbook.part)
    if stored is None:
        part = free_part(package, posixpath.join(posixpath.dirname(workbook.part), "vbaProject.bin"))
        types = ended(types, [override(part, PROJECT_TYPE)])
        link = Link(next(free_ids(package, workbook.part)), PROJECT_LINK, part)
        yield relationships_part(workbook.part), linked(package, workbook.part, [link])
    yield CONTENT_TYPES, types
    yield stored or part, project


def free_part(package: Package, name: str) -> str:
    """A part name that nothing bears: this one, or one with a number before its ending."""
    stem, dot, ending = name.rpartition(".")
    names = (name, *(f"{stem}{n}{dot}{ending}" for n in range(2, 10_000)))
    return next(one for one in names if package.find(one) is None and one.lower() not in package.content_types[1])


def code_names_differ(before: CodeNames, after: CodeNames) -> Sequence[int]:
    """The sheets, by number, whose code names differ."""
    return [i for i, (old, new) in enumerate(zip(before.sheets, after.sheets, strict=True)) if old != new]
