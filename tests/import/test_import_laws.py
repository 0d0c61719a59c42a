"""Laws of import: a blank changes nothing, a second run changes nothing, and every row is accounted for."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st
from world import World, world

from tracker.commands.importing import import_rows
from tracker.sources import read_map, read_source

KEYS = ("customer_id", "last_name", "email", "owner", "next_followup", "notes")
MAP = read_map(
    'into="Customers"\n[columns]\n'
    + "\n".join(f'{key}="{key}"' for key in KEYS)
    + '\n[dates]\nnext_followup="%Y-%m-%d"'
)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
days = st.dates().filter(lambda day: day.year > 1900).map(str) | st.just("") | st.just("soon")
rows = st.tuples(
    st.sampled_from(["C1", "c2", "C3", "C7", ""]), texts, texts, st.sampled_from(["", "Anna"]), days, texts
)


def shop() -> World:
    return world(
        """
        Customers
        customer_id | last_name | email       | owner | next_followup | notes
        C1          | Marsh     | m@x.example | Anna  | 2026-12-01    | first
        C2          | Silva     |             |       |               |
        C3          |           | c@x.example | Ben   |               | third
        """
    )


def source(table: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([KEYS, *table])
    return out.getvalue().encode()


def cells(made: World) -> list[list[object]]:
    found = made.tables["Customers"]
    count = found.last_row - found.first_row + 1
    return [[made.cell("Customers", row, key) for key in KEYS] for row in range(count)]


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6).filter(lambda table: any(any(row) for row in table)))
def test_rows_are_accounted_for_and_blanks_change_nothing(table: list[tuple[str, ...]]) -> None:
    made, before = shop(), cells(shop())
    data = read_source(source(table), "rows.csv")
    done = import_rows(made, data, MAP, made.today)
    assert data.rows == done.added + done.updated + done.unchanged + done.rejected + done.repeated
    after = cells(made)
    good = [row for row in table if row[4] != "soon"]
    for number, old in enumerate(before):
        mine = [row for row in good if row[0].casefold() == str(old[0]).casefold()]
        for place, key in enumerate(KEYS[1:], 1):
            typed = [row[place] for row in mine if row[place]]
            if not typed:
                assert after[number][place] == old[place], key
            elif key != "next_followup":
                assert after[number][place] == typed[-1], key


@settings(max_examples=30, deadline=None)
@given(st.lists(rows.filter(lambda row: bool(row[0])), min_size=1, max_size=5))
def test_a_second_run_changes_nothing(table: list[tuple[str, ...]]) -> None:
    made = shop()
    data = read_source(source(table), "rows.csv")
    import_rows(made, data, MAP, made.today)
    before = cells(made)
    again = import_rows(made, data, MAP, made.today)
    assert (again.added, again.updated, again.cells) == (0, 0, 0)
    assert cells(made) == before
