"""Another language needs no code: a made-up one, every word of English with a mark, comes out in every place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from template_world import CREATED, ID, opened

from tracker import words
from tracker.engine import locate
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.schema.base import BASE, SHEETS
from tracker.template import build
from tracker.template.guide import _names
from tracker.words import Words, fill, load

MARK = "ж"
FREE = re.compile(r"[ƒ✎↻]|\[\+\]")


def marked(node: Any) -> Any:
    """Every word with the mark in front."""
    return {key: marked(value) for key, value in node.items()} if isinstance(node, dict) else MARK + node


def toml(node: dict[str, Any], path: str = "") -> str:
    """A tree of words as a locale file."""
    lines = [f'"{key}" = {_quoted(value)}' for key, value in node.items() if isinstance(value, str)]
    text = f"[{path}]\n" + "\n".join(lines) + "\n" if path and lines else "\n".join(lines)
    for key, value in node.items():
        if isinstance(value, dict):
            text += toml(value, f"{path}.{key}" if path else key)
    return text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[words.Words]:
    """The made-up language, installed beside English for one test."""
    english = (words.FOLDER / "en.toml").read_text(encoding="utf-8")
    (tmp_path / "en.toml").write_text(english, encoding="utf-8")
    (tmp_path / "xx.toml").write_text(toml(marked(tomllib.loads(english))), encoding="utf-8")
    caches: tuple[Callable[[], None], ...] = (
        words.load.cache_clear,
        words.locales.cache_clear,
        locate._own_headers.cache_clear,
        locate._known_headers.cache_clear,
    )
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    for clear in caches:
        clear()
    yield words.load("xx")
    monkeypatch.undo()
    for clear in caches:
        clear()


def test_the_made_up_language_is_there(made_up: words.Words) -> None:
    assert made_up.locale == "xx"
    assert [one.locale for one in words.locales()] == ["en", "xx"]


def test_tabs_headers_and_dropdowns_come_out_in_it(made_up: words.Words) -> None:
    book = opened(build(BASE, made_up, workbook_id=ID, created=CREATED))
    assert all(title.startswith(MARK) for title in book.sheetnames)
    for table in BASE.tables:
        found = book[made_up.sheet(table.sheet)].tables[table.name]
        assert all(column.name.startswith(MARK) for column in found.tableColumns)
    choices = book[made_up.sheet("choices")]
    labels = [cell.value for row in choices.iter_rows(min_row=2) for cell in row if cell.value]
    assert len(labels) > 60
    assert all(label.startswith(MARK) for label in labels)


def test_every_word_on_the_sheets_people_read_comes_out_in_it(made_up: words.Words) -> None:
    book = opened(build(BASE, made_up, workbook_id=ID, created=CREATED))
    for key in ("home", "summary", "guide", "followups", "problems"):
        for row in book[made_up.sheet(key)].iter_rows():
            for cell in row:
                text = str(cell.value or "")
                if re.search(r"[A-Za-z]{2}", text) and not text.startswith(("=HYPERLINK", MARK)):
                    assert MARK in text, (key, cell.coordinate)


def test_messages_footers_and_painted_words_come_out_in_it(made_up: words.Words) -> None:
    book = opened(build(BASE, made_up, workbook_id=ID, created=CREATED))
    for key in SHEETS:
        sheet = book[made_up.sheet(key)]
        assert MARK in str(sheet.oddFooter.left.text)
        for rule in sheet.data_validations.dataValidation:
            assert all(MARK in text for text in (rule.prompt, rule.promptTitle, rule.error, rule.errorTitle) if text)
    painted = [
        rule.formula[0]
        for key in ("customers", "followups", "problems")
        for rules in book[made_up.sheet(key)].conditional_formatting
        for rule in rules.rules
        if rule.operator == "equal"
    ]
    assert f'"{made_up.choice("state", "overdue")}"' in painted
    assert all(text.startswith(f'"{MARK}') for text in painted)


def test_formulas_are_spelled_in_it_and_names_stay_as_they_are(made_up: words.Words) -> None:
    data = build(BASE, made_up, workbook_id=ID, created=CREATED)
    assert {name for name in MemoryHost(data).book().names if not name.isascii()} == set()
    sheet = opened(data)[made_up.sheet("customers")]
    state = sheet.cell(2, 1 + BASE["Customers"].keys.index("followup_state")).value
    assert f"Customers[[#This Row],[{MARK}Due]]" in state
    assert f'"{MARK}Overdue"' in state


def test_the_engine_reads_the_workbook_without_a_finding(made_up: words.Words) -> None:
    snapshot = read(MemoryHost(build(BASE, made_up, workbook_id=ID, created=CREATED)), date(2026, 11, 18))
    assert snapshot.findings == ()
    assert snapshot.words.locale == "xx"
    assert snapshot.lists["channel"].label("phone") == MARK + "Phone"
    assert snapshot.settings.spend_window == "rolling"


def test_the_guide_calls_columns_and_labels_as_this_book_does() -> None:
    tree = {
        "header": {"Interactions": {"responded_at": "Beantwortet", "direction": "Richtung", "resolved_on": "Gelöst"}},
        "choice": {"direction": {"inbound": "Eingang"}},
    }
    words = Words("de", tree, load("en"))
    names = _names(words)
    said = [fill(words.at("guide", f"closing_{n}"), names) for n in range(1, 5)]
    assert all("{" not in sentence for sentence in said)
    text = " ".join(said)
    assert all(name in text for name in ("“Beantwortet”", "“Richtung” Eingang", "“Gelöst”", "“Status” Closed"))
