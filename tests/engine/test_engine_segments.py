"""The Segments sheet: its lines, boundaries drawn as tables, who moved and why, who is about to leave."""

from __future__ import annotations

from datetime import date

import pytest
from books import demo_book, refreshed, type_rows
from refreshing import RULES_DRAWN, book, refresh
from segments_count import FIGURES, Book, counted
from test_engine_summaries import filled

from tracker.demo.workbook import workbook
from tracker.engine import segments_lists
from tracker.schema.blocks import BLOCK_SPECS, LIST_ROWS, SEGMENT_BLOCKS, SEGMENT_ROWS, SEGMENT_TITLES
from tracker.words import load

DEFAULT = [
    ("Stage", "At risk"),
    ("Stage", "Prospect"),
    ("Stage", "New"),
    ("Stage", "Existing"),
    ("Value", "VIP"),
    ("Value", "High"),
    ("Value", "Potential"),
    ("Value", "Medium"),
    ("Value", "Low"),
    ("Behaviour", "Never contacted"),
    ("Behaviour", "Dormant"),
    ("Behaviour", "Frequent"),
    ("Behaviour", "Active"),
    ("Care", "Open complaint"),
    ("Care", "Complained"),
    ("Need", "Urgent"),
    ("Need", "Routine"),
]
ID_RULE = "Rules\ndimension | tag | condition\n"


def day(number, month=11):
    return date(2026, month, number)


def on(host, when):
    """Refresh on a day; the blocks by name."""
    host.today = when
    done, _ = refresh(host)
    return filled(done.plan.blocks)


def segments(drawing, **settings):
    """The lines of a first refresh by dimension and tag, each a mapping of its figures."""
    return lines(on(book(drawing, **settings), day(18)))


def lines(found):
    return {(row[0], row[1]): dict(zip(FIGURES, row[2:], strict=True)) for row in found["segments"]}


def drawn(text):
    """Lines drawn as a table: dimension, tag, and the figures named in the head; a blank is a blank cell."""
    head, *rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return {(d, t): {k: float(v) if v else None for k, v in zip(head[2:], row, strict=True)} for d, t, *row in rows}


def agree(found, text):
    """Each drawn line stands there so; what is not drawn may be anything."""
    for where, figures in drawn(text).items():
        assert {key: found[where][key] for key in figures} == figures, where


SHOP = """
    Customers
    customer_id | last_name | need_priority | core_need | status
    C1          | Marsh     | High          | Oak       |
    C2          | Silva     |               | Oak       |
    C3          | Okafor    |               |           |
    C4          | Nowak     |               |           | merged

    Interactions
    customer | started_at | channel | csat
    C1       | 2026-11-01 | Phone   | 5
    C1       | 2026-11-02 | Phone   | 3
    C2       | 2026-11-03 | Phone   | 4
    C2       | 2025-11-18 | Phone   | 1
    C2       | 2026-11-19 | Phone   | 1
    C4       | 2026-11-03 | Phone   | 1
    nobody   | 2026-11-03 | Phone   | 1

    Purchases
    customer | purchased_at | item | amount
    C1       | 2026-11-01   | Oak  | 600
    C1       | 2026-11-02   | Oak  | 150
    C2       | 2026-11-01   | Oak  | 250
    C4       | 2026-11-01   | Oak  | 9000
"""


def test_a_line_has_customers_money_csat_and_repeat_rate():
    """Answers of 12 months up to the day count, of customers; a merged customer is none."""
    agree(
        segments(SHOP, high_value_percent=0),
        """
        dimension | tag     | customers | share | spend | spend_share | csat | repeat
        Need      | Urgent  | 1         | 33.3  | 750   | 75          | 50   | 100
        Need      | Routine | 1         | 33.3  | 250   | 25          | 100  | 0
        Need      | No tag  | 1         | 33.3  | 0     | 0           |      |
        Value     | VIP     | 0         | 0     | 0     | 0           |      |
        Value     | Low     | 2         | 66.7  | 1000  | 100         | 66.7 | 50
        Value     | No tag  | 1         | 33.3  | 0     | 0           |      |
        """,
    )


@pytest.mark.parametrize("dimension", ["Stage", "Value", "Behaviour", "Care", "Need"])
def test_every_dimension_adds_up_to_the_whole(dimension):
    found = [figures for (name, _), figures in segments(SHOP).items() if name == dimension]
    assert sum(one["customers"] for one in found) == 3
    assert sum(one["spend"] for one in found) == 1000


