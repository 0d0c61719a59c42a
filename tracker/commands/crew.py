"""Many questions put to several guarded children at once; the answers come in the order of the questions.

A thread a child does nothing but wait for it; the children do the work. Whatever ends the run, Ctrl-C too, ends all of
them. Kept out: what is asked, and what an answer means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeAlias

from tracker.commands.guarded import Guarded, Limits, Plain
from tracker.errors import TrackerError

Answer: TypeAlias = "Plain | TrackerError"
Told: TypeAlias = "tuple[int, Plain | Exception | None]"  # None: the question was taken up

TICK = 1.0  # seconds; a wait without an end could not be interrupted everywhere


def answers(
    work: str, limits: Limits | None, questions: Sequence[Plain], jobs: int, began: Callable[[int], None]
) -> list[Answer]:
    """What the work (``module:function``) answers to each question, or why it could not.

    At most ``jobs`` children work at once, and no more than there are questions; ``began`` is told the number of a
    question when it is taken up.
    """
    waiting, told = deque(enumerate(questions)), SimpleQueue[Told]()
    found: dict[int, Answer] = {}
    with ExitStack() as ends:
        for _ in range(min(jobs, len(questions))):
            child = ends.enter_context(Guarded(work, limits))
            Thread(target=_serve, args=(child, waiting, told), daemon=True).start()
        ends.callback(waiting.clear)  # first of all, so that no thread takes up another one
        while len(found) < len(questions):
            number, answer = _next(told)
            if answer is None:
                began(number)
            elif isinstance(answer, Exception) and not isinstance(answer, TrackerError):
                raise answer
            else:
                found[number] = answer
    return [found[number] for number in range(len(questions))]


def _serve(child: Guarded, waiting: deque[tuple[int, Plain]], told: SimpleQueue[Told]) -> None:
    """Put one question after the other to a child, until none is left."""
    while True:
        try:
            number, question = waiting.popleft()
        except IndexError:
            return
        told.put((number, None))
        try:
            answer: Plain | Exception = child.ask(question)
        except Exception as error:  # for the thread that asked to judge
            answer = error
        told.put((number, answer))


def _next(told: SimpleQueue[Told]) -> Told:
    while True:
        try:
            return told.get(timeout=TICK)
        except Empty:
            continue
