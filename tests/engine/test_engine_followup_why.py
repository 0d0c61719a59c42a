"""Why a customer is due: Customers explains the day it shows, and names what stands on the list before it."""

import pytest
from refreshing import book, customers, refresh, worklist
from world import TODAY

from tracker.facts.calendar import to_serial

DAY = to_serial(TODAY)  # a Wednesday


def refreshed(drawing):
    host = book(drawing)
    refresh(host)
    return host


WHY = """
    Customers
    customer_id | last_name | next_followup | created_on
    C1          | Marsh     | {agreed}      | today-1d

    Interactions
    interaction_id | customer | started_at | channel | direction | purpose | action | action_due
    {rows}
"""


@pytest.mark.parametrize(
    ("agreed", "rows", "due", "why"),
    [
        ("today+5d", "", 5, "Agreed for 2026-11-23"),
        (
            "today+5d",
            "I1 | C1 | today-5d | email | inbound",
            5,
            "On the list for 2026-11-16: Message of 2026-11-13 unanswered. Then: Agreed for 2026-11-23",
        ),
        (
            "today-1d",
            "I1 | C1 | today-5d | email | inbound | complaint",
            -1,
            "On the list for 2026-11-16: Complaint of 2026-11-13 is not solved. Then: Agreed for 2026-11-17",
        ),
        (
            "today-5d",
            "I1 | C1 | today-1d | email | inbound | complaint",
            -5,
            "Agreed for 2026-11-13. Also on the list, for 2026-11-20: Complaint of 2026-11-17 is not solved",
        ),
        ("today-1d", "I1 | C1 | today+2d | visit", -1, "Agreed for 2026-11-17"),  # the plan comes after it
        ("today+5d", "I1 | C1 | today-9d | phone | | | Quote | today-2d", -2, "Quote"),  # the day is the action's own
        (
            "",
            "I1 | C1 | today+9d | visit\nI2 | C1 | today-5d | email | inbound",
            None,
            "On the list for 2026-11-16: Message of 2026-11-13 unanswered. Then: Contact planned for 2026-11-27",
        ),
    ],
)
def test_the_row_of_a_customer_explains_the_day_it_shows_and_names_an_earlier_line_with_its_own(agreed, rows, due, why):
    host = refreshed(WHY.format(agreed=agreed, rows=rows))
    one = customers(host)["C1"]
    assert (None if one["followup_due"] is None else one["followup_due"] - DAY, one["followup_why"]) == (due, why)


def test_a_line_of_the_list_speaks_of_itself_alone():
    host = refreshed(WHY.format(agreed="today+5d", rows="I1 | C1 | today-5d | email | inbound"))
    assert [(line["what"], line["why"]) for line in worklist(host)] == [
        ("Reply", "Message of 2026-11-13 unanswered"),
        ("Agreed", "Agreed for 2026-11-23"),
    ]
