"""Refreshing workbooks of others: what is none of ours stays as it is, and what is taken for ours comes to rest."""

from __future__ import annotations

from books import refreshed
from specimens import specimens

from tracker.errors import TrackerError


def test_a_second_refresh_of_a_specimen_writes_nothing() -> None:
    seen, refused, restless = 0, 0, []
    for one in specimens():
        seen += 1
        try:
            once, _ = refreshed(one.data)
        except TrackerError as error:
            assert "\n" not in str(error) and str(error), one.name
            refused += 1
            continue
        twice, done = refreshed(once, hour=20)
        if twice != once or done.changed:
            restless.append(one.name)
    print(f"{seen} workbooks, {refused} refused, {len(restless)} written twice")
    assert seen and not restless
