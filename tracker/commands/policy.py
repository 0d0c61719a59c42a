"""What is reported of each file of a run: its configuration and the command line together, by file.

Which findings count is decided once everything is known, of a whole run too; so what was found in a file does not
depend on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TypeAlias

from tracker.checks.standard import Standard
from tracker.commands.codes import Selection, chosen, codes, specific
from tracker.commands.configuration import Configuration, Configurations
from tracker.commands.keys import OFF, Pairs, Validate
from tracker.commands.shares import EMPTY, EVERY_FILE, Wanted, matches
from tracker.commands.standard import standard_at, standard_in
from tracker.model.finding import Finding, Place, Severity
from tracker.report import FileReport
from tracker.schema.snapshot import fold

Codes: TypeAlias = "tuple[tuple[str, frozenset[str]], ...]"  # globs, and the findings that do not count there
NOTHING = Selection()


@dataclass(frozen=True)
class Said:
    """What a command line says of a run; what it leaves open, configurations decide."""

    selection: Selection = NOTHING
    wanted: Wanted = EVERY_FILE
    fail_on: str | None = None
    standard: Path | None = None


@dataclass(frozen=True)
class Policy:
    """What is reported of one file: the codes, how much some matter, and those that do not count on some sheets."""

    wanted: frozenset[str]
    severities: Mapping[str, Severity]
    sheets: Codes = ()
    files: Codes = ()
    standard: Standard | None = None  # of the company, that the file is to be like

    def at(self, below: PurePath) -> Policy:
        """What is left of it for one file, ``below`` its configuration's folder."""
        off = frozenset[str]().union(*(words for glob, words in self.files if matches(below, [glob])))
        return replace(self, wanted=self.wanted - off, files=())

    def kept(self, findings: Iterable[Finding], below: PurePath = EMPTY) -> tuple[Finding, ...]:
        """The findings that count, as much as they count; ``below`` is the file from its configuration on."""
        here = self.at(below)
        return tuple(here._judged(one) for one in findings if here.counts(one))

    def counts(self, one: Finding) -> bool:
        """Whether a finding of the file it was made for is reported at all."""
        return one.code in self.wanted and not self._quiet(one)

    def _quiet(self, one: Finding) -> bool:
        return any(one.code in words and _on(one.place, glob) for glob, words in self.sheets)

    def _judged(self, one: Finding) -> Finding:
        return replace(one, severity=self.severities.get(one.code, one.severity))


class Policies:
    """The policies of a run; each configuration is judged once."""

    def __init__(self, said: Said, configurations: Configurations) -> None:
        chosen(said.selection)  # a word that means nothing is said before anything is read
        self._said = said
        self._standard = standard_at(said.standard, vouched=True) if said.standard else None
        self._configurations = configurations
        self._known: dict[Path | None, Policy] = {}

    def of(self, path: Path) -> Policy:
        """What is reported of a file; UsageError when its configuration cannot be followed."""
        found = self._configurations.of(path)
        if found.file not in self._known:
            standard = self._standard or _standard(found)
            self._known[found.file] = replace(policy(found.validate, self._said.selection), standard=standard)
        return self._known[found.file]

    @property
    def codes(self) -> frozenset[str]:
        """The findings that are reported of any of the files that were asked about."""
        return frozenset().union(*(one.wanted for one in self._known.values()))

    def applied(self, path: Path, report: FileReport) -> FileReport:
        """The report of a file with what counts in it; one that could not be checked as it is."""
        if report.error is not None:
            return report
        return replace(report, findings=self.kept(path, report.findings))

    def kept(self, path: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that count of those in a file."""
        return self.here(path).kept(findings)

    def here(self, path: Path) -> Policy:
        """What is reported of a file, with what its name says; UsageError as of `of`."""
        return self.of(path).at(self._from_configuration(path, PurePath(path)))

    def said(self, paths: Iterable[Path]) -> tuple[Validate, ...]:
        """What the configurations of the files and folders named say, each for the whole run."""
        return tuple(self._configurations.of(path).validate for path in paths)

    def wanted(self, path: Path) -> Wanted:
        """Which files below a folder are meant; globs of a configuration begin at its own folder."""
        said, found = self._said.wanted, self._configurations.of(path).validate
        include, exclude = () if said.include else found.include, () if said.exclude else found.exclude
        return replace(said, also=Wanted(include, exclude, self._from_configuration(path)))

    def level(self, paths: Iterable[Path]) -> Severity | None:
        """The mildest finding that fails a run; where the files and folders named differ in it, the strictest."""
        said = [self._said.fail_on] if self._said.fail_on else []
        words = said or [one.fail_on for one in self.said(paths)]
        levels = [Severity[word.upper()] for word in words if word != "never"]
        return min(levels, default=None)

    def _from_configuration(self, path: Path, otherwise: PurePath = EMPTY) -> PurePath:
        """A path from its configuration's folder on; where that is no folder above it, as is said."""
        found = self._configurations.of(path)
        if found.file is None:
            return otherwise
        try:
            return PurePath(os.path.realpath(path)).relative_to(os.path.realpath(found.folder))
        except ValueError:
            return otherwise


def policy(found: Validate, selection: Selection = NOTHING) -> Policy:
    """What a configuration and a command line say together; UsageError for a word that means no finding."""
    severities = _severities(found.severity)
    off = tuple(code for code, word in severities.items() if word == OFF)
    configured = Selection(found.select, found.extend_select, (*found.ignore, *off))
    return Policy(
        chosen(configured, selection),
        {code: Severity[word.upper()] for code, word in severities.items() if word != OFF},
        _codes(found.per_sheet_ignores),
        _codes(found.per_file_ignores),
    )


def _standard(found: Configuration) -> Standard | None:
    """The standard that a configuration holds or names."""
    named = found.validate.standard
    return standard_at(named, said=f"{found.file}: [validate] standard:") if named else standard_in(found)


def _severities(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code → severity: the most specific word decides, of equal ones the last."""
    found: dict[str, str] = {}
    for words, severity in sorted(said, key=lambda one: specific(one[0])):
        found |= dict.fromkeys(codes([words]), severity)
    return found


def _codes(ignores: Pairs) -> Codes:
    return tuple((glob, frozenset(codes(words))) for glob, words in ignores)


def _on(place: Place, glob: str) -> bool:
    """Whether a finding is on a sheet, or in a table, that a glob names."""
    wanted = fold(glob)
    return any(
        name and (fold(name) == wanted or fnmatchcase(fold(name), wanted)) for name in (place.sheet, place.table)
    )
