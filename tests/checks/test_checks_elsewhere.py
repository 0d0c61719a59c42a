"""The pictures of findings that no drawing gives are true: the book each shows is made, and gives the finding it marks.

A picture's marked line says what the run must say: the facts are the finding's own words, compared in its text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from books import new_book
from checks_world import checked, checked_world
from test_checks_cases import ELSEWHERE
from test_checks_outside import BOOK, WEB, connections, having
from world import TODAY, World, world

from tracker.checks import CHECKS, run_checks
from tracker.checks.standard import Kept, Standard, check_standard
from tracker.commands.bearers import bearers
from tracker.commands.copies import noting_copies
from tracker.commands.elsewhere import noting_elsewhere
from tracker.commands.examine import Outcome, findings_of
from tracker.engine.lower import Lowering, lower
from tracker.engine.refresh import plan_refresh
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost
from tracker.model.finding import Finding
from tracker.model.grid import Cells
from tracker.report import FileReport
from tracker.schema.tags import Rule

PICTURES = {
    path.stem[:4]: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parents[1] / "cases" / "elsewhere").iterdir()
}
PEOPLE = """
Customers
customer_id | first_name | last_name | company | email       | owner
C1          | Ann        | Marsh     | Acme    | m@b.example | Anna
"""
SOLD = "Purchases\npurchase_id | customer | item\n" + "".join(f"P{n} | C1 | Lamp\n" for n in range(4))  # rows 2 to 5


def found(made: World) -> list[Finding]:
    return [*checked_world(made)[1]]


def after_refresh(drawing: str, change: Callable[[World], None], **settings: object) -> list[Finding]:
    """What a refresh says of a drawn workbook that somebody changed."""
    made = world(drawing, settings=settings)
    change(made)
    done = plan_refresh(made.read())
    made.apply(lower(done.plan, Lowering(done.snapshot, made.book(), made.sheet)))
    return [*done.findings]


def headed(made: World, name: str, key: str, header: str) -> World:
    """A table in which a column has another header."""
    made.rename(name, key, header)
    return made


def missing_table() -> list[Finding]:
    made = world(PEOPLE)
    del made.tables["Purchases"], made.sheets["Purchases"]
    return found(made)


def lost_table() -> list[Finding]:
    made = world(PEOPLE + "\n" + SOLD)
    del made.tables["Customers"]
    return found(made)


def missing_column() -> list[Finding]:
    return found(headed(world(SOLD), "Purchases", "quantity", "Ours"))


def doubled() -> list[Finding]:
    return found(headed(world(PEOPLE), "Customers", "company", "E-mail"))


def below(*rows: int) -> list[Finding]:
    made = world(SOLD)
    for row in rows:
        made.put("Purchases", row, "item", "Desk")
    return found(made)


def dates_of_1904() -> list[Finding]:
    made = world(PEOPLE)
    made.date1904 = True
    return found(made)


def days(**state: date) -> list[Finding]:
    made = world(PEOPLE)
    for name, day in state.items():
        area = made.areas[name]
        made.sheets[area.sheet][area.ref.first_column] = Cells.from_numbers([float(to_serial(day))])
    return found(made)


def of_version(version: int) -> list[Finding]:
    """A workbook of another version than a program that knows 2."""
    made = world(PEOPLE, settings={"schema": version})
    made.schema = replace(made.schema, version=2)
    return found(made)


def without_sheet() -> list[Finding]:
    made = world(PEOPLE)
    del made.sheets["Summary"]
    made.areas = {name: area for name, area in made.areas.items() if area.sheet != "Summary"}
    return found(made)


def without_name() -> list[Finding]:
    made = world(PEOPLE)
    del made.areas["figures_day"]
    return found(made)


def heads(key: str, head: Cells) -> list[Finding]:
    """What is said where a header cell of Customers holds something else, and the Table does not know."""
    made = world(PEOPLE)
    table = made.tables["Customers"]
    column = made.read().layout["Customers"].columns[key]
    cells, top = made.sheets[table.sheet][column], table.ref.first_row
    made.sheets[table.sheet][column] = (
        cells.take(slice(0, top - 1)).followed_by(head).followed_by(cells.take(slice(top, len(cells))))
    )
    return found(made)


def no_room() -> list[Finding]:
    def note(made: World) -> None:
        table = made.tables["FollowUps"]
        columns, first = made.sheets[table.sheet], table.ref.first_column
        head = columns[first].take(slice(0, table.ref.first_row))
        columns[first] = head.followed_by(Cells.blank(2)).followed_by(Cells.from_texts(["my own notes"]))

    five = "\n".join(f"N{i} | today-1d" for i in range(5))
    return after_refresh(
        f"Customers\nlast_name | next_followup\n{five}", note, key_fields="customer_id", verify_months=120.0
    )


def empty_rows() -> list[Finding]:
    return found(world(SOLD + " | |\n" * 4995))


def failing() -> list[Finding]:
    def check_purchases(_):
        raise ValueError("whatever")

    return [*run_checks(checked(PEOPLE)[1], (check_purchases, *CHECKS))]


def counter() -> list[Finding]:
    def lose(made: World) -> None:
        rows = len(made.read().frames["Settings"])
        [row] = [row for row in range(rows) if made.cell("Settings", row, "key") == "next_id_purchases"]
        made.put("Settings", row, "key", None)
        made.put("Settings", row, "value", None)

    return after_refresh(PEOPLE + "\nPurchases\npurchase_id | customer | item\nP1 | C1 | Lamp\n | C1 | Desk\n", lose)


def beside(drawing: str, standard: Standard, **settings: object) -> list[Finding]:
    return [*check_standard(checked(drawing, settings=settings)[1], standard)]


def rules() -> list[Finding]:
    drawing = "Rules\ndimension | tag | condition\nvalue | vip | spend(12m) > 5000\nvalue | high | spend(12m) > 2000\n"
    return beside(
        drawing,
        Standard(rules=(Rule("value", "vip", "spend(12m) > 10000"), Rule("value", "high", "spend(12m) > 2000"))),
    )


def reaching() -> list[Finding]:
    other = r"\\files\sales\prices.xlsx"
    link = {name: (kind, text.replace("file:///S:/Prices.xlsx", other)) for name, (kind, text) in BOOK.items()}
    loading = connections('<connection id="1" name="Rates"><webPr url="https://reports.example/"/></connection>')
    web = {name: (kind, loading) for name, (kind, _) in WEB.items()}
    return [*findings_of(MemoryHost(having(new_book(), link | web)), TODAY)]


def copies() -> list[Finding]:
    files = {"north.xlsx": "7f3c", "north (conflicted copy 2026).xlsx": "7f3c", "south.xlsx": "a91e"}
    told = noting_copies([Outcome(FileReport(path), workbook_id=name) for path, name in files.items()])
    return [one for each in told for one in each.report.findings]


def two_files() -> list[Finding]:
    people = {"north.xlsx": "Marsh | m@b.example", "south.xlsx": "Silva | s@b.example"}
    told = [
        Outcome(
            FileReport(path),
            workbook_id=path,
            bearers=bearers(world(f"Customers\ncustomer_id | last_name | email\nC20260103001 | {one}").read()),
        )
        for path, one in people.items()
    ]
    return [one for each in noting_elsewhere(told) for one in each.report.findings]


LISTS = "Lists\nlist | code | label | meaning\n"
MADE: dict[str, Callable[[], list[Finding]]] = {
    "W101": missing_table,
    "W102": lost_table,
    "W103": missing_column,
    "W104": doubled,
    "W105": lambda: found(headed(world(PEOPLE), "Customers", "last_name", "Surname")),
    "W106": lambda: below(4, 5),
    "W107": lambda: below(5),
    "W108": dates_of_1904,
    "W109": lambda: days(last_day=date(2026, 3, 31), pinned_day=date(2026, 3, 31)),
    "W110": lambda: days(last_day=date(2026, 9, 2)),
    "W111": lambda: of_version(1),
    "W112": lambda: of_version(3),
    "W115": no_room,
    "W116": without_sheet,
    "W117": without_name,
    "W118": lambda: heads("last_name", Cells.blank(1)),
    "W119": copies,
    "W121": empty_rows,
    "W122": lambda: heads("company", Cells.from_texts(["Firm"])),
    "W199": failing,
    "D106": two_files,
    "S105": reaching,
    "K112": lambda: found(world(LISTS + "purpose | enquiry | Enquiry | enquiry\npurpose | complaint | Complaint |")),
    "K114": counter,
    "K115": lambda: beside(
        "", Standard(settings={"churn_months": 12.0, "new_months": 3.0}), churn_months=12, new_months=6
    ),
    "K116": rules,
    "K117": lambda: beside(
        LISTS + "channel | phone | Phone |\nchannel | fax | Fax |", Standard(lists={"channel": (Kept("phone"),)})
    ),
}
SHOWN = {  # what the run says of a finding that its picture must show; else its value
    **dict.fromkeys(("W107", "W108"), ""),
    **dict.fromkeys(("W103", "W118"), "missing"),
    **dict.fromkeys(("W115", "W121"), "count"),
    **dict.fromkeys(("W111", "W112"), "value known"),
    "W102": "sheet",
    "W122": "value missing",
    "W199": "check",
    "D106": "file",
    "K115": "setting value standard",
    "K116": "value standard",
}


def facts(one: Finding) -> list[str]:
    """What a finding says, as its picture spells it."""
    said = {"value": one.value, "sheet": one.place.sheet, **one.details}
    asked = SHOWN.get(one.code, "value").split()
    return [f"{int(said[key]):,}" if key == "count" else said[key] for key in asked]


def test_each_picture_is_made():
    assert set(MADE) == set(ELSEWHERE) == set(PICTURES)


@pytest.mark.parametrize("code", MADE)
def test_what_a_picture_shows_is_what_a_run_says(code):
    said = [one for one in MADE[code]() if one.code == code]
    marked = [line for line in PICTURES[code].splitlines() if f"<- {code}" in line]
    assert len(said) == len(marked), "a mark for each finding"
    for one in said:
        assert all(fact in PICTURES[code] for fact in facts(one))
    if "\nrow" in PICTURES[code]:
        assert [int(line.split("|")[0]) for line in marked] == [one.place.row for one in said]
