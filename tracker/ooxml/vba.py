"""The modules of a VBA project as text: what macros stand in a workbook. Reads only; nothing in them is ever run.

The container is read by `olefile`; the compression and the list of modules are those of [MS-OVBA] 2.4.1 and 2.3.4.2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.ooxml.errors import PackageError, damaged

LARGEST = 1 << 24  # bytes of a project, and of a module when it is unpacked; real ones are a hundredth of it
_CHUNK = 4096
_CODE_PAGE, _NAME, _STREAM, _OFFSET, _PROCEDURAL, _END, _VERSION = 0x03, 0x19, 0x1A, 0x31, 0x21, 0x2B, 0x09


@dataclass(frozen=True)
class Module:
    """A module: its name, its source with the Attribute lines, and whether it is a standard one.

    The others stand behind a sheet or the workbook, or are classes and forms.
    """

    name: str
    source: str
    standard: bool

    @property
    def code(self) -> str:
        """The source as it was typed: without Attribute lines, case and white space, which programs write anew."""
        lines = (line for line in self.source.splitlines() if not line.startswith("Attribute "))
        return "".join("".join(line.split()) for line in lines).casefold()


def modules(project: bytes) -> tuple[Module, ...]:
    """The modules of a project (the bytes of vbaProject.bin); PackageError when it cannot be read."""
    import olefile

    if len(project) > LARGEST:
        raise PackageError("too-large", "the macros of the workbook are larger than any that people write")
    try:
        with olefile.OleFileIO(project) as container:
            listed = list(_listed(unpacked(container.openstream("VBA/dir").read())))
            return tuple(_module(container.openstream(f"VBA/{one.stream}").read(), one) for one in listed)
    except PackageError:
        raise
    except Exception:  # whatever a hostile container makes the library raise
        raise damaged("the macros of the workbook cannot be read") from None


@dataclass(frozen=True)
class _Entry:
    """A module as the directory of the project lists it."""

    name: str
    stream: str
    offset: int
    standard: bool
    encoding: str


def _module(stream: bytes, entry: _Entry) -> Module:
    source = unpacked(stream[entry.offset :]).decode(entry.encoding, "replace")
    return Module(entry.name, source, entry.standard)


def _listed(directory: bytes) -> Iterator[_Entry]:
    """The modules that the unpacked directory lists."""
    encoding, found = "cp1252", dict[int, bytes]()
    for kind, data in _records(directory):
        if kind == _CODE_PAGE:
            encoding = f"cp{struct.unpack('<H', data)[0]}"
        elif kind == _NAME:
            found = {}
        elif kind == _END:
            name, stream = (found[key].decode(encoding, "replace") for key in (_NAME, _STREAM))
            yield _Entry(name, stream, struct.unpack("<I", found[_OFFSET])[0], _PROCEDURAL in found, encoding)
        found[kind] = data


def _records(directory: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 6 <= len(directory):
        kind, size = struct.unpack_from("<HI", directory, at)
        size = 6 if kind == _VERSION else size  # the one record whose size is not said
        yield kind, directory[at + 6 : at + 6 + size]
        at += 6 + size


def unpacked(data: bytes) -> bytes:
    """The content of a compressed stream; PackageError for one that is none, or would not end."""
    if data[:1] != b"\x01":
        raise damaged("the macros of the workbook cannot be read")
    out, at = bytearray(), 1
    while at + 2 <= len(data):
        header = struct.unpack_from("<H", data, at)[0]
        end = at + 3 + (header & 0x0FFF)
        if header & 0x8000:
            _chunk(data[at + 2 : end], out)
        else:
            out += data[at + 2 : at + 2 + _CHUNK]
        at = end
        if len(out) > LARGEST:
            raise PackageError("too-large", "the macros of the workbook are larger than any that people write")
    return bytes(out)


def _chunk(data: bytes, out: bytearray) -> None:
    """Unpack one chunk: flags for eight tokens each, a token a byte or a place further back."""
    start, at = len(out), 0
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                return
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
            elif at + 2 > len(data):
                raise damaged("the macros of the workbook cannot be read")
            else:
                _copy(struct.unpack_from("<H", data, at)[0], len(out) - start, out)
                at += 2


def _copy(token: int, done: int, out: bytearray) -> None:
    """Repeat what stands further back; where offset and length part depends on how much of the chunk is done."""
    bits = max((done - 1).bit_length(), 4)
    length, back = (token & (0xFFFF >> bits)) + 3, (token >> (16 - bits)) + 1
    if back > done or done + length > _CHUNK:
        raise damaged("the macros of the workbook cannot be read")
    for _ in range(length):
        out.append(out[-back])
