"""explain, find and rules through the real command line: what they say, how they refuse; nothing is ever written."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from books import new_book, refreshed, type_rows, without_sheet
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from tracker.cli.run import run

DAY = ["--today", "2026-11-18"]
PEOPLE = [
    {
        "customer_id": "C1",
        "first_name": "Ann",
        "last_name": "Marsh",
        "email": "ann@x.example",
        "phone": "+1 555 010 2030",
        "owner": "Amira",
        "gender": "female",
        "consent": "Given",
        "consent_channels": "E-mail; Phone",
        "city": "=HYPERLINK(1)",
    },
    {
        "customer_id": "C2",
        "first_name": "Bo",
        "last_name": "Marsh",
        "email": "bo@x.example",
        "gender": "male",
        "consent": "Given",
        "opt_out": "Marketing",
    },
    {"customer_id": "C3", "company": "Silva Ltd", "email": "ANN@x.example", "consent": "Given", "gender": "female"},
    {"customer_id": "C4", "last_name": "Okafor", "consent": "Given", "source": "Trade fair", "gender": "Female"},
    {"customer_id": "C5", "last_name": "Weiß", "email": "w@x.example", "consent": "Refused"},
    {"customer_id": "C6", "last_name": "Ruiz", "email": "r@x.example", "consent": "Given", "status": "Closed"},
    {"customer_id": "C7", "last_name": "Nair", "email": "n@x.example", "consent": "Given", "consent_channels": "Phone"},
    {"customer_id": "C8", "last_name": "Tom", "email": "t@x.example", "consent": "Given", "opt_out": "All"},
    {"customer_id": "C9", "last_name": "Åsa", "email": "a@x.example", "opt_out": "please stop", "consent": "Given"},
]
SALES = [
    {"customer": "C1", "purchased_at": 46320.0, "item": "Oak", "amount": 60_000.0},
    {"customer": "C2", "purchased_at": 46320.0, "item": "Oak", "amount": 700.0},
    {"customer": "C4", "purchased_at": 46330.0, "item": "Fir", "amount": 501.0},
]
SEARCHES = [
    {"list": "search", "code": "Women", "label": 'gender = "Female"'},
    {"list": "search", "code": "Broken", "label": "spnd(1m) > 2"},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = type_rows(type_rows(new_book(), "Customers", PEOPLE), "Purchases", SALES)
    path = tmp_path_factory.mktemp("asking") / "shop.xlsx"
    path.write_bytes(refreshed(type_rows(data, "Lists", SEARCHES))[0])
    return path


class Told:
    """What a command said, and its exit code; the workbook is as it was."""

    def __init__(self, capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> None:
        before = path.read_bytes()
        self.code = run([arguments[0], *arguments[1:], *(DAY if "check" not in arguments else [])])
        said = capsys.readouterr()
        self.out, self.err = said.out, said.err
        assert path.read_bytes() == before
        assert "Traceback" not in self.err


@pytest.mark.parametrize("who", ["C1", "c1", "ann@x.example", "+1 (555) 010-2030", "Ann Marsh", "marsh ann"])
def test_explain_finds_the_customer_as_a_row_would(made, capsys, who):
    if "@" in who:
        who = "bo@x.example"  # the other address stands twice
    told = Told(capsys, made, "explain", str(made), who)
    assert told.code == 0
    assert told.out.startswith("Bo Marsh, C2" if "@" in who else "Ann Marsh, C1")
    assert max(map(len, told.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("ann@x.example", "may be any of C1, C3. Give the ID"),
        ("Ann Marshh", "no customer is called “Ann Marshh”. Perhaps C1 is meant"),
        ("marsh", "no customer is called “marsh”. It is part of the name of C1, C2. Give the ID"),
        ("nobody at all", "Give an ID, e-mail, phone, or full name"),
        ("", "the name is empty"),
    ],
)
def test_explain_of_nobody_or_several_is_one_line(made, capsys, who, said):
    told = Told(capsys, made, "explain", str(made), who)
    assert (told.code, told.out) == (2, "")
    assert said in told.err and len(told.err.splitlines()) == 1


def test_explain_says_the_numbers_and_what_is_missing(made, capsys):
    told = Told(capsys, made, "explain", str(made), "C1")
    assert "Value: High" in told.out
    assert "is 60,000, 10,000 to spare" in told.out
    assert "not VIP: spend (12 months) above 100,000: is 60,000, more than 40,000" in told.out
    assert "Leaves High on 2027-10-25, in 341 days" in told.out
    told = Told(capsys, made, "explain", str(made), "C5")
    assert "+ is 0\n" in told.out  # deals = 0
    assert "not Low: spend (12 months) above 0: is 0, exactly at the boundary" in told.out


def test_explain_as_json(made, capsys):
    told = json.loads(Told(capsys, made, "explain", str(made), "C1", "--format", "json").out)
    assert (told["version"], told["customer_id"], told["day"]) == (1, "C1", "2026-11-18")
    value = next(one for one in told["dimensions"] if one["dimension"] == "value")
    assert (value["tag"], value["rule"]["cell"], value["change"]["day"]) == ("high", "D6", "2027-10-25") or value[
        "rule"
    ]
    assert value["above"][0]["asked"][0]["distance"] == 40_000
    assert told["followup"]["due"]
    schema = Path(__file__).parents[2] / "docs" / "schemas" / "explain-1.json"
    Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(told)


ADDRESSED = [  # what the search finds, whom a mailing leaves out, and who remains
    ("otherwise", "email", ["C1"], {"closed": 1, "consent": 2, "opt_out": 3, "address": 1, "twice": 1}),
    ("otherwise", "E-mail", ["C1"], {"closed": 1, "consent": 2, "opt_out": 3, "address": 1, "twice": 1}),
    ('gender = "female"', "phone", ["C1"], {"address": 2}),
    ('customer_id = "C7"', "phone", [], {"address": 1}),
    ('customer_id = "C7"', "newsletter", [], {"consent": 1}),
]


@pytest.mark.parametrize(("condition", "channel", "who", "left"), ADDRESSED)
def test_a_mailing_takes_only_who_consented_and_did_not_opt_out(made, capsys, condition, channel, who, left):
    told = Told(capsys, made, "find", str(made), condition, "--mailing", channel, "--format", "json")
    found = json.loads(told.out)
    assert [row[0] for row in found["rows"]] == who
    assert found["left_out"] == left
    assert found["count"] == len(who)


#   a condition                                               the same, said in pandas
SAME = [
    (
        'gender = "female" and spend(30d) > 500',
        lambda people: (people["gender"].fillna("").str.lower() == "female") & (people["spend"] > 500),
    ),
    (
        'email is not blank and not email contains "x.e" or source = "Trade fair"',
        lambda people: people["source"].notna(),
    ),
    (
        'last_name in ("Marsh", "weiß") and consent <> "refused"',
        lambda people: people["last_name"].isin(["Marsh", "Weiß"]) & (people["consent"] != "Refused"),
    ),
]


@pytest.mark.parametrize(("condition", "mask"), SAME, ids=lambda one: one if isinstance(one, str) else "")
def test_find_is_a_filter_of_pandas(made, capsys, condition, mask):
    people, sales = pd.DataFrame(PEOPLE), pd.DataFrame(SALES)
    recent = sales[sales["purchased_at"] > 46344 - 30].groupby("customer")["amount"].sum()
    people["spend"] = people["customer_id"].map(recent).fillna(0.0)
    told = Told(capsys, made, "find", str(made), condition, "--columns", "customer_id", "--format", "csv")
    assert told.out.split()[2:] == people.loc[mask(people), "customer_id"].tolist()
    assert len(told.out.split()) > 2, "somebody is found"


def test_the_columns_somebody_wants(made, capsys):
    wanted = "E-mail, tag_value,spend(6m to 12m),spend(12m) / 2 , Consent channels"
    told = Told(capsys, made, "find", str(made), 'customer_id = "C1"', "--columns", wanted, "--format", "json")
    found = json.loads(told.out)
    assert [one["header"] for one in found["columns"]] == [
        "E-mail",
        "Value",
        "spend(6m to 12m)",
        "spend(12m) / 2",
        "Consent channels",
    ]
    assert found["rows"] == [["ann@x.example", "High", 0.0, 30_000.0, "E-mail; Phone"]]


def test_nothing_on_a_list_becomes_a_formula(made, capsys, tmp_path):
    columns = ["--columns", "city,phone,spend_12m"]
    told = Told(capsys, made, "find", str(made), 'customer_id = "C1"', *columns, "--format", "csv")
    [_, row] = csv.reader(io.StringIO(told.out))
    assert row == ["'=HYPERLINK(1)", "'+1 555 010 2030", "60000"]
    file = tmp_path / "list.xlsx"
    told = Told(
        capsys, made, "find", str(made), 'customer_id = "C1"', *columns, "--format", "xlsx", "--output", str(file)
    )
    [_, cells] = load_workbook(file).active.iter_rows()
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=HYPERLINK(1)", "s"),
        ("+1 555 010 2030", "s"),
        (60_000, "n"),
    ] or [cell.data_type for cell in load_workbook(file, data_only=False).active[2]] == ["s", "s", "n"]
    assert "<f>" not in sheet_xml(file)
    assert "1 customer." in told.out


def sheet_xml(file: Path) -> str:
    with zipfile.ZipFile(file) as package:
        return package.read("xl/worksheets/sheet1.xml").decode()


def test_searches_kept_by_name(made, capsys):
    told = Told(capsys, made, "find", str(made), "--list")
    assert [line.split()[0] for line in told.out.splitlines()] == ["Women", "Broken"]
    told = Told(capsys, made, "find", str(made), "--saved", "women", "--columns", "customer_id")
    assert told.out.split()[2:5] == ["C1", "C3", "C4"]


WRONG = [
    (["find", "spnd(12m) > 5"], 2, "Perhaps “spend” is meant", "  ^"),
    (["find", "deals = 1 and cuntry = 'x'"], 2, "at character 15", " " * 16 + "^"),
    (["find", "gender = 5"], 2, "cannot be compared", "^"),
    (["find", "deals = 1", "--columns", "spnd(3m)"], 2, "the column cannot be read", "^"),
    (["find", "--saved", "Womn"], 2, "Perhaps “Women” is meant", ""),
    (["find", "--saved", "Broken"], 2, "the search “Broken” cannot be read", "^"),
    (["find"], 2, "Give a condition", ""),
    (["find", "deals = 1", "--list"], 2, "Give a condition", ""),
    (["find", "deals = 1", "--format", "xlsx"], 2, "Give --output", ""),
    (["find", "deals = 1", "--mailing", "pigeon"], 2, "nothing can be sent by “pigeon”", ""),
    (["rules what-if"], 2, "Nothing would change", ""),
    (["rules what-if", "value.vip=deals > 3"], 2, "is given with --rule “value.vip=deals > 3”", ""),
    (["rules what-if", "vip_spnd=5"], 2, "Perhaps vip_spend is meant", ""),
    (["rules what-if", "vip_spend=-5"], 2, "Allowed is 0", ""),
    (["rules what-if", "vip_spend"], 2, "Write it as key=value", ""),
    (["rules what-if", "as_of=2026-01-01"], 2, "--today", ""),
    (["rules what-if", "--rule", "value.vpi=deals = 1"], 2, "Perhaps value.vip is meant", ""),
    (["rules what-if", "--rule", "value.vip=dels = 1"], 2, "the rule value.vip cannot be read", "^"),
    (["rules what-if", "--rule", "value.vip"], 2, "changes no rule", ""),
    (["rules what-if", "--rule", "value.vip=tag_stage = 'new'"], 2, "follows from the tags", "^"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "said", "mark"), WRONG, ids=lambda one: " ".join(one) if one is list else None
)
def test_what_cannot_be_asked(made, capsys, arguments, code, said, mark):
    command, *rest = arguments
    told = Told(capsys, made, *command.split(), str(made), *rest)
    assert (told.code, told.out) == (code, "")
    assert said in told.err.splitlines()[-1]
    assert mark in told.err


def test_a_rule_of_a_workbook_without_rules_is_refused_by_its_name(made, tmp_path, capsys):
    path = tmp_path / "no-rules.xlsx"
    path.write_bytes(without_sheet(made.read_bytes(), "Rules"))
    told = Told(capsys, path, "rules", "what-if", str(path), "--rule", "value.vip=deals > 3")
    assert (told.code, told.out) == (3, "")
    assert f"{path}: it has no Rules table, so the default rules run" in told.err


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_never_takes_the_place_of_a_workbook(made, capsys, form):
    told = Told(capsys, made, "find", str(made), "deals = 1", "--format", form, "--output", str(made))
    assert told.code == 5


def test_the_rules_listed_and_said_in_words(made, capsys, tmp_path):
    told = Told(capsys, made, "rules", "list", str(made))
    assert [line.split()[1:3] for line in told.out.splitlines() if "vip_spend" in line] == [["VIP", "0"]]
    listed = json.loads(Told(capsys, made, "rules", "list", str(made), "--format", "json").out)
    assert {one["tag"]: one["customers"] for one in listed["rules"] if one["dimension"] == "value"}["high"] == 1
    page = tmp_path / "rules.md"
    assert run(["rules", "doc", str(made), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "| 1 | VIP | spend (12 months) above 100,000 | every 30 days | Phone | strictly" in text
    assert "- `vip_spend` = 100,000" in text


def test_the_rules_checked(tmp_path, capsys):
    path = tmp_path / "odd.xlsx"
    rules = [
        {"dimension": "club", "tag": "all", "condition": "otherwise"},
        {"dimension": "club", "tag": "late", "condition": "deals > 5"},
        {"dimension": "value", "tag": "more", "condition": "spend(12m) > vip_spnd"},
    ]
    path.write_bytes(type_rows(new_book(), "Rules", rules))
    told = Told(capsys, path, "rules", "check", str(path))
    assert told.code == 1
    assert "warning K104" in told.out and "error K103" in told.out
    assert "  spend(12m) > vip_spnd\n               ^\n" in told.err
    good = tmp_path / "good.xlsx"
    good.write_bytes(type_rows(new_book(), "Rules", rules[:2]))
    assert Told(capsys, good, "rules", "check", str(good)).code == 0


def test_who_would_move_and_with_what_money(made, capsys):
    told = Told(capsys, made, "rules", "what-if", str(made), "vip_spend=50000", "high_value_spend=40000")
    assert told.out.splitlines() == [
        "Value: High → VIP: 1 customer, 60,000 a year",
        "  C1  Ann Marsh  60,000",
        "1 of 9 customers would move. Nothing was written.",
    ]
    told = Told(
        capsys, made, "rules", "what-if", str(made), "--rule", "value.vip=customer_id = 'C4'", "--format", "json"
    )
    [moved] = json.loads(told.out)["movements"]
    assert (moved["to_tag"], moved["count"], moved["spend"]) == ("vip", 1, 501.0)


def strict(name: str) -> Draft202012Validator:
    """The published schema of a document, taking no key that it does not describe."""
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / f"{name}-1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f":{name}:1")
    for one in (schema, *schema["$defs"].values()):
        one["additionalProperties"] = False
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("find", ["find", "otherwise", "--columns", "customer_id,next_followup,created_on,spend(12m),city"]),
        ("find", ["find", "otherwise", "--mailing", "email"]),
        ("find", ["find", "deals > 99"]),
        ("rules", ["rules list"]),
        ("what-if", ["rules what-if", "high_value_spend=70000"]),
        ("what-if", ["rules what-if", "vip_spend=100000"]),
    ],
)
def test_what_programs_read_keeps_to_its_schema(name, arguments, made, capsys):
    command, *more = arguments
    told = json.loads(Told(capsys, made, *command.split(), str(made), *more, "--format", "json").out)
    strict(name).validate(told)
    assert not strict(name).is_valid({**told, "version": 2})
    assert not strict(name).is_valid({**told, "more": 1})


def test_a_rule_that_cannot_be_read_keeps_to_the_schema_too(made, tmp_path, capsys):
    book = tmp_path / "odd.xlsx"
    book.write_bytes(
        type_rows(made.read_bytes(), "Rules", [{"dimension": "club", "tag": "gold", "condition": "spnd > 1"}])
    )
    told = json.loads(Told(capsys, book, "rules", "list", str(book), "--format", "json").out)
    strict("rules").validate(told)
    assert [one["condition"] for one in told["unreadable"]] == ["spnd > 1"]
