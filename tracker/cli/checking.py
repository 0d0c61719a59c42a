"""``tracker validate``: what is wrong in one workbook, or in a share full of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from typing import TYPE_CHECKING

import click

from tracker.cli.app import today_option
from tracker.cli.bugs import save_log
from tracker.cli.show import counted, say, table, tell, warn, words
from tracker.errors import StorageError

if TYPE_CHECKING:
    from tracker.commands.validate import Validation

LEVELS = {"error": 3, "warning": 2, "never": 0}


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=str), metavar="PATH…")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on", type=click.Choice(list(LEVELS)), default="error", show_default=True, help="What makes exit 1."
)
@click.option(
    "--select", multiple=True, metavar="CODES", help="Only these codes, their beginnings, or names; by comma."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Not these codes, their beginnings, or names; by comma.")
@click.option(
    "--show", type=click.Choice(["some", "all"]), default="some", show_default=True, help="How many of a kind."
)
@click.option("--output", type=click.Path(), metavar="FILE", help="Write the report to FILE instead of the screen.")
@today_option
def validate_command(
    paths: tuple[str, ...],
    form: str,
    fail_on: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    show: str,
    output: str | None,
    today: date | None,
) -> int:
    """Check the workbooks PATH…, files or folders with all workbooks below them. Reads only, also while they are open.

    In a folder workbooks without our tables are skipped and counted. A file that cannot be read never hides the others.
    """
    from tracker.commands.validate import validate
    from tracker.model.finding import Severity

    found = validate([Path(path) for path in paths], date.today(), today, _parts(select), _parts(ignore))
    for one in found.files:
        if one.bug is not None:
            warn(f"{one.path}: {one.error} ({type(one.bug).__name__}). Please report {save_log(one.bug, ['validate'])}")
    _print(found, form, show == "all", output)
    return found.exit_code(Severity(LEVELS[fail_on]) if LEVELS[fail_on] else None)


def _parts(options: tuple[str, ...]) -> list[str]:
    return [part.strip() for option in options for part in option.split(",") if part.strip()]


def _print(found: Validation, form: str, everything: bool, output: str | None) -> None:
    """TEMPORARY until report exists."""
    from tracker.words.sentences import message, remedy

    for one in found.files:
        if one.error:
            warn(one.error)
            continue
        rows = [
            (f.severity.word, f.code, f"{f.place.sheet}!{f.place.cell}", message(words(), f), remedy(words(), f))
            for f in one.findings
        ]
        if rows:
            table(rows)
            tell(say("validate_file", file=one.path, findings=counted(one.findings)))
        else:
            tell(say("validate_clean", file=one.path))
    if found.skipped:
        tell(say("validate_skipped", count=found.skipped))
