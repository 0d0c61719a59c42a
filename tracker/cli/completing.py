"""Completion of what is being typed: the script for each shell, and what may stand for a finding.

A shell starts the program anew for each press of Tab, with the words so far in the environment; click answers it. So
nothing heavy is imported here, and no workbook is read.
"""

from __future__ import annotations

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    PowerShellComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from tracker.cli.app import PROGRAM, VARIABLE, app
from tracker.cli.show import tell


class _Joined(ShellComplete):
    """Completes ``--option=value`` too: bash gives it as three words, the others take the whole word in exchange."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        if incomplete == "=":
            incomplete = ""
        elif args[-1:] == ["="]:
            args = args[:-1]
        name, sign, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        if not sign or not name.startswith("--"):
            return found
        return [CompletionItem(f"{name}={one.value}", one.type, one.help) for one in found]


class _Bash(_Joined, BashComplete):
    pass


class _Zsh(_Joined, ZshComplete):
    pass


class _Fish(_Joined, FishComplete):
    # Only the first comma parts the kind of an answer from the rest, in which there may be more.
    source_template = FishComplete.source_template.replace('(string split ","', '(string split -m 1 ","')


class _PowerShell(_Joined, PowerShellComplete):
    pass


SHELLS: dict[str, type[ShellComplete]] = {one.name: one for one in (_Bash, _Zsh, _Fish, _PowerShell)}


def teach() -> None:
    """Make click answer each shell as is said here."""
    for one in SHELLS.values():
        add_completion_class(one)


def one_finding(context: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """The codes and names of findings that begin so, each with the other for its meaning."""
    from tracker.schema.findings import FINDINGS

    pairs = [(one.code, one.name) for one in FINDINGS]
    pairs += [(one.name, one.code) for one in FINDINGS if begun[:1].islower()]  # codes alone are long enough a list
    return [
        CompletionItem(word, help=meaning) for word, meaning in pairs if word.casefold().startswith(begun.casefold())
    ]


def some_findings(context: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """The same for the last of several words with commas between; those before it stay."""
    before, comma, last = begun.rpartition(",")
    found = one_finding(context, param, last)
    return [CompletionItem(f"{before}{comma}{one.value}", help=one.help) for one in found]


@click.command("completion", short_help="Print the script that lets a shell complete what is typed.")
@click.argument("shell", type=click.Choice(list(SHELLS)), metavar="SHELL")
def completion_command(shell: str) -> None:
    """Print the script for SHELL (bash, zsh, fish or powershell): Tab then completes commands, options, what may
    follow them, findings and files. Run the line of your shell once, and open a new window.

    \b
        tracker completion bash >> ~/.bashrc
        tracker completion zsh >> ~/.zshrc      (below the line with compinit)
        tracker completion fish > ~/.config/fish/completions/tracker.fish
        tracker completion powershell | Add-Content $PROFILE
    """
    tell(SHELLS[shell](app, {}, PROGRAM, VARIABLE).source().rstrip("\n"))
