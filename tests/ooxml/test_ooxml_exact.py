"""The fast path and the exact path are one reader: whatever the fast one accepts, the exact one reads the same."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sheet_shapes import common_rows, worksheet

from tracker.ooxml.chunk import Chunk
from tracker.ooxml.decode import decode, worded
from tracker.ooxml.errors import PackageError
from tracker.ooxml.exact import exact
from tracker.ooxml.formulae import FormulaTable
from tracker.ooxml.scan import scan
from tracker.ooxml.sheet import TARGET, SheetStream

STRINGS = np.array(["first", "second", None], object)
LAWS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def content(chunk: Chunk) -> list[tuple[Any, ...]]:
    """Every cell that holds something, as Python values."""
    formulas = FormulaTable()
    cells = decode(chunk, False, formulas)
    texts = (*formulas.texts, None)
    numbers = [None if np.isnan(number) else number for number in cells.numbers.tolist()]
    words = worded(STRINGS, cells.shared, cells.texts).tolist()
    written = [texts[place] for place in cells.formulas.tolist()]
    columns = (cells.row.tolist(), cells.column.tolist(), cells.kinds.tolist(), numbers, words, written)
    return list(zip(*columns, strict=True))


def positions(chunk: Chunk) -> dict[str, list[Any]]:
    """Everything a chunk says about its bytes."""
    details = chunk.details(np.arange(len(chunk.column)))
    said = {f"row.{one.name}": getattr(chunk.rows, one.name).tolist() for one in fields(chunk.rows)}
    said |= {f"detail.{one.name}": getattr(details, one.name).tolist() for one in fields(details)[:-2]}
    said |= {name: getattr(chunk, name).tolist() for name in ("row_index", "column", "start", "end")}
    return said | {"special": chunk.special().tolist(), "held": chunk.held.tolist()}


@LAWS
@given(common_rows())
def test_what_known_programs_write_takes_the_fast_path_and_reads_as_the_exact_one(rows: bytes) -> None:
    fast = scan(rows)
    assert fast is not None
    slow = exact(rows)
    assert positions(fast) == positions(slow)
    assert content(fast) == content(slow)


@LAWS
@given(common_rows())
def test_what_may_stay_of_a_cell_is_its_reference_and_its_style(rows: bytes) -> None:
    chunk = scan(rows)
    assert chunk is not None
    details = chunk.details(np.arange(len(chunk.column)))
    for start, end, kept in zip(chunk.start.tolist(), chunk.end.tolist(), details.kept.tolist(), strict=True):
        if kept >= 0:
            assert re.fullmatch(rb'<c r="[A-Z]+[0-9]+"( s="[0-9]+")?', rows[start:kept])
            assert re.match(rb'( t="[a-zA-Z]+")? ?/?>', rows[kept:end])
        else:
            assert not re.match(rb'<c r="[A-Z]+[0-9]+"( s="[0-9]+")?( t="[a-zA-Z]+")? ?/?>', rows[start:end])


@LAWS
@given(common_rows(odd=True))
def test_rare_ways_of_writing_are_read_or_refused_and_never_read_otherwise(rows: bytes) -> None:
    fast = scan(rows)
    try:
        slow = exact(rows)
    except PackageError:
        return  # a row or cell without number may come to stand before the one above it
    if fast is not None:
        assert positions(fast) == positions(slow)
        assert content(fast) == content(slow)
    pieces = b"".join(chunk.data for chunk in SheetStream([worksheet(rows)]).chunks())
    assert pieces in (rows, rows.rstrip())


@settings(LAWS, max_examples=300)
@given(common_rows(), st.data())
def test_damaged_rows_are_read_alike_or_refused(rows: bytes, data: st.DataObject) -> None:
    """One to three bytes are changed; nothing but a PackageError may come of it."""
    damaged = bytearray(rows)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        new = data.draw(
            st.sampled_from([b"", b"<", b">", b"/", b'"', b" ", b"0", b"9", b"A", b"&", b"\x00", b"\xff", b"c", b"v"])
        )
        damaged[at : at + data.draw(st.integers(0, 1))] = new
    rows = bytes(damaged)
    seen = []
    for path in (scan, exact):
        try:
            chunk = path(rows)
            seen.append(None if chunk is None else (positions(chunk), content(chunk)))
        except PackageError:
            seen.append(None)
    if None not in seen:
        assert seen[0] == seen[1]


@pytest.mark.parametrize("size", [1, 7, 4096, 1 << 20])
def test_a_part_is_cut_without_losing_a_byte_however_it_comes(size: int) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 60 if size < 9 else 40_000)
    )
    part = b'\xef\xbb\xbf<?xml version="1.0"?>\n' + worksheet(rows) + b"\n"
    stream = SheetStream(part[at : at + size] for at in range(0, len(part), size))
    chunks = list(stream.chunks())
    assert b"".join([stream.head, *(chunk.data for chunk in chunks), stream.tail]) == part
    assert stream.head.endswith(b"<sheetData>") and stream.tail.startswith(b"</sheetData>")
    assert stream.work.exact == 0 and stream.work.fast == len(chunks)
    assert max(len(chunk.data) for chunk in chunks) <= TARGET + (1 << 20)


def test_the_fallback_is_per_chunk() -> None:
    """One comment among 160,000 rows costs one or two chunks the fast path, not the sheet."""
    rows = [b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 160_001)]
    rows[80_000] = rows[80_000].replace(b"<v>", b"<!-- <row r='1'> </row> --><v>")
    part = worksheet(b"".join(rows))
    stream = SheetStream(part[at : at + (1 << 18)] for at in range(0, len(part), 1 << 18))
    chunks = list(stream.chunks())
    assert b"".join([stream.head, *(chunk.data for chunk in chunks), stream.tail]) == part
    assert stream.work.exact == 1 and stream.work.fast > 1
    assert sum(len(chunk.column) for chunk in chunks) == 160_000


@pytest.mark.parametrize(
    ("sheet", "cells"),
    [
        (b"<worksheet><sheetData/></worksheet>", 0),
        (b"<worksheet><sheetData /></worksheet>", 0),
        (b"<worksheet><sheetData>\n</sheetData></worksheet>", 0),
        (b"<worksheet><sheetData><!-- none --></sheetData></worksheet>", 0),
        (b"<x:worksheet><x:sheetData/></x:worksheet>", 0),
        (b"<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>", 1),
        (b"<worksheet><sheetData>\n <row>\n<c><v>1</v></c>\n</row>\n</sheetData></worksheet>", 1),
        (b"<worksheet><sheetData ><row r='1'><c r='A1'/></row></sheetData ></worksheet>", 1),
        (b"<worksheet><!-- <sheetData> --><sheetData><row r='1'><c/><c/></row></sheetData></worksheet>", 2),
    ],
)
def test_cell_areas_of_every_shape_are_found(sheet: bytes, cells: int) -> None:
    stream = SheetStream([sheet])
    assert sum(len(chunk.column) for chunk in stream.chunks()) == cells
    assert stream.head.rstrip().endswith(b"sheetData>") or b"sheetData >" in stream.head
    assert b"</" in stream.tail and stream.tail.endswith(b"worksheet>")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="x"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="1A"/></row>',
        '<row r="1"><c r="A1" t="nonsense"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>&undeclared;</v></c></row>',
    ],
)
def test_impossible_rows_are_refused(rows: str) -> None:
    with pytest.raises(PackageError) as refused:
        for chunk in SheetStream([worksheet(rows)]).chunks():
            content(chunk)
    assert refused.value.reason == "damaged"


def test_a_sheet_that_is_cut_off_is_refused_wherever_it_ends() -> None:
    part = worksheet('<row r="1"><c r="A1"><v>1</v></c></row><!-- -->')
    for cut in range(part.index(b"</sheetData") + len(b"</sheetData")):
        with pytest.raises(PackageError):
            list(SheetStream([part[:cut]]).chunks())
