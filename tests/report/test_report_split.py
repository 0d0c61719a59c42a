"""A report in parts: everybody gets what is theirs, nobody what is not, and a name is never a path."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strangers import place, report

from tracker.errors import Exit
from tracker.report import FORMATS, FileReport, Report, redacted
from tracker.report.split import safe, split
from tracker.schema.findings import finding
from tracker.words import load


def of(owner, row, value="x"):
    return replace(finding("V104", place(row), value=value), owner=owner)


FILES = (
    FileReport("north.xlsx", (of("Anna", 2, "a1"), of("Bo", 3, "b1"), of("", 4, "nobody1"), of(" anna ", 5, "a2"))),
    FileReport("south.xlsx", (of("Bo", 2, "b2"),)),
    FileReport("clean.xlsx"),
    FileReport("torn.xlsx", error="it is torn", exit=Exit.UNREADABLE),
)
WHOLE = Report(FILES, skipped=3, other_kinds=1, day="2026-11-18")


def values(part):
    return [found.value for one in part.report.files for found in one.findings]


def test_each_owner_gets_their_findings_and_what_nobody_looks_after_stands_apart():
    parts = split(WHOLE, "owner", load())
    assert [(part.name, values(part)) for part in parts] == [
        ("Anna", ["a1", "a2"]),
        ("Bo", ["b1", "b2"]),
        ("no owner", ["nobody1"]),
    ]
    assert [[one.path for one in part.report.files] for part in parts] == [
        ["north.xlsx"],
        ["north.xlsx", "south.xlsx"],
        ["north.xlsx", "torn.xlsx"],
    ]
    assert [part.report.about for part in parts] == ["Anna", "Bo", "no owner"]


def test_a_file_that_could_not_be_checked_is_nobodys_and_never_left_out():
    anna, nobody = split(Report((FILES[3], FileReport("a.xlsx", (of("Anna", 2),)))), "owner", load())
    assert [one.path for one in anna.report.files] == ["a.xlsx"]
    assert [one.path for one in nobody.report.files] == ["torn.xlsx"]


def test_each_file_with_something_to_tell_is_a_part():
    parts = split(WHOLE, "file", load())
    assert [(part.name, part.report.about) for part in parts] == [
        (name, name) for name in ("north.xlsx", "south.xlsx", "torn.xlsx")
    ]
    assert [one.path for one in parts[0].report.files] == ["north.xlsx"]


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_page_says_whose_it_is_and_of_which_day(form):
    anna, *_ = split(WHOLE, "owner", load())
    page = FORMATS[form].render(anna.report, load())
    assert "What validate found for Anna" in page and "As of 2026-11-18" in page
    assert "b1" not in page and "a1" in page


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_says_an_owner_of_its_own_accord(form):
    secret = Report([FileReport("a.xlsx", (of("Zebulon", 2),))])
    assert "Zebulon" not in FORMATS[form].render(secret, load())
    assert "Zebulon" not in FORMATS[form].render(redacted(secret, load()), load())


def test_hidden_values_stay_hidden_and_the_address_stays():
    anna, *_ = split(redacted(WHOLE, load()), "owner", load())
    assert (anna.name, anna.whose) == ("owner 1", "Anna")
    assert values(anna) == ["[hidden]", "[hidden]"]


def test_of_a_long_path_the_end_is_kept_where_copies_differ():
    copies = [f"{'north/' * 12}shop (conflicted copy 2026-11-0{day}).xlsx" for day in (1, 2)]
    parts = split(Report([FileReport(path, (of("Anna", 2),)) for path in copies]), "file", load())
    assert [part.name.rpartition("-shop ")[2] for part in parts] == [
        f"(conflicted copy 2026-11-0{day}).xlsx" for day in (1, 2)
    ]


def test_names_that_differ_in_what_no_file_can_have_get_numbers():
    names = ("A/B", "A\\B", "A:B", "../../etc/passwd", "CON", "con.txt", "LPT1", ".hidden", "", "no owner", "\u202egpj")
    parts = split(
        Report([FileReport("a.xlsx", tuple(of(name, row) for row, name in enumerate(names)))]), "owner", load()
    )
    made = [part.name for part in parts]
    assert len({name.casefold() for name in made}) == len(names)
    assert "A-B" in made and "A-B 2" in made and "no owner 2" in made


@settings(deadline=None)
@given(st.text(max_size=90))
def test_a_name_is_never_a_path_a_device_or_hidden(text):
    name = safe(text)
    assert 0 < len(name) <= 62
    assert not set(name) & set('/\\:*?"<>|\x00\n\r\t')
    assert name[0] not in " .-" and name[-1] not in " ."
    assert name.partition(".")[0].casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    name.encode("utf-8")


def test_nothing_is_lost_by_splitting():
    whole = report()
    for by in ("owner", "file"):
        parts = split(whole, by, load())
        found = [one for part in parts for file in part.report.files for one in file.findings]
        assert len(found) == sum(len(file.findings) for file in whole.files)


def test_where_values_are_hidden_a_number_stands_for_the_owner():
    parts = split(redacted(WHOLE, load()), "owner", load())
    assert [(part.name, part.whose, part.report.about) for part in parts] == [
        ("owner 1", "Anna", "owner 1"),
        ("owner 2", "Bo", "owner 2"),
        ("no owner", "no owner", "no owner"),
    ]
    for form in ("html", "markdown"):
        assert not any("Anna" in FORMATS[form].render(part.report, load()) for part in parts)
    assert {part.whose for part in split(WHOLE, "owner", load())} == {""}
