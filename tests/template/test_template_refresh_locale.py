"""A whole refresh in a made-up language: the same figures in other words, with no code of its own."""

from __future__ import annotations

import numpy as np
import pytest
from books import TODAY, demo_book, refreshed
from test_template_locale import MARK, made_up

from tracker.demo.workbook import workbook as demo_workbook
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.schema.base import BASE

__all__ = ["made_up"]  # the language is installed by this fixture
IN_WORDS = {
    "Customers": ("followup_state", "followup_why", "tag_why"),
    "Interactions": ("followup_state",),
    "FollowUps": ("what", "why", "state", "escalation"),
    "Problems": ("severity", "problem", "remedy"),
}


@pytest.mark.usefixtures("made_up")
def test_a_refresh_says_the_same_in_other_words() -> None:
    (english, one), (other, two) = map(refreshed, (demo_book(TODAY), demo_workbook(TODAY, locale="xx")))
    mine, theirs = (read(MemoryHost(data), TODAY) for data in (english, other))
    assert theirs.words.locale == "xx"
    assert [(f.code, f.place.row, f.place.key) for f in one.findings] == [
        (f.code, f.place.row, f.place.key) for f in two.findings
    ]
    for table in ("Customers", "Interactions", "Purchases", "FollowUps"):
        for column in BASE[table].columns:
            if column.kind.is_text and not (column.is_tool and column.choices):
                continue
            one, two = (snapshot.frames[table].columns[column.key] for snapshot in (mine, theirs))
            np.testing.assert_array_equal(one, two, f"{table}.{column.key}")
    typed = {*theirs.text("Interactions", "action")}  # staff's own words say why as well
    for table, keys in IN_WORDS.items():
        for key in keys:
            one_by_one = list(zip(mine.text(table, key), theirs.text(table, key), strict=True))
            assert any(text for text, _ in one_by_one), (table, key)
            for text, translated in one_by_one:
                assert translated.replace(MARK, "") == text.replace(MARK, ""), (table, key)
                assert not text or MARK in translated or text in typed, (table, key, text)
    assert not refreshed(other, hour=19)[1].changed
