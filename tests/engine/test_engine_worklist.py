"""The rest of the worklist: what is to confirm and to complete, who does it and how, what fits a day, what waits."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from refreshing import book, by, customers, refresh, rows, worklist
from world import TODAY

from tracker.engine import routing
from tracker.engine.duties import MOST_TO_COMPLETE
from tracker.engine.locate import _missing
from tracker.facts.calendar import to_serial
from tracker.schema.base import BASE
from tracker.schema.settings import Settings

DAY = to_serial(TODAY)  # a Wednesday
ASKED = {"key_fields": Settings().key_fields, "verify_months": Settings().verify_months}


def refreshed(drawing, today=TODAY, **settings):
    host = book(drawing, today, **settings)
    refresh(host)
    return host


def lines(host, *keys, kind=""):
    return [tuple(row[key] for key in keys) for row in worklist(host) if row["followup_id"].startswith(kind)]


# To complete.

GAPS = """
    Customers
    customer_id | last_name | email  | phone | owner | core_need | created_on | verified_on | status | opt_out
    C1          | Marsh     | {rest}
"""


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("a@b.example | | Amira | Oak | today-1d", None),
        (" | +1 425 555 3409 | Amira | Oak | today-1d", None),  # e-mail or phone: one is enough
        (" | | Amira | Oak | today-1d", "Missing: E-mail / Phone"),
        (" | | | | today-1d", "Missing: E-mail / Phone; Owner; Core need"),
        ("a@b.example | | Amira | Oak | today-12m", "not verified since 2025-11-18"),  # exactly: listed
        ("a@b.example | | Amira | Oak | 2025-11-19", None),
        ("a@b.example | | Amira | Oak | today-40m | today-12m", "not verified since 2025-11-18"),
        ("a@b.example | | Amira | Oak | today-40m | 2025-11-19", None),
        ("a@b.example | | Amira | | today-13m", "Missing: Core need; not verified since 2025-10-18"),
        (" | | | | today-13m | | closed", None),
        (" | | | | today-13m | | merged", None),
        (" | | | | today-13m | | | all", None),
        (" | | | | today-13m | | paused", "Missing: E-mail / Phone; Owner; Core need; not verified since 2025-10-18"),
    ],
)
def test_a_customer_with_gaps_is_to_complete(rest, why):
    found = lines(refreshed(GAPS.format(rest=rest), **ASKED), "why", "state", "due", "days_late", kind="complete")
    assert found == ([] if why is None else [(why, "To complete", None, None)])


@pytest.mark.parametrize(
    ("today", "listed"), [("2025-02-27", False), ("2025-02-28", True), ("2025-03-01", True)], ids=str
)
def test_verified_on_a_leap_day(today, listed):
    host = refreshed(GAPS.format(rest="a@b.example | | Amira | Oak | 2024-02-29"), today, **ASKED)
    assert bool(lines(host, "why", kind="complete")) is listed


def test_the_fields_that_count_are_those_of_the_settings():
    drawing = GAPS.format(rest=" | | | | today-1d").replace("created_on", "city").replace("today-1d", "")
    host = refreshed(drawing, key_fields="City or Street; Phone", verify_months=120)
    assert lines(host, "why", kind="complete") == [("Missing: City / Street; Phone",)]


def test_the_most_valuable_come_first_and_no_more_than_somebody_looks_through():
    many = "\n".join(f"D{number:03} | Plain{number}" for number in range(150))
    drawing = f"""
        Customers
        customer_id | last_name
        {many}
        Z1          | Rich

        Purchases
        customer | purchased_at | item | amount
        Z1       | today-1m     | Oak  | 200000
    """
    found = lines(refreshed(drawing, **ASKED), "customer_id", kind="complete")
    assert len(found) == MOST_TO_COMPLETE == 100
    assert [one for (one,) in found[:3]] == ["Z1", "D000", "D001"]


TO_VERIFY = GAPS.format(rest="a@b.example | | Amira | Oak | today-40m")


@pytest.mark.parametrize(
    ("boxes", "verified", "noted"),
    [
        ({"done_on": DAY}, DAY, 0),
        ({"done_on": DAY - 3}, DAY - 3, 0),
        ({"done_on": DAY, "result": "All as it was"}, DAY, 1),
        ({"done_on": DAY, "channel_used": "Phone"}, DAY, 1),
        ({"done_on": DAY, "next_date": DAY + 9}, DAY, 0),
        ({"next_date": DAY + 9}, None, 0),
    ],
)
def test_done_says_that_data_were_verified_and_a_talk_is_a_contact(boxes, verified, noted):
    host = refreshed(TO_VERIFY, **ASKED)
    at = [row["followup_id"] for row in worklist(host)].index("complete:C1")
    for key, value in boxes.items():
        host.put("FollowUps", at, key, value)
    refresh(host)
    [one] = customers(host).values()
    assert (one["verified_on"], len(rows(host, "Interactions"))) == (verified, noted)
    assert one["next_followup"] == boxes.get("next_date")
    assert bool(lines(host, "why", kind="complete")) is (verified is None)


def test_what_is_to_complete_makes_no_customer_due():
    host = refreshed(GAPS.format(rest=" | | | | today-1d"), **ASKED)
    [one] = customers(host).values()
    assert (one["followup_due"], one["followup_why"]) == (DAY + 29, "Prospect: no contact yet; cadence 30")


# To confirm.

ACTION = """
    Customers
    customer_id | last_name | created_on
    C1          | Marsh     | today-9d
    C2          | Other     | today-9d

    Interactions
    interaction_id | customer | started_at | channel | direction | response | action | action_due
    I1             | C1       | {rest}
