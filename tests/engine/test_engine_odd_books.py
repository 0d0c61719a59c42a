"""Books that lost something or hold what nobody would type: a refresh goes through, and the next one writes nothing."""

import tracemalloc
from dataclasses import replace
from datetime import date, timedelta

import pytest
from refreshing import book, by, customers, refresh, rows, worklist
from world import TODAY, World

from tracker.engine.lower import Lowering, lower
from tracker.engine.read import read
from tracker.engine.refresh import plan_refresh
from tracker.errors import UsageError
from tracker.facts.calendar import to_serial
from tracker.model.plan import Plan

DAY = to_serial(TODAY)

DRAWN = """
    Customers
    customer_id | last_name | email       | phone           | owner | next_followup | core_need
    C1          | Marsh     | a@b.example | +1 425 555 3409 | Tom   | today-3d      | Oak
    C2          | Silva     |             |                 |       | today         |

    Interactions
    interaction_id | customer | started_at | channel | purpose   | action     | action_due
    I1             | C1       | today-9d   | phone   | complaint | Send quote | today+1d

    Purchases
    customer | purchased_at | item | amount
    C1       | today-1m     | Oak  | 500
"""


def calm(host: World):
    """The book after a refresh that the next one does not change; what the first one found."""
    refreshed, _ = refresh(host)
    assert not refresh(host)[1]
    return {one.code for one in refreshed.findings}


def without_header(host: World, table: str, key: str) -> None:
    """Staff call a column something of their own."""
    host.rename(table, key, "Something else")


@pytest.mark.parametrize("locale", ["x" * 300, "../words/en", "en/", "no such", "\ud800"])
def test_a_locale_that_is_none_is_english(locale):
    host = book(DRAWN, locale=f'"{locale}"')
    calm(host)
    assert host.read().words.locale == "en"


@pytest.mark.parametrize("whole", [True, False])
def test_a_plan_that_passed_without_a_list_to_stand_on_is_not_said_and_unsaid(whole):
    host = book(DRAWN)
    host.put("Interactions", 0, "started_at", DAY + 2)
    refresh(host)
    if whole:
        del host.sheets[host.tables.pop("FollowUps").sheet]
        host.areas = {name: area for name, area in host.areas.items() if area.sheet in host.sheets}
    else:
        without_header(host, "FollowUps", "followup_id")
    host.today = TODAY + timedelta(days=5)
    calm(host)


@pytest.mark.parametrize(
    ("table", "key"),
    [("Interactions", "summary"), ("Customers", "customer_id"), ("Customers", "industry"), ("Customers", "last_name")],
)
def test_half_an_emoji_stops_nothing(table, key):
    """Excel cuts texts between the two halves, and keeps the one that is left."""
    host = book(DRAWN)
    host.put(table, 0, key, "Thanks \ud83d")
    calm(host)
    host.put(table, 0, key, "Thanks \ud83e")
    calm(host)
    assert host.cell(table, 0, key) == "Thanks \ud83e"


def test_a_letter_pasted_for_an_id_costs_its_own_room_and_no_more():
    many = 500
    lines = "\n".join(f"I{n} | C1 | today-1d | phone | Talked | Call | today" for n in range(many))
    host = book(
        "Customers\ncustomer_id | last_name\nC1 | Marsh\n\nInteractions\n"
        f"interaction_id | customer | started_at | channel | summary | action | action_due\n{lines}"
    )
    letter = "x" * 32_000
    host.put("Interactions", 7, "interaction_id", letter)
    snapshot = host.read()
    tracemalloc.start()
    plan_refresh(snapshot)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < many * len(letter)


@pytest.mark.parametrize("odd", ["renamed", "copied"])
def test_what_was_no_plan_is_none_because_its_id_is_that_of_a_plan(odd):
    """Without their IDs, or with the same, a call that was made and a visit to come cannot be told apart by them."""
    host = book(DRAWN)
    for key, value in (("customer", "C1"), ("started_at", DAY + 3), ("channel", "visit")):
        host.put("Interactions", 1, key, value)
    if odd == "renamed":
        without_header(host, "Interactions", "interaction_id")
    else:
        host.put("Interactions", 1, "interaction_id", "I1")
    calm(host)
    assert [line["due"] for line in worklist(host) if line["followup_id"].startswith("plan:")] == [DAY + 3]
    host.today = TODAY + timedelta(days=5)
    calm(host)
    days = [line["due"] for line in worklist(host) if line["followup_id"].startswith("plan:")]
    assert days == ([] if odd == "renamed" else [DAY + 3])


@pytest.mark.parametrize("gone", ["sheet", "from_tag", "to_tag", "changed_on", "customer_id"])
def test_without_its_history_nobody_is_said_to_have_moved_and_then_not(gone):
    host = book(DRAWN)
    refresh(host)
    if gone == "sheet":
        del host.sheets[host.tables.pop("TagHistory").sheet]
    else:
        without_header(host, "TagHistory", gone)
    host.today = TODAY + timedelta(days=200)
    calm(host)


