"""A report as SARIF 2.1.0."""

import json
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from strangers import TEXTS, hostile, place, report

from tracker.model.finding import Place
from tracker.report import FileReport, Report, redacted
from tracker.report.as_sarif import as_sarif
from tracker.schema.findings import FINDINGS, finding
from tracker.words import load


def run(whole):
    text = as_sarif(whole, load())
    document = json.loads(text)
    assert document["version"] == "2.1.0" and text.isascii()
    (one,) = document["runs"]
    return one


def results(*findings, path="shop.xlsx"):
    return run(Report([FileReport(path, findings)]))["results"]


def prints(*findings):
    return [one["partialFingerprints"]["trackerFinding/v1"] for one in results(*findings)]


def test_a_finding_is_a_result_at_its_cell():
    (one,) = results(finding("D102", place(48), value="a@b.example", first="J2", other="CUST2"))
    fingerprints = one.pop("partialFingerprints")
    assert one == {
        "ruleId": "D102",
        "ruleIndex": [spec.code for spec in FINDINGS].index("D102"),
        "level": "error",
        "message": {
            "text": "a@b.example is also the e-mail of CUST2 (J2). "
            "If it is one person: in the row to give up, set Status to Merged and name the other's ID in “Merged "
            "into”. If they are two: correct the address, or waive it where they share one: tracker waive BOOK "
            "D102 ID --reason WHY."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "shop.xlsx"},
                    "region": {"startLine": 48, "startColumn": 10},
                },
                "logicalLocations": [{"name": "J48", "fullyQualifiedName": "Customers!J48", "kind": "cell"}],
            }
        ],
        "properties": {
            "table": "Customers",
            "column": "email",
            "header": "E-mail",
            "row_key": "CUST48",
            "value": "a@b.example",
            "details": {"first": "J2", "other": "CUST2"},
        },
    }
    assert set(fingerprints) == {"trackerFinding/v1", "primaryLocationLineHash"}
    assert len(set(fingerprints.values())) == 1


def test_every_rule_has_its_level_and_a_help_text():
    rules = run(report())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [spec.code for spec in FINDINGS]
    for rule, spec in zip(rules, FINDINGS, strict=True):
        assert rule["name"] == spec.name
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert rule["fullDescription"]["text"] in rule["help"]["text"]
        assert "{" not in rule["help"]["text"]
        assert len(rule["help"]["text"]) > len(rule["fullDescription"]["text"]) + 2 > 4
    assert rules[0]["shortDescription"]["text"] == "missing table"


def test_sorting_rows_and_moving_columns_opens_nothing_anew():
    before = [finding("V104", place(row, f"CUST{row}"), value="x") for row in range(2, 9)]
    after = [replace(one, place=replace(one.place, row=30 - (one.place.row or 0), column=2)) for one in before]
    assert set(prints(*before)) == set(prints(*reversed(after)))
    assert len(set(prints(*before))) == len(before)


@pytest.mark.parametrize(
    "other",
    [
        finding("V111", place(2), value="x"),
        finding("V104", place(2, "CUST3"), value="x"),
        finding("V104", place(2, key="phone"), value="x"),
        finding("V104", replace(place(2), table="Team"), value="x"),
    ],
)
def test_another_rule_row_column_or_table_is_another_finding(other):
    assert prints(other) != prints(finding("V104", place(2), value="x"))


def test_what_stands_in_the_cell_is_not_in_the_fingerprint():
    one = finding("V104", place(2), value="x")
    assert prints(one) == prints(replace(one, value="y"))
    hidden = run(redacted(Report([FileReport("shop.xlsx", (one,))]), load()))["results"][0]
    assert hidden["partialFingerprints"]["trackerFinding/v1"] == prints(one)[0]


def test_findings_that_nothing_tells_apart_are_counted():
    bare = [finding("V103", Place("Team", "Team", row, 1, "name")) for row in (2, 3, 4)]
    assert [text.rpartition(":")[2] for text in prints(*bare)] == ["1", "2", "3"]
    assert len(set(prints(*bare))) == 3


def test_any_text_comes_back_and_none_is_left_out():
    found = results(*hostile())
    assert [one["properties"]["value"] for one in found] == list(TEXTS)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("[click](http://evil.example)", r"“\[click\](http://evil.example)” is not"),
        ("[[a](1)](2) ](3", r"“[\[a\](1)](2) ](3” is not"),
        ("{0} {header}", "“{{0}} {{header}}” is not"),
        ("[plain] (text)", "“[plain] (text)” is not"),
    ],
)
def test_a_value_is_neither_a_link_nor_a_place_for_an_argument(value, shown):
    (one,) = results(finding("V104", place(2), value=value))
    assert one["message"]["text"].startswith(shown)


@pytest.mark.parametrize(
    ("where", "region", "logical"),
    [
        (Place(), None, None),
        (Place(table="Goals"), None, {"name": "Goals", "fullyQualifiedName": "Goals", "kind": "table"}),
        (Place("Team", "T", 7), {"startLine": 7}, {"name": "T", "fullyQualifiedName": "Team!7", "kind": "row"}),
        (Place("Team", "T", None, 3, "a", "A"), None, {"name": "A", "fullyQualifiedName": "Team[A]", "kind": "table"}),
    ],
)
def test_a_place_is_said_as_far_as_it_is_known(where, region, logical):
    (location,) = results(finding("W108", where))[0]["locations"]
    assert location["physicalLocation"].get("region") == region
    assert location.get("logicalLocations") == ([logical] if logical else None)


@pytest.mark.parametrize("path", ["a folder/shop, 1:2%.xlsx", "ümlaut\n#?.xlsx", "http://x.xlsx", "/share/büro 1.xlsx"])
def test_a_path_is_a_reference_that_means_it(path):
    uri = results(finding("W108", Place()), path=path)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"(file:///)?[A-Za-z0-9._~%/-]+", uri)
    assert unquote(uri.removeprefix("file://")) == path.replace("//", "/")


def test_a_file_that_could_not_be_read_is_told_and_the_run_did_not_succeed():
    (invocation,) = run(report())["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert note["level"] == "error"
    assert note["message"]["text"].startswith("not checked: it is not a workbook")
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "torn.xlsx"
    (good,) = run(Report([FileReport("shop.xlsx", hostile())]))["invocations"]
    assert good == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_it_is_said_how_many_were_skipped_and_that_values_are_hidden():
    assert run(report())["properties"] == {"skipped": 2, "other_kinds": 1, "redacted": False}
    assert run(redacted(report(), load()))["properties"]["redacted"] is True
