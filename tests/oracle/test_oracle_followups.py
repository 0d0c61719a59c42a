"""The follow-up columns on three days against LibreOffice: an ordinary one, the end of a January, a leap day.

The rows lie around the day they are judged on: on it, just before, just after, where a month is too short.
"""

from __future__ import annotations

from datetime import date

import pytest
from books import column_of, drawn, header, new_book, refreshed, table_of
from recalculated import compare
from world import world

from tracker.ooxml import Workbook
from tracker.schema.base import BASE

pytestmark = pytest.mark.soffice

DAYS = {"a Wednesday": date(2026, 11, 18), "31 January, a Sunday": date(2027, 1, 31), "a leap day": date(2028, 2, 29)}
DRAWING = """
    Customers
    customer_id | last_name | next_followup | created_on | status | paused_until | opt_out   | need_priority
    C01         | Late      | today-1d      | today-9d   |        |              |           |
    C02         | Today     | today         | today-9d   |        |              |           |
    C03         | Tomorrow  | today+1d      | today-9d   |        |              |           |
    C04         | Edge      | today+7d      | today-9d   |        |              |           |
    C05         | Beyond    | today+8d      | today-9d   |        |              |           |
    C06         | Spent     | today-9d      | today-40d  |        |              |           |
    C07         | Never     |               | today-1m   |        |              |           |
    C08         | Old       |               | today-12m  |        |              |           | high
    C09         | Twice     |               | today-40d  |        |              |           |
    C10         | Planned   |               | today-90d  |        |              |           |
    C11         | Ahead     | today+2d      | today-90d  |        |              |           |
    C12         | Paused    |               | today-90d  | paused | today+3d     |           |
    C13         | Closed    |               | today-90d  | closed |              |           |
    C14         | Optout    | today+1d      | today-90d  |        |              | all       |
    C15         | Acts      | today+9d      | today-90d  |        |              |           |
    C16         | Bought    |               | today-90d  |        |              |           |
    C17         | Month     | today-1m      | today-3m   |        |              |           |
    C18         | Put       |               | today-90d  |        | today+6d     | marketing |

    Interactions
    interaction_id | customer | started_at | channel    | direction | response | action | action_due | action_done_on
    I01            | C06      | today-9d   | phone      |           |          |        |            |
    I02            | C09      | today-2d   | phone      |           |          |        |            |
    I03            | C09      | today-2d   | email      |           |          |        |            |
    I04            | C10      | today+9d   | visit      |           |          |        |            |
    I05            | C10      | today-80d  | phone      |           |          |        |            |
    I06            | C11      | today      | newsletter |           |          |        |            |
    I07            | C15      | today-5d   | phone      |           |          | Quote  | today-1d   |
    I08            | C15      | today-5d   | phone      |           |          | Sample | today+7d   |
    I09            | C15      | today-5d   | phone      |           |          | Done   | today-3d   | today
    I10            | C08      | today-30d  | email      | inbound   |          |        |            |
    I11            | C08      | today-31d  | email      | inbound   | Yes      |        | today      |
    I12            | C17      | today-1m   | phone      |           |          |        | today+8d   |

    Purchases
    customer | purchased_at | item | amount
    C16      | today-1m     | Oak  | 120000
    C17      | today-3m     | Oak  | 10
"""
LOOKED_AT = {
    "Customers": ("followup_due", "followup_state", "days_overdue", "last_contact", "next_contact", "next_action"),
    "Interactions": ("counts", "followup_state", "days_overdue"),
}


@pytest.fixture(scope="module")
def books(libreoffice, tmp_path_factory):
    """For each day the workbook refreshed and pinned on it, and what LibreOffice makes of it."""
    folder, files = tmp_path_factory.mktemp("followups"), {}
    for number, (name, day) in enumerate(DAYS.items()):
        data = drawn(world(DRAWING, day), new_book(day, holidays="US", cadence_from=40_000.0))
        files[name] = folder / f"day{number}.xlsx"
        files[name].write_bytes(refreshed(data, day, pin=day)[0])
    return dict(zip(files, zip(files.values(), libreoffice.convert([*files.values()]), strict=True), strict=True))


@pytest.mark.parametrize("name", DAYS)
def test_every_formula_agrees_on_this_day(books, name):
    found = compare(*books[name])
    print(f"{name}: {found}")
    assert not found.differences, str(found)
    assert found.cells > 18 * 12 + 12 * 5


def shown(path, table, key):
    """A column of a table as its cells say it."""
    found = table_of(path.read_bytes(), table)
    cells = Workbook(path.read_bytes()).read(found.sheet).columns[column_of(found, header(table, key))]
    return cells.take(slice(found.ref.first_row, found.ref.last_row)).values()


@pytest.mark.parametrize("name", DAYS)
def test_the_columns_that_were_compared_are_formulas_that_say_something(books, name):
    ours, theirs = books[name]
    for table, keys in LOOKED_AT.items():
        for key in keys:
            assert BASE[table][key].derive is not None
            assert len(set(shown(theirs, table, key))) > 1, key
            assert shown(ours, table, key) == shown(theirs, table, key), key
    states = {"Overdue", "Upcoming", ""} | (
        {"Today"} if DAYS[name].weekday() < 5 else set()
    )  # nothing is due on a Sunday
    assert states == set(shown(theirs, "Customers", "followup_state"))


def test_the_days_differ_in_what_is_due(books):
    found = {name: tuple(shown(theirs, "Customers", "days_overdue")) for name, (_, theirs) in books.items()}
    assert len(set(found.values())) == len(DAYS)
