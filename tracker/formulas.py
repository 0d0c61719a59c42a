"""Formulas, from our notation in column keys to the spelling that stands in a file.

``[due]`` is this row's cell, ``Customers[due]`` the column of a table, ``{overdue}`` inside quotes a word of the
book's language. Headers differ by language and staff may rename them, so a formula gets its names last. Kept out: what
any formula means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# One piece: a quoted string, a column reference with or without its table, or a name followed by its bracket.
PIECE = re.compile(r'"(?:[^"]|"")*"|(?P<table>[A-Za-z_]+)?\[(?P<key>\w+)\]|(?P<function>[A-Z][A-Z0-9.]+)\(')
# Functions that came after the file format did [Microsoft, "Issue: An _xlfn. prefix is displayed"].
PREFIXED = frozenset({"MAXIFS", "MINIFS", "IFS", "SWITCH", "TEXTJOIN", "CONCAT", "IFNA", "STDEV.S"})
LABEL = re.compile(r"\{(\w+)\}")


def spell(
    text: str, table: str, headers: Mapping[str, Mapping[str, str]], labels: Mapping[str, str] | None = None
) -> str:
    """The formula as a file spells it, without a leading ``=``.

    ``headers`` gives for each table the header of each key, as they stand in this workbook; ``labels`` the words for
    ``{code}`` places. A key without header raises KeyError: the caller asks `columns` first.
    """

    def piece(match: re.Match[str]) -> str:
        if match["function"]:
            return ("_xlfn." if match["function"] in PREFIXED else "") + match[0]
        if not match["key"]:
            return LABEL.sub(lambda place: (labels or {})[place[1]].replace('"', '""'), match[0])
        owner = match["table"]
        header = escaped(headers[owner or table][match["key"]])
        return f"{owner}[{header}]" if owner else f"{table}[[#This Row],[{header}]]"

    return PIECE.sub(piece, text)


def in_cells(text: str, cells: Mapping[str, str]) -> str:
    """A formula that stands in no table: each bare ``[key]`` becomes the address that ``cells`` gives for it."""
    return PIECE.sub(lambda match: cells[match["key"]] if match["key"] and not match["table"] else match[0], text)


def escaped(header: str) -> str:
    """A header as a structured reference writes it: ``[ ] # '`` take an apostrophe."""
    return re.sub(r"(['\[\]#])", r"'\1", header)


@cache
def columns(text: str, table: str) -> frozenset[tuple[str, str]]:
    """The columns a formula reads, as (table, key)."""
    return frozenset(
        (match["table"] or table, match["key"]) for match in PIECE.finditer(text) if match["key"] is not None
    )


@cache
def names(text: str) -> frozenset[str]:
    """The bare lower-case names a formula reads: the defined names of the State sheet."""
    bare = PIECE.sub(lambda match: match[0] if match["function"] else " ", text)
    return frozenset(re.findall(r"\b[a-z_][a-z_0-9]*\b", bare))
