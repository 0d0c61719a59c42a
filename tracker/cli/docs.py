"""docs/cli.md, made from the commands themselves, and the tables of docs/configuration.md, from the keys there are.

``python -m tracker.cli.docs`` writes them, a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from tracker.cli.app import app, sections
from tracker.commands.configured import plain, toml
from tracker.commands.keys import keys
from tracker.errors import Exit

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CONFIGURATION = DOCS / "cli.md", DOCS / "configuration.md"
BEGIN, END = "<!-- keys: made by `python -m tracker.cli.docs`. Do not edit. -->\n", "<!-- end of keys -->\n"
EXIT_CODES = {
    Exit.CLEAN: "clean; what was asked is done",
    Exit.FINDINGS: "findings at or above `--fail-on`; rows rejected by an import; what an undo could not put back",
    Exit.USAGE: "usage or configuration",
    Exit.UNREADABLE: "a file could not be read or checked, or nothing was checked; a damaged copy, a broken log",
    Exit.BUSY: "somebody has the workbook open (the message names them), or changed it meanwhile",
    Exit.REFUSED: "refused for safety: a newer workbook, one that lost a table, a file that is there already",
    Exit.IO: "the disk or share failed; the original is intact",
    Exit.BUG: "a fault in tracker; a log without values was saved, the message says where",
    Exit.INTERRUPTED: "interrupted",
}


def page() -> str:
    """The whole page of the commands."""
    return "\n".join(_lines()) + "\n"


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {PAGE.name: page(), CONFIGURATION.name: configuration()}


def configuration() -> str:
    """The page of the configuration, which is written by hand but for the tables of the keys."""
    before, begin, rest = CONFIGURATION.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + begin + "\n".join(_keys()) + "\n" + end + after


def _lines() -> Iterator[str]:
    yield "<!-- Made by `python -m tracker.cli.docs` from the commands themselves. Do not edit. -->"
    yield "# Commands"
    yield ""
    yield _flowing(app.help or "")
    with click.Context(app, info_name="tracker") as context:
        for name in app.list_commands(context):
            command = app.get_command(context, name)
            assert command is not None
            yield from _command(command, context)
    yield ""
    yield "## Exit codes"
    yield ""
    yield "The highest of a run wins."
    yield ""
    yield "| code | meaning |"
    yield "|---:|---|"
    for code, meaning in EXIT_CODES.items():
        yield f"| {code.value} | {meaning} |"


def _command(command: click.Command, parent: click.Context) -> Iterator[str]:
    with click.Context(command, info_name=command.name, parent=parent) as context:
        yield ""
        yield f"## {context.command_path}"
        yield ""
        yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}"
        yield ""
        yield _flowing(command.help or "")
        yield ""
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                yield from _command(command.commands[name], context)
            return
        yield from _options(command, context)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """The tables of the options under the headings of the help, which one table alone does not need."""
    groups = sections(command, context, command.params)  # without --help, which every command has
    for number, (heading, records) in enumerate(groups.items()):
        if len(groups) > 1:
            yield from ("",) * bool(number)
            yield from (f"{heading}:", "")
        yield "| option | meaning |"
        yield "|---|---|"
        for names, meaning in records:
            yield f"| `{_cell(names)}` | {_cell(meaning)} |"


def _keys() -> Iterator[str]:
    """The tables of the keys, a chapter a section."""
    section = ""
    for key in keys():
        if key.section != section:
            section = key.section
            yield from ("", f"## [{section}]", "", "| key | holds | default | meaning |", "|---|---|---|---|")
        default = "not set" if key.default is None else f"`{toml(plain(key, key.default))}`"
        yield f"| `{key.name}` | {key.kind.holds}, as `{key.kind.example}` | {default} | {_cell(key.meaning)} |"
    yield ""


def _flowing(text: str) -> str:
    """Paragraphs of a help text, each on one line; those marked to be kept as they are (\\b) as a block of code."""
    parts = cleandoc(text).split("\n\n")
    return "\n\n".join(
        part.removeprefix("\b\n").rstrip() if part.startswith("\b") else " ".join(part.split()) for part in parts
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
