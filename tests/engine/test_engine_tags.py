"""Tags: every boundary, the Rules sheet as staff keep it, overrides, cadence, and the words that explain them."""

import pytest
from refreshing import RULES_DRAWN, book, refresh, rows, tagged, tags


def spent(*purchases, today="2026-11-18", **settings):
    """The value tags of C0, C1, …, each with one list of (day, amount)."""
    who = "\n".join(f"C{i} | Marsh{i}" for i in range(len(purchases)))
    lines = "\n".join(f"C{i} | {day} | Oak | {sum_}" for i, one in enumerate(purchases) for day, sum_ in one)
    drawing = (
        f"Customers\ncustomer_id | last_name\n{who}\n\nPurchases\ncustomer | purchased_at | item | amount\n{lines}\n"
    )
    return list(tags(drawing, "value", today, **{"high_value_percent": 0, **settings}).values())


@pytest.mark.parametrize(
    ("amount", "tag"),
    [
        (100_000.01, "vip"),
        (100_000, "high"),
        (50_000, "high"),
        (49_999.99, "medium"),
        (10_000, "medium"),
        (9_999.99, "low"),
        (0.01, "low"),
        (0, None),
        (-5, None),
    ],
)
def test_value_by_annual_spend(amount, tag):
    assert spent([("today-1m", amount)]) == [tag]


def test_refunds_may_make_spend_negative():
    assert spent([("today-1m", 500), ("today-20d", -700)]) == [None]


def test_cents_that_binary_fractions_cannot_hold_decide_nothing():
    assert spent([("today-1m", 49_999.9), ("today-2m", 0.1)]) == ["high"]
    assert spent([("today-1m", 99_999.8), ("today-2m", 0.1), ("today-3m", 0.1)]) == ["high"]


@pytest.mark.parametrize(
    ("now", "before", "tag"),
    [(150, 100, "potential"), (149.99, 100, "low"), (150, 0, "low"), (10_500, 7_000, "potential"), (9_000, -1, "low")],
)
def test_potential_grew_by_half_in_six_months(now, before, tag):
    assert spent([("today-1m", now), ("today-8m", before)]) == [tag]


def test_the_top_tenth_has_its_ties_in_and_nobody_without_spend():
    day = "today-1m"
    assert spent(*[[(day, 100 + i)] for i in range(20)], high_value_percent=10) == ["low"] * 18 + ["high"] * 2
    assert spent(*[[(day, 100)], [(day, 90)], [(day, 90)], [(day, 80)]] * 5, high_value_percent=10).count("high") == 5
    assert spent([(day, 0)], [(day, -5)], [], high_value_percent=10) == [None, None, None]


def test_fewer_than_ten_customers_have_a_top_too():
    assert spent([("today-1m", 10)], [("today-1m", 20)], [("today-1m", 5)], high_value_percent=10) == [
        "low",
        "high",
        "low",
    ]


def test_the_spend_window_may_be_the_calendar_or_the_fiscal_year():
    bought = [("2025-12-31", 60_000), ("2026-01-01", 1)]
    assert spent(bought) == ["high"]
    assert spent(bought, spend_window="calendar") == ["low"]
    assert spent(bought, spend_window="fiscal", fiscal_start=12) == ["high"]


STAGE = """
    Customers
    customer_id | last_name
    C1          | Marsh

    Purchases
    purchase_id | customer | purchased_at | item | amount | return_of | order_id
"""


@pytest.mark.parametrize(
    ("today", "first", "stage"),
    [
        ("2026-05-31", "2026-02-28", "existing"),  # 28 February + 3 months is 28 May
        ("2026-05-28", "2026-02-28", "new"),  # the last day of month 3
        ("2026-05-29", "2026-02-28", "existing"),
        ("2026-04-30", "2026-01-31", "new"),  # the last day of a month that is too short
        ("2026-05-01", "2026-01-31", "existing"),
        ("2024-05-29", "2024-02-29", "new"),  # a leap day
        ("2024-05-30", "2024-02-29", "existing"),
        ("2024-02-29", "2023-11-30", "new"),
        ("2024-03-01", "2023-11-30", "existing"),
        ("2026-07-31", "2026-01-31", "at_risk"),
        ("2026-07-30", "2026-01-31", "existing"),
    ],
)
def test_stage_by_calendar_months(today, first, stage):
    assert tags(f"{STAGE} P1 | C1 | {first} | Oak | 5", "stage", today) == {"C1": stage}


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        ([], "prospect"),
        (["P1 | C1 | today-1m | Oak | 100 | |", "P2 | C1 | today-1d | Oak | 100 | P1 |"], "prospect"),
        (["P1 | C1 | today-1m | Oak | 100 | |", "P2 | C1 | today-1d | Oak | 99 | P1 |"], "new"),
        (["P1 | C1 | today-1m | Oak | 60 | | A", "P2 | C1 | today-1m | Fir | 40 | | A"], "new"),
        (["P1 | C1 | today-1m | Oak | 0 | |"], "prospect"),
        (["P1 | C1 | today+1d | Oak | 100 | |"], "prospect"),
    ],
)
def test_a_deal_is_an_order_that_brought_money_and_was_not_wholly_returned(lines, stage):
    assert tags(STAGE + "\n".join(lines), "stage") == {"C1": stage}


