"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others.

Many files are read by child processes, which one of them may break; for a single one no process is started.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.commands.against import NOTHING, Against, Asked, Note, compared
from tracker.commands.codes import codes
from tracker.commands.copies import SAME_WORKBOOK, noting_copies
from tracker.commands.examine import Question, findings_of
from tracker.commands.faults import Fault
from tracker.commands.guarded import Limits
from tracker.commands.known import printed
from tracker.commands.outcomes import USUALLY, How, outcomes
from tracker.commands.shares import EVERY_FILE, Wanted, workbooks
from tracker.commands.workbook import Step, silent
from tracker.errors import Exit, UnreadableError
from tracker.model.finding import Severity
from tracker.report import Report

__all__ = ["Against", "How", "Limits", "Question", "Validation", "Wanted", "codes", "findings_of", "validate"]


@dataclass(frozen=True)
class Validation:
    """The report of a run, and the faults of our own that it met, by file."""

    report: Report
    bugs: tuple[tuple[str, Fault], ...] = ()
    notes: tuple[Note, ...] = ()  # for later runs, to be kept when the report is out

    def exit_code(self, fail_on: Severity | None = Severity.ERROR) -> Exit:
        """The highest of the run: an unreadable file, else a finding at or above ``fail_on``, else clean."""
        files = self.report.files
        found = fail_on is not None and any(f.severity >= fail_on for one in files for f in one.findings)
        return max((*(one.exit for one in files), Exit.FINDINGS if found else Exit.CLEAN))

    def keep_notes(self) -> None:
        """Write down what later runs are compared with. StorageError when the disk does not take it."""
        for one in self.notes:
            one.keep()


def validate(
    paths: Sequence[Path],
    clock: date,
    pin: date | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    about: Step = silent,
    how: How = USUALLY,
    wanted: Wanted = EVERY_FILE,
    against: Against = NOTHING,
) -> Validation:
    """Check files, and every workbook below folders. ``select`` and ``ignore`` take codes, their beginnings, and names.

    ``about`` is told each file when its turn comes, ``how`` says by how many and within which limits, ``wanted`` which
    files below folders are meant, ``against`` which findings are known and not to be reported again.
    Raises UsageError for a code or name that does not exist and for what is no baseline, UnreadableError when there was
    nothing to check.
    """
    against.check()
    select, ignore = tuple(select), tuple(ignore)
    question = Question(clock, pin, frozenset((codes(select) or codes([""])) - codes(ignore)))
    every = [one for path in paths for one in workbooks(path, wanted)]
    found = [one for one in every if not one.other_kind]
    others = len(every) - len(found)
    told = outcomes(found, question, how, about)
    reported = [one for one, file in zip(told, found, strict=True) if one.ours or not file.of_folder]
    skipped = len(told) - len(reported)
    if not reported:
        raise _nothing(paths, skipped, others)
    if SAME_WORKBOOK in question.wanted:
        reported = noting_copies(reported)
    bugs = tuple((one.report.path, one.fault) for one in reported if one.fault)
    news = compared(printed(reported), question.wanted, against, Asked(paths, select, ignore, wanted))
    files = tuple(one.report for one in news.outcomes)
    report = Report(files, skipped, others, baseline=news.baseline, since_last=news.since_last)
    return Validation(report, bugs, news.notes)


def _nothing(paths: Sequence[Path], skipped: int, others: int) -> UnreadableError:
    """That nothing was checked, which is never a success."""
    counts = [f"{skipped} without our tables"] * bool(skipped) + [f"{others} of other kinds"] * bool(others)
    without = f" ({', '.join(counts)})" if counts else ""
    named = ", ".join(str(path) for path in paths)
    return UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")
