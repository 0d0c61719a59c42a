"""The demo is the same for the same day, has everything in it, and leaves a day's work, whatever the day."""

from __future__ import annotations

from datetime import date

import pytest
from books import demo_book, refreshed

from tracker.demo.company import company
from tracker.demo.workbook import NAME, make, workbook
from tracker.engine.read import read, read_identity
from tracker.errors import pasted
from tracker.hosts import ClosedFile, MemoryHost
from tracker.schema.lists import LIST_SPECS

DAYS = (date(2026, 11, 24), date(2028, 2, 29))
TAGS = ("stage", "value", "behaviour", "care", "need")


@pytest.fixture(scope="module", params=DAYS, ids=str)
def demo(request):
    """The refreshed demo of a day: the day, its bytes, and what refresh said."""
    return request.param, *refreshed(demo_book(request.param), request.param)


def test_same_day_and_seed_same_bytes():
    assert workbook(DAYS[0]) == demo_book(DAYS[0])
    assert workbook(DAYS[0], seed=8) != demo_book(DAYS[0])


def test_sizes_and_scripts():
    frames = company(DAYS[0]).frames
    assert [len(frames[name]) for name in ("Customers", "Interactions", "Purchases")] == [300, 2_000, 1_500]
    people = frames["Customers"]
    names = "".join(people.text("last_name"))
    for letter in "éłşČЇάΠ王田حñ".replace("ş", "").replace("Č", ""):
        assert letter in names or letter in "".join(people.text("company")), letter
    for key in ("customer_id", "email", "phone"):
        filled = [text for text in people.text(key) if text]
        assert filled and len(set(filled)) == len(filled)


def test_a_day_of_work_not_a_flood(demo):
    _, _, done = demo
    assert 15 <= done.due["overdue"] <= 40
    assert done.due["today"] <= 20
    assert 20 <= done.due["upcoming"] <= 55


def test_every_tag_is_borne_by_somebody(demo):
    day, data, _ = demo
    frame = read(MemoryHost(data), day).frames["Customers"]
    for dimension in TAGS:
        assert set(frame.text(f"tag_{dimension}")) - {""} == set(LIST_SPECS[f"tag_{dimension}"].codes)


def test_the_slips_are_found_and_nothing_else_is_wrong(demo):
    day, _, done = demo
    expected = {"V112", "V106", "R107", "D102", "L101", "V110", "R101", "V101", "L107", "R106", "V127"}
    found = {finding.code for finding in done.findings}
    assert expected <= found
    assert found <= expected | {"V102", "V119"}
    assert 10 <= len(done.findings) <= len(company(day).slips)


@pytest.fixture(scope="module")
def north(tmp_path_factory):
    """A folder with a demo."""
    folder = tmp_path_factory.mktemp("north branch")
    lines = make(folder, DAYS[0])
    assert len(lines) == 6 and lines[0].startswith(f"{folder / NAME}: ")
    assert lines[-1].count(f" {pasted(folder / NAME)}") == 3
    return folder


def test_it_is_refreshed_and_calm(north):
    data = (north / NAME).read_bytes()
    assert not refreshed(data, DAYS[0], hour=17)[1].changed
    make(north, DAYS[0])
    assert (north / NAME).read_bytes() == data


def test_demos_of_two_folders_are_two_workbooks(north, tmp_path):
    make(tmp_path, DAYS[0])
    hosts = [ClosedFile(folder / NAME) for folder in (north, tmp_path)]
    north, south = (read_identity(host)[1].workbook_id for host in hosts)
    assert north and south and north != south