"""


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ("today-9d | phone | | | Quote | today-2d", "Overdue"),
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-1d | phone", "Confirm"),
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-2d | phone", "Confirm"),  # on its very day
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-3d | phone", "Overdue"),  # before it was due
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today+3d | phone", "Overdue"),  # a plan is no contact
        ("today-9d | phone | | | Quote | today-2d\nI2 | C2 | today-1d | phone", "Overdue"),  # with somebody else
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-1d | newsletter", "Overdue"),
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-1d | email | inbound", "Overdue"),  # unanswered
        ("today-9d | phone | | | Quote | today-2d\nI2 | C1 | today-1d | email | inbound | Yes", "Confirm"),
        ("today-9d | phone | | | Quote | today\nI2 | C1 | today | phone", "Confirm"),
        ("today-9d | phone | | | Quote | today+1d\nI2 | C1 | today | phone", "Upcoming"),  # not due yet
        ("today-2d | phone | | | Quote | today-2d", "Overdue"),  # the talk in which it was agreed is none since
        ("today-2d | phone | | | Quote | today-2d\nI2 | C1 | today-2d | phone", "Overdue"),  # two on one day, no times
        ("2026-11-16T09:00 | phone | | | Quote | today-2d\nI2 | C1 | 2026-11-16T15:00 | phone", "Confirm"),
    ],
)
def test_what_is_due_and_was_talked_over_since_is_to_confirm(rest, state):
    assert lines(refreshed(ACTION.format(rest=rest)), "state", kind="action") == [(state,)]


def test_what_is_to_confirm_says_since_when_and_nobody_else_must_know():
    rest = "today-30d | phone | | | Quote | today-20d\nI2 | C1 | today-1d | phone"
    host = refreshed(ACTION.format(rest=rest))
    assert lines(host, "why", "escalation", "days_late", kind="action") == [
        ("Quote. Spoken to on 2026-11-17: is it done?", None, 20)
    ]


def test_the_groups_stand_in_their_order():
    drawing = """
        Customers
        customer_id | last_name | email | owner | core_need | next_followup | created_on
        C1          | Gap       | a@b.c | Amira |           | today+99d     | today-9d
        C2          | Confirm   | a@b.c | Amira | Oak       |               | today-9d
        C3          | Soon      | a@b.c | Amira | Oak       | today+2d      | today-9d
        C4          | Today     | a@b.c | Amira | Oak       | today         | today-9d
        C5          | Late      | a@b.c | Amira | Oak       | today-5d      | today-9d
        C6          | Angry     | a@b.c | Amira | Oak       |               | today-9d

        Interactions
        interaction_id | customer | started_at | channel | direction | purpose   | action | action_due
        I1             | C2       | today-9d   | phone   |           |           | Quote  | today-3d
        I2             | C2       | today-1d   | phone   |           |           |        |
        I3             | C6       | today-1d   | phone   | inbound   | complaint |        |
    """
    host = refreshed(drawing, **ASKED)
    assert [state for (state,) in lines(host, "state")] == [
        "Upcoming",  # the complaint, which stands before everything
        "Overdue",
        "Today",
        "Upcoming",
        "Confirm",
        "To complete",
    ]


# Who does it.

TEAM = """
    Customers
    customer_id | last_name | next_followup | created_on | owner   | need_priority
    {rows}

    Team
    name  | team   | daily_capacity | active
    {team}

    Rules
    dimension | tag    | condition              | cadence_days | channel | team
    stage     | any    | otherwise              | 400          |         |
    need      | urgent | need_priority = "high" | 300          |         | Support
