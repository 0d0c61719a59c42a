"""Tab completes what is typed: the scripts in the shells themselves, and what the program answers to them."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tracker.cli.app import COMMANDS, VARIABLE
from tracker.cli.choosing import COPY, FORMATS
from tracker.cli.completing import SHELLS, some_findings
from tracker.cli.run import run
from tracker.schema.findings import FINDINGS

ROOT = Path(__file__).parents[2]
HEAVY = {"pandas", "pandera", "numpy", "openpyxl", "xlsxwriter", "phonenumbers", "rich", "python_calamine"}
PATIENCE = 60.0  # seconds


def needs(shell: str) -> pytest.MarkDecorator:
    found = os.name == "posix" and shutil.which(shell)
    return pytest.mark.skipif(not found, reason=f"there is no {shell} here")


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    """What is printed for each shell."""
    return {shell: printed(shell) for shell in SHELLS}


@pytest.fixture
def path(tmp_path: Path, scripts: dict[str, str]) -> str:
    """A path of programs where ``tracker`` is that of this checkout; the scripts lie in the folder above."""
    programs = tmp_path / "programs"
    programs.mkdir()
    script = programs / "tracker"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tracker "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    for shell, text in scripts.items():
        (tmp_path / f"{shell}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "shop.xlsx").touch()
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def printed(shell: str) -> str:
    """What ``tracker completion`` prints, bytes as a file gets them."""
    command = [sys.executable, "-m", "tracker", "completion", shell]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    return done.stdout.decode("ascii")  # whatever code page a shell takes its script in


def shell_says(tmp_path: Path, path: str, *command: str) -> list[str]:
    environment = {**os.environ, "PATH": path, "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CASES = [
    (["tracker", "vali"], ["validate"]),
    (["tracker", "rules", "wh"], ["what-if"]),
    (["tracker", "validate", "--time"], ["--timeout-per-file"]),
    (["tracker", "validate", "--format", "j"], ["json", "jsonl", "junit"]),
    (["tracker", "validate", "--format=sa"], ["--format=sarif"]),
    (["tracker", "validate", "--format", "=", "sa"], ["sarif"]),  # as bash parts it
    (["tracker", "finding", "V10"], [one.code for one in FINDINGS if one.code.startswith("V10")]),
    (["tracker", "finding", "not-an-e"], ["not-an-email"]),
    (["tracker", "validate", "--select", "D,v104"], ["D,V104"]),
    (["tracker", "fix", "shop.xlsx", "--ignore", "V104,stray-s"], ["V104,stray-spaces"]),
    (["tracker", "waive", "shop.xlsx", "V104"], ["V104"]),
    (["tracker", "validat", ""], []),
]


def answer(words: Sequence[str], shell: str = "bash") -> None:
    """What the program answers to a shell that asks for the last word."""
    asked = {VARIABLE: f"{shell}_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in asked.items():
            patch.setenv(name, value)
        assert run([]) == 0


@pytest.mark.parametrize(("words", "found"), CASES)
def test_what_may_follow(words: list[str], found: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    answer(words)
    out, err = capsys.readouterr()
    if words[1:2] == ["validat"]:  # no such command: the commands are offered, and nothing is complained about
        found = list(COMMANDS)
    assert out.split() == [f"plain,{one}" for one in found] and err == ""


def test_a_book_is_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["tracker", "refresh", "sh"],
        ["tracker", "validate", "a.xlsx", "sh"],
        ["tracker", "fix", "--accept", ""],
    ):
        answer(words)
        assert capsys.readouterr().out.startswith("file,")


def test_every_command_and_format_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    answer(["tracker", ""])
    assert capsys.readouterr().out.split() == [f"plain,{name}" for name in COMMANDS]
    answer(["tracker", "validate", "--format", ""])
    assert capsys.readouterr().out.split() == [f"plain,{name}" for name in (*FORMATS, COPY)]


def test_names_are_offered_when_one_is_begun_and_each_says_its_code() -> None:
    context, option = None, None
    offered = {one.value: one.help for one in some_findings(context, option, "")}  # type: ignore[arg-type]
    assert offered == {one.code: one.name for one in FINDINGS}
    offered = {one.value: one.help for one in some_findings(context, option, "V104,not-an-")}  # type: ignore[arg-type]
    assert offered == {f"V104,{one.name}": one.code for one in FINDINGS if one.name.startswith("not-an-")}


@pytest.mark.parametrize("words", [words for words, _ in CASES[:8]])
def test_nothing_heavy_is_imported_for_it(words: list[str]) -> None:
    code = (
        "import sys; from tracker.cli.run import run; assert run([]) == 0; "
        f"heavy = {HEAVY!r} & {{name.split('.')[0] for name in sys.modules}}; sys.exit(' '.join(heavy) or 0)"
    )
    asked = {VARIABLE: "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **asked}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs("bash")
@pytest.mark.parametrize(("words", "found"), CASES[:-1])
def test_in_bash(words: list[str], found: list[str], tmp_path: Path, path: str) -> None:
    script = (
        'source bash.txt; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); complete -p tracker >&2; '
        '_tracker_completion tracker; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert shell_says(tmp_path, path, "bash", "--norc", "-c", script, "bash", *words) == found


INTERACTIVE = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "PS1='ready> '; bind 'set enable-bracketed-paste off'; . ./bash.txt",
    ),
    "zsh": (["zsh", "-f", "-i"], "PS1='ready> '; autoload -U compinit; compinit -u -D; . ./zsh.txt"),
}


@pytest.mark.parametrize("shell", [pytest.param(name, marks=needs(name)) for name in INTERACTIVE])
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("tracker vali", "tracker validate "),
        ("tracker validate --format=sa", "tracker validate --format=sarif"),
        ("tracker finding not-an-e", "tracker finding not-an-email"),
        ("tracker fix --select V104,stray-s", "tracker fix --select V104,stray-spaces"),
        ("tracker refresh sho", "tracker refresh shop.xlsx"),
    ],
)
def test_a_press_of_tab(shell: str, typed: str, becomes: str, tmp_path: Path, path: str) -> None:
    program, setup = INTERACTIVE[shell]
    with Terminal(program, tmp_path, {"PATH": path, "TERM": "dumb", "HOME": str(tmp_path)}) as terminal:
        terminal.type(setup + "\r")
        terminal.type("echo begin-$((40 + 2))\r")
        assert terminal.shows("begin-42")
        terminal.type(f"{typed}\t")
        assert terminal.shows(becomes)


class Terminal:
    """A shell as somebody sits at it."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._mine, theirs = os.openpty()
        self._seen = ""
        self._shell = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._mine)

    def type(self, keys: str) -> None:
        os.write(self._mine, keys.encode())

    def shows(self, text: str) -> bool:
        """Whether a text comes up on the screen; waits for it as long as a person never would."""
        until = time.monotonic() + PATIENCE
        while text not in self._seen and time.monotonic() < until:
            if select.select([self._mine], [], [], 1)[0]:
                self._seen += _plain(os.read(self._mine, 65536).decode("utf-8", "replace"))
        return text in self._seen


