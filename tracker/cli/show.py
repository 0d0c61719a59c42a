"""What every command prints with: sentences of the user's language, aligned tables, the cells of a dry run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import click

from tracker.errors import pasted as pasted  # what is said to a terminal, commands in errors say as well
from tracker.words import Words, fill, load
from tracker.words.visible import visible, width

if TYPE_CHECKING:
    from tracker.commands.changes import Change
    from tracker.model.finding import Finding

SHOWN = 40  # cells of a dry run that a terminal shows
WIDE = 72  # characters of a condition around the place that is wrong
LONG = 60  # characters of a cell shown in a table
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")


@cache
def words() -> Words:
    """The words of the user's language, from the environment; English when there are none."""
    for name in VARIABLES:
        code = os.environ.get(name, "").partition(":")[0].partition(".")[0].replace("_", "-")
        for locale in (code, code.partition("-")[0]):
            if locale and load(locale).locale == locale:
                return load(locale)
    return load()


def say(key: str, **values: object) -> str:
    """A sentence of section ``cli`` with its values filled in; of one thing (``count`` is 1) in its singular form."""
    one = words().find("cli", f"{key}_1") if values.get("count") == 1 else None
    shown = {name: f"{value:,}" if type(value) is int else visible(str(value)) for name, value in values.items()}
    return fill(one or words().at("cli", key), shown)


def tell(text: str, color: str | None = None) -> None:
    """Print a line; colour only on a terminal."""
    click.echo(click.style(text, fg=color) if color else text)


def warn(text: str) -> None:
    """Print a line on the error stream."""
    click.echo(f"tracker: {visible(text)}", err=True)


def point(text: str, at: int) -> None:
    """Print a condition on the error stream, and a mark below the place that is wrong."""
    start = max(0, at - WIDE // 2)
    before, after = visible(text[start:at]), visible(text[at : start + WIDE])
    lead = "… " if start else ""
    click.echo(f"  {lead}{before}{after}", err=True)
    click.echo("  " + " " * (len(lead) + width(before)) + "^", err=True)


def table(rows: Sequence[Sequence[str]], indent: str = "  ") -> None:
    """Print rows in aligned columns."""
    cut = [[_cut(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cut, strict=True)]
    for row in cut:
        padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        tell((indent + "  ".join(padded)).rstrip())


def cells(changes: Iterable[Change], count: int) -> None:
    """Print the cells a dry run would change, the first of them, and how many there are in all."""
    shown = [
        (f"{one.sheet}!{one.cell}", one.header, one.before or "∅", "→", one.after or "∅")
        for one, _ in zip(changes, range(SHOWN), strict=False)
    ]
    if shown:
        table(shown)
    if count > len(shown):
        tell("  " + say("more_cells", count=count - len(shown)))


def counted(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and notes there are: ``3 errors, 1 warning``."""
    counts = Counter(one.severity.word for one in findings)
    return ", ".join(say(name, count=counts[name]) for name in ("error", "warning", "info") if counts[name])


def _cut(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONG else line[: LONG - 1] + "…"