@pytest.mark.parametrize(("touch", "stage"), [("yes", "existing"), ("no", "at_risk")])
def test_whether_a_purchase_is_a_touch_is_a_setting(touch, stage):
    drawing = (
        STAGE
        + """P1 | C1 | today-20m | Oak | 5
    P2 | C1 | today-1m | Oak | 5

    Interactions
    customer | started_at | channel
    C1       | today-8m   | phone
    """
    )
    assert tags(drawing, "stage", purchase_is_touch=touch) == {"C1": stage}


TOUCHED = """
    Customers
    customer_id | last_name | need_priority | need_by | core_need
    C1          | Marsh     | {priority}    | {by}    | {need}

    Interactions
    customer | started_at | channel | direction | purpose | urgent | response | resolved_on | action_done_on
"""


@pytest.mark.parametrize(
    ("contacts", "behaviour"),
    [
        ([], "never_contacted"),
        (["today-1d | newsletter", "today-2d | email | inbound"], "never_contacted"),
        (["today | phone", "today-1d | phone", "today-29d | visit"], "frequent"),
        (["today | phone", "today-1d | phone", "today-30d | visit"], "active"),
        (["today | phone", "today-1d | phone", "today+1d | visit"], "active"),
        (["today | phone", "today | phone", "today | email"], "frequent"),  # each contact of one day counts
        (["today | phone", "today | phone"], "active"),
        (["today-3m | phone"], "dormant"),
        (["2026-08-19 | phone"], "active"),
    ],
)
def test_behaviour_by_counted_contacts(contacts, behaviour):
    drawing = TOUCHED.format(priority="", by="", need="") + "\n".join(f"C1 | {one}" for one in contacts)
    assert tags(drawing, "behaviour") == {"C1": behaviour}


COMPLAINT = "C1 | today-{day} | phone | inbound | complaint | | | {resolved}"


@pytest.mark.parametrize(
    ("lines", "care"),
    [
        ([COMPLAINT.format(day="5d", resolved="")], "complaint_open"),
        ([COMPLAINT.format(day="5d", resolved="today-3d")], "complaint_open"),  # nobody called back
        ([COMPLAINT.format(day="5d", resolved="today-3d"), "C1 | today-3d | phone"], "complaint_open"),
        ([COMPLAINT.format(day="5d", resolved="today-3d"), "C1 | today-2d | phone"], "complained"),
        ([COMPLAINT.format(day="5d", resolved="today-3d"), "C1 | today-2d | newsletter"], "complaint_open"),
        ([COMPLAINT.format(day="5d", resolved="today-3d"), "C1 | today-2d | phone | inbound"], "complaint_open"),
        ([COMPLAINT.format(day="5d", resolved="today+1d"), "C1 | today-2d | phone"], "complaint_open"),
        ([COMPLAINT.format(day="13m", resolved="today-12m"), "C1 | today-2d | phone"], None),
    ],
)
def test_care_follows_the_complaint(lines, care):
    assert tags(TOUCHED.format(priority="", by="", need="") + "\n".join(lines), "care") == {"C1": care}


@pytest.mark.parametrize(
    ("priority", "by", "need", "lines", "tag"),
    [
        ("high", "", "", [], "urgent"),
        ("High", "", "", [], "urgent"),
        ("normal", "today+14d", "", [], "urgent"),
        ("", "today+15d", "Oak", [], "routine"),
        ("", "2026-11", "", [], "urgent"),  # until the last day of the month
        ("", "", "", ["C1 | today-1d | email | inbound | | yes"], "urgent"),
        ("", "", "", ["C1 | today-1d | email | inbound | | yes | Answered"], None),
        ("", "", "", ["C1 | today-2d | email | inbound | | yes", "C1 | today-1d | phone"], None),
        ("", "", "", ["C1 | today-1d | email | inbound | | yes | | today"], None),
        ("", "", "", ["C1 | today-1d | email | inbound | | yes | | | today"], None),
        ("", "", "", [], None),
    ],
)
def test_need(priority, by, need, lines, tag):
    drawing = TOUCHED.format(priority=priority, by=by, need=need) + "\n".join(lines)
    assert tags(drawing, "need") == {"C1": tag}


