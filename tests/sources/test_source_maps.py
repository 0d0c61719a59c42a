"""Maps are strict; rows that fit go on, the others come back with a reason in a file that is safe to open."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.sources import MapError, Reject, Shaped, read_map, read_source, say, shape, write_rejects

WHOLE = """
into = "Customers"
key = "customer_id"
required = ["company"]
[columns]
account = "company"
number = "customer_id"
since = "created_on"
sector = "industry"
[constants]
source = "import"
verified_on = 2024-05-17
[values.industry]
Technolgy = "technology"
NULL = ""
[where]
deal_stage = ["Won", 1]
not_blank = ["account"]
[dates]
created_on = "%d.%m.%Y"
"""


def test_a_map_says_everything_in_its_few_words() -> None:
    how = read_map(WHOLE)
    assert (how.into, how.key, how.required, how.not_blank) == (
        "Customers",
        ("customer_id",),
        ("company",),
        ("account",),
    )
    assert how.columns["account"] == "company"
    assert how.constants["source"] == "import"
    assert how.values["industry"] == {"technolgy": "technology", "null": ""}
    assert how.where == {"deal_stage": ("Won", "1")}
    assert read_map('key = ["list", "label"]\n[columns]\na = "list"\nb = "label"').key == ("list", "label")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[colums]\na = 'b'", "the map: a map has no 'colums'. Did you mean 'columns'?"),
        ("into = 'x'", "the map has no [columns]: nothing would be imported."),
        ("[columns]\na = 'x'\nb = 'x'", "the map fills x twice."),
        ("[columns]\na = 'x'\n[constants]\nx = 1", "the map fills x twice."),
        ("key = 'id'\n[columns]\na = 'ids'", "the map: key: no column or constant fills 'id'. Did you mean 'ids'?"),
        ("[columns]\na = 'x'\n[dates]\ny = 'auto'", "the map: dates: no column or constant fills 'y'."),
        ("[columns]\na = 'x'\n[dates]\nx = '%Q'", "the map: dates.x = '%Q' is no date format"),
        ("[columns]\na = 'x'\n[dates]\nx = 'YYYY'", "the map: dates.x = 'YYYY' is no date format"),
        ("[columns]\na = 1", "the map: columns.a must be a text in quotes."),
        ("columns = 'x'", "the map: columns must be a table"),
        ("[columns]\na = 'x'\n[values]\nx = 'y'", "the map: values.x must be a table"),
        ("[columns]\na = 'x'\n[constants]\ny = [1]", "the map: constants.y must be a text, a number or a date."),
        ("[columns\n", "the map is not valid TOML"),
    ],
)
def test_a_map_with_a_mistake_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(MapError) as error:
        read_map(text)
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, UsageError)


COLUMNS = {
    "id": "id",
    "name": "text",
    "paid": "price",
    "units": "integer",
    "day": "date",
    "vip": "flag",
    "odd": "sparkle",
}
PLAIN = "[columns]\nnr = 'id'\nname = 'name'\npaid = 'paid'\nunits = 'units'\nday = 'day'\nvip = 'vip'\n"


def shaped(text: str, how: str = PLAIN, **options: object) -> Shaped:
    return shape(read_source(text.encode(), "file.csv"), read_map(how), COLUMNS, **options)  # type: ignore[arg-type]


def test_good_rows_go_on_and_bad_rows_come_back_with_all_their_reasons() -> None:
    done = shaped(
        "nr,name,paid,units,day,vip\n"
        '007, Anna ,"1,234.50",3,2024-05-17,TRUE\n'  # fine
        ",,12.5,2.5,soon,no\n"  # three things wrong, in the table's order
        "8,Ben,abc,1,2024-05-17,\n"
        "9,Cem,1,1.5,,\n"
        "10,Dov,1,1,32.13.2024,x\n"
        "11,Eve,1,1,2024-05-17,1,extra\n"
        '12,Fay,,,,"maybe"\n',
        required=("name",),
    )
    assert {key: list(values) for key, values in done.rows.items()} == {
        "id": ["007", "12"],
        "name": ["Anna", "Fay"],
        "paid": [1234.5, None],
        "units": [3.0, None],
        "day": [45429.0, None],
        "vip": ["yes", "maybe"],
    }
    assert done.source_row.tolist() == [2, 8]
    assert [(r.source_row, r.reason, r.column, r.value) for r in done.rejects] == [
        (3, "blank_required", "name", ""),
        (3, "not_integer", "units", "2.5"),
        (3, "not_date", "day", "soon"),
        (4, "not_number", "paid", "abc"),
        (5, "not_integer", "units", "1.5"),
        (6, "not_date", "day", "32.13.2024"),
        (7, "torn", "", ""),
    ]
    assert done.bad_row.tolist() == [3, 4, 5, 6], "the cells of a torn row stand under the wrong headers"
    assert (list(done.bad["name"]), list(done.bad["paid"])) == ([None, "Ben", "Cem", "Dov"], [12.5, None, 1, 1])
    assert say(done.rejects[3]) == "paid: 'abc' is not a number"


def test_filters_values_and_constants() -> None:
    how = """
