"""Deflating a part beside the work that makes it: bytes go in as they come, a packed member comes out.

A thread of its own; whatever happens, it has ended when the `with` block is left.
"""

from __future__ import annotations

from io import BytesIO
from queue import Queue
from threading import Thread
from types import TracebackType

from tracker.ooxml import codec
from tracker.ooxml.archive import MAX_PART, Packed
from tracker.ooxml.errors import PackageError

AHEAD = 4  # blocks that may wait: bounds the memory, evens out the pace


class Packer:
    """Packs the bytes put into it, in order, in a thread of its own."""

    def __init__(self) -> None:
        self._queue: Queue[bytes | None] = Queue(AHEAD)
        self._body = BytesIO()
        self._crc = self._size = 0
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Packer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._finish()

    def put(self, data: bytes) -> None:
        """Add bytes to the part; waits while the packer is behind."""
        self._queue.put(data)

    def result(self) -> Packed:
        """The packed part, once everything is in; PackageError when it is larger than a part may be."""
        self._finish()
        if self._error is not None:
            raise self._error
        if self._size > MAX_PART:
            raise PackageError("too-large", "a sheet would become larger than a workbook can hold")
        return Packed(self._body.getvalue(), self._crc, self._size)

    def _finish(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        blocks = iter(self._queue.get, None)
        try:
            engine = codec.deflater()
            for data in blocks:
                self._crc, self._size = codec.crc32(data, self._crc), self._size + len(data)
                self._body.write(engine.compress(data))
            self._body.write(engine.flush())
        except BaseException as error:
            self._error = error
        for _ in blocks:  # after an error the queue is only emptied, so that nobody waits for room in it
            pass


def packed(data: bytes) -> Packed:
    """A whole small part, packed at once."""
    engine = codec.deflater()
    return Packed(engine.compress(data) + engine.flush(), codec.crc32(data), len(data))
