"""A map: what a person wrote about how a foreign table becomes rows of ours.

It names columns, constants, a value table, a filter and date formats, and nothing more: other shaping is a small script
beside the map. Strict, because a misspelt word in a map would lose a column in silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.sources.days import readable_format
from tracker.sources.table import Cell, MapError, nearest, text_of

WORDS = ("into", "key", "columns", "constants", "values", "where", "dates", "required")
NOT_BLANK = "not_blank"  # in [where]: source columns that must have a value


@dataclass(frozen=True)
class Map:
    """How a source becomes rows of the table ``into``.

    ``columns``: source column → column key. ``constants``: column key → the same value in every new row. ``values``:
    column key → source text, casefolded → text. ``where``: source column → the texts that are let in. ``dates``: column
    key → strptime format or ``auto``. ``key``: the columns that tell whether a row exists already. ``required``: column
    keys that this source must fill beyond those the table requires.
    """

    into: str = ""
    key: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Cell] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_blank: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def filled(self) -> tuple[str, ...]:
        """The column keys that get a value from this map."""
        return (*self.columns.values(), *self.constants)


def read_map(text: str, name: str = "the map") -> Map:
    """Read a map from TOML. Raises MapError, with the nearest known word, for anything it does not know."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapError(f"{name} is not valid TOML: {error}.") from None
    check_known(raw, WORDS, name, "a map has no")
    where = dict(_table(raw, "where", name))
    not_blank = _texts(where.pop(NOT_BLANK, []), f"{name}: where.{NOT_BLANK}")
    how = Map(
        into=_text(raw.get("into", ""), f"{name}: into"),
        key=_texts(raw.get("key", []), f"{name}: key"),
        columns={title: _text(key, f"{name}: columns.{title}") for title, key in _table(raw, "columns", name).items()},
        constants={key: _cell(one, f"{name}: constants.{key}") for key, one in _table(raw, "constants", name).items()},
        values={key: _value_table(key, table, name) for key, table in _table(raw, "values", name).items()},
        where={column: _texts(allowed, f"{name}: where.{column}") for column, allowed in where.items()},
        not_blank=not_blank,
        dates={key: _text(form, f"{name}: dates.{key}") for key, form in _table(raw, "dates", name).items()},
        required=_texts(raw.get("required", []), f"{name}: required"),
    )
    _check(how, name)
    return how


def check_known(words: Collection[str], known: Collection[str], name: str, what: str) -> None:
    """Raise MapError, with the nearest known word, for the first that is not known."""
    for word in words:
        if word not in known:
            raise MapError(f"{name}: {what} '{word}'.{nearest(word, known)}")


def _check(how: Map, name: str) -> None:
    """What can be wrong in a map by itself, before any file is seen."""
    if not how.columns:
        raise MapError(f"{name} has no [columns]: nothing would be imported.")
    doubled = sorted({key for key in how.filled if how.filled.count(key) > 1})
    if doubled:
        raise MapError(f"{name} fills {', '.join(doubled)} twice.")
    for part, keys in (("key", how.key), ("values", how.values), ("dates", how.dates)):
        check_known(tuple(keys), how.filled, f"{name}: {part}", "no column or constant fills")
    for key, form in how.dates.items():
        if not readable_format(form):
            raise MapError(f"{name}: dates.{key} = '{form}' is no date format. Write 'auto', or as '%d.%m.%Y'.")


def _table(raw: Mapping[str, Any], word: str, name: str) -> Mapping[str, Any]:
    table = raw.get(word, {})
    if not isinstance(table, dict):
        raise MapError(f"{name}: {word} must be a table: write [{word}] and its lines below.")
    return table


def _value_table(key: str, table: Any, name: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise MapError(f"{name}: values.{key} must be a table: write [values.{key}] and its lines below.")
    return {old.strip().casefold(): text_of(_cell(new, f"{name}: values.{key}.{old}")) for old, new in table.items()}


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise MapError(f"{place} must be a text in quotes.")
    return value


def _texts(value: Any, place: str) -> tuple[str, ...]:
    """A text, a number or a list of them, as texts."""
    return tuple(text_of(_cell(one, place)) for one in (value if isinstance(value, list) else [value]))


def _cell(value: Any, place: str) -> Cell:
    """A TOML value as a cell."""
    if isinstance(value, bool | str | datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, int | float):
        return float(value)
    raise MapError(f"{place} must be a text, a number or a date.")
