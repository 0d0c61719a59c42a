"""What came of each file of a run, in order: done here for one file, by guarded children as soon as there are several.

What an earlier run kept of an unchanged file is not asked again (see `cache`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.commands.cache import Cache
from tracker.commands.crew import answers
from tracker.commands.examine import WORK, Outcome, Question, asked, examine, failed, outcome
from tracker.commands.guarded import Limits
from tracker.commands.halves import in_halves
from tracker.commands.shares import Found
from tracker.commands.workbook import Step, silent
from tracker.errors import TrackerError
from tracker.fork import cores
from tracker.hosts import ClosedFile


@dataclass(frozen=True)
class How:
    """How files are checked: by how many children (None: one a processor), within which limits, with which cache.

    ``cache`` is its folder; with ``insists`` it is used whatever a configuration says. Limits that are given hold for a
    single file too. ``work`` names the function that a child does. ``begun`` is a file whose reading has begun already.
    """

    jobs: int | None = None
    limits: Limits | None = None
    cache: Path | None = None
    work: str = WORK
    insists: bool = False
    begun: ClosedFile | None = None


USUALLY = How()


def outcomes(
    found: Sequence[Found],
    question: Question,
    how: How = USUALLY,
    about: Step = silent,
    alone: bool | None = None,
) -> list[Outcome]:
    """The outcome of each file, in the order of the files; ``about`` is told each one that is taken up.

    ``alone``: the run has no other file; as many as are given when it is not said.
    """
    alone = len(found) == 1 if alone is None else alone
    if how.cache is None or how.work != WORK or alone:  # whoever names one file has just changed it
        return _checked(found, question, how, about, alone)
    cache = Cache(how.cache, question)
    known = [("", None) if one.error else cache.find(one.path) for one in found]
    left = [one for one, (_, kept) in zip(found, known, strict=True) if kept is None]
    fresh = iter(_checked(left, question, how, about, False))
    told = [kept or next(fresh) for _, kept in known]
    for one, (digest, kept), new in zip(found, known, told, strict=True):
        if kept is None:
            cache.keep(one.path, digest, new)
    cache.save()
    return told


def _checked(found: Sequence[Found], question: Question, how: How, about: Step, alone: bool) -> list[Outcome]:
    """The outcomes of files that have to be read, and of those that are known not to be readable."""
    fresh = iter(_fresh([one.path for one in found if not one.error], question, how, about, alone))
    return [failed(one.path, one.error) if one.error else next(fresh) for one in found]


def _fresh(paths: Sequence[Path], question: Question, how: How, about: Step, alone: bool) -> list[Outcome]:
    """What checking some files says; ``alone``: there is no other file that one of them could hide."""
    if (alone and how.limits is None) or not sys.executable:
        return [_here(path, question, about, how.begun) for path in paths]
    questions = [asked(path, question) for path in paths]
    given = answers(how.work, how.limits, questions, how.jobs or cores(), lambda number: about(str(paths[number])))
    return [
        failed(path, answer) if isinstance(answer, TrackerError) else outcome(answer)
        for path, answer in zip(paths, given, strict=True)
    ]


def _here(path: Path, question: Question, about: Step, begun: ClosedFile | None) -> Outcome:
    about(str(path))
    return examine(path, question, in_halves, begun)
