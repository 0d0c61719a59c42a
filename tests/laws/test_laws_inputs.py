"""Words typed into the boxes of Follow-ups are never lost: applied to a contact, or kept in *not applied*."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from world import World, world

from tracker.commands.refresh import refresh
from tracker.facts.calendar import to_serial

TODAY = date(2026, 11, 18)
DRAWING = """
Customers
customer_id | last_name | email       | phone        | owner | core_need | next_followup
C1          | Marsh     | a@b.example | +12125550001 | Tom   | Coffee    | today-3d
C2          | Silva     | s@b.example | +12125550002 | Tom   | Tea       | today
C3          | Ito       | i@b.example | +12125550003 | Tom   | Cups      | today+2d
C4          | Novak     | n@b.example | +12125550004 |       |           |

Interactions
interaction_id | customer | started_at | channel | direction | purpose   | summary       | action    | action_due
I1             | C1       | today-40d  | phone   | outbound  | check_in  | All well      | Call back | today-1d
I2             | C2       | today-6d   | email   | inbound   | enquiry   | Wants a price |           |
I3             | C3       | today-9d   | phone   | inbound   | complaint | Scratched     |           |
"""
DAYS = st.sampled_from([None, -400.0, -3.0, 0.0, 1.0, 9.0, 4_000.0, "yesterday", "18.11.2026", True])
CHANNELS = st.sampled_from([None, "Phone", "E-mail", "Visit", "Pigeon", ""])
LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
WORDS = st.one_of(st.none(), st.text(LETTERS, max_size=12).map(lambda text: f"w{text}w"))
SNOOZES = st.one_of(st.none(), DAYS)
LINE = st.fixed_dictionaries(
    {"done_on": DAYS, "result": WORDS, "next_date": DAYS, "channel_used": CHANNELS, "snooze": SNOOZES}
)


@cache
def _refreshed() -> World:
    """The company after its first refresh, to be copied."""
    host = world(DRAWING, TODAY)
    refresh(host, TODAY)
    return host


def lines(host: World) -> int:
    """How many lines the list has."""
    return len(host.read().frames["FollowUps"])


def everything(host: World) -> str:
    """All text of Interactions, Customers, Follow-ups and the decisions."""
    snapshot = host.read()
    return "\n".join(
        text
        for table in ("Interactions", "Customers", "FollowUps", "Decisions")
        for column, values in snapshot.frames[table].columns.items()
        if values.dtype.kind != "f"
        for text in snapshot.text(table, column)
    )


@given(st.lists(LINE, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_word_is_lost(typed):
    host = deepcopy(_refreshed())
    count = lines(host)
    assert count >= 4
    for row, line in enumerate(typed[:count]):
        for key, value in line.items():
            number = isinstance(value, float)
            host.put("FollowUps", row, key, to_serial(TODAY) + value if number else value)
    refresh(host, TODAY)
    text = everything(host)
    lost = [line["result"] for line in typed[:count] if line["result"] and line["result"] not in text]
    assert not lost
    before = everything(host)
    refresh(host, TODAY)
    assert everything(host) == before, "a second refresh applied something again"


@given(st.permutations(range(4)))
@settings(max_examples=10, deadline=None)
def test_sorting_the_list_moves_the_words_with_their_line(order):
    """What was done stands with its customer however the list was sorted."""
    host = deepcopy(_refreshed())
    snapshot = host.read()
    wanted = {}
    keys = [key for key in snapshot.schema["FollowUps"].keys if key in snapshot.layout["FollowUps"].columns]
    rows = [{key: host.cell("FollowUps", row, key) for key in keys} for row in range(4)]
    for to, source in enumerate(order):
        for key, value in rows[source].items():
            host.put("FollowUps", to, key, value)
        word = f"spoke {source}"
        host.put("FollowUps", to, "done_on", to_serial(TODAY))
        host.put("FollowUps", to, "result", word)
        host.put("FollowUps", to, "channel_used", "Phone")
        wanted[word] = rows[source]["customer_id"]
    refresh(host, TODAY)
    after = host.read()
    noted = dict(zip(after.text("Interactions", "summary"), after.text("Interactions", "customer_id"), strict=True))
    kept = everything(host)
    for word, customer_id in wanted.items():
        assert noted.get(word, customer_id) == customer_id
        assert word in kept
