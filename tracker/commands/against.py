"""A run compared with what is known: a baseline first, then the run before; what is left is reported.

What is to be known to later runs is handed back: a baseline, which hides all that is found, is written before the
report is out, the notes of a run only then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.commands.examine import Outcome
from tracker.commands.known import (
    Known,
    count,
    from_folder,
    gone,
    known,
    noting_unread,
    read_baseline,
    refuse_nowhere,
    refuse_other,
    without,
    write_known,
)
from tracker.commands.shares import Wanted
from tracker.commands.since import last_run, note_run, notes_of
from tracker.report import Compared

SHARED = 0o644  # a baseline is handed on; nothing in it is private
TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Against:
    """What to compare with: a file with a baseline, one that becomes it, the folder with notes of the last run."""

    baseline: Path | None = None
    write: Path | None = None
    notes: Path | None = None
    now: datetime | None = None  # of this run, for the next one

    def check(self) -> None:
        """What is wrong with files that cannot be used so, raised before any workbook is looked at."""
        if self.write is not None:
            refuse_nowhere(self.write)
            refuse_other(self.write)
        elif self.baseline is not None:
            read_baseline(self.baseline)


NOTHING = Against()


@dataclass(frozen=True)
class Asked:
    """What a run was asked, by which its notes are found again."""

    paths: Sequence[Path]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    wanted: Wanted


@dataclass(frozen=True)
class Note:
    """What is to be known to later runs, and where."""

    place: Path
    found: Known
    is_baseline: bool

    def keep(self) -> None:
        """Write it down."""
        if self.is_baseline:
            write_known(self.place, self.found, SHARED)
        else:
            note_run(self.place, self.found)


@dataclass(frozen=True)
class News:
    """What is left to report, with what it was compared, and what to write down."""

    outcomes: Sequence[Outcome]
    baseline: Compared | None = None
    since_last: Compared | None = None
    notes: tuple[Note, ...] = ()


def compared(outcomes: Sequence[Outcome], codes: Collection[str], against: Against, asked: Asked) -> News:
    """What of a run is not known yet. ``codes`` are the findings it asked for. UsageError for what is no baseline."""
    left, of_baseline, notes = _baseline(outcomes, codes, against)
    if against.notes is None:
        return News(left, of_baseline, notes=notes)
    place, naming = notes_of(against.notes, asked.paths, asked.select, asked.ignore, asked.wanted), from_folder(None)
    before = last_run(place) or Known()
    new = noting_unread(without(left, before, naming), before, naming)
    hidden = count(left) - count(new)
    lost = gone(outcomes, before, naming, codes, removed=True)
    unread = sum(bool(one.report.unread_since) for one in new)
    since = Compared(hidden, count(new), lost, before.at, unread)
    found = known(outcomes, naming, before, (against.now or datetime.now()).strftime(TIME))
    return News(new, of_baseline, since, (*notes, Note(place, found, False)))


def _baseline(
    outcomes: Sequence[Outcome], codes: Collection[str], against: Against
) -> tuple[Sequence[Outcome], Compared | None, tuple[Note, ...]]:
    """What the baseline leaves; one that is to be written hides all that is found now."""
    notes: tuple[Note, ...] = ()
    if against.write is not None:
        naming = from_folder(against.write.parent)
        old = read_baseline(against.write) if against.write.exists() else Known()
        before = known(outcomes, naming, old)
        notes = (Note(against.write, before, True),)
    elif against.baseline is not None:
        naming, before = from_folder(against.baseline.parent), read_baseline(against.baseline)
    else:
        return outcomes, None, ()
    left = without(outcomes, before, naming)
    lost = gone(outcomes, before, naming, codes, removed=False)
    return left, Compared(count(outcomes) - count(left), count(left), lost), notes
