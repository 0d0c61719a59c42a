"""Buttons on sheets: shapes that call a macro, as Excel draws them, in the sheet's drawing or a new one.

A shape takes its colours from the theme, and Excel and LibreOffice run its macro on a click; the form controls of VML
would be grey, and would touch the part in which notes are kept. A save by LibreOffice keeps the shape and drops the
macro: such a one gets it back, and stays where it is. It drops the theme as well, without which its colours are none:
then they are named. Kept out: what the macros do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.ooxml import markup
from tracker.ooxml.archive import Packed, rebuild
from tracker.ooxml.links import DECLARED, LINKS, Link, ended, ended_with, free_ids, linked
from tracker.ooxml.macros import (
    code_names,
    code_names_differ,
    completed,
    counted,
    free_part,
    named_book,
    named_sheet,
    override,
    prefix_of_cells,
    with_project,
)
from tracker.ooxml.markup import Edit, Element
from tracker.ooxml.pack import Packer, packed
from tracker.ooxml.package import CONTENT_TYPES, Package, relationships_part
from tracker.ooxml.workbook import SheetInfo, Workbook
from tracker.ooxml.writes import Patched

DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
EMU = 9_525  # of a pixel at 100 %
PAPER = "FFFFFF"
# What stands behind the drawing in a sheet, in the order of the format.
_BEHIND = (
    *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
)


@dataclass(frozen=True)
class Button:
    """A button: its sheet, its own name, the macro it calls, its words and what is read aloud.

    Place and size are in pixels; ``column`` and ``row`` are zero-based, ``left`` and ``top`` counted from that cell's
    corner. A filled one is the first choice of a sheet, the others are drawn in outline. ``accent`` is its colour, as
    RGB, where a workbook has no theme.
    """

    sheet: str
    name: str
    macro: str
    text: str
    meaning: str
    column: int
    row: int
    left: int
    top: int
    width: int
    height: int
    accent: str
    filled: bool = True


def missing(workbook: Workbook, buttons: Sequence[Button]) -> tuple[Button, ...]:
    """The buttons that are not there, or that call nothing."""
    return tuple(one for one in buttons if not _calls(workbook, one))


def _calls(workbook: Workbook, button: Button) -> bool:
    part = _drawing(workbook.package, workbook.sheet(button.sheet))
    found = _shape(workbook.package.elements(part), button) if part else None
    return found is not None and bool(found.attributes.get("macro"))


def with_buttons(workbook: Workbook, buttons: Sequence[Button], project: bytes | None) -> Patched:
    """The package with the buttons, the VBA project (None: the one it has) and code names.

    The very same bytes when it has all of it. What drawings, notes, controls and sheets hold besides is kept as it is.
    """
    changes = dict(with_project(workbook, project)) if project is not None else {}
    names = code_names(workbook)
    wanted = counted(len(names.sheets)) if project is not None else completed(names)
    if names.book != wanted.book:
        changes[workbook.part] = named_book(markup.as_utf8(workbook.package.read(workbook.part)), wanted.book)
    links = dict(_draw(workbook, missing(workbook, buttons), changes))
    sheets = {
        sheet.part: _sheet(workbook, sheet, wanted.sheets[i], links.get(sheet.part))
        for i, sheet in enumerate(workbook.sheets)
        if sheet.part in links or i in code_names_differ(names, wanted)
    }
    return _rebuilt(workbook, changes, sheets)


def _rebuilt(workbook: Workbook, changes: Mapping[str, bytes], sheets: Mapping[str, Packed]) -> Patched:
    package = workbook.package
    stored = {part: package.find(part) for part in changes}
    differing = [part for part, at in stored.items() if at is None or package.read(at) != changes[part]]
    if not differing and not sheets:
        return Patched(workbook.data)
    changed = {package.member(part).name: packed(changes[part]) for part in differing if stored[part]}
    changed |= {package.member(part).name: body for part, body in sheets.items()}
    added = {part: packed(changes[part]) for part in differing if stored[part] is None}
    return Patched(rebuild(package.archive, changed, (), added), (*differing, *sheets))


def _draw(workbook: Workbook, buttons: Sequence[Button], changes: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Put the buttons into drawings, noting what changes; the sheets that get a drawing, with its link."""
    package, themed = workbook.package, _has_theme(workbook)
    for sheet in workbook.sheets:
        mine = [one for one in buttons if workbook.sheet(one.sheet) == sheet]
        part = _drawing(package, sheet)
        if mine and part is not None:
            changes[part] = drawn(markup.as_utf8(package.read(part)), mine, themed)
        elif mine:
            part = _new_drawing(package, changes)
            link = Link(next(free_ids(package, sheet.part)), f"{LINKS}/drawing", part)
            changes[part] = drawn(DECLARED + f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{MAIN}"/>'.encode(), mine, themed)
            changes[relationships_part(sheet.part)] = linked(package, sheet.part, [link])
            types = changes.get(CONTENT_TYPES) or markup.as_utf8(package.read(CONTENT_TYPES))
            changes[CONTENT_TYPES] = ended(types, [override(part, DRAWING_TYPE)])
            yield sheet.part, link.id


def _has_theme(workbook: Workbook) -> bool:
    package = workbook.package
    return any(one.kind == "theme" and package.find(one.target) for one in package.relationships(workbook.part))


def _drawing(package: Package, sheet: SheetInfo) -> str | None:
    """The drawing of a sheet, or None."""
    found = (one.target for one in package.relationships(sheet.part) if one.kind == "drawing" and not one.external)
    return next(filter(None, map(package.find, found)), None)


def _new_drawing(package: Package, changes: Mapping[str, bytes]) -> str:
    numbers = (f"xl/drawings/drawing{n}.xml" for n in range(1, 10_000))
    return next(one for one in numbers if free_part(package, one) == one and one not in changes)


def drawn(document: bytes, buttons: Sequence[Button], themed: bool = True) -> bytes:
    """A drawing with the buttons: a shape that lost its macro gets it back, one that is gone is drawn anew."""
    found = markup.elements(document)
    numbers = [int(one.attributes.get("id", "0") or 0) for one in found if one.name == "cNvPr"]
    edits, new, number = list[Edit](), list[str](), max(numbers, default=1)
    for button in buttons:
        shape = _shape(found, button)
        if shape is not None:
            tag = markup.set_attribute(document[shape.start : shape.inside], "macro", _called(button))
            edits += [Edit(shape.start, shape.inside, tag), *([] if themed else _coloured(found, shape, button))]
        else:
            number += 1
            new.append(_anchor(button, number, themed))
    document = markup.apply(document, edits)
    return ended_with(document, "".join(new).encode()) if new else document


def _coloured(found: Sequence[Element], shape: Element, button: Button) -> Iterator[Edit]:
    """The colours of the theme in a shape, by their names."""
    known = {"accent1": button.accent, "bg1": PAPER}
    for one in found:
        value = known.get(one.attributes.get("val", "")) if one.name == "schemeClr" else None
        if value and shape.start < one.start < shape.end:
            yield Edit(one.start, one.end, f'<a:srgbClr xmlns:a="{MAIN}" val="{value}"/>'.encode())


def _shape(found: Sequence[Element], button: Button) -> Element | None:
    """The shape of a button: the one with its name, or another that calls its macro."""
    for one in found:
        if one.name == "cNvPr" and one.attributes.get("name") == button.name and one.parent and one.parent.parent:
            return one.parent.parent if one.parent.parent.name == "sp" else None
    macro = button.macro.casefold()
    calling = (one for one in found if one.attributes.get("macro", "").casefold().endswith(macro))
    return next(calling, None)


def _called(button: Button) -> str:
    return f"[0]!{button.macro}"


def _anchor(button: Button, number: int, themed: bool) -> str:
    """A shape at its cell; it moves with it, keeps its size, and is not printed."""
    says = {key: markup.quoted(getattr(button, key)) for key in ("name", "text", "meaning")}
    size = f'cx="{button.width * EMU}" cy="{button.height * EMU}"'
    return (
        f'<xdr:oneCellAnchor xmlns:xdr="{XDR}" xmlns:a="{MAIN}">'
        f"<xdr:from><xdr:col>{button.column}</xdr:col><xdr:colOff>{button.left * EMU}</xdr:colOff>"
        f"<xdr:row>{button.row}</xdr:row><xdr:rowOff>{button.top * EMU}</xdr:rowOff></xdr:from><xdr:ext {size}/>"
        f'<xdr:sp macro="{_called(button)}" textlink=""><xdr:nvSpPr>'
        f'<xdr:cNvPr id="{number}" name="{says["name"]}" descr="{says["meaning"]}"/><xdr:cNvSpPr/></xdr:nvSpPr>'
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val 12000"/></a:avLst></a:prstGeom>'
        f"{_look(button, themed)}</xdr:spPr>"
        '<xdr:txBody><a:bodyPr vertOverflow="clip" horzOverflow="clip" wrap="none" lIns="0" tIns="0" rIns="0" bIns="0"'
        ' rtlCol="0" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r>'
        f'<a:rPr lang="en-US" sz="1100" b="1">{_ink(button, not button.filled, themed)}'
        '<a:latin typeface="+mn-lt"/></a:rPr>'
        f"<a:t>{says['text']}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        '<xdr:clientData fPrintsWithSheet="0"/></xdr:oneCellAnchor>'
    )


def _look(button: Button, themed: bool) -> str:
    """The ground and the edge of a button: the accent of the theme, or paper with an edge of it."""
    edge = f'<a:ln w="{EMU}">{_ink(button, True, themed)}</a:ln>'
    return _ink(button, button.filled, themed) + ("<a:ln><a:noFill/></a:ln>" if button.filled else edge)


def _ink(button: Button, accent: bool, themed: bool) -> str:
    slot, colour = ("accent1", button.accent) if accent else ("bg1", PAPER)
    one = f'<a:schemeClr val="{slot}"/>' if themed else f'<a:srgbClr val="{colour}"/>'
    return f"<a:solidFill>{one}</a:solidFill>"


def _sheet(workbook: Workbook, sheet: SheetInfo, name: str, link: str | None) -> Packed:
    """The sheet with its code name, and with a link to its drawing; its rows pass as they are."""
    stream = workbook.stream(sheet.name)
    with Packer() as packer:
        packer.put(named_sheet(stream.head, name))
        for piece in stream.pieces():
            packer.put(piece)
        packer.put(stream.tail if link is None else _with_drawing(stream.head, stream.tail, link))
        return packer.result()


def _with_drawing(head: bytes, tail: bytes, link: str) -> bytes:
    """The tail of a sheet with a drawing in its place."""
    document = head + tail
    places = [place[0] for name in _BEHIND if (place := markup.locate(document, name))]
    at = min(places, default=document.rindex(b"</"))
    tag = b'<%bdrawing xmlns:r="%b" r:id="%b"/>' % (prefix_of_cells(head), LINKS.encode(), link.encode())
    return document[len(head) : at] + tag + document[at:]
