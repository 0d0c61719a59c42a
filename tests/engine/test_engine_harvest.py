"""What staff type into the worklist: it becomes what they meant, or it stays where they see it, with the reason."""

import re
from dataclasses import replace

import pytest
from refreshing import book, by, customers, refresh, rows, worklist
from world import TODAY

from tracker.facts.calendar import to_serial
from tracker.model.grid import CellKind, Cells, Ref

DAY = to_serial(TODAY)

DRAWN = """
    Customers
    customer_id | last_name | next_followup | created_on | owner | preferred_channel
    C1          | Marsh     | today-3d      | today-9d   | Amira | visit
    C2          | Silva     | today+2d      | today-9d   | Tom   |

    Interactions
    interaction_id | customer | started_at       | channel | direction | summary | action      | action_due
    I1             | C1       | today-5d         | phone   |           | Talked  | Send quote  | today-1d
    I2             | C2       | 2026-11-12T14:30 | email   | inbound   | Hello?  |             |
    I3             | C2       | today+3d         | visit   |           | Show    |             |
"""


def listed():
    """A refreshed book, and for each follow-up its row on the list."""
    host = book(DRAWN, next_id_interactions=4)
    refresh(host)
    return host, {row["followup_id"]: i for i, row in enumerate(worklist(host))}


def typed(followup, **cells):
    """A book in which staff typed into one line; refreshed."""
    host, at = listed()
    for key, value in cells.items():
        host.put("FollowUps", at[followup], key, value)
    refresh(host)
    return host


def new(host):
    """The interactions that were not drawn."""
    return [row for row in rows(host, "Interactions") if row["interaction_id"] not in ("I1", "I2", "I3")]


def inputs(row):
    return tuple(row[key] for key in ("done_on", "result", "next_date", "channel_used"))


def test_the_list_that_is_worked_through():
    assert set(listed()[1]) == {"agreed:C1", "action:I1", "reply:I2", "plan:I3", "agreed:C2"}


def test_a_call_that_was_made_becomes_an_interaction():
    host = typed("agreed:C1", done_on=DAY, result="Ordered", next_date=DAY + 30, channel_used="Phone")
    [row] = new(host)
    assert (row["interaction_id"], row["customer"], row["customer_id"]) == ("I20261118004", "C1", "C1")
    assert (row["started_at"], row["channel"], row["summary"], row["logged_by"]) == (DAY, "phone", "Ordered", "Amira")
    assert (row["customer_name"], row["counts"]) == ("Marsh", 1)
    one = customers(host)["C1"]
    assert (one["next_followup"], one["last_contact"], one["last_summary"]) == (DAY + 30, DAY, "Ordered")
    assert all(inputs(line) == (None,) * 4 for line in worklist(host))
    assert "agreed:C1" not in {line["followup_id"] for line in worklist(host)}
    assert by(host, "Settings", "key")["next_id_interactions"]["value"] == "5"


def test_nothing_happens_twice():
    host = typed("agreed:C1", done_on=DAY, result="Ordered")
    _, again = refresh(host)
    assert not again
    assert len(new(host)) == 1


def test_the_channel_is_the_typed_one_else_the_proposed_one():
    assert new(typed("agreed:C1", done_on=DAY))[0]["channel"] == "visit"
    assert new(typed("agreed:C2", done_on=DAY))[0]["channel"] == "email"
    assert new(typed("agreed:C2", done_on=DAY, channel_used="Video call"))[0]["channel"] == "video"


def test_an_action_is_ticked_off():
    host = typed("action:I1", done_on=DAY, result="Sent")
    assert by(host, "Interactions", "interaction_id")["I1"]["action_done_on"] == DAY
    assert [row["summary"] for row in new(host)] == ["Sent"]


def test_an_action_is_put_off():
    host = typed("action:I1", next_date=DAY + 4)
    assert by(host, "Interactions", "interaction_id")["I1"]["action_due"] == DAY + 4
    assert new(host) == []


def test_a_message_is_answered_not_before_it_came():
    host = typed("reply:I2", done_on=DAY - 6, result="Explained")
    drawn = by(host, "Interactions", "interaction_id")["I2"]
    assert drawn["responded_at"] == drawn["started_at"] == pytest.approx(DAY - 6 + 14.5 / 24)
    assert "reply:I2" not in {line["followup_id"] for line in worklist(host)}


