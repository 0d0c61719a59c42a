"""A formula as LibreOffice spells it ↔ as the file spells it; English names in both, no leading ``=``.

The two differ in what parts arguments, rows of constants and sheets from cells, and in the mark of younger functions.
Kept out: what any formula means, and cell references, which are the same in both.
"""

from __future__ import annotations

import re
from functools import cache

from tracker.formulas import PREFIXED

# Pieces of a formula: a text, a name in quotes (with what parts it from its cell), the inside of brackets, …
_TEXT = r'"(?:[^"]|"")*"'
_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_CELL = r"(?=\$?[A-Za-z]{1,3}\$?\d|#REF!)"
_OFFICE = re.compile(
    rf"{_TEXT}|{_BRACKETS}|\$?(?P<quoted>'(?:[^']|'')+')\.{_CELL}|\$?(?P<plain>[^\W\d]\w*)\.{_CELL}"
    r"|(?P<function>[A-Z][A-Z0-9.]*)\(|(?P<error>#[A-Z/0]+[!?A])|(?P<constant>\{[^{}]*\})|[;~!]"
)
_FILE = re.compile(
    rf"{_TEXT}|{_BRACKETS}|\$?(?P<quoted>'(?:[^']|'')+')!|(?P<plain>[^\W\d][\w.]*)!"
    r"|_xlfn\.(?P<function>[A-Z][A-Z0-9.]*)\(|(?P<error>#[A-Z/0]+[!?A])|(?P<constant>\{[^{}]*\})|,"
)
_PARTS = {";": ",", "~": ",", "!": " "}
_TO_FILE, _TO_OFFICE = {";": ",", "|": ";"}, {",": ";", ";": "|"}  # inside constants


@cache
def filed(text: str) -> str:
    """A formula of LibreOffice as the file spells it."""

    def piece(match: re.Match[str]) -> str:
        found = match[0]
        if found in _PARTS:
            return _PARTS[found]
        if found[0] == "[":
            return found.replace("];[", "],[")
        if match["function"]:
            return f"_xlfn.{found}" if match["function"] in PREFIXED else found
        if match["constant"]:
            return _constant(found, _TO_FILE)
        sheet = match["quoted"] or match["plain"]
        return f"{sheet}!" if sheet else found

    return _OFFICE.sub(piece, text)


@cache
def office(text: str) -> str:
    """A formula of the file as LibreOffice takes it."""

    def piece(match: re.Match[str]) -> str:
        found = match[0]
        if found == ",":
            return ";"
        if found[0] == "[":
            return found.replace("],[", "];[")
        if match["constant"]:
            return _constant(found, _TO_OFFICE)
        sheet = match["quoted"] or match["plain"]
        return f"${sheet}." if sheet else found.removeprefix("_xlfn.")

    return _FILE.sub(piece, text)


def _constant(text: str, parts: dict[str, str]) -> str:
    return re.sub(rf"{_TEXT}|[;,|]", lambda match: parts.get(match[0], match[0]), text)
