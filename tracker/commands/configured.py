"""What holds for a workbook, key by key, and which file says so: for whoever wonders why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.commands.configuration import STANDARD, Configurations
from tracker.commands.keys import Key, keys
from tracker.commands.standard import standard_in


@dataclass(frozen=True)
class Held:
    """A key and what holds for it, as TOML would say it in JSON's types; ``file`` None: by default."""

    key: str
    value: Any
    file: Path | None


def held(path: Path, configurations: Configurations | None = None) -> tuple[Held, ...]:
    """Every key for a file, or for what is in a folder, and what a standard in the configuration itself says.

    The path need not be there yet. UsageError for a configuration that cannot be followed.
    """
    found = (configurations or Configurations()).of(path)
    standard_in(found)  # judged as well
    made: list[Held] = []
    for key in keys():
        value = plain(key, getattr(found.section(key.section), key.field))
        file = found.file if found.says(key.section, key.name) else None
        made += [Held(name, one, file) for name, one in _entries(key.full, value)]
    said = found.raw.get(STANDARD, {})
    made += [Held(name, one, found.file) for part in said for name, one in _entries(f"{STANDARD}.{part}", said[part])]
    return tuple(made)


def _entries(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value under its name; of a table that says something each entry under its own."""
    if isinstance(value, Mapping) and value:
        yield from ((f"{name}.{_bare(key)}", one) for key, one in value.items())
    else:
        yield name, value


def plain(key: Key, value: Any) -> Any:
    """A value of a key in the types that JSON has."""
    if key.kind.table:
        return {name: list(one) if isinstance(one, tuple) else one for name, one in value}
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_bare(key)} = {toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)  # texts, numbers and truth are written alike in both


def _bare(key: str) -> str:
    """A key as TOML writes it: in quotes where it is no plain word."""
    plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if plain else json.dumps(key, ensure_ascii=False)
