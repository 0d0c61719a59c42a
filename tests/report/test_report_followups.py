"""The worklist as programs read it: JSON by its schema, a calendar by its own rules, texts of strangers in both."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker
from strangers import TEXTS

from tracker.engine.worklines import LEVELS, STATES, FollowUp
from tracker.report.as_calendar import Edition, calendar, is_ours
from tracker.report.as_followups import followups_csv, followups_json
from tracker.words import load
from tracker.words.neutral import plain

DAY = date(2026, 11, 18)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "followups-1.json"
EDITION = Edition("book", "shop.xlsx", DAY, datetime(2026, 11, 18, 7, tzinfo=UTC))


def line(text: str, state: str = "overdue", due: date | None = DAY, level: str = "") -> FollowUp:
    late = None if due is None else (DAY - due).days
    return FollowUp(f"action:{text}", "action", state, due, late, *[text] * 8, level)


def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for one in (schema, *schema["$defs"].values()):
        one["additionalProperties"] = False
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_json_keeps_to_its_schema_whatever_stands_in_a_cell(text: str) -> None:
    lines = [*(line(text, state) for state in (*STATES, "")), line(text, due=None), line(text, level="risk")]
    told = json.loads(followups_json(DAY, 9, lines, False))
    validator().validate(told)
    assert told["lines"][0]["why"] == text


def test_the_schema_knows_every_word_and_refuses_what_is_none() -> None:
    told = json.loads(followups_json(DAY, 1, [line("x", level=one) for one in ("", *LEVELS)], True))
    validator().validate(told)
    for key, wrong in (("state", "late"), ("escalation", "boss"), ("due", "soon"), ("days_late", "1")):
        changed = {**told, "lines": [{**told["lines"][0], key: wrong}]}
        assert not validator().is_valid(changed)
    assert not validator().is_valid({**told, "more": 1})


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_csv_gives_each_text_back_and_none_as_a_formula(text: str) -> None:
    written = followups_csv([line(text)])
    if "\x00" in text:
        return  # no reader of CSV takes it
    [row] = csv.DictReader(io.StringIO(written, newline=""))
    assert plain(row["why"]) == text
    assert not re.match(r"\s*[=+@-]", row["customer"])
    assert list(row) == list(asdict(line(text)))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_calendar_stays_one_whatever_stands_in_a_cell(text: str) -> None:
    data = calendar([line(text), line(text), line("other")], EDITION, load())
    found = Calendar.from_ical(data)
    uids = [str(one["uid"]) for one in found.walk("VEVENT")]
    assert len(uids) == len(set(uids)) == 3 and is_ours(data, "book") and not is_ours(data, "another")
    text_lines = data.decode("utf-8").split("\r\n")
    assert max(len(one.encode()) for one in text_lines) <= 75
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(text_lines))
    assert calendar([line(text), line(text), line("other")], EDITION, load(), data) == data


def test_lines_that_are_due_on_no_day_are_in_no_calendar() -> None:
    assert Calendar.from_ical(calendar([line("x", due=None)], EDITION, load())).walk("VEVENT") == []


def test_a_later_edition_has_a_greater_sequence() -> None:
    later = [
        Edition("book", "shop.xlsx", day, saved)
        for saved in (datetime(2026, 11, 18, 7, tzinfo=UTC), datetime(2026, 11, 18, 7, 0, 1, tzinfo=UTC))
        for day in (DAY, date(2026, 11, 19))
    ]
    first, by_day, by_save, by_both = (one.sequence for one in later)
    assert first < by_day and first < by_save < by_both and by_day < by_both
    assert Edition("", "", date(2099, 1, 1), datetime(2099, 1, 1, tzinfo=UTC)).sequence == 2**31 - 1
    assert Edition("", "", date(1999, 1, 1), datetime(1999, 1, 1, tzinfo=UTC)).sequence == 0
