"""The Lists, Team and locale files together: what each choice column may hold, and which spelling means which code.

Reading accepts the labels in this workbook, the codes, and the labels of every locale. Kept out: cells (see `cast`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tracker.model.frame import Frame
from tracker.schema.lists import ALIAS_LIST, LISTS, ListSpec
from tracker.schema.snapshot import Choice, Choices, fold
from tracker.words import Words, locales


def read_lists(lists: Frame | None, team: Frame | None, words: Words) -> dict[str, Choices]:
    """Every list by name, its values in the order of their ``order`` column; a list nobody keeps has its defaults."""
    kept = _kept(lists) if lists is not None else {}
    choices = {}
    for spec in LISTS:
        values = kept.get(spec.name) if spec.on_sheet else None
        values = values if values is not None else _defaults(spec, words)
        if spec.name == "owner":
            values = _with_team(values, team)
        choices[spec.name] = Choices(spec.name, values, _other_spellings(spec, values))
    return choices


def read_aliases(lists: Frame | None) -> dict[str, dict[str, str]]:
    """Renamed headers: for each folded table name, folded header → key (rows of list ``alias``, code ``Table.key``)."""
    aliases: dict[str, dict[str, str]] = {}
    for list_name, code, label in _rows(lists) if lists is not None else ():
        if fold(list_name) == ALIAS_LIST and "." in code:
            table, key = code.split(".", 1)
            aliases.setdefault(fold(table), {})[fold(label)] = fold(key)
    return aliases


def _rows(lists: Frame) -> list[tuple[str, str, str]]:
    return list(zip(*(lists.text(key) for key in ("list", "code", "label")), strict=True))


def _kept(lists: Frame) -> dict[str, tuple[Choice, ...]]:
    """The lists as staff keep them; a row without code is its own code."""
    kept: dict[str, list[tuple[float, Choice]]] = {}
    order = np.nan_to_num(lists.number("order"), nan=1e9)
    active, meaning = lists.text("active"), lists.text("meaning")
    for i, (name, code, label) in enumerate(_rows(lists)):
        code, label = code.strip() or label.strip(), label.strip() or code.strip()
        if name and code:
            choice = Choice(code, label, fold(active[i]) not in _no(), fold(meaning[i]))
            kept.setdefault(fold(name), []).append((float(order[i]), choice))
    return {name: tuple(choice for _, choice in sorted(rows, key=lambda row: row[0])) for name, rows in kept.items()}


def _no() -> set[str]:
    return {"no", "false"} | {fold(words.choice("yes_no", "no")) for words in locales()}


def _defaults(spec: ListSpec, words: Words) -> tuple[Choice, ...]:
    meanings = dict(spec.meanings)
    return tuple(Choice(code, words.choice(spec.name, code), True, meanings.get(code, "")) for code in spec.codes)


def _with_team(values: tuple[Choice, ...], team: Frame | None) -> tuple[Choice, ...]:
    """Owners: the names of Team first, then those of the list."""
    if team is None:
        return values
    active = team.text("active")
    names = {
        fold(name): Choice(name.strip(), name.strip(), fold(active[i]) not in _no())
        for i, name in enumerate(team.text("name"))
        if name.strip()
    }
    return (*names.values(), *(choice for choice in values if fold(choice.label) not in names))


def _other_spellings(spec: ListSpec, values: tuple[Choice, ...]) -> Mapping[str, str]:
    known = {choice.code for choice in values}
    return {fold(words.choice(spec.name, code)): code for words in locales() for code in spec.codes if code in known}
