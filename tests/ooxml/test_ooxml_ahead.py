"""Looking ahead in a thread: the order of the pieces, the errors, and no thread that outlives its use."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tracker.ooxml.ahead import AHEAD, ahead


@pytest.mark.parametrize("many", [0, 1, 2, 3, 50])
def test_each_piece_comes_with_what_was_found_in_it_in_order(many: int) -> None:
    assert list(ahead(lambda n: n * n, range(many))) == [(n, n * n) for n in range(many)]


@pytest.mark.parametrize(("many", "elsewhere"), [(1, False), (2, True)])
def test_only_a_second_piece_is_worth_a_thread(many: int, elsewhere: bool) -> None:
    here = threading.get_ident()
    assert [found != here for _, found in ahead(lambda _: threading.get_ident(), range(many))] == [elsewhere] * many


def test_few_pieces_are_taken_before_they_are_asked_for() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for n in range(20):
            taken.append(n)
            yield n

    for n, _ in ahead(str, pieces()):
        assert len(taken) <= n + AHEAD


def test_an_error_is_raised_where_its_piece_is_asked_for() -> None:
    found = ahead(lambda n: 1 // (3 - n), range(10))
    assert [next(found)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_no_thread_is_left_when_nobody_asks_for_more() -> None:
    before = set(threading.enumerate())
    found = ahead(str, range(10))
    next(found)
    assert set(threading.enumerate()) != before
    found.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) == before
