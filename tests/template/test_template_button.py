"""The workbook with the button: the other one, and nothing else in it but buttons, macros and what says so."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from template_world import built, parts

from tracker.ooxml import Workbook
from tracker.ooxml.change import code_names
from tracker.template.__main__ import WITH_BUTTON, canonical
from tracker.template.button import buttons, corners, project, wanting, with_button
from tracker.words import load, locales

WORDS = load("en")
CHANGED = {  # by the words on Home, by the project, by drawings; sheets besides by their code names
    *("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/drawings/drawing1.xml"),
    "xl/worksheets/_rels/sheet2.xml.rels",
}
NEW = {"xl/vbaProject.bin", "xl/drawings/drawing4.xml"}


def test_the_workbook_of_the_repository_is_a_fresh_build() -> None:
    # To mend: make macros template
    stored, fresh = parts(WITH_BUTTON.read_bytes()), parts(with_button(canonical(), WORDS).data)
    assert list(stored) == list(fresh)
    assert [name for name, part in fresh.items() if stored[name] != part] == []


def test_only_what_has_to_do_with_the_button_differs() -> None:
    plain, whole = parts(canonical()), parts(WITH_BUTTON.read_bytes())
    assert set(whole) - set(plain) == NEW
    assert set(plain) - set(whole) == set()
    other = {name for name in plain if plain[name] != whole[name]}
    sheets = {name for name in plain if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)}
    assert other == CHANGED | sheets
    coded = re.compile(rb' codeName="Sheet\d+"')
    for name in sheets - {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}:
        # A sheet has its code name, in a `sheetPr` that was there or is there for it alone.
        bare = coded.sub(b"", whole[name]).replace(b"<sheetPr/>", b"")
        assert bare == plain[name], name


def test_the_cells_are_the_same_but_for_what_home_says_about_refreshing() -> None:
    plain, whole = Workbook(canonical()), Workbook(WITH_BUTTON.read_bytes())
    said = {}
    for sheet in plain.sheets:
        before, after = plain.read(sheet.name), whole.read(sheet.name)
        assert list(before.columns) == list(after.columns)
        for number, column in before.columns.items():
            old, new = column.values(), after.columns[number].values()
            said |= {old[i]: new[i] for i in range(len(old)) if old[i] != new[i]}
    label = WORDS.at
    assert said == {
        label("label", "how_refresh"): label("label", "how_refresh_button"),
        label("label", "refresh_command"): label("label", "refresh_keys"),
    }


def test_home_has_both_buttons_and_followups_has_one() -> None:
    found = {name: part for name, part in parts(WITH_BUTTON.read_bytes()).items() if "drawings/drawing" in name}
    macros = {
        name: [one.get("macro") for one in ElementTree.fromstring(part).iter() if one.get("macro")]
        for name, part in found.items()
        if not name.endswith(".rels")
    }
    refresh, undo = "[0]!TrackerButton.TrackerRefresh", "[0]!TrackerButton.TrackerUndo"
    assert {name: calls for name, calls in macros.items() if calls} == {
        "xl/drawings/drawing1.xml": [refresh, undo],
        "xl/drawings/drawing4.xml": [refresh],
    }


def test_the_project_is_the_built_one_and_knows_its_sheets() -> None:
    workbook = Workbook(WITH_BUTTON.read_bytes())
    assert workbook.package.read("xl/vbaProject.bin") == project()
    names = code_names(workbook)
    assert names.book == "ThisWorkbook"
    assert names.sheets == tuple(f"Sheet{n}" for n in range(1, len(workbook.sheets) + 1))


@pytest.mark.parametrize("locale", [words.locale for words in locales()])
def test_every_language_has_its_buttons(locale: str) -> None:
    words = load(locale)
    whole = with_button(built(locale), words)
    assert whole.cells == 2
    assert wanting(whole.data, words, corners(words)) == ()
    assert len(buttons(words, corners(words))) == 3
    assert with_button(whole.data, words).data is whole.data
