"""Every word the workbook and the terminal show, by locale; the one place that turns codes into sentences.

A locale is one TOML file in this folder and needs no code. Missing words fall back to English, so that a new locale
can be used from its first line on; a test counts what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomli

FOLDER = Path(__file__).parent
FALLBACK = "en"


@dataclass(frozen=True, eq=False)
class Words:
    """The words of one locale."""

    locale: str
    tree: Mapping[str, Any]
    fallback: Words | None = None

    def find(self, *path: str) -> str | None:
        """The word at a path of keys, or None when neither this locale nor English has it."""
        node: Any = self.tree
        for key in path:
            node = node.get(key) if isinstance(node, Mapping) else None
        if isinstance(node, str):
            return node
        return self.fallback.find(*path) if self.fallback else None

    def at(self, *path: str) -> str:
        """The word at a path of keys; the last key itself when nobody has written the word."""
        return self.find(*path) or path[-1]

    def header(self, table: str, key: str) -> str:
        """The header cell of a column."""
        return self.at("header", table, key)

    def sheet(self, key: str) -> str:
        """The name on a sheet's tab."""
        return self.at("sheet", key)

    def choice(self, name: str, code: str) -> str:
        """The label of a list's value."""
        return self.at("choice", name, code)

    def say(self, key: str, **values: object) -> str:
        """A sentence with its values filled in."""
        return fill(self.at("say", key), values)

    def section(self, *path: str) -> Mapping[str, Any]:
        """A whole section, English filled in where this locale is silent."""
        node: Any = self.tree
        for key in path:
            node = node.get(key, {}) if isinstance(node, Mapping) else {}
        below = self.fallback.section(*path) if self.fallback else {}
        return {**below, **node}


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values into ``{name}`` places; text from a workbook is never itself treated as a template."""
    return text.format_map(_Keep(values))


class _Keep(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def load(locale: str = FALLBACK) -> Words:
    """The words of a locale; English when there is no such file."""
    # A workbook may name any: one that is no file here is never made into a path, which may be too long to be one.
    if locale not in {path.stem for path in FOLDER.glob("*.toml")}:
        return load(FALLBACK)
    tree = tomli.loads((FOLDER / f"{locale}.toml").read_text(encoding="utf-8"))
    return Words(locale, tree, None if locale == FALLBACK else load(FALLBACK))


@cache
def locales() -> tuple[Words, ...]:
    """Every locale there is, English first."""
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return tuple(load(name) for name in sorted(names, key=lambda name: (name != FALLBACK, name)))
