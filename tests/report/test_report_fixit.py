"""What the fix-it copy and `fix --accept` agree on."""

from tracker.report.fixit import COLUMNS, KEYS, positions
from tracker.words import locales


def test_a_copy_is_read_in_every_language_and_order():
    for words in locales():
        headers = [column.header(words) for column in reversed(COLUMNS)]
        assert positions(["Membership", *headers]) == {key: len(KEYS) - place for place, key in enumerate(KEYS)}


def test_headers_differ_without_regard_to_case():
    for words in locales():
        headers = [column.header(words).casefold() for column in COLUMNS]
        assert len(set(headers)) == len(headers)


def test_one_column_is_edited_and_it_is_seen():
    assert [(column.key, column.hidden) for column in COLUMNS if column.editable] == [("suggestion", False)]


def test_what_a_box_says_is_short_enough_for_excel():
    for words in locales():
        assert len(words.at("fixit", "header", "suggestion")) <= 32
        assert len(words.at("fixit", "box")) <= 255
