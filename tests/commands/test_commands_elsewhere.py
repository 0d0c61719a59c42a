"""One customer ID that stands for different people in two workbooks of one run."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from books import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from world import world

from tracker.cli.run import run
from tracker.commands.bearers import Bearers, bearers
from tracker.commands.elsewhere import NAMED, noting_elsewhere
from tracker.commands.examine import Outcome, outcome
from tracker.commands.validate import How, validate
from tracker.errors import Exit
from tracker.model.finding import Finding
from tracker.report import FileReport
from tracker.schema.base import BASE
from tracker.template import build
from tracker.words import load
from tracker.words.sentences import message

DAY = date(2026, 11, 18)
HEADS = "customer_id | first_name | last_name | company | email | phone"


def told(*rows: str, heads: str = HEADS) -> Bearers:
    lines = "\n".join(rows)
    found = bearers(world(f"Customers\n{heads}\n{lines}").read())
    assert found is not None
    return found


def checked(path: str, *rows: str, workbook_id: str = "") -> Outcome:
    return Outcome(FileReport(path), workbook_id=workbook_id or path, bearers=told(*rows))


def noted(outcomes: list[Outcome]) -> list[Finding | None]:
    """The finding of each file."""
    found = [one.report.findings for one in noting_elsewhere(outcomes)]
    assert all(len(each) < 2 for each in found)
    return [each[0] if each else None for each in found]


def counts(*outcomes: Outcome) -> list[int]:
    return [int(one.details["count"]) if one else 0 for one in noted([*outcomes])]


def test_it_says_how_many_which_and_where() -> None:
    rows = [f"C{n} | Ann | Lee{n} | | |" for n in range(1, 6)]
    others = ["X1 | Bo | Roe | | |", *(f"c{n} | Tom | Okafor{n} | | |" for n in range(1, 6))]
    found = noted([checked("a", *rows), checked("b", *others)])
    sentence = "IDs that stand for somebody else in another file that was checked: 5. The first: {}."
    assert [message(load(), one) for one in found if one] == [
        sentence.format("A2 (A3 in b), A3 (A4 in b), A4 (A5 in b)"),
        sentence.format("A3 (A2 in a), A4 (A3 in a), A5 (A4 in a)"),
    ]
    assert found[1] is not None
    place = found[1].place
    assert (found[1].code, place.cell, place.table, place.key, found[1].details["file"]) == (
        "D106",
        "A3",
        "Customers",
        "customer_id",
        "a",
    )


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("C1 | Ann | Lee | | |", "C1 | Tom | Okafor | | |", True),
        ("C1 | Ann | Lee | | |", "C1 | ANN | lee | | |", False),
        ("C1 | Ann | Lee | | |", "C2 | Tom | Okafor | | |", False),
        ("C1 | Ann | Lee | Acme | a@b.example |", "C1 | Ann | Lee | Zeta | t@b.example | 020 7946 0123", False),
        ("C1 | Ann | Lee | | a@b.example |", "C1 | Tom | Okafor | | t@b.example |", True),
        ("C1 | Ann | Lee | Acme | |", "C1 | Tom | Okafor | Acme | |", True),
        ("C1 | | | Acme | |", "C1 | | | Zeta | |", True),
        ("C1 | | | Acme | |", "C1 | | | ACME | |", False),
        ("C1 | | | | a@b.example |", "C1 | Tom | Okafor | | |", False),  # nobody is named
        (" | Ann | Lee | | |", " | Tom | Okafor | | |", False),
        ("17 | Ann | Lee | | |", "17 | Tom | Okafor | | |", True),
        ("AB-0017 | Ann | Lee | | |", "ab-0017 | Tom | Okafor | | |", True),
        ("ann@b.example | Ann | Lee | | |", "ann@b.example | Tom | Okafor | | |", False),  # no ID as we give them
        ("4930123456 | Ann | Lee | | |", "4930123456 | Tom | Okafor | | |", False),
    ],
)
def test_who_is_somebody_else(one: str, other: str, different: bool) -> None:
    assert counts(checked("a", one), checked("b", other)) == [different, different]


def test_copies_of_one_workbook_are_told_by_another_finding() -> None:
    one, other, copy = "C1 | Ann | Lee | | |", "C1 | Tom | Okafor | | |", "shop (Ann's conflicted copy 2026-11-01).xlsx"
    assert counts(checked("a", one, workbook_id="ID-1"), checked("b", other, workbook_id="id-1")) == [0, 0]
    first = checked(copy, other, workbook_id="ID-1")
    assert counts(first, checked("shop.xlsx", one, workbook_id="ID-1"), checked("c", other)) == [0, 1, 1]
    assert counts(first, checked("shop.xlsx", one, workbook_id="ID-1"), checked("c", one)) == [0, 0, 0]


def test_of_an_id_that_stands_twice_in_one_file_the_first_counts() -> None:
    twice = ("C1 | Ann | Lee | | |", "c1 | Tom | Okafor | | |")
    for other, expected in ((twice[0], [0, 0]), (twice[1], [1, 1]), ("C2 | B | Roe | | |", [0, 0])):
        assert counts(checked("a", *twice), checked("b", other)) == expected


def test_of_many_ids_a_few_are_named() -> None:
    rows = [[f"C{n} | {who} | Lee | | |" for n in range(9)] for who in ("Ann", "Tom")]
    for one in noted([checked("a", *rows[0]), checked("b", *rows[1])]):
        assert one is not None
        assert one.details["cells"].count(" in ") == NAMED < int(one.details["count"]) == 9


ROWS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["Ann", "Bo", "Tom"])), max_size=5, unique_by=lambda r: r[0]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_it_says_what_looking_at_each_two_files_says(files: list[list[tuple[int, str]]]) -> None:
    made = [checked(str(n), *(f"C{i} | {who} | Lee | | |" for i, who in rows)) for n, rows in enumerate(files)]
    for mine, found in enumerate(noted(made)):
        apart = [(i, [n for n, rows in enumerate(files) if dict(rows).get(i, who) != who]) for i, who in files[mine]]
        apart = [(i, others) for i, others in apart if others]
        assert (int(found.details["count"]) if found else 0) == len(apart)
        if found:
            assert found.details["file"] == str(apart[0][1][0])


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Three workbooks, of which the second means somebody else; a row of each is without an ID."""
    folder = tmp_path / "share"
    folder.mkdir()
    for n, who in enumerate(("Ann | Leeqz", "Tom | Okaforqz", "Ann | Leeqz")):
        data = build(BASE, load(), workbook_id=str(uuid.UUID(int=n)), created=DAY, made_by="test")
        rows = (f"C20260101001 | {who} | | {n}@qz.example | 020 7946 0123", f"qzann | {who} | | |", "| New | Row | | |")
        (folder / f"{n}.xlsx").write_bytes(drawn(world("\n".join(("Customers", HEADS, *rows))), data))
    return folder


