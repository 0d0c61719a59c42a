"""Which columns follow from the rules, so that a rule which asked for one would change its own answer.

Of ours the schema says so; of staff's own their formulas do, through other columns of their own too. Kept out: what a
formula means, and references that only a running spreadsheet can follow, such as INDIRECT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tracker.schema.snapshot import Layout, Snapshot, fold, own_column
from tracker.schema.tags import AFTER_RULES

LONGEST = 8_192  # characters of a formula, as Excel takes them
MANY = 50  # formulas of a column that are looked at: it has one, or one a row that says the same
LISTS = ("FollowUps", "TagHistory")  # what the tool makes of the tags
TEXTS = re.compile(r'"(?:[^"]|"")*"')
STRUCTURED = re.compile(r"(?:(?<![\w.])(?P<table>[^\W\d][\w.]*))?\[(?P<inside>(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*)\]")
PART = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
CELL = re.compile(
    r"(?:(?<![\w.])(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"\$?\b(?P<first>[A-Z]{1,3})(?:\$?\d{1,7}\b|:\$?[A-Z]{1,3}\b)"
)


def after_rules(snapshot: Snapshot) -> dict[str, str]:
    """The columns of Customers no rule may ask for, staff's own as ``[header]``, and what each is worked out from.

    A column of ours names itself; one of staff's the header of the column that makes it so, itself when it turns in a
    circle of its own.
    """
    layout = snapshot.layout.get("Customers")
    found = {key: key for key in sorted(AFTER_RULES)}
    if layout is None or not layout.extra:
        return found
    reads = {header: tuple(_reads(snapshot, layout, header)) for header in layout.extra}
    for header in layout.extra:
        cause = _cause(header, reads, layout)
        if cause:
            found[own_column(header)] = cause
    return found


def _cause(header: str, reads: Mapping[str, tuple[str, ...]], layout: Layout) -> str:
    """The header of the first column after the rules that a formula comes to, or its own; empty for none."""
    seen, waiting = set[str](), list(reads[header])
    while waiting:
        name = waiting.pop(0)
        if name == header or name in AFTER_RULES or name in LISTS:
            return layout.headers.get(name, name)
        if name not in seen:
            seen.add(name)
            waiting += reads.get(name, ())
    return ""


def _reads(snapshot: Snapshot, layout: Layout, header: str) -> Iterator[str]:
    """The columns a column of staff's own reads: keys of ours, headers of theirs, names of our lists."""
    cells = snapshot.cells.get(("Customers", own_column(header)))
    names = {fold(text): key for key, text in layout.headers.items()} | {fold(text): text for text in layout.extra}
    columns = {number: key for key, number in (*layout.columns.items(), *layout.extra.items())}
    sheets = {fold(snapshot.layout[name].sheet): name for name in LISTS if name in snapshot.layout}
    for text in dict.fromkeys(cells.formula_texts[:MANY] if cells is not None else ()):
        plain = TEXTS.sub('""', text[:LONGEST])
        yield from _structured(plain, names)
        for match in CELL.finditer(STRUCTURED.sub(" ", plain)):
            sheet = fold((match["sheet"] or layout.sheet).strip("'").replace("''", "'"))
            if sheet == fold(layout.sheet):
                yield columns.get(_number(match["first"]), "")
            elif sheet in sheets:
                yield sheets[sheet]


def _structured(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """What references such as ``Customers[[#This Row],[Tags]]`` name."""
    for match in STRUCTURED.finditer(text):
        table = fold(match["table"] or "Customers")
        if table == fold("Customers"):
            parts = PART.findall(match["inside"]) or [match["inside"].removeprefix("@")]
            yield from (names.get(fold(re.sub("'(.)", r"\1", part)), "") for part in parts)
        else:
            yield from (one for one in LISTS if fold(one) == table)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