def test_a_planned_visit_is_noted_in_its_own_row():
    host = typed("plan:I3", done_on=DAY, result="Liked it", channel_used="Video call")
    drawn = by(host, "Interactions", "interaction_id")["I3"]
    assert (drawn["started_at"], drawn["response"], drawn["channel"]) == (DAY, "Liked it", "video")
    assert new(host) == []
    assert customers(host)["C2"]["last_contact"] == DAY


def test_of_rows_that_share_an_id_the_one_is_noted_that_stands_on_the_list():
    host = book("""
        Customers
        customer_id | last_name
        C1          | Marsh

        Interactions
        interaction_id | customer | started_at | channel | action     | action_due
        I1             | C1       | today-9d   | phone   |            |
        I1             | C1       | today+3d   | visit   |            |
        I7             | C1       | today-9d   | phone   | Send quote | today-1d
        I7             | C1       | today-8d   | phone   | Send oak   | today+4d
    """)
    refresh(host)
    at = {(row["followup_id"], row["due"]): i for i, row in enumerate(worklist(host))}
    host.put("FollowUps", at["plan:I1", DAY + 3], "done_on", DAY)
    host.put("FollowUps", at["action:I7", DAY + 5], "done_on", DAY)  # Sunday's action is Monday's work
    refresh(host)
    found = rows(host, "Interactions")[:4]
    assert [row["started_at"] for row in found] == [DAY - 9, DAY, DAY - 9, DAY - 8]
    assert [row["response"] is None for row in found] == [True, False, True, True]
    assert [row["action_done_on"] for row in found] == [None, None, None, DAY]


@pytest.mark.parametrize("day", [None, "soon"])
def test_a_planned_visit_without_its_day_is_noted_beside_it(day):
    host, at = listed()
    host.put("Interactions", 2, "started_at", day)
    host.put("FollowUps", at["plan:I3"], "done_on", DAY)
    host.put("FollowUps", at["plan:I3"], "result", "Liked it")
    refresh(host)
    [row] = new(host)
    assert (row["started_at"], row["summary"], row["customer"]) == (DAY, "Liked it", "C2")
    assert host.cell("Interactions", 2, "started_at") == day
    assert not refresh(host)[1]


@pytest.mark.parametrize("day", [None, "soon"])
def test_a_planned_visit_without_its_day_is_put_off_where_it_can_be(day):
    host, at = listed()
    host.put("Interactions", 2, "started_at", day)
    host.put("FollowUps", at["plan:I3"], "next_date", DAY + 6)
    refresh(host)
    assert customers(host)["C2"]["next_followup"] == DAY + 6
    assert host.cell("Interactions", 2, "started_at") == day
    assert not refresh(host)[1]


def test_a_planned_visit_is_put_off_with_its_time():
    host = typed("plan:I3", next_date=DAY + 6)
    assert by(host, "Interactions", "interaction_id")["I3"]["started_at"] == DAY + 6


def test_what_was_agreed_and_done_before_its_day_is_done():
    host = typed("agreed:C2", done_on=DAY, result="Called early")
    assert customers(host)["C2"]["next_followup"] is None


def test_a_day_agreed_anew_replaces_the_old_one():
    assert customers(typed("agreed:C1", next_date=DAY + 9))["C1"]["next_followup"] == DAY + 9


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"done_on": "yesterday", "result": "x"}, "Done on is not a date. Write it as 2026-11-25."),
        ({"done_on": 18.0, "result": "x"}, "Done on is not a date. Write it as 2026-11-25."),
        ({"done_on": DAY, "next_date": "soon"}, "Next date is not a date. Write it as 2026-11-25."),
        ({"next_date": 2_958_466.0}, "Next date is not a date. Write it as 2026-11-25."),
        ({"next_date": 1e200}, "Next date is not a date. Write it as 2026-11-25."),
        ({"done_on": DAY + 1, "result": "x"}, "Done on lies in the future."),
        ({"done_on": DAY, "next_date": DAY}, "Next date is not later than the day it was done."),
        ({"next_date": DAY - 1}, "Next date lies in the past."),
        ({"done_on": DAY, "channel_used": "pigeon"}, "Channel used is not in the list of channels."),
        ({"result": "not there", "next_date": DAY + 2}, "fill Done on too, or take the result away."),
        (
            {"channel_used": "Visit", "next_date": DAY + 2},
            "Channel used is of what was done. Fill the day it was done, or take it away.",
        ),
        (
            {"channel_used": "Visit", "snooze": DAY + 2},
            "Channel used is of what was done. Fill the day it was done, or take it away.",
        ),
    ],
)
def test_what_cannot_be_applied_stays_with_the_reason(cells, reason):
    host = typed("agreed:C1", **cells)
    last = worklist(host)[-1]
    assert last["state"] == "Not applied"
    assert (last["why"], last["followup_id"], last["customer"]) == (f"Not applied: {reason}", "agreed:C1", "Marsh")
    row = len(worklist(host)) - 1
    for key, value in cells.items():
        assert host.cell("FollowUps", row, key) == value
    assert new(host) == []
    assert not refresh(host)[1]
    assert [line["followup_id"] for line in worklist(host)].count("agreed:C1") == 2  # it is still to be done


