"""An undo puts back what a run wrote into cells of staff where it still stands; what people did since stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from books import drawn, new_book
from hypothesis import given, settings
from hypothesis import strategies as st
from undoing import COMPANY, DAY, Company, company, staff
from world import world

from tracker.cli.run import run
from tracker.commands.importing import import_rows
from tracker.commands.refresh import refresh_file
from tracker.commands.undo import undo, undo_file
from tracker.engine.read import read
from tracker.engine.record import Added, Changed, read_records, written
from tracker.hosts import ClosedFile
from tracker.keeper import copies, history_folder
from tracker.sources import read_map, read_source

TODAY = date(2026, 11, 18)


@dataclass(frozen=True)
class Case:
    """What staff typed into Follow-ups before the run, what they did after it, and what an undo leaves."""

    typed: str
    people: str
    after: str
    left: str = ""


# typed: followup | box | value.  people: what they do after the run.  after: a cell, and what stands there after the
# undo ("-": nothing).  left: table, key, column, reason. "new" is the interaction that the run added.
CASES = {
    "nobody did anything": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke; agreed:C1 next_date today+5",
        "",
        "Customers C1 next_followup today-3; Interactions new summary -; FollowUps agreed:C1 result Spoke;"
        "FollowUps agreed:C1 done_on today; FollowUps agreed:C1 next_date today+5",
    ),
    "an action was moved": Case(
        "action:I1 next_date today+9",
        "",
        "Interactions I1 action_due today-1; FollowUps action:I1 next_date today+9",
    ),
    "a plan was noted where it stood": Case(
        "plan:I3 done_on today; plan:I3 result Fine",
        "",
        "Interactions I3 response -; Interactions I3 started_at today+1; FollowUps plan:I3 result Fine",
    ),
    "they sorted": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke; agreed:C1 next_date today+5; action:I1 next_date today+9",
        "sort Customers last_name; sort Interactions interaction_id",
        "Customers C1 next_followup today-3; Customers C2 next_followup today; Interactions new summary -;"
        "Interactions I1 action_due today-1; FollowUps agreed:C1 result Spoke",
    ),
    "they typed over a cell": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke; agreed:C1 next_date today+5",
        "type Customers C1 next_followup today+30",
        "Customers C1 next_followup today+30; Interactions new summary -; FollowUps agreed:C1 result Spoke;"
        "FollowUps agreed:C1 next_date -",
        "Customers C1 next_followup changed; FollowUps agreed:C1 next_date kept",
    ),
    "they typed into another cell of the row": Case(
        "agreed:C1 next_date today+5",
        "type Customers C1 phone +12125550099",
        "Customers C1 next_followup today-3; Customers C1 phone +12125550099",
    ),
    "they edited the new row": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke; agreed:C1 next_date today+5",
        "type Interactions new reaction Pleased",
        "Interactions new summary Spoke; Interactions new reaction Pleased; Customers C1 next_followup today-3;"
        "FollowUps agreed:C1 result -; FollowUps agreed:C1 next_date today+5",
        "Interactions new - row; FollowUps agreed:C1 done_on kept; FollowUps agreed:C1 result kept",
    ),
    "they added rows": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke",
        "add Interactions customer C3; add Customers last_name Novak",
        "Interactions new summary -; FollowUps agreed:C1 result Spoke",
    ),
    "they deleted the row of the customer": Case(
        "agreed:C1 next_date today+5",
        "delete Customers C1",
        "Customers C1 last_name -; Customers C2 next_followup today; FollowUps agreed:C1 next_date -",
        "Customers C1 next_followup gone; FollowUps agreed:C1 next_date kept",
    ),
    "they deleted the new row themselves": Case(
        "agreed:C1 done_on today; agreed:C1 result Spoke",
        "delete Interactions new",
        "Interactions new summary -; FollowUps agreed:C1 result -",
        "Interactions new - gone; FollowUps agreed:C1 done_on kept; FollowUps agreed:C1 result kept",
    ),
    "they copied the row with its ID": Case(
        "agreed:C1 next_date today+5",
        "add Customers customer_id C1",
        "Customers C2 next_followup today",
        "Customers C1 next_followup twice; FollowUps agreed:C1 next_date kept",
    ),
    "they put it back by hand": Case(
        "agreed:C1 next_date today+5",
        "type Customers C1 next_followup today-3",
        "Customers C1 next_followup today-3; FollowUps agreed:C1 next_date today+5",
    ),
    "they typed into the box again": Case(
        "action:I1 next_date today+3",
        "type Interactions I1 action_due today+2; type FollowUps action:I1 next_date today+7",
        "Interactions I1 action_due today+2; FollowUps action:I1 next_date today+7",
        "Interactions I1 action_due changed; FollowUps action:I1 next_date changed",
    ),
}


def value(text: str) -> float | str | None:
    if text.startswith("today"):
        return DAY + float(text.removeprefix("today") or 0)
    return None if text == "-" else text


def parts(text: str) -> list[list[str]]:
    return [part.split(maxsplit=4) for part in text.split(";") if part.strip()]


def act(made: Company, new: str, words: list[str]) -> None:
    what, table, *rest = [new if word == "new" else word for word in words]
    if what == "type":
        made.type(table, rest[0], rest[1], value(rest[2]))
    elif what == "sort":
        made.sort(table, rest[0])
    elif what == "delete":
        made.delete(table, rest[0])
    else:
        snapshot = made.host.read()
        row = int(snapshot.frames[table].rows.max()) + 1 - snapshot.layout[table].first_row
        made.host.put(table, row, rest[0], value(rest[1]))


@pytest.mark.parametrize("name", CASES)
def test_what_an_undo_puts_back(name: str) -> None:
    case, made = CASES[name], company()
    for followup, box, text in (part for part in parts(case.typed)):
        made.type("FollowUps", followup, box, value(text))
    done = made.refresh()
    assert done.applied and not done.not_applied
    new = next((one.key for one in made.records[-1] if isinstance(one, Added)), "none")
    for words in parts(case.people):
        act(made, new, words)
    undone = made.undo()
    there = staff(made.host)
    for table, key, column, text in parts(case.after):
        wanted = value(text)
        found = there.get((table, new if key == "new" else key, column), "")
        assert found == ("" if wanted is None else f"{wanted:.15g}" if isinstance(wanted, float) else wanted), column
    left = {(one.table, one.key, one.column or "-", one.reason) for one in undone.left}
    assert left == {(t, new if k == "new" else k, c, r) for t, k, c, r in parts(case.left)}


def typed(made: Company, lines: list[tuple[str, dict[str, object]]]) -> None:
    for followup, boxes in lines:
        for box, text in boxes.items():
            if text is not None:
                made.type("FollowUps", followup, box, text)  # type: ignore[arg-type]


BOXES = st.fixed_dictionaries(
    {
        "done_on": st.sampled_from([None, DAY, DAY - 2, DAY - 400, "soon"]),
        "result": st.sampled_from([None, "Spoke", "  two  words ", "=1+1", "'quoted'", "陈"]),
        "next_date": st.sampled_from([None, DAY + 1, DAY + 30, DAY - 5]),
        "channel_used": st.sampled_from([None, "Phone", "E-mail", "Pigeon"]),
    }
)
LINES = st.lists(
    st.tuples(st.sampled_from(["agreed:C1", "agreed:C2", "agreed:C3", "action:I1", "plan:I3", "reply:I2"]), BOXES),
    max_size=5,
    unique_by=lambda line: line[0],
)


def on_list(made: Company, lines: list[tuple[str, dict[str, object]]]) -> list[tuple[str, dict[str, object]]]:
    there = set(made.host.read().text("FollowUps", "followup_id"))
    return [line for line in lines if line[0] in there]


@given(LINES)
@settings(max_examples=20, deadline=None)
def test_an_undo_right_after_a_run_gives_back_every_cell(lines: list[tuple[str, dict[str, object]]]) -> None:
    made = company()
    typed(made, on_list(made, lines))
    before = staff(made.host)
    made.refresh()
    runs, after = len(made.records), staff(made.host)
    records = made.records[-1]
    undone = made.undo()
    assert not undone.left
    assert staff(made.host) == before
    assert undone.changed == bool(records)
    if undone.changed:  # and an undo can be undone
        assert len(made.records) == runs + 1
        again = made.undo()
        assert not again.left
        assert staff(made.host) == after


EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                ("Customers", "C1", "next_followup"),
                ("Customers", "C2", "phone"),
                ("Customers", "C2", "next_followup"),
                ("Interactions", "I1", "action_due"),
                ("Interactions", "I3", "response"),
                ("Interactions", "new", "summary"),
                ("Interactions", "new", "concerns"),
            ]
        ),
        st.sampled_from([DAY + 3, DAY + 77, "typed by hand"]),
    ),
    max_size=4,
    unique_by=lambda edit: edit[0],
)


@given(LINES, EDITS)
@settings(max_examples=20, deadline=None)
def test_what_staff_edit_after_a_run_survives(
    lines: list[tuple[str, dict[str, object]]], edits: list[tuple[tuple[str, str, str], float | str]]
) -> None:
    made = company()
    typed(made, on_list(made, lines))
    made.refresh()
    new = next((one.key for one in made.records[-1] if isinstance(one, Added)), "")
    wanted = {}
    for (table, key, column), text in edits:
        key = new if key == "new" else key
        if key:
            made.type(table, key, column, text)
            wanted[table, key, column] = f"{text:.15g}" if isinstance(text, float) else text
    made.undo()
    there = staff(made.host)
    assert {cell: there.get(cell) for cell in wanted} == wanted


def test_words_are_never_lost_between_the_box_and_the_table() -> None:
    """Whatever stays and whatever goes back: a result stands in the table or in its box."""
    for people in ("", "type Interactions new reaction Pleased", "type Customers C1 next_followup today+30"):
        made = company()
        typed(made, [("agreed:C1", {"done_on": DAY, "result": "Spoke", "next_date": DAY + 5})])
        made.refresh()
        new = next(one.key for one in made.records[-1] if isinstance(one, Added))
        for words in parts(people):
            act(made, new, words)
        made.undo()
        assert list(staff(made.host).values()).count("Spoke") == 1


def test_words_typed_since_stay_in_their_boxes_and_are_not_taken_in() -> None:
    made = company()
    typed(made, [("agreed:C1", {"done_on": DAY, "result": "Spoke"})])
    made.refresh()
    typed(made, [("agreed:C2", {"done_on": DAY, "result": "Called"})])
    made.undo()
    there = staff(made.host)
    assert there["FollowUps", "agreed:C2", "result"] == "Called"
    assert "Called" not in [text for (table, _, _), text in there.items() if table == "Interactions"]


def test_after_an_undo_the_words_are_taken_in_once_more_and_then_there_is_nothing_to_bring_back() -> None:
    made = company()
    typed(made, [("agreed:C1", {"done_on": DAY, "result": "Spoke"})])
    made.refresh()
    made.undo()
    made.refresh()
    assert list(staff(made.host).values()).count("Spoke") == 1
    undone = made.undo(-2)  # the undo itself: its words went into the table again
    assert list(staff(made.host).values()).count("Spoke") == 1
    assert {one.reason for one in undone.left} == {"moved"}


def test_a_formula_that_a_run_wrote_over_comes_back() -> None:
    made = company(COMPANY.replace("today-1d", "=TODAY()-1 -> today-1d"))
    typed(made, [("action:I1", {"next_date": DAY + 9})])
    made.refresh()
    made.undo()
    assert staff(made.host)["Interactions", "I1", "action_due"] == "=TODAY()-1"


def test_a_dry_run_shows_every_cell_and_writes_none() -> None:
    made = company()
    typed(made, [("agreed:C1", {"done_on": DAY, "result": "Spoke", "next_date": DAY + 5})])
    made.refresh()
    before, runs = staff(made.host), len(made.records)
    shown = made.undo(dry_run=True)
    assert staff(made.host) == before and len(made.records) == runs
    staffs = {(one.header, one.before, one.after) for one in shown.changes}
    assert ("Next follow-up", "2026-11-23", "2026-11-15") in staffs
    assert ("Summary", "Spoke", "") in staffs
    assert all(one.before != one.after for one in shown.changes)


def imported(made: Company, text: str, how: str) -> None:
    import_rows(made.host, read_source(text.encode(), "more.csv"), read_map(how, "map.toml"), TODAY)


MAP = """
into = "Customers"
key = "email"
[columns]
Mail = "email"
Name = "last_name"
Need = "core_need"
"""
MORE = "Mail,Name,Need\na@b.example,Marsh,Beans\nnew@b.example,Novak,Milk\nother@b.example,Okafor,\n"


def test_an_import_is_taken_back_also_when_a_refresh_gave_ids_to_its_rows() -> None:
    for refreshes in (0, 1):
        made = company()
        before = staff(made.host)
        imported(made, MORE, MAP)
        run_ = len(made.records) - 1
        for _ in range(refreshes):
            made.refresh()
            made.sort("Customers", "last_name")
        undone = made.undo(run_)
        assert not undone.left and undone.taken_away == 2 and undone.put_back == 1
        assert staff(made.host) == before


def test_an_imported_row_that_people_edited_stays() -> None:
    made = company()
    imported(made, MORE, MAP)
    run_ = len(made.records) - 1
    made.refresh()
    key = next(key for (table, key, _), text in staff(made.host).items() if text == "Novak")
    made.type("Customers", key, "notes", "Met at the fair")
    undone = made.undo(run_)
    there = staff(made.host)
    assert there["Customers", key, "last_name"] == "Novak" and "Okafor" not in there.values()
    assert [(one.table, one.reason) for one in undone.left] == [("Customers", "row")]


def test_a_row_without_an_id_is_told_by_what_it_holds() -> None:
    made = Company(world(COMPANY.replace("C1          | Marsh", "            | Marsh")))
    imported(made, MORE, MAP)
    (changed,) = [one for one in made.records[-1] if isinstance(one, Changed)]
    assert changed.key == "" and changed.like
    made.sort("Customers", "last_name")
    undone = made.undo()
    assert not undone.left
    assert "Beans" not in staff(made.host).values() and "Coffee" in staff(made.host).values()


@pytest.mark.parametrize(
    "data",
    [b"x", written([])[:3] + b"\x1f\x8b", written([Added("T", "k", {})])[:-4], b"\x1f\x8b" + bytes(20)],
)
def test_what_is_no_record_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="no record"):
        read_records(data)


# On real files


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsx"
    path.write_bytes(drawn(world(COMPANY), new_book()))
    refresh_file(path, TODAY, TODAY)
    return path


def boxes(path: Path, followup: str, **values: float | str) -> None:
    """Type into the boxes of a line of a real file."""
    from books import column_of, header, table_of, write

    data, snapshot = path.read_bytes(), read(ClosedFile(path), TODAY)
    row = int(snapshot.frames["FollowUps"].rows[list(snapshot.text("FollowUps", "followup_id")).index(followup)])
    table = table_of(data, "FollowUps")
    cells = [(table.sheet, row, column_of(table, header("FollowUps", key)), one) for key, one in values.items()]
    path.write_bytes(write(data, cells))


def test_undo_of_a_real_file_is_one_write_with_a_copy_and_a_line_in_the_log(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes(book, "agreed:C2", done_on=DAY, result="Zanzibar", next_date=DAY + 5)
    assert run(["refresh", str(book), "--today", "2026-11-18"]) == 0
    folder = history_folder(book, read(ClosedFile(book), TODAY).identity.workbook_id)
    kept = len(copies(folder))
    capsys.readouterr()
    assert run(["undo", str(book), "--today", "2026-11-18"]) == 0
    said = capsys.readouterr().out
    assert "4 cells put back, 1 row taken away" in said and "Zanzibar" not in said
    assert len(copies(folder)) == kept + 1
    snapshot = read(ClosedFile(book), TODAY)
    assert "Zanzibar" not in snapshot.text("Interactions", "summary")
    assert "Zanzibar" in snapshot.text("FollowUps", "result")
    assert run(["undo", str(book), "--today", "2026-11-18"]) == 0
    assert "Zanzibar" in read(ClosedFile(book), TODAY).text("Interactions", "summary")
    journal = (folder / "journal.jsonl").read_text()
    assert '"command":"undo 2"' in journal and "Zanzibar" not in journal


def test_a_run_without_cells_of_staff_says_so_and_writes_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert run(["undo", str(book)]) == 0
    assert "wrote no cells of staff" in capsys.readouterr().out and book.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["9"], 2, "there is no run 9"),
        (["0"], 2, "Invalid value"),
        (["--dry-run"], 0, "wrote no cells of staff"),
    ],
)
def test_undo_says_what_it_cannot_do(
    arguments: list[str], code: int, says: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    assert run(["undo", str(book), *arguments]) == code
    said = capsys.readouterr()
    assert says in said.out + said.err and len(said.err.splitlines()) <= 1
    assert book.read_bytes() == before


def test_what_is_left_is_listed_with_values_on_the_terminal_alone(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from books import column_of, header, table_of, write

    boxes(book, "agreed:C2", next_date=DAY + 5)
    refresh_file(book, TODAY, TODAY)
    data = book.read_bytes()
    table = table_of(data, "Customers")
    book.write_bytes(write(data, [(table.sheet, 3, column_of(table, header("Customers", "next_followup")), "Zebra")]))
    before = book.read_bytes()
    assert run(["undo", str(book), "2"]) == 1
    said = capsys.readouterr()
    assert "stands: Zebra" in said.out and not said.err
    assert book.read_bytes() == before, "nothing was left to put back"


def test_undo_asks_for_the_record_that_was_thinned_away(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boxes(book, "agreed:C2", next_date=DAY + 5)
    refresh_file(book, TODAY, TODAY)
    folder = history_folder(book, read(ClosedFile(book), TODAY).identity.workbook_id)
    last = copies(folder)[-1]
    last.run.write_bytes(last.run.read_bytes()[:-9])
    assert run(["undo", str(book)]) == 6
    assert "damaged" in capsys.readouterr().err
    last.path.unlink()
    assert run(["undo", str(book)]) == 2
    assert "no longer kept" in capsys.readouterr().err


def test_undo_writes_the_result_elsewhere_when_asked(book: Path, tmp_path: Path) -> None:
    boxes(book, "agreed:C2", next_date=DAY + 5)
    refresh_file(book, TODAY, TODAY)
    before, other = book.read_bytes(), tmp_path / "before.xlsx"
    shown = undo_file(book, TODAY, pin=TODAY, dry_run=True)
    done = undo_file(book, TODAY, pin=TODAY, output=other)
    assert done.cells == shown.cells
    assert done.put_back == 2 and book.read_bytes() == before
    assert read(ClosedFile(other), TODAY).number("Customers", "next_followup")[1] == DAY


def test_undo_elsewhere_gives_no_advice_to_undo_what_was_not_written(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes(book, "agreed:C2", next_date=DAY + 5)
    refresh_file(book, TODAY, TODAY)
    assert run(["undo", str(book), "--today", TODAY.isoformat(), "--output", str(tmp_path / "before.xlsx")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("before.xlsx is the workbook with run 2 (refresh) taken back") and "tracker undo" not in said
    assert run(["undo", str(book), "--today", TODAY.isoformat()]) == 0
    assert f"tracker undo {book}" in capsys.readouterr().out


def test_the_record_is_json_lines_by_key(book: Path) -> None:
    import gzip

    boxes(book, "agreed:C2", done_on=DAY, result="Spoke")
    refresh_file(book, TODAY, TODAY)
    folder = history_folder(book, read(ClosedFile(book), TODAY).identity.workbook_id)
    lines = [json.loads(line) for line in gzip.decompress(copies(folder)[-1].run.read_bytes()).splitlines()]
    assert {
        "table": "FollowUps",
        "key": "agreed:C2",
        "column": "result",
        "was": "Spoke",
        "now": None,
        "lines": [1],
    } in lines
    (row,) = [line["row"] for line in lines if "row" in line]
    assert row["summary"] == "Spoke" and row["channel"] == "E-mail" and "interaction_id" not in row


def test_the_api_undoes_wherever_the_workbook_lives() -> None:
    made = company()
    assert undo(made.host, (), TODAY).recorded == 0
