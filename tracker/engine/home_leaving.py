"""Who is about to leave a value tag: not because of anything that happens, but because old purchases leave the window.

The workbook's own rules are asked what they would say on each day ahead if nothing new were bought, so that an edited
rule or a fiscal year is answered as rightly as the defaults. Who rises first leaves no tag, whatever comes after. Kept
out: tags that move up, and tags given by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracker.engine.changes import first_changes
from tracker.engine.customer_facts import Ahead
from tracker.engine.tag_words import Given
from tracker.engine.tags import Tagging
from tracker.schema.snapshot import Snapshot

HORIZON = 30  # days
DIMENSION = "value"


@dataclass(frozen=True)
class Leaving:
    """A customer (position in Customers) who will lose a tag in some days, and what they spend a year."""

    position: int
    tag: str
    days: int
    spend: float


@dataclass(frozen=True)
class Going:
    """How many customers fall from their value tag within 30 days, and the biggest of them."""

    count: int = 0
    first: tuple[Leaving, ...] = ()


def leaving(snapshot: Snapshot, tagging: Tagging, dated: int) -> Going:
    """Who falls from their value tag within 30 days, the day as `explain` says it; named are the ``dated`` biggest."""
    given = next((one for one in tagging.given if one.dimension == DIMENSION), None)
    return _going(snapshot, given, dated) if given and len(snapshot.frames["Customers"]) else Going()


def _going(snapshot: Snapshot, given: Given, dated: int) -> Going:
    [changes] = first_changes((given,), lambda days: Ahead(snapshot, days), HORIZON)
    falling = np.flatnonzero(changes.falls() & ~given.forced)
    spend = np.nan_to_num(snapshot.number("Customers", "spend_12m"))
    biggest = falling[np.argsort(-spend[falling], kind="stable")][:dated].tolist()
    tags = [given.rules[rule].rule.tag for rule in changes.now[biggest].tolist()]
    days = changes.days[biggest].tolist()
    named = zip(biggest, tags, days, spend[biggest].tolist(), strict=True)
    return Going(len(falling), tuple(Leaving(*one) for one in named))
