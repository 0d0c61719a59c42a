"""Ten thousand hostile conditions, each of a family an attacker would try: all refused, and in little work.

Work is counted in calls, not in seconds: what Python does for one text never depends on what the text would like.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping
from types import FrameType

import pytest
from rules_world import VOCABULARY

from tracker.rules import RuleError, parse
from tracker.rules.tokens import MOST_CHARACTERS, MOST_TOKENS

NAMES = ("deals", "spend", "country", "vip_spend", "x", "os", "__builtins__", "self", "None", "df", "name")
ATTRIBUTES = ("__class__", "__globals__", "__mro__", "system", "mro", "f_back", "__subclasses__", "format", "query")
CALLS = (
    "eval",
    "exec",
    "open",
    "__import__",
    "getattr",
    "compile",
    "globals",
    "print",
    "breakpoint",
    "deals",
    "country",
)
MASKED = {
    "a": "а",
    "e": "е",
    "o": "ο",
    "d": "ԁ",
    "s": "ѕ",
    "p": "р",
    "c": "ϲ",
    "i": "і",
}  # Cyrillic and Greek lookalikes
HIDDEN = ("\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x00", "\x1b", "\ud800", "\U000e0041", "\u0301")
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
Dice = random.Random


def attribute(dice: Dice) -> str:
    chain = "".join(f".{dice.choice(ATTRIBUTES)}" for _ in range(dice.randint(1, 60)))
    return f"{dice.choice(NAMES)}{chain} {dice.choice(('= 1', '> 1', '', '()'))}"


def call(dice: Dice) -> str:
    inside = dice.choice(("'id'", "1", "*deals", "**x", "x=1", "lambda: 1", "'" + "A" * dice.randint(0, 900) + "'"))
    return f"{dice.choice(CALLS)}({inside}){dice.choice(('', ' = 1', '.x', '[0]', '()'))}"


def comprehension(dice: Dice) -> str:
    loop = f"for {dice.choice(NAMES)} in {dice.choice(('(1,2)', 'country', 'range(10**9)'))}"
    return dice.choice(("[{}]", "({})", "{{{}}}", "any({})", "sum({}) > 1")).format(
        f"{dice.choice(NAMES)} {' '.join([loop] * dice.randint(1, 12))}"
    )


def nested(dice: Dice) -> str:
    deep = dice.randint(51, 240)
    open_, close = dice.choice((("(", ")"), ("not (", ")"), ("-(", ")"), ("[", "]"), ("{", "}"), ("spend(", ")")))
    return open_ * deep + "deals = 1" + close * dice.choice((deep, 0, deep - 1))


def power(dice: Dice) -> str:
    sign = dice.choice(("**", "^", " ** ", "<<"))
    return sign.join(str(dice.choice((9, 99, 10**9))) for _ in range(dice.randint(2, 40))) + " > 1"


def number(dice: Dice) -> str:
    digits = "9" * dice.randint(310, 3_000)
    return dice.choice(
        (f"deals > {digits}", f"deals > {digits}.{digits}", f"spend({digits}m) > 1", f"deals > 1e{digits}")
    )


def text(dice: Dice) -> str:
    long = dice.choice(("A", "é", "😀", "\\", "''", "%s", "{0}")) * dice.randint(MOST_CHARACTERS, 40_000)
    return dice.choice(("country = '{}'", "country = '{}", "[{}] = 1", "[{}", "{} = 1", '"{}" contains "{}"')).replace(
        "{}", long
    )


def unicode(dice: Dice) -> str:
    word = dice.choice(("deals", "spend(12m)", "country", "vip_spend"))
    masked = "".join(MASKED.get(letter, letter) for letter in word)
    broken = word[:2] + dice.choice(HIDDEN) + word[2:]
    return f"{dice.choice((masked, broken, word.translate(WIDE)))} = {dice.choice(('1', '①', '１', '٣', 'Ⅳ', '½'))}"


def statement(dice: Dice) -> str:
    tail = dice.choice(
        ("; import os", "\nimport os", " := 1", " if 1 else 2", " # x", "\\", " -- x", "; DROP TABLE x", "`id`")
    )
    return "deals = 1" + tail + dice.choice(("", " or deals = 1", "\n"))


def formula(dice: Dice) -> str:
    return dice.choice(("=", "+", "@", "\t=")) + dice.choice(
        ("cmd|'/C calc'!A0", 'HYPERLINK("http://x")', "SUM(A1:A9)", "WEBSERVICE(country)", "IMPORTXML(1,2)")
    ) * dice.randint(1, 30)


FAMILIES: Mapping[str, Callable[[Dice], str]] = {
    family.__name__: family
    for family in (attribute, call, comprehension, nested, power, number, text, unicode, statement, formula)
}
MANY = 10_000 // len(FAMILIES)
MOST_CALLS = 100 * MOST_TOKENS  # a few dozen for each word that may be read, however long the text is


@pytest.mark.parametrize("family", FAMILIES)
def test_a_thousand_of_each_family_are_refused_in_bounded_work(family: str) -> None:
    dice = Dice(f"2026 {family}")
    for _ in range(MANY):
        condition = FAMILIES[family](dice)
        error, calls = refused(condition)
        assert 0 <= error.position <= len(condition)
        assert len(error.message) < 250 and "\n" not in error.message
        assert calls <= MOST_CALLS, condition[:200]


def refused(condition: str) -> tuple[RuleError, int]:
    """The error that refuses a condition, and how many functions were called for it."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        parse(condition, VOCABULARY)
    except RuleError as error:
        return error, calls
    finally:
        sys.setprofile(None)
    raise AssertionError(f"it was read as a rule: {condition[:200]!r}")
