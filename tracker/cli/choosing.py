"""The options of ``tracker validate`` in their groups: which findings count, which files, and how it is said.

Each group reaches its command as one value. Kept out: what is done with them, and everything heavy, since help needs
this.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.app import FILE, gathered, named
from tracker.cli.completing import some_findings
from tracker.errors import UsageError

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

    from tracker.commands.configuration import Configurations
    from tracker.commands.validate import Against, How

LEVELS = ("error", "warning", "never")
# As tracker.report has them, which is too heavy for help.
FORMATS = ("text", "concise", "json", "jsonl", "csv", "github", "junit", "sarif", "html", "markdown")
COPY = "xlsx"  # no report but a workbook, made of one alone
ENDINGS = {  # of --output, and the format that people mean by it; another ending is text
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".sarif": "sarif",
    ".xml": "junit",
    ".xlsx": COPY,
}
WHICH = "codes (V106), beginnings of codes (V) or names (new-to-list), with commas between."
MOST_JOBS, LONGEST = 256, 86_400.0  # children, seconds: as tracker.commands.keys has them
GLOBS = "a name of a file or folder (old_*), or a path below the folder (2025/*.xlsx); several with commas between."


def _globs(context: click.Context, option: click.Parameter, globs: tuple[str, ...]) -> tuple[str, ...]:
    """Globs that are given, several of them with commas between; an option without any is a slip."""
    for one in globs:
        named(context, option, one.strip(", "))
    return tuple(part.strip() for one in globs for part in one.split(",") if part.strip())


def _codes(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The same of words in which no blank can be: those that are parted by one are several, too."""
    return tuple(word for part in _globs(context, option, given) for word in part.split())


class _Seconds(click.FloatRange):
    """Seconds; "nan" lies in every range."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if found != found:
            self.fail(f"'{value}' is no number of seconds.", param, ctx)
        return found


class _Plain(click.Option):
    """An option whose help does not add 1<=x<=256; whoever leaves the range is told it."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


@dataclass(frozen=True)
class Rules:
    """Which findings count, and which of them fail the run."""

    fail_on: str | None
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    standard: Path | None
    config: Path | None
    no_config: bool


