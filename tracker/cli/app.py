"""The commands, and the words that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import tracker
from tracker.errors import UnreadableError, pasted

if TYPE_CHECKING:
    from tracker.keeper import Keeping

PROGRAM = "tracker"
VARIABLE = f"_{PROGRAM.upper()}_COMPLETE"  # is set when a shell asks what may follow; click looks for it

# Headings of the help → its commands, each with the module that holds it. Modules are imported when their command is
# asked for; help needs them all, and they are light: what is heavy they import when they run.
GROUPS: Mapping[str, Mapping[str, str]] = {
    "Begin": {"new": "writing", "demo": "demo", "import": "bringing"},
    "Every day": {
        "refresh": "writing",
        "followups": "working",
        "done": "noting",
        "snooze": "noting",
        "explain": "asking",
        "find": "asking",
        "rules": "ruling",
        "watch": "watching",
    },
    "Check and mend": {"validate": "checking", "fix": "fixing", "finding": "explaining", "waive": "waiving"},
    "Look back and take back": {
        "log": "undoing",
        "undo": "undoing",
        "history": "keeping",
        "restore": "keeping",
        "backup": "keeping",
    },
    "Set up": {"button": "button", "doctor": "reading", "config": "configuring", "completion": "completing"},
}
COMMANDS: Mapping[str, str] = {name: module for group in GROUPS.values() for name, module in group.items()}


class _Commands(click.Group):
    """The commands under their headings, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"tracker.cli.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = [] if args[0].startswith("-") else get_close_matches(args[0], COMMANDS, 1)
        if args[0] not in COMMANDS and near and not ctx.resilient_parsing:  # completion must not answer with an error
            raise click.UsageError(f"No such command '{args[0]}'. Did you mean {near[0]}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings, all meanings in one column."""
        widest = max(map(len, COMMANDS))
        for heading, names in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), self._meaning(ctx, name)) for name in names])

    def _meaning(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        assert command is not None
        return command.get_short_help_str(100)


class Command(click.Command):
    """A command whose options stand under the headings that `gathered` gave them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, records in sections(self, ctx, self.get_params(ctx)).items():
            with formatter.section(heading):
                formatter.write_dl(records)


def sections(
    command: click.Command, context: click.Context, params: Iterable[click.Parameter]
) -> dict[str, list[tuple[str, str]]]:
    """What help says of options by heading, in the order of the command; those without a heading are the last."""
    headings: Mapping[str, str] = getattr(command.callback, HEADINGS, {})
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in headings.values()}
    for option in params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None:
            found.setdefault(headings.get(option.name or "", OPTIONS), []).append(record)
    return found


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(tracker.__version__, prog_name=PROGRAM)
@click.pass_context
def app(context: click.Context) -> None:
    """Customer tracking in the Excel workbook people already use.

    A day with it: type into the workbook, save, `tracker refresh BOOK`, and work through Follow-ups. Try it with
    `tracker demo`.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """A day written as 2026-11-18."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if text is not None else None
    except ValueError:
        raise click.BadParameter(f"'{text}' is not a day. Write it as 2026-11-18.", context, option) from None


class _Path(click.Path):
    """A path that names something: an empty one would mean the current folder, or no option at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("the name is empty.", param, ctx)
        return super().convert(value, param, ctx)


def named(context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """A name that is given: an empty one is a slip, mostly a variable of a script that is not set."""
    if text is not None and not text.strip():
        what = "reason" if option.name == "reason" else "name"
        raise click.BadParameter(f"the {what} is empty.", context, option)
    return text


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

# A path that cannot be read is for the command to judge: it says why, and ends with the exit code for it.
PATH = _Path(path_type=str, readable=False)
FILE = _Path(path_type=Path, readable=False)


def _one_book(context: click.Context, option: click.Parameter, place: str | None) -> str | None:
    """A file: whoever names a folder wants each workbook in it, which only ``validate`` looks into."""
    if place is not None and not context.resilient_parsing and _is_folder(place):
        what = "Where there is something to fix" if context.info_name == "fix" else "What is wrong in those below it"
        one = f"it is a folder, and {context.command_path} takes one workbook at a time"
        raise UnreadableError(f"{place}: {one}. {what}: tracker validate {pasted(place)}")
    return place


def _is_folder(place: str) -> bool:
    try:
        return Path(place).is_dir()
    except (OSError, ValueError):  # a name that no disk could bear: opening it says so
        return False


book_argument: Decorator = click.argument("book", type=PATH, callback=_one_book, metavar="BOOK")
# Of commands that work in an open workbook too, which needs no name.
book_if_closed: Decorator = click.argument("book", type=PATH, callback=_one_book, required=False, metavar="BOOK")
today_option: Decorator = click.option(
    "--today", callback=day, metavar="YYYY-MM-DD", help="The day to take for today, instead of the clock's."
)
format_option: Decorator = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, or JSON for programs.",
)


def _seconds(context: click.Context, option: click.Parameter, text: str) -> float:
    """How long to wait; said so where the next word was taken for it."""
    try:
        return max(0.0, min(float(text), LONGEST_WAIT))
    except ValueError:
        wrong = f"'{text}' is no number of seconds. Put --wait last, or write --wait {USUAL_WAIT}."
        raise click.BadParameter(wrong, context, option) from None


USUAL_WAIT, LONGEST_WAIT = 300, 86_400  # seconds
wait_option: Decorator = click.option(
    "--wait",
    callback=_seconds,
    is_flag=False,
    flag_value=str(USUAL_WAIT),
    default="0",
    metavar="[SECONDS]",
    help=f"Wait until nobody has BOOK open and no other run is writing it, {USUAL_WAIT} seconds unless said otherwise.",
)
output_option: Decorator = click.option(
    "--output", type=FILE, metavar="COPY", help="Write the result to COPY and leave BOOK untouched."
)
backups_option: Decorator = click.option(
    "--backups", type=FILE, metavar="FOLDER", help="Where copies and log of BOOK are kept, if not beside it."
)
in_place_option: Decorator = click.option(
    "--in-place",
    is_flag=True,
    help="Write over BOOK where its folder takes no new file. A power cut can damage it then; needs --backups.",
)
dry_run_option: Decorator = click.option(
    "--dry-run", is_flag=True, help="Show the cells that would change, before and after; write nothing."
)


@dataclass(frozen=True)
class Writing:
    """What the options of a command that writes BOOK say about it."""

    output: Path | None
    wait: float
    backups: Path | None
    in_place: bool
    dry_run: bool

    def keeping(self, book: Path) -> Keeping:
        """How BOOK is to be held, and where its copies go."""
        from tracker.commands.keep import keeping

        return keeping(book, self.wait, self.in_place, self.backups)


HEADINGS, OPTIONS = "headings", "Options"  # attribute of a command's function: option → heading; the usual heading


def gathered(name: str, made: type[Any], options: Sequence[Decorator], heading: str = OPTIONS) -> Decorator:
    """Options that belong together, in the order of the help: the command gets them as one value, its argument.

    A `Command` shows them under their heading.
    """
    keys = [one.name for one in fields(made)]

    def gather(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_one(**others: Any) -> Any:
            given = {key: others.pop(key) for key in keys}
            return command(**{name: made(**given)}, **others)

        whole: Callable[..., Any] = with_one
        setattr(whole, HEADINGS, {**dict.fromkeys(keys, heading), **getattr(command, HEADINGS, {})})
        for option in reversed(options):
            whole = option(whole)
        return whole

    return gather


def writes(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that writes BOOK, which gets them as its argument ``how``."""
    options = (output_option, wait_option, backups_option, in_place_option, dry_run_option)
    return gathered("how", Writing, options, "How BOOK is written")(command)
