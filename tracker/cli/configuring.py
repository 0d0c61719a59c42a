"""``tracker config``: what a configuration says of workbooks, and where it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, format_option
from tracker.cli.choosing import config_option, configurations, no_config_option
from tracker.cli.show import say, tell, warn
from tracker.words.visible import visible

if TYPE_CHECKING:
    from tracker.commands.configured import Held


@click.group("config", short_help="Show what the configuration says of a workbook.")
def config_command() -> None:
    """What is configured for workbooks, in tracker.toml or in [tool.tracker] of pyproject.toml.

    The nearest file counts, in the folder of the workbook or above it, and as a whole: nothing is taken from files
    further up. The folder a command is run in does not count. docs/configuration.md lists the keys.
    """


@config_command.command("show", short_help="List every key, what holds for it, and where that is said.")
@click.argument("path", type=PATH, default=".", metavar="[PATH]")
@click.option("--origin", is_flag=True, help="Say before each key which file it comes from, or that it is the default.")
@config_option
@no_config_option
@format_option
def show_command(path: str, origin: bool, config: Path | None, no_config: bool, form: str) -> None:
    """List every key of the configuration and what holds for it, for the workbook or folder PATH.

    Without PATH: for a workbook in the current folder. A configuration that cannot be followed is said, with exit
    code 2.
    """
    from tracker.commands.configured import held

    found = held(Path(path), configurations(config, no_config))
    if not Path(path).exists():
        warn(say("config_absent", path=visible(path)))
    if form == "json":
        tell(json.dumps({"version": 1, "values": [_raw(one) for one in found]}, ensure_ascii=False, indent=1))
        return
    for one in found:
        tell(_line(one, origin))


def _line(one: Held, origin: bool) -> str:
    from tracker.commands.configured import toml

    value = say("config_unset") if one.value is None else toml(one.value)
    said, where = f"{one.key} = {value}", str(one.file or say("config_default"))
    return f"{visible(where)}\t{visible(said)}" if origin else visible(said)


def _raw(one: Held) -> dict[str, object]:
    return {"key": one.key, "value": one.value, "origin": str(one.file) if one.file else None}