def test_without_customers_the_tags_stand_alone_and_sentences_say_what_is_missing():
    found = on(book(""), day(18))
    assert found["segments"] == [[*where, *[None] * 10] for where in DEFAULT]
    words = load()
    empty = {key: words.at("label", "empty", f"segments_{key}") for key in ("stage", "value", "moved", "leaving")}
    assert found["title_segments_stage"] == [["Customers by stage"], [empty["stage"]]]
    assert found["title_segments_value"] == [["Revenue by value tag"], [empty["value"]]]
    assert found["title_segments_moved"] == [["Who moved"], [empty["moved"]]]
    assert found["segments_leaving_hint"] == [[empty["leaving"]]]
    assert found["segments_moved"] == found["segments_leaving"] == []


def test_all_in_one_tag():
    found = segments("Customers\ncustomer_id | last_name | core_need\nC1 | Marsh | Oak\nC2 | Silva | Elm")
    agree(
        found,
        """
        dimension | tag      | customers | share | spend | spend_share | csat | repeat | moved | moved_spend
        Stage     | Prospect | 2         | 100   |       |             |      |        |       |
        Stage     | New      | 0         | 0     |       |             |      |        |       |
        Need      | Routine  | 2         | 100   |       |             |      |        |       |
        """,
    )
    assert ("Stage", "No stage") not in found and ("Need", "No tag") not in found


def test_negative_spend_has_no_share_and_lowers_its_line():
    """Of money that came back more than was earned nobody has a share."""
    back = """
    Customers
    customer_id | last_name | core_need
    C1          | Marsh     | Oak
    C2          | Silva     |

    Purchases
    customer | purchased_at | item | amount | return_reason
    C1       | 2026-11-01   | Oak  | 700    | scratched
    C2       | 2026-11-01   | Oak  | {sold}  |
    """
    agree(
        segments(back.format(sold=300)),
        """
        dimension | tag     | spend | spend_share | repeat
        Need      | Routine | -700  |             |
        Need      | No tag  | 300   |             | 0
        """,
    )
    agree(
        segments(back.format(sold=1400)),
        """
        dimension | tag     | spend | spend_share
        Need      | Routine | -700  | -100
        Need      | No tag  | 1400  | 200
        """,
    )


def test_a_tag_that_rules_no_longer_give_stays_while_anybody_left_it():
    """Its customers went somewhere; with the line the dimension still nets to nothing."""
    shop = SHOP + RULES_DRAWN
    host = book(shop, high_value_percent=0)
    on(host, day(10))
    low = next(i for i in range(17) if host.cell("Rules", i, "tag") == "low")
    host.put("Rules", low, "tag", "tiny")
    found = lines(on(host, day(18)))
    agree(
        found,
        """
        dimension | tag  | customers | moved | moved_spend | month | month_spend
        Value     | tiny | 2         | 2     | 1000        | 2     | 1000
        Value     | Low  | 0         | -2    | -1000       | -2    | -1000
        """,
    )
    assert ("Value", "Low") in lines(on(host, day(11, 12))), "thirty days from the 18th are not over"
    assert ("Value", "Low") not in lines(on(host, day(18, 12)))


def test_a_dimension_of_staffs_own_is_counted_as_ours_are():
    own = 'club | gold | spend(12m) > 500\n    club | silver | otherwise\n    need | urgent | need_priority = "high"'
    host = book(SHOP + "\n    Rules\n    dimension | tag | condition\n    " + own)
    on(host, day(10))
    found = lines(on(host, day(18)))
    assert {name for name, _ in found} == {"club", "Need"}, "as Rules has them, and no others"
    agree(
        found,
        """
        dimension | tag    | customers | spend | moved | moved_spend | month | month_spend
        club      | gold   | 1         | 750   | 0     | 0           | 0     | 0
        club      | silver | 2         | 250   | 0     | 0           | 0     | 0
        Need      | Urgent | 1         | 750   | 0     | 0           | 0     | 0
        Need      | No tag | 2         | 250   | 0     | 0           | 0     | 0
        """,
    )


def test_a_tag_set_by_hand_counts_where_staff_put_it():
    found = segments("Customers\ncustomer_id | last_name | tag_override\nC1 | Marsh | VIP\nC2 | Silva |")
    assert found["Value", "VIP"]["customers"] == 1
    assert found["Value", "No tag"]["customers"] == 1


