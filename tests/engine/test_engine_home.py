"""Home: five lines, the first of the list, work ahead, tiles, and what is said in red."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_engine_summaries import filled, snapshot_of
from world import TODAY as DRAWN_ON
from world import world

from tracker.engine.derive import derive, ready
from tracker.engine.home import home
from tracker.engine.home_leaving import Going, leaving
from tracker.engine.identify import identify
from tracker.engine.summaries_ledger import Ledger
from tracker.engine.tags import Move, tag_customers
from tracker.facts.calendar import to_serial
from tracker.model.finding import Place
from tracker.model.plan import Listing
from tracker.schema.blocks import BLOCK_SPECS, HOME_BLOCKS, LIST_BLOCKS, TILE_BLOCKS
from tracker.schema.findings import finding
from tracker.schema.tags import RULES

TODAY = 46344  # 2026-11-18, a Wednesday
NOTHING = Listing("FollowUps", {}, {})
RULE_ROWS = "\n".join(f"{rule.dimension} | {rule.tag} | {rule.condition}" for rule in RULES)
RULES_DRAWN = f"\n\nRules\ndimension | tag | condition\n{RULE_ROWS}"


def work(*rows):
    """A worklist of rows (state, days late, customer, why, owner)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    due = tuple(None if late is None else float(TODAY - late) for late in columns[1])
    keys = dict(zip(("state", "days_late", "customer", "why", "owner"), columns, strict=True))
    return Listing("FollowUps", {**keys, "due": due}, {})


def home_of(drawing="", listing=NOTHING, moved=(), findings=(), changed_at="", snapshot=None, **given):
    made = snapshot or snapshot_of(drawing, **given)
    return filled(home(Ledger(made), listing, moved, going_of(made), findings, changed_at))


def going_of(snapshot):
    return leaving(snapshot, tag_customers(snapshot), 2)


def sentence(found, line):
    count, text = found["home_changes"][line]
    return f"{count:g} {text}"


WORK = work(
    ("Overdue", 19, "Olena Marchenko", "Open complaint", "Amira"),
    ("Overdue", 9, "Liam Byrne", "Message unanswered", "Tom"),
    ("Today", 0, "Frank Moore", "At risk", "Tom"),
    ("Today", 0, "Mateo Ruiz", "Planned visit passed", "Jonas"),
    ("Upcoming", -1, "Nina Rossi", "Agreed", "Tom"),
    ("Upcoming", -5, "Yuki Mori", "Agreed", "Tom"),
    ("To complete", None, "Emily Carter", "No phone", "Tom"),
)


def test_due_today_and_overdue_with_the_oldest_named():
    found = home_of(listing=WORK)
    assert sentence(found, 0) == "2 follow-ups are due today"
    assert sentence(found, 1) == "2 overdue, the oldest by 19 days: Olena Marchenko, Open complaint"


def test_tiles_say_the_same_as_the_lines():
    found = home_of(listing=WORK)
    assert found["tile_home_overdue"] == [[2], ["oldest 19 days late"]]
    assert found["tile_home_due_today"] == [[2], ["for 2 owners"]]
    assert found["tile_home_upcoming"] == [[2], ["until Wed 25 Nov"]]
    assert found["followups_counts"] == [["2 overdue", "2 due today", "2 coming up", None, "1 to complete"]]


def test_the_first_of_the_list_are_its_first_rows():
    found = home_of(listing=WORK)
    assert found["home_first"][0] == ["Overdue", "Olena Marchenko", "Open complaint", 19, "Amira"]
    assert found["home_first"][-1] == ["To complete", "Emily Carter", "No phone", None, "Tom"]
    many = work(*[("Today", 0, f"Name {i}", "Agreed", "Tom") for i in range(30)])
    assert len(home_of(listing=many)["home_first"]) == BLOCK_SPECS["home_first"].rows


def test_work_ahead_goes_by_working_days():
    """Monday's work includes what falls due on the weekend before it; beyond the horizon the customers' days count."""
    customers = "Customers\ncustomer_id | last_name | next_followup\nC1 | Marsh | 2027-01-08\nC2 | Silva | 2026-11-20"
    listing = work(
        ("Overdue", 3, "A", "", ""),
        ("Today", 0, "B", "", ""),
        ("Upcoming", -1, "C", "", ""),
        ("Upcoming", -4, "D", "", ""),
    )
    assert home_of(customers, listing)["home_ahead"] == [
        ["Late", 1],
        ["Today", 1],
        ["Thu 19 Nov", 1],
        ["Fri 20 Nov", 0],
        ["Mon 23 Nov", 1],
        ["Tue 24 Nov", 0],
        ["Wed 25 Nov", 0],
        ["Later", 1],
    ]


