"""How the workbook looks, as far as a rule can say it: contrast, messages that fit, nothing cut off."""

from __future__ import annotations

import re

import pytest
from template_world import built, opened, parts

from tracker.hosts import MemoryHost
from tracker.schema.base import BASE
from tracker.schema.blocks import LIST_ROWS
from tracker.template import theme
from tracker.words import locales

INK = theme._SLOTS
PAPER, TEXT, HINT, BAND, ACCENT = (INK[slot] for slot in ("lt1", "dk1", "dk2", "lt2", "accent1"))
PAIRS = [
    (TEXT, PAPER),
    (HINT, PAPER),
    (HINT, BAND),
    (TEXT, theme.HEAD_A),
    (TEXT, theme.HEAD_B),
    (ACCENT, PAPER),
    (ACCENT, theme.HEAD_TOOL),
    (PAPER, ACCENT),
    theme.ALARM,
    theme.CAUTION,
    (theme.GOOD, theme.GOOD_BG),
    (theme.LATE, PAPER),
    (theme.DUE, PAPER),
]


def luminance(colour: str) -> float:
    """Relative luminance [W3C, WCAG 2.1]."""
    channels = (int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(ink: str, ground: str) -> None:
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("locale", [words.locale for words in locales()])
def test_messages_fit_in_every_language(locale: str) -> None:
    # The writing library drops a longer one with a warning; Excel would offer to repair the file.
    for sheet in opened(built(locale)):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255


@pytest.mark.parametrize("locale", [words.locale for words in locales()])
def test_headers_fit_their_columns_in_two_lines(locale: str) -> None:
    words = next(one for one in locales() if one.locale == locale)
    for table in BASE.tables:
        for column in table.columns:
            longest = max(words.header(table.name, column.key).split(), key=len)
            wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in longest)
            assert wide * 7 <= column.width - 10 or table.hidden, column.key


def test_no_cell_is_merged_but_the_tiles_figures_and_reasons_of_two_lines() -> None:
    merged = {sheet.title: len(sheet.merged_cells.ranges) for sheet in opened(built()) if sheet.merged_cells.ranges}
    assert merged == {"Home": 6, "Summary": 6, "Segments": LIST_ROWS}


def test_the_book_brings_its_own_table_style_and_theme() -> None:
    everything = parts(built())
    assert b'<tableStyle name="Tracker"' in everything["xl/styles.xml"]
    count = int(re.search(rb'<dxfs count="(\d+)"', everything["xl/styles.xml"])[1])
    assert everything["xl/styles.xml"].count(b"<dxf>") == count
    styles = [part for name, part in everything.items() if name.startswith("xl/tables/")]
    assert all(b'tableStyleInfo name="Tracker"' in part for part in styles)
    assert b'<a:srgbClr val="1F6F6B"/>' in everything["xl/theme/theme1.xml"]


def test_signal_colours_are_painted_by_what_a_cell_says() -> None:
    # A refresh writes values; only these rules colour them, so that nobody's own colours are in its way.
    book = opened(built())
    painted = {
        (sheet.title, rule.formula[0])
        for sheet in book
        for rules in sheet.conditional_formatting
        for rule in rules.rules
        if rule.operator == "equal"
    }
    for sheet, word in [
        ("Customers", "Overdue"),
        ("Customers", "Today"),
        ("Interactions", "Overdue"),
        ("Follow-ups", "Overdue"),
        ("Follow-ups", "High risk"),
        ("Problems", "Error"),
        ("Problems", "Warning"),
        ("Home", "Overdue"),
    ]:
        assert (sheet, f'"{word}"') in painted


def test_a_pinned_day_is_red_on_every_sheet_that_shows_a_day() -> None:
    book = opened(built())
    for title in ("Home", "Follow-ups", "Summary", "Segments", "Problems"):
        rules = [rule.formula for group in book[title].conditional_formatting for rule in group.rules]
        assert ["ISNUMBER(pinned_day)"] in rules


def test_a_row_that_a_list_left_blank_has_no_rule() -> None:
    # Painted over by what its first cell says; charts and figures with labels of their own keep their lines.
    book = opened(built())
    paper = {"Home": "$B20", "Summary": "$G55", "Segments": "$C7", "Follow-ups": "$B7", "Problems": "$B7"}
    for title, cell in paper.items():
        rules = [rule for group in book[title].conditional_formatting for rule in group.rules]
        bare = [rule for rule in rules if rule.formula == [f'{cell}=""'] and rule.dxf.border is not None]
        assert bare, title
        assert bare[0].dxf.border.bottom.color.theme == 0


def test_bars_of_the_days_ahead_leave_out_what_is_due_later() -> None:
    # Hundreds that are due some day would dwarf the week.
    chart = parts(built())["xl/charts/chart1.xml"].decode()
    area = MemoryHost(built()).book().areas["home_ahead"].ref
    assert f"Home!$M${area.first_row}:$M${area.last_row - 1}" in chart.replace("'", "")


def test_a_sentence_never_lies_over_the_labels_of_bars() -> None:
    # It goes as soon as a bar has a label, whatever its length.
    rules = [
        rule.formula[0]
        for group in opened(built())["Summary"].conditional_formatting
        for rule in group.rules
        if rule.dxf.numFmt is not None and "COUNT" in rule.formula[0]
    ]
    assert len(rules) == 7
    assert sum(formula.startswith("COUNTA(") for formula in rules) == 4


@pytest.mark.parametrize(("table", "last"), [("Customers", "K"), ("Interactions", "N"), ("Purchases", "M")])
def test_wide_tables_print_as_many_columns_as_can_be_read(table: str, last: str) -> None:
    name = re.search(rf"Print_Area[^>]*>({table}!\$A:\$[A-Z]+)<", parts(built())["xl/workbook.xml"].decode())
    assert name is not None
    assert name[1] == f"{table}!$A:${last}"
    columns = BASE[table].columns[: ord(last) - ord("A") + 1]
    assert sum(column.width for column in columns) <= 1_750  # pixels on 277 mm: type of 6 points at least
    assert not any(column.folded for column in columns)
