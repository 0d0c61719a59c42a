"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others.

Many files are read by a child process, which one of them may break; for a single one no process is started.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.commands.codes import codes
from tracker.commands.examine import WORK, Outcome, Question, asked, examine, failed, findings_of, outcome
from tracker.commands.faults import Fault
from tracker.commands.guarded import Guarded, Limits
from tracker.commands.workbook import Step, silent
from tracker.errors import Exit, TrackerError, UnreadableError
from tracker.keeper import is_history
from tracker.model.finding import Severity
from tracker.report import Report

__all__ = ["Limits", "Validation", "codes", "findings_of", "validate"]

ENDINGS = (".xlsx", ".xlsm")
OWNER_FILES = ("~$", ".~lock", "._")  # of Excel, of LibreOffice; and what a Mac notes about a file, beside it
OURS = ".tracker"  # where copies are kept


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
) -> Validation:
    """Check files, and every workbook below folders. ``select`` and ``ignore`` take codes, their beginnings, and names.

    ``about`` is told each file when its turn comes. ``limits`` is what a file may cost when there are several; ``work``
    names the function that a child does.
    Raises UsageError for a code or name that does not exist, UnreadableError when there was nothing to check.
    """
    question = Question(clock, pin, frozenset((codes(select) or codes([""])) - codes(ignore)))
    found = [(file, folder, error) for path in paths for file, folder, error in _workbooks(path)]
    outcomes: list[tuple[bool, Outcome]] = []
    with Guarded(work, limits) as guard:
        ask = _guarded(guard) if len(found) > 1 and sys.executable else examine
        for file, folder, error in found:
            about(str(file))
            outcomes.append((folder, failed(file, error) if error else ask(file, question)))
    reported = [one for folder, one in outcomes if one.ours or not folder]
    skipped = len(outcomes) - len(reported)
    if not reported:
        without = f" ({skipped} without our tables)" if skipped else ""
        named = ", ".join(str(path) for path in paths)
        raise UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")
    bugs = tuple((one.report.path, one.fault) for one in reported if one.fault)
    return Validation(Report(tuple(one.report for one in reported), skipped), bugs)


def _guarded(guard: Guarded) -> Callable[[Path, Question], Outcome]:
    """The same as `examine`, done by a child process."""

    def ask(path: Path, question: Question) -> Outcome:
        try:
            return outcome(guard.ask(asked(path, question)))
        except TrackerError as error:
            return failed(path, error)

    return ask


Found = tuple[Path, bool, TrackerError | None]  # a file, whether a folder was named, why it cannot be looked into


def _workbooks(path: Path) -> Iterator[Found]:
    """A file as it is named; of a folder the workbooks below it, without owner files and our own copies."""
    try:
        is_folder = path.is_dir()
    except OSError:  # a name that is too long, say; reading it says so
        is_folder = False
    if not is_folder:
        yield path, False, None
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        folders[:] = sorted(name for name in folders if name != OURS and not is_history(Path(folder) / name))
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith(OWNER_FILES):
                yield Path(folder) / name, True, None
    for error in closed:
        why = UnreadableError(f"the folder cannot be read ({error.strerror}). Check the permissions.")
        yield Path(str(error.filename)), True, why
