"""The worklist: when something is due, in what order it stands, and what silences it."""

from datetime import datetime, timedelta

import pytest
from refreshing import book, by, customers, refresh, worklist
from world import TODAY

from tracker.commands.refresh import refresh as run
from tracker.facts.calendar import to_serial
from tracker.model.grid import Cells

DAY = to_serial(TODAY)  # a Wednesday


def refreshed(drawing, **settings):
    host = book(drawing, high_value_percent=0, **settings)
    refresh(host)
    return host


def lines(host, *keys):
    return [tuple(row[key] for key in keys) for row in worklist(host)]


def due(row, interactions="", purchases="", **settings):
    """Days from today until the one customer's follow-up is due; None when nothing is."""
    host = refreshed(
        f"""
        Customers
        last_name | next_followup | created_on | status | paused_until | opt_out
        Marsh     | {row}

        Interactions
        customer | started_at | channel | direction | action_due | action_done_on
        {interactions}

        Purchases
        customer | purchased_at | item | amount
        {purchases}
        """,
        **settings,
    )
    [one] = customers(host).values()
    return None if one["followup_due"] is None else one["followup_due"] - DAY


@pytest.mark.parametrize(
    ("row", "interactions", "days"),
    [
        ("today+2d | today-9d", "", 2),
        ("today-9d | today-9d", "", -9),
        ("today-9d | today-9d", "Marsh | today-9d | phone", 21),  # spent on its day; prospects every 30 days
        ("today-9d | today-9d", "Marsh | today-10d | phone", -9),
        ("today-9d | today-9d", "Marsh | today-5d | newsletter", -9),
        (" | today-9d", "", 21),
        (" | today-9d", "Marsh | today-2d | phone", 28),
        (" | today-90d", "Marsh | today-80d | phone\nMarsh | today+9d | visit", None),  # a plan silences the cadence
        ("today+2d | today-90d", "Marsh | today+9d | visit", 2),  # and not what was agreed
        (" | today-9d", "Marsh | today-9d | phone | | today+5d", 5),
        (" | today-9d", "Marsh | today-9d | phone | | today+5d | today", 21),
        (" | today-9d", "Marsh | today-9d | phone | | today+5d\nMarsh | today-9d | phone | | today+1d", 1),
        ("today+3d | today-9d", "", 5),  # Saturday moves to Monday
        (" | today-900d | paused | today+30d", "", 30),
        (" | today-900d | paused", "", None),
        ("today+2d | today-900d | paused", "", 2),
        (" | today-900d | closed", "", None),
        (" | today-900d | merged", "Marsh | today-900d | phone", None),
        (" | today-900d | | | all", "", None),
        ("today+2d | today-900d | closed", "", 2),  # what was agreed is no cadence
        ("today+5d | today-900d | merged", "Marsh | today-9d | phone | | today+2d", 2),  # nor is what was promised
        ("today-900d | today-900d | closed", "Marsh | today-800d | phone", None),  # spent
        ("today+2d | today-900d | | | all", "", 2),
        ("today+2d | today-9d | | | marketing", "", 2),
    ],
)
def test_when_a_follow_up_is_due(row, interactions, days):
    assert due(row, interactions) == days


GONE = """
    Customers
    customer_id | last_name | phone           | status | opt_out | next_followup | created_on | merged_into
    C1          | Marsh     | +1 425 555 3409 | {status} | {opt_out} | today-2d | today-900d |
    C2          | Silva     | +1 425 555 3410 | {status} | {opt_out} |          | today-900d |

    Interactions
    interaction_id | customer | started_at | channel | direction | purpose   | commitments | action_due
    I1             | C2       | today-5d   | email   | inbound   | complaint |             |
    I2             | C2       | today-5d   | chat    | inbound   |           |             |
    I3             | C2       | today-5d   | phone   |           |           | A refund    | today-1d
    I4             | C2       | today+9d   | visit   |           |           |             |
"""