@pytest.mark.parametrize("room", [1, 2, 3])
def test_a_plan_that_passed_stands_on_a_list_that_has_not_room_for_all(room):
    host = book(DRAWN)
    host.put("Interactions", 1, "customer", "C1")
    host.put("Interactions", 1, "started_at", DAY + 2)
    host.put("Interactions", 1, "channel", "visit")
    refresh(host)
    found = host.tables["FollowUps"]
    last = found.first_row + room - 1
    host.tables["FollowUps"] = replace(found, ref=replace(found.ref, last_row=last), last_row=last)
    host.today = TODAY + timedelta(days=5)
    assert "W115" in calm(host)
    assert sum(str(line["followup_id"]).startswith("plan:") for line in worklist(host)) == 1


@pytest.mark.parametrize("key", ["schema", "next_id_customers", "vip_spend", "fiscal_start", "as_of"])
def test_a_setting_of_thousands_of_digits_is_no_number(key):
    calm(book(DRAWN, **{key: f'"{"9" * 30_000}"'}))


@pytest.mark.parametrize("odd", [5, 60, 2_958_466, 45_000_000, -4])
def test_a_day_outside_the_calendar_is_no_setting(odd):
    host = book(DRAWN, as_of=odd)
    assert "K101" in calm(host)
    assert host.read().today == DAY


def test_the_time_of_a_setting_that_is_a_day_is_left_out():
    host = book(DRAWN, as_of=DAY - 2 + 0.7, cadence_from=DAY - 40 + 0.25)
    calm(host)
    state = host.read().state
    assert (state["as_of_day"], state["figures_day"], state["cadence_from"]) == (DAY - 2, DAY - 2, DAY - 40)


def test_a_pinned_day_before_the_calendar_is_refused():
    with pytest.raises(UsageError, match="1900-03-01"):
        read(book(DRAWN), TODAY, date(1900, 1, 1))


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "discount"),
    [
        ("1e200", "1e200", "", ""),
        ("1e200", "-1e200", "", ""),
        ("", "", "1e308", ""),
        ("", "", "-1e308", "1e308"),
        ("", "", "1e308", "-1e308"),
    ],
)
def test_amounts_beyond_all_numbers_stop_nothing(quantity, price, amount, discount):
    line = f"C1 | today-1d | Oak | {quantity} | {price} | {amount} | {discount}"
    host = book(f"""
        Customers
        customer_id | last_name
        C1          | Marsh
        C2          | Silva

        Purchases
        customer | purchased_at | item | quantity | unit_price | amount | discount
        {line}
        {line}
        C2       | today-1d     | Oak  |          |            | 500    |
    """)
    calm(host)
    assert customers(host)["C2"]["spend_12m"] == 500


def test_the_list_of_follow_ups_is_never_taken_for_the_customers():
    host = book(DRAWN)
    refresh(host)
    del host.tables["Customers"], host.sheets["Customers"]
    assert "W101" in {one.code for one in host.read().findings}
    assert "Customers" not in host.read().layout
    calm(host)


def test_a_list_without_its_id_column_does_not_grow():
    host = book(DRAWN)
    refresh(host)
    lines = len(worklist(host))
    without_header(host, "FollowUps", "followup_id")
    host.put("FollowUps", 0, "result", "Called, nobody there")
    refresh(host)
    assert not refresh(host)[1]
    kept = [line["result"] for line in rows(host, "FollowUps")]
    assert kept.count("Called, nobody there") == 1
    assert len(kept) == lines + 1


def test_numbers_of_a_table_go_on_when_its_counter_is_text():
    host = book("Customers\ncustomer_id | last_name\n | Marsh", next_id_customers='"7"')
    refresh(host)
    assert list(customers(host)) == ["C20261118007"]
    assert by(host, "Settings", "key")["next_id_customers"]["value"] == "8"


def test_a_version_written_as_text_is_a_version():
    assert book(DRAWN, schema='"99"').read().identity.schema == 99


def test_two_words_for_one_figure_may_be_parted_by_whatever_staff_use():
    """What is no finding counts."""
    for fields in ("email or phone; owner", "Email OR Phone, Owner", "email / phone; owner", "E-mail or Phone\nOwner"):
        host = book(DRAWN, key_fields=fields)
        assert "K113" not in calm(host)
        assert [one["completeness"] for one in customers(host).values()] == [100, 0], fields


def test_a_list_pulled_down_to_the_end_of_the_sheet_is_written_where_something_stands():
    host = book(DRAWN)
    refresh(host)
    found = host.tables["FollowUps"]
    host.put("FollowUps", 40, "why", "left over")
    host.tables["FollowUps"] = replace(found, ref=replace(found.ref, last_row=1_048_576), last_row=1_048_576)
    snapshot = host.read()
    refreshed = plan_refresh(snapshot)
    listing = Plan(listings=tuple(one for one in refreshed.plan.listings if one.table == "FollowUps"))
    writes = lower(listing, Lowering(refreshed.snapshot, host.book(), host.sheet))
    assert not writes.tables
    assert max(len(write.rows) for write in writes.cells) < 50, "not a million blank rows"
    host.apply(writes)
    assert host.cell("FollowUps", 40, "why") is None
    calm(host)