def own_rules(*sizes):
    """Rules of dimensions of so many tags each; every customer bears the last tag."""
    rows = [
        f"dim{d} | tag{d}-{t:02} | {'otherwise' if t == size - 1 else 'spend(12m) < -1'}"
        for d, size in enumerate(sizes)
        for t in range(size)
    ]
    return SHOP + "\n" + ID_RULE + "\n".join(rows)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((SEGMENT_ROWS,), [SEGMENT_ROWS]),
        ((SEGMENT_ROWS + 1,), [SEGMENT_ROWS]),
        ((40, 3), [SEGMENT_ROWS - 3, 3]),
        ((40, 40), [SEGMENT_ROWS // 2, SEGMENT_ROWS // 2]),
        ((2,) * 14, [2] * 14),
        ((3,) * 14, [2] * 14),
    ],
)
def test_more_tags_than_lines_are_added_up_inside_their_dimension(sizes, shown):
    found = on(book(own_rules(*sizes)), day(18))["segments"]
    assert len(found) <= SEGMENT_ROWS
    for number, (size, most) in enumerate(zip(sizes, shown, strict=True)):
        mine = [row for row in found if row[0] == f"dim{number}"]
        assert len(mine) == most
        assert [row[1] for row in mine][-1] == ("Others" if most < size else f"tag{number}-{size - 1:02}")
        assert sum(row[2] for row in mine) == 3 and sum(row[4] for row in mine) == 1000


def test_dimensions_for_which_no_line_is_left_are_counted():
    found = on(book(own_rules(*(3,) * 20)), day(18))["segments"]
    assert len(found) <= SEGMENT_ROWS
    assert len({row[0] for row in found[:-1]}) == 13
    assert found[-1] == ["… and 7 more dimensions: see Rules", *[None] * 11]


def test_net_movement_since_the_last_refresh_of_an_earlier_day_and_in_thirty_days():
    host = book(SHOP, high_value_percent=0)
    found = on(host, day(18))
    assert {row["moved"] for row in lines(found).values()} == {None}, "nothing tells before the second day"
    assert found["segments_heads"] == [["Moved since last refresh", "Moved in 30 days"]]
    host.put("Customers", 1, "need_priority", "High")
    agree(
        lines(on(host, day(20))),
        """
        dimension | tag     | moved | moved_spend | month | month_spend
        Need      | Urgent  | 1     | 250         | 1     | 250
        Need      | Routine | -1    | -250        | -1    | -250
        """,
    )
    host.put("Customers", 2, "core_need", "Elm")
    found = on(host, day(18, 12))
    agree(
        lines(found),
        """
        dimension | tag     | moved | moved_spend | month | month_spend
        Need      | Urgent  | 0     | 0           | 1     | 250
        Need      | Routine | 1     | 0           | 0     | -250
        """,
    )
    assert ("Need", "No tag") in lines(found), "whom somebody left"
    assert found["segments_heads"] == [["Moved since 20 Nov", "Moved since 18 Nov"]]


@pytest.mark.parametrize(("today", "recent"), [(day(17), 1), (day(18), 1), (day(19), 0)])
def test_a_move_of_thirty_days_ago_is_out_one_of_twenty_nine_is_in(today, recent):
    host = book(SHOP)
    on(host, day(18, 10))
    host.put("Customers", 1, "need_priority", "High")
    on(host, day(20, 10))
    assert lines(on(host, today))["Need", "Urgent"]["month"] == recent


def test_who_moved_and_came_back_did_not_move():
    host = book(SHOP)
    on(host, day(10))
    for value, when in (("High", day(11)), (None, day(12))):
        host.put("Customers", 1, "need_priority", value)
        on(host, when)
    assert lines(on(host, day(18)))["Need", "Urgent"]["month"] == 0


MOVING = """
    Customers
    customer_id | last_name | need_priority | core_need | tag_override
    C1          | Marsh     |               | Oak       |
    C2          | Silva     | High          |           |
    C3          | Okafor    |               | Elm       |
    C4          | Nowak     |               |           |

    Interactions
    customer | started_at | channel
    C1       | 2026-11-01 | Phone
    C2       | 2026-08-10 | Phone
    C3       | 2026-11-01 | Phone
    C4       | 2026-11-01 | Phone

    Purchases
    customer | purchased_at | item | amount
    C1       | 2026-11-01   | Oak  | 600
    C2       | 2026-08-10   | Oak  | 500
"""


