"""The safe expression language of the Rules sheet: parse a condition, evaluate it on arrays, say it in words.

A rule in a shared workbook is untrusted input. It is read by a tokenizer and a parser written here, into a closed list
of node kinds and names that the vocabulary allows; nothing is ever handed to ``eval``, ``ast`` or ``pandas.query``.
Kept out: where the columns come from, what a tag is, which rule of a dimension wins.

Blank follows Excel where staff would notice: a blank text is empty text (so ``country <> "DE"`` holds for it), while a
blank number or date makes every comparison false, ``<>`` too. Numbers are compared at 15 significant digits, dates by
their day, text without regard to case and outer spaces.
"""

from tracker.rules.errors import MESSAGES, RuleError
from tracker.rules.evaluate import Facts, comparisons, evaluate, sides, span_of, values
from tracker.rules.nodes import Expression, Kind, Leaf, Vocabulary, names_used
from tracker.rules.parser import parse, parse_value
from tracker.rules.sentences import DEFAULT_WORDS, in_words

__all__ = [
    "DEFAULT_WORDS",
    "MESSAGES",
    "Expression",
    "Facts",
    "Kind",
    "Leaf",
    "RuleError",
    "Vocabulary",
    "comparisons",
    "evaluate",
    "in_words",
    "names_used",
    "parse",
    "parse_value",
    "sides",
    "span_of",
    "values",
]
