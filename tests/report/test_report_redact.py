"""What stands in cells is in no redacted report; what is ours still is."""

from datetime import date

import pytest
from books import new_book, type_rows
from strangers import place, report

from tracker.commands.validate import findings_of
from tracker.hosts import MemoryHost
from tracker.model.finding import Finding, Place
from tracker.report import FORMATS, FileReport, Report, redacted
from tracker.schema.findings import FINDINGS, finding
from tracker.words import load
from tracker.words.sentences import message, remedy

SECRET = "Gertrude"
SECRETS = ("Zwetschge", "zw@ gmx", "Qwertz Road", "+49 30 98765x", "2031-13-32", "Nolistvalue")
QUOTING = (
    "other",
    "start",
    "line",
    "kept",
    "consented",
    "opt_out",
    "candidates",
    "said",
    "list",
    "setting",
    "number",
    "standard",
    "dimension",
    "tag",
    "entry",
)


def test_who_has_a_file_open_is_somebody():
    held, free = FileReport("x.xlsx", (), open_in=SECRET), FileReport("y.xlsx", ())
    shown = redacted(Report([held, free]), load()).files
    assert SECRET not in repr(shown)
    assert (bool(shown[0].open_in), shown[1].open_in) == (True, "")


def hidden(one: Finding) -> Finding:
    return redacted(Report([FileReport("x.xlsx", (one,))]), load()).files[0].findings[0]


def secretive(code: str) -> Finding:
    """A finding that says the secret wherever a cell can get into it."""
    where = Place("Customers", "Customers", 2, 3, "email", SECRET, f"{SECRET}@x.example")
    return finding(code, where, SECRET, SECRET, **dict.fromkeys(QUOTING, SECRET))


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_says_what_stands_in_a_cell(form: str) -> None:
    codes = [spec.code for spec in FINDINGS if not spec.code.startswith("W") or spec.code in ("W104", "W105", "W113")]
    whole = Report([FileReport("x.xlsx", tuple(map(secretive, codes)))])
    assert SECRET in FORMATS[form].render(whole, load())
    assert SECRET not in FORMATS[form].render(redacted(whole, load()), load())


@pytest.mark.parametrize("form", FORMATS)
def test_a_redacted_report_still_says_where_and_what(form: str) -> None:
    text = FORMATS[form].render(redacted(report(), load()), load())
    assert "V104" in text and "not-an-email" in text and "J2" in text
    assert "torn.xlsx" in text


def test_the_sentences_keep_their_sense() -> None:
    one = hidden(finding("V104", place(2), value="a@b", suggestion="a@b.de"))
    assert message(load(), one) == "“[hidden]” is not an e-mail address."
    assert remedy(load(), one) == "Correct it: one @, no spaces, a domain with a dot."
    late = hidden(finding("L101", place(2), value="2026-01-02", other="Started", start="2026-01-03"))
    assert message(load(), late) == "“E-mail” ([hidden]) is before “Started” ([hidden])."
    long = hidden(finding("V108", place(2), value="x" * 400, length="400", most="320"))
    assert message(load(), long) == "“[hidden]” has 400 characters; “E-mail” takes 320."


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("C1", "C1"),
        ("CUST202611180001", "CUST202611180001"),
        ("42", "42"),
        ("", ""),
        ("493012345678", "[hidden]"),
        ("ann@x.example", "[hidden]"),
        ("Ann Lee", "[hidden]"),
    ],
)
def test_an_id_is_shown_only_when_it_is_none_but_an_id(key: str, shown: str) -> None:
    where = Place("Customers", "Customers", 2, 3, "email", "E-mail", key)
    assert hidden(finding("V104", where, value="x")).place.row_key == shown


def test_a_header_of_staffs_own_is_theirs() -> None:
    own = Place("Customers", "Customers", 2, 90, "[Ann's door code]", "Ann's door code", "C1")
    one = hidden(finding("S102", own, value="pin: …"))
    assert (one.place.header, one.place.key, one.value, one.place.cell) == ("", "", "[hidden]", "CL2")


def test_what_is_ours_is_said_and_a_blank_cell_stays_blank() -> None:
    assert hidden(finding("W112", Place(), value="9", known="1")).value == "9"
    assert hidden(finding("V103", place(2))).value == ""
    twin = finding("W119", Place(), value="an-id", other="b.xlsx", files="2")
    assert hidden(twin) == twin


def test_a_report_says_that_it_is_redacted() -> None:
    assert not report().redacted
    assert redacted(report(), load()).redacted


def dirty() -> bytes:
    """A workbook with faults in which known texts stand, IDs among them."""
    twice = {"customer_id": "Zwetschge", "last_name": "Lee", "email": "lee@x.example", "owner": "Anna"}
    odd = {"last_name": "Qwertz Road ", "email": "zw@ gmx", "phone": "+49 30 98765x", "industry": "Nolistvalue"}
    data = type_rows(new_book(), "Customers", [twice, twice, {**odd, "next_followup": "2031-13-32"}])
    return type_rows(data, "Interactions", [{"customer": "Zwetschge", "channel": "Nolistvalue"}])


def test_of_a_dirty_workbook_no_cell_is_quoted() -> None:
    found = findings_of(MemoryHost(dirty()), date(2026, 11, 18))
    secrets = {text for text in SECRETS if any(text in f"{one.value} {dict(one.details)}" for one in found)}
    assert secrets == set(SECRETS)
    whole = Report([FileReport("x.xlsx", found)])
    for layout in FORMATS.values():
        text = layout.render(redacted(whole, load()), load())
        assert not [secret for secret in SECRETS if secret in text or secret.lower() in text]
