"""docs/cli.md, made from the commands themselves: ``python -m tracker.cli.docs`` writes it, a test compares it."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from tracker.cli.app import app
from tracker.errors import Exit

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
EXIT_CODES = {
    Exit.CLEAN: "clean; what was asked is done",
    Exit.FINDINGS: "findings at or above `--fail-on`; rows rejected by an import",
    Exit.USAGE: "usage or configuration",
    Exit.UNREADABLE: "a file could not be read or checked, or nothing was checked",
    Exit.BUSY: "somebody has the workbook open (the message names them), or changed it meanwhile",
    Exit.REFUSED: "refused for safety: a newer workbook, one that lost a table, a file that is there already",
    Exit.IO: "the disk or share failed; the original is intact",
    Exit.BUG: "a fault in tracker; a log without values was saved, the message says where",
    Exit.INTERRUPTED: "interrupted",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


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
        yield f"## tracker {command.name}"
        yield ""
        yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}"
        yield ""
        yield _flowing(command.help or "")
        yield ""
        records = [one.get_help_record(context) for one in command.params if isinstance(one, click.Option)]
        options = [record for record in records if record is not None]
        yield "| option | meaning |"
        yield "|---|---|"
        for names, meaning in options:
            yield f"| `{_cell(names)}` | {_cell(meaning)} |"


def _flowing(text: str) -> str:
    """Paragraphs of a help text, each on one line; those marked to be kept as they are (\\b) as a block of code."""
    parts = cleandoc(text).split("\n\n")
    return "\n\n".join(
        part.removeprefix("\b\n").rstrip() if part.startswith("\b") else " ".join(part.split()) for part in parts
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
