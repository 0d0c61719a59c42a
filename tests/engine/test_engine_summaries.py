"""The Summary sheet against numbers counted by hand, and against plain pandas on tables nobody chose."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import world

from tracker.engine.derive import derive, ready
from tracker.engine.identify import identify
from tracker.engine.summaries import block, summarise
from tracker.engine.summaries_kpis import key_figures
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.summaries_periods import periods, quarter_edges
from tracker.facts.calendar import from_serial, to_serial
from tracker.facts.windows import Window
from tracker.model.plan import Listing
from tracker.schema.blocks import BLOCK_SPECS, CHART_TITLES, KPIS, SUMMARY_BLOCKS, TILE_BLOCKS

KPI_KEYS = [key for key, _ in KPIS]
YEAR, BEFORE = 2, 3  # columns of the key figures: period, before, year, year before


def snapshot_of(drawing="", today="2026-11-18", **given_settings):
    """A drawn workbook read, with IDs and every derived column."""
    snapshot = identify(world(drawing, today, given_settings).read()).snapshot
    return derive(snapshot, ready(snapshot.schema, frozenset(), frozenset()))


def summary(drawing="", today="2026-11-18", listing=None, **given_settings):
    """The blocks by name: lists of rows, blank ones at the end left out."""
    return filled(summarise(Ledger(snapshot_of(drawing, today, **given_settings)), listing))


def filled(blocks):
    found = {}
    for one in blocks:
        rows = [list(row) for row in one.cells]
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        found[one.name] = rows
    return found


def kpi(blocks, key, column=YEAR):
    row = KPI_KEYS.index(key)
    return blocks["kpis"][row][column] if row < len(blocks["kpis"]) else None


def column(blocks, name, key):
    at = [one.key for one in BLOCK_SPECS[name].columns].index(key)
    return [row[at] for row in blocks[name]]


def titles(blocks, key):
    return [row[0] for row in blocks[f"title_{key}"]]


def answers(key, values, day="2026-11-02"):
    rows = "\n".join(f"C1 | {day} | phone | {value}" for value in values)
    people = "Customers\ncustomer_id | last_name\nC1 | Marsh"
    return f"{people}\n\nInteractions\ncustomer | started_at | channel | {key}\n{rows}"


def test_nps_of_five_three_two_is_30():
    found = summary(answers("nps", [9, 10, 9, 10, 9, 7, 8, 7, 0, 6]))
    assert kpi(found, "nps") == 30
    assert kpi(found, "nps_answers") == 10


def test_csat_is_the_share_of_4_and_5():
    assert kpi(summary(answers("csat", [4, 5, 3, 5, 1])), "csat") == 60


@pytest.mark.parametrize(("key", "values"), [("nps", [11, -1, 99]), ("csat", [0, 6, -5])])
def test_answers_out_of_range_are_no_answers(key, values):
    assert kpi(summary(answers(key, values)), key) is None


def test_no_answers_is_blank_not_zero():
    found = summary(answers("nps", [""]))
    assert (kpi(found, "nps"), kpi(found, "csat"), kpi(found, "nps_answers")) == (None, None, 0)
    assert found["quarters"] == []


@pytest.mark.parametrize(("many", "said"), [(29, "29 answers: too few to judge"), (30, "30 answers")])
def test_nps_of_few_answers_is_flagged(many, said):
    assert summary(answers("nps", [9] * many))["tile_summary_nps"][1] == [said]


def test_the_nps_title_speaks_of_a_turn_only_among_enough_answers():
    def asked(now, before):
        rows = [
            f"C1 | {day} | phone | {v}" for day, values in (("2026-11-02", now), ("2026-08-02", before)) for v in values
        ]
        return answers("nps", []) + "\n".join(rows)

    assert titles(summary(asked([3] * 15 + [9] * 15, [9] * 30)), "nps")[0] == "NPS fell to 0 this quarter, from +100"
    assert titles(summary(asked([3] * 14 + [9] * 15, [9] * 30)), "nps")[0] == "NPS of 12 months is +53"
    assert titles(summary(asked([9] * 2, [9])), "nps")[0] == "NPS is +100, from 3 answers only"


def test_retention_and_churn_add_up_to_100_as_they_are_shown():
    ids = [f"C{i}" for i in range(200)]
    found = summary(book(ids, [(c, "2025-06-01") for c in ids] + [(c, "2026-06-01") for c in ids[:157]]))
    assert (kpi(found, "retention"), kpi(found, "churn")) == (78, 22)


def test_retention_of_100_with_30_new_among_120_is_90():
    """100 bought in the 12 months before the start, 90 of them again; 30 are new: 120 at the end."""
    ids = [f"C{i}" for i in range(130)]
    bought = [(c, "2025-06-01") for c in ids[:100]] + [(c, "2026-06-01") for c in ids[:90] + ids[100:]]
    found = summary(book(ids, bought))
    assert kpi(found, "customers", BEFORE) == 100
    assert kpi(found, "customers") == 120
    assert kpi(found, "new_customers") == 30
    assert kpi(found, "retention") == 90
    assert kpi(found, "churn") == 10


def test_nobody_at_the_start_leaves_retention_blank():
    found = summary(book(["C1"], [("C1", "2026-06-01")]))
    assert (kpi(found, "retention"), kpi(found, "churn"), kpi(found, "customers")) == (None, None, 1)


def test_who_comes_back_after_a_year_counts_as_new_again():
    found = summary(book(["C1"], [("C1", "2024-01-05"), ("C1", "2026-06-01")]))
    assert kpi(found, "new_customers") == 1


def book(ids, bought):
    people = "\n".join(f"{c} | Name {c} | 2020-01-01" for c in ids)
    sales = "\n".join(f"{c} | {day} | Chair | 100" for c, day in bought)
    return (
        f"Customers\ncustomer_id | last_name | created_on\n{people}\n\n"
        f"Purchases\ncustomer | purchased_at | item | amount\n{sales}"
    )


ORDERS = """
Customers
customer_id | last_name
C1 | Marsh
C2 | Silva

