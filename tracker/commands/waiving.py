"""Decide that a finding is to stay as it is: a row of the hidden table Decisions, with who, why and until when.

Only what is found can be waived, so that a slip of the pen hides nothing. A waiver names the row by its key and not by
its place. It is written as an import is: held, copied, logged, and it can be undone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from tracker.checks.persons import twins
from tracker.checks.waivers import (
    ACTIVE,
    EVERYWHERE,
    KIND,
    NEVER,
    TABLE,
    Pair,
    Waiver,
    judge,
    pairs,
    places,
    waivers,
)
from tracker.commands.codes import one_finding
from tracker.commands.examine import everything
from tracker.commands.keep import note, opened
from tracker.commands.runs import run_record
from tracker.commands.workbook import ReadOnce, naming, refuse_newer
from tracker.engine.importing import plan_import
from tracker.engine.read import read
from tracker.errors import UsageError
from tracker.facts.calendar import to_serial
from tracker.hosts import ClosedFile
from tracker.keeper import Keeping
from tracker.keeper.lock import person
from tracker.model.finding import Finding, Place
from tracker.model.grid import Host, Receipt
from tracker.model.plan import Edits, Plan, Value
from tracker.schema.findings import FINDING_SPECS
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.worklist import ENDED

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?(?P<cell>\$?[A-Za-z]{1,3}\$?[1-9]\d*)")
LIKELY_SAME, NOT_SAME_KIND = "D105", "not_same"  # the finding about two rows, and the decision that they are two
NAMED = 3  # findings named where none is meant
COLUMNS = ("kind", "key_a", "key_b", "verdict", "by", "decided_on", "reason", "until")


@dataclass(frozen=True)
class Wish:
    """What is to be waived, or no longer: a finding, where (empty: everywhere), why, and until when."""

    code: str
    where: str = ""
    reason: str = ""
    until: date | None = None
    end: bool = False
    other: str = ""  # with ``where``: two customers who are two persons


@dataclass(frozen=True, eq=False)
class Waived:
    """What came of it: the waiver as it is written, and how many findings it takes away now (or gives back)."""

    code: str
    where: str
    findings: int
    cells: int
    receipt: Receipt
    before: Waiver | Pair | None = None  # what it takes the place of


@dataclass(frozen=True)
class Listed:
    """A waiver of a workbook, and how many findings it takes away."""

    waiver: Waiver | Pair
    findings: int


def waive_file(
    path: Path,
    wish: Wish,
    clock: date,
    pin: date | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
) -> Waived:
    """Waive a finding in a closed workbook.

    Raises UsageError for a finding that does not exist, cannot be waived or is not found where it is said to be,
    RefusedError for a newer workbook, BusyError when somebody has it open.
    """
    with naming(path), opened(path, keep, output, dry_run) as host:
        return waive(host, wish, clock, pin, dry_run)


def waive(host: Host, wish: Wish, clock: date, pin: date | None = None, dry_run: bool = False) -> Waived:
    """Waive a finding in a workbook wherever it lives."""
    once = ReadOnce(host)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    if TABLE not in snapshot.layout:
        raise UsageError("this workbook has no table Decisions, in which a waiver would stand. Run: tracker doctor")
    code = _code(wish.code)
    before: Waiver | Pair | None
    if wish.other:
        where, meant, row, before = _apart(snapshot, code, wish)
    else:
        where, meant = _ending(snapshot, code, wish.where) if wish.end else _meant(snapshot, code, wish.where)
        row = _row(KIND, code, where, wish, snapshot.today)
        before = next((one for one in waivers(snapshot) if one.key == (code, fold(where))), None)
    plan, lowered = _plan(snapshot, row, once.book().date1904)
    writes = once.lowered(plan, lowered)
    undo = run_record(once, writes, plan, lowered)
    writes = replace(writes, note=note("waive", once, writes, lowered, undo))
    receipt = once.carry_out(writes, dry_run)
    return Waived(code, where, meant, receipt.cells, receipt, before)


def waivers_of(path: Path, clock: date, pin: date | None = None) -> tuple[Listed, ...]:
    """The waivers of a workbook, each with what it takes away."""
    with naming(path):
        snapshot = read(ReadOnce(ClosedFile(path)), clock, pin)
        judged = judge(snapshot, everything(snapshot))
        kept = pairs(snapshot)
        alike = Counter(map(_two, twins(snapshot) if kept else ()))
    one_by_one = (Listed(one, judged.waived[one.row]) for one in waivers(snapshot))
    return (*one_by_one, *(Listed(one, 0 if one.expired else alike[one.key]) for one in kept))


def _code(word: str) -> str:
    spec = one_finding(word)
    if spec.code in NEVER:
        raise UsageError(
            f"{spec.code} {spec.name} cannot be waived in a workbook. Leave it out with: --ignore {spec.code}"
        )
    return spec.code


def _meant(snapshot: Snapshot, code: str, where: str) -> tuple[str, int]:
    """Where the waiver is to hold, by keys, and how many findings it takes away."""
    found = [one for one in everything(snapshot) if one.code == code]
    name = f"{code} {FINDING_SPECS[code].name}"
    if not found:
        raise UsageError(f"{name} is not found in it, so there is nothing to waive.")
    if not where:
        return EVERYWHERE, len(found)
    at = [one for one in found if _is_at(one.place, where)]
    if at:
        where = _by_key(at[0].place, where)
    key = _as_key(found, where)
    hit = [one for one in found if fold(key) in places(one.place)]
    if not hit:
        cells = ", ".join(_said(one.place) for one in found[:NAMED]) + (", …" if len(found) > NAMED else "")
        raise UsageError(f"{name} is not found at {where}. It is found at: {cells}")
    return key, len(hit)


def _ending(snapshot: Snapshot, code: str, where: str) -> tuple[str, int]:
    """The waiver that is to be ended."""
    mine = [one for one in waivers(snapshot) if one.code == code]
    judged = judge(snapshot, everything(snapshot)).waived
    at = [one.place for one in everything(snapshot) if one.code == code and _is_at(one.place, where)]
    where = _by_key(at[0], where) if at else where  # a cell, as it was named to make it
    asked = fold(where) or EVERYWHERE
    exact = [one for one in mine if fold(one.where) == asked]
    for one in exact or [one for one in mine if fold(one.where.partition("/")[2]).split("/")[0] == asked]:
        return one.where, judged[one.row]
    held = ", ".join(one.where for one in mine[:NAMED])
    instead = f"It is waived for: {held}." if held else "No waiver of it stands in this workbook."
    raise UsageError(f"{code} is not waived for {where or EVERYWHERE}. {instead}")


def _apart(snapshot: Snapshot, code: str, wish: Wish) -> tuple[str, int, dict[str, Value], Pair | None]:
    """Two customers who are two persons: who, how many findings that takes away, the row that says so, the one before.

    UsageError where nothing takes them for one.
    """
    if code != LIKELY_SAME:
        raise UsageError(f"{code} is about one row. Name one place, or two customers for {LIKELY_SAME}.")
    who = frozenset((fold(wish.where), fold(wish.other)))
    before = next((one for one in pairs(snapshot) if one.key == who), None)
    found = [one for one in twins(snapshot) if _two(one) == who]
    said = f"{wish.where} and {wish.other}"
    if wish.end and before is None:
        raise UsageError(f"nobody said of {said} that they are two. See: tracker waive BOOK --list")
    if not wish.end and not found:
        raise UsageError(f"{code} takes {said} for one person nowhere. Give the two IDs that it names.")
    if before is not None:
        kind, one, other = before.kind, before.one, before.other
    else:
        kind, one, other = NOT_SAME_KIND, found[0].details["other"], found[0].place.row_key
    row = _row(kind, one, other, wish, snapshot.today)
    return f"{one} + {other}", len(found), row, before


def _two(found: Finding) -> frozenset[str]:
    """The two customers of a finding that takes them for one."""
    return frozenset((fold(found.details["other"]), fold(found.place.row_key)))


def _is_at(place: Place, where: str) -> bool:
    """Whether a cell is meant by its address, with or without its sheet."""
    said = _CELL.fullmatch(where.strip())
    if said is None or fold(said["cell"].replace("$", "")) != fold(place.cell):
        return False
    return not said["sheet"] or fold(said["sheet"].strip("'")) == fold(place.sheet)


def _by_key(place: Place, where: str) -> str:
    """The cell by the key of its row; UsageError where the row has none and could not be found again."""
    table = place.table or place.sheet
    if not place.row_key:
        said = f"the row of {where} has no key by which it could be found again after sorting"
        wider = f"{table}//{place.key}" if place.key else table
        raise UsageError(f"{said}. Refresh first if it lacks an ID, or waive the whole column: {wider}")
    return f"{table}/{place.row_key}/{place.key}" if place.key else f"{table}/{place.row_key}"


def _as_key(found: Sequence[Finding], where: str) -> str:
    """A row by its key alone becomes that of its table."""
    for one in found:
        if one.place.row_key and fold(one.place.row_key) == fold(where):
            return f"{one.place.table or one.place.sheet}/{one.place.row_key}"
    return where


def _said(place: Place) -> str:
    return f"{place.sheet}!{place.cell}" if place.cell else place.sheet or place.table or EVERYWHERE


def _row(kind: str, key_a: str, key_b: str, wish: Wish, today: float) -> dict[str, Value]:
    """The row of Decisions."""
    row: dict[str, Value] = {"kind": kind, "key_a": key_a, "key_b": key_b, "verdict": ENDED if wish.end else ACTIVE}
    row |= {"by": person() or None, "decided_on": float(today)}
    if not wish.end:
        row |= {"reason": wish.reason, "until": float(to_serial(wish.until)) if wish.until else None}
    return row


def _plan(snapshot: Snapshot, row: dict[str, Value], date1904: bool) -> tuple[Plan, Snapshot]:
    """The row appended, or the one that is there for the same finding and place changed; a blank end clears it."""
    rows = {
        key: np.array([value, None], object)[:1] for key, value in row.items() if key in snapshot.layout[TABLE].columns
    }
    imported = plan_import(snapshot, TABLE, rows, COLUMNS[:3], date1904=date1904)
    plan = imported.plan
    if "until" in row and row["until"] is None and not imported.added:
        plan += Plan(edits=_cleared(snapshot, row))
    return plan, imported.snapshot


def _cleared(snapshot: Snapshot, row: dict[str, Value]) -> tuple[Edits, ...]:
    """The end of a waiver that is to have none, taken away."""
    keys = zip(*(snapshot.text(TABLE, key) for key in COLUMNS[:3]), strict=True)
    asked = tuple(fold(str(row[key])) for key in COLUMNS[:3])
    until, numbers = snapshot.number(TABLE, "until"), snapshot.frames[TABLE].rows.tolist()
    at = [i for i, key in enumerate(keys) if tuple(map(fold, key)) == asked and until[i] == until[i]]
    return tuple(Edits(TABLE, "until", (numbers[i],), (None,), (float(until[i]),)) for i in at)
