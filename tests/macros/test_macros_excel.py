"""The part for Excel on Windows, run by an interpreter of VBA: what Windows and Excel do is played, on real files.

The command that the macro builds is really run, by a small program of the test that writes the log as `tracker` does.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import NOTHING, HostBridge, Interpreter, VBAObject, member, method, setter
from pyopenvba.interpreter._runtime import UNRESOLVED

BAS = Path(__file__).parents[2] / "macros" / "TrackerButton.bas"
EXCLAMATION, INFORMATION = 48, 64
# Writes a log as the command does: its arguments become the words, the exit code is the first of them.
PROGRAM = """
import sys
code, answer, *given = sys.argv[1:]
if answer:
    open(given[given.index("--log") + 1], "wb").write(f"{code}\\n{answer}".encode("utf-16"))
open(sys.argv[0] + ".given", "w", encoding="utf-8").write("\\n".join(given))
sys.exit(int(code))
"""


class Workbook(VBAObject):
    """The open workbook, as far as the macro asks."""

    def __init__(self, path: str, full_name: str) -> None:
        self.path, self.full_name = path, full_name

    @member(name="Path")
    def get_path(self) -> str:
        return self.path

    @member(name="FullName")
    def get_full_name(self) -> str:
        return self.full_name


class Application(VBAObject):
    """Excel's status bar, which remembers."""

    def __init__(self) -> None:
        self.bar: list[object] = []

    @member(name="StatusBar")
    def get_bar(self) -> object:
        return self.bar[-1] if self.bar else False

    @setter("StatusBar")
    def set_bar(self, value: object) -> None:
        self.bar.append(value)


class Stream(VBAObject):
    """A text file that is read as UTF-16."""

    def __init__(self, path: str) -> None:
        self.path = path

    @method(name="ReadAll")
    def read_all(self) -> str:
        return Path(self.path).read_bytes().decode("utf-16")


class Files(VBAObject):
    """Scripting.FileSystemObject."""

    def __init__(self, temp: Path) -> None:
        self.temp = temp

    @method(name="FileExists")
    def exists(self, path: object) -> bool:
        return Path(str(path)).is_file()

    @method(name="BuildPath")
    def build(self, folder: object, name: object) -> str:
        return str(Path(str(folder)) / str(name))

    @method(name="GetSpecialFolder")
    def special(self, which: object) -> str:
        assert int(str(which)) == 2
        return str(self.temp)

    @method(name="GetTempName")
    def temp_name(self) -> str:
        return "rad1B2C3.tmp"

    @method(name="OpenTextFile")
    def open(self, path: object, mode: object, create: object, form: object) -> Stream:
        assert (int(str(mode)), bool(create), int(str(form))) == (1, False, -1)
        return Stream(str(path))

    @method(name="DeleteFile")
    def delete(self, path: object) -> None:
        Path(str(path)).unlink()


class System(VBAObject):
    """WScript.Shell: environment variables, and commands that are waited for."""

    def __init__(self, data: Path) -> None:
        self.data = data

    @method(name="ExpandEnvironmentStrings")
    def expand(self, text: object) -> str:
        return str(text).replace("%LOCALAPPDATA%\\", f"{self.data}/")

    @method(name="Run")
    def run(self, command: object, style: object, wait: object) -> int:
        assert (int(str(style)), bool(wait)) == (0, True)
        try:
            return subprocess.run(shlex.split(str(command)), check=False).returncode
        except FileNotFoundError:
            raise VBARuntimeError(-2147024894, "Method 'Run' of object 'IWshShell3' failed") from None