Purchases
purchase_id | customer | purchased_at | item  | quantity | unit_price | discount | order_id | return_of | return_reason
P1 | C1 | 2026-11-02 | Chair | 2 | 100 |    | A-1 |    |
P2 | C1 | 2026-11-02 | Table | 1 | 310 | 10 | a-1 |    |
P3 | C1 | 2026-11-03 | Chair | 1 | 100 |    |     |    |
P4 | C1 | 2026-11-04 | Chair | 1 | 100 |    |     |    |
P5 | C2 | 2026-11-05 | Chair | 1 | 100 |    | A-1 |    |
P6 | C1 | 2026-11-09 | Chair | 1 | 100 |    |     | P3 |
P7 | C1 | 2026-11-10 | Table | 1 | 150 |    | A-1 |    | scratched
P8 | C1 | 2026-11-20 | Chair | 9 | 100 |    |     |    |
"""


def test_average_order_counts_orders_not_lines():
    """Four orders: two lines of A-1, P3, P4, and the A-1 of another customer; two returns; one still to come."""
    found = summary(ORDERS)
    assert kpi(found, "orders") == 4
    assert kpi(found, "revenue") == 200 + 300 + 100 + 100 + 100 - 100 - 150
    assert kpi(found, "returns") == 250
    assert kpi(found, "average_gross") == 800 / 4
    assert kpi(found, "average_net") == 550 / 4
    assert found["tile_summary_average_order"] == [[137.5], ["net of returns; gross 200"]]


def test_an_order_wholly_returned_is_no_repeat_purchase():
    """C1 has A-1 and P4 left, P3 came back: still a repeat buyer. Without P4 one deal is left."""
    assert kpi(summary(ORDERS), "repeat_rate") == 50
    assert kpi(summary(ORDERS.replace("P4 | C1", "P4 | C2")), "repeat_rate") == 50
    assert kpi(summary(ORDERS.replace("P4 | C1 | 2026-11-04", "P4 | C1 | 2026-11-19")), "repeat_rate") == 0


def complaints(*rows):
    lines = "\n".join(f"C1 | {row[0]} | phone | {row[1]} | {row[2]}" for row in rows)
    return (
        "Customers\ncustomer_id | last_name\nC1 | Marsh\n\n"
        f"Interactions\ncustomer | started_at | channel | purpose | resolved_on\n{lines}"
    )


DAYS_1_2_9 = [
    ("2026-11-01", "complaint", "2026-11-02"),
    ("2026-11-01", "complaint", "2026-11-03"),
    ("2026-11-02", "complaint", "2026-11-11"),
]


def test_resolution_takes_2_days_in_the_median_of_1_2_9():
    found = summary(complaints(*DAYS_1_2_9))
    assert kpi(found, "resolution_median") == 2
    assert kpi(found, "resolution_p90") == 7.6  # between 2 and 9, as PERCENTILE.INC
    assert kpi(found, "resolution_rate") == 100


def test_open_complaints_stand_apart_and_bend_no_time():
    found = summary(complaints(*DAYS_1_2_9, ("2026-06-01", "complaint", ""), ("2026-11-03", "delivery", "")))
    assert kpi(found, "resolution_median") == 2
    assert kpi(found, "resolution_rate") == 75
    assert kpi(found, "complaints") == 4


def test_a_resolution_before_the_complaint_is_no_time():
    found = summary(complaints(*DAYS_1_2_9, ("2026-11-10", "complaint", "2026-11-01")))
    assert kpi(found, "resolution_median") == 2


@pytest.mark.parametrize(
    ("visit", "direction", "still_open"),
    [("2026-11-04", "", 0), ("2026-11-03", "", 1), ("2026-11-04", "inbound", 1), ("2026-11-19", "", 1)],
)
def test_a_complaint_is_open_until_somebody_calls_back_after_it(visit, direction, still_open):
    drawing = (
        "Customers\ncustomer_id | last_name\nC1 | Marsh\n\n"
        "Interactions\ncustomer | started_at | channel | purpose | resolved_on | direction\n"
        f"C1 | 2026-11-01 | phone | complaint | 2026-11-03 | inbound\nC1 | {visit} | visit | | | {direction}"
    )
    assert kpi(summary(drawing), "complaints_open") == still_open


SOURCES = """
Customers
customer_id | last_name | source   | created_on | referrer_id
C1 | Marsh | referral | 2026-02-01 |
C2 | Silva | referral | 2026-02-01 | C1
C3 | Brook | website  | 2026-02-01 |
C4 | Young |          | 2026-02-01 |
C5 | Early | website  | 2026-06-01 |
C6 | Twice | referral | 2026-02-01 | C1

