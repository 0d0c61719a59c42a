"""What would leave the workbook, or run: formulas that call out, and texts that would become formulas.

A formula is read as far as that needs: strings, quoted sheet names, calls. Kept out: where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from tracker.checks.texts import half_width

# Functions that fetch, send or run something, by what they do; Excel's own, Google's and LibreOffice's.
FETCHES = (
    "WEBSERVICE IMAGE STOCKHISTORY TRANSLATE DETECTLANGUAGE COPILOT PY IMPORTDATA IMPORTXML IMPORTHTML IMPORTFEED "
    "IMPORTRANGE GOOGLEFINANCE GOOGLETRANSLATE SQL.REQUEST"
)
RUNS = "CALL REGISTER REGISTER.ID EXEC RTD DDE"
_NAMES = {**dict.fromkeys(FETCHES.split(), "fetches"), **dict.fromkeys(RUNS.split(), "runs")}
_STRING = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"(?<![\w.])(?:_xlfn\.|_xlws\.|_xludf\.)*([A-Za-z][A-Za-z.]*)\(")
_CHANNEL = re.compile(r"(?<![\w'.])\w[\w.]*\|(?:'(?:[^']|'')*'|[^!'\"()\[\]|]+)!")  # program|'topic'!item: DDE
_QUOTED = re.compile(r"(?<!')'((?:[^']|''){1,300})'(?=[!#.])")  # a path and a sheet are no longer
_PATH = re.compile(r"\[[^\[\]']+\]|[\\/]|:")
_OTHER = re.compile(r"(?<![\w\]\[])\[[^\[\]'@#]+\](?:[^\W]|\.)*!")
_SUSPECT = re.compile(
    rf"HYPERLINK|FILTERXML|{'|'.join(map(re.escape, [*FETCHES.split(), *RUNS.split()]))}|[|!\\]|://", re.IGNORECASE
)
_LINK = re.compile(r"(?<![\w.])HYPERLINK\(", re.IGNORECASE)
_MADE = re.compile(r"[^\s&]")  # anything but strings joined to one another
QUOTES = "\"'"  # around a string, and around the name of a sheet
_FETCHED = re.compile(r'"\s*(?:https?|ftp|file|\\\\)', re.IGNORECASE)
_FILTERED = re.compile(r'FILTERXML\(\s*"\s*(?:https?|ftp|file):', re.IGNORECASE)
LONGEST = 8_192  # characters of a formula that Excel takes

FIRST = frozenset(b"=+-@\t\r")  # with what a text begins that may become a formula
_SIGN = re.compile(r"[\t\r ]*(?P<sign>[=+\-@])")
_FUNCTION = re.compile(r"[=+\-@(\s]*[A-Za-z_][\w.]*\(")
_CELL = re.compile(r"[=+\-@(\s]*\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?:[-+*/^&=<>:!,;)]|$)")
# Of a text with another sign than "=" what is left of words, where it is a remark: no formula takes those.
_TERM = re.compile(r'"[^"]*"|\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?!\w)|[A-Za-z_][\w.]*\(')
_WORD = re.compile(r"[^\W\d_]")
_WORD_AFTER = re.compile(r"\)\s+[^\W\d_]{2}")
_NAME = re.compile(r"=[+\-(\s]*(?:[\"'{\[]|[^\W\d]|#)|=[+\-(\s]*\d[\d.,]*%?\s*(?:[-+*/^&<>]|$)", re.IGNORECASE)


def calls_out(formula: str) -> str:
    """How a formula, without its equals sign, reaches out of the workbook: fetches, runs, sends, other; else empty.

    Other: it reads another workbook. Sends: a link that carries what stands in cells. A plain link is none.
    """
    if not _SUSPECT.search(formula):
        return ""
    bare = _STRING.sub('""', formula)
    if _CHANNEL.search(bare):
        return "runs"
    named = [_NAMES[name] for name in (match[1].upper() for match in _CALL.finditer(bare)) if name in _NAMES]
    if named or _FILTERED.search(formula):
        return "runs" if "runs" in named else "fetches"
    if any(map(_PATH.search, _QUOTED.findall(bare))) or _OTHER.search(bare):
        return "other"
    return "sends" if _sends(formula) else ""


def _sends(formula: str) -> bool:
    """Whether the address of a link is one outside, made of more than text that stands there."""
    links = list(_links(formula))
    if not links:
        return False
    outside = [match.span() for match in _FETCHED.finditer(formula)]
    starts = [start for start, _ in outside]
    strings = _STRING.sub(lambda text: " " * len(text[0]), formula)
    made = [match.start() for match in _MADE.finditer(strings)]
    for start, end in links:
        at, other = bisect_left(starts, start), bisect_left(made, start)
        if at < len(outside) and outside[at][1] <= end and other < len(made) and made[other] < end:
            return True
    return False


def _links(formula: str) -> Iterator[tuple[int, int]]:
    """Where the first argument of each HYPERLINK stands: up to the first comma in no string and no bracket of it.

    One pass, however many stand in one another.
    """
    begins = {match.end() for match in _LINK.finditer(formula)}
    open_links: list[tuple[int, int]] = []
    depth, quote = 0, ""
    for at, letter in enumerate(formula if begins else ""):
        if at in begins:
            open_links.append((at, depth))
        if quote:
            quote = "" if letter == quote else quote
            continue
        if letter in QUOTES:
            quote = letter
        if letter in ",;)" and open_links and open_links[-1][1] == depth:
            yield open_links.pop()[0], at
        depth += (letter in "([{") - (letter in ")]}")
    yield from ((start, len(formula)) for start, _ in open_links)


def may_begin_formula(starts: frozenset[int]) -> bool:
    """Whether one of some texts may become a formula, by the bytes they begin with; a sign may be full-width."""
    return bool(starts & FIRST) or 0xEF in starts


def becomes_formula(text: str) -> bool:
    """Whether a text would be a formula once it is edited, or exported and opened again: no number, phone or dash."""
    plain = half_width(text[:LONGEST])
    found = _SIGN.match(plain)
    if not found:
        return False
    rest = plain[found.start("sign") :]
    if _CHANNEL.search(rest):
        return True
    if found["sign"] == "=":
        return any(pattern.match(rest) for pattern in (_FUNCTION, _CELL, _NAME))
    if _FUNCTION.match(rest):
        return _WORD_AFTER.search(rest) is None
    return _CELL.match(rest) is not None and _WORD.search(_TERM.sub("", rest)) is None
