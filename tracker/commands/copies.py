"""Several files of one run that are one workbook: each is told which other one has its ID.

Nobody merges them, and which is the right one only people can say; the names that sync programs give a second version
are quoted, since they say how it came about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tracker.commands.examine import Outcome
from tracker.model.finding import Finding, Place
from tracker.schema.findings import finding

SAME_WORKBOOK = "W119"
_CONFLICTS = (  # in the name of a file, without its ending
    re.compile(r"\(([^()]*conflicted copy[^()]*)\)", re.IGNORECASE),  # Dropbox, Nextcloud, ownCloud
    re.compile(r"\((SFConflict [^()]+)\)"),  # Seafile
    re.compile(r"\.(sync-conflict-\d{8}-\d{6}(?:-\w+)?)"),  # Syncthing
    re.compile(r"-((?:DESKTOP-[A-Z0-9]{7}|LAPTOP-[A-Z0-9]{8})(?:-\d+)?)$"),  # OneDrive, on a PC as Windows names it
)


def noting_copies(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same outcomes; each of several files of one workbook has a finding more, which names another of them."""
    found = {place: one for group in _groups(outcomes) for place, one in _copies(outcomes, group)}
    return [noting(one, found[place]) if place in found else one for place, one in enumerate(outcomes)]


def conflict(path: str) -> str:
    """What the name of a file says of a second version that a sync program kept; empty when it says nothing."""
    met = _conflict(path)
    return met[1] if met else ""


def _conflict(path: str) -> re.Match[str] | None:
    stem = Path(path).stem
    return next((met for pattern in _CONFLICTS if (met := pattern.search(stem))), None)


def _strangeness(path: str, copy: str) -> int:
    """How unlikely a sync program made the copy of this file: 0 its name and folder, 1 its name, 2 neither.

    Always 2 when no sync program made the copy.
    """
    one, other, met = Path(path), Path(copy), _conflict(copy)
    if met is None:
        return 2
    plain = f"{met.string[: met.start()]}{met.string[met.end() :]}".rstrip() + other.suffix
    if one.name.casefold() != plain.casefold():
        return 2
    return int(one.parent != other.parent)


def _groups(outcomes: Sequence[Outcome]) -> Iterator[list[int]]:
    """The positions of the files of each workbook that has several, those with a plain name first."""
    by_id: dict[str, list[int]] = {}
    for place, one in enumerate(outcomes):
        if one.workbook_id:
            by_id.setdefault(one.workbook_id.casefold(), []).append(place)
    for group in by_id.values():
        if len(group) > 1:
            yield sorted(group, key=lambda place: bool(conflict(outcomes[place].report.path)))


def _copies(outcomes: Sequence[Outcome], group: Sequence[int]) -> Iterator[tuple[int, Finding]]:
    """The finding of each file of a group."""
    paths = {place: outcomes[place].report.path for place in group}
    for place, path in paths.items():
        others = [one for one in group if one != place]
        other = min(others, key=lambda one: _strangeness(paths[one], path))
        said = conflict(path)
        details = {"other": paths[other], "files": str(len(group))}
        details |= {"conflict": said} if said else {}
        yield place, finding(SAME_WORKBOOK, Place(), outcomes[place].workbook_id, **details)


def noting(one: Outcome, more: Finding) -> Outcome:
    """The same outcome with a finding more."""
    findings = sorted((*one.report.findings, more), key=Finding.sort_key)
    return replace(one, report=replace(one.report, findings=tuple(findings)))