ARGUMENTS = ["--today", "2026-11-18", "--select", "D106", "--fail-on", "warning"]


def test_a_run_over_a_share_finds_them_through_its_children(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(share), *ARGUMENTS, "--format", "json"]) == Exit.FINDINGS
    files = json.loads(capsys.readouterr().out)["files"]
    named = {Path(one["path"]).name: [Path(each["details"]["file"]).name for each in one["findings"]] for one in files}
    assert named == {"0.xlsx": ["1.xlsx"], "1.xlsx": ["0.xlsx"], "2.xlsx": ["1.xlsx"]}
    assert {each["details"]["count"] for one in files for each in one["findings"]} == {"1"}
    assert {each["cell"] for one in files for each in one["findings"]} == {"A2"}


def test_the_report_is_the_same_with_values_hidden_and_out_of_the_cache(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    said = []
    for more in (["--no-cache"], ["--cache"], ["--cache"], ["--redact"]):
        assert run(["validate", str(share), *ARGUMENTS, *more]) == Exit.FINDINGS
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2]
    assert "A2 (A2 in " in said[0] and "A2 (A2 in " in said[3]


def test_the_cache_holds_no_value_and_no_id(share: Path, tmp_path: Path) -> None:
    read: list[str] = []
    cache = tmp_path / "cache"
    for expected in (3, 3):
        found = validate([share], DAY, select=["D106"], how=How(1, cache=cache), about=read.append).report.files
        assert len(read) == expected, "the second time nothing is read"
        assert [len(one.findings) for one in found] == [1, 1, 1]
    (file,) = cache.rglob("*.json")
    kept = json.loads(file.read_text())["outcomes"].values()
    every = [file.read_text(), *(str(Bearers(**one["bearers"]).known().tobytes()) for one in kept)]
    assert len(every) == 4
    for text in every:
        assert not re.search(r"(?i:qz|20260101|7946)|\b(?i:ann|tom|new|row)\b", text)
    assert [len(Bearers(**one["bearers"]).known()) for one in kept] == [1, 1, 1], "only IDs as we give them"