@dataclass(frozen=True)
class Share:
    """Which files below folders are meant."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True)
class Effort:
    """What checking may cost, and whether it may be left out for files that have not changed."""

    jobs: int | None
    timeout: float | None
    cache: bool | None

    def how(self) -> How:
        """The same as the command takes it."""
        from tracker.commands.folders import cache_folder
        from tracker.commands.validate import How, Limits

        limits = None if self.timeout is None else Limits(seconds=self.timeout)
        cache = None if self.cache is False else cache_folder()
        return How(self.jobs, limits, cache, insists=bool(self.cache))


@dataclass(frozen=True)
class Before:
    """Which findings are known and not to be reported again."""

    baseline: Path | None
    write_baseline: Path | None
    since_last: bool

    def against(self) -> Against:
        """The same as the command takes it."""
        from tracker.commands.folders import state_folder
        from tracker.commands.validate import Against

        return Against(self.baseline, self.write_baseline, state_folder() if self.since_last else None)


@dataclass(frozen=True)
class Layout:
    """How the report is laid out, and where it goes."""

    asked: str | None
    redact: bool | None
    show: str
    quiet: bool
    split_by: str | None
    output: Path | None

    @property
    def form(self) -> str:
        """The format: the one asked for, else what the ending of the output means, else text."""
        return self.asked or ENDINGS.get(self.output.suffix.lower() if self.output else "", "text")


def configurations(config: Path | None, no_config: bool) -> Configurations:
    """The configurations that two options mean; UsageError when they contradict each other."""
    from tracker.commands.configuration import Configurations

    if config is not None and no_config:
        raise UsageError("--config and --no-config contradict each other. Leave one out.")
    return Configurations(config, search=not no_config)


select_option = click.option(
    "--select",
    multiple=True,
    callback=_codes,
    shell_complete=some_findings,
    metavar="CODES",
    help=f"Only these findings: {WHICH}",
)
ignore_option = click.option(
    "--ignore",
    multiple=True,
    callback=_codes,
    shell_complete=some_findings,
    metavar="CODES",
    help=f"All findings but these: {WHICH}",
)
config_option = click.option(
    "--config",
    type=FILE,
    metavar="FILE",
    help="Take this configuration for every workbook, not the tracker.toml nearest to each.",
)
no_config_option = click.option("--no-config", is_flag=True, help="Take no configuration: all is as by default.")
ruled = gathered(
    "rules",
    Rules,
    (
        click.option(
            "--fail-on",
            type=click.Choice(LEVELS),
            help="The mildest finding that ends the command with exit code 1. [default: error]",
        ),
        select_option,
        click.option(
            "--extend-select",
            multiple=True,
            callback=_codes,
            shell_complete=some_findings,
            metavar="CODES",
            help="These findings as well as those that tracker.toml selects.",
        ),
        ignore_option,
        click.option(
            "--standard",
            type=FILE,
            metavar="FILE",
            help="The company's Settings, Rules and Lists, a workbook or a TOML: what differs is a finding.",
        ),
        config_option,
        no_config_option,
    ),
    "Which findings count",
)
of_share = gathered(
    "share",
    Share,
    (
        click.option(
            "--include", multiple=True, callback=_globs, metavar="GLOB", help=f"Of a folder only these: {GLOBS}"
        ),
        click.option(
            "--exclude",
            multiple=True,
            callback=_globs,
            metavar="GLOB",
            help="Of a folder none of these, named in the same way.",
        ),
    ),
    "Which files of a folder",
)
of_effort = gathered(
    "effort",
    Effort,
    (
        click.option(
            "--jobs",
            cls=_Plain,
            type=click.IntRange(1, MOST_JOBS),
            metavar="N",
            help="How many files are checked at once. [default: one a processor]",
        ),
        click.option(
            "--timeout-per-file",
            "timeout",
            cls=_Plain,
            type=_Seconds(0, LONGEST, min_open=True),
            metavar="SECONDS",
            help="Give a file up that takes longer. [default: 120 where there are several]",
        ),
        click.option(
            "--cache/--no-cache",
            default=None,
            help="Do not check a file again that has not changed since an earlier run of today. Only files whose "
            "findings quote no cell are remembered. [default: cache]",
        ),
    ),
    "How much work at once",
)
of_before = gathered(
    "before",
    Before,
    (
        click.option(
            "--baseline",
            type=FILE,
            metavar="FILE",
            help="Leave out the findings that FILE knows, and count them.",
        ),
        click.option(
            "--write-baseline",
            type=FILE,
            metavar="FILE",
            help="Write all findings of this run to FILE, without values, and take it as the baseline.",
        ),
        click.option(
            "--since-last",
            is_flag=True,
            help="Only what is new since the last run with this option over the same PATH…; findings that are gone are "
            "counted.",
        ),
    ),
    "What is known already",
)
laid_out = gathered(
    "layout",
    Layout,
    (
        click.option(
            "--format",
            "asked",
            type=click.Choice((*FORMATS, COPY)),
            help="Text, html, markdown for people; xlsx to correct one workbook from; the others for programs. "
            "[default: what --output ends in, such as .html or .md, else text]",
        ),
        click.option(
            "--redact/--no-redact",
            default=None,
            help="Hide what stands in cells, in messages too. [default: only in sarif, junit and github]",
        ),
        click.option(
            "--show",
            type=click.Choice(["some", "all"]),
            default="some",
            show_default=True,
            help="Some cells of each kind of finding, or all of them.",
        ),
        click.option("--quiet", is_flag=True, help="Of text the summary alone; the other formats are always whole."),
        click.option(
            "--split-by",
            type=click.Choice(["owner", "file"]),
            help="A page for each, to be mailed: of html or markdown, into the folder --output.",
        ),
        click.option("--output", type=FILE, metavar="FILE", help="Write the report to FILE instead of the screen."),
    ),
    "How it is said",
)
