"""Phones: every country's own examples are good, and a column is cleared only when the library takes each number."""

import phonenumbers as lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_dialling import TARGET, made

from tracker.checks import dialling, phones

REGIONS = sorted(lib.SUPPORTED_REGIONS)
KINDS = [getattr(lib.PhoneNumberType, name) for name in ("FIXED_LINE", "MOBILE", "TOLL_FREE", "VOIP")]
FORMS = (lib.PhoneNumberFormat.INTERNATIONAL, lib.PhoneNumberFormat.E164)


def examples(region):
    """The example numbers of a region, as the library has them."""
    found = (lib.example_number_for_type(region, kind) for kind in KINDS)
    return [number for number in found if number is not None]


GERMAN = [f"0151 {n:08d}" for n in range(12, 60)]  # eleven digits and a zero before: of no length in the US
HOME = [f"555-{n:03d}-4567" for n in range(200, 300)]
ABROAD = [f"+49 151 {n:08d}" for n in range(12, 60)]


@pytest.mark.parametrize(
    ("strange", "others", "region", "many"),
    [
        (10, [], "US", True),
        (9, [], "US", False),  # so few are looked at one by one
        (10, HOME[:20], "US", True),  # a third
        (10, HOME[:21], "US", False),
        (10, ABROAD, "US", True),  # what names its country says nothing of the others
        (10, ["ask at the desk", "12345", "2.19E+26", "030 123456 or 030 123457"] * 9, "US", True),  # nor what is none
        (48, [], "DE", False),
        (48, [], "", False),  # of no country: nothing is strange
    ],
)
def test_where_many_are_no_numbers_of_the_setting_it_is_wrong_and_not_they(strange, others, region, many):
    home = phones.Home(region, list(dict.fromkeys([*GERMAN[:strange], *others])))
    assert home.strange == (frozenset(GERMAN[:strange]) if many else frozenset())
    assert all(home.good(text) for text in GERMAN[:strange]) is (many or region != "US")
    assert all(map(home.good, ABROAD)) and not any(map(home.good, ("ask at the desk", "12345", "+1 000 000")))


def test_the_whole_column_is_counted_where_blocks_of_it_are_clear():
    values = [f"555-{n:07d}" for n in range(2_000_000, 2_003_000)]
    home = phones.Home("US", values[:1500] + GERMAN + values[1500:])
    assert home.count == 3_048 and home.strange == frozenset() and not home.good(GERMAN[0])


def test_only_what_is_no_number_of_the_setting_is_asked_whether_it_is_one_at_all(monkeypatch):
    asked, honest = [], phones.is_at_home
    monkeypatch.setattr(phones, "is_at_home", lambda text: bool(asked.append(text)) or honest(text))
    assert phones.Home("US", [*HOME, *GERMAN[:3], "12345"]).strange == frozenset()
    assert asked == [*GERMAN[:3], "12345"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_countrys_examples_are_phones_everywhere(region):
    for number in examples(region):
        for form in FORMS:
            text = lib.format_number(number, form)
            assert all(phones.is_phone(text, home) for home in ("", "US", "DE", region)), text
            assert phones.in_form(text, "US") == lib.format_number(number, lib.PhoneNumberFormat.E164)
        assert phones.is_phone(lib.format_number(number, lib.PhoneNumberFormat.NATIONAL), region)


@pytest.mark.parametrize("region", REGIONS)
def test_a_column_of_examples_is_cleared_without_the_library(region):
    texts = [lib.format_number(number, form) for number in examples(region) for form in FORMS]
    texts = [text for text in texts if sum(map(str.isdigit, text)) - len(str(dialling.REGIONS[region][0])) >= 7]
    assert not texts or not phones.may_be_no_phone(texts, "\n".join(texts), "US")


@pytest.mark.parametrize(
    "text", ["+49 (0)30 123456", "(+1) 555.123.4567", "555-123-4567 x12", "0049 30 123456", "555 1234"]
)
def test_phones(text):
    assert phones.is_phone(text, "US")


@pytest.mark.parametrize(
    "text",
    [
        "123456",
        "call me",
        "+",
        "1" * 18,
        "12+34567890",
        "a1234567",
        "1234567 or 7654321",
        "+1 000 000",
        "+999 12345678",
    ],
)
def test_not_phones(text):
    assert not phones.is_phone(text, "US")


def test_the_region_decides_about_a_number_without_its_country():
    assert phones.is_phone("0151 23456789", "DE")
    assert not phones.is_phone("0151 23456789", "US")
    assert phones.is_phone("0151 23456789", "")


@pytest.mark.parametrize(("setting", "region"), [("US", "US"), (" de ", "DE"), ("UK", "GB"), ("Germany", ""), ("", "")])
def test_the_region_of_a_setting(setting, region):
    assert phones.region_of(setting) == region


@pytest.mark.parametrize(
    ("text", "region", "form"),
    [
        ("(202) 555-0123", "US", "+12025550123"),
        ("030/901820", "DE", "+4930901820"),
        ("0049 30 901820", "US", "+4930901820"),
        ("202-555-0123 ext. 4", "US", ""),
        ("202-555-0123", "", ""),
        ("nobody", "US", ""),
    ],
)
def test_the_form_of_the_rule(text, region, form):
    assert phones.in_form(text, region) == form


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Tel. +49 30 901820", "+4930901820"),
        ("(202) 555-0123 (office)", "+12025550123"),
        ("+49 30 901820 or +49 30 901821", ""),
        ("202 555 0123, room 12", ""),
        ("nobody", ""),
    ],
)
def test_the_one_number_in_a_text(text, meant):
    assert phones.likely_phone(text, "US") == meant


DIGITS = st.text("0123456789", min_size=1, max_size=17)
CODES = st.sampled_from(sorted(lib.COUNTRY_CODE_TO_REGION_CODE)).map(str)
NUMBERS = st.tuples(st.sampled_from(["+", "00", "", "0", "1", "8"]), CODES | st.just(""), DIGITS).map(
    "".join
) | st.sampled_from(["", "x", "+", "12+3456789", "555 1234", "(0)30 123456", "+49\n30123456"])


@settings(max_examples=1_000, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=3), st.sampled_from([*REGIONS, "", "US", "DE", "GB", "AR", "BR"]))
def test_a_column_is_cleared_only_when_each_is_one(column, region):
    assert phones.may_be_no_phone(column, "\n".join(column), region) or all(
        phones.is_phone(text, region) for text in column
    )


def test_ordinary_numbers_are_cleared_together():
    for region, texts in (
        ("US", ["+48 555 123 456", "(555) 123-4567", "0048555123456", "1-202-555-0123"]),
        ("DE", ["030/123456", "0151 23456789", "+49 30 123456"]),
        ("", ["012345678", "+1 555 123 4567"]),
    ):
        assert not phones.may_be_no_phone(texts, "\n".join(texts), region)


def test_the_table_is_the_librarys():
    if lib.__version__ == dialling.MADE_OF:
        assert TARGET.read_text(encoding="utf-8") == made()
    for length, codes in dialling.LENGTHS.items():
        for code in codes.split():
            number = lib.PhoneNumber(country_code=int(code), national_number=int("2" * length))
            assert lib.is_possible_number(number), (code, length)