@dataclass
class Excel(HostBridge):
    """Excel on a Windows whose folders stand in one of the test."""

    folder: Path
    path: str = "C:\\Sales"
    name: str = "C:\\Sales\\our customers Олена.xlsm"
    application: Application = field(default_factory=Application)

    @property
    def pointer(self) -> Path:
        return self.folder / "tracker\\button-command.txt"

    def global_object(self, name: str) -> object:
        book = Workbook(self.path, self.name) if self.name else NOTHING
        known = {"activeworkbook": book, "application": self.application}
        return known.get(name.lower(), UNRESOLVED)

    def create(self, type_name_: str) -> object:
        return {"wscript.shell": System(self.folder), "scripting.filesystemobject": Files(self.folder)}[
            type_name_.lower()
        ]

    def install(self, code: int, answer: str) -> Path:
        """Write the pointer file, to the program that gives this answer."""
        program = self.folder / "program.py"
        program.write_text(PROGRAM, encoding="utf-8")
        command = " ".join(shlex.quote(one) for one in (sys.executable, str(program), str(code), answer))
        self.pointer.write_bytes(command.encode("utf-16"))
        return program.with_name("program.py.given")

    def press(self, macro: str = "TrackerRefresh") -> list[tuple[str, int]]:
        """The messages that somebody sees who presses a button."""
        self.interpreter.dialogs.clear()
        self.interpreter.run(macro, module="TrackerButton")
        return [(prompt, style) for _, prompt, title, style in self.interpreter.dialogs if title == "Customer tracker"]

    @cached_property
    def interpreter(self) -> Interpreter:
        """One with the module, which keeps its variables from one press to the next.

        It knows no attributes of procedures; they say how a macro is described and called, nothing of what it does.
        """
        lines = BAS.read_text(encoding="ascii").splitlines(keepends=True)
        made = Interpreter(self)
        made.add_module("".join(line for line in lines if not line.startswith("Attribute Tracker")))
        return made


@pytest.fixture
def excel(tmp_path: Path) -> Excel:
    return Excel(tmp_path)


SAID = "12 overdue, 3 problems, 84 rows refreshed in 2.1 s"


@pytest.mark.parametrize(("macro", "verb"), [("TrackerRefresh", "refresh"), ("TrackerUndo", "undo")])
def test_it_works(excel: Excel, macro: str, verb: str) -> None:
    given = excel.install(0, SAID)
    assert excel.press(macro) == [(SAID, INFORMATION)]
    log = str(excel.folder / "rad1B2C3.tmp")
    assert given.read_text(encoding="utf-8").split("\n") == [verb, "--live", "--workbook", excel.name, "--log", log]
    assert not Path(log).exists()
    assert excel.application.bar == [f"Customer tracker: {verb}, please wait...", False]


def test_tracker_is_not_installed(excel: Excel) -> None:
    ((said, style),) = excel.press()
    assert style == EXCLAMATION
    assert "tracker button install" in said and str(excel.folder) in said
    assert excel.application.bar[-1] is False


@pytest.mark.parametrize("said", ["customers.xlsm: locked by Anna. Ask her to close it.", "Два\nрядки 漢字"])
def test_the_refresh_fails(excel: Excel, said: str) -> None:
    excel.install(4, said)
    assert excel.press() == [(said, EXCLAMATION)]
    assert excel.application.bar[-1] is False


def test_a_message_that_begins_with_a_number_is_no_exit_code(excel: Excel) -> None:
    excel.install(0, "12 overdue")
    assert excel.press() == [("12 overdue", INFORMATION)]


def test_tracker_gives_no_sign_of_life(excel: Excel) -> None:
    excel.install(1, "")
    ((said, style),) = excel.press()
    assert style == EXCLAMATION and "could not be started" in said and "was not changed" in said


def test_tracker_begins_and_comes_to_no_end(excel: Excel) -> None:
    excel.install(1, "unused")
    excel.folder.joinpath("program.py").write_text(PROGRAM.replace("{code}\\n{answer}", "started"))
    ((said, style),) = excel.press()
    assert style == EXCLAMATION and "without saving" in said
    assert not (excel.folder / "rad1B2C3.tmp").exists()


def test_a_workbook_that_was_never_saved(excel: Excel) -> None:
    given = excel.install(0, SAID)
    excel.path = ""
    ((said, style),) = excel.press()
    assert style == EXCLAMATION and "Save it" in said
    assert not given.exists()


def test_no_workbook_in_front(excel: Excel) -> None:
    given = excel.install(0, SAID)
    excel.name = ""
    assert excel.press() == []
    assert not given.exists()


def test_the_program_is_gone(excel: Excel) -> None:
    excel.pointer.write_bytes('"/nowhere/python" -m tracker'.encode("utf-16"))
    ((said, style),) = excel.press()
    assert style == EXCLAMATION and "Method 'Run'" in said and "was not changed" in said
    assert excel.application.bar[-1] is False


def test_pressed_once_more_it_works_again(excel: Excel) -> None:
    excel.install(0, SAID)
    assert excel.press() == excel.press() == [(SAID, INFORMATION)]