"""
WEEKDAYS = (1, 2, 5, 6, 7, 8)  # days ago that were no Saturday or Sunday
SIX = "\n".join(f"C{number} | N{number} | today-{days}d | today-9d | |" for number, days in enumerate(WEEKDAYS, 1))


def owners(row_text, team):
    return lines(refreshed(TEAM.format(rows=row_text, team=team)), "customer_id", "owner")


def test_who_has_no_owner_is_given_the_one_with_least_to_do_for_a_day():
    found = dict(owners(SIX, "Amira | | 10 | yes\nTom | | 5 | yes"))
    assert sorted(found.values()).count("Amira") == 4 and list(found.values()).count("Tom") == 2


def test_whoever_has_much_already_is_given_less():
    mine = "\n".join(f"D{number} | M{number} | today-1d | today-9d | Amira |" for number in range(4))
    found = dict(owners(f"{mine}\nC1 | N1 | today-1d | today-9d | |", "Amira | | 10 |\nTom | | 10 |"))
    assert found["C1"] == "Tom"


@pytest.mark.parametrize(
    ("team", "owner"),
    [
        ("Amira | Sales | 10 |\nTom | support | 10 |", "Tom"),  # the team that the rule names
        ("Amira | Sales | 10 |\nTom | Support | 10 | no", "Amira"),  # nobody of it works: anybody of Team
        ("Amira | Sales | 10 |\nTom | Support | 0 |", "Amira"),  # a day of none
        ("Amira | Sales | | no", None),
        ("", None),
    ],
)
def test_the_team_of_the_rules_goes_first(team, owner):
    assert owners("C1 | N1 | today-1d | today-9d | | high", team) == [("C1", owner)]


def test_a_suggestion_is_said_to_be_one_and_stands_on_the_list_alone():
    host = refreshed(TEAM.format(rows="C1 | N1 | today-1d | today-9d | |", team="Amira | | 10 |"))
    assert lines(host, "why") == [("Agreed for 2026-11-17. No owner: Amira suggested",)]
    assert customers(host)["C1"]["owner"] is None


def test_an_owner_who_is_named_stays_and_all_lines_of_a_customer_go_to_one():
    drawing = (
        TEAM.format(rows="C1 | N1 | | today-9d | |", team="Amira | | 10 |\nTom | | 10 |")
        + """

        Interactions
        interaction_id | customer | started_at | channel | action | action_due | action_owner
        I1             | C1       | today-9d   | phone   | One    | today-1d   |
        I2             | C1       | today-9d   | phone   | Two    | today-2d   |
        I3             | C1       | today-9d   | phone   | Three  | today-3d   | Tom
    """
    )
    found = by(refreshed(drawing), "FollowUps", "followup_id")
    assert {one: row["owner"] for one, row in found.items()} == {
        "action:I1": "Amira",
        "action:I2": "Amira",
        "action:I3": "Tom",
    }


# What fits a day.


@pytest.mark.parametrize(
    ("capacity", "order"),
    [("", "654321"), ("6", "654321"), ("2", "654321"), ("1", "654321"), ("0", "654321")],
)
def test_a_list_of_one_owner_keeps_its_order_whatever_fits(capacity, order):
    mine = SIX.replace("| |", "| Amira |")
    found = owners(mine, f"Amira | | {capacity} |")
    assert "".join(one[1] for one, _ in found) == order


def test_what_is_beyond_the_day_of_an_owner_stands_below_all_that_fits():
    mine = "\n".join(
        f"C{number} | N{number} | today-{WEEKDAYS[number - 1]}d | today-9d | {owner} |"
        for number, owner in enumerate(("Tom", "Amira", "Amira", "Amira", "Jo"), 1)
    )
    host = refreshed(TEAM.format(rows=mine, team="Amira | | 2 |\nTom | | 9 |"))
    assert lines(host, "customer_id", "owner") == [
        ("C5", "Jo"),  # in no team: as many as there are
        ("C4", "Amira"),
        ("C3", "Amira"),
        ("C1", "Tom"),
        ("C2", "Amira"),
    ]
    planned, _ = refresh(host)
    [counts] = [block.cells for block in planned.plan.blocks if block.name == "followups_counts"]
    assert counts[0][-1] == "1 beyond the day"


# How.


@pytest.mark.parametrize(
    ("row", "channel"),
    [
        ("+1 425 | a@b.c | visit | | ", "Visit"),
        ("+1 425 | a@b.c | | | ", "E-mail"),  # of the rules: prospects
        ("+1 425 |       | | | ", "Phone"),  # to whom nobody can write
        ("       | a@b.c | phone | | ", "E-mail"),  # whom nobody can call
        ("       |       | phone | | ", "Phone"),  # somebody has to find a number
        ("+1 425 | a@b.c | phone | 12:00-14:00 | ", "Phone; not 12:00-14:00"),
        ("+1 425 | a@b.c | email | 12:00-14:00 | ", "E-mail"),  # a mail disturbs nobody
        ("+1 425 | a@b.c | phone | 00:00-24:00 | ", "E-mail"),
        ("+1 425 | a@b.c | phone | 8-12, 12.00 to 18:30 | ", "E-mail"),
        ("+1 425 | a@b.c | phone | 18:00-08:00 | ", "Phone; not 18:00-08:00"),
        ("+1 425 |       | phone | 00:00-24:00 | ", "Phone; not 00:00-24:00"),
        ("+1 425 |       | email | 00:00-24:00 | ", "Phone; not 00:00-24:00"),  # better in quiet hours than never
        ("+1 425 | a@b.c | phone | lunch; naps | ", "Phone; not lunch, naps"),
        ("+1 425 | a@b.c | newsletter | | ", "Phone"),  # a mailing, to which nobody consented
        ("+1 425 | a@b.c | phone | | marketing", "Phone"),
        ("+1 425 | a@b.c | phone | 12:00-14:00 | all", None),
    ],
)
def test_a_channel_is_proposed_that_can_be_used(row, channel):
    drawing = f"""
        Customers
        customer_id | last_name | next_followup | phone | email | preferred_channel | quiet_hours | opt_out
        C1          | Marsh     | today-1d      | {row}
    """
    assert lines(refreshed(drawing), "channel") == [(channel,)]


@pytest.mark.parametrize(
    ("row", "channel"),
    [
        ("+1 425 | a@b.c | visit      |           |                | ", "Visit"),  # nothing is known: nothing is asked
        ("+1 425 | a@b.c | email      | given     |                | ", "E-mail"),  # for all of them
        ("+1 425 | a@b.c | email      | given     | phone; email   | ", "E-mail"),
        ("+1 425 | a@b.c | email      | given     | phone          | ", "Phone"),
        ("+1 425 | a@b.c |            | given     | phone          | ", "Phone"),  # the rules say e-mail
        ("+1 425 | a@b.c | email      |           | phone          | ", "Phone"),  # named, so it was said
        ("+1 425 | a@b.c | phone      | given     | E-mail         | ", "E-mail"),
        ("       | a@b.c | email      | given     | phone          | ", None),  # the one they want has no number
        ("       |       | phone      | given     | phone          | ", "Phone"),  # somebody has to find it
        ("+1 425 | a@b.c | email      | given     | message        | ", "Message"),
        ("       | a@b.c | email      | given     | message        | ", None),
        ("+1 425 | a@b.c | email      | given     | visit          | ", "Visit"),
        ("+1 425 | a@b.c | phone      | given     | newsletter     | ", None),  # of a mailing no follow-up is made
        ("+1 425 | a@b.c | phone      | refused   |                | ", None),
        ("+1 425 | a@b.c | phone      | withdrawn | phone          | ", None),  # once named, now taken back
        ("+1 425 | a@b.c |            | refused   |                | ", None),
        ("+1 425 | a@b.c | newsletter | given     |                | ", "Newsletter"),
        ("+1 425 | a@b.c | newsletter | given     | newsletter     | ", "Newsletter"),
        ("+1 425 | a@b.c | newsletter | given     | email          | ", "E-mail"),
        ("+1 425 | a@b.c | newsletter |           | newsletter     | ", None),  # named, but consent is not on record
        ("+1 425 | a@b.c | newsletter | given     |                | marketing", "Phone"),
        ("       |       | newsletter | given     |                | marketing", None),
        ("+1 425 | a@b.c | email      | given     | email          | marketing", "E-mail"),  # one of us is no mailing
        ("+1 425 | a@b.c | email      | given     | email          | all", None),
        ("+1 425 | a@b.c | email      | #N/A      |                | ", None),  # nobody knows whether they refused
        ("+1 425 | a@b.c | newsletter | given     |                | #N/A", "Phone"),  # or wanted no mailings
        ("+1 425 | a@b.c | email      | given     | #N/A           | ", None),
    ],
)
def test_a_channel_is_proposed_that_was_agreed_to(row, channel):
    drawing = f"""
        Customers
        customer_id | company | next_followup | phone | email | preferred_channel | consent | consent_channels | opt_out
        C1          | Marsh   | today-1d      | {row}
    """
    assert lines(refreshed(drawing), "channel") == [(channel,)]


def test_quiet_hours_beside_the_channel_do_not_hinder_the_harvest():
    drawing = """
        Customers
        customer_id | last_name | next_followup | phone  | preferred_channel | quiet_hours
        C1          | Marsh     | today-1d      | +1 425 | visit             | 12:00-14:00
    """
    host = refreshed(drawing)
    host.put("FollowUps", 0, "done_on", DAY)
    refresh(host)
    assert [row["channel"] for row in rows(host, "Interactions")] == ["visit"]


# Put off.

WORK = """
    Customers
    customer_id | last_name | next_followup | created_on | email | owner | core_need
    C1          | Agreed    | today-3d      | today-9d   | a@b.c | Amira | Oak
    C2          | Rhythm    |               | today-99d  | a@b.c | Amira | Oak
    C3          | Acts      |               | today-9d   | a@b.c | Amira | Oak
    C4          | Plans     |               | today-9d   | a@b.c | Amira | Oak
    C5          | Writes    |               | today-9d   | a@b.c | Amira | Oak
    C6          | Complains |               | today-9d   | a@b.c | Amira | Oak
    C7          | Gap       |               | today-9d   |       | Amira | Oak

    Interactions
    interaction_id | customer | started_at        | channel | direction | purpose   | action | action_due
    I3             | C3       | today-5d          | phone   |           |           | Quote  | today-1d
    I4             | C4       | 2026-11-20T14:30  | visit   |           |           |        |
    I5             | C5       | today-9d          | email   | inbound   |           |        |
    I6             | C6       | today-9d          | phone   | inbound   | complaint |        |