def test_a_cache_that_somebody_damaged_is_as_good_as_none(share: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    validate([share], DAY, select=["D106"], how=How(1, cache=cache))
    (file,) = cache.rglob("*.json")
    for marks in ("", "QUJD", "?", "é", 3):
        document = json.loads(file.read_text())
        for one in document["outcomes"].values():
            one["bearers"]["marks"] = marks
        file.write_text(json.dumps(document))
        read: list[str] = []
        found = validate([share], DAY, select=["D106"], how=How(1, cache=cache), about=read.append).report.files
        assert len(read) == (0 if marks == "" else 3)
        assert [len(one.findings) for one in found] == [0 if marks == "" else 1] * 3


def test_nothing_is_told_of_one_file_or_when_it_is_not_wanted(share: Path) -> None:
    assert validate([share / "0.xlsx"], DAY, select=["D106"]).report.files[0].findings == ()
    found = validate([share], DAY, ignore=["D106"]).report.files
    assert not any(one.code == "D106" for each in found for one in each.findings)
    [file] = validate([share / "0.xlsx", share / "0.xlsx"], DAY, select=["D106"]).report.files
    assert file.findings == ()


def test_a_file_whose_configuration_leaves_it_out_still_is_another_file(share: Path) -> None:
    own = share / "own"
    own.mkdir()
    (share / "1.xlsx").rename(own / "1.xlsx")
    (own / "tracker.toml").write_text('[validate]\nignore = ["D106"]\n')
    found = validate([share], DAY).report.files
    said = {Path(one.path).name: [each.code for each in one.findings if each.code == "D106"] for one in found}
    assert said == {"0.xlsx": ["D106"], "1.xlsx": [], "2.xlsx": ["D106"]}


def test_of_a_person_one_byte_is_told_which_fits_many_others() -> None:
    people = [f"C1 | P{n} | Lee | Acme | a@b.example | 020 7946 0123" for n in range(600)]
    bytes_of = [told(one).known()["who"].tolist() for one in people]
    assert {len(one) for one in bytes_of} == {1}
    fits = bytes_of.count(bytes_of[0])
    assert 2 <= fits <= 12, "about one of 255"
    same_name = told(*(f"C{n} | Ann | Lee | | |" for n in range(50))).known()["who"]
    assert len(set(same_name.tolist())) > 20, "nor can it be told whether two IDs are one person"


def test_it_travels_as_plain_data() -> None:
    found = checked("a", "C1 | Ann | Lee | | |")
    assert outcome(json.loads(json.dumps(asdict(found)))) == found
    assert outcome(json.loads(json.dumps(asdict(replace(found, bearers=None))))) == replace(found, bearers=None)


def test_a_table_without_ids_or_rows_tells_nothing() -> None:
    assert bearers(world("Customers (only)\nlast_name | email\nLee | a@b.example").read()) is None
    assert len(told().known()) == 0
    assert counts(checked("a"), checked("b"), checked("c")) == [0, 0, 0]
