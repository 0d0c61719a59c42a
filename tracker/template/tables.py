"""One table of the schema on its sheet: headers, column formats, formulas, messages, colours, folded groups, rows.

The same for every table; what differs (heights, frozen panes, boxes) is said in a `TableLook`. One row at least is
drawn, with all its formats and formulas: it is the pattern that Refresh copies for new rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from tracker.schema.column import Column, Kind, Owner, Table
from tracker.template import theme
from tracker.template.book import LAST_ROW, Drawing
from tracker.template.cells import accept
from tracker.template.page import unruled

Row = Mapping[str, object]  # by column key

# Which words of a list are painted where, and how: the colour follows the value.
PAINTED = {
    ("Customers", "followup_state"): "state",
    ("Interactions", "followup_state"): "state",
    ("FollowUps", "state"): "state",
    ("FollowUps", "escalation"): "escalation",
    ("Problems", "severity"): "severity",
}
TONES = {
    "state": {"overdue": theme.ALARM, "not_applied": theme.ALARM, "today": theme.CAUTION},
    "escalation": {"risk": theme.ALARM},
    "severity": {"error": theme.ALARM, "warning": theme.CAUTION},
}
HEADER_MARKS = {Owner.TOOL: '"ƒ "@', Owner.INPUT: '"✎ "@', Owner.STAFF: "@"}


@dataclass(frozen=True)
class TableLook:
    """How one table stands on its sheet: heights in pixels, how many columns stay in view, where boxes appear."""

    header_height: int
    row_height: int = theme.LINE
    frozen: int = 0  # sheet columns that stay in view
    filters: bool = True
    live: str = ""  # condition, over ``{row}`` and column letters by key, under which an input cell shows its box
    wrap: bool = False  # long texts wrap
    printed: str = ""  # the last column that is printed; none: all of them


def draw_table(drawing: Drawing, table: Table, look: TableLook, rows: Sequence[Row] = ()) -> None:
    """Draw a table with its rows (one blank row when there are none) and all that belongs to its columns."""
    sheet = drawing.sheets[table.sheet]
    top, left = table.top - 1, table.left - 1
    letters = {column.key: xl_col_to_name(left + i) for i, column in enumerate(table.columns)}
    sheet.set_row_pixels(top, look.header_height)
    for i, column in enumerate(table.columns):
        folds = i + 1 < len(table.columns) and table.columns[i + 1].folded
        outline = {"level": 1, "hidden": True} if column.folded else {"collapsed": folds}
        width, format_ = column.width, _cell(drawing, column, table, look, rule=False)
        sheet.set_column_pixels(left + i, left + i, width, format_, outline)
        accept(drawing, table, column, table.sheet, left + i)
        _paint(drawing, table, column, left + i)
        if column.owner is Owner.INPUT:
            _boxes(drawing, table, look, letters, left + i)
    sheet.add_table(top, left, top + max(1, len(rows)), left + len(table.columns) - 1, _options(drawing, table, look))
    for number in range(max(1, len(rows))):
        draw_row(drawing, table, look, top + 1 + number, rows[number] if rows else {})
    if table.tool_rows and not table.hidden:
        unruled(drawing, table.sheet, (table.top, left, LAST_ROW, left + len(table.columns) - 1))
    _around(drawing, table, look)


def draw_row(drawing: Drawing, table: Table, look: TableLook, row: int, values: Row) -> None:
    """Write one row of a table: its values, the formulas of its live columns, formats on every cell."""
    sheet = drawing.sheets[table.sheet]
    for i, column in enumerate(table.columns, table.left - 1):
        format_ = _cell(drawing, column, table, look)
        if column.derive and column.key not in values:
            sheet.write_formula(row, i, "=" + drawing.formula(column.derive.excel, table.name), format_, "")
        else:
            write(sheet, row, i, values.get(column.key), format_)


def write(sheet: Any, row: int, column: int, value: object, format_: Any) -> None:
    """Write a plain value; text stays text whatever it looks like."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, format_)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, format_)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, format_)
    else:
        sheet.write_string(row, column, str(value), format_)


def _options(drawing: Drawing, table: Table, look: TableLook) -> dict[str, object]:
    columns = []
    groups = list(dict.fromkeys(column.group for column in table.columns))
    for column in table.columns:
        options = {
            "header": drawing.words.header(table.name, column.key),
            "header_format": _header(drawing, table, column, look, groups.index(column.group)),
        }
        if column.derive:
            options["formula"] = "=" + drawing.formula(column.derive.excel, table.name)
        columns.append(options)
    return {"name": table.name, "columns": columns, "style": theme.TABLE_STYLE, "autofilter": look.filters}


