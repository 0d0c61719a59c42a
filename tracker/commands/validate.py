"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others.

Many files are read by a child process, which one of them may break; for a single one no process is started.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.commands.codes import codes
from tracker.commands.copies import SAME_WORKBOOK, noting_copies
from tracker.commands.examine import WORK, Outcome, Question, asked, examine, failed, findings_of, outcome
from tracker.commands.faults import Fault
from tracker.commands.guarded import Guarded, Limits
from tracker.commands.shares import EVERY_FILE, Wanted, workbooks
from tracker.commands.workbook import Step, silent
from tracker.errors import Exit, TrackerError, UnreadableError
from tracker.model.finding import Severity
from tracker.report import Report

__all__ = ["Limits", "Validation", "Wanted", "codes", "findings_of", "validate"]


@dataclass(frozen=True)
class Validation:
    """The report of a run, and the faults of our own that it met, by file."""

    report: Report
    bugs: tuple[tuple[str, Fault], ...] = ()

    def exit_code(self, fail_on: Severity | None = Severity.ERROR) -> Exit:
        """The highest of the run: an unreadable file, else a finding at or above ``fail_on``, else clean."""
        files = self.report.files
        found = fail_on is not None and any(f.severity >= fail_on for one in files for f in one.findings)
        return max((*(one.exit for one in files), Exit.FINDINGS if found else Exit.CLEAN))


def validate(
    paths: Sequence[Path],
    clock: date,
    pin: date | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    about: Step = silent,
    limits: Limits | None = None,
    work: str = WORK,
    wanted: Wanted = EVERY_FILE,
) -> Validation:
    """Check files, and every workbook below folders. ``select`` and ``ignore`` take codes, their beginnings, and names.

    ``about`` is told each file when its turn comes. ``limits`` is what a file may cost when there are several; ``work``
    names the function that a child does. ``wanted`` says which files below folders are meant.
    Raises UsageError for a code or name that does not exist, UnreadableError when there was nothing to check.
    """
    question = Question(clock, pin, frozenset((codes(select) or codes([""])) - codes(ignore)))
    every = [one for path in paths for one in workbooks(path, wanted)]
    found = [one for one in every if not one.other_kind]
    others = len(every) - len(found)
    outcomes: list[tuple[bool, Outcome]] = []
    with Guarded(work, limits) as guard:
        ask = _guarded(guard) if len(found) > 1 and sys.executable else examine
        for one in found:
            about(str(one.path))
            told = failed(one.path, one.error) if one.error else ask(one.path, question)
            outcomes.append((one.of_folder, told))
    reported = [told for of_folder, told in outcomes if told.ours or not of_folder]
    skipped = len(outcomes) - len(reported)
    if not reported:
        raise _nothing(paths, skipped, others)
    if SAME_WORKBOOK in question.wanted:
        reported = noting_copies(reported)
    bugs = tuple((one.report.path, one.fault) for one in reported if one.fault)
    return Validation(Report(tuple(one.report for one in reported), skipped, others), bugs)


def _nothing(paths: Sequence[Path], skipped: int, others: int) -> UnreadableError:
    """That nothing was checked, which is never a success."""
    counts = [f"{skipped} without our tables"] * bool(skipped) + [f"{others} of other kinds"] * bool(others)
    without = f" ({', '.join(counts)})" if counts else ""
    named = ", ".join(str(path) for path in paths)
    return UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")


def _guarded(guard: Guarded) -> Callable[[Path, Question], Outcome]:
    """The same as `examine`, done by a child process."""

    def ask(path: Path, question: Question) -> Outcome:
        try:
            return outcome(guard.ask(asked(path, question)))
        except TrackerError as error:
            return failed(path, error)

    return ask
