"""The frame that every tool sheet shares: title and day, the row of links, the grid, tiles, sections, lines of blocks.

A tool sheet's grid has 12 columns in three thirds; a block is a third, two thirds or the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from tracker.schema.base import SHEETS
from tracker.schema.blocks import BLOCK_SPECS, TILES, BlockSpec, Shape
from tracker.template import theme
from tracker.template.book import READ, TYPED, Drawing

GRID = (1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14)  # the content columns; 5 and 10 are gutters
THIRDS = ((1, 4), (6, 9), (11, 14))
THIRD = 4 * theme.COLUMN
LAST = 14
GRID_LINKS = dict(
    zip((*READ, *TYPED, "rules", "settings", "problems", "guide"), (1, 2, 3, 4, 6, 7, 8, 11, 12, 13, 14), strict=True)
)
# Which links a sheet of few columns drops first: from the end.
LEAD_LINKS = ("home", "rules", "settings", "problems", "guide", "lists", "team", "goals", "campaigns")
LIST_LINKS = ("home", *READ[1:], *TYPED, "problems", "guide", "rules", "settings")
LETTER, SPACE = 7, 14  # pixels a letter of a link takes, and the room between two


def open_page(drawing: Drawing, key: str, title: str) -> None:
    """A tool sheet on the 12-column grid: no grid lines, title, links, frozen below them."""
    sheet = drawing.sheets[key]
    for column in range(LAST + 2):
        gutter = theme.MARGIN if column in (0, LAST + 1) else theme.GUTTER
        sheet.set_column_pixels(column, column, theme.COLUMN if column in GRID else gutter, drawing.look())
    head(drawing, key, title, GRID_LINKS, LAST)
    sheet.freeze_panes(2, 0)
    drawing.page(key)


def head(drawing: Drawing, key: str, title: str, links: Mapping[str, int], last: int) -> None:
    """Rows 1 to 3 of a sheet: the title, the links by column, air."""
    sheet = drawing.sheets[key]
    sheet.hide_gridlines(2)
    for row, height in enumerate((theme.TITLE_HEIGHT, theme.LINKS_HEIGHT, theme.GAP)):
        sheet.set_row_pixels(row, height)
    drawing.text(key, 0, 1, title, font_size=theme.TITLE_SIZE, bold=True)
    for column in range(1, last + 1):
        sheet.write_blank(1, column, None, drawing.look(bottom=1, bottom_color=theme.RULE_DARK))
    here = {"bold": True, "bottom": 5, "bottom_color": theme.ACCENT, "font_color": theme.TEXT}
    for target, column in links.items():
        style = here if target == key else {"bottom": 1, "bottom_color": theme.RULE_DARK}
        drawing.link(key, 1, column, target, drawing.words.sheet(target), **style)


def links_over(drawing: Drawing, key: str, widths: Sequence[int], wanted: Sequence[str]) -> dict[str, int]:
    """Links over columns of any width from column B on, so that none is cut; the last wanted ones give way."""
    edges = [sum(widths[:i]) for i in range(len(widths))]
    for size in range(len(wanted), 0, -1):
        kept = {*wanted[:size], key}
        placed: dict[str, int] = {}
        free = 0
        for target in (one for one in SHEETS if one in kept):
            column = next((i for i, edge in enumerate(edges) if edge >= free), None)
            if column is None:
                break
            placed[target] = column + 1
            free = edges[column] + LETTER * len(drawing.words.sheet(target)) + SPACE
        if len(placed) == len(kept) and free <= sum(widths) + SPACE:
            return placed
    return {}


def section(drawing: Drawing, key: str, row: int, column: int, title: str, hint: str = "") -> None:
    """A block's title, and in the row below its measure."""
    drawing.sheets[key].set_row_pixels(row, theme.HEAD)
    drawing.text(key, row, column, title, font_size=theme.HEAD_SIZE, bold=True)
    if hint:
        drawing.text(key, row + 1, column, hint, font_size=theme.HINT_SIZE, font_color=theme.HINT, valign="top")


def day_line(drawing: Drawing, key: str, column: int) -> None:
    """The day the figures are of, at the right edge; red while a day is pinned."""
    line(drawing, f"day_{key}", 0, column, drawing.label("not_refreshed"), font_color=theme.HINT, align="right")
    red = drawing.paint(font_color=theme.LATE, bold=True)
    rule = {"type": "formula", "criteria": "=ISNUMBER(pinned_day)", "format": red}
    drawing.sheets[key].conditional_format(0, column, 0, column, rule)


def line(drawing: Drawing, name: str, row: int, column: int, text: str = "", **style: object) -> None:
    """A block of one cell, named, with the words that stand there until the first refresh."""
    spec = BLOCK_SPECS[name]
    if text:
        drawing.text(spec.sheet, row, column, text, **style)
    else:
        drawing.sheets[spec.sheet].write_blank(row, column, None, drawing.look(**style))
    drawing.name(name, spec.sheet, (row, column, row + spec.rows - 1, column))


