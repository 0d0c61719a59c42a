"""Of a day that may be two, what its row does not allow is not said to be possible."""

from __future__ import annotations

from datetime import date

import pytest
from books import TODAY, new_book, type_rows

from tracker.commands.examine import findings_of
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost

BOTH = "2026-05-10 / 2026-10-05"
NONE_FITS = "2026-11-12 / 2026-12-11"


@pytest.mark.parametrize(
    ("day", "started", "key", "said"),
    [
        ("10/05/2026", date(2026, 5, 14), "action_done_on", "2026-10-05"),  # the other is before the contact
        ("10/05/2026", date(2026, 5, 10), "action_done_on", BOTH),
        ("10/05/2026", date(2026, 10, 6), "action_done_on", BOTH),  # none is possible, so that a person looks at both
        ("11/12/2026", date(2026, 5, 10), "action_done_on", "2026-11-12"),  # the other is still to come
        ("12/11/2026", date(2026, 11, 15), "action_done_on", NONE_FITS),
        ("10/05/2026", date(2026, 12, 1), "action_done_on", BOTH),  # a plan may be worked on before its day
        ("10/05/2026", date(2026, 5, 14), "action_due", BOTH),  # nothing says when it must be
        ("10/05/2026", None, "resolved_on", BOTH),
        ("10/05/2026 8:15", date(2026, 5, 14), "action_done_on", "2026-10-05 08:15"),
        ("10/5/26", date(2026, 5, 14), "action_done_on", "2026-10-05"),
    ],
)
def test_what_is_before_another_day_or_still_to_come_is_not_possible(
    day: str, started: date | None, key: str, said: str
) -> None:
    row = {"interaction_id": "M1", "customer": "C1", "started_at": to_serial(started) if started else None, key: day}
    data = type_rows(new_book(), "Customers", [{"customer_id": "C1", "last_name": "Ito", "email": "i@b.example"}])
    found = findings_of(MemoryHost(type_rows(data, "Interactions", [row])), TODAY)
    assert [one.suggestion for one in found if one.code == "V119"] == [said]


def test_the_first_of_two_days_is_looked_at_too() -> None:
    row = {
        "interaction_id": "M1",
        "customer": "C1",
        "started_at": "10/05/2026",
        "ended_at": to_serial(date(2026, 6, 1)),
    }
    data = type_rows(new_book(), "Customers", [{"customer_id": "C1", "last_name": "Ito", "email": "i@b.example"}])
    found = findings_of(MemoryHost(type_rows(data, "Interactions", [row])), TODAY)
    assert [one.suggestion for one in found if one.code == "V119"] == ["2026-05-10"]
