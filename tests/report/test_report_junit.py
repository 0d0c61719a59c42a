"""A report as JUnit's XML."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from strangers import TEXTS, hostile, place, report

from tracker.model.finding import Place, Severity
from tracker.report import FileReport, Report
from tracker.report.as_junit import as_junit
from tracker.schema.findings import finding
from tracker.words import load
from tracker.words.sentences import message
from tracker.words.visible import visible


def parsed(whole):
    text = as_junit(whole, load())
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ') and text.isascii()
    return ElementTree.fromstring(text)


def test_a_finding_is_a_case_that_fails():
    (suite,) = parsed(Report([FileReport("shop.xlsx", (finding("V104", place(48), value="a@b"),))]))
    (case,) = suite
    (failure,) = case
    assert suite.attrib == {"name": "shop.xlsx", "tests": "1", "failures": "1", "errors": "0"}
    assert case.attrib == {"classname": "shop.xlsx", "name": "V104 not-an-email Customers!J48"}
    assert (failure.tag, failure.attrib) == (
        "failure",
        {"message": "“a@b” is not an e-mail address.", "type": "error"},
    )
    assert failure.text.split("\n") == [
        "“a@b” is not an e-mail address.",
        "Correct it: one @, no spaces, a domain with a dot.",
    ]


@pytest.mark.parametrize(
    ("fails_at", "tags"),
    [
        (Severity.ERROR, ["failure", "system-out", "system-out"]),
        (Severity.WARNING, ["failure", "failure", "system-out"]),
        (None, ["system-out", "system-out", "system-out"]),
    ],
)
def test_a_case_fails_where_the_run_does(fails_at, tags):
    some = (finding("V104", place(2), value="x"), finding("V124", place(3)), finding("W108", Place()))
    (suite,) = parsed(Report([FileReport("shop.xlsx", some)], fails_at=fails_at))
    assert [child.tag for case in suite for child in case] == tags
    assert suite.get("failures") == str(tags.count("failure"))
    assert suite[2].get("name") == "W108 dates-of-1904"
    assert suite[2][0].text.startswith("info: The workbook counts its days from 1904.")


def test_any_text_comes_back_and_none_is_left_out():
    cases = parsed(report())[0]
    failures = [case.find("failure") for case in cases][: len(TEXTS)]
    assert len(cases) == len(TEXTS) + 2
    said = [visible(message(load(), one)) for one in hostile()]
    assert [failure.get("message") for failure in failures] == said


def test_what_xml_cannot_hold_is_replaced():
    suite = parsed(Report([FileReport("\udcff\ufffe\x00.xlsx", error="]]>\x1b\n<x>")]))[0]
    assert suite.get("name") == "\ufffd\ufffd\\x00.xlsx"
    assert suite.find("testcase/error").get("message") == "]]>\\x1b\\x0a<x>"


def test_a_file_that_could_not_be_read_is_an_error_and_a_clean_one_passes():
    suites = parsed(report())
    assert suites.attrib == {
        "name": "tracker validate",
        "tests": str(len(TEXTS) + 4),
        "failures": str(len(TEXTS)),
        "errors": "1",
    }
    torn, clean = suites[1:]
    assert torn.find("testcase/error").attrib == {
        "message": r"it is not a workbook: 50%, “<b>”\x0aand more.",
        "type": "UNREADABLE",
    }
    assert clean.attrib == {"name": "clean.xlsx", "tests": "1", "failures": "0", "errors": "0"}
    assert [(case.get("name"), len(case)) for case in clean] == [("nothing wrong", 0)]


def test_no_files_at_all_is_still_a_document():
    assert parsed(replace(report(), files=())).get("tests") == "0"
