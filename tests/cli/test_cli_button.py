"""``tracker button`` as it is run: what it says, and what a script can trust."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from books import new_book

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep the file elsewhere")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "shop.xlsx").write_bytes(new_book())
    return tmp_path


def run(place: Path, *arguments: str) -> tuple[int, str]:
    """Exit code, and all that is said, on a machine where nobody ever set anything up."""
    environment = {
        **os.environ,
        "XDG_DATA_HOME": str(place / "share"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "button", *arguments],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_setting_up_looking_and_taking_back(place: Path) -> None:
    code, said = run(place, "status")
    assert code == 1 and said.startswith("Not set up: ") and "tracker button install" in said
    code, said = run(place, "install")
    assert code == 0 and sys.executable in said and str(place / "share") in said
    code, said = run(place, "status")
    assert code == 0 and said.startswith("Set up: ")
    assert run(place, "uninstall")[1].startswith("Removed ")
    assert run(place, "uninstall") == (
        0,
        f"Nothing to remove: {place}/share/tracker/button-command.txt is not there.\n",
    )


def test_a_workbook_gets_its_buttons_once(place: Path) -> None:
    code, said = run(place, "add", "shop.xlsx")
    assert code == 0
    assert said.splitlines() == [
        "Made shop.xlsm with the buttons. Go on working in it and put shop.xlsx away: "
        "two files of one workbook drift apart.",
        "The buttons are not set up on this computer yet. Run: tracker button install",
    ]
    run(place, "install")
    assert run(place, "add", "shop.xlsm") == (0, "shop.xlsm: it has all its buttons; nothing was written.\n")
    assert run(place, "status", "shop.xlsm")[0] == 0
    code, said = run(place, "add", "shop.xlsx")
    assert code == 5 and "there already" in said


def test_one_without_them_is_told_what_it_lacks(place: Path) -> None:
    run(place, "install")
    code, said = run(place, "status", "shop.xlsx")
    assert code == 1
    wanted = "Refresh (Home), Undo refresh (Home), Refresh (Follow-ups), the macros"
    assert f"shop.xlsx lacks: {wanted}. Run: tracker button add shop.xlsx" in said


def test_what_libreoffice_does_is_told_with_what_to_click(place: Path) -> None:
    settings = place / "config" / "libreoffice" / "4" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text('<oor:items xmlns:oor="http://openoffice.org/2001/registry"/>')
    said = run(place, "status")[1]
    assert "Trusted Sources: add the folder" in said and str(settings) in said


@pytest.mark.parametrize(("name", "code"), [("nothing.xlsx", 3), ("shop.csv", 2), (".", 3)])
def test_what_cannot_get_buttons_is_said(place: Path, name: str, code: int) -> None:
    (place / "shop.csv").write_text("a,b\n")
    found, said = run(place, "add", name)
    assert (found, len(said.splitlines())) == (code, 1), said