OWN = """
    Customers
    customer_id | last_name | source | gender | industry | Membership | Score | Renewal    | consent_channels
    C1          | Marsh     | Trade fair | female | Retail | Gold | 7       | 2026-12-01 | E-mail; Phone
    C2          | Silva     | website    |        |        | Gold | 3       |            |
    C3          | Okafor    |            |        |        |      | n/a     |            |

    Rules
    dimension | tag     | condition | cadence_days | channel
"""


@pytest.mark.parametrize(
    ("condition", "who"),
    [
        ('[Membership] = "gold" and [Score] > 5', ["C1"]),
        ("[Membership] is blank", ["C3"]),
        ('source = "Trade fair"', ["C1"]),
        ('source in ("trade_fair", "Website")', ["C1", "C2"]),
        ('not (source = "Trade fair") and [Score] < 10', ["C2"]),
        ('gender = "Female" or [Score] = 3', ["C1", "C2"]),
        ('industry contains "ret"', ["C1"]),
        ('"Trade fair" = source', ["C1"]),
        ('consent_channels contains "E-mail"', ["C1"]),
        ('[Renewal] = "2026-12-01"', ["C1"]),
        ("[Renewal] within 13d", ["C1"]),
        ("[Renewal] < today + 1m and completeness = 0", ["C1"]),
    ],
)
def test_rules_over_labels_and_columns_of_staffs_own(condition, who):
    snapshot, given = tagged(f"{OWN} club | Member | {condition} | 5 | visit")
    [club] = given.given
    ids = snapshot.text("Customers", "customer_id")
    assert [i for i, tag in zip(ids, club.tags, strict=True) if tag == "Member"] == who
    member = ids == who[0]
    assert given.columns["cadence_days"][member] == [5]
    assert given.channel[member] == ["visit"]
    assert str(given.columns["tags"][member][0]).split("-")[-1] == "member"


def test_an_unreadable_rule_is_a_finding_that_points_into_it_and_the_others_run():
    _snapshot, given = tagged(f"{OWN} value | VIP | spnd(12m) > 5 |\n Value | high | [Score] > 5 |")
    [odd] = given.findings
    assert (odd.code, odd.place.cell, odd.value, odd.suggestion) == ("K103", "D5", "spnd(12m) > 5", "spend")
    assert odd.details["at"] == "1"
    assert list(given.columns["tag_value"]) == ["high", None, None]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("[Membership] > 5", "kinds_differ"),  # a column in which only texts stand
        ("tags contains 'high'", "circular"),
        ("days_overdue > 3", "circular"),
    ],
)
def test_what_no_rule_may_ask(condition, reason):
    [odd] = tagged(f"{OWN} club | Member | {condition} |")[1].findings
    assert (odd.code, odd.details["reason"]) == ("K103", reason)


def test_columns_a_refresh_fills_are_asked_as_they_will_be():
    drawing = """
    Customers
    customer_id | last_name | orders_12m | completeness | last_summary
    C1          | Marsh     | 7          | 100          | Old words

    Interactions
    customer | started_at | channel | summary
    C1       | today-1d   | phone   | New words

    Rules
    dimension | tag    | condition
    club      | Member | orders_12m = 0 and completeness < 100 and last_summary = "new words"
    """
    _snapshot, given = tagged(drawing)
    assert list(given.given[0].tags) == ["Member"]


def test_everything_that_is_wrong_at_once_is_found_and_the_rest_runs():
    drawing = """
    Customers
    customer_id | last_name | need_priority | Loud
    C1          | Marsh     | high          | =Customers[[#This Row],[Tags]] -> x

    Rules
    dimension | tag    | condition
    need      | first  | need_prority = "high"
    need      | second | [Loud] = "x"
    need      | third  | need_priority = "high" and 1 = 1
    value     | vip    | vip_spend = 100000
    """
    host = book(drawing, vip_spend=-5, holidays="XX")
    refreshed, _ = refresh(host)
    found = {(one.code, one.place.key) for one in refreshed.findings}
    assert {("K103", "condition"), ("K101", "value"), ("K107", "value")} <= found
    row = rows(host, "Customers")[0]
    assert (row["tag_need"], row["tag_value"]) == ("third", "vip")


