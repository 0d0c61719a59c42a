"""A report as a table for spreadsheets."""

import csv
import io
import re

import pytest
from strangers import ERROR, TEXTS, place, report

from tracker.report import FileReport, Report
from tracker.report.as_csv import COLUMNS, as_csv
from tracker.schema.findings import finding
from tracker.words import load
from tracker.words.neutral import neutral, plain

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def rows(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def records(whole):
    header, *body = rows(as_csv(whole, load()))
    assert tuple(header) == COLUMNS
    return [dict(zip(header, row, strict=True)) for row in body]


def test_a_finding_is_a_row():
    one = finding("V104", place(48), value="a@b", suggestion="a@b.de")
    assert records(Report([FileReport("shop.xlsx", (one,))])) == [
        {
            "path": "shop.xlsx",
            "error": "",
            "severity": "error",
            "code": "V104",
            "name": "not-an-email",
            "sheet": "Customers",
            "cell": "J48",
            "table": "Customers",
            "row": "48",
            "column": "email",
            "header": "E-mail",
            "row_key": "CUST48",
            "value": "a@b",
            "suggestion": "a@b.de",
            "message": "“a@b” is not an e-mail address.",
            "remedy": "Correct it; perhaps a@b.de is meant.",
        }
    ]


def test_any_text_comes_back_and_none_is_cut():
    found = [one for one in records(report()) if one["code"]]
    assert [plain(one["value"]) for one in found[: len(TEXTS)]] == list(TEXTS)
    assert len(found) == len(TEXTS) + 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_wherever_a_program_parts_the_lines(delimiter):
    whole = Report([*report().files, FileReport("=1+1;=2.xlsx", error="@SUM(A1)")])
    cells = [cell for row in rows(as_csv(whole, load()), delimiter) for cell in row]
    assert len(cells) > len(TEXTS)
    assert not [cell for cell in cells if FORMULA.match(cell)]


@pytest.mark.parametrize("text", [*TEXTS, "plain", "", "''", "'x", "a - b"])
def test_what_is_held_down_can_be_let_go(text):
    assert not FORMULA.match(neutral(text))
    assert plain(neutral(text)) == text


def test_a_file_that_could_not_be_read_is_a_row():
    (record,) = [one for one in records(report()) if not one["code"]]
    assert {name: text for name, text in record.items() if text} == {"path": "torn.xlsx", "error": ERROR}
