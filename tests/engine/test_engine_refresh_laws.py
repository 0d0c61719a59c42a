"""What holds for every workbook: refreshing twice writes nothing, row order does not matter, staff cells are theirs."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refreshing import RULES_DRAWN, book, by, customers, refresh, worklist, written_staff_cells
from world import TODAY, world

from tracker.engine.state import tool_hash

ALLOWED = {
    ("Customers", "customer_id"),
    ("Customers", "created_on"),
    ("Interactions", "interaction_id"),
    ("Purchases", "purchase_id"),
}
COUNTERS = ("next_id_customers", "next_id_interactions", "next_id_purchases")

NAMES = ("Marsh", "Silva", "Okafor", "Ito")
days = st.one_of(st.just(""), st.integers(-800, 40).map(lambda n: (TODAY + timedelta(n)).isoformat()), st.just("soon"))
customer = st.tuples(
    days,  # next_followup
    st.sampled_from(["", "active", "closed", "paused", "Merged", "odd"]),
    days,  # paused_until
    st.sampled_from(["", "all", "marketing"]),
    st.sampled_from(["", "High", "low"]),
    st.sampled_from(["", "vip", "At risk; nonsense"]),
    st.sampled_from(["", "Gold", "7"]),
)
interaction = st.tuples(
    st.sampled_from([*NAMES, "Nobody", ""]),
    days,
    st.sampled_from(["phone", "email", "newsletter", "", "odd"]),
    st.sampled_from(["", "inbound"]),
    st.sampled_from(["", "complaint", "enquiry"]),
    st.sampled_from(["", "yes"]),
    st.sampled_from(["", "talked"]),
    days,  # action_due
    st.sampled_from(["", "2026-11-01"]),  # resolved_on
)
purchase = st.tuples(
    st.sampled_from([*NAMES, ""]),
    days,
    st.sampled_from(["10", "99999.5", "-3", "", "text"]),
    st.sampled_from(["", "A", "B"]),
    st.sampled_from(["", "P1", "P2"]),
)
books = st.tuples(st.lists(customer, max_size=4), st.lists(interaction, max_size=6), st.lists(purchase, max_size=5))


def draw(drawn, order=0):
    """The book of some rows; with an order, its interactions and purchases stand the other way round."""
    people, talks, sales = drawn
    numbered = [f"I{i} | " + " | ".join(row) for i, row in enumerate(talks, 1)]
    sold = [f"P{i} | " + " | ".join(row) for i, row in enumerate(sales, 1)]
    if order:
        numbered, sold = numbered[::-1], sold[::-1]
    rows = [f"C{i} | {NAMES[i]} | " + " | ".join(row) for i, row in enumerate(people)]
    parts = {
        "Customers\ncustomer_id | last_name | next_followup | status | paused_until | opt_out | need_priority"
        " | tag_override | Club": rows,
        "Interactions\ninteraction_id | customer | started_at | channel | direction | purpose | urgent | summary"
        " | action_due | resolved_on": numbered,
        "Purchases\npurchase_id | customer | purchased_at | amount | order_id | return_of": sold,
    }
    return book("\n\n".join("\n".join([head, *body]) for head, body in parts.items()))


@settings(max_examples=30, deadline=None)
@given(books)
def test_refreshing_twice_writes_nothing_the_second_time(drawn):
    host = draw(drawn)
    refresh(host)
    assert not refresh(host)[1]


@settings(max_examples=20, deadline=None)
@given(books)
def test_row_order_does_not_matter(drawn):
    one, other = draw(drawn), draw(drawn, order=1)
    refresh(one)
    refresh(other)
    assert customers(one) == customers(other)
    assert worklist(one) == worklist(other)


@settings(max_examples=30, deadline=None)
@given(books)
def test_staff_cells_are_written_only_where_they_may_be(drawn):
    host = draw(drawn)
    _, writes = refresh(host)
    for table, key, _ in written_staff_cells(writes, host):
        assert (table, key) in ALLOWED or (table, key) == ("Settings", "value")


@settings(max_examples=30, deadline=None)
@given(books, st.integers(0, 3), st.sampled_from(["2026-11-18", "soon", ""]), st.text(max_size=9), st.booleans())
def test_words_typed_into_the_list_are_never_lost(drawn, line, day, word, later):
    host = draw(drawn)
    refresh(host)
    lines = worklist(host)
    word = f"typed {word.encode('ascii', 'ignore').decode()}".strip()
    if not lines:
        return
    row = line % len(lines)
    host.put("FollowUps", row, "result", word)
    if day:
        host.put("FollowUps", row, "done_on", day if day == "soon" else 46_344.0)
    if later:
        host.today = TODAY + timedelta(1)
    refresh(host)
    kept = [one["result"] for one in worklist(host)]
    taken = [one[key] for one in by(host, "Interactions", "interaction_id").values() for key in ("summary", "response")]
    assert (kept + taken).count(word) == 1
    assert not refresh(host)[1]


def test_a_pinned_day_is_cleared_by_the_next_refresh_without_it():
    host = world("Customers\ncustomer_id | last_name\nC1 | Marsh" + RULES_DRAWN)
    refresh(host, pin=date(2026, 1, 5))
    assert host.read().state["pinned_day"] == host.read().state["figures_day"]
    refresh(host)
    assert host.read().state["pinned_day"] is None
    assert not refresh(host)[1]


def test_every_interaction_and_purchase_carries_its_customers_id():
    host = book("""
        Customers
        customer_id | last_name
        C1          | Marsh

        Interactions
        customer | started_at | channel
        marsh    | today      | phone

        Purchases
        customer | purchased_at | item | amount
        C1       | today        | Oak  | 5
    """)
    refresh(host)
    assert [host.cell(table, 0, "customer_id") for table in ("Interactions", "Purchases")] == ["C1", "C1"]


HASHED = """
    Customers
    customer_id | last_name | need_priority
    C1          | Marsh     | High
    C2          | Silva     |