@pytest.mark.parametrize(
    ("status", "opt_out", "channels"),
    [
        ("closed", "", {"complaint": "Phone", "reply": "Chat", "action": "Phone", "agreed": "Phone"}),
        ("merged", "", {"complaint": "Phone", "reply": "Chat", "action": "Phone", "agreed": "Phone"}),
        ("", "all", {"complaint": None, "reply": "Chat", "action": None, "agreed": None}),
    ],
)
def test_what_is_owed_to_a_customer_who_left_stays_on_the_list(status, opt_out, channels):
    host = refreshed(GONE.format(status=status, opt_out=opt_out) + "\n\nRules\ndimension | tag | condition\n")
    assert {row["followup_id"].partition(":")[0]: row["channel"] for row in worklist(host)} == channels
    assert customers(host)["C2"]["followup_why"]


def test_the_cadence_is_never_due_before_its_start():
    start = float(DAY + 2)
    assert due(" | today-900d", cadence_from=start) == 2
    assert due("today-3d | today-900d", cadence_from=start) == -2  # Sunday, so Monday


def test_holidays_and_other_weekends_are_no_working_days():
    assert due("2026-11-26 | today-9d", holidays="US") == 9  # Thanksgiving moves to Friday
    assert due("2026-11-27 | today-9d", workdays="Sun-Thu") == 11


ORDER = """
    Customers
    customer_id | last_name | next_followup | created_on | owner
    C1          | Agreed    | today-3d      | today-9d   | Amira
    C2          | Longer    | today-40d     | today-9d   |
    C3          | Today     | today         | today-9d   |
    C4          | Soon      | today+5d      | today-9d   |
    C5          | Later     | today+8d      | today-9d   |
    C6          | Complains | today-50d     | today-60d  |
    C7          | Rich      | today-1d      | today-60d  |
    C8          | Longest   | today-60d     | today-9d   |

    Interactions
    interaction_id | customer | started_at | channel | direction | purpose
    I1             | C6       | today      | phone   | inbound   | complaint

    Purchases
    customer | purchased_at | item | amount
    C7       | today-1m     | Oak  | 120000
"""


def test_complaints_then_overdue_today_upcoming_and_inside_by_value_and_days_late():
    host = refreshed(ORDER)
    assert lines(host, "customer_id", "state", "days_late", "what") == [
        ("C6", "Upcoming", -5, "Complaint"),
        ("C7", "Overdue", 16, "Cadence"),
        ("C2", "Overdue", 40, "Agreed"),  # beyond 30 days late nobody stands higher for it
        ("C8", "Overdue", 58, "Agreed"),
        ("C1", "Overdue", 2, "Agreed"),
        ("C3", "Today", 0, "Agreed"),
        ("C4", "Upcoming", -5, "Agreed"),
    ]


def test_a_line_says_who_how_and_why():
    host = refreshed("""
        Customers
        customer_id | first_name | last_name | phone           | owner | preferred_channel | created_on
        C1          | Ana        | Marsh     | +1 425 555 3409 | Amira | visit             | today-99d
        C2          | Bo         | Silva     |                 |       |                   | today-99d

        Interactions
        interaction_id | customer | started_at | channel | summary | action     | action_owner | action_due| commitments
        I1             | C1       | today-20d  | phone   | A quote | Send quote | Tom          | today-11d  |
        I2             | C2       | today-30d  | phone   |         |            |              | today      | A sample
    """)
    keys = ("customer", "phone", "what", "why", "last_summary", "owner", "channel", "escalation", "due", "followup_id")
    assert lines(host, *keys) == [
        (
            "Ana Marsh",
            "+1 425 555 3409",
            "Action",
            "Send quote",
            "A quote",
            "Tom",
            "Visit",
            "High risk",
            DAY - 9,
            "action:I1",
        ),
        ("Bo Silva", "no phone", "Promise", "A sample", "No contact yet", None, "E-mail", None, DAY, "action:I2"),
    ]


@pytest.mark.parametrize(("late", "escalated"), [(6, None), (7, "Lead"), (8, "Lead"), (9, "High risk")])
def test_escalation_counts_working_days(late, escalated):
    drawing = f"Customers\nlast_name | next_followup\nMarsh | today-{late}d"
    assert lines(refreshed(drawing), "days_late", "escalation") == [(late, escalated)]


