"""The zip container: what members there are, their bytes, and a new archive in which the untouched ones are copied raw.

Written on `struct`, not on `zipfile`, because a member that nobody touches must come through with every byte of its
local header, and because limits have to be enforced while inflating. Knows nothing of parts and XML.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from tracker.ooxml import codec
from tracker.ooxml.errors import PackageError, damaged

MAX_ENTRIES = 10_000
MAX_PART = 1 << 30
MAX_TOTAL = 2 << 30
MAX_RATIO = 200
RATIO_FREE = 10 << 20  # smaller parts may be as dense as they like: real empty sheets are
STORED, DEFLATED = 0, 8

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_FULL = 0xFFFFFFFF
_OLDEST = 0x21  # 1 January 1980, the first day a zip file knows
_FEED = 1 << 16
BLOCK = 1 << 18  # bytes that are unpacked at a time: larger ones leave the cache, which costs a third


@dataclass(frozen=True)
class Member:
    """One entry of the central directory, its record kept as it stands."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    record: bytes


@dataclass(frozen=True)
class Archive:
    """A zip file in memory: its bytes, and its members in the order of the central directory."""

    data: bytes
    members: tuple[Member, ...]
    directory: int  # where the central directory begins
    end: bytes  # everything after the central directory


@dataclass(frozen=True)
class Packed:
    """A new content of a member, already deflated."""

    body: bytes
    crc: int
    size: int


def open_archive(data: bytes) -> Archive:
    """Read the central directory and refuse what no honest workbook has; PackageError says why."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise damaged("the end of the zip file is missing: the file is cut off")
    count, size, directory, end = _directory(data, at)
    if count > MAX_ENTRIES:
        raise PackageError("too-large", f"the package has {count} parts, more than {MAX_ENTRIES}")
    if directory + size > len(data):
        raise damaged("the directory of the zip file is malformed")
    members = tuple(_members(data, directory, directory + size, count))
    _refuse_bombs(members)
    _refuse_overlaps(members, directory)
    return Archive(data, members, directory, data[end:])


def _directory(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Count, size and offset of the central directory, and where it ends."""
    _, _, _, _, count, size, directory, _ = _END.unpack_from(data, at)
    if data[at - 20 : at - 16] != b"PK\x06\x07":
        return count, size, directory, at
    _, _, at64, _ = _LOCATOR.unpack_from(data, at - 20)
    if at64 + _END64.size > at or data[at64 : at64 + 4] != b"PK\x06\x06":
        raise damaged("the ZIP64 directory of the file is malformed")
    *_, count64, size64, directory64 = _END64.unpack_from(data, at64)
    return count64, size64, directory64, at64


def _members(data: bytes, at: int, end: int, count: int) -> Iterator[Member]:
    for _ in range(count):
        if at + _CENTRAL.size > end or data[at : at + 4] != b"PK\x01\x02":
            raise damaged("the directory of the zip file is malformed")
        fields = _CENTRAL.unpack_from(data, at)
        length = _CENTRAL.size + fields[10] + fields[11] + fields[12]
        yield _member(data[at : at + length], fields)
        at += length


def _member(record: bytes, fields: tuple[int, ...]) -> Member:
    flags, method, crc = fields[3], fields[4], fields[7]
    name_end = _CENTRAL.size + fields[10]
    name = record[_CENTRAL.size : name_end].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    sizes = _zip64(record[name_end : name_end + fields[11]], (fields[9], fields[8], fields[16]))
    return Member(name, flags, method, crc, sizes[1], sizes[0], sizes[2], record)


