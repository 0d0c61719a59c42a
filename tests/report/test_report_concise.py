"""A report as lines for grep."""

import re

from strangers import TEXTS, place, report

from tracker.model.finding import Place
from tracker.report import FileReport, Report
from tracker.report.as_concise import as_concise
from tracker.schema.findings import finding
from tracker.words import load


def concise(*findings):
    return as_concise(Report([FileReport("shop.xlsx", findings)]), load())


def test_a_finding_is_one_line():
    one = finding("V104", Place("Customers", "Customers", 48, 3, "email"), value="a@b", suggestion="a@b.de")
    assert concise(one) == "shop.xlsx:Customers!C48: V104 not-an-email “a@b” is not an e-mail address.\n"


def test_a_place_that_is_not_known_leaves_no_gap():
    assert concise(finding("W108", Place())).startswith("shop.xlsx: W108 dates-of-1904 The workbook")
    assert concise(finding("W108", Place("Team", "Team", 7))).startswith("shop.xlsx:Team!7: W108")


def test_nothing_wrong_is_nothing():
    assert concise() == ""


def test_whatever_stands_in_cells_a_finding_stays_a_line_and_none_is_left_out():
    lines = as_concise(report(), load()).splitlines()
    assert len(lines) == len(TEXTS) + 3
    assert all(re.match(r"[^\x00-\x1f]+: [VW]\d{3} [a-z0-9-]+ ", line) for line in lines[:-1])


def test_a_file_that_could_not_be_read_is_a_line():
    last = as_concise(report(), load()).splitlines()[-1]
    assert last == r"torn.xlsx: not checked: it is not a workbook: 50%, “<b>”\x0aand more."


def test_a_thousand_that_say_the_same_are_a_thousand_lines():
    same = [finding("V124", place(row, key="owner")) for row in range(2, 1002)]
    assert len(concise(*same).splitlines()) == 1000
