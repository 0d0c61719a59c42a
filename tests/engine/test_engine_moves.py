"""Who moved from which tag to which, over several days of refreshing."""

from datetime import date

from refreshing import TAGGED, book, derive, identify, ready, refresh, rows, tag_customers

from tracker.engine.moves import Move, moves
from tracker.facts.calendar import to_serial

DRAWN = """
    Customers
    customer_id | last_name | need_priority | core_need
    C1          | Marsh     |               | Oak
    C2          | Silva     |               |

    Purchases
    customer | purchased_at | item | amount
    C1       | 2026-11-01   | Oak  | 60000
    C2       | 2026-11-01   | Oak  | 5
"""


def refresh_on(host, day):
    host.today = date(2026, 11, day)
    refreshed, writes = refresh(host)
    return refreshed, writes


def history(host):
    return [
        (r["customer_id"], r["dimension"], r["from_tag"], r["to_tag"], r["changed_on"])
        for r in rows(host, "TagHistory")
    ]


def serial(day):
    return to_serial(date(2026, 11, day))


def test_the_first_tags_are_no_movement():
    host = book(DRAWN)
    refresh_on(host, 18)
    assert history(host) == []


def test_a_move_is_noted_once_on_its_day_and_stays():
    host = book(DRAWN, high_value_percent=0)
    refresh_on(host, 18)
    host.put("Customers", 1, "need_priority", "High")
    refresh_on(host, 19)
    noted = [("C2", "need", None, "urgent", serial(19))]
    assert history(host) == noted
    _, again = refresh_on(host, 19)
    assert not again
    host.put("Customers", 1, "need_priority", None)
    refresh_on(host, 20)
    assert history(host) == [*noted, ("C2", "need", "urgent", None, serial(20))]


def test_since_means_since_the_last_refresh_of_an_earlier_day():
    host = book(DRAWN, high_value_percent=0)
    refresh_on(host, 10)
    host.put("Customers", 0, "need_priority", "High")
    refresh_on(host, 12)
    host.put("Purchases", 0, "amount", 120_000)
    _refreshed, _ = refresh_on(host, 18)
    assert moved(host) == [Move("C1", "value", "high", "vip", 120_000)]
    host.put("Purchases", 0, "amount", 60_000)  # back again on the same day: both are noted, nobody moved
    refresh_on(host, 18)
    assert [row[1:4] for row in history(host)] == [
        ("need", "routine", "urgent"),
        ("value", "high", "vip"),
        ("value", "vip", "high"),
    ]
    assert moved(host) == []


def test_a_day_pinned_before_the_last_refresh_looks_back_from_itself():
    """A baseline after the day would make everything old news."""
    host = book(DRAWN, high_value_percent=0)
    refresh_on(host, 10)
    refresh_on(host, 18)
    refresh(host, pin=date(2026, 11, 12))
    assert host.read().state["baseline_day"] == serial(10)
    refresh(host, pin=date(2026, 11, 5))
    assert host.read().state["baseline_day"] is None
    assert not refresh(host, pin=date(2026, 11, 5))[1]
    refresh_on(host, 19)
    assert host.read().state["baseline_day"] == serial(5)


def moved(host):
    """The movement as a second refresh of the day sees it."""
    snapshot = identify(host.read()).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), TAGGED))
    return list(moves(snapshot, tag_customers(snapshot))[1])


def test_the_most_money_comes_first():
    host = book(DRAWN, high_value_percent=0)
    refresh_on(host, 10)
    for row in (0, 1):
        host.put("Customers", row, "need_priority", "High")
    refresh_on(host, 18)
    assert [(one.customer_id, one.spend) for one in moved(host)] == [("C1", 60_000), ("C2", 5)]


def test_a_customer_typed_later_did_not_move():
    host = book(DRAWN)
    refresh_on(host, 10)
    host.put("Customers", 2, "last_name", "Okafor")
    refresh_on(host, 18)
    assert history(host) == []
    assert len(rows(host, "Customers")) == 3


def test_what_stands_in_the_history_is_never_rewritten():
    drawn = (
        DRAWN
        + "\n    TagHistory\n    customer_id | dimension | from_tag | to_tag | changed_on\n    X | odd | a | b | soon\n"
    )
    host = book(drawn, high_value_percent=0)
    refresh_on(host, 10)
    host.put("Customers", 0, "need_priority", "High")
    refresh_on(host, 18)
    assert host.cell("TagHistory", 0, "changed_on") == "soon"
    assert [row[0] for row in history(host)] == ["X", "C1"]
