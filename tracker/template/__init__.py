"""From schema and words to a new workbook, the same bytes each time.

Everything that Refresh fills is drawn here, because Refresh makes no part and no style. Kept out: every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.schema.column import Schema
from tracker.schema.settings import COUNTERS
from tracker.template.book import open_drawing
from tracker.template.finish import finish
from tracker.template.guide import draw_guide
from tracker.template.hidden import draw_hidden
from tracker.template.home import draw_home
from tracker.template.leads import draw_leads
from tracker.template.segments import draw_segments
from tracker.template.summary import draw_summary
from tracker.template.tables import TableLook, draw_table
from tracker.template.worklists import draw_followups, draw_problems
from tracker.words import Words

__all__ = ["build"]

# The last column that is printed: as many as can be read on one page's width.
PRINTED = {"Customers": "owner", "Interactions": "followup_state", "Purchases": "order_id"}


def build(
    schema: Schema,
    words: Words,
    *,
    workbook_id: str,
    created: date,
    settings: Mapping[str, object] | None = None,
    made_by: str = "",
    profile: str = "base",
) -> bytes:
    """A new workbook as bytes: equal arguments give equal bytes.

    ``settings`` are values to start with, by key, in place of the defaults; ``cadence_from`` is ``created`` otherwise.
    """
    drawing = open_drawing(schema, words, {"cadence_from": created, **(settings or {})}, created)
    identity = {
        "schema": schema.version,
        "workbook_id": workbook_id,
        "locale": words.locale,
        "profile": profile,
        "made_by": made_by,
        **dict.fromkeys(COUNTERS.values(), 1),
    }
    draw_home(drawing)
    draw_followups(drawing)
    draw_summary(drawing)
    draw_segments(drawing)
    for name, printed in PRINTED.items():
        draw_table(drawing, schema[name], TableLook(40, frozen=3, printed=printed))
    draw_leads(drawing, identity)
    draw_problems(drawing)
    draw_guide(drawing)
    draw_hidden(drawing)
    drawing.sheets["home"].activate()
    drawing.file.close()
    return finish(drawing.buffer.getvalue())
