"""The Lists, Team and locale files together: what each choice column may hold, and which spelling means which code.

Reading accepts the labels in this workbook, the codes, and the labels of every locale. Kept out: cells (see `cast`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tracker.schema.lists import ALIAS_LIST, LISTS, ListSpec
from tracker.schema.snapshot import Choice, Choices, fold, text_of
from tracker.words import Words, locales


def read_lists(lists: pd.DataFrame | None, team: pd.DataFrame | None, words: Words) -> dict[str, Choices]:
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


def read_aliases(lists: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Renamed headers: for each folded table name, folded header → key (rows of list ``alias``, code ``Table.key``)."""
    aliases: dict[str, dict[str, str]] = {}
    for list_name, code, label in _rows(lists) if lists is not None else ():
        if fold(list_name) == ALIAS_LIST and "." in code:
            table, key = code.split(".", 1)
            aliases.setdefault(fold(table), {})[fold(label)] = fold(key)
    return aliases


def _rows(lists: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(*(text_of(lists, key) for key in ("list", "code", "label")), strict=True))


def _kept(lists: pd.DataFrame) -> dict[str, tuple[Choice, ...]]:
    """The lists as staff keep them; a row without code is its own code."""
    kept: dict[str, list[tuple[float, Choice]]] = {}
    order = lists["order"].fillna(1e9) if "order" in lists else pd.Series(1e9, lists.index)
    active, meaning = text_of(lists, "active"), text_of(lists, "meaning")
    for i, (name, code, label) in enumerate(_rows(lists)):
        code, label = code.strip() or label.strip(), label.strip() or code.strip()
        if name and code:
            choice = Choice(code, label, fold(active[i]) not in _no(), fold(meaning[i]))
            kept.setdefault(fold(name), []).append((float(order.iloc[i]), choice))
    return {name: tuple(choice for _, choice in sorted(rows, key=lambda row: row[0])) for name, rows in kept.items()}


def _no() -> set[str]:
    return {"no", "false"} | {fold(words.choice("yes_no", "no")) for words in locales()}


def _defaults(spec: ListSpec, words: Words) -> tuple[Choice, ...]:
    meanings = dict(spec.meanings)
    return tuple(Choice(code, words.choice(spec.name, code), True, meanings.get(code, "")) for code in spec.codes)


def _with_team(values: tuple[Choice, ...], team: pd.DataFrame | None) -> tuple[Choice, ...]:
    """Owners: the names of Team first, then those of the list."""
    if team is None:
        return values
    active = text_of(team, "active")
    names = {
        fold(name): Choice(name.strip(), name.strip(), fold(active[i]) not in _no())
        for i, name in enumerate(text_of(team, "name"))
        if name.strip()
    }
    return (*names.values(), *(choice for choice in values if fold(choice.label) not in names))


def _other_spellings(spec: ListSpec, values: tuple[Choice, ...]) -> Mapping[str, str]:
    known = {choice.code for choice in values}
    return {fold(words.choice(spec.name, code)): code for words in locales() for code in spec.codes if code in known}
