"""``tracker followups`` through the real command line: the worklist of the book as saved, and its calendar."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from books import WORKBOOK_ID, column_of, header, new_book, refreshed, table_of, type_rows, write
from icalendar import Calendar, Event

from tracker.cli.run import run
from tracker.commands.followups import Due, _falls
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost

TODAY = date(2026, 11, 18)
DAY = ["--today", "2026-11-18"]
SAVED = 1_795_000_000  # seconds since 1970: some moment of that week


def serial(text: str) -> float:
    return float(to_serial(date.fromisoformat(text)))


def shop() -> bytes:
    data = type_rows(
        new_book(),
        "Customers",
        [
            {
                "customer_id": "C1",
                "last_name": "Marsh",
                "email": "m@x.example",
                "phone": "+1 555 010 2030",
                "owner": "Anna",
                "next_followup": serial("2026-11-10"),
            },
            {"customer_id": "C2", "company": "=Hiltop", "owner": "Ben", "next_followup": serial("2026-11-18")},
            {"customer_id": "C3", "last_name": "陈", "owner": "Anna", "next_followup": serial("2026-11-20")},
        ],
    )
    call = {"interaction_id": "I1", "customer": "C3", "started_at": serial("2026-11-02"), "channel": "Phone"}
    more = {"summary": "Asked for a price", "action": "Send the quote", "action_due": serial("2026-11-19")}
    return type_rows(data, "Interactions", [{**call, **more}])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(shop())
    return saved(path, SAVED)


def saved(path: Path, at: int) -> Path:
    os.utime(path, (at, at))
    return path


def sheet_of(data: bytes) -> list[tuple[object, ...]]:
    """The lines of the sheet Follow-ups as they stand: ID, due day, customer."""
    host, table = MemoryHost(data), table_of(data, "FollowUps")
    columns = [column_of(table, header("FollowUps", key)) for key in ("followup_id", "due", "customer")]
    cells = [host.sheet(table.sheet).column(at, table.ref.first_row + 1, table.ref.last_row) for at in columns]
    return [row for row in zip(*(one.values() for one in cells), strict=True) if row[0]]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], ["agreed:C1", "agreed:C2", "action:I1"]),
        (["--owner", "anna"], ["agreed:C1", "action:I1"]),
        (["--due", "overdue"], ["agreed:C1"]),
        (["--due", "today"], ["agreed:C2"]),
        (["--due", "week"], ["agreed:C1", "agreed:C2", "action:I1"]),
        (["--due", "week", "--owner", "Ben"], ["agreed:C2"]),
        (["--limit", "2"], ["agreed:C1", "agreed:C2"]),
        (["--limit", "99", "--due", "today"], ["agreed:C2"]),
    ],
)
def test_the_worklist_of_a_book_that_was_never_refreshed(
    options: list[str], ids: list[str], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert run(["followups", str(book), "--format", "json", *options, *DAY]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [line["followup_id"] for line in told["lines"] if line["due"]] == ids
    assert run(["followups", str(book), *options, *DAY]) == 0
    text = capsys.readouterr().out
    assert all(one in text for one in ids) and "as of 2026-11-18" in text
    assert book.read_bytes() == before


def test_it_is_the_list_that_a_refresh_writes_in_its_order(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["followups", str(book), "--format", "csv", *DAY])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    listed = sheet_of(refreshed(book.read_bytes())[0])
    day = [None if row["due"] == "" else serial(row["due"]) for row in rows]
    assert [(row["followup_id"], due) for row, due in zip(rows, day, strict=True)] == [one[:2] for one in listed]
    assert next(row["customer"] for row in rows if row["followup_id"] == "agreed:C2") == "'=Hiltop"


def test_what_was_typed_and_not_refreshed_is_seen(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = refreshed(book.read_bytes())[0]
    table = table_of(data, "FollowUps")
    row = table.ref.first_row + 1 + [one[0] for one in sheet_of(data)].index("agreed:C1")
    book.write_bytes(write(data, [(table.sheet, row, column_of(table, "Done on"), serial("2026-11-18"))]))
    run(["followups", str(book), "--format", "json", *DAY])
    assert "agreed:C1" not in {line["followup_id"] for line in json.loads(capsys.readouterr().out)["lines"]}


def test_the_day_is_the_one_asked_for(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["followups", str(book), "--format", "json", "--today", "2026-11-23"])
    told = json.loads(capsys.readouterr().out)
    assert told["day"] == "2026-11-23"
    assert {line["followup_id"]: line["days_late"] for line in told["lines"]}["agreed:C1"] == 13


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--owner", "Nobody"], "no owner is called Nobody. Owners: Anna, Ben"),
        (["--limit", "0"], "0 is not in the range"),
        (["--ics", "a.ics", "--format", "json"], "Give --ics or --format, not both"),
    ],
)
def test_a_slip_is_one_line(options: list[str], said: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["followups", str(book), *options, *DAY]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_redacted_it_names_nobody(form: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["followups", str(book), "--redact", "--format", form, *DAY]) == 0
    out = capsys.readouterr().out
    assert "agreed:C1" in out
    assert not [word for word in ("Marsh", "Hiltop", "陈", "555", "quote", "price") if word in out]


# The calendar.


def exported(book: Path, capsys: pytest.CaptureFixture[str], *options: str, day: str = "2026-11-18") -> bytes:
    file = book.with_name("work.ics")
    assert run(["followups", str(book), "--ics", str(file), "--today", day, *options]) == 0
    assert "written to" in capsys.readouterr().out
    return file.read_bytes()


def events(data: bytes) -> dict[str, Event]:
    found = [one for one in Calendar.from_ical(data).walk("VEVENT") if isinstance(one, Event)]
    by_uid = {str(one["uid"]): one for one in found}
    assert len(by_uid) == len(found)
    return by_uid


class Program:
    """A calendar program: of two events with one UID it keeps the one of the higher SEQUENCE, then the later stamp."""

    def __init__(self) -> None:
        self.known: dict[str, Event] = {}

    def take(self, data: bytes) -> None:
        for uid, new in events(data).items():
            old = self.known.get(uid)
            age = [(int(one["sequence"]), one.decoded("dtstamp")) for one in (old, new) if one is not None]
            if old is None or age[1] > age[0]:
                self.known[uid] = new

    @property
    def shown(self) -> dict[str, date]:
        """The day of each event, by the ID of its follow-up."""
        live = {uid: one for uid, one in self.known.items() if str(one.get("status", "")) != "CANCELLED"}
        return {uid.removesuffix(f"@{WORKBOOK_ID}"): one.decoded("dtstart") for uid, one in live.items()}


def test_an_event_is_all_day_with_an_alarm_and_says_no_more_than_name_and_action(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = exported(book, capsys)
    one = events(data)[f"action:I1@{WORKBOOK_ID}"]
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (date(2026, 11, 19), date(2026, 11, 20))
    assert str(one["summary"]) == "陈: Send the quote"
    assert (str(one["class"]), str(one["transp"])) == ("PRIVATE", "TRANSPARENT")
    [alarm] = one.walk("VALARM")
    assert (str(alarm["action"]), alarm.decoded("trigger")) == ("DISPLAY", timedelta(hours=9))
    assert str(events(data)[f"agreed:C1@{WORKBOOK_ID}"]["summary"]) == "Marsh: Agreed"
    text = data.decode().replace("\r\n ", "")
    assert not [word for word in ("555", "x.example", "price", "Anna") if word in text]


def test_redacted_its_events_have_ids_for_names(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = exported(book, capsys, "--redact")
    assert str(events(data)[f"action:I1@{WORKBOOK_ID}"]["summary"]) == "C3: Action"
    assert "陈" not in data.decode()


def test_what_is_late_stands_on_the_day_itself(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = events(exported(book, capsys))[f"agreed:C1@{WORKBOOK_ID}"]
    assert one.decoded("dtstart") == TODAY and "was due on 2026-11-10" in str(one["description"])


def test_the_same_book_gives_the_same_file(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exported(book, capsys) == exported(book, capsys)


def test_importing_twice_doubles_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program()
    program.take(exported(book, capsys))
    before = program.shown
    program.take(exported(book, capsys))
    assert program.shown == before and len(before) == 3


def test_what_moved_moves_the_other_way_too(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program()
    for second, (text, day) in enumerate(
        [("2026-11-20", (11, 20)), ("2026-11-24", (11, 24)), ("2026-11-19", (11, 19))]
    ):
        table = table_of(book.read_bytes(), "Interactions")
        at = (table.sheet, table.ref.first_row + 1, column_of(table, header("Interactions", "action_due")))
        book.write_bytes(write(book.read_bytes(), [(*at, serial(text))]))
        saved(book, SAVED + second)
        data = exported(book, capsys)
        sequence = int(events(data)[f"action:I1@{WORKBOOK_ID}"]["sequence"])
        old = program.known.get(f"action:I1@{WORKBOOK_ID}")
        assert old is None or sequence > int(old["sequence"])
        program.take(data)
        assert program.shown["action:I1"] == date(2026, *day)


def test_what_is_late_moves_on_each_day_without_a_save(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program()
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        program.take(exported(book, capsys, day=day))
        assert program.shown["agreed:C1"] == date.fromisoformat(day)


def test_what_is_done_goes_and_what_comes_back_comes_back(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program()
    program.take(exported(book, capsys))
    table = table_of(book.read_bytes(), "Interactions")
    at = (table.sheet, table.ref.first_row + 1, column_of(table, header("Interactions", "action_done_on")))
    for second, (value, there) in enumerate([(serial("2026-11-18"), False), (None, True)], 1):
        book.write_bytes(write(book.read_bytes(), [(*at, value)]))
        saved(book, SAVED + second)
        data = exported(book, capsys)
        program.take(data)
        assert ("action:I1" in program.shown) is there
    assert "陈" in data.decode()


def test_a_narrower_calendar_cancels_nothing_of_others(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported(book, capsys)
    narrow = events(exported(book, capsys, "--owner", "Ben"))
    assert [str(one.get("status", "")) for one in narrow.values()] == ["" for _ in narrow]


def test_what_is_cancelled_is_forgotten_in_the_end(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported(book, capsys)
    book.write_bytes(new_book())
    saved(book, SAVED + 1)
    assert {str(one["status"]) for one in events(exported(book, capsys)).values()} == {"CANCELLED"}
    assert exported(book, capsys, day="2027-02-18").count(b"BEGIN:VEVENT") == 0


@pytest.mark.parametrize(
    "there",
    [b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//EN\r\nEND:VCALENDAR\r\n", b"my notes", b"\xff\xfe\x00"],
)
def test_a_file_of_somebody_else_is_not_written_over(
    there: bytes, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = book.with_name("work.ics")
    file.write_bytes(there)
    assert run(["followups", str(book), "--ics", str(file), *DAY]) == 5
    assert "and no calendar of this workbook" in capsys.readouterr().err and file.read_bytes() == there


def test_a_calendar_of_another_workbook_is_not_written_over(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported(book, capsys)
    table = table_of(book.read_bytes(), "Settings")
    other = WORKBOOK_ID.replace("1", "2")
    book.write_bytes(
        write(book.read_bytes(), [(table.sheet, table.ref.first_row + 2, table.ref.first_column + 1, other)])
    )
    assert run(["followups", str(book), "--ics", str(book.with_name("work.ics")), *DAY]) == 5


def test_a_folder_is_no_calendar(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["followups", str(book), "--ics", str(book.parent), *DAY]) == 2
    assert "is a folder. Give the name of a file" in capsys.readouterr().err


def test_the_workbook_is_never_taken_for_a_calendar(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert run(["followups", str(book), "--ics", str(book), *DAY]) == 5
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("day", "due", "falls"),
    [
        ("2026-11-17", Due.OVERDUE, True),
        ("2026-11-18", Due.OVERDUE, False),
        ("2026-11-17", Due.TODAY, False),
        ("2026-11-18", Due.TODAY, True),
        ("2026-11-19", Due.TODAY, False),
        ("2026-11-17", Due.WEEK, True),
        ("2026-11-25", Due.WEEK, True),  # the seventh day is the last one
        ("2026-11-26", Due.WEEK, False),
    ],
)
def test_on_the_edge_of_what_is_asked_for(day: str, due: Due, falls: bool) -> None:
    assert _falls(date.fromisoformat(day), TODAY, due) is falls