def test_who_moved_stands_with_the_reason_the_most_money_first():
    host = book(MOVING, high_value_percent=0)
    on(host, day(9))
    host.put("Purchases", 0, "amount", 60_000)
    host.put("Customers", 1, "need_priority", None)
    host.put("Customers", 2, "need_priority", "High")
    host.put("Customers", 3, "tag_override", "VIP")
    found = on(host, day(18))
    assert found["title_segments_moved"] == [
        ["Who moved since Monday, 9 November 2026"],
        ["4 customers bear another tag than then, the most spend first"],
    ]
    urgent = 'no longer: need priority is "High" or need by within 14 days or urgent messages unanswered at least 1 (0)'
    assert found["segments_moved"] == [
        ["Marsh", "C1", "Low → High", "spend (12 months) at least 50,000 (60,000)", 60_000],
        ["Silva", "C2", "Active → Dormant", "months since the last touch at least 3 (3.27)", 500],
        ["Silva", "C2", "Urgent → No tag", urgent, 500],
        ["Silva", "C2", "New → Existing", "no longer: months since first purchase at most 3 (3.27)", 500],
        ["Okafor", "C3", "Routine → Urgent", 'need priority is "High"', 0],
        ["Nowak", "C4", "No tag → VIP", "set by hand", 0],
    ]


def test_a_tag_further_down_says_what_is_missing_of_the_former():
    host = book(MOVING, high_value_percent=0)
    on(host, day(9))
    host.put("Purchases", 0, "amount", 20_000)
    on(host, day(10))
    host.put("Purchases", 0, "amount", 9_999)
    found = on(host, day(18))["segments_moved"]
    assert ["Marsh", "C1", "Medium → Low", "no longer: spend (12 months) at least 10,000 (9,999)", 9_999] in found


def test_of_a_rule_with_two_ways_in_both_say_with_their_numbers_why_they_are_closed():
    """The longest reason of the default rules; what still holds of it, a spend above zero, is no reason."""
    host = book(MOVING)
    on(host, day(9))
    host.put("Purchases", 0, "amount", 60_000)
    on(host, day(10))
    host.put("Purchases", 0, "amount", 41_999.95)
    host.put("Purchases", 1, "amount", 42_000)
    found = [row[3] for row in on(host, day(18))["segments_moved"] if row[2] == "High → Medium"]
    assert found == [
        "no longer: spend (12 months) at least 50,000 (41,999.95) or % who spend more (12 months) at most 10 (50.01)"
    ]


@pytest.mark.parametrize(
    ("why", "seen"),
    [
        ("a" * 110, "a" * 110),
        ("a" * 111, "a" * 109 + "…"),
        ("a" * 103 + " (3.27)", "a" * 103 + " (3.27)"),
        ("a" * 104 + " (3.27)", "a" * 102 + "… (3.27)"),  # the number is not what is cut off
        ("a" * 104 + " (2026-11-18)", "a" * 96 + "… (2026-11-18)"),
        ("a" * 80 + " or (spend (12 months) at most 10)", "a" * 80 + " or (spend (12 months) at mos…"),  # no number
    ],
)
def test_a_long_reason_is_cut_where_its_lines_end(why, seen):
    assert segments_lists._seen(why) == seen and len(seen) <= segments_lists.LONGEST


def test_a_tag_whose_rule_is_gone_says_so():
    host = book(SHOP + RULES_DRAWN)
    on(host, day(10))
    for i in range(17):
        if host.cell("Rules", i, "dimension") == "need":
            host.put("Rules", i, "tag", f"other{i}")
            host.put("Rules", i, "condition", "deals < 0")
    found = on(host, day(18))["segments_moved"]
    reasons = {row[2]: row[3] for row in found if row[2].endswith("No tag")}
    gone = "Rules no longer give the former tag"
    assert reasons == {"Urgent → No tag": gone, "Routine → No tag": gone}


def test_the_name_is_a_link_that_finds_its_row_by_the_id_beside_it():
    host = book(SHOP)
    on(host, day(10))
    host.put("Customers", 2, "need_priority", "High")
    on(host, day(18))
    area = host.areas["segments_moved"]
    cells = host.sheet(area.sheet).column(area.ref.first_column, area.ref.first_row, area.ref.last_row)
    written = [cells.formula(i) for i in range(len(cells))]
    assert written[0] is not None and written[1:] == [None] * (LIST_ROWS - 1)
    assert f"MATCH($GT{area.ref.first_row},Customers[Customer ID],0)" in written[0]
    assert written[0].count("HYPERLINK(") == 1 and cells.values()[0] == "Okafor"


