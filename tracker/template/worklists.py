"""Follow-ups and Problems: the lists that the tool rebuilds, with their counts above."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.schema.blocks import BLOCK_SPECS
from tracker.template import theme
from tracker.template.book import LAST_ROW, Drawing
from tracker.template.page import LEAD_LINKS, LIST_LINKS, day_line, head, links_over, vanishing
from tracker.template.tables import TableLook, draw_table

COUNTS, SENTENCE = 3, 4  # rows
FOLLOWUPS = TableLook(38, row_height=36, frozen=4, live='{customer}<>""', wrap=True)
PROBLEMS = TableLook(28, row_height=38, wrap=True)
HINT_AT = 8  # the sheet column of the hint beside the counts


def draw_followups(drawing: Drawing) -> None:
    """Draw the work list: newest work on top, five boxes to fill at the right."""
    table = drawing.schema["FollowUps"]
    _list(drawing, "FollowUps", FOLLOWUPS, LIST_LINKS, day_at="escalation")
    inks = (theme.LATE, theme.DUE, theme.TEXT, theme.LATE, theme.TEXT)
    for one, ink in zip(BLOCK_SPECS["followups_counts"].columns, inks, strict=True):
        look = drawing.look(bold=True, font_size=theme.HEAD_SIZE, font_color=ink)
        drawing.sheets[table.sheet].write_blank(COUNTS, 1 + one.at, None, look)
    empty = f'$B${table.top + 1}=""'
    vanishing(drawing, table.sheet, COUNTS, HINT_AT, drawing.label("hint_followups"), empty)
    _rule_between_states(drawing)


def draw_problems(drawing: Drawing) -> None:
    """Draw what is to be corrected."""
    _list(drawing, "Problems", PROBLEMS, LEAD_LINKS, day_at="remedy")
    for one, ink in zip(BLOCK_SPECS["problems_counts"].columns, (theme.LATE, theme.DUE, theme.TEXT), strict=True):
        look = drawing.look(bold=True, font_size=theme.HEAD_SIZE, font_color=ink)
        drawing.sheets["problems"].write_blank(COUNTS, 1 + one.at, None, look)


def _list(drawing: Drawing, name: str, look: TableLook, links: Sequence[str], day_at: str) -> None:
    table = drawing.schema[name]
    key, sheet = table.sheet, drawing.sheets[table.sheet]
    sheet.set_default_row(look.row_height * 0.75)  # rows that a refresh adds take the sheet's own height
    sheet.set_column_pixels(0, 0, theme.MARGIN, drawing.look())
    draw_table(drawing, table, look)
    shown = [column.width for column in table.columns if not column.folded]
    head(drawing, key, drawing.words.sheet(key), links_over(drawing, key, shown, links), len(shown))
    sheet.set_row_pixels(COUNTS, theme.HEAD)
    sheet.set_row_pixels(SENTENCE, theme.LINE)
    day_line(drawing, key, table.left - 1 + table.keys.index(day_at))
    counts = BLOCK_SPECS[f"{key}_counts"]
    drawing.name(counts.name, key, (COUNTS, 1, COUNTS, 1 + max(one.at for one in counts.columns)))
    vanishing(drawing, key, SENTENCE, 1, drawing.label("empty", key), f'$B${table.top + 1}<>""')


def _rule_between_states(drawing: Drawing) -> None:
    """A darker rule where the state changes; from the second column on, since the first one is painted."""
    table = drawing.schema["FollowUps"]
    last = table.left - 1 + table.keys.index("escalation")
    first = table.top + 2
    rule = {
        "type": "formula",
        "criteria": f'=AND($B{first}<>"",$B{first}<>$B{first - 1})',
        "format": drawing.paint(top=1, top_color=theme.BOX),
    }
    drawing.sheets[table.sheet].conditional_format(table.top + 1, table.left, LAST_ROW, last, rule)
