"""Guide: how to work with the book, what its marks and colours mean, and how its tags are given."""

from __future__ import annotations

from tracker.template import theme
from tracker.template.book import Drawing
from tracker.template.page import LAST, block, open_page, section
from tracker.words import Words, fill

KEY = "guide"
RIGHT, WIDE = 11, 9
PARTS = (("every_day", 5), ("know", 7), ("closing", 4), ("refresh", 2))  # a title, and its sentences numbered from 1
RULED: dict[str, object] = {"bottom": 1, "bottom_color": theme.RULE}


def draw_guide(drawing: Drawing) -> None:
    """Draw the sheet: sentences in the left two thirds, the marks as they look at the right."""
    open_page(drawing, KEY, drawing.words.sheet(KEY))
    drawing.text(KEY, 0, LAST, drawing.label("hint_guide"), font_color=theme.HINT, align="right")
    row = 3
    for part, sentences in PARTS:
        section(drawing, KEY, row, 1, drawing.words.at("guide", part))
        for n in range(1, sentences + 1):
            _line(drawing, row + n, 1, WIDE)
            said = fill(drawing.words.at("guide", f"{part}_{n}"), _names(drawing.words))
            drawing.text(KEY, row + n, 1, said, **RULED)
        row += sentences + 2
    _rules(drawing, row)
    section(drawing, KEY, 3, RIGHT, drawing.words.at("guide", "marks"))
    for n, (mark, meaning, style) in enumerate(_marks(drawing), 4):
        _line(drawing, n, RIGHT, LAST)
        drawing.text(KEY, n, RIGHT, mark, bold=True, align="center", **style, **RULED)
        drawing.text(KEY, n, RIGHT + 1, drawing.words.at("guide", f"mark_{meaning}_means"), indent=1, **RULED)


def _rules(drawing: Drawing, row: int) -> None:
    """The rules of this workbook in words, over the whole width; Refresh fills them in."""
    section(drawing, KEY, row, 1, drawing.words.at("guide", "rules"), drawing.words.at("guide", "rules_hint"))
    block(drawing, "guide_rules", row + 2, 1, LAST)
    drawing.sheets[KEY].set_h_pagebreaks([row])


def _names(words: Words) -> dict[str, str]:
    """What the sentences call by name: headers and labels as this book has them."""
    headers = {key: words.header("Interactions", key) for key in ("direction", "responded_at", "resolved_on")}
    labels = {"inbound": words.choice("direction", "inbound"), "closed": words.choice("status", "closed")}
    return {**headers, "status": words.header("Customers", "status"), **labels}


def _marks(drawing: Drawing) -> tuple[tuple[str, str, dict[str, object]], ...]:
    """Each mark as it looks, and the key of what it means."""
    words = drawing.words
    late, today = _tone(*theme.ALARM), _tone(*theme.CAUTION)
    return (
        (
            "ƒ " + words.at("guide", "mark_tool"),
            "tool",
            {"font_color": theme.ACCENT, "bg_color": theme.HEAD_TOOL},
        ),
        (
            "✎ " + words.at("guide", "mark_input"),
            "input",
            {"font_color": theme.PAPER, "bg_color": theme.ACCENT},
        ),
        (words.at("guide", "mark_staff"), "staff", {"bg_color": theme.HEAD_A}),
        (words.choice("state", "overdue"), "overdue", late),
        (words.choice("state", "today"), "today", today),
        ("▲ 12 %", "better", {"font_color": theme.GOOD, "bg_color": theme.GOOD_BG}),
        ("[+]", "folded", {}),
        (drawing.label("open"), "link", {"font_color": theme.ACCENT}),
    )


def _tone(ink: str, ground: str) -> dict[str, object]:
    return {"font_color": ink, "bg_color": ground}


def _line(drawing: Drawing, row: int, first: int, last: int) -> None:
    drawing.sheets[KEY].set_row_pixels(row, theme.HEAD)
    for column in range(first, last + 1):
        drawing.sheets[KEY].write_blank(row, column, None, drawing.look(**RULED))
