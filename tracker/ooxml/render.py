"""Cells as the XML of a sheet: the one spelling in which this package writes what it was given.

Works on whole columns, because a refresh writes every row of one: texts and formulas are escaped once per distinct
text. Keeps out where a cell goes (see `splice`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.ooxml.cells import CellKind, Cells
from tracker.ooxml.chunk import Mask
from tracker.ooxml.errors import PackageError
from tracker.ooxml.text import SEPARATOR, contents, needs_preserve, xml

LONGEST = 32_767  # characters of a cell, counted as UTF-16 does

_UNHOLDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_OPEN = {
    CellKind.NUMBER: b"",
    CellKind.TEXT: b' t="str"',
    CellKind.BOOL: b' t="b"',
    CellKind.ERROR: b' t="e"',
}
_TYPED = b' t="inlineStr"><is><t>'
_PRESERVED = b' t="inlineStr"><is><t xml:space="preserve">'


def writable(cells: Cells) -> Cells:
    """The same cells with what a file cannot say made sayable: a number that is no number becomes blank or #NUM!."""
    number = (cells.kinds == CellKind.NUMBER) & ~np.isfinite(cells.numbers)
    if not number.any():
        return cells
    nan = number & np.isnan(cells.numbers)
    kinds, numbers, texts = cells.kinds.copy(), cells.numbers.copy(), cells.texts.copy()
    kinds[nan], kinds[number & ~nan] = CellKind.BLANK, CellKind.ERROR
    numbers[number], texts[number & ~nan] = np.nan, "#NUM!"
    return Cells(kinds, numbers, texts, cells.formulas, cells.formula_texts)


def cells_xml(
    column: str, rows: Sequence[int], styles: Sequence[bytes], cells: Cells, prefix: bytes = b""
) -> list[bytes]:
    """One `<c>` element for each cell of a column, with its style attribute as given (b"" for none)."""
    opening = b'<c r="%b' % column.encode()
    numbers = [b'%d"' % row for row in rows]
    written = [
        opening + row + style + rest for row, style, rest in zip(numbers, styles, contents_xml(cells), strict=True)
    ]
    return [prefixed(one, prefix) for one in written] if prefix else written


def contents_xml(cells: Cells) -> list[bytes]:
    """What follows the style attribute of each cell, to the end of its element."""
    if cells.formulas is None or (cells.formulas < 0).all():
        return _plain(cells)
    if (cells.formulas >= 0).all():
        return _computed(cells)
    rests = np.empty(len(cells), object)
    has = cells.has_formula()
    rests[has], rests[~has] = _computed(cells.take(has)), _plain(cells.take(~has))
    return rests.tolist()


def prefixed(element: bytes, prefix: bytes) -> bytes:
    """An element we wrote, with a namespace prefix ("x:") on each tag; text holds no "<", so every one is a tag."""
    return element.replace(b"</", b"\0").replace(b"<", b"<" + prefix).replace(b"\0", b"</" + prefix)


def formula_xml(formula: str) -> bytes:
    """A formula as the inside of `<f>`; it is kept as in a file, so an `_x…_` in it is not spelled again."""
    return xml(_UNHOLDABLE.sub(lambda match: f"_x{ord(match.group()):04X}_", formula)).encode()


def _computed(cells: Cells) -> list[bytes]:
    """Formula cells with their cached values."""
    assert cells.formulas is not None
    formulas = [b"><f>%b</f>" % formula_xml(text) for text in cells.formula_texts]
    if (cells.kinds == CellKind.NUMBER).all() and len(formulas) == 1:
        front = formulas[0]
        return [b"%b<v>%b</v></c>" % (front, value) for value in _numbers(cells.numbers)]
    fronts = {kind: [opening + formula for formula in formulas] for kind, opening in _OPEN.items()}
    fronts[CellKind.BLANK] = formulas
    return [
        b"%b</c>" % fronts[kind][formula] if value is None else b"%b<v>%b</v></c>" % (fronts[kind][formula], value)
        for kind, formula, value in zip(cells.kinds.tolist(), cells.formulas.tolist(), _values(cells), strict=True)
    ]


def _kinds(cells: Cells) -> Iterator[tuple[CellKind, Mask | slice]]:
    """Each kind that occurs, and where; mostly it is one for all."""
    counts = np.bincount(cells.kinds, minlength=len(CellKind)).tolist()
    for kind, count in zip(CellKind, counts, strict=True):
        if count:
            yield kind, slice(None) if count == len(cells) else cells.kinds == kind


def _values(cells: Cells) -> list[bytes | None]:
    """The inside of `<v>` of each cell, None where there is no value."""
    values = np.full(len(cells), None, object)
    for kind, where in _kinds(cells):
        if kind in (CellKind.NUMBER, CellKind.BOOL):
            values[where] = _numbers(cells.numbers[where])
        elif kind in (CellKind.TEXT, CellKind.ERROR):
            values[where] = _each(cells.texts[where], _contents)
    return values.tolist()


def _plain(cells: Cells) -> list[bytes]:
    """Cells without a formula."""
    rests = np.full(len(cells), b"/>", object)
    for kind, where in _kinds(cells):
        if kind == CellKind.TEXT:
            rests[where] = _each(cells.texts[where], _inlines)
        elif kind != CellKind.BLANK:
            rests[where] = [b"%b><v>%b</v></c>" % (_OPEN[kind], value) for value in _values(cells.take(where)) if value]
    return rests.tolist()


def _each(texts: NDArray[np.object_], spell: Callable[[list[str]], list[bytes]]) -> list[bytes]:
    """The spelling of each text, made once for each distinct one."""
    every = texts.tolist()
    distinct = list(set(every))
    spelled = dict(zip(distinct, spell(distinct), strict=True))
    return [spelled[text] for text in every]


def _inlines(texts: list[str]) -> list[bytes]:
    """Typed texts, from the type attribute to the end of the cell."""
    some = needs_preserve(SEPARATOR.join(texts))
    opened = [_PRESERVED if some and needs_preserve(text) else _TYPED for text in texts]
    return [b"%b%b</t></is></c>" % pair for pair in zip(opened, _contents(texts), strict=True)]


def _contents(texts: list[str]) -> list[bytes]:
    """Texts as the inside of an element; PackageError when no cell can hold one, for Excel would offer to repair it."""
    long = max(map(len, texts), default=0) > LONGEST // 2  # each of its letters may count twice
    if long and any(len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST for text in texts):
        raise PackageError("too-long", f"a text is longer than the {LONGEST} characters of a cell; shorten it")
    return contents(texts)


def _numbers(numbers: NDArray[np.float64]) -> list[bytes]:
    """The shortest spelling that reads back as the same number: 12, 0.1, 1e+22."""
    spelled = "\n".join([*map(repr, numbers.tolist()), ""])
    return spelled.replace(".0\n", "\n").encode().split(b"\n")[:-1]
