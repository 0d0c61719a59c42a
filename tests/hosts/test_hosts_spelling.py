"""Formulas as LibreOffice spells them and as the file does; every formula of the template goes there and back."""

from __future__ import annotations

import pytest
from books import new_book

from tracker.hosts import MemoryHost
from tracker.hosts.spelling import filed, office

PAIRS = [
    ("IF([@x],1,2)", "IF([@x];1;2)"),
    ('IF(A1=";,",",;","~")', 'IF(A1=";,";",;";"~")'),
    ("Customers[[#This Row],[Last name]]&1", "Customers[[#This Row];[Last name]]&1"),
    ("SUM(T[a,b;c],T[[x,'[y;z'']]])", "SUM(T[a,b;c];T[[x,'[y;z'']]])"),
    ("_xlfn.MAXIFS(A1:A3,B1:B3,1)+STDEVP(C1)", "MAXIFS(A1:A3;B1:B3;1)+STDEVP(C1)"),
    ("_xlfn.STDEV.S(C1:C3)", "STDEV.S(C1:C3)"),
    ("'It''s, else'!A1+Other!$B$2", "$'It''s, else'.A1+$Other.$B$2"),
    ("SUM({1,2;3,4})", "SUM({1;2|3;4})"),
    ('SUM({",",";"})', 'SUM({",";";"})'),
    ("1.5*10^99", "1.5*10^99"),
    ("IF(ISERROR(A1),#N/A,#DIV/0!)", "IF(ISERROR(A1);#N/A;#DIV/0!)"),
]


@pytest.mark.parametrize(("file", "live"), PAIRS)
def test_a_formula_in_both_spellings(file: str, live: str) -> None:
    assert (office(file), filed(live)) == (live, file)


def test_what_only_libreoffice_writes() -> None:
    assert filed("SUM((A1:A2~A2:A3))") == "SUM((A1:A2,A2:A3))"
    assert filed("SUM(A1:A2!A2:A3)") == "SUM(A1:A2 A2:A3)"


def test_the_formulas_of_the_template_come_back() -> None:
    host = MemoryHost(new_book())
    texts = {text for table in host.book().tables.values() for text in table.formulas if text}
    for name in host.book().sheets:
        texts |= {text for column in host.sheet(name).columns.values() for text in column.formula_texts}
    assert len(texts) > 20
    assert {text for text in texts if filed(office(text)) != text} == set()
