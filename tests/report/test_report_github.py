"""A report as commands of GitHub's workflows."""

import re

from strangers import TEXTS, place, report

from tracker.model.finding import Place
from tracker.report import FileReport, Report
from tracker.report.as_github import as_github
from tracker.schema.findings import finding
from tracker.words import load

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(whole):
    """Each command as a runner reads it: its level, its properties, what it says."""
    read = []
    for line in re.split(r"\r\n|\r|\n", as_github(whole, load()).removesuffix("\n")):
        level, properties, text = COMMAND.fullmatch(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        read.append((level, {name: unescaped(value) for name, value in pairs.items()}, unescaped(text)))
    return read


def unescaped(text):
    for sign, code in ((":", "%3A"), (",", "%2C"), ("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        text = text.replace(code, sign)
    return text


def test_a_finding_is_a_command_at_its_cell():
    whole = Report([FileReport("shop.xlsx", (finding("V104", place(48), value="50%"),))])
    assert as_github(whole, load()) == (
        "::error file=shop.xlsx,line=48,col=10,title=V104 not-an-email::Customers!J48: "
        "“50%25” is not an e-mail address. Correct it: one @, no spaces, a domain with a dot.\n"
    )


def test_each_severity_has_its_level_and_what_is_not_known_is_left_out():
    some = (finding("V124", Place("Customers", "Customers", 7)), finding("W108", Place("Customers", column=3)))
    whole = Report([FileReport("shop.xlsx", some)])
    assert [(level, properties) for level, properties, _ in commands(whole)] == [
        ("warning", {"file": "shop.xlsx", "line": "7", "title": "V124 unowned-customer"}),
        ("notice", {"file": "shop.xlsx", "title": "W108 dates-of-1904"}),
    ]


def test_whatever_stands_in_cells_a_finding_stays_a_command_and_none_is_left_out():
    read = commands(report())
    assert len(read) == len(TEXTS) + 3
    assert {properties["file"] for _, properties, _ in read} == {"a folder/shop, 1:2%.xlsx", "torn.xlsx"}
    (said,) = [text for _, _, text in read if "::error::mine" in text]
    assert "“100%0A::error::mine %25”" in said


def test_a_file_whose_name_has_a_line_break_is_still_that_file():
    whole = Report([FileReport("a\n::error::b.xlsx", error="it is torn.")])
    assert commands(whole) == [("error", {"file": "a\n::error::b.xlsx"}, "not checked: it is torn.")]


def test_a_file_that_could_not_be_read_is_an_error():
    level, properties, text = commands(report())[-1]
    assert (level, properties) == ("error", {"file": "torn.xlsx"})
    assert text == r"not checked: it is not a workbook: 50%, “<b>”\x0aand more."


def test_nothing_wrong_is_nothing():
    assert as_github(Report([FileReport("shop.xlsx")]), load()) == ""
