"""The worklist as CSV or JSON; no cell becomes a formula when it is opened.

Kept out: which lines are on it; see `tracker.engine.followups`. Its calendar stands in `as_calendar`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date

from tracker.engine.worklines import FollowUp
from tracker.words.neutral import neutral

VERSION = 1


def followups_csv(lines: Iterable[FollowUp]) -> str:
    """The lines as CSV with commas; what would run as a formula is held down by an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([one.name for one in fields(FollowUp)])
    for line in lines:
        writer.writerow([neutral(one) if isinstance(one, str) else one for one in asdict(line).values()])
    return out.getvalue()


def followups_json(day: date, count: int, lines: Iterable[FollowUp], redacted: bool) -> str:
    """The lines as JSON: days as ISO text, a day that is not there null; see docs/schemas."""
    told = {"version": VERSION, "day": day, "count": count, "redacted": redacted, "lines": [*map(asdict, lines)]}
    return json.dumps(told, default=str, ensure_ascii=False, indent=2) + "\n"