Interactions
customer | started_at | channel
C5 | 2026-01-05 | email

Purchases
purchase_id | customer | purchased_at | item | amount | return_of
P1 | C1 | 2026-03-01 | Chair | 100 |
P2 | C2 | 2026-03-01 | Chair | 100 |
P3 | C5 | 2026-01-20 | Chair | 100 |
P4 | C3 | 2026-01-31 | Chair | 100 |
P5 | C6 | 2026-03-01 | Chair | 100 |
P6 | C6 | 2026-03-05 | Chair | 100 | P5
P7 | C4 | 2025-03-05 | Chair | 100 |
"""


def test_conversion_by_source():
    """C5 was spoken to before C5 was created; C3 bought before being touched; C6 gave everything back."""
    found = summary(SOURCES)
    rows = {row[0]: row[1:] for row in found["sources"]}
    assert rows == {"Referral": [66.7, 3, 200], "Website": [50, 2, 200], "Unknown": [0, 1, 0]}
    assert [row[0] for row in found["sources"]] == ["Referral", "Website", "Unknown"]
    assert kpi(found, "conversion") == 50
    assert kpi(found, "referred") == 2


@pytest.mark.parametrize(("bought", "converted"), [("2026-01-31", 0), ("2026-02-01", 100)])
def test_a_purchase_on_the_day_of_the_first_touch_converts(bought, converted):
    drawing = f"""
        Customers
        customer_id | last_name | created_on
        C1          | Marsh     | 2026-02-01

        Purchases
        customer | purchased_at | amount
        C1       | {bought}     | 5
    """
    assert kpi(summary(drawing), "conversion") == converted


def test_a_source_of_few_customers_makes_no_headline():
    assert titles(summary(SOURCES), "conversion")[0] == "50 % of customers touched have bought"
    more = "\n".join(f"R{i} | Name | referral | 2026-02-01 |" for i in range(7))
    more += "\n" + "\n".join(f"W{i} | Name | website | 2026-02-01 |" for i in range(7))
    sold = "\n".join(f"PR{i} | R{i} | 2026-03-01 | Chair | 10 |" for i in range(6))
    grown = SOURCES.replace("\n\nInter", f"\n{more}\n\nInter").rstrip("\n") + f"\n{sold}"
    assert titles(summary(grown), "conversion")[0] == "Referral converts best"


def test_more_sources_than_rows_are_added_up():
    rows = "\n".join(f"C{i} | Name | Source {i:02d} | 2026-02-01" for i in range(12))
    found = summary(f"Customers\ncustomer_id | last_name | source | created_on\n{rows}")
    assert len(found["sources"]) == BLOCK_SPECS["sources"].rows
    assert sum(column(found, "sources", "touched")) == 12
    assert (
        dict(zip(column(found, "sources", "source"), column(found, "sources", "touched"), strict=True))["Others"] == 5
    )


TAGS = """
Customers
customer_id | last_name | status | tag_value | tag_stage | owner | followup_due
C1 | Marsh |        | vip | existing | Tom | 2026-11-01
C2 | Silva |        | low | new      | Tom |
C3 | Brook |        |     | prospect | Ann | 2026-12-01
C4 | Twice | merged | vip | existing | Tom |
C5 | Closd | closed |     | prospect |     |

