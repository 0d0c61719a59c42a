"""What people install is the wheel: it carries every word it needs and works where no checkout is.

Built from a copy, without the network, and put into an environment of its own, where the libraries of this one are
found by a path: that leads to no editable install, so `tracker` can only be the one in the wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tracker.demo.workbook import NAME

ROOT = Path(__file__).parents[2]
SOURCE = ("pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """An environment in which only the wheel was installed, and an empty folder to work in."""

    wheel: Path
    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> str:
        """What a program of the environment says; it has to end well."""
        libraries = os.pathsep.join(path for path in sys.path if "site-packages" in path)
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": libraries},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout, built and installed."""
    base = tmp_path_factory.mktemp("wheel")
    source, folder = base / "source", base / "empty"
    folder.mkdir()
    shutil.copytree(ROOT / "tracker", source / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCE:
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    _do(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(base), str(source))
    _do(sys.executable, "-m", "venv", "--without-pip", str(base / "venv"))
    programs = base / "venv" / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = base.glob("*.whl")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    _do(*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return Installed(wheel, programs, folder)


def _do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]


def test_the_wheel_holds_the_package_its_words_and_the_licence_and_nothing_else(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tracker").rglob("*.py")}
    words = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tracker" / "words").glob("*.toml")}
    macros = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tracker" / "template" / "macros").iterdir()}
    wanted = code | words | macros | {"tracker/py.typed", "tracker/report/examples.json"}
    assert len(macros) == 3
    assert {name for name in names if ".dist-info/" not in name} == wanted
    assert any(name.endswith("LICENSE") for name in names)


def test_the_installed_command_makes_a_demo_and_works_on_it(installed: Installed) -> None:
    where = Path(installed.run("python", "-c", "import tracker; print(tracker.__file__)").strip())
    assert installed.programs.parent in where.parents, "not this checkout"
    said = installed.run("tracker", "demo", "--today", "2026-11-18")
    assert len(said.splitlines()) == 6 and (installed.folder / NAME).is_file()
    assert "follow-ups, as of 2026-11-18" in installed.run("tracker", "followups", NAME, "--today", "2026-11-18")