def test_a_planned_visit_is_put_off_and_held_by_another_channel():
    host = typed("plan:I3", next_date=DAY + 9, channel_used="Video")
    [row] = [row for row in rows(host, "Interactions") if row["interaction_id"] == "I3"]
    assert (row["started_at"], row["channel"]) == (DAY + 9, "video") and not new(host)


@pytest.mark.parametrize("text", ["2026-11-17", " 2026-11-17 "])
def test_a_day_written_as_the_reason_asks_is_a_day_where_the_cell_holds_text(text):
    host = typed("agreed:C1", done_on=text, result="Ordered", next_date="2026-12-01")
    assert [(row["summary"], row["started_at"]) for row in new(host)] == [("Ordered", DAY - 1)]
    assert customers(host)["C1"]["next_followup"] == DAY + 13


@pytest.mark.parametrize("text", ["2026-13-01", "2026-11-31", "20261117", "17.11.2026", "0001-01-01", "2026-W47-2"])
def test_another_text_is_no_day(text):
    host = typed("agreed:C1", done_on=text, result="Ordered")
    last = len(worklist(host)) - 1
    assert (worklist(host)[last]["state"], host.cell("FollowUps", last, "done_on")) == ("Not applied", text)


def test_a_mended_line_is_applied():
    host = typed("agreed:C1", done_on="yesterday", result="Ordered")
    host.put("FollowUps", len(worklist(host)) - 1, "done_on", DAY - 1)
    refresh(host)
    assert [row["summary"] for row in new(host)] == ["Ordered"]
    assert "Not applied" not in {line["state"] for line in worklist(host)}


def test_an_emptied_line_goes():
    host = typed("agreed:C1", done_on="yesterday")
    host.put("FollowUps", len(worklist(host)) - 1, "done_on", None)
    refresh(host)
    assert "Not applied" not in {line["state"] for line in worklist(host)}


def test_a_line_that_is_not_finished_waits_in_its_place():
    host = typed("agreed:C1", result="No answer", channel_used="Phone")
    [line] = [line for line in worklist(host) if line["followup_id"] == "agreed:C1"]
    assert (line["state"], line["result"], line["channel_used"]) == ("Overdue", "No answer", "phone")
    assert not refresh(host)[1]


@pytest.mark.parametrize("cells", [{"result": "  "}, {"done_on": " "}, {"channel_used": "\u00a0"}])
def test_blanks_alone_say_nothing(cells):
    host = typed("agreed:C1", **cells)
    assert new(host) == []
    [line] = [line for line in worklist(host) if line["followup_id"] == "agreed:C1"]
    assert line["state"] == "Overdue"
    host.put("FollowUps", worklist(host).index(line), "next_date", DAY + 3)
    refresh(host)
    assert customers(host)["C1"]["next_followup"] == DAY + 3


def problems_of(host, sheet):
    return [row["cell_ref"] for row in rows(host, "Problems") if row["sheet"] == sheet]


def test_what_is_wrong_with_a_result_is_listed_where_it_went():
    """Not at its box, which is empty by then: else the next refresh had to write Problems anew."""
    host = typed("agreed:C1", done_on=DAY, result="=1+1")
    assert problems_of(host, "Follow-ups") == [] and len(problems_of(host, "Interactions")) == 1
    assert not refresh(host)[1]


def test_what_is_wrong_with_a_waiting_line_is_listed_where_it_stands_then():
    host = typed("agreed:C1", result="=1+1")
    before = worklist(host)
    host.put("Customers", 1, "next_followup", DAY - 300)  # comes before it
    refresh(host)
    after = worklist(host)
    place = [line["result"] for line in after].index("=1+1")
    assert place != [line["result"] for line in before].index("=1+1")
    [cell] = problems_of(host, "Follow-ups")
    assert int(re.sub(r"\D", "", cell)) == host.read().layout["FollowUps"].first_row + place
    assert not refresh(host)[1]


