"""A condition cut into words and signs, in one pass and in linear time.

Kept out: what the words mean. Signs that Excel on a Mac or a Chinese keyboard puts in by itself (≥, curly quotes, wide
brackets) are read as what they stand for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tracker.rules.errors import RuleError

MOST_CHARACTERS, MOST_TOKENS = 2_000, 500


class Sort(StrEnum):
    """What a token is."""

    SPAN = "span"  # 12m, 30d
    NUMBER = "number"
    NAME = "name"
    HEADER = "header"  # [Membership]
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A word or sign, what it says, and where it began."""

    sort: Sort
    text: str
    at: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these signs or, in any case, one of these words."""
        return self.sort in (Sort.SIGN, Sort.NAME) and self.text.lower() in words


# No branch can match one text in two ways, and none repeats a repetition: no rule can make it slow.
PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<span>[0-9]+[dDmM](?![A-Za-z0-9_.]))
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?![A-Za-z0-9_.]))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<header>\[(?:'[\[\]]|[^\[\]])*\])
  | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*'|“[^”]*”|‘[^’]*’)
  | (?P<sign>==|=>|=<|&&|\|\||\*\*|<>|!=|<=|>=|[-+*/%(),=<>≠≤≥−×÷（），])
    """,
    re.VERBOSE,
)
STRANGE = re.compile(r"\w[\w.]*|.", re.DOTALL)  # as much as a message should quote
SAME = {"!=": "<>", "≠": "<>", "≤": "<=", "≥": ">=", "−": "-", "×": "*", "÷": "/", "（": "(", "）": ")", "，": ","}
MEANT = {"==": "=", "=>": ">=", "=<": "<=", "&&": "and", "||": "or"}  # habits from elsewhere: refused, with a hint
OPENERS = {'"': "open_text", "'": "open_text", "“": "open_text", "‘": "open_text", "[": "open_header"}


def tokens(text: str) -> tuple[Token, ...]:
    """The words and signs of a condition, an END after the last; RuleError for what is none, or for too much."""
    if len(text) > MOST_CHARACTERS:
        raise RuleError("too_long", MOST_CHARACTERS, most=str(MOST_CHARACTERS))
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = PATTERN.match(text, place)
        if not match:
            raise RuleError(OPENERS.get(text[place], "unreadable"), place, text=_strange(text, place))
        if match.lastgroup != "space":
            found.append(_token(Sort(str(match.lastgroup)), match[0], place))
        if len(found) > MOST_TOKENS:
            raise RuleError("too_many_parts", place, most=str(MOST_TOKENS))
        place = match.end()
    return (*found, Token(Sort.END, "", len(text)))


def _strange(text: str, place: int) -> str:
    match = STRANGE.match(text, place)
    return match[0] if match else ""


def _token(sort: Sort, text: str, at: int) -> Token:
    if sort is Sort.SIGN and (text in MEANT or text == "**"):
        raise RuleError("unreadable", at, MEANT.get(text), text=text)
    if sort is Sort.TEXT:
        return Token(sort, text[1:-1].replace(text[0] * 2, text[0]), at)
    if sort is Sort.HEADER:
        return Token(sort, text[1:-1].replace("'[", "[").replace("']", "]"), at)
    return Token(sort, SAME.get(text, text), at)
