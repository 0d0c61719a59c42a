"""The page for analysts, as it stands: its lines are run on the demo, and nothing is written."""

import re
from datetime import date
from pathlib import Path

import pandera.pandas as pa
import pytest
from books import new_book, type_rows

from tracker.commands.frames import frames_of_file
from tracker.errors import UnreadableError

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
TODAY = date(2026, 11, 18)


@pytest.fixture
def book(tmp_path):
    rows = [
        {"last_name": "Marsh", "owner": "Anna", "email": "marsh@b.example"},
        {"last_name": "Silva", "owner": "Anna", "email": "no address"},
    ]
    path = tmp_path / "customers.xlsx"
    path.write_bytes(type_rows(new_book(TODAY), "Customers", rows))
    return path


def test_the_page_can_be_followed(book, monkeypatch, capsys):
    monkeypatch.chdir(book.parent)
    before = book.read_bytes()
    code = "\n".join(line[4:] for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(" {4}", line))
    names = {}
    exec(compile(code.replace("validate(mine", "validate(customers"), "page", "exec"), names)
    assert names["customers"]["last_name"].tolist() == ["Marsh", "Silva"]
    assert "V104" in capsys.readouterr().out
    assert book.read_bytes() == before
    assert [one.name for one in book.parent.iterdir()] == [book.name]


def test_every_table_has_a_frame_and_a_schema(book):
    frames = frames_of_file(book, TODAY)
    assert frames.tables.keys() == frames.schemas.keys() >= {"Customers", "Interactions", "Purchases", "Settings"}
    with pytest.raises(pa.errors.SchemaErrors) as told:
        frames.schemas["Customers"].validate(frames.tables["Customers"], lazy=True)
    bad = told.value.failure_cases
    assert [*zip(bad["check"], bad["column"], strict=True)] == [("V104", "email")]
    assert frames.tables["Customers"].loc[bad["index"][0], "last_name"] == "Silva"


def test_what_is_no_workbook_is_said_in_one_line(tmp_path):
    (tmp_path / "a.xlsx").write_text("no")
    with pytest.raises(UnreadableError):
        frames_of_file(tmp_path / "a.xlsx", TODAY)
