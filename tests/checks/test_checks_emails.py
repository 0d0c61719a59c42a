"""E-mail addresses: what the library takes, what it does not, and that the quick looks never say more than it."""

import re

import email_validator
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.checks import emails


@pytest.mark.parametrize(
    "text",
    [
        "a@b.co",
        "first.last+tag@mail.example.com",
        "o'brien@x-y.museum",
        "jörg@bücher.example",
        "1@2.example",
        "_@b.de",
        "用户@例子.广告",
        "a@xn--bcher-kva.example",
    ],
)
def test_emails(text):
    assert emails.is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a b@c.de",
        "@b.de",
        "a@.de",
        "a@b..de",
        "a..b@c.de",
        ".a@b.de",
        "a.@b.de",
        "a@b.de.",
        "a@-b.de",
        "a@b.1",
        "a@b.de;c@d.de",
        "<a@b.de>",
        "mailto:a@b.de",
        "a@@b.de",
        "a,b@c.de",
        "a@b,de",
        "",
        "@",
        "a@b.c",
        "a@my_shop.de",
        "a@office.local",
        "a@xn--zz--.de",
        f"{'a' * 65}@b.de",
        f"a@{'b.' * 130}de",
    ],
)
def test_not_emails(text):
    assert not emails.is_email(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a @b.de", "a@b.de"), ("a@b,de", "a@b.de"), ("<a@b.de>", "a@b.de"), ("a@b.de;", "a@b.de"), ("nothing", "")],
)
def test_likely_emails(typed, meant):
    assert emails.likely_email(typed) == meant


PIECES = ["a", "1", "@", ".", "a@b.example", "a@b", "+", " ", "(", "\n", ",", "é", "-", "_", "xn--", ".local", ".com"]
COLUMN = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=1, max_size=4)


def accepted(text):
    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return not re.search(r"\.\w$", text)


@settings(max_examples=500, deadline=None)
@given(COLUMN)
def test_a_column_is_cleared_only_when_the_library_takes_each(column):
    hosts = {text.rpartition("@")[2] for text in column}
    assert emails.may_be_no_email(column, "\n".join(column), hosts) or all(map(accepted, column))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*PIECES[:9], "-", "_", ".de"]), min_size=1, max_size=6).map("".join) | st.emails())
def test_what_is_good_is_so_for_the_library(text):
    assert emails.is_email(text) == accepted(text.strip())


def test_ordinary_addresses_are_cleared_together():
    plain = ["m@b.example", "a.b+c@mail.b.example", "x_1@b-c.example", "o'neil@shop.co.uk"]
    assert not emails.may_be_no_email(plain, "\n".join(plain), {text.rpartition("@")[2] for text in plain})
