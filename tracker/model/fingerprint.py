"""By what a finding is known again in another run, after rows were sorted and columns moved: its fingerprint.

Rule, table, key of the row and column make it; those that nothing tells apart are numbered. Never the value, so that
another wrong value in the same cell is the same finding. The ID of the workbook is hashed with it: a row may be keyed
by a name, and whoever has only fingerprints cannot try names until one fits.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from tracker.model.finding import Finding

LENGTH = 32  # hexadecimal digits


def fingerprinted(findings: Iterable[Finding], workbook_id: str = "") -> tuple[Finding, ...]:
    """The findings of one workbook with their fingerprints; one that has its own keeps it."""
    met: Counter[str] = Counter()
    return tuple(one if one.fingerprint else _printed(one, workbook_id, met) for one in findings)


def workbook_print(workbook_id: str) -> str:
    """By what a workbook is known where its ID should not stand; empty for none."""
    return _hash("workbook", workbook_id.casefold()) if workbook_id else ""


def _printed(one: Finding, workbook_id: str, met: Counter[str]) -> Finding:
    place = one.place
    identity = _hash(workbook_id.casefold(), one.code, place.table or place.sheet, place.row_key, place.key)
    met[identity] += 1
    return replace(one, fingerprint=f"{identity}:{met[identity]}")


def _hash(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:LENGTH]