def test_a_line_that_is_not_finished_and_no_longer_due_is_kept():
    host, at = listed()
    host.put("FollowUps", at["agreed:C1"], "result", "No answer")
    host.put("Customers", 0, "next_followup", DAY + 90)
    refresh(host)
    last = worklist(host)[-1]
    assert (last["state"], last["result"]) == ("Not applied", "No answer")
    assert last["why"] == "Not applied: fill Done on; this follow-up is no longer due."


def test_a_customer_who_is_gone_takes_nothing_typed_along():
    host, at = listed()
    host.put("FollowUps", at["agreed:C2"], "done_on", DAY)
    host.put("FollowUps", at["agreed:C2"], "result", "Ordered")
    for key in ("customer_id", "last_name", "next_followup", "created_on", "owner"):
        host.put("Customers", 1, key, None)
    refresh(host)
    last = worklist(host)[-1]
    assert (last["why"], last["result"]) == ("Not applied: this customer is no longer in Customers.", "Ordered")


def test_a_line_staff_wrote_themselves_is_kept_as_it_is():
    host, at = listed()
    table = host.tables["FollowUps"]
    ref = table.ref
    last = ref.last_row + 1
    host.tables["FollowUps"] = replace(
        table, ref=Ref(ref.first_row, ref.first_column, last, ref.last_column), last_row=last
    )
    host.put("FollowUps", len(at), "customer", "Call the baker")
    host.put("FollowUps", len(at), "result", "Flour")
    refresh(host)
    kept = worklist(host)[-1]
    assert (kept["state"], kept["customer"], kept["result"]) == ("Not applied", "Call the baker", "Flour")
    assert not refresh(host)[1]


def test_sorted_lines_are_told_apart_by_their_id():
    host, at = listed()
    sheet = host.sheets[host.tables["FollowUps"].sheet]
    first = host.tables["FollowUps"].first_row
    for number, cells in sheet.items():
        order = list(range(len(cells)))
        order[first - 1 : first - 1 + len(at)] = reversed(order[first - 1 : first - 1 + len(at)])
        sheet[number] = cells.take(order) if len(cells) >= first - 1 + len(at) else cells
    row = len(at) - 1 - at["agreed:C1"]
    host.put("FollowUps", row, "done_on", DAY)
    host.put("FollowUps", row, "result", "Ordered")
    refresh(host)
    assert [(one["customer"], one["summary"]) for one in new(host)] == [("C1", "Ordered")]


def test_the_first_interaction_fills_the_blank_row_of_its_table():
    host = book("Customers\ncustomer_id | last_name | next_followup\nC1 | Marsh | today-1d")
    refresh(host)
    host.put("FollowUps", 0, "done_on", DAY)
    host.put("FollowUps", 0, "result", "Ordered")
    _, writes = refresh(host)
    assert host.cell("Interactions", 0, "summary") == "Ordered"
    assert "Interactions" not in {change.name for change in writes.tables}


def test_without_room_below_the_interactions_the_words_stay():
    host, at = listed()
    table = host.tables["Interactions"]
    columns = host.sheets[table.sheet]
    column = columns[table.ref.first_column]
    columns[table.ref.first_column] = column.followed_by(Cells.blank(2)).followed_by(Cells.from_texts(["Ours"]))
    for i, name in enumerate(("agreed:C1", "reply:I2")):
        host.put("FollowUps", at[name], "done_on", DAY)
        host.put("FollowUps", at[name], "result", f"Word {i}")
    refresh(host)
    kept = [line for line in worklist(host) if line["state"] == "Not applied"]
    assert [line["why"] for line in kept] == ["Not applied: no room below the table of interactions."]
    assert len(new(host)) == 1
    assert host.sheets[table.sheet][table.ref.first_column].texts[table.ref.last_row + 2] == "Ours"


def test_words_waiting_in_their_place_are_not_pushed_off_a_list_without_room():
    host, at = listed()
    table = host.tables["FollowUps"]
    columns = host.sheets[table.sheet]
    first = columns[table.ref.first_column].take(slice(0, table.first_row + len(at) - 1))
    columns[table.ref.first_column] = first.followed_by(Cells.from_texts(["Ours"]))
    host.put("FollowUps", max(at.values()), "result", "No answer yet")
    host.put("Interactions", 0, "purpose", "Complaint")  # one more line, and it stands first
    refresh(host)
    lines = worklist(host)
    assert [line["result"] for line in lines].count("No answer yet") == 1
    assert len(lines) == len(at) and lines[0]["what"] == "Complaint"
    assert not refresh(host)[1]


