"""Waivers: what somebody decided to leave as it is, is counted and not reported, wherever its row is sorted to."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from books import TODAY, new_book, type_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from world import world

from tracker.checks import run_checks
from tracker.checks.waivers import judge, places
from tracker.cli.run import run
from tracker.commands.examine import Question, examine
from tracker.commands.log import log
from tracker.commands.refresh import refresh_file
from tracker.commands.undo import undo_file
from tracker.commands.waiving import Wish, waive_file, waivers_of
from tracker.errors import Exit, UsageError
from tracker.schema.findings import FINDINGS

EVERY = frozenset(one.code for one in FINDINGS)
DAY = ["--today", "2026-11-18"]
LATER = date(2026, 12, 24)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = [
        {"customer_id": f"C2026111800{i}", "last_name": name, "email": f"no address of {name}", "owner": "Bo"}
        for i, name in enumerate(("Marsh", "Silva", "Ruiz"), 1)
    ]
    path = tmp_path / "shop.xlsx"
    data = type_rows(type_rows(new_book(), "Customers", rows), "Team", [{"name": "Bo", "active": "Yes"}])
    path.write_bytes(data)
    refresh_file(path, TODAY)
    return path


def found(path: Path, code: str = "V104", day: date = TODAY) -> list[str]:
    return [one.place.row_key for one in examine(path, Question(day, None, EVERY)).report.findings if one.code == code]


def waived(path: Path, day: date = TODAY) -> int:
    return examine(path, Question(day, None, EVERY)).report.waived


def cell_of(path: Path, row_key: str) -> str:
    report = examine(path, Question(TODAY, None, EVERY)).report
    return next(one.place.cell for one in report.findings if one.code == "V104" and one.place.row_key == row_key)


FIRST, SECOND, THIRD = (f"C2026111800{i}" for i in (1, 2, 3))


@pytest.mark.parametrize(
    ("where", "key", "left"),
    [
        ("", "all", []),
        ("Customers", "Customers", []),
        ("customers//EMAIL", "customers//EMAIL", []),
        (SECOND, f"Customers/{SECOND}", [FIRST, THIRD]),
        (SECOND.lower(), f"Customers/{SECOND}", [FIRST, THIRD]),
        (f"Customers/{SECOND}/email", f"Customers/{SECOND}/email", [FIRST, THIRD]),
        ("cell", f"Customers/{SECOND}/email", [FIRST, THIRD]),
        ("Customers!cell", f"Customers/{SECOND}/email", [FIRST, THIRD]),
    ],
)
def test_a_finding_is_waived_where_it_is_found(where: str, key: str, left: list[str], book: Path) -> None:
    done = waive_file(book, Wish("not-an-email", where.replace("cell", cell_of(book, SECOND)), "a fax"), TODAY)
    assert (done.code, done.where, done.findings) == ("V104", key, 3 - len(left))
    assert (found(book), waived(book)) == (left, 3 - len(left))


def test_it_is_neither_in_validate_nor_in_problems_and_it_is_counted(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["waive", str(book), "V104", SECOND, "--reason", "a friend", *DAY]) == Exit.CLEAN
    assert "V104 is waived for Customers/C20261118002: 1 finding is left out now." in capsys.readouterr().out
    run(["validate", str(book), *DAY])
    said = capsys.readouterr().out
    assert "Silva" not in said and "; 1 waived)" in said
    done = refresh_file(book, TODAY)
    assert [one.place.row_key for one in done.findings if one.code == "V104"] == [FIRST, THIRD]
    assert done.waived == 1
    assert not refresh_file(book, TODAY).changed
    run(["refresh", str(book)])
    assert "1 finding is waived. See: tracker waive" in capsys.readouterr().out


def test_it_ends_on_its_day_and_says_so(book: Path) -> None:
    waive_file(book, Wish("V104", SECOND, "until Christmas", LATER), TODAY)
    assert found(book, day=LATER) == [FIRST, THIRD] and found(book, "K118", LATER) == []
    after = date(2026, 12, 25)
    assert found(book, day=after) == [FIRST, SECOND, THIRD] and found(book, "K118", after) == [""]
    waive_file(book, Wish("V104", SECOND, "for ever"), after)
    assert found(book, day=date(2030, 1, 1)) == [FIRST, THIRD] and len(waivers_of(book, after)) == 1


def test_it_is_logged_and_can_be_undone_and_ended(book: Path) -> None:
    waive_file(book, Wish("V104", SECOND, "a friend"), TODAY)
    assert log(book, TODAY).runs[-1].command == "waive"
    undo_file(book, TODAY)
    assert found(book) == [FIRST, SECOND, THIRD] and waivers_of(book, TODAY) == ()
    waive_file(book, Wish("V104", SECOND, "a friend"), TODAY)
    done = waive_file(book, Wish("V104", SECOND, end=True), TODAY)
    assert done.findings == 1 and found(book) == [FIRST, SECOND, THIRD] and waivers_of(book, TODAY) == ()
    undo_file(book, TODAY)
    assert found(book) == [FIRST, THIRD]


def test_without_a_place_that_for_all_ends_and_no_narrower_one(book: Path) -> None:
    waive_file(book, Wish("V104", "Customers//email", "faxes"), TODAY)
    with pytest.raises(UsageError, match=r"not waived for all\. It is waived for: Customers//email"):
        waive_file(book, Wish("V104", end=True), TODAY)
    waive_file(book, Wish("V104", f"Customers/{SECOND}/email", "a friend"), TODAY)
    waive_file(book, Wish("V104", f"Customers/{SECOND}", "all of hers"), TODAY)
    waive_file(book, Wish("V104", "", "all of them"), TODAY)
    assert waive_file(book, Wish("V104", end=True), TODAY).where == "all"
    assert waive_file(book, Wish("V104", f"Customers/{SECOND}", end=True), TODAY).where == f"Customers/{SECOND}"


def test_the_list_says_what_each_hides(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["waive", str(book), "--list"])
    assert "nothing is waived" in capsys.readouterr().out
    waive_file(book, Wish("V104", SECOND, "a friend", LATER), TODAY)
    waive_file(book, Wish("V104", "", "all of them"), TODAY)
    run(["waive", str(book), "--list", *DAY])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[0].startswith(f"V104  Customers/{SECOND}  hides 1 finding ")
    assert "until 2026-12-24" in lines[0] and "a friend" in lines[0]
    assert "hides 2 findings" in lines[1] and "for ever" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], Exit.USAGE, "Which finding?"),
        (["V104"], Exit.USAGE, "needs a reason"),
        (["V104", "--reason", " "], Exit.USAGE, "the reason is empty"),
        (["V1004", "--reason", "x"], Exit.USAGE, "There is no finding 'V1004'. Did you mean V104?"),
        (["V", "--reason", "x"], Exit.USAGE, "Name one of them"),
        (["K118", "--reason", "x"], Exit.USAGE, "cannot be waived in a workbook"),
        (["same-workbook", "--reason", "x"], Exit.USAGE, "--ignore W119"),
        (["V105", "--reason", "x"], Exit.USAGE, "V105 not-in-list is not found in it"),
        (["V104", "B1", "--reason", "x"], Exit.USAGE, "is not found at B1. It is found at: Customers!J2"),
        (["V104", "C9", "--reason", "x"], Exit.USAGE, "is not found at C9"),
        (["V104", "Team!J2", "--reason", "x"], Exit.USAGE, "is not found at Team!J2"),
        (["V104", "--reason", "x", "--until", "2020-01-01"], Exit.USAGE, "is over already"),
        (["V104", "--reason", "x", "--until", "soon"], Exit.USAGE, "'soon' is not a day"),
        (["V104", "--end"], Exit.USAGE, "V104 is not waived for all. No waiver of it stands in this workbook."),
    ],
)
def test_a_slip_hides_nothing(
    arguments: list[str], code: Exit, said: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert run(["waive", str(book), *arguments]) == code
    assert said in capsys.readouterr().err
    assert book.read_bytes() == before


def test_a_row_without_a_key_cannot_be_waived_by_its_cell(book: Path) -> None:
    data = type_rows(book.read_bytes(), "Rules", [{"dimension": "stage", "tag": "x", "condition": "nonsense here"}])
    book.write_bytes(data)
    cell = next(one.place for one in examine(book, Question(TODAY, None, EVERY)).report.findings if one.code == "K103")
    with pytest.raises(UsageError, match=r"has no key by which .* waive the whole column: Rules//condition"):
        waive_file(book, Wish("K103", cell.cell, "x"), TODAY)
    waive_file(book, Wish("K103", "Rules//condition", "x"), TODAY)
    assert found(book, "K103") == [] and waived(book) == 1


def test_a_dry_run_writes_nothing_and_an_output_is_another_file(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    waive_file(book, Wish("V104", "", "x"), TODAY, dry_run=True)
    waive_file(book, Wish("V104", "", "x"), TODAY, output=tmp_path / "copy.xlsx")
    assert book.read_bytes() == before
    assert found(tmp_path / "copy.xlsx") == []


DRAWN = """
Customers
customer_id | last_name | email | owner
{rows}

