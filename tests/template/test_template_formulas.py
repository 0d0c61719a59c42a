"""The formulas of the template: readable, of functions both programs know, and cheap where the clock is in play."""

from __future__ import annotations

import re

import pytest
from openpyxl.formula import Tokenizer
from template_world import built, opened

from tracker.formulas import columns, names
from tracker.schema.base import BASE
from tracker.schema.column import Column
from tracker.schema.state import STATE_NAMES
from tracker.words import load

WORDS = load("en")
LIVE = [(table.name, column) for table in BASE.tables for column in table.columns if column.derive]
EACH = pytest.mark.parametrize(("table", "column"), LIVE, ids=lambda value: getattr(value, "key", value))
# In the file format from the start, or spelled with a prefix; Excel 2016 and LibreOffice 7.4 compute them all.
FUNCTIONS = """
AND COUNT COUNTA COUNTIF COUNTIFS FIND HYPERLINK IF IFERROR INDEX INT ISERROR ISNUMBER MATCH MAX MIN N NOT OR ROUND ROW
SUBSTITUTE SUMIFS SUMPRODUCT TODAY TRIM VALUE WORKDAY.INTL _xlfn.MAXIFS _xlfn.MINIFS
"""


def formulas() -> list[str]:
    """Every formula that stands in a cell, a table column or a name."""
    book = opened(built())
    found = [f"={name.attr_text}" for name in book.defined_names.values()]
    for sheet in book:
        found += [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        for table in sheet.tables.values():
            found += [
                f"={c.calculatedColumnFormula.attr_text}" for c in table.tableColumns if c.calculatedColumnFormula
            ]
    return found


def test_every_formula_can_be_read_and_uses_known_functions() -> None:
    used = set()
    for formula in formulas():
        for token in Tokenizer(formula).items:
            if token.type == "FUNC" and token.subtype == "OPEN":
                used.add(token.value.rstrip("(").rpartition(":")[2])  # A1:INDEX( is one token
    assert used <= set(FUNCTIONS.split())
    assert {"_xlfn.MAXIFS", "WORKDAY.INTL", "HYPERLINK"} <= used


def test_references_are_spelled_as_the_file_wants_them() -> None:
    for formula in formulas():
        bare = re.sub(r'"[^"]*"', "", formula)
        assert "[@" not in bare
        assert "@" not in bare
        assert "#REF!" not in bare
        for column in re.findall(r"\[\[#This Row\],\[([^\]]+)\]\]", bare):
            assert any(column in {WORDS.header(t.name, key) for key in t.keys} for t in BASE.tables)


def test_the_day_is_the_pinned_one_else_as_of_else_the_clock() -> None:
    name = opened(built()).defined_names["today_live"]
    assert name.attr_text == "IF(ISNUMBER(pinned_day),pinned_day,IF(ISNUMBER(as_of_day),as_of_day,TODAY()))"


def aggregates(table: str, column: Column) -> bool:
    """Whether a formula reads whole columns of another table."""
    assert column.derive is not None
    return any(owner != table for owner, _ in columns(column.derive.excel, table))


def moves_overnight(table: str, column: Column) -> bool:
    """Whether a formula hangs on TODAY(), itself or through a column it reads."""
    assert column.derive is not None
    if "today_live" in names(column.derive.excel) or "TODAY(" in column.derive.excel:
        return True
    others = columns(column.derive.excel, table) - {(table, column.key)}
    read = [(owner, BASE[owner][key]) for owner, key in others]
    return any(one.derive is not None and moves_overnight(owner, one) for owner, one in read)


@EACH
def test_no_formula_both_aggregates_and_depends_on_today(table: str, column: Column) -> None:
    assert not (aggregates(table, column) and moves_overnight(table, column))


@EACH
def test_what_aggregates_is_declared_so(table: str, column: Column) -> None:
    assert column.derive is not None
    assert column.derive.aggregates == aggregates(table, column)


@EACH
def test_a_formula_names_only_what_the_template_defines(table: str, column: Column) -> None:
    assert column.derive is not None
    assert names(column.derive.excel) <= STATE_NAMES | {"today_live"}


def test_every_dropdown_reads_a_name_that_is_there() -> None:
    book = opened(built())
    lists = 0
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list" and not rule.formula1.startswith('"'):
                assert rule.formula1 in book.defined_names
                lists += 1
    assert lists >= 20


def test_closed_lists_stop_open_lists_ask_and_customers_are_free() -> None:
    book = opened(built())
    styles = {}
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                styles[rule.formula1] = (rule.errorStyle or "stop") if rule.showErrorMessage else "free"
    assert styles["list_channel"] == "stop"
    assert styles["list_opt_out"] == "stop"
    assert styles["list_source"] == "warning"
    assert styles["list_item"] == "warning"
    assert styles["list_customer"] == "free"
