"""What an import does to a table: rows added, rows changed, rows refused, drawn as tables."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from world import World, world

from tracker.commands.importing import Import, import_rows
from tracker.errors import RefusedError, UsageError
from tracker.sources import read_map, read_source

CUSTOMERS = """
Customers
customer_id | last_name | company | email       | owner | next_followup
C1          | Marsh     |         | m@x.example | Anna  | 2026-12-01
C2          |           | Hiltop  | h@x.example |       |
            | Silva     |         | s@x.example |       |

Lists
list     | code       | label
owner    | Anna       | Anna
industry | technology | Technology
"""


def imported(made: World, text: str, toml: str, **options: object) -> Import:
    source = read_source(text.encode(), "file.csv")
    return import_rows(made, source, read_map(toml), made.today, **options)  # type: ignore[arg-type]


def counts(done: Import) -> tuple[int, int, int, int]:
    return done.added, done.updated, done.unchanged, done.rejected


def test_new_rows_go_below_the_last_and_known_ones_change_where_the_source_has_a_value() -> None:
    made = world(CUSTOMERS)
    done = imported(
        made,
        "id,name,mail,since\nC1,Marsh,new@x.example,\nc2,,h@x.example,\nC9,Novak,n@x.example,2025-03-31\n",
        'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"\nmail="email"\nsince="created_on"',
    )
    assert counts(done) == (1, 1, 1, 0)
    assert made.cell("Customers", 0, "email") == "new@x.example"
    assert made.cell("Customers", 0, "next_followup") == 46357, "a blank in the source changes nothing"
    assert made.cell("Customers", 1, "customer_id") == "C2", "the spelling of a key stays"
    assert made.cell("Customers", 3, "last_name") == "Novak"
    assert made.cell("Customers", 3, "created_on") == 45747
    assert made.tables["Customers"].last_row == 5, "the table grew over the row"


def test_importing_the_same_file_again_changes_nothing() -> None:
    made = world(CUSTOMERS)
    text, how = "id,name\nC1,Marsh\nC9,Novak\n", 'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"'
    imported(made, text, how)
    again = imported(made, text, how)
    assert counts(again) == (0, 0, 2, 0)
    assert again.cells == 0 and not again.receipt.changed


def test_several_choices_are_written_as_staff_see_them_in_new_rows_and_in_known_ones() -> None:
    made = world(CUSTOMERS)
    text = "id,name,by\nC1,Marsh,phone;email\nC9,Novak,E-mail; visit\n"
    how = 'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"\nby="consent_channels"'
    imported(made, text, how)
    assert [made.cell("Customers", row, "consent_channels") for row in (0, 3)] == ["Phone;E-mail", "E-mail;Visit"]
    assert counts(imported(made, text, how)) == (0, 0, 2, 0)


def test_without_a_key_every_row_is_new() -> None:
    made = world(CUSTOMERS)
    done = imported(made, "name\nMarsh\nMarsh\n", 'into="Customers"\n[columns]\nname="last_name"')
    assert counts(done) == (2, 0, 0, 0) and not done.keyed


def test_the_blank_row_of_an_empty_table_is_filled_first() -> None:
    made = world("Customers\ncustomer_id | last_name\n")
    imported(made, "name\nMarsh\nSilva\n", 'into="Customers"\n[columns]\nname="last_name"')
    assert [made.cell("Customers", row, "last_name") for row in (0, 1)] == ["Marsh", "Silva"]
    assert made.tables["Customers"].last_row == 3


def test_a_customer_is_resolved_like_typed_text_and_the_others_are_rejected() -> None:
    made = world(CUSTOMERS)
    done = imported(
        made,
        "who,when,how\nC1,2026-11-01,phone\nhiltop,2026-11-02,E-mail\ns@x.example,2026-11-03,visit\n"
        "Hilltop,2026-11-04,phone\nNobody,2026-11-05,phone\n,2026-11-06,phone\nC1,,phone\nC1,soon,phone\n"
        "C1,2026-11-07,pigeon\n",
        'into="Interactions"\n[columns]\nwho="customer"\nwhen="started_at"\nhow="channel"',
    )
    assert counts(done) == (3, 0, 0, 6)
    head, *lines = csv.reader(done.rejects.decode("utf-8-sig").splitlines())
    assert head == ["who", "when", "how", "reject_reason"]
    said = [line[3] for line in lines]
    assert said[0] == "who: no customer is 'Hilltop'; near it: Hiltop"
    assert said[1] == "who: no customer is 'Nobody'"
    assert said[2:5] == ["who is blank, and required", "when is blank, and required", "when: 'soon' is not a date"]
    assert said[5].startswith("how: 'pigeon' is not in the list: ")
    assert made.cell("Interactions", 1, "customer") == "hiltop", "as typed; the next refresh resolves it"
    assert made.cell("Interactions", 1, "channel") == "E-mail"
    assert made.cell("Interactions", 0, "interaction_id") is None, "the next refresh numbers it"


def test_a_new_customer_without_any_name_is_rejected_and_a_known_one_is_not() -> None:
    made = world(CUSTOMERS)
    text = "id,name,firm,mail\nC1,,,new@x.example\nC8,,,a@x.example\nC9,,Fir Ltd,b@x.example\n"
    how = 'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"\nfirm="company"\nmail="email"'
    done = imported(made, text, how)
    assert counts(done) == (1, 1, 0, 1)
    assert b"C8,,,a@x.example,one of these must be filled: last_name; company" in done.rejects.replace(b'"', b"")


def test_a_name_that_two_customers_bear_is_rejected_with_both() -> None:
    made = world("Customers\ncustomer_id | last_name\nC1 | Li\nC2 | Li\n")
    done = imported(
        made,
        "who,when,how\nLi,2026-11-01,phone\n",
        'into="Interactions"\n[columns]\nwho="customer"\nwhen="started_at"\nhow="channel"',
    )
    assert "'Li' is more than one customer: C1, C2" in done.rejects.decode("utf-8-sig")


def test_a_key_that_stands_twice_in_the_table_is_rejected() -> None:
    made = world("Customers\ncustomer_id | last_name | email\nC1 | Li | a@x.example\nC2 | Wu | A@x.example\n")
    done = imported(
        made, "mail,name\na@x.example,Lee\n", 'into="Customers"\nkey="email"\n[columns]\nmail="email"\nname="last_name"'
    )
    assert counts(done) == (0, 0, 0, 1)
    assert "stands in 2 rows" in done.rejects.decode("utf-8-sig")


def test_values_no_open_list_knows_come_in_and_are_added_to_lists_when_asked() -> None:
    how = 'into="Customers"\n[columns]\nname="last_name"\nsector="industry"\nby="owner"'
    text = "name,sector,by\nNovak,technolgy,Anna\nSato,Technology,Ben\n"
    plain = world(CUSTOMERS)
    assert imported(plain, text, how).listed == {}
    assert plain.cell("Customers", 3, "industry") == "technolgy"
    made = world(CUSTOMERS)
    done = imported(made, text, how, add_to_lists=True)
    assert done.listed == {"industry": ("technolgy",), "owner": ("Ben",)}
    rows = [[made.cell("Lists", row, key) for key in ("list", "code", "label")] for row in (2, 3)]
    assert rows == [["owner", "Ben", "Ben"], ["industry", "technolgy", "technolgy"]]
    assert made.cell("Customers", 4, "industry") == "Technology", "a known value takes the spelling of its list"


def test_the_first_customers_of_a_book_start_their_cadence_on_the_day_they_came_in() -> None:
    made = world("Settings\nkey | value\ncadence_from | 2026-01-01\n")
    imported(made, "name\nMarsh\n", 'into="Customers"\n[columns]\nname="last_name"', pin=date(2026, 11, 10))
    rows = {made.cell("Settings", row, "key"): made.cell("Settings", row, "value") for row in range(8)}
    assert rows["cadence_from"] == 46336
    imported(made, "name\nSilva\n", 'into="Customers"\n[columns]\nname="last_name"', pin=date(2026, 11, 12))
    rows = {made.cell("Settings", row, "key"): made.cell("Settings", row, "value") for row in range(8)}
    assert rows["cadence_from"] == 46336, "later ones do not move it"


def test_a_percent_is_no_amount_and_goes_to_the_rejects() -> None:
    how = 'into="Purchases"\n[columns]\nwho="customer"\nday="purchased_at"\nwhat="item"\nsum="amount"\noff="discount"'
    text = "who,day,what,sum,off\nC1,2026-11-02,Oak,100,5%\nC1,2026-11-02,Ash,100,5\n"
    made = world(CUSTOMERS)
    done = imported(made, text, how)
    assert (done.added, done.rejected, done.reasons) == (1, 1, (("off: percent", 1),))
    assert "'5%' is a percent" in done.rejects.decode("utf-8-sig")
    assert made.cell("Purchases", 0, "discount") == 5


def test_the_start_of_the_cadence_is_that_day_in_a_book_that_counts_from_1904_too() -> None:
    made = world("Settings\nkey | value\ncadence_from | 2026-01-01\n")
    made.date1904 = True
    imported(made, "name\nMarsh\n", 'into="Customers"\n[columns]\nname="last_name"', pin=date(2026, 11, 10))
    assert made.read().settings.cadence_from == 46336
    rows = {made.cell("Settings", row, "key"): made.cell("Settings", row, "value") for row in range(8)}
    assert rows["cadence_from"] == 46336 - 1462


def test_a_dry_run_shows_and_writes_nothing() -> None:
    made = world(CUSTOMERS)
    done = imported(
        made,
        "id,name,day\nC1,Mars,2026-12-24\n",
        'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"\nday="next_followup"',
        dry_run=True,
    )
    shown = {one.cell: (one.header, one.before, one.after) for one in done.changes}
    assert ("Last name", "Marsh", "Mars") in shown.values()
    assert ("2026-12-01", "2026-12-24") in {(before, after) for _, before, after in shown.values()}
    assert made.cell("Customers", 0, "last_name") == "Marsh"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[columns]\nname="last_name"', "Which table?"),
        ('into="Custmers"\n[columns]\nname="last_name"', "Did you mean Customers?"),
        ('into="Settings"\n[columns]\nname="key"', "Nothing can be imported into 'Settings'."),
        ('into="Customers"\n[columns]\nname="spend_12m"', "which Refresh fills"),
        ('into="Customers"\n[columns]\nname="lastname"', "Did you mean 'last_name'?"),
    ],
)
def test_a_map_that_does_not_fit_is_one_clear_line(toml: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        imported(world(), "name\nMarsh\n", toml)


def test_a_table_with_a_totals_row_is_refused() -> None:
    made = world(CUSTOMERS)
    table = made.tables["Customers"]
    made.tables["Customers"] = table.__class__(**{**table.__dict__, "has_totals": True})
    with pytest.raises(RefusedError, match="totals row"):
        imported(made, "name\nMarsh\n", 'into="Customers"\n[columns]\nname="last_name"')


def test_rows_never_run_over_what_staff_put_below_the_table() -> None:
    made = world(CUSTOMERS)
    made.put("Customers", 6, "last_name", "a note of ours")
    with pytest.raises(RefusedError, match="something stands in row 8"):
        imported(made, "name\n" + "Marsh\n" * 9, 'into="Customers"\n[columns]\nname="last_name"')


def test_a_newer_workbook_is_not_written() -> None:
    made = world(CUSTOMERS, settings={"schema": 99})
    with pytest.raises(RefusedError, match="newer tracker"):
        imported(made, "name\nMarsh\n", 'into="Customers"\n[columns]\nname="last_name"')


def test_new_rows_have_the_formulas_of_their_table_at_once() -> None:
    made = world(CUSTOMERS)
    imported(
        made,
        "who,when,what,sum\nC1,2026-11-01,Chair,12.5\n",
        'into="Purchases"\n[columns]\nwho="customer"\nwhen="purchased_at"\nwhat="item"\nsum="amount"',
    )
    assert made.cell("Purchases", 0, "net_amount") == 12.5
    table = made.tables["Purchases"]
    cells = made.sheet(table.sheet).column(table.ref.first_column + table.headers.index("Net amount"), 2, 2)
    assert cells.formula(0), "and not a bare value"


def test_a_constant_goes_into_new_rows_and_into_blank_cells_and_never_over_what_staff_typed() -> None:
    made = world(
        "Customers\ncustomer_id | last_name | source | created_on\n"
        "C1 | Marsh | Referral | 2026-01-05\nC2 | Silva | | \nC3 | Ito | x |"
    )
    made.put("Customers", 2, "source", None)
    how = (
        'into="Customers"\n[columns]\nid="customer_id"\nname="last_name"\n'
        '[constants]\nsource="Import"\ncreated_on=2026-11-18'
    )
    done = imported(made, "id,name\nC1,Marsh\nC2,Silva\nC9,Novak\n", how)
    assert counts(done) == (1, 1, 1, 0)
    assert [made.cell("Customers", row, "source") for row in range(4)] == ["Referral", "Import", None, "Import"]
    assert [made.cell("Customers", row, "created_on") for row in range(4)] == [46027, 46344, None, 46344]
    assert counts(imported(made, "id,name\nC1,Marsh\nC2,Silva\nC9,Novak\n", how)) == (0, 0, 3, 0)


def test_a_rejected_row_names_all_its_reasons() -> None:
    made = world(CUSTOMERS)
    done = imported(
        made,
        "who,when,how,urgent\nNobody,soon,pigeon,\nNobody,2026-11-02,pigeon,\nC1,2026-11-02,phone,\n",
        'into="Interactions"\n[columns]\nwho="customer"\nwhen="started_at"\nhow="channel"',
    )
    assert counts(done) == (1, 0, 0, 2)
    _, first, second = csv.reader(done.rejects.decode("utf-8-sig").splitlines())
    for line, reasons in ((first, ("'soon' is not a date",)), (second, ())):
        for reason in (*reasons, "how: 'pigeon' is not in the list: ", "who: no customer is 'Nobody'"):
            assert line[-1].count(reason) == 1
    assert dict(done.reasons) == {"who: unknown_customer": 2, "how: not_in_list": 2, "when: not_date": 1}


def test_a_dry_run_shows_what_staff_type_before_what_is_worked_out() -> None:
    made = world(CUSTOMERS)
    text = "who,when,what,sum\nC1,2026-11-01,Chair,12.5\nC2,2026-11-02,Lamp,5\n"
    how = 'into="Purchases"\n[columns]\nwho="customer"\nwhen="purchased_at"\nwhat="item"\nsum="amount"'
    done = imported(made, text, how, dry_run=True)
    heads = [one.header for one in done.changes]
    typed = ["Customer", "Purchased", "Item", "Amount"]
    assert sorted(heads[:8]) == sorted(typed * 2) and not set(heads[8:]) & set(typed) and len(heads) > 8
    assert len(done.changes) == done.cells
    typed_cells = [(re.sub(r"\d", "", one.cell).rjust(3), int(re.sub(r"\D", "", one.cell))) for one in done.changes[:8]]
    assert typed_cells == sorted(typed_cells), "by column, then row"
