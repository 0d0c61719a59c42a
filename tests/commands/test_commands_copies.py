"""Several files of a run that are one workbook name each other, and names of sync programs are recognised."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from books import new_book
from test_commands_bad_input import other_workbook

from tracker.cli.run import run
from tracker.commands.copies import conflict, noting_copies
from tracker.commands.examine import Outcome
from tracker.commands.validate import validate
from tracker.errors import Exit
from tracker.model.finding import Place
from tracker.report import FileReport
from tracker.schema.base import BASE
from tracker.schema.findings import finding
from tracker.template import build
from tracker.words import load
from tracker.words.sentences import message

DAY = date(2026, 11, 18)
COPY = "shop (Anna's conflicted copy 2026-11-01)"


def outcome(path: str, workbook_id: str, *codes: str) -> Outcome:
    return Outcome(FileReport(path, tuple(finding(code, Place()) for code in codes)), workbook_id=workbook_id)


def said(outcomes: list[Outcome]) -> list[list[str]]:
    return [[message(load(), one) for one in each.report.findings if one.code == "W119"] for each in outcomes]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        (COPY, "Anna's conflicted copy 2026-11-01"),
        ("shop (conflicted copy 2026-11-01 093012)", "conflicted copy 2026-11-01 093012"),
        ("shop (Anna’s Conflicted Copy)", "Anna’s Conflicted Copy"),
        ("shop.sync-conflict-20261101-093012-ABC123X", "sync-conflict-20261101-093012-ABC123X"),
        ("shop (SFConflict anna@x.example 2026-11-01-09-30-12)", "SFConflict anna@x.example 2026-11-01-09-30-12"),
        ("shop-DESKTOP-4F7K2LQ", "DESKTOP-4F7K2LQ"),
        ("shop-LAPTOP-4F7K2LQ8-2", "LAPTOP-4F7K2LQ8-2"),
        ("shop", ""),
        ("shop (1)", ""),
        ("shop-DESKTOP-1", ""),
        ("shop-desktop-2026-11-01", ""),
        ("shop-DESKTOP-4F7K2LQ notes", ""),
        ("conflicted copy of a shop", ""),
        ("sync-conflict", ""),
    ],
)
def test_the_names_of_sync_programs(name: str, quoted: str) -> None:
    assert conflict(f"/share (conflicted copy)/{name}.xlsx") == quoted


def test_each_of_several_names_another_and_counts_them() -> None:
    made = noting_copies([outcome("a", "ID-1"), outcome("b", "id-2"), outcome("c", "id-1"), outcome("d", "ID-1")])
    about = "This file and {} are copies of one workbook: 3 files that were checked have the same workbook ID."
    assert said(made) == [[about.format("c")], [], [about.format("a")], [about.format("a")]]


def test_workbooks_of_their_own_and_those_without_an_id_are_left_as_they_are() -> None:
    alone = [outcome("a", "1", "W108"), outcome("b", "2"), outcome("c", ""), outcome("d", "")]
    assert noting_copies(alone) == alone


def test_a_conflicted_copy_is_named_so_and_the_plain_file_is_the_one_it_belongs_to() -> None:
    made = noting_copies([outcome(f"{COPY}.xlsx", "1"), outcome("shop.xlsx", "1"), outcome("z.xlsx", "1")])
    assert said(made) == [
        [
            "A sync program kept this as a second version of shop.xlsx: its name says "
            "“Anna's conflicted copy 2026-11-01”."
        ],
        ["This file and z.xlsx are copies of one workbook: 3 files that were checked have the same workbook ID."],
        ["This file and shop.xlsx are copies of one workbook: 3 files that were checked have the same workbook ID."],
    ]


@pytest.mark.parametrize(
    ("others", "named"),
    [
        (["south/a.xlsx", "south/shop.xlsx"], "south/shop.xlsx"),
        (["a/shop.xlsx", "south/a.xlsx", "south/Shop.xlsx"], "south/Shop.xlsx"),
        (["a.xlsx", "north/shop.xlsx"], "north/shop.xlsx"),
        (["a.xlsx", "south/shops.xlsx"], "a.xlsx"),
    ],
)
def test_of_several_the_one_that_a_sync_program_copied_is_named(others: list[str], named: str) -> None:
    *_, last = noting_copies([*(outcome(one, "1") for one in others), outcome(f"south/{COPY}.xlsx", "1")])
    assert last.report.findings[0].details["other"] == named


def test_the_finding_stands_among_the_others_in_their_order() -> None:
    [one, _] = noting_copies([outcome("a", "1", "W108", "W199"), outcome("b", "1")])
    assert [found.code for found in one.report.findings] == ["W108", "W119", "W199"]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("shop.xlsx", f"deep/{COPY}.xlsx"):
        (tmp_path / name).write_bytes(new_book())
    other = build(BASE, load(), workbook_id="0c6d2f0e-3c1b-4c59-9d3f-6f1f3d1f0a11", created=DAY, made_by="test")
    (tmp_path / "other.xlsx").write_bytes(other)
    return tmp_path


def test_a_run_over_a_share_finds_them_through_its_child(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["validate", str(share), "--today", "2026-11-18", "--select", "W119", "--fail-on", "warning"]
    assert run([*arguments, "--format", "json"]) == Exit.FINDINGS
    files = {Path(one["path"]).name: one["findings"] for one in json.loads(capsys.readouterr().out)["files"]}
    assert files["other.xlsx"] == []
    [plain], [copy] = files["shop.xlsx"], files[f"{COPY}.xlsx"]
    assert plain["details"] == {"other": str(share / "deep" / f"{COPY}.xlsx"), "files": "2"}
    assert copy["details"]["other"] == str(share / "shop.xlsx")
    assert (copy["code"], copy["name"], copy["severity"]) == ("W119", "same-workbook", "warning")
    assert plain["value"] == copy["value"] != ""


def test_it_can_be_left_out(share: Path) -> None:
    found = validate([share], DAY, ignore=["W119"])
    assert not any(one.code == "W119" for file in found.report.files for one in file.findings)


def test_a_file_with_several_names_is_checked_once_and_no_copy_of_itself(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(share)
    (share / "a-link.xlsx").symlink_to("other.xlsx")
    for names, path in (
        ([Path("shop.xlsx"), share / "shop.xlsx"], "shop.xlsx"),
        ([share / "deep" / ".." / "other.xlsx", share / "other.xlsx"], str(share / "deep" / ".." / "other.xlsx")),
        ([share / "a-link.xlsx", share / "other.xlsx"], str(share / "other.xlsx")),
        ([share / "a-link.xlsx"], str(share / "a-link.xlsx")),
    ):
        [file] = validate(names, DAY, select=["W119"]).report.files
        assert (file.path, file.findings) == (path, ())
    found = validate([share / "shop.xlsx", share, share / "deep"], DAY, select=["W119"])
    assert [len(one.findings) for one in found.report.files] == [1, 0, 1]
    assert {one.details["files"] for file in found.report.files for one in file.findings} == {"2"}


def test_a_workbook_of_somebody_else_that_is_named_is_said_though_its_folder_is_too(tmp_path: Path) -> None:
    foreign = tmp_path / "plain.xlsx"
    foreign.write_bytes(other_workbook())
    for places in ([foreign, tmp_path], [tmp_path, foreign]):
        [file] = validate(places, DAY).report.files
        assert "no Customers" in (file.error or "")
