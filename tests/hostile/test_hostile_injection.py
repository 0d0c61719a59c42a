"""Texts that would like to be formulas: in every cell staff type in, through every file we write; all stay texts.

Every payload stands in every column of every table that staff fill. It must come out of a refresh as the same text, in
no formula anywhere in the package; out of an import, its rejects and a second import as well; and out of JSON.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from books import column_of, header, new_book, parts, refreshed, table_of, type_rows
from payloads import MARK, PAYLOADS

from tracker.cli.run import run
from tracker.model.grid import CellKind
from tracker.ooxml import Workbook
from tracker.schema.base import BASE
from tracker.schema.column import Owner
from tracker.sources import read_source

FORMULA = re.compile(r"<(?:\w+:)?(?:f|formula\d?|definedName|calculatedColumnFormula)\b[^>]*>([^<]*)<")
TABLES = tuple(one for one in BASE.tables if not one.tool_rows and not one.hidden and one.name != "Settings")
SAFE = tuple(text.replace("\0", "") for text in PAYLOADS)  # a zero is no letter of XML, and no program can type one
TEXTS = tuple(text.replace("\r", "\n") for text in SAFE)  # a file of lines ends them as it likes


def columns(table: str) -> list[str]:
    """The columns of a table that staff fill."""
    return [one.key for one in BASE[table].columns if one.owner is Owner.STAFF]


@pytest.fixture(scope="module")
def infested() -> bytes:
    """A workbook with every payload in every column that staff fill."""
    data = new_book()
    for table in TABLES:
        data = type_rows(data, table.name, [dict.fromkeys(columns(table.name), text) for text in SAFE])
    return data


@pytest.fixture(scope="module")
def after(infested: bytes) -> bytes:
    return refreshed(infested)[0]


def test_there_are_sixty_of_them() -> None:
    assert len(set(SAFE)) == len(PAYLOADS) - (1 if "=PWN" in SAFE[:1] and "=PWN\0" in PAYLOADS else 0)
    assert len(PAYLOADS) >= 60 and all(MARK in text for text in PAYLOADS)


@pytest.mark.parametrize("table", [one.name for one in TABLES])
def test_what_was_typed_is_still_there_as_text(table: str, infested: bytes, after: bytes) -> None:
    for data in (infested, after):
        found = table_of(data, table)
        sheet = Workbook(data).read(found.sheet)
        last = sheet.columns[column_of(found, header(table, columns(table)[-1]))]
        first = {text: row for row, text in enumerate(last.texts)}
        for key in columns(table):
            cells = sheet.columns[column_of(found, header(table, key))]
            for text in SAFE:
                row = first[text]
                assert (cells.kinds[row], cells.texts[row]) == (CellKind.TEXT, text), (key, text)
                assert cells.formulas is None or cells.formulas[row] < 0


def test_no_formula_of_the_package_holds_one(after: bytes) -> None:
    for name, content in parts(after).items():
        if name.endswith((".xml", ".rels", ".vml")):
            text = content.decode()
            for place in FORMULA.findall(text):
                assert MARK not in place, name
            if not name.startswith("xl/worksheets/") and name != "xl/sharedStrings.xml":
                assert MARK not in text, f"{name} holds what staff typed"


def test_a_second_refresh_changes_nothing(after: bytes) -> None:
    assert refreshed(after)[0] == after


def test_json_gives_the_text_back(after: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(after)
    assert run(["validate", str(book), "--format", "json", "--today", "2026-11-18"]) == 1
    report = json.loads(capsys.readouterr().out)
    values = {one["value"] for one in report["files"][0]["findings"] if one["column"] == "email"}
    assert {text for text in SAFE if text in values}, "some of them are told as they are"
    shown = run(["validate", str(book), "--show", "all", "--today", "2026-11-18"])
    assert shown == 1 and not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", capsys.readouterr().out)


def test_an_import_and_its_rejects_give_the_text_back(tmp_path: Path) -> None:
    book, source, how = tmp_path / "shop.xlsx", tmp_path / "rows.csv", tmp_path / "map.toml"
    book.write_bytes(new_book())
    how.write_text('into = "Customers"\n[columns]\nName = "last_name"\nNote = "notes"\nDay = "next_followup"\n')
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["Name", "Note", "Day"], *((text, text, "soon") for text in TEXTS)])
    source.write_bytes(out.getvalue().encode("utf-8-sig"))
    assert run(["import", str(book), str(source), "--map", str(how), "--today", "2026-11-18"]) == 1
    rejects = tmp_path / "rows.Customers.rejects.csv"
    _is_neutral(rejects.read_text("utf-8-sig"))
    again = read_source(rejects.read_bytes(), rejects.name)
    assert list(again.values["Name"]) == list(TEXTS) == list(again.values["Note"])
    mended = rejects.read_text("utf-8-sig").replace("soon", "2026-12-01")
    rejects.write_text(mended, encoding="utf-8-sig", newline="")
    assert run(["import", str(book), str(rejects), "--map", str(how), "--today", "2026-11-18"]) == 0
    data = book.read_bytes()
    found = table_of(data, "Customers")
    cells = Workbook(data).read(found.sheet).columns[column_of(found, header("Customers", "notes"))]
    assert [one for one in cells.texts[1:] if one] == [text.strip() for text in TEXTS]  # an import trims
    assert not cells.has_formula().any()


def _is_neutral(text: str) -> None:
    """No cell begins a formula, whichever of the usual delimiters a program parts the lines at."""
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                assert not re.match(r"\s*[=+\-@＝＋－＠]", cell), (delimiter, cell)
