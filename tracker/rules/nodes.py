"""The parts a condition is made of, and the names it may use.

A closed list of frozen nodes: whatever is not here cannot be said in a rule. Each node knows where in the text it
began (``at``), which never counts when two are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from tracker.facts.windows import Reach, Span


class Kind(StrEnum):
    """What a value is; ``ANY`` when the vocabulary does not know, as for a column of staff's own."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CONDITION = "condition"
    LENGTH = "length of time"
    ANY = "value"


class Source(StrEnum):
    """Where a name gets its value from."""

    COLUMN = "column"
    HEADER = "header"
    SETTING = "setting"
    FACT = "fact"
    DAY = "day"  # the day the figures are of


@dataclass(frozen=True, kw_only=True)
class Expression:
    """Any part of a condition."""

    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Number(Expression):
    """A number as written; ``percent`` when a % follows it."""

    value: float
    percent: bool = False


@dataclass(frozen=True)
class Text(Expression):
    """A text in quotes."""

    value: str


@dataclass(frozen=True)
class Day(Expression):
    """A text in quotes that stands where a date is wanted, as its serial."""

    serial: float


@dataclass(frozen=True)
class Length(Expression):
    """Some days or calendar months that a date is moved by, such as ``3m``."""

    reach: Reach


@dataclass(frozen=True)
class Name(Expression):
    """A column, a column of staff's own, a setting or a plain fact, spelled as the vocabulary spells it."""

    name: str
    source: Source
    kind: Kind
    percent: bool = False  # its numbers are whole percents


@dataclass(frozen=True)
class Windowed(Expression):
    """A fact over a window; the window is a span, or the name of a setting that holds its days or months."""

    name: str
    window: Span | str


@dataclass(frozen=True)
class Since(Expression):
    """Months or days from a date to the day; ``unit`` is ``months`` or ``days``."""

    unit: str
    date: Expression


@dataclass(frozen=True)
class Negative(Expression):
    """A value with a minus before it."""

    operand: Expression


@dataclass(frozen=True)
class Arithmetic(Expression):
    """A chain of one precedence, from left to right: ``first`` then (sign, operand) pairs."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    kind: Kind


@dataclass(frozen=True)
class Comparison(Expression):
    """Two values and ``= <> < <= > >= contains within``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class OneOf(Expression):
    """A value that is, or with ``negated`` is not, one of several."""

    left: Expression
    choices: tuple[Expression, ...]
    negated: bool = False

    @property
    def operator(self) -> str:
        """``in`` or ``not in``."""
        return "not in" if self.negated else "in"


@dataclass(frozen=True)
class Blank(Expression):
    """A value that is, or with ``negated`` is not, blank."""

    left: Expression
    negated: bool = False

    @property
    def operator(self) -> str:
        """``is blank`` or ``is not blank``."""
        return "is not blank" if self.negated else "is blank"


@dataclass(frozen=True)
class Either(Expression):
    """Conditions of which at least one holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Both(Expression):
    """Conditions that all hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not(Expression):
    """A condition that does not hold."""

    part: Expression


@dataclass(frozen=True)
class Otherwise(Expression):
    """Always holds."""


Leaf = Comparison | OneOf | Blank  # a condition without and, or, not

TODAY = "today"
FROM_SPEND = frozenset({"spend_rank", "growth"})  # facts that rules compute from spend; both are in percent
KINDS = {
    "text": Kind.TEXT,
    "choice": Kind.TEXT,
    "number": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "date": Kind.DATE,
}


@dataclass(frozen=True)
class Vocabulary:
    """The names a condition may use: columns by key and staff's columns by header with their kind, settings, facts.

    A kind is ``text``, ``choice``, ``number``, ``percent`` (whole percents) or ``date``; any other word means "unknown,
    do not check". Names are found without regard to case. ``after`` names columns, staff's as ``[header]``, that follow
    from the conditions themselves, and for staff's the column that makes it so: a condition that asks for one of them
    is refused, for it would change its own answer. ``keys`` gives for a folded header of ours the key it goes by.
    """

    columns: Mapping[str, str]
    settings: Mapping[str, float | str]
    facts: frozenset[str]
    windowed: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, Name]:
        """Every plain name, folded; a fact goes before a column of the same name, a column before a setting."""
        found = [_setting(name, value) for name, value in self.settings.items()]
        found += [_column(name, Source.COLUMN, kind) for name, kind in self.columns.items()]
        found += [Name(name, Source.FACT, Kind.NUMBER) for name in self.facts]
        found.append(Name(TODAY, Source.DAY, Kind.DATE))
        return {name.name.casefold(): name for name in found}

    @cached_property
    def own(self) -> dict[str, Name]:
        """Staff's columns, by folded header."""
        return {header_key(name): _column(name, Source.HEADER, kind) for name, kind in self.headers.items()}

    @cached_property
    def over_time(self) -> dict[str, str]:
        """Every fact that takes a window, folded."""
        names = self.windowed | (FROM_SPEND if "spend" in self.windowed else frozenset())
        return {name.casefold(): name for name in names}


def _setting(name: str, value: float | str) -> Name:
    return Name(name, Source.SETTING, Kind.TEXT if isinstance(value, str) else Kind.NUMBER, name.endswith("_percent"))


def _column(name: str, source: Source, kind: str) -> Name:
    return Name(name, source, KINDS.get(kind, Kind.ANY), kind == "percent")


def header_key(header: str) -> str:
    """A header as it is looked up: a line break in the cell is a space, and case does not matter."""
    return " ".join(header.split()).casefold()


def kind_of(expression: Expression) -> Kind:
    """What an expression yields."""
    match expression:
        case Name(kind=kind) | Arithmetic(kind=kind):
            return kind
        case Text():
            return Kind.TEXT
        case Day():
            return Kind.DATE
        case Length():
            return Kind.LENGTH
        case Number() | Windowed() | Since() | Negative():
            return Kind.NUMBER
    return Kind.CONDITION


def children(expression: Expression) -> tuple[Expression, ...]:
    """The parts directly below, in the order they were written."""
    match expression:
        case Negative(operand) | Since(_, operand) | Not(operand) | Blank(operand):
            return (operand,)
        case Comparison(_, left, right):
            return (left, right)
        case OneOf(left, choices):
            return (left, *choices)
        case Arithmetic(first, rest):
            return (first, *(operand for _, operand in rest))
        case Either(parts) | Both(parts):
            return parts
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything below it, in the order it was written."""
    yield expression
    for part in children(expression):
        yield from walk(part)


def names_used(expression: Expression) -> frozenset[str]:
    """Every column, setting and fact the condition depends on; a column of staff's own as ``[header]``."""
    found: set[str] = set()
    for part in walk(expression):
        match part:
            case Name(name, source):
                found.add(f"[{name}]" if source is Source.HEADER else name)
            case Windowed(name, window):
                found |= {name} if isinstance(window, Span) else {name, window}
    return frozenset(found)