MESSAGE = """
    Customers
    customer_id | last_name | created_on
    C1          | Marsh     | today-9d

    Interactions
    interaction_id | customer | started_at | channel | direction | urgent | response | ended_at | resolved_on
    I1             | C1       | {rest}

    Purchases
    customer | purchased_at | item | amount
    C1       | today-1m     | Oak  | {amount}
"""


@pytest.mark.parametrize(
    ("rest", "amount", "days"),
    [
        ("today | email | inbound", 5, -5),  # 72 hours are Saturday, so Monday
        ("today-5d | email | inbound", 5, 2),
        ("today-1d | email | inbound | yes", 200_000, 0),  # 24 hours: urgent and of high value
        ("today-1d | email | inbound | yes", 5, -2),
        ("today-5d | email | inbound | | Sent", 5, None),
        ("today-5d | phone | inbound | | | 2026-11-13T00:20", 5, None),  # they talked
        ("today-5d | email | inbound\nI2 | C1 | today-4d | phone", 5, None),
        ("today-5d | email | inbound\nI2 | C1 | today-6d | phone", 5, 2),
        ("today-5d | email | outbound | yes", 5, None),
    ],
)
def test_an_unanswered_message_is_due_within_its_hours(rest, amount, days):
    host = refreshed(MESSAGE.format(rest=rest, amount=amount))
    found = [row["days_late"] for row in worklist(host) if row["what"] == "Reply"]
    assert found == ([] if days is None else [days])


def test_a_complaint_is_on_the_list_until_it_is_solved_and_called_back():
    drawing = """
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | today-99d

        Interactions
        interaction_id | customer | started_at | channel | direction | purpose   | summary
        I1             | C1       | today-20d  | phone   | inbound   | complaint | Scratched
    """
    host = refreshed(drawing)
    assert lines(host, "followup_id", "why", "escalation")[0] == (
        "complaint:I1",
        "Complaint of 2026-10-29 is not solved",
        "High risk",
    )
    host.put("Interactions", 0, "resolved_on", DAY - 1)
    refresh(host)
    assert lines(host, "followup_id", "why", "state")[0] == (
        "complaint:I1",
        "Complaint solved on 2026-11-17; no return visit",
        "Upcoming",
    )
    for key, value in {"customer": "C1", "started_at": DAY, "channel": "Visit"}.items():
        host.put("Interactions", 1, key, value)
    refresh(host)
    assert not any(row["what"] == "Complaint" for row in worklist(host))
    assert customers(host)["C1"]["tag_care"] == "complained"


VISIT = """
    Customers
    customer_id | last_name | created_on
    C1          | Marsh     | today-99d

    Interactions
    interaction_id | customer | started_at | channel | summary
    I1             | C1       | today+2d   | visit   | New range
"""


def test_a_planned_visit_is_overdue_the_day_after_when_nothing_was_noted():
    host = refreshed(VISIT)
    assert lines(host, "followup_id", "state") == [("plan:I1", "Upcoming")]
    host.today = TODAY.replace(day=20)
    refresh(host)
    assert lines(host, "followup_id", "state") == [("plan:I1", "Today")]
    host.today = TODAY.replace(day=21)
    refresh(host)
    assert lines(host, "followup_id", "state", "why") == [
        ("plan:I1", "Overdue", "Visit planned for 2026-11-20; nothing noted")
    ]
    assert not refresh(host)[1]
    host.put("Interactions", 0, "response", "Liked it")
    refresh(host)
    assert worklist(host) == []


PLANNED = """
    Customers
    customer_id | last_name | created_on
    C1          | Marsh     | today-99d

    Interactions
    interaction_id | customer | started_at | channel | summary   | response
    I1             | C1       | today+20d  | visit   | New range |
    I2             | C1       | today-2d   | phone   | All well  |
"""


def test_a_plan_beyond_the_horizon_of_the_last_list_is_not_forgotten():
    host = refreshed(PLANNED)
    assert lines(host, "followup_id") == []
    host.today = TODAY + timedelta(21)
    refresh(host)
    assert lines(host, "followup_id", "state")[0] == ("plan:I1", "Overdue")
    assert not refresh(host)[1]


AT = datetime(TODAY.year, TODAY.month, TODAY.day, 8)