"""


def test_what_the_tool_wrote_is_known_again_until_somebody_types_over_it():
    host = book(HASHED)
    refresh(host)
    assert tool_hash(host.read()) == host.read().state["tool_hash"]
    host.put("Customers", 2, "last_name", "Okafor")  # a new row is not typed over
    assert tool_hash(host.read()) == host.read().state["tool_hash"]
    for key, typed in (("tag_value", "VIP"), ("cadence_days", 3.0), ("completeness", 55.0)):
        before = host.cell("Customers", 1, key)
        host.put("Customers", 1, key, typed)
        assert tool_hash(host.read()) != host.read().state["tool_hash"], key
        host.put("Customers", 1, key, before)
        assert tool_hash(host.read()) == host.read().state["tool_hash"], key


def test_sorting_the_rows_is_not_typing_over():
    one, other = book(HASHED), book(HASHED.replace("C1          | Marsh     | High\n", "") + "    C1 | Marsh | High\n")
    refresh(one)
    refresh(other)
    assert one.read().state["tool_hash"] == other.read().state["tool_hash"]


def test_what_was_typed_over_a_formula_counts_for_nothing():
    """The formula comes back, so its column means what it computes already in the run that brings it back."""
    host = book("""
        Customers
        customer_id | last_name
        C1          | Marsh

        Interactions
        interaction_id | customer | started_at | channel | minutes
        I1             | C1       | today+2d   | visit   | about 30
    """)
    refresh(host)
    assert host.cell("Interactions", 0, "counts") == 2
    assert not refresh(host)[1]


@pytest.mark.parametrize(("formulas", "live"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_row_typed_since_does_not_bring_the_big_formulas_back(formulas, live, monkeypatch):
    """Between the two sizes a book stays as it is; a new row has its formulas from the table in either case."""
    monkeypatch.setattr("tracker.engine.derive.FEW_PAIRS", 1)
    cells = ["=f -> 46300" if row < formulas else "46300" for row in range(3)]
    people = "\n".join(f"C{row} | N{row} | {cell}" for row, cell in enumerate(cells))
    host = book(f"""
        Customers
        customer_id | last_name | last_contact
        {people}

        Interactions
        customer | started_at | channel
        C1       | today      | phone
    """)
    refresh(host)
    table = host.tables["Customers"]
    column = host.read().layout["Customers"].columns["last_contact"]
    body = host.sheet(table.sheet).column(column, table.first_row, table.last_row)
    assert body.has_formula().tolist() == [live] * 3
