"""What is wrong: plain functions from a snapshot to findings, each of one family, all in CHECKS.

A check reads and reports; it mends nothing, opens nothing and knows no clock. A column or table that is missing is a
finding of its own and silences the checks that would need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from tracker.checks.columns import check_columns
from tracker.checks.contacts import check_contacts
from tracker.checks.customers import check_customers
from tracker.checks.duplicates import check_duplicates
from tracker.checks.hits import row_keys
from tracker.checks.logic import check_logic
from tracker.checks.persons import check_persons
from tracker.checks.purchases import check_purchases
from tracker.checks.readings import with_possible_days
from tracker.checks.references import check_references
from tracker.checks.safety import check_safety, hushed
from tracker.checks.settings import check_settings
from tracker.checks.structure import check_structure
from tracker.model.finding import Finding, Place
from tracker.schema.findings import finding
from tracker.schema.snapshot import Snapshot

Check = Callable[[Snapshot], Iterable[Finding]]
Turns = Callable[[Sequence[Check], Snapshot], Iterable[Finding]]  # who runs the checks of a run, see `in_turn`

# What takes longest in a large workbook stands first, so that two who share the checks out end at one time.
CHECKS: tuple[Check, ...] = (
    check_columns,
    check_persons,
    check_duplicates,
    check_purchases,
    check_customers,
    check_references,
    check_logic,
    check_structure,
    check_contacts,
    check_settings,
    check_safety,
)

DERIVED = (("Interactions", "counts"),)  # the derived columns that checks look at; of the others only what staff typed


def in_turn(checks: Sequence[Check], snapshot: Snapshot) -> Iterator[Finding]:
    """What each check finds, one check after the other.

    A check that fails is a finding that names the check, never what it stumbled over.
    """
    for check in checks:
        yield from _careful(check, snapshot)


def run_checks(snapshot: Snapshot, checks: Sequence[Check] = CHECKS, turns: Turns = in_turn) -> tuple[Finding, ...]:
    """Everything that is wrong, what reading found included, each once, by sheet, row and column."""
    read = with_possible_days(snapshot, snapshot.findings)
    found = {_identity(one): one for one in _keyed(snapshot, read)}
    for one in _keyed(snapshot, turns(checks, snapshot)):
        found.setdefault(_identity(one), one)
    return tuple(sorted(hushed(found.values()), key=Finding.sort_key))


def _careful(check: Check, snapshot: Snapshot) -> list[Finding]:
    try:
        return list(check(snapshot))
    except MemoryError:
        raise  # no fault of the check, and the end of the run
    except Exception:
        return [finding("W199", Place(), check=check.__name__)]


def _keyed(snapshot: Snapshot, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the key of their row, so that one keeps its identity when rows are sorted."""
    keys = cache(partial(row_keys, snapshot))
    for one in findings:
        at = -1 if one.place.row_key else snapshot.position(one.place)
        key = keys(one.place.table)[at] if at >= 0 else ""
        yield replace(one, place=replace(one.place, row_key=key)) if key else one


def _identity(one: Finding) -> object:
    return one.code, one.place, one.value, one.details.get("first")  # one row may be like several others
