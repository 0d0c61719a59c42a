"""One workbook checked, whatever it is: its report, or why there is none. Never raises for what a file holds.

The answer can be said as plain data, so that a child process can give it (see `guarded`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from tracker.checks import CHECKS, DERIVED, Turns, in_turn, run_checks
from tracker.checks.rulebook import read_rules
from tracker.checks.standard import DEFAULTS, Standard, against, as_standard, differing
from tracker.checks.waivers import Judged, judge
from tracker.commands.bearers import Bearers, bearers
from tracker.commands.faults import Fault, fault_of
from tracker.commands.guarded import Plain
from tracker.commands.workbook import ReadOnce
from tracker.engine.derive import derive, leading_to
from tracker.engine.harvest import harvest
from tracker.engine.identify import identify
from tracker.engine.read import NotOursError, read
from tracker.engine.whose import Whose
from tracker.errors import Exit, TrackerError
from tracker.hosts import ClosedFile
from tracker.keeper import holder
from tracker.model.finding import Finding, Place, Severity
from tracker.model.grid import Host
from tracker.report import FileReport, file_report
from tracker.schema.snapshot import Snapshot


@dataclass(frozen=True)
class Question:
    """What is asked of a file: the day, the codes of the findings that are wanted, and what it should be like."""

    clock: date
    pin: date | None
    wanted: frozenset[str] = frozenset()
    standard: Standard | None = None  # of the company, that the workbook is to be like
    bearers: bool = False  # whether to tell whom the customer IDs stand for, to be compared with other files


@dataclass(frozen=True)
class Outcome:
    """The report of one file and whose workbook it is; ``ours`` is false for a good workbook that is none of ours."""

    report: FileReport
    ours: bool = True
    fault: Fault | None = None
    workbook_id: str = ""  # empty: not known
    bearers: Bearers | None = None  # when asked for


def examine(path: Path, question: Question, turns: Turns = in_turn, host: Host | None = None) -> Outcome:
    """Check one file; MemoryError is all that it raises. ``turns`` runs the checks, ``host`` has it open already."""
    try:
        return _check(path, host or ClosedFile(path), question, turns)
    except MemoryError:
        raise
    except TrackerError as error:
        return failed(path, error)
    except Exception as bug:  # the others are still checked; the command line saves a log of it
        fault = fault_of(bug)
        report = FileReport(str(path), error=f"a fault in tracker ({fault.kind})", exit=Exit.BUG)
        return Outcome(report, fault=fault)


def failed(path: Path, error: TrackerError) -> Outcome:
    """A file that could not be checked; the report names it, so its error need not."""
    text = str(error).removeprefix(f"{path}: ")
    report = FileReport(str(path), error=text, exit=max(error.exit_code, Exit.UNREADABLE))
    return Outcome(report, ours=not isinstance(error, NotOursError))


def findings_of(host: Host, clock: date, pin: date | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong in a workbook wherever it lives: what a refresh would find, without planning it."""
    return found_in(read(ReadOnce(host), clock, pin))


def found_in(snapshot: Snapshot) -> tuple[Finding, ...]:
    """The same for a workbook that was read."""
    return _judged(snapshot)[1].findings


