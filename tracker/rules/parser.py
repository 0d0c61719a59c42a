"""A condition's text becomes an expression, or a RuleError that points into it.

Precedence, loosest first: or, and, not, one comparison, + and -, * and /, a minus sign. Every name is looked up in the
vocabulary and every pair of kinds is checked here, so that what parses can be evaluated. Bounded by the number of
tokens and by the depth of brackets; kept out: values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Literal

from tracker.facts.calendar import to_serial
from tracker.facts.windows import Span, parse_span
from tracker.rules.errors import RuleError
from tracker.rules.nodes import (
    FROM_SPEND,
    Arithmetic,
    Blank,
    Both,
    Comparison,
    Day,
    Either,
    Expression,
    Kind,
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
    Vocabulary,
    Windowed,
    header_key,
    kind_of,
)
from tracker.rules.tokens import Sort, Token, tokens

MOST_DEPTH = 50
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}  # the same said from the other side
AFTER_A_VALUE = (*COMPARISONS, "in", "is", "contains", "within")
RESERVED = frozenset({"and", "or", "not", "in", "is", "blank", "contains", "within", "otherwise"})
SINCE = {"months_since": "months", "days_since": "days"}
UNITS = {"_days": "d", "_months": "m"}  # the unit of a setting, by the end of its name
TRUTH = ("true", "false")  # what a cell of staff's own says that holds a truth value
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LONGEST_NAME = 60  # no name of ours is longer; nothing near is looked for beyond it


def parse(text: str, vocabulary: Vocabulary) -> Expression:
    """The expression a condition says; RuleError with the place and, where there is one, the nearest name."""
    parser = _Parser(tokens(text), vocabulary)
    return parser.whole()


def parse_value(text: str, vocabulary: Vocabulary) -> Expression:
    """The value a text says, such as ``spend(30d)``; RuleError as for a condition."""
    return _Parser(tokens(text), vocabulary).value()


class _Parser:
    """A cursor over the tokens; each method reads one level of precedence and leaves the cursor behind it."""

    def __init__(self, found: tuple[Token, ...], vocabulary: Vocabulary) -> None:
        self.tokens = found
        self.vocabulary = vocabulary
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Expression:
        if self._ended():
            raise RuleError("empty", 0, "otherwise")
        if self.next.says("otherwise") and self.tokens[1].sort is Sort.END:
            return Otherwise(at=self.next.at)
        condition = _condition(self._either())
        if not self._ended():
            raise self._unexpected()
        return condition

    def value(self) -> Expression:
        if self._ended():
            raise RuleError("empty_value", 0)
        value = _value(self._sum())
        if not self._ended():
            raise self._unexpected()
        return value

    def _ended(self) -> bool:
        return self.next.sort is Sort.END

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(map(_condition, parts)), at=parts[0].at)

    def _both(self) -> Expression:
        parts = [self._negation()]
        while self._took("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Both(tuple(map(_condition, parts)), at=parts[0].at)

    def _negation(self) -> Expression:
        at = self.next.at
        if not self._took("not"):
            return self._comparison()
        with self._inside(at):
            return Not(_condition(self._negation()), at=at)

    def _comparison(self) -> Expression:
        left = self._sum()
        compared = self._compared(left)
        if compared is not left and (self.next.says(*AFTER_A_VALUE) or self._at_not_in()):
            raise RuleError("chained", self.next.at)
        return compared

    def _compared(self, left: Expression) -> Expression:
        """What follows a value: a comparison with it, or nothing."""
        token, negated = self.next, self._at_not_in()
        self.place += negated
        if self._took("in"):
            return self._one_of(left, negated)
        if self._took("is"):
            negated = self._took("not")
            self._expect("blank")
            return Blank(_value(left), negated, at=left.at)
        if token.says(*COMPARISONS, "contains", "within"):
            self.place += 1
            return _compare(token.text.lower(), left, self._sum())
        return left

    def _at_not_in(self) -> bool:
        return self.next.says("not") and self.tokens[self.place + 1].says("in")

    def _one_of(self, left: Expression, negated: bool) -> Expression:
        self._expect("(")
        choices = [_compare("=", left, self._sum())]
        while self._took(","):
            choices.append(_compare("=", left, self._sum()))
        self._expect(")")
        return OneOf(choices[0].left, tuple(choice.right for choice in choices), negated, at=left.at)

    def _sum(self) -> Expression:
        first, rest = self._product(), []
        while self.next.says("+", "-"):
            rest.append((self._take().text, self._product()))
        return _arithmetic(first, rest)

    def _product(self) -> Expression:
        first, rest = self._signed(), []
        while self.next.says("*", "/"):
            rest.append((self._take().text, self._signed()))
        return _arithmetic(first, rest)

    def _signed(self) -> Expression:
        at = self.next.at
        if not self._took("-"):
            return self._primary()
        with self._inside(at):
            operand = _number(self._signed(), "-")
        return replace(operand, value=-operand.value) if isinstance(operand, Number) else Negative(operand, at=at)

    def _primary(self) -> Expression:
        if not self._at_value():
            raise self._unexpected()
        token = self._take()
        match token.sort:
            case Sort.NUMBER:
                return self._written_number(token)
            case Sort.TEXT:
                return Text(token.text, at=token.at)
            case Sort.HEADER:
                return self._header(token)
            case Sort.NAME:
                return self._called(token) if self.next.says("(") else self._plain(token)
            case Sort.SPAN:
                return _length(token)
        with self._inside(token.at):
            inner = self._either()
        self._expect(")")
        return inner

    def _at_value(self) -> bool:
        token = self.next
        return not self._ended() and not token.says(*RESERVED) and (token.sort is not Sort.SIGN or token.text == "(")

    def _written_number(self, token: Token) -> Number:
        value = float(token.text)
        if math.isinf(value):
            raise RuleError("number_too_large", token.at)
        return Number(value, self._took("%"), at=token.at)

    def _header(self, token: Token) -> Expression:
        known = self.vocabulary.own
        name = known.get(header_key(token.text))
        if not name:
            ours = self.vocabulary.keys.get(header_key(token.text))
            if ours:
                raise RuleError("our_header", token.at, ours, text=token.text)
            near = _nearest(header_key(token.text), known)
            raise RuleError("unknown_header", token.at, f"[{known[near].name}]" if near else None, text=token.text)
        other = self.vocabulary.after.get(f"[{name.name}]")
        if other is not None:
            code = "own_circle" if other == name.name else "circular_header"
            raise RuleError(code, token.at, text=name.name, other=other)
        return replace(name, at=token.at)

    def _plain(self, token: Token) -> Expression:
        folded = token.text.casefold()
        name = self.vocabulary.names.get(folded)
        if name and name.name in self.vocabulary.after:
            raise RuleError("circular", token.at, text=name.name)
        if name:
            return replace(name, at=token.at)
        if folded in TRUTH:
            return Text(folded.upper(), at=token.at)
        if folded in self.vocabulary.over_time:
            raise RuleError("needs_window", token.at, f"{folded}(12m)", text=token.text)
        known = {key: name.name for key, name in self.vocabulary.names.items()} | self.vocabulary.over_time
        unknown = self._unknown("unknown_name", token, known)
        raise RuleError("unquoted", token.at, text=token.text) if self._is_compared(unknown) else unknown

    def _is_compared(self, unknown: RuleError) -> bool:
        """Whether the name just taken is near to none, and stands where a text would: its quotes were left out."""
        before, second = (self.tokens[max(self.place - back, 0)] for back in (2, 3))
        listed = before.says(",") or (before.says("(") and second.says("in"))
        return unknown.suggestion is None and (before.says(*COMPARISONS, "contains") or listed)

    def _called(self, token: Token) -> Expression:
        folded = token.text.casefold()
        self._expect("(")
        if folded in SINCE:
            with self._inside(token.at):
                made: Expression = Since(SINCE[folded], _date(self._sum()), at=token.at)
        elif folded in self.vocabulary.over_time:
            made = Windowed(self.vocabulary.over_time[folded], self._window(folded == "growth"), at=token.at)
        elif folded in self.vocabulary.names:
            raise RuleError("no_window", token.at, self.vocabulary.names[folded].name, text=token.text)
        else:
            raise self._unknown("unknown_fact", token, {name: name for name in SINCE} | self.vocabulary.over_time)
        self._expect(")")
        return made

    def _unknown(self, code: str, token: Token, known: dict[str, str]) -> RuleError:
        near = _nearest(token.text.casefold(), known)
        return RuleError(code, token.at, known[near] if near else None, text=token.text)

    def _window(self, one_length: bool) -> Span | str:
        """What stands in the brackets of a fact, up to the closing one."""
        begin = self.place
        while not self.next.says("(", ")") and not self._ended():
            self.place += 1
        inside = self.tokens[begin : self.place]
        if len(inside) == 1 and inside[0].sort is Sort.NAME and not inside[0].says("all"):
            return self._window_setting(inside[0])
        return _span(inside, self.tokens[begin].at, one_length)

    def _window_setting(self, token: Token) -> str:
        settings = {name.casefold(): name for name in self.vocabulary.settings if window_unit(name)}
        name = settings.get(token.text.casefold())
        if name is None or isinstance(self.vocabulary.settings[name], str):
            raise self._unknown("window_setting", token, settings)
        return name

    def _take(self) -> Token:
        token = self.next
        self.place += token.sort is not Sort.END
        return token

    def _took(self, word: str) -> bool:
        said = self.next.says(word)
        self.place += said
        return said

    def _expect(self, word: str) -> None:
        if not self._took(word):
            raise self._unexpected(word)

    def _unexpected(self, wanted: str = "") -> RuleError:
        token, before = self.next, self.tokens[max(self.place - 1, 0)]
        if token.sort is Sort.END:
            return RuleError("ended", token.at, wanted or None)
        if token.says(",") and before.sort is Sort.NUMBER and self.tokens[self.place + 1].sort is Sort.NUMBER:
            return RuleError("thousands", before.at, before.text + self.tokens[self.place + 1].text)
        if token.says("otherwise") or before.says("otherwise"):
            return RuleError("otherwise_alone", token.at)
        if wanted:
            return RuleError("expected", token.at, wanted, wanted=wanted, text=token.text)
        return RuleError("unexpected", token.at, text=token.text)

    @contextmanager
    def _inside(self, at: int) -> Iterator[None]:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise RuleError("too_deep", at, most=str(MOST_DEPTH))
        yield
        self.depth -= 1


def window_unit(setting: str) -> Literal["d", "m"] | None:
    """The unit of a setting that may be a window, from the end of its name; None for other settings."""
    return "d" if setting.endswith("_days") else "m" if setting.endswith("_months") else None


def _nearest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(name, known, 1)), None) if len(name) <= LONGEST_NAME else None


def _span(inside: tuple[Token, ...], at: int, one_length: bool) -> Span:
    try:
        span = parse_span(" ".join(token.text for token in inside))
    except ValueError:
        raise RuleError("bad_window", at, "12m") from None
    if one_length and (span.near or not span.far):
        raise RuleError("one_length", at, "6m")
    return span


def _length(token: Token) -> Length:
    reach = _span((token,), token.at, one_length=True).far
    assert reach is not None
    return Length(reach, at=token.at)


def _stray(node: Expression) -> RuleError:
    text = f"{node.reach.number:g}{node.reach.unit}" if isinstance(node, Length) else "…"
    return RuleError("stray_window", node.at, text=text)


def _condition(node: Expression) -> Expression:
    if kind_of(node) is Kind.LENGTH:
        raise _stray(node)
    if kind_of(node) is not Kind.CONDITION:
        text = node.name if isinstance(node, Name) else "…"
        example = ">= 1" if kind_of(node) is Kind.NUMBER else "is not blank"
        raise RuleError("not_a_condition", node.at, text=text, example=example)
    return node


def _value(node: Expression) -> Expression:
    if kind_of(node) is Kind.LENGTH:
        raise _stray(node)
    if kind_of(node) is Kind.CONDITION:
        raise RuleError("not_a_value", node.at)
    return node


def _number(node: Expression, sign: str) -> Expression:
    if kind_of(_value(node)) not in (Kind.NUMBER, Kind.ANY):
        raise RuleError("not_for_arithmetic", node.at, left=Kind.NUMBER, right=kind_of(node), sign=sign)
    return node


def _date(node: Expression) -> Expression:
    node = _as_day(node)
    if kind_of(_value(node)) not in (Kind.DATE, Kind.ANY):
        raise RuleError("needs_date", node.at, kind=kind_of(node))
    return node


def _as_day(node: Expression) -> Expression:
    """A text that stands where a date is wanted, read as one."""
    if not isinstance(node, Text):
        return node
    try:
        serial = to_serial(date.fromisoformat(node.value.strip()))
    except ValueError:
        serial = math.nan
    if math.isnan(serial):
        raise RuleError("bad_date", node.at)
    return Day(serial, at=node.at)


def _arithmetic(first: Expression, rest: list[tuple[str, Expression]]) -> Expression:
    if not rest:
        return first
    kind = kind_of(_value(first))
    for sign, operand in rest:
        if isinstance(operand, Length):
            kind = _moved(kind, sign, operand)
        else:
            kind = _joined(kind, sign, kind_of(_value(operand)), operand.at)
    return Arithmetic(first, tuple(rest), kind, at=first.at)


def _moved(left: Kind, sign: str, length: Length) -> Kind:
    if left not in (Kind.DATE, Kind.ANY) or sign not in ("+", "-"):
        raise _stray(length)
    return Kind.DATE


def _joined(left: Kind, sign: str, right: Kind, at: int) -> Kind:
    """The kind of a sum, difference, product or quotient: a date moves by numbers, two dates are numbers apart."""
    kinds = {left, right}
    if kinds <= {Kind.NUMBER, Kind.ANY}:
        return Kind.NUMBER
    if kinds <= {Kind.DATE, Kind.NUMBER, Kind.ANY}:
        if sign == "-" and left is not Kind.NUMBER:
            return Kind.DATE if right is Kind.NUMBER else Kind.NUMBER
        if sign == "+" and kinds != {Kind.DATE}:
            return Kind.DATE
    raise RuleError("not_for_arithmetic", at, left=left, right=right, sign=sign)


def _compare(operator: str, left: Expression, right: Expression) -> Comparison:
    if operator == "within":
        return Comparison(operator, _date(_value(left)), _days(right), at=left.at)
    left, right = _value(left), _value(right)
    if operator == "contains":
        for side in (left, right):
            if kind_of(side) not in (Kind.TEXT, Kind.ANY):
                raise RuleError("not_for_text", side.at, kind=kind_of(side))
        return Comparison(operator, left, right, at=left.at)
    left, right = _like(left, right), _like(right, left)
    kinds = {kind_of(left), kind_of(right)} - {Kind.ANY}
    if len(kinds) > 1:
        raise RuleError("kinds_differ", right.at, left=kind_of(left), right=kind_of(right))
    if _fixed(left) and not _fixed(right):  # what is told of a comparison is the value at its left
        return Comparison(TURNED.get(operator, operator), right, left, at=left.at)
    return Comparison(operator, left, right, at=left.at)


def _fixed(node: Expression) -> bool:
    """Whether a value is the same for every customer: as written, of the settings, or made of such."""
    if isinstance(node, Negative):
        return _fixed(node.operand)
    if isinstance(node, Arithmetic):
        return all(map(_fixed, (node.first, *(operand for _, operand in node.rest))))
    if isinstance(node, Name):
        return node.source in (Source.SETTING, Source.DAY)
    return isinstance(node, Number | Text | Day | Length)


def _like(node: Expression, other: Expression) -> Expression:
    """A literal as the other side means it: a text beside a date is a date, 10% beside a percentage is 10."""
    if isinstance(node, Text) and kind_of(other) is Kind.DATE:
        return _as_day(node)
    if isinstance(node, Text) and kind_of(other) is Kind.ANY and ISO_DAY.fullmatch(node.value.strip()):
        return _as_day(node)  # staff's own columns hold their days as numbers
    if isinstance(node, Number) and _is_percentage(other):
        return replace(node, percent=False)
    return node


def _is_percentage(node: Expression) -> bool:
    """Whether a value counts whole percents, as all percentages in a workbook do."""
    return (isinstance(node, Windowed) and node.name in FROM_SPEND) or (isinstance(node, Name) and node.percent)


def _days(node: Expression) -> Expression:
    if isinstance(node, Length):
        return node
    in_months = isinstance(node, Name) and node.source is Source.SETTING and window_unit(node.name) == "m"
    if in_months or kind_of(node) not in (Kind.NUMBER, Kind.ANY):
        raise RuleError("needs_days", node.at, kind="number of months" if in_months else kind_of(node))
    return node