def test_words_in_a_column_of_staffs_own_are_no_line():
    """They stand beside the list and stay where they are."""
    host = book("""
        Customers
        customer_id | last_name | next_followup
        C1          | Marsh     | today-1d

        FollowUps
        followup_id | Mine
                    |
                    | Ask the baker
    """)
    refresh(host)
    assert [line["state"] for line in worklist(host)] == ["Overdue", None]
    table = host.tables["FollowUps"]
    mine = table.ref.first_column + table.headers.index("Mine")
    assert host.sheets[table.sheet][mine].texts[table.first_row] == "Ask the baker"


@pytest.mark.parametrize("row", [0, 1])
def test_words_do_not_multiply_where_two_rows_share_an_id(row):
    """Staff copy rows; the follow-ups of the two are told apart by nothing."""
    host = book("""
        Customers
        customer_id | last_name | next_followup
        C1          | Marsh     | today-1d
        c1          | Silva     | today-2d

        Interactions
        interaction_id | customer | started_at | channel | action | action_due
        I1             | C1       | today-9d   | phone   | Quote  | today-3d
        I1             | C1       | today-9d   | phone   | Sample | today-3d
    """)
    refresh(host)
    host.put("FollowUps", row, "result", "No answer")
    refresh(host)
    assert [line["result"] for line in worklist(host)].count("No answer") == 1
    host.put("FollowUps", [line["result"] for line in worklist(host)].index(None), "result", "Busy")
    refresh(host)
    assert sorted(filter(None, (line["result"] for line in worklist(host)))) == ["Busy", "No answer"]
    assert not refresh(host)[1]
    assert "Not applied" not in {line["state"] for line in worklist(host)}


def test_a_day_agreed_in_the_list_mends_an_error_in_its_cell_at_once():
    host, at = listed()
    host.put("Customers", 0, "next_followup", "#N/A")
    table = host.tables["Customers"]
    column = table.ref.first_column + table.headers.index("Next follow-up")
    host.sheets[table.sheet][column].kinds[table.ref.first_row] = CellKind.ERROR
    host.put("FollowUps", at["action:I1"], "done_on", DAY)
    host.put("FollowUps", at["action:I1"], "next_date", DAY + 2)
    refresh(host)
    assert customers(host)["C1"]["followup_due"] == DAY + 2
    assert not refresh(host)[1]


SCRATCHED = """
    Customers
    customer_id | last_name | created_on
    C1          | Marsh     | today-99d

    Interactions
    interaction_id | customer | started_at | channel | direction | purpose   | resolved_on
    I1             | C1       | today-5d   | phone   | inbound   | complaint | {resolved}
"""


@pytest.mark.parametrize(
    ("resolved", "done", "noted", "left"),
    [
        ("", 0, 0, ["Complaint solved on 2026-11-18; no return visit"]),  # the contact of that day is no return visit
        ("", -9, -5, ["Complaint solved on 2026-11-13; no return visit"]),  # never before it was reported
        ("today-3d", 0, -3, []),  # solved already: this was the return visit
    ],
)
def test_a_complaint_that_is_done_is_solved_that_day(resolved, done, noted, left):
    host = book(SCRATCHED.format(resolved=resolved))
    refresh(host)
    at = [line["followup_id"] for line in worklist(host)].index("complaint:I1")
    host.put("FollowUps", at, "done_on", DAY + done)
    host.put("FollowUps", at, "result", "Glued")
    refresh(host)
    first, second = rows(host, "Interactions")
    assert first["resolved_on"] == DAY + noted
    assert (second["started_at"], second["summary"]) == (DAY + done, "Glued")
    assert [line["why"] for line in worklist(host) if line["what"] == "Complaint"] == left
    assert not refresh(host)[1]


def test_a_complaint_whose_day_was_cleared_meanwhile_is_solved_all_the_same():
    host = book(SCRATCHED.format(resolved=""))
    refresh(host)
    host.put("Interactions", 0, "started_at", None)
    host.put("FollowUps", 0, "done_on", DAY)
    refresh(host)
    assert host.cell("Interactions", 0, "resolved_on") == DAY
