"""Numbers typed as text, read only where they can mean one thing.

``1,234.50`` and ``1.234,50`` say themselves which mark is the decimal one; ``1,234`` does not. There the other cells
of the same column decide, if they agree; else the row is rejected rather than guessed. ``5%`` is 5 in a column that
holds percent, and nothing in any other: no amount, price or count can be meant by it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import partial

Converted = tuple[float | str | None, str]  # the value, and the code of the reason when there is none

GROUPED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?=[.,]|$)")
PLAIN = re.compile(r"\d+(?:\.\d+)?[eE][-+]?\d{1,3}")
MONEY = "[$€£¥₴₹₩₺₫₽]|zł|Kč|kr|元|円|(?:USD|EUR|GBP|CHF|CNY|TWD|JPY|UAH|PLN|SEK|NOK|DKK|CZK|CAD|AUD|INR)"
CURRENCY = re.compile(rf"^(?:{MONEY})\s*(?=[-+(\d.,])|(?<=[\d.,)-])\s*(?:{MONEY})$")
# Full-width digits and marks, the spaces that stand between groups, and the true minus.
PLAINER = str.maketrans("０１２３４５６７８９．，－＋％\u00a0\u202f\u2009−", "0123456789.,-+%   -")


# The signs of currencies that several countries share stand for each of them.
SIGNS = {
    "$": ("USD", "CAD", "AUD", "TWD"),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("CNY", "JPY"),
    "元": ("CNY", "TWD"),
    "円": ("JPY",),
    "₴": ("UAH",),
    "₹": ("INR",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK"),
}


def decimal_mark(cells: Iterable[object]) -> str:
    """The decimal mark of a column, ``.`` or ``,``, where its cells agree on one; else the empty text."""
    seen = {_told(_body(cell)[0]) for cell in set(cells) if isinstance(cell, str)} - {""}
    return seen.pop() if len(seen) == 1 else ""


def number(cell: object, mark: str = "", percent: bool = False) -> Converted:
    """A cell as a number, with the decimal mark its column has proved; ``percent`` says that it holds percent.

    Reasons: not_number, ambiguous_number, percent.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | float):
        return None, "not_number"
    if isinstance(cell, float):
        return _finite(cell)
    value, reason = _typed(cell, mark)
    return (None, "percent") if not reason and not percent and "%" in cell.translate(PLAINER) else (value, reason)


def _typed(cell: str, mark: str) -> Converted:
    body, sign = _body(cell)
    if PLAIN.fullmatch(body):
        return _finite(sign * float(body))
    decimal = _told(body) or mark
    if not decimal and _could_be_either(body):
        return None, "ambiguous_number"
    group = "," if (decimal or ".") == "." else "."
    if not _is_grouped(body, group, decimal or "."):
        return None, "not_number"
    return _finite(sign * float(body.replace(group, "").replace(",", ".")))


def _finite(value: float) -> Converted:
    """A number a cell can hold; 1e999 is none."""
    return (value, "") if math.isfinite(value) else (None, "not_number")


def certain_number(text: str, mark: str, percent: bool, currency: str) -> float | None:
    """The number a text can only mean, where ``1.234`` is no such one unless ``mark`` settles it; None for others.

    A currency may stand beside it only when it is ``currency``, that of all amounts.
    """
    sign = _currency(text)
    if sign and currency not in SIGNS.get(sign, (sign,)):
        return None
    body, _ = _body(text)
    if not (mark or _told(body)) and _three_after(body):
        return None
    value, reason = number(text, mark, percent)
    return value if isinstance(value, float) and not reason else None


def is_number(text: str) -> bool:
    """Whether a text is a number, though perhaps one of two; with a minus at its end it may be ``50,-`` as well."""
    return not text.translate(PLAINER).rstrip().endswith("-") and number(text, "", True)[1] in ("", "ambiguous_number")


def _currency(text: str) -> str:
    """The currency that stands beside a typed number; empty when none does."""
    found = re.search(MONEY, text)
    return found.group() if found else ""


def integer(cell: object, mark: str = "", percent: bool = False) -> Converted:
    """As ``number``, and whole; one more reason: not_integer."""
    value, reason = number(cell, mark, percent)
    return (None, "not_integer") if isinstance(value, float) and not value.is_integer() else (value, reason)


def number_reader(whole: bool, percent: bool, cells: Iterable[object]) -> partial[Converted]:
    """The reader of one column: its decimal mark is settled by all of its cells."""
    return partial(integer if whole else number, mark=decimal_mark(cells), percent=percent)


def _body(text: str) -> tuple[str, float]:
    """The digits and marks of a typed number, and its sign: without currency, percent, spaces and parentheses."""
    text = text.translate(PLAINER).strip().removesuffix("%").rstrip()
    text = CURRENCY.sub("", text)
    if text.startswith("(") and text.endswith(")"):
        return _ungroup(text[1:-1]), -1.0
    sign = -1.0 if text.startswith("-") or text.endswith("-") else 1.0
    text = text[1:] if text.startswith(("-", "+")) else text.removesuffix("-")
    return _ungroup(CURRENCY.sub("", text.strip())), sign


def _ungroup(text: str) -> str:
    return re.sub(r"[ '’]", "", text) if GROUPED.match(text) else text


def _told(body: str) -> str:
    """The decimal mark that a number says itself; empty when it says none."""
    commas, points = body.count(","), body.count(".")
    if commas and points:
        return "," if body.rfind(",") > body.rfind(".") else "."
    if commas > 1 or points > 1:
        return "." if commas else ","
    if not (commas or points) or _three_after(body):
        return ""
    return "," if commas else "."


def _three_after(body: str) -> bool:
    """Whether one mark stands before exactly three digits, where it may be a thousands mark."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body) is not None


def _could_be_either(body: str) -> bool:
    return "," in body and _three_after(body)  # 1.234 is how every program writes a number of three decimals


def _is_grouped(body: str, group: str, decimal: str) -> bool:
    g, d = re.escape(group), re.escape(decimal)
    return re.fullmatch(rf"(?:\d+|[1-9]\d{{0,2}}(?:{g}\d{{3}})+)?(?:{d}\d+)?|\d+{d}", body) is not None and body != ""
