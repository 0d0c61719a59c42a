"""``tracker validate``: what is wrong in one workbook, or in a share full of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, named, today_option
from tracker.cli.bugs import save_log
from tracker.cli.progress import working
from tracker.cli.show import say, tell, warn, words
from tracker.errors import RefusedError, StorageError, UsageError

if TYPE_CHECKING:
    from tracker.report import Report

LEVELS = {"error": 3, "warning": 2, "never": 0}
# As tracker.report has them, which is too heavy for help.
FORMATS = ("text", "concise", "json", "jsonl", "csv", "github", "junit", "sarif")
WHICH = "codes (V106), beginnings of codes (V) or names (new-to-list), with commas between."
GLOBS = "a name of a file or folder (old_*), or a path below the folder (2025/*.xlsx)."


def _globs(context: click.Context, option: click.Parameter, globs: tuple[str, ...]) -> tuple[str, ...]:
    """Globs that are given, none of them empty."""
    for one in globs:
        named(context, option, one)
    return globs


@click.command("validate", short_help="Say what is wrong in workbooks, or in folders of them.")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Text for people, concise for grep, the others for programs.",
)
@click.option(
    "--redact/--no-redact",
    default=None,
    help="Hide what stands in cells, also where a message quotes it. [default: only in sarif, junit and github]",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(LEVELS)),
    default="error",
    show_default=True,
    help="The mildest finding that ends the command with exit code 1.",
)
@click.option("--select", multiple=True, metavar="CODES", help=f"Only these findings: {WHICH}")
@click.option("--ignore", multiple=True, metavar="CODES", help=f"All findings but these: {WHICH}")
@click.option(
    "--show",
    type=click.Choice(["some", "all"]),
    default="some",
    show_default=True,
    help="Some cells of each kind of finding, or all of them.",
)
@click.option("--include", multiple=True, callback=_globs, metavar="GLOB", help=f"Of a folder only these: {GLOBS}")
@click.option(
    "--exclude",
    multiple=True,
    callback=_globs,
    metavar="GLOB",
    help="Of a folder none of these, named in the same way.",
)
@click.option("--quiet", is_flag=True, help="Of the text the summary alone; the other formats are always whole.")
@click.option("--output", type=PATH, metavar="FILE", help="Write the report to FILE instead of the screen.")
@today_option
def validate_command(
    paths: tuple[str, ...],
    form: str,
    redact: bool | None,
    fail_on: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    show: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    quiet: bool,
    output: str | None,
    today: date | None,
) -> int:
    """Check the workbooks PATH…, files or folders with all workbooks below them. Reads only, also while they are open.

    In a folder workbooks without our tables are skipped and counted, and so are .xls, .xlsb, .ods and .numbers. Of
    several files a summary comes first, the worst on top. A file that cannot be read never hides the others.
    """
    from tracker.commands.validate import Wanted, validate
    from tracker.model.finding import Severity

    places = [Path(path) for path in paths]
    if output is not None:
        _refuse_workbook(Path(output), places)
    with working("checking", quiet=form != "text") as line:
        which = Wanted(include, exclude)
        found = validate(places, date.today(), today, _parts(select), _parts(ignore), line.about, wanted=which)
    for path, bug in found.bugs:
        warn(f"{path}: a fault in tracker ({bug.kind}). Please report {save_log(bug, ['validate'])}")
    level = Severity(LEVELS[fail_on]) if LEVELS[fail_on] else None
    _print(_text(replace(found.report, fails_at=level), form, redact, show == "all", quiet, output), form, output)
    return found.exit_code(level)


def _parts(options: tuple[str, ...]) -> list[str]:
    return [part.strip() for option in options for part in option.split(",") if part.strip()]


def _refuse_workbook(output: Path, places: Sequence[Path]) -> None:
    """A report never takes the place of a workbook, nor of a file that is to be checked: RefusedError."""
    try:
        if output.is_dir():
            raise UsageError(f"--output {output} is a folder. Give the name of a file.")
        checked = any(one.is_file() and output.exists() and one.samefile(output) for one in places)
        if checked or (output.is_file() and _is_workbook(output)):
            raise RefusedError(f"--output {output} is a workbook. Give another name: the report is written there.")
    except OSError as error:
        raise StorageError(f"{output} could not be written ({error.strerror}). Name another place.") from error


def _is_workbook(file: Path) -> bool:
    """Whether a file begins as a workbook does."""
    with file.open("rb") as opened:
        return opened.read(2) == b"PK"


def _text(
    report: Report, form: str, redact: bool | None, everything: bool, summary_only: bool, output: str | None
) -> str:
    """The report in its format; people on a terminal get colour."""
    from tracker.report import FORMATS, as_text, redacted, wants_colour

    layout = FORMATS[form]
    if layout.redacts if redact is None else redact:
        report = redacted(report, words())
    if form == "text":
        return as_text(report, words(), output is None and wants_colour(sys.stdout), everything, summary_only)
    return layout.render(report, words())


def _print(text: str, form: str, output: str | None) -> None:
    """The report on the screen, or in a file and one line about it."""
    from tracker.report import FORMATS

    if output is None:
        sys.stdout.write(text)
        return
    try:  # half a letter, which a cell or a file name can hold, is no reason to have no report
        Path(output).write_text(text, encoding=FORMATS[form].encoding, errors="replace", newline="\n")
    except OSError as error:
        raise StorageError(f"{output} could not be written ({error.strerror}). Name another place.") from error
    tell(say("report_written", file=output))
