"""The company's standard as it is written down: a workbook of ours, or the section ``[standard]`` of a TOML file.

A workbook that somebody named on the command line is read here; one that only a configuration names, which may be a
stranger's, is read by a child process as the files of a share are. What is wrong with a standard is a fault of the
configuration, never a finding.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tracker.checks.rulebook import plain_vocabulary
from tracker.checks.standard import DEFAULTS, Kept, Standard, as_standard, standard_of
from tracker.commands.configuration import STANDARD, Configuration, Configurations
from tracker.commands.guarded import Guarded, Plain
from tracker.commands.workbook import ReadOnce
from tracker.engine.read import read
from tracker.engine.settings import allowance, parsed
from tracker.errors import TrackerError, UsageError
from tracker.hosts import ClosedFile
from tracker.rules import RuleError, parse
from tracker.schema.lists import LIST_SPECS
from tracker.schema.settings import COUNTERS, MONEY, OF_THE_BOOK, OWNED, SETTINGS
from tracker.schema.tags import Rule
from tracker.words.sentences import shown

WORK = f"{__name__}:answered"
INSTEAD = f"A standard is a workbook of tracker, or a TOML with [{STANDARD}]: name one, or leave it out."
SPECS = {one.key: one for one in SETTINGS}
OWN = {*OWNED, *COUNTERS.values(), *OF_THE_BOOK}  # settings that no two workbooks share
LISTS = {name for name, spec in LIST_SPECS.items() if spec.on_sheet}
RULE = ("dimension", "tag", "condition", "channel", "team", "action", "note")  # texts; the first three must be there


def standard_at(place: Path, vouched: bool = False, said: str = "--standard") -> Standard:
    """The standard in a file, ``vouched`` for by whoever runs the command.

    UsageError when it cannot be read, which begins with ``said``: who named the file.
    """
    try:
        if place.suffix.lower() == ".toml":
            return _of_toml(place)
        return _of_workbook(place) if vouched or not sys.executable else _guarded(place)
    except TrackerError as error:
        text = str(error).removeprefix(f"{place}: ").replace("Check the path.", INSTEAD)
        raise UsageError(f"{said} {place}: {text}") from error


def _of_toml(place: Path) -> Standard:
    found = standard_in(Configurations(only=place).of(place))
    if found is None:
        raise UsageError(f"there is no [{STANDARD}] in it. {INSTEAD}")
    return found


def standard_in(found: Configuration) -> Standard | None:
    """The standard that stands in a configuration itself; None where it has none."""
    raw = found.raw.get(STANDARD)
    if raw is None or found.file is None:
        return None
    reader = _Section(found.file, STANDARD)
    said = reader.known(reader.table(raw), {"settings", "rules", "lists"})
    rules = tuple(_rules(reader, said["rules"])) if "rules" in said else None
    return Standard(_settings(reader.at("settings"), said), rules, _lists(reader.at("lists"), said))


def answered(question: Plain) -> Plain:
    """What a child answers: the standard of a workbook as plain data, or why there is none."""
    try:
        return {"standard": asdict(_of_workbook(Path(question["path"])))}
    except TrackerError as error:
        return {"error": str(error)}


def _of_workbook(place: Path) -> Standard:
    return standard_of(read(ReadOnce(ClosedFile(place)), date.today()))


def _guarded(place: Path) -> Standard:
    with Guarded(WORK) as guard:
        answer = guard.ask({"path": str(place)})
    if "error" in answer:
        raise UsageError(answer["error"])
    return as_standard(answer["standard"])


class _Section:
    """A section of a file, and how what is wrong in it is said."""

    def __init__(self, file: Path, name: str) -> None:
        self._file, self._name = file, name

    def at(self, name: str) -> _Section:
        """A section inside it."""
        return _Section(self._file, f"{self._name}.{name}")

    def wrong(self, what: str) -> UsageError:
        """An error of one line about it."""
        return UsageError(f"{self._file}: [{self._name}] {what}")

    def table(self, raw: object) -> Mapping[str, Any]:
        """What TOML gave, if it is a table."""
        if not isinstance(raw, dict):
            raise UsageError(f"{self._file}: {self._name} is no section. Write [{self._name}], and its keys below.")
        return raw

    def known(self, table: Mapping[str, Any], names: set[str]) -> Mapping[str, Any]:
        """A table that has no other keys than these."""
        for key in table:
            if key not in names:
                near = get_close_matches(key, sorted(names), 1)
                raise self.wrong(f"has no key '{shown(key)}'.{f' Did you mean {near[0]}?' if near else ''}")
        return table


def _settings(section: _Section, said: Mapping[str, Any]) -> dict[str, float | str | None]:
    table = section.table(said.get("settings", {}))
    for key in OWN & table.keys():
        raise section.wrong(f"{key} is each workbook's own. Leave it out.")
    section.known(table, set(DEFAULTS.settings))
    return {key: _setting(section, key, raw) for key, raw in table.items()}


def _setting(section: _Section, key: str, raw: object) -> float | str | None:
    value = ("yes" if raw else "no") if isinstance(raw, bool) else raw
    value = float(value) if isinstance(value, int) and abs(value) <= MONEY else value
    usable, found = parsed(SPECS[key], value) if isinstance(value, float | str) else (False, None)
    if not usable:
        raise section.wrong(f"{key} cannot be used. {allowance(SPECS[key])}")
    made: float | str | None = found
    return made


def _lists(section: _Section, said: Mapping[str, Any]) -> dict[str, tuple[Kept, ...]]:
    table = section.known(section.table(said.get("lists", {})), LISTS)
    return {name: tuple(_kept(section, name, raw)) for name, raw in table.items()}


def _kept(section: _Section, name: str, raw: object) -> Iterator[Kept]:
    """The values of a list: codes, or tables with code and, where something is said of them, active and meaning."""
    wrong = section.wrong(f'{name} is no list of codes. Write it as {name} = ["phone", {{ code = "email" }}].')
    if not isinstance(raw, list):
        raise wrong
    for one in raw:
        said = {"code": one} if isinstance(one, str) else one
        if not isinstance(said, dict) or not {"code"} <= said.keys() <= {"code", "active", "meaning"}:
            raise wrong
        code, active, meaning = (said.get(key) for key in ("code", "active", "meaning"))
        if not isinstance(code, str) or not code.strip() or not isinstance(active, bool | None):
            raise wrong
        if not isinstance(meaning, str | None):
            raise wrong
        yield Kept(code.strip(), active, meaning)


def _rules(reader: _Section, raw: object) -> Iterator[Rule]:
    section = reader.at("rules")
    if not isinstance(raw, list):
        raise section.wrong("is no list of rules. Write [[standard.rules]] above each.")
    for number, one in enumerate(raw, 1):
        said = section.known(section.table(one), {*RULE, "cadence_days"})
        texts = {key: said.get(key, "") for key in RULE}
        if not all(isinstance(text, str) for text in texts.values()) or not all(texts[key] for key in RULE[:3]):
            raise section.wrong(f"{number}: dimension, tag and condition must be there, as text.")
        _readable(section, number, texts["condition"])
        days = said.get("cadence_days")
        if not isinstance(days, int | None) or isinstance(days, bool):
            raise section.wrong(f"{number}: cadence_days is no whole number of days.")
        yield Rule(**texts, cadence_days=float(min(days, MONEY)) if days else None)


def _readable(section: _Section, number: int, condition: str) -> None:
    """UsageError for a condition that no workbook could read, with the place and the nearest name.

    A column in brackets is each company's own, and may be there or not.
    """
    try:
        parse(condition, plain_vocabulary())
    except RuleError as error:
        if error.code in ("unknown_header", "circular_header", "own_circle"):
            return
        hint = f" Perhaps “{error.suggestion}” is meant." if error.suggestion else ""
        at = f"condition cannot be read at character {error.position + 1}: {error.message}{hint}"
        raise section.wrong(f"{number}: {at}") from error
