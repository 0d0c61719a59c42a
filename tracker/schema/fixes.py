"""Which findings ``tracker fix`` can do something about, and how certain that is.

Beside the findings themselves, because a kind of finding alone does not say it: something must be suggested, and the
key of a row is what other rows, the log and an undo know it by, so that to change it is never safe; nor is to take away
what may have been meant. What mends more than a cell needs no suggestion.
"""

from __future__ import annotations

from tracker.model.finding import Finding
from tracker.schema.base import BASE
from tracker.schema.column import Kind, Schema
from tracker.schema.findings import FINDING_SPECS, Fix

DIRECTION = "direction mark"  # set on purpose in a name of two scripts; in a number or address it was pasted along
LOST_TABLE = "W102"  # mended as a whole: the Table is put back over its cells, none of which changes


def fix_of(found: Finding, schema: Schema = BASE) -> Fix | None:
    """How a finding can be fixed; None where its kind has no fix, or nothing is suggested for its cell."""
    fix = FINDING_SPECS[found.code].fix if found.suggestion or found.code == LOST_TABLE else None
    table, key = schema.by_name.get(found.place.table), found.place.key
    if fix is None or table is None or key not in table.by_key:
        return fix
    marked = DIRECTION in found.details.get("trouble", "") and table[key].kind in (Kind.TEXT, Kind.LONG)
    return Fix.UNSAFE if key == table.key or marked else fix