def tiles(drawing: Drawing, key: str, row: int, tones: Mapping[str, str]) -> None:
    """Six tiles of two grid columns: a bar at the left, label, figure, note; a toned figure is coloured above zero.

    The figure's cell is merged over its two columns, the only merge there is: a number never flows into its neighbour.
    """
    sheet = drawing.sheets[key]
    for at, height in ((row, theme.LINE), (row + 1, theme.FIGURE), (row + 2, theme.LINE)):
        sheet.set_row_pixels(at, height)
    bar: dict[str, object] = {"left": 5, "left_color": theme.ACCENT, "indent": 1}
    small: dict[str, object] = {"font_size": theme.HINT_SIZE, "font_color": theme.HINT}
    for number, (tile, shape) in enumerate(TILES[key]):
        column, name = GRID[2 * number], f"{key}_{tile}"
        figure = {"font_size": theme.FIGURE_SIZE, "bold": True, "align": "left", "num_format": theme.SHAPES[shape]}
        drawing.text(key, row, column, drawing.label("tile", name), font_color=theme.HINT, **bar)
        sheet.merge_range(row + 1, column, row + 1, column + 1, "–", drawing.look(**figure, **bar))
        drawing.text(key, row + 2, column, drawing.label("tile_empty", name), **small, **bar)
        drawing.name(f"tile_{name}", key, (row + 1, column, row + 2, column))
        if tile in tones:
            rule = {"type": "cell", "criteria": "between", "minimum": 1, "maximum": 10**9}
            sheet.conditional_format(
                row + 1, column, row + 1, column, {**rule, "format": drawing.paint(font_color=tones[tile])}
            )


def block(
    drawing: Drawing, name: str, row: int, column: int, width: int, shapes: Sequence[Shape] = (), bare: bool = True
) -> None:
    """Draw a block's cells and define its name: a rule below each line, figures right, words after a figure indented.

    ``width`` is the number of sheet columns the rules run over. ``shapes`` gives each row its own shape. With
    ``bare`` a row whose first cell is blank carries no rule.
    """
    spec = BLOCK_SPECS[name]
    sheet = drawing.sheets[spec.sheet]
    by_place = {one.at: one for one in spec.columns}
    for i in range(spec.rows):
        after = False  # whether the last column of the block left of here holds figures
        for at in range(width):
            shape = by_place[at].shape if at in by_place else Shape.TEXT
            figure = shape not in theme.LEFT_SHAPES
            style = _line_style(shapes[i] if shapes and figure else shape, after and at in by_place)
            beside = by_place[at + 1].shape if at in by_place and at + 1 in by_place else None
            if not figure and beside and (beside not in theme.LEFT_SHAPES or shape is Shape.LINK):
                style["shrink"] = True  # a long name is not cut off by what stands beside it
            sheet.write_blank(row + i, column + at, None, drawing.look(**style))
            after = figure if at in by_place else after
    drawing.name(name, spec.sheet, (row, column, row + spec.rows - 1, column + _last(spec)))
    if bare and not spec.labels:
        unruled(drawing, spec.sheet, (row, column, row + spec.rows - 1, column + width - 1))


def unruled(drawing: Drawing, key: str, area: tuple[int, int, int, int]) -> None:
    """Take the rule from the rows of an area whose first cell is blank: a list that shrinks leaves no empty lines.

    The rule is painted over with paper: a rule given by a conditional format prints at uneven weight.
    """
    first = xl_rowcol_to_cell(area[0], area[1], col_abs=True)
    bare = drawing.paint(bottom=1, bottom_color=theme.PAPER)
    rule = {"type": "formula", "criteria": f'={first}=""', "format": bare}
    drawing.sheets[key].conditional_format(*area, rule)


def _line_style(shape: Shape, after_figure: bool) -> dict[str, object]:
    style: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE, "num_format": theme.SHAPES[shape]}
    if shape is Shape.LINK:
        style |= {"font_color": theme.ACCENT, "bold": True}
    if shape in theme.LEFT_SHAPES:
        return {**style, "align": "left", "indent": int(after_figure)}
    return {**style, "align": "right"}


def _last(spec: BlockSpec) -> int:
    return max(column.at for column in spec.columns)


def heads(drawing: Drawing, name: str, row: int, column: int, width: int, wrap: bool = False) -> None:
    """The small headers above a block, right over figures; they may take two lines."""
    spec = BLOCK_SPECS[name]
    sheet = drawing.sheets[spec.sheet]
    hint = {"font_size": theme.HINT_SIZE, "font_color": theme.HINT, "bottom": 1, "bottom_color": theme.RULE_DARK}
    hint |= {"text_wrap": True, "valign": "bottom"} if wrap else {}
    for at in range(width):
        sheet.write_blank(row, column + at, None, drawing.look(**hint))
    after = False
    for one in spec.columns:
        left = one.shape in theme.LEFT_SHAPES
        side: dict[str, object] = {"align": "left", "indent": int(after)} if left else {"align": "right"}
        drawing.text(spec.sheet, row, column + one.at, drawing.label("block", name, one.key), **hint, **side)
        after = not left


def vanishing(drawing: Drawing, key: str, row: int, column: int, text: str, when: str) -> None:
    """A sentence in hint grey, hidden by its number format as long as the formula ``when`` holds."""
    drawing.text(key, row, column, text, font_color=theme.HINT)
    hidden = drawing.paint(num_format=theme.HIDDEN, font_color="#FFFFFF")
    rule = {"type": "formula", "criteria": "=" + when, "format": hidden}
    drawing.sheets[key].conditional_format(row, column, row, column, rule)
