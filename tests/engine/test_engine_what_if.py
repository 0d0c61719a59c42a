"""What would move is what a refresh after the real change moves."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refreshing import book, customers, refresh
from test_engine_explain import shop

from tracker.engine.what_if import what_if
from tracker.schema.tags import DIMENSIONS

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "vip_spend": st.sampled_from([0.0, 50_000.0, 59_999.0, 120_000.0]),
        "high_value_percent": st.sampled_from([0.0, 50.0, 100.0]),
        "medium_spend": st.sampled_from([0.0, 900.0, 10_001.0]),
        "dormant_months": st.sampled_from([1.0, 5.0]),
        "churn_months": st.sampled_from([1.0, 12.0]),
        "new_months": st.sampled_from([1.0, 12.0]),
        "frequent_contacts": st.sampled_from([1.0, 2.0]),
        "spend_window": st.sampled_from(["rolling", "calendar"]),
        "purchase_is_touch": st.sampled_from(["yes", "no"]),
    },
)
LINES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 420), st.sampled_from([900, 10_000, 60_000])), max_size=6)
TALKS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200), st.just("phone")), max_size=5)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, TALKS, CHANGES)
def test_what_if_says_what_a_refresh_after_the_change_gives(lines, talks, changes):
    drawing = shop(lines, talks)
    before, after = book(drawing), book(drawing, **changes)
    refresh(before)
    refresh(after)
    was, will = customers(before), customers(after)
    moved = {
        (key, dimension, was[key][f"tag_{dimension}"] or "", will[key][f"tag_{dimension}"] or "")
        for key in was
        for dimension in DIMENSIONS
        if was[key][f"tag_{dimension}"] != will[key][f"tag_{dimension}"]
    }
    found = what_if(book(drawing).read(), changes, {}).movements
    assert {
        (who.customer_id, one.dimension, one.from_tag, one.to_tag) for one in found for who in one.customers
    } == moved
