"""Which findings ``tracker fix`` can do something about, and how certain that is.

Beside the findings themselves, because a kind of finding alone does not say it: something must be suggested, and the
key of a row is what other rows, the log and an undo know it by, so that to change it is never safe. What mends more
than a cell needs no suggestion.
"""

from __future__ import annotations

from tracker.model.finding import Finding
from tracker.schema.base import BASE
from tracker.schema.column import Schema
from tracker.schema.findings import FINDING_SPECS, Fix

LOST_TABLE = "W102"  # mended as a whole: the Table is put back over its cells, none of which changes


def fix_of(found: Finding, schema: Schema = BASE) -> Fix | None:
    """How a finding can be fixed; None where its kind has no fix, or nothing is suggested for its cell."""
    fix = FINDING_SPECS[found.code].fix if found.suggestion or found.code == LOST_TABLE else None
    table = schema.by_name.get(found.place.table)
    is_key = table is not None and table.key != "" and found.place.key == table.key
    return Fix.UNSAFE if fix and is_key else fix
