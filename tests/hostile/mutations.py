"""Seeded damage done to workbooks: bits, lengths, members, words of the XML; and a look at what is read of the rest.

`looked` runs in a fork (see `harness`), so that a mutation that ends the process ends only the fork.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

TAG = re.compile(rb"<[^<>]*>")
ODD = (b"", b"0", b"-1", b"4294967295", b"NaN", b"\xff", b"A1:XFD1048576", b"&#x0;", b"<", b"]]>", b"x" * 3000)


def mutated(data: bytes, seed: int) -> bytes:
    """The workbook with one kind of damage; the same seed does the same."""
    dice = random.Random(seed)
    return KINDS[seed % len(KINDS)](data, dice)


def _bits(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _end_bits(data: bytes, dice: random.Random) -> bytes:
    """Bits of the directory, where the zip says what it holds."""
    out, first = bytearray(data), data.find(b"PK\x01\x02")
    for _ in range(dice.choice((1, 1, 2, 4))):
        out[dice.randrange(max(first, 0), len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _hole(data: bytes, dice: random.Random) -> bytes:
    """A stretch that is gone, is zeros, or stands twice."""
    first = dice.randrange(len(data))
    last = min(len(data), first + dice.choice((1, 16, 512, 4096)))
    middle = dice.choice((b"", bytes(last - first), data[first:last] * 2))
    return data[:first] + middle + data[last:]


def _members(data: bytes, dice: random.Random) -> bytes:
    """A member gone, two that changed places, or one under another name."""
    members = _unzipped(data)
    names = list(members)
    if len(names) < 2:
        return data
    one, other = dice.sample(names, 2)
    match dice.randrange(3):
        case 0:
            del members[one]
        case 1:
            members[one], members[other] = members[other], members[one]
        case _:
            members[dice.choice((one.upper(), f"x/{one}", one + "x"))] = members.pop(one)
    return _zipped(members)


def _tags(data: bytes, dice: random.Random) -> bytes:
    """A tag gone, doubled, moved, or under another name, in a part of XML."""

    def damage(content: bytes) -> bytes:
        found = list(TAG.finditer(content))
        if not found:
            return content
        one, other = dice.choice(found), dice.choice(found)
        new = dice.choice((b"", one.group() * 2, other.group(), re.sub(rb"^<(/?)\w+", rb"<\1zz", one.group())))
        return content[: one.start()] + new + content[one.end() :]

    return _in_part(data, dice, damage)


def _values(data: bytes, dice: random.Random) -> bytes:
    """A value of an attribute or between tags is something odd."""

    def damage(content: bytes) -> bytes:
        places = list(re.finditer(rb"(?<=\")[^\"<>]*(?=\")|(?<=>)[^<>]+(?=<)", content))
        if not places:
            return content
        one = dice.choice(places)
        return content[: one.start()] + dice.choice(ODD) + content[one.end() :]

    return _in_part(data, dice, damage)


def _letters(data: bytes, dice: random.Random) -> bytes:
    """Some bytes of a part are others."""

    def damage(content: bytes) -> bytes:
        out = bytearray(content)
        for _ in range(dice.choice((1, 3, 20)) if out else 0):
            out[dice.randrange(len(out))] = dice.randrange(256)
        return bytes(out)

    return _in_part(data, dice, damage)


KINDS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _bits, _end_bits, _cut, _hole, _members, _tags, _tags, _values, _values, _letters,
)  # fmt: skip


def _in_part(data: bytes, dice: random.Random, damage: Callable[[bytes], bytes]) -> bytes:
    members = _unzipped(data)
    names = [name for name in members if name.endswith((".xml", ".rels"))]
    if not names:
        return data
    sheets = [name for name in names if "worksheets/sheet" in name]
    name = dice.choice(sheets if sheets and dice.random() < 0.5 else names)
    members[name] = damage(members[name])
    return _zipped(members)


def _unzipped(data: bytes) -> dict[str, bytes]:
    with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError), zipfile.ZipFile(io.BytesIO(data)) as package:
        return {one.filename: package.read(one) for one in package.infolist()}
    return {}


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def looked(question: dict[str, Any]) -> dict[str, Any]:
    """Everything that reads, over one mutation of a file: what was refused, and what looks like silent loss."""
    from tracker.errors import TrackerError
    from tracker.ooxml import PackageError
    from tracker.sources import SourceError, read_source

    data = mutated(Path(question["file"]).read_bytes(), question["seed"])
    refused = ""
    try:
        lost = _read(data)
    except PackageError as error:
        refused, lost = error.reason, ""
        assert "\n" not in str(error)
    if not refused and question["ours"]:
        try:
            lost = lost or _checked(data, question["rows"])
        except TrackerError as error:
            refused = type(error).__name__
    try:
        read_source(data, "mutated.xlsx")
    except SourceError as error:
        assert "\n" not in str(error)
    return {"refused": refused, "lost": lost}


def _read(data: bytes) -> str:
    """All cells of all sheets; the part of a sheet that has values in its XML and none when read."""
    from tracker.ooxml import Workbook

    book = Workbook(data)
    for sheet in book.sheets:
        cells = book.read(sheet.name)
        for column in cells.columns.values():
            assert len(column) == cells.last_row
        content = b"".join(book.package.blocks(sheet.part))
        if not cells.last_row and re.search(rb"<(?:\w+:)?(?:v|t)>[^<]", content):
            return sheet.part
    return ""


def _checked(data: bytes, rows: int) -> str:
    """A refresh of a workbook of ours, in memory; what is said of its customers when all of them are gone."""
    from datetime import date, datetime

    from tracker.commands.refresh import refresh
    from tracker.hosts import MemoryHost

    done = refresh(MemoryHost(data), date(2026, 11, 18), now=datetime(2026, 11, 18, 8))
    told = any(one.code[0] == "W" and one.severity > 1 for one in done.findings)
    return "" if done.customers or told or not rows else "customers"
