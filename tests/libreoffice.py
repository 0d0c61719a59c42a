"""LibreOffice as a second opinion: recalculates workbooks, saves them, draws them, and lets a script type into them.

One profile a session, so that nobody's own LibreOffice is touched; every run goes through one ``soffice`` call for all
its files, because starting the program is what costs.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 240  # a run that takes longer hangs
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
TYPIST = Path(__file__).with_name("uno_typist.py")


@functools.cache
def program() -> str | None:
    """The path of soffice, or None."""
    mac = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
    return shutil.which("soffice") or shutil.which("libreoffice") or (mac if Path(mac).exists() else None)


@functools.cache
def uno_python() -> str | None:
    """A Python that can talk to LibreOffice, or None: the project's own usually cannot."""
    near = Path(program() or "/").resolve().with_name("python")
    for candidate in (os.environ.get("TRACKER_UNO_PYTHON"), "/usr/bin/python3", str(near), shutil.which("python3")):
        if candidate and Path(candidate).exists():
            tried = subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False)
            if tried.returncode == 0:
                return candidate
    return None


def without(what: str) -> None:
    """Skip for want of a program; fail where skipping would hide that nothing was tested."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{what} is missing, and CI may not skip what needs it", pytrace=False)
    pytest.skip(f"{what} is not installed")


@dataclass(frozen=True)
class LibreOffice:
    """One profile in ``folder``; every file it opens is recalculated from scratch."""

    folder: Path

    def __post_init__(self) -> None:
        user = self.folder / "profile" / "user"
        user.mkdir(parents=True, exist_ok=True)
        (user / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")

    @property
    def profile(self) -> str:
        """The option that keeps to this profile."""
        return f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"

    def convert(self, files: Sequence[Path], to: str = "xlsx") -> list[Path]:
        """Open each file, recalculate, and save it in a new folder under its own name; one start for all."""
        out = self.folder / f"out{len(list(self.folder.iterdir()))}"
        command = [program() or "soffice", "--headless", "--norestore", self.profile, "--convert-to", to]
        log = self.folder / "soffice.log"
        with log.open("ab") as output:
            subprocess.run(
                [*command, "--outdir", str(out), *map(str, files)],
                stdout=output,
                stderr=output,
                timeout=SECONDS,
                check=False,
            )
        made = [out / f"{file.stem}.{to.partition(':')[0]}" for file in files]
        missing = [file.name for file in made if not file.exists()]
        assert not missing, f"LibreOffice did not write {missing}: {log.read_text(errors='replace')[-500:]}"
        return made

    def type_into(self, file: Path, cells: Sequence[tuple[str, str, str]]) -> None:
        """Type texts into cells (sheet, address, text) as a person would, recalculate, and save as xlsx."""
        python = uno_python()
        assert python is not None, "no Python with the module uno (apt: python3-uno)"
        pipe = f"tracker{os.getpid()}"
        order = {"soffice": program(), "profile": self.profile, "pipe": pipe, "file": str(file), "cells": list(cells)}
        done = subprocess.run(
            [python, str(TYPIST)], input=json.dumps(order), text=True, capture_output=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