def many(count):
    rows = "\n".join(f"C{i:02} | Name {i:02} | Oak" for i in range(count))
    sold = "\n".join(f"C{i:02} | 2026-11-01 | Oak | {100 + i}" for i in range(count))
    return (
        f"Customers\ncustomer_id | last_name | core_need\n{rows}\n\n"
        f"Purchases\ncustomer | purchased_at | item | amount\n{sold}"
    )


@pytest.mark.parametrize(("movers", "left"), [(LIST_ROWS, None), (LIST_ROWS + 1, "… and 2 more moves")])
def test_more_moves_than_lines_are_counted(movers, left):
    host = book(many(20), high_value_percent=0)
    on(host, day(10))
    for i in range(movers):
        host.put("Customers", i, "core_need", None)
    found = on(host, day(18))["segments_moved"]
    assert len(found) == LIST_ROWS
    assert found[0][:3] == [f"Name {movers - 1:02}", f"C{movers - 1:02}", "Routine → No tag"]
    assert found[-1][0] == (left or "Name 00") and (found[-1][1] is None) == bool(left)


def test_who_is_about_to_leave_stands_with_the_days_left():
    drawing = """
    Customers
    customer_id | last_name
    C1          | Marsh
    C2          | Silva
    C3          | Okafor

    Purchases
    customer | purchased_at | item | amount
    C1       | 2025-11-21   | Oak  | 100
    C2       | 2025-12-01   | Oak  | 60000
    C2       | 2026-11-01   | Oak  | 20000
    C3       | 2026-11-01   | Oak  | 100
    """
    found = on(book(drawing, high_value_percent=0), day(18))
    assert found["segments_leaving"] == [["Silva", "C2", "High", 13], ["Marsh", "C1", "Low", 3]]
    assert found["segments_leaving_hint"] == [["2 lose a value tag within 30 days, if nothing is bought"]]


@pytest.mark.parametrize(
    ("customers", "title"),
    [(4, "Customers by stage"), (5, "100 % of customers are “Prospect”")],
)
def test_the_stage_that_most_are_in_is_named_from_five_customers_on(customers, title):
    rows = "\n".join(f"C{i} | Name {i}" for i in range(customers))
    found = on(book(f"Customers\ncustomer_id | last_name\n{rows}"), day(18))
    assert found["title_segments_stage"] == [[title], ["Number of customers"]]


def test_every_block_of_the_sheet_is_written_at_its_full_size():
    done, _ = refresh(book(SHOP))
    blocks = {one.name: one for one in done.plan.blocks}
    for spec in (*SEGMENT_BLOCKS, *SEGMENT_TITLES, BLOCK_SPECS["day_segments"]):
        assert len(blocks[spec.name].cells) == spec.rows
        assert {len(row) for row in blocks[spec.name].cells} == {len(spec.columns)}


def test_a_second_refresh_changes_nothing_on_the_second_day_either():
    host = book(MOVING)
    on(host, day(10))
    host.put("Customers", 2, "need_priority", "High")
    on(host, day(18))
    assert not refresh(host)[1]


@pytest.mark.parametrize("when", [date(2026, 11, 27), date(2028, 3, 2)], ids=str)
def test_the_demo_says_what_pandas_counts_from_its_tables(when):
    assert agreed(refreshed(workbook(when), when)[0]), "somebody moved, or the comparison says little"


def test_a_dimension_of_leads_in_the_demo_says_what_pandas_counts():
    club = [("gold; big", 5_000), ("semi-silver", 1_000), ("a=b", 200)]
    rules = [{"dimension": "Club", "tag": tag, "condition": f"spend(12m) > {least}"} for tag, least in club]
    data = type_rows(demo_book(day(18)), "Rules", rules)
    for when in (day(18), day(20, 12)):
        data, _ = refreshed(data, when)
    stands = Book(data).stands()
    assert sum(abs(stands["Club", tag]["month"]) for tag, _ in club), "somebody moved, or the comparison says little"
    assert agreed(data)


def agreed(data):
    """Every figure of the lines as pandas counts it; how many moved."""
    expected, found = counted(data), Book(data).stands()
    assert {where for where, line in expected.items() if line.get("customers")} <= set(found)
    moved = 0
    for where, line in found.items():
        mine = expected.get(where, {})  # of a tag that nobody bears any more who left it, and nothing else
        for key in mine:
            said, right = line[key], mine[key]
            digits = 0.0501 if key in ("share", "spend_share", "csat", "repeat") else 0.0051
            assert (said is None) == (right is None), (where, key)
            assert right is None or abs(said - right) <= digits, (where, key)
        moved += abs(line["moved"] or 0)
        assert "customers" in mine or line["customers"] == 0
    return moved
