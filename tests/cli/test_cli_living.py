"""`refresh --live` and `undo --live` as the button calls them: what the log says, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from books import demo_book, new_book
from running import Running

from tracker.cli.living import STARTED, answering
from tracker.cli.run import run
from tracker.errors import BusyError, Exit
from tracker.hosts import ClosedFile

DAY = date(2026, 11, 25)


@pytest.fixture
def desk(office: Running) -> Iterator[Running]:
    office.do("close")
    yield office
    office.do("close")


def said(log: Path) -> list[str]:
    """The lines of the log: the exit code first."""
    assert log.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff"), "macros read UTF-16 with its mark"
    return log.read_text("utf-16").split("\n")


@pytest.mark.soffice
def test_the_button_gets_its_answer(desk: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, log = tmp_path / "Олена's shop.xlsx", tmp_path / "answer"
    book.write_bytes(demo_book(DAY))
    url = desk.open(book)
    given = ["--live", "--workbook", url, "--log", str(log), "--office", desk.pipe]
    assert run(["refresh", *given, "--today", "2026-11-25"]) == Exit.CLEAN
    code, summary, *rest = said(log)
    assert code == "0" and " overdue, 12 problems, " in summary and " rows refreshed in " in summary
    assert any("is not saved yet" in line for line in rest)
    assert summary in capsys.readouterr().out
    assert run(["refresh", *given, "--today", "2026-11-25"]) == Exit.CLEAN and "up to date" in said(log)[1]
    assert run(["undo", *given]) == Exit.CLEAN and "taken back" in said(log)[1]
    assert run(["undo", *given]) == Exit.REFUSED
    assert said(log)[0] == "5" and "not refreshed since" in said(log)[1]
    desk.do("protect", url=url, sheet="Customers")
    assert run(["refresh", *given]) == Exit.REFUSED and "Customers is protected" in said(log)[1]
    assert sorted(path.name for path in tmp_path.iterdir() if "lock" not in path.name) == [
        ".tracker",
        "answer",
        book.name,
    ]


def asked(desk: Running, capsys: pytest.CaptureFixture[str], name: str | None = None) -> tuple[int, str]:
    """The exit code of a refresh of what is open, and its one line of error."""
    given = ["--workbook", name] if name else []
    code = run(["refresh", "--live", *given, "--office", desk.pipe, "--today", DAY.isoformat()])
    return code, capsys.readouterr().err.strip()


@pytest.mark.soffice
def test_what_is_open_and_cannot_be_refreshed_is_said_in_a_sentence(
    desk: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "one" / "shop.xlsx", tmp_path / "other" / "shop.xlsx"
    for path in (one, other):
        path.parent.mkdir()
        path.write_bytes(new_book(DAY))
    desk.do("new")
    code, line = asked(desk, capsys)
    assert code == Exit.REFUSED and "never saved" in line
    desk.open(one, read_only=True)
    code, line = asked(desk, capsys, "shop.xlsx")
    assert code == Exit.REFUSED and "open read-only" in line
    desk.open(other)
    code, line = asked(desk, capsys, "shop.xlsx")
    assert code == Exit.USAGE and "Give the whole path" in line
    desk.do("close")
    url = desk.open(one)
    one.rename(one.with_name("renamed.xlsx"))
    code, line = asked(desk, capsys, url)
    assert code == Exit.UNREADABLE and "renamed or moved" in line and line.count("\n") == 0
    code, line = asked(desk, capsys, "renamed.xlsx")
    assert code == Exit.UNREADABLE and "not open" in line
    assert not list(tmp_path.rglob(".tracker"))


@pytest.mark.soffice
def test_rows_that_a_filter_hides_are_refreshed_with_the_others(desk: Running, tmp_path: Path) -> None:
    book, closed = tmp_path / "shop.xlsx", tmp_path / "closed.xlsx"
    for path in (book, closed):
        path.write_bytes(demo_book(DAY))
    assert run(["refresh", str(closed), "--today", DAY.isoformat()]) == Exit.CLEAN
    url = desk.open(book)
    desk.do("filter", url=url, table="Customers", column=2, text="nobody is called so")
    given = ["--live", "--workbook", url, "--office", desk.pipe]
    assert run(["refresh", *given, "--today", DAY.isoformat()]) == Exit.CLEAN
    desk.do("save", url=url)
    for number in (1, 5, 7, 8):
        found, wanted = (ClosedFile(path).sheet("Customers").column(number, 2, 280) for path in (book, closed))
        assert found.same_as(wanted).all(), number


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (BusyError("shop.xlsx: somebody changed it."), 4, "somebody changed it"),
        (ValueError("secret of Ann"), 70, "A fault in tracker (ValueError)"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_whatever_breaks_off_stands_in_the_log(tmp_path: Path, error: BaseException, code: int, words: str) -> None:
    log = tmp_path / "answer"
    with pytest.raises(type(error)), answering(log):
        assert said(log) == [STARTED]
        raise error
    assert said(log)[0] == str(code) and words in said(log)[1] and "secret" not in said(log)[1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["refresh"], "Missing argument 'BOOK'"),
        (["undo"], "Missing argument 'BOOK'"),
        (["refresh", "a.xlsx", "--log", "x"], "--log goes with --live"),
        (["refresh", "a.xlsx", "--live"], "a.xlsx does not go with --live"),
        (["refresh", "--live", "--dry-run"], "--dry-run does not go with --live"),
        (["undo", "--live", "--output", "b.xlsx"], "--output does not go with --live"),
        (["refresh", "--live", "--log", "/nowhere/at/all", "--office", "x"], "the log could not be written"),
    ],
)
def test_options_that_do_not_go_together(given: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(given) in (Exit.USAGE, Exit.IO)
    assert words in capsys.readouterr().err
