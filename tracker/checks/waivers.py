"""Waivers: findings that somebody decided, with a reason, to leave as they are; rows of the hidden table Decisions.

A row of kind ``waived`` names a finding (key_a: its code or name) and where it may stand (key_b): ``all``, a table
(``Customers``), a column of it (``Customers//email``), a row (``Customers/C7``) or a cell of one
(``Customers/C7/email``), so that it holds wherever the row is sorted to. It counts while its day ``until`` has not
passed and its verdict is not ``ended``. Kept out: how a waiver is made (commands).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from tracker.checks.hits import day_text
from tracker.model.finding import Finding, Place
from tracker.schema.findings import FINDING_SPECS, finding
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.worklist import ENDED, NOT_SAME

TABLE, KIND, EVERYWHERE = "Decisions", "waived", "all"
ACTIVE = "active"  # the verdict of one that holds
EXPIRED, UNREADABLE = "K118", "K119"
# About waivers themselves; about a check of ours; about several files, which no single one of them can judge.
NEVER = frozenset({EXPIRED, UNREADABLE, "W119", "W199", "D106"})
CODES = {fold(word): spec.code for spec in FINDING_SPECS.values() for word in (spec.code, spec.name)}


@dataclass(frozen=True)
class Waiver:
    """A row that waives something; ``code`` is empty where it is not clear what, and ``until`` where it has no end."""

    row: int
    code: str
    named: str  # the finding as it is written
    where: str
    reason: str
    by: str = ""
    decided_on: str = ""
    until: str = ""
    expired: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it waives where; no two need to waive the same."""
        return self.code, fold(self.where)


@dataclass(frozen=True)
class Judged:
    """The findings that are left, with those about waivers; and how many each waiver took away, by its row."""

    findings: tuple[Finding, ...]
    waived: Counter[int]

    @property
    def count(self) -> int:
        """How many were taken away in all."""
        return self.waived.total()


def judge(snapshot: Snapshot, findings: Sequence[Finding]) -> Judged:
    """The findings without the waived ones. A waiver that expired, while there is something for it, is one itself."""
    every = waivers(snapshot)
    active = {one.key: one for one in reversed(every) if one.code and not one.expired}
    ended = {one.key: one for one in reversed(every) if one.code and one.expired}
    left, count, missed = list[Finding](), Counter[int](), set[Waiver]()
    for one in findings:
        if (waiver := _of(one, active)) is not None:
            count[waiver.row] += 1
            continue
        left.append(one)
        if (late := _of(one, ended)) is not None:
            missed.add(late)
    more = [*(_expired(snapshot, one) for one in missed), *(_unclear(snapshot, one) for one in every if not one.code)]
    return Judged(tuple(sorted((*left, *more), key=Finding.sort_key)), count)


def waivers(snapshot: Snapshot) -> tuple[Waiver, ...]:
    """The waivers of a workbook that were not ended, as they stand."""
    if TABLE not in snapshot.layout:
        return ()
    texts = {key: snapshot.text(TABLE, key) for key in ("kind", "key_a", "key_b", "verdict", "by", "reason")}
    days = {key: snapshot.number(TABLE, key) for key in ("decided_on", "until")}
    unclear = snapshot.filled(TABLE, "until") & np.isnan(days["until"])  # an end that is no day is no waiver for ever
    found = []
    for i, row in enumerate(snapshot.frames[TABLE].rows.tolist()):
        kind, named, where, verdict, by, reason = (str(values[i]).strip() for values in texts.values())
        if fold(kind) != KIND or fold(verdict) == ENDED:
            continue
        decided_on, until = (day_text(values[i]) for values in days.values())
        code = CODES.get(fold(named), "")
        clear = code not in NEVER and where and reason and not unclear[i]
        expired = bool(days["until"][i] < snapshot.today)
        found.append(Waiver(row, code if clear else "", named, where, reason, by, decided_on, until, expired))
    return tuple(found)


@dataclass(frozen=True)
class Pair:
    """A row that says of two customers that they are two persons, in its own words."""

    row: int
    kind: str
    one: str
    other: str
    reason: str
    by: str = ""
    decided_on: str = ""
    until: str = ""
    expired: bool = False

    @property
    def key(self) -> frozenset[str]:
        """Who they are, in either order."""
        return frozenset((fold(self.one), fold(self.other)))


def pairs(snapshot: Snapshot) -> tuple[Pair, ...]:
    """The pairs that somebody found to be two and that were not ended, as they stand."""
    if TABLE not in snapshot.layout:
        return ()
    texts = [snapshot.text(TABLE, key) for key in ("kind", "key_a", "key_b", "reason", "by", "verdict")]
    decided, until = (snapshot.number(TABLE, key) for key in ("decided_on", "until"))
    found = []
    for i, row in enumerate(snapshot.frames[TABLE].rows.tolist()):
        kind, one, other, reason, by, verdict = (str(values[i]).strip() for values in texts)
        if fold(kind) in NOT_SAME and fold(verdict) != ENDED:
            days = (day_text(decided[i]), day_text(until[i]))
            found.append(Pair(row, kind, one, other, reason, by, *days, expired=bool(until[i] < snapshot.today)))
    return tuple(found)


def places(place: Place) -> Iterator[str]:
    """What a waiver may name for a finding at this place, the narrowest first, folded."""
    table = place.table or place.sheet
    if table and place.row_key and place.key:
        yield fold(f"{table}/{place.row_key}/{place.key}")
    if table and place.row_key:
        yield fold(f"{table}/{place.row_key}")
    if table and place.key:
        yield fold(f"{table}//{place.key}")
    if table:
        yield fold(table)
    yield EVERYWHERE


def _of(one: Finding, by_key: dict[tuple[str, str], Waiver]) -> Waiver | None:
    if not by_key or one.code in NEVER:
        return None
    return next((by_key[one.code, where] for where in places(one.place) if (one.code, where) in by_key), None)


def _expired(snapshot: Snapshot, one: Waiver) -> Finding:
    place = snapshot.layout[TABLE].place("until", one.row)
    return finding(EXPIRED, place, one.until, waived=one.code, where=one.where, by=one.by)


def _unclear(snapshot: Snapshot, one: Waiver) -> Finding:
    place = snapshot.layout[TABLE].place("key_a", one.row)
    near = () if fold(one.named) in CODES else _nearest(one.named)
    return finding(UNREADABLE, place, one.named, *near)


def _nearest(named: str) -> Iterable[str]:
    return [CODES[one] for one in get_close_matches(fold(named), CODES, 1)]
