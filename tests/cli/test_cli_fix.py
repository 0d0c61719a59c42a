"""``tracker fix`` as people meet it: what it shows, what it says comes next, and how it ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from books import new_book, parts, table_of, type_rows, with_part, write

from tracker.cli.fixing import _seen, _stands
from tracker.cli.run import run
from tracker.hosts import ClosedFile
from tracker.ooxml import Workbook

ANN = {"customer_id": "C1", "last_name": " Marsh", "email": "ann@gmial.com", "owner": "Tom"}
RUI = {"customer_id": "C2", "last_name": "Silva", "email": "s@b.example", "owner": "Tom"}
ROWS = [{**ANN, "next_followup": "12.11.2026"}, {**RUI, "next_followup": "03/04/2026"}]
TODAY = ["--today", "2026-11-18"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "shop.xlsx"
    path.write_bytes(type_rows(new_book(), "Customers", ROWS))
    return path


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines on the screen, each run of spaces as one."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_diff_shows_before_and_after_and_ends_with_1(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.read_bytes()
    assert run(["fix", "shop.xlsx", "--diff", *TODAY]) == 1
    assert said(capsys) == [
        "Customers!C2 Last name C1 “␣Marsh” → “Marsh” V111",
        "Customers!L2 Next follow-up C1 “12.11.2026” → 2026-11-12 V102",
        "shop.xlsx: 2 cells would be fixed (V111 stray-spaces: 1, V102 date-as-text: 1). Nothing was written.",
        "1 more is a guess: tracker fix shop.xlsx --unsafe --diff",
        "Left for a person: 1 error, 1 warning. See: tracker validate shop.xlsx",
    ]
    assert shop.read_bytes() == before
    assert not (shop.parent / ".tracker").exists()


def test_a_dry_run_shows_the_same_and_ends_with_0(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["fix", "shop.xlsx", "--diff", *TODAY])
    shown = said(capsys)
    assert run(["fix", "shop.xlsx", "--dry-run", *TODAY]) == 0
    assert said(capsys) == shown


def merged(shop: Path, area: str) -> None:
    """Cells of the sheet Customers are merged: those hidden in there take no value."""
    part = table_of(shop.read_bytes(), "Customers").sheet
    part = next(one.part for one in Workbook(shop.read_bytes()).sheets if one.name == part)
    cells = b'<mergeCells count="1"><mergeCell ref="%b"/></mergeCells>' % area.encode()
    head, tag, tail = parts(shop.read_bytes())[part].partition(b"</sheetData>")
    at = tail.find(b"<conditionalFormatting")
    shop.write_bytes(with_part(shop.read_bytes(), part, lambda _: head + tag + tail[:at] + cells + tail[at:]))


def test_a_diff_leaves_out_and_names_what_the_write_does(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merged(shop, "K2:L2")
    left = ["1 cell was left as it is:", "Customers!L2 Next follow-up C1 it holds merged cells"]
    rest = [
        "1 more is a guess: tracker fix shop.xlsx --unsafe --diff",
        "Left for a person: 2 errors, 1 warning. See: tracker validate shop.xlsx",
    ]
    for option, code in (("--diff", 1), ("--dry-run", 0)):
        assert run(["fix", "shop.xlsx", option, *TODAY]) == code
        assert said(capsys) == [
            "Customers!C2 Last name C1 “␣Marsh” → “Marsh” V111",
            "shop.xlsx: 1 cell would be fixed (V111 stray-spaces: 1). Nothing was written.",
            *left,
            *rest,
        ]
    assert run(["fix", "shop.xlsx", *TODAY]) == 0
    done = "shop.xlsx: 1 cell fixed (V111 stray-spaces: 1)."
    assert said(capsys) == [done, *left, *rest, "What is computed from them follows with: tracker refresh shop.xlsx"]
    before = shop.read_bytes()
    assert run(["fix", "shop.xlsx", "--diff", *TODAY]) == 0
    shown = said(capsys)
    assert shown == ["shop.xlsx: nothing to fix. Nothing was written.", *left, *rest]
    assert run(["fix", "shop.xlsx", *TODAY]) == 0
    assert said(capsys) == shown
    assert shop.read_bytes() == before
    run(["validate", "shop.xlsx", *TODAY])
    assert "2 errors, 1 warning" in capsys.readouterr().out


def test_log_and_undo_of_a_fix_know_nothing_of_what_was_left(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merged(shop, "K2:L2")
    run(["fix", "shop.xlsx", *TODAY])
    capsys.readouterr()
    run(["log", "shop.xlsx", "--columns"])
    logged = said(capsys)
    assert logged[0].endswith(" 1 cell Customers 1") and logged[1] == "Customers: last_name 1"
    assert run(["undo", "shop.xlsx", *TODAY]) == 0
    assert "1 cell put back" in capsys.readouterr().out
    sheet = ClosedFile(shop).sheet("Customers")
    assert [sheet.column(number, 2, 2).values() for number in (3, 12)] == [[" Marsh"], ["12.11.2026"]]


def test_a_fix_says_what_it_did_and_what_is_next(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "shop.xlsx", *TODAY]) == 0
    assert said(capsys) == [
        "shop.xlsx: 2 cells fixed (V111 stray-spaces: 1, V102 date-as-text: 1).",
        "1 more is a guess: tracker fix shop.xlsx --unsafe --diff",
        "Left for a person: 1 error, 1 warning. See: tracker validate shop.xlsx",
        "What is computed from them follows with: tracker refresh shop.xlsx",
    ]
    after = shop.read_bytes()
    for option in ([], ["--diff"]):
        assert run(["fix", "shop.xlsx", *option, *TODAY]) == 0
        assert said(capsys)[0] == "shop.xlsx: nothing to fix. Nothing was written."
    assert shop.read_bytes() == after
    run(["validate", "shop.xlsx", *TODAY])
    out = capsys.readouterr().out
    assert "V111" not in out and "V102" not in out and "1 fixable with `tracker fix --unsafe`." in out


def test_an_output_leaves_the_book(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.read_bytes()
    assert run(["fix", "shop.xlsx", "--unsafe", "--output", "new.xlsx", *TODAY]) == 0
    assert said(capsys)[0].startswith("new.xlsx: 3 cells fixed")
    assert shop.read_bytes() == before
    assert run(["fix", "new.xlsx", "--unsafe", "--diff", *TODAY]) == 0


@pytest.mark.parametrize(("options", "said_of"), [([], "the same workbook"), (["--diff"], "Nothing was written")])
def test_an_output_of_a_book_without_a_fix_is_the_same_book_and_said(
    options: list[str], said_of: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["fix", "shop.xlsx", *TODAY])
    capsys.readouterr()
    assert run(["fix", "shop.xlsx", "--output", "new.xlsx", *options, *TODAY]) == 0
    shown, new = said(capsys), shop.with_name("new.xlsx")
    assert shown[0].startswith("shop.xlsx: nothing to fix.") and said_of in shown[0]
    assert shown[-1] == "Left for a person: 1 error, 1 warning. See: tracker validate shop.xlsx"
    assert new.exists() != bool(options) and (options or new.read_bytes() == shop.read_bytes())


def test_what_a_plain_fix_mends_is_not_left_for_a_person_and_the_hints_keep_what_was_chosen(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = "Left for a person: 1 error, 1 warning. See: tracker validate shop.xlsx"
    run(["fix", "shop.xlsx", "--diff", "--select", "V111", *TODAY])
    assert said(capsys)[2:] == ["1 more is safe to fix: tracker fix shop.xlsx --diff", left]
    run(["fix", "shop.xlsx", "--diff", "--ignore", "V111", *TODAY])
    assert said(capsys)[-3:] == [
        "1 more is safe to fix: tracker fix shop.xlsx --diff",
        "1 more is a guess: tracker fix shop.xlsx --ignore V111 --unsafe --diff",
        left,
    ]
    run(["validate", "shop.xlsx", "--format", "xlsx", "--output", "copy.xlsx", "--select", "V127", *TODAY])
    capsys.readouterr()
    run(["fix", "shop.xlsx", "--accept", "copy.xlsx", "--no-config", *TODAY])
    assert "2 more are safe to fix: tracker fix shop.xlsx --no-config --diff" in said(capsys)


def test_what_is_accepted_and_cannot_be_applied_ends_with_1(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["validate", "shop.xlsx", "--format", "xlsx", "--output", "copy.xlsx", *TODAY])
    capsys.readouterr()
    shop.write_bytes(type_rows(new_book(), "Customers", [{**ROWS[0], "last_name": "Marsh-Lee"}, ROWS[1]]))
    assert run(["fix", "shop.xlsx", "--accept", "copy.xlsx", *TODAY]) == 1
    lines = said(capsys)
    assert lines[0].startswith("shop.xlsx: 2 cells fixed")
    assert lines[1:3] == [
        "1 cell was left as it is:",
        "Customers!C2 Last name C1 changed since the copy was made wanted: Marsh",
    ]
    shop.write_bytes(type_rows(new_book(), "Customers", ROWS))
    for first in ("shop.xlsx: 3 cells fixed", "shop.xlsx: nothing to fix"):
        assert run(["fix", "shop.xlsx", "--accept", "copy.xlsx", *TODAY]) == 0
        assert said(capsys)[0].startswith(first)


def test_how_it_ends_when_it_cannot_begin(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "shop.xlsx", "--select", "V999"]) == 2
    assert run(["fix", "shop.xlsx", "--accept", "shop.xlsx"]) == 2
    assert run(["fix", "gone.xlsx"]) == 3
    (shop.parent / "~$shop.xlsx").write_bytes(b"\x04Anna" + b" " * 160)
    assert run(["fix", "shop.xlsx"]) == 4
    assert "Traceback" not in capsys.readouterr().err


def lost(shop: Path, name: str) -> None:
    """The table of one sheet is dropped, as some programs do."""
    part = table_of(shop.read_bytes(), name).part.rpartition("/")[2].encode()
    data = shop.read_bytes()
    for links in [one for one in parts(data) if one.startswith("xl/worksheets/_rels/") and part in parts(data)[one]]:
        dropped = re.compile(rb"<Relationship [^>]*/%b\"[^>]*/>" % part)
        data = with_part(data, links, lambda c: dropped.sub(b"", c))  # noqa: B023
    shop.write_bytes(data)


def test_a_lost_table_is_shown_put_back_and_written_down(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost(shop, "Customers")
    before = shop.read_bytes()
    assert run(["fix", "shop.xlsx", "--select", "W102", "--diff", *TODAY]) == 1
    assert said(capsys)[:2] == [
        "Customers: the Table Customers would be put back, A1:BW3",
        "shop.xlsx: 1 Table would be put back (W102 lost-table). Nothing was written.",
    ]
    assert shop.read_bytes() == before
    assert run(["fix", "shop.xlsx", "--select", "W102", *TODAY]) == 0
    lines = said(capsys)
    assert lines[:2] == [
        "Customers: the Table Customers was put back, A1:BW3",
        "shop.xlsx: 1 Table put back (W102 lost-table).",
    ]
    assert lines[-1] == "Formulas, and what is computed from them, come back with: tracker refresh shop.xlsx"
    run(["log", "shop.xlsx", "--columns"])
    assert "Tables: Customers 1" in said(capsys)
    assert run(["undo", "shop.xlsx", *TODAY]) == 0
    assert said(capsys) == [
        "shop.xlsx: run 1 (fix) wrote no cells of staff. Nothing to undo, nothing written.",
        "The Tables it put back stay: Customers. To go back to before it: tracker restore shop.xlsx 1",
    ]
    assert run(["restore", "shop.xlsx", "1"]) == 0
    assert shop.read_bytes() == before


def test_an_undo_takes_back_the_cells_and_says_that_the_table_stays(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost(shop, "Customers")
    assert run(["fix", "shop.xlsx", *TODAY]) == 0
    assert said(capsys)[2] == "shop.xlsx: 2 cells fixed (V111 stray-spaces: 1, V102 date-as-text: 1)."
    assert run(["undo", "shop.xlsx", *TODAY]) == 0
    assert said(capsys)[1].startswith("The Tables it put back stay: Customers.")
    assert table_of(shop.read_bytes(), "Customers")


def test_a_table_that_cannot_come_back_is_said_with_its_reason(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop.write_bytes(write(shop.read_bytes(), [("Customers", 1, 13, "Owner")]))
    lost(shop, "Customers")
    for option in ([], ["--diff"]):
        assert run(["fix", "shop.xlsx", "--select", "W102", *option, *TODAY]) == 0
        assert said(capsys)[:2] == [
            "Customers!M1: the Table Customers was not put back: another header is called the same.",
            "shop.xlsx: nothing to fix. Nothing was written.",
        ]


@pytest.mark.parametrize(
    ("text", "is_text", "shown"),
    [("3", True, "“3”"), ("3", False, "3"), ("2026-11-12", False, "2026-11-12"), ("", False, "∅"), ("", True, "∅")],
)
def test_a_number_and_a_text_that_read_the_same_are_told_apart(text: str, is_text: bool, shown: str) -> None:
    assert _stands(text, is_text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann Lee", "“Ann Lee”"),
        (" Ann  Lee  ", "“␣Ann␣␣Lee␣␣”"),
        ("\u00a0Ann\u200b", "“\\u00a0Ann\\u200b”"),
        ("a\tb\nc", "“a\\u0009b\\u000ac”"),
        ("", "∅"),
    ],
)
def test_nothing_that_is_taken_away_goes_unseen(text: str, shown: str) -> None:
    assert _seen(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[validate]\nignore = ['V111']\n",
        "[validate]\nselect = ['V102', 'V105']\n",
        "[validate]\n[validate.severity]\nV111 = 'off'\n",
        "[validate]\n[validate.per-sheet-ignores]\nCustomers = ['V111']\n",
        "[validate]\n[validate.per-file-ignores]\n'shop*' = ['V111']\n",
    ],
)
def test_what_the_configuration_leaves_out_is_not_fixed(
    text: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop.parent / "tracker.toml").write_text(text)
    assert run(["fix", "shop.xlsx", "--dry-run", *TODAY]) == 0
    assert "1 cell would be fixed (V102 date-as-text: 1)" in said(capsys)[1]
    assert run(["fix", "shop.xlsx", "--dry-run", "--no-config", *TODAY]) == 0
    assert "2 cells would be fixed (V111" in said(capsys)[2]


def test_what_is_left_is_what_validate_says(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop.parent / "tracker.toml").write_text("[validate]\nselect = ['V']\n[validate.severity]\nV = 'info'\n")
    assert run(["fix", "shop.xlsx", *TODAY]) == 0
    left = next(line for line in said(capsys) if line.startswith("Left for a person"))
    run(["validate", "shop.xlsx", *TODAY])
    assert left == "Left for a person: 2 notes. See: tracker validate shop.xlsx"
    assert capsys.readouterr().out.count(" info V1") == 2


def test_a_code_that_is_named_is_fixed_whatever_is_ignored(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop.parent / "tracker.toml").write_text("[validate]\nignore = ['V']\n")
    (shop.parent / "company.toml").write_text("[validate]\nselect = ['V102']\n")
    for options, count in ([], 0), (["--select", "V111"], 1), (["--config", "company.toml"], 1), (["--no-config"], 2):
        run(["fix", "shop.xlsx", "--dry-run", *options, *TODAY])
        assert len([line for line in said(capsys) if "→" in line]) == count
    assert run(["fix", "shop.xlsx", "--no-config", "--config", "company.toml"]) == 2
    (shop.parent / "tracker.toml").write_text("[validate]\nselct = ['V']\n")
    assert run(["fix", "shop.xlsx", *TODAY]) == 2
    assert capsys.readouterr().err.endswith("[validate] has no key 'selct'. Did you mean select?\n")


def test_what_was_accepted_is_applied_whatever_is_configured(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["validate", "shop.xlsx", "--format", "xlsx", "--output", "copy.xlsx", *TODAY])
    (shop.parent / "tracker.toml").write_text("[validate]\nignore = ['V']\n")
    capsys.readouterr()
    assert run(["fix", "shop.xlsx", "--accept", "copy.xlsx", *TODAY]) == 0
    assert said(capsys)[0].startswith("shop.xlsx: 3 cells fixed")


def test_the_workbook_as_its_own_output_is_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.read_bytes()
    assert run(["fix", "shop.xlsx", "--output", "shop.xlsx", *TODAY]) == 2
    assert "is the workbook itself" in capsys.readouterr().err
    assert shop.read_bytes() == before


def test_what_was_typed_behind_the_list_of_a_copy_is_said_in_one_line(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["validate", "shop.xlsx", "--format", "xlsx", "--output", "copy.xlsx", "--select", "V127", *TODAY])
    copy = Path("copy.xlsx")
    found = table_of(shop.read_bytes(), "Customers")
    column = found.ref.first_column + [one.name for one in found.columns].index("E-mail")
    copy.write_bytes(write(copy.read_bytes(), [(found.sheet, found.ref.first_row + 1, column, "ann@mail.example")]))
    capsys.readouterr()
    assert run(["fix", "shop.xlsx", "--accept", "copy.xlsx", *TODAY]) == 1
    assert [line for line in said(capsys) if line.startswith("copy.xlsx: ")] == [
        "copy.xlsx: 1 cell was changed on the sheets behind the list and is not applied (Customers!J2): type what is "
        "right into the column Suggestion of its sheet Problems, or into the workbook where the list has no row for it."
    ]
    copy.write_bytes(write(copy.read_bytes(), [("Customers", row, 2, "Bo") for row in range(2, 9)]))
    assert run(["fix", "shop.xlsx", "--accept", "copy.xlsx", *TODAY]) == 1
    assert "8 cells were changed" in (out := capsys.readouterr().out)
    assert "(Customers!B2, Customers!J2, Customers!B3, Customers!B4, Customers!B5, …)" in out
