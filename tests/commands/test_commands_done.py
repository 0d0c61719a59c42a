"""``tracker done`` and ``tracker snooze``: what typing into Follow-ups gives; undo gives all of it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from books import column_of, header, new_book, refreshed, table_of, type_rows, write

from tracker.cli.run import run
from tracker.commands.done import Wish, note_followup
from tracker.commands.refresh import refresh
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost
from tracker.keeper.lock import person

TODAY = date(2026, 11, 18)
DAY = ["--today", "2026-11-18"]
NOW = datetime(2026, 11, 18, 9, 30)


def serial(text: str) -> float:
    return float(to_serial(date.fromisoformat(text)))


def shop() -> bytes:
    rows = [
        {"customer_id": "C1", "last_name": "Marsh", "owner": "Anna", "next_followup": serial("2026-11-10")},
        {"customer_id": "C2", "last_name": "Silva", "owner": "Ben", "created_on": serial("2026-09-01")},
        {"customer_id": "C3", "last_name": "Ruiz", "owner": "Anna", "created_on": serial("2025-02-01")},
    ]
    calls = [
        {"customer": "C3", "started_at": serial("2026-11-02"), "channel": "Phone", "action": "Send the quote"},
        {"customer": "C3", "started_at": serial("2026-11-13"), "channel": "E-mail", "direction": "Inbound"},
        {"customer": "C2", "started_at": serial("2026-11-12"), "channel": "Phone", "direction": "Inbound"},
        {"customer": "C1", "started_at": serial("2026-11-24") + 0.5, "channel": "Visit"},
    ]
    calls[0]["action_due"] = serial("2026-11-17")
    calls[2]["purpose"] = "Complaint"
    data = type_rows(type_rows(new_book(), "Customers", rows), "Interactions", calls)
    for number, _ in enumerate(calls):
        table = table_of(data, "Interactions")
        row = table.ref.first_row + 1 + number
        data = write(
            data, [(table.sheet, row, column_of(table, header("Interactions", "interaction_id")), f"I{number}")]
        )
    return refreshed(data)[0]


SHOP = shop()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(SHOP)
    return path


def values(data: bytes, table: str) -> list[dict[str, object]]:
    """The rows of a table as they stand, by header."""
    found, host = table_of(data, table), MemoryHost(data)
    first, last = found.ref.first_row + 1, found.ref.last_row
    headers = [column.name for column in found.columns]
    columns = [
        host.sheet(found.sheet).column(found.ref.first_column + at, first, last).values() for at in range(len(headers))
    ]
    return [dict(zip(headers, row, strict=True)) for row in zip(*columns, strict=True)]


def typed(followup: str, boxes: Mapping[str, object]) -> bytes:
    """The workbook with words typed into a line of Follow-ups, and refreshed."""
    table = table_of(SHOP, "FollowUps")
    at = [row["Follow-up ID"] for row in values(SHOP, "FollowUps")].index(followup)
    row = table.ref.first_row + 1 + at
    cells = [(table.sheet, row, column_of(table, header("FollowUps", key)), value) for key, value in boxes.items()]
    host = MemoryHost(write(SHOP, cells))
    refresh(host, TODAY, now=NOW)
    return host.data


LINES = ["agreed:C1", "reply:I1", "action:I0", "complaint:I2", "plan:I3"]
SAID = [
    (Wish(), {"done_on": serial("2026-11-18")}),
    (Wish('Ordered "oak" & <fir>'), {"done_on": serial("2026-11-18"), "result": 'Ordered "oak" & <fir>'}),
    (
        Wish("Ordered", date(2026, 11, 17), date(2026, 12, 1), "visit"),
        {
            "done_on": serial("2026-11-17"),
            "result": "Ordered",
            "next_date": serial("2026-12-01"),
            "channel_used": "Visit",
        },
    ),
    (Wish("Waits", until=date(2026, 11, 25)), {"snooze": serial("2026-11-25"), "result": "Waits"}),
]


@pytest.mark.parametrize("followup", LINES)
@pytest.mark.parametrize(("wish", "boxes"), SAID, ids=["done", "result", "all", "snooze"])
def test_it_is_what_typing_into_the_list_gives_in_every_cell(
    followup: str, wish: Wish, boxes: Mapping[str, object]
) -> None:
    host = MemoryHost(SHOP)
    note_followup(host, followup, wish, TODAY, now=NOW)
    other = MemoryHost(typed(followup, boxes))
    assert host.book().sheets == other.book().sheets
    differing = []
    for name in host.book().sheets:
        one, two = host.sheet(name), other.sheet(name)
        for number in sorted({*one.columns, *two.columns}):
            last = max(one.last_row, two.last_row)
            same = one.column(number, 1, last).same_as(two.column(number, 1, last))
            differing += [(name, number, row + 1) for row in range(last) if not same[row]]
    # Who put it off is known on the command line alone; nothing else differs.
    by = column_of(table_of(host.data, "Decisions"), header("Decisions", "by"))
    assert {(name, number) for name, number, _ in differing} <= ({("Decisions", by)} if wish.until else set())


@pytest.mark.parametrize("followup", [*LINES, "complete:C2"])
@pytest.mark.parametrize("command", ["done", "snooze"])
def test_undo_brings_the_book_back_byte_for_byte(followup: str, command: str, book: Path) -> None:
    more = ["--result", "Spoke to her"] if command == "done" else ["2026-11-25", "--reason", "Waits"]
    assert run([command, str(book), followup, *more, *DAY]) == 0
    after = book.read_bytes()
    assert after != SHOP
    assert run(["undo", str(book)]) == 0
    assert book.read_bytes() == SHOP
    assert run(["undo", str(book)]) == 0  # and that is taken back as well
    assert values(book.read_bytes(), "Interactions") != values(SHOP, "Interactions") or command == "snooze"


def test_undo_keeps_what_was_typed_since(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["done", str(book), "agreed:C1", "--result", "Spoke", *DAY]) == 0
    table = table_of(book.read_bytes(), "Customers")
    at = (table.sheet, table.ref.first_row + 2, column_of(table, header("Customers", "notes")))
    book.write_bytes(write(book.read_bytes(), [(*at, "Typed since")]))
    assert run(["undo", str(book), *DAY]) == 0
    data = book.read_bytes()
    assert values(data, "Customers")[1]["Notes"] == "Typed since"
    assert "Spoke" not in {row["Summary"] for row in values(data, "Interactions")}
    assert {row["Result"] for row in values(data, "FollowUps")} == {None}  # nobody had typed it into a box


def test_what_done_does_to_each_line(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for one in LINES:
        assert run(["done", str(book), one.lower(), "--result", "Done with " + one[-2:], *DAY]) == 0
    rows = {str(row["Interaction ID"]): row for row in values(book.read_bytes(), "Interactions")}
    day = serial("2026-11-18")
    assert (rows["I0"]["Done on"], rows["I1"]["Responded"], rows["I2"]["Resolved on"]) == (day, day, day)
    assert (rows["I3"]["Response"], rows["I3"]["Started"]) == ("Done with I3", day)
    assert sum(row["Summary"] is not None for row in rows.values()) == 4  # the plan is noted in its own row
    said = capsys.readouterr().out
    assert (
        "agreed:C1 is done. An interaction was noted" in said and "plan:I3 is done. It is noted in its own row" in said
    )


def test_what_a_snooze_does_to_each_line(book: Path) -> None:
    until = serial("2026-11-25")
    before = {row["Follow-up ID"]: row["Due"] for row in values(SHOP, "FollowUps")}
    for one in [*LINES, "complete:C2"]:
        assert before[one] != until
        assert run(["snooze", str(book), one, "2026-11-25", "--reason", "Waits for parts", *DAY]) == 0
    data = book.read_bytes()
    due = {row["Follow-up ID"]: row["Due"] for row in values(data, "FollowUps")}
    assert {one: due.get(one) for one in LINES} == dict.fromkeys(LINES, until)
    assert "complete:C2" not in due and "complete:C1" in due
    rows = {row[header("Decisions", "key_a")]: list(row.values()) for row in values(data, "Decisions")}
    assert set(rows) == {*LINES, "complete:C2"}
    wanted = {"snooze", "Waits for parts", until, person()}
    assert all(wanted <= set(row) for row in rows.values())
    assert next(row["Why"] for row in values(data, "FollowUps") if row["Follow-up ID"] == "reply:I1").endswith(
        "Put off until 2026-11-25: Waits for parts"
    )


def test_a_second_snooze_takes_the_place_of_the_first(book: Path) -> None:
    for day in ("2026-11-25", "2026-11-20"):
        assert run(["snooze", str(book), "complaint:I2", day, "--reason", day, *DAY]) == 0
    [row] = values(book.read_bytes(), "Decisions")
    assert {"2026-11-20", serial("2026-11-20")} <= set(row.values())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["done", "agreed:C11"], 2, "there is no follow-up agreed:C11. Perhaps agreed:C1"),
        (["done", "I0"], 2, "there is no follow-up I0. Perhaps action:I0 is meant"),
        (["done", "nothing at all"], 2, "there is no follow-up nothing at all. See: tracker followups BOOK"),
        (["done", "agreed:C1", "--on", "2026-11-19"], 2, "Done on lies in the future"),
        (["done", "agreed:C1", "--next", "2026-11-01"], 2, "Next date is not later than the day it was done"),
        (["done", "agreed:C1", "--channel", "pigeon"], 2, "Channel used is not in the list of channels"),
        (["done", "agreed:C1", "--on", "tomorrow"], 2, "'tomorrow' is not a day"),
        (["snooze", "agreed:C1", "2026-11-18", "--reason", "x"], 2, "Snooze until is not later than today"),
        (["snooze", "agreed:C1", "2025-11-18", "--reason", "x"], 2, "Snooze until is not later than today"),
        (["snooze", "agreed:C1", "2026-11-25"], 2, "Missing option '--reason'"),
        (["snooze", "agreed:C1", "2026-11-25", "--reason", ""], 2, "is empty"),
        (["snooze", "agreed:C1", "soon", "--reason", "x"], 2, "'soon' is not a day"),
    ],
)
def test_a_slip_is_one_line_and_writes_nothing(
    arguments: list[str], code: int, said: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *more = arguments
    assert run([command, str(book), *more, *DAY]) == code
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert book.read_bytes() == SHOP and [one.name for one in book.parent.iterdir() if one.suffix] == ["shop.xlsx"]


@pytest.mark.parametrize("command", [["done", "agreed:C1"], ["snooze", "agreed:C1", "2026-11-25", "--reason", "x"]])
def test_a_book_that_somebody_has_open_is_busy(
    command: list[str], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book.with_name("~$shop.xlsx").write_bytes(b"\x04Anna" + bytes(160))
    assert run([command[0], str(book), *command[1:], *DAY]) == 4
    assert "it is open in Excel (Anna)" in capsys.readouterr().err and book.read_bytes() == SHOP


def test_words_that_wait_in_the_line_are_not_doubled(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = table_of(SHOP, "FollowUps")
    at = [row["Follow-up ID"] for row in values(SHOP, "FollowUps")].index("agreed:C1")
    cell = (table.sheet, table.ref.first_row + 1 + at, column_of(table, "Result"), "Spoke")
    book.write_bytes(write(SHOP, [cell]))
    assert run(["done", str(book), "agreed:C1", *DAY]) == 2
    assert "words are typed into agreed:C1 on Follow-ups already" in capsys.readouterr().err


def test_a_dry_run_shows_and_an_output_leaves_the_book_alone(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["done", str(book), "action:I0", "--dry-run", *DAY]) == 0
    said = capsys.readouterr().out
    assert "Interactions!" in said and "Done on" in said and "Nothing was written" in said
    assert run(["done", str(book), "action:I0", "--output", str(tmp_path / "other.xlsx"), *DAY]) == 0
    assert book.read_bytes() == SHOP and (tmp_path / "other.xlsx").exists()


def test_the_log_names_the_command_and_no_customer(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["done", str(book), "agreed:C1", "--result", "Secret words", *DAY])
    journal = next((book.parent / ".tracker").rglob("journal.jsonl")).read_text(encoding="utf-8")
    assert '"command":"done"' in journal and "Secret" not in journal and "Marsh" not in journal
    assert capsys.readouterr().err == ""
