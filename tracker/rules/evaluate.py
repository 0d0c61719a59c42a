"""A condition on arrays: which customers it holds for.

Facts are handed in through a protocol and each is one array over the customers; here is only what the signs mean.
Nothing raises for values: blanks and divisions by zero are NaN, and NaN compares false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import edate, months_since
from tracker.facts.windows import Reach, Span, Window
from tracker.rules.nodes import (
    Arithmetic,
    Blank,
    Both,
    Comparison,
    Day,
    Either,
    Expression,
    Kind,
    Leaf,
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
    children,
    kind_of,
    walk,
)
from tracker.rules.parser import window_unit

Values = NDArray[Any]  # float64 (NaN blank) or object (text, None blank), over the customers or of shape ()
Holds = NDArray[np.bool_]

EXACT = 1e15  # whole numbers below it have no more than 15 digits
TINY = 1e-290  # below it, the 15th digit cannot be scaled to a whole number; nothing real is that small
LOWEST_POWER = -300
POWERS = np.array([float(f"1e{power}") for power in range(LOWEST_POWER, 309)])  # exact, as ** is not everywhere


class Facts(Protocol):
    """What a rule can ask about: arrays of shape (size,) in one order of customers, for one day.

    Numbers and dates (serials) are float64 with NaN for blank; text is object with None or "" for blank; choices are
    codes.
    """

    @property
    def size(self) -> int: ...
    @property
    def day(self) -> float: ...
    def column(self, key: str) -> Values: ...
    def header(self, name: str) -> Values: ...
    def fact(self, name: str) -> NDArray[np.float64]: ...
    def windowed(self, name: str, window: Window) -> NDArray[np.float64]: ...
    def rank(self, window: Window) -> NDArray[np.float64]: ...  # see rank_percent, of what was spent in a window
    def setting(self, name: str) -> float | str: ...


def evaluate(expression: Expression, facts: Facts) -> Holds:
    """Which customers the condition holds for, shape (size,)."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_holds(expression, facts), (facts.size,)).copy()


