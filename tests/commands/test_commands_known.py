"""Baselines and what is new since the last run: what is known is hidden and counted, and no value is written down."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from books import TODAY, new_book, type_rows, write
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cli.run import run
from tracker.commands.against import Against
from tracker.commands.examine import Outcome
from tracker.commands.known import Known, KnownFile, from_folder, gone, known, printed, understood, without, written
from tracker.commands.validate import Validation, validate
from tracker.errors import Exit, RefusedError, StorageError, UsageError
from tracker.model.finding import Place
from tracker.report import FileReport
from tracker.schema.findings import FINDINGS, finding

CANARY = re.compile(r"qz\w*zq", re.IGNORECASE)
CODES = frozenset(one.code for one in FINDINGS)
NOW = datetime(2026, 11, 26, 7, 0)
TODAY_OPTION = ["--today", "2026-11-18"]


def customers(*emails: str, own_id: str = "00000000-0000-4000-8000-000000000001") -> bytes:
    """A workbook with a customer for each address, none of them good."""
    rows = [
        {"customer_id": f"C20261118{i:03}", "last_name": f"qz{one}zq", "email": f"qz{one}zq", "owner": "Bo"}
        for i, one in enumerate(emails, 1)
    ]
    data = type_rows(new_book(), "Customers", rows)
    return data if own_id.endswith("1") else write(data, [("Settings", 6, 3, own_id)])


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(customers("one", "two"))
    return folder


def checked(*paths: Path, **how: object) -> Validation:
    return validate(paths, TODAY, ignore=["W119"], against=Against(**how))  # type: ignore[arg-type]


def cells(found: Validation) -> list[str]:
    return [one.place.row_key for file in found.report.files for one in file.findings if one.code == "V104"]


# A baseline.


def test_a_baseline_hides_exactly_what_it_was_written_of(share: Path) -> None:
    base = share.parent / "base.json"
    first = checked(share, write=base)
    assert first.report.baseline is not None and (first.report.baseline.hidden, cells(first)) == (2, [])
    assert not base.exists(), "it is written when it is kept"
    first.keep_notes()
    (share / "a.xlsx").write_bytes(customers("one", "two", "three"))
    second = checked(share, baseline=base)
    assert second.report.baseline is not None
    assert (cells(second), second.report.baseline.hidden, second.report.baseline.gone) == (["C20261118003"], 2, 0)
    assert (second.exit_code(), second.report.files[0].known) == (Exit.FINDINGS, 2)
    (share / "a.xlsx").write_bytes(customers("two"))
    third = checked(share, baseline=base).report.baseline
    assert third is not None and (third.hidden, third.gone) == (1, 1)


def test_another_wrong_value_in_the_same_cell_is_the_same_finding_and_another_row_is_not(share: Path) -> None:
    base = share.parent / "base.json"
    checked(share, write=base).keep_notes()
    (share / "a.xlsx").write_bytes(customers("other", "wrong"))
    assert cells(checked(share, baseline=base)) == []


def test_a_renamed_workbook_is_known_by_its_id_and_one_without_an_id_by_its_path(share: Path) -> None:
    base = share.parent / "base.json"
    (share / "sub").mkdir()
    (share / "sub" / "b.xlsx").write_bytes(customers("one", own_id="none"))
    checked(share, write=base).keep_notes()
    (share / "a.xlsx").rename(share / "sub" / "renamed.xlsx")
    assert cells(checked(share, baseline=base)) == []
    document = json.loads(base.read_text())
    assert [one["path"] for one in document["files"]] == ["share/a.xlsx", "share/sub/b.xlsx"]


def test_a_file_without_an_id_is_known_by_its_path() -> None:
    one = printed([Outcome(FileReport("/s/a.xlsx", (finding("V104", Place("C", "C", 2, 3, "email"), "x"),)))])
    before = known(one, from_folder(Path("/s")))
    assert before.files[0].key == ("", "a.xlsx")
    moved = printed([Outcome(FileReport("/s/b.xlsx", one[0].report.findings))])
    assert len(without(one, before, from_folder(Path("/s")))[0].report.findings) == 0
    assert len(without(moved, before, from_folder(Path("/s")))[0].report.findings) == 1


def test_what_could_not_be_read_keeps_its_entries_when_a_baseline_is_written_anew(share: Path) -> None:
    base = share.parent / "base.json"
    checked(share, write=base).keep_notes()
    before = base.read_bytes()
    good = (share / "a.xlsx").read_bytes()
    (share / "a.xlsx").write_bytes(b"PK torn")
    again = checked(share, write=base)
    again.keep_notes()
    assert again.exit_code() == Exit.UNREADABLE and base.read_bytes() == before
    (share / "a.xlsx").write_bytes(good)
    checked(share, write=base).keep_notes()
    assert base.read_bytes() == before


def test_findings_that_were_not_asked_for_are_not_gone(share: Path) -> None:
    base = share.parent / "base.json"
    checked(share, write=base).keep_notes()
    found = validate([share], TODAY, select=["K"], against=Against(base)).report.baseline
    assert found is not None and (found.hidden, found.gone) == (0, 0)


def test_it_is_sorted_a_line_a_finding_and_holds_no_value(share: Path) -> None:
    base = share.parent / "base.json"
    checked(share, write=base).keep_notes()
    text = base.read_text()
    assert not CANARY.search(text) and "C20261118" not in text and "00000000-0000" not in text
    lines = [line.strip(' ",\n') for line in text.splitlines() if re.search(r'"[A-Z]\d+ [0-9a-f]{32}:\d+"', line)]
    assert len(lines) == 2 and lines == sorted(lines) and text.endswith("}\n")


BAD = {
    "nothing": "",
    "a list": "[]",
    "newer": '{"version": 2, "files": []}',
    "no files": '{"version": 1}',
    "a finding that is none": '{"version": 1, "files": [{"path": "a", "workbook": null, "findings": ["V104"]}]}',
    "a path that is none": '{"version": 1, "files": [{"path": 3, "workbook": null, "findings": []}]}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_baseline_is_said_before_anything_is_checked(bad: str, share: Path) -> None:
    file = share.parent / "base.json"
    file.write_text(BAD[bad])
    told: list[str] = []
    with pytest.raises(UsageError, match="no baseline that this tracker knows"):
        validate([share], TODAY, about=told.append, against=Against(file))
    with pytest.raises(RefusedError, match="another file stands there"):
        validate([share], TODAY, about=told.append, against=Against(write=file))
    assert told == [] and file.read_text() == BAD[bad]


def test_a_workbook_never_becomes_a_baseline(share: Path) -> None:
    before = (share / "a.xlsx").read_bytes()
    assert run(["validate", str(share), "--write-baseline", str(share / "a.xlsx")]) == Exit.REFUSED
    assert run(["validate", str(share), "--write-baseline", str(share)]) == Exit.USAGE
    assert run(["validate", str(share), "--baseline", str(share / "gone.json")]) == Exit.USAGE
    one = str(share.parent / "one")
    assert run(["validate", str(share), "--write-baseline", one, "--output", one]) == Exit.USAGE
    assert (share / "a.xlsx").read_bytes() == before and not Path(one).exists()


def test_a_baseline_that_cannot_be_written_is_said_before_anything_is_called_known(
    share: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    with pytest.raises(StorageError, match="there is no such folder"):
        validate([share], TODAY, about=told.append, against=Against(write=share / "none" / "base.json"))
    assert told == []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert run(["validate", str(share), "--write-baseline", str(share.parent / "base.json")]) == Exit.IO
    said = capsys.readouterr()
    assert said.out == "" and "base.json could not be written (No space left on device)" in said.err


# What is new since the last run.


def test_only_what_is_new_is_reported_and_what_is_gone_is_counted(
    share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for emails in (("one", "two"), ("one", "two"), ("one", "two", "three"), ("three",)):
        (share / "a.xlsx").write_bytes(customers(*emails))
        code = run(["validate", str(share), "--since-last", "--select", "V104", *TODAY_OPTION])
        text = capsys.readouterr().out
        said.append((code, text.count("V104"), text.splitlines()[-1]))
    first, same, more, less = said
    assert first[:2] == (Exit.FINDINGS, 2) and "first run with --since-last" in first[2]
    assert same[:2] == (Exit.CLEAN, 0) and re.search(
        r"^0 new, 0 gone since \d{4}-\d\d-\d\d \d\d:\d\d\. 2 known", same[2]
    )
    assert more[:2] == (Exit.FINDINGS, 1) and more[2].startswith("1 new, 0 gone since")
    assert less[:2] == (Exit.CLEAN, 0) and less[2].startswith("0 new, 2 gone since")


def test_a_file_that_cannot_be_read_this_time_keeps_what_is_known_of_it(share: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    good = (share / "a.xlsx").read_bytes()
    checked(share, notes=notes, now=NOW).keep_notes()
    (share / "a.xlsx").write_bytes(b"PK torn")
    torn = checked(share, notes=notes, now=NOW + timedelta(1))
    torn.keep_notes()
    since = torn.report.since_last
    assert since is not None and (since.new, since.gone, since.since) == (0, 0, "2026-11-26 07:00")
    (share / "a.xlsx").write_bytes(good)
    again = checked(share, notes=notes).report.since_last
    assert again is not None and (again.hidden, again.new, again.since) == (2, 0, "2026-11-27 07:00")


def test_what_is_known_of_a_file_that_was_removed_is_gone(share: Path, tmp_path: Path) -> None:
    (share / "b.xlsx").write_bytes(new_book())
    checked(share, notes=tmp_path / "notes", now=NOW).keep_notes()
    (share / "a.xlsx").unlink()
    since = checked(share, notes=tmp_path / "notes").report.since_last
    assert since is not None and (since.hidden, since.new, since.gone) == (0, 0, 2)


@pytest.mark.parametrize("other", ["paths", "select", "exclude"])
def test_another_question_has_notes_of_its_own(other: str, share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {
        "paths": [str(share / "a.xlsx")],
        "select": [str(share), "--select", "V"],
        "exclude": [str(share), "--exclude", "x"],
    }
    run(["validate", str(share), "--since-last"])
    run(["validate", *asked[other], "--since-last"])
    assert capsys.readouterr().out.count("first run with --since-last") == 2
    run(["validate", *asked[other], "--since-last"])
    assert "0 new, 0 gone since" in capsys.readouterr().out


def test_a_baseline_comes_first_and_the_last_run_after_it(share: Path, tmp_path: Path) -> None:
    base, notes = tmp_path / "base.json", tmp_path / "notes"
    checked(share, write=base).keep_notes()
    (share / "a.xlsx").write_bytes(customers("one", "two", "three"))
    checked(share, baseline=base, notes=notes, now=NOW).keep_notes()
    found = checked(share, baseline=base, notes=notes).report
    assert found.baseline is not None and found.since_last is not None
    assert (found.baseline.hidden, found.since_last.hidden, found.since_last.new) == (2, 1, 0)


def test_notes_hold_no_value_are_private_and_damaged_ones_are_as_good_as_none(share: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    checked(share, notes=notes, now=NOW).keep_notes()
    (file,) = notes.iterdir()
    text = file.read_text()
    assert not CANARY.search(text) and "C20261118" not in text and "00000000-0000" not in text
    if os.name == "posix":
        assert (file.stat().st_mode & 0o777, notes.stat().st_mode & 0o777) == (0o600, 0o700)
    for bad in (b"", b"\xff", text[: len(text) // 2].encode(), b'{"version": 1, "files": []}'):
        file.write_bytes(bad)
        since = checked(share, notes=notes).report.since_last
        assert since is not None and (since.new, since.since) == (2, "")


def test_a_state_folder_that_takes_no_file_is_said_after_the_report(
    share: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (share.parent / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_STATE_HOME", str(share.parent / "file"))
    assert run(["validate", str(share), "--since-last"]) == Exit.IO
    said = capsys.readouterr()
    assert "V104" in said.out and "what this run found could not be kept" in said.err


def test_a_report_that_nobody_got_is_not_known_next_time(share: Path, tmp_path: Path) -> None:
    asked = ["validate", str(share), "--since-last"]
    assert run([*asked, "--output", str(tmp_path / "none" / "report.txt")]) == Exit.IO
    assert not list(tmp_path.rglob("since-last"))


def test_nothing_is_written_to_the_share_with_all_of_it(share: Path, tmp_path: Path) -> None:
    (share / "b.xlsx").write_bytes(new_book())
    before = {one: (one.read_bytes(), one.stat().st_mtime_ns) for one in share.iterdir()}
    folder = share.stat().st_mtime_ns
    share.chmod(0o555)
    base = str(tmp_path / "base.json")
    try:
        for more in (["--write-baseline", base], ["--baseline", base, "--since-last"], ["--since-last", "--jobs", "2"]):
            assert run(["validate", str(share), "--cache", "--timeout-per-file", "60", *more]) in (0, 1)
    finally:
        share.chmod(0o755)
    assert {one: (one.read_bytes(), one.stat().st_mtime_ns) for one in share.iterdir()} == before
    assert share.stat().st_mtime_ns == folder


# Laws.

PLACES = st.builds(
    lambda row, key, table: Place(table, table, row, 3, key, "Header", f"{table[0]}{row // 2}" * (row % 5 > 0)),
    st.integers(2, 12),
    st.sampled_from(["email", "phone", ""]),
    st.sampled_from(["Customers", "Rules"]),
)
FOUND = st.lists(
    st.builds(
        lambda place, code, value: finding(code, place, value), PLACES, st.sampled_from(["V104", "V103"]), st.text()
    ),
    max_size=12,
)
WORKBOOKS = st.lists(st.tuples(st.sampled_from(["", "w1", "W1", "w2"]), FOUND), min_size=1, max_size=4)


def outcomes(books: Iterable[tuple[str, Sequence[object]]]) -> list[Outcome]:
    made = [Outcome(FileReport(f"/s/{i}.xlsx", tuple(found)), workbook_id=one) for i, (one, found) in enumerate(books)]  # type: ignore[arg-type]
    return printed(made)


@settings(deadline=None, max_examples=200)
@given(WORKBOOKS, st.randoms(use_true_random=False))
def test_what_is_written_hides_exactly_everything_also_when_sorted(
    books: list[tuple[str, list[object]]], dice: random.Random
) -> None:
    naming, every = from_folder(Path("/s")), outcomes(books)
    before = understood(written(known(every, naming)))
    for _, found in books:
        dice.shuffle(found)
    again = outcomes(books)
    assert [one.report.findings for one in without(again, before, naming)] == [()] * len(books)
    assert gone(again, before, naming, CODES, True) == gone(again, before, naming, CODES, False) == 0
    nothing = outcomes((one, []) for one, _ in books)
    assert gone(nothing, before, naming, CODES, False) == len(
        before.lines and {(k, x) for k, v in before.lines.items() for x in v}
    )
    assert [one.report.findings for one in without(again, Known(), naming)] == [one.report.findings for one in again]


@settings(deadline=None, max_examples=100)
@given(WORKBOOKS)
def test_a_document_says_what_is_known_in_the_same_bytes(books: list[tuple[str, list[object]]]) -> None:
    found = known(outcomes(books), from_folder(Path("/s")), at="2026-11-26 07:00")
    assert understood(written(found)) == found
    assert written(Known(tuple(reversed(found.files)), found.at)) == written(found)


def test_a_workbook_that_moved_takes_its_entry_along() -> None:
    old = Known((KnownFile("a.xlsx", "f" * 32, frozenset({f"V104 {'a' * 32}:1"})),))
    moved = printed([Outcome(FileReport("/s/b.xlsx"), workbook_id="w")])
    assert known(moved, from_folder(Path("/s")), old).files == ()


# What cannot be read.


def test_a_file_that_still_cannot_be_read_is_known_and_a_new_one_is_not(
    share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (share / "locked.xlsx").write_bytes(b"PK torn")
    asked = ["validate", str(share), "--since-last", *TODAY_OPTION]
    assert run(asked) == Exit.UNREADABLE
    capsys.readouterr()
    day = datetime.now().strftime("%Y-%m-%d")
    assert run(asked) == Exit.CLEAN
    said = capsys.readouterr().out
    assert f"still not checked, since {day}: " in said.splitlines()[2], "it stands in the table all the same"
    assert f"1 still not checked since {day}." in said.splitlines()[-1]
    (share / "other.xlsx").write_bytes(b"PK torn")
    assert run(asked) == Exit.UNREADABLE
    assert run(asked) == Exit.CLEAN
    (share / "locked.xlsx").write_bytes(b"")
    assert run(asked) == Exit.UNREADABLE, "the reason is another one"


def test_since_when_a_file_cannot_be_read_stays_until_it_can(share: Path, tmp_path: Path) -> None:
    notes, torn = tmp_path / "notes", share / "torn.xlsx"
    torn.write_bytes(b"PK torn")
    days = []
    for number in range(4):
        found = checked(share, notes=notes, now=NOW + timedelta(number))
        found.keep_notes()
        since = found.report.since_last
        days += [(one.unread_since, since and since.unread) for one in found.report.files if one.error]
        if number == 2:
            torn.write_bytes(new_book())
            checked(share, notes=notes, now=NOW + timedelta(2)).keep_notes()
            torn.write_bytes(b"PK torn")
    assert days == [("", 0), ("2026-11-26", 1), ("2026-11-26", 1), ("", 0)]


def test_where_nothing_at_all_can_be_checked_it_is_never_clean(share: Path) -> None:
    (share / "a.xlsx").write_bytes(b"PK torn")
    asked = ["validate", str(share), "--since-last"]
    assert [run(asked), run(asked)] == [Exit.UNREADABLE] * 2