def _zip64(extra: bytes, sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    """Size, packed size and offset, each taken from the ZIP64 field where the plain one is full."""
    if _FULL not in sizes:
        return sizes
    at, found = _zip64_field(extra), []
    for value in sizes:
        if value == _FULL and at is not None and at + 8 <= len(extra):
            value = struct.unpack_from("<Q", extra, at)[0]
            at += 8
        found.append(value)
    return found[0], found[1], found[2]


def _zip64_field(extra: bytes) -> int | None:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            return at + 4
        at += 4 + length
    return None


def _refuse_bombs(members: tuple[Member, ...]) -> None:
    if any(member.flags & 1 for member in members):
        raise PackageError("encrypted", "the parts of the package are encrypted")
    if any(member.size > MAX_PART for member in members) or sum(member.size for member in members) > MAX_TOTAL:
        raise PackageError("too-large", "the package unfolds to more than a workbook can be")
    if any(member.size > RATIO_FREE and member.size > MAX_RATIO * max(member.packed, 1) for member in members):
        raise PackageError("too-large", "a part of the package is compressed as only a zip bomb is")


def _refuse_overlaps(members: tuple[Member, ...], directory: int) -> None:
    free = 0
    for member in sorted(members, key=lambda member: member.offset):
        if member.offset < free or member.offset + _LOCAL.size + member.packed > directory:
            raise damaged("parts of the package overlap")
        free = member.offset + _LOCAL.size + member.packed


def packed_body(archive: Archive, member: Member) -> memoryview:
    """The compressed bytes of a member, without a copy."""
    data, at = archive.data, member.offset
    if data[at : at + 4] != b"PK\x03\x04":
        raise damaged("a part of the package has no header")
    name, extra = struct.unpack_from("<2H", data, at + 26)
    start = at + _LOCAL.size + name + extra
    if start + member.packed > archive.directory:
        raise damaged("a part of the package is cut off")
    return memoryview(data)[start : start + member.packed]


def inflate(archive: Archive, member: Member, step: int = BLOCK) -> Iterator[bytes]:
    """The content of a member in blocks of 1 to `step` bytes; never more than it declares, CRC checked."""
    body, crc, size = packed_body(archive, member), 0, 0
    for block in _blocks(body, member.method, step):
        if not block:  # what was fed in so far may unfold to nothing, and an empty block is the end to who reads on
            continue
        size += len(block)
        if size > member.size:
            raise damaged("a part of the package is larger than it says")
        crc = codec.crc32(block, crc)
        yield block
    if size != member.size or crc != member.crc:
        raise damaged("a part of the package fails its checksum")


def _blocks(body: memoryview, method: int, step: int) -> Iterator[bytes]:
    if method == STORED:
        for at in range(0, len(body), step):
            yield bytes(body[at : at + step])
        return
    if method != DEFLATED:
        raise PackageError("damaged", "a part of the package uses a compression no workbook has")
    engine = codec.inflater()
    rest: bytes | memoryview
    try:
        for at in range(0, len(body), _FEED):
            rest = body[at : at + _FEED]
            while len(rest):
                yield engine.decompress(rest, step)
                rest = engine.unconsumed_tail
        # The last bytes that go in may be more than one block when they come out.
        while not engine.eof and (block := engine.decompress(b"", step)):
            yield block
    except codec.ERRORS:
        raise damaged("a part of the package cannot be unpacked") from None
    if not engine.eof:
        raise damaged("a part of the package is cut off")


def rebuild(
    archive: Archive,
    changed: dict[str, Packed],
    dropped: Iterable[str] = (),
    added: Mapping[str, Packed] | None = None,
) -> bytes:
    """The archive with some members replaced, some gone, some added at its end; every other one is the same bytes.

    What is written is taken out of `changed`, so that no large sheet is kept twice.
    """
    gone, records, out = set(dropped), dict[int, bytes](), BytesIO()
    out.write(memoryview(archive.data)[: _first_offset(archive)])
    for member, end in _regions(archive):
        if member.name in gone:
            continue
        new, at = changed.pop(member.name, None), out.tell()
        if new is None:
            out.write(memoryview(archive.data)[member.offset : end])
            records[member.offset] = _moved(member, at)
        else:
            out.write(_replaced(archive, member, new))
            out.write(new.body)
            records[member.offset] = _new_record(member, new, at)
    listed = [records[member.offset] for member in archive.members if member.name not in gone]
    for name, new in (added or {}).items():
        listed.append(_added_record(name, new, out.tell()))
        out.write(_added_header(name, new))
        out.write(new.body)
    directory, at = b"".join(listed), out.tell()
    out.write(directory)
    out.write(_ending(archive, at, len(directory), len(listed)))
    return out.getvalue()  # without a copy


def _added_header(name: str, new: Packed) -> bytes:
    """The local header of a new member; like every member of a workbook that Excel writes it is of 1980."""
    stored = name.encode()
    flags = 0 if name.isascii() else 0x800
    return (
        _LOCAL.pack(b"PK\x03\x04", 20, flags, DEFLATED, 0, _OLDEST, new.crc, len(new.body), new.size, len(stored), 0)
        + stored
    )


def _added_record(name: str, new: Packed, at: int) -> bytes:
    stored = name.encode()
    flags, sizes = 0 if name.isascii() else 0x800, (new.crc, len(new.body), new.size)
    fields = (b"PK\x01\x02", 20, 20, flags, DEFLATED, 0, _OLDEST, *sizes, len(stored), 0, 0, 0, 0, 0, at)
    return _CENTRAL.pack(*fields) + stored


def _first_offset(archive: Archive) -> int:
    return min((member.offset for member in archive.members), default=archive.directory)


def _regions(archive: Archive) -> list[tuple[Member, int]]:
    """Members in file order, each with the end of its bytes (data descriptor and padding included)."""
    ordered = sorted(archive.members, key=lambda member: member.offset)
    ends = [member.offset for member in ordered[1:]] + [archive.directory]
    return list(zip(ordered, ends, strict=True))


def _replaced(archive: Archive, member: Member, new: Packed) -> bytes:
    """The local header of a member with new content; name, time and extra fields stay."""
    old = _LOCAL.unpack_from(archive.data, member.offset)
    tail = member.offset + _LOCAL.size
    name = archive.data[tail : tail + old[9]]
    extra = _without_zip64(archive.data[tail + old[9] : tail + old[9] + old[10]])
    flags = old[2] & ~8  # sizes are known now, so no data descriptor follows
    header = _LOCAL.pack(
        old[0], 20, flags, DEFLATED, *old[4:6], new.crc, len(new.body), new.size, len(name), len(extra)
    )
    return header + name + extra


def _new_record(member: Member, new: Packed, at: int) -> bytes:
    fields = list(_CENTRAL.unpack_from(member.record))
    name_end = _CENTRAL.size + fields[10]
    extra = _without_zip64(member.record[name_end : name_end + fields[11]])
    comment = member.record[name_end + fields[11] :]
    fields[2], fields[3], fields[4] = max(20, min(fields[2], 44)), fields[3] & ~8, DEFLATED
    fields[7:10] = new.crc, len(new.body), new.size
    fields[11], fields[16] = len(extra), at
    return _CENTRAL.pack(*fields) + member.record[_CENTRAL.size : name_end] + extra + comment


def _without_zip64(extra: bytes) -> bytes:
    at = _zip64_field(extra)
    if at is None:
        return extra
    return extra[: at - 4] + extra[at + struct.unpack_from("<H", extra, at - 2)[0] :]


def _moved(member: Member, at: int) -> bytes:
    """The record of an untouched member at its new place; the place may stand in the ZIP64 field."""
    record = bytearray(member.record)
    fields = _CENTRAL.unpack_from(member.record)
    if fields[16] != _FULL:
        struct.pack_into("<I", record, 42, at)
        return bytes(record)
    start = _CENTRAL.size + fields[10]
    field = _zip64_field(bytes(record[start : start + fields[11]]))
    if field is not None:
        before = 8 * ((fields[9] == _FULL) + (fields[8] == _FULL))
        struct.pack_into("<Q", record, start + field + before, at)
    return bytes(record)


def _ending(archive: Archive, directory: int, size: int, count: int) -> bytes:
    """The end records, with new counts and places; a ZIP64 end and the archive comment are kept."""
    at = archive.end.rfind(b"PK\x05\x06")
    end = bytearray(archive.end)
    old = _END.unpack_from(end, at)
    kept = [_FULL if value == _FULL else new for value, new in ((old[5], size), (old[6], directory))]
    counts = [0xFFFF if value == 0xFFFF else count for value in old[3:5]]
    _END.pack_into(end, at, *old[:3], *counts, *kept, old[7])
    if at >= 20 and end[at - 20 : at - 16] == b"PK\x06\x07":
        fields = _END64.unpack_from(end, 0)
        _END64.pack_into(end, 0, *fields[:6], count, count, size, directory)
        _LOCATOR.pack_into(end, at - 20, *_LOCATOR.unpack_from(end, at - 20)[:2], directory + size, 1)
    return bytes(end)
