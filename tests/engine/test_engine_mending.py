"""What is typed into a cell, as its column takes it: what may mean two things, or nothing, is not taken."""

import pytest
from world import world

from tracker.engine.mending import typed
from tracker.facts.calendar import from_serial

DRAWING = """
Customers
customer_id | last_name | next_followup | status
C1          | Marsh     |               |

Interactions
interaction_id | customer | started_at
I1             | C1       | today
"""


@pytest.mark.parametrize(
    ("table", "key", "given", "taken"),
    [
        ("Customers", "next_followup", "2026-12-24", "2026-12-24"),
        ("Customers", "next_followup", " 24.12.2026 ", "2026-12-24"),
        ("Customers", "next_followup", "13/12/2026", "2026-12-13"),
        ("Customers", "next_followup", "03/04/2026", None),  # March or April
        ("Customers", "next_followup", "12/12/2026", "2026-12-12"),
        ("Customers", "next_followup", "3-Apr-26", "2026-04-03"),
        ("Customers", "next_followup", "2026年5月3日", "2026-05-03"),
        ("Customers", "next_followup", "3/4/26", None),
        ("Customers", "next_followup", "soon", None),
        ("Customers", "next_followup", "", None),
        ("Customers", "next_followup", "2026-02-30", None),
        ("Customers", "next_followup", True, None),
        ("Customers", "status", "Paused", "paused"),
    ],
)
def test_a_text_is_taken_for_what_it_alone_can_mean(table, key, given, taken):
    snapshot = world(DRAWING).read()
    row = int(snapshot.frames[table].rows[0])
    found = typed(snapshot, (table, key, row), given)
    day = isinstance(found, float)
    assert (str(from_serial(found)) if day else found) == taken
    assert day == (key == "next_followup" and taken is not None)
