"""Say what is wrong in workbooks, one or a share full of them; reads only, and one bad file never hides the others.

Many files are read by child processes, which one of them may break; for a single one no process is started.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tracker.commands.against import NOTHING, Against, Asked, Note, compared
from tracker.commands.codes import Selection, codes
from tracker.commands.configuration import Configurations
from tracker.commands.copies import noting_copies
from tracker.commands.elsewhere import SAME_ID, noting_elsewhere
from tracker.commands.examine import Outcome, Question, findings_of
from tracker.commands.faults import Fault
from tracker.commands.guarded import Limits
from tracker.commands.known import printed
from tracker.commands.outcomes import USUALLY, How, outcomes
from tracker.commands.policy import Policies, Policy, Said
from tracker.commands.shares import EVERY_FILE, Found, Wanted, each_once, workbooks
from tracker.commands.whole import effort, known
from tracker.commands.workbook import Step, silent
from tracker.errors import Exit, TrackerError, UnreadableError
from tracker.report import Report

__all__ = [
    "Against",
    "Configurations",
    "How",
    "Limits",
    "Question",
    "Validation",
    "Wanted",
    "codes",
    "findings_of",
    "validate",
]


@dataclass(frozen=True)
class Validation:
    """The report of a run, and the faults of our own that it met, by file."""

    report: Report
    bugs: tuple[tuple[str, Fault], ...] = ()
    notes: tuple[Note, ...] = ()  # for later runs, to be kept when the report is out, a baseline before

    def exit_code(self) -> Exit:
        """The highest of the run: a file newly unreadable, else a finding that makes it fail, else clean."""
        files, fails_at = self.report.files, self.report.fails_at
        found = fails_at is not None and any(f.severity >= fails_at for one in files for f in one.findings)
        return max((*(one.exit for one in files if not one.unread_since), Exit.FINDINGS if found else Exit.CLEAN))

    def with_baseline(self) -> Validation:
        """The same, its baseline written before a report says that all is known. StorageError as for the notes."""
        for one in self.notes:
            if one.is_baseline:
                one.keep()
        return replace(self, notes=tuple(one for one in self.notes if not one.is_baseline))

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
    extend_select: Iterable[str] = (),
    fail_on: str | None = None,
    standard: Path | None = None,
    configurations: Configurations | None = None,
) -> Validation:
    """Check files, and every workbook below folders, each file once.

    ``select`` and ``ignore`` take codes, their beginnings, and names.
    ``about`` is told each file when its turn comes, ``how`` says by how many and within which limits, ``wanted`` which
    files below folders are meant, ``against`` which findings are known and not to be reported again, ``fail_on`` the
    severity that makes the run fail or ``never``, ``standard`` a file with the company's settings, rules and lists.
    What is not given, the configuration found from each file says; see `policy`.
    Raises UsageError for a code or name that does not exist, what is no baseline, and a standard or a configuration of
    ``paths`` that cannot be followed; UnreadableError when there was nothing to check.
    """
    select, extend, ignore = tuple(select), tuple(extend_select), tuple(ignore)
    said = Said(Selection(select or None, extend, ignore), wanted, fail_on, standard)
    policies = _followed(paths, Policies(said, configurations or Configurations()))
    how, against = effort(how, policies.said(paths)), known(against, policies.said(paths))
    against.check()
    checked = _checked(paths, Question(clock, pin), policies, how, about)
    if not checked.reported:
        raise _unmeant(paths, wanted, policies) or _nothing(paths, checked.skipped, checked.others)
    reported = noting_elsewhere(noting_copies(checked.reported))
    bugs = tuple((one.report.path, one.fault) for one in reported if one.fault)
    reported = [replace(one, report=policies.applied(Path(one.report.path), one.report)) for one in reported]
    asked = Asked(paths, (*select, *(f"+{word}" for word in extend)), ignore, wanted)
    news = compared(printed(reported), policies.codes, against, asked)
    report = Report(
        tuple(one.report for one in news.outcomes),
        checked.skipped,
        checked.others,
        fails_at=policies.level(paths),
        baseline=news.baseline,
        since_last=news.since_last,
        passed_over=checked.passed_over,
    )
    return Validation(report, bugs, news.notes)


@dataclass(frozen=True)
class _Checked:
    """What came of the files that are ours, or were named; and which ones below folders were passed over.

    ``skipped`` of them are good workbooks without our tables, ``others`` are of kinds that nobody here reads.
    """

    reported: Sequence[Outcome]
    skipped: int
    others: int
    passed_over: tuple[str, ...]


def _checked(paths: Sequence[Path], question: Question, policies: Policies, how: How, about: Step) -> _Checked:
    every = each_once(one for path in paths for one in workbooks(path, policies.wanted(path)))
    found = [one for one in every if not one.other_kind]
    told = list(zip(_told(found, question, policies, how, about), found, strict=True))
    reported = [one for one, file in told if one.ours or not file.of_folder]
    passed = [str(one.path) for one in every if one.other_kind]
    passed += [one.report.path for one, file in told if not one.ours and file.of_folder]
    return _Checked(reported, len(told) - len(reported), len(every) - len(found), tuple(sorted(passed)))


def _followed(paths: Sequence[Path], policies: Policies) -> Policies:
    """The policies, none of which for a path that was named is one that cannot be followed."""
    for path in paths:
        policies.of(path)
    return policies


def _told(found: Sequence[Found], question: Question, policies: Policies, how: How, about: Step) -> list[Outcome]:
    """The outcome of each file, asked what its own configuration asks; one that cannot be followed is its error."""
    files = [_configured(one, policies) for one in found]
    question = replace(question, bearers=len(found) > 1 and SAME_ID in policies.codes)
    groups: dict[int, list[int]] = {}  # files of one policy together: nearly always there is one
    for number, (_, policy) in enumerate(files):
        groups.setdefault(id(policy), []).append(number)
    told: dict[int, Outcome] = {}
    for numbers in groups.values():
        policy = files[numbers[0]][1]
        asked = replace(question, wanted=policy.wanted, standard=policy.standard) if policy else question
        together = [files[number][0] for number in numbers]
        told |= zip(numbers, outcomes(together, asked, how, about, alone=len(found) == 1), strict=True)
    return [told[number] for number in range(len(found))]


def _configured(found: Found, policies: Policies) -> tuple[Found, Policy | None]:
    """A file and what is reported of it; a configuration beside it that cannot be followed is why it is not checked."""
    try:
        return found, policies.of(found.path)
    except TrackerError as error:
        return replace(found, error=found.error or error), None


def _unmeant(paths: Sequence[Path], wanted: Wanted, policies: Policies) -> UnreadableError | None:
    """That --include and --exclude leave nothing of what is there; None where it is not for them."""
    there = sum(not one.other_kind and one.error is None for path in paths for one in workbooks(path))
    left = any(True for path in paths for _ in workbooks(path, policies.wanted(path)))
    if left or not there or not (wanted.include or wanted.exclude):
        return None
    said = [f"--include {one}" for one in wanted.include] + [f"--exclude {one}" for one in wanted.exclude]
    books = "workbook" if there == 1 else f"{there} workbooks"
    named = ", ".join(str(path) for path in paths)
    return UnreadableError(f"{named}: {', '.join(said)}: none of the {books} below it is meant. Change what they say.")


def _nothing(paths: Sequence[Path], skipped: int, others: int) -> UnreadableError:
    """That nothing was checked, which is never a success."""
    counts = [f"{skipped} without our tables"] * bool(skipped) + [f"{others} of other kinds"] * bool(others)
    without = f" ({', '.join(counts)})" if counts else ""
    named = ", ".join(str(path) for path in paths)
    return UnreadableError(f"{named}: no workbook to check{without}. Name a file, or another folder.")
