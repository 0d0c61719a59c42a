"""A condition somebody wrote on the command line: read, or refused with the place that is wrong."""

from __future__ import annotations

from tracker.errors import UsageError
from tracker.rules import Expression, RuleError, Vocabulary, parse, parse_value


class ConditionError(UsageError):
    """A condition that cannot be read: its text, and where it is wrong (0-based), for whoever can point at it."""

    def __init__(self, text: str, error: RuleError, what: str = "the condition") -> None:
        self.text, self.at = text, error.position
        hint = f" Perhaps “{error.suggestion}” is meant." if error.suggestion else ""
        super().__init__(f"{what} cannot be read at character {error.position + 1}: {error.message}{hint}")


def condition_of(text: str, vocabulary: Vocabulary, what: str = "the condition") -> Expression:
    """The condition a text says; ConditionError for one that cannot be read."""
    try:
        return parse(text, vocabulary)
    except RuleError as error:
        raise ConditionError(text, error, what) from error


def value_of(text: str, vocabulary: Vocabulary, what: str) -> Expression:
    """The value a text says, such as ``spend(30d)``; ConditionError for one that cannot be read."""
    try:
        return parse_value(text, vocabulary)
    except RuleError as error:
        raise ConditionError(text, error, what) from error
