"""The rules on Guide say what Rules says, as many as there is room for."""

from __future__ import annotations

from refreshing import RULES_DRAWN, book, refresh, tagged

from tracker.engine.guide import NAME, guide
from tracker.schema.blocks import BLOCK_SPECS

ROOM = BLOCK_SPECS[NAME].rows
ONE = "Customers\ncustomer_id | last_name\nC1 | Marsh\n"


def said(drawing: str, **settings: float) -> list[tuple[object, ...]]:
    [block] = guide(*tagged(drawing, **settings))
    assert len(block.cells) == ROOM
    return [row for row in block.cells if any(row)]


def test_the_default_rules_with_the_settings_in_force() -> None:
    rows = said(ONE + RULES_DRAWN, vip_spend=120_000)
    assert len(rows) == 17
    assert ("Value", "VIP", "spend (12 months) above 120,000", "every 30 days") in rows
    assert ("Stage", "Existing", "in all other cases", None) in rows


def test_rules_of_staffs_own_and_none_that_cannot_be_read() -> None:
    rules = "club | Member | last_name is not blank | 5\nclub | Odd | nonsense | 5\nvalue | vip | deals = 1 |"
    rows = said(f"{ONE}\nRules\ndimension | tag | condition | cadence_days\n{rules}")
    assert rows == [("club", "Member", "last name is filled", "every 5 days"), ("Value", "VIP", "deals is 1", None)]


def test_what_there_is_no_room_for_is_counted() -> None:
    rules = "\n".join(f"club | Tag{i} | deals = {i}" for i in range(ROOM + 3))
    rows = said(f"{ONE}\nRules\ndimension | tag | condition\n{rules}")
    assert len(rows) == ROOM
    assert rows[-1] == ("… and 4 more: see Rules", None, None, None)
    full = "\n".join(f"club | Tag{i} | deals = {i}" for i in range(ROOM))
    assert said(f"{ONE}\nRules\ndimension | tag | condition\n{full}")[-1][1] == f"Tag{ROOM - 1}"


def test_a_workbook_without_the_block_is_refreshed_as_before() -> None:
    host = book(ONE)
    del host.areas[NAME]
    refresh(host)
    assert refresh(host)[1].cells == ()