def everything(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Everything that is wrong, waived or not."""
    return _examined(snapshot)[1]


def examined(path: Path, question: Question) -> tuple[Snapshot, tuple[Finding, ...]]:
    """A workbook whose rows have found their customers, and what is wrong with it; TrackerError when unreadable."""
    snapshot, judged = _judged(read(ReadOnce(ClosedFile(path)), question.clock, question.pin), question.standard)
    return snapshot, _wanted(judged, question)


def report_of(
    path: Path,
    snapshot: Snapshot,
    findings: tuple[Finding, ...],
    waived: int = 0,
    standard: Standard | None = None,
) -> FileReport:
    """The report of a file that was examined; of each finding it is known who looks after the customer."""
    whose = Whose(snapshot)
    owned = tuple(replace(one, owner=owner) if (owner := whose.owner(one.place)) else one for one in findings)
    differ = _settings_differ(snapshot, standard)
    report = file_report(str(path), snapshot, owned)
    return replace(report, open_in=open_in(path), waived=waived, settings_differ=differ)


def _check(path: Path, host: Host, question: Question, turns: Turns) -> Outcome:
    snapshot = read(ReadOnce(host), question.clock, question.pin)
    snapshot, judged = _judged(snapshot, question.standard, turns)
    report = report_of(path, snapshot, _wanted(judged, question), judged.count, question.standard)
    told = bearers(snapshot) if question.bearers else None
    return Outcome(report, workbook_id=snapshot.identity.workbook_id, bearers=told)


def _settings_differ(snapshot: Snapshot, standard: Standard | None) -> int | None:
    """How many settings are not the standard's, or where it says nothing of them not the defaults."""
    if "Settings" not in snapshot.layout:
        return None
    return len(differing(snapshot.settings, standard if standard and standard.settings else DEFAULTS))


def _wanted(judged: Judged, question: Question) -> tuple[Finding, ...]:
    return tuple(one for one in judged.findings if one.code in question.wanted)


def open_in(path: Path) -> str:
    """Who has a file open, which was read as it was last saved; empty when nobody has, or the disk does not say."""
    try:
        return holder(path) or ""
    except TrackerError:
        return ""


def _judged(snapshot: Snapshot, standard: Standard | None = None, turns: Turns = in_turn) -> tuple[Snapshot, Judged]:
    snapshot, findings = _examined(snapshot, standard, turns)
    return snapshot, judge(snapshot, findings)


def _examined(
    snapshot: Snapshot, standard: Standard | None = None, turns: Turns = in_turn
) -> tuple[Snapshot, tuple[Finding, ...]]:
    boxes = harvest(snapshot).findings
    snapshot = identify(snapshot).snapshot
    snapshot = derive(snapshot, leading_to(snapshot.schema, DERIVED))
    rules = read_rules(snapshot).findings  # of the tags only what is wrong with their rules
    checks = (*CHECKS, against(standard)) if standard else CHECKS
    return snapshot, run_checks(replace(snapshot, findings=(*snapshot.findings, *rules, *boxes)), checks, turns)


# As plain data, for a child process.

WORK = f"{__name__}:answered"


def asked(path: Path, question: Question) -> Plain:
    """The question about one file, to be put to a child."""
    pin = question.pin.isoformat() if question.pin else None
    return {
        "path": str(path),
        "clock": question.clock.isoformat(),
        "pin": pin,
        "wanted": sorted(question.wanted),
        "standard": asdict(question.standard) if question.standard else None,
        "bearers": question.bearers,
    }


def answered(question: Plain) -> Plain:
    """What a child answers."""
    pin = date.fromisoformat(question["pin"]) if question["pin"] else None
    standard = as_standard(question["standard"]) if question["standard"] else None
    wanted = frozenset(question["wanted"])
    meant = Question(date.fromisoformat(question["clock"]), pin, wanted, standard, question["bearers"])
    return asdict(examine(Path(question["path"]), meant))


def outcome(answer: Plain) -> Outcome:
    """The outcome a child answered."""
    found, fault = answer["report"], answer["fault"]
    findings = tuple(_finding(one) for one in found["findings"])
    report = FileReport(**{**found, "findings": findings, "exit": Exit(found["exit"])})
    met = Fault(fault["kind"], tuple(fault["lines"])) if fault else None
    told = Bearers(**answer["bearers"]) if answer["bearers"] else None
    return Outcome(report, answer["ours"], met, answer["workbook_id"], told)


def _finding(found: Plain) -> Finding:
    return Finding(**{**found, "severity": Severity(found["severity"]), "place": Place(**found["place"])})
