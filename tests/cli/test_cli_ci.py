"""What other programs start us by: the hook of pre-commit and the GitHub Action, read from their files and run.

The steps of the action are run by bash as a runner does it, with the variables it sets, in a folder of their own; what
the installation would fetch from the network is found by a path instead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from books import new_book, type_rows

from tracker.cli.run import run

ROOT = Path(__file__).parents[2]
HOOKS, ACTION = ROOT / ".pre-commit-hooks.yaml", ROOT / "action.yml"
BASH = shutil.which("bash") if os.name == "posix" else None
bash_needed = pytest.mark.skipif(BASH is None, reason="there is no bash here")
SOURCE = ("pyproject.toml", "README.md", "LICENSE", "constraints.txt")
DAY = "--today=2026-11-18"


def hook() -> dict[str, str]:
    """The one hook: a list of one mapping of plain words."""
    lines = [line for line in HOOKS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0].startswith("- id: ") and all(line.startswith("  ") for line in lines[1:])
    return dict(line[2:].split(": ", 1) for line in lines)


def test_the_hook_checks_the_workbooks_that_are_committed() -> None:
    made = hook()
    assert made["language"] == "python" and made["pass_filenames"] == made["require_serial"] == "true"
    wanted, left = re.compile(made["files"]), re.compile(made["exclude"])
    taken = [name for name in ("a.xlsx", "b/C.xlsm", "a.xlsx.md", "b.py", "b/~$a.xlsx") if wanted.search(name)]
    assert [name for name in taken if not left.search(name)] == ["a.xlsx", "b/C.xlsm"]


def test_the_entry_of_the_hook_runs_with_the_files_after_it(tmp_path: Path) -> None:
    program, *arguments = hook()["entry"].split()
    assert f'\n{program} = "tracker.cli:main"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert run([*arguments, *books(tmp_path)]) == 1
    assert run([*arguments, str(tmp_path / "clean.xlsx")]) == 0


def books(folder: Path) -> list[str]:
    """Two workbooks, one of them with an error, by their names."""
    (folder / "clean.xlsx").write_bytes(new_book())
    customers = [{"last_name": "Marsh", "email": "marsh@"}]
    (folder / "our shop.xlsx").write_bytes(type_rows(new_book(), "Customers", customers))
    return [str(folder / "clean.xlsx"), str(folder / "our shop.xlsx")]


@dataclass(frozen=True)
class Step:
    """A step of the action: the variables that it gets, what they hold, and its script."""

    variables: dict[str, str]
    script: str

    def run(self, folder: Path, expressions: dict[str, str], **around: str) -> subprocess.CompletedProcess[str]:
        """Run it as the shell ``bash`` of a runner is run; what stands in ``${{ }}`` is given."""
        file = folder / "step.sh"
        file.write_text(self.script, encoding="utf-8")
        given = {name: expressions[said] for name, said in self.variables.items()}
        command = [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", str(file)]
        environment = {**os.environ, **around, **given}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def steps() -> list[Step]:
    """The steps of the action, in their order."""
    found = []
    for text in ACTION.read_text(encoding="utf-8").split("    - name: ")[1:]:
        assert "\n      shell: bash\n" in text
        before, script = text.split("      run: |\n")
        variables = dict(re.findall(r"^        (\w+): \$\{\{ ([\w.]+) \}\}$", before, re.MULTILINE))
        assert before.count("${{") == len(variables)
        found.append(Step(variables, dedent(script)))
    return found


def inputs() -> dict[str, str]:
    """The inputs of the action with what they are when nobody says anything."""
    text = ACTION.read_text(encoding="utf-8").split("inputs:\n")[1].split("runs:\n")[0]
    return {
        f"inputs.{name}": default
        for name, default in re.findall(r'^  (\w+):\n(?:    .*\n)*?    default: "(.*)"$', text, re.M)
    }


def test_what_somebody_writes_into_an_input_never_becomes_part_of_a_script() -> None:
    install, check = steps()
    assert "${{" not in install.script + check.script
    assert set(check.variables.values()) == set(inputs())


def test_no_file_names_a_host() -> None:
    for file in (HOOKS, ACTION):
        assert "://" not in file.read_text(encoding="utf-8")


def _program(folder: Path) -> str:
    """A folder of programs where ``tracker`` is that of this checkout."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    script = programs / "tracker"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tracker "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def checked(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """What the second step does with some inputs."""
    said = {**inputs(), **{f"inputs.{name}": value for name, value in given.items()}}
    return steps()[1].run(folder, said, PATH=_program(folder))


@bash_needed
def test_the_action_marks_what_is_wrong_and_fails(tmp_path: Path) -> None:
    books(tmp_path)
    done = checked(tmp_path, options=DAY)
    assert done.returncode == 1, done.stderr
    errors = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert len(errors) == 1 and "file=our shop.xlsx" in errors[0] and "V104" in errors[0]
    assert not list(tmp_path.glob("*.sarif"))


@bash_needed
def test_paths_and_options_come_one_a_line(tmp_path: Path) -> None:
    books(tmp_path)
    assert checked(tmp_path, options=DAY, paths="clean.xlsx\n").returncode == 0
    assert checked(tmp_path, options=DAY, paths="clean.xlsx\nour shop.xlsx").returncode == 1
    assert checked(tmp_path, options=f"{DAY}\n--fail-on=never", paths="our shop.xlsx").returncode == 0
    assert checked(tmp_path, options=f"--ignore\nV104\n{DAY}\n", paths="our shop.xlsx").returncode == 0


@bash_needed
def test_it_writes_sarif_where_it_is_asked_to_also_when_it_fails(tmp_path: Path) -> None:
    books(tmp_path)
    done = checked(tmp_path, options=DAY, paths="our shop.xlsx", sarif="found here.sarif")
    assert done.returncode == 1, done.stderr
    results = json.loads((tmp_path / "found here.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert "V104" in {one["ruleId"] for one in results}
    given = {"options": f"{DAY}\n--fail-on=never", "paths": "our shop.xlsx", "sarif": "no/folder.sarif"}
    assert checked(tmp_path, **given).returncode == 6


@bash_needed
def test_it_ends_with_the_exit_codes_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert checked(tmp_path, paths="none").returncode == 3
    assert checked(tmp_path, options="--select=V999").returncode == 2
    assert checked(tmp_path, paths="$(touch planted)\n`touch planted`; touch planted").returncode == 3
    assert not (tmp_path / "planted").exists()


@bash_needed
def test_it_installs_its_own_checkout(tmp_path: Path) -> None:
    source, tools, work = (tmp_path / name for name in ("the source", "tools", "work"))
    shutil.copytree(ROOT / "tracker", source / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCE:
        shutil.copy(ROOT / name, source)
    import setuptools

    libraries = Path(setuptools.__file__).parents[1]
    for part in (libraries / "setuptools", libraries / "_distutils_hack", *libraries.glob("setuptools-*.dist-info")):
        shutil.copytree(part, tools / part.name)
    work.mkdir()
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": str(tools)}
    offline["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {"github.action_path": str(source), "runner.temp": str(work)}
    done = steps()[0].run(work, given, GITHUB_PATH=str(work / "path"), **offline)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    (programs,) = (work / "path").read_text(encoding="utf-8").splitlines()
    books(work)
    path, said = f"{programs}{os.pathsep}{os.environ['PATH']}", {**inputs(), "inputs.options": DAY}
    done = steps()[1].run(work, said, PATH=path, PYTHONPATH=str(libraries))
    assert done.returncode == 1 and "V104" in done.stdout, done.stderr
    assert Path(programs).is_relative_to(work)