Rules
dimension | tag | condition
value | vip | spend(12m) > 5
value | gold | spend(12m) > 4
value | low | otherwise

Purchases
customer | purchased_at | item | amount
C1 | 2026-10-01 | Chair | 900
C2 | 2026-10-01 | Table | 100
C1 | 2025-10-01 | Table | 200
"""


def test_value_tags_in_the_order_of_the_rules():
    found = summary(TAGS)
    assert found["value_tags"] == [
        ["VIP", 1, 900, 90],
        ["gold", 0, 0, 0],
        ["Low", 1, 100, 10],
        ["No tag", 2, 0, 0],
    ]
    assert titles(found, "value") == [
        "VIP customers bring 90 % of revenue",
        "Revenue by value tag, USD, since 19 Nov 2025",
    ]
    assert dict(zip(column(found, "stages", "tag"), column(found, "stages", "customers"), strict=True)) == {
        "At risk": 0,
        "Prospect": 2,
        "New": 1,
        "Existing": 1,
    }


def test_items_against_the_12_months_before():
    assert summary(TAGS)["items"] == [["Chair", 900, 0, None], ["Table", 100, 200, -50]]


def test_item_names_are_one_item_whatever_their_case():
    assert summary(TAGS.replace("Table | 100", "chair | 100"))["items"] == [["Chair", 1000, 0, None]]


def test_team_counts_who_is_theirs_whom_they_spoke_to_and_what_is_late():
    talks = "\n\nInteractions\ncustomer | started_at | channel | logged_by\nC1 | 2026-11-01 | phone |"
    talks += "\nC1 | 2026-11-01 | phone | Ann\nC2 | 2026-11-01 | newsletter | Ann\nC1 | 2025-11-01 | phone | Ann"
    listing = Listing("FollowUps", {"state": ("Overdue", "Today", "Overdue"), "owner": ("Ann", "Ann", None)}, {})
    assert summary(TAGS + talks, listing=listing)["owners"] == [
        ["Ann", 1, 1, 1],
        ["No owner", 0, 0, 1],
        ["Tom", 2, 1, 0],
    ]


def test_months_stand_beside_the_same_days_of_the_year_before():
    found = summary(
        book(
            ["C1"],
            [
                ("C1", "2026-11-18"),
                ("C1", "2025-11-18"),
                ("C1", "2025-11-19"),
                ("C1", "2025-12-01"),
                ("C1", "2026-11-19"),
            ],
        )
    )
    assert [from_serial(day) for day in column(found, "months", "month")][::11] == [
        date(2025, 12, 1),
        date(2026, 11, 1),
    ]
    assert column(found, "months", "revenue") == [100, *[0] * 10, 100]
    assert column(found, "months", "year_before") == [*[0] * 11, 100]
    assert column(found, "months", "change") == [*[None] * 11, 0]
    assert found["months_total"][0][:4] == [200, 100, 100, 2]


def test_on_the_last_day_of_a_month_the_whole_month_is_compared():
    found = summary(book(["C1"], [("C1", "2027-02-28"), ("C1", "2026-02-28"), ("C1", "2026-02-01")]), "2027-02-28")
    assert column(found, "months", "year_before")[-1] == 200


@pytest.mark.parametrize(
    ("today", "period", "fiscal", "now", "before"),
    [
        ("2026-11-18", "month", 1, ("2026-11-01", "2026-11-18"), ("2026-10-01", "2026-10-18")),
        ("2026-03-30", "month", 1, ("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-02-28")),
        ("2026-02-28", "month", 1, ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        ("2024-02-28", "month", 1, ("2024-02-01", "2024-02-28"), ("2024-01-01", "2024-01-28")),
        ("2026-11-18", "quarter", 1, ("2026-10-01", "2026-11-18"), ("2026-07-01", "2026-08-18")),
        ("2026-11-18", "quarter", 2, ("2026-11-01", "2026-11-18"), ("2026-08-01", "2026-08-18")),
        ("2026-11-18", "year", 1, ("2026-01-01", "2026-11-18"), ("2025-01-01", "2025-11-18")),
        ("2026-02-10", "year", 4, ("2025-04-01", "2026-02-10"), ("2024-04-01", "2025-02-10")),
        ("2026-12-31", "year", 1, ("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        ("2024-02-29", "year", 1, ("2024-01-01", "2024-02-29"), ("2023-01-01", "2023-02-28")),
    ],
)
def test_the_period_runs_to_the_day_beside_the_same_part_before(today, period, fiscal, now, before):
    found = periods(int(to_serial(date.fromisoformat(today))), period, fiscal)
    assert [_days(found.now), _days(found.before)] == [now, before]


def _days(window: Window):
    return (str(from_serial(window.start + 1)), str(from_serial(window.end)))


def test_quarters_follow_the_fiscal_year():
    day = int(to_serial(date(2026, 11, 18)))
    assert str(from_serial(quarter_edges(day, 4)[-2] + 1)) == "2026-10-01"
    found = summary(answers("nps", [9]), fiscal_start=4)
    assert column(found, "quarters", "quarter")[-1] == "Q3 26/27"
    assert column(summary(answers("nps", [9])), "quarters", "quarter")[-2:] == ["Q3 26", "Q4 26"]


def year_of_sales(now, before, first="2024-11-25"):
    """Orders of equal worth through both years, the first one on a given day."""
    days = [first] + ["2025-03-01"] * 5 + ["2026-03-01"] * 6
    amounts = [before / 6] * 6 + [now / 6] * 6
    sales = "\n".join(f"C1 | {day} | Chair | {amount}" for day, amount in zip(days, amounts, strict=True))
    return (
        f"Customers\ncustomer_id | last_name\nC1 | Marsh\n\nPurchases\ncustomer | purchased_at | item | amount\n{sales}"
    )


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (1230, 1000, "Revenue is 23 % above the year before"),
        (900, 1000, "Revenue is 10 % below the year before"),
        (1019, 1000, "Revenue is level with the year before"),
        (3400, 1000, "Revenue is 3.4 times that of the year before"),
    ],
)
def test_the_revenue_title_says_the_finding(now, before, said):
    assert titles(summary(year_of_sales(now, before)), "revenue")[0] == said


def test_no_finding_from_a_year_that_was_not_whole():
    found = summary(year_of_sales(1230, 1000, "2025-02-01"))
    assert titles(found, "revenue")[0] == "Revenue of 12 months is 1,230 USD"
    assert found["tile_summary_revenue"] == [[1230], ["no whole year to compare with"]]


@pytest.mark.parametrize(
    ("period", "heads"),
    [("Month", ["This month", "Month before"]), ("Quarter", ["This quarter", "Quarter before"])],
)
def test_the_key_figures_are_headed_by_their_period(period, heads):
    found = summary(book(["C1"], [("C1", "2026-11-18")]), period=period)
    assert found["kpis_heads"] == [heads]
    assert found["kpis_periods"][0][0].startswith(f"{heads[0]}: 1 ")


def test_a_change_of_less_than_half_a_percent_is_none():
    found = summary(year_of_sales(1004, 1000, "2024-12-25"))
    assert found["months_total"][0][2] == 0


def test_the_measure_says_unit_and_until_when():
    measure = titles(summary(year_of_sales(1230, 1000), currency="EUR"), "revenue")[1]
    assert "EUR" in measure
    assert measure.endswith("November only to 18 Nov 2026, in both years.")


def test_contacts_title_needs_a_real_swing():
    def contacts(per_month):
        days = [(f"{y}-{m:02d}-05", n) for (y, m), n in zip(months_before(), per_month, strict=True)]
        rows = "\n".join(f"C1 | {day} | phone" for day, n in days for _ in range(n))
        return (
            f"Customers\ncustomer_id | last_name\nC1 | Marsh\n\nInteractions\ncustomer | started_at | channel\n{rows}"
        )

    assert titles(summary(contacts([10] * 11)), "contacts")[0] == "About 10 contacts a month"
    assert titles(summary(contacts([10] * 8 + [15] * 3)), "contacts")[0] == (
        "Contacts are up 50 % on the three months before"
    )
    assert titles(summary(contacts([1] * 8 + [2] * 3)), "contacts")[0] == "About 1 contact a month"


def months_before():
    return [(2025, 12), *((2026, m) for m in range(1, 11))]


def test_an_empty_workbook_is_blank_everywhere():
    found = summary()
    for spec in SUMMARY_BLOCKS:
        wanted = [["This month", "Month before"]] if spec.name == "kpis_heads" else []
        assert found[spec.name] == wanted, spec.name
    for spec in TILE_BLOCKS:
        if spec.sheet == "summary":
            assert found[spec.name][0] == ["–"]
    assert titles(found, "revenue")[0] == "Revenue"


def test_customers_without_a_purchase_or_a_word_draw_no_empty_charts():
    found = summary("Customers\ncustomer_id | last_name | source\nC1 | Marsh | website")
    assert found["months"] == found["months_total"] == found["value_tags"] == found["quarters"] == found["items"] == []
    assert kpi(found, "revenue") is None


def test_a_purchase_of_nobody_known_is_revenue_but_no_customer():
    found = summary("Purchases\ncustomer | purchased_at | item | amount\nnobody | 2026-11-01 | Chair | 100")
    assert kpi(found, "revenue") == 100
    assert kpi(found, "customers") == 0
    assert found["sources"] == []


def test_every_block_has_its_full_size():
    blocks = {one.name: one for one in summarise(Ledger(snapshot_of(ORDERS)))}
    wanted = [*SUMMARY_BLOCKS, *CHART_TITLES, *(spec for spec in TILE_BLOCKS if spec.sheet == "summary")]
    for spec in wanted:
        assert len(blocks[spec.name].cells) == spec.rows
        assert {len(row) for row in blocks[spec.name].cells} == {len(spec.columns)}
    assert set(blocks) == {*(spec.name for spec in wanted), "day_summary"}


def test_a_block_never_overflows():
    with pytest.raises(ValueError, match="quarters"):
        block("quarters", [("Q", 1, 2, 3)] * 9)


LINES = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 800), st.integers(1, 500), st.sampled_from(["", "O1", "O2"]), st.booleans()
    ),
    max_size=25,
)
TODAY = date(2026, 11, 18)


@settings(deadline=None, max_examples=60)
@given(LINES, st.integers(0, 400), st.integers(1, 400))
def test_sales_are_what_pandas_says(lines, back, length):
    """Another way to the same numbers: groupby on a plain frame."""
    rows = [
        (f"C{who}", TODAY - timedelta(days=days), amount, order, "wrong" if returned else "")
        for who, days, amount, order, returned in lines
    ]
    sales = "\n".join(f"{c} | {day} | Chair | {amount} | {order} | {why}" for c, day, amount, order, why in rows)
    people = "\n".join(f"C{i} | Name" for i in range(5))
    snapshot = snapshot_of(
        f"Customers\ncustomer_id | last_name\n{people}\n\n"
        f"Purchases\ncustomer | purchased_at | item | amount | order_id | return_reason\n{sales}"
    )
    end = TODAY - timedelta(days=back)
    start = end - timedelta(days=length)
    found = key_figures(Ledger(snapshot), Window(to_serial(start), to_serial(end)))
    frame = pd.DataFrame(rows, columns=["who", "day", "amount", "order", "why"])
    if frame.empty:
        assert pd.isna(found["revenue"])
        return
    frame["net"] = frame["amount"].where(frame["why"] == "", -frame["amount"])
    frame["key"] = [order or f"own {i}" for i, order in enumerate(frame["order"])]
    inside = frame[(frame["day"] > start) & (frame["day"] <= end)]
    assert found["revenue"] == inside["net"].sum()
    assert found["returns"] == -inside.loc[inside["why"] != "", "net"].sum()
    first = frame[frame["why"] == ""].groupby(["who", "key"])["day"].min()
    assert found["orders"] == ((first > start) & (first <= end)).sum()
    kept = frame.groupby(["who", "key"])["net"].sum()
    deals = first[kept.reindex(first.index) > 0].reset_index()
    times = deals[(deals["day"] > start) & (deals["day"] <= end)].groupby("who").size()
    expected = round(100 * (times >= 2).sum() / len(times), 1) if len(times) else None
    assert found["repeat_rate"] == pytest.approx(expected) if len(times) else pd.isna(found["repeat_rate"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 10)), max_size=40), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(given_answers, random):
    rows = [f"C1 | {TODAY - timedelta(days=days)} | phone | {value}" for days, value in given_answers]
    head = "Customers\ncustomer_id | last_name\nC1 | Marsh\n\nInteractions\ncustomer | started_at | channel | nps\n"
    one = summary(head + "\n".join(rows))
    random.shuffle(rows)
    assert summary(head + "\n".join(rows)) == one
