"""Looking at the next piece of a sheet while one is used: numpy frees the interpreter lock for a second core.

One thread, few pieces, in order; without a second piece no thread is started. Keeps out what is looked for. Unpacking
in the thread as well, or using two, was measured and gains nothing: what holds the lock is then what all wait for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

AHEAD = 2  # pieces that are in work, the one that is used among them: bounds the memory

Item = TypeVar("Item")
Found = TypeVar("Found")


def ahead(look: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[tuple[Item, Found]]:
    """Each item in order with what `look` finds in it, a little ahead and in a thread; its errors are raised here."""
    stream = iter(items)
    first = list(islice(stream, 2))
    if len(first) < 2:
        yield from ((item, look(item)) for item in first)
        return
    waiting: deque[tuple[Item, Future[Found]]] = deque()
    with ThreadPoolExecutor(1) as thread:
        waiting.extend((item, thread.submit(look, item)) for item in first)
        while waiting:
            item, found = waiting.popleft()
            yield item, found.result()
            waiting.extend((item, thread.submit(look, item)) for item in islice(stream, AHEAD - len(waiting)))