COMPLAINTS = """
Customers
customer_id | last_name
C1 | Lindqvist
C2 | Haddad

Interactions
customer | started_at | channel | purpose | summary
C1 | 2026-11-18 | phone | complaint | Two scratched sheets
C2 | 2026-11-17 | phone | complaint | Late again
C2 | 2026-11-16 | phone | complaint | Too dear
C1 | 2026-11-18 | phone | delivery  | Arrived
C1 | 2026-11-19 | phone | complaint | Not yet
"""


def test_new_complaints_are_those_since_the_baseline():
    snapshot = snapshot_of(COMPLAINTS)
    since = {"last_day": float(TODAY), "baseline_day": float(TODAY - 2)}
    found = home_of(snapshot=_with(snapshot, state=since))
    assert sentence(found, 2) == ("2 new complaints: Lindqvist, Two scratched sheets; Haddad, Late again")
    found = home_of(snapshot=_with(snapshot, state={"last_day": float(TODAY - 1)}))
    assert sentence(found, 2) == "1 new complaint: Lindqvist, Two scratched sheets"


def test_the_title_says_since_when():
    """Since the last refresh of an earlier day; since a week ago when there was none; nothing in an empty workbook."""
    snapshot = snapshot_of(COMPLAINTS)
    since = {"last_day": float(TODAY), "baseline_day": float(TODAY - 2)}
    assert home_of(snapshot=_with(snapshot, state=since))["home_since"] == [
        ["What changed since Monday, 16 November 2026"]
    ]
    assert home_of(snapshot=snapshot)["home_since"] == [["What changed since Wednesday, 11 November 2026"]]
    assert home_of()["home_since"] == [["What changed"]]


def test_a_line_names_only_what_can_be_seen():
    long = COMPLAINTS.replace("Too dear", "x").replace("Two scratched sheets", "Two scratched sheets of walnut " * 9)
    found = home_of(snapshot=_with(snapshot_of(long), state={"last_day": float(TODAY - 2)}))
    assert len(found["home_changes"][2][1]) == 90
    assert found["home_changes"][2][1].endswith("…")
    long = COMPLAINTS.replace("Late again", "Late again, for the third time in as many weeks, and no word from anybody")
    found = home_of(snapshot=_with(snapshot_of(long), state={"last_day": float(TODAY - 2)}))
    assert sentence(found, 2) == "2 new complaints: Lindqvist, Two scratched sheets"


def _with(snapshot, **changed):
    return replace(snapshot, **changed)


def test_who_moved_is_named_by_money():
    moved = (
        Move("C2", "value", "low", "medium", 3320.4),
        Move("c1", "value", "high", "vip", 24180),
        Move("C1", "stage", "new", "existing", 24180),
        Move("C3", "value", "low", "", 0),
        Move("C4", "care", "", "complained", -5),
    )
    people = "Customers\ncustomer_id | company\nC1 | Brooks Interiors\nC2 | Nowak Kitchens\nC3 | Gone\nC4 | Sore"
    found = home_of(people, moved=moved)
    assert sentence(found, 3) == (
        "4 moved to another tag: Brooks Interiors to VIP (24,180); Nowak Kitchens to Medium (3,320)"
    )
    assert sentence(home_of(people, moved=moved[3:4]), 3) == (
        "1 moved to another tag: Gone has no Value tag any more (0)"
    )


def tagged(drawing, today="2026-11-18", **given):
    snapshot = identify(world(drawing + RULES_DRAWN, today, given).read()).snapshot
    snapshot = derive(snapshot, ready(snapshot.schema, frozenset(), frozenset({("Customers", "cadence_days")})))
    return snapshot.having("Customers", tag_customers(snapshot).columns)


def sold(*lines):
    """Purchases, and ten small customers so that the top ten percent is somebody else."""
    people = sorted({who for who, _, _ in lines} | {f"S{i}" for i in range(20)})
    rows = "\n".join(f"{who} | {who}" for who in people)
    sales = "\n".join(f"{who} | {day} | Chair | {amount}" for who, day, amount in lines)
    small = "\n".join(f"S{i} | 2026-11-01 | Chair | 90000" for i in range(20))
    return (
        f"Customers\ncustomer_id | company\n{rows}\n\n"
        f"Purchases\ncustomer | purchased_at | item | amount\n{sales}\n{small}"
    )