def _plain(screen: str) -> str:
    """What is read on a screen, without the marks that steer it."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x07\r]", "", screen)


@needs("fish")
@pytest.mark.parametrize(("words", "found"), [case for case in CASES[:-1] if "=" not in case[0]])
def test_in_fish(words: list[str], found: list[str], tmp_path: Path, path: str) -> None:
    script = "source fish.txt; complete -C $argv[1]"
    lines = shell_says(tmp_path, path, "fish", "--no-config", "-c", script, " ".join(words))
    assert sorted(line.split("\t")[0] for line in lines) == sorted(found)


def test_the_script_for_powershell_asks_as_the_program_answers(
    scripts: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    script = scripts["powershell"]
    assert script.startswith("Register-ArgumentCompleter -Native -CommandName tracker -ScriptBlock {")
    for name, value in ((VARIABLE, "'powershell_complete'"), ("COMP_WORDS", "$commandAst.ToString()")):
        assert f"$env:{name} = {value}\n" in script and f"$env:{name} = $prev" in script  # and as it was afterwards
    assert script.count("{") == script.count("}") and script.count("(") == script.count(")")
    assert "& tracker 2>$null" in script and "$i += 3" in script
    answer(["tracker", "finding", "V104"], "powershell")
    assert capsys.readouterr().out == "plain\nV104\nnot-an-email\n"
    answer(["tracker", "refresh", "sho"], "powershell")
    assert capsys.readouterr().out == "file\nsho\n_\n"
    answer(["tracker", ""], "powershell")
    lines = capsys.readouterr().out.splitlines()
    assert lines[::3] == ["plain"] * len(COMMANDS) and lines[1::3] == list(COMMANDS) and "_" not in lines[2::3]


def test_a_shell_that_is_not_known_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "tcsh"]) == 2
    assert "'bash', 'zsh', 'fish', 'powershell'" in capsys.readouterr().err