"""
EACH = ["agreed:C1", "cadence:C2", "action:I3", "plan:I4", "reply:I5", "complaint:I6", "complete:C7"]
UNTIL = DAY + 6  # a Tuesday


def typed(*cells, **boxes):
    host = refreshed(WORK, key_fields=ASKED["key_fields"])
    at = {row["followup_id"]: place for place, row in enumerate(worklist(host))}
    assert set(EACH) <= set(at)
    for followup in cells:
        for key, value in boxes.items():
            host.put("FollowUps", at[followup], key, value)
    refresh(host)
    return host


@pytest.mark.parametrize("followup", EACH)
def test_a_day_in_the_box_puts_a_line_off_until_then_and_the_reason_is_kept(followup):
    host = typed(followup, snooze=UNTIL, result="Waits for parts")
    due = {row["followup_id"]: row["due"] for row in worklist(host)}
    assert due.get(followup) == (None if followup == "complete:C7" else UNTIL)
    [noted] = rows(host, "Decisions")
    assert (noted["kind"], noted["key_a"], noted["reason"], noted["until"], noted["decided_on"]) == (
        "snooze",
        followup,
        "Waits for parts",
        UNTIL,
        DAY,
    )
    assert noted["key_b"] == f"C{followup[-1]}"
    others = set(EACH) - {followup}
    assert others <= set(due)
    assert all(row["snooze"] is None and row["result"] is None for row in worklist(host))
    before = worklist(host)
    assert not refresh(host)[1] and worklist(host) == before


def test_where_a_line_has_a_day_of_its_own_the_customers_row_says_so():
    host = typed(*EACH, snooze=UNTIL)
    found, talks = customers(host), by(host, "Interactions", "interaction_id")
    assert (found["C1"]["next_followup"], found["C1"]["paused_until"]) == (UNTIL, UNTIL)
    assert (found["C2"]["paused_until"], found["C2"]["followup_due"]) == (UNTIL, UNTIL)
    assert found["C2"]["followup_why"] == "Paused until 2026-11-24"
    assert talks["I3"]["action_due"] == UNTIL and talks["I4"]["started_at"] == pytest.approx(UNTIL + 14.5 / 24)
    assert found["C3"]["followup_state"] == "Upcoming"


def test_it_comes_back_on_its_day_and_is_late_from_then_on():
    host = typed("complaint:I6", "complete:C7", snooze=UNTIL, result="Waits")
    for days, state, late in ((5, "Upcoming", -1), (6, "Today", 0), (7, "Overdue", 1)):
        host.today = date.fromordinal(TODAY.toordinal() + days)
        refresh(host)
        found = by(host, "FollowUps", "followup_id")
        assert (found["complaint:I6"]["state"], found["complaint:I6"]["days_late"]) == (state, late)
        assert found["complaint:I6"]["why"].endswith("is not solved. Put off until 2026-11-24: Waits")
        assert ("complete:C7" in found) is (days >= 6)


def test_what_is_put_off_does_not_stand_before_everything_and_far_off_not_at_all():
    host = typed("complaint:I6", snooze=UNTIL)
    assert worklist(host)[0]["followup_id"] != "complaint:I6"
    host = typed("complaint:I6", "reply:I5", snooze=DAY + 30)
    assert not {"complaint:I6", "reply:I5"} & {row["followup_id"] for row in worklist(host)}


def test_a_pause_that_is_longer_stays():
    host = book(
        WORK.replace("next_followup |", "next_followup | paused_until |").replace(
            "today-3d      |", "today-3d | today+40d |"
        )
    )
    host.put("Customers", 0, "paused_until", DAY + 40)
    refresh(host)
    at = [row["followup_id"] for row in worklist(host)].index("agreed:C1")
    host.put("FollowUps", at, "snooze", UNTIL)
    refresh(host)
    assert (customers(host)["C1"]["paused_until"], customers(host)["C1"]["next_followup"]) == (DAY + 40, UNTIL)


@pytest.mark.parametrize(
    ("boxes", "reason"),
    [
        ({"snooze": DAY}, "Not applied: Snooze until is not later than today."),
        ({"snooze": DAY - 1}, "Not applied: Snooze until is not later than today."),
        ({"snooze": "soon"}, "Not applied: Snooze until is not a date. Write it as 2026-11-25."),
        (
            {"snooze": UNTIL, "done_on": DAY},
            "Not applied: Snooze until stands beside a day it was done or a next date. Fill one of them.",
        ),
        (
            {"snooze": UNTIL, "next_date": UNTIL},
            "Not applied: Snooze until stands beside a day it was done or a next date. Fill one of them.",
        ),
    ],
)
def test_a_snooze_that_cannot_be_waits_with_the_reason(boxes, reason):
    host = typed("agreed:C1", **boxes)
    [line] = [row for row in worklist(host) if row["state"] == "Not applied"]
    assert line["why"] == reason and not rows(host, "Decisions")


def test_a_decision_that_was_ended_or_is_none_counts_no_more():
    drawn = (
        WORK
        + """

        Decisions
        kind   | key_a        | key_b | verdict | until
        snooze | complaint:I6 | C6    | ended   | today+6d
        snooze | reply:I5     | C5    | active  | some day
        other  | reply:I5     | C5    | active  | today+6d
    """
    )
    found = by(refreshed(drawn), "FollowUps", "followup_id")
    assert all(found[one]["due"] < DAY for one in ("complaint:I6", "reply:I5"))


def test_a_column_that_came_with_a_later_schema_is_not_missed():
    later = [replace(one, since=2) if one.key == "snooze" else one for one in BASE["FollowUps"].columns]
    missed = {
        one.place.key for one in _missing(replace(BASE["FollowUps"], columns=tuple(later)), "Follow-ups", 1, {}, [])
    }
    assert missed == set(BASE["FollowUps"].keys) - {"snooze"}


def test_a_list_without_the_box_says_so_and_takes_words_as_ever():
    old = ("followup_id", "state", "customer_id", "due", "done_on", "result", "next_date", "channel_used", "owner")
    host = book(WORK + f"\n\nFollowUps (only)\n{' | '.join(old)}\n{' | ' * 8}\n")
    planned, _ = refresh(host)
    missed = {one.place.key for one in planned.findings if one.place.table == "FollowUps"}
    assert missed == {
        "snooze",
        "why",
        "channel",
        "customer",
        "days_late",
        "escalation",
        "last_summary",
        "phone",
        "what",
    }
    at = [row["followup_id"] for row in worklist(host)].index("agreed:C1")
    host.put("FollowUps", at, "done_on", DAY)
    assert refresh(host)[0].applied == 1


# Boundaries of the days themselves.


@pytest.mark.parametrize(
    ("today", "row", "contacts", "due"),
    [
        ("2027-02-20", " | 2027-01-31", "", "2027-03-02"),  # 31 January and 30 days: no 31st of February is made up
        ("2028-02-20", " | 2028-01-31", "", "2028-03-01"),  # in a leap year a day earlier
        ("2028-02-20", "2028-02-29 | 2028-01-31", "", "2028-02-29"),
        ("2028-02-29", "2028-02-29 | 2028-01-31", "Marsh | 2028-02-29 | phone", "2028-03-30"),  # spent on the day
        ("2026-11-18", " | today-9d", "Marsh | today-2d | phone\nMarsh | today-2d | email", "2026-12-16"),
        (
            "2026-11-18",
            " | today-9d",
            "Marsh | 2026-11-16T09:00 | phone\nMarsh | 2026-11-16T17:30 | phone",
            "2026-12-16",
        ),
        ("2026-11-18", " | today-9d", "Marsh | today+2d | phone", None),  # in the future: a plan, which silences
        ("2026-11-18", " | today-9d", "Marsh | today-2d | phone\nMarsh | today+2d | phone", None),
        ("2026-11-18", " | today-9d", "Marsh | today+2d | newsletter", "2026-12-09"),  # that is no plan
        ("2026-11-18", " | today-9d", "", "2026-12-09"),  # never contacted: from the day of the row
    ],
)
def test_boundaries_of_the_day_a_follow_up_is_due(today, row, contacts, due):
    host = refreshed(
        f"""
        Customers
        last_name | next_followup | created_on
        Marsh     | {row}

        Interactions
        customer | started_at | channel
        {contacts}
        """,
        today,
        cadence_from=float(to_serial(date(2020, 1, 1))),
    )
    [one] = customers(host).values()
    assert one["followup_due"] == (None if due is None else to_serial(date.fromisoformat(due)))


# Input that is wrong.


def test_a_country_that_does_not_exist_has_no_holidays_and_is_said():
    host = book("Customers\nlast_name | next_followup\nMarsh | 2026-11-26", holidays="XX")
    planned, _ = refresh(host)
    assert ("K107", "XX") in {(one.code, one.value) for one in planned.findings}
    [one] = customers(host).values()
    assert one["followup_due"] == to_serial(date(2026, 11, 26))


@pytest.mark.parametrize(
    ("cadence", "days", "odd"),
    [
        ("1", 1, False),
        ("730", 730, False),
        ("0", 75, True),
        ("0.5", 75, True),
        ("731", 75, True),
        ("99999999", 75, True),
    ],
)
def test_a_cadence_out_of_its_range_is_said_and_none(cadence, days, odd):
    host = book(f"""
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | today-40d

        Rules
        dimension | tag | condition | cadence_days
        stage     | any | otherwise | {cadence}
    """)
    planned, _ = refresh(host)
    assert (("V110", "Rules") in {(one.code, one.place.table) for one in planned.findings}) is odd
    assert customers(host)["C1"]["cadence_days"] == days and np.isfinite(customers(host)["C1"]["followup_due"])


def test_a_deleted_rules_sheet_is_said_and_the_default_rules_count():
    drawing = "Customers\ncustomer_id | last_name | created_on\nC1 | Marsh | today-40d"
    whole, lost = book(drawing), book(drawing)
    del lost.tables["Rules"], lost.sheets["Rules"]
    planned = [refresh(host)[0] for host in (whole, lost)]
    keys = ("tags", "cadence_days", "followup_due", "followup_why")
    one, two = ({key: customers(host)["C1"][key] for key in keys} for host in (whole, lost))
    assert one == two and one["tags"]
    missing = [[one.place.table for one in run.findings if one.code == "W101"] for run in planned]
    assert missing == [[], ["Rules"]]


def test_a_column_that_turns_in_a_circle_is_said_and_the_worklist_stands():
    drawing = """
        Customers
        customer_id | last_name | created_on | Loud
        C1          | Marsh     | today-40d  | =IF(Customers[[#This Row],[Due]]>1,1,0) -> 1

        Rules
        dimension | tag  | condition | cadence_days
        club      | loud | [Loud] = 1 | 3
        stage     | any  | otherwise  | 10
    """
    host = book(drawing)
    planned, _ = refresh(host)
    assert [one.code for one in planned.findings if one.code == "K103"] == ["K103"]
    assert customers(host)["C1"]["cadence_days"] == 10 and len(worklist(host)) == 1
    assert np.isfinite(customers(host)["C1"]["followup_due"])


@pytest.mark.parametrize(
    ("hours", "whole_day"),
    [
        ("08:00-18:00", True),
        ("8-12, 12:00 to 18.00", True),
        ("8-12, 13-18", False),
        ("07:00-02:00", True),  # over midnight: to the end of the day
        ("22:00-07:00", False),
        ("9-18", False),
        ("mornings", False),
    ],
)
def test_quiet_hours_that_leave_none_of_the_day(hours, whole_day):
    assert routing._covers(hours) is whole_day
