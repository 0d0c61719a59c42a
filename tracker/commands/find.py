"""Find the customers for whom a condition holds, or those of a search the workbook keeps; reads only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from tracker.checks.rulebook import vocabulary
from tracker.checks.searches import SavedSearch, saved_searches
from tracker.commands.asking import snapshot_of, worked_of_file
from tracker.commands.conditions import condition_of, value_of
from tracker.commands.workbook import naming
from tracker.engine.search import ADDRESSES, Asked, Found, default_columns, search
from tracker.errors import UsageError
from tracker.hosts import ClosedFile
from tracker.rules import Expression, Kind, Vocabulary
from tracker.rules.nodes import Name, Source
from tracker.schema.snapshot import Snapshot, fold

BETWEEN = re.compile(r",(?![^()\[\]]*[)\]])")  # a comma that stands in no brackets


def find_in_file(
    path: Path,
    condition: str,
    clock: date,
    pin: date | None = None,
    saved: bool = False,
    columns: Sequence[str] = (),
    mailing: str = "",
) -> Found:
    """The customers of a closed file for whom a condition holds; with ``saved`` it is the name of a search kept there.

    Raises ConditionError for a condition or column that cannot be read, UsageError for a name or channel there is not.
    """
    worked = worked_of_file(path, clock, pin)
    snapshot, words = worked.snapshot, vocabulary(worked.snapshot, tagged=True)
    meant = _saved(snapshot, condition).condition if saved else condition
    asked = condition_of(meant, words, f"the search “{condition}”" if saved else "the condition")
    channel = _channel(snapshot, mailing) if mailing else ""
    named = [part.strip() for one in columns for part in BETWEEN.split(one) if part.strip()]
    wanted = [_column(snapshot, words, text) for text in named or default_columns(channel)]
    return search(snapshot, asked, wanted, channel)


def saved_in_file(path: Path, clock: date) -> tuple[SavedSearch, ...]:
    """The searches that a closed file keeps."""
    with naming(path):
        return saved_searches(snapshot_of(ClosedFile(path), clock))


def _saved(snapshot: Snapshot, name: str) -> SavedSearch:
    kept = {fold(one.name): one for one in reversed(saved_searches(snapshot))}
    if fold(name) in kept:
        return kept[fold(name)]
    near = get_close_matches(fold(name), kept, 1)
    hint = f"Perhaps “{kept[near[0]].name}” is meant" if near else "See: tracker find BOOK --list"
    raise UsageError(f"no search is called “{name}”. {hint}")


def _channel(snapshot: Snapshot, text: str) -> str:
    """The code of a channel with an address, from its code or label."""
    code = snapshot.lists["channel"].codes.get(fold(text), fold(text))
    if code not in ADDRESSES:
        raise UsageError(f"nothing can be sent by “{text}”. Channels with an address: {', '.join(ADDRESSES)}")
    return code


def _column(snapshot: Snapshot, words: Vocabulary, text: str) -> Asked:
    """A column by key or header, staff's own with or without brackets, or any value a condition could compare."""
    layout, table = snapshot.layout["Customers"], snapshot.schema["Customers"]
    bare = text.removeprefix("[").removesuffix("]")
    headers = {key: layout.headers.get(key) or snapshot.words.header("Customers", key) for key in table.keys}
    keys = {fold(header): key for key, header in headers.items()} | {fold(key): key for key in table.keys}
    own = {fold(header): header for header in layout.extra}
    if fold(text) in keys:
        key = keys[fold(text)]
        return Asked(key, headers[key], words.names[key])
    if fold(bare) in own:
        header = own[fold(bare)]
        return Asked(f"[{header}]", header, Name(header, Source.HEADER, Kind.ANY))
    value: Expression = value_of(text, words, "the column")
    return Asked(text, text, value)
