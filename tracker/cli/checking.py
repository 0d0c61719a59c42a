"""``tracker validate``: what is wrong in one workbook, or in a share full of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, Command, today_option
from tracker.cli.choosing import (
    COPY,
    Before,
    Effort,
    Layout,
    Rules,
    Share,
    configurations,
    laid_out,
    of_before,
    of_effort,
    of_share,
    ruled,
)
from tracker.cli.parts import refuse_split, write_parts
from tracker.cli.progress import working
from tracker.cli.show import counted, pasted, say, tell, warn, words
from tracker.errors import RefusedError, StorageError, UsageError

if TYPE_CHECKING:
    from tracker.commands.policy import Policies
    from tracker.commands.validate import Validation
    from tracker.commands.workbook import Step
    from tracker.hosts import ClosedFile
    from tracker.report import Report


@click.command("validate", cls=Command, short_help="Say what is wrong in workbooks, or in folders of them.")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@ruled
@of_share
@of_before
@of_effort
@laid_out
@today_option
def validate_command(
    paths: tuple[str, ...],
    rules: Rules,
    share: Share,
    before: Before,
    effort: Effort,
    layout: Layout,
    today: date | None,
) -> int:
    """Check the workbooks PATH…, files or folders with all workbooks below them. Reads only, also while they are open.

    In a folder workbooks without our tables are skipped and counted, and so are .xls, .xlsb, .ods and .numbers. Of
    several files a summary comes first, the worst on top. A file that cannot be read never hides the others.

    What is not said here, the tracker.toml nearest to each workbook says: see `tracker config show`. Ends with exit
    code 1 when there are errors (or what --fail-on says), 3 when a file could not be checked, 2 for a wrong option.

    \b
        tracker validate shop.xlsx
        tracker validate //server/customers --exclude Archive --format html --output report.html
    """
    places = [Path(path) for path in paths]
    if layout.output is not None and before.write_baseline == layout.output:
        raise UsageError("--output and --write-baseline name one file. Give two.")
    if layout.split_by:
        refuse_split(layout)
    elif layout.form == COPY:
        return _fix_it(places, rules, before, layout, today)
    elif layout.output is not None:
        refuse_workbook(layout.output, places)
    begun = _begun(places, effort)
    with working("checking", quiet=layout.form != "text") as line:
        found = _checked(places, rules, share, before, effort, today, line.about, begun)
    _warn(found, places, share)
    found = found.with_baseline()
    report = replace(found.report, day=str(today or date.today()))
    if layout.split_by:
        write_parts(report, layout)
    else:
        _print(_text(report, layout), layout)
    found.keep_notes()
    return found.exit_code()


def _checked(
    places: Sequence[Path],
    rules: Rules,
    share: Share,
    before: Before,
    effort: Effort,
    today: date | None,
    about: Step,
    begun: ClosedFile | None,
) -> Validation:
    """Check the files as all the options say."""
    from tracker.commands.validate import Wanted, validate

    return validate(
        places,
        date.today(),
        today,
        rules.select,
        rules.ignore,
        about,
        replace(effort.how(), begun=begun),
        Wanted(share.include, share.exclude),
        before.against(),
        extend_select=rules.extend_select,
        fail_on=rules.fail_on,
        standard=rules.standard,
        configurations=configurations(rules.config, rules.no_config),
    )


def _begun(places: Sequence[Path], effort: Effort) -> ClosedFile | None:
    """The only file that was named: it is read while that which is needed to check it is still being loaded.

    Before there is any thread: a process is copied, and a copy has only the one that made it.
    """
    from tracker.hosts import ClosedFile

    with suppress(OSError):  # a name that is too long, say: reading it says so
        if len(places) == 1 and places[0].is_file() and effort.timeout is None:
            return ClosedFile(places[0]).begin()
    return None


def _warn(found: Validation, places: Sequence[Path], share: Share) -> None:
    """What is no finding: a glob that leaves nothing out, a fault of ours."""
    from tracker.commands.shares import idle

    for glob, near in idle(places, share.exclude).items():
        meant = f" Did you mean {pasted(near)}?" if near else ""
        warn(f"--exclude {pasted(glob)} leaves nothing out.{meant}")
    if not found.bugs:
        return
    from tracker.cli.bugs import save_log

    for path, bug in found.bugs:
        warn(f"{path}: a fault in tracker ({bug.kind}). Please report {save_log(bug, ['validate'])}")


def _fix_it(places: Sequence[Path], rules: Rules, before: Before, layout: Layout, today: date | None) -> int:
    """Make the fix-it copy of one workbook, and say what comes next."""
    from tracker.commands.fixit import fix_it
    from tracker.commands.validate import Validation
    from tracker.report import Report

    if layout.output is None:
        raise UsageError("a fix-it copy is a workbook. Say where it goes: --output FIXIT.xlsx")
    if layout.redact:
        raise UsageError("a fix-it copy holds the tables themselves. Leave --redact out, or choose another format.")
    if before.baseline or before.write_baseline or before.since_last:
        raise UsageError("a fix-it copy lists all that is wrong. Leave --baseline, --write-baseline, --since-last out.")
    if any(one.is_dir() for one in places):
        refuse_workbook(layout.output, places)  # before a folder is said to be too much
    command = " ".join(("tracker fix", *(pasted(one) for one in places[:1]), "--accept", pasted(layout.output)))
    with working("checking"):
        policies = _policies(rules)
        one = fix_it(places, layout.output, command, words(), date.today(), today, policies)
    found = counted(one.findings) or words().at("report", "clean")
    tell(say("fixit_written", file=layout.output, book=one.path, found=found))
    if one.findings:
        tell(say("fixit_next", file=layout.output, command=command))
    return Validation(Report((one,), fails_at=policies.level(places))).exit_code()


def _policies(rules: Rules) -> Policies:
    """What is reported of each file, as far as options say it."""
    from tracker.commands.codes import Selection
    from tracker.commands.policy import Policies, Said

    selection = Selection(rules.select or None, rules.extend_select, rules.ignore)
    said = Said(selection, fail_on=rules.fail_on, standard=rules.standard)
    return Policies(said, configurations(rules.config, rules.no_config))


def refuse_workbook(output: Path, places: Sequence[Path]) -> None:
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


def _text(report: Report, layout: Layout) -> str:
    """The report in its format; people on a terminal get colour."""
    from tracker.report import FORMATS, as_text, redacted, wants_colour

    form = FORMATS[layout.form]
    if form.redacts if layout.redact is None else layout.redact:
        report = redacted(report, words())
    if layout.form == "text":
        colour = layout.output is None and wants_colour(sys.stdout)
        return as_text(report, words(), colour, layout.show == "all", layout.quiet)
    return form.render(report, words())


def _print(text: str, layout: Layout) -> None:
    """The report on the screen, or in a file and one line about it."""
    from tracker.report import FORMATS

    if layout.output is None:
        sys.stdout.write(text)
        return
    try:  # half a letter, which a cell or a file name can hold, is no reason to have no report
        layout.output.write_text(text, encoding=FORMATS[layout.form].encoding, errors="replace", newline="\n")
    except OSError as error:
        raise StorageError(f"{layout.output} could not be written ({error.strerror}). Name another place.") from error
    tell(say("report_written", file=layout.output))
