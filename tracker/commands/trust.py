"""Whether office programs run the macros of a workbook, as far as their settings say so; reads only.

LibreOffice keeps them in a file of its profile, Excel on Windows in the registry, Excel on a Mac where nobody may look.
What is not said anywhere is what a fresh installation does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

OOR = "{http://openoffice.org/2001/registry}"
SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
HIGH = 2  # what LibreOffice asks for unless told otherwise: only trusted places, and signed macros
EXCEL = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
NOTIFY = 2  # what Excel does unless told otherwise: it asks
FROM_INTERNET = "3"  # the zone that Windows marks such a file with


class Answer(StrEnum):
    """Whether macros of a workbook run."""

    YES = "yes"
    ASKS = "asks"
    PLACE = "place"  # in trusted places only, and this is none, or no workbook was named
    BLOCKED = "blocked"  # the file is marked as one from the internet
    NO = "no"
    UNKNOWN = "unknown"


# What each program may answer: a sentence of the terminal stands for each.
ANSWERS = {
    "libreoffice": (Answer.YES, Answer.ASKS, Answer.PLACE, Answer.NO),
    "excel": (Answer.YES, Answer.ASKS, Answer.PLACE, Answer.BLOCKED, Answer.UNKNOWN),
}


@dataclass(frozen=True)
class Trust:
    """What a program does with the macros of a workbook, and where its settings were found."""

    program: str  # "libreoffice" or "excel"
    answer: Answer
    source: str = ""


def trusts(book: Path | None = None) -> tuple[Trust, ...]:
    """What the programs of this user do with the macros of a workbook; of any workbook when none is named."""
    found = [libreoffice(path, book) for path in profiles() if path.is_file()]
    if sys.platform == "win32":
        found.append(excel(_registry(), book, _is_marked(book)))
    elif sys.platform == "darwin":
        found.append(Trust("excel", Answer.UNKNOWN))
    return tuple(found)


def profiles() -> Iterator[Path]:
    """Where the settings of LibreOffice may stand on this machine."""
    home = Path.home()
    if sys.platform == "win32":
        folders = [Path(os.environ.get("APPDATA", home / "AppData" / "Roaming")) / "LibreOffice"]
    elif sys.platform == "darwin":
        folders = [home / "Library" / "Application Support" / "LibreOffice"]
    else:
        folders = [Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "libreoffice"]
    return (folder / "4" / "user" / "registrymodifications.xcu" for folder in folders)


def libreoffice(settings: Path, book: Path | None) -> Trust:
    """What LibreOffice does by the settings of a profile; they are its own when they cannot be read."""
    values: dict[str, list[str]] = {}
    with suppress(OSError, ElementTree.ParseError):
        for item in ElementTree.parse(settings).getroot().iter("item"):
            if item.get(f"{OOR}path") == SCRIPTING:
                values |= {prop.get(f"{OOR}name", ""): _texts(prop) for prop in item.iter("prop")}
    source = str(settings)
    if values.get("DisableMacrosExecution") == ["true"]:
        return Trust("libreoffice", Answer.NO, source)
    level = values.get("MacroSecurityLevel", [""])[0]
    if level == "0" or (book is not None and _lies_in(book, values.get("SecureURL", []))):
        return Trust("libreoffice", Answer.YES, source)
    return Trust("libreoffice", Answer.ASKS if level == "1" else Answer.PLACE, source)


def _texts(prop: ElementTree.Element) -> list[str]:
    """The value of a setting, or each of its values."""
    return [one.text for tag in ("it", "value") for one in prop.iter(tag) if one.text and one.text.strip()]


def _lies_in(book: Path, places: Sequence[str]) -> bool:
    """Whether a file lies in one of the places, given as URLs, or below it."""
    mine = unquote(book.absolute().as_uri())
    return any(mine.startswith(unquote(place).rstrip("/") + "/") for place in places)


def excel(values: Mapping[tuple[str, str], int | str], book: Path | None, marked: bool) -> Trust:
    """What Excel on Windows does by the values of the registry, each by its key and name; policies come first."""
    warnings = values.get((POLICY, "VBAWarnings"), values.get((EXCEL, "VBAWarnings"), NOTIFY))
    if book is not None and _trusted(values, book):
        return Trust("excel", Answer.YES)
    if marked:
        return Trust("excel", Answer.BLOCKED)
    known = {1: Answer.YES, 2: Answer.ASKS, 3: Answer.PLACE, 4: Answer.PLACE}
    return Trust("excel", known.get(int(warnings), Answer.UNKNOWN) if str(warnings).isdigit() else Answer.UNKNOWN)


def _trusted(values: Mapping[tuple[str, str], int | str], book: Path) -> bool:
    """Whether a trusted location holds the file, its subfolders only where it says so."""
    folder = os.path.normcase(book.absolute().parent)
    for (key, name), value in values.items():
        if name != "Path":
            continue
        place = os.path.normcase(os.path.expandvars(str(value)).rstrip("\\/"))
        below = bool(values.get((key, "AllowSubfolders"), 0))
        if folder == place or (below and folder.startswith(place + os.sep)):
            return True
    return False


def _is_marked(book: Path | None) -> bool:
    """Whether Windows marks a file as one from the internet."""
    with suppress(OSError):
        if book is not None:
            return f"ZoneId={FROM_INTERNET}" in Path(f"{book}:Zone.Identifier").read_text(errors="replace")
    return False


def _registry() -> Mapping[tuple[str, str], int | str]:
    """The values that Excel's security is set by, as far as this user may read them."""
    values: dict[tuple[str, str], int | str] = {}
    if sys.platform == "win32":
        import winreg

        for key in (POLICY, EXCEL):
            places = rf"{key}\Trusted Locations"
            for name in (key, *(rf"{places}\{one}" for one in _subkeys(places))):
                with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, name) as opened:
                    for i in range(winreg.QueryInfoKey(opened)[1]):
                        value = winreg.EnumValue(opened, i)
                        values[name, value[0]] = value[1]
    return values


def _subkeys(key: str) -> list[str]:
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return [winreg.EnumKey(opened, i) for i in range(winreg.QueryInfoKey(opened)[0])]
    return []
