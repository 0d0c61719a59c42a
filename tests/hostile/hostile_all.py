"""Every hostile file by name, made where it is wanted; and the ledger of what must come of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import hostile_cells
import hostile_markup
import hostile_packages
import hostile_places
import hostile_strangers
from hostile_base import good

LEDGER = Path(__file__).with_name("ledger.txt")
DAY = ["--today", "2026-11-18"]
MAP = 'into = "Customers"\nkey = "email"\n[columns]\n"Last name" = "last_name"\n"E-mail" = "email"\n'

GROUPS: Mapping[str, Mapping[str, Callable[[], bytes]]] = {
    "strangers": hostile_strangers.FILES,
    "packages": hostile_packages.FILES,
    "markup": hostile_markup.FILES,
    "cells": hostile_cells.FILES,
}


@dataclass(frozen=True)
class Expected:
    """A row of the ledger: exit codes by command, and words that must be said (or codes that must be found)."""

    group: str
    name: str
    codes: Mapping[str, int]
    says: tuple[str, ...]


def names() -> list[str]:
    """Every hostile file there is."""
    return [*(name for files in GROUPS.values() for name in files), *hostile_places.PLACES]


def made(name: str, folder: Path) -> Path:
    """Make a hostile file in a folder of its own; returns the path that is given to the commands."""
    path = folder / "shop.xlsx"
    if name in hostile_places.PLACES:
        return hostile_places.PLACES[name](path)
    path.write_bytes(next(files[name] for files in GROUPS.values() if name in files)())
    return path


def commands(path: Path, folder: Path) -> dict[str, list[str]]:
    """The command lines run over a file, in order; `import` takes it for a source."""
    target, how = folder / "target" / "other.xlsx", folder / "target" / "map.toml"
    target.parent.mkdir()
    target.write_bytes(good())
    how.write_text(MAP)
    book = os.fspath(path)
    return {
        "validate": ["validate", *DAY, "--", book],
        "doctor": ["doctor", "--", book],
        "import": ["import", *DAY, "--map", str(how), "--sheet", "Customers", "--dry-run", "--", str(target), book],
        "dry-run": ["refresh", *DAY, "--dry-run", "--", book],
        "refresh": ["refresh", *DAY, "--", book],
    }


def ledger() -> list[Expected]:
    """The rows of the ledger."""
    found, group, heads = [], "", list[str]()
    for line in LEDGER.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if "|" not in line:
            group = line.strip()
            continue
        name, *fields = (part.strip() for part in line.split("|"))
        if name == "name":
            heads = fields[:-1]
            continue
        codes = {head: int(field) for head, field in zip(heads, fields, strict=False) if field != "-"}
        says = tuple(one.strip() for one in fields[-1].split(";") if one.strip())
        found.append(Expected(group, name, codes, says))
    return found