def test_who_is_about_to_leave_a_tag_and_when():
    """Bought on 27 November 2025: gone from the window on 27 November 2026, nine days from now."""
    found = home_of(snapshot=tagged(sold(("Haddad", "2025-11-27", 2000), ("Haddad", "2026-05-01", 59000))))
    assert sentence(found, 4) == "0 customers about to leave a tag"
    found = home_of(snapshot=tagged(sold(("Haddad", "2025-11-27", 2000), ("Haddad", "2026-05-01", 49000))))
    assert sentence(found, 4) == "1 about to leave a tag: Haddad leaves High in 9 days"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-11-19", "1 about to leave a tag: Haddad leaves High in 1 day"),
        ("2025-12-18", "1 about to leave a tag: Haddad leaves High in 30 days"),
        ("2025-12-19", "0 customers about to leave a tag"),
        ("2025-11-18", "0 customers about to leave a tag"),
    ],
)
def test_the_window_of_30_days_is_closed(day, said):
    found = home_of(snapshot=tagged(sold(("Haddad", day, 20000), ("Haddad", "2026-05-01", 40000))))
    assert sentence(found, 4) == said


def test_a_tag_given_by_hand_is_left_by_hand_only():
    drawing = sold(("Haddad", "2025-11-27", 2000), ("Haddad", "2026-05-01", 49000))
    drawing = drawing.replace("customer_id | company", "customer_id | company | tag_override")
    assert sentence(home_of(snapshot=tagged(drawing.replace("Haddad | Haddad", "Haddad | Haddad | High"))), 4) == (
        "0 customers about to leave a tag"
    )


def test_with_a_calendar_year_everybody_starts_anew_in_january():
    drawing = sold(("Haddad", "2026-05-01", 60000))
    found = home_of(snapshot=tagged(drawing, "2026-12-20", spend_window="calendar"))
    assert sentence(found, 4).startswith("21 about to leave a tag")
    assert "in 12 days" in sentence(found, 4)


def test_a_pinned_day_and_an_odd_setting_are_said_in_red():
    odd = finding("K101", Place("Settings", "Settings", 5, 2), value="-3", setting="churn_months", range="1 – 60")
    found = home_of(findings=(odd,))
    assert found["home_warning"] == [["Settings: churn_months is out of its range (1 – 60); the default is used."]]
    assert home_of()["home_warning"] == []
    pinned = _with(snapshot_of(), pinned=True)
    assert home_of(snapshot=pinned)["home_warning"][0][0].startswith("The day is pinned to Wednesday, 18 November 2026")
    assert home_of(snapshot=pinned)["day_followups"] == [["Pinned: figures of Wednesday, 18 November 2026"]]


def test_findings_are_counted_by_severity():
    place = Place("Customers", "Customers", 2, 1)
    found = home_of(findings=[finding(code, place) for code in ("V101", "V101", "W107", "W106")])
    assert found["problems_counts"] == [["2 errors", "1 warning", "1 note"]]
    assert found["tile_home_problems"] == [[4], ["2 errors; 1 warning; 1 note"]]


def test_customers_and_who_is_new():
    people = "Customers\ncustomer_id | last_name | created_on | status\nC1 | A | 2026-11-01 |\nC2 | B | 2026-10-31 |"
    found = home_of(people + "\nC3 | C | 2026-11-18 | closed\nC4 | D | 2026-11-18 | merged\nC5 | E | 2026-11-19 |")
    assert found["tile_home_customers"] == [[3], ["1 added this month"]]


def test_the_refresh_that_changed_something_is_shown_with_its_time():
    assert home_of()["home_refreshed"][0] == ["Never refreshed"]
    assert home_of(changed_at="18 Nov 2026, 08:52")["home_refreshed"][1] == ["18 Nov 2026, 08:52"]


def test_an_empty_workbook_says_what_to_do():
    found = home_of()
    assert [row[0] for row in found["home_changes"]] == [0] * 5
    assert found["home_first"] == [["Nobody to call yet. Add a customer, then refresh.", None, None, None, None]]
    assert found["home_ahead"] == []
    assert found["tile_home_revenue_12m"] == [["–"], ["no purchases yet"]]
    assert found["tile_home_overdue"] == [[0], ["nothing to do yet"]]


def test_every_block_has_its_full_size():
    blocks = {one.name: one for one in home(Ledger(snapshot_of(COMPLAINTS)), WORK, (), Going(), (), "")}
    wanted = [*HOME_BLOCKS, *LIST_BLOCKS, *(spec for spec in TILE_BLOCKS if spec.sheet == "home")]
    for spec in wanted:
        assert len(blocks[spec.name].cells) == spec.rows
    assert set(blocks) == {*(spec.name for spec in wanted), "day_home", "day_followups", "day_problems"}


def test_today_is_the_day_of_the_drawings():
    assert to_serial(DRAWN_ON) == TODAY
