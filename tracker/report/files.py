"""What is reported: each file with its findings or with why there are none, and how the run ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.errors import Exit
from tracker.facts.calendar import from_serial
from tracker.model.finding import Finding, Severity
from tracker.schema.snapshot import Snapshot

COUNTED = ("Customers", "Interactions", "Purchases")  # the tables whose rows a report counts


@dataclass(frozen=True)
class FileReport:
    """One workbook: what is wrong in it and how large it is, or why it could not be checked."""

    path: str
    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)  # by table
    schema: int = 0  # version of the workbook; 0: not known
    last_refresh: str = ""  # the day as 2026-11-18; empty: never, or not known
    settings_differ: int | None = None  # from the company's standard, or from the defaults; None: not known
    open_in: str = ""  # the program, and the person, that have it open; it was read as it was last saved
    error: str | None = None
    exit: Exit = Exit.CLEAN
    unread_since: str = ""  # the day since which it could not be checked for the same reason; empty: that is new
    known: int = 0  # findings left out because a baseline or the last run knew them
    waived: int = 0  # findings that somebody decided to leave as they are

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity, the worst first."""
        found = Counter(one.severity for one in self.findings)
        return {severity: found[severity] for severity in sorted(Severity, reverse=True)}


@dataclass(frozen=True)
class Compared:
    """What was known before and is not reported: how many findings; how many are new, and how many known ones gone."""

    hidden: int
    new: int
    gone: int
    since: str = ""  # when they were found, as 2026-11-26 07:00; empty: not known, or there was no run before
    unread: int = 0  # files that could not be checked before either, for the same reason


@dataclass(frozen=True)
class Report:
    """One run over some files; ``skipped`` workbooks were none of ours, those of ``other_kinds`` nobody here reads."""

    files: Sequence[FileReport]
    skipped: int = 0
    other_kinds: int = 0
    redacted: bool = False  # the values of cells are hidden
    day: str = ""  # the day it is of, as 2026-11-18; for formats that people keep
    about: str = ""  # whose findings these are, where a report was split; empty: everybody's
    fails_at: Severity | None = Severity.ERROR  # the mildest finding that makes the run fail; None: no finding does
    baseline: Compared | None = None  # known findings that a person wrote down; None: there is no baseline
    since_last: Compared | None = None  # what the run before found; None: nobody asked
    passed_over: tuple[str, ...] = ()  # the files that ``skipped`` and ``other_kinds`` count, in order


def file_report(path: str, snapshot: Snapshot, findings: tuple[Finding, ...]) -> FileReport:
    """The report of a workbook that could be read."""
    last = snapshot.state.get("last_day")
    day = from_serial(last) if isinstance(last, float) else None
    rows = {name: len(snapshot.frames[name]) for name in COUNTED if name in snapshot.frames}
    return FileReport(path, findings, rows, snapshot.identity.schema, str(day or ""))