def _header(drawing: Drawing, table: Table, column: Column, look: TableLook, group: int) -> Any:
    """Staff headers dark on light, shaded by group; the tool's in the accent; boxes to fill white on accent."""
    quiet = table.tool_rows and column.is_tool
    owner = Owner.STAFF if quiet else column.owner
    ink, ground = {
        Owner.TOOL: (theme.ACCENT, theme.HEAD_TOOL),
        Owner.INPUT: (theme.PAPER, theme.ACCENT),
        Owner.STAFF: (theme.TEXT, (theme.HEAD_A, theme.HEAD_B)[group % 2]),
    }[owner]
    indent = int(column.owner is Owner.INPUT or _follows_box(table, column))
    side: dict[str, object] = {"align": "left", "indent": indent}
    if theme.stands_right(column):
        side = {"align": "right", "indent": 2 if look.filters else 1}  # the filter button covers 18 pixels
    line = theme.RULE_DARK if owner is Owner.STAFF else theme.ACCENT
    colours = {"font_color": ink, "bg_color": ground, "bottom": 2, "bottom_color": line}
    return drawing.look(bold=True, text_wrap=True, num_format=HEADER_MARKS[owner], **colours, **side)


def _cell(drawing: Drawing, column: Column, table: Table, look: TableLook, rule: bool = True) -> Any:
    """The format of a column's cells; ``rule`` adds the hair line that rows with values carry."""
    style: dict[str, object] = {"num_format": theme.cell_format(column)}
    if rule:
        style |= {"bottom": 1, "bottom_color": theme.RULE}
    boxed = column.owner is Owner.INPUT
    if theme.stands_right(column):
        style |= {"align": "right", "indent": 1}
    else:
        style |= {"align": "left", "indent": int(boxed or _follows_box(table, column))}
    if look.wrap and (column.kind is Kind.LONG or boxed):
        style |= {"text_wrap": True}
    if column.kind is Kind.LINK:
        style |= {"font_color": theme.ACCENT, "bold": True}
    elif column.is_tool and not table.tool_rows:
        style |= {"font_color": theme.HINT}
    return drawing.look(**style)


def _follows_box(table: Table, column: Column) -> bool:
    """Whether a column stands right of a box, whose line its words would touch."""
    place = table.keys.index(column.key)
    return place > 0 and table.columns[place - 1].owner is Owner.INPUT


def _paint(drawing: Drawing, table: Table, column: Column, position: int) -> None:
    choices = PAINTED.get((table.name, column.key), "")
    for code, (ink, ground) in TONES.get(choices, {}).items():
        paint_word(drawing, table.sheet, (table.top, position, LAST_ROW, position), choices, code, ink, ground)


def paint_word(
    drawing: Drawing, sheet: str, area: tuple[int, int, int, int], choices: str, code: str, ink: str, ground: str
) -> None:
    """Paint the cells of an area that hold one word of a list."""
    word = drawing.words.choice(choices, code).replace('"', '""')
    look = drawing.paint(font_color=ink, bg_color=ground, bold=True)
    rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
    drawing.sheets[sheet].conditional_format(*area, rule)


def _boxes(drawing: Drawing, table: Table, look: TableLook, letters: Mapping[str, str], position: int) -> None:
    """A box on live rows only: a list that shrinks leaves no empty boxes."""
    places = {key: f"${letter}{table.top + 1}" for key, letter in letters.items()}
    rule = {
        "type": "formula",
        "criteria": "=" + look.live.format(**places),
        "format": drawing.paint(border=1, border_color=theme.BOX),
    }
    drawing.sheets[table.sheet].conditional_format(table.top, position, LAST_ROW, position, rule)


def _around(drawing: Drawing, table: Table, look: TableLook) -> None:
    """Frozen panes, outline buttons, print set-up, and no green triangles on IDs, phones and calculated columns."""
    sheet = drawing.sheets[table.sheet]
    if not table.hidden:
        sheet.freeze_panes(table.top, look.frozen)
        drawing.page(table.sheet, table.top - 1)
        if look.printed:
            sheet.print_area(0, 0, LAST_ROW, table.left - 1 + table.keys.index(look.printed))
    if any(column.folded for column in table.columns):
        sheet.outline_settings(True, False, False, False)  # [+] above the visible column in front of a group
    cells = xl_range(table.top, table.left - 1, LAST_ROW, table.left - 2 + len(table.columns))
    sheet.ignore_errors({"number_stored_as_text": cells, "calculated_column": cells, "formula_differs": cells})