def test_what_was_ahead_of_a_pinned_day_was_no_plan():
    """On an earlier day the calls of the days after it look like plans; they are not, once the day is let go."""
    for pin in (TODAY - timedelta(5), TODAY - timedelta(90)):
        host = refreshed(PLANNED)
        refresh(host, pin=pin)
        assert by(host, "Interactions", "interaction_id")["I2"]["counts"] == 2
        refresh(host)
        assert [one for one in lines(host, "followup_id") if one[0].startswith("plan:")] == []


@pytest.mark.parametrize("pins", [[16], [16, 10], [1], [1, 1], [2]])
def test_a_plan_that_passed_is_not_forgotten_by_looking_ahead(pins: list[int]):
    """What a look-ahead called a plan was one on the day it was made, too; only a look back cannot tell."""
    host = book(VISIT)
    run(host, TODAY, now=AT)
    for ahead in pins:
        run(host, TODAY, TODAY + timedelta(ahead), now=AT)
    host.today = TODAY + timedelta(2)
    run(host, host.today, now=AT + timedelta(2))
    assert lines(host, "followup_id", "state") == [("plan:I1", "Today")]
    host.today = TODAY + timedelta(3)
    run(host, host.today, now=AT + timedelta(3))
    assert lines(host, "followup_id", "state") == [("plan:I1", "Overdue")]
    for ahead in pins:
        run(host, host.today, host.today + timedelta(ahead), now=AT + timedelta(3))
        assert lines(host, "followup_id", "state") == [("plan:I1", "Overdue")]
    run(host, host.today, now=AT + timedelta(3))
    assert lines(host, "followup_id", "state") == [("plan:I1", "Overdue")]


@pytest.mark.parametrize("back", [5, 90])
def test_a_call_made_after_the_day_looked_back_to_is_no_plan(back: int):
    host = book(PLANNED)
    run(host, TODAY, now=AT)
    run(host, TODAY, TODAY - timedelta(back), now=AT)
    assert by(host, "Interactions", "interaction_id")["I2"]["counts"] == 2, "on that day it looked like one"
    run(host, TODAY, now=AT)
    assert [one for one in lines(host, "followup_id") if one[0].startswith("plan:")] == []


def test_a_plan_that_had_passed_on_the_day_looked_back_to_stays():
    host = book(VISIT)
    for days in (0, 3):
        run(host, TODAY + timedelta(days), now=AT + timedelta(days))
    run(host, TODAY + timedelta(9), TODAY + timedelta(4), now=AT + timedelta(9))
    run(host, TODAY + timedelta(9), now=AT + timedelta(9))
    assert lines(host, "followup_id", "state") == [("plan:I1", "Overdue")]


def test_who_is_overdue_on_customers_is_on_the_list_overdue_or_before_that():
    host = refreshed(ORDER)
    late = {key for key, one in customers(host).items() if one["followup_state"] == "Overdue"}
    assert late == {"C1", "C2", "C6", "C7", "C8"}
    assert late == {
        row["customer_id"] for row in worklist(host) if row["state"] == "Overdue" or row["what"] == "Complaint"
    }


def test_one_line_is_enough_for_a_customer_who_is_called_anyway():
    host = refreshed("""
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | today-200d

        Interactions
        interaction_id | customer | started_at | channel | direction | purpose
        I1             | C1       | today-20d  | phone   | inbound   | complaint
    """)
    assert customers(host)["C1"]["followup_state"] == "Overdue"
    assert lines(host, "followup_id") == [("complaint:I1",)]


def test_the_list_never_runs_over_what_staff_put_below_it():
    names = "\n".join(f"N{i} | today-1d" for i in range(9))
    host = book(f"Customers\nlast_name | next_followup\n{names}")
    table = host.tables["FollowUps"]
    columns = host.sheets[table.sheet]
    note = host.sheets["Customers"][1].take([0])  # any text
    head = columns[table.ref.first_column].take(slice(0, table.ref.first_row))
    columns[table.ref.first_column] = head.followed_by(Cells.blank(4)).followed_by(note)
    refresh(host)
    done, _ = refresh(host)
    assert len(worklist(host)) == 4
    assert [(one.place.row, one.details["count"]) for one in done.findings if one.code == "W115"] == [(11, "5")]
    assert host.sheet(table.sheet).column(table.ref.first_column, 11, 11).values() == note.values()
