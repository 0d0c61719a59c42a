"""A report as lines of JSON."""

import json

from strangers import ERROR, TEXTS, place, report

from tracker.report import FileReport, Report, as_json, redacted
from tracker.report.as_jsonl import as_jsonl
from tracker.schema.findings import finding
from tracker.words import load


def records(whole):
    return [json.loads(line) for line in as_jsonl(whole, load()).splitlines()]


def test_a_line_holds_all_that_json_holds_and_stands_for_itself():
    whole = Report([FileReport("shop.xlsx", (finding("D102", place(48), value="ä@b.example", first="C2"),))])
    inner = json.loads(as_json(whole, load()))["files"][0]["findings"][0]
    (record,) = records(whole)
    assert record == {"version": 1, "redacted": False, "kind": "finding", "path": "shop.xlsx", **inner}


def test_any_text_comes_back_and_no_letter_ends_a_line():
    found = [one for one in records(report()) if one["kind"] == "finding"]
    assert [one["value"] for one in found[: len(TEXTS)]] == list(TEXTS)
    assert len(found) == len(TEXTS) + 2
    assert as_jsonl(report(), load()).isascii()


def test_a_file_that_could_not_be_read_is_a_line():
    (record,) = [one for one in records(report()) if one["kind"] != "finding"]
    assert record == {
        "version": 1,
        "redacted": False,
        "kind": "unchecked",
        "path": "torn.xlsx",
        "error": ERROR,
        "exit": 3,
    }


def test_it_is_said_that_values_are_hidden():
    found = records(redacted(report(), load()))
    assert all(one["redacted"] for one in found)
    assert {one["value"] for one in found if one["kind"] == "finding"} == {"[hidden]", ""}