Team
name | active
Bo   | yes

Decisions
kind   | key_a | key_b | reason
{waivers}
"""


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 6), unique=True, max_size=4), st.randoms(use_true_random=False))
def test_sorting_opens_nothing_and_each_waiver_takes_away_its_own(ids: list[int], dice: random.Random) -> None:
    rows = [f"C{i} | Marsh{i} | none{i} | Bo" for i in range(1, 7)]
    waivers = [f"waived | V104 | Customers/C{i}/email | x" for i in ids] or ["other | V104 | all | x"]
    sets = []
    for _ in range(2):
        snapshot = world(DRAWN.format(rows="\n".join(rows), waivers="\n".join(waivers))).read()
        every = [one for one in run_checks(snapshot) if one.code == "V104"]
        judged = judge(snapshot, every)
        assert judged.count == len(ids) and len(every) == 6
        sets.append({one.place.row_key for one in judged.findings})
        dice.shuffle(rows)
    assert sets[0] == sets[1] == {f"C{i}" for i in range(1, 7) if i not in ids}


def test_what_a_waiver_may_name_goes_from_the_cell_to_everything() -> None:
    snapshot = world(DRAWN.format(rows="C1 | Marsh | none | Bo", waivers="")).read()
    (one,) = (one for one in run_checks(snapshot) if one.code == "V104")
    assert list(places(one.place)) == ["customers/c1/email", "customers/c1", "customers//email", "customers", "all"]


def test_the_cell_that_made_a_waiver_ends_it(book: Path) -> None:
    where = cell_of(book, SECOND)
    waive_file(book, Wish("V104", where, "a fax"), TODAY)
    assert found(book) == [FIRST, THIRD]
    waive_file(book, Wish("V104", where, end=True), TODAY)
    assert found(book) == [FIRST, SECOND, THIRD]


def test_an_empty_reason_is_called_so(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["waive", str(book), "V104", "--reason", " "]) == Exit.USAGE
    assert "the reason is empty" in capsys.readouterr().err


def test_a_second_waiver_says_what_was_before(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["waive", str(book), "V104", SECOND, "--reason", "a friend", "--until", "2026-12-24", *DAY])
    assert "Before:" not in capsys.readouterr().out
    run(["waive", str(book), "V104", SECOND, "--reason", "family", *DAY])
    assert "Before: until 2026-12-24, with the reason: a friend\n" in capsys.readouterr().out
    run(["waive", str(book), "V104", SECOND, "--reason", "more", *DAY])
    assert "Before: for ever, with the reason: family\n" in capsys.readouterr().out


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    """Rob and Robert Marsh of one firm, and Bob Marsh of it."""
    rows = [
        {"customer_id": f"C2026111800{i}", "first_name": name, "last_name": "Marsh", "company": "Acme", "owner": "Bo"}
        for i, name in enumerate(("Robert", "Rob", "Bob"), 1)
    ]
    path = tmp_path / "shop.xlsx"
    data = type_rows(type_rows(new_book(), "Customers", rows), "Team", [{"name": "Bo", "active": "Yes"}])
    path.write_bytes(data)
    refresh_file(path, TODAY)
    return path


def test_two_customers_are_found_to_be_two_persons(twins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(found(twins, "D105")) == [SECOND, THIRD, THIRD]
    assert run(["waive", str(twins), "D105", SECOND.lower(), FIRST, "--reason", "father and son", *DAY]) == 0
    assert f"D105 is waived for {FIRST} + {SECOND}: 1 finding is left out now." in capsys.readouterr().out
    assert found(twins, "D105") == [THIRD, THIRD]
    refresh_file(twins, TODAY)
    assert found(twins, "D105") == [THIRD, THIRD]
    run(["waive", str(twins), "--list", *DAY])
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"D105 {FIRST} + {SECOND} hides 1 finding for ever") and said.endswith("father and son")


def test_that_they_are_two_ends_on_its_day_and_when_it_is_ended(twins: Path) -> None:
    waive_file(twins, Wish("D105", FIRST, "not sure", LATER, other=SECOND), TODAY)
    assert found(twins, "D105", LATER) == [THIRD, THIRD]
    assert len(found(twins, "D105", date(2026, 12, 25))) == 3
    done = waive_file(twins, Wish("D105", SECOND, "sure", other=FIRST), TODAY)
    assert done.before is not None and (done.before.until, done.before.reason) == ("2026-12-24", "not sure")
    assert found(twins, "D105", date(2030, 1, 1)) == [THIRD, THIRD] and len(waivers_of(twins, TODAY)) == 1
    waive_file(twins, Wish("D105", SECOND, end=True, other=FIRST), TODAY)
    assert len(found(twins, "D105")) == 3 and waivers_of(twins, TODAY) == ()
    undo_file(twins, TODAY)
    assert found(twins, "D105") == [THIRD, THIRD]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish("V104", FIRST, "x", other=SECOND), "V104 is about one row"),
        (Wish("D105", FIRST, "x", other="C9"), "takes .* for one person nowhere"),
        (Wish("D105", FIRST, "x", other=FIRST), "takes .* for one person nowhere"),
        (Wish("D105", FIRST, end=True, other=SECOND), "nobody said of"),
    ],
)
def test_a_pair_that_means_nothing_is_told(wish: Wish, says: str, twins: Path) -> None:
    before = twins.read_bytes()
    with pytest.raises(UsageError, match=says):
        waive_file(twins, wish, TODAY)
    assert twins.read_bytes() == before
