"""The words: every header, tab, label and message is there, fits where it stands, and means one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tracker.schema.base import BASE, SHEETS, VERY_HIDDEN
from tracker.schema.blocks import BLOCKS, KPIS, TILES
from tracker.schema.column import Table
from tracker.schema.lists import LISTS
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS
from tracker.schema.tags import DIMENSIONS, RULES
from tracker.words import Words, fill, load, locales

ENGLISH = load("en")
LANGUAGES = pytest.mark.parametrize("words", locales(), ids=lambda words: words.locale)
TABLES = pytest.mark.parametrize("table", BASE.tables, ids=lambda table: table.name)


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every word of a tree with its path."""
    for key, value in node.items():
        if isinstance(value, str):
            yield (*path, key), value
        else:
            yield from leaves(value, (*path, key))


def places(text: str) -> set[str]:
    """The names in braces."""
    return set(re.findall(r"\{(\w+)\}", text))


@TABLES
def test_every_column_has_a_header(table: Table) -> None:
    section = ENGLISH.tree["header"][table.name]
    assert set(section) == set(table.keys)


@LANGUAGES
@TABLES
def test_headers_are_unique_without_regard_to_case(words: Words, table: Table) -> None:
    headers = [words.header(table.name, key).strip().casefold() for key in table.keys]
    assert len(set(headers)) == len(headers)


@LANGUAGES
@TABLES
def test_no_header_is_the_key_of_another_column(words: Words, table: Table) -> None:
    # Reading accepts keys as headers, so that one must not stand for two columns.
    for key in table.keys:
        header = words.header(table.name, key).strip().casefold()
        assert header == key or header not in table.by_key


@TABLES
def test_a_header_means_the_same_column_in_every_language(table: Table) -> None:
    meaning: dict[str, str] = {}
    for words in locales():
        for key in table.keys:
            header = words.header(table.name, key).strip().casefold()
            assert meaning.setdefault(header, key) == key


@LANGUAGES
def test_tabs_are_names_excel_takes(words: Words) -> None:
    names = [words.sheet(key) for key in (*SHEETS, *VERY_HIDDEN)]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")


@LANGUAGES
@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_labels_of_a_list_are_there_and_differ(words: Words, spec: Any) -> None:
    labels = [words.find("choice", spec.name, code) for code in spec.codes]
    assert None not in labels
    assert len({label.casefold() for label in labels if label}) == len(labels)


@LANGUAGES
def test_labels_that_are_picked_hold_no_separator(words: Words) -> None:
    for spec in LISTS:
        assert not any(re.search(r"[;；]", words.choice(spec.name, code)) for code in spec.codes)


def test_settings_units_and_choices_have_words() -> None:
    keys = {*OWNED, *COUNTERS.values(), *(setting.key for setting in SETTINGS)}
    assert set(ENGLISH.tree["setting"]) == keys
    assert {setting.unit for setting in SETTINGS if setting.unit} <= set(ENGLISH.tree["unit"])
    for setting in SETTINGS:
        assert all(ENGLISH.find("choice", setting.key, code) for code in setting.choices)


@LANGUAGES
def test_choices_of_a_setting_fit_a_dropdown(words: Words) -> None:
    # A dropdown written out in the cell rule holds 255 characters and parts its values by commas.
    for setting in SETTINGS:
        labels = [words.choice(setting.key, code) for code in setting.choices]
        assert len(",".join(labels)) <= 255
        assert not any("," in label for label in labels)


def test_states_tags_and_severities_have_words() -> None:
    assert set(ENGLISH.tree["choice"]["state"]) >= {"overdue", "today", "upcoming", "complete", "not_applied"}
    assert set(ENGLISH.tree["choice"]["severity"]) == {"error", "warning", "info"}
    assert set(ENGLISH.tree["choice"]["dimension"]) == set(DIMENSIONS)
    for rule in RULES:
        assert ENGLISH.find("choice", f"tag_{rule.dimension}", rule.tag)
        assert ENGLISH.find("label", "rule", f"{rule.dimension}_{rule.tag}")


def test_blocks_tiles_and_key_figures_have_words() -> None:
    headed = {"months", "value_tags", "stages", "sources", "quarters", "items", "owners", "home_first", "home_ahead"}
    for block in BLOCKS:
        if block.name in headed:
            assert set(ENGLISH.tree["label"]["block"][block.name]) == {column.key for column in block.columns}
    for sheet, tiles in TILES.items():
        for tile, _ in tiles:
            assert ENGLISH.find("label", "tile", f"{sheet}_{tile}")
            assert ENGLISH.find("label", "tile_empty", f"{sheet}_{tile}")
    for key, _ in KPIS:
        assert ENGLISH.find("label", key)
        assert ENGLISH.find("label", "definition", key)


@LANGUAGES
def test_prompts_are_short_enough_for_excel(words: Words) -> None:
    for path, text in leaves(words.section("prompt")):
        assert len(text) <= (32 if path[-1].endswith("_title") else 255), path
    for table in BASE.tables:
        for key in table.keys:
            assert len(words.header(table.name, key)) <= 32


def test_prompts_speak_of_columns_that_exist() -> None:
    for name, section in ENGLISH.tree["prompt"].items():
        if isinstance(section, dict):
            assert set(section) <= set(BASE[name].keys)


@LANGUAGES
def test_a_language_knows_no_word_that_english_lacks_and_keeps_the_places(words: Words) -> None:
    english = dict(leaves(ENGLISH.tree))
    for path, text in leaves(words.tree):
        assert path in english, path
        assert places(text) <= places(english[path]), path


@LANGUAGES
def test_words_are_trimmed_and_not_empty(words: Words) -> None:
    for path, text in leaves(words.tree):
        # Words that join sentences, such as "; ", are the exception.
        assert text.strip() == text or path[0] in ("say", "why", "followup", "cli", "report", "explain"), path
        assert text, path


def test_an_unknown_language_is_english_and_a_missing_word_falls_back() -> None:
    assert load("tlh") is load("en")
    assert load("../en") is load("en")
    half = Words("xx", {"sheet": {"home": "Dom"}}, ENGLISH)
    assert (half.sheet("home"), half.sheet("guide")) == ("Dom", "Guide")
    assert half.at("label", "nobody wrote this") == "nobody wrote this"


def test_text_of_a_workbook_is_no_template() -> None:
    assert fill("{name} owes {amount}", {"name": "{amount}"}) == "{amount} owes {amount}"
