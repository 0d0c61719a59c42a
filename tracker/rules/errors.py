"""What can be wrong with a rule: a code, the place in its text, and a sentence a team lead understands.

The sentences stand in one table, so that a locale can say them in its own words from ``code`` and ``details``.
"""

from __future__ import annotations

from collections.abc import Mapping

SHOWN = 40  # characters of a rule that a message quotes

MESSAGES: Mapping[str, str] = {
    "empty": "The condition is empty; write otherwise for a rule that always holds.",
    "empty_value": "Nothing is asked for here.",
    "too_long": "The condition is longer than {most} characters.",
    "too_many_parts": "The condition has more than {most} words and signs.",
    "too_deep": "The condition has more than {most} brackets inside one another.",
    "unreadable": "“{text}” means nothing in a condition.",
    "open_text": "The text that begins here has no closing quote.",
    "open_header": "The column name that begins here has no closing ].",
    "number_too_large": "The number is too large.",
    "thousands": "Write numbers without separators between the thousands.",
    "ended": "The condition stops too early; something is missing at its end.",
    "unexpected": "“{text}” does not fit here.",
    "expected": "A {wanted} is missing before “{text}”.",
    "otherwise_alone": "otherwise stands alone, without any other condition.",
    "chained": "Compare two things at a time and join the comparisons with and.",
    "unknown_name": "“{text}” is not a column, a setting or a fact.",
    "unquoted": '“{text}” is not a column, a setting or a fact; if a text is meant, write "{text}".',
    "unknown_header": "No column is called “{text}”.",
    "our_header": "“{text}” is no column of your own; such a column goes by its key, without brackets.",
    "unknown_fact": "“{text}” is not a fact that takes a time in brackets.",
    "needs_window": "{text} needs a time in brackets, such as {text}(12m).",
    "no_window": "{text} takes no time in brackets.",
    "bad_window": "A time is written as 12m, 30d, 6m to 12m or all, up to a hundred years.",
    "stray_window": "“{text}” belongs into the brackets of a fact, after within, or beside a date: today - 30d.",
    "window_setting": "“{text}” is not a setting in days or months.",
    "circular": "“{text}” follows from the tags, so no rule can ask for it.",
    "circular_header": "“{text}” is worked out from “{other}”, which follows from the tags.",
    "own_circle": "“{text}” is worked out from itself.",
    "one_length": "growth compares a time with the same time before it; give one length, such as growth(6m).",
    "not_a_condition": "This is a value, not a condition; compare it with something, such as {text} {example}.",
    "not_a_value": "A value is expected here, not a condition.",
    "kinds_differ": "A {left} cannot be compared with a {right}.",
    "not_for_text": "contains looks for a text in a text; this is a {kind}.",
    "not_for_arithmetic": "A {left} and a {right} cannot be joined by {sign}.",
    "needs_date": "A date is expected here, not a {kind}.",
    "needs_days": "A number of days is expected here, not a {kind}.",
    "bad_date": 'A date is written as "2024-07-31".',
}


class RuleError(ValueError):
    """A condition that cannot be read: what is wrong, where (0-based offset), and what was probably meant."""

    def __init__(self, code: str, position: int, suggestion: str | None = None, **details: str) -> None:
        self.code = code
        self.position = position
        self.suggestion = suggestion
        self.details = {name: shown(text) for name, text in details.items()}
        self.message = MESSAGES[code].format(**self.details)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """An error made in another process arrives whole: what is raised there is made anew here."""
        return _again, (self.code, self.position, self.suggestion, self.details)


def _again(code: str, position: int, suggestion: str | None, details: Mapping[str, str]) -> RuleError:
    return RuleError(code, position, suggestion, **details)


def shown(text: str) -> str:
    """Text from a workbook as a message may quote it: one short line without control characters."""
    line = "".join(letter if letter.isprintable() else "·" for letter in text[: SHOWN + 1])
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
