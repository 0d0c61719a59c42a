"""Typed customer text → the customer meant: an ID, an e-mail, a phone, or a name or company that only one has.

Sticky: what was resolved once stays until the text means exactly one other customer. Answers are positions in the
Customers frame, because customers typed this morning have no ID yet.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.model.finding import Finding
from tracker.schema.column import Kind
from tracker.schema.findings import finding
from tracker.schema.snapshot import Snapshot, fold, folds, has_other_spaces

UNKNOWN, AMBIGUOUS = -1, -2
FEW = 5_000  # customers among whom the nearest name is looked for
NEAREST = 100  # different texts for which a near name is looked for
CANDIDATES = 4  # named in a finding
PHONE_DIGITS = 7  # shorter digit runs are no phone number
FEW_PARTS = 40  # texts that are faster looked for in a column than the column is made ready to be looked in
WORDS = 12  # of a text that may be a name: more of them are parted in too many ways


@dataclass(frozen=True, eq=False)
class Directory:
    """The ways to name a customer, from the most exact to the least; each folded text → positions.

    ``asked`` are the texts that will be looked for, where they are known: nothing else is kept then, for all the names
    of a large book take longer to index than to read. None: whatever text.
    """

    snapshot: Snapshot
    asked: Sequence[str] | None = None

    def find_all(self, texts: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
        """What `find` answers for each of many texts, most of which are IDs."""
        positions = map(self._ids.get, folds(texts))
        return [self.find(text) if at is None else (at, ()) for text, at in zip(texts, positions, strict=True)]

    def find(self, text: str) -> tuple[int, tuple[int, ...]]:
        """The position of the one customer a text means, or UNKNOWN or AMBIGUOUS with the candidates."""
        folded = fold(text)
        if folded in self._ids:
            return self._ids[folded], ()
        found = self._contacts.get(folded) or self._phones.get(digits(text)) or self._names.get(_plain(folded))
        if not found:
            return UNKNOWN, ()
        return (found[0], ()) if len(found) == 1 else (AMBIGUOUS, tuple(found))

    def nearest(self, text: str) -> str:
        """What to type for the customer whose name is most like a text that means nobody.

        Empty where no name is near, and in books too large to look through.
        """
        if len(self.snapshot.frames["Customers"]) > 2 * FEW or len(self._names) > 2 * FEW:
            return ""  # the first is known without an index of all names
        near = difflib.get_close_matches(_plain(fold(text)), self._names, 1, 0.75)
        return self._typed(self._names[near[0]][0]) if near else ""

    def _typed(self, position: int) -> str:
        """A name that only this customer bears, else the ID."""
        first, last, company = (
            str(self.snapshot.text("Customers", key)[position]) for key in ("first_name", "last_name", "company")
        )
        spelled = f"{first} {last}".strip() if last else company
        return spelled if len(self._names.get(_plain(fold(spelled)), ())) == 1 else self.name(position)

    def name(self, position: int) -> str:
        """A customer as a message names it: by ID, else by display name."""
        customer_id = str(self.snapshot.text("Customers", "customer_id")[position])
        return customer_id or str(self.snapshot.text("Customers", "display_name")[position])

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        if self.snapshot.each_has_its_id:
            return self.snapshot.customer_codes
        texts = self.snapshot.folded("Customers", "customer_id").tolist()
        first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))  # the first row with an ID wins
        first.pop("", None)
        return first

    @cached_property
    def _sought(self) -> list[str] | None:
        """The texts asked for that are no IDs, folded; None: whatever text."""
        return None if self.asked is None else [text for text in folds(self.asked) if text not in self._ids]

    @cached_property
    def _contacts(self) -> dict[str, list[int]]:
        if not self._may_hold("email", self._sought):
            return {}
        emails = self.snapshot.folded("Customers", "email").tolist()
        rows = range(len(emails)) if self._sought is None else _at({*self._sought}, emails)
        return self._index(str, ((emails[i], i) for i in rows))

    @cached_property
    def _phones(self) -> dict[str, list[int]]:
        keys = [c.key for c in self.snapshot.schema["Customers"].columns if c.kind is Kind.PHONE]
        filled = (_filled(self.snapshot.text("Customers", key)) for key in keys)
        return self._index(digits, ((digits(text), i) for column in filled for text, i in column))

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        whole = self._whole_names
        words = None if whole is None else {word for text in whole for word in text.split()}
        if not any(self._may_hold(key, words) for key in ("last_name", "company")):
            return {}
        first = self.snapshot.text("Customers", "first_name")
        last, company = (_plains(self.snapshot.folded("Customers", key).tolist()) for key in ("last_name", "company"))
        rows = range(len(last)) if whole is None else _at(_ends(whole), last)
        people = ((name, i) for i in rows for name in _spellings(_plain(fold(first[i])), last[i]))
        firms = range(len(last)) if whole is None else _at({*whole}, company)
        return self._index(_plain, chain(people, ((company[i], i) for i in firms)))

    @cached_property
    def _whole_names(self) -> list[str] | None:
        """What is sought among names; None: whatever name, as when a text may be parted in too many ways."""
        names = None if self._sought is None else [*map(_plain, self._sought)]
        return None if names is None or max((text.count(" ") for text in names), default=0) > WORDS else names

    def _may_hold(self, key: str, parts: Collection[str] | None) -> bool:
        """Whether a column may hold one of some folded texts, of which a few are looked for in all of it at once."""
        if parts is None or len(parts) > FEW_PARTS:
            return True
        column = "\n".join(self.snapshot.text("Customers", key).tolist()).casefold() if parts else ""
        return any(part in column for part in parts)

    def _index(self, key: Callable[[str], str], pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        if self._sought is not None:
            sought = set(map(key, self._sought)) - {""}
            pairs = (pair for pair in pairs if pair[0] in sought) if sought else ()
        for text, position in pairs:
            if text and (not found[text] or found[text][-1] != position):
                found[text].append(position)
        return found


@dataclass(frozen=True, eq=False)
class Resolution:
    """Who each row of a table belongs to: position in Customers, −1 for nobody; and the rows in doubt."""

    table: str
    owners: NDArray[np.int64]
    kept: NDArray[np.int64]  # whom the last refresh had found, where the text alone does not say
    doubtful: NDArray[np.intp]  # positions of rows whose text means nobody or several
    candidates: Mapping[str, tuple[int, ...]]  # doubtful text → positions of those it may mean


def resolve(snapshot: Snapshot, table: str, directory: Directory) -> Resolution:
    """For each row of a table its customer; text that is unclear, or gone, keeps whom it had."""
    place, distinct = snapshot.groups(table, "customer")
    answers = directory.find_all(distinct.tolist())
    meant = np.array([answer for answer, _ in answers] + [UNKNOWN], np.int64)[place]
    kept = _kept(snapshot, table, directory, meant < 0)
    unclear = (meant < 0) & (place >= 0)
    owners = np.where(meant < 0, kept, meant)
    candidates = {text: found for text, (answer, found) in zip(distinct, answers, strict=True) if answer < 0}
    return Resolution(table, owners, kept, np.flatnonzero(unclear), candidates)


def _kept(snapshot: Snapshot, table: str, directory: Directory, asked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """What the last refresh had resolved, where that is asked and the customer still exists."""
    kept = np.full(len(asked), UNKNOWN, np.int64)
    kept[asked] = [directory._ids.get(text, UNKNOWN) for text in folds(snapshot.text(table, "customer_id")[asked])]
    return kept


def doubts(snapshot: Snapshot, resolution: Resolution) -> list[Finding]:
    """The rows in doubt as findings; the snapshot has all its IDs, so that the next refresh says the same."""
    table, directory = resolution.table, Directory(snapshot)
    texts, index = snapshot.text(table, "customer"), snapshot.frames[table].rows
    near: dict[str, str] = {}
    findings = []
    for i in resolution.doubtful.tolist():
        text, kept = texts[i], int(resolution.kept[i])
        candidates = resolution.candidates[text]
        if text not in near:
            near[text] = directory.nearest(text) if not candidates and len(near) < NEAREST else ""
        code = "R106" if kept >= 0 else ("R102" if candidates else "R101")
        named = ", ".join(directory.name(position) for position in candidates[:CANDIDATES])
        place = snapshot.layout[table].place("customer", int(index[i]))
        details = {"candidates": named, "kept": directory.name(kept) if kept >= 0 else ""}
        likely = str(snapshot.text("Customers", "customer_id")[kept]) if kept >= 0 else near[text]
        findings.append(finding(code, place, value=text, suggestion=likely, **details))
    return findings


def _filled(texts: NDArray[Any]) -> Iterable[tuple[str, int]]:
    """The texts that are not blank, each with its position."""
    at = np.flatnonzero(texts.astype(bool))
    return zip(texts[at].tolist(), at.tolist(), strict=True)


def _ends(names: Iterable[str]) -> set[str]:
    """Every text that one of these may begin or end with, if it is the name of a person; a last name is one of them."""
    words = [name.split() for name in names]
    return {" ".join(part) for one in words for at in range(len(one) + 1) for part in (one[:at], one[at:])} - {""}


def _at(sought: Set[str], texts: list[str]) -> list[int]:
    """The positions of those texts that are sought."""
    if sought.isdisjoint(texts):  # mostly; and told at once
        return []
    return [i for i, text in enumerate(texts) if text in sought]


def _spellings(first: str, last: str) -> tuple[str, ...]:
    """How a person may be called."""
    return (f"{first} {last}", f"{last} {first}") if first and last else (last,)


def digits(text: str) -> str:
    """The digits of a phone number without a leading 00; empty when there are too few to be one."""
    only = re.sub(r"\D", "", text)
    return only.removeprefix("00") if len(only) >= PHONE_DIGITS and not re.search(r"[^\W\d_]", text) else ""


def _plain(folded: str) -> str:
    return " ".join(folded.split())


def _plains(folded: list[str]) -> list[str]:
    """The same for a whole column; for one whose spaces stand singly without a call for each text."""
    joined = "\n".join(folded)
    plain = joined.count("\n") < len(folded) and "  " not in joined and not has_other_spaces(joined)
    return folded if plain else [*map(_plain, folded)]
