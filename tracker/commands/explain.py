"""Say of one customer why each tag is given and why the follow-up is due; reads only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tracker.commands.asking import customer_at, worked_of_file
from tracker.commands.workbook import naming
from tracker.engine.explain import Explanation, explain


def explain_of_file(path: Path, customer: str, clock: date, pin: date | None = None) -> Explanation:
    """The explanation of the customer whom a text names: an ID, e-mail, phone, or a name that only one has.

    Raises UsageError for a text that means nobody or several, UnreadableError for a file that cannot be read.
    """
    worked = worked_of_file(path, clock, pin)
    with naming(path):
        return explain(worked, customer_at(worked.snapshot, customer))
