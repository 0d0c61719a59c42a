"""A condition in plain words, for the Guide, ``explain`` and ``rules doc``.

All words stand in one table that a locale may replace; kept out: labels of choices, which belong to Lists.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.facts.calendar import from_serial
from tracker.facts.windows import Reach, Span
from tracker.rules.nodes import (
    Arithmetic,
    Blank,
    Both,
    Comparison,
    Day,
    Either,
    Expression,
    Length,
    Name,
    Negative,
    Not,
    Number,
    OneOf,
    Otherwise,
    Since,
    Source,
    Text,
    Windowed,
)
from tracker.rules.parser import window_unit

DEFAULT_WORDS: Mapping[str, str] = {
    "otherwise": "in all other cases",
    "and": "{left} and {right}",
    "or": "{left} or {right}",
    "not": "not {part}",
    "group": "({part})",
    "=": "{left} is {right}",
    "<>": "{left} is not {right}",
    ">": "{left} above {right}",
    ">=": "{left} at least {right}",
    "<": "{left} below {right}",
    "<=": "{left} at most {right}",
    "contains": "{left} contains {right}",
    "within": "{left} within {right}",
    "in": "{left} is one of {right}",
    "not in": "{left} is none of {right}",
    "is blank": "{left} is blank",
    "is not blank": "{left} is filled",
    "windowed": "{name} ({window})",
    "d": "{number} days",
    "m": "{number} months",
    "d.one": "{number} day",
    "m.one": "{number} month",
    "range": "{near} to {far} ago",
    "all": "ever",
    "months_since": "months since {date}",
    "days_since": "days since {date}",
    "list": ", ",
    "thousands": ",",
    "decimal": ".",
}

ONE = {"d": "d.one", "m": "m.one"}  # how a single day or month is said


def in_words(
    expression: Expression,
    words: Mapping[str, str] = DEFAULT_WORDS,
    settings: Mapping[str, float | str] | None = None,
) -> str:
    """The condition as a person would say it, such as ``spend (12 months) above 100,000``.

    With ``settings`` the value of a setting is said, else its name. A name is said by the word ``name.<name>``, else
    with spaces for its underscores; words missing from ``words`` are taken from the default.
    """
    ones = {one: words[unit] for unit, one in ONE.items() if unit in words}  # who has months of their own, one of them
    return _say(expression, {**DEFAULT_WORDS, **ones, **words}, settings or {})


Words = Mapping[str, str]
Settings = Mapping[str, float | str]


def _say(node: Expression, words: Words, settings: Settings) -> str:
    match node:
        case Otherwise():
            return words["otherwise"]
        case Either(parts):
            return _joined(words["or"], [_grouped(part, words, settings) for part in parts])
        case Both(parts):
            return _joined(words["and"], [_grouped(part, words, settings) for part in parts])
        case Not(part):
            return words["not"].format(part=words["group"].format(part=_say(part, words, settings)))
        case Comparison("within", left, right):
            said = _say(right, words, settings)
            bare = said.removeprefix("-")[:1].isdigit() and not isinstance(right, Length)
            days = _counted("d", said, words) if bare else said
            return words["within"].format(left=_say(left, words, settings), right=days)
        case Comparison(sign, left, right):
            return words[sign].format(left=_say(left, words, settings), right=_say(right, words, settings))
        case OneOf(left, choices):
            listed = words["list"].join(_say(choice, words, settings) for choice in choices)
            return words[node.operator].format(left=_say(left, words, settings), right=listed)
        case Blank(left):
            return words[node.operator].format(left=_say(left, words, settings))
    return _say_value(node, words, settings)


def _say_value(node: Expression, words: Words, settings: Settings) -> str:
    match node:
        case Number(value, percent):
            return number_in_words(value, words) + ("%" if percent else "")
        case Text(text):
            return f'"{text}"'
        case Day(serial):
            return str(from_serial(serial) or "")
        case Length(reach):
            return _reach(reach, words)
        case Name(name, source):
            return _say_name(name, source, words, settings)
        case Windowed(name, window):
            return words["windowed"].format(name=_label(name, words), window=_say_window(window, words, settings))
        case Since(unit, day):
            return words[f"{unit}_since"].format(date=_say(day, words, settings))
        case Negative(operand):
            return "-" + _operand(operand, words, settings)
        case Arithmetic(first, rest):
            said = [f"{sign} {_operand(operand, words, settings)}" for sign, operand in rest]
            return " ".join([_operand(first, words, settings), *said])
    raise TypeError(f"{type(node).__name__} has no words")


def _say_name(name: str, source: Source, words: Words, settings: Settings) -> str:
    if source is Source.SETTING and name in settings:
        value = settings[name]
        return f'"{value}"' if isinstance(value, str) else number_in_words(value, words)
    return name if source is Source.HEADER else _label(name, words)


def _say_window(window: Span | str, words: Words, settings: Settings) -> str:
    if isinstance(window, str):
        value, unit = settings.get(window), window_unit(window) or "d"
        return _reach(Reach(value, unit), words) if isinstance(value, int | float) else _label(window, words)
    if not window.far:
        return words["all"]
    far = _reach(window.far, words)
    return words["range"].format(near=_reach(window.near, words), far=far) if window.near else far


def _reach(reach: Reach, words: Words) -> str:
    return _counted(reach.unit, number_in_words(reach.number, words), words)


def _counted(unit: str, number: str, words: Words) -> str:
    return words[ONE[unit] if number == "1" else unit].format(number=number)


def _label(name: str, words: Words) -> str:
    return words.get(f"name.{name}") or name.replace("_", " ")


def number_in_words(value: float, words: Words = DEFAULT_WORDS) -> str:
    """A number with its thousands apart and at most 15 significant digits: ``100,000``."""
    whole, _, rest = f"{value:,.6f}".rstrip("0").partition(".")
    return whole.replace(",", words["thousands"]) + (words["decimal"] + rest if rest else "")


def _grouped(part: Expression, words: Words, settings: Settings) -> str:
    said = _say(part, words, settings)
    return words["group"].format(part=said) if isinstance(part, Either | Both) else said


def _operand(part: Expression, words: Words, settings: Settings) -> str:
    said = _say(part, words, settings)
    return words["group"].format(part=said) if isinstance(part, Arithmetic) else said


def _joined(pattern: str, said: list[str]) -> str:
    joined = said[0]
    for part in said[1:]:
        joined = pattern.format(left=joined, right=part)
    return joined
