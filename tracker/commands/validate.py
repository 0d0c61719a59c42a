"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from tracker.checks import run_checks
from tracker.checks.rulebook import read_rules
from tracker.commands.workbook import ReadOnce, Step, silent
from tracker.engine.derive import derive, ready
from tracker.engine.harvest import harvest
from tracker.engine.identify import identify
from tracker.engine.read import NotOursError, read
from tracker.engine.refresh import TAGGED
from tracker.errors import Exit, TrackerError, UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.model.finding import Finding, Severity
from tracker.model.grid import Host
from tracker.report import FileReport, Report, file_report
from tracker.schema.findings import FINDINGS
from tracker.schema.snapshot import Snapshot

ENDINGS = (".xlsx", ".xlsm")
OWNER_FILES = ("~$", ".~lock")
OURS = ".tracker"  # where copies are kept


@dataclass(frozen=True)
class Validation:
    """The report of a run, and the faults of our own that it met, by file."""

    report: Report
    bugs: tuple[tuple[str, Exception], ...] = ()

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
) -> Validation:
    """Check files, and every workbook below folders. ``select`` and ``ignore`` take codes, their beginnings, and names.

    ``about`` is told each file when its turn comes.

    Raises UsageError for a code or name that does not exist, UnreadableError when there was nothing to check.
    """
    wanted = (codes(select) or codes([""])) - codes(ignore)
    files: list[FileReport] = []
    bugs: list[tuple[str, Exception]] = []
    skipped = 0
    for path in paths:
        for file in _workbooks(path):
            about(str(file))
            try:
                files.append(_check(file, clock, pin, wanted))
            except NotOursError as error:
                if path.is_dir():
                    skipped += 1
                else:
                    files.append(_failed(file, error))
            except TrackerError as error:
                files.append(_failed(file, error))
            except Exception as bug:  # the others are still checked; the command line saves a log of it
                files.append(FileReport(str(file), error=f"a fault in tracker ({type(bug).__name__})", exit=Exit.BUG))
                bugs.append((str(file), bug))
    if not files:
        without = f" ({skipped} without our tables)" if skipped else ""
        named = ", ".join(str(path) for path in paths)
        raise UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")
    return Validation(Report(tuple(files), skipped), tuple(bugs))


def findings_of(host: Host, clock: date, pin: date | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong in a workbook wherever it lives: what a refresh would find, without planning it."""
    return _examined(read(ReadOnce(host), clock, pin))


def _examined(snapshot: Snapshot) -> tuple[Finding, ...]:
    boxes = harvest(snapshot).findings
    snapshot = identify(snapshot).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), TAGGED))
    rules = read_rules(snapshot).findings  # of the tags only what is wrong with their rules
    return run_checks(replace(snapshot, findings=(*snapshot.findings, *rules, *boxes)))


def codes(words: Iterable[str]) -> set[str]:
    """The codes meant by codes, their beginnings, and names; UsageError, with the nearest, for one that means none."""
    found: set[str] = set()
    for word in words:
        text = word.strip()
        meant = {f.code for f in FINDINGS if f.code.startswith(text.upper()) or f.name == text.lower()}
        if not meant:
            known = [*(f.name for f in FINDINGS), *(f.code for f in FINDINGS)]
            near = get_close_matches(text.lower(), known, 1) or get_close_matches(text.upper(), known, 1)
            raise UsageError(f"There is no finding '{text}'." + (f" Did you mean {near[0]}?" if near else ""))
        found |= meant
    return found


def _workbooks(path: Path) -> Iterator[Path]:
    """A file as it is named; of a folder the workbooks below it, without owner files and our own copies."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name != OURS)
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith(OWNER_FILES):
                yield Path(folder) / name


def _check(path: Path, clock: date, pin: date | None, wanted: Collection[str]) -> FileReport:
    snapshot = read(ReadOnce(ClosedFile(path)), clock, pin)
    findings = tuple(one for one in _examined(snapshot) if one.code in wanted)
    return file_report(str(path), snapshot, findings)


def _failed(path: Path, error: TrackerError) -> FileReport:
    """A file that could not be checked; the report names it, so its error need not."""
    text = str(error).removeprefix(f"{path}: ")
    return FileReport(str(path), error=text, exit=max(error.exit_code, Exit.UNREADABLE))
