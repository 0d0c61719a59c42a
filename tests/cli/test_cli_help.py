"""What ``--help`` says: everything once, under headings, in lines that fit; docs/cli.md shows the same."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from tracker.cli.app import COMMANDS, GROUPS, Command, app, sections
from tracker.cli.docs import page
from tracker.cli.run import run

WIDTH = 100
VALIDATE = {
    "Which findings count": ("--select", "--no-config"),
    "Which files of a folder": ("--include", "--exclude"),
    "What is known already": ("--baseline", "--since-last"),
    "How much work at once": ("--jobs", "--cache / --no-cache"),
    "How it is said": ("--format", "--output"),
    "Options": ("--today", "--today"),
}


def commands() -> Iterator[list[str]]:
    """The words of every command, those of groups too."""
    with click.Context(app) as context:
        for name in app.list_commands(context):
            command = app.get_command(context, name)
            yield [name]
            if isinstance(command, click.Group):
                yield from ([name, under] for under in command.commands)


def shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run([*words, "--help"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("words", [[], *commands()], ids=" ".join)
def test_every_help_fits(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = shown(words, capsys)
    assert text.startswith("Usage: tracker")
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
    assert "x<=" not in text


def test_the_commands_stand_under_their_headings_each_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = shown([], capsys).split("Begin:\n")[1]
    names = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] != " "]
    assert names == list(COMMANDS) and len(set(names)) == sum(map(len, GROUPS.values()))
    assert [line.rstrip(":") for line in text.splitlines() if line and line[0] != " "] == list(GROUPS)[1:]
    assert {len(line) - len(line.lstrip()) for line in text.splitlines() if line[:2] == "  "} == {2}  # none is cut


def test_the_options_of_validate_stand_under_headings(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(["validate"], capsys)
    for heading, (first, last) in VALIDATE.items():
        part = text.split(f"\n{heading}:\n")[1].split("\n\n")[0]
        assert f"  {first} " in part and f"  {last} " in part
    assert [line[:-1] for line in text.splitlines() if line[:1].isupper() and line.endswith(":")] == list(VALIDATE)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_stands_under_one_heading_and_none_is_lost(name: str) -> None:
    with click.Context(app) as context:
        command = app.get_command(context, name)
        assert command is not None
        with click.Context(command) as inner:
            found = [one for records in sections(command, inner, command.params).values() for one in records]
            options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    assert len(found) == len(set(found)) == len(options)


def test_the_page_shows_the_same_headings() -> None:
    of_validate = page().split("\n## tracker validate\n")[1].split("\n## ")[0]
    assert [line[:-1] for line in of_validate.splitlines() if line.endswith(":")] == list(VALIDATE)
    for heading, (first, _) in VALIDATE.items():
        assert f"| `{first}" in of_validate.split(f"\n{heading}:\n")[1].split(":\n")[0]


def test_what_writes_a_workbook_says_so_under_one_heading() -> None:
    with click.Context(app) as context:
        every = {name: app.get_command(context, name) for name in COMMANDS}
    writing = {name for name, one in every.items() if one and "in_place" in {option.name for option in one.params}}
    assert writing == {"refresh", "done", "snooze", "import", "fix", "waive", "restore", "undo"}
    for name in writing:
        command = every[name]
        assert isinstance(command, Command)
        with click.Context(command) as context:
            records = sections(command, context, command.params)["How BOOK is written"]
        assert [names.split()[0] for names, _ in records] == [
            "--output",
            "--wait",
            "--backups",
            "--in-place",
            "--dry-run",
        ]
