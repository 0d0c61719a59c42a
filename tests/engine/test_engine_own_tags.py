"""Dimensions that leads add in Rules: how their tags are remembered, and who moved in them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refreshing import book, customers, refresh, rows
from test_engine_segments import agree, lines
from test_engine_summaries import filled

from tracker.engine.own_tags import read_back, written
from tracker.facts.calendar import to_serial
from tracker.schema.snapshot import fold
from tracker.words.sentences import CELL

SHOP = """
    Customers
    customer_id | last_name
    C1          | Marsh
    C2          | Silva
    C3          | Okafor

    Purchases
    customer | purchased_at | item | amount
    C1       | 2026-11-01   | Oak  | 750
    C2       | 2026-11-01   | Oak  | 250
"""
STAGE = ("stage", "existing", "otherwise")
GOLD, SILVER = ("club", "gold", "spend(12m) > 500"), ("club", "silver", "spend(12m) > 100")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.strip)


def shop(*rules, drawing=SHOP):
    """The shop with these rules and no others."""
    drawn = "\n".join(" | ".join(rule) for rule in rules)
    return book(f"{drawing}\n    Rules\n    dimension | tag | condition\n{drawn}\n")


def on(host, day, month=11):
    """Refresh on a day: the plan, and its blocks by name."""
    host.today = date(2026, month, day)
    done, _ = refresh(host)
    return filled(done.plan.blocks)


def history(host):
    keys = ("customer_id", "dimension", "from_tag", "to_tag", "changed_on")
    return [tuple(row[key] for key in keys) for row in rows(host, "TagHistory")]


def own(host):
    return [row["tag_own"] for row in customers(host).values()]


def serial(day):
    return to_serial(date(2026, 11, day))


def spend(host, *amounts):
    for row, amount in enumerate(amounts):
        host.put("Purchases", row, "amount", amount)


def rule(host, row, **cells):
    for key, value in cells.items():
        host.put("Rules", row, key, value)


# How they are written down.


def test_each_customer_has_all_dimensions_and_one_that_gave_no_tag_is_named():
    host = shop(GOLD, SILVER, ("tier", "all", "otherwise"))
    on(host, 10)
    assert own(host) == ["club=gold; tier=all", "club=silver; tier=all", "club=; tier=all"]


def test_without_own_dimensions_the_column_is_blank_and_what_stood_there_goes():
    host = shop(STAGE)
    host.put("Customers", 0, "tag_own", "club=gold")
    on(host, 10)
    assert own(host) == [None, None, None]
    assert history(host) == []


@settings(deadline=None)
@given(st.lists(st.tuples(words.filter(bool), words), max_size=5, unique_by=lambda pair: fold(pair[0])))
def test_whatever_staff_call_them_they_are_read_back(pairs):
    assert read_back(written(pairs)) == {fold(name): tag for name, tag in pairs}


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ([("club", "gold"), ("tier", "silver")], "club=gold; tier=silver"),
        ([("club", "semi-gold"), ("a b", "very good")], "club=semi-gold; a b=very good"),
        ([("club", "a;b"), ("x=y", "1=2")], 'club="a;b"; "x=y"="1=2"'),
        ([("club", 'the "best"'), ('"', '""')], 'club="the ""best"""; """"=""""""'),
        ([("club", "; tier=gold"), ("tier", "")], 'club="; tier=gold"; tier='),
        ([], ""),
    ],
)
def test_a_word_with_a_sign_of_the_text_stands_in_quotes(pairs, text):
    assert written(pairs) == text
    assert dict(read_back(text)) == dict(pairs)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Club = Gold ;tier=", {"club": "Gold", "tier": ""}),
        ("club=gold; club=silver", {"club": "gold"}),
        ("club=gold; thanks", {"club": "gold"}),
        ('club=gold; tier="silver', {"club": "gold"}),
        ("gold", {}),
        ("", {}),
        (" " * CELL, {}),
        ('"' * CELL, {}),
    ],
)
def test_of_what_was_typed_there_only_what_can_be_read_is_known(text, known):
    assert read_back(text) == known


@pytest.mark.parametrize("letter", ["a", "é", "🌳"])
def test_what_no_cell_holds_is_left_out_by_whole_dimensions(letter):
    pairs = [(f"d{i:04}", letter * 40) for i in range(2000)]
    text = written(pairs)
    assert len(text.encode("utf-16-le")) <= 2 * CELL
    assert 300 < len(read_back(text)) < 2000
    assert set(read_back(text).values()) == {letter * 40}


# Who moved.


def test_a_move_in_an_own_dimension_is_noted_once_and_shown_with_its_money():
    host = shop(GOLD, SILVER)
    on(host, 10)
    spend(host, 300, 600)
    blocks = on(host, 18)
    noted = [("C1", "club", "gold", "silver", serial(18)), ("C2", "club", "silver", "gold", serial(18))]
    assert history(host) == noted
    agree(
        lines(blocks),
        """
        dimension | tag    | customers | moved | moved_spend | month | month_spend
        club      | gold   | 1         | 0     | 300         | 0     | 300
        club      | silver | 1         | 0     | -300        | 0     | -300
        club      | No tag | 1         | 0     | 0           | 0     | 0
        """,
    )
    assert blocks["segments_moved"] == [
        ["Silva", "C2", "silver → gold", "spend (12 months) above 500 (600)", 600],
        ["Marsh", "C1", "gold → silver", "no longer: spend (12 months) above 500 (300)", 300],
    ]
    assert not refresh(host)[1], "the same day again changes nothing"
    assert history(host) == noted
    agree(
        lines(on(host, 20)),
        """
        dimension | tag    | moved | moved_spend | month | month_spend
        club      | gold   | 0     | 0           | 0     | 300
        club      | silver | 0     | 0           | 0     | -300
        """,
    )


def test_who_comes_to_a_first_tag_or_loses_the_last_moved():
    host = shop(GOLD)
    on(host, 10)
    spend(host, 5, 900)
    blocks = on(host, 18)
    assert history(host) == [("C1", "club", "gold", None, serial(18)), ("C2", "club", None, "gold", serial(18))]
    assert [row[2] for row in blocks["segments_moved"]] == ["No tag → gold", "gold → No tag"]
    assert "Silva to gold (900)" in blocks["home_changes"][3][1]
    assert "Marsh has no club tag any more (5)" in blocks["home_changes"][3][1]


def test_a_dimension_added_since_makes_nobody_a_mover_its_next_change_does():
    host = shop(STAGE, ("club", "gold", ""), ("club", "silver", ""))  # rows without a condition are no rules yet
    on(host, 10)
    rule(host, 1, condition=GOLD[2])
    rule(host, 2, condition=SILVER[2])
    agree(
        lines(on(host, 18)),
        """
        dimension | tag  | customers | moved | month
        club      | gold | 1         | 0     | 0
        """,
    )
    assert history(host) == []
    spend(host, 300)
    on(host, 20)
    assert history(host) == [("C1", "club", "gold", "silver", serial(20))]


def test_a_customer_typed_since_did_not_move():
    host = shop(GOLD, SILVER)
    on(host, 10)
    host.put("Customers", 3, "last_name", "Nowak")
    on(host, 18)
    assert own(host)[3] == "club="
    assert history(host) == []


def test_a_dimension_that_was_removed_is_gone_its_history_stays_and_its_return_is_no_move():
    host = shop(STAGE, GOLD, SILVER)
    on(host, 10)
    spend(host, 300)
    on(host, 11)
    noted = history(host)
    rule(host, 1, condition=None)
    rule(host, 2, condition=None)
    blocks = on(host, 12)
    assert own(host) == [None, None, None]
    assert {name for name, _ in lines(blocks)} == {"Stage"}
    assert (history(host), blocks["segments_moved"]) == (noted, [])
    rule(host, 1, condition="otherwise")
    on(host, 13)
    assert (history(host), own(host)) == (noted, ["club=gold"] * 3)


def test_a_renamed_dimension_is_another_one_with_another_case_it_is_the_same():
    host = shop(GOLD, SILVER)
    on(host, 10)
    for row in (0, 1):
        rule(host, row, dimension=" Club ")
    spend(host, 300)
    agree(lines(on(host, 18)), "dimension | tag | moved | month\nClub | gold | -1 | -1\nClub | silver | 1 | 1")
    assert history(host) == [("C1", "Club", "gold", "silver", serial(18))]
    for row in (0, 1):
        rule(host, row, dimension="circle")
    spend(host, 900)
    agree(lines(on(host, 20)), "dimension | tag | moved | month\ncircle | gold | 0 | 0\ncircle | silver | 0 | 0")
    assert len(history(host)) == 1


def test_a_tag_in_another_case_is_the_same_a_renamed_one_is_another():
    host = shop(GOLD, SILVER)
    on(host, 10)
    spend(host, 300)
    on(host, 12)
    rule(host, 0, tag="GOLD")
    agree(lines(on(host, 18)), "dimension | tag | customers | moved | month\nclub | GOLD | 0 | 0 | -1")
    assert len(history(host)) == 1
    rule(host, 1, tag="tin")
    agree(lines(on(host, 20)), "dimension | tag | customers | moved | month\nclub | tin | 2 | 2 | 2")
    assert ("C2", "club", "silver", "tin", serial(20)) in history(host)


def test_a_dimension_written_in_two_cases_is_one():
    host = shop(("Club", *GOLD[1:]), ("tier", "all", "otherwise"), ("club", "rest", "otherwise"))
    found = lines(on(host, 10))
    assert own(host) == ["Club=gold; tier=all", "Club=rest; tier=all", "Club=rest; tier=all"]
    agree(found, "dimension | tag | customers\nClub | gold | 1\nClub | rest | 2\ntier | all | 3")
    assert len(found) == 3


@pytest.mark.parametrize("tag", ["semi-gold", "gold; tier=all", "a=b", 'the "best"', "=1+1", "-", "gold;"])
@pytest.mark.parametrize("dimension", ["club", "club-2", "club;x", "club=x", '"club"', "why", "own", "override"])
def test_signs_in_names_lose_nothing(dimension, tag):
    host = shop(GOLD, ("club", "silver", "otherwise"), ("tier", "all", "otherwise"))
    rule(host, 0, dimension=dimension, tag=tag)
    rule(host, 1, dimension=dimension)
    on(host, 10)
    assert not refresh(host)[1]
    spend(host, 300)
    blocks = on(host, 18)
    assert history(host) == [("C1", dimension, tag, "silver", serial(18))]
    assert blocks["segments_moved"][0][2] == f"{tag} → silver"
    assert lines(blocks)[dimension, tag]["moved"] == -1
    on(host, 19)
    assert len(history(host)) == 1


def test_a_tag_set_by_hand_moves_as_any_other():
    host = shop(GOLD, SILVER)
    on(host, 10)
    host.put("Customers", 2, "tag_override", "gold")
    blocks = on(host, 18)
    assert history(host) == [("C3", "club", None, "gold", serial(18))]
    assert blocks["segments_moved"] == [["Okafor", "C3", "No tag → gold", "set by hand", 0]]


def test_a_workbook_made_before_the_column_goes_on_without_movement():
    """As any lost column of ours: Problems names it; with it put back the next refresh remembers."""
    old = SHOP.replace("Customers\n    customer_id | last_name", "Customers (only)\n    customer_id | last_name")
    host = shop(GOLD, SILVER, drawing=old)
    for day, amount in ((10, 750), (18, 300)):
        spend(host, amount)
        blocks = on(host, day)
        agree(lines(blocks), "dimension | tag | moved | moved_spend | month | month_spend\nclub | silver ||||")
        assert (history(host), blocks["segments_moved"]) == ([], [])
    missing = [(row["code"], row["problem"]) for row in rows(host, "Problems")]
    assert ("W103", "The column “Own tags” is missing.") in missing
    assert not refresh(host)[1]


def test_the_column_may_be_put_anywhere():
    drawn = SHOP.replace(
        "Customers\n    customer_id | last_name", "Customers (only)\n    customer_id | tag_own | last_name"
    )
    host = shop(GOLD, SILVER, drawing=re.sub(r"(C\d) +\| ([A-Z])", r"\1 | | \2", drawn))
    on(host, 10)
    assert own(host) == ["club=gold", "club=silver", "club="]
    spend(host, 300)
    on(host, 18)
    assert history(host) == [("C1", "club", "gold", "silver", serial(18))]
    assert "Own tags" not in " ".join(str(row["problem"]) for row in rows(host, "Problems"))
