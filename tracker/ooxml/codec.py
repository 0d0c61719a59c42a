"""Deflate and inflate, by ISA-L where it is installed and by zlib where it is not.

Keeps out the zip container. Everything here frees the interpreter lock, so that unpacking, scanning and packing can
run side by side.
"""

from __future__ import annotations

import zlib
from typing import Any, Protocol

_isal: Any = None
try:
    from isal import isal_zlib

    _isal = isal_zlib
except ImportError:
    pass

ERRORS: tuple[type[Exception], ...] = (zlib.error,) if _isal is None else (zlib.error, _isal.error)


class Inflater(Protocol):
    """What is used of a decompress object."""

    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes | memoryview, max_length: int = 0, /) -> bytes: ...


class Deflater(Protocol):
    """What is used of a compress object."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def inflater() -> Inflater:
    """An engine for raw deflate data."""
    if _isal is not None:
        engine: Inflater = _isal.decompressobj(-15)
        return engine
    return zlib.decompressobj(-15)


def deflater() -> Deflater:
    """An engine that writes raw deflate data, fast rather than small (zlib level 1, ISA-L level 2)."""
    if _isal is not None:
        engine: Deflater = _isal.compressobj(2, zlib.DEFLATED, -15)
        return engine
    return zlib.compressobj(1, zlib.DEFLATED, -15)


def crc32(data: bytes, before: int = 0) -> int:
    """The checksum of a zip member, continued."""
    if _isal is not None:
        return int(_isal.crc32(data, before))
    return zlib.crc32(data, before)