[columns]
who = "name"
total = "paid"
[constants]
day = 2024-05-17
vip = true
units = 2
odd = "as is"
[values.name]
anna = "Anna B."
NULL = ""
[where]
stage = ["Won"]
not_blank = ["total"]
"""
    done = shaped("who,stage,total\nANNA,Won,5\nBen,Lost,6\nNULL,Won,7\nCem,Won,\n", how)
    assert {key: list(values) for key, values in done.rows.items()} == {
        "name": ["Anna B.", None],
        "paid": [5.0, 7.0],
        "units": [2.0, 2.0],
        "day": [45429.0, 45429.0],
        "vip": ["yes", "yes"],
        "odd": ["as is", "as is"],
    }
    assert (done.filtered, done.rejects, len(done)) == (2, (), 2)


def test_rows_with_one_key_are_folded_the_later_value_winning() -> None:
    how = 'key = "id"\n' + PLAIN
    done = shaped("nr,name,paid,units,day,vip\na1,Anna,5,,,\n,Ben,6,,,\nA1,,7,3,,\n,Ben,6,,,\n", how)
    assert [list(done.rows[key]) for key in ("id", "name", "paid", "units")] == [
        ["a1", None, None],
        ["Anna", "Ben", "Ben"],
        [7.0, 6.0, 6.0],
        [3.0, None, None],
    ]
    assert (done.repeated, done.source_row.tolist()) == (1, [2, 3, 5])


def test_an_update_may_leave_required_cells_blank() -> None:
    how = 'key = "id"\n[columns]\nnr = "id"\ntotal = "paid"\n'
    done = shaped("nr,total\nA1,5\nB2,6\n", how, required=("name",), known={("a1",)})
    assert (list(done.rows["id"]), [r.source_row for r in done.rejects]) == (["A1"], [3])


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("[columns]\nnmae = 'name'", "file.csv: it has no column 'nmae'. Did you mean 'name'?"),
        ("[columns]\nname = 'nam'", "the table: it has no column 'nam'. Did you mean 'name'?"),
        ("[columns]\nname = 'name'\n[where]\nstage = 'Won'", "file.csv: it has no column 'stage'."),
        ("into = 'Purchases'\n[columns]\nname = 'name'", "The map fills no id, which Purchases requires."),
    ],
)
def test_a_map_that_does_not_fit_is_refused(how: str, says: str) -> None:
    with pytest.raises(MapError) as error:
        shaped("name\nx\n", how, required=("id",))
    assert str(error.value) == says


def test_rejects_come_back_as_a_file_that_is_safe_to_open() -> None:
    source = read_source(b'name,note\n=1+1,x\nBen,y\n-5,"a, b"\n', "file.csv")
    rejects = [Reject(2, "not_date", "note", "x"), Reject(2, "no_such_customer"), Reject(4, "blank_required", "note")]
    data = write_rejects(source, rejects, {"not_date": "{column} is bad", "blank_required": "=evil"})
    assert data.decode("utf-8-sig") == (
        "name,note,reject_reason\r\n'=1+1,x,note is bad; no_such_customer\r\n'-5,\"a, b\",'=evil\r\n"
    )
    again = read_source(data, "rejects.csv")
    assert list(again.values["name"]) == ["=1+1", "-5"]
    assert write_rejects(again, [Reject(2, "torn")]).count(b"reject_reason") == 1


PAYLOADS = st.text(st.sampled_from("'=+-@ \t＝a1\"\n,"), min_size=1, max_size=8).filter(lambda text: text.strip() != "")


@settings(deadline=None)
@given(st.lists(PAYLOADS, min_size=1, max_size=4))
def test_a_rejected_row_comes_back_exactly(cells: list[str]) -> None:
    text = "a\n" + "".join('"' + cell.replace('"', '""') + '"\n' for cell in cells)
    source = read_source(text.encode(), "file.csv")
    data = write_rejects(source, [Reject(n, "torn") for n in source.row_numbers.tolist()])
    assert list(read_source(data, "rejects.csv").values["a"]) == list(source.values["a"])
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)