@pytest.mark.parametrize("odd", [-5, 1e13, "much"])
def test_a_threshold_out_of_its_range_is_said_and_the_default_counts(odd):
    drawing = """
    Customers
    customer_id | last_name
    C1          | Marsh
    C2          | Silva

    Purchases
    customer | purchased_at | item | amount
    C1       | today        | Oak  | 100000
    C2       | today        | Oak  | 100000.01
    """
    host = book(drawing, vip_spend=odd)
    planned, _ = refresh(host)
    assert "K101" in {one.code for one in planned.findings if one.place.table == "Settings"}
    assert [row["tag_value"].lower() for row in rows(host, "Customers")] == ["high", "vip"]


def test_a_hostile_rule_is_only_a_finding():
    rules = '__import__("os").system("x")', "deals.__class__ = 1", "(" * 400 + "1=1" + ")" * 400
    _snapshot, given = tagged(OWN + "\n".join(f"club | Member | {one} |" for one in rules))
    assert [odd.code for odd in given.findings] == ["K103"] * 3
    assert given.given == ()


def test_without_a_rules_sheet_the_default_rules_run_and_the_sheet_is_missed():
    host = book("Customers\ncustomer_id | last_name | need_priority\nC1 | Marsh | high")
    sheet = host.tables.pop("Rules").sheet
    del host.sheets[sheet]
    refreshed, _ = refresh(host)
    assert rows(host, "Customers")[0]["tag_need"] == "urgent"
    assert any(one.code == "W101" and one.value == "Rules" for one in refreshed.findings)


FORCED = """
    Customers
    customer_id | last_name | tag_override | tag_until
    C1          | Marsh     | VIP          |
    C2          | Silva     | vip; At risk | today
    C3          | Okafor    | vip          | today-1d
    C4          | Ito       | nonsense     |
"""


def test_an_override_wins_until_its_day_and_is_shown_as_such():
    _snapshot, given = tagged(FORCED)
    assert list(given.columns["tag_value"]) == ["vip", "vip", None, None]
    assert list(given.columns["tag_stage"]) == ["prospect", "at_risk", "prospect", "prospect"]
    assert list(given.columns["tag_why"]) == [
        "VIP: set by hand; Prospect: deals is 0",
        "VIP: set by hand; At risk: set by hand",
        "Prospect: deals is 0",
        "Prospect: deals is 0",
    ]
    assert list(given.columns["cadence_days"]) == [30, 14, 30, 30]
    assert list(given.channel[:2]) == ["email", "phone"]


@pytest.mark.parametrize(
    ("row", "cadence"),
    [
        ("| | |", 30),
        ("closed | | |", None),
        ("merged | | |", None),
        ("| | all |", None),
        ("| | marketing |", 30),
        ("paused | | |", None),
        ("paused | today+9d | |", 30),
    ],
)
def test_whom_nobody_is_to_follow_up_has_no_cadence(row, cadence):
    drawing = f"Customers\ncustomer_id | last_name | status | paused_until | opt_out\nC1 | Marsh | {row}"
    [days] = tagged(drawing)[1].columns["cadence_days"]
    assert (None if days != days else days) == cadence


def test_the_default_cadence_where_no_rule_gives_one():
    drawing = (
        "Customers\ncustomer_id | last_name\nC1 | Marsh\n\nRules\ndimension | tag | condition\nclub | any | otherwise"
    )
    assert list(tagged(drawing, cadence_default=44)[1].columns["cadence_days"]) == [44]


def test_the_sentence_names_the_rule_and_the_number_that_decided():
    drawing = """
    Customers
    customer_id | last_name | industry | need_by
    C1          | Marsh     | manufacturing | today+3d

    Purchases
    customer | purchased_at | item | amount
    C1       | today-5m     | Oak  | 120500.5
    """
    _, given = tagged(drawing)
    assert list(given.columns["tags"]) == ["manufacturing-vip-urgent"]
    assert list(given.columns["tag_why"]) == [
        "VIP: spend (12 months) above 100,000 (120,500.5); Urgent: need by within 14 days (2026-11-21)"
    ]


def test_the_figures_beside_the_tags():
    drawing = """
    Customers
    customer_id | last_name | email | owner | core_need
    C1          | Marsh     | a@b.example | Amira |
    C2          | Silva     |       |       |

    Purchases
    customer | purchased_at | item | amount | order_id
    C1       | today-5m     | Oak  | 10     | A
    C1       | today-5m     | Fir  | 10     | A
    C1       | today-2m     | Fir  | 10     |
    C1       | today-13m    | Fir  | 10     |
    """
    _, given = tagged(drawing)
    assert list(given.columns["orders_12m"]) == [2, 0]
    assert list(given.columns["completeness"]) == [67, 0]


def test_an_empty_workbook_has_no_tags():
    _, given = tagged("Customers\ncustomer_id | last_name" + RULES_DRAWN)
    assert all(len(values) == 0 for values in given.columns.values())
