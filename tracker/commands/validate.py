"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from tracker.checks import run_checks
from tracker.commands.workbook import ReadOnce
from tracker.engine.derive import derive, ready
from tracker.engine.harvest import harvest
from tracker.engine.identify import identify
from tracker.engine.read import NotOursError, read
from tracker.engine.refresh import TAGGED
from tracker.engine.tags import tag_customers
from tracker.errors import Exit, TrackerError, UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.model.finding import Finding, Severity
from tracker.model.grid import Host
from tracker.schema.findings import FINDINGS

ENDINGS = (".xlsx", ".xlsm")
OWNER_FILES = ("~$", ".~lock")
OURS = ".tracker"  # where copies are kept


@dataclass(frozen=True)
class Checked:
    """One file: its findings, or why it could not be checked."""

    path: Path
    findings: tuple[Finding, ...] = ()
    error: str = ""
    exit_code: Exit = Exit.CLEAN
    ours: bool = True  # False: a good workbook without our tables
    bug: BaseException | None = None


@dataclass(frozen=True)
class Validation:
    """Every file that was looked at; ``skipped`` workbooks of a folder are none of ours."""

    files: tuple[Checked, ...]
    skipped: int = 0

    def exit_code(self, fail_on: Severity | None = Severity.ERROR) -> Exit:
        """The highest of the run: an unreadable file, else a finding at or above ``fail_on``, else clean."""
        worst = max((one.exit_code for one in self.files), default=Exit.UNREADABLE)
        found = fail_on is not None and any(f.severity >= fail_on for one in self.files for f in one.findings)
        return max(worst, Exit.FINDINGS if found else Exit.CLEAN)


def validate(
    paths: Sequence[Path], clock: date, pin: date | None = None, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> Validation:
    """Check files, and every workbook below folders. ``select`` and ``ignore`` take codes, their beginnings, and names.

    Raises UsageError for a code or name that does not exist, UnreadableError when there was nothing to check.
    """
    wanted = codes(select) or codes([""])
    wanted -= codes(ignore)
    files: list[Checked] = []
    skipped = 0
    for path in paths:
        for file in _workbooks(path):
            one = _check(file, clock, pin, wanted)
            if one.ours or not path.is_dir():
                files.append(one)
            else:
                skipped += 1
    if not files:
        without = f" ({skipped} without our tables)" if skipped else ""
        named = ", ".join(str(path) for path in paths)
        raise UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")
    return Validation(tuple(files), skipped)


def findings_of(host: Host, clock: date, pin: date | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong in a workbook wherever it lives: what a refresh would find, without planning it."""
    snapshot = read(ReadOnce(host), clock, pin)
    boxes = harvest(snapshot).findings
    snapshot = identify(snapshot).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), TAGGED))
    tagging = tag_customers(snapshot)
    return run_checks(replace(snapshot, findings=(*snapshot.findings, *tagging.findings, *boxes)))


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


def _check(path: Path, clock: date, pin: date | None, wanted: Collection[str]) -> Checked:
    """The findings of one file, or why it could not be checked."""
    try:
        findings = findings_of(ClosedFile(path), clock, pin)
    except NotOursError as error:
        return Checked(path, error=f"{path}: {error}", exit_code=error.exit_code, ours=False)
    except TrackerError as error:
        return Checked(path, error=str(error), exit_code=max(error.exit_code, Exit.UNREADABLE))
    except Exception as bug:  # the others are still checked; the command line saves a log of it
        return Checked(path, error="it could not be checked: a fault in tracker", exit_code=Exit.BUG, bug=bug)
    return Checked(path, tuple(f for f in findings if f.code in wanted))
