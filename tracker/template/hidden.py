"""The very hidden sheets: what refresh leaves for the formulas, what dropdowns offer, the history, the decisions."""

from __future__ import annotations

from datetime import date

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from tracker.facts.calendar import to_serial
from tracker.schema.column import Kind
from tracker.schema.lists import LISTS
from tracker.schema.settings import SETTINGS, WEEKEND, weekend_mask
from tracker.schema.state import CHOICE_ROWS, CHOICES_SHEET, STATE, STATE_SHEET, TODAY_LIVE
from tracker.template.book import Drawing
from tracker.template.tables import TableLook, draw_table, write

DEFAULTS = {setting.key: setting.default for setting in SETTINGS}
FIRST_LIST = 3  # sheet column of the first list on the State sheet
PLAIN = TableLook(21)


def draw_hidden(drawing: Drawing) -> None:
    """Draw all of them, and define the names that the formulas and the dropdowns read."""
    _state(drawing)
    _choices(drawing)
    for name in ("TagHistory", "Decisions"):
        draw_table(drawing, drawing.schema[name], PLAIN)


def _state(drawing: Drawing) -> None:
    """Single cells below each other with their names beside them; lists as columns at the right."""
    sheet, start = drawing.sheets[STATE_SHEET], _start(drawing)
    row, column = 0, FIRST_LIST
    for cell in STATE:
        if cell.rows == 1:
            sheet.write_string(row, 0, cell.name)
            write(sheet, row, 1, start.get(cell.name), None)
            drawing.name(cell.name, STATE_SHEET, (row, 1, row, 1))
            row += 1
        else:
            sheet.write_string(0, column, cell.name)
            drawing.name(cell.name, STATE_SHEET, (1, column, cell.rows, column))
            column += 1
    drawing.file.define_name("today_live", "=" + TODAY_LIVE)


def _start(drawing: Drawing) -> dict[str, object]:
    """What the live formulas need before the first refresh; the day of the figures is not among it."""
    values = {**DEFAULTS, **drawing.settings}
    since = values["cadence_from"]
    return {
        "cadence_from": to_serial(since) if isinstance(since, date) else since,
        "upcoming_days": values["upcoming_days"],
        "workday_mask": weekend_mask(str(values["workdays"])) or WEEKEND,
        "name_order": values["name_order"],
    }


def _choices(drawing: Drawing) -> None:
    """One column a list: its name, then its labels; a name that ends where the labels end."""
    sheet = drawing.sheets[CHOICES_SHEET]
    labels = {spec.name: [drawing.words.choice(spec.name, code) for code in spec.codes] for spec in LISTS}
    for column, (name, values) in enumerate({**labels, Kind.CUSTOMER.value: []}.items()):
        sheet.write_string(0, column, name)
        for row, label in enumerate(values, 1):
            sheet.write_string(row, column, label)
        first = drawing.place(CHOICES_SHEET, xl_rowcol_to_cell(1, column, True, True))
        area = drawing.place(CHOICES_SHEET, xl_range_abs(1, column, CHOICE_ROWS, column))
        drawing.file.define_name(f"list_{name}", f"={first}:INDEX({area},MAX(1,COUNTA({area})))")