def values(expression: Expression, facts: Facts) -> Values:
    """What a value is for each customer, shape (size,): float64 with NaN for blank, or objects."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_value(expression, facts), (facts.size,)).copy()


def comparisons(expression: Expression) -> tuple[Leaf, ...]:
    """The comparisons a condition consists of, in the order they are written; each has an ``operator``."""
    return tuple(part for part in walk(expression) if isinstance(part, Comparison | OneOf | Blank))


def sides(leaf: Leaf, facts: Facts) -> tuple[Values, Values]:
    """What stands left and right of a comparison, each of shape (size,): the values that entered, and the boundary.

    For ``within`` the boundary is the last day that counts; for ``in`` a tuple of the choices; for blank None.
    """
    with np.errstate(all="ignore"):
        left, right = _sides(leaf, facts)
        return np.broadcast_to(left, (facts.size,)).copy(), np.broadcast_to(right, (facts.size,)).copy()


def _sides(leaf: Leaf, facts: Facts) -> tuple[Values, Values]:
    left = _value(leaf.left, facts)
    match leaf:
        case Comparison("within", _, Length(reach)):
            return np.floor(_numbers(left)), _moved(np.array(facts.day), "+", reach)
        case Comparison("within", _, right):
            return np.floor(_numbers(left)), np.floor(facts.day) + _numbers(_value(right, facts))
        case Comparison(_, _, right):
            return left, _value(right, facts)
        case OneOf(_, choices):
            rows = np.empty(facts.size, object)
            rows[:] = list(zip(*(np.broadcast_to(_value(c, facts), (facts.size,)) for c in choices), strict=True))
            return left, rows
    return left, np.array(None, object)


def _holds(expression: Expression, facts: Facts) -> Holds:
    match expression:
        case Either(parts):
            return reduce(np.logical_or, [_holds(part, facts) for part in parts])
        case Both(parts):
            return reduce(np.logical_and, [_holds(part, facts) for part in parts])
        case Not(part):
            return ~_holds(part, facts)
        case Comparison():
            left_side, right_side = _alike(expression, *_sides(expression, facts))
            return _compare(expression.operator, left_side, right_side)
        case OneOf(left, choices, negated):
            value, *others = _alike(expression, *(_value(part, facts) for part in (left, *choices)))
            equal = reduce(np.logical_or, [_bool(value == other) for other in others])
            return ~equal & ~_blank_number(value) if negated else equal
        case Blank(left, negated):
            return np.logical_xor(_blank(_value(left, facts)), negated)
        case Otherwise():
            return np.array(True)
    raise TypeError(f"{type(expression).__name__} is not a condition")


def _value(expression: Expression, facts: Facts) -> Values:
    match expression:
        case Number(value, percent):
            return np.array(value / 100 if percent else value)
        case Text(text):
            return np.array(text, object)
        case Day(serial):
            return np.array(serial)
        case Name():
            return _named(expression, facts)
        case Windowed():
            return _windowed(expression, facts)
        case Since(unit, day):
            return _since(unit, np.floor(_numbers(_value(day, facts))), np.floor(facts.day))
        case Negative(operand):
            return -_numbers(_value(operand, facts))
        case Arithmetic(first, rest):
            made = _numbers(_value(first, facts))
            for sign, operand in rest:
                if isinstance(operand, Length):
                    made = _moved(made, sign, operand.reach)
                else:
                    made = _step(made, sign, _numbers(_value(operand, facts)))
            return made
    raise TypeError(f"{type(expression).__name__} is not a value")


def _named(name: Name, facts: Facts) -> Values:
    match name.source:
        case Source.FACT:
            return facts.fact(name.name)
        case Source.DAY:
            return np.array(np.floor(facts.day))
        case Source.SETTING:
            value = facts.setting(name.name)
            return np.array(value, object if isinstance(value, str) else np.float64)
        case Source.HEADER:
            found = facts.header(name.name)
        case Source.COLUMN:
            found = facts.column(name.name)
    return np.floor(_numbers(found)) if name.kind is Kind.DATE else found


def span_of(node: Windowed, facts: Facts) -> Span | None:
    """The window a fact is asked over; None where the setting that says it cannot be used."""
    return node.window if isinstance(node.window, Span) else _span_of(node.window, facts)


def _windowed(node: Windowed, facts: Facts) -> NDArray[np.float64]:
    span = span_of(node, facts)
    if span is None:  # no window, no figure: a sum of nothing would be 0 and hold below any limit
        return np.full(facts.size, np.nan)
    if node.name == "growth":
        return _growth(span, facts)
    if node.name == "spend_rank":
        return facts.rank(span.window(facts.day))
    return facts.windowed(node.name, span.window(facts.day))


def _span_of(setting: str, facts: Facts) -> Span | None:
    """The window a setting says; None where it says none."""
    value = facts.setting(setting)
    if not isinstance(value, int | float) or not value > 0:
        return None
    return Span(far=Reach(value, window_unit(setting) or "d"))


def _growth(span: Span, facts: Facts) -> NDArray[np.float64]:
    """How much more was spent than in the same time before, in percent; NaN where nothing was spent before."""
    length = span.far or Reach(float("nan"), "d")
    earlier = Span(length, Reach(2 * length.number, length.unit))
    now, before = (facts.windowed("spend", s.window(facts.day)) for s in (span, earlier))
    return np.where(before > 0, 100 * (now - before) / before, np.nan)


def _since(unit: str, start: NDArray[np.float64], day: float) -> NDArray[np.float64]:
    return months_since(start, day) if unit == "months" else day - start


STEPS: dict[str, Callable[[Values, Values], Values]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _moved(days: Values, sign: str, reach: Reach) -> NDArray[np.float64]:
    """Days moved by a length of time: by so many days, or to the same day some months away."""
    number = -reach.number if sign == "-" else reach.number
    days = np.floor(days)
    return edate(days, number) if reach.unit == "m" else days + number


def _step(left: Values, sign: str, right: Values) -> Values:
    made = np.asarray(STEPS[sign](left, right), np.float64)
    return np.where(np.isfinite(made), made, np.nan)  # a division by zero or an overflow is an error in Excel


def _alike(leaf: Comparison | OneOf, *values: Values) -> list[Values]:
    """All values as folded text or all as numbers of 15 digits; columns of unknown kind are compared as text."""
    kinds = {kind_of(part) for part in children(leaf)}
    as_text = leaf.operator == "contains" or Kind.TEXT in kinds or kinds == {Kind.ANY}
    if as_text and leaf.operator != "within":
        return [_texts(value) for value in values]
    return [_at_15_digits(_numbers(value)) for value in values]


def _compare(sign: str, left: Values, right: Values) -> Holds:
    match sign:
        case "contains":
            return _bool(np.frompyfunc(operator.contains, 2, 1)(left, right)) & _bool(right != "")
        case "<>":
            return _bool(left != right) & ~_blank_number(left) & ~_blank_number(right)
    return _bool(COMPARE[sign](left, right))


COMPARE: dict[str, Callable[[Values, Values], object]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "within": operator.le,
}


def _at_15_digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers as Excel compares them: rounded to 15 significant digits, so that 0.1 + 0.2 is 0.3."""
    odd = (values != np.rint(values)) | (np.abs(values) >= EXACT)  # most numbers are not: counts, days, months
    if not odd.any():
        return values
    found = values[odd]
    size = np.abs(found)
    known = np.isfinite(found) & (size > TINY)
    scale = POWERS[14 - np.floor(np.log10(size[known])).astype(np.int64) - LOWEST_POWER]
    found[known] = np.rint(found[known] * scale) / scale
    rounded = np.array(values, np.float64)
    rounded[odd] = found
    return rounded


def _bool(compared: object) -> Holds:
    return np.asarray(compared, np.bool_)


def _is_numeric(values: Values) -> bool:
    return values.dtype.kind in "biuf"


def _blank_number(values: Values) -> Holds:
    return np.isnan(values) if _is_numeric(values) else np.zeros(values.shape, np.bool_)


def _blank(values: Values) -> Holds:
    return np.isnan(values) if _is_numeric(values) else _bool(_texts(values) == "")


def _numbers(values: Values) -> NDArray[np.float64]:
    """Values as numbers; NaN for text, as a formula's cell that should hold a number and does not."""
    if _is_numeric(values):
        return values.astype(np.float64, copy=False)
    return np.asarray(np.frompyfunc(_as_number, 1, 1)(values), np.float64)


def _as_number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _texts(values: Values) -> Values:
    """Values as text that can be compared: folded, "" for blank, a number as Excel would show it."""
    listed = values.reshape(-1).tolist()
    plain = set(map(type, listed)) == {str}
    texts = list(map(str.casefold, map(str.strip, listed)) if plain else map(_as_text, listed))
    folded: Values = np.empty(len(texts), object)
    folded[:] = texts
    return folded.reshape(values.shape)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip().casefold()
    number = _as_number(value)
    return "" if np.isnan(number) else f"{number:.15g}"
