"""Eight customers everybody who keeps such a book has met, each drawn and refreshed."""

from refreshing import book, customers, refresh, worklist
from world import TODAY

from tracker.facts.calendar import to_serial

DAY = to_serial(TODAY)


def refreshed(drawing):
    host = book(drawing, high_value_percent=0)  # else the only buyer of a book is its top tenth
    refresh(host)
    return host


def test_one_called_after_the_typed_date_is_calm_and_due_by_cadence():
    host = refreshed("""
        Customers
        customer_id | last_name | next_followup | created_on
        C1          | Marsh     | today-10d     | today-400d

        Interactions
        customer | started_at | channel | summary
        C1       | today-3d   | phone   | All well

        Purchases
        customer | purchased_at | item | amount
        C1       | today-4m     | Oak  | 800
    """)
    one = customers(host)["C1"]
    assert one["followup_state"] is None
    assert one["cadence_days"] == 180
    assert one["followup_due"] == DAY - 3 + 180  # a working day
    assert one["followup_why"] == "Low: no contact since 2026-11-15; cadence 180"
    assert worklist(host) == []


def test_a_web_shopper_with_newsletters_only_is_not_called():
    host = refreshed("""
        Customers
        customer_id | last_name | email       | source  | created_on
        C1          | Marsh     | a@b.example | website | today-400d

        Interactions
        customer | started_at | channel    | purpose   | summary
        C1       | today-9d   | newsletter | marketing | Autumn
        C1       | today-40d  | newsletter | marketing | Summer

        Purchases
        customer | purchased_at | item | amount
        C1       | today-12m    | Oak  | 80
        C1       | today-2m     | Oak  | 80
    """)
    one = customers(host)["C1"]
    assert one["last_contact"] is None
    assert (one["tag_stage"], one["tag_value"], one["tag_behaviour"]) == ("existing", "low", "active")
    assert one["followup_due"] > DAY + 7
    assert worklist(host) == []


def test_a_complaint_solved_eleven_months_ago_leaves_a_mark_and_the_ordinary_cadence():
    host = refreshed("""
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | today-900d

        Interactions
        customer | started_at | channel | direction | purpose   | summary   | resolved_on
        C1       | today-11m  | phone   | inbound   | complaint | Scratched | today-11m
        C1       | today-10m  | visit   |           |           | All well  |
        C1       | today-20d  | phone   |           |           | All well  |

        Purchases
        customer | purchased_at | item | amount
        C1       | today-4m     | Oak  | 300
    """)
    one = customers(host)["C1"]
    assert one["tag_care"] == "complained"
    assert one["cadence_days"] == 180
    assert "complained" in one["tags"]
    assert worklist(host) == []


def test_a_prospect_of_two_years_ago_who_was_closed_is_gone_from_the_list():
    host = refreshed("""
        Customers
        customer_id | last_name | next_followup | status | created_on
        C1          | Marsh     | today-700d    | closed | today-730d
        C2          | Silva     | today-700d    |        | today-730d

        Interactions
        customer | started_at | channel | direction | summary | action      | action_due | action_done_on
        C1       | today-690d | email   |           | A quote | Send sample | today-680d | today-680d
    """)
    one = customers(host)["C1"]
    assert one["tag_stage"] == "prospect"
    assert (one["followup_due"], one["followup_state"], one["followup_why"]) == (None, None, None)
    assert one["cadence_days"] is None
    assert [row["customer_id"] for row in worklist(host)] == ["C2"]


def test_a_first_order_is_new_and_low_and_not_potential():
    host = refreshed("""
        Customers
        customer_id | last_name
        C1          | Marsh

        Purchases
        customer | purchased_at | item | amount
        C1       | today-5d     | Oak  | 400
    """)
    one = customers(host)["C1"]
    assert (one["tag_stage"], one["tag_value"], one["tags"]) == ("new", "low", "low-new")
    assert one["created_on"] == DAY - 5


def test_52_000_exactly_a_year_ago_no_longer_counts():
    host = refreshed("""
        Customers
        customer_id | last_name
        C1          | Marsh
        C2          | Silva

        Purchases
        customer | purchased_at | item | amount
        C1       | 2025-11-18   | Oak  | 52000
        C1       | today-2m     | Oak  | 10
        C2       | 2025-11-19   | Oak  | 52000
    """)
    found = customers(host)
    assert [(found[key]["spend_12m"], found[key]["tag_value"]) for key in ("C1", "C2")] == [
        (10, "low"),
        (52_000, "high"),
    ]


def test_everything_returned_and_an_urgent_mail_unanswered_is_first_on_the_list():
    host = refreshed("""
        Customers
        customer_id | last_name | next_followup | created_on
        C1          | Marsh     | today-90d     | today-100d
        C2          | Silva     |               | today-100d

        Interactions
        interaction_id | customer | started_at | channel | direction | summary              | urgent
        I1             | C2       | today-4d   | email   | inbound   | Where is my money?   | yes

        Purchases
        purchase_id | customer | purchased_at | item | amount | return_of
        P1          | C1       | today-20d    | Oak  | 90000  |
        P2          | C2       | today-30d    | Oak  | 500    |
        P3          | C2       | today-9d     | Oak  | 500    | P2
    """)
    one = customers(host)["C2"]
    assert (one["tag_stage"], one["tag_value"], one["tag_need"]) == ("prospect", None, "urgent")
    assert one["followup_due"] < DAY - 1
    assert one["followup_why"] == (
        "Urgent: no contact yet; cadence 7. Also on the list, for 2026-11-17: Urgent message of 2026-11-14 unanswered"
    )
    first, *others = worklist(host)
    assert (first["customer_id"], first["what"], first["channel"]) == ("C2", "Reply", "E-mail")
    assert (first["followup_id"], first["state"], first["last_summary"]) == (
        "reply:I1",
        "Overdue",
        "Where is my money?",
    )
    assert [row["customer_id"] for row in others] == ["C1"]  # of far more value and 90 days late


def test_a_visit_planned_in_three_days_is_not_overdue():
    host = refreshed("""
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | today-900d

        Interactions
        customer | started_at | channel | summary
        C1       | today-300d | phone   | All well
        C1       | today+3d   | visit   | Show the new range

        Purchases
        customer | purchased_at | item | amount
        C1       | today-5m     | Oak  | 300
    """)
    one = customers(host)["C1"]
    assert (one["followup_state"], one["followup_due"]) == (None, None)
    assert one["followup_why"] == "Contact planned for 2026-11-21"
    [line] = worklist(host)
    assert (line["state"], line["what"], line["days_late"], line["channel"]) == ("Upcoming", "Plan", -3, "Visit")
