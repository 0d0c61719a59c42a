"""A report without what stands in cells, for places where more people read it than the workbook.

Sentences and details quote cells as well, so that a finding is made anew with less in it, and every format says of it
what it says of any. What stays is ours: codes, places, counts, headers and names of the schema, IDs as we give them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from tracker.model.finding import Finding, Place
from tracker.model.fingerprint import fingerprinted
from tracker.report.files import FileReport, Report
from tracker.schema.base import BASE
from tracker.schema.lists import LIST_SPECS
from tracker.schema.settings import SETTINGS
from tracker.words import Words, locales

OURS = frozenset(
    {"W101", "W102", "W103", "W109", "W110", "W111", "W112", "W116", "W117", "W119"}
)  # no value of theirs is a cell's
COUNTS = frozenset({"at", "cell", "cells", "count", "days", "first", "known", "length", "most", "range"})
CODES = frozenset({"check", "file", "how", "key", "likeness", "missing", "reason", "tab", "table", "takes", "trouble"})
NAMING = ("L", "K")  # families whose details name columns, settings and lists
HIDDEN = "[hidden]"  # in no language in particular
_ID = re.compile(r"[A-Za-z]{1,4}-?\d{1,20}|\d{1,6}")  # as we give them; a longer number may be somebody's phone


def redacted(report: Report, words: Words) -> Report:
    """The same report with every value of a cell hidden."""
    hidden = words.at("report", "hidden")
    return replace(report, files=tuple(_file(one, hidden) for one in report.files), redacted=True)


def quotes(one: FileReport) -> bool:
    """Whether anything that stands in a cell is in the findings of a file, as far as hiding would hide it."""
    return any(_finding(found, HIDDEN) != found for found in one.findings)


def is_id_of_ours(text: str) -> bool:
    """Whether it is an ID as we give them, so that nobody can be named by it."""
    return bool(_ID.fullmatch(text))


def _file(one: FileReport, hidden: str) -> FileReport:
    held = hidden if one.open_in else ""  # somebody's name
    return replace(one, findings=tuple(_finding(found, hidden) for found in fingerprinted(one.findings)), open_in=held)


def _finding(found: Finding, hidden: str) -> Finding:
    return replace(
        found,
        place=_place(found, hidden),
        value=found.value if found.code in OURS or not found.value else hidden,
        suggestion="",
        details=_details(found, hidden),
    )


def _place(found: Finding, hidden: str) -> Place:
    """The place without a header that is the value itself, and without an ID that may be an address or a name."""
    place = found.place
    if place.key.startswith("["):  # a column of staff's own: its header is theirs too
        place = replace(place, key="", header="")
    ours = bool(place.key) and place.header != found.value
    known = not place.row_key or is_id_of_ours(place.row_key) or place.row_key in _names()
    return replace(place, header=place.header if ours else "", row_key=place.row_key if known else hidden)


def _details(found: Finding, hidden: str) -> Mapping[str, str]:
    return {name: text if _is_ours(found, name, text) else hidden for name, text in found.details.items()}


def _is_ours(found: Finding, name: str, text: str) -> bool:
    if found.code in OURS:
        return True
    return not text or name in COUNTS | CODES or (found.code.startswith(NAMING) and text in _names())


@cache
def _names() -> frozenset[str]:
    """What the schema calls its settings, lists and columns, in every language."""
    headers = (words.header(table.name, key) for words in locales() for table in BASE.tables for key in table.keys)
    return frozenset((*(one.key for one in SETTINGS), *LIST_SPECS, *headers))
