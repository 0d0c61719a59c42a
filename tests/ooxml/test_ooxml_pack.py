"""Packing in a thread of its own: what goes in comes out, and an error there is never taken for a packed part."""

from __future__ import annotations

import zlib

import pytest

from tracker.ooxml import codec
from tracker.ooxml.pack import AHEAD, Packer

BLOCKS = [b"%d" % n * 1000 for n in range(5 * AHEAD)]


class Failing:
    """A machine without memory at one of the steps: making the engine, packing a block, packing what is left."""

    def __init__(self, step: str) -> None:
        self.step = step
        self._fail("make")

    def _fail(self, step: str) -> None:
        if step == self.step:
            raise MemoryError

    def compress(self, data: bytes) -> bytes:
        self._fail("compress")
        return data

    def flush(self) -> bytes:
        self._fail("flush")
        return b""


def test_what_goes_in_comes_out() -> None:
    with Packer() as packer:
        for block in BLOCKS:
            packer.put(block)
        packed = packer.result()
    whole = b"".join(BLOCKS)
    assert zlib.decompress(packed.body, -15) == whole
    assert (packed.size, packed.crc) == (len(whole), zlib.crc32(whole))


@pytest.mark.parametrize("step", ["make", "compress", "flush"])
def test_an_error_in_the_thread_is_raised_and_keeps_nobody_waiting(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "deflater", lambda: Failing(step))
    with Packer() as packer:
        for block in BLOCKS:
            packer.put(block)
        with pytest.raises(MemoryError):
            packer.result()
