"""Which open workbook is meant, and what is said where none is, or none that may be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from books import new_book
from running import Running

from tracker.commands.live import chosen, path_of, refresh_live
from tracker.errors import Exit, RefusedError, TrackerError, UnreadableError, UsageError
from tracker.hosts import office as way
from tracker.hosts.libreoffice import Document

DAY = date(2026, 11, 25)


def one(url: str, title: str = "", number: int = 0) -> Document:
    return Document(number, url, title or url.rpartition("/")[2], False, "Calc MS Excel 2007 XML")


HERE, THERE = one("file:///srv/a%20b/shop.xlsx"), one("file:///srv/c/shop.xlsx", number=1)
OTHER, UNSAVED = one("file:///srv/c/other.ods"), one("", "Untitled 1")


@pytest.mark.parametrize("wanted", ["/srv/a b/shop.xlsx", "file:///srv/a%20b/shop.xlsx", "file:///srv/a b/shop.xlsx"])
def test_the_whole_path_or_address_tells_two_of_one_name_apart(wanted: str) -> None:
    assert chosen([THERE, HERE, OTHER], wanted) is HERE


@pytest.mark.parametrize("wanted", ["shop.xlsx", "SHOP.xlsx", None])
def test_a_name_is_enough_where_one_bears_it(wanted: str | None) -> None:
    assert chosen([OTHER, HERE, UNSAVED], wanted) is HERE


@pytest.mark.parametrize(
    ("found", "wanted", "kind", "said"),
    [
        ([HERE, THERE], "shop.xlsx", UsageError, "open from /srv/a b and /srv/c"),
        ([HERE, THERE], None, UsageError, "--workbook NAME"),
        ([OTHER], "shop.xlsx", UnreadableError, "not open"),
        ([HERE], "/srv/elsewhere/shop.xlsx", UnreadableError, "not open"),
        ([UNSAVED], "Untitled 1", RefusedError, "never saved"),
        ([UNSAVED], None, RefusedError, "never saved"),
        ([], None, UnreadableError, "no workbook is open"),
    ],
)
def test_what_cannot_be_told_is_said(
    found: list[Document], wanted: str | None, kind: type[TrackerError], said: str
) -> None:
    with pytest.raises(kind, match=said) as error:
        chosen(found, wanted)
    assert "\n" not in str(error.value) and str(error.value).count(". ") >= 1


def test_the_address_of_a_server_stands_for_itself() -> None:
    assert path_of("https://corp.example/docs/shop.xlsx").name == "shop.xlsx"


def test_no_python_that_can_talk_to_libreoffice_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(way.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(UsageError, match=f"{way.VARIABLE}=") as error:
        way.Office("nobody")
    assert error.value.exit_code == Exit.USAGE


@pytest.fixture
def desk(office: Running) -> Iterator[Running]:
    office.do("close")
    yield office
    office.do("close")


@pytest.mark.soffice
def test_a_read_only_workbook_one_not_ours_and_one_without_a_table_are_refused(desk: Running, tmp_path: Path) -> None:
    path, strange = tmp_path / "shop.xlsx", tmp_path / "strange.xlsx"
    path.write_bytes(new_book())
    with xlsxwriter.Workbook(strange) as made:
        made.add_worksheet().write(0, 0, "Name")
    desk.open(path, read_only=True)
    with pytest.raises(RefusedError, match=r"shop\.xlsx: it is open read-only"):
        refresh_live("shop.xlsx", DAY, pipe=desk.pipe)
    desk.do("close")
    desk.open(strange)
    with pytest.raises(UnreadableError, match="no workbook of ours"):
        refresh_live(None, DAY, pipe=desk.pipe)
    assert not (tmp_path / ".tracker").exists()
    desk.do("close")
    desk.do("new")
    with pytest.raises(RefusedError, match="never saved"):
        refresh_live(None, DAY, pipe=desk.pipe)
